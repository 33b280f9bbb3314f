"""What only the embedded store does: generations, crashes, many processes at once."""

import multiprocessing
import shutil
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

from corpus.errors import IndexOutOfDateError, LockedError, VectorIndexError
from corpus.types import Certainty
from index.engine import generations, vectors
from index.engine.generations import Generations, copy_settled
from index.engine.points import passage_of, payload_of
from index.engine.vectors import EdgeStore
from index.filters import Filters
from tests.indexed import WordEmbedder, a_change, a_passage, indexed

SPAWN = multiprocessing.get_context("spawn")


def a_generation(mark: int, documents: int = 12):
    """Every document says the generation it belongs to."""
    return indexed(
        *(
            a_passage(f"Live round number{mark} in document {n}.", mark, document_id=f"doc{n:09}")
            for n in range(documents)
        )
    )


def ask(store, text="live round", limit=40):
    return store.search(WordEmbedder().embed([text])[0], text, Filters(), limit)


def marks(found):
    return {one.passage.content.split()[2] for one in found}


def read_until(folder, stop, answers, errors):
    store = EdgeStore(folder)
    vector = WordEmbedder().embed(["live round"])[0]
    while not stop.is_set():
        try:
            found = store.search(vector, "live round", Filters(), 40)
        except Exception as error:
            errors.put(repr(error))
            return
        if len(marks(found)) != 1 or len(found) != 12:
            errors.put(f"{len(found)} hits of {marks(found)}")
            return
        with answers.get_lock():
            answers.value += 1


@pytest.mark.slow
def test_readers_in_other_processes_see_one_generation_at_a_time(tmp_path):
    store = EdgeStore(tmp_path, kept=2)
    store.publish(a_generation(0), a_change())
    stop, errors, answers = SPAWN.Event(), SPAWN.Queue(), SPAWN.Value("i", 0)
    readers = [
        SPAWN.Process(target=read_until, args=(tmp_path, stop, answers, errors), daemon=True)
        for _ in range(2)
    ]
    for reader in readers:
        reader.start()
    wait_for(lambda: answers.value > 5 or not errors.empty())
    for mark in range(1, 9):
        store.publish(a_generation(mark), a_change())
    seen = answers.value
    wait_for(lambda: answers.value > seen + 5 or not errors.empty())
    stop.set()
    for reader in readers:
        reader.join(30)
    assert errors.empty(), errors.get()
    assert [reader.exitcode for reader in readers] == [0, 0]
    assert marks(ask(store)) == {"number8"}
    assert len(list((tmp_path / "generations").iterdir())) == 2


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.05)


CRASHES = {
    "while copying": "g.shutil.copytree = die",
    "before the manifest": "g._write_synced = die",
    "before the data is on disk": "g._sync_tree = die",
    "before the generation has its name": "g.Path.rename = die",
    "before the pointer is flipped": "g.Path.replace = die",
    "before old ones are removed": "g.Generations._forget_old = die",
}


@pytest.mark.slow
@pytest.mark.parametrize("moment", CRASHES)
def test_a_writer_killed_at_any_moment_leaves_a_whole_generation(tmp_path, moment):
    store = EdgeStore(tmp_path)
    store.publish(a_generation(0), a_change())
    code = f"""
import os, signal
from pathlib import Path
import index.engine.generations as g
from index.engine.vectors import EdgeStore
from tests.test_vectors import a_generation, a_change
def die(*args, **options):
    os.kill(os.getpid(), signal.SIGKILL)
{CRASHES[moment]}
EdgeStore(Path({str(tmp_path)!r})).publish(a_generation(1), a_change())
"""
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    expected = "number1" if moment == "before old ones are removed" else "number0"
    assert marks(ask(EdgeStore(tmp_path))) == {expected}
    store.publish(a_generation(2), a_change())
    assert marks(ask(store)) == {"number2"}
    left = {path.name for path in (tmp_path / "generations").iterdir()}
    assert all(name.isdigit() for name in left)


def test_a_second_writer_waits_and_then_says_who_is_at_it(tmp_path, monkeypatch):
    monkeypatch.setattr(generations, "_LOCK_PATIENCE", 0.1)
    first, second = Generations(tmp_path), Generations(tmp_path)
    with first.writing(), pytest.raises(LockedError, match="publishing"), second.writing():
        pass
    with second.writing():
        pass


def test_a_removed_folder_is_opened_anew_or_said_so(tmp_path):
    store = EdgeStore(tmp_path)
    store.publish(a_generation(0), a_change())
    assert len(ask(store)) == 12
    other = EdgeStore(tmp_path)
    shutil.rmtree(tmp_path / "generations")
    assert len(ask(store)) == 12  # still open
    with pytest.raises(IndexOutOfDateError, match="rebuild"):
        ask(other)
    shutil.rmtree(tmp_path)
    assert ask(store) == []
    assert ask(other) == []
    other.publish(a_generation(3), a_change())
    assert marks(ask(store)) == {"number3"}


