"""Kept quotes and sets of them, as rows. A part of the catalogue.

A quote is kept as it was and never changes; a set changes until it is frozen, and never after.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, or_, select

from corpus.errors import NotFoundError, QuoteSetError
from corpus.exports.rows import row_of as quote_row
from corpus.quotesets import contents_digest
from corpus.schema import tables
from corpus.schema.codecs import clean, clean_string
from corpus.schema.database import Database
from corpus.schema.tables import row_of
from corpus.types import KeptQuote, QuoteSet, SetQuote

_LEAST = 4  # characters of an id that may stand for the whole
_PAGE = 500  # quotes read at a time: a set may hold more than fit in memory


class QuoteSetsPart:
    """Kept quotes and quote sets; `Catalogue` has the rest."""

    _database: Database

    # ── quotes ───────────────────────────────────────────────────────────────────────────────

    def keep_quotes(self, kept: Iterable[KeptQuote]) -> list[KeptQuote]:
        """Keep quotes, each as it is; one that is kept already stays as it was."""
        wanted = list(kept)
        table = tables.quotes
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            for start in range(0, len(wanted), _PAGE):
                page = {each.id: each for each in wanted[start : start + _PAGE]}
                there = select(table.c.id).where(table.c.id.in_(sorted(page)))
                for known in connection.scalars(there).all():
                    del page[known]
                rows = [
                    {"id": each.id, "document_id": each.quote.document_id, "kept": each.kept}
                    | {"quote": each}
                    for each in page.values()
                ]
                if rows:
                    connection.execute(table.insert(), rows)
        return wanted

    def kept_quote(self, quote_id: str) -> KeptQuote:
        """Return the quote of this id; a beginning is enough if only one has it.

        Raises:
            NotFoundError: none, or several, begin so.
        """
        wanted = clean_string(quote_id).strip().lower()
        column = tables.quotes.c.id
        usable = len(wanted) >= _LEAST and wanted.isalnum()
        query = select(tables.quotes.c.quote).where(column.startswith(wanted)).limit(2)
        rows = self._database.rows(query) if usable else []
        if len(rows) != 1:
            cause = "several begin so" if rows else ""
            raise NotFoundError(
                f"quote {quote_id[:80]}", cause=cause, remedy="see onrecord quote list"
            )
        return _kept(rows[0]["quote"])

    def kept_quotes(self, document_id: str | None = None) -> Iterator[KeptQuote]:
        """Go through all kept quotes (of one document), the oldest first."""
        table = tables.quotes.c
        query = select(table.id, table.kept, table.quote).order_by(table.kept, table.id)
        if document_id is not None:
            query = query.where(table.document_id == document_id)
        for row in self._paged(query, lambda last: _after((table.kept, table.id), last)):
            yield _kept(row["quote"])

    def forget_quote(self, quote_id: str) -> KeptQuote:
        """Keep a quote no longer.

        Raises:
            NotFoundError: there is none.
            QuoteSetError: a set holds it.
        """
        kept = self.kept_quote(quote_id)
        member, table = tables.set_quotes.c, tables.quotes
        with self._database.writing() as connection:
            held = connection.execute(select(member.set_id).where(member.quote_id == kept.id))
            if (found := held.first()) is not None:
                raise QuoteSetError(found[0], cause=f"it holds the quote {kept.id}")
            connection.execute(table.delete().where(table.c.id == kept.id))
        return kept

    # ── sets ─────────────────────────────────────────────────────────────────────────────────

    def new_set(self, quote_set: QuoteSet) -> QuoteSet:
        """Make a set, empty and not frozen; return it with its id.

        Raises:
            QuoteSetError: another has the name: names are how people ask for a set.
        """
        made = clean(replace(quote_set, id=uuid.uuid4().hex[:12], frozen_as=None, frozen=None))
        if not made.name.strip():
            raise QuoteSetError("a new set", cause="it has no name")
        table = tables.quote_sets
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            taken = select(table.c.id).where(table.c.name == made.name)
            if (found := connection.execute(taken).first()) is not None:
                raise QuoteSetError(
                    made.name[:80], cause=f"there is one ({found[0]})", remedy="choose another name"
                )
            connection.execute(table.insert().values(row_of(made, table)))
        return replace(made, size=0)

    def quote_sets(self) -> list[QuoteSet]:
        """Return every set, the oldest first."""
        return [_set_of(row) for row in self._database.rows(_sets())]

    def quote_set(self, named: str) -> QuoteSet:
        """Return the set of this name, id or frozen id; a unique beginning of an id is enough.

        Raises:
            NotFoundError: none, or several, are called so.
        """
        table, wanted = tables.quote_sets.c, clean_string(named).strip()
        start = wanted.lower()
        by_id = len(start) >= _LEAST and start.isalnum()
        for where in (
            table.name == wanted,
            table.frozen_as == start,
            or_(table.id.startswith(start), table.frozen_as.startswith(start)) if by_id else None,
        ):
            rows = self._database.rows(_sets().where(where)) if where is not None else []
            if len(rows) == 1 or (
                rows and where is not None and len({r["frozen_as"] for r in rows}) == 1
            ):
                return _set_of(rows[0])
            if rows:
                raise NotFoundError(f"quote set {named[:80]}", cause=f"{len(rows)} are called so")
        raise NotFoundError(f"quote set {named[:80]}", remedy="see onrecord set list")

    def set_quotes(self, set_id: str, *, by_document: bool = False) -> Iterator[SetQuote]:
        """Go through the quotes of a set in order, or document by document, few in memory."""
        member, quote = tables.set_quotes.c, tables.quotes.c
        keys: tuple[Any, ...] = (member.number, quote.id)
        if by_document:
            keys = (quote.document_id, *keys)
        query = (
            select(quote.id, quote.document_id, quote.quote, member.number, member.note)
            .join(tables.set_quotes, member.quote_id == quote.id)
            .where(member.set_id == set_id)
            .order_by(*keys)
        )
        for row in self._paged(query, lambda last: _after(keys, last)):
            yield SetQuote(number=row["number"], kept=_kept(row["quote"]), note=row["note"])

    def add_to_set(
        self, set_id: str, quote_ids: Sequence[str], *, note: str | None = None
    ) -> tuple[str, ...]:
        """Put kept quotes at the end of a set; return those that were not in it already.

        Raises:
            QuoteSetError: the set is frozen.
        """
        table = tables.set_quotes
        with self._database.writing() as connection:
            self._open_set(connection, set_id)
            inside = select(table.c.quote_id).where(table.c.set_id == set_id)
            there = set(connection.scalars(inside))
            last = select(func.coalesce(func.max(table.c.number), 0))
            number = connection.execute(last.where(table.c.set_id == set_id)).scalar_one()
            added = tuple(each for each in dict.fromkeys(quote_ids) if each not in there)
            rows = [
                {"set_id": set_id, "quote_id": each, "number": number + place, "note": note}
                for place, each in enumerate(added, start=1)
            ]
            if rows:
                connection.execute(table.insert(), rows)
        return added

    def copy_set(self, set_id: str, into: str) -> None:
        """Put all quotes of a set, with their places and notes, into another, which is empty.

        Raises:
            QuoteSetError: the other set is frozen.
        """
        table = tables.set_quotes
        names = ("set_id", "quote_id", "number", "note")
        copied = select(literal(into), table.c.quote_id, table.c.number, table.c.note)
        with self._database.writing() as connection:
            self._open_set(connection, into)
            rows = copied.where(table.c.set_id == set_id)
            connection.execute(table.insert().from_select(names, rows))

    def remove_from_set(self, set_id: str, quote_id: str) -> None:
        """Take a quote out of a set; those after it move up.

        Raises:
            NotFoundError: it is not in it.
            QuoteSetError: the set is frozen.
        """
        self._reorder(set_id, quote_id, None)

    def place_in_set(self, set_id: str, quote_id: str, number: int) -> None:
        """Move a quote of a set to the 1-based place `number`; the others keep their order.

        Raises:
            NotFoundError: it is not in it.
            QuoteSetError: the set is frozen.
        """
        self._reorder(set_id, quote_id, max(1, number))

    def annotate_in_set(self, set_id: str, quote_id: str, note: str | None) -> None:
        """Note something of a quote in a set, or take the note away.

        Raises:
            NotFoundError: it is not in it.
            QuoteSetError: the set is frozen.
        """
        table = tables.set_quotes
        with self._database.writing() as connection:
            self._open_set(connection, set_id)
            where = and_(table.c.set_id == set_id, table.c.quote_id == quote_id)
            done = connection.execute(table.update().where(where).values(note=note))
            if not done.rowcount:
                raise NotFoundError(f"quote {quote_id}", cause="it is not in the set")

    def describe_set(self, quote_set: QuoteSet) -> QuoteSet:
        """Remember what made the set: question, query, generation, models, vocabulary.

        Raises:
            QuoteSetError: the set is frozen.
        """
        table = tables.quote_sets
        names = ("question", "query", "generation", "models", "vocabulary")
        cleaned = clean(quote_set)
        with self._database.writing() as connection:
            self._open_set(connection, quote_set.id)
            values = {name: getattr(cleaned, name) for name in names}
            connection.execute(table.update().where(table.c.id == quote_set.id).values(values))
        return self.quote_set(quote_set.id)

    def freeze_set(self, set_id: str, *, now: datetime) -> QuoteSet:
        """Give a set the id of its contents, after which it never changes.

        Raises:
            QuoteSetError: it is empty, or frozen already.
        """
        before = self.quote_set(set_id)
        digest = contents_digest(before, map(quote_row, self.set_quotes(before.id)))
        table = tables.quote_sets
        with self._database.writing() as connection:
            self._open_set(connection, before.id)
            if not before.size:
                raise QuoteSetError(before.name, cause="it is empty", remedy="add quotes first")
            # Read again under the lock: somebody may have added while the contents were hashed.
            rows = connection.execute(_sets().where(table.c.id == before.id)).mappings().one()
            if _set_of(rows) != before:
                raise QuoteSetError(before.name, cause="somebody changed it", remedy="try again")
            values = {"frozen_as": digest, "frozen": now}
            connection.execute(table.update().where(table.c.id == before.id).values(values))
        return self.quote_set(before.id)

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _open_set(self, connection: Connection, set_id: str) -> None:
        """Lock a set for changing it."""
        table = tables.quote_sets
        query = select(table.c.name, table.c.frozen_as).where(table.c.id == set_id)
        row = connection.execute(query.with_for_update()).mappings().first()
        if row is None:
            raise NotFoundError(f"quote set {set_id}")
        if row["frozen_as"] is not None:
            raise QuoteSetError(
                row["name"],
                cause=f"it is frozen as {row['frozen_as'][:12]}",
                remedy="make another from it: onrecord set new NAME --from " + set_id,
            )

    def _reorder(self, set_id: str, quote_id: str, number: int | None) -> None:
        table = tables.set_quotes
        with self._database.writing() as connection:
            self._open_set(connection, set_id)
            query = select(table.c.quote_id, table.c.number).where(table.c.set_id == set_id)
            rows = connection.execute(query.order_by(table.c.number, table.c.quote_id)).mappings()
            numbers = {row["quote_id"]: row["number"] for row in rows}
            if quote_id not in numbers:
                raise NotFoundError(f"quote {quote_id}", cause="it is not in the set")
            order = [each for each in numbers if each != quote_id]
            if number is None:
                where = and_(table.c.set_id == set_id, table.c.quote_id == quote_id)
                connection.execute(table.delete().where(where))
            else:
                order.insert(number - 1, quote_id)
            for place, each in enumerate(order, start=1):
                if numbers[each] != place:
                    where = and_(table.c.set_id == set_id, table.c.quote_id == each)
                    connection.execute(table.update().where(where).values(number=place))

    def _paged(self, query: Select[Any], after: Any) -> Iterator[Any]:
        """Go through the rows of an ordered query, a page in memory at a time."""
        last = None
        while True:
            page = query if last is None else query.where(after(last))
            rows = self._database.rows(page.limit(_PAGE))
            yield from rows
            if len(rows) < _PAGE:
                return
            last = rows[-1]


def _after(keys: Sequence[Any], last: Mapping[str, Any]) -> ColumnElement[bool]:
    """Return the condition that a row comes after `last` in the order of `keys`."""
    first, *rest = keys
    value = last[first.key]
    if not rest:
        return first > value  # type: ignore[no-any-return]
    return or_(first > value, and_(first == value, _after(rest, last)))


def _sets() -> Select[Any]:
    member, table = tables.set_quotes.c, tables.quote_sets
    count = select(func.count()).where(member.set_id == table.c.id).scalar_subquery()
    return select(table, count.label("size")).order_by(table.c.made, table.c.id)


def _set_of(row: Mapping[Any, Any]) -> QuoteSet:
    return QuoteSet(**dict(row))


def _kept(value: Any) -> KeptQuote:
    assert isinstance(value, KeptQuote)
    return value
