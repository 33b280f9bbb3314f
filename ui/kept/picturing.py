"""Quotes as they are kept: with all that is printed beside them, and compared with today's archive.

Made for one use case: what it read of a document, a person or a capture it does not read again.
"""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib import metadata
from typing import TYPE_CHECKING

from corpus.errors import NotFoundError, QuoteError
from corpus.exports.writing import Source
from corpus.quotes import quote_reading
from corpus.quotesets import Beside, Change, Changed, compare, keep_quote
from corpus.types import (
    Attribution,
    KeptQuote,
    Media,
    MediaRole,
    Method,
    Origin,
    Person,
    Quote,
    Reading,
    SetQuote,
    Span,
    Text,
)

if TYPE_CHECKING:
    from corpus.topics import Subject
    from ui.archive import Archive

_AROUND = (
    600  # characters before and after a quote, about a passage, that show the beat is spoken of
)
_READ = 4  # texts of documents at hand; an hour of words takes megabytes
_MOST_REMEMBERED = 1_000  # quotes as they are now, which every format of an export asks for


@dataclass(frozen=True, slots=True)
class _File:
    """The file that words were read or heard from, as it was fetched or added."""

    sha256: str | None = None
    retrieved: datetime | None = None


class Picturing:
    """Reads of the archive what quotes are kept with."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue
        self.document = lru_cache(maxsize=4096)(self._catalogue.document)
        self.person = lru_cache(maxsize=4096)(self._person)
        self._retrieved = lru_cache(maxsize=4096)(self._retrieved_at)
        self._read = lru_cache(maxsize=_READ)(self._catalogue.reading)
        self._files = lru_cache(maxsize=4096)(self._file_of)
        self._now: dict[str, Changed] = {}

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
        text = reading.text
        file = self._files(document.id, text.origin)
        beside = Beside(
            person=self.person(who.person_id) if who.person_id else None,
            roles=tuple(vocabulary.print_role(each) or each for each in who.roles),
            base_url=self._archive.settings.base_url,
            retrieved=self._retrieved(document.capture_sha256) or file.retrieved,
            file_sha256=file.sha256,
            reader=_reader(text),
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
            merged = (Change.MERGED,) if self._is_merged(document_id) else ()
            for each in quotes:
                found = compare(
                    each,
                    reading,
                    canonical_then=partial(self._text_then, each),
                    person_now=self.person,
                )
                yield replace(found, changes=(*found.changes, *merged)) if merged else found

    def with_present(self, changed: Changed) -> Changed:
        """Return a change together with the quote as it would be kept now.

        Where it is not found in the newest text, only the name of its speaker is the present one.
        """
        kept = changed.kept
        if not changed.changes or changed.present is not None:
            return changed
        if changed.now is None or changed.changes == (Change.RENAMED,):
            name = changed.speaker or kept.person
            return replace(changed, present=replace(kept, person=name))
        reading = self.reading(kept.quote.document_id)
        try:
            quote = replace(quote_reading(reading, changed.now), note=kept.quote.note)
        except QuoteError:  # the words are of several speakers now: nobody is named
            return replace(changed, present=_unnamed(kept, changed.speaker))
        made = self.picture(quote, reading, kept.author)
        return replace(changed, present=replace(made, id=kept.id, kept=kept.kept))

    def as_now(
        self, entries: Iterable[SetQuote], changed: Container[str] | None = None
    ) -> Iterator[SetQuote]:
        """Yield the quotes of a set as the archive has them now, each with its picture.

        Args:
            entries: as they were kept.
            changed: ids of those that are known to have changed; None: every one is looked at.
        """
        for entry in entries:
            if changed is not None and entry.kept.id not in changed:
                yield entry
                continue
            found = self._looked(entry.kept)
            yield entry_now(found, number=entry.number, note=entry.note)

    def _looked(self, kept: KeptQuote) -> Changed:
        if kept.id not in self._now:
            if len(self._now) >= _MOST_REMEMBERED:
                self._now.clear()
            self._now[kept.id] = self.with_present(next(self.compared([kept])))
        return self._now[kept.id]

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
        from index.tags.tagging import tag

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

    def _file_of(self, document_id: str, origin: Origin) -> _File:
        """Return the file that a document's newest words come from: page, transcript, recording.

        What the words were made from says so by its SHA-256; of several files it is that one.
        """
        role = {Origin.PUBLISHER: MediaRole.TRANSCRIPT, Origin.ASR: MediaRole.ORIGINAL}.get(origin)
        files = self._catalogue.media(document_id) if role else []
        made = " ".join(e.made_with or "" for e in files if e.role is MediaRole.RECOGNISED)
        theirs: list[Media] = [each for each in files if each.role is role]
        theirs.sort(key=lambda each: each.sha256 not in made)
        if theirs:
            return _File(theirs[0].sha256, theirs[0].retrieved)
        capture = self.document(document_id).capture_sha256  # also a transcript printed on a page
        return _File(capture, self._retrieved(capture))

    def _is_merged(self, document_id: str) -> bool:
        try:
            return self.document(document_id).merged_into is not None
        except NotFoundError:
            return False

    def _text_then(self, kept: KeptQuote) -> Text | None:
        try:
            return self._catalogue.text(kept.quote.document_id, kept.quote.revision)
        except NotFoundError:
            return None


def entry_now(changed: Changed, *, number: int = 1, note: str | None = None) -> SetQuote:
    """Return a quote as the archive has it now, with its picture where that is another."""
    return SetQuote(
        number=number,
        kept=changed.present or changed.kept,
        note=note,
        was=changed.kept if changed.changes else None,
        changes=tuple(each.value for each in changed.changes),
    )


def _unnamed(kept: KeptQuote, label: str | None) -> KeptQuote:
    claim = Attribution(method=Method.NONE, confidence=0.0, label=label)
    quote = replace(kept.quote, attribution=claim)
    return replace(kept, quote=quote, person=None, standing=None, roles=())


def _reader(text: Text) -> str | None:
    """Return what read a publisher's transcript: such a text names no recogniser."""
    if text.origin is not Origin.PUBLISHER:
        return None
    form = f" ({text.dialect})" if text.dialect else ""
    return f"publisher's transcript{form}, read by onrecord {metadata.version('onrecord')}"
