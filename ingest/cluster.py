"""The workers of Dask: those this program starts on this machine, or those of a cluster."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from importlib.metadata import version
from typing import Any

from corpus.errors import SettingsError
from corpus.settings import Settings

_WORKER_SECONDS = 60  # a worker that was killed takes a few to start anew
_CONNECT_SECONDS = 30
_MAY_DIE = 1  # a step that killed its worker once is likely to do so again


class Cluster:
    """A scheduler and its workers; nothing starts before the first step.

    Attributes:
        is_here: whether this program starts the workers, and so can start others.
        worker_seconds: how long it may take until there is a worker.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._opening = threading.Lock()
        self._client: Any = None
        self._cluster: Any = None
        self._is_closed = False
        self.is_here = not settings.dask_scheduler
        self.worker_seconds: float = _WORKER_SECONDS

    def client(self) -> Any:
        """Return a client that has a worker.

        A local worker can be lost for good: when the machine is so slow that the next one does
        not come up in time, Dask gives up on it. Then all of it is started anew, once.

        Raises:
            SettingsError: the scheduler does not answer, or has no worker to offer.
        """
        client = self._connected()
        try:
            self._await_worker(client)
        except SettingsError:
            if not self.is_here:
                raise
            self.let_go_of(client)
            client = self._connected()
            self._await_worker(client)
        return client

    def let_go_of(self, client: Any) -> None:
        """Close `client` and what was started for it, so that the next step starts them anew."""
        with self._opening:  # of several steps that see it, the first one acts
            if client is self._client:
                self._close()

    def restart_at(self, client: Any, future: Any) -> None:
        """Stop the worker that is at `future`: nothing less ends a decoder that hangs."""
        at_it = [name for name, keys in client.processing().items() if future.key in keys]
        future.cancel(force=True)
        if at_it:
            with contextlib.suppress(TimeoutError):  # the next step sees whether it is back
                client.restart_workers(at_it, timeout=self.worker_seconds, raise_for_error=False)

    def close(self) -> None:
        """Stop the workers here; those of a remote cluster are only let go of."""
        with self._opening:
            self._is_closed = True
            self._close()

    @property
    def may_begin_anew(self) -> bool:
        """Whether a step that lost its scheduler can be given to another one."""
        return self.is_here and not self._is_closed

    def no_worker(self) -> SettingsError:
        """Return the error that says that there is nobody to work."""
        return SettingsError(
            self._name,
            cause=f"no worker is ready after {self.worker_seconds:.0f} s",
            remedy="start a worker, or leave the setting out to work on this machine",
        )

    def gone(self) -> SettingsError:
        """Return the error that says that the scheduler is there no more."""
        return SettingsError(self._name, cause="the scheduler went away", remedy="see that it runs")

    def _close(self) -> None:
        if self._client is not None:
            self._client.close()
        if self._cluster is not None:
            self._cluster.close()
        self._client = self._cluster = None

    @property
    def _name(self) -> str:
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
            client.wait_for_workers(1, timeout=self.worker_seconds)
        except TimeoutError as error:
            raise self.no_worker() from error

    def _check_version(self, client: Any) -> None:
        """See that the workers have this program: another one makes other transcripts."""
        remedy = f"install onrecord {_version()} on every worker"
        try:
            found = client.run(_version)
        except ImportError as error:
            raise SettingsError(self._name, cause=str(error), remedy=remedy) from error
        other = {each: said for each, said in found.items() if said != _version()}
        for worker, said in sorted(other.items())[:1]:
            cause = f"the worker at {worker} has onrecord {said}"
            raise SettingsError(self._name, cause=cause, remedy=remedy)

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
                self._name,
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
