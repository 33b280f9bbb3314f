"""Where heavy steps run: in this process, or on the workers of Dask.

By default one worker process on this machine (`ONRECORD_WORKERS=n`: n of them), each with a
memory cap, started when the first heavy step needs it; with `ONRECORD_DASK_SCHEDULER` the workers
of a cluster. A step that brings its process down, or tells of no progress for too long, fails
alone: the worker is started anew and the run goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import Any, Protocol

from corpus.errors import ParkedError, SettingsError, TransientError
from corpus.settings import Settings
from ingest.cluster import Cluster
from ingest.heavystep import HeavyStep, Report, Result

Stop = Callable[[], bool]
_MAY_WAIT_IN_VAIN = 3  # times for a worker that dies, or is lost, before it came to the step


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
        self._cluster = Cluster(settings)
        self.at_once = settings.workers

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
        for _ in range(_MAY_WAIT_IN_VAIN):
            client = self._cluster.client()
            step = HeavyStep(client, self._settings.vocabulary_dir, work, job, report)
            try:
                result: Result = self._result(client, step, stop)
            except _InVainError:
                continue  # by the fault of the step before it on the same worker
            finally:
                step.close()
            return result
        raise self._died()

    def _result(self, client: Any, step: HeavyStep, stop: Stop | None) -> Any:
        from distributed import KilledWorker

        try:
            while not step.has_ended():
                if stop is not None and stop():
                    step.future.cancel(reason="put down")
                    raise ParkedError("heavy step")
                if step.deserted_for() > self._cluster.worker_seconds:
                    self._cluster.let_go_of(client)
                    raise self._lost(self._cluster.no_worker())
                if step.silent_for() > self._settings.worker_patience:
                    self._cluster.restart_at(client, step.future)
                    raise self._hung()
            return step.future.result()
        except KilledWorker as error:
            if not step.has_begun:
                raise _InVainError from error
            raise self._died() from error
        except (asyncio.CancelledError, CancelledError) as error:
            raise self._lost(self._cluster.gone()) from error

    def _lost(self, why: SettingsError) -> Exception:
        """Return what becomes of a step without workers: here it is begun anew."""
        return _InVainError() if self._cluster.may_begin_anew else why

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
        self._cluster.close()


class _InVainError(Exception):
    """No worker came to the step, or the one that did is lost with its scheduler."""


def open_workers(settings: Settings) -> Workers:
    """Return the workers that `settings` describe; nothing starts before the first step."""
    return DaskWorkers(settings)
