"""One run as far as it has come; its record is stored as it goes, so that a dead run leaves one."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from corpus.errors import OnRecordError
from corpus.masking import masked
from corpus.types import (
    Event,
    Happening,
    MediaRole,
    Outcome,
    Run,
    Source,
    SourceReport,
    Stage,
)
from ingest.hosts import Hosts
from ingest.tallying import below_expectation, disk_free, disk_used, stage_reports
from ingest.workshop import Workshop, now

Tell = Callable[[Event], None]

_BETWEEN = 10.0  # seconds between two times the record is stored
_SHARE = 50  # and at least so many times as long as storing it took
_DIED = "it did not finish: it was killed, or the machine went down"


def untold(_event: Event) -> None:
    """Tell nobody."""


class Night:
    """What a run has done so far.

    Args:
        shop: the tools.
        sources: that are to be looked at.
        tell: hears of everything that happens.
    """

    def __init__(self, shop: Workshop, sources: Sequence[Source], tell: Tell = untold) -> None:
        self.hosts = Hosts()
        self._shop = shop
        self._sources = sources
        self._tell = tell
        self._started = now()
        self._clock = time.monotonic()
        self._id = f"{self._started:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
        self._reports: list[SourceReport] = []
        self._outcomes: list[Outcome] = []
        self._before: tuple[str, ...] = ()  # of the run before
        self._next_keeping = 0.0
        self.notes: tuple[str, ...] = ()  # what whoever reads its record should know

    def begin(self) -> None:
        """Note a run before that died, and store that this one has begun."""
        self._before = _closed_before(self._shop)
        for warning in self._before:
            self._tell(Event(happening=Happening.WARNED, message=warning))
        self._keep()
        message = f"{counted(len(self._sources), 'source')} to look at"
        self._tell(Event(happening=Happening.STARTED, message=message))

    def add_reports(self, reports: Sequence[SourceReport], seconds: float) -> None:
        """Take in what looking at sources found, which ended `seconds` after all began."""
        for report in reports:
            self._reports.append(report)
            self._tell(
                Event(
                    happening=Happening.FAILED if report.error else Happening.LOOKED,
                    source_id=report.source_id,
                    message=report.error or found_by(report),
                    seconds=seconds,
                )
            )
        self._keep_now_and_then()

    def add(self, outcome: Outcome) -> None:
        """Take in how a step of a document ended."""
        outcome = self._heard(outcome)
        if outcome.error is not None:
            outcome = replace(outcome, error=masked(outcome.error))
        self._outcomes.append(outcome)
        self._tell(event_of(outcome))
        self._keep_now_and_then()

    @property
    def not_looked_at(self) -> int:
        """How many sources the look did not come to the end of."""
        return len(self._sources) - len(self._reports)

    @property
    def started(self) -> datetime:
        """The moment it began."""
        return self._started

    @property
    def seconds(self) -> float:
        """Since it began, on the clock."""
        return time.monotonic() - self._clock

    def run(self, *, error: str | None = None, parked: str | None = None) -> Run:
        """Return its record, as far as it has come."""
        return Run(
            id=self._id,
            started=self._started,
            sources=self._in_their_order(),
            outcomes=tuple(self._outcomes),
            below_expectation=below_expectation(self._sources, self._reports),
            error=masked(error) if error else None,
            warnings=(*self._before, *self.hosts.warnings(), *self.notes),
            parked=parked,
            stages=stage_reports(self._outcomes, {}),
            audio_seconds=sum(outcome.audio_seconds for outcome in self._outcomes),
        )

    def _in_their_order(self) -> tuple[SourceReport, ...]:
        places = {source.id: place for place, source in enumerate(self._sources)}
        return tuple(sorted(self._reports, key=lambda each: places[each.source_id]))

    def _keep_now_and_then(self) -> None:
        if time.monotonic() >= self._next_keeping:
            self._keep()

    def _keep(self) -> None:
        begun = time.monotonic()
        with contextlib.suppress(OnRecordError):  # at its end the run says so itself
            self._shop.catalogue.save_run(self.run())
        took = time.monotonic() - begun
        self._next_keeping = begun + max(_BETWEEN, _SHARE * took)

    def _heard(self, outcome: Outcome) -> Outcome:
        """Add how long the recording is that the step heard."""
        if outcome.audio_seconds or outcome.error or outcome.after is not Stage.TRANSCRIBED:
            return outcome
        kept = self._shop.catalogue.media(outcome.document_id, MediaRole.PLAYBACK)
        return replace(outcome, audio_seconds=(kept[0].duration or 0.0) if kept else 0.0)


def finish_run(shop: Workshop, run: Run) -> Run:
    """Close the record of a run and store it; one that cannot be stored says so itself."""
    try:
        waiting = shop.catalogue.counts()
    except OnRecordError:
        waiting = {}
    folder = shop.settings.data_dir
    done = replace(
        run,
        finished=_end_of(run.started),
        stages=stage_reports(run.outcomes, waiting),
        disk_used=disk_used(folder),
        disk_free=disk_free(folder),
    )
    try:
        shop.catalogue.save_run(done)
    except OnRecordError as error:
        return replace(done, error="; ".join(filter(None, (done.error, str(error)))))
    return done


def found_by(report: SourceReport) -> str:
    """Return in words what a look found."""
    if report.unchanged:
        return "unchanged"
    changed = f", {report.changed} changed" if report.changed else ""
    return f"{report.seen} seen, {report.new} new{changed}"


def counted(number: int, thing: str) -> str:
    """Return a number of things in words.

    >>> counted(1, "document"), counted(2, "document")
    ('1 document', '2 documents')
    """
    return f"{number} {thing}{'' if number == 1 else 's'}"


def event_of(outcome: Outcome) -> Event:
    """Return how a step ended, for the log."""
    error = (outcome.error or "").strip().splitlines()[-1:]
    return Event(
        happening=Happening.FAILED if outcome.error is not None else Happening.DONE,
        source_id=outcome.source_id,
        document_id=outcome.document_id,
        title=outcome.title,
        stage=outcome.before,
        seconds=outcome.seconds,
        message=f"{outcome.after.value}{': ' if error else ''}{''.join(error)}",
    )


def _closed_before(shop: Workshop) -> tuple[str, ...]:
    """Close the record of the run before if it died; return a line that says so.

    Whoever calls this holds the lock: what is unfinished is not at work any more.
    """
    before = shop.catalogue.last_run()
    if before is None or before.finished is not None or before.error is not None:
        return ()
    shop.catalogue.save_run(replace(before, error=_DIED))
    which = f"the run of {before.started:%Y-%m-%d %H:%M} UTC ({before.id})"
    steps = f"the {len(before.outcomes)} steps in its record, and what it stored after them"
    return (f"{which} did not finish: it was killed, or the machine went down; {steps}, are kept",)


def _end_of(started: datetime) -> datetime:
    """Return the present moment, or what must pass for it where the clock was set back."""
    return max(now(), started + timedelta(milliseconds=1))
