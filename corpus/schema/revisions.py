"""The revisions of a document's text, listed without their words. A part of the catalogue."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import select

from corpus.schema import tables
from corpus.schema.withdrawals import WithdrawalsPart
from corpus.types import Revision


class RevisionsPart(WithdrawalsPart):
    """Which texts a document has had; `Catalogue` has the rest."""

    def revisions(self, document_id: str) -> list[Revision]:
        """Return the revisions of a document, the oldest first; none when it has no text.

        Raises:
            DocumentWithdrawnError: it was withdrawn.
        """
        table = tables.texts.c
        names = ("document_id", "revision", "created", "origin", "made_with", "dialect")
        columns = (*(table[name] for name in names), table.media_sha256, table.content)
        query = select(*columns).where(table.document_id == document_id).order_by(table.revision)
        with self._database.reading() as connection:
            self._refuse_withdrawn(connection, document_id)
            rows = connection.execute(query).mappings().all()
        return [
            Revision(
                **{name: row[name] for name in (*names, "media_sha256")},
                content_sha256=hashlib.sha256(row["content"].encode()).hexdigest(),
            )
            for row in rows
        ]

    def revised_since(self, moment: datetime) -> list[str]:
        """Return the ids of documents that got another text than their first after a moment."""
        table, documents = tables.texts.c, tables.documents.c
        query = (
            select(table.document_id)
            .join(tables.documents, table.document_id == documents.id)
            .where(table.revision > 1, table.created >= moment, documents.withdrawn.is_(None))
            .distinct()
            .order_by(table.document_id)
        )
        return [row["document_id"] for row in self._database.rows(query)]
