"""Sets of kept quotes, as rows. A part of the catalogue.

A set changes until it is frozen, and never after. The basket is a set like the others, made when
something is first put into it, and never frozen.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, literal, or_, select

from corpus.errors import NotFoundError, QuoteSetError
from corpus.exports.rows import row_of as quote_row
from corpus.quotesets import contents_digest
from corpus.schema import tables
from corpus.schema.codecs import clean, clean_string
from corpus.schema.keptquotes import LEAST, PAGE, as_kept
from corpus.schema.stances import StancesPart
from corpus.schema.tables import row_of
from corpus.types import BASKET, KeptQuote, QuoteSet, SetQuote

_RESERVED = frozenset({BASKET})


class QuoteSetsPart(StancesPart):
    """Kept quotes, stances and quote sets; `Catalogue` has the rest."""

    # ── sets ─────────────────────────────────────────────────────────────────────────────────

    def new_set(self, quote_set: QuoteSet) -> QuoteSet:
        """Make a set, empty and not frozen; return it with its id.

        Raises:
            QuoteSetError: another has the name: names are how people ask for a set.
        """
        made = clean(replace(quote_set, id=uuid.uuid4().hex[:12], frozen_as=None, frozen=None))
        if not made.name.strip():
            raise QuoteSetError("a new set", cause="it has no name")
        if made.name.strip().casefold() in _RESERVED:
            raise QuoteSetError(
                made.name[:80], cause="the basket is called so", remedy="choose another name"
            )
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
        by_id = len(start) >= LEAST and start.isalnum()
        for where in (
            table.id == start,
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
        keys: tuple[Any, ...] = (member.number, member.quote_id)
        if by_document:
            keys = (member.document_id, *keys)
        query = (
            select(*keys, member.note, quote.quote)
            .join(tables.quotes, member.quote_id == quote.id)
            .where(member.set_id == set_id)
            .order_by(*keys)
        )
        hidden = self.withdrawn()
        for row in self._paged(query, keys):
            kept = as_kept(row["quote"], hidden)
            yield SetQuote(number=row["number"], kept=kept, note=row["note"])

    def add_to_set(
        self, set_id: str, quote_ids: Sequence[str], *, note: str | None = None
    ) -> tuple[str, ...]:
        """Put kept quotes at the end of a set; return those that were not in it already.

        Raises:
            NotFoundError: one of them is not kept.
            QuoteSetError: the set is frozen.
        """
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            self._open_set(connection, set_id)
            return self._append(connection, set_id, quote_ids, note)

    def keep_in_set(
        self, set_id: str, kept: Sequence[KeptQuote], *, note: str | None = None
    ) -> tuple[str, ...]:
        """Keep quotes and put them at the end of a set: both, or neither.

        Raises:
            QuoteSetError: the set is frozen.
        """
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            self._open_set(connection, set_id)
            self._put_quotes(connection, kept)
            return self._append(connection, set_id, [each.id for each in kept], note)

    def held_in_set(self, set_id: str, quote_ids: Collection[str]) -> frozenset[str]:
        """Return those of the whole ids that are in a set; none when there is no such set."""
        table, wanted = tables.set_quotes.c, sorted(set(quote_ids))
        held: set[str] = set()
        for start in range(0, len(wanted), PAGE):
            page = table.quote_id.in_(wanted[start : start + PAGE])
            query = select(table.quote_id).where(table.set_id == set_id, page)
            held |= {row["quote_id"] for row in self._database.rows(query)}
        return frozenset(held)

    def copy_set(self, set_id: str, into: str) -> None:
        """Put all quotes of a set, with their places and notes, into another, which is empty.

        Raises:
            QuoteSetError: the other set is frozen.
        """
        table = tables.set_quotes
        names = ("quote_id", "document_id", "number", "note")
        copied = select(literal(into), *(table.c[name] for name in names))
        with self._database.writing() as connection:
            self._open_set(connection, into)
            rows = copied.where(table.c.set_id == set_id)
            connection.execute(table.insert().from_select(("set_id", *names), rows))

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

    def freeze_set(self, set_id: str, *, now: datetime) -> QuoteSet:
        """Give a set the id of its contents, after which it never changes.

        Raises:
            QuoteSetError: it is empty, frozen already, the basket, or holds what is withdrawn.
        """
        before, table = self.quote_set(set_id), tables.quote_sets
        if before.id == BASKET:
            remedy = f"copy it to a set that can be: onrecord set new NAME --from {BASKET}"
            raise QuoteSetError(BASKET, cause="it is never frozen", remedy=remedy)
        counted = select(table.c.changes).where(table.c.id == before.id)
        changes = self._database.rows(counted)[0]["changes"]
        if hidden := sum(each.kept.withdrawn is not None for each in self.set_quotes(before.id)):
            raise QuoteSetError(
                before.name,
                cause=f"{hidden} of its quotes stand in documents that were withdrawn",
                remedy=f"take them out first: onrecord set remove {before.id} QUOTE",
            )
        digest = contents_digest(before, map(quote_row, self.set_quotes(before.id)))
        with self._database.writing() as connection:
            self._open_set(connection, before.id)
            if not before.size:
                raise QuoteSetError(before.name, cause="it is empty", remedy="add quotes first")
            # Under the lock: somebody may have changed it while the contents were hashed.
            if connection.execute(counted).scalar_one() != changes + 1:
                raise QuoteSetError(before.name, cause="somebody changed it", remedy="try again")
            values = {"frozen_as": digest, "frozen": now}
            connection.execute(table.update().where(table.c.id == before.id).values(values))
        return self.quote_set(before.id)

    # ── the basket ───────────────────────────────────────────────────────────────────────────

    def open_basket(self, *, now: datetime) -> QuoteSet:
        """Return the basket; it is made when there is none, by whichever process comes first."""
        table = tables.quote_sets
        row = row_of(QuoteSet(id=BASKET, name=BASKET, author="", made=now), table)
        with self._database.writing() as connection:
            self._database.upsert(connection, table, row, replacing=False)
        return self.quote_set(BASKET)

    def empty_set(self, set_id: str) -> int:
        """Take every quote out of a set; return how many there were.

        Raises:
            QuoteSetError: the set is frozen.
        """
        table = tables.set_quotes
        with self._database.writing() as connection:
            self._open_set(connection, set_id)
            return connection.execute(table.delete().where(table.c.set_id == set_id)).rowcount

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _open_set(self, connection: Connection, set_id: str) -> None:
        """Lock a set for changing it, and count the change."""
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
        counted = table.update().where(table.c.id == set_id).values(changes=table.c.changes + 1)
        connection.execute(counted)

    def _append(
        self, connection: Connection, set_id: str, quote_ids: Sequence[str], note: str | None
    ) -> tuple[str, ...]:
        table, quote = tables.set_quotes, tables.quotes.c
        there = set(connection.scalars(select(table.c.quote_id).where(table.c.set_id == set_id)))
        last = select(func.coalesce(func.max(table.c.number), 0)).where(table.c.set_id == set_id)
        number = connection.execute(last).scalar_one()
        added = tuple(each for each in dict.fromkeys(quote_ids) if each not in there)
        for start in range(0, len(added), PAGE):
            page = added[start : start + PAGE]
            kept = select(quote.id, quote.document_id).where(quote.id.in_(sorted(page)))
            documents = {row.id: row.document_id for row in connection.execute(kept)}
            if missing := next((each for each in page if each not in documents), None):
                raise NotFoundError(f"quote {missing[:80]}", remedy="see onrecord quote list")
            rows = [
                {"set_id": set_id, "quote_id": each, "note": note, "document_id": documents[each]}
                | {"number": number + place}
                for place, each in enumerate(page, start=start + 1)
            ]
            connection.execute(table.insert(), rows)
        return added

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


def _sets() -> Select[Any]:
    member, table = tables.set_quotes.c, tables.quote_sets
    count = select(func.count()).where(member.set_id == table.c.id).scalar_subquery()
    about = [column for column in table.columns if column.name != "changes"]
    return select(*about, count.label("size")).order_by(table.c.made, table.c.id)


def _set_of(row: Mapping[Any, Any]) -> QuoteSet:
    return QuoteSet(**dict(row))
