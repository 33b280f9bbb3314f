"""The catalogue: what the archive knows of its documents. The only place with SQL.

Steps of the pipeline meet here and nowhere else: each takes documents of one stage and leaves
them at the next. A method is one short transaction; a writer that dies leaves nothing behind.
Works the same on SQLite and PostgreSQL, from any number of threads and processes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, func, or_, select

from corpus.errors import DocumentNotFoundError, NotFoundError, TextNotFoundError
from corpus.schema import tables
from corpus.schema.addresses import long_hash, normalise_url, recording_key
from corpus.schema.codecs import clean_string
from corpus.schema.database import Database
from corpus.schema.deciding import Deciding
from corpus.schema.discovering import DiscoveringPart
from corpus.schema.examining import LONGEST_WAIT
from corpus.schema.marks import pack_marks, text_of
from corpus.schema.quotesets import QuoteSetsPart
from corpus.schema.remaking import RemakingPart
from corpus.schema.revisions import RevisionsPart
from corpus.schema.runs import RunsPart, to_be_indexed
from corpus.schema.shelves import Shelf, ShelvesPart
from corpus.schema.tables import row_of, value_of
from corpus.schema.visits import VisitsPart, next_look
from corpus.schema.watches import WatchesPart
from corpus.types import (
    Capture,
    Credit,
    Document,
    DocumentKind,
    Media,
    MediaRole,
    SourceReport,
    Stage,
    Text,
)

__all__ = ["Catalogue", "Shelf", "next_look", "normalise_url", "recording_key"]

_ERROR_LENGTH = 2000  # characters of an error that are worth keeping
_FRESH: dict[str, Any] = {"attempts": 0, "next_attempt": None, "last_error": None}


class Catalogue(
    Deciding,
    DiscoveringPart,
    RemakingPart,
    QuoteSetsPart,
    RevisionsPart,
    RunsPart,
    ShelvesPart,
    VisitsPart,
    WatchesPart,
):
    """Documents, captures, media, texts and runs; people are in the parts it is made of.

    Args:
        url: SQLAlchemy URL; `sqlite:///path` or `postgresql://…`. A new database is made, an
            older one brought up to date, also when several processes open it at once.

    Raises:
        StoreError: (all methods) the database cannot be reached, read or written.
    """

    def __init__(self, url: str) -> None:
        self._database = Database(url, tables.METADATA)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    # ── documents ────────────────────────────────────────────────────────────────────────

    def document(self, document_id: str) -> Document:
        """Return the document of this id; the beginning of an id is enough if only one has it.

        Raises:
            DocumentWithdrawnError: it was withdrawn; says when, by whom and why.
            DocumentNotFoundError: none, or several, begin so.
        """
        wanted = clean_string(document_id).strip().lower()
        usable = len(wanted) >= 4 and wanted.isalnum()
        # A whole id is looked up; its beginning takes a look at every document.
        column = tables.documents.c.id
        found = self._documents(column == wanted) if usable else []
        if usable and not found:
            found = self._documents(column.startswith(wanted))
        if len(found) > 1:
            raise DocumentNotFoundError(
                document_id, cause=f"{len(found)} documents begin so", remedy="give more of the id"
            )
        if not found and (hidden := self.withdrawn_called(wanted)):
            raise self.why_withdrawn(hidden)
        if not found:
            raise _no_document(document_id)
        return found[0]

    def documents(
        self,
        *,
        source_id: str | None = None,
        kind: DocumentKind | None = None,
        stage: Stage | None = None,
    ) -> list[Document]:
        """Return the documents of a source, kind and stage (None: all), newest first.

        Of documents that are the same, only the one that stays.
        """
        table = tables.documents.c
        wanted = ((table.source_id, source_id), (table.kind, kind), (table.stage, stage))
        where = [column == each for column, each in wanted if each is not None]
        return self._documents(table.merged_into.is_(None), *where)

    def due(
        self, stage: Stage, *, now: datetime, sources: Collection[str] | None = None
    ) -> list[Document]:
        """Return the documents at `stage` that may be tried now, newest first."""
        table = tables.documents.c
        # Nobody is asked to wait for longer: a later moment was written by a clock that was wrong.
        waits = (table.next_attempt > now) & (table.next_attempt <= now + LONGEST_WAIT)
        where = [table.stage == stage, or_(table.next_attempt.is_(None), ~waits)]
        where.append(table.merged_into.is_(None))
        if sources is not None:
            where.append(table.source_id.in_(sorted(sources)))
        return self._documents(*where)

    def advance(self, document_id: str, *, to: Stage, now: datetime) -> Document:
        """Put the document at a stage, with nothing held against it."""
        return self._change(document_id, now, stage=to, **_FRESH)

    def fail(
        self, document_id: str, *, error: str, retry_at: datetime | None, now: datetime
    ) -> Document:
        """Note a failure: try again at `retry_at`, or never on its own (None: dead)."""
        values: dict[str, Any] = {
            "attempts": tables.documents.c.attempts + 1,
            "last_error": error[:_ERROR_LENGTH],
            "next_attempt": retry_at,
        }
        if retry_at is None:
            values["stage"] = Stage.DEAD
        return self._change(document_id, now, **values)

    def revive(self, document_id: str, *, now: datetime) -> Document:
        """Make a dead, skipped, failing or gone document due again from the start."""
        document = self.document(document_id)
        failed = document.attempts or document.stage in (Stage.DEAD, Stage.SKIPPED)
        if not failed and document.gone is None:
            return document
        return self._change(document.id, now, stage=Stage.DISCOVERED, **_FRESH)

    def counts(self) -> dict[Stage, int]:
        """Return how many documents are at each stage, zeros included."""
        table = tables.documents.c
        stage = table.stage
        with self._database.reading() as connection:
            shown = (table.withdrawn.is_(None), table.merged_into.is_(None))
            seen = select(stage, func.count()).where(*shown)
            rows = connection.execute(seen.group_by(stage)).all()
        return dict.fromkeys(Stage, 0) | {each: int(count) for each, count in rows}

    def failures(self) -> list[Document]:
        """Return the documents that are dead or failed the last time."""
        table = tables.documents.c
        failed = or_(table.attempts > 0, table.stage == Stage.DEAD)
        return self._documents(failed, table.merged_into.is_(None))

    # ── what was fetched ─────────────────────────────────────────────────────────────────

    def save_capture(self, capture: Capture) -> None:
        """Keep what is known of a captured page; the same bytes again: the later one."""
        with self._database.writing() as connection:
            self._put_capture(connection, capture)

    def latest_capture(self, url: str) -> Capture | None:
        """Return the newest capture of the page asked for at `url`."""
        return self._newest_capture(tables.captures.c.url_key == long_hash(url))

    def capture(self, sha256: str) -> Capture:
        """Return the newest capture whose bytes have this name.

        Raises:
            NotFoundError: none has.
        """
        found = self._newest_capture(tables.captures.c.sha256 == sha256)
        if found is None:
            raise NotFoundError(f"capture {sha256}")
        return found

    def validators(self, url: str) -> tuple[str | None, str | None] | None:
        """Return the ETag and Last-Modified to send for `url`, or None when there are none."""
        row = self._database.one(
            select(tables.validators).where(tables.validators.c.url_key == long_hash(url))
        )
        found = (row["etag"], row["last_modified"]) if row else (None, None)
        return found if any(found) else None

    def save_validators(self, captures: Iterable[Capture]) -> None:
        """Remember what to send so that unchanged pages are not sent again.

        To be called only once everything found through these pages is recorded.
        """
        with self._database.writing() as connection:
            for capture in sorted(captures, key=lambda each: each.url):
                row = {
                    "url_key": long_hash(capture.url),
                    "etag": capture.header("etag"),
                    "last_modified": capture.header("last-modified"),
                }
                self._database.upsert(connection, tables.validators, row)

    def looked_at(self, source_id: str) -> datetime | None:
        """Return when the source was last looked at."""
        row = self._database.one(select(tables.looks).where(tables.looks.c.source_id == source_id))
        return row["looked_at"] if row else None

    def last_report(self, source_id: str) -> SourceReport | None:
        """Return what the last look at the source found."""
        row = self._database.one(select(tables.looks).where(tables.looks.c.source_id == source_id))
        return row["report"] if row else None

    def save_look(self, report: SourceReport, *, now: datetime) -> None:
        """Keep the report of a look at a source, instead of the one before."""
        row = {"source_id": report.source_id, "looked_at": now, "report": report}
        with self._database.writing() as connection:
            self._database.upsert(connection, tables.looks, row)

    def save_media(self, media: Media) -> None:
        """Keep what is known of a stored file; one of the same role and bytes is replaced.

        Raises:
            DocumentNotFoundError: its document is not in the catalogue.
        """
        table = tables.media
        last = select(func.coalesce(func.max(table.c.number), 0))
        with self._database.writing() as connection:
            self._lock_document(connection, media.document_id)
            where = table.c.document_id == media.document_id
            number = connection.execute(last.where(where)).scalar_one() + 1
            self._database.upsert(connection, table, row_of(media, table, number=number))

    def media(self, document_id: str, role: MediaRole | None = None) -> list[Media]:
        """Return the document's files (of one role, or all), last saved first."""
        table = tables.media.c
        query = select(tables.media).where(table.document_id == document_id)
        if role is not None:
            query = query.where(table.role == role)
        return [
            value_of(Media, row) for row in self._database.rows(query.order_by(table.number.desc()))
        ]

    def media_file(self, sha256: str) -> Media:
        """Return what is known of the media file of this name.

        Raises:
            NotFoundError: no document has it.
        """
        media, documents = tables.media.c, tables.documents.c
        seen = select(tables.media).join(tables.documents, media.document_id == documents.id)
        seen = seen.where(media.sha256 == sha256, documents.withdrawn.is_(None))
        row = self._database.one(seen)
        if row is None:
            raise NotFoundError(f"media file {sha256}")
        return value_of(Media, row)

    # ── credits ───────────────────────────────────────────────────────────────────────────

    def save_credits(self, document_id: str, credits: Sequence[Credit], *, now: datetime) -> None:
        """Replace the document's credits, once it is known who they are."""
        with self._database.writing() as connection:
            document = self._lock_document(connection, document_id)
            if document.credits != tuple(credits):
                self._update(connection, document_id, credits=tuple(credits), **_described(now))

    # ── texts ────────────────────────────────────────────────────────────────────────────

    def save_text(self, text: Text, *, now: datetime) -> Text:
        """Keep the text as a new revision, unless the newest one is the same; return it as kept.

        Raises:
            DocumentNotFoundError: its document is not in the catalogue.
        """
        table = tables.texts
        with self._database.writing() as connection:
            document = self._lock_document(connection, text.document_id)
            newest = self._newest_text(connection, text.document_id, None)
            if newest is not None and newest.sha256 == text.sha256:
                return newest
            least = (newest.revision if newest else 0) + 1
            revision = self.unused_revision(connection, text.document_id, least)
            text = replace(text, revision=revision, created=text.created or now)
            row = row_of(text, table, marks=pack_marks(text))
            connection.execute(table.insert().values(row))
            self._save_appearances(connection, text)
            self._update(connection, document.id, revision=revision, **_described(now))
        return text

    def text(self, document_id: str, revision: int | None = None) -> Text:
        """Return a revision of the document's text (None: the newest).

        Raises:
            TextNotFoundError: there is none.
        """
        with self._database.reading() as connection:
            self._refuse_withdrawn(connection, document_id)
            found = self._newest_text(connection, document_id, revision)
        if found is None:
            which = f" revision {revision}" if revision is not None else ""
            raise TextNotFoundError(document_id + which, remedy="ingest the document first")
        return found

    def content(self, document_id: str) -> str | None:
        """Return only the words of the newest text: no turns, no times; None when there is none."""
        table = tables.texts.c
        if document_id in self.withdrawn():
            return None
        query = select(table.content).where(table.document_id == document_id)
        row = self._database.one(query.order_by(table.revision.desc()))
        return row["content"] if row else None

    def index_state(self) -> dict[str, str]:
        """Return a fingerprint for every document that has a text.

        One that is read again, or whose page has gone, keeps what it said. The fingerprint changes
        with the text and with what readers are shown; a try with the same end leaves it.
        """
        table = tables.documents.c
        query = select(table.id, table.revision, table.described).where(*to_be_indexed())
        rows = self._database.rows(query)
        return {row["id"]: f"{row['revision']}:{row['described'].isoformat()}" for row in rows}

    # ── rows ─────────────────────────────────────────────────────────────────────────────

    def _put_capture(self, connection: Connection, capture: Capture) -> None:
        row = row_of(capture, tables.captures, url_key=long_hash(capture.url))
        self._database.upsert(connection, tables.captures, row)

    def _newest_capture(self, where: ColumnElement[bool]) -> Capture | None:
        table = tables.captures
        rows = self._database.newest(select(table).where(where), table.c.retrieved, 1)
        return value_of(Capture, rows[0]) if rows else None

    def _newest_text(
        self, connection: Connection, document_id: str, revision: int | None
    ) -> Text | None:
        table = tables.texts
        query = select(table).where(table.c.document_id == document_id)
        if revision is not None:
            query = query.where(table.c.revision == revision)
        query = query.order_by(table.c.revision.desc()).limit(1)
        row = connection.execute(query).mappings().first()
        return text_of(row) if row else None

    def _change(self, document_id: str, now: datetime, **values: Any) -> Document:
        with self._database.writing() as connection:
            self._update(connection, document_id, changed=now, **values)
            return self._lock_document(connection, document_id)

    def _update(self, connection: Connection, document_id: str, **values: Any) -> None:
        table = tables.documents
        connection.execute(table.update().where(table.c.id == document_id).values(values))

    def _lock_document(self, connection: Connection, document_id: str) -> Document:
        query = select(tables.documents).where(tables.documents.c.id == document_id)
        row = connection.execute(query.with_for_update()).mappings().first()
        if row is None:
            raise _no_document(document_id)
        return value_of(Document, row)

    def _documents(self, *where: ColumnElement[bool]) -> list[Document]:
        table = tables.documents.c
        order = (table.published.desc().nulls_last(), table.discovered.desc(), table.id)
        seen = select(tables.documents).where(table.withdrawn.is_(None), *where)
        rows = self._database.rows(seen.order_by(*order))
        return [value_of(Document, row) for row in rows]


def _described(now: datetime) -> dict[str, Any]:
    return {"changed": now, "described": now}


def _no_document(document_id: str) -> DocumentNotFoundError:
    return DocumentNotFoundError(document_id[:80], remedy="`onrecord list` shows what there is")
