"""One writer at a time: a lock that a dead process cannot hold."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from corpus.errors import LockedError
from corpus.settings import Settings
from ingest.workshop import now

_POLL = 0.2  # seconds between two looks at the lock


@contextlib.contextmanager
def nightly_lock(settings: Settings, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the archive's writing lock; a crash lets go of it by itself.

    Args:
        settings: whose archive.
        patience: seconds to wait for another run that holds it.

    Raises:
        LockedError: another run holds it; names the process and when it began.
    """
    path = settings.lock_file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        until = time.monotonic() + patience
        while not _is_locked(lock):
            if time.monotonic() >= until:
                raise LockedError(
                    str(path),
                    cause=_holder(path),
                    remedy="it goes on; run again when it has finished",
                )
            time.sleep(_POLL)
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "since": now().isoformat(timespec="seconds")}, lock)
        lock.flush()
        try:
            yield
        finally:  # a name that stays was left by a process that was killed
            lock.truncate(0)


def _is_locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} has held it since {held['since']}"
    except (OSError, ValueError, KeyError):
        return "another process holds it"  # and has not yet written who it is
