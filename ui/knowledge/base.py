"""What the archive knows of its subject: topics, who speaks of them, and people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from corpus.topics import Rule, Subject, Topic, load_subject
from corpus.types import Attribution, Document, Passage, Person
from ui.answers import AnsweredHit
from ui.kept.picturing import Picturing, entry_now
from ui.knowledge.statements import SaidOnce, Statements, newest_first
from ui.knowledge.tally import Tally
from ui.knowledge.topicnames import find_topic
from ui.knowledge.values import (
    IncidentTouched,
    Matrix,
    PersonPage,
    StanceSeen,
    TopicOfPerson,
    TopicSummary,
    TopicView,
)
from ui.knowledge.voicing import count_voices, firsts_of, in_turn, voices_of

if TYPE_CHECKING:
    from index.engine.points import VectorStore
    from index.filters import Filters
    from ui.archive import Archive
    from ui.register import PersonView

MOST_LOOKED_AT = 2000  # passages of one topic or person, the newest
_MOST_TRIED = 4  # times as many passages as statements are wanted
_MOST_KNOWN = 8  # documents that are read only to say how we know who spoke


class Knowledge:
    """Every use case of the knowledge base; made anew for each request, at no cost.

    Raises:
        NotFoundError: no topic or person, or more than one, is called so; names near ones.
        VectorIndexError: the index cannot be read.
    """

    def __init__(self, archive: Archive, subject: Subject | None = None) -> None:
        self._archive = archive
        self._subject = subject or load_subject()

    # ── topics ───────────────────────────────────────────────────────────────────────────────

    def topics(self) -> list[TopicSummary]:
        """Return every topic of the vocabulary, most spoken of first."""
        found = [self._summary(each) for each in self._subject.topics.values()]
        return sorted(found, key=lambda each: (-each.passages, each.topic.name.casefold()))

    def _summary(self, topic: Topic) -> TopicSummary:
        filters = self._on(topic)
        passages = self._tally.passages(filters)
        return TopicSummary(
            topic=topic,
            passages=passages,
            people=len(self._tally.people(filters)) if passages else 0,
            documents=len(self._tally.facet("document_id", filters)) if passages else 0,
        )

    def topic(self, named: str, *, limit: int = 20) -> TopicView:
        """Return what is said of a topic, by whom, and what holds.

        Args:
            named: id, name or any spelling of the vocabulary.
            limit: statements at most; everybody is heard once before anybody is heard twice.
        """
        topic = find_topic(named, self._subject)
        filters = self._on(topic)
        pool = self._store.select(filters, MOST_LOOKED_AT)
        own = self._tally.people(filters)
        firsts = firsts_of(pool, filters, self._tally)
        statements = self._stated(pool, filters.topics, limit)
        topics = self._subject.topics
        return TopicView(
            topic=topic,
            broader=topics[topic.broader] if topic.broader else None,
            narrower=tuple(each for each in topics.values() if each.broader == topic.id),
            related=tuple(topics[each] for each in topic.related),
            rules=self.rules(topic.id),
            incidents=self._incidents(filters),
            statements=tuple(sorted(statements, key=newest_first)),
            by_person=voices_of(statements, pool, self._tally),
            counts=replace(
                count_voices(pool, own, self._tally, firsts),
                complete=len(pool) < MOST_LOOKED_AT,
            ),
            passages=self._tally.passages(filters),
            years=self._tally.years(filters),
            stances=tuple(self._stances(filters.topics)),
            notes=self.notes(),
        )

    def _stances(self, topics: Collection[str]) -> Iterator[StanceSeen]:
        """Yield what people marked of kept quotes of which one is on a topic."""
        from corpus.exports.rows import row_of, since_of

        catalogue, pictures = self._archive.catalogue, Picturing(self._archive)
        stances = catalogue.stances()
        kept = catalogue.kept_by_id(i for each in stances for i in (each.quote_id, each.other_id))
        for stance in stances:
            both = [kept[i] for i in (stance.quote_id, stance.other_id) if i in kept]
            if len(both) < 2 or {*both[0].topics, *both[1].topics}.isdisjoint(topics):
                continue  # kept no longer, or on something else
            one, other = (entry_now(pictures.with_present(e)) for e in pictures.compared(both))
            since = tuple(since_of(row_of(one))), tuple(since_of(row_of(other)))
            yield StanceSeen(stance=stance, one=one.kept, other=other.kept, since=since)

    def rules(self, topic_id: str) -> tuple[Rule, ...]:
        """Return the rules on a topic: in force, then of unknown date, then the rest."""
        today = datetime.now(UTC).date()
        on = [each for each in self._subject.rules.values() if topic_id in each.topics]
        return tuple(sorted(on, key=lambda each: _standing(each, today)))

    def matrix(self, *, topics: int | None = None, people: int | None = None) -> Matrix:
        """Return who speaks of what in their own words; counted as `Counts.people`.

        Args:
            topics: at most so many, the most spoken of; None: all that anybody speaks of.
            people: the same of people.
        """
        counts: Counter[tuple[str, str]] = Counter()
        for topic in self._subject.topics.values():
            spoken = self._tally.people(self._on(topic))
            counts.update({(topic.id, person_id): n for person_id, n in spoken.items()})
        by_topic, by_person = Counter[str](), Counter[str]()
        for (topic_id, person_id), count in counts.items():
            by_topic[topic_id] += count
            by_person[person_id] += count
        shown = [each for each, _ in _biggest(by_topic)[:topics]]
        heard = [each for each, _ in _biggest(by_person)[:people]]
        return Matrix(
            topics=tuple(self._subject.topics[each] for each in shown),
            people=self._tally.persons(heard),
            counts={key: n for key, n in counts.items() if key[0] in shown and key[1] in heard},
            notes=self.notes(),
        )

    # ── people ───────────────────────────────────────────────────────────────────────────────

    def person(self, named: str, *, topic: str | None = None, limit: int = 20) -> PersonPage:
        """Return a person: names, roles over time with evidence, topics, statements.

        Args:
            named: id, or part of a name only one person has.
            topic: only what they say of it.
            limit: statements at most, the newest.
        """
        from index.filters import Filters

        view = self._archive.register.view(named)
        filters = Filters(people=_ids_of(view))
        only = find_topic(topic, self._subject) if topic is not None else None
        wanted = replace(filters, topics=self._on(only).topics) if only else filters
        pool = self._store.select(wanted, min(MOST_LOOKED_AT, limit * _MOST_TRIED))
        statements = self._theirs(pool, view.person, wanted.topics, limit)
        known = self._known(view, statements)
        return PersonPage(
            view=view,
            names=_names(view.person, known.values()),
            topics=tuple(
                TopicOfPerson(topic=self._subject.topics[each], passages=count)
                for each, count in self._tally.facet("topics", filters).items()
                if each in self._subject.topics
            ),
            statements=tuple(statements),
            years=self._tally.years(wanted),
            passages=self._tally.passages(wanted),
            known=known,
            topic=only,
            notes=self.notes(),
        )

    def _theirs(
        self, pool: Sequence[Passage], person: Person, topics: Sequence[str], limit: int
    ) -> list[AnsweredHit]:
        made, statements = SaidOnce(), Statements(self._archive, self._subject)
        for passage in pool:
            if len(made) >= limit:
                break
            statement = statements.make(passage, topics or passage.topics)
            if statement is None and not topics:  # tagged by another vocabulary
                statement = statements.make(passage)
            if statement and statement.person and statement.person.id == person.id:
                made.add(statement)
        return sorted(made.all(), key=newest_first)

    def _known(
        self, view: PersonView, statements: Iterable[AnsweredHit]
    ) -> Mapping[str, Attribution]:
        """Return how we know it is them, by document: the claim of a turn of theirs.

        What is quoted says so already; of other documents the newest are looked into.
        """
        known = {each.document.id: each.quote.attribution for each in statements}
        others = (
            each.document
            for each in reversed(view.standings)
            if each.turns and each.document.id not in known
        )
        for document in islice(others, _MOST_KNOWN):
            if (claim := self._claim(document, view.person)) is not None:
                known[document.id] = claim
        return known

    def _claim(self, document: Document, person: Person) -> Attribution | None:
        text = self._archive.reading_of(document).text
        claims = (turn.attribution for turn in text.turns)
        return next((each for each in claims if each.person_id == person.id), None)

    # ── what is said ─────────────────────────────────────────────────────────────────────────

    def _stated(
        self, pool: Sequence[Passage], topics: Sequence[str], limit: int
    ) -> list[AnsweredHit]:
        """Return statements of a pool: everybody's newest, then everybody's next."""
        made, statements = SaidOnce(), Statements(self._archive, self._subject)
        for passage in islice(in_turn(pool), limit * _MOST_TRIED):
            if len(made) >= limit:
                break
            if statement := statements.make(passage, topics):
                made.add(statement)
        return made.all()

    def _incidents(self, filters: Filters) -> tuple[IncidentTouched, ...]:
        found = self._tally.facet("incidents", filters)
        known = self._subject.incidents
        return tuple(
            IncidentTouched(incident=known[each], passages=count)
            for each, count in found.items()
            if each in known
        )

    # ── parts ────────────────────────────────────────────────────────────────────────────────

    def notes(self) -> tuple[str, ...]:
        """Return what a reader should know of the index: none yet, another vocabulary."""
        manifest = self._store.manifest()
        if manifest is None:
            return ("nothing is indexed yet: run onrecord index",)
        if manifest.vocabulary != self._subject.version:
            return ("the index was made with another vocabulary: run onrecord index",)
        return ()

    def _on(self, topic: Topic) -> Filters:
        """Return the filter for what is said of a topic, or of one that is a part of it."""
        from index.filters import Filters

        return Filters(topics=tuple(self._with_narrower(topic.id)))

    def _with_narrower(self, topic_id: str) -> Iterator[str]:
        yield topic_id
        for each in self._subject.topics.values():
            if each.broader == topic_id:
                yield from self._with_narrower(each.id)

    @property
    def _store(self) -> VectorStore:
        return self._archive.store

    @cached_property
    def _tally(self) -> Tally:
        archive = self._archive
        return Tally(archive.store, archive.catalogue, archive.vocabulary)


def _standing(rule: Rule, today: date) -> tuple[bool, bool, bool, str]:
    undated = rule.in_force is None
    coming = rule.in_force is not None and rule.in_force > today
    return rule.kind == "bill", coming, undated, rule.id


def _biggest(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def _ids_of(view: PersonView) -> tuple[str, ...]:
    """Return every id under which the index may know a person."""
    merged = [each for each in view.decisions if each.kind == "merge" and each.undone is None]
    others = {one for each in merged for one in (each.person_id, each.other_id) if one}
    return (view.person.id, *sorted(others - {view.person.id}))


def _names(person: Person, claims: Iterable[Attribution]) -> tuple[str, ...]:
    heard = sorted({each.heard for each in claims if each.heard})
    return tuple(dict.fromkeys((person.name, *person.aliases, *heard)))
