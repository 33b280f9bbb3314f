"""The whole archive as one file, made while a run is going on, and brought back from it.

    onrecord-backup/catalogue.sqlite      one state of the catalogue
    onrecord-backup/files/ab/cdef…        every stored file that it names
    onrecord-backup/voices/ID.json        voices kept for matching, where that is on
    onrecord-backup/settings/…            onrecord.toml, sources.toml, vocabulary/…
    onrecord-backup/manifest.json         what must be there, with sizes and SHA-256; last

The catalogue is copied first and the files after it, and no stored file is ever changed: so what it
names is there. The index is left out: it is made again from the catalogue.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from corpus.care.archivefile import BackupWriter, Member, members_of, zipped_or_plain
from corpus.catalogue import Catalogue
from corpus.errors import BackupError, FileNotStoredError, StoreError
from corpus.files import FileStore

Progress = Callable[[str, float, str], None]

_FORMAT = 1
_PIECE = 1 << 20
_SPARE = 50_000_000  # bytes left free on the disk
_MOST_MISSING = 1000  # names of lost files that are written down
_DATABASES = {"sqlite": "catalogue.sqlite", "postgresql": "catalogue.pgdump"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What belongs to an archive beside its catalogue and files."""

    settings_file: Path | None = None
    sources_file: Path | None = None
    vocabulary_dir: Path | None = None
    voices_dir: Path | None = None

    def members(self) -> Iterator[tuple[str, Path]]:
        """Yield (name in the backup, file) of all that is there."""
        named = (("onrecord", self.settings_file), ("sources", self.sources_file))
        yield from ((f"settings/{name}.toml", path) for name, path in named if path)
        for path in sorted(self.vocabulary_dir.glob("*.toml")) if self.vocabulary_dir else ():
            yield f"settings/vocabulary/{path.name}", path
        for path in sorted(self.voices_dir.glob("*.json")) if self.voices_dir else ():
            yield f"voices/{path.name}", path


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds."""

    path: str
    made: str  # ISO time, UTC
    database: str  # sqlite, postgresql
    documents: int
    files: int
    file_bytes: int
    digest: str  # of the names of its files, in order
    members: tuple[Member, ...]  # all but the files, whose names are their hashes
    missing: tuple[str, ...] = ()  # files that were lost or damaged when it was made
    format: int = _FORMAT


@dataclass(slots=True)
class _Names:
    """The names of stored files as they go by, in order."""

    count: int = 0
    size: int = 0
    _digest: Any = field(default_factory=hashlib.sha256)

    def add(self, sha256: str, size: int) -> None:
        self.count += 1
        self.size += size
        self._digest.update(f"{sha256}\n".encode())

    @property
    def digest(self) -> str:
        return str(self._digest.hexdigest())


# ── making one ───────────────────────────────────────────────────────────────────────────────


def make_backup(
    catalogue: Catalogue,
    files: FileStore,
    extras: Extras,
    path: Path,
    *,
    now: datetime,
    progress: Progress,
) -> Backup:
    """Write the archive to `path`, whole or not at all; others may go on using it.

    Lost or damaged files are left out and named: a backup of what is left is better than none.

    Raises:
        BackupError: the place cannot be written, or has no room.
        StoreError: the catalogue cannot be copied.
    """
    _refuse_little_room(path, catalogue)
    _sweep(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with tempfile.TemporaryDirectory(
            prefix=f".{path.name}.{os.getpid()}.", dir=path.parent
        ) as folder:
            copy = Path(folder) / _DATABASES[catalogue.kind]
            progress("backup", 0.0, "copying the catalogue")
            catalogue.copy_to(copy)
            with _new_file(beside) as raw, zipped_or_plain(raw, path.name) as target:
                made = _write(target, copy, _Parts(catalogue, files, extras), now, progress)
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise BackupError(
            str(path), cause=str(error.strerror or error), remedy="free some space, or name another"
        ) from error
    finally:
        beside.unlink(missing_ok=True)
    return Backup(path=str(path), **made)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What an archive is made of."""

    catalogue: Catalogue
    files: FileStore
    extras: Extras


