"""Documents that are one: who joined them, on what evidence, and that it was undone.

Nothing is moved or rewritten. A document that is the same as another carries the other's id in
one column of its row; lists, search and index leave it out, and who asks for it by its id still
finds it whole. Decisions are only ever added to. A part of the catalogue.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Float,
    ForeignKey,
    Table,
    and_,
    func,
    or_,
    select,
)

from corpus.errors import MergeError, NotFoundError
from corpus.schema import tables
from corpus.schema.codecs import Moment, Packed, String, clean, clean_string
from corpus.schema.tables import METADATA, row_of, value_of
from corpus.schema.withdrawals import WithdrawalsPart
from corpus.types import PROGRAM, Address, Document, Merge, Stage

_LONGEST_REASON = 2000  # characters
_MOST_EVIDENCE = 40

merges = Table(
    "merges",
    METADATA,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("other_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("joined", Boolean, nullable=False),
    Column("evidence", Packed(tuple[str, ...]), nullable=False),
    Column("author", String, nullable=False),
    Column("made", Moment, nullable=False, index=True),
    Column("likeness", Float),
    Column("reason", String),
    Column("undone", Moment),
    Column("undone_by", String),
    Column("undo_reason", String),
)
# The smallest hashes of what a text says: two texts that are alike share many of them.
text_keys = Table(
    "text_keys",
    METADATA,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("document_id", ForeignKey("documents.id"), primary_key=True, index=True),
)


class MergesPart(WithdrawalsPart):
    """Joining documents and taking them apart; `Catalogue` has the rest."""

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def merges(self, document_id: str | None = None, *, undone: bool = False) -> list[Merge]:
        """Return what joined or proposes to join documents (of one), the oldest first.

        Args:
            document_id: the whole id; also what was joined to what is joined to it.
            undone: those too that were undone or refused.
        """
        table = merges.c
        query = select(merges).order_by(table.made, func.length(table.id), table.id)
        if not undone:
            query = query.where(table.undone.is_(None))
        with self._database.reading() as connection:
            if document_id is not None:
                same = sorted(self._group(connection, document_id))
                query = query.where(or_(table.document_id.in_(same), table.other_id.in_(same)))
            rows = connection.execute(query).mappings().all()
        return [value_of(Merge, row) for row in rows]

    def merge_called(self, named: str) -> Merge:
        """Return the merge of this id, or the one by which the document of this id was joined.

        Raises:
            NotFoundError: there is none.
        """
        wanted = clean_string(named).strip().lower()
        table = merges.c
        row = self._database.one(select(merges).where(table.id == wanted))
        if row is None and len(wanted) >= 4:
            into = table.other_id.startswith(wanted, autoescape=True)
            rows = self._database.rows(select(merges).where(into, table.undone.is_(None)).limit(2))
            row = rows[0] if len(rows) == 1 else None
        if row is None:
            raise NotFoundError(f"merge {named[:80]}", remedy="see onrecord merges")
        return value_of(Merge, row)

    def addresses(self, document_id: str) -> list[Address]:
        """Return where a document was announced, with all that is the same, the oldest first."""
        table = tables.sightings.c
        with self._database.reading() as connection:
            same = sorted(self._group(connection, document_id))
            query = select(tables.sightings).where(table.document_id.in_(same))
            query = query.where(table.address.is_not(None))
            rows = connection.execute(query.order_by(table.seen, table.part, table.address))
            found = [value_of(Address, row) for row in rows.mappings()]
        kept: dict[tuple[str, str], Address] = {}
        for each in found:
            kept.setdefault((each.part, each.address), each)
        return list(kept.values())

    # ── deciding ─────────────────────────────────────────────────────────────────────────────

    def join_documents(self, found: Merge) -> Merge | None:
        """Join two documents, or propose it, as `found` says.

        Each stands for all that is the same as it. What the program finds has no effect where a
        person took the two apart, or decided already.

        Args:
            found: without id; `joined` says whether it is certain.

        Returns:
            What is in force now, None when it has no effect.

        Raises:
            MergeError: (to a person) they are one already, of two kinds, or nobody decides.
            NotFoundError: there is no such document.
        """
        found = clean(replace(found, author=_line(found.author), reason=_words(found.reason)))
        by_hand = found.author != PROGRAM
        if not found.author:
            raise MergeError(f"{found.document_id} {found.other_id}", cause="nobody decides it")
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            return self._join(connection, found, by_hand=by_hand)

    def part_documents(
        self, named: str, *, author: str, reason: str | None = None, now: datetime
    ) -> Merge:
        """Undo a merge, or refuse a proposal: the two are never joined again by the program.

        Args:
            named: id of the merge, or of the document that was joined to another.
            author: who does.
            reason: why.
            now: the moment.

        Raises:
            NotFoundError: there is none.
            MergeError: it was undone before, or nobody does.
        """
        found, author = self.merge_called(named), _line(author)
        if not author:
            raise MergeError(found.id, cause="nobody decides it")
        values = {"undone": now, "undone_by": author, "undo_reason": _words(reason)}
        change = merges.update().where(merges.c.id == found.id, merges.c.undone.is_(None))
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            if not connection.execute(change.values(values)).rowcount:
                cause = f"{found.undone_by or 'somebody'} did so before"
                raise MergeError(found.id, cause=cause)
            if found.joined:
                self._bring_back(connection, found.other_id, now)
        return self.merge_called(found.id)

    # ── texts that are alike ─────────────────────────────────────────────────────────────────

    def to_be_likened(self) -> list[Document]:
        """Return the documents whose newest text was not yet compared with the others."""
        table = tables.documents.c
        query = select(tables.documents).where(
            table.stage == Stage.READY,
            table.revision > func.coalesce(table.likened, 0),
            table.merged_into.is_(None),
            table.withdrawn.is_(None),
        )
        rows = self._database.rows(query.order_by(table.discovered, table.id))
        return [value_of(Document, row) for row in rows]

    def title_count(self, source_id: str, title: str) -> int:
        """Return how many documents of a source have this title."""
        table = tables.documents.c
        where = (table.source_id == source_id, table.title == title, table.merged_into.is_(None))
        row = self._database.one(select(func.count().label("count")).where(*where))
        return int(row["count"]) if row else 0

    def save_text_keys(self, document_id: str, keys: Iterable[int]) -> None:
        """Keep by what a document's text is found, instead of its former one's."""
        rows = [{"key": each, "document_id": document_id} for each in sorted(set(keys))]
        with self._database.writing() as connection:
            connection.execute(text_keys.delete().where(text_keys.c.document_id == document_id))
            if rows:
                connection.execute(text_keys.insert(), rows)

    def note_likened(self, document_id: str, revision: int) -> None:
        """Note that a revision of a document's text was compared with all others."""
        table = tables.documents
        change = table.update().where(table.c.id == document_id)
        with self._database.writing() as connection:
            connection.execute(change.values(likened=revision))

    def sharing_text_keys(self, document_id: str, *, least: int, most: int) -> list[str]:
        """Return documents that share keys with this one, the most shared first.

        Withdrawn ones too: under another name they are no new document.

        Args:
            document_id: of which.
            least: keys that must be shared.
            most: documents to return.
        """
        table, documents = text_keys.c, tables.documents.c
        own = select(table.key).where(table.document_id == document_id)
        query = select(table.document_id, func.count().label("shared"))
        query = query.join(tables.documents, documents.id == table.document_id)
        query = query.where(
            table.key.in_(own),
            table.document_id != document_id,
            documents.merged_into.is_(None),
        )
        query = query.group_by(table.document_id).having(func.count() >= least)
        query = query.order_by(func.count().desc(), table.document_id).limit(most)
        return [row["document_id"] for row in self._database.rows(query)]

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _merged_away(self, connection: Connection) -> dict[str, str]:
        column = tables.documents.c
        query = select(column.id, column.merged_into).where(column.merged_into.is_not(None))
        return {row[0]: row[1] for row in connection.execute(query)}

    def _unlisted(self, connection: Connection) -> set[str]:
        """Return the documents that no count and list of a reader holds."""
        return {*self._hidden(connection), *self._merged_away(connection)}

    def _root(self, connection: Connection, document_id: str) -> Document:
        """Return the document that stands for this one and all that is the same."""
        table = tables.documents
        query = select(table).where(table.c.id == document_id).with_for_update()
        row = connection.execute(query).mappings().first()
        if row is None:
            raise NotFoundError(f"document {document_id[:80]}", remedy="see onrecord list")
        into: str | None = row["merged_into"]
        return self._root(connection, into) if into else value_of(Document, row)

    def _group(self, connection: Connection, document_id: str) -> set[str]:
        """Return the ids of all documents that are the same as this one, itself included."""
        column = tables.documents.c
        own = select(column.merged_into).where(column.id == document_id)
        root = connection.execute(own).scalar() or document_id
        joined = select(column.id).where(column.merged_into == root)
        return {root, *connection.scalars(joined)}

    def _are_apart(
        self, connection: Connection, one: Collection[str], two: Collection[str]
    ) -> bool:
        """Say whether somebody took these documents apart."""
        table = merges.c
        pairs = or_(
            and_(table.document_id.in_(sorted(one)), table.other_id.in_(sorted(two))),
            and_(table.document_id.in_(sorted(two)), table.other_id.in_(sorted(one))),
        )
        query = select(table.id).where(pairs, table.undone.is_not(None)).limit(1)
        return connection.execute(query).first() is not None

    def _join(self, connection: Connection, found: Merge, *, by_hand: bool) -> Merge | None:
        kept, other = (self._root(connection, each) for each in (found.document_id, found.other_id))
        if problem := _problem(kept, other):
            if by_hand:
                raise MergeError(f"{found.document_id} {found.other_id}", cause=problem)
            return None
        groups = [self._group(connection, each.id) for each in (kept, other)]
        if not by_hand and self._are_apart(connection, *groups):
            return None
        found = replace(found, document_id=kept.id, other_id=other.id)
        proposal = self._proposed(connection, kept.id, other.id)
        if proposal and not found.joined:
            return None
        if proposal:
            drop = merges.delete().where(merges.c.id == proposal.id)
            connection.execute(drop)
            found = replace(found, evidence=_with_proposal(found, proposal))
        made = replace(found, id=proposal.id if proposal else self._next_id(connection))
        made = replace(made, evidence=made.evidence[:_MOST_EVIDENCE])
        connection.execute(merges.insert().values(row_of(made, merges)))
        if made.joined:
            self._put_under(connection, groups[1], kept.id, made.made)
            self._described_again(connection, [kept.id], made.made)
        return made

    def _proposed(self, connection: Connection, one: str, other: str) -> Merge | None:
        table, both = merges.c, (one, other)
        query = select(merges).where(
            table.document_id.in_(both), table.other_id.in_(both), table.undone.is_(None)
        )
        row = connection.execute(query).mappings().first()
        return value_of(Merge, row) if row else None

    def _next_id(self, connection: Connection) -> str:
        column = merges.c.id
        last = select(column).order_by(func.length(column).desc(), column.desc()).limit(1)
        newest: str | None = connection.execute(last).scalar()
        return f"m{int(newest[1:]) + 1}" if newest else "m1"

    def _bring_back(self, connection: Connection, document_id: str, now: datetime) -> None:
        """Let a document stand for itself again, with what had been joined to it."""
        same = self._group(connection, document_id)
        query = select(merges.c.document_id, merges.c.other_id)
        query = query.where(merges.c.other_id.in_(sorted(same)), *_in_force())
        under: dict[str, list[str]] = {}
        for kept, other in connection.execute(query):
            under.setdefault(kept, []).append(other)
        below, waiting = set[str](), [document_id]
        while waiting:
            for each in under.get(waiting.pop(), ()):
                below.add(each)
                waiting.append(each)
        self._put_under(connection, {document_id}, None, now)
        self._put_under(connection, below, document_id, now)
        self._described_again(connection, same, now)

    def _put_under(
        self, connection: Connection, ids: Iterable[str], root: str | None, now: datetime
    ) -> None:
        table = tables.documents
        values: dict[str, Any] = {"merged_into": root, "changed": now, "described": now}
        if root is not None and (since := self._hidden(connection).get(root)):
            values["withdrawn"] = since  # another name does not bring back what was withdrawn
        for each in sorted(ids):
            connection.execute(table.update().where(table.c.id == each).values(values))

    def _described_again(self, connection: Connection, ids: Iterable[str], now: datetime) -> None:
        """Note that readers are shown something else, so that what follows them does."""
        table = tables.documents
        for each in sorted(ids):
            values = {"changed": now, "described": now}
            connection.execute(table.update().where(table.c.id == each).values(values))


def _in_force() -> tuple[ColumnElement[bool], ...]:
    return merges.c.joined.is_(True), merges.c.undone.is_(None)


def _problem(kept: Document, other: Document) -> str | None:
    if kept.id == other.id:
        return "they are one document already"
    if kept.kind is not other.kind:
        return f"one is an {kept.kind.value}, the other an {other.kind.value}"
    return None


def _with_proposal(found: Merge, proposal: Merge) -> tuple[str, ...]:
    said = f"proposed on {proposal.made:%Y-%m-%d} by {proposal.author}"
    return tuple(dict.fromkeys((*found.evidence, *proposal.evidence, said)))


def _line(words: str) -> str:
    return " ".join(clean_string(words).split())[:200]


def _words(words: str | None) -> str | None:
    return " ".join(clean_string(words or "").split())[:_LONGEST_REASON] or None
