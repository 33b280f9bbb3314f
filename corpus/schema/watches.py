"""Saved searches and what they have sent, as rows. A part of the catalogue.

What was sent is kept for every address by itself: one that failed is behind the others. Nothing of
a saved search outlives it, for its addresses may be secrets.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, and_, func, select

from corpus.errors import NotFoundError
from corpus.schema.codecs import Moment, Packed, String, clean, clean_string
from corpus.schema.database import Database
from corpus.schema.tables import METADATA, row_of, value_of
from corpus.types import SentQuote, Span, Watch, WatchAddress

_ID = 8  # digits of a saved search's id: typed by hand
_PAGE = 500  # rows written at a time

watches = Table(
    "watches",
    METADATA,
    Column("id", String, primary_key=True),
    Column("question", String, nullable=False),
    Column("filters", Packed(tuple[tuple[str, tuple[str, ...]], ...]), nullable=False),
    Column("author", String, nullable=False),
    Column("made", Moment, nullable=False),
)
watch_addresses = Table(
    "watch_addresses",
    METADATA,
    Column("watch_id", ForeignKey("watches.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("address", String, nullable=False),
    Column("added", Moment, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("delivered", Moment),
    Column("failed", String),
)
# No foreign key to the document: what was sent was sent.
watch_sent = Table(
    "watch_sent",
    METADATA,
    Column("watch_id", ForeignKey("watches.id"), primary_key=True),
    Column("number", Integer, primary_key=True),  # of the address
    Column("key", String, primary_key=True),
    Column("document_id", String, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("span", Packed(Span), nullable=False),
    Column("speaker", String, nullable=False),
    Column("person_id", String),
    Column("words", String, nullable=False),
    Column("sent", Moment, nullable=False),
)


class WatchesPart:
    """Saved searches; `Catalogue` has the rest."""

    _database: Database

    def add_watch(self, watch: Watch, addresses: Sequence[str]) -> Watch:
        """Keep a saved search; one with the same question and filters gets the addresses too.

        Args:
            watch: without id and addresses.
            addresses: where it sends; one that it has already is not added again.
        """
        made = clean(watch)
        wanted = [clean_string(each) for each in addresses]
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            known = self._like(connection, made)
            if known is None:
                known = replace(made, id=uuid.uuid4().hex[:_ID], addresses=())
                connection.execute(watches.insert().values(row_of(known, watches)))
            self._add_addresses(connection, known, wanted, watch.made)
        return self.watch(known.id)

    def watches(self) -> list[Watch]:
        """Return the saved searches, the oldest first."""
        with self._database.reading() as connection:
            return self._watches(connection)

    def watch(self, watch_id: str) -> Watch:
        """Return the saved search of this id; a beginning is enough if only one has it.

        Raises:
            NotFoundError: none, or several, begin so.
        """
        wanted = clean_string(watch_id).strip().lower()
        found = [each for each in self.watches() if wanted and each.id.startswith(wanted)]
        if len(found) != 1:
            raise NotFoundError(
                f"saved search {watch_id[:80]}",
                cause="several begin so" if found else "",
                remedy="see onrecord watches",
            )
        return found[0]

    def remove_watch(self, watch_id: str) -> None:
        """Forget a saved search, its addresses and what it has sent."""
        with self._database.writing() as connection:
            for table in (watch_sent, watch_addresses):
                connection.execute(table.delete().where(table.c.watch_id == watch_id))
            connection.execute(watches.delete().where(watches.c.id == watch_id))

    def remove_address(self, watch_id: str, number: int) -> None:
        """Forget one address of a saved search, and what went there."""
        with self._database.writing() as connection:
            for table in (watch_sent, watch_addresses):
                where = and_(table.c.watch_id == watch_id, table.c.number == number)
                connection.execute(table.delete().where(where))

    def sent_quotes(self, watch_id: str, number: int) -> list[SentQuote]:
        """Return what a saved search has sent to an address, the oldest first."""
        table = watch_sent.c
        query = select(watch_sent).where(table.watch_id == watch_id, table.number == number)
        rows = self._database.rows(query.order_by(table.sent, table.key))
        return [value_of(SentQuote, row) for row in rows]

    def save_sent(
        self, watch_id: str, number: int, quotes: Iterable[SentQuote], *, now: datetime
    ) -> None:
        """Note that quotes went to an address: they are not sent there again.

        A saved search that was removed meanwhile stays removed.
        """
        place = {"watch_id": watch_id, "number": number, "sent": now}
        rows = [row_of(clean(each), watch_sent, **place) for each in quotes]
        with self._database.writing() as connection:
            if self._locked(connection, watch_id, number) is None:
                return
            for start in range(0, len(rows), _PAGE):
                for row in rows[start : start + _PAGE]:
                    self._database.upsert(connection, watch_sent, row, replacing=False)
            self._update_address(connection, watch_id, number, delivered=now, failed=None)

    def note_delivery(self, watch_id: str, number: int, *, failed: str | None) -> None:
        """Keep why the last try to reach an address failed; None: it did not."""
        with self._database.writing() as connection:
            self._update_address(connection, watch_id, number, failed=failed)

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _watches(self, connection: Connection) -> list[Watch]:
        query = select(watch_addresses).order_by(watch_addresses.c.number)
        addresses: dict[str, list[WatchAddress]] = {}
        for row in connection.execute(query).mappings():
            addresses.setdefault(row["watch_id"], []).append(value_of(WatchAddress, row))
        rows = connection.execute(select(watches).order_by(watches.c.made, watches.c.id))
        return [
            Watch(**dict(row), addresses=tuple(addresses.get(row["id"], ())))
            for row in rows.mappings()
        ]

    def _like(self, connection: Connection, watch: Watch) -> Watch | None:
        asked = (watch.question, watch.filters)
        known = (each for each in self._watches(connection) if asked == _asked(each))
        return next(known, None)

    def _add_addresses(
        self, connection: Connection, watch: Watch, addresses: Iterable[str], now: datetime
    ) -> None:
        there = {each.address for each in watch.addresses}
        last = max((each.number for each in watch.addresses), default=0)
        for number, address in enumerate(
            (each for each in dict.fromkeys(addresses) if each not in there), start=last + 1
        ):
            made = WatchAddress(number=number, address=address, added=now)
            row = row_of(made, watch_addresses, watch_id=watch.id)
            connection.execute(watch_addresses.insert().values(row))

    def _locked(self, connection: Connection, watch_id: str, number: int) -> Any:
        where = _address(watch_id, number)
        query = select(watch_addresses.c.number).where(where).with_for_update()
        return connection.execute(query).first()

    def _update_address(
        self, connection: Connection, watch_id: str, number: int, **values: Any
    ) -> None:
        table = watch_sent.c
        counted = select(func.count()).where(table.watch_id == watch_id, table.number == number)
        values["sent"] = connection.scalar(counted) or 0
        update = watch_addresses.update().where(_address(watch_id, number))
        connection.execute(update.values(values))


def _asked(watch: Watch) -> tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    return watch.question, watch.filters


def _address(watch_id: str, number: int) -> Any:
    table = watch_addresses.c
    return and_(table.watch_id == watch_id, table.number == number)
