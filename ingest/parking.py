"""When work is put down before it is done: asked to stop, or out of time.

What is put down keeps its checkpoints and its place in the queue; nothing is held against it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from corpus.errors import ParkedError
from ingest.heavystep import Report, Result
from ingest.workers import Stop, Workers
from ingest.workshop import Workshop

_PATIENCE = 15.0  # seconds for a step to notice; one that a host keeps waiting does not
_NEARLY = 120.0  # seconds after the time is up in which a step that would end by then may end


class Parking:
    """Whether more work is started, and whether the work in hand goes on.

    Args:
        until: moment on the monotonic clock after which no more work is started.
        stop: says that the work in hand is to be put down as well.
    """

    def __init__(self, *, until: float | None = None, stop: Stop | None = None) -> None:
        self._until = until
        self._stop = stop
        self._closed = False
        self._noticed: float | None = None

    def close(self) -> None:
        """Have everything put down."""
        self._closed = True

    @property
    def stops(self) -> bool:
        """Whether the work in hand is to be put down."""
        return self._closed or (self._stop is not None and self._stop())

    @property
    def starts_no_more(self) -> bool:
        """Whether no more work is started."""
        return self.stops or self._seconds_over() > 0

    @property
    def waits_no_more(self) -> bool:
        """Whether work that should have been put down is left to itself."""
        if self.stops and self._noticed is None:
            self._noticed = time.monotonic()
        waited = time.monotonic() - self._noticed if self._noticed is not None else 0.0
        return max(waited, self._seconds_over() - _NEARLY) > _PATIENCE

    def tools(self, shop: Workshop) -> Workshop:
        """Return the tools for one step, which is put down where it tells of its progress."""
        pace = _Pace()

        def stop() -> bool:
            return self._puts_down(pace)

        def progress(what: str, fraction: float, message: str, /) -> None:
            pace.tell(fraction)
            shop.progress(what, fraction, message)
            if stop():
                raise ParkedError(what)

        return replace(shop, progress=progress, workers=_StoppableWorkers(shop.workers, stop))

    def _seconds_over(self) -> float:
        return -1.0 if self._until is None else time.monotonic() - self._until

    def _puts_down(self, pace: _Pace) -> bool:
        over = self._seconds_over()
        return self.stops or (over > 0 and over + pace.seconds_left() > _NEARLY)


class _Pace:
    """How fast one step comes on, by what it tells of itself."""

    def __init__(self) -> None:
        self._first = self._last = (time.monotonic(), 0.0)

    def tell(self, fraction: float) -> None:
        """Note that the step has come to `fraction` (0 to 1)."""
        here = (time.monotonic(), fraction)
        # What a checkpoint held is there at once: the clock starts with the first that is told.
        if self._first[1] == 0.0 or fraction < self._last[1]:
            self._first = here
        self._last = here

    def seconds_left(self) -> float:
        """Return the seconds that the step still needs; endless when it has told too little."""
        (begun, first), (told, last) = self._first, self._last
        if last <= first:
            return float("inf")
        speed = (last - first) / max(told - begun, 1e-3)
        return max(0.0, (1.0 - last) / speed - (time.monotonic() - told))


class _StoppableWorkers:
    """Workers whose steps are put down when `stop` says so."""

    def __init__(self, workers: Workers, stop: Stop) -> None:
        self._workers = workers
        self._stop = stop
        self.at_once = workers.at_once

    def run(
        self,
        work: Callable[[Any, Report], Result],
        job: Any,
        report: Report,
        *,
        stop: Stop | None = None,
    ) -> Result:
        """Run one step, unless it is put down."""
        if self._stop():
            raise ParkedError("heavy step")
        return self._workers.run(work, job, report, stop=stop or self._stop)

    def close(self) -> None:
        """Stop what was started."""
        self._workers.close()
