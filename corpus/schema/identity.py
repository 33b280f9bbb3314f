"""Who is the same person across documents, as far as can be known without asking. Pure.

A full name alone joins nobody: beside it there must be a profession, an organisation or the
source in common. Who could be two people is neither, and offered for review. Anything looser
would put one namesake's words in another's mouth.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.names import fold_name, initials_of, is_full_name, is_same_name
from corpus.schema.sightings import long_hash
from corpus.types import Credit, Person
from corpus.vocabulary import load_vocabulary

LONGEST_NAME = 200  # characters; what is longer is kept cut, and is the same only as a whole
_MOST_ALIASES = 40
_MOST_ORGANISATIONS = 40
_LONGEST_ORGANISATION = 80  # characters

# "founder of Hollow Props": who stands before the word that an organisation follows.
_OWNERS = frozenset(
    """
    founder cofounder co-founder owner co-owner president vice-president ceo member fellow partner
    host co-host editor author
    """.split()
)
_OFFICES = _OWNERS | frozenset(
    """
    chair chairman chairwoman head chief manager coordinator instructor trainer teacher supervisor
    consultant adviser advisor researcher analyst representative spokesman spokeswoman spokesperson
    works worked working serves served
    """.split()
)
_OF = frozenset({"of", "at", "for", "with"})
_INSIDE = frozenset(
    {"of", "on", "and", "&", "the", "for", "de", "la"}
)  # of a name, between capitals
_AFTER = frozenset("in and or who whose which where since from but with at now an a".split())
_WORD = re.compile(r"[^\s,;:()\[\]|•·“”\"]+|[,;:()\[\]|•·“”\"]")


def cut_name(name: str) -> str:
    """Return a name as it is kept: single spaces, and not beyond `LONGEST_NAME`."""
    name = " ".join(name.split())
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def folded_of(name: str) -> str:
    """Return what two spellings of one name share; a name nobody can have shares it with itself."""
    folded = fold_name(name) or " ".join(name.split())
    return folded if len(name) <= LONGEST_NAME else long_hash(folded)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody the archive knows: one row of the people, and all that is now the same person."""

    id: str
    person: Person  # the one they are now, with every name, role, organisation and source
    folded: str  # of the row


@dataclass(frozen=True, slots=True)
class Place:
    """Where a credit stands: its source, and whom its document named when it was read before."""

    source_id: str
    named: Collection[str] = frozenset()
    settled: Collection[str] = frozenset()  # of these, those about whom people decided here


def choose(credit: Credit, place: Place, known: Collection[Known]) -> tuple[Known | None, bool]:
    """Return which of `known` the credit means, if any, and whether several may be meant.

    Where several are, and nothing tells of whom it speaks, it means none of them.
    """
    able = [(points, each) for each in known if (points := _agreement(credit, place, each))]
    able = [(points, each) for points, each in able if each.id in place.settled] or able
    most = max((points for points, _ in able), default=())
    best = [each for points, each in able if points == most]
    if len({each.person.id for each in best}) != 1:
        return None, bool(best)
    folded = folded_of(credit.name)
    chosen = min(best, key=lambda each: (each.folded != folded, each.id != each.person.id, each.id))
    return chosen, False


def _agreement(credit: Credit, place: Place, known: Known) -> tuple[int, ...]:
    """Return how much speaks for the credit being this person, most telling first; or nothing."""
    person = known.person
    if not all(_may_be(credit.name, name) for name in (person.name, *person.aliases)):
        return ()
    mine, theirs = professions_of(credit.roles), professions_of(person.roles)
    trade = len(mine & theirs)
    company = len({each.casefold() for each in organisations_of(credit)} & _folded(person))
    here = place.source_id in person.sources
    if not here and not is_full_name(credit.name):
        return ()
    if not (trade or company) and (not here or (mine and theirs)):
        return ()
    parts = set(credit.roles) & set(person.roles) if here else ()
    spelt = credit.name == person.name
    return bool(trade), bool(company), here, len(parts), spelt, known.id in place.named


def _folded(person: Person) -> set[str]:
    return {each.casefold() for each in person.organisations}


def _may_be(name: str, other: str) -> bool:
    """Say whether initials allow it; another spelling was found to be the same before."""
    return fold_name(name) != fold_name(other) or is_same_name(name, other)


def professions_of(roles: Iterable[str]) -> set[str]:
    """Return the roles that are jobs, not parts in a programme: every show has a host."""
    return set(roles) - _parts()


