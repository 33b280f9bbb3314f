"""How the last runs are printed side by side: as a table, and as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from corpus.masking import masked
from corpus.types import Run
from ui.operating.reports import RunSummary, summary_of
from ui.plainwords import one_lined
from ui.printing.runs import is_ok

_HEADS = ("run", "began (UTC)", "took", "new", "ready", "failed", "audio", "speed", "ended")
_WIDEST = 60  # characters of why a run ended


def runs_lines(runs: Iterable[Run]) -> Iterator[str]:
    """Yield a line for every run under a line of headings."""
    rows = [_HEADS, *(_cells(summary_of(run)) for run in runs)]
    if len(rows) == 1:
        yield "There was no run yet: `onrecord nightly` is one."
        return
    widths = [max(len(row[number]) for row in rows) for number in range(len(_HEADS))]
    for row in rows:
        named = (f"{cell:<{width}}" for cell, width in zip(row[:2], widths, strict=False))
        counted = (f"{cell:>{width}}" for cell, width in zip(row[2:-1], widths[2:], strict=False))
        yield "  ".join((*named, *counted, row[-1])).rstrip()


def runs_as_list(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """Return the runs for `--json`; `onrecord report RUN --json` has all of one."""
    return [_as_dict(run, summary_of(run)) for run in runs]


def _as_dict(run: Run, row: RunSummary) -> dict[str, Any]:
    return {
        "run": row.id,
        "started": row.started.isoformat(),
        "finished": run.finished.isoformat() if run.finished else None,
        "ok": is_ok(run),
        "seconds": row.seconds,
        "new": row.new,
        "ready": row.ready,
        "failed": row.failed,
        "sources_failed": row.sources_failed,
        "audio_seconds": round(row.audio_seconds, 1),
        "speed": None if row.speed is None else round(row.speed, 2),
        "ended": masked(row.ending),
        "generation": run.generation,
        "disk": {"used": run.disk_used, "free": run.disk_free},
    }


def _cells(row: RunSummary) -> tuple[str, ...]:
    failed = f"{row.failed + row.sources_failed:,}"
    ending = one_lined(masked(row.ending))
    return (
        one_lined(row.id),
        f"{row.started:%Y-%m-%d %H:%M}",
        str(timedelta(seconds=round(row.seconds))) if row.seconds is not None else "-",
        f"{row.new:,}",
        f"{row.ready:,}",
        failed,
        f"{row.audio_seconds / 3600:.1f} h" if row.audio_seconds else "-",
        f"{row.speed:.1f}x" if row.speed is not None else "-",
        ending if len(ending) <= _WIDEST else f"{ending[: _WIDEST - 1]}…",
    )
