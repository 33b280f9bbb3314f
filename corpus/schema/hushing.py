"""What withdrawn documents say of people, and nobody else does: not told to readers. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from corpus.types import Person

Seen = tuple[str, int, tuple[str, ...]]  # document, turns, roles


@dataclass(frozen=True, slots=True)
class Hushed:
    """What must not be told of people, by the ids under which withdrawn documents name them."""

    nobody: frozenset[str] = frozenset()  # whom no other document names
    here: Mapping[str, frozenset[str]] = field(default_factory=dict)  # roles in these documents
    elsewhere: Mapping[str, frozenset[str]] = field(default_factory=dict)  # and in the others

    def without_roles(self, person: Person, ids: Iterable[str], told: Collection[str]) -> Person:
        """Return a person without the roles that only withdrawn documents give them.

        Args:
            person: as everything has them.
            ids: under which documents name them.
            told: roles that they have for other reasons.
        """
        mine = list(ids)
        hidden = {role for each in mine for role in self.here.get(each, ())}
        shown = {role for each in mine for role in self.elsewhere.get(each, ())}
        gone = hidden - shown - set(told)
        return replace(person, roles=tuple(each for each in person.roles if each not in gone))


def hushed_by(seen: Mapping[str, Iterable[Seen]], hidden: Collection[str]) -> Hushed:
    """Return what is not to be told of people.

    Args:
        seen: where each of those whom withdrawn documents name is seen, in any document.
        hidden: ids of the withdrawn documents.
    """
    roles: tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]] = ({}, {})
    nobody = set()
    for person_id, places in seen.items():
        held: tuple[set[str], set[str]] = (set(), set())
        open_places = 0
        for document_id, _, here in places:
            held[document_id not in hidden].update(here)
            open_places += document_id not in hidden
        nobody |= set() if open_places else {person_id}
        roles[0][person_id], roles[1][person_id] = map(frozenset, held)
    return Hushed(frozenset(nobody), *roles)
