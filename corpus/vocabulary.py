"""The words of the subject: roles and their names, and hints for the recogniser.

Read strictly from `vocabulary/*.toml`, so that a newsroom can write its own for another beat.
Knows nothing of documents; finds its words in any text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.beat import vocabulary_file, vocabulary_folder
from corpus.errors import VocabularyError
from corpus.types import Span

_NOT_A_ROLE = "not_a_role"  # table of titles that only contain a role's name
_ROLE_KEYS = {"name", "plural", "names", "part"}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# A description claims a role where one of its noun phrases starts with it. Titles and quoted words
# are not the description's own; an apostrophe inside a word is no quotation mark.
_QUOTED = re.compile(
    r"[“„][^”“]*[”“]?|«[^»]*»?|\"[^\"]*\"?|(?<!\w)[‘'](?=\S).*?(?<=\S)[’'](?!\w)", re.DOTALL
)
_BREAK = re.compile(  # "vs." and "U.S." end no phrase
    r"[;•·|()\[\]\n,/&+–—]|[!?:](?=\s|$)|(?<=\w{4})\.(?=\s|$)|\s-+\s"
    r"|\b(?:and|but|or|und|et|y)\b",
    re.IGNORECASE,
)
_LISTED = re.compile(r"\s*(?:[,/&+]|\b(?:and|or)\b|\s)+\s*", re.IGNORECASE)
# "Ines Okafor is", "she has worked as": what may stand before the phrase that says who somebody is.
_SUBJECT = re.compile(
    r"^(?P<who>(?:(?:he|she|they|i|[A-ZÀ-Ý][\w.'’-]*)\s+){0,4})(?:also\s+|now\s+|currently\s+)?"
    r"(?i:is|was|has been|(?:has |had )?(?:works|worked|working|serves|served|serving) as)(?:\s+|$)"
)
_QUALIFIERS = _words(
    """
    a an the his her their this our now then also currently previously formerly once both ex former
    retired longtime veteran experienced seasoned senior junior chief head lead key main principal
    first second third 1st 2nd 3rd assistant associate deputy acting interim founding freelance
    independent self-employed licensed certified professional qualified trained union staff special
    executive managing contributing supervising award-winning celebrated renowned leading top
    acclaimed noted british american canadian australian irish scottish welsh english french german
    italian new mexico los angeles california hollywood film films movie movies motion picture
    television tv stage theatre theater theatrical set production on-set props prop property weapons
    weapon firearms firearm gun military historical period podcast radio news show programme program
    public current co guest criminal civil defense defence trial entertainment labor labour
    employment state federal county legal crime court investigative science health business culture
    political national local foreign feature features magazine newspaper documentary camera stunt
    action commercial live video audio sound visual special effects university adjunct visiting
    best only great good wonderful brilliant fine fantastic amazing legendary famous respected
    emeritus film-industry industry safety female male woman young working practising practicing
    """
)
_ADVERB = re.compile(r"(?:(?:now|then|also|currently|previously|formerly|once|both)\s+)+", re.I)
# "the film's armorer": whoever employs them, the head of the phrase is still the role.
_OWNER = re.compile(
    r"^\s*(?:(?:(?:the|a|an)\s+)?(?:[\w.&-]+\s+){0,4}[\w.&-]+(?:['’]s|s['’])|his|her|its|their|our|my)"
    r"\s+",
    re.I,
)
_DETERMINERS = frozenset({"a", "an", "the"})
_GOVERNS = _words(
    """
    of for to by with about from against as at on in under after before without who whose whom that
    which plays played playing portrays portrayed portraying tried sued suing shot killed murdered
    slain accused alleged aspiring would-be so-called fake not never no nor isn't wasn't isn’t
    wasn’t longer father mother wife husband son daughter brother sister widow widower partner
    friend victim killer client fan
    """
)
# "armorer's guild", "armorer Bo Hale's lawyer", "armorer trainee": the role only describes a noun.
_NOT_THE_HEAD = re.compile(
    r"['’]|(?:\s+[A-ZÀ-Ý][\w.-]*){0,3}['’]s?\b|\s+(?:['’]s\b|union|guild|association|society|"
    r"academy|school|trainee|apprentice|intern|student|records|victim|killer|case|trial)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One profession or part, with every spelling it goes by."""

    id: str
    name: str
    plural: str
    names: tuple[str, ...]
    part: bool = False  # a part in the programme (host, producer), not a job on a set


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything the vocabulary files say, ready to be looked up."""

    roles: tuple[Role, ...]
    hotwords: tuple[str, ...]
    _pattern: re.Pattern[str]
    _by_form: dict[str, str]

    def role(self, role_id: str) -> Role | None:
        """Return the role called `role_id`, or None."""
        return next((role for role in self.roles if role.id == role_id), None)

    def forms(self) -> list[tuple[str, str]]:
        """Return every way a role is written, in small letters, with the role's id."""
        return [(form, role) for form, role in self._by_form.items() if role != _NOT_A_ROLE]

    def find_roles(self, text: str) -> list[tuple[Span, str]]:
        """Return every role named in `text` with its place, the longest name winning.

        >>> load_vocabulary().find_roles("Armourers and first ADs")
        [(Span(start=0, end=9), 'armorer'), (Span(start=14, end=23), 'assistant_director')]
        """
        found = (
            (Span(match.start(), match.end()), self._by_form[_fold(match.group())])
            for match in self._pattern.finditer(text)
        )
        return [(span, role_id) for span, role_id in found if role_id != _NOT_A_ROLE]

    def roles_in(self, text: str) -> tuple[str, ...]:
        """Return the ids of the roles a description claims, the most telling first."""
        own = _QUOTED.sub(lambda quoted: "X" * len(quoted.group()), text)
        claimed: set[str] = set()
        governed = -1  # where the last role that is somebody else's ends
        for span, role_id in self.find_roles(own):
            start = max((each.end() for each in _BREAK.finditer(own, 0, span.start)), default=0)
            # "lawyer for the armorer and the prop master": neither is claimed
            listed = 0 <= governed < start and _LISTED.fullmatch(own, governed, start)
            if listed or not self._claims(own, start, span):
                governed = span.end
            else:
                claimed.add(role_id)
        return tuple(role.id for role in self.roles if role.id in claimed)

    def _claims(self, text: str, start: int, span: Span) -> bool:
        """Say whether the phrase from `start` begins with the role at `span`, as its head."""
        if _NOT_THE_HEAD.match(text, span.end) or self._pattern.match(text[span.end :].lstrip(" ")):
            return False
        before = text[start : span.start].strip()
        lead = _SUBJECT.match(before)
        phrase = _ADVERB.sub("", before[lead.end() if lead else 0 :] + " ", count=1)
        owner = _OWNER.match(phrase)
        if owner and not any(word in _GOVERNS for word in owner.group().casefold().split()):
            phrase = phrase[owner.end() :]
        words = phrase.split()
        if lead and any(word.casefold() in _GOVERNS for word in lead["who"].split()):
            return False
        return all(self._qualifies(word, first=place == 0) for place, word in enumerate(words))

    def _qualifies(self, word: str, *, first: bool) -> bool:
        plain = word.casefold().rstrip("-")
        if plain in _GOVERNS or (plain in _DETERMINERS and not first):
            return False
        proper = word[:1].isupper() or word[:1].isdigit()
        return proper or plain in _QUALIFIERS or "-" in plain or self.role_of(plain) is not None

    def role_of(self, word: str) -> str | None:
        """Return the role that `word` as a whole names, or None ("armourers" → "armorer")."""
        role_id = self._by_form.get(_fold(word.strip()))
        return None if role_id == _NOT_A_ROLE else role_id

    def print_role(self, role_id: str | None) -> str | None:
        """Return the role's name as printed in a citation."""
        role = self.role(role_id) if role_id else None
        return role.name if role else role_id


