"""The file store: captures, media and transcripts, each named by the SHA-256 of its bytes.

A file is written under another name first and appears whole or not at all. What is stored is
never changed, so a name is also a proof: `read_bytes` and `check` compare the bytes with it.
The catalogue knows what a file is for; this module only knows bytes.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import io
import os
import re
import socket
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from corpus.errors import DamagedFileError, FileNotStoredError, StoreError

_SHA256 = re.compile(r"[0-9a-f]{64}")
_STORED = re.compile(r"(?:^|/)[0-9a-f]{2}/[0-9a-f]{62}$")
_INCOMING = "incoming"  # half-written files; on the same file system, so a rename is atomic
_QUARANTINE = "quarantine"  # what was moved aside; never read, never removed by this program
_STALE_SECONDS = 24 * 3600.0  # nobody writes one file for a day: what is older, a crash left
# A lock tells only what this machine writes: of other machines' half-written files, age does.
_HERE = f".{hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]}.part"
_BLOCK = 1 << 20  # bytes held in memory at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """The name and size in bytes of a stored file."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A file as it lies in the store, whatever it is."""

    path: str  # below the store's folder
    size: int
    modified: float | None  # seconds since 1970; None where the store does not say

    @property
    def sha256(self) -> str | None:
        """The name of the stored file that stands here; None when it is none."""
        return self.path.replace("/", "") if _STORED.fullmatch(self.path) else None


