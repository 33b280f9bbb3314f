"""Where heavy steps run: Dask's one door.

By default one worker process on this machine (`ONRECORD_WORKERS=n`: n of them), each with a
memory cap, started when the first heavy step needs it; with `ONRECORD_DASK_SCHEDULER` the workers
of a cluster. A step that brings its process down, or tells of no progress for too long, fails
alone: the worker is started anew and the run goes on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import CancelledError
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol, TypeVar

from corpus.beat import use_vocabulary
from corpus.errors import OnRecordError, ParkedError, SettingsError, TransientError
from corpus.settings import Settings

Result = TypeVar("Result")
Report = Callable[[float, str], None]
Stop = Callable[[], bool]
_TOPIC = "onrecord-progress"
_CONNECT_SECONDS = 30
_WORKER_SECONDS = 60  # a worker that was killed takes a few to start anew
_LOOK = 2  # seconds between two looks at whether a step still makes progress
_MAY_DIE = 1  # a step that killed its worker once is likely to do so again
_MAY_WAIT_IN_VAIN = 3  # times for a worker that dies before it has told that it began


class Workers(Protocol):
    """Runs `work(job, report)` somewhere and returns what it returns.

    Attributes:
        at_once: steps that can run beside each other, each called from a thread of its own;
            0 when nothing is to go on beside a step.
    """

    at_once: int

    def run(
        self,
        work: Callable[[Any, Report], Result],
        job: Any,
        report: Report,
        *,
        stop: Stop | None = None,
    ) -> Result:
        """Run one step; errors of the project come back as they were raised.

        Raises:
            ParkedError: `stop` said so; what the step had made so far is where it keeps it.
        """
        ...

    def close(self) -> None:
        """Stop what was started."""
        ...


class HereWorkers:
    """Runs every step in this process: for tests, and where no other process may start."""

    def __init__(self, at_once: int = 0) -> None:
        self.at_once = at_once

    def run(
        self,
        work: Callable[[Any, Report], Result],
        job: Any,
        report: Report,
        *,
        stop: Stop | None = None,
    ) -> Result:
        """Run one step here and now; it can be stopped where it tells of its progress."""

        def told(fraction: float, message: str) -> None:
            report(fraction, message)
            if stop is not None and stop():
                raise ParkedError("heavy step")

        return work(job, told)

    def close(self) -> None:
        """Do nothing: nothing was started."""


class DaskWorkers:
    """Runs steps on Dask workers, local or remote."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.at_once = settings.workers
        self._opening = threading.Lock()
        self._client: Any = None
        self._cluster: Any = None

    def run(
        self,
        work: Callable[[Any, Report], Result],
        job: Any,
        report: Report,
        *,
        stop: Stop | None = None,
    ) -> Result:
        """Run one step on a worker.

        Raises:
            ParkedError: `stop` said so; the worker is free when the step next tells of progress.
            TransientError: the worker died, usually for want of memory, or hung.
            SettingsError: the scheduler does not answer, has no worker to offer, or went away.
        """
        client = self._connected()
        for _ in range(_MAY_WAIT_IN_VAIN):
            self._await_worker(client)
            step = _Step(client, self._settings.vocabulary_dir, work, job, report)
            try:
                result: Result = self._result(client, step, stop)
            except _DiedBeforeError:
                continue  # by the fault of the step before it on the same worker
            finally:
                step.close()
            return result
        raise self._died()

    def _result(self, client: Any, step: _Step, stop: Stop | None) -> Any:
        from distributed import KilledWorker

        try:
            while not step.has_ended():
                if stop is not None and stop():
                    step.future.cancel(reason="put down")
                    raise ParkedError("heavy step")
                if step.silent_for() > self._settings.worker_patience:
                    self._start_anew(client, step.future)
                    raise self._hung()
            return step.future.result()
        except KilledWorker as error:
            if not step.has_begun:
                raise _DiedBeforeError from error
            raise self._died() from error
        except (asyncio.CancelledError, CancelledError) as error:
            raise SettingsError(
                self._cluster_name, cause="the scheduler went away", remedy="see that it runs"
            ) from error

    def _start_anew(self, client: Any, future: Any) -> None:
        """Stop the worker that is at `future`: nothing less ends a decoder that hangs."""
        at_it = [name for name, keys in client.processing().items() if future.key in keys]
        future.cancel(force=True)
        if at_it:
            client.restart_workers(at_it, timeout=_WORKER_SECONDS, raise_for_error=False)

    def _died(self) -> TransientError:
        return TransientError(
            "heavy step",
            cause="its worker process died, most likely for want of memory",
            remedy=f"raise worker_memory (now {self._settings.worker_memory})",
        )

    def _hung(self) -> TransientError:
        patience = self._settings.worker_patience
        return TransientError(
            "heavy step",
            cause=f"no progress for {patience:.0f} s, so its worker was stopped",
            remedy=f"raise worker_patience (now {patience:.0f} s) if the machine is that slow",
        )

    def close(self) -> None:
        """Stop the workers here; those of a remote cluster are only let go of."""
        with self._opening:
            if self._client is not None:
                self._client.close()
            if self._cluster is not None:
                self._cluster.close()
            self._client = self._cluster = None

    @property
    def _cluster_name(self) -> str:
        return f"dask_scheduler {self._settings.dask_scheduler or 'on this machine'}"

    def _connected(self) -> Any:
        with self._opening:  # several steps may be the first one
            if self._client is None:
                self._client = self._connect()
                if self._settings.dask_scheduler:
                    self._await_worker(self._client)
                    self._check_version(self._client)
            return self._client

    def _await_worker(self, client: Any) -> None:
        """Wait a little for a worker: what is submitted to none waits for ever."""
        try:
            client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError as error:
            raise SettingsError(
                self._cluster_name,
                cause=f"no worker is ready after {_WORKER_SECONDS} s",
                remedy="start a worker, or leave the setting out to work on this machine",
            ) from error

    def _check_version(self, client: Any) -> None:
        """See that the workers have this program: another one makes other transcripts."""
        remedy = f"install onrecord {_version()} on every worker"
        try:
            found = client.run(_version)
        except ImportError as error:
            raise SettingsError(self._cluster_name, cause=str(error), remedy=remedy) from error
        other = {each: said for each, said in found.items() if said != _version()}
        for worker, said in sorted(other.items())[:1]:
            cause = f"the worker at {worker} has onrecord {said}"
            raise SettingsError(self._cluster_name, cause=cause, remedy=remedy)

    def _connect(self) -> Any:
        import dask
        from distributed import Client, LocalCluster

        for name in [name for name in logging.root.manager.loggerDict if "distributed" in name]:
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters comes as an error
        dask.config.set(self._dask_settings())
        address = self._settings.dask_scheduler
        try:
            if address:
                return Client(address, timeout=_CONNECT_SECONDS)
            self._cluster = LocalCluster(
                n_workers=self._settings.workers,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # None would take port 8787, or warn
                memory_limit=self._settings.worker_memory,
                silence_logs=logging.CRITICAL,
            )
            client = Client(self._cluster)
            client.register_plugin(_deaf())
            return client
        except (OSError, ValueError, TimeoutError) as error:
            raise SettingsError(
                self._cluster_name,
                cause=str(error),
                remedy="check the address, or leave it out to work on this machine",
            ) from error

    def _dask_settings(self) -> dict[str, Any]:
        # Dask gives each worker one thread because it expects many workers; here each has its
        # share of the machine, and telling voices apart took twice as long without other cores.
        threads = str(self._settings.threads_each or os.cpu_count() or 1)
        return {
            "distributed.scheduler.allowed-failures": _MAY_DIE,
            # One step at a time and nothing to spill: a worker that has used much memory is
            # as good as another until the cap, at which it is started anew.
            "distributed.worker.memory.target": False,
            "distributed.worker.memory.spill": False,
            "distributed.worker.memory.pause": False,
            "distributed.nanny.pre-spawn-environ": {
                "OMP_NUM_THREADS": threads,
                "MKL_NUM_THREADS": threads,
                "OPENBLAS_NUM_THREADS": threads,
            },
        }


