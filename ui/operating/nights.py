"""A whole run: look, take on, publish, tell those who wait, report."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING

from corpus.errors import OnRecordError
from corpus.types import Event, Happening, Run

if TYPE_CHECKING:
    from ingest.night import Tell
    from ingest.prospect import Prospect
    from ingest.workshop import Progress
    from ui.archive import Archive

_PATIENCE = 1.0  # seconds: who only looks whether the lock is held, holds it for a moment


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to be done, and whom to tell of it."""

    progress: Progress
    tell: Tell
    only: Sequence[str] = ()  # source ids; empty: all that are enabled and due
    budget: float | None = None  # seconds; None: as the settings say
    stop: Callable[[], bool] = field(default=_never)
    output: IO[str] | None = None  # for saved searches that print; None: standard output


def run_night(archive: Archive, wishes: Wishes) -> Run:
    """Discover, ingest, publish, deliver; return the report, which is stored as well.

    Who asks to stop has the work in hand put down and what is finished published; saved searches
    then wait for the next run.

    Raises:
        LockedError: another run holds the lock; names it.
        SourceNotFoundError: a source that is asked for is not in the registry.
    """
    from ingest.nightly import finish_run, nightly_lock, run_nightly

    with nightly_lock(archive.settings, patience=_PATIENCE):
        with archive.workshop(wishes.progress) as shop:
            run = run_nightly(
                shop,
                only=wishes.only,
                budget=wishes.budget,
                stop=wishes.stop,
                tell=wishes.tell,
            )
        # The workers are gone: their memory is for the models that publishing needs.
        with contextlib.suppress(OnRecordError):  # the end says so
            archive.catalogue.save_run(run)
        if run.parked:
            wishes.tell(Event(happening=Happening.PARKED, message=run.parked))
        try:
            run = _with_quotes_told(archive, _published(archive, run, wishes))
            if not wishes.stop():
                run = _delivered(archive, run, wishes)
        except BaseException as stopped:
            why = f"stopped while publishing: {type(stopped).__name__} {stopped}".rstrip()
            finish_run(shop, _with_error(run, why))
            raise
        run = finish_run(shop, run)
    run = _measured(archive, run, wishes)
    _tell_end(run, wishes)
    return run


def look_ahead(archive: Archive, only: Sequence[str] = ()) -> Prospect:
    """Return what a run would do now; nothing is asked of any host, nothing is written.

    Raises:
        SourceNotFoundError: a source that is asked for is not in the registry.
    """
    from ingest.prospect import prospect_of

    settings = archive.settings
    # A catalogue is made when it is opened for the first time: not for a look.
    is_there = settings.catalogue_url or (settings.data_dir / "catalogue.sqlite").exists()
    catalogue = archive.catalogue if is_there else None
    return prospect_of(catalogue, archive.sources, only=only, now=datetime.now(UTC))


def _published(archive: Archive, run: Run, wishes: Wishes) -> Run:
    begun = time.monotonic()
    try:
        archive.sync(wishes.progress)
        manifest = archive.store.manifest()
    except OnRecordError as error:
        return _with_error(run, str(error))
    if manifest is None:
        return run
    published = f"generation {manifest.generation}, {manifest.passages} passages"
    seconds = time.monotonic() - begun
    wishes.tell(Event(happening=Happening.PUBLISHED, message=published, seconds=seconds))
    return replace(run, generation=manifest.generation, passages=manifest.passages)


def _with_quotes_told(archive: Archive, run: Run) -> Run:
    """Return the report with what became of kept quotes whose documents were revised."""
    from ui.revising import Revising

    try:
        told = Revising(archive).quotes_moved(run.started)
    except OnRecordError as error:
        return _with_error(run, str(error))
    return replace(run, warnings=(*run.warnings, *told))


def _delivered(archive: Archive, run: Run, wishes: Wishes) -> Run:
    from ui.watches.watching import deliver_all

    if run.generation is None:
        return run
    sent = deliver_all(archive, run, output=wishes.output, stop=wishes.stop)
    for each in sent:
        failed = Happening.FAILED if each.error else Happening.DELIVERED
        what = each.error or f"{each.quotes} new"
        said = f"“{each.question}” to {each.address}: {what}"
        wishes.tell(Event(happening=failed, message=said))
    return replace(run, deliveries=sent)


def _measured(archive: Archive, run: Run, wishes: Wishes) -> Run:
    """Write the figures for monitors, if the settings want them; that it cannot is no failure."""
    from ui.operating.metrics import write_metrics

    try:
        write_metrics(archive, run)
    except OnRecordError as error:
        wishes.tell(Event(happening=Happening.WARNED, message=str(error)))
        run = replace(run, warnings=(*run.warnings, str(error)))
        with contextlib.suppress(OnRecordError):
            archive.catalogue.save_run(run)
    return run


def _tell_end(run: Run, wishes: Wishes) -> None:
    if run.error:
        wishes.tell(Event(happening=Happening.STOPPED, message=run.error))
    took = (run.finished - run.started).total_seconds() if run.finished else None
    steps = f"{len(run.outcomes)} steps"
    wishes.tell(Event(happening=Happening.FINISHED, message=steps, seconds=took))


def _with_error(run: Run, error: str) -> Run:
    return replace(run, error="; ".join(filter(None, (run.error, error))))
