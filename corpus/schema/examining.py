"""Looking at every row: what a doctor asks the catalogue. A part of the catalogue.

Nothing is written here, and no row is trusted: one that cannot be read is named, not raised.
Withdrawn documents are looked at like all others. Memory holds a page of rows at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    RowMapping,
    Select,
    Table,
    func,
    inspect,
    select,
    tuple_,
)
from sqlalchemy import Text as Characters
from sqlalchemy import type_coerce as seen_as

from corpus.errors import StoreError
from corpus.schema import tables
from corpus.schema.codecs import in_utc
from corpus.schema.database import Database
from corpus.schema.marks import are_its_words, text_of
from corpus.schema.tables import value_of
from corpus.types import CorrectionKind, Document, Media, Span, Text

PAGE = 200  # documents looked at together
_ROWS = 500  # rows of any table read together
_MOST_SAID = 20  # of one kind of damage
_EARLY = timedelta(days=1)  # a clock may be wrong by less without harm
LONGEST_WAIT = timedelta(days=14)  # nobody is asked to stay away for longer

# What goes wrong when such a moment lies in the future.
CLOCKED: tuple[tuple[Column[Any], timedelta, str], ...] = (
    (tables.documents.c.next_attempt, LONGEST_WAIT, "documents would not be tried again before"),
    (tables.looks.c.looked_at, _EARLY, "sources would not be looked at before"),
    (tables.visits.c.looked, _EARLY, "pages would not be looked at again before"),
    (tables.captures.c.retrieved, _EARLY, "pages fetched since would count as older ones until"),
    (tables.runs.c.started, _EARLY, "a run would count as the last one until"),
)
# Where the name of a stored file stands.
_NAMES = (
    tables.media.c.sha256,
    tables.captures.c.sha256,
    tables.documents.c.capture_sha256,
    tables.texts.c.media_sha256,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldDocument:
    """A document and what other tables hold of it."""

    document: Document
    revisions: tuple[int, ...]  # of its texts, in order
    keys: int  # by which sightings find it
    media: tuple[Media, ...]
    has_capture: bool  # the capture it names is known


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedFile:
    """A stored file as the catalogue names it."""

    sha256: str
    size: int
    uses: tuple[str, ...]  # in words
    document_id: str | None  # one of those whose file it is
    is_old_page: bool  # a capture from which no document is read any more


class ExaminingPart:
    """Everything that is there, for whoever checks it; `Catalogue` has the rest."""

    _database: Database

    def damage(self, *, quick: bool = False) -> list[str]:
        """Return what SQLite finds wrong with its own file; nothing on PostgreSQL."""
        with self._database.reading() as connection:
            if connection.dialect.name != "sqlite":
                return []
            check = "quick_check" if quick else "integrity_check"
            found = connection.exec_driver_sql(f"PRAGMA {check}({_MOST_SAID})").scalars().all()
        return [str(each) for each in found if each != "ok"]

    def missing_parts(self) -> list[str]:
        """Return the tables, columns and indexes that this version expects and are not there."""
        missing: list[str] = []
        with self._database.reading() as connection:
            seen = inspect(connection)
            there = set(seen.get_table_names())
            for table in tables.METADATA.sorted_tables:
                if table.name not in there:
                    missing.append(f"table {table.name}")
                    continue
                columns = {each["name"] for each in seen.get_columns(table.name)}
                missing += [f"column {c}" for c in table.c if c.name not in columns]
                indexes = {each["name"] for each in seen.get_indexes(table.name)}
                missing += [f"index {i.name}" for i in table.indexes if i.name not in indexes]
        return missing

    def loose_rows(self) -> dict[tuple[str, str], int]:
        """Return by (table, table that it refers to) how many rows refer to none."""
        loose: dict[tuple[str, str], int] = {}
        with self._database.reading() as connection:
            there = set(inspect(connection).get_table_names())
            for table in tables.METADATA.sorted_tables:
                for key in table.foreign_keys if table.name in there else ():
                    found = connection.execute(
                        select(func.count()).select_from(table).where(is_loose(key))
                    ).scalar_one()
                    if found:
                        loose[table.name, key.column.table.name] = int(found)
        return loose

    def count_documents(self) -> int:
        """Return how many documents there are, withdrawn ones and unreadable rows too."""
        with self._database.reading() as connection:
            return int(
                connection.execute(select(func.count()).select_from(tables.documents)).scalar_one()
            )

    def unreadable_rows(self) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Go through every row of every table; yield (table, key, why) of those nobody can read."""
        with self._database.reading() as connection:
            there = set(inspect(connection).get_table_names())
        for table in tables.METADATA.sorted_tables:
            try:
                for keys in self._pages_of_keys(table) if table.name in there else ():
                    yield from self._unreadable(table, keys)
            except StoreError as error:
                yield table.name, (), error.cause

    def held_documents(self, without: Collection[str] = ()) -> Iterator[list[HeldDocument]]:
        """Go through all documents but those `without`, a page at a time, withdrawn ones too."""
        table, last = tables.documents, ""
        while True:
            with self._database.reading() as connection:
                query = select(table.c.id).where(table.c.id > last).order_by(table.c.id).limit(PAGE)
                ids = list(connection.scalars(query))
                if not ids:
                    return
                last = ids[-1]
                wanted = [each for each in ids if each not in without]
                page = _held(connection, wanted)
            yield page

    def text_as_stored(self, document_id: str, revision: int) -> tuple[Text, bool]:
        """Return a text, also of a withdrawn document, and whether its words are as saved.

        Raises:
            ValueError: nobody can read it; says why.
        """
        table = tables.texts
        query = select(table).where(table.c.document_id == document_id)
        try:
            row = self._database.one(query.where(table.c.revision == revision))
            if row is None:
                raise ValueError("it is not there")
            return text_of(row), are_its_words(row)
        except StoreError:
            raise
        except Exception as error:
            raise ValueError(_why(error)) from error

    def named_files(self, prefix: str) -> dict[str, NamedFile]:
        """Return every stored file that is named and whose name begins with `prefix`."""
        media, captures = tables.media.c, tables.captures.c
        found: dict[str, list[tuple[int, str, str | None, bool]]] = defaultdict(list)
        with self._database.reading() as connection:
            query = select(media.sha256, media.size, media.document_id, seen_as(media.role, _RAW))
            for sha256, size, document_id, role in connection.execute(
                query.where(*_begins(media.sha256, prefix))
            ):
                found[sha256].append((size, f"{role} of {document_id}", document_id, False))
            of_page = tables.documents.c
            query = select(captures.sha256, captures.size, captures.url, of_page.id)
            query = query.outerjoin(
                tables.documents, of_page.capture_sha256 == captures.sha256
            ).where(*_begins(captures.sha256, prefix))
            for sha256, size, url, document_id in connection.execute(query):
                found[sha256].append((size, f"page {url[:200]}", document_id, not document_id))
        return {
            sha256: NamedFile(
                sha256=sha256,
                size=max(use[0] for use in uses),
                uses=tuple(dict.fromkeys(use[1] for use in uses)),
                document_id=next((use[2] for use in uses if use[2]), None),
                is_old_page=all(use[3] for use in uses),
            )
            for sha256, uses in found.items()
        }

    def still_named(self, names: Sequence[str]) -> set[str]:
        """Return those of these stored files that any row names."""
        found: set[str] = set()
        with self._database.reading() as connection:
            for start in range(0, len(names), _ROWS):
                some = names[start : start + _ROWS]
                for column in _NAMES:
                    found.update(connection.scalars(select(column).where(column.in_(some))))
        return found

    def claims_on_words(self) -> Iterator[tuple[str, str, int, Span, str]]:
        """Go through what says which words stand where in a text as it was printed.

        Yields (what it is, document, revision, span, words): corrections of a place, and kept
        quotes of documents whose words nobody ever corrected.
        """
        made, kept = tables.corrections.c, tables.quotes.c
        query = select(made.id, made.document_id, made.revision, made.span, made.exact)
        query = query.where(made.exact.is_not(None), made.span.is_not(None))
        for row in self._in_order(query, made.document_id, made.id):
            place = row["document_id"], row["revision"], row["span"]
            yield f"correction {row['id']}", *place, row["exact"]
        changed = select(made.document_id).where(made.kind == CorrectionKind.WORDS)
        quoted = select(kept.document_id, kept.id, kept.quote)
        quoted = quoted.where(kept.document_id.not_in(changed))
        for row in self._in_order(quoted, kept.document_id, kept.id):
            quote = row["quote"].quote
            yield f"quote {row['id']}", quote.document_id, quote.revision, quote.span, quote.exact

    def misnamed_people(self) -> list[tuple[str, str]]:
        """Return (document, person) of everybody who speaks somewhere and is no person known."""
        table = tables.appearances.c
        query = select(table.document_id, table.person_id)
        query = query.where(table.person_id.not_in(select(tables.people.c.id)))
        return [
            (row["document_id"], row["person_id"]) for row in self._database.rows(query.limit(500))
        ]

    def moments_to_come(self, now: datetime) -> list[tuple[str, int, datetime]]:
        """Return what goes wrong because of moments in the future, how many, and until when."""
        found = []
        with self._database.reading() as connection:
            for column, slack, effect in CLOCKED:
                query = select(func.count(), func.max(column)).where(column > now + slack)
                count, latest = connection.execute(query).one()
                if count:
                    found.append((effect, int(count), in_utc(latest)))
        return found

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _in_order(self, query: Select[Any], *keys: Column[Any]) -> Iterator[RowMapping]:
        last: tuple[Any, ...] | None = None
        while True:
            page = query if last is None else query.where(tuple_(*keys) > tuple_(*last))
            rows = self._database.rows(page.order_by(*keys).limit(_ROWS))
            if not rows:
                return
            yield from rows
            last = tuple(rows[-1][key.name] for key in keys)

    def _pages_of_keys(self, table: Table) -> Iterator[list[tuple[Any, ...]]]:
        keys = [_raw(column) for column in table.primary_key]
        last: tuple[Any, ...] | None = None
        while True:
            query = select(*keys).order_by(*keys).limit(_ROWS)
            if last is not None:
                query = query.where(tuple_(*keys) > tuple_(*last))
            with self._database.reading() as connection:
                page = [tuple(row) for row in connection.execute(query)]
            if not page:
                return
            yield page
            last = page[-1]

    def _unreadable(
        self, table: Table, keys: Sequence[tuple[Any, ...]]
    ) -> Iterator[tuple[str, tuple[str, ...], str]]:
        """Read rows between two keys; only where that fails, one by one."""
        key = tuple_(*(_raw(column) for column in table.primary_key))
        # The words of texts are read elsewhere, one text at a time.
        large = ("content", "marks") if table is tables.texts else ()
        wanted = [column for column in table.c if column.name not in large]
        query = select(*wanted)
        try:
            with self._database.reading() as connection:
                connection.execute(
                    query.where(key >= tuple_(*keys[0]), key <= tuple_(*keys[-1]))
                ).all()
        except StoreError:
            raise
        except Exception as error:
            if len(keys) == 1:
                yield table.name, tuple(map(str, keys[0])), _why(error)
                return
            half = len(keys) // 2
            yield from self._unreadable(table, keys[:half])
            yield from self._unreadable(table, keys[half:])


