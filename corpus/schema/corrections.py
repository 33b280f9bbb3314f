"""What people correct, as rows: added, reverted, never erased. A part of the catalogue.

A correction is checked against the text and against the others while the document's row is
locked, so that of two people who correct the same words at once one is told of the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from corpus.anchors import surroundings
from corpus.errors import CorrectionError, NotFoundError
from corpus.reading import apply_corrections, overlaps, place
from corpus.schema import tables
from corpus.schema.codecs import clean_string
from corpus.schema.marks import text_of
from corpus.schema.tables import row_of, value_of
from corpus.schema.withdrawals import WithdrawalsPart
from corpus.types import Correction, CorrectionKind, Document, Reading, Span, Text

_TICK = timedelta(microseconds=1)
_LEAST = 4  # characters of an id that may stand for the whole


class CorrectionsPart(WithdrawalsPart):
    """Corrections and readings; `Catalogue` has the rest."""

    if TYPE_CHECKING:  # the catalogue's own

        def document(self, document_id: str) -> Document: ...  # noqa: D102
        def text(self, document_id: str, revision: int | None = None) -> Text: ...  # noqa: D102
        def content(self, document_id: str) -> str | None: ...  # noqa: D102
        def known_as(self, document_id: str) -> Mapping[str, str]: ...  # noqa: D102
        def _lock_document(self, connection: Connection, document_id: str) -> Document: ...
        def _save_appearances(self, connection: Connection, saved: Text) -> None: ...

    # ── reading ──────────────────────────────────────────────────────────────────────────

    def reading(self, document_id: str, revision: int | None = None) -> Reading:
        """Return a revision of the document's text (None: the newest) as it is to be read.

        Raises:
            TextNotFoundError: there is none.
        """
        return self.reading_of(self.text(document_id, revision))

    def reading_of(self, text: Text) -> Reading:
        """Return `text`, as the catalogue gave it, as it is to be read."""
        document = self.document(text.document_id)
        standing = {each.person_id: each.roles for each in document.credits if each.person_id}
        known_as = self.known_as(text.document_id)
        return apply_corrections(
            text,
            self.corrections(text.document_id),
            known_as,
            {known_as.get(person, person): roles for person, roles in standing.items()},
        )

    def content_read(self, document_id: str) -> str | None:
        """Return only the words of the newest text as they are to be read, or None."""
        if document_id in self.withdrawn():
            return None
        column = tables.corrections.c
        changed = select(column.id).where(
            column.document_id == document_id,
            column.kind == CorrectionKind.WORDS,
            column.reverted.is_(None),
        )
        if self._database.one(changed) is None:
            return self.content(document_id)
        return self.reading(document_id).text.content

    def corrections(self, document_id: str) -> list[Correction]:
        """Return every correction of the document, oldest first, the reverted ones as well."""
        with self._database.reading() as connection:
            self._refuse_withdrawn(connection, document_id)
            return self._corrections(connection, document_id)

    def correction(self, correction_id: str) -> Correction:
        """Return the correction of this id; a beginning is enough if only one has it.

        Raises:
            NotFoundError: none, or several, begin so.
        """
        wanted = clean_string(correction_id).strip().lower()
        column = tables.corrections.c.id
        usable = len(wanted) >= _LEAST and wanted.isalnum()
        query = select(tables.corrections).where(column.startswith(wanted))
        rows = self._database.rows(query.limit(2)) if usable else []
        if len(rows) != 1:
            cause = "several begin so" if rows else ""
            raise NotFoundError(
                f"correction {correction_id[:80]}", cause=cause, remedy="see onrecord history"
            )
        found = value_of(Correction, rows[0])
        if found.document_id in self.withdrawn():
            raise self.why_withdrawn(found.document_id)
        return found

    # ── correcting ───────────────────────────────────────────────────────────────────────

    def add_correction(self, correction: Correction, *, replaces: Sequence[str] = ()) -> Correction:
        """Keep a correction of the document's newest text; return it as kept.

        Its span is in the canonical words; `exact`, `prefix` and `suffix` are read there.

        Args:
            correction: what is to be corrected; its moment is put after that of the last one.
            replaces: ids of corrections of words that this one takes the place of: they are
                reverted with it, or not at all.

        Raises:
            DocumentNotFoundError: its document is not in the catalogue.
            CorrectionError: the text has changed since, or other words of the same place are
                corrected already; names who did it and when.
        """
        known_as = self.known_as(correction.document_id)
        with self._database.writing() as connection:
            self._lock_document(connection, correction.document_id)
            text = self._text_for(connection, correction)
            before = self._corrections(connection, correction.document_id)
            correction = _anchored(replace(correction, made=_after(correction, before)), text)
            for each in before:
                if each.id in replaces and each.reverted is None:
                    said = f"replaced by {correction.id}"
                    self._revert(connection, each, correction.author, correction.made, said)
            others = [each for each in before if each.id not in replaces]
            _refuse_overlap(correction, text, others)
            if correction in apply_corrections(text, [*others, correction], known_as).stale:
                raise _misfit(correction)
            row = row_of(correction, tables.corrections)
            connection.execute(tables.corrections.insert().values(row))
            self._save_appearances(connection, text)
            self._touch(connection, correction.document_id, correction.made)
        return correction

    def revert_correction(
        self, correction_id: str, *, author: str, now: datetime, reason: str | None = None
    ) -> Correction:
        """Take a correction out of force; it stays in the history. Return it as kept.

        Raises:
            NotFoundError: there is no such correction.
            CorrectionError: it is reverted already.
        """
        found = self.correction(correction_id)
        with self._database.writing() as connection:
            self._lock_document(connection, found.document_id)
            column = tables.corrections.c
            query = select(tables.corrections).where(column.id == found.id)
            found = value_of(Correction, connection.execute(query).mappings().one())
            if found.reverted is not None:
                raise CorrectionError(
                    found.id, cause=f"{found.reverted_by} reverted it on {_day(found.reverted)}"
                )
            found = self._revert(connection, found, author, now, reason)
            if text := self._newest(connection, found.document_id):
                self._save_appearances(connection, text)
            self._touch(connection, found.document_id, now)
        return found

    # ── rows ─────────────────────────────────────────────────────────────────────────────

    def _corrections(self, connection: Connection, document_id: str) -> list[Correction]:
        table = tables.corrections
        query = select(table).where(table.c.document_id == document_id)
        rows = connection.execute(query.order_by(table.c.made, table.c.id)).mappings()
        return [value_of(Correction, row) for row in rows]

    def _text_for(self, connection: Connection, correction: Correction) -> Text:
        text = self._newest(connection, correction.document_id)
        if text is None or text.revision != correction.revision:
            raise CorrectionError(
                correction.document_id,
                cause="it has got a new text since you read it",
                remedy="read it again, then correct what still needs it",
            )
        return text

    def _newest(self, connection: Connection, document_id: str) -> Text | None:
        table = tables.texts
        query = select(table).where(table.c.document_id == document_id)
        newest = query.order_by(table.c.revision.desc()).limit(1)
        row = connection.execute(newest).mappings().first()
        return text_of(row) if row else None

    def _revert(
        self,
        connection: Connection,
        correction: Correction,
        author: str,
        now: datetime,
        reason: str | None,
    ) -> Correction:
        table = tables.corrections
        reverted = replace(correction, reverted=now, reverted_by=author, revert_reason=reason)
        row = row_of(reverted, table)
        connection.execute(table.update().where(table.c.id == correction.id).values(row))
        return reverted

    def _touch(self, connection: Connection, document_id: str, now: datetime) -> None:
        """Note that readers are shown something else: the next sync takes the document up."""
        table = tables.documents
        where = table.c.id == document_id
        before = connection.execute(select(table.c.described).where(where)).scalar_one()
        moment = max(now, before + _TICK)
        connection.execute(table.update().where(where).values(changed=moment, described=moment))


def _after(correction: Correction, before: Sequence[Correction]) -> datetime:
    """Return when the correction was made: after all others, whatever the clocks say."""
    return max([correction.made, *(each.made + _TICK for each in before[-1:])])


def _anchored(correction: Correction, text: Text) -> Correction:
    """Return the correction with the words at its span and around it."""
    span = correction.span
    if span is None or correction.exact is None:
        return correction
    if span.end > len(text.content) or span.of(text.content) != correction.exact:
        raise CorrectionError(
            correction.document_id,
            cause="other words stand there",
            remedy="read it again, then correct what still needs it",
        )
    prefix, suffix = surroundings(text.content, span)
    return replace(correction, prefix=prefix, suffix=suffix)


def _refuse_overlap(correction: Correction, text: Text, others: Sequence[Correction]) -> None:
    if correction.kind is not CorrectionKind.WORDS or correction.span is None:
        return
    for other in others:
        if other.kind is not CorrectionKind.WORDS or other.reverted is not None:
            continue
        where: Span | None = place(text, other)
        if where and overlaps(correction.span, [where]):
            raise CorrectionError(
                f"“{correction.exact}”",
                cause=f"{other.author} corrected “{other.exact}” to “{other.words}” there on "
                f"{_day(other.made)} ({other.id})",
                remedy="say that yours takes its place (--replace), or revert it first",
            )


def _misfit(correction: Correction) -> CorrectionError:
    named = correction.label or correction.exact or correction.role or correction.document_id
    why = {
        CorrectionKind.LABEL: ("no turn has this label", "see onrecord show"),
        CorrectionKind.ROLE: ("this person says nothing in the document", "name a turn first"),
    }
    words = ("not words of one turn and paragraph", "correct one at a time")
    cause, remedy = why.get(correction.kind, words)
    return CorrectionError(f"“{named[:80]}”", cause=cause, remedy=remedy)


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
