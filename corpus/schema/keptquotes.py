"""Kept quotes, as rows. A part of the catalogue. A quote is kept as it was and never changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, literal, or_, select, tuple_

from corpus.errors import NotFoundError, QuoteSetError, StanceError
from corpus.schema import tables
from corpus.schema.codecs import clean_string
from corpus.schema.withdrawals import WithdrawalsPart, masked
from corpus.types import KeptQuote

LEAST = 4  # characters of an id that may stand for the whole
PAGE = 500  # quotes read at a time: a set may hold more than fit in memory


class KeptQuotesPart(WithdrawalsPart):
    """Kept quotes; sets and stances build on it, `Catalogue` has the rest.

    Of a withdrawn document they tell that they were kept, and none of its words.
    """

    def keep_quotes(self, kept: Iterable[KeptQuote]) -> list[KeptQuote]:
        """Keep quotes, each as it is; one that is kept already stays as it was."""
        wanted = list(kept)
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            self._put_quotes(connection, wanted)
        return wanted

    def kept_quote(self, quote_id: str) -> KeptQuote:
        """Return the quote of this id; a beginning is enough if only one has it.

        Raises:
            NotFoundError: none, or several, begin so.
        """
        wanted = clean_string(quote_id).strip().lower()
        column = tables.quotes.c.id
        usable = len(wanted) >= LEAST and wanted.isalnum()
        query = select(tables.quotes.c.quote).where(column.startswith(wanted)).limit(2)
        rows = self._database.rows(query) if usable else []
        if len(rows) != 1:
            cause = "several begin so" if rows else ""
            raise NotFoundError(
                f"quote {quote_id[:80]}", cause=cause, remedy="see onrecord quote list"
            )
        return as_kept(rows[0]["quote"], self.withdrawn())

    def kept_by_id(self, quote_ids: Iterable[str]) -> dict[str, KeptQuote]:
        """Return the quotes of these whole ids that are kept, by id."""
        table, wanted = tables.quotes.c, sorted(set(quote_ids))
        found: dict[str, KeptQuote] = {}
        hidden = self.withdrawn()
        for start in range(0, len(wanted), PAGE):
            query = select(table.id, table.quote).where(table.id.in_(wanted[start : start + PAGE]))
            rows = self._database.rows(query)
            found |= {row["id"]: as_kept(row["quote"], hidden) for row in rows}
        return found

    def kept_quotes(self, document_id: str | None = None) -> Iterator[KeptQuote]:
        """Go through all kept quotes (of one document), the oldest first."""
        table = tables.quotes.c
        query = select(table.id, table.kept, table.quote).order_by(table.kept, table.id)
        if document_id is not None:
            query = query.where(table.document_id == document_id)
        hidden = self.withdrawn()
        for row in self._paged(query, (table.kept, table.id)):
            yield as_kept(row["quote"], hidden)

    def forget_quote(self, quote_id: str) -> KeptQuote:
        """Keep a quote no longer.

        Raises:
            NotFoundError: there is none.
            QuoteSetError: a set holds it.
            StanceError: it is marked as agreeing with another, or differing.
        """
        kept = self.kept_quote(quote_id)
        member, stance, table = tables.set_quotes.c, tables.stances.c, tables.quotes
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            held = connection.execute(select(member.set_id).where(member.quote_id == kept.id))
            if (found := held.first()) is not None:
                raise QuoteSetError(found[0], cause=f"it holds the quote {kept.id}")
            beside = or_(stance.quote_id == kept.id, stance.other_id == kept.id)
            marked = connection.execute(select(stance.id).where(beside, stance.undone.is_(None)))
            if (found := marked.first()) is not None:
                raise StanceError(
                    kept.id,
                    cause=f"the mark {found[0]} needs it",
                    remedy=f"take the mark away first: onrecord quote unmark {found[0]}",
                )
            connection.execute(table.delete().where(table.c.id == kept.id))
        return kept

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _put_quotes(self, connection: Connection, wanted: Sequence[KeptQuote]) -> None:
        table = tables.quotes
        for start in range(0, len(wanted), PAGE):
            page = {each.id: each for each in wanted[start : start + PAGE]}
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

    def _paged(
        self, query: Select[Any], keys: Sequence[ColumnElement[Any]]
    ) -> Iterator[Mapping[Any, Any]]:
        """Go through the rows of a query ordered by `keys`, a page in memory at a time."""
        last: Mapping[Any, Any] | None = None
        while True:
            page = query if last is None else query.where(_after(keys, last))
            rows = self._database.rows(page.limit(PAGE))
            yield from rows
            if len(rows) < PAGE:
                return
            last = rows[-1]


def as_kept(value: Any, hidden: Mapping[str, datetime]) -> KeptQuote:
    """Return what the column `quote` holds, as it may be shown.

    Args:
        value: of the column.
        hidden: the documents that are withdrawn, and since when.
    """
    assert isinstance(value, KeptQuote)
    since = hidden.get(value.quote.document_id)
    return masked(value, since) if since else value


def _after(keys: Sequence[ColumnElement[Any]], last: Mapping[Any, Any]) -> ColumnElement[bool]:
    """Return the condition that a row comes after `last` in the order of `keys`.

    Compared as one row of values, which the databases answer from an index.
    """
    values = [literal(last[each.key], each.type) for each in keys]
    return tuple_(*keys) > tuple_(*values)
