from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

import pytest

from corpus.errors import DamagedFileError, FileNotStoredError, StoreError
from corpus.files import FileStore, StoredFile

DATA = b"\x00\xff the page as it was fetched \x00"
SHA = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(params=["local", "memory"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "local":
        return str(tmp_path / "files")
    return f"memory://{uuid.uuid4().hex}/files"


@pytest.fixture
def store(url: str) -> FileStore:
    return FileStore(url)


def everything_under(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_stored_comes_back_under_its_hash(store: FileStore) -> None:
    assert store.put_bytes(DATA) == StoredFile(sha256=SHA, size=len(DATA))
    assert store.read_bytes(SHA) == DATA
    assert store.exists(SHA)
    assert store.size(SHA) == len(DATA)
    store.check(SHA)


def test_storing_it_again_changes_nothing(store: FileStore) -> None:
    first = store.put_bytes(DATA)
    assert store.put_bytes(DATA) == first
    assert store.total() == (1, len(DATA))


def test_an_empty_file_is_a_file(store: FileStore) -> None:
    stored = store.put_bytes(b"")
    assert store.read_bytes(stored.sha256) == b""
    assert store.total() == (1, 0)


def test_another_store_at_the_same_place_sees_it(store: FileStore, url: str) -> None:
    store.put_bytes(DATA)
    assert FileStore(url).read_bytes(SHA) == DATA


def test_a_file_on_disk_is_copied_and_kept(store: FileStore, tmp_path: Path) -> None:
    source = tmp_path / "episode.mp3"
    source.write_bytes(DATA * 100_000)
    stored = store.put_file(source)
    assert store.size(stored.sha256) == source.stat().st_size
    assert source.exists()


def test_open_reads_and_seeks(store: FileStore) -> None:
    store.put_bytes(DATA)
    with store.open(SHA) as stored:
        stored.seek(3)
        assert stored.read(4) == DATA[3:7]


def test_local_path_lends_a_readable_file(store: FileStore) -> None:
    store.put_bytes(DATA)
    with store.local_path(SHA) as path:
        assert path.read_bytes() == DATA
    assert store.exists(SHA)


def test_local_path_copies_nothing_on_a_local_store(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path))
    store.put_bytes(DATA)
    with store.local_path(SHA) as path:
        assert path == tmp_path / SHA[:2] / SHA[2:]


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "/etc/passwd", "g" * 64, "AB" * 32, SHA + "\n", SHA + "/x"]
)
def test_only_a_sha256_is_ever_a_name(store: FileStore, name: str) -> None:
    assert not store.exists(name)
    for read in (store.read_bytes, store.open, store.size, store.check):
        with pytest.raises(FileNotStoredError):
            read(name)
    with pytest.raises(FileNotStoredError), store.local_path(name):
        pass


def test_a_missing_file_is_named(store: FileStore) -> None:
    for read in (store.read_bytes, store.open, store.size, store.check):
        with pytest.raises(FileNotStoredError, match=SHA):
            read(SHA)
    with pytest.raises(FileNotStoredError, match=SHA), store.local_path(SHA):
        pass


def damage(store: FileStore) -> None:
    with store._fs.open(store._path(SHA), "wb") as stored:
        stored.write(DATA[::-1])


def test_damage_is_noticed_at_reading(store: FileStore) -> None:
    store.put_bytes(DATA)
    damage(store)
    for read in (store.read_bytes, store.check):
        with pytest.raises(DamagedFileError, match=r"damaged.*backup"):
            read(SHA)


def test_storing_it_again_repairs_damage(store: FileStore) -> None:
    store.put_bytes(DATA)
    damage(store)
    store.put_bytes(DATA)
    assert store.read_bytes(SHA) == DATA


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FileStore(str(tmp_path))

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left on device: free some space") as caught:
        store.put_bytes(DATA)
    assert str(tmp_path) in str(caught.value)
    assert everything_under(tmp_path) == []
    assert not store.exists(SHA)