def _held(connection: Connection, ids: Sequence[str]) -> list[HeldDocument]:
    documents, media = tables.documents, tables.media
    rows = connection.execute(select(documents).where(documents.c.id.in_(ids))).mappings()
    found = {row["id"]: value_of(Document, row) for row in rows}
    texts, keys = tables.texts.c, tables.sightings.c
    revisions: dict[str, list[int]] = defaultdict(list)
    query = select(texts.document_id, texts.revision).where(texts.document_id.in_(ids))
    for document_id, revision in connection.execute(query.order_by(texts.revision)):
        revisions[document_id].append(revision)
    counted = select(keys.document_id, func.count()).where(keys.document_id.in_(ids))
    known_by: dict[str, int] = {
        each: int(count) for each, count in connection.execute(counted.group_by(keys.document_id))
    }
    kept: dict[str, list[Media]] = defaultdict(list)
    query_media = select(media).where(media.c.document_id.in_(ids)).order_by(media.c.number)
    for row in connection.execute(query_media).mappings():
        kept[row["document_id"]].append(value_of(Media, row))
    pages = {each.capture_sha256 for each in found.values()} - {None}
    column = tables.captures.c.sha256
    captured = set(connection.scalars(select(column).where(column.in_(sorted(map(str, pages))))))
    return [
        HeldDocument(
            document=found[each],
            revisions=tuple(revisions[each]),
            keys=known_by.get(each, 0),
            media=tuple(kept[each]),
            has_capture=found[each].capture_sha256 in {None, *captured},
        )
        for each in ids
        if each in found
    ]


_RAW = Characters()


def _raw(column: Column[Any]) -> Any:
    """Return a column as the database has it: a value nobody knows can be read so too."""
    return column if isinstance(column.type, Integer) else seen_as(column, _RAW).label(column.name)


def _begins(column: Column[Any], prefix: str) -> tuple[Any, ...]:
    """Return the condition that a name begins so, as an index can answer it."""
    return column >= prefix, column < prefix[:-1] + chr(ord(prefix[-1]) + 1)


def is_loose(key: Any) -> Any:
    """Return the condition that a row's reference leads nowhere."""
    there = select(key.column).where(key.column == key.parent)
    return key.parent.is_not(None) & ~there.exists()


def _why(error: Exception) -> str:
    return " ".join(f"{type(error).__name__} {error}".split())[:200]


def as_plain(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row so that JSON can hold it; bytes as hexadecimal digits."""
    return {
        name: bytes(value).hex()
        if isinstance(value, bytes | memoryview)
        else value.isoformat()
        if isinstance(value, datetime)
        else value
        for name, value in row.items()
    }
