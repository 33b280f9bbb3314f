"""A backup's own file: a tar of plain files with short names, written and read without trust.

Only what `write` makes is read: regular files with names of a few known forms. Links, devices,
absolute names, `..`, headers of headers and whatever else a tar can hold are refused, not
interpreted; nothing is unpacked where its name says.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from corpus.errors import BackupError

_BLOCK = 512  # bytes of a tar's header; contents are filled up to it
_PIECE = 1 << 20  # bytes in memory at a time
_ROOT = "onrecord-backup/"
_KNOWN = re.compile(
    r"catalogue\.(?:sqlite|pgdump)|manifest\.json|files/[0-9a-f]{2}/[0-9a-f]{62}"
    r"|voices/[0-9a-f]{12,64}\.json|settings/(?:vocabulary/)?[A-Za-z0-9_-]{1,60}\.toml"
)
_ZIPPED = (".gz", ".tgz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file in the backup: its name below the root, size, and the SHA-256 of its bytes."""

    name: str
    size: int
    sha256: str


class BackupWriter:
    """Writes members one after the other. Made by `writing`."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    def add(self, name: str, size: int, source: BinaryIO) -> Member:
        """Write `size` bytes of `source` as the member `name`.

        Raises:
            BackupError: the source has fewer bytes, or the name is none of a backup.
        """
        if not _KNOWN.fullmatch(name):
            raise BackupError(name, cause="not a name of a backup")
        header = tarfile.TarInfo(_ROOT + name)
        header.size, header.mode = size, 0o600
        self._target.write(header.tobuf(tarfile.GNU_FORMAT))
        sha256 = _copy(source, self._target, size, name)
        self._target.write(bytes(-size % _BLOCK))
        return Member(name=name, size=size, sha256=sha256)

    def add_bytes(self, name: str, data: bytes) -> Member:
        """Write `data` as the member `name`."""
        return self.add(name, len(data), io.BytesIO(data))

    def end(self) -> None:
        """Write what ends a tar."""
        self._target.write(bytes(2 * _BLOCK))


@contextmanager
def zipped_or_plain(raw: BinaryIO, name: str) -> Iterator[BinaryIO]:
    """Lend `raw` for writing, compressed where its file's `name` says so."""
    if name.endswith(_ZIPPED):
        with gzip.GzipFile(filename="", fileobj=raw, mode="wb", compresslevel=1) as zipped:
            yield cast(BinaryIO, zipped)
    else:
        yield raw


def members_of(path: Path, *, most_bytes: int) -> Iterator[tuple[str, int, BinaryIO]]:
    """Go through a backup's members; each is read before the next is asked for.

    Args:
        path: the backup.
        most_bytes: more than this in all is refused: a few bytes can unpack to any number.

    Raises:
        BackupError: it is none, is cut off, or holds what no backup holds.
    """
    total, seen = 0, set[str]()
    with _reading(path) as source:
        while (header := _header(source, path)) is not None:
            name = header.name.removeprefix(_ROOT)
            if (
                not header.isreg()
                or not header.name.startswith(_ROOT)
                or not _KNOWN.fullmatch(name)
            ):
                raise BackupError(
                    f"{path}: {header.name[:100]!r}", cause="no backup of ours holds such a thing"
                )
            total += header.size
            if header.size < 0 or total > most_bytes:
                raise BackupError(
                    str(path),
                    cause=f"it unpacks to more than {most_bytes / 1e9:.1f} GB",
                    remedy="free some space, or set data_dir to a larger place",
                )
            if name in seen and not name.startswith("files/"):
                raise BackupError(f"{path}: {name}", cause="it is there twice")
            if not name.startswith("files/"):
                seen.add(name)
            member = _Limited(source, header.size, path)
            yield name, header.size, cast(BinaryIO, member)
            member.skip()
            _exactly(source, -header.size % _BLOCK, path)


class _Limited(io.RawIOBase):
    """The bytes of one member."""

    def __init__(self, source: BinaryIO, size: int, path: Path) -> None:
        super().__init__()
        self._source, self._left, self._path = source, size, path

    def read(self, size: int = -1) -> bytes:
        """Read up to `size` bytes of the member."""
        wanted = self._left if size < 0 else min(size, self._left)
        some = _some(self._source, wanted, self._path) if wanted else b""
        if wanted and not some:
            raise _cut_off(self._path)
        self._left -= len(some)
        return some

    def skip(self) -> None:
        """Read to the end."""
        while self.read(_PIECE):
            pass


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as raw:
            is_zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if is_zipped:
                with gzip.GzipFile(fileobj=raw) as zipped:
                    yield cast(BinaryIO, zipped)
            else:
                yield raw
    except OSError as error:
        raise BackupError(str(path), cause=str(error.strerror or error)) from error


def _header(source: BinaryIO, path: Path) -> tarfile.TarInfo | None:
    block = _exactly(source, _BLOCK, path)
    if not any(block):
        return None
    try:
        return tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, ValueError) as error:
        raise BackupError(str(path), cause=f"not a backup, or damaged: {error}") from error


def _exactly(source: BinaryIO, size: int, path: Path) -> bytes:
    found = b""
    while len(found) < size:
        some = _some(source, size - len(found), path)
        if not some:
            raise _cut_off(path)
        found += some
    return found


def _some(source: BinaryIO, size: int, path: Path) -> bytes:
    try:
        return source.read(size)
    except (
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:  # what gzip raises of damaged bytes
        raise BackupError(str(path), cause=f"it is damaged: {error}") from error


def _cut_off(path: Path) -> BackupError:
    return BackupError(str(path), cause="it is cut off", remedy="use another backup")


def _copy(source: BinaryIO, target: BinaryIO, size: int, name: str) -> str:
    digest, left = hashlib.sha256(), size
    while left:
        some = source.read(min(_PIECE, left))
        if not some:
            raise BackupError(name, cause=f"{left} of its {size} bytes are missing")
        digest.update(some)
        target.write(some)
        left -= len(some)
    return digest.hexdigest()
