"""What stored runs tell together: how each ended, how fast, how the archive grew. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from corpus.types import Run, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run as a row of a table."""

    id: str
    started: datetime
    seconds: float | None  # on the clock; None while it goes on, or when it died
    new: int
    ready: int
    failed: int  # steps that failed, those that are tried again included
    sources_failed: int
    audio_seconds: float
    speed: float | None  # seconds of audio heard in a second of hearing; None: nothing was heard
    ending: str  # "done", "parked: …", "stopped: …", "not finished"


@dataclass(frozen=True, slots=True)
class Day:
    """What runs that began on one day (UTC) added, and people by hand."""

    day: date
    documents: int = 0  # made ready
    audio_seconds: float = 0.0  # heard


def summary_of(run: Run) -> RunSummary:
    """Return a run as a row."""
    seconds = (run.finished - run.started).total_seconds() if run.finished else None
    return RunSummary(
        id=run.id,
        started=run.started,
        seconds=max(0.0, seconds) if seconds is not None else None,  # clocks are set back
        new=sum(report.new for report in run.sources),
        ready=len(_made_ready(run)),
        failed=sum(bool(outcome.error) for outcome in run.outcomes),
        sources_failed=sum(bool(report.error) for report in run.sources),
        audio_seconds=audio_heard(run),
        speed=speed_of(run),
        ending=ending_of(run),
    )


def audio_heard(run: Run) -> float:
    """Return how many seconds of recordings a run heard."""
    return run.audio_seconds or sum(outcome.audio_seconds for outcome in run.outcomes)


def speed_of(run: Run) -> float | None:
    """Return how many seconds of audio were heard in a second of the steps that heard them.

    What a run does besides (waiting for hosts, articles, the index) does not count, so that
    nights can be compared.
    """
    heard = [outcome for outcome in run.outcomes if outcome.audio_seconds > 0]
    took = sum(outcome.seconds for outcome in heard)
    return sum(outcome.audio_seconds for outcome in heard) / took if took > 0 else None


def ending_of(run: Run) -> str:
    """Return in a word or a line how a run ended."""
    if run.error:
        return f"stopped: {last_line(run.error)}"
    if run.parked:
        return f"parked: {last_line(run.parked)}"
    return "done" if run.finished else "not finished"


def last_line(error: str | None) -> str:
    """Return the line of an error that says what was wrong: of a crash's trace, the last."""
    lines = (error or "").strip().splitlines()
    return lines[-1].strip() if lines else "no reason is known"


def grown_by_day(
    runs: Iterable[Run],
    by_hand: Iterable[tuple[str, datetime, float]] = (),
    *,
    until: date,
    days: int,
) -> list[Day]:
    """Return what was added on each of the `days` days up to `until`, the oldest first.

    Args:
        runs: each counts on the day on which it began.
        by_hand: what was made ready besides: id, when, seconds of audio. What a run took up as
            well, the run tells.
        until: the last day.
        days: so many.
    """
    first = until - timedelta(days=days - 1)
    documents: dict[date, set[str]] = {}
    audio: dict[date, float] = {}
    for run in runs:
        day = run.started.date()
        documents.setdefault(day, set()).update(_made_ready(run))
        audio[day] = audio.get(day, 0.0) + audio_heard(run)
    told = {document_id for ready in documents.values() for document_id in ready}
    for document_id, made, seconds in by_hand:
        if document_id not in told:
            documents.setdefault(made.date(), set()).add(document_id)
            audio[made.date()] = audio.get(made.date(), 0.0) + seconds
    asked = (first + timedelta(days=number) for number in range(days))
    return [Day(day, len(documents.get(day, ())), audio.get(day, 0.0)) for day in asked]


def below_in_a_row(runs: Sequence[Run]) -> dict[str, int]:
    """Return for each source whose last look found too little, how many looks in a row did.

    Args:
        runs: the newest first. A run that did not look at a source, or heard from it that
            nothing changed, tells nothing about it.
    """
    streaks: dict[str, int] = {}
    settled: set[str] = set()
    for run in runs:
        for source_id in run.below_expectation:
            if source_id not in settled:
                streaks[source_id] = streaks.get(source_id, 0) + 1
        told = {report.source_id for report in run.sources if not report.unchanged}
        settled |= told - set(run.below_expectation)
    return streaks


def failing_in_a_row(runs: Sequence[Run]) -> dict[str, int]:
    """Return for each source whose last look failed, how many looks in a row did; as above."""
    streaks: dict[str, int] = {}
    settled: set[str] = set()
    for run in runs:
        for report in run.sources:
            if not report.error:
                settled.add(report.source_id)
            elif report.source_id not in settled:
                streaks[report.source_id] = streaks.get(report.source_id, 0) + 1
    return streaks


def _made_ready(run: Run) -> set[str]:
    return {each.document_id for each in run.outcomes if each.after is Stage.READY}
