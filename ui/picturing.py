"""Quotes as they are kept: with all that is printed beside them, and compared with today's archive.

Made for one use case: what it read of a document, a person or a capture it does not read again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from corpus.errors import NotFoundError, QuoteError
from corpus.exports.writing import Source
from corpus.quotes import quote_reading
from corpus.quotesets import Beside, Changed, compare, keep_quote
from corpus.types import KeptQuote, Person, Quote, Reading, Span, Text

if TYPE_CHECKING:
    from corpus.topics import Subject
    from ui.archive import Archive

_AROUND = (
    600  # characters before and after a quote, about a passage, that show the beat is spoken of
)
_READ = 4  # texts of documents at hand; an hour of words takes megabytes


class Picturing:
    """Reads of the archive what quotes are kept with."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue
        self.document = lru_cache(maxsize=4096)(self._catalogue.document)
        self.person = lru_cache(maxsize=4096)(self._person)
        self._retrieved = lru_cache(maxsize=4096)(self._retrieved_at)
        self._read = lru_cache(maxsize=_READ)(self._catalogue.reading)

    def reading(self, document_id: str, revision: int | None = None) -> Reading:
        """Return the newest text of a document as it is read.

        Raises:
            NotFoundError: no such document, or no text yet.
            QuoteError: `revision` is another one: what was read there may read otherwise now.
        """
        document = self.document(document_id)
        if revision is not None and revision != document.revision:
            known = 0 < revision < document.revision
            raise QuoteError(
                f"{document.id} revision {revision}",
                cause=f"superseded by revision {document.revision}" if known else "no such text",
                remedy="read the newest text and quote that",
            )
        return self._read(document.id)

    def take(self, reading: Reading, span: Span, *, author: str, note: str | None) -> KeptQuote:
        """Return the quote of `span` of a reading, as it is kept."""
        return self.picture(replace(quote_reading(reading, span), note=note), reading, author)

    def picture(self, quote: Quote, reading: Reading, author: str) -> KeptQuote:
        """Return a quote of a reading as it is kept."""
        document = self.document(quote.document_id)
        found = self._tags(quote, reading, document.title)
        who, vocabulary = quote.attribution, self._archive.vocabulary
        beside = Beside(
            person=self.person(who.person_id) if who.person_id else None,
            roles=tuple(vocabulary.print_role(each) or each for each in who.roles),
            base_url=self._archive.settings.base_url,
            retrieved=self._retrieved(document.capture_sha256),
            topics=found["topic"],
            terms=found["term"],
            incidents=found["incident"],
            rules=found["rule"],
        )
        return keep_quote(quote, document, reading, beside, author=author, now=datetime.now(UTC))

    def compared(self, kept: Iterable[KeptQuote]) -> Iterator[Changed]:
        """Compare kept quotes with the archive; best when those of one document follow."""
        by_document = itertools.groupby(kept, key=lambda each: each.quote.document_id)
        for document_id, quotes in by_document:
            reading = self.reading_or_none(document_id)
            for each in quotes:
                yield compare(
                    each,
                    reading,
                    canonical_then=lambda one=each: self._text_then(one),  # type: ignore[misc]
                    person_now=self.person,
                )

    def source(self, document_id: str) -> Source | None:
        """Return a document's text as read, for formats that carry it along."""
        try:
            document = self.document(document_id)
        except NotFoundError:
            return None
        content = self._catalogue.content_read(document.id)
        if content is None:
            return None
        return Source(title=document.title, content=content, revision=document.revision)

    def reading_or_none(self, document_id: str) -> Reading | None:
        """Return the newest text as it is read, or None when there is none (any more)."""
        try:
            return self.reading(document_id)
        except NotFoundError:
            return None

    def _tags(self, quote: Quote, reading: Reading, title: str) -> dict[str, tuple[str, ...]]:
        """Return what the quote's own words speak of; what stands around may show the beat."""
        from index.tagging import tag

        content, span = reading.text.content, quote.span
        before = content[max(0, span.start - _AROUND) : span.start]
        around = f"{title}\n{before}\n{content[span.end : span.end + _AROUND]}"
        tags = tag(quote.exact, self._subject, around=around)
        kinds = ("topic", "term", "incident", "rule")
        return {kind: tuple(each.id for each in tags if each.kind == kind) for kind in kinds}

    @property
    def _subject(self) -> Subject:
        from corpus.topics import load_subject

        return load_subject()

    def _person(self, person_id: str) -> Person | None:
        try:
            return self._catalogue.person(person_id)
        except NotFoundError:
            return None

    def _retrieved_at(self, capture: str | None) -> datetime | None:
        return self._catalogue.capture(capture).retrieved if capture else None

    def _text_then(self, kept: KeptQuote) -> Text | None:
        try:
            return self._catalogue.text(kept.quote.document_id, kept.quote.revision)
        except NotFoundError:
            return None