class _DiedBeforeError(Exception):
    """The worker died before it came to the step."""


class _Step:
    """One step on its way: what it tells, and whether it has ended."""

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
        self._heard: float | None = None  # until a worker has begun there is nothing to hear
        client.subscribe_topic(self._topic, self._hear)
        self.future = client.submit(_work_and_tell, work, job, self._topic, vocabulary, pure=False)

    @property
    def has_begun(self) -> bool:
        """Whether a worker has come to it."""
        return self._heard is not None

    def has_ended(self) -> bool:
        """Wait a moment; return whether the step has ended, well or not."""
        from distributed import wait

        try:
            wait(self.future, timeout=_LOOK)
        except TimeoutError:
            return False
        return True

    def silent_for(self) -> float:
        """Return the seconds since it told of anything."""
        return 0.0 if self._heard is None else time.monotonic() - self._heard

    def close(self) -> None:
        """Listen no more."""
        self._client.unsubscribe_topic(self._topic)
        self.future.release()

    def _hear(self, event: Any) -> None:
        self._heard = time.monotonic()
        if event[1] is not None:
            with contextlib.suppress(ParkedError):  # `stop` is asked as well
                self._report(*event[1])


def open_workers(settings: Settings) -> Workers:
    """Return the workers that `settings` describe; nothing starts before the first step."""
    return DaskWorkers(settings)


def _deaf() -> Any:
    """Return what makes workers deaf to Ctrl-C, which a terminal sends to all processes of a run.

    The run decides what becomes of their work, and stops them itself.
    """
    from distributed import WorkerPlugin

    class Deaf(WorkerPlugin):
        """Set up in the main thread of each worker process."""

        def setup(self, worker: Any) -> None:
            """Ignore the signal."""
            del worker
            with contextlib.suppress(ValueError):  # not the main thread
                signal.signal(signal.SIGINT, signal.SIG_IGN)

    return Deaf()


def _version() -> str:
    return version("onrecord")


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
