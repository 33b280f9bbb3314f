"""What people mark of two kept quotes: that they agree, or differ. A part of the catalogue.

A mark reads both ways and is only ever made by a person. Taking it away undoes it: who marked what,
and who undid it, stays to be read.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from corpus.errors import NotFoundError, StanceError
from corpus.schema import tables
from corpus.schema.codecs import clean, clean_string
from corpus.schema.keptquotes import LEAST, KeptQuotesPart
from corpus.schema.tables import row_of, value_of
from corpus.types import Stance, StanceKind

_ID = 12  # digits of a mark's id


class StancesPart(KeptQuotesPart):
    """Stances; `Catalogue` has the rest."""

    def add_stance(self, stance: Stance) -> Stance:
        """Mark two kept quotes; the same mark again is the one that is there.

        Args:
            stance: without its id.

        Raises:
            NotFoundError: one of the quotes is not kept.
            StanceError: it is one quote, or they are marked otherwise already.
        """
        made = clean(_with_id(stance))
        if made.quote_id == made.other_id:
            raise StanceError(made.quote_id, cause="it is one quote, not two")
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            self._both_kept(connection, made)
            there = self._standing(connection, made)
            if there is None:
                connection.execute(tables.stances.insert().values(row_of(made, tables.stances)))
                return made
        if there.kind is made.kind:
            return there
        raise StanceError(
            f"{made.quote_id} {made.kind.value} {made.other_id}",
            cause=f"{there.author} marked that it {there.kind.value} ({there.id})",
            remedy=f"take that away first: onrecord quote unmark {there.id}",
        )

    def stance(self, stance_id: str) -> Stance:
        """Return the mark of this id; a beginning is enough if only one has it.

        Raises:
            NotFoundError: none, or several, begin so.
        """
        wanted = clean_string(stance_id).strip().lower()
        usable = len(wanted) >= LEAST and wanted.isalnum()
        where = tables.stances.c.id.startswith(wanted)
        rows = self._database.rows(select(tables.stances).where(where).limit(2)) if usable else []
        if len(rows) != 1:
            raise NotFoundError(
                f"mark {stance_id[:80]}",
                cause="several begin so" if rows else "",
                remedy="see onrecord quote marks",
            )
        return value_of(Stance, rows[0])

    def stances(self, quote_id: str | None = None, *, undone: bool = False) -> list[Stance]:
        """Return the marks (of one quote), the oldest first; with `undone`, those too."""
        table = tables.stances
        query = select(table).order_by(table.c.made, table.c.id)
        if quote_id is not None:
            query = query.where(or_(table.c.quote_id == quote_id, table.c.other_id == quote_id))
        if not undone:
            query = query.where(table.c.undone.is_(None))
        return [value_of(Stance, row) for row in self._database.rows(query)]

    def undo_stance(self, stance_id: str, *, author: str, now: datetime) -> Stance:
        """Take a mark away; it stays to be read.

        Raises:
            NotFoundError: there is none.
            StanceError: it was taken away before.
        """
        stance, table = self.stance(stance_id), tables.stances
        where = and_(table.c.id == stance.id, table.c.undone.is_(None))
        values = {"undone": now, "undone_by": clean_string(author)}
        with self._database.writing() as connection:
            if not connection.execute(table.update().where(where).values(values)).rowcount:
                raise StanceError(stance.id, cause=f"{stance.undone_by or 'somebody'} undid it")
        return self.stance(stance.id)

    def _both_kept(self, connection: Connection, stance: Stance) -> None:
        column, both = tables.quotes.c.id, {stance.quote_id, stance.other_id}
        kept = set(connection.scalars(select(column).where(column.in_(sorted(both)))))
        for missing in sorted(both - kept):
            raise NotFoundError(
                f"quote {missing[:80]}", remedy="keep it first: onrecord quote keep"
            )

    def _standing(self, connection: Connection, stance: Stance) -> Stance | None:
        table = tables.stances
        one, other = stance.quote_id, stance.other_id
        where = or_(_between(one, other), _between(other, one))
        query = select(table).where(where, table.c.undone.is_(None))
        row = connection.execute(query).mappings().first()
        return value_of(Stance, row) if row else None


def _between(one: str, other: str) -> ColumnElement[bool]:
    table = tables.stances.c
    return and_(table.quote_id == one, table.other_id == other)


def _with_id(stance: Stance) -> Stance:
    from dataclasses import replace

    kind = StanceKind(stance.kind)
    return replace(stance, id=uuid.uuid4().hex[:_ID], kind=kind, undone=None, undone_by=None)
