"""Documents that were withdrawn: hidden from every reader, while the record of it is kept.

A document is hidden by one column of its row, which everything that is read through the catalogue
asks for here; its texts, files and kept quotes stay, so that it can be brought back. A part of the
catalogue.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from corpus.errors import DocumentWithdrawnError, WithdrawalError
from corpus.schema import tables
from corpus.schema.codecs import clean_string
from corpus.schema.database import Database
from corpus.schema.marks import text_of
from corpus.schema.tables import row_of, value_of
from corpus.types import (
    Attribution,
    Document,
    KeptQuote,
    Manner,
    Method,
    Outcome,
    Quote,
    Run,
    Span,
    Text,
    Withdrawal,
)

_TICK = timedelta(microseconds=1)
_ID = 12  # digits of the id of a withdrawal
_LONGEST_REASON = 2000  # characters
_MASKED = "withdrawn document"


class WithdrawalsPart:
    """Withdrawing and bringing back; the other parts ask it what is hidden."""

    _database: Database

    def withdraw(self, document_id: str, *, author: str, reason: str, now: datetime) -> Withdrawal:
        """Hide a document from every reader, also from those who know its id.

        Args:
            document_id: the whole id.
            author: who withdraws it.
            reason: why; kept for ever.
            now: the moment.

        Raises:
            WithdrawalError: it is withdrawn already, or nobody says who or why.
        """
        return self._withdrawn_or_not(document_id, True, author, reason, now)

    def reinstate(self, document_id: str, *, author: str, reason: str, now: datetime) -> Withdrawal:
        """Bring a document back as it was.

        Raises:
            WithdrawalError: it is not withdrawn, or nobody says who or why.
        """
        return self._withdrawn_or_not(document_id, False, author, reason, now)

    def withdrawals(self, document_id: str | None = None) -> list[Withdrawal]:
        """Return who hid or brought back what (of one document), the oldest first."""
        table = tables.withdrawals
        query = select(table).order_by(table.c.made, table.c.id)
        if document_id is not None:
            query = query.where(table.c.document_id == document_id)
        return [value_of(Withdrawal, row) for row in self._database.rows(query)]

    def withdrawn(self) -> dict[str, datetime]:
        """Return the ids of the documents that are withdrawn now, with the moment since when."""
        with self._database.reading() as connection:
            return self._hidden(connection)

    def withdrawn_called(self, beginning: str) -> str | None:
        """Return the id of the one withdrawn document of this id or beginning of it."""
        wanted = clean_string(beginning).strip().lower()
        if len(wanted) < 4 or not wanted.isalnum():
            return None
        found = [each for each in self.withdrawn() if each.startswith(wanted)]
        return found[0] if len(found) == 1 else None

    def why_withdrawn(self, document_id: str) -> DocumentWithdrawnError:
        """Return the error that says when, by whom and why a document was withdrawn."""
        last = next(reversed(self.withdrawals(document_id)), None)
        cause = f"on {last.made:%Y-%m-%d} by {last.author}: {last.reason}" if last else ""
        return DocumentWithdrawnError(
            document_id, cause=cause, remedy=f"onrecord reinstate {document_id} --why …"
        )

    def sealed(self, document_id: str) -> tuple[Document, Text] | None:
        """Return a document and its newest text, also when it is withdrawn; for no reader.

        Only so that the program knows again what was withdrawn when it comes under another name.
        """
        documents, texts = tables.documents, tables.texts
        newest = select(texts).where(texts.c.document_id == document_id)
        newest = newest.order_by(texts.c.revision.desc()).limit(1)
        with self._database.reading() as connection:
            query = select(documents).where(documents.c.id == document_id)
            row = connection.execute(query).mappings().first()
            text = connection.execute(newest).mappings().first()
        if row is None or text is None:
            return None
        return value_of(Document, row), text_of(text)

    # ── what the other parts ask ─────────────────────────────────────────────────────────────

    def _hidden(self, connection: Connection) -> dict[str, datetime]:
        column = tables.documents.c
        query = select(column.id, column.withdrawn).where(column.withdrawn.is_not(None))
        return {row[0]: row[1] for row in connection.execute(query)}

    def _refuse_withdrawn(self, connection: Connection, document_id: str) -> None:
        """Raise what says that a document is withdrawn, if it is."""
        column = tables.documents.c
        query = select(column.id).where(column.id == document_id, column.withdrawn.is_not(None))
        if connection.execute(query).first() is not None:
            raise self.why_withdrawn(document_id)

    def _withdrawn_or_not(
        self, document_id: str, hide: bool, author: str, reason: str, now: datetime
    ) -> Withdrawal:
        author = " ".join(clean_string(author).split())
        reason = " ".join(clean_string(reason).split())[:_LONGEST_REASON]
        if not author or not reason:
            missing = "why" if author else "by whom"
            raise WithdrawalError(document_id, cause=f"it is not said {missing}")
        made = Withdrawal(
            id="",
            document_id=document_id,
            withdrawn=hide,
            author=author,
            reason=reason,
            made=now,
        )
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            kept = self._change_withdrawn(connection, made)
            if kept is None:
                cause = "it is withdrawn already" if hide else "it is not withdrawn"
                raise WithdrawalError(document_id, cause=cause)
            # The same document under its other names says the same words.
            for other in self._same_as(connection, document_id):
                self._change_withdrawn(connection, replace(made, document_id=other))
        return kept

    def _change_withdrawn(self, connection: Connection, made: Withdrawal) -> Withdrawal | None:
        """Hide one document or bring it back, on record; None when it is so already."""
        table = tables.documents
        before = select(func.max(tables.withdrawals.c.made))
        before = before.where(tables.withdrawals.c.document_id == made.document_id)
        if last := connection.execute(before).scalar():
            made = replace(made, made=max(made.made, last + _TICK))  # whatever the clock says
        column = table.c.withdrawn
        # As everything that readers are shown, it makes the index take the document up.
        values = {"withdrawn": made.made if made.withdrawn else None, "described": made.made}
        where = column.is_(None) if made.withdrawn else column.is_not(None)
        change = table.update().where(table.c.id == made.document_id, where).values(values)
        if not connection.execute(change).rowcount:
            return None
        kept = replace(made, id=uuid.uuid4().hex[:_ID])
        connection.execute(tables.withdrawals.insert().values(row_of(kept, tables.withdrawals)))
        return kept

    def _same_as(self, connection: Connection, document_id: str) -> set[str]:
        """Return the ids of the documents that are the same as one, under other names."""
        column = tables.documents.c
        above = select(column.merged_into).where(column.id == document_id)
        root = connection.execute(above).scalar() or document_id
        below = select(column.id).where((column.merged_into == root) | (column.id == root))
        return set(connection.scalars(below)) - {document_id}


def masked(kept: KeptQuote, since: datetime) -> KeptQuote:
    """Return a kept quote of a withdrawn document: that it was kept, by whom, and no word of it."""
    said = f"[withdrawn on {since:%Y-%m-%d}: not shown]"
    quote = Quote(
        document_id=kept.quote.document_id,
        revision=kept.quote.revision,
        span=Span(0, 0),
        exact=said,
        prefix="",
        suffix="",
        attribution=Attribution(method=Method.NONE, confidence=0.0, label=_MASKED),
        # Not marked as anybody's words: these are ours.
        manner=Manner.AUTHORED,
        status=kept.quote.status,
    )
    return KeptQuote(
        id=kept.id,
        quote=quote,
        canonical=Span(0, 0),
        kind=kept.kind,
        title=_MASKED,
        show=_MASKED,
        published=None,
        url="",
        permalink="",
        locator="",
        author=kept.author,
        kept=kept.kept,
        withdrawn=since,
    )


def without_titles(run: Run, hidden: dict[str, datetime]) -> Run:
    """Return a run's report without what it says of withdrawn documents but that they were."""
    if not hidden or not any(each.document_id in hidden for each in run.outcomes):
        return run
    return replace(run, outcomes=tuple(_without_title(each, hidden) for each in run.outcomes))


def _without_title(outcome: Outcome, hidden: dict[str, datetime]) -> Outcome:
    if outcome.document_id not in hidden:
        return outcome
    return replace(outcome, title=_MASKED, error=_MASKED if outcome.error else None)
