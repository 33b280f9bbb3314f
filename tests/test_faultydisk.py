"""A disk that is full, a catalogue that is locked, a clock that was set back.

A full disk is made in a process of its own: either its files may not grow beyond a size, which
needs no privilege, or, where this user may mount one, a disk of its own.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import StoreError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import Capture, DiscoveredItem, Document, DocumentKind, Run, Stage
from ingest import pipeline
from ingest.workers import HereWorkers
from ingest.workshop import Workshop
from tests.seeded import open_empty, publish, seed_archive
from ui.archive import Archive, open_archive
from ui.operating.doctor import examine

NOW = datetime.now(UTC)


def silent(*_: object) -> None:
    pass


# ── a full disk ──────────────────────────────────────────────────────────────────────────────

# Runs one piece of work in a process that cannot write more than so many bytes to any file.
LIMITED = """
import json, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from corpus.errors import OnRecordError
sys.path.insert(0, {root!r})
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
if {most}:
    resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most}))
folder = Path({folder!r})
try:
    {work}
except OnRecordError as error:
    print(json.dumps([type(error).__name__, error.message, error.cause, error.remedy]))
"""
ROOT = str(Path(__file__).resolve().parents[1])


def in_limits(folder: Path, most: int, *work: str) -> list[str]:
    """Do `work` where no file can grow beyond `most` bytes; return the error that came of it."""
    program = LIMITED.format(root=ROOT, most=most, folder=str(folder), work="\n    ".join(work))
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    printed = ended.stdout.strip()
    return json.loads(printed.splitlines()[-1]) if printed else []


STORE_BYTES = (
    "from corpus.files import FileStore",
    "store = FileStore(str(folder / 'files'))",
    "store.put_bytes(b'one more recording' * 20_000)",
)
SAVE_TEXT = (
    "from corpus.catalogue import Catalogue",
    "from corpus.types import DiscoveredItem, DocumentKind, Text, Turn, Span, Manner, Attribution",
    "from corpus.types import Method",
    "catalogue = Catalogue(f'sqlite:///{folder}/catalogue.sqlite')",
    "item = DiscoveredItem(source_id='s', kind=DocumentKind.ARTICLE, url='http://127.0.0.1/x',",
    "    title='Cold Gun', summary='a word ' * 200_000)",
    "catalogue.record_discovered(item, now=datetime.now(UTC))",
)
SAMPLE = Path(ROOT) / "corpus" / "sample" / "media" / "ep1-three-rounds-on-a-table.mp3"
DECODE = (
    "from ingest.audio import decode_audio",
    f"decode_audio(Path({str(SAMPLE)!r}), folder.parent / 'work', max_seconds=9999)",
)
PUBLISH = (
    "from tests.seeded import open_empty, publish",
    "publish(open_empty(folder))",
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("disk") / "data"
    with seed_archive(folder).archive as archive:
        publish(archive)
    return folder


@pytest.fixture
def archive(template: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(template, tmp_path / "data")
    with open_empty(tmp_path / "data") as opened:
        yield opened


def kept(folder: Path) -> dict[str, str]:
    """What must not change: every stored file, and every row."""
    files = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (folder / "files").rglob("*")
        if path.is_file()
    }
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as connection:
        files["rows"] = "\n".join(connection.iterdump())
    return files


@pytest.mark.parametrize(
    ("work", "most"),
    [(STORE_BYTES, 100_000), (SAVE_TEXT, 1_000_000)],
    ids=["file store", "catalogue"],
)
def test_a_full_disk_leaves_nothing_half_written_and_says_what_helps(
    archive: Archive, work: tuple[str, ...], most: int
) -> None:
    folder = archive.settings.data_dir
    archive.close()
    before = kept(folder)

    kind, _, cause, remedy = in_limits(folder, most, *work)

    assert kind == "StoreError"
    assert cause
    assert "space" in remedy or "larger place" in remedy
    assert kept(folder) == before
    assert in_limits(folder, 0, *work) == []  # with room again it goes on
    assert kept(folder) != before


@pytest.mark.slow
def test_a_full_disk_while_publishing_leaves_the_index_that_was_there(
    template: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(template, folder)
    with open_empty(folder) as archive:
        before = archive.store.manifest()
        document = archive.catalogue.documents()[0]
        archive.catalogue.recount_revisions(document.id, now=NOW)  # it must be made again

    kind, *_ = in_limits(folder, 100_000, *PUBLISH)

    assert kind == "VectorIndexError"
    with open_empty(folder) as archive:
        assert archive.store.manifest() == before
        assert archive.store.count() == before.passages
        publish(archive)
        assert archive.store.manifest().generation > before.generation
        assert examine(archive, silent).faults == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own; only some users may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(place)]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a disk")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(path: Path) -> None:
    """Write until there is no room for another byte."""
    with path.open("wb", buffering=0) as filling:
        for size in (65536, 1):
            with contextlib.suppress(OSError):
                while True:
                    filling.write(bytes(size))


@pytest.mark.slow
def test_on_a_real_disk_that_fills_up_every_kind_of_write_fails_cleanly(
    template: Path, small_disk: Path
) -> None:
    folder = small_disk / "data"
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns("index"))
    # As the page would: without it, nobody could even read on a disk without any room.
    reader = Catalogue(f"sqlite:///{folder}/catalogue.sqlite")
    reader.counts()
    filler = small_disk / "filler"
    fill(filler)
    before = kept(folder)
    backup = (
        "from ui.archive import open_archive",
        "from corpus.settings import Settings",
        "from ui.operating.backups import back_up",
        "archive = open_archive(Settings(data_dir=folder))",
        "back_up(archive, folder.parent / 'one.tar', lambda *_: None)",
    )

    for work in (STORE_BYTES, SAVE_TEXT, DECODE, PUBLISH, backup):
        kind, _, cause, _ = in_limits(folder, 0, *work)
        assert kind in ("StoreError", "VectorIndexError", "BackupError")
        assert cause
        assert kept(folder) == before
    assert {each.name for each in small_disk.iterdir()} <= {"data", "filler", "work"}
    assert list((small_disk / "work").iterdir()) == []

    filler.unlink()
    reader.close()
    for work in (STORE_BYTES, SAVE_TEXT, PUBLISH):
        assert in_limits(folder, 0, *work) == []


def test_a_disk_that_fills_up_while_audio_is_decoded_leaves_no_half_file(tmp_path: Path) -> None:
    kind, _, cause, remedy = in_limits(tmp_path / "data", 500_000, *DECODE)
    assert kind == "StoreError"
    assert cause
    assert "make room" in remedy
    assert [each for each in tmp_path.rglob("*") if each.is_file()] == []


def test_a_step_without_room_stops_the_run_and_is_not_held_against_its_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(document: Document, shop: Workshop) -> Stage:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "checkpoint.part"))

    monkeypatch.setattr(pipeline, "STEPS", {(DocumentKind.ARTICLE, Stage.DISCOVERED): full})
    settings = Settings(data_dir=tmp_path)
    with Catalogue(settings.catalogue) as catalogue:
        document, _ = catalogue.record_discovered(an_item(), now=NOW)
        shop = Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={},
            workers=HereWorkers(),
        )
        with pytest.raises(StoreError, match="No space left on device: free some space"):
            pipeline.advance(document, shop)
        assert catalogue.document(document.id) == document


# ── a catalogue that is locked ───────────────────────────────────────────────────────────────


@pytest.fixture
def impatient(tmp_path: Path) -> Iterator[Catalogue]:
    """A catalogue whose engine waits for another writer for 50 ms."""
    with Catalogue(f"sqlite:///{tmp_path}/catalogue.sqlite?timeout=0.05") as catalogue:
        yield catalogue


def hold(path: Path, seconds: float) -> threading.Thread:
    """Keep the database locked for writers, as another program would."""
    begun = threading.Event()

    def holding() -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            begun.set()
            time.sleep(seconds)
            connection.execute("ROLLBACK")

    thread = threading.Thread(target=holding)
    thread.start()
    begun.wait()
    return thread


def an_item(number: int = 1) -> DiscoveredItem:
    return DiscoveredItem(
        source_id="ledger",
        kind=DocumentKind.ARTICLE,
        url=f"http://127.0.0.1/{number}",
        title=f"Cold Gun {number}",
    )


def test_a_command_says_that_the_catalogue_is_locked_and_reading_goes_on(
    impatient: Catalogue, tmp_path: Path
) -> None:
    impatient.record_discovered(an_item(), now=NOW)
    holding = hold(tmp_path / "catalogue.sqlite", 0.6)
    with pytest.raises(StoreError, match="wait until it has finished"):
        impatient.record_discovered(an_item(2), now=NOW)
    assert len(impatient.documents()) == 1
    holding.join()
    impatient.record_discovered(an_item(2), now=NOW)
    assert len(impatient.documents()) == 2


def test_a_run_waits_until_the_catalogue_is_free_and_loses_nothing(
    impatient: Catalogue, tmp_path: Path
) -> None:
    settings = Settings(data_dir=tmp_path)
    tools = Workshop(
        settings=settings,
        catalogue=impatient,
        files=FileStore(settings.files),
        sources={},
        workers=HereWorkers(),
    )
    with tools as shop:
        holding = hold(tmp_path / "catalogue.sqlite", 0.6)
        document, is_new = shop.catalogue.record_discovered(an_item(), now=NOW)
        holding.join()
        shop.catalogue.fail(document.id, error="x", retry_at=None, now=NOW)
    assert is_new
    assert [each.attempts for each in impatient.failures()] == [1]


# ── a clock that was set back ────────────────────────────────────────────────────────────────


def test_a_document_that_would_wait_for_years_is_tried_now(impatient: Catalogue) -> None:
    document, _ = impatient.record_discovered(an_item(), now=NOW)
    wrong = NOW + timedelta(days=4000)
    impatient.fail(document.id, error="timed out", retry_at=wrong, now=wrong)
    assert [each.id for each in impatient.due(Stage.DISCOVERED, now=NOW)] == [document.id]
    asked = NOW + timedelta(days=6)  # as a host may ask
    impatient.fail(document.id, error="timed out", retry_at=asked, now=NOW)
    assert impatient.due(Stage.DISCOVERED, now=NOW) == []


def a_capture(body: bytes, retrieved: datetime) -> Capture:
    return Capture(
        url="http://127.0.0.1/1",
        final_url="http://127.0.0.1/1",
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        mime_type="text/html",
        status=200,
        headers=(),
        retrieved=retrieved,
    )


def test_a_page_from_the_future_is_not_the_newest(impatient: Catalogue) -> None:
    ahead = a_capture(b"fetched while the clock was wrong", NOW + timedelta(days=4000))
    impatient.save_capture(ahead)
    assert impatient.latest_capture(ahead.url) == ahead
    impatient.save_capture(a_capture(b"older", NOW - timedelta(days=2)))
    newest = a_capture(b"newer", NOW - timedelta(days=1))
    impatient.save_capture(newest)
    assert impatient.latest_capture(ahead.url) == newest


def test_a_run_from_the_future_does_not_hide_those_after_it(impatient: Catalogue) -> None:
    ahead = Run(id="ahead", started=NOW + timedelta(days=4000))
    for run in (ahead, Run(id="one", started=NOW - timedelta(days=1)), Run(id="two", started=NOW)):
        impatient.save_run(run)
    assert [run.id for run in impatient.runs(9)] == ["two", "one", "ahead"]
    last = impatient.last_run()
    assert last is not None
    assert last.id == "two"


def test_a_half_written_file_from_the_future_is_found(tmp_path: Path) -> None:
    with open_archive(Settings(data_dir=tmp_path / "data")) as archive:
        archive.catalogue.counts()
        part = Path(archive.settings.files) / "incoming" / "0123.part"
        archive.files.total()
        part.write_bytes(b"half")
        ahead = time.time() + 4000 * 86_400
        os.utime(part, (ahead, ahead))
        assert [each.path for each in examine(archive, silent).faults] == ["incoming/0123.part"]


def test_the_same_text_is_saved_once_whatever_the_clock_says(archive: Archive) -> None:
    catalogue = archive.catalogue
    document = catalogue.documents()[0]
    text = catalogue.text(document.id)
    again = catalogue.save_text(replace(text, revision=0), now=NOW - timedelta(days=4000))
    assert again.revision == text.revision