def _write(
    target: BinaryIO, copy: Path, parts: _Parts, now: datetime, progress: Progress
) -> dict[str, Any]:
    catalogue, writer = parts.catalogue, BackupWriter(target)
    with copy.open("rb") as source:
        members = [writer.add(copy.name, copy.stat().st_size, source)]
    names, missing = _Names(), list[str]()
    # PostgreSQL's copy cannot be asked; what was added since only makes the backup larger.
    with _catalogue_in(copy) if catalogue.kind == "sqlite" else _lent(catalogue) as held:
        documents = held.count_documents()
        for sha256 in _named(held, progress):
            if _add_file(writer, parts.files, sha256, names):
                continue
            missing.append(sha256)
    for name, path in parts.extras.members():
        with suppress(FileNotFoundError):  # a voice that was forgotten meanwhile
            members.append(writer.add_bytes(name, path.read_bytes()))
    made = {
        "made": now.isoformat(timespec="seconds"),
        "database": catalogue.kind,
        "documents": documents,
        "files": names.count,
        "file_bytes": names.size,
        "digest": names.digest,
        "members": tuple(members),
        "missing": tuple(missing[:_MOST_MISSING]),
        "format": _FORMAT,
    }
    written = made | {"members": [asdict(each) for each in members]}
    writer.add_bytes("manifest.json", json.dumps(written, indent=1).encode())
    writer.end()
    return made


def _named(catalogue: Catalogue, progress: Progress) -> Iterator[str]:
    """Yield the names of all stored files, in order, a 256th in memory at a time."""
    for number in range(256):
        yield from sorted(catalogue.named_files(f"{number:02x}"))
        progress("backup", (number + 1) / 256, "copying the files")


def _add_file(writer: BackupWriter, files: FileStore, sha256: str, names: _Names) -> bool:
    try:
        files.check(sha256)
        size = files.size(sha256)
        with files.open(sha256) as source:
            writer.add(f"files/{sha256[:2]}/{sha256[2:]}", size, source)
    except FileNotStoredError:  # damaged, too
        return False
    names.add(sha256, size)
    return True


@contextmanager
def _catalogue_in(copy: Path) -> Iterator[Catalogue]:
    with Catalogue(f"sqlite:///{copy}") as held:
        yield held


@contextmanager
def _lent(catalogue: Catalogue) -> Iterator[Catalogue]:
    yield catalogue


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Lend a new file that only its owner can read: settings and voices are in it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        yield cast(BinaryIO, raw)
        raw.flush()
        os.fsync(raw.fileno())


def _refuse_little_room(path: Path, catalogue: Catalogue) -> None:
    if not path.parent.is_dir():
        raise BackupError(str(path.parent), cause="no such folder")
    _, needed = catalogue.stored_files()
    free = shutil.disk_usage(path.parent).free
    if needed + _SPARE > free:
        raise BackupError(
            str(path),
            cause=f"its files need {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are free",
            remedy="name a larger place",
        )


def _sweep(path: Path) -> None:
    """Remove what earlier backups to this place left behind when they were killed."""
    begun = re.compile(re.escape(f".{path.name}.") + r"(\d+)\.")
    for left in path.parent.iterdir():
        found = begun.match(left.name)
        if found is None or _is_running(int(found[1])):
            continue
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ── reading one ──────────────────────────────────────────────────────────────────────────────


def unpack(path: Path, folder: Path, *, progress: Progress) -> Backup:
    """Unpack a backup into an empty folder and compare everything in it with what it must be.

    Raises:
        BackupError: it is no backup, is damaged, cut off or hostile, or of a newer version.
    """
    room = shutil.disk_usage(folder).free - _SPARE
    held: dict[str, Member] = {}
    names, written = _Names(), b""
    whole = max(1, path.stat().st_size) if path.exists() else 1
    done = 0
    for name, size, source in members_of(path, most_bytes=max(room, 0)):
        if name == "manifest.json":
            written = source.read()
            continue
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        sha256 = _unpacked(source, target)
        done += size
        if name.startswith("files/"):
            if sha256 != name.removeprefix("files/").replace("/", ""):
                raise BackupError(f"{path}: {name}", cause="its bytes are not those of its name")
            names.add(sha256, size)
        else:
            held[name] = Member(name=name, size=size, sha256=sha256)
        progress("restore", min(0.99, done / whole), "unpacking and comparing")
    backup = _understood(path, written)
    _compare(path, backup, held, names)
    return backup