def test_a_full_object_store_leaves_nothing_half_written(monkeypatch: pytest.MonkeyPatch) -> None:
    from fsspec.implementations.memory import MemoryFile

    store = FileStore(f"memory://{uuid.uuid4().hex}")

    def full(_self: MemoryFile, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(MemoryFile, "write", full)
    with pytest.raises(StoreError, match="free some space"):
        store.put_bytes(DATA)
    assert store._fs.find(store._root) == []


WRITE_TOO_MUCH = """
import resource, sys
from corpus.errors import StoreError
from corpus.files import FileStore
store = FileStore(sys.argv[1])
store.put_bytes(b"small")
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    store.put_bytes(bytes(5_000_000))
except StoreError as error:
    print(error)
"""


def test_the_kernel_refusing_to_write_on_is_survived(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITE_TOO_MUCH, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "File too large: free some space" in done.stdout
    assert FileStore(str(tmp_path)).total() == (1, 5)
    assert len(everything_under(tmp_path)) == 1


WRITE_FOREVER = """
import sys
from corpus.files import FileStore
store = FileStore(sys.argv[1])
print("ready", flush=True)
for number in range(10**9):
    store.put_bytes(number.to_bytes(8, "big") * 200_000)
"""


def test_a_killed_writer_leaves_only_whole_files(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITE_FOREVER, str(tmp_path)], stdout=subprocess.PIPE
    )
    with writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(0.3)
        writer.kill()
    store = FileStore(str(tmp_path))
    files, size = store.total()
    assert files > 0
    assert size == files * 1_600_000
    for path in everything_under(tmp_path):
        if path.suffix != ".part":
            store.check(path.parent.name + path.name)


def test_what_a_crash_left_is_swept_after_a_day(tmp_path: Path) -> None:
    FileStore(str(tmp_path))
    old, new = tmp_path / "incoming/old.part", tmp_path / "incoming/new.part"
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (1.0, 1.0))
    assert FileStore(str(tmp_path)).total() == (0, 0)
    assert not old.exists()
    assert new.exists()


def test_many_writers_of_the_same_bytes_agree(store: FileStore) -> None:
    failures: list[BaseException] = []

    def put() -> None:
        try:
            for number in range(20):
                store.put_bytes(number.to_bytes(4, "big") * 1000)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=put) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert store.total() == (20, 20 * 4000)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    import tracemalloc

    source = tmp_path / "long.mp3"
    with source.open("wb") as out:
        out.truncate(64_000_000)
    store = FileStore(str(tmp_path / "files"))
    tracemalloc.start()
    try:
        store.put_file(source)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8_000_000


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    with pytest.raises(StoreError, match="taken"):
        FileStore(str(tmp_path / "taken"))


def test_a_missing_source_is_named(store: FileStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"gone\.mp3: No such file"):
        store.put_file(tmp_path / "gone.mp3")


def test_an_unknown_kind_of_store_says_what_to_do() -> None:
    with pytest.raises(StoreError, match="name a folder or an fsspec URL"):
        FileStore("gopher://somewhere/files")


def test_a_folder_may_have_a_strange_name(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "a::b *[c] ünï"))
    store.put_bytes(DATA)
    assert store.read_bytes(SHA) == DATA
    assert store.total() == (1, len(DATA))


def test_everything_in_the_store_is_listed_whatever_it_is(store: FileStore) -> None:
    store.put_bytes(DATA)
    (folder,) = store.folders()
    (listed,) = store.listed(folder)
    assert (listed.sha256, listed.size) == (SHA, len(DATA))
    assert store.half_written() == []


def test_what_is_set_aside_is_stored_no_more_and_still_there(store: FileStore) -> None:
    store.put_bytes(DATA)
    path = f"{SHA[:2]}/{SHA[2:]}"
    first = store.set_aside(path, "orphan")
    assert not store.exists(SHA)
    assert store.total() == (0, 0)
    store.put_bytes(DATA)
    second = store.set_aside(path, "orphan")
    assert first != second  # neither takes the other's place
    assert {first.rpartition("/")[2], second.rpartition("/")[2][:71]} == {f"{SHA}.orphan"}


def test_only_half_written_files_are_dropped(tmp_path: Path) -> None:
    store = FileStore(str(tmp_path / "files"))
    store.put_bytes(DATA)
    with pytest.raises(StoreError, match="not a half-written file"):
        store.drop_half_written(f"{SHA[:2]}/{SHA[2:]}")
    (tmp_path / "files" / "incoming" / "1.part").write_bytes(b"half")
    (half,) = store.half_written()
    store.drop_half_written(half.path)
    assert store.half_written() == []
    assert store.exists(SHA)


def test_what_a_killed_writer_left_goes_at_once_and_what_is_being_written_stays(
    tmp_path: Path,
) -> None:
    class Slow(io.BytesIO):
        """Bytes of which the last come only when others have opened the store."""

        def read(self, size: int | None = -1, /) -> bytes:
            if lies := [*(tmp_path / "incoming").iterdir()]:
                FileStore(str(tmp_path))
                assert [*(tmp_path / "incoming").iterdir()] == lies, "swept while it was written"
            return super().read(size)

    store = FileStore(str(tmp_path))
    stored = store._put(Slow(b"page"), subject="a page")
    assert store.read_bytes(stored.sha256) == b"page"
    killed = "import os, sys; from corpus.files import FileStore; s = FileStore(sys.argv[1]);"
    killed += "s._publish = lambda *_: os.kill(os.getpid(), 9); s.put_bytes(b'half')"
    subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert len(store.half_written()) == 1
    assert FileStore(str(tmp_path)).half_written() == []
