"""The pipeline: which step takes a document one stage further, and what its failure means.

The catalogue is the queue. A step either returns the next stage or raises; only `Transient` and
`Permanent` decide what happens then. One bad document never stops the others.
"""

from __future__ import annotations

import errno
import random
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from corpus.errors import (
    IngestError,
    NotFoundError,
    OnRecordError,
    ParkedError,
    PermanentError,
    QuoteError,
    StoreError,
    TransientError,
)
from corpus.masking import masked
from corpus.types import Document, DocumentKind, MediaRole, Outcome, SourceReport, Stage
from ingest.articles import fetch_article, read_article
from ingest.beside import Look, Sighted
from ingest.crew import Alone, Crew, Post, Threads
from ingest.episodes import fetch_episode, hear_episode, name_episode
from ingest.hosts import Hosts
from ingest.lanes import WORKING_STAGES, Waiting, lanes_for
from ingest.parking import Parking
from ingest.workers import Stop
from ingest.workshop import Titled, Workshop, now

Step = Callable[[Document, Workshop], Stage]
Ending = Callable[[], AbstractContextManager[None]]

STEPS: Mapping[tuple[DocumentKind, Stage], Step] = {
    (DocumentKind.ARTICLE, Stage.DISCOVERED): fetch_article,
    (DocumentKind.ARTICLE, Stage.FETCHED): read_article,
    (DocumentKind.EPISODE, Stage.DISCOVERED): fetch_episode,
    (DocumentKind.EPISODE, Stage.FETCHED): hear_episode,
    (DocumentKind.EPISODE, Stage.TRANSCRIBED): name_episode,
}

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ROOM = "free some space, or set data_dir to a larger place; the next run goes on"
_MOST_ATTEMPTS = 8
_MOST_CRASHES = 3  # in a row
_FIRST_WAIT = timedelta(minutes=15)
_LONGEST_WAIT = timedelta(days=2)
_LOOK = 1.0  # seconds between two looks at whether to stop, while nothing ends
_JITTER = 0.2  # share by which a wait is drawn shorter, so that what failed together parts


def advance(
    document: Document,
    shop: Workshop,
    *,
    parking: Parking | None = None,
    ending: Ending = nullcontext,
) -> Outcome:
    """Take one document one stage further and say what happened.

    Args:
        document: what is worked on.
        shop: the tools.
        parking: whether the step is to be put down.
        ending: around the moment in which the step's end is stored; may raise `ParkedError`.

    Raises:
        StoreError, SettingsError, ModelError: not this document's fault: the run must stop.
        ParkedError: the step was put down; the document stays where it was.
    """
    begun, started = now(), time.monotonic()
    step = STEPS[(document.kind, document.stage)]
    tools = parking.tools(shop) if parking else shop
    shop.progress(document.title, 0.0, _DOING[document.stage])
    try:
        stage = step(document, tools)
    except Exception as error:
        if parking is not None and parking.stops:
            raise ParkedError(document.title) from error  # it may have failed for being stopped
        if document.id in shop.catalogue.withdrawn():
            # What the step missed is what was hidden; brought back, it goes on where it was.
            raise ParkedError(document.title, cause="it was withdrawn meanwhile") from error
        if isinstance(error, IngestError | NotFoundError | QuoteError):
            with ending():
                return _failed(document, shop, error, started)
        if isinstance(error, OnRecordError):
            raise
        if isinstance(error, OSError) and error.errno in _FULL:
            # No bug, and no fault of the document's: held against it, it would be given up.
            cause = error.strerror or str(error)
            raise StoreError(
                str(error.filename or document.title), cause=cause, remedy=_ROOM
            ) from error
        trace = masked(traceback.format_exc())
        with ending():
            return _crashed(document, shop, trace, started)
    if stage in (Stage.READY, Stage.SKIPPED):
        shop.clear_work(document)
    with ending():
        shop.catalogue.advance(document.id, to=stage, now=now())
    shop.progress(document.title, 1.0, stage.value)
    outcome = _outcome(document, stage, started)
    return replace(outcome, audio_seconds=_heard_since(begun, document, shop))


