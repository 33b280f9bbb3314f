"""Immutable generations of a folder: copy, change, flip a pointer; readers never block.

    index/current                 "0000007 <checksum of its manifest>", replaced by atomic rename
    index/generations/0000007/    manifest.json and `data/`, never changed once named here
    index/generations/.0000008/   being made; left behind by a crash and swept by the next writer
    index/writer.lock             one writer at a time

Knows nothing of vectors: what `data/` holds is the caller's business.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from corpus.errors import IndexOutOfDateError, LockedError, VectorIndexError

_FORMAT = 2  # of the data: a reader refuses any other
_COPY_TRIES = 20
_COPY_PAUSE = 0.05  # seconds, times the number of the try
_LOCK_PATIENCE = 60.0  # seconds to wait for another writer
_SPARE = 100_000_000  # bytes that must be free beside what a generation takes
_COPY_AT_ONCE = 8 * 1024 * 1024  # bytes
_REBUILD = "onrecord index --rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What one generation holds."""

    embedder: str  # name of the very weights its vectors were made with
    size: int  # numbers in a vector
    documents: Mapping[str, str] = field(default_factory=dict)  # id → fingerprint
    passages: int = 0
    generation: str = ""
    created: str = ""  # ISO time, UTC
    vocabulary: str = ""  # version of the topics its passages are tagged with
    format: int = _FORMAT


