"""Where heavy steps run: Dask's one door.

By default one worker process on this machine, with a memory cap, started when the first heavy
step needs it; with `ONRECORD_DASK_SCHEDULER` the workers of a cluster. A step that brings its
process down, or tells of no progress for too long, fails alone: the worker is started anew and
the run goes on.
"""

from __future__ import annotations

import contextlib
import logging
import os
import time
from collections.abc import Callable
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


class Workers(Protocol):
    """Runs `work(job, report)` somewhere and returns what it returns."""

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
            ParkedError: `stop` said so.
            TransientError: the worker died, usually for want of memory, or hung.
            SettingsError: the scheduler does not answer, or has no worker to offer.
        """
        from distributed import KilledWorker

        client = self._connected()
        self._await_worker(client)
        topic = f"{_TOPIC}-{id(job)}"
        heard: float | None = None  # until a worker has begun there is nothing to hear

        def hear(event: Any) -> None:
            nonlocal heard
            heard = time.monotonic()
            if event[1] is not None:
                with contextlib.suppress(ParkedError):  # asked about below
                    report(*event[1])

        client.subscribe_topic(topic, hear)
        future = client.submit(
            _work_and_tell, work, job, topic, self._settings.vocabulary_dir, pure=False
        )
        try:
            while not _is_done(future):
                if stop is not None and stop():
                    self._start_anew(client, future)
                    raise ParkedError("heavy step")
                if heard and time.monotonic() - heard > self._settings.worker_patience:
                    self._start_anew(client, future)
                    raise self._hung()
            result: Result = future.result()
        except KilledWorker as error:
            raise TransientError(
                "heavy step",
                cause="its worker process died, most likely for want of memory",
                remedy=f"raise worker_memory (now {self._settings.worker_memory})",
            ) from error
        finally:
            client.unsubscribe_topic(topic)
            future.release()
        return result

    def _start_anew(self, client: Any, future: Any) -> None:
        """Stop the worker that is at `future`: nothing less ends a decoder that hangs."""
        at_it = [name for name, keys in client.processing().items() if future.key in keys]
        future.cancel(force=True)
        if at_it:
            client.restart_workers(at_it, timeout=_WORKER_SECONDS, raise_for_error=False)

    def _hung(self) -> TransientError:
        patience = self._settings.worker_patience
        return TransientError(
            "heavy step",
            cause=f"no progress for {patience:.0f} s, so its worker was stopped",
            remedy=f"raise worker_patience (now {patience:.0f} s) if the machine is that slow",
        )

    def close(self) -> None:
        """Stop the local worker; a remote cluster is only let go of."""
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()
        self._client = self._cluster = None

    def _connected(self) -> Any:
        if self._client is None:
            self._client = self._connect()
        return self._client

    def _await_worker(self, client: Any) -> None:
        """Wait a little for a worker: what is submitted to none waits for ever."""
        try:
            client.wait_for_workers(1, timeout=_WORKER_SECONDS)
        except TimeoutError as error:
            raise SettingsError(
                f"dask_scheduler {self._settings.dask_scheduler or 'local worker'}",
                cause=f"no worker is ready after {_WORKER_SECONDS} s",
                remedy="start a worker, or leave the setting out to work on this machine",
            ) from error

    def _connect(self) -> Any:
        import dask
        from distributed import Client, LocalCluster

        logging.getLogger("distributed").setLevel(logging.CRITICAL)
        # Dask gives each worker one thread because it expects many workers; here one worker
        # has the machine, and telling voices apart took twice as long without its other cores.
        threads = str(self._settings.threads or os.cpu_count() or 1)
        dask.config.set(
            {
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
        )
        address = self._settings.dask_scheduler
        try:
            if address:
                return Client(address, timeout=_CONNECT_SECONDS)
            self._cluster = LocalCluster(
                n_workers=1,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                dashboard_address="127.0.0.1:0",  # None would take port 8787, or warn
                memory_limit=self._settings.worker_memory,
                silence_logs=logging.CRITICAL,
            )
            return Client(self._cluster)
        except (OSError, ValueError, TimeoutError) as error:
            raise SettingsError(
                f"dask_scheduler {address or 'local worker'}",
                cause=str(error),
                remedy="check the address, or leave it out to work on this machine",
            ) from error


def open_workers(settings: Settings) -> Workers:
    """Return the workers that `settings` describe; nothing starts before the first step."""
    return DaskWorkers(settings)


def _is_done(future: Any) -> bool:
    """Wait a moment; return whether the step has ended, well or not."""
    from distributed import wait

    try:
        wait(future, timeout=_LOOK)
    except TimeoutError:
        return False
    return True


def _work_and_tell(
    work: Callable[[Any, Report], Result], job: Any, topic: str, vocabulary: Path | None
) -> Result:
    from distributed import get_worker

    use_vocabulary(vocabulary)
    get_worker().log_event(topic, None)
    worker = get_worker()
    try:
        # Events travel as msgpack, which knows neither NumPy's floats nor tuples.
        return work(job, lambda done, said: worker.log_event(topic, [float(done), str(said)]))
    except OnRecordError:
        raise
    except MemoryError as error:
        raise TransientError("heavy step", cause="out of memory") from error
