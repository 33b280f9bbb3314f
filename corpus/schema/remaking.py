"""Putting right what a doctor found: rows that promise what is not there. A part of the catalogue.

Every row that goes is handed to `aside` before it goes, in the same transaction: nothing is lost
that was there. What is whole is never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Table,
    TypeDecorator,
    func,
    select,
    type_coerce,
    update,
)
from sqlalchemy import Text as Characters

from corpus.schema import sightings, tables
from corpus.schema.copying import CopyingPart
from corpus.schema.corrections import CorrectionsPart
from corpus.schema.examining import CLOCKED, ExaminingPart, as_plain, is_loose
from corpus.types import DiscoveredItem, Document, DocumentKind, MediaRole, Stage, Text

Aside = Callable[[str, Mapping[str, Any]], None]  # table, row

_SETTLED = (Stage.SKIPPED, Stage.DEAD)


class RemakingPart(CorrectionsPart, ExaminingPart, CopyingPart):
    """What mends the catalogue; `Catalogue` has the rest."""

    # What only repeats what other rows say, or is worth nothing without its document.
    MAY_GO = frozenset({"sightings", "appearances", "media", "voiceprints"})

    if TYPE_CHECKING:  # the catalogue's own

        def _appearances_of(self, connection: Connection, saved: Text) -> list[dict[str, Any]]: ...

    def remake_indexes(self) -> None:
        """Make the database's own indexes anew from its tables."""
        with self._database.writing() as connection:
            connection.exec_driver_sql("REINDEX")

    def forget_file(self, sha256: str, *, aside: Aside, now: datetime) -> list[str]:
        """Take out the rows that name a stored file; return the documents due again for it.

        Their texts stay as they are. What was fetched with it counts as not fetched, so that the
        next look asks for it again.
        """
        table = tables.documents.c
        with self._database.writing() as connection:
            of_page = set(
                connection.scalars(select(table.id).where(table.capture_sha256 == sha256))
            )
            of_media = _take_out(connection, tables.media, tables.media.c.sha256 == sha256, aside)
            pages = _take_out(
                connection, tables.captures, tables.captures.c.sha256 == sha256, aside
            )
            due = sorted(of_page | {row["document_id"] for row in of_media})
            changes: dict[str, Any] = {"attempts": 0, "next_attempt": None, "last_error": None}
            for document_id in due:
                if document_id in of_page:
                    changes["capture_sha256"] = None
                self._due_again(connection, document_id, Stage.DISCOVERED, changes, now)
            if of_page and pages:
                # A page or feed that answers "not modified" would never bring it back.
                connection.execute(tables.validators.delete())
        return due

    def make_due(self, document_id: str, *, now: datetime) -> None:
        """Put a document back to the start, unless it was given up or left out."""
        fresh = {"attempts": 0, "next_attempt": None, "last_error": None}
        with self._database.writing() as connection:
            self._due_again(connection, document_id, Stage.DISCOVERED, fresh, now)

    def forget_text(self, document_id: str, revision: int, *, aside: Aside, now: datetime) -> Stage:
        """Take out a text nobody can trust; its document makes another from what is stored."""
        texts, media = tables.texts.c, tables.media.c
        with self._database.writing() as connection:
            document = self._lock_document(connection, document_id)
            where = (texts.document_id == document_id) & (texts.revision == revision)
            _take_out(connection, tables.texts, where, aside)
            newest = select(func.coalesce(func.max(texts.revision), 0))
            left = connection.scalar(newest.where(texts.document_id == document_id)) or 0
            values: dict[str, Any] = {"revision": left, "described": now, "changed": now}
            if revision == document.revision:
                heard = select(media.sha256).where(
                    media.document_id == document_id, media.role == MediaRole.RECOGNISED
                )
                stage = _before_text(document, connection.execute(heard).first() is not None)
                self._due_again(connection, document_id, stage, values, now)
            else:
                stage = document.stage
                self._set(connection, document_id, values)
        return stage

    def recount_revisions(self, document_id: str, *, now: datetime) -> int:
        """Let the document say which of its texts is the newest; return it."""
        texts = tables.texts.c
        with self._database.writing() as connection:
            self._lock_document(connection, document_id)
            newest = select(func.coalesce(func.max(texts.revision), 0))
            found = int(connection.scalar(newest.where(texts.document_id == document_id)) or 0)
            values = {"revision": found, "described": now, "changed": now}
            self._set(connection, document_id, values)
            if not found:
                self._due_again(connection, document_id, Stage.DISCOVERED, {}, now)
        return found

    def miscounted(self, text: Text) -> bool:
        """Say whether another is noted as who speaks in the newest text of a document."""
        with self._database.reading() as connection:
            wanted = {
                (row["person_id"], row["turns"], frozenset(row["roles"]))
                for row in self._appearances_of(connection, text)
            }
            table = tables.appearances.c
            query = select(table.person_id, table.turns, table.roles)
            query = query.where(table.document_id == text.document_id)
            noted = {(who, n, frozenset(roles)) for who, n, roles in connection.execute(query)}
        return wanted != noted

    def recount_appearances(self, text: Text) -> None:
        """Note anew who speaks in the newest text of a document."""
        with self._database.writing() as connection:
            self._lock_document(connection, text.document_id)
            self._save_appearances(connection, text)

    def make_known(self, document_id: str) -> None:
        """Give a document the keys by which sightings of it are known."""
        with self._database.writing() as connection:
            document = self._lock_document(connection, document_id)
            for key in sightings.keys_of(_as_sighted(document)):
                row = {"key": key, "document_id": document_id}
                self._database.upsert(connection, tables.sightings, row, replacing=False)

    def drop_loose(self, table_name: str, *, aside: Aside) -> int | None:
        """Take out rows that refer to a document that is not there; None: they may not go."""
        if table_name not in self.MAY_GO:
            return None
        table = tables.METADATA.tables[table_name]
        gone = 0
        with self._database.writing() as connection:
            for key in table.foreign_keys:
                gone += len(_take_out(connection, table, is_loose(key), aside))
        return gone

    def set_clocks(self, now: datetime) -> None:
        """Move moments that have not come yet to now; what was in order stays in order."""
        with self._database.writing() as connection:
            for column, slack, _ in CLOCKED:
                where = column > now + slack
                if column is tables.documents.c.next_attempt:
                    values: dict[str, Any] = {column.name: now}
                    connection.execute(update(column.table).where(where).values(values))
                else:
                    _bring_back(connection, column, where, now)

    def unused_revision(self, connection: Connection, document_id: str, least: int) -> int:
        """Return a number for a new text that no quote or correction knows of another one."""
        corrections, quotes = tables.corrections.c, tables.quotes.c
        made = select(func.max(corrections.revision)).where(corrections.document_id == document_id)
        kept = select(quotes.quote).where(quotes.document_id == document_id)
        known: list[int] = [each.quote.revision for each in connection.scalars(kept)]
        return max(least, int(connection.scalar(made) or 0) + 1, *(each + 1 for each in known))

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _due_again(
        self,
        connection: Connection,
        document_id: str,
        stage: Stage,
        values: Mapping[str, Any],
        now: datetime,
    ) -> None:
        """Put a document back to a stage; one that was given up or left out stays so."""
        table = tables.documents.c
        stays = connection.scalar(select(table.stage).where(table.id == document_id)) in _SETTLED
        moved = {} if stays else {"stage": stage}
        self._set(connection, document_id, {"changed": now, **values, **moved})

    def _set(self, connection: Connection, document_id: str, values: Mapping[str, Any]) -> None:
        table = tables.documents
        connection.execute(update(table).where(table.c.id == document_id).values(dict(values)))


