"""How the command line prints what the archive returns: for people, and as JSON for programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, TextIO

from corpus.types import Document, Outcome, Run, Source, Stage
from ui.answers import DocumentView, Status
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
            "url": document.url,
            "attempts": document.attempts,
            "last_error": document.last_error,
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
            "url": source.url,
            "enabled": source.enabled,
            "transcript": source.transcript.value,
        }
        for source in sources
    ]


def source_lines(sources: Iterable[Source]) -> Iterator[str]:
    """Yield one line a source."""
    for source in sources:
        state = "enabled" if source.enabled else "disabled"
        yield f"{source.id:<24} {source.kind.value:<8} {state:<9} {source.name}  {source.url}"


# ── state and reports ────────────────────────────────────────────────────────────────────────


def status_as_dict(status: Status) -> dict[str, Any]:
    """Return the shape that `onrecord status --json` prints."""
    return {
        "documents": {stage.value: status.counts.get(stage, 0) for stage in Stage},
        "failures": documents_as_list(status.failures),
        "index": {
            "generation": status.generation,
            "passages": status.passages,
            "documents": status.documents_indexed,
            "up_to_date": status.documents_indexed == status.documents_ready,
        },
        "files": {"count": status.files, "bytes": status.file_bytes},
        "last_run": run_as_dict(status.last_run) if status.last_run else None,
        "data_dir": status.data_dir,
        "warnings": list(status.warnings),
    }


def status_lines(status: Status) -> Iterator[str]:
    """Yield the state of the archive for reading."""
    counted = ", ".join(f"{n} {stage.value}" for stage, n in status.counts.items() if n)
    yield f"documents: {counted or 'none yet; run onrecord nightly'}"
    behind = status.documents_ready - status.documents_indexed
    late = f" ({behind} documents behind; run onrecord index)" if behind else ""
    yield f"index: generation {status.generation or 'none'}, {status.passages} passages{late}"
    yield f"files: {status.files}, {status.file_bytes / 1e6:.1f} MB in {status.data_dir}"
    for document in status.failures:
        first = (document.last_error or "").strip().splitlines()[-1:]
        yield plain(f"  {document.stage.value} {document.id} {document.title}: {''.join(first)}")
    if status.last_run:
        yield "last run:"
        yield from (f"  {line}" for line in run_lines(status.last_run))


def run_as_dict(run: Run) -> dict[str, Any]:
    """Return a run's report for `--json`."""
    return {
        "run": run.id,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "ok": is_ok(run),
        "sources": [
            {
                "source": report.source_id,
                "seen": report.seen,
                "new": report.new,
                "unchanged": report.unchanged,
                "warnings": list(report.warnings),
                "error": report.error,
            }
            for report in run.sources
        ],
        "outcomes": [_outcome_as_dict(outcome) for outcome in run.outcomes],
        "below_expectation": list(run.below_expectation),
        "warnings": list(run.warnings),
        "generation": run.generation,
        "passages": run.passages,
        "error": run.error,
    }


def _outcome_as_dict(outcome: Outcome) -> dict[str, Any]:
    return {
        "document": outcome.document_id,
        "title": outcome.title,
        "from": outcome.before.value,
        "to": outcome.after.value,
        "error": outcome.error,
        "crashed": outcome.crashed,
        "seconds": round(outcome.seconds, 2),
    }


def is_ok(run: Run) -> bool:
    """Say whether a run needs nobody's attention."""
    bad = any(o.crashed or o.after is Stage.DEAD for o in run.outcomes)
    quiet = run.below_expectation  # a feed that falls silent must be noticed
    return not (bad or quiet or run.error or any(report.error for report in run.sources))


def run_lines(run: Run) -> Iterator[str]:
    """Yield the night's report: sources, what became ready, what failed and why."""
    took = f" in {(run.finished - run.started).total_seconds():.0f} s" if run.finished else ""
    ready = sum(outcome.after is Stage.READY for outcome in run.outcomes)
    new = sum(report.new for report in run.sources)
    published = f"generation {run.generation or 'none'}, {run.passages} passages"
    yield f"{run.started:%Y-%m-%d %H:%M} UTC{took}: {new} new, {ready} ready, {published}"
    for report in run.sources:
        found = "unchanged" if report.unchanged else f"{report.seen} seen, {report.new} new"
        yield f"  {report.source_id}: {found}" + (f": {report.error}" if report.error else "")
        yield from (plain(f"    warning: {warning}") for warning in report.warnings)
    for source_id in run.below_expectation:
        yield f"  {source_id}: fewer documents than expected"
    yield from (plain(f"  warning: {warning}") for warning in run.warnings)
    for outcome in run.outcomes:
        if outcome.error:
            last = outcome.error.strip().splitlines()[-1]
            yield plain(f"  {outcome.after.value} {outcome.document_id} {outcome.title}: {last}")
    if run.error:
        yield f"  stopped: {plain(run.error)}"


def outcomes_as_list(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """Return what became of documents, for `--json`."""
    return [_outcome_as_dict(outcome) for outcome in outcomes]


def outcome_lines(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Yield what became of documents added by hand."""
    for outcome in outcomes:
        tail = f": {outcome.error}" if outcome.error else f" ({outcome.seconds:.1f} s)"
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
