"""Who does the steps of a run: threads beside each other, or the caller one after the other.

A step only ever touches its own document; what it tells and how it ends come back to the thread
that runs the queue, so that progress, hosts and the report are that thread's alone.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from corpus.types import Document, Outcome
from ingest.lanes import Lane
from ingest.workshop import Workshop

Take = Callable[[Document, Workshop], Outcome]
Post = Callable[[Callable[[], None]], None]  # has something called by the thread that listens
Then = Callable[[BaseException | None], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """How a step ended."""

    lane: Lane
    document: Document
    outcome: Outcome | None  # None: it was put down, or something stopped it
    error: BaseException | None = None


class Crew(Protocol):
    """Takes documents one step further."""

    @property
    def is_busy(self) -> bool:
        """Whether a step has begun whose end has not been told."""
        ...

    def begin(self, lane: Lane, document: Document) -> None:
        """Begin a step."""
        ...

    def beside(self, work: Callable[[Workshop, Post], None], then: Then) -> None:
        """Begin other work beside the steps; who listens calls `then` with what stopped it."""
        ...

    def ended(self, seconds: float) -> Done | None:
        """Return a step that has ended, waiting at most so long; None when none has.

        None as well as soon as something else has been told.
        """
        ...


class Alone:
    """The caller itself: a step has ended when `begin` returns."""

    def __init__(self, shop: Workshop, take: Take) -> None:
        self._shop = shop
        self._take = take
        self._done: list[Done] = []

    @property
    def is_busy(self) -> bool:
        """Whether the end of a step has not been told."""
        return bool(self._done)

    def begin(self, lane: Lane, document: Document) -> None:
        """Do the step."""
        self._done.append(_do(lane, document, self._take, self._shop))

    def beside(self, work: Callable[[Workshop, Post], None], then: Then) -> None:
        """Do the work now, before any step."""
        try:
            work(self._shop, lambda call: call())
        except Exception as error:
            then(error)
        else:
            then(None)

    def ended(self, seconds: float) -> Done | None:
        """Return the step that was done."""
        del seconds
        return self._done.pop(0) if self._done else None


class Threads:
    """A thread for each step in hand.

    They are daemons: one that a host keeps waiting must not keep the process from ending.
    """

    def __init__(self, shop: Workshop, take: Take) -> None:
        self._told = shop.progress
        self._shop = replace(shop, progress=self._tell)
        self._take = take
        self._news: queue.SimpleQueue[Done | Callable[[], None] | tuple[str, float, str]]
        self._news = queue.SimpleQueue()
        self._busy = 0

    @property
    def is_busy(self) -> bool:
        """Whether a thread is at work."""
        return self._busy > 0

    def begin(self, lane: Lane, document: Document) -> None:
        """Begin the step in a thread."""
        self._busy += 1
        threading.Thread(
            target=self._do, args=(lane, document), name=f"step {document.id}", daemon=True
        ).start()

    def beside(self, work: Callable[[Workshop, Post], None], then: Then) -> None:
        """Begin the work in a thread."""
        self._busy += 1

        def end(error: BaseException | None) -> None:
            self._busy -= 1
            then(error)

        def do() -> None:
            stopped: BaseException | None = None
            try:
                work(self._shop, self._news.put)
            except BaseException as error:
                stopped = error
            self._news.put(partial(end, stopped))

        threading.Thread(target=do, name="beside the steps", daemon=True).start()

    def ended(self, seconds: float) -> Done | None:
        """Pass on what is told until a step has ended, or something else is to be done."""
        until = time.monotonic() + seconds
        while True:
            try:
                news = self._news.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                return None
            if isinstance(news, Done):
                self._busy -= 1
                return news
            if not isinstance(news, tuple):
                news()
                return None
            self._told(*news)

    def _do(self, lane: Lane, document: Document) -> None:
        try:
            done = _do(lane, document, self._take, self._shop)
        except BaseException as error:
            done = Done(lane=lane, document=document, outcome=None, error=error)
        self._news.put(done)

    def _tell(self, what: str, fraction: float, message: str, /) -> None:
        self._news.put((what, fraction, message))


def _do(lane: Lane, document: Document, take: Take, shop: Workshop) -> Done:
    try:
        return Done(lane=lane, document=document, outcome=take(document, shop))
    except Exception as error:
        return Done(lane=lane, document=document, outcome=None, error=error)