def drain(
    shop: Workshop,
    *,
    only: frozenset[str] | None = None,
    until: float | None = None,
    hosts: Hosts | None = None,
    stop: Stop | None = None,
    look: Look | None = None,
) -> Iterator[Outcome]:
    """Take every due document as far as it goes; yield what happened to each, as it happens.

    While workers hear recordings, downloads, articles and names go on here beside them. What
    failed at a stage is not tried at it again before the next call. When the time is up, a
    step that is nearly done may end; any other is put down, as all are when `stop` says so: it
    has no outcome, no failure is held against its document, and it goes on at its checkpoint.

    Args:
        shop: the tools.
        only: source ids to work on; None works on all.
        until: moment on the monotonic clock after which no more work is started.
        hosts: what is known of hosts in trouble; it learns as the work goes on.
        stop: asked often, also from other threads, whether to put down the work in hand.
        look: goes on beside the steps (before them where nothing is to go on beside one), and is
            put down as they are.
    """
    run = _Run(shop, only, hosts or Hosts(), Parking(until=until, stop=stop))
    try:
        yield from run.outcomes(look)
    finally:
        run.put_down()


class _Run:
    """One way through the queue."""

    def __init__(
        self, shop: Workshop, only: frozenset[str] | None, hosts: Hosts, parking: Parking
    ) -> None:
        heavy = shop.workers.at_once
        self._lanes = lanes_for(heavy)
        self._crew: Crew = Threads(shop, self._take) if heavy else Alone(shop, self._take)
        self._waiting = Waiting(shop, only, hosts, self._lanes)
        self._hosts = hosts
        self._parking = parking
        self._sighted = Sighted()
        self._stopped: BaseException | None = None

    def outcomes(self, look: Look | None) -> Iterator[Outcome]:
        """Yield what happened, as it happens; then raise what has to stop the run, if anything."""
        if look is not None:
            self._begin_look(look)
        while self._is_going_on():
            ended = self._crew.ended(_LOOK)
            if ended is None:
                continue
            self._waiting.done(ended.lane, ended.document, ended.outcome)
            if ended.outcome is not None:
                self._hosts.learn(ended.document, ended.outcome)
                yield ended.outcome
            else:
                self._stop_for(ended.error)
        if self._stopped is not None:
            raise self._stopped

    def put_down(self) -> None:
        """Have what is in hand put down, as when Ctrl-C ends the run; wait a little for it."""
        self._parking.close()
        while self._crew.is_busy and not self._parking.waits_no_more:
            self._crew.ended(_LOOK)

    def _begin_look(self, look: Look) -> None:
        self._waiting.hold(look.sources)
        self._waiting.look()  # what is on its way need not wait

        def work(shop: Workshop, post: Post) -> None:
            told = _Told(look, self._waiting, self._sighted, post, lambda: not self._starts_more)
            look.work(shop, told)

        def then(error: BaseException | None) -> None:
            if error is not None:
                self._stop_for(error)
            else:
                self._waiting.let_all_go()

        self._crew.beside(work, then)

    @property
    def _starts_more(self) -> bool:
        return not self._parking.starts_no_more

    def _stop_for(self, error: BaseException | None) -> None:
        if not isinstance(error, ParkedError):
            self._stopped = self._stopped or error
            self._parking.close()  # the others' work is put down, not lost

    def _is_going_on(self) -> bool:
        """Begin what can be begun; return whether anything is in hand."""
        if self._parking.waits_no_more:
            return False
        if self._starts_more:
            self._begin()
            if not self._crew.is_busy and self._waiting.look():
                self._begin()
        return self._crew.is_busy

    def _begin(self) -> None:
        for lane in self._lanes:
            while lane.has_room and (document := self._waiting.take(lane)) is not None:
                self._crew.begin(lane, document)

    def _take(self, document: Document, shop: Workshop) -> Outcome:
        times = self._sighted.times(document.id)
        ending = partial(self._sighted.ending, document, times)
        try:
            fresh = shop.catalogue.document(document.id)  # read after it was counted
            if fresh.stage is not document.stage:
                raise ParkedError(document.title, cause="something new was learnt of it meanwhile")
            return advance(fresh, _titling(fresh, shop), parking=self._parking, ending=ending)
        except NotFoundError as error:  # what the step itself misses, `advance` has recorded
            raise ParkedError(document.title, cause="it was withdrawn meanwhile") from error


