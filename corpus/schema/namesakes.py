"""People who may be one: what is offered for review. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

import jellyfish
from rapidfuzz.distance import DamerauLevenshtein

from corpus.names import fold_name, is_same_name, surname_of
from corpus.schema.identity import professions_of
from corpus.types import Namesakes, Person

_LEAST_LETTERS = 4  # of a word that may be misspelt: "Kim" and "Tim" are two names
_MOST_LETTERS = 40
_MOST_COMPARED = 200  # people behind one word of a name; beyond, only equal names are offered

_Why = Callable[[str, str], str | None]


def find_namesakes(people: Sequence[Person]) -> Iterator[Namesakes]:
    """Yield pairs who may be one person, the likeliest first."""
    told: set[frozenset[str]] = set()
    ways: tuple[tuple[Callable[[str], str], _Why], ...] = (
        (fold_name, _same_name),
        (surname_of, _initial),
        (surname_of, _sounds_alike),
        (_first_word, _sounds_alike),
    )
    for block_of, why_of in ways:
        for one, other, names in _near(people, block_of, bounded=why_of is not _same_name):
            pair = frozenset({one.id, other.id})
            if pair not in told and (why := why_of(*names)) and not _initials_differ(one, other):
                told.add(pair)
                yield Namesakes(one=one, other=other, why=why + _and(one, other))


def _near(
    people: Sequence[Person], block_of: Callable[[str], str], *, bounded: bool
) -> Iterator[tuple[Person, Person, tuple[str, str]]]:
    blocks: dict[str, dict[tuple[str, str], Person]] = defaultdict(dict)
    for person in people:
        for name in (person.name, *person.aliases):
            blocks[block_of(name)].setdefault((person.id, fold_name(name)), person)
    blocks.pop("", None)
    for block in blocks.values():
        if bounded and len(block) > _MOST_COMPARED:
            continue
        for ((_, name), one), ((_, other_name), other) in combinations(block.items(), 2):
            if one.id != other.id:
                yield one, other, (name, other_name)


def _first_word(name: str) -> str:
    words = fold_name(name).split()
    return words[0] if len(words) > 1 else ""


def _same_name(one: str, other: str) -> str | None:
    return "the same name" if one == other else None


def _initial(one: str, other: str) -> str | None:
    """Say so when "B. Hale" may be short for "Bryan Hale"."""
    mine, theirs = one.split(), other.split()
    if len(mine) < 2 or len(theirs) < 2 or mine[1:] != theirs[1:]:
        return None
    short, long = sorted((mine[0], theirs[0]), key=len)
    is_short = len(short) == 1 < len(long) and long.startswith(short)
    return "an initial and the same surname" if is_short else None


def _sounds_alike(one: str, other: str) -> str | None:
    mine, theirs = one.split(), other.split()
    if len(mine) != len(theirs) or len(mine) < 2:
        return None
    differing = [pair for pair in zip(mine, theirs, strict=True) if pair[0] != pair[1]]
    if len(differing) != 1 or not _alike(*differing[0]):
        return None
    return "names that are spelt or sound alike"


def _alike(one: str, other: str) -> bool:
    """Say whether two words may be one, misheard ("Ivanoff") or misspelt ("Byran")."""
    if not _LEAST_LETTERS <= min(len(one), len(other)) <= max(len(one), len(other)) < _MOST_LETTERS:
        return False
    if DamerauLevenshtein.distance(one, other, score_cutoff=1) <= 1:
        return True
    sound = jellyfish.metaphone(one)
    return len(sound) > 1 and sound == jellyfish.metaphone(other)


def _initials_differ(one: Person, other: Person) -> bool:
    names = [(mine, theirs) for mine in _names(one) for theirs in _names(other)]
    same = [pair for pair in names if fold_name(pair[0]) == fold_name(pair[1])]
    return any(not is_same_name(*pair) for pair in same)


def _names(person: Person) -> tuple[str, ...]:
    return (person.name, *person.aliases)


def _and(one: Person, other: Person) -> str:
    """Return what speaks against them, or what they share beside the name."""
    mine, theirs = professions_of(one.roles), professions_of(other.roles)
    if mine and theirs and not mine & theirs:
        return ", of different professions"
    if set(one.sources) & set(other.sources):
        return ", in one source"
    return ", in different sources"
