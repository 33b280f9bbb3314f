"""The state of the archive in numbers, from what is counted already: no folder is walked.

A monitor asks every minute, and an archive has a hundred thousand files.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from corpus.settings import Settings
from corpus.types import Run
from ui.answers import Status

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from index.points import VectorStore


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


def status_of(archive: Parts, *, briefly: bool = False) -> Status:
    """Return the state of the archive.

    Args:
        archive: which.
        briefly: leave out the failures and what is stored, which nobody but a reader asks for.
    """
    catalogue = archive.catalogue  # makes the folder when there is none yet
    manifest = archive.store.manifest()
    files, size = (0, 0) if briefly else catalogue.stored_files()
    return Status(
        counts=catalogue.counts(),
        failures=() if briefly else tuple(catalogue.failures()),
        generation=manifest.generation if manifest else None,
        passages=manifest.passages if manifest else 0,
        documents_indexed=len(manifest.documents) if manifest else 0,
        documents_ready=catalogue.counted_to_index(),
        files=files,
        file_bytes=size,
        last_run=catalogue.last_run(),
        data_dir=str(archive.settings.data_dir.absolute()),
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
