"""How runs and the state of the archive are printed: for people, and as JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from corpus.masking import masked
from corpus.types import Delivery, Outcome, Run, Stage
from ui.answers import Status
from ui.operating.reports import audio_heard, last_line, speed_of
from ui.printing.lines import documents_as_list, outcome_as_dict, plain

_SLOWEST = 5  # steps that are named
_SLOW = 5.0  # seconds: quicker ones are not worth a line


def is_ok(run: Run) -> bool:
    """Say whether a run needs nobody's attention."""
    bad = any(o.crashed or o.after is Stage.DEAD for o in run.outcomes)
    quiet = run.below_expectation  # a feed that falls silent must be noticed
    return not (bad or quiet or run.error or any(report.error for report in run.sources))


# ── one run ──────────────────────────────────────────────────────────────────────────────────


def run_as_dict(run: Run) -> dict[str, Any]:
    """Return a run's report for `--json`."""
    failed = _failed_by_source(run)
    return {
        "run": run.id,
        "started": run.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "ok": is_ok(run),
        "parked": run.parked,
        "sources": [
            {
                "source": report.source_id,
                "seen": report.seen,
                "new": report.new,
                "changed": report.changed,
                "unchanged": report.unchanged,
                "failed": failed[report.source_id],
                "warnings": [masked(warning) for warning in report.warnings],
                "error": masked(report.error) if report.error else None,
            }
            for report in run.sources
        ],
        "stages": [
            {
                "stage": each.stage.value,
                "done": each.done,
                "failed": each.failed,
                "waiting": each.waiting,
                "seconds": round(each.seconds, 2),
            }
            for each in run.stages
        ],
        "audio_seconds": round(audio_heard(run), 1),
        "speed": _rounded(speed_of(run)),
        "slowest": [outcome_as_dict(outcome) for outcome in slowest(run)],
        "outcomes": [outcome_as_dict(outcome) for outcome in run.outcomes],
        "below_expectation": list(run.below_expectation),
        "warnings": [masked(warning) for warning in run.warnings],
        "generation": run.generation,
        "passages": run.passages,
        "deliveries": [_delivery_as_dict(each) for each in run.deliveries],
        "disk": {"used": run.disk_used, "free": run.disk_free},
        "error": masked(run.error) if run.error else None,
    }


def run_lines(run: Run) -> Iterator[str]:
    """Yield the night's report: sources, stages, what became ready, what failed and why."""
    yield _first_line(run)
    for line in (
        *_ending_lines(run),
        *_source_lines(run),
        *_stage_lines(run),
        *_speed_lines(run),
        *_delivery_lines(run),
        *_failure_lines(run),
    ):
        yield f"  {plain(masked(line))}"


def slowest(run: Run) -> list[Outcome]:
    """Return the steps that took longest, the longest first."""
    slow = [outcome for outcome in run.outcomes if outcome.seconds >= _SLOW]
    return sorted(slow, key=lambda each: -each.seconds)[:_SLOWEST]


def _first_line(run: Run) -> str:
    took = " and has not finished"
    if run.finished:
        took = f" in {(run.finished - run.started).total_seconds():.0f} s"
    ready = sum(outcome.after is Stage.READY for outcome in run.outcomes)
    new = sum(report.new for report in run.sources)
    published = f"generation {run.generation or 'none'}, {run.passages} passages"
    return f"{run.started:%Y-%m-%d %H:%M} UTC{took}: {new} new, {ready} ready, {published}"


def _ending_lines(run: Run) -> Iterator[str]:
    if run.error:
        yield f"stopped: {' '.join(run.error.split())}"
    if run.parked:
        yield f"parked: {run.parked}; the next run goes on from there"


def _source_lines(run: Run) -> Iterator[str]:
    failed = _failed_by_source(run)
    for report in run.sources:
        found = f"{report.seen} seen, {report.new} new"
        if report.unchanged:
            found = "unchanged"
        if report.changed:
            found += f", {report.changed} changed"
        if failed[report.source_id]:
            found += f", {failed[report.source_id]} failed"
        yield f"{report.source_id}: {found}" + (f": {report.error}" if report.error else "")
        yield from (f"  warning: {warning}" for warning in report.warnings)
    for source_id in run.below_expectation:
        yield f"{source_id}: fewer documents than expected"
    yield from (f"warning: {warning}" for warning in run.warnings)


def _stage_lines(run: Run) -> Iterator[str]:
    for each in run.stages:
        if each.done or each.failed or each.waiting:
            failed = f", {each.failed} failed" if each.failed else ""
            took = f", {each.seconds:.0f} s of work" if each.seconds >= 1 else ""
            yield f"{each.stage.value}: {each.done} taken on{failed}, {each.waiting} wait{took}"


def _speed_lines(run: Run) -> Iterator[str]:
    if heard := audio_heard(run):
        speed = speed_of(run)
        fast = f", {speed:.1f} times as fast as it plays" if speed else ""
        yield f"heard {heard / 3600:.2f} hours of audio{fast}"
    for outcome in slowest(run):
        yield (
            f"slow: {outcome.seconds:.0f} s for {outcome.before.value} "
            f"{outcome.document_id} {outcome.title}"
        )
    if run.disk_used or run.disk_free:
        yield f"disk: {sized(run.disk_used)} used, {sized(run.disk_free)} free"


def sized(size: int) -> str:
    """Return bytes as a person says them.

    >>> sized(3_200_000_000), sized(1_400_000)
    ('3.2 GB', '1.4 MB')
    """
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{size / 1e6:,.1f} MB"


def _delivery_lines(run: Run) -> Iterator[str]:
    for each in run.deliveries:
        what = f"not delivered, it stays due: {each.error}" if each.error else f"{each.quotes} new"
        yield f"“{each.question}” to {each.address}: {what}"


def _failure_lines(run: Run) -> Iterator[str]:
    for outcome in run.outcomes:
        if outcome.error:
            said = last_line(outcome.error)
            yield f"{outcome.after.value} {outcome.document_id} {outcome.title}: {said}"


def _failed_by_source(run: Run) -> Counter[str]:
    return Counter(outcome.source_id for outcome in run.outcomes if outcome.error)


def _delivery_as_dict(delivery: Delivery) -> dict[str, Any]:
    return {
        "watch": delivery.watch_id,
        "question": delivery.question,
        "address": masked(delivery.address),
        "quotes": delivery.quotes,
        "error": masked(delivery.error) if delivery.error else None,
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 2)


# ── the state of the archive ─────────────────────────────────────────────────────────────────


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
            "published": status.published.isoformat() if status.published else None,
        },
        "files": {"count": status.files, "bytes": status.file_bytes},
        "disk": {
            "used_after_last_run": status.last_run.disk_used if status.last_run else None,
            "free": status.disk_free,
        },
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
    yield _disk_line(status)
    yield from (plain(f"warning: {masked(warning)}") for warning in status.warnings)
    for document in status.failures:
        why = masked(last_line(document.last_error)) if document.last_error else ""
        yield plain(f"  {document.stage.value} {document.id} {document.title}: {why}")
    if status.last_run:
        yield "last run:"
        yield from (f"  {line}" for line in run_lines(status.last_run))


def _disk_line(status: Status) -> str:
    run = status.last_run
    used = ""
    if run and run.finished and run.disk_used:
        used = f"{run.disk_used / 1e9:.2f} GB used as of the last run, "
    return f"disk: {used}{status.disk_free / 1e9:.1f} GB free"
