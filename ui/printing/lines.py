"""How the command line prints what the archive returns: for people, and as JSON for programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from corpus.masking import masked
from corpus.types import Document, Outcome, Source
from ui.answers import DocumentView
from ui.plainwords import named_by, plain

if TYPE_CHECKING:
    from index.sync import SyncReport

__all__ = ["named_by", "plain"]  # beside what is defined here

_QUIET_SECONDS = 2.0  # between two progress lines about the same thing


# ── documents ────────────────────────────────────────────────────────────────────────────────


def document_lines(documents: Iterable[Document]) -> Iterator[str]:
    """Yield one line a document."""
    for document in documents:
        day = f"{document.published:%Y-%m-%d}" if document.published else "----------"
        yield f"{document.id}  {day}  {document.stage.value:<11}  " + plain(
            f"{document.show}: {document.title}"
        )


def documents_as_list(documents: Iterable[Document]) -> list[dict[str, Any]]:
    """Return documents for `--json`."""
    return [
        {
            "document": document.id,
            "kind": document.kind.value,
            "title": document.title,
            "show": document.show,
            "source": document.source_id,
            "published": document.published.isoformat() if document.published else None,
            "stage": document.stage.value,
            "revision": document.revision,
            "url": masked(document.url),
            "attempts": document.attempts,
            "last_error": masked(document.last_error) if document.last_error else None,
        }
        for document in documents
    ]


def sources_as_list(sources: Iterable[Source]) -> list[dict[str, Any]]:
    """Return sources for `--json`."""
    return [
        {
            "id": source.id,
            "name": source.name,
            "kind": source.kind.value,
            "url": masked(source.url),
            "enabled": source.enabled,
            "transcript": source.transcript.value,
        }
        for source in sources
    ]


def source_lines(sources: Iterable[Source]) -> Iterator[str]:
    """Yield one line a source."""
    for source in sources:
        state = "enabled" if source.enabled else "disabled"
        told = f"{source.id:<24} {source.kind.value:<8} {state:<9} {source.name}"
        yield f"{told}  {masked(source.url)}"


# ── outcomes ─────────────────────────────────────────────────────────────────────────────────


def outcome_as_dict(outcome: Outcome) -> dict[str, Any]:
    """Return what became of a document in one step, for `--json`."""
    return {
        "document": outcome.document_id,
        "title": outcome.title,
        "source": outcome.source_id,
        "from": outcome.before.value,
        "to": outcome.after.value,
        "error": masked(outcome.error) if outcome.error else None,
        "crashed": outcome.crashed,
        "seconds": round(outcome.seconds, 2),
        "audio_seconds": round(outcome.audio_seconds, 2),
    }


def outcomes_as_list(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Return what became of documents, for `--json`."""
    return [outcome_as_dict(outcome) for outcome in outcomes]


def outcome_lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield what became of documents added by hand."""
    for outcome in outcomes:
        tail = f": {masked(outcome.error)}" if outcome.error else f" ({outcome.seconds:.1f} s)"
        yield plain(f"{outcome.document_id} {outcome.title}: {outcome.after.value}{tail}")


def note_lines(view: DocumentView) -> Iterator[str]:
    """Yield what a text says of its making: a transcript refused, voices in doubt."""
    for warning in view.text.warnings if view.text else ():
        yield f"{view.document.id} note: {plain(warning)}"


def sync_line(report: SyncReport) -> str:
    """Return what a sync of the index did."""
    if report.generation is None:
        return "the index is up to date"
    changed = f"{report.added} added, {report.replaced} replaced, {report.removed} removed"
    why = f"; built anew: {report.rebuilt}" if report.rebuilt else ""
    return f"generation {report.generation}: {changed}, {report.passages} passages written{why}"


# ── progress ─────────────────────────────────────────────────────────────────────────────────


class ProgressLines:
    """Progress on standard error: one living line on a terminal, a line now and then elsewhere."""

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self._stream = stream or sys.stderr
        self._alive = self._stream.isatty()
        self._quiet = quiet
        self._what = ""
        self._told = 0.0

    def __call__(self, what: str, fraction: float, message: str, /) -> None:
        """Tell how far `what` has come."""
        if self._quiet:
            return
        line = f"{fraction:4.0%}  {plain(what)[:48]:<48}  {plain(message)[:100]}"
        if self._alive:
            end = "\n" if fraction >= 1 else ""
            print(f"\r\x1b[K{line}", end=end, file=self._stream, flush=True)
        elif self._is_news(what, fraction):
            print(line, file=self._stream, flush=True)

    def _is_news(self, what: str, fraction: float) -> bool:
        moment = time.monotonic()
        if what == self._what and fraction < 1 and moment - self._told < _QUIET_SECONDS:
            return False
        self._what, self._told = what, moment
        return True
