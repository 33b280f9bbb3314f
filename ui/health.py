"""Whether the archive is well, in one line and one number, as monitors want it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from corpus.types import Run, Stage
from ui.answers import Status

_SCARCE, _LITTLE = 1e9, 5e9  # bytes free: nothing can be taken in; soon nothing can be


class Level(IntEnum):
    """How well; the value is the exit code, as monitoring plugins give it."""

    OK = 0
    WARNING = 1
    CRITICAL = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    level: Level
    said: str


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that was found, the worst first, and the facts for the line."""

    findings: tuple[Finding, ...]
    facts: str

    @property
    def level(self) -> Level:
        """The worst of what was found."""
        return max((each.level for each in self.findings), default=Level.OK)

    @property
    def line(self) -> str:
        """What a monitor shows: the state, what is wrong, the facts."""
        wrong = "; ".join(each.said for each in self.findings)
        return f"{self.level.name}: {wrong}{' | ' if wrong else ''}{self.facts}"


def health_of(status: Status, *, free: float, now: datetime, max_age: timedelta) -> Health:
    """Return how well the archive is.

    Args:
        status: its state, with the last run.
        free: bytes free where it lies.
        now: the present moment.
        max_age: how long ago the last run may have begun.
    """
    found = [*_of_the_run(status.last_run, now, max_age), *_of_the_rest(status, free)]
    counts = status.counts
    ready, dead = counts.get(Stage.READY, 0), counts.get(Stage.DEAD, 0)
    facts = (
        f"{ready:,} documents ready, {sum(counts.values()) - ready - dead:,} under way, "
        f"{dead:,} given up; {status.passages:,} passages in generation "
        f"{status.generation or 'none'}; {free / 1e9:.1f} GB free"
    )
    return Health(tuple(sorted(found, key=lambda each: -each.level)), facts)


def _of_the_run(run: Run | None, now: datetime, max_age: timedelta) -> Iterator[Finding]:
    if run is None:
        yield Finding(Level.CRITICAL, "it never ran")
        return
    hours = (now - run.started).total_seconds() / 3600
    if now - run.started > max_age:
        yield Finding(Level.CRITICAL, f"the last run began {hours:.0f} hours ago")
    if run.error:
        yield Finding(Level.CRITICAL, f"the last run stopped: {_short(run.error)}")
    failed = [report.source_id for report in run.sources if report.error]
    if failed:
        yield Finding(Level.WARNING, f"sources failed: {_listed(failed)}")
    if run.below_expectation:
        yield Finding(Level.WARNING, f"fewer than expected: {_listed(run.below_expectation)}")
    dead = [outcome for outcome in run.outcomes if outcome.after is Stage.DEAD]
    if dead:
        yield Finding(Level.WARNING, f"{len(dead)} given up in the last run")
    crashed = [outcome for outcome in run.outcomes if outcome.crashed]
    if crashed:
        yield Finding(Level.WARNING, f"{len(crashed)} steps crashed in the last run")


def _of_the_rest(status: Status, free: float) -> Iterator[Finding]:
    behind = status.documents_ready - status.documents_indexed
    if status.documents_ready and status.generation is None:
        yield Finding(Level.CRITICAL, "there is no index")
    elif behind > 0:
        yield Finding(Level.WARNING, f"the index is {behind} documents behind")
    if free < _SCARCE:
        yield Finding(Level.CRITICAL, "the disk is full")
    elif free < _LITTLE:
        yield Finding(Level.WARNING, "the disk is nearly full")


def _listed(names: list[str] | tuple[str, ...]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _short(error: str) -> str:
    last = (error.strip().splitlines() or ["no reason is known"])[-1]
    return f"{last[:117]}…" if len(last) > 118 else last
