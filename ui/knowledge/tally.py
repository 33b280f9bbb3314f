"""How much is said by whom, counted by the index: no passage is read for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from corpus.errors import NotFoundError
from corpus.types import Manner, Person
from ui.knowledge.statements import PRESS

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from corpus.vocabulary import Vocabulary
    from index.engine.points import VectorStore
    from index.filters import Filters


_MOST_REMEMBERED = 2000  # counts of one generation
T = TypeVar("T")
_Counted = tuple[tuple[str, str], dict[tuple[str, "Filters"], Any]]
_COUNTED: WeakKeyDictionary[VectorStore, _Counted] = WeakKeyDictionary()


class Tally:
    """Counts of passages, by topic, person and year."""

    def __init__(self, store: VectorStore, catalogue: Catalogue, vocabulary: Vocabulary) -> None:
        self._store = store
        self._catalogue = catalogue
        self._professions = tuple(r.id for r in vocabulary.roles if r.id not in PRESS)
        self._people: dict[str, Person | None] | None = None

    def people(self, filters: Filters) -> Counter[str]:
        """Return how many passages of their own words each independent person has there.

        Who counts is said by `ui.knowledge.values.Counts.people`. Somebody the index knows under an
        id that was merged since counts as who they are now.
        """
        own = replace(filters, manners=(Manner.SPOKEN, Manner.QUOTED))
        counted = Counter(self.facet("person_id", own))
        press = tuple(PRESS)
        asking = tuple(self.facet("person_id", replace(own, roles=press)))
        if asking:  # leave out what they say as press and as nothing else
            theirs = replace(own, people=asking)
            either = replace(theirs, roles=(*self._professions, *press))
            counted.update(self.facet("person_id", replace(theirs, roles=self._professions)))
            counted.subtract(self.facet("person_id", either))
        wrote = replace(filters, manners=(Manner.AUTHORED,), roles=self._professions)
        counted.update(self.facet("person_id", wrote))
        return self.as_now({each: n for each, n in counted.items() if n > 0})

    def facet(self, key: str, filters: Filters) -> Mapping[str, int]:
        """Return the values of a key with their numbers of passages, most first."""
        return self.remembered(key, filters, lambda: self._store.facet(key, filters))

    def remembered(self, what: str, filters: Filters, count: Callable[[], T]) -> T:
        """Return what `count` returns; it is called once for a generation of the index.

        Counting takes time in proportion to what is there, and a page asks for the same numbers
        again and again. Only for what depends on nothing but the index.
        """
        manifest = self._store.manifest()
        generation = (manifest.generation, manifest.created) if manifest else ("", "")
        known = _COUNTED.get(self._store)
        if known is None or known[0] != generation or len(known[1]) >= _MOST_REMEMBERED:
            known = _COUNTED[self._store] = generation, {}
        if (what, filters) not in known[1]:
            known[1][what, filters] = count()
        found: T = known[1][what, filters]
        return found

    def as_now(self, counted: Mapping[str, int]) -> Counter[str]:
        """Return counts by the ids that people have now, most first; who is gone is left out."""
        now: Counter[str] = Counter()
        for person_id, count in counted.items():
            person = self.person(person_id)
            if person is not None:
                now[person.id] += count
        return Counter(dict(sorted(now.items(), key=lambda each: (-each[1], each[0]))))

    def person(self, person_id: str) -> Person | None:
        """Return who somebody is now, or None when the catalogue does not know them."""
        if self._people is None:
            self._people = {each.id: each for each in self._catalogue.people()}
        if person_id not in self._people:
            try:
                self._people[person_id] = self._catalogue.person(person_id)
            except NotFoundError:
                self._people[person_id] = None
        return self._people[person_id]

    def persons(self, ids: Iterable[str]) -> tuple[Person, ...]:
        """Return the people of these ids that the catalogue knows."""
        return tuple(filter(None, (self.person(each) for each in ids)))

    def passages(self, filters: Filters) -> int:
        """Return how many passages there are, without what is sold."""
        return self.facet("turn_kind", filters).get("speech", 0)

    def years(self, filters: Filters) -> tuple[tuple[int, int], ...]:
        """Return years of publication with their numbers of passages, in order."""
        found = self.facet("year", filters)
        return tuple(sorted((int(year), count) for year, count in found.items()))
