"""What failed, and why, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from corpus.masking import masked
from corpus.types import Document, Stage
from ui.operating.reports import last_line
from ui.printing.lines import plain


def failure_lines(failures: Iterable[Document]) -> Iterator[str]:
    """Yield for each document what it is, how often it was tried, and the reason."""
    failed = list(failures)
    for document in failed:
        yield f"{document.id}  " + plain(f"{document.show}: {document.title}")
        yield f"  {_state(document)}"
        yield f"  {plain(reason_of(document))}"
    if not failed:
        yield "Nothing has failed."
    elif any(document.stage is Stage.DEAD for document in failed):
        yield "`onrecord retry DOCUMENT`, or `--all`, puts back what was given up."


def failures_as_list(failures: Iterable[Document]) -> list[dict[str, Any]]:
    """Return the failures for `--json`; `error` is whole, a crash with its trace."""
    return [
        {
            "document": document.id,
            "source": document.source_id,
            "title": document.title,
            "url": masked(document.url),
            "stage": document.stage.value,
            "attempts": document.attempts,
            "next_attempt": document.next_attempt.isoformat() if document.next_attempt else None,
            "reason": reason_of(document),
            "error": document.last_error,
        }
        for document in failures
    ]


def reason_of(document: Document) -> str:
    """Return the reason in one line: of a crash its last line."""
    return last_line(document.last_error)


def _state(document: Document) -> str:
    times = f"tried {document.attempts} time{'' if document.attempts == 1 else 's'}"
    if document.stage is Stage.DEAD:
        return f"given up, {times}"
    again = (
        f", again after {document.next_attempt:%d %b %H:%M} UTC" if document.next_attempt else ""
    )
    return f"{document.stage.value}, {times}{again}"