def test_damaged_data_is_said_so(tmp_path):
    store = EdgeStore(tmp_path)
    store.publish(a_generation(0), a_change())
    (tmp_path / "generations" / "0000001" / "data" / "edge_config.json").write_text("{")
    with pytest.raises(VectorIndexError):
        ask(EdgeStore(tmp_path))
    (tmp_path / "current").write_bytes(b"\xff\xfe")
    with pytest.raises(VectorIndexError):
        ask(EdgeStore(tmp_path))


@pytest.mark.slow
def test_threads_may_ask_while_a_generation_is_published(tmp_path):
    store = EdgeStore(tmp_path)
    store.publish(a_generation(0), a_change())
    wrong, stop = [], threading.Event()

    def ask_on():
        while not stop.is_set():
            found = ask(store)
            if len(found) != 12 or len(marks(found)) != 1:
                wrong.append(found)

    threads = [threading.Thread(target=ask_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for mark in range(1, 4):
        store.publish(a_generation(mark), a_change())
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_full_disk_leaves_the_generation_in_force(tmp_path, monkeypatch):
    store = EdgeStore(tmp_path)
    store.publish(a_generation(0), a_change())

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(VectorIndexError, match="No space left"):
        store.publish(a_generation(1), a_change())
    assert marks(ask(store)) == {"number0"}


def test_a_copy_keeps_the_holes(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    with source.open("wb") as file:
        file.write(b"head")
        file.seek(20_000_000)
        file.write(b"tail")
        file.truncate(30_000_000)
    generations._copy_sparse(str(source), str(target))
    assert target.read_bytes() == source.read_bytes()
    assert target.stat().st_blocks * 512 < 5_000_000
    (tmp_path / "none").touch()
    generations._copy_sparse(str(tmp_path / "none"), str(target))
    assert target.read_bytes() == b""


def test_a_copy_waits_for_a_folder_that_readers_touch(tmp_path):
    """The engine makes and removes journals while a reader opens and closes a generation."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "segment").write_bytes(b"x" * 5000)
    until_then = time.monotonic() + 0.4

    def touch():
        while time.monotonic() < until_then:
            (tmp_path / "data" / ".atomic").mkdir()
            (tmp_path / "data" / ".atomic" / "journal").write_bytes(b"y")
            (tmp_path / "data" / ".atomic" / "journal").unlink()
            (tmp_path / "data" / ".atomic").rmdir()

    reader = threading.Thread(target=touch)
    reader.start()
    copy_settled(tmp_path / "data", tmp_path / "copy")
    reader.join()
    assert (tmp_path / "copy" / "segment").read_bytes() == b"x" * 5000


def test_a_payload_holds_how_sure_the_words_are_and_an_old_one_is_read_as_before():
    made = a_passage("Live rounds stay out.", certainty=Certainty.CHECKED, corrected=True)
    payload = payload_of(made)
    assert passage_of(made.id, payload) == made
    old = {key: payload[key] for key in payload.keys() - {"certainty", "corrected"}}
    again = passage_of(made.id, old)
    assert (again.certainty, again.corrected) == (Certainty.PUBLISHER, False)


@pytest.mark.slow
def test_a_large_index_finds_what_a_small_one_does(tmp_path, monkeypatch):
    """Beyond a size the engine searches a graph of rounded vectors, here from the start."""
    many = [
        a_passage(
            some_words(n),
            n % 50,
            document_id=f"doc{n // 50:09}",
            roles=("armorer",) if n % 3 else ("host",),
        )
        for n in range(3000)
    ]
    small = EdgeStore(tmp_path / "small")
    small.publish(indexed(*many), a_change())
    monkeypatch.setattr(vectors, "_EXACT_KB", 100)
    monkeypatch.setattr(vectors, "_FILTERED_EXACT_KB", 10)
    large = EdgeStore(tmp_path / "large")
    large.publish(indexed(*many), a_change())
    assert large._reader().shard.info().indexed_vectors_count >= 3000
    assert share_of_the_same(small, large) >= 0.98
    new = indexed(a_passage("Open the cylinder.", 1, document_id="new000001"))
    for store in (small, large):
        store.publish(new, a_change(removed=["doc000000000"]))
        assert store.count() == 2951
        assert ask(store, "open the cylinder", 1)[0].passage.document_id == "new000001"
    assert share_of_the_same(small, large) >= 0.98


def share_of_the_same(small, large):
    """Compare by meaning alone: a word that nobody weighs is asked for."""
    found = same = 0
    for number in range(30):
        vector = WordEmbedder().embed([some_words(10_000 + number)])[0]
        for filters in (Filters(), Filters(roles=("host",))):
            truly, others = (
                {one.passage.id for one in store.search(vector, "the", filters, 10)}
                for store in (small, large)
            )
            found += len(truly)
            same += len(truly & others)
    return same / found


def some_words(number):
    chosen = np.random.default_rng(number).integers(400, size=12)
    return " ".join(f"word{each}" for each in chosen)
