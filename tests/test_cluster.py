"""The same night with one worker here, with three, and on a cluster that loses a machine.

Heavy steps that make ten parts and keep each in the work folder stand in for hearing; workers,
scheduler, files and catalogue are real.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import MediaError, SettingsError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import DiscoveredItem, Document, DocumentKind, Outcome, Stage
from ingest.pipeline import drain
from ingest.workers import open_workers
from ingest.workshop import Workshop, now

pytestmark = pytest.mark.slow

PARTS = 10
PART = 0.05  # seconds
ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Job:
    """What a worker is to do; it is sent to one."""

    title: str
    folder: str


def make_parts(job: Job, report: Callable[[float, str], None]) -> int:
    """Make the parts that are not there yet; note in the folder above who made which."""
    folder = Path(job.folder)
    if job.title == "damaged":
        raise MediaError(job.title, cause="no audio in it")
    for number in range(PARTS):
        part = folder / str(number)
        if part.exists():
            continue
        time.sleep(PART)
        if job.title == "deadly" and number == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        with (folder.parents[1] / f"{job.title}.log").open("a") as log:
            log.write(f"{number} {os.getpid()}\n")
        part.touch()
        report(number / PARTS, "at it")
    return PARTS


def hear(document: Document, shop: Workshop) -> Stage:
    with shop.work_folder(document, "hearing") as folder:
        shop.workers.run(
            make_parts,
            Job(document.title, str(folder)),
            lambda done, said: shop.progress(document.title, done, said),
        )
    return Stage.READY


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    places = [(kind, stage) for kind in DocumentKind for stage in Stage]
    steps = dict.fromkeys(places, lambda *_: Stage.READY)
    steps[DocumentKind.EPISODE, Stage.DISCOVERED] = lambda *_: Stage.FETCHED
    steps[DocumentKind.EPISODE, Stage.FETCHED] = hear
    monkeypatch.setattr("ingest.pipeline.STEPS", steps)
    return Settings(data_dir=tmp_path)


@contextmanager
def opened(settings: Settings, *titles: str) -> Iterator[Workshop]:
    """Open a workshop whose catalogue has an episode for each title, and as many articles."""
    with ExitStack() as stack:
        catalogue = stack.enter_context(Catalogue(settings.catalogue))
        for title in titles:
            discover(catalogue, title, DocumentKind.EPISODE)
            discover(catalogue, f"article {title}", DocumentKind.ARTICLE)
        yield stack.enter_context(
            Workshop(
                settings=settings,
                catalogue=catalogue,
                files=FileStore(settings.files),
                sources={},
                workers=open_workers(settings),
            )
        )


def discover(catalogue: Catalogue, title: str, kind: DocumentKind) -> None:
    url = f"http://{title.replace(' ', '-')}.test/"
    item = DiscoveredItem(
        source_id="ledger", kind=kind, url=url, guid=title, title=title, show="Ledger"
    )
    catalogue.record_discovered(item, now=now())


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """A scheduler and two workers as an operator starts them: its address, all their groups."""
    where = folder / "scheduler.json"
    common = ("--scheduler-file", str(where), "--host", "127.0.0.1")
    commands = [
        ("scheduler", *common, "--port", "0", "--no-dashboard"),
        *[("worker", *common, "--nthreads", "1", "--no-dashboard")] * 2,
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_TEMPORARY_DIRECTORY": str(folder),
    }
    with ExitStack() as stack:
        groups = []
        for command in commands:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *command],
                env=environment,
                cwd=folder,
                start_new_session=True,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(kill_group, process.pid)
            groups.append(process.pid)
        yield address_in(where), groups


def address_in(file: Path) -> str:
    """Return the scheduler's address once it has written it down."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            return str(json.loads(file.read_text())["address"])
        except (OSError, ValueError, KeyError):
            time.sleep(0.1)
    raise AssertionError("the scheduler did not start")


def kill_group(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def made_by(settings: Settings, title: str) -> list[tuple[int, int]]:
    """Return which part of a recording was made in which process, in order."""
    log = settings.work_dir / f"{title}.log"
    lines = log.read_text().splitlines() if log.exists() else []
    return [(int(number), int(process)) for number, process in map(str.split, lines)]


def ends(outcomes: list[Outcome]) -> dict[str, Stage]:
    return {each.title: each.after for each in outcomes}


TITLES = ("damaged", "deadly", "one", "two", "three")
EXPECTED = {
    **dict.fromkeys(TITLES, Stage.READY),
    **{f"article {title}": Stage.READY for title in TITLES},
    "damaged": Stage.DEAD,
    "deadly": Stage.FETCHED,
}


def check_night(settings: Settings, shop: Workshop, outcomes: list[Outcome]) -> None:
    """One damaged recording and one that kills every worker: the rest is whole, and made once."""
    assert ends(outcomes) == EXPECTED
    for title in TITLES[2:]:
        parts = Counter(number for number, _ in made_by(settings, title))
        assert sorted(parts) == list(range(PARTS))
        assert sum(parts.values()) - PARTS <= 1, "only the part in hand is made again"
    (waits,) = (each for each in shop.catalogue.failures() if each.title == "deadly")
    assert "worker process died" in (waits.last_error or "")
    assert waits.next_attempt is not None


@pytest.mark.parametrize("workers", [1, 3])
def test_a_night_with_workers_on_this_machine(settings, workers):
    settings = settings.model_copy(update={"workers": workers})
    with opened(settings, *TITLES) as shop:
        outcomes = list(drain(shop))
        check_night(settings, shop, outcomes)
    episodes = [process for title in TITLES for _, process in made_by(settings, title)]
    assert len(set(episodes)) >= workers
    assert os.getpid() not in episodes


def test_a_night_on_a_cluster_that_loses_a_machine(settings, tmp_path):
    lost: list[int] = []
    with cluster(tmp_path) as (address, groups):
        settings = settings.model_copy(update={"workers": 2, "dask_scheduler": address})

        def progress(title: str, fraction: float, _message: str, /) -> None:
            if title == "three" and 0.4 <= fraction < 1.0 and not lost:
                _, process = made_by(settings, title)[-1]
                lost.append(os.getpgid(process))
                kill_group(lost[0])

        with opened(settings, *TITLES) as shop:
            outcomes = list(drain(replace(shop, progress=progress)))
            check_night(settings, shop, outcomes)
    assert lost[0] in groups[1:]
    before, after = made_by(settings, "three")[0][1], made_by(settings, "three")[-1][1]
    assert before != after, "another machine went on with it"


def test_a_scheduler_that_goes_away_stops_the_run_and_blames_no_document(settings, tmp_path):
    with cluster(tmp_path) as (address, groups):
        settings = settings.model_copy(update={"workers": 2, "dask_scheduler": address})

        def progress(title: str, fraction: float, _message: str, /) -> None:
            if title == "one" and 0.4 <= fraction < 1.0:
                kill_group(groups[0])

        with opened(settings, "one", "two") as shop:
            with pytest.raises(SettingsError, match="the scheduler went away"):
                list(drain(replace(shop, progress=progress)))
            assert not shop.catalogue.failures()
