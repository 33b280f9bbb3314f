"""The database under the catalogue: its engine, transactions, migrations and errors.

SQLite and PostgreSQL differ here and nowhere else. Knows no table and no noun.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    MetaData,
    RowMapping,
    Select,
    Table,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from corpus.errors import StoreError

HEAD = "0007"  # newest file of migrations/versions

_BUSY_SECONDS = 30.0  # how long a writer waits for another one
_WRONG = timedelta(days=1)  # by which a clock may be ahead without harm
_LOOK_AGAIN = 1.0  # seconds between two tries beyond that
_LOCK = 0x0EC04D  # advisory lock; any number that no other program on the database uses
_migrating = threading.Lock()  # Alembic keeps its context in module variables

_REMEDIES = (  # words of the engines' messages, and what helps
    ("locked", "another process is writing: wait until it has finished, then try again"),
    ("disk is full", "free some space, or set data_dir or catalogue_url to a larger place"),
    ("disk I/O error", "see that the disk has space left and is sound; onrecord doctor looks"),
    ("No space left", "free some space on the database's disk"),
    ("readonly", "let this user write there, or set data_dir to another place"),
    ("malformed", "restore the file from a backup"),
    ("not a database", "restore the file from a backup, or name another one"),
    ("already exists", "the database belongs to another program: name an empty one"),
)
_URL_REMEDY = "use sqlite:///path/to/file or postgresql://user@host/database"
_UNREACHABLE = "see that the database exists and can be reached, then try again"


class Database:
    """One database, at the newest schema.

    Args:
        url: SQLAlchemy URL; a SQLite file and its folder are made. `?timeout=` sets how many
            seconds a SQLite writer waits for another one.
        metadata: the newest schema; an empty database gets it at once, not step by step.

    Raises:
        StoreError: (all methods) it cannot be reached, read or written, or is newer than
            this program.
    """

    def __init__(self, url: str, metadata: MetaData | None = None) -> None:
        # Seconds beyond the engine's own for which a writer waits: a run has all night.
        self.patience = 0.0
        self._metadata = metadata
        self._url = _parse_url(url)
        try:
            self._engine = _make_engine(self._url)
        except (ImportError, SQLAlchemyError) as error:
            raise StoreError(self._shown, cause=str(error), remedy=_URL_REMEDY) from error
        try:
            self._migrate()
        except BaseException:
            self._engine.dispose()
            raise

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection that sees one state of the database."""
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection whose changes are kept together, or not at all after an error.

        On SQLite there is one writer at a time; on PostgreSQL rows are locked by who needs it.
        """
        with self._explained(), ExitStack() as ended:
            yield self._in_turn_to_write(ended)

    def _in_turn_to_write(self, ended: ExitStack) -> Connection:
        """Begin a transaction that writes; another one that takes long is waited for."""
        # Named at once, since a SQLite reader that turns into a writer fails instead of waiting.
        engine = self._engine.execution_options(onrecord_writes=True)
        until = time.monotonic() + self.patience
        while True:
            try:
                return ended.enter_context(engine.begin())
            except OperationalError as error:
                # Nothing was done yet, so nothing is done twice.
                if "locked" not in str(error.orig) or time.monotonic() >= until:
                    raise
            time.sleep(_LOOK_AGAIN)

    @property
    def url(self) -> URL:
        """Where it is; with its password, so never to be shown."""
        return self._url

    @contextmanager
    def lent(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection of SQLite's own, outside any transaction."""
        with self._explained():
            borrowed = self._engine.raw_connection()
            try:
                connection = borrowed.driver_connection
                assert isinstance(connection, sqlite3.Connection)
                yield connection
            finally:
                borrowed.invalidate()  # a backup may have changed what it had in memory
                borrowed.close()

    def rows(self, query: Select[Any]) -> Sequence[RowMapping]:
        """Return the rows of one query."""
        with self.reading() as connection:
            return connection.execute(query).mappings().all()

    def one(self, query: Select[Any]) -> RowMapping | None:
        """Return the first row of one query."""
        rows = self.rows(query.limit(1))
        return rows[0] if rows else None

    def newest(
        self, query: Select[Any], moment: ColumnElement[Any], limit: int, *more: ColumnElement[Any]
    ) -> Sequence[RowMapping]:
        """Return the rows of a query whose `moment` is the latest, the newest first.

        What lies in the future was written by a clock that was wrong: it comes after all others,
        or it would hide whatever happens until then.

        Args:
            query: without an order.
            moment: what decides.
            limit: rows at most.
            more: what decides between equals, the greatest first.
        """
        order = (moment.desc(), *(each.desc() for each in more))
        until = datetime.now(UTC) + _WRONG
        rows = self.rows(query.where(moment <= until).order_by(*order).limit(limit))
        if len(rows) == limit:
            return rows
        later = query.where(moment > until).order_by(*order).limit(limit - len(rows))
        return [*rows, *self.rows(later)]

    def one_at_a_time(self, connection: Connection) -> None:
        """Make other transactions that call this wait until this one ends."""
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))

    def upsert(
        self,
        connection: Connection,
        table: Table,
        row: Mapping[str, Any],
        *,
        replacing: bool = True,
    ) -> None:
        """Insert a row; where its primary key is taken, replace that row or leave it."""
        postgres = connection.dialect.name == "postgresql"
        insert = (postgresql.insert if postgres else sqlite.insert)(table).values(row)
        keys = [column.name for column in table.primary_key]
        rest = {name: insert.excluded[name] for name in row if name not in keys}
        if replacing and rest:
            insert = insert.on_conflict_do_update(index_elements=keys, set_=rest)
        else:
            insert = insert.on_conflict_do_nothing(index_elements=keys)
        connection.execute(insert)

    def _migrate(self) -> None:
        if self._is_current():
            return
        with _migrating, self.writing() as connection:
            self.one_at_a_time(connection)
            if self._metadata is not None and not inspect(connection).get_table_names():
                _make_anew(connection, self._metadata)
                return
            # Importing Alembic takes longer than most commands: not when there is nothing to do.
            from alembic import command
            from alembic.config import Config
            from alembic.util import CommandError

            folder = Path(__file__).resolve().parents[1] / "migrations"
            config = Config()
            config.set_main_option("script_location", str(folder).replace("%", "%%"))
            config.set_main_option("path_separator", "os")
            config.attributes["connection"] = connection
            try:
                command.upgrade(config, HEAD)
            except CommandError as error:
                raise StoreError(
                    self._shown, cause=str(error), remedy="restore the catalogue from a backup"
                ) from error

    def _is_current(self) -> bool:
        with self.reading() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found is not None and str(found) > HEAD:
            raise StoreError(
                self._shown,
                cause=f"its schema {found} is newer than this program's, {HEAD}",
                remedy="upgrade onrecord, or name another catalogue_url",
            )
        return found == HEAD

    @property
    def _shown(self) -> str:
        return self._url.render_as_string(hide_password=True)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            cause = _why(error)
            remedy = next((say for word, say in _REMEDIES if word in cause), _UNREACHABLE)
            raise StoreError(self._shown, cause=cause, remedy=remedy) from error