def _before_text(document: Document, is_heard: bool) -> Stage:
    """Return the stage from which the document's text is made."""
    if document.kind is DocumentKind.EPISODE:
        return Stage.TRANSCRIBED if is_heard else Stage.DISCOVERED
    return Stage.FETCHED if document.capture_sha256 else Stage.DISCOVERED


def _as_sighted(document: Document) -> DiscoveredItem:
    return DiscoveredItem(
        source_id=document.source_id,
        kind=document.kind,
        url=document.url,
        guid=document.guid,
        canonical_url=document.canonical_url,
        media_url=document.media_url,
    )


def _take_out(
    connection: Connection, table: Table, where: ColumnElement[bool], aside: Aside
) -> list[dict[str, Any]]:
    """Hand rows to `aside`, then delete them; return them."""
    wanted = [_untyped(column) for column in table.c]
    rows = [dict(row) for row in connection.execute(select(*wanted).where(where)).mappings()]
    for row in rows:
        aside(table.name, as_plain(row))
    connection.execute(table.delete().where(where))
    return rows


def _untyped(column: Any) -> Any:
    """Return a column as the database has it: damaged rows go aside too."""
    kind = column.type
    if not isinstance(kind, TypeDecorator):
        return column
    plain = kind.impl_instance
    is_bytes = isinstance(plain, LargeBinary)
    return type_coerce(column, LargeBinary() if is_bytes else Characters()).label(column.name)


def _bring_back(
    connection: Connection, column: Any, where: ColumnElement[bool], now: datetime
) -> None:
    """Let the moments of a column end now; what was in order stays in order."""
    keys = [*column.table.primary_key]
    rows = connection.execute(select(*keys, column).where(where).order_by(column.desc())).all()
    for rank, row in enumerate(rows):
        this = [key == value for key, value in zip(keys, row, strict=False)]
        values = {column.name: now - timedelta(microseconds=rank)}
        connection.execute(update(column.table).where(*this).values(values))
