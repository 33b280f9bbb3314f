"""What a person can do about people: find, list and show them, and say who is who."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from corpus.errors import NotFoundError
from corpus.names import fold_name
from corpus.types import Appearance, Document, Namesakes, Person, PersonEvent
from corpus.vocabulary import Vocabulary

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from corpus.settings import Settings

_LEAST = 8  # characters of an id that may stand for the whole
_LEAST_LOOKED_UP = 4  # the same where nothing depends on it
_MOST_NAMED = 8  # people in one message


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSummary:
    """A person and how much of them there is."""

    person: Person
    documents: int  # in which they speak
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person is in one document."""

    document: Document
    turns: int  # 0: only credited
    roles: tuple[str, ...]  # as printed, professions and parts
    description: str | None = None  # as credited


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """Everything the archive knows of a person."""

    person: Person
    standings: tuple[Standing, ...]  # by date
    decisions: tuple[PersonEvent, ...]  # about them, in order
    names: Mapping[str, str]  # of everybody the decisions mention, by id


@dataclass(frozen=True, slots=True, kw_only=True)
class Decider:
    """Who decides, and why."""

    author: str
    reason: str | None = None


class PeopleRegister:
    """Every use case about people; people are named by id, or by part of a name only one has.

    Raises:
        NotFoundError: (all methods) nobody, or more than one person, is named so.
        DecisionError: (all that decide) it cannot be so; says why.
    """

    def __init__(self, catalogue: Catalogue, vocabulary: Vocabulary, settings: Settings) -> None:
        self._catalogue = catalogue
        self._vocabulary = vocabulary
        self._settings = settings

    # ── finding ──────────────────────────────────────────────────────────────────────────────

    def everybody(self) -> list[PersonSummary]:
        """Return all people, by name."""
        speaking = self._catalogue.speaking()
        return [
            PersonSummary(person=person, documents=documents, turns=turns)
            for person in self._catalogue.people()
            for documents, turns in (speaking.get(person.id, (0, 0)),)
        ]

    def find(self, named: str) -> Person:
        """Return the one person of this id, beginning of an id, name or part of a name."""
        found = called(named, self._catalogue.people(), loosely=True)
        if len(found) == 1:
            return found[0]
        if not found:
            # An id that was merged into another, or split off, is nobody's in the list.
            return self._catalogue.person(named.strip().lower())
        listed = ", ".join(f"{each.name} ({each.id})" for each in found[:_MOST_NAMED])
        more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
        raise NotFoundError(
            f"one person called {named[:80]}",
            cause=f"{len(found)} are: {listed}{more}",
            remedy="give the id of one",
        )

    def view(self, named: str) -> PersonView:
        """Return all that is known of a person: where they speak, as what, and who decided so."""
        person = self.find(named)
        standings = [self._standing(each) for each in self._catalogue.appearances(person.id)]
        decisions = self._catalogue.decisions(person.id)
        ids = {each for event in decisions for each in (event.person_id, event.other_id) if each}
        return PersonView(
            person=person,
            standings=tuple(sorted(standings, key=_by_date)),
            decisions=tuple(decisions),
            names={each: self._name_of(each) for each in sorted(ids)},
        )

    def _name_of(self, person_id: str) -> str:
        try:
            return self._catalogue.person(person_id).name
        except NotFoundError:  # only withdrawn documents name them
            return person_id

    def _standing(self, appearance: Appearance) -> Standing:
        document = self._catalogue.document(appearance.document_id)
        now = self._catalogue.known_as(document.id)
        said = [
            credit.description
            for credit in document.credits
            if now.get(credit.person_id or "", credit.person_id) == appearance.person_id
        ]
        printed = (self._vocabulary.print_role(role) for role in appearance.roles)
        return Standing(
            document=document,
            turns=appearance.turns,
            roles=tuple(dict.fromkeys(filter(None, printed))),
            description=next(filter(None, said), None),
        )

    def review(self, *, limit: int = 200) -> list[Namesakes]:
        """Return pairs who may be one person and about whom nobody decided, the likeliest first."""
        return self._catalogue.pairs_to_review(limit=limit)

    # ── deciding ─────────────────────────────────────────────────────────────────────────────

    def merge(self, keep: str, gone: str, by: Decider) -> PersonEvent:
        """Say that `gone` is `keep`."""
        one, other = self.find(keep), self.find(gone)
        return self._catalogue.merge(
            one.id, other.id, author=by.author, reason=by.reason, now=_now()
        )

    def split(self, named: str, documents: Sequence[str], by: Decider) -> PersonEvent:
        """Say that in these documents it is somebody else of the same name."""
        person = self.find(named)
        ids = [self._catalogue.document(each).id for each in documents]
        return self._catalogue.split(person.id, ids, author=by.author, reason=by.reason, now=_now())

    def rename(self, named: str, name: str, by: Decider) -> PersonEvent:
        """Call a person by another name."""
        person = self.find(named)
        return self._catalogue.rename(
            person.id, name, author=by.author, reason=by.reason, now=_now()
        )

    def keep_apart(self, one: str, other: str, by: Decider) -> PersonEvent:
        """Say that two people are two."""
        return self._catalogue.keep_apart(
            self.find(one).id,
            self.find(other).id,
            author=by.author,
            reason=by.reason,
            now=_now(),
        )

    def forget_voice(self, named: str, by: Decider) -> PersonEvent:
        """Delete what is kept of a person's voice, and keep none again."""
        from ingest.voicekeeping import forget_voice

        return forget_voice(
            self.find(named).id,
            settings=self._settings,
            catalogue=self._catalogue,
            author=by.author,
            reason=by.reason,
            now=_now(),
        )

    def undo(self, event_id: str, by: Decider) -> PersonEvent:
        """Take a decision back."""
        return self._catalogue.undo(event_id, author=by.author, now=_now())


def called(named: str, people: Iterable[Person], *, loosely: bool = False) -> list[Person]:
    """Return who somebody means by an id or a name; the closest way that fits anybody counts.

    In this order: the whole id; the whole name, in any form a person goes by; the beginning of an
    id, long enough to be no name; one word that is one of a name's words.

    Args:
        named: id or name, or a part of one.
        people: who may be meant.
        loosely: several words that are a part of a name, a few characters of an id, or the
            beginning of a name's words will do as well. Fit for looking somebody up; not for
            saying who spoke, where "Bo Hale" must not become Bo Hale Jr.
    """
    return next(filter(None, _ways(named, list(people), loosely=loosely)), [])


def _ways(named: str, known: Sequence[Person], *, loosely: bool) -> Iterator[list[Person]]:
    """Yield whom each way of naming finds, the closest first."""
    start, wanted = named.strip().lower(), fold_name(named)
    yield [each for each in known if each.id == start]
    folded = [(each, {fold_name(name) for name in (each.name, *each.aliases)}) for each in known]
    yield [each for each, names in folded if wanted and wanted in names]
    begins = [each for each in known if start.isalnum() and each.id.startswith(start)]
    yield begins if len(start) >= _LEAST else []
    if wanted and (loosely or " " not in wanted):
        yield [p for p, names in folded if any(f" {wanted} " in f" {name} " for name in names)]
    if loosely:
        yield begins if len(start) >= _LEAST_LOOKED_UP else []
        yield [p for p, names in folded if wanted and any(f" {wanted}" in f" {n}" for n in names)]


def _by_date(standing: Standing) -> tuple[bool, datetime, str]:
    published = standing.document.published
    return published is None, published or datetime.max.replace(tzinfo=UTC), standing.document.id


def _now() -> datetime:
    return datetime.now(UTC)
