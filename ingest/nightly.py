"""The night's work: look at the due sources, beside it take every due document on, report.

Publishing the index is not done here: ingest and index never meet.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence

from corpus.errors import OnRecordError
from corpus.types import Run, Source, SourceReport
from ingest.beside import Look, News
from ingest.lanes import WORKING_STAGES
from ingest.locking import nightly_lock
from ingest.moves import told_of
from ingest.night import Night, Tell, counted, finish_run, untold
from ingest.pipeline import drain
from ingest.prospect import chosen_sources
from ingest.revisits import ask_for_transcripts
from ingest.rounds import look_and_tell, look_at
from ingest.workshop import Workshop, now

__all__ = ["finish_run", "look_at", "nightly_lock", "run_nightly"]

Stop = Callable[[], bool]


def run_nightly(
    shop: Workshop,
    *,
    only: Sequence[str] = (),
    budget: float | None = None,
    stop: Stop | None = None,
    tell: Tell = untold,
) -> Run:
    """Look at the due sources, then take documents on until done, out of time or asked to stop.

    The record of the run is stored as it goes: also Ctrl-C, a bug or a power cut leaves one.

    Args:
        shop: the tools.
        only: source ids to look at, due or not; empty looks at all enabled sources that are due.
        budget: seconds after which no more work is started; None: as the settings say.
        stop: asked often whether to put the work down.
        tell: hears of everything that happens.

    Raises:
        SourceNotFoundError: `only` names a source the registry does not have.
    """
    until = time.monotonic() + (shop.settings.nightly_budget if budget is None else budget)
    chosen = chosen_sources(shop.catalogue, shop.sources, only, now())
    restrict = frozenset(only) if only else None
    night = Night(shop, chosen, tell)

    def is_over() -> bool:
        return time.monotonic() > until or (stop is not None and stop())

    try:
        night.begin()
        look = _look(chosen, night)
        for outcome in drain(
            shop, only=restrict, until=until, hosts=night.hosts, stop=stop, look=look
        ):
            night.add(outcome)
        night.notes += told_of(shop.catalogue, since=night.started, stop=stop)
    except OnRecordError as stopped:
        return night.run(error=str(stopped))
    except BaseException as stopped:
        with contextlib.suppress(OnRecordError):  # the reason it ended is the one to show
            why = f"stopped: {type(stopped).__name__} {stopped}".rstrip()
            finish_run(shop, night.run(error=why))
        raise
    return night.run(parked=_why_parked(shop, night, restrict, stop) if is_over() else None)


def _look(sources: Sequence[Source], night: Night) -> Look:
    begun = time.monotonic()

    def work(shop: Workshop, news: News) -> None:
        look_and_tell(sources, shop, news)
        ask_for_transcripts(shop.catalogue, sources, now=now())

    def told(report: SourceReport) -> None:
        night.add_reports([report], time.monotonic() - begun)

    return Look(sources=sources, work=work, told=told)


def _why_parked(
    shop: Workshop, night: Night, only: frozenset[str] | None, stop: Stop | None
) -> str | None:
    """Return why the run ended before its work did, None when nothing is left of it."""
    due = sum(len(shop.catalogue.due(each, now=now(), sources=only)) for each in WORKING_STAGES)
    left = [f"{counted(due, 'document')} to go on with"] if due else []
    if night.not_looked_at:
        left.append(f"{counted(night.not_looked_at, 'source')} not looked at to the end")
    if stop is not None and stop():
        return ": ".join(("asked to stop", ", ".join(left) or "nothing was left to do"))
    minutes = counted(round(night.seconds / 60), "minute")
    return f"out of time after {minutes}: {', '.join(left)}" if left else None
