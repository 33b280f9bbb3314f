"""Heavy steps run in a process of their own; errors come back whole, a dead worker is no end."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from corpus.errors import MediaError, ParkedError, SettingsError, TransientError
from corpus.settings import Settings
from ingest.workers import DaskWorkers, HereWorkers, open_workers


def tell_process(job, report):
    report(0.5, "half way")
    return (job, os.getpid())


def find_no_audio(job, report):
    raise MediaError(job, cause="it is HTML", remedy="check the feed")


def die(job, report):
    os.kill(os.getpid(), signal.SIGKILL)


def hang(job, report):
    time.sleep(600)


def die_at_first(job, report):
    if not job.exists():
        job.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "came back"


class Freezing:
    """Stops the process of whoever unpacks it elsewhere, before the step can tell that it began."""

    def __init__(self, home):
        self.home = home

    def __reduce__(self):
        return freeze, (self.home,)


def freeze(home):
    if os.getpid() != home:
        os.kill(os.getpid(), signal.SIGSTOP)
    return Freezing(home)


async def never_again():
    await asyncio.Event().wait()


def interrupt(job, report):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.5)
    return job


def take_long(job, report):
    for share in range(6):
        time.sleep(2)
        report(share / 6, "at it")
    return job


@pytest.fixture(scope="module")
def dask_workers():
    workers = DaskWorkers(Settings())
    yield workers
    workers.close()


@pytest.fixture(params=["here", pytest.param("dask", marks=pytest.mark.slow)])
def workers(request):
    return HereWorkers() if request.param == "here" else request.getfixturevalue("dask_workers")


def test_a_step_returns_what_it_made(workers):
    assert workers.run(tell_process, "job", lambda *_: None)[0] == "job"


def test_an_error_of_the_project_comes_back_with_its_parts(workers):
    with pytest.raises(MediaError, match=r"a\.mp3: it is HTML: check the feed"):
        workers.run(find_no_audio, "a.mp3", lambda *_: None)


@pytest.mark.slow
def test_a_heavy_step_runs_in_another_process_and_reports_from_there(dask_workers):
    said = []
    _, process = dask_workers.run(tell_process, "job", lambda *told: said.append(told))
    assert process != os.getpid()
    assert said == [(0.5, "half way")]


@pytest.mark.slow
def test_a_step_that_kills_its_worker_fails_alone(dask_workers):
    with pytest.raises(TransientError, match="worker process died"):
        dask_workers.run(die, None, lambda *_: None)
    assert dask_workers.run(tell_process, "next", lambda *_: None)[0] == "next"


@pytest.mark.slow
def test_a_step_that_hangs_is_stopped_and_one_that_tells_of_progress_is_not():
    workers = DaskWorkers(Settings(worker_patience=8.0))
    try:
        with pytest.raises(TransientError, match="no progress for 8 s"):
            workers.run(hang, None, lambda *_: None)
        assert workers.run(take_long, "slow", lambda *_: None) == "slow"
    finally:
        workers.close()


@pytest.mark.slow
def test_a_worker_that_stops_before_it_began_is_not_waited_for_for_ever():
    workers = DaskWorkers(Settings(worker_patience=8.0))
    try:
        with pytest.raises(TransientError, match="no progress for 8 s"):
            workers.run(tell_process, Freezing(os.getpid()), lambda *_: None)
        assert workers.run(tell_process, "next", lambda *_: None)[0] == "next"
    finally:
        workers.close()


@pytest.mark.slow
@pytest.mark.parametrize("work", [tell_process, die_at_first])
def test_a_worker_that_is_lost_for_good_is_replaced(work, monkeypatch, tmp_path):
    """Dask gives up on a worker whose successor does not come up; the night does not."""
    monkeypatch.setattr("ingest.cluster._WORKER_SECONDS", 5)
    workers = DaskWorkers(Settings())
    try:
        _, lost = workers.run(tell_process, "first", lambda *_: None)
        (nanny,) = workers._cluster._cluster.workers.values()
        monkeypatch.setattr(nanny, "instantiate", never_again)
        if work is tell_process:
            os.kill(lost, signal.SIGKILL)
            assert workers.run(work, "next", lambda *_: None)[0] == "next"
        else:
            assert workers.run(work, tmp_path / "mark", lambda *_: None) == "came back"
    finally:
        workers.close()


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr("ingest.cluster._CONNECT_SECONDS", 1)
    workers = open_workers(Settings(dask_scheduler="tcp://127.0.0.1:9"))
    with pytest.raises(SettingsError, match=r"tcp://127\.0\.0\.1:9"):
        workers.run(tell_process, "job", lambda *_: None)


@pytest.mark.slow
def test_a_scheduler_without_workers_is_named_and_not_waited_for_for_ever(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr("ingest.cluster._WORKER_SECONDS", 0.2)
    with LocalCluster(
        n_workers=0, host="127.0.0.1", protocol="tcp://", dashboard_address="127.0.0.1:0"
    ) as nobody:
        workers = open_workers(Settings(dask_scheduler=nobody.scheduler_address))
        with pytest.raises(SettingsError, match="no worker is ready"):
            workers.run(tell_process, "job", lambda *_: None)
        workers.close()


def test_workers_that_never_worked_have_nothing_to_stop():
    open_workers(Settings()).close()


@pytest.mark.slow
def test_a_step_that_is_put_down_leaves_its_worker_to_the_next(dask_workers):
    began = time.monotonic()
    with pytest.raises(ParkedError):
        dask_workers.run(
            take_long, "long", lambda *_: None, stop=lambda: time.monotonic() - began > 1
        )
    assert dask_workers.run(tell_process, "next", lambda *_: None)[0] == "next"
    assert time.monotonic() - began < 12, "it did not wait for the end of the other"


@pytest.mark.slow
def test_ctrl_c_is_left_to_the_run_that_the_worker_belongs_to(dask_workers):
    assert dask_workers.run(interrupt, "unharmed", lambda *_: None) == "unharmed"


@pytest.mark.parametrize(
    ("said", "threads"),
    [
        ({}, 0),
        ({"workers": 2}, 4),
        ({"workers": 3}, 2),
        ({"workers": 99}, 1),
        ({"workers": 2, "threads": 6}, 6),
        ({"workers": 2, "dask_scheduler": "tcp://127.0.0.1:9"}, 0),
    ],
)
def test_workers_here_share_the_cores(said, threads, monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    assert Settings(**said).threads_each == threads