@lru_cache(maxsize=1)
def _parts() -> frozenset[str]:
    # Parts that no table names: as feeds and pages credit them.
    return frozenset({"guest", "author"} | {r.id for r in load_vocabulary().roles if r.part})


@lru_cache(maxsize=1)
def _before() -> frozenset[str]:
    named = (name for role in load_vocabulary().roles for name in (role.name, *role.names))
    return _OFFICES | {name.split()[-1].casefold() for name in named}


def organisations_of(credit: Credit) -> tuple[str, ...]:
    """Return what the description says somebody belongs to: "founder of Hollow Props".

    >>> organisations_of(Credit(name="Bo Hale", description="prop master at Studio Nine in Ohio"))
    ('Studio Nine',)
    """
    words = _WORD.findall((credit.description or "")[:2000])
    places = (place for place in range(1, len(words)) if _leads(words, place))
    found = ((_name_from(words, place), words[place - 1 : place + 1]) for place in places)
    return tuple(dict.fromkeys(name for name, lead in found if name and _names_one(name, *lead)))[
        :10
    ]


def _names_one(name: str, office: str, word: str) -> bool:
    """Say whether it is somebody's employer: the "Photography" of a director of it is a trade."""
    return " " in name or word.casefold() != "of" or office.casefold() in _OWNERS


def _leads(words: Sequence[str], place: int) -> bool:
    office = words[place - 1].casefold()
    listed = words[place] == "," and office in _OFFICES  # "founder, Hollow Props"
    return listed or (words[place].casefold() in _OF and office in _before())


def _name_from(words: Sequence[str], place: int) -> str | None:
    """Return the capitalised words after `place`, unless they only describe another word."""
    taken: list[str] = []
    for word in words[place + 1 :]:
        if not (word[:1].isupper() or word.casefold() in _INSIDE):
            break
        taken.append(word.rstrip(".!?"))
        if word[-1:] in ".!?" and len(word) > 4:
            break
    else:
        word = ""
    while taken and not taken[-1][:1].isupper():
        word = taken.pop()
    while taken and not taken[0][:1].isupper():
        taken.pop(0)
    if taken and taken[0] == "The":
        taken.pop(0)
    describes = word[:1].islower() and word.casefold() not in _AFTER | _INSIDE
    name = " ".join(taken)
    return None if describes or not 2 < len(name) <= _LONGEST_ORGANISATION else name


def key_of(credit: Credit, source_id: str, *, undecided: bool = False) -> str:
    """Return what a new person's id is made of, the same in every process and every run."""
    name = " ".join(filter(None, (folded_of(credit.name), initials_of(credit.name[:LONGEST_NAME]))))
    if undecided:
        return f"{name}/{source_id}/undecided"
    mine = professions_of(credit.roles)
    trade = next((role for role in credit.roles if role in mine), None)
    return f"{name}/{trade or source_id}"


def learn(person: Person, credit: Credit, source_id: str) -> Person:
    """Return the person with what one more credit says of them.

    The first spelling is the name; one in capitals only gives way.
    """
    name, spellings = cut_name(credit.name), (person.name, *person.aliases)
    if name not in spellings and len(spellings) <= _MOST_ALIASES:
        spellings = (*spellings, name)
    if spellings[0].isupper() and not name.isupper():
        spellings = (name, *(each for each in spellings if each != name))
    roles = dict.fromkeys((*person.roles, *credit.roles, *filter(None, (credit.part,))))
    companies = _more(person.organisations, organisations_of(credit))[:_MOST_ORGANISATIONS]
    return replace(
        person,
        name=spellings[0],
        aliases=spellings[1:],
        roles=tuple(roles),
        organisations=companies,
        sources=_more(person.sources, (source_id,)),
    )


def joined(first: Person, others: Sequence[Person], names: Sequence[str] = ()) -> Person:
    """Return one person of several rows; `names` were given by hand, the newest first."""
    if not others and not names:
        return first
    people = (first, *others)
    called = dict.fromkeys([*names, *(n for each in people for n in (each.name, *each.aliases))])
    name, *aliases = called
    return Person(
        id=first.id,
        name=name,
        aliases=tuple(aliases),
        roles=tuple(dict.fromkeys(role for each in people for role in each.roles)),
        organisations=_more((), [o for each in people for o in each.organisations]),
        sources=tuple(dict.fromkeys(source for each in people for source in each.sources)),
    )


def _more(known: Sequence[str], new: Sequence[str]) -> tuple[str, ...]:
    """Return both, each thing once whatever its case."""
    seen: dict[str, str] = {}
    for each in (*known, *new):
        seen.setdefault(each.casefold(), each)
    return tuple(seen.values())
