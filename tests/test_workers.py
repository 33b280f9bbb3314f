"""Heavy steps run in a process of their own; errors come back whole, a dead worker is no end."""

from __future__ import annotations

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
def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr("ingest.workers._CONNECT_SECONDS", 1)
    workers = open_workers(Settings(dask_scheduler="tcp://127.0.0.1:9"))
    with pytest.raises(SettingsError, match=r"tcp://127\.0\.0\.1:9"):
        workers.run(tell_process, "job", lambda *_: None)


@pytest.mark.slow
def test_a_scheduler_without_workers_is_named_and_not_waited_for_for_ever(monkeypatch):
    from distributed import LocalCluster

    monkeypatch.setattr("ingest.workers._WORKER_SECONDS", 0.2)
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