def _unpacked(source: BinaryIO, target: Path) -> str:
    digest = hashlib.sha256()
    # A name that comes twice is refused here: nothing is written over.
    try:
        with target.open("xb") as out:
            while some := source.read(_PIECE):
                digest.update(some)
                out.write(some)
    except FileExistsError as error:
        raise BackupError(target.name, cause="it is in the backup twice") from error
    except OSError as error:
        raise BackupError(str(target), cause=str(error.strerror or error)) from error
    return digest.hexdigest()


def _understood(path: Path, written: bytes) -> Backup:
    if not written:
        raise BackupError(str(path), cause="it has no manifest: it was never finished")
    try:
        said: Mapping[str, Any] = json.loads(written)
        if said["format"] > _FORMAT:
            raise BackupError(str(path), cause="a newer version made it", remedy="upgrade onrecord")
        members = tuple(Member(**each) for each in said["members"])
        facts = {k: v for k, v in said.items() if k not in ("members", "missing")}
        return Backup(path=str(path), members=members, missing=tuple(said["missing"]), **facts)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(str(path), cause=f"its manifest is damaged: {error}") from error


def _compare(path: Path, backup: Backup, held: Mapping[str, Member], names: _Names) -> None:
    wanted = {each.name: each for each in backup.members}
    for name in sorted({*wanted, *held}):
        if wanted.get(name) != held.get(name):
            raise BackupError(f"{path}: {name}", cause="it is not what the manifest says")
    if (names.count, names.digest) != (backup.files, backup.digest):
        cause = f"{names.count} files are in it and its manifest says {backup.files}, or others"
        raise BackupError(str(path), cause=cause)


# ── bringing it back ─────────────────────────────────────────────────────────────────────────


def check_unpacked(folder: Path, backup: Backup) -> None:
    """Check that the unpacked catalogue can be used and that every file it names is there.

    Raises:
        BackupError: it cannot, or one is not.
    """
    copy = folder / _DATABASES["sqlite"]
    if backup.database != "sqlite":
        return  # only PostgreSQL itself can read it
    try:
        with Catalogue(f"sqlite:///{copy}") as held:
            damage = held.damage()
            if damage:
                raise BackupError(backup.path, cause=f"its catalogue is damaged: {damage[0]}")
            for number in range(256):
                prefix = f"{number:02x}"
                for sha256 in held.named_files(prefix):
                    if not (folder / "files" / prefix / sha256[2:]).is_file():
                        _refuse_unless_known(backup, sha256)
    except StoreError as error:
        raise BackupError(backup.path, cause=str(error)) from error


def _refuse_unless_known(backup: Backup, sha256: str) -> None:
    if sha256 not in backup.missing and len(backup.missing) < _MOST_MISSING:
        raise BackupError(backup.path, cause=f"the file {sha256[:16]}… is named and not in it")


def bring_back(folder: Path, backup: Backup, catalogue: Catalogue, files: FileStore) -> None:
    """Put what was unpacked into its places: files first, then the catalogue, in one step.

    Whatever ends it before that step leaves the archive as it was, with more files than it needs.

    Raises:
        BackupError: the backup is of another kind of database.
        StoreError: the store or the catalogue cannot be written.
    """
    refuse_other_database(backup, catalogue)
    for path in sorted((folder / "files").glob("??/*")):
        files.put_file(path)
        path.unlink()
    catalogue.become(folder / _DATABASES[backup.database])


def refuse_other_database(backup: Backup, catalogue: Catalogue) -> None:
    """Raise BackupError where the backup is of a database that this archive has not."""
    if backup.database != catalogue.kind:
        raise BackupError(
            backup.path,
            cause=f"it is of a catalogue in {backup.database}, and this one is in {catalogue.kind}",
            remedy="set catalogue_url to such a database",
        )


def unnamed_files(catalogue: Catalogue, files: FileStore) -> Iterator[str]:
    """Yield the paths of stored files that the catalogue does not name."""
    for folder in files.folders():
        listed = [(each.sha256, each.path) for each in files.listed(folder)]
        known = catalogue.still_named([sha256 for sha256, _ in listed if sha256])
        yield from (path for sha256, path in listed if sha256 and sha256 not in known)
