"""How it is printed what a run would do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from corpus.masking import masked
from corpus.types import Document, Stage
from ui.operating.reports import last_line
from ui.plainwords import one_lined

if TYPE_CHECKING:
    from ingest.prospect import Prospect

_MOST = 20  # lines of one kind; `--json` has them all


def prospect_as_dict(prospect: Prospect) -> dict[str, Any]:
    """Return what a run would do, for `--json`."""
    return {
        "dry_run": True,
        "sources": [source.id for source in prospect.sources],
        "later": [
            {"source": source.id, "until": until.isoformat()} for source, until in prospect.later
        ],
        "stages": [
            {"stage": stage, "tried": tried, "put_off": put_off}
            for stage, tried, put_off in _by_stage(prospect)
        ],
        "tried": [_as_dict(document) for document in prospect.tried],
        "put_off": [
            _as_dict(document)
            | {
                "until": document.next_attempt.isoformat() if document.next_attempt else None,
                "attempts": document.attempts,
                "last_error": masked(document.last_error) if document.last_error else None,
            }
            for document in prospect.put_off
        ],
    }


def prospect_lines(prospect: Prospect) -> Iterator[str]:
    """Yield what a run would do, for reading."""
    yield f"{len(prospect.sources)} sources would be looked at; nothing was asked or written"
    yield from _few([f"  {source.id}" for source in prospect.sources])
    if prospect.later:
        yield "not due yet:"
        resting = [f"  {each.id} until {at:%Y-%m-%d %H:%M} UTC" for each, at in prospect.later]
        yield from _few(resting)
    for stage, tried, put_off in _by_stage(prospect):
        yield f"{stage}: {tried} would be taken on, {put_off} put off"
    yield from _few([f"  {_named(document)}" for document in prospect.tried])
    if prospect.put_off:
        yield "put off:"
        yield from _few([_put_off_line(document) for document in prospect.put_off])


def _by_stage(prospect: Prospect) -> list[tuple[str, int, int]]:
    tried = Counter(document.stage for document in prospect.tried)
    put_off = Counter(document.stage for document in prospect.put_off)
    return [
        (stage.value, tried[stage], put_off[stage])
        for stage in Stage
        if tried[stage] or put_off[stage]
    ]


def _as_dict(document: Document) -> dict[str, Any]:
    return {
        "document": document.id,
        "title": document.title,
        "source": document.source_id,
        "kind": document.kind.value,
        "stage": document.stage.value,
    }


def _named(document: Document) -> str:
    return one_lined(f"{document.stage.value} {document.id} {document.show}: {document.title}")


def _put_off_line(document: Document) -> str:
    until = f"{document.next_attempt:%Y-%m-%d %H:%M} UTC" if document.next_attempt else "later"
    why = masked(one_lined(last_line(document.last_error)))
    return f"  {_named(document)}: until {until}: {why}"


def _few(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"  and {len(lines) - _MOST:,} more"
