"""One heavy step on its way to a worker of Dask: what it tells, and whether anybody is at it."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from corpus.beat import use_vocabulary
from corpus.errors import OnRecordError, ParkedError, TransientError

Result = TypeVar("Result")
Report = Callable[[float, str], None]
_TOPIC = "onrecord-progress"
_LOOK = 2  # seconds between two looks at whether a step still makes progress


class HeavyStep:
    """A step that was handed in.

    Attributes:
        future: Dask's handle on it.
        has_begun: whether a worker has said that it came to it.
    """

    def __init__(
        self,
        client: Any,
        vocabulary: Path | None,
        work: Callable[[Any, Report], Any],
        job: Any,
        report: Report,
    ) -> None:
        self._client = client
        self._report = report
        self._topic = f"{_TOPIC}-{uuid.uuid4().hex}"
        self._told = self._peopled = time.monotonic()
        self.has_begun = False
        client.subscribe_topic(self._topic, self._hear)
        self.future = client.submit(_work_and_tell, work, job, self._topic, vocabulary, pure=False)

    def has_ended(self) -> bool:
        """Wait a moment; return whether the step has ended, well or not."""
        from distributed import wait

        try:
            wait(self.future, timeout=_LOOK)
        except TimeoutError:
            self._look()
            return False
        return True

    def silent_for(self) -> float:
        """Return the seconds since it told of anything; before that, since a worker has only it."""
        return time.monotonic() - self._told

    def deserted_for(self) -> float:
        """Return the seconds since a worker was last seen, whether at this step or at another."""
        return time.monotonic() - self._peopled

    def close(self) -> None:
        """Listen no more."""
        from distributed.client import ClosedClientError

        with contextlib.suppress(ClosedClientError):  # let go of with its scheduler
            self._client.unsubscribe_topic(self._topic)
        self.future.release()

    def _look(self) -> None:
        from distributed.client import ClosedClientError

        # What a worker says can be lost with it, so who is at work is asked as well: a step that
        # nobody ever begins would otherwise be waited for as if it were queued behind others.
        try:
            tasks = [set(keys) for keys in self._client.processing().values()]
        except (OSError, ClosedClientError):  # the step's own future says so
            return
        if tasks:
            self._peopled = time.monotonic()
        if not self.has_begun and {self.future.key} not in tasks:
            self._told = time.monotonic()

    def _hear(self, event: Any) -> None:
        self._told, self.has_begun = time.monotonic(), True
        if event[1] is not None:
            with contextlib.suppress(ParkedError):  # `stop` is asked as well
                self._report(*event[1])


def _work_and_tell(
    work: Callable[[Any, Report], Result], job: Any, topic: str, vocabulary: Path | None
) -> Result:
    from distributed import get_worker

    use_vocabulary(vocabulary)
    worker = get_worker()
    key = worker.get_current_task()
    worker.log_event(topic, None)

    def tell(done: float, said: str) -> None:
        # Events travel as msgpack, which knows neither NumPy's floats nor tuples.
        worker.log_event(topic, [float(done), str(said)])
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            raise ParkedError("heavy step")  # nobody waits for it any more

    try:
        return work(job, tell)
    except OnRecordError:
        raise
    except MemoryError as error:
        raise TransientError("heavy step", cause="out of memory") from error
