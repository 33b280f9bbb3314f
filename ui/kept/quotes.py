"""What a person can do with quotes: keep, verify, gather in sets, freeze, compare, export."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import NotFoundError, QuoteSetError
from corpus.exports.writing import Sheet
from corpus.quotesets import Change, Changed
from corpus.reading import overlaps
from corpus.types import BASKET, KeptQuote, Quote, QuoteSet, SetQuote, Span
from ui.answers import AskFilters
from ui.kept.askedagain import filters_of, remembered
from ui.kept.keeping import Keeping
from ui.kept.logins import login_name

if TYPE_CHECKING:
    from corpus.exports import Written

MOST_ASKED = 100  # answers that one question can put into a set
MOST_TOLD = 1_000  # changed quotes that an export tells one by one; it counts all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class SetView:
    """A set and its quotes."""

    about: QuoteSet
    quotes: Iterable[SetQuote]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What has changed since a set was made: the first quotes, and how many changed how."""

    first: tuple[Changed, ...]
    more: int  # changed quotes beyond the first
    counts: Mapping[str, int]  # by kind of change


class Quotes(Keeping):
    """Every use case about kept quotes, quote sets and the basket.

    Raises:
        QuoteError: (all that keep) the words are no quote.
        QuoteSetError: (all about sets) the set is frozen, or cannot be written there.
        NotFoundError: no such document, quote or set.
    """

    # ── sets ─────────────────────────────────────────────────────────────────────────────────

    def sets(self) -> list[QuoteSet]:
        """Return every set, the oldest first."""
        return self._catalogue.quote_sets()

    def view(self, named: str) -> SetView:
        """Return a set by name, id or frozen id, with its quotes in order."""
        try:
            about = self._catalogue.quote_set(named)
        except NotFoundError:
            if named.strip() != BASKET:
                raise
            about = QuoteSet(id=BASKET, name=BASKET, author="", made=_now())  # nothing in it yet
        return SetView(about=about, quotes=self._catalogue.set_quotes(about.id))

    def shown(self, named: str) -> SetView:
        """Return a set as `view`, its quotes as the archive has them now unless it is frozen."""
        view = self.view(named)
        if view.about.frozen_as:
            return replace(view, quotes=map(_marked_withdrawn, view.quotes))
        return replace(view, quotes=self._pictures().as_now(view.quotes))

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
            names = ("question", "query", "filters", "generation", "models", "vocabulary")
            about = replace(about, **{each: getattr(base, each) for each in names})
        found: list[Quote] = []
        if question is not None:
            about, found = self._asked(about, question, filters or AskFilters())
        made = self._catalogue.new_set(about)
        if base is not None:
            self._catalogue.copy_set(base.id, made.id)
        pictures = self._pictures()
        kept = [
            pictures.picture(each, pictures.reading(each.document_id, each.revision), author)
            for each in found
        ]
        self._catalogue.keep_in_set(made.id, kept)
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
        asked = ask and about.question is not None
        places: dict[str, list[Span]] = {}
        quotes = self._catalogue.set_quotes(about.id, by_document=True)
        for each in self._pictures().compared(entry.kept for entry in quotes):
            if asked and each.now is not None:
                places.setdefault(each.kept.quote.document_id, []).append(each.now)
            if each.changes:
                yield each
        if asked:
            yield from self._new(about, places)

    def export(self, named: str, target: Path, forms: Sequence[str]) -> tuple[Written, Told]:
        """Write a set to a folder or file; return what was written, and what changed since.

        A frozen set is written as it was kept; of another, words and names are those of today,
        and what was kept is noted beside.
        Of documents that were withdrawn nothing is written but that, in the manifest, and how many
        quotes are left out.
        However many quotes it holds, and however many changed, only some are in memory at a time.
        """
        from corpus.exports import write_export

        about = self._catalogue.quote_set(named)
        changed: set[str] = set()
        told = _told(_noting(self.diff(about.id, ask=False), changed))
        pictures = self._pictures()

        def entries(*, by_document: bool = False) -> Iterator[SetQuote]:
            kept = self._catalogue.set_quotes(about.id, by_document=by_document)
            shown = (each for each in kept if each.kept.withdrawn is None)
            return shown if about.frozen_as else pictures.as_now(shown, changed)

        sheet = Sheet(
            about=about,
            quotes=entries,
            by_document=lambda: entries(by_document=True),
            source=pictures.source,
            topic_name=lambda topic: _fact(topic, "name") or topic,
            topic_definition=lambda topic: _fact(topic, "definition"),
            withheld=told.counts.get(Change.WITHDRAWN.value, 0),
        )
        changes = [changed_as_dict(each) for each in told.first]
        counts = told.counts
        written = write_export(
            sheet, target, forms, now=_now(), changes=changes, change_counts=counts
        )
        return written, told

    # ── the basket: a set in the catalogue, the same for every reader ────────────────────────

    def basket(self) -> SetView:
        """Return the basket with its quotes in order; empty before something is put into it."""
        return self.view(BASKET)

    def keep_in_basket(
        self,
        document_id: str,
        span: Span,
        revision: int | None = None,
        *,
        author: str | None = None,
        note: str | None = None,
    ) -> KeptQuote:
        """Keep the words at `span` of a document's newest text as it is read, in the basket.

        Args:
            document_id: of the document.
            span: as `Quote.span` of an answer; of one turn.
            revision: the text that was read; another than the newest is refused.
            author: who keeps them; None: the user logged in.
            note: kept with the quote in the basket.
        """
        pictures = self._pictures()
        reading = pictures.reading(document_id, revision)
        kept = pictures.take(reading, span, author=author or login_name(), note=None)
        about = self._catalogue.open_basket(now=_now())
        self._catalogue.keep_in_set(about.id, [kept], note=note)
        return kept

    def take_from_basket(self, quote_id: str) -> SetView:
        """Take a quote out of the basket, where it may be no more; it stays kept."""
        with contextlib.suppress(NotFoundError):
            self._catalogue.remove_from_set(BASKET, quote_id)
        return self.basket()

    def empty_basket(self) -> int:
        """Take everything out of the basket; return how many quotes; they stay kept."""
        try:
            return self._catalogue.empty_set(BASKET)
        except NotFoundError:
            return 0

    def basket_as_set(self, name: str, *, author: str | None = None) -> QuoteSet:
        """Copy the basket, order and notes, to a new named set, which can be frozen and cited."""
        if not self.basket().about.size:
            raise QuoteSetError(BASKET, cause="it is empty", remedy="put quotes into it first")
        return self.new_set(name, author=author or login_name(), like=BASKET)

    # ── between them and the archive ─────────────────────────────────────────────────────────

    def _asked(
        self, about: QuoteSet, question: str, filters: AskFilters
    ) -> tuple[QuoteSet, list[Quote]]:
        from corpus.topics import load_subject

        answer = self._archive.ask(question, filters)
        manifest = self._archive.store.manifest()
        about = replace(
            about,
            question=question,
            query=answer.query,
            filters=remembered(filters),
            generation=manifest.generation if manifest else None,
            models=(manifest.embedder,) if manifest else (),
            vocabulary=load_subject().version,
        )
        return about, [each.quote for each in answer.hits]

    def _new(self, about: QuoteSet, places: dict[str, list[Span]]) -> Iterator[Changed]:
        pictures = self._pictures()
        _, found = self._asked(about, about.question or "", filters_of(about))
        for quote in found:
            if not overlaps(quote.span, places.get(quote.document_id, [])):
                reading = pictures.reading(quote.document_id)
                kept = pictures.picture(quote, reading, about.author)
                yield Changed(kept=kept, changes=(Change.NEW,), now=quote.span)

    def _member(self, named: str, quote_id: str) -> tuple[QuoteSet, KeptQuote]:
        return self._catalogue.quote_set(named), self._catalogue.kept_quote(quote_id)


def _marked_withdrawn(entry: SetQuote) -> SetQuote:
    if entry.kept.withdrawn is None:
        return entry
    return replace(entry, changes=(Change.WITHDRAWN.value,))


def _noting(changed: Iterator[Changed], ids: set[str]) -> Iterator[Changed]:
    for each in changed:
        ids.add(each.kept.id)
        yield each


def _told(changed: Iterator[Changed]) -> Told:
    counts: Counter[str] = Counter()
    first: list[Changed] = []
    more = 0
    for each in changed:
        counts.update(change.value for change in each.changes)
        if len(first) < MOST_TOLD:
            first.append(each)
        else:
            more += 1
    return Told(first=tuple(first), more=more, counts=dict(sorted(counts.items())))


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


def _fact(topic_id: str, name: str) -> str:
    """Return a fact of a topic, or nothing when the vocabulary no longer has it."""
    from corpus.topics import load_subject

    return str(getattr(load_subject().topics.get(topic_id), name, ""))


def _now() -> datetime:
    return datetime.now(UTC)
