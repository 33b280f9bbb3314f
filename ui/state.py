"""The state of the archive in numbers, from what is counted already: no folder is walked.

A monitor asks every minute, and an archive has a hundred thousand files.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from corpus.errors import OnRecordError
from corpus.settings import Settings
from corpus.types import Run
from ui.answers import Status

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from index.engine.generations import Manifest
    from index.engine.points import VectorStore


class Parts(Protocol):
    """What of an archive its state is read from."""

    settings: Settings

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue."""

    @property
    def store(self) -> VectorStore:
        """The index."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who wrote into the archive's lock."""

    since: datetime | None
    at_work: bool  # holds it now; otherwise it died and left its name


def status_of(archive: Parts) -> Status:
    """Return the state of the archive; an index that cannot be used is a warning in it."""
    catalogue = archive.catalogue  # makes the folder when there is none yet
    manifest, warnings = _manifest(archive.store.manifest)
    files, size = catalogue.stored_files()
    counted = _counted(archive, manifest, catalogue.last_run(), warnings)
    return replace(counted, failures=tuple(catalogue.failures()), files=files, file_bytes=size)


def brief_status_of(archive: Parts, last_run: Run | None) -> Status:
    """Return the state without what nobody but a reader asks for: failures, and what is stored.

    Nothing heavy is loaded, and the index is not opened: a monitor waits.
    """
    settings = archive.settings
    if settings.qdrant_url:
        manifest, warnings = _manifest(archive.store.manifest)
    else:
        from index.engine.generations import Generations

        generations = Generations(settings.index_dir)
        manifest, warnings = _manifest(
            lambda: generations.manifest(name) if (name := generations.current()) else None
        )
    return _counted(archive, manifest, last_run, warnings)


def _manifest(ask: Callable[[], Manifest | None]) -> tuple[Manifest | None, tuple[str, ...]]:
    try:
        return ask(), ()
    except OnRecordError as error:
        return None, (str(error),)


def _counted(
    archive: Parts, manifest: Manifest | None, last_run: Run | None, warnings: tuple[str, ...]
) -> Status:
    catalogue = archive.catalogue
    return Status(
        counts=catalogue.counts(),
        failures=(),
        generation=manifest.generation if manifest else None,
        passages=manifest.passages if manifest else 0,
        documents_indexed=len(manifest.documents) if manifest else 0,
        documents_ready=catalogue.counted_to_index(),
        files=0,
        file_bytes=0,
        last_run=last_run,
        data_dir=str(archive.settings.data_dir.absolute()),
        warnings=warnings,
        published=_moment(manifest.created) if manifest else None,
        disk_free=free_bytes(archive.settings.data_dir),
    )


def free_bytes(folder: Path) -> int:
    """Return how much room is left where `folder` lies, or will lie; in bytes."""
    there = next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())
    return shutil.disk_usage(there).free


def holder_of(settings: Settings) -> Holder | None:
    """Return who holds the archive's writing lock or died holding it; None: nobody did."""
    with contextlib.suppress(OSError, ValueError), settings.lock_file.open("rb") as lock:
        written = lock.read(1000)
        # Looked at only when a name stands in it: trying a lock could turn a run away.
        return Holder(_since(written), _is_held(lock.fileno())) if written.strip() else None
    return None


def died_at_work(runs: list[Run], holder: Holder | None) -> datetime | None:
    """Return when a run began that ended without saying so, or None.

    Args:
        runs: stored runs, the newest first.
        holder: of the lock.
    """
    last = runs[0] if runs else None
    if holder is not None and holder.at_work:
        return None  # what is unfinished is at work
    if last is not None and last.finished is None:
        return last.started
    if holder is None or holder.since is None:
        return None
    ended = last.finished if last else None
    # A name that was left by a run that is in the record says nothing new.
    return holder.since if ended is None or holder.since > ended else None


def _is_held(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    fcntl.flock(descriptor, fcntl.LOCK_UN)
    return False


def _since(written: bytes) -> datetime | None:
    with contextlib.suppress(ValueError, KeyError, TypeError):
        return _moment(json.loads(written)["since"])
    return None


def _moment(iso: str) -> datetime | None:
    with contextlib.suppress(ValueError, TypeError):
        return datetime.fromisoformat(iso)
    return None