def _make_anew(connection: Connection, metadata: MetaData) -> None:
    """Make what the migrations would, but at once; a test holds the two together."""
    metadata.create_all(connection)
    connection.execute(
        text(
            "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, "
            "CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
        )
    )
    made = text("INSERT INTO alembic_version (version_num) VALUES (:head)")
    connection.execute(made, {"head": HEAD})


def _parse_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except SQLAlchemyError as error:
        # Not shown: what cannot be read may have a password anywhere in it.
        raise StoreError("catalogue_url", cause="not a database URL", remedy=_URL_REMEDY) from error
    if parsed.drivername in ("postgres", "postgresql"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    shown = parsed.render_as_string(hide_password=True)
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError(shown, cause="neither SQLite nor PostgreSQL", remedy=_URL_REMEDY)
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        # Each connection would get a database of its own.
        raise StoreError(shown, cause="a catalogue in memory cannot be shared", remedy=_URL_REMEDY)
    return parsed


def _make_engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        # A server restarts; a connection that is gone is replaced instead of failing a request.
        return create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=15)
    if "timeout" not in url.query:
        url = url.update_query_dict({"timeout": str(_BUSY_SECONDS)})
    try:
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            str(url.database),
            cause=str(error),
            remedy="set data_dir to a place that can be written",
        ) from error
    engine = create_engine(url, pool_size=5, max_overflow=15)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # sqlite3 opens no transactions of its own: we do
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = NORMAL")  # with this log, a power cut loses no more
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # SQLite does not wait here when another process is turning the log on too.
    (patience,) = connection.execute("PRAGMA busy_timeout").fetchone()
    until = time.monotonic() + patience / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("onrecord_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _why(error: SQLAlchemyError) -> str:
    reason = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    return " ".join(reason.split())
