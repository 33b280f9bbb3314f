"""Three nights through a web of hosts that misbehave: nothing lost, nothing doubled, in any.

All faults share the same nights, so that each also proves that the others are not in its way.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from corpus.care.faults import Mend
from corpus.settings import Settings
from corpus.types import Document, Run, Stage
from ingest import fetch
from ingest.workers import DaskWorkers
from tests.faultstories import FAULTS
from tests.weather import (
    DAY,
    Ears,
    Fault,
    FragileEars,
    Seen,
    Web,
    deadly,
    endless,
    item,
    known_names,
    mp3,
    one_night,
    open_archive_with,
    own_clock,
)
from ui.archive import Archive
from ui.operating.doctor import examine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

NIGHTS = 3  # of the stories; then the clock is set back, and then the database is locked


class Nights:
    """All stories, told night by night; what went wrong in each is kept."""

    def __init__(self, web: Web, archive: Archive, ears: Ears) -> None:
        self.web = web
        self.archive = archive
        self.ears = ears
        self.runs: list[Run] = []
        self.wrong: dict[str, list[str]] = {name: [] for name in FAULTS}
        self.locks = 0  # that another program held on the last night
        self.always: list[str] = []  # what must hold of everything, and did not
        self._stories = {name: each.story(web.host(name)) for name, each in FAULTS.items()}
        self._before: dict[str, Document] = {}

    def begin(self) -> None:
        """Have every host serve what it serves on the first night."""
        for story in self._stories.values():
            next(story)

    def pass_one(self) -> None:
        """Let one night pass, look at what became of each story, and set up the next night."""
        asked, heard = len(self.web.asked), len(self.ears.heard)
        run = one_night(self.archive)
        self.runs.append(run)
        for name in list(self._stories):
            mine = tuple(
                each
                for host, each in self.web.asked[asked:]
                if host.removeprefix("www.") == name and each.path != "/robots.txt"
            )
            seen = Seen(self.archive, name, run, mine, tuple(self._heard_of(name, heard)))
            self._go_on(name, seen)
        self._check_everything(run)

    def _heard_of(self, name: str, since: int) -> Iterator[str]:
        catalogue = self.archive.catalogue
        mine = {
            media.sha256
            for each in catalogue.documents(source_id=name)
            for media in catalogue.media(each.id)
        }
        yield from (each for each in self.ears.heard[since:] if each in mine)

    def _go_on(self, name: str, seen: Seen) -> None:
        try:
            self._stories[name].send(seen)
        except StopIteration:
            del self._stories[name]
        except Exception:
            night = f"night {len(self.runs)}: {seen.documents} {seen.failed}"
            self.wrong[name].append(f"{traceback.format_exc()}\n{night}")
            del self._stories[name]

    def _check_everything(self, run: Run) -> None:
        """Nothing lost, nothing doubled, everything whole."""
        catalogue = self.archive.catalogue
        documents = {each.id: each for each in catalogue.documents()}
        wrong = [f"run ended with {run.error}"] if run.error else []
        wrong += [f"crashed: {each.error}" for each in run.outcomes if each.crashed]
        if catalogue.run(run.id) != run:
            wrong.append("the stored record is not the returned one")
        for document_id, before in self._before.items():
            now = documents.get(document_id)
            if now is None:
                wrong.append(f"lost: {before}")
            elif now.revision < before.revision:
                wrong.append(f"went back: {now}")
        for each in documents.values():
            media = [(kept.role, kept.sha256) for kept in catalogue.media(each.id)]
            wrong += [f"stored twice: {each} {kept}" for kept, n in Counter(media).items() if n > 1]
            if each.stage is Stage.READY and not each.revision:
                wrong.append(f"ready without a text: {each}")
        names = Counter((each.source_id, each.guid) for each in documents.values() if each.guid)
        wrong += [f"doubled: {name}" for name, count in names.items() if count > 1]
        found = examine(self.archive, lambda *_: None).open
        faults = [each for each in found if each.mend is not Mend.CLOCK]  # ours is ahead
        wrong += [f"{each.area}: {each.line}" for each in faults]
        self.always += [f"night {len(self.runs)}: {each}" for each in wrong]
        self._before = documents


def settings_for(folder: Path) -> Settings:
    """Return settings under which nobody waits long."""
    return Settings(
        data_dir=folder,
        crawl_delay=0.0,
        request_timeout=4.0,
        media_fetch_seconds=8.0,
        page_max_bytes=2_000_000,
    )


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    folder = tmp_path_factory.mktemp("weather")
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(fetch, "_PAUSE", 0.0)
        stack.enter_context(known_names(patch, folder / "names"))
        web = stack.enter_context(Web())
        sources = {name: each.source_at(web.host(name)) for name, each in FAULTS.items()}
        ears = Ears()
        archive = stack.enter_context(
            open_archive_with(patch, settings_for(folder / "data"), sources, ears)
        )
        clock = stack.enter_context(own_clock(patch))
        told = Nights(web, archive, ears)
        told.begin()
        for number in range(NIGHTS):
            clock.ahead = timedelta(days=number * DAY)
            told.pass_one()
        clock.ahead = timedelta(days=-30)
        told.pass_one()
        clock.ahead = timedelta(days=NIGHTS * DAY)
        with locked_now_and_then(folder / "data" / "catalogue.sqlite") as locks:
            told.pass_one()
        told.locks = len(locks)
        yield told


@contextmanager
def locked_now_and_then(database: Path) -> Iterator[list[float]]:
    """Have another program hold the database's lock for a second, again and again."""
    over, held = threading.Event(), list[float]()

    def lock() -> None:
        with closing(sqlite3.connect(database, timeout=30, isolation_level=None)) as other:
            while not over.wait(0.3):
                other.execute("BEGIN IMMEDIATE")
                held.append(time.monotonic())
                over.wait(1.0)
                other.execute("ROLLBACK")

    thread = threading.Thread(target=lock)
    thread.start()
    try:
        yield held
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_loses_nothing_doubles_nothing_and_says_what_it_was(nights, name):
    assert nights.wrong[name] == [], "\n".join(nights.wrong[name])


