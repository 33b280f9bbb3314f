"""What a person can do with single quotes: keep, look at, verify, and mark how two stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from corpus.errors import CorrectionError, QuoteError, StanceError
from corpus.quotesets import Changed
from corpus.types import KeptQuote, Quote, Span, Stance, StanceKind
from ui.corrections import Chosen, find_words
from ui.kept.picturing import Picturing

if TYPE_CHECKING:
    from ui.archive import Archive


class Keeping:
    """Every use case about single kept quotes; `Quotes` has those about sets as well."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue

    def keep(
        self,
        document_id: str,
        words: str,
        *,
        author: str,
        chosen: Chosen | None = None,
        revision: int | None = None,
        note: str | None = None,
    ) -> KeptQuote:
        """Keep words of a document's newest text as they are read.

        Args:
            document_id: of the document, or a unique beginning of it.
            words: as `onrecord show` prints them; of one turn.
            author: who keeps them.
            chosen: which of several places is meant.
            revision: the text that was read; None: the newest. Another than the newest is
                refused: what was read there may read otherwise now.
            note: kept with the quote.
        """
        pictures = self._pictures()
        reading = pictures.reading(document_id, revision)
        if not words.strip():
            raise QuoteError(f"{document_id[:80]}: no words", cause="a quote of zero length")
        try:
            span = find_words(reading.text, words, chosen or Chosen())
        except CorrectionError as error:
            raise QuoteError(error.subject, cause=error.cause, remedy=error.remedy) from error
        return self._catalogue.keep_quotes(
            [pictures.take(reading, span, author=author, note=note)]
        )[0]

    def keep_span(
        self,
        document_id: str,
        span: Span,
        *,
        author: str,
        revision: int | None = None,
        note: str | None = None,
    ) -> KeptQuote:
        """Keep the words at `span` of a document's newest text as it is read."""
        pictures = self._pictures()
        reading = pictures.reading(document_id, revision)
        kept = pictures.take(reading, span, author=author, note=note)
        return self._catalogue.keep_quotes([kept])[0]

    def keep_quote(self, quote: Quote, *, author: str, note: str | None = None) -> KeptQuote:
        """Keep a quote as it stands on an answer."""
        return self.keep_span(
            quote.document_id, quote.span, author=author, revision=quote.revision, note=note
        )

    def kept(self, document_id: str | None = None) -> Iterator[KeptQuote]:
        """Go through the kept quotes (of one document), the oldest first."""
        if document_id is not None:
            document_id = self._catalogue.document(document_id).id
        return self._catalogue.kept_quotes(document_id)

    def listed(self, document_id: str | None = None) -> Iterator[Changed]:
        """Go through the kept quotes as `kept`, each with what has become of it and is now."""
        pictures = self._pictures()
        return map(pictures.with_present, pictures.compared(self.kept(document_id)))

    def look(self, quote_id: str) -> Changed:
        """Return a kept quote, what has become of it, and what it would be kept as now."""
        pictures = self._pictures()
        found = next(pictures.compared([self._catalogue.kept_quote(quote_id)]))
        return pictures.with_present(found)

    def with_present(self, changed: Changed) -> Changed:
        """Return a quote that was looked at together with what it would be kept as now."""
        return self._pictures().with_present(changed) if changed.changes else changed

    def verify(self, quote_ids: Sequence[str] = ()) -> Iterator[Changed]:
        """Check kept quotes (none named: all) against the present archive."""
        named = [self._catalogue.kept_quote(each) for each in quote_ids]
        return self._pictures().compared(named if quote_ids else self._catalogue.kept_quotes())

    def forget(self, quote_id: str) -> KeptQuote:
        """Keep a quote no longer; one that a set holds, or that is marked, stays."""
        return self._catalogue.forget_quote(quote_id)

    # ── how two quotes stand to each other ───────────────────────────────────────────────────

    def mark(
        self, quote_id: str, stance: str, other_id: str, *, author: str, note: str | None = None
    ) -> Stance:
        """Mark that two kept quotes agree or differ; only a person does, never the archive.

        Args:
            quote_id: a kept quote; a unique beginning is enough, here and of `other_id`.
            stance: "agrees" or "differs"; it reads both ways.
            other_id: the other kept quote.
            author: who says so.
            note: why.

        Raises:
            NotFoundError: one of the quotes is not kept.
            StanceError: they are one quote, or marked otherwise already.
        """
        if stance not in tuple(StanceKind):
            known = " or ".join(StanceKind)
            raise StanceError(str(stance)[:80], cause="no such stance", remedy=f"say {known}")
        ids = [self._catalogue.kept_quote(each).id for each in (quote_id, other_id)]
        made = Stance(
            id="",
            kind=StanceKind(stance),
            quote_id=ids[0],
            other_id=ids[1],
            author=author,
            made=datetime.now(UTC),
            note=note or None,
        )
        return self._catalogue.add_stance(made)

    def unmark(self, stance_id: str, *, author: str) -> Stance:
        """Take a mark away; it stays to be read, with who did and when."""
        return self._catalogue.undo_stance(stance_id, author=author, now=datetime.now(UTC))

    def marks(self, quote_id: str | None = None, *, undone: bool = False) -> list[Stance]:
        """Return the marks (of one quote), the oldest first; with `undone`, those too."""
        if quote_id is not None:
            quote_id = self._catalogue.kept_quote(quote_id).id
        return self._catalogue.stances(quote_id, undone=undone)

    def marked(self, marks: Sequence[Stance]) -> dict[str, KeptQuote]:
        """Return the quotes that marks are about, by id, as they are kept.

        One that is kept no longer is left out.
        """
        both = (each for mark in marks for each in (mark.quote_id, mark.other_id))
        return self._catalogue.kept_by_id(both)

    def marked_now(self, marks: Sequence[Stance]) -> dict[str, Changed]:
        """Return the quotes as `marked`, each with what has become of it and is now."""
        pictures = self._pictures()
        found = pictures.compared(self.marked(marks).values())
        return {each.kept.id: pictures.with_present(each) for each in found}

    def _pictures(self) -> Picturing:
        return Picturing(self._archive)
