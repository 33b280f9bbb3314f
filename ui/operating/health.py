"""Whether the archive is well, in one line and one number, as monitors want it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from corpus.masking import masked
from corpus.types import Run, Stage
from ui.answers import Status
from ui.operating.reports import below_in_a_row, failing_in_a_row, last_line

_AHEAD = timedelta(hours=1)  # two clocks differ by less
_NIGHTS = 2  # from how many looks in a row on it is said how many they were
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What is known besides the last run."""

    runs: Sequence[Run] = ()  # the newest first; the last one among them
    at_work: bool = False  # a run is going on
    died: datetime | None = None  # when a run began that ended without saying so
    # Enabled sources whose last look, however long ago, failed or found too little.
    # None: as the runs say.
    failing: Sequence[str] | None = None
    silent: Sequence[str] | None = None
    unreadable: str = ""  # why the registry of sources cannot be read


def health_of(
    status: Status,
    *,
    free: float,
    now: datetime,
    max_age: timedelta,
    past: Past | None = None,
) -> Health:
    """Return how well the archive is.

    Args:
        status: its state, with the last run.
        free: bytes free where it lies.
        now: the present moment.
        max_age: how long ago the last run may have begun.
        past: runs before the last one, and whether one is going on; None: nothing is known.
    """
    past = past or Past(runs=[status.last_run] if status.last_run else [])
    found = [
        *_of_the_clock(status.last_run, now, max_age),
        *_of_the_runs(past),
        *_of_the_rest(status, free, past.at_work),
    ]
    counts = status.counts
    ready, dead = counts.get(Stage.READY, 0), counts.get(Stage.DEAD, 0)
    facts = (
        f"{ready:,} documents ready, {sum(counts.values()) - ready - dead:,} under way, "
        f"{dead:,} given up; {status.passages:,} passages in generation "
        f"{status.generation or 'none'}; {free / 1e9:.1f} GB free"
    )
    return Health(tuple(sorted(found, key=lambda each: -each.level)), facts)


def unwell(why: str) -> Health:
    """Return how well an archive is that cannot be looked at at all."""
    return Health((Finding(Level.CRITICAL, _short(why)),), "nothing more is known")


def _of_the_clock(run: Run | None, now: datetime, max_age: timedelta) -> Iterator[Finding]:
    if run is None:
        yield Finding(Level.CRITICAL, "it never ran")
    elif now - run.started > max_age:
        hours = (now - run.started).total_seconds() / 3600
        yield Finding(Level.CRITICAL, f"the last run began {hours:.0f} hours ago")
    elif run.started - now > _AHEAD:
        when = f"{run.started:%Y-%m-%d %H:%M} UTC"
        yield Finding(Level.WARNING, f"the last run began in the future, {when}: a clock is wrong")


def _of_the_runs(past: Past) -> Iterator[Finding]:
    if past.unreadable:
        why = _short(past.unreadable)
        yield Finding(Level.CRITICAL, f"the registry of sources cannot be read: {why}")
    if past.died:
        when = f"{past.died:%Y-%m-%d %H:%M} UTC"
        yield Finding(Level.CRITICAL, f"the run of {when} died in the middle")
    # What goes on, or died, has not told everything: the one before it has.
    ended = [run for run in past.runs if run.finished]
    if ended:
        yield from _of_the_ending(ended[0], past.at_work)
        yield from _of_the_sources(ended[0], ended, past)
        yield from _of_the_work(ended[0])


def _of_the_ending(last: Run, at_work: bool) -> Iterator[Finding]:
    if last.error:
        yield Finding(Level.CRITICAL, f"the last run stopped: {_short(last.error)}")
    elif last.parked and not at_work:
        yield Finding(Level.WARNING, f"the last run was parked: {_short(last.parked)}")


def _of_the_work(last: Run) -> Iterator[Finding]:
    dead = sum(outcome.after is Stage.DEAD for outcome in last.outcomes)
    if dead:
        yield Finding(Level.WARNING, f"{dead} given up in the last run")
    crashed = sum(outcome.crashed for outcome in last.outcomes)
    if crashed:
        yield Finding(Level.WARNING, f"{crashed} steps crashed in the last run")
    unsent = [each.address for each in last.deliveries if each.error]
    if unsent:
        yield Finding(Level.WARNING, f"not delivered: {_listed([*dict.fromkeys(unsent)])}")


def _of_the_sources(last: Run, ended: Sequence[Run], past: Past) -> Iterator[Finding]:
    failed, below = failing_in_a_row(ended), below_in_a_row(ended)
    now_failed = [report.source_id for report in last.sources if report.error]
    for said, looks, now, known in (
        ("sources failed", failed, now_failed, past.failing),
        ("fewer than expected", below, last.below_expectation, past.silent),
    ):
        names = [*dict.fromkeys((*now, *(looks if known is None else known)))]
        if names:
            yield Finding(Level.WARNING, f"{said}: {_listed(_with_looks(names, looks))}")


def _with_looks(names: Sequence[str], looks: Mapping[str, int]) -> list[str]:
    """Return the names, the ones that have been so for longest first."""
    longest = sorted(names, key=lambda name: -looks.get(name, 1))
    return [
        f"{name} ({looks[name]} looks in a row)" if looks.get(name, 1) >= _NIGHTS else name
        for name in longest
    ]


def _of_the_rest(status: Status, free: float, at_work: bool) -> Iterator[Finding]:
    behind = status.documents_ready - status.documents_indexed
    for warning in status.warnings:
        yield Finding(Level.CRITICAL, _short(warning))
    if status.documents_ready and status.generation is None and not status.warnings:
        yield Finding(Level.CRITICAL, "there is no index")
    elif behind > 0 and not at_work:  # a run publishes at its end
        yield Finding(Level.WARNING, f"the index is {behind} documents behind")
    if free < _SCARCE:
        yield Finding(Level.CRITICAL, "the disk is full")
    elif free < _LITTLE:
        yield Finding(Level.WARNING, "the disk is nearly full")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _short(error: str) -> str:
    last = masked(last_line(error))
    return f"{last[:117]}…" if len(last) > 118 else last
