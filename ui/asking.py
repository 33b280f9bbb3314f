"""Asking the archive: a question and filters → cited, verified words, or nothing and what is near.

`Archive.ask` is the door; everything that answers with cited words (topics, people) makes them
here, so that one place decides what is quoted and how it is cited.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Protocol

from corpus.citations import cite
from corpus.errors import NotFoundError, QuoteError
from corpus.quotes import quote_reading
from corpus.reading import to_reading
from corpus.settings import Settings
from corpus.topics import Subject, load_subject
from corpus.types import Citation, Document, Hit, Passage, Person, Quote, SearchQuery, Span
from corpus.vocabulary import Vocabulary
from ui.answers import Answer, AnsweredHit, AskFilters, Facet, FacetValue, NearTopic
from ui.byhand import check_period, said_of, unknown_among, without_contradictions
from ui.corrections import known_role

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue, Shelf
    from index.embed import Embedder
    from index.engine.points import VectorStore
    from index.question import Understood
    from index.search import Results


class Parts(Protocol):
    """What of the archive is needed to ask it; opened when first used."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102
    @property
    def catalogue(self) -> Catalogue: ...  # noqa: D102
    @property
    def store(self) -> VectorStore: ...  # noqa: D102
    @property
    def embedder(self) -> Embedder: ...  # noqa: D102
    @property
    def vocabulary(self) -> Vocabulary: ...  # noqa: D102


