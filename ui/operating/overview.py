"""Everything an operator looks at together: how well, sources, runs, what waits, how it grew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from corpus.errors import RegistryError
from corpus.types import Document, Source, SourceReport
from ingest.spiders import ADDED
from ui.answers import Status
from ui.operating.health import Health, Past, health_of
from ui.operating.reports import (
    Day,
    RunSummary,
    below_in_a_row,
    failing_in_a_row,
    grown_by_day,
    summary_of,
)
from ui.state import brief_status_of, died_at_work, holder_of, status_of

if TYPE_CHECKING:
    from corpus.types import Run
    from ui.archive import Archive

MAX_AGE = timedelta(hours=36)  # of the last run: one night may be missed, not two
_REMEMBERED = 14  # runs that tell how often in a row a source disappointed
_DAYS = 30
_MOST_RUNS = 1000  # that are looked through for what was added in these days
_SLACK = 0.9  # a source is due a little early: what starts runs drifts by minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """One source, as its last look left it."""

    source: Source
    looked: datetime | None = None  # None: never yet
    report: SourceReport | None = None
    due: datetime | None = None  # None: at the next run
    below: int = 0  # looks in a row that found fewer documents than expected
    failing: int = 0  # looks in a row that failed
    failed: int = 0  # documents that failed the last time or were given up


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the page *Status* shows."""

    now: datetime
    health: Health
    status: Status
    at_work: datetime | None  # since when a run is going on
    sources: tuple[SourceState, ...]  # enabled, what needs a look first
    disabled: tuple[Source, ...]
    runs: tuple[RunSummary, ...]  # of these days, the newest first
    failures: tuple[Document, ...]
    days: tuple[Day, ...]  # the oldest first
    audio_seconds: float  # of all recordings


def health_now(archive: Archive, *, now: datetime, max_age: timedelta = MAX_AGE) -> Health:
    """Return how well the archive is, in well under a second: a monitor asks."""
    runs = archive.catalogue.runs(_REMEMBERED)
    status = brief_status_of(archive, runs[0] if runs else None)
    past = _past_of(archive, runs)
    return health_of(status, free=status.disk_free, now=now, max_age=max_age, past=past)


def overview_of(archive: Archive, *, now: datetime) -> Overview:
    """Return everything the page *Status* shows."""
    status = status_of(archive)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    since = midnight - timedelta(days=_DAYS - 1)
    # An archive that was left alone for a month shows when that began.
    runs = archive.catalogue.runs(_MOST_RUNS, since=since) or archive.catalogue.runs(_REMEMBERED)
    past = _past_of(archive, runs[:_REMEMBERED])
    by_hand = archive.catalogue.made_ready(ADDED, since)
    holder = holder_of(archive.settings)
    registry: Mapping[str, Source] = {} if past.unreadable else archive.sources
    return Overview(
        now=now,
        health=health_of(status, free=status.disk_free, now=now, max_age=MAX_AGE, past=past),
        status=status,
        at_work=holder.since if holder and holder.at_work else None,
        sources=_states(archive, registry, runs, status.failures),
        disabled=tuple(each for each in registry.values() if not each.enabled),
        runs=tuple(summary_of(run) for run in runs),
        failures=status.failures,
        days=tuple(grown_by_day(runs, by_hand, until=now.date(), days=_DAYS)),
        audio_seconds=archive.catalogue.audio_seconds(),
    )


def _past_of(archive: Archive, runs: list[Run]) -> Past:
    holder, unreadable = holder_of(archive.settings), ""
    looked: list[tuple[Source, SourceReport]] = []
    try:
        looks = archive.catalogue.looks()
        enabled = (each for each in archive.sources.values() if each.enabled)
        looked = [(each, looks[each.id][1]) for each in enabled if each.id in looks]
    except RegistryError as error:
        unreadable = str(error)
    return Past(
        runs=runs,
        at_work=holder is not None and holder.at_work,
        died=died_at_work(runs, holder),
        failing=[source.id for source, report in looked if report.error],
        silent=[source.id for source, report in looked if report.is_below(source.expect_at_least)],
        unreadable=unreadable,
    )


def _states(
    archive: Archive,
    registry: Mapping[str, Source],
    runs: Sequence[Run],
    failures: Sequence[Document],
) -> tuple[SourceState, ...]:
    looks, failed = archive.catalogue.looks(), Counter(each.source_id for each in failures)
    below, failing = below_in_a_row(runs), failing_in_a_row(runs)
    states = []
    for source in (each for each in registry.values() if each.enabled):
        looked, report = looks.get(source.id, (None, None))
        rests = timedelta(seconds=source.every * _SLACK)
        state = SourceState(
            source=source,
            looked=looked,
            report=report,
            due=looked + rests if looked and source.every else None,
            below=below.get(
                source.id, int(report is not None and report.is_below(source.expect_at_least))
            ),
            failing=failing.get(source.id, 0),
            failed=failed[source.id],
        )
        states.append(state)
    return tuple(sorted(states, key=lambda each: (-each.failing, -each.below)))