def test_after_every_night_everything_is_whole_and_nothing_is_lost_or_doubled(nights):
    assert nights.always == []


def test_the_web_is_large_enough_to_mean_something(nights):
    assert len(FAULTS) >= 40
    assert len({host for host, _ in nights.web.asked}) >= 30
    assert all(len(run.sources) >= len(FAULTS) - 1 for run in nights.runs)


def test_no_recording_is_heard_twice(nights):
    twice = [each for each, times in Counter(nights.ears.heard).items() if times > 1]
    media = nights.archive.catalogue.media_file
    assert {each: media(each).url for each in twice} == {}


def test_a_clock_set_back_and_a_locked_database_cost_nothing(nights):
    back, locked = nights.runs[NIGHTS:]
    for run in (back, locked):
        assert (run.error, run.finished > run.started) == (None, True)
        assert sum(each.new for each in run.sources) >= 1
    assert back.started < nights.runs[0].started < locked.started
    assert nights.locks >= 2


def test_a_dead_worker_and_one_that_hangs_cost_only_their_own_recordings(tmp_path):
    """Real worker processes; what brings them down stands in the middle of the queue."""
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        stack.enter_context(known_names(patch, tmp_path / "names"))
        web = stack.enter_context(Web())
        host = web.host("poison")
        media = {each: host.recording(f"/{each}.mp3") for each in "abcde"}
        host.says("/b.mp3", mp3(deadly()))
        host.says("/d.mp3", mp3(endless()))
        host.feed(*(item(each, media[each]) for each in media))
        settings = settings_for(tmp_path / "data").model_copy(update={"worker_patience": 30.0})
        source = Fault("poison", lambda _: iter(()), {}).source_at(host)
        clock = stack.enter_context(own_clock(patch))
        ears = FragileEars(DaskWorkers(settings))
        with open_archive_with(patch, settings, {"poison": source}, ears) as archive:
            run = one_night(archive)
            waits = {each.guid: each for each in archive.catalogue.documents(stage=Stage.FETCHED)}
            failed = {each.title[-1]: each.error for each in run.outcomes if each.error}
            assert set(waits) == set(failed) == {"b", "d"}, failed
            assert ("process died" in failed["b"], "no progress" in failed["d"]) == (True, True)
            assert {each.attempts for each in waits.values()} == {1}
            assert (run.error, len(ears.heard)) == (None, 5)
        clock.ahead = timedelta(days=DAY)  # then the machine is mended
        mended = Ears()
        with open_archive_with(patch, settings, {"poison": source}, mended) as archive:
            assert one_night(archive).error is None
            assert {each.stage for each in archive.catalogue.documents()} == {Stage.READY}
            assert len(mended.heard) == 2
        downloads = Counter(each.path for _, each in web.asked if each.path.endswith(".mp3"))
        assert set(downloads.values()) == {1}