class FileStore:
    """Files by content.

    Args:
        url: a local folder, or an fsspec URL (`s3://bucket/folder`, `memory://…`); it is made
            when it does not exist.

    Raises:
        StoreError: (all methods) the store cannot be read or written; names the path.
        FileNotStoredError: (all reading methods) no such file, or not a SHA-256 at all.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._fs, self._root = _open_filesystem(url)
        with self._explained(self._root):
            self._fs.makedirs(f"{self._root}/{_INCOMING}", exist_ok=True)
        if self._is_local:
            self._sweep()

    def put_bytes(self, data: bytes) -> StoredFile:
        """Store `data` and return its name. Storing it again changes nothing."""
        return self._put(io.BytesIO(data), subject="a file in memory")

    def put_file(self, path: Path) -> StoredFile:
        """Store a copy of the file at `path`; memory does not grow with its size."""
        with self._explained(str(path)), path.open("rb") as source:
            return self._put(source, subject=str(path))

    def read_bytes(self, sha256: str) -> bytes:
        """Return the whole file, compared with its name.

        Raises:
            DamagedFileError: the bytes are not the ones that were stored.
        """
        with self.open(sha256) as stored, self._explained(self._path(sha256)):
            data = stored.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise self._damaged(sha256)
        return data

    def check(self, sha256: str) -> None:
        """Read the file through and compare it with its name.

        Raises:
            DamagedFileError: the bytes are not the ones that were stored.
        """
        if not self._is_whole(sha256):
            raise self._damaged(sha256)

    def open(self, sha256: str) -> BinaryIO:
        """Open the file for reading and seeking; the caller closes it. Not compared."""
        path = self._path(sha256)
        try:
            with self._explained(path):
                return cast(BinaryIO, self._fs.open(path, "rb"))
        except StoreError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                raise _not_stored(sha256) from error.__cause__
            raise

    def exists(self, sha256: str) -> bool:
        """Tell whether a file of this name is stored; False for what is not a SHA-256."""
        if not _SHA256.fullmatch(sha256):
            return False
        with self._explained(self._path(sha256)):
            return bool(self._fs.isfile(self._path(sha256)))

    def size(self, sha256: str) -> int:
        """Return the size in bytes."""
        if not self.exists(sha256):
            raise _not_stored(sha256)
        with self._explained(self._path(sha256)):
            return int(self._fs.size(self._path(sha256)))

    @contextmanager
    def local_path(self, sha256: str) -> Iterator[Path]:
        """Lend the file as a path: the file itself on a local store, else a temporary copy.

        The path must only be read. A copy is compared with its name; a local file is not,
        since this is also how audio is served piece by piece.
        """
        if self._is_local:
            if not self.exists(sha256):
                raise _not_stored(sha256)
            yield Path(self._path(sha256))
            return
        with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
            copy = Path(folder) / sha256
            with self.open(sha256) as stored, self._explained(str(copy)), copy.open("wb") as out:
                found = _copy(stored, out)
            if found.sha256 != sha256:
                raise self._damaged(sha256)
            yield copy

    def total(self) -> tuple[int, int]:
        """Return how many files are stored and how many bytes they are."""
        with self._explained(self._root):
            self._fs.invalidate_cache()
            found = self._fs.find(self._root, detail=True)
        sizes = [int(info["size"]) for name, info in found.items() if _STORED.search(name)]
        return len(sizes), sum(sizes)

    # ── looking after it ─────────────────────────────────────────────────────────────────────

    def folders(self) -> list[str]:
        """Return what stands at the top of the store, but for its quarantine, in order."""
        with self._explained(self._root):
            self._fs.invalidate_cache()
            found = [str(each).rstrip("/") for each in self._fs.ls(self._root, detail=False)]
        names = (each.rpartition("/")[2] for each in found)
        return sorted(each for each in names if each not in {_QUARANTINE, _INCOMING})

    def listed(self, folder: str) -> list[Listed]:
        """Return every file at or below `folder` of the store, stored or not."""
        with self._explained(self._root):
            found = self._fs.find(f"{self._root}/{folder}", detail=True)
        return [
            Listed(
                path=str(name).removeprefix(f"{self._root}/"),
                size=int(info["size"] or 0),
                modified=_seconds(info.get("mtime")),
            )
            for name, info in sorted(found.items())
        ]

    def half_written(self) -> list[Listed]:
        """Return the files that a writer has begun, or has left behind."""
        return self.listed(_INCOMING)

    def set_aside(self, path: str, why: str) -> str:
        """Move a file of the store into its quarantine; return where it is now.

        Args:
            path: below the store's folder, as `listed` gave it.
            why: one word, which becomes part of its name there.
        """
        kept = f"{self._root}/{_QUARANTINE}/{path.replace('/', '')[-120:]}.{why}"
        with self._explained(f"{self._root}/{path}"):
            self._fs.makedirs(f"{self._root}/{_QUARANTINE}", exist_ok=True)
            if self._fs.exists(kept):
                kept = f"{kept}.{uuid.uuid4().hex[:8]}"
            self._fs.mv(f"{self._root}/{path}", kept)
        return kept

    def drop_half_written(self, path: str) -> None:
        """Remove a file that no writer will finish."""
        if not path.startswith(f"{_INCOMING}/"):
            raise StoreError(path, cause="not a half-written file")
        with self._explained(path):
            self._fs.rm_file(f"{self._root}/{path}")

    # ── writing ──────────────────────────────────────────────────────────────────────────

    def _put(self, source: BinaryIO, *, subject: str) -> StoredFile:
        with self._explained(subject):
            named = _copy(source, None)
            source.seek(0)
        # A damaged file is replaced: storing a thing again is how it is repaired.
        if self.exists(named.sha256) and self._is_whole(named.sha256):
            return named
        target = self._path(named.sha256)
        with self._explained(target):
            self._write(source, target, expected=named, subject=subject)
        return named

    def _write(self, source: BinaryIO, target: str, *, expected: StoredFile, subject: str) -> None:
        part = f"{self._root}/{_INCOMING}/{uuid.uuid4().hex}{_HERE}"
        try:
            with self._create(part) as out:
                if _copy(source, out) != expected:
                    raise StoreError(
                        subject, cause="it changed while it was stored", remedy="store it again"
                    )
                if self._is_local:
                    out.flush()
                    os.fsync(out.fileno())
                    self._publish(part, target)  # while locked: nobody may take it for left behind
            if not self._is_local:
                self._publish(part, target)
        except BaseException:
            # Also on Ctrl-C: nothing half-written stays behind.
            with suppress(Exception):
                self._fs.rm_file(part)
            raise

    def _create(self, part: str) -> BinaryIO:
        if not self._is_local:
            return cast(BinaryIO, self._fs.open(part, "wb"))
        while True:
            out = Path(part).open("xb")  # noqa: SIM115  (the caller closes it)
            with suppress(OSError):  # a file system without locks
                fcntl.flock(out, fcntl.LOCK_EX)
            if os.fstat(out.fileno()).st_nlink:
                return out
            out.close()  # swept between its making and its locking

    def _publish(self, part: str, target: str) -> None:
        folder = target.rpartition("/")[0]
        self._fs.makedirs(folder, exist_ok=True)
        if not self._is_local:
            self._fs.mv(part, target)
            return
        Path(part).replace(target)
        _sync_folder(folder)

    def _sweep(self) -> None:
        """Remove what writers that were killed left behind."""
        oldest = time.time() - _STALE_SECONDS
        for part in Path(self._root, _INCOMING).glob("*.part"):
            # Another process may be sweeping too.
            with suppress(OSError):
                if part.stat().st_mtime < oldest:
                    part.unlink()
                elif part.name.endswith(_HERE):
                    _drop_unless_written(part)

    # ── reading ──────────────────────────────────────────────────────────────────────────

    def _is_whole(self, sha256: str) -> bool:
        with self.open(sha256) as stored, self._explained(self._path(sha256)):
            return _copy(stored, None).sha256 == sha256

    def _path(self, sha256: str) -> str:
        # Only 64 hexadecimal digits become a path, so no name leads out of the store.
        if not _SHA256.fullmatch(sha256):
            raise _not_stored(sha256)
        return f"{self._root}/{sha256[:2]}/{sha256[2:]}"

    def _damaged(self, sha256: str) -> DamagedFileError:
        return DamagedFileError(
            self._path(sha256),
            cause="its bytes are not the ones that were stored",
            remedy="restore it from a backup, or remove it and ingest the document again",
        )

    @property
    def _is_local(self) -> bool:
        return "file" in _protocols(self._fs)

    @contextmanager
    def _explained(self, path: str) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        # Every fsspec filesystem raises errors of its own library; all are the store's.
        except Exception as error:
            raise StoreError(path, cause=_why(error), remedy=_remedy(error)) from error


def _open_filesystem(url: str) -> tuple[Any, str]:
    """Return the filesystem and the store's folder on it, without a slash at the end."""
    from fsspec.core import url_to_fs
    from fsspec.implementations.local import LocalFileSystem

    if "://" not in url:
        # A folder's name may hold "::" or "*", which mean something in an fsspec URL.
        return LocalFileSystem(), str(Path(url).expanduser().absolute()).rstrip("/")
    try:
        filesystem, root = url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        raise StoreError(
            url,
            cause=_why(error),
            remedy="name a folder or an fsspec URL, and install the package it needs",
        ) from error
    return filesystem, str(root).rstrip("/")


