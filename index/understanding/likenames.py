"""Names as people type and mishear them: the archive's people by the spelling and sound of a name.

A surname may be written as one word or more ("van der Zanden", "Vanderzanden"), half of a double
name stands for it, and accents, hyphens and apostrophes are nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jellyfish import metaphone
from rapidfuzz import process
from rapidfuzz.distance import OSA

from corpus.names import GENERATION, HONORIFICS, folded_words

_ALIKE = 0.8  # of letters: one wrong in five
_ALIKE_TOGETHER = 0.7  # of either name, where first name and surname are alike as a whole
_SOUNDS_ALIKE = 0.5  # of letters, of names that sound the same
_SHORTEST = 4  # letters of a surname that may be misspelt
_SHORTEST_FIRST = 2  # letters of a first name: an initial is nobody's
_PARTICLES = frozenset(
    [
        "van",
        "der",
        "den",
        "de",
        "la",
        "le",
        "da",
        "di",
        "du",
        "dos",
        "del",
        "della",
        "von",
        "zu",
        "al",
        "el",
        "bin",
        "ibn",
        "ter",
        "ten",
        "st",
        "san",
        "mac",
        "mc",
    ]
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name of the archive in the parts by which it is looked up, folded and without spaces."""

    name: str
    first: str  # "" for a name of one word
    surnames: tuple[str, ...]  # forms of the surname, the whole one first


@dataclass(slots=True)
class NameRegister:
    """The people of an archive by whole name, first name, and each form of the surname."""

    whole: dict[str, list[str]] = field(default_factory=dict)
    by_surname: dict[str, list[Person]] = field(default_factory=dict)
    by_sound: dict[str, list[str]] = field(default_factory=dict)
    by_first: dict[str, list[str]] = field(default_factory=dict)

    def called(self, surname: str, first: str = "") -> list[str]:
        """Return the names of those with exactly this surname, and a first name like `first`."""
        people = self.by_surname.get(surname, [])
        return list(dict.fromkeys(p.name for p in people if not first or is_first_of(first, p)))

    def like(self, surname: str, first: str = "") -> list[str]:
        """Return the names that are most like what was written: of several equal ones, all."""
        if len(surname) < (_SHORTEST - 1 if first else _SHORTEST):
            return []
        worth: dict[str, float] = {}
        for written in self._near(surname):
            for person in self.by_surname[written]:
                alike = _both_alike(first, surname, person, written)
                if alike is not None:
                    worth[person.name] = max(alike, worth.get(person.name, 0.0))
        best = max(worth.values(), default=0.0)
        return [name for name, alike in worth.items() if alike == best]

    def _near(self, surname: str) -> Iterable[str]:
        near = process.extract(
            surname,
            list(self.by_surname),
            scorer=OSA.normalized_similarity,
            score_cutoff=_ALIKE_TOGETHER,
            limit=None,
        )
        spelled = [written for written, _, _ in near if len(written) >= _SHORTEST]
        heard = self.by_sound.get(metaphone(surname), [])
        return dict.fromkeys([*spelled, *heard])


@lru_cache(maxsize=4)
def register_of(people: tuple[str, ...]) -> NameRegister:
    """Return the register of `people`, made once."""
    register = NameRegister()
    for name in people:
        person, whole = _parts(name)
        if person is None:
            continue
        for form in whole:
            register.whole.setdefault(form, []).append(name)
        if len(person.first) >= _SHORTEST_FIRST:
            register.by_first.setdefault(person.first, []).append(name)
        for surname in person.surnames:
            register.by_surname.setdefault(surname, []).append(person)
    for surname in register.by_surname:
        if len(surname) >= _SHORTEST and (sound := metaphone(surname)):
            register.by_sound.setdefault(sound, []).append(surname)
    return register


def is_first_of(first: str, person: Person) -> bool:
    """Say whether `first` can be the first name of `person`: the same, its beginning, or alike."""
    own = person.first
    return bool(own) and (first == own or own.startswith(first) or _is_alike(first, own))


def _parts(name: str) -> tuple[Person | None, list[str]]:
    """Return a name's parts, and the forms of it that need at least two words."""
    written = [word for word in HONORIFICS.sub("", name.strip()).split() if _folded(word)]
    while len(written) > 1 and _stands_behind(written):
        written.pop()
    words = [part for word in written for part in _folded(word)]
    if not words:
        return None, []
    last = _folded(written[-1])  # a double name is two words
    head = words[: -len(last)]
    particles: list[str] = []
    while len(head) > 1 and head[-1] in _PARTICLES:
        particles.insert(0, head.pop())
    halves = [half for half in last if len(last) > 1 and len(half) >= _SHORTEST]
    surnames = dict.fromkeys(["".join([*particles, *last]), "".join(last), *halves])
    first = head[0] if head else ""
    person = Person(name, first, tuple(surnames))
    whole = dict.fromkeys(["".join(words), "".join([first, *particles, *last])] if head else [])
    return person, list(whole)


def _stands_behind(written: Sequence[str]) -> bool:
    """Return whether the last word is no part of the name: "Jr.", or letters as in "Bo Hale MP"."""
    last = written[-1].strip(",.()")
    if GENERATION.fullmatch(last):
        return True
    letters = re.fullmatch(r"[A-Z]{2,4}|(?:[A-Z]\.){2,4}", last) is not None
    return letters and len(written) > 2 and not written[0].isupper()


def _both_alike(first: str, surname: str, person: Person, written: str) -> float | None:
    """Return how alike two names are as a whole; None: too little to be one name."""
    own_first = person.first if first else ""
    together = OSA.normalized_similarity(first + surname, own_first + written)
    if (not first or is_first_of(first, person)) and _is_alike(surname, written):
        return together
    both = first and min(
        OSA.normalized_similarity(first, own_first), OSA.normalized_similarity(surname, written)
    )
    return together if both and both >= _ALIKE_TOGETHER and together >= _ALIKE else None


def _is_alike(one: str, other: str) -> bool:
    alike = OSA.normalized_similarity(one, other)
    if alike >= _ALIKE:
        return True
    return alike >= _SOUNDS_ALIKE and bool(metaphone(one)) and metaphone(one) == metaphone(other)


def joined(words: Sequence[str]) -> str:
    """Return words of a name folded and without what stands between them."""
    return "".join(part for word in words for part in _folded(word))


def _folded(word: str) -> list[str]:
    if word.isascii() and word.isalpha():  # nearly all: there are thousands of them
        return [word.casefold()]
    return folded_words(word)


_GENITIVE = re.compile(r"['’]s?$")


def without_genitive(word: str) -> str:
    """Return a word without the owner's 's."""
    return _GENITIVE.sub("", word)
