"""The whole database as one file, and back, while others go on using it. A part of the catalogue.

SQLite by its online backup, which sees one state of the database and lets writers go on; PostgreSQL
by its own `pg_dump` and `pg_restore`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, func, select

from corpus.errors import StoreError
from corpus.schema.database import Database

_BUSY_SECONDS = 60.0  # how long a restore waits for a writer
_MISSING = "install PostgreSQL's client programs (Debian: apt-get install postgresql-client)"


class CopyingPart:
    """Copies of the database; `Catalogue` has the rest."""

    _database: Database

    @property
    def kind(self) -> str:
        """The kind of database: "sqlite" or "postgresql"."""
        return self._database.url.get_backend_name()

    @property
    def place(self) -> Path | None:
        """The file it lies in; None on a server."""
        url = self._database.url
        return Path(url.database or "") if self.kind == "sqlite" else None

    def wait_for_writers(self, seconds: float) -> None:
        """Have every later change wait so long for another writer, before it fails."""
        self._database.patience = seconds

    def copy_to(self, path: Path) -> None:
        """Write a copy of one state of the database to a new file, while others write on.

        Raises:
            StoreError: it cannot be written, or PostgreSQL's programs are not installed.
        """
        if self.kind == "postgresql":
            schema = f"--schema={self._schema()}"
            self._run("pg_dump", "--format=custom", "--no-owner", schema, f"--file={path}")
            return
        with _explained(path), self._database.lent() as source, _opened(path) as target:
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")  # one file, not three

    def become(self, path: Path) -> None:
        """Become what `copy_to` wrote: all of it or, after an error, nothing.

        Raises:
            StoreError: somebody writes for a minute, or the copy cannot be read.
        """
        if self.kind == "postgresql":
            how = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
            self._run("pg_restore", *how, str(path))
            return
        with _explained(path), _opened(path) as source, self._database.lent() as target:
            source.backup(target, pages=-1, progress=_patience(str(path)))

    def _schema(self) -> str:
        with self._database.reading() as connection:
            return str(connection.scalar(select(func.current_schema())))

    def _run(self, name: str, *arguments: str) -> None:
        program = shutil.which(name)
        if program is None:
            raise StoreError(name, cause="it is not installed", remedy=_MISSING)
        with tempfile.TemporaryDirectory(prefix="onrecord-") as folder:
            # A password on the command line is read by everybody on the machine.
            address = _without_password(self._database.url, Path(folder) / "pgpass")
            command = [program, f"--dbname={address}", *arguments]
            ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 (our own words)
        if ended.returncode:
            said = " ".join(ended.stderr.split())[-300:]
            raise StoreError(name, cause=said or f"it ended with {ended.returncode}")


def _without_password(url: URL, passfile: Path) -> str:
    plain = url.set(drivername="postgresql")
    if url.password:
        host, port = url.host or "*", url.port or "*"
        secret = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
        descriptor = os.open(passfile, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as written:
            written.write(f"{host}:{port}:*:*:{secret}\n")
        plain = plain.set(password=None).update_query_dict({"passfile": str(passfile)})
    return plain.render_as_string(hide_password=False)


def _opened(path: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(path, isolation_level=None))


def _patience(subject: str) -> Callable[[int, int, int], None]:
    """Return what is called after each attempt, and gives up when somebody holds on."""
    until = time.monotonic() + _BUSY_SECONDS

    def told(status: int, remaining: int, total: int) -> None:
        del remaining, total
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise StoreError(
                subject,
                cause="the database is locked",
                remedy="another process is writing: stop it, then try again",
            )

    return told


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        full = "full" in str(error)
        remedy = "free some space, or name another place" if full else "see that it can be used"
        raise StoreError(str(path), cause=str(error), remedy=remedy) from error