def load_vocabulary(folder: Path | None = None) -> Vocabulary:
    """Read the roles and hotwords of `folder`; None: of the one in force.

    A file that `folder` does not have is the installed one.

    Raises:
        VocabularyError: a file is missing or has a key or value that cannot be understood.
    """
    return _load(folder or vocabulary_folder())


@lru_cache(maxsize=4)
def _load(folder: Path) -> Vocabulary:
    path = vocabulary_file(folder, "roles.toml")
    tables = _read(path)
    others = tables.pop(_NOT_A_ROLE, {}).get("names", [])
    roles = tuple(_roles(path, tables))
    by_form = {_fold(form): _NOT_A_ROLE for name in others for form in (name, _plural(name))}
    by_form |= {_fold(form): role.id for role in reversed(roles) for form in _forms(role)}
    longest_first = sorted(by_form, key=len, reverse=True)
    body = "|".join(re.escape(form).replace(r"\ ", r"[\s-]+") for form in longest_first)
    # A hyphen before the word is a prefix ("ex-armorer"), after it a longer compound.
    pattern = re.compile(rf"(?<!\w)(?:{body})(?!\w)", re.IGNORECASE)
    hotwords = _hotwords(vocabulary_file(folder, "hotwords.toml"))
    return Vocabulary(roles, tuple(hotwords), pattern, by_form)


def _roles(path: Path, tables: dict[str, Any]) -> Iterable[Role]:
    for role_id, table in tables.items():
        if not isinstance(table, dict) or not {"name", "plural", "names"} <= set(table):
            raise VocabularyError(f"{path}: [{role_id}]", cause="needs name, plural and names")
        if unknown := set(table) - _ROLE_KEYS:
            raise VocabularyError(f"{path}: [{role_id}] {min(unknown)}", cause="no such key")
        yield Role(
            id=role_id,
            name=table["name"],
            plural=table["plural"],
            names=tuple(table["names"]),
            part=bool(table.get("part", False)),
        )


def _hotwords(path: Path) -> list[str]:
    table = _read(path)
    words = table.get("words")
    if set(table) != {"words"} or not isinstance(words, list):
        raise VocabularyError(str(path), cause="must hold one list called words")
    return [str(word) for word in words]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(str(path), cause=str(error)) from error


def _forms(role: Role) -> set[str]:
    singular = {role.name, *role.names}
    return singular | {role.plural} | {_plural(name) for name in singular}


def _plural(name: str) -> str:
    if name.endswith("man"):
        return f"{name[:-3]}men"
    if name.endswith("person"):
        return f"{name[:-6]}people"
    if name.startswith(("head of", "director of", "master of")):
        first, rest = name.split(" ", 1)
        return f"{first}s {rest}"
    if name.endswith(("s", "x", "ss")):
        return f"{name}es"
    return f"{name}s"


def _fold(form: str) -> str:
    return re.sub(r"[\s-]+", " ", form.casefold())