def _protocols(filesystem: Any) -> tuple[str, ...]:
    protocol = filesystem.protocol
    return (protocol,) if isinstance(protocol, str) else tuple(protocol)


def _seconds(moment: Any) -> float | None:
    return float(moment) if isinstance(moment, int | float) else None


def _copy(source: BinaryIO, target: BinaryIO | None) -> StoredFile:
    """Read `source` to its end into `target` (or nowhere) and name what was read."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(_BLOCK):
        digest.update(block)
        size += len(block)
        if target is not None:
            target.write(block)
    return StoredFile(sha256=digest.hexdigest(), size=size)


def _drop_unless_written(part: Path) -> None:
    """Remove a half-written file; BlockingIOError: somebody alive is writing it."""
    with part.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        part.unlink()


def _sync_folder(folder: str) -> None:
    """Make a rename in `folder` outlast a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _not_stored(sha256: str) -> FileNotStoredError:
    return FileNotStoredError(sha256[:80], remedy="ingest its document again")


def _why(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error or type(error).__name__)


def _remedy(error: Exception) -> str:
    match getattr(error, "errno", None):
        case errno.ENOSPC | errno.EDQUOT | errno.EFBIG:
            return "free some space, or set data_dir or files_url to a larger place"
        case errno.EACCES | errno.EPERM | errno.EROFS:
            return "let this user write there, or set data_dir or files_url to another place"
        case _:
            return "see that the place exists and can be reached, then try again"
