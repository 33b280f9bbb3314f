"""Backing an archive up while it is used, and bringing it back: the use cases."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.care.backups import (
    Backup,
    Extras,
    Progress,
    bring_back,
    check_unpacked,
    make_backup,
    unnamed_files,
    unpack,
)
from corpus.care.filechecks import RESTORING
from corpus.errors import BackupError, StoreError
from corpus.settings import settings_file
from ui.archive import Archive

_DATABASE_FILES = ("", "-wal", "-shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    backup: Backup
    replaced: str | None = None  # the folder in which what was there before is kept
    settings: str | None = None  # the folder of the settings that came with it
    indexed: bool = False  # the index was made again


def back_up(archive: Archive, path: Path, progress: Progress, *, force: bool = False) -> Backup:
    """Write the whole archive but its index to one file; a run may go on meanwhile.

    Raises:
        BackupError: there is such a file and `force` is not set, or it cannot be written.
    """
    path = path.absolute()
    if path.exists() and not force:
        raise BackupError(
            str(path), cause="there is such a file", remedy="name another, or --force"
        )
    settings = archive.settings
    extras = Extras(
        settings_file=settings_file(),
        sources_file=settings.sources_file,
        vocabulary_dir=settings.vocabulary_dir,
        voices_dir=settings.data_dir / "voices",
    )
    now = datetime.now(UTC)
    return make_backup(archive.catalogue, archive.files, extras, path, now=now, progress=progress)


def check(archive: Archive, path: Path, progress: Progress) -> Backup:
    """Unpack a backup, compare everything in it, and throw the copy away.

    Raises:
        BackupError: it could not be restored.
    """
    with _unpacked(archive, path.absolute(), progress) as (_, backup):
        return backup


def restore(
    archive: Archive, path: Path, progress: Progress, *, force: bool = False, index: bool = False
) -> Restored:
    """Bring an archive back from its backup; nothing is replaced before all of it is compared.

    Args:
        archive: where to; empty, unless `force` is set.
        path: the backup.
        progress: told how far it is.
        force: replace what is there; it is kept in a folder beside.
        index: make the index again, too.

    Raises:
        BackupError: the backup is not whole, or the archive is not empty.
        LockedError: a run is going on.
    """
    from ingest.nightly import nightly_lock

    archive.settings.data_dir.mkdir(parents=True, exist_ok=True)
    with nightly_lock(archive.settings):
        was_empty = _is_empty(archive)
        if not (was_empty or force):
            raise BackupError(
                str(archive.settings.data_dir),
                cause="there is an archive already",
                remedy="set data_dir to another place, or --force: what is there is kept aside",
            )
        with _unpacked(archive, path.absolute(), progress) as (folder, backup):
            aside = None if was_empty else _keep_aside(archive)
            bring_back(folder, backup, archive.catalogue, archive.files)
            if aside is not None:
                _clear(archive, aside)
            kept = _put_extras(archive, folder, aside)
        if index:
            archive.sync(progress, rebuild=True)
    return Restored(
        backup=backup,
        replaced=str(aside) if aside else None,
        settings=str(kept) if kept else None,
        indexed=index,
    )


@contextmanager
def _unpacked(archive: Archive, path: Path, progress: Progress) -> Iterator[tuple[Path, Backup]]:
    """Lend a folder with a backup's contents, all of them compared."""
    data = archive.settings.data_dir.absolute()
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=RESTORING, dir=data) as made:
        folder = Path(made)
        backup = unpack(path, folder, progress=progress)
        if not archive.settings.catalogue_url:
            _refuse_unless_sqlite(backup)
        check_unpacked(folder, backup)
        yield folder, backup


def _refuse_unless_sqlite(backup: Backup) -> None:
    if backup.database != "sqlite":
        raise BackupError(
            backup.path,
            cause=f"it is of a catalogue in {backup.database}",
            remedy="set catalogue_url to such a database",
        )


def _is_empty(archive: Archive) -> bool:
    for left in archive.settings.data_dir.glob(f"{RESTORING}*"):
        shutil.rmtree(left, ignore_errors=True)  # of a restore that died; we hold the lock
    try:
        return not archive.catalogue.count_documents() and not archive.files.total()[0]
    except StoreError:
        return False  # what cannot be read is not nothing


def _keep_aside(archive: Archive) -> Path:
    """Keep what is about to be replaced; return where."""
    data = archive.settings.data_dir.absolute()
    aside = data / f"replaced-{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside.mkdir(mode=0o700)
    place = data / "catalogue.sqlite"
    try:
        archive.catalogue.copy_to(aside / "catalogue.sqlite")
    except StoreError:
        if archive.settings.catalogue_url:
            raise
        # Too damaged to be copied: its files are moved as they are, and a new one is begun.
        archive.close()
        (aside / "catalogue.sqlite").unlink(missing_ok=True)
        for ending in _DATABASE_FILES:
            damaged = place.with_name(place.name + ending)
            if damaged.exists():
                damaged.rename(aside / damaged.name)
    return aside


def _clear(archive: Archive, aside: Path) -> None:
    """Move away what the archive that was brought back knows nothing of."""
    data = archive.settings.data_dir.absolute()
    if "store" in archive.__dict__:
        archive.store.close()
    for folder in (archive.settings.index_dir, archive.settings.work_dir, data / "voices"):
        if folder.exists():
            folder.rename(aside / folder.name)
    for path in list(unnamed_files(archive.catalogue, archive.files)):
        archive.files.set_aside(path, "replaced")


def _put_extras(archive: Archive, folder: Path, aside: Path | None) -> Path | None:
    data = archive.settings.data_dir.absolute()
    if (folder / "voices").exists():
        (folder / "voices").rename(data / "voices")
    if not (folder / "settings").exists():
        return None
    kept = data / "restored-settings"
    if kept.exists():
        kept.rename((aside or data) / f"restored-settings-{datetime.now(UTC):%Y%m%dT%H%M%S}")
    (folder / "settings").rename(kept)
    return kept