class Asking:
    """What can be asked, and how answers are cited."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def ask(self, question: str, filters: AskFilters | None = None) -> Answer:
        """Return verbatim quotes that answer `question`, best first.

        Raises:
            NotFoundError: a filter names a role or topic that is not in the vocabulary, or days
                that cannot be.
        """
        from index.search import find

        filters = filters or AskFilters()
        subject = load_subject()
        check_period(filters)
        names, shelf = self._parts.catalogue.names(), self._parts.catalogue.shelf()
        understood = self._understood(question, filters, subject, names)
        query = self._narrowed(understood.query, filters, subject)
        parts = said_of(understood.parts, filters, query, self._role_names())
        found = find(
            query,
            catalogue=self._parts.catalogue,
            store=self._parts.store,
            embedder=self._parts.embedder,
            subject=subject,
            shelf=shelf,
        )
        people = (hit.passage.person_id for hit in found.hits)
        shelf.fetch_people({each for each in people if each})
        return Answer(
            question=question,
            query=query,
            understood=(*parts, *unknown_among(filters, self._parts.store, names.values())),
            hits=tuple(filter(None, (self.cited(hit, query, shelf) for hit in found.hits))),
            facets=self._facets(found, subject, names),
            answering=found.answering,
            nearest=tuple(
                NearTopic(topic, subject.topics[topic].name, count)
                for topic, count in found.nearest.items()
            ),
        )

    def quote(self, document_id: str, span: Span) -> Citation:
        """Return the citation of the words at `span` of a document's newest canonical text.

        What is quoted are the words as corrected: of a corrected stretch, all of it.

        Raises:
            QuoteError: the span is not inside one turn, so that its words have no one speaker.
        """
        document = self._parts.catalogue.document(document_id)
        shelf = self._parts.catalogue.shelf()
        reading = shelf.reading(document.id)
        quote = quote_reading(reading, to_reading(reading, span))
        return self._cite(quote, document, _person_of(quote, shelf), shelf)

    # ── the question ─────────────────────────────────────────────────────────────────────────

    def _understood(
        self, question: str, filters: AskFilters, subject: Subject, names: Mapping[str, str]
    ) -> Understood:
        from index.question import understand

        store = self._parts.store
        return understand(
            question,
            self._parts.vocabulary,
            today=datetime.now(UTC).date(),
            people=tuple(names.values()),
            shows=tuple(store.facet("show")),
            subject=subject,
            speaking=lambda role: role in store.facet("roles"),
            off=filters.off,
        )

    def _role(self, word: str) -> str:
        """Return a role of the vocabulary, or a standing as a source prints it ("surgeon").

        Raises:
            NotFoundError: nobody has it.
        """
        try:
            return known_role(word, self._parts.vocabulary)
        except NotFoundError:
            printed = self._parts.store.facet("roles")
            found = next((each for each in printed if each.casefold() == word.casefold()), None)
            if found is None:
                raise
            return found

    def _narrowed(self, query: SearchQuery, filters: AskFilters, subject: Subject) -> SearchQuery:
        roles = tuple(self._role(role) for role in filters.roles)
        chosen = replace(
            query,
            roles=roles or query.roles,
            speakers=filters.speakers or query.speakers,
            sources=filters.sources or query.sources,
            kind=filters.kind or query.kind,
            since=_midnight(filters.since) or query.since,
            # A person means the day itself as well; a query's `until` is not included.
            until=_midnight(filters.until, after=1) or query.until,
            manners=filters.manners or query.manners,
            people=filters.people,
            only_topics=tuple(_known_topic(named, subject) for named in filters.topics),
            certainties=filters.certainties,
            years=filters.years,
            limit=filters.limit,
        )
        return without_contradictions(query, filters, chosen)

    def _role_names(self) -> dict[str, str]:
        return {one.id: one.name for one in self._parts.vocabulary.roles}

    # ── the answer ───────────────────────────────────────────────────────────────────────────

    def cited(self, hit: Hit, query: SearchQuery, shelf: Shelf | None = None) -> AnsweredHit | None:
        """Return a hit with quote and citation, None when it was corrected so as to be none.

        Args:
            hit: what was found.
            query: what was looked for.
            shelf: documents that were read for it already.
        """
        shelf = shelf or self._parts.catalogue.shelf()
        passage = hit.passage
        try:
            document = shelf.document(passage.document_id)
            reading = shelf.reading(document.id, [passage.span, hit.quote])
            quote = quote_reading(reading, hit.quote)
        except (QuoteError, NotFoundError):  # corrected or gone, and the index does not know yet
            return None
        roles = quote.attribution.roles
        if query.roles and not set(query.roles).intersection(roles):
            return None
        if set(query.not_roles).intersection(roles):
            return None
        person = _person_of(quote, shelf)
        if query.speakers and passage.person_id and person is None:
            return None
        citation = self._cite(quote, document, person, shelf)
        return AnsweredHit(
            hit=hit,
            quote=quote,
            citation=citation,
            document=document,
            person=person,
            role=citation.standing,
            media_sha256=reading.text.media_sha256,
            origin=reading.text.origin,
            also=tuple(filter(None, (self._also(one, quote.exact, shelf) for one in hit.also))),
        )

    def _also(self, passage: Passage, words: str, shelf: Shelf) -> Citation | None:
        """Return the citation of the same words where they stand as well."""
        from index.phrases import find_phrase

        try:
            document = shelf.document(passage.document_id)
            content = shelf.content(document.id) or ""
            place = next(find_phrase(content, words, passage.span), passage.span)
            quote = quote_reading(shelf.reading(document.id, [passage.span, place]), place)
        except (QuoteError, NotFoundError):
            return None
        return self._cite(quote, document, _person_of(quote, shelf), shelf)

    def _cite(
        self, quote: Quote, document: Document, person: Person | None, shelf: Shelf
    ) -> Citation:
        roles = quote.attribution.roles
        return cite(
            quote,
            document,
            person=person,
            standing=self._parts.vocabulary.print_role(roles[0]) if roles else None,
            base_url=self._parts.settings.base_url,
            retrieved=shelf.retrieved.get(document.id),
        )

    def _facets(
        self, found: Results, subject: Subject, people: Mapping[str, str]
    ) -> tuple[Facet, ...]:
        names: dict[str, Mapping[str, str]] = {
            "role": self._role_names(),
            "person": people,
            "topic": {one.id: one.name for one in subject.topics.values()},
        }
        return tuple(
            Facet(
                kind,
                tuple(
                    FacetValue(value, names.get(kind, {}).get(value, value), count)
                    for value, count in counts.items()
                ),
            )
            for kind, counts in found.facets.items()
            if counts
        )


def _person_of(quote: Quote, shelf: Shelf) -> Person | None:
    person_id = quote.attribution.person_id
    return shelf.person(person_id) if person_id else None


def _known_topic(named: str, subject: Subject) -> str:
    """Return the id of the topic that `named` is the id or name of."""
    wanted = named.casefold().strip()
    for topic in subject.topics.values():
        if wanted in (topic.id.casefold(), topic.name.casefold()):
            return topic.id
    known = ", ".join(subject.topics)
    raise NotFoundError(named, cause="no such topic", remedy=f"choose one of {known}")


def _midnight(day: date | None, *, after: int = 0) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time.min, tzinfo=UTC) + timedelta(days=after)