class Generations:
    """The generations under one folder."""

    def __init__(self, folder: Path, *, kept: int = 3) -> None:
        self.folder = folder
        self._kept = max(2, kept)
        self._pointer = folder / "current"
        self._all = folder / "generations"

    def pointer(self) -> str:
        """Return what tells the generation in force from any other; "" before the first.

        A name alone would not: it comes again after the folder was deleted.

        Raises:
            VectorIndexError: the pointer cannot be read.
        """
        try:
            return self._pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise VectorIndexError(str(self._pointer), cause=str(error)) from error

    def current(self) -> str | None:
        """Return the name of the generation in force, or None before the first."""
        pointer = self.pointer()
        return pointer.split()[0] if pointer else None

    def data(self, name: str) -> Path:
        """Return the folder of the data of the generation `name`."""
        return self._all / name / "data"

    def manifest(self, name: str) -> Manifest:
        """Return what the generation `name` holds.

        Raises:
            IndexOutOfDateError: it is gone, damaged or of another format.
        """
        path = self._all / name / "manifest.json"
        try:
            written = path.read_text(encoding="utf-8")
            manifest = Manifest(**json.loads(written))
        except (OSError, ValueError, TypeError) as error:
            raise IndexOutOfDateError(str(path), cause=str(error), remedy=_REBUILD) from error
        if manifest.format != _FORMAT:
            cause = f"written in format {manifest.format}, this is {_FORMAT}"
            raise IndexOutOfDateError(str(path), cause=cause, remedy=_REBUILD)
        pointer = self.pointer()
        if pointer.split()[:1] == [name] and pointer != f"{name} {_checksum(written)}":
            cause = "its manifest is not the one that was published"
            raise IndexOutOfDateError(str(path), cause=cause, remedy=_REBUILD)
        return manifest

    def kept(self) -> list[str]:
        """Return the names of the generations on disk, the oldest first."""
        found = self._all.iterdir() if self._all.is_dir() else ()
        return sorted(path.name for path in found if path.name.isdigit())

    def left_over(self) -> list[Path]:
        """Return what a writer that died left: begun generations and those never pointed at."""
        current = self.current() or ""
        found = self._all.iterdir() if self._all.is_dir() else ()
        return sorted(each for each in found if not each.name.isdigit() or each.name > current)

    def is_written(self) -> bool:
        """Say whether a writer is at it at this moment."""
        try:
            with (self.folder / "writer.lock").open("a") as lock:
                fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except FileNotFoundError:
            return False
        return False

    def drop(self, name: str) -> None:
        """Remove a generation that is not the one in force; only inside `writing`."""
        if name != self.current():
            shutil.rmtree(self._all / name, ignore_errors=True)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer for the length of the block; a dead writer's lock frees itself.

        Raises:
            LockedError: another writer was at it for a minute.
        """
        self._all.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("a") as lock:
            _lock(lock.fileno(), str(self.folder))
            self._sweep()
            yield

    def start(self, *, base: str | None) -> tuple[str, Path]:
        """Return the name and data folder of a new generation, begun as a copy of `base`.

        Nobody sees it before `publish`. Only inside `writing`.
        """
        self._refuse_little_room()
        name = f"{max(map(int, self.kept()), default=0) + 1:07d}"
        data = self._all / f".{name}" / "data"
        if base is None:
            data.mkdir(parents=True)
        else:
            data.parent.mkdir()
            copy_settled(self.data(base), data)
        return name, data

    def _refuse_little_room(self) -> None:
        """Raise VectorIndexError where another generation may not find room.

        The engine maps its files into memory: on a disk that fills up meanwhile it is not told so,
        its process is killed.
        """
        current = self.current()
        needed = _SPARE + (2 * _written(self._all / current) if current else 0)
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise VectorIndexError(
                str(self.folder),
                cause=f"no room: {free / 1e6:.0f} MB are free and {needed / 1e6:.0f} MB needed",
                remedy="free some space, or set data_dir to a larger place; then onrecord index",
            )

    def publish(self, name: str, manifest: Manifest) -> Manifest:
        """Make the finished generation `name` the one in force; older ones beyond `kept` go."""
        made = replace(manifest, generation=name, created=datetime.now(UTC).isoformat())
        written = json.dumps(asdict(made))
        begun = self._all / f".{name}"
        _write_synced(begun / "manifest.json", written)
        _sync_tree(begun)
        begun.rename(self._all / name)
        _sync(self._all)
        beside = self.folder / ".current"
        _write_synced(beside, f"{name} {_checksum(written)}")
        beside.replace(self._pointer)
        _sync(self.folder)
        self._forget_old(name)
        return made

    def drop_older(self) -> None:
        """Remove every generation but the one in force. Only inside `writing`."""
        current = self.current()
        for path in self._all.iterdir():
            if path.name != current:
                shutil.rmtree(path, ignore_errors=True)

    def _sweep(self) -> None:
        """Remove what a writer that died left: begun generations and those never pointed at."""
        for path in self.left_over():
            shutil.rmtree(path, ignore_errors=True)

    def _forget_old(self, current: str) -> None:
        for name in self.kept()[: -self._kept]:
            if name != current:
                shutil.rmtree(self._all / name, ignore_errors=True)


def _lock(descriptor: int, subject: str) -> None:
    deadline = time.monotonic() + _LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise LockedError(subject, cause="another process is publishing") from error
            time.sleep(0.05)
        else:
            return


def copy_settled(source: Path, target: Path) -> None:
    """Copy a folder that readers may be opening and closing meanwhile.

    The engine keeps small journals while it opens and closes a folder, also for reading: a copy
    counts only when the same files of the same sizes stood there before, after, and in it.
    """
    for attempt in range(1, _COPY_TRIES + 1):
        before = _sizes(source)
        try:
            shutil.copytree(source, target, copy_function=_copy_sparse)
            if before == _sizes(source) == _sizes(target):
                return
        except (shutil.Error, FileNotFoundError):
            if attempt == _COPY_TRIES:
                raise
        shutil.rmtree(target, ignore_errors=True)
        time.sleep(_COPY_PAUSE * attempt)
    raise VectorIndexError(
        str(source), cause="it would not hold still to be copied", remedy="try again"
    )


def _sizes(folder: Path) -> dict[str, int]:
    """Return the files below `folder` with their sizes; what goes meanwhile is left out."""
    return {path: found.st_size for path, found in _files_below(folder)}


def _written(folder: Path) -> int:
    """Return the bytes that the files below `folder` take on the disk: they are mostly holes."""
    return sum(found.st_blocks * 512 for _, found in _files_below(folder))


def _files_below(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    # os.walk goes on past a folder that another process removes while it is read; rglob raises.
    for inside, _, names in os.walk(folder):
        for path in (Path(inside, name) for name in names):
            with contextlib.suppress(FileNotFoundError):
                yield str(path.relative_to(folder)), path.stat()


def _copy_sparse(source: str, target: str) -> str:
    """Copy a file's written parts only: the engine's files are mostly holes."""
    with Path(source).open("rb") as reading, Path(target).open("wb") as writing:
        size = os.fstat(reading.fileno()).st_size
        start = end = 0
        while (start := _seek(reading.fileno(), end, os.SEEK_DATA)) < size:
            end = _seek(reading.fileno(), start, os.SEEK_HOLE)
            writing.seek(start)
            reading.seek(start)
            _copy_bytes(reading, writing, end - start)
        writing.truncate(size)
    return target


def _seek(descriptor: int, start: int, what: int) -> int:
    """Return where the next data or hole begins; the end of the file when there is none."""
    try:
        return os.lseek(descriptor, start, what)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        return os.lseek(descriptor, 0, os.SEEK_END)


def _copy_bytes(reading: BinaryIO, writing: BinaryIO, count: int) -> None:
    while count > 0:
        some = reading.read(min(count, _COPY_AT_ONCE))
        if not some:
            raise OSError(errno.EIO, "the file ended while it was copied")
        writing.write(some)
        count -= len(some)


def _checksum(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def _write_synced(path: Path, written: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(written)
        file.flush()
        os.fsync(file.fileno())


def _sync_tree(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