def _titling(document: Document, shop: Workshop) -> Workshop:
    """Return the tools for a step of `document`: who hears of its progress hears which it is."""
    title = Titled.of(document)

    def progress(what: str, fraction: float, message: str, /) -> None:
        shop.progress(title if what == title else what, fraction, message)

    return replace(shop, progress=progress)


class _Told:
    """Takes what a look tells in its own thread to the thread that runs the queue."""

    def __init__(
        self, look: Look, waiting: Waiting, sighted: Sighted, post: Post, stops: Stop
    ) -> None:
        self.sighted = sighted
        self.stops = stops
        self._look = look
        self._waiting = waiting
        self._post = post

    def found(self, document: Document) -> None:
        """Have a document queued."""
        self._post(partial(self._waiting.found, document))

    def ended(self, report: SourceReport) -> None:
        """Have a source's documents queued, after its end was told of."""
        self._post(partial(self._end, report))

    def _end(self, report: SourceReport) -> None:
        self._look.told(report)
        self._waiting.let_go(report.source_id)


def finish(document_id: str, shop: Workshop) -> list[Outcome]:
    """Take one document as far as it goes, now."""
    outcomes: list[Outcome] = []
    while True:
        document = shop.catalogue.document(document_id)
        if document.stage not in WORKING_STAGES:
            return outcomes
        outcome = advance(document, shop)
        outcomes.append(outcome)
        if outcome.error is not None:
            return outcomes


_DOING = {
    Stage.DISCOVERED: "fetching",
    Stage.FETCHED: "reading",
    Stage.TRANSCRIBED: "naming voices",
}


def _heard_since(begun: datetime, document: Document, shop: Workshop) -> float:
    """Return the seconds of the recording that the step has heard; 0 when it heard none."""
    if document.kind is not DocumentKind.EPISODE or document.stage is not Stage.FETCHED:
        return 0.0
    newest = next(iter(shop.catalogue.media(document.id, MediaRole.RECOGNISED)), None)
    if newest is None or newest.retrieved is None or newest.retrieved < begun:
        return 0.0
    return newest.duration or 0.0


_TRACE = "Traceback"  # how a recorded crash begins


def _failed(document: Document, shop: Workshop, error: OnRecordError, started: float) -> Outcome:
    retry = None
    permanent = isinstance(error, PermanentError | NotFoundError)
    if not permanent and document.attempts + 1 < _MOST_ATTEMPTS:
        retry = now() + _wait(document, error)
    when = f"it will be tried again after {retry:%d %b %H:%M} UTC" if retry else ""
    message = ": ".join(part for part in (str(error), when) if part)
    after = shop.catalogue.fail(document.id, error=message, retry_at=retry, now=now())
    shop.progress(document.title, 1.0, message)
    host = error.host if isinstance(error, TransientError) else ""
    return _outcome(document, after.stage, started, error=message, host=host)


def _wait(document: Document, error: OnRecordError) -> timedelta:
    """Return how long to stay away: longer each time, and never less than we are asked to."""
    drawn = random.uniform(1.0 - _JITTER, 1.0)  # noqa: S311  (no secret)
    wait: timedelta = _FIRST_WAIT * 4**document.attempts * drawn
    asked = error.wait if isinstance(error, TransientError) else 0.0
    return max(min(wait, _LONGEST_WAIT), timedelta(seconds=asked))


def _crashed(document: Document, shop: Workshop, trace: str, started: float) -> Outcome:
    """Record a bug: the document waits a day, the trace is in the report.

    One that goes on crashing is given up: only a new version of the program can help it.
    """
    again = document.attempts + 1
    crashed_before = (document.last_error or "").startswith(_TRACE)
    give_up = (again >= _MOST_CRASHES and crashed_before) or again >= _MOST_ATTEMPTS
    retry = None if give_up else now() + timedelta(days=1)
    after = shop.catalogue.fail(document.id, error=trace, retry_at=retry, now=now())
    return _outcome(document, after.stage, started, error=trace, crashed=True)


def _outcome(
    document: Document,
    after: Stage,
    started: float,
    *,
    error: str | None = None,
    crashed: bool = False,
    host: str = "",
) -> Outcome:
    return Outcome(
        document_id=document.id,
        title=document.title,
        before=document.stage,
        after=after,
        error=error,
        crashed=crashed,
        host=host,
        seconds=time.monotonic() - started,
        source_id=document.source_id,
    )
