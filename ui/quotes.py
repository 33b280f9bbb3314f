"""What a person can do with quotes: keep, verify, gather in sets, freeze, compare, export."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import CorrectionError, NotFoundError, QuoteError
from corpus.exports.writing import Sheet, Source
from corpus.quotes import quote_reading
from corpus.quotesets import Beside, Change, Changed, compare, keep_quote
from corpus.reading import overlaps
from corpus.types import KeptQuote, Person, Quote, QuoteSet, Reading, SearchQuery, SetQuote, Span
from ui.answers import AskFilters
from ui.corrections import Chosen, find_words

if TYPE_CHECKING:
    from corpus.exports import Written
    from corpus.topics import Subject
    from corpus.types import Text
    from ui.archive import Archive

MOST_ASKED = 100  # answers that one question can put into a set


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """A set and its quotes."""

    about: QuoteSet
    quotes: Iterable[SetQuote]


class Quotes:
    """Every use case about kept quotes and quote sets.

    Raises:
        QuoteError: (all that keep) the words are no quote.
        QuoteSetError: (all about sets) the set is frozen, or cannot be written there.
        NotFoundError: no such document, quote or set.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue

    # ── quotes ───────────────────────────────────────────────────────────────────────────────

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
        reading = self._reading(document_id, revision)
        if not words.strip():
            raise QuoteError(f"{document_id[:80]}: no words", cause="a quote of zero length")
        try:
            span = find_words(reading.text, words, chosen or Chosen())
        except CorrectionError as error:
            raise QuoteError(error.subject, cause=error.cause, remedy=error.remedy) from error
        return self._keep(reading, span, author=author, note=note)

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
        return self._keep(self._reading(document_id, revision), span, author=author, note=note)

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

    def look(self, quote_id: str) -> Changed:
        """Return a kept quote and what has become of it."""
        return next(self._compared([self._catalogue.kept_quote(quote_id)]))

    def verify(self, quote_ids: Sequence[str] = ()) -> Iterator[Changed]:
        """Check kept quotes (none named: all) against the present archive."""
        named = [self._catalogue.kept_quote(each) for each in quote_ids]
        return self._compared(named if quote_ids else self._catalogue.kept_quotes())

    def forget(self, quote_id: str) -> KeptQuote:
        """Keep a quote no longer; one that a set holds stays."""
        return self._catalogue.forget_quote(quote_id)

    # ── sets ─────────────────────────────────────────────────────────────────────────────────

    def sets(self) -> list[QuoteSet]:
        """Return every set, the oldest first."""
        return self._catalogue.quote_sets()

    def view(self, named: str) -> SetView:
        """Return a set by name, id or frozen id, with its quotes in order."""
        about = self._catalogue.quote_set(named)
        return SetView(about=about, quotes=self._catalogue.set_quotes(about.id))

    def new_set(
        self,
        name: str,
        *,
        author: str,
        question: str | None = None,
        filters: AskFilters | None = None,
        like: str | None = None,
    ) -> QuoteSet:
        """Make a set: empty, of the answers to a question, or with the quotes of another."""
        base = self._catalogue.quote_set(like) if like else None
        about = QuoteSet(id="", name=name, author=author, made=_now())
        if base is not None:
            names = ("question", "query", "generation", "models", "vocabulary")
            about = replace(about, **{each: getattr(base, each) for each in names})
        found: list[Quote] = []
        if question is not None:
            about, found = self._asked(about, question, filters or AskFilters())
        made = self._catalogue.new_set(about)
        if base is not None:
            self._catalogue.copy_set(base.id, made.id)
        kept = [self.keep_quote(each, author=author) for each in found]
        self._catalogue.add_to_set(made.id, [each.id for each in kept])
        return self._catalogue.quote_set(made.id)

    def add(self, named: str, quote_ids: Sequence[str], note: str | None = None) -> QuoteSet:
        """Put kept quotes at the end of a set."""
        about = self._catalogue.quote_set(named)
        ids = [self._catalogue.kept_quote(each).id for each in quote_ids]
        self._catalogue.add_to_set(about.id, ids, note=note)
        return self._catalogue.quote_set(about.id)

    def remove(self, named: str, quote_id: str) -> QuoteSet:
        """Take a quote out of a set; it stays kept."""
        about, kept = self._member(named, quote_id)
        self._catalogue.remove_from_set(about.id, kept.id)
        return self._catalogue.quote_set(about.id)

    def move(self, named: str, quote_id: str, number: int) -> QuoteSet:
        """Move a quote to a place in its set, 1 being the first."""
        about, kept = self._member(named, quote_id)
        self._catalogue.place_in_set(about.id, kept.id, number)
        return about

    def annotate(self, named: str, quote_id: str, note: str | None) -> QuoteSet:
        """Note something of a quote in a set."""
        about, kept = self._member(named, quote_id)
        self._catalogue.annotate_in_set(about.id, kept.id, note or None)
        return about

    def freeze(self, named: str) -> QuoteSet:
        """Give a set the id of its contents; it never changes again."""
        return self._catalogue.freeze_set(self._catalogue.quote_set(named).id, now=_now())

    def diff(self, named: str, *, ask: bool = True) -> Iterator[Changed]:
        """Yield what is no longer as it was when the set was made, and what is new.

        Args:
            named: the set.
            ask: put its question again, to find what is new.
        """
        about = self._catalogue.quote_set(named)
        places: dict[str, list[Span]] = {}
        quotes = self._catalogue.set_quotes(about.id, by_document=True)
        for each in self._compared(entry.kept for entry in quotes):
            if each.now is not None:
                places.setdefault(each.kept.quote.document_id, []).append(each.now)
            if each.changes:
                yield each
        if ask and about.question is not None:
            yield from self._new(about, places)

    def export(
        self, named: str, target: Path, forms: Sequence[str]
    ) -> tuple[Written, list[Changed]]:
        """Write a set to a folder or file; return what was written, and what changed since."""
        from corpus.exports import write_export

        about = self._catalogue.quote_set(named)
        changed = list(self.diff(about.id, ask=False))
        sheet = Sheet(
            about=about,
            quotes=lambda: self._catalogue.set_quotes(about.id),
            by_document=lambda: self._catalogue.set_quotes(about.id, by_document=True),
            source=self._source,
            topic_name=lambda topic: self._topic(topic, "name") or topic,
            topic_definition=lambda topic: self._topic(topic, "definition"),
        )
        changes = [changed_as_dict(each) for each in changed]
        return write_export(sheet, target, forms, now=_now(), changes=changes), changed

    # ── between them and the archive ─────────────────────────────────────────────────────────

    def _reading(self, document_id: str, revision: int | None) -> Reading:
        document = self._catalogue.document(document_id)
        if revision is not None and revision != document.revision:
            known = 0 < revision < document.revision
            raise QuoteError(
                f"{document.id} revision {revision}",
                cause=f"superseded by revision {document.revision}" if known else "no such text",
                remedy="read the newest text and quote that",
            )
        return self._catalogue.reading(document.id)

    def _keep(self, reading: Reading, span: Span, *, author: str, note: str | None) -> KeptQuote:
        kept = self._picture(replace(quote_reading(reading, span), note=note), reading, author)
        return self._catalogue.keep_quotes([kept])[0]

    def _picture(self, quote: Quote, reading: Reading, author: str) -> KeptQuote:
        document = self._catalogue.document(quote.document_id)
        who, capture = quote.attribution, document.capture_sha256
        vocabulary = self._archive.vocabulary
        beside = Beside(
            person=self._person(who.person_id) if who.person_id else None,
            roles=tuple(vocabulary.print_role(each) or each for each in who.roles),
            base_url=self._archive.settings.base_url,
            retrieved=self._catalogue.capture(capture).retrieved if capture else None,
            topics=self._topics(quote.exact, document.title),
        )
        return keep_quote(quote, document, reading, beside, author=author, now=_now())

    def _topics(self, words: str, title: str) -> tuple[str, ...]:
        from index.tagging import tag

        found = tag(words, self._subject, around=title)
        return tuple(each.id for each in found if each.kind == "topic")

    def _topic(self, topic: str, fact: str) -> str:
        return str(getattr(self._subject.topics.get(topic), fact, ""))

    @cached_property
    def _subject(self) -> Subject:
        from corpus.topics import load_subject

        return load_subject()

    def _asked(
        self, about: QuoteSet, question: str, filters: AskFilters
    ) -> tuple[QuoteSet, list[Quote]]:
        answer = self._archive.ask(question, filters)
        manifest = self._archive.store.manifest()
        about = replace(
            about,
            question=question,
            query=answer.query,
            generation=manifest.generation if manifest else None,
            models=(manifest.embedder,) if manifest else (),
            vocabulary=self._subject.version,
        )
        return about, [each.quote for each in answer.hits]

    def _new(self, about: QuoteSet, places: dict[str, list[Span]]) -> Iterator[Changed]:
        _, found = self._asked(about, about.question or "", _filters_of(about.query))
        for quote in found:
            if not overlaps(quote.span, places.get(quote.document_id, [])):
                reading = self._catalogue.reading(quote.document_id)
                kept = self._picture(quote, reading, about.author)
                yield Changed(kept=kept, changes=(Change.NEW,), now=quote.span)

    def _compared(self, kept: Iterable[KeptQuote]) -> Iterator[Changed]:
        """Compare with the archive; the texts of one document are read once, not once a quote."""
        person_now = lru_cache(maxsize=None)(self._person)
        by_document = itertools.groupby(kept, key=lambda each: each.quote.document_id)
        for document_id, quotes in by_document:
            reading = self._reading_or_none(document_id)
            for each in quotes:
                yield compare(
                    each,
                    reading,
                    canonical_then=lambda one=each: self._text_then(one),  # type: ignore[misc]
                    person_now=person_now,
                )

    def _reading_or_none(self, document_id: str) -> Reading | None:
        try:
            return self._catalogue.reading(self._catalogue.document(document_id).id)
        except NotFoundError:
            return None

    def _text_then(self, kept: KeptQuote) -> Text | None:
        try:
            return self._catalogue.text(kept.quote.document_id, kept.quote.revision)
        except NotFoundError:
            return None

    def _person(self, person_id: str) -> Person | None:
        try:
            return self._catalogue.person(person_id)
        except NotFoundError:
            return None

    def _source(self, document_id: str) -> Source | None:
        reading = self._reading_or_none(document_id)
        if reading is None:
            return None
        title = self._catalogue.document(document_id).title
        text = reading.text
        return Source(title=title, content=text.content, revision=text.revision)

    def _member(self, named: str, quote_id: str) -> tuple[QuoteSet, KeptQuote]:
        return self._catalogue.quote_set(named), self._catalogue.kept_quote(quote_id)


def changed_as_dict(changed: Changed) -> dict[str, Any]:
    """Return a change as JSON."""
    return {
        "id": changed.kept.id,
        "changes": [each.value for each in changed.changes],
        "exact": changed.kept.quote.exact,
        "document": changed.kept.quote.document_id,
        "words": changed.words,
        "speaker": changed.speaker,
    }


def _filters_of(query: SearchQuery | None) -> AskFilters:
    """Return the filters by which a question is understood as it was."""
    if query is None:
        return AskFilters()
    return AskFilters(
        roles=query.roles,
        speakers=query.speakers,
        sources=query.sources,
        kind=query.kind,
        since=query.since.date() if query.since else None,
        until=(query.until - timedelta(days=1)).date() if query.until else None,
        limit=query.limit,
    )


def _now() -> datetime:
    return datetime.now(UTC)
