"""Whether words are about the opposite of what was asked: dummies are no answer about live rounds.

To an embedding, live, blank and dummy rounds are nearly the same; on a set they are life and
death. The table is data (`corpus/vocabulary/contrasts.toml`). Pure but for reading it once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.beat import vocabulary_file, vocabulary_folder
from corpus.errors import VocabularyError

_OTHER_THING, _AS_SUBJECT = "not", "only_as_subject"
_SHARED, _EITHER, _TO_BE_NAMED = "shared", "either", "to_be_named"
# What may stand beside a name in a question that asks for nothing else.
_BESIDE_IT = re.compile(
    r"\W|\b(?:an?|the|any|about|of|on|in|film|movie|sets?|and|or)\b", re.IGNORECASE
)
_NEAR = 120  # characters before and behind a name that may deny it
_ARTICLE = r"(?:(?:a|an|the|any|one|of|really|actually|even|your)\s+){0,3}"
_IS = r"(?:is|are|was|were|['’]s|['’]re|being|been|stays?|remains?)"
# "A dummy is not a", "those weren't": the name that follows is denied. "There was no live round"
# denies that there was one, which is said of live rounds.
_IS_NOT = re.compile(
    rf"(?P<subject>[\w’']*)\s*(?:\b{_IS}|{_IS})\s+(?:(?:just|simply|still|certainly|definitely|clearly)\s+)?(?:not|never|no|hardly)\s+{_ARTICLE}$"
    rf"|(?P<other>[\w’']*)\s+(?:is|are|was|were)n['’]?t\s+{_ARTICLE}$",
    re.IGNORECASE,
)
_THERE = frozenset({"there", "here", "where"})
# "…, not live rounds": what was named before it is meant, if that was said to be something.
_AND_NOT = re.compile(
    rf"(?:[,;:]|[-–—]|\band\b|\bbut\b)\s*(?:and\s+|but\s+)?(?:not|never)\s+{_ARTICLE}$",
    re.IGNORECASE,
)
_COPULA = re.compile(rf"\b{_IS}\b|['’](?:s|re)\b", re.IGNORECASE)
_ONLY_NOT = re.compile(rf"^\W*(?:and\s+|but\s+)?not\s+{_ARTICLE}$", re.IGNORECASE)
_IN_PLACE_OF = re.compile(rf"\b(?:instead\s+of|rather\s+than|in\s+place\s+of)\s+{_ARTICLE}$", re.I)
_USED = re.compile(r"\b(?:us(?:e|es|ed|ing)|film(?:ed|ing)?\s+with|show(?:n|ed)?)\b", re.I)
_BUT = re.compile(r"\s*,?\s*but\b", re.IGNORECASE)
# "It is not live rounds that worry me": the worry is of something else, but so said of them.
_GOES_ON = re.compile(r"\s+(?:that|who|which|until|unless|if|when)\b", re.IGNORECASE)
# "To be sure that it is not a live round": a check, so the live round is what it is about.
_CHECKED = re.compile(
    r"\b(?:sure|certain|check\w*|whether|confirm\w*|verif\w+|prov\w+|know\w*|see|show\w*|if|tell|"
    r"promis\w+|swear|swore|assum\w+|think|thought|believ\w+)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)|\n")
# Jobs are opposites only in what they are: who hires whom is said with both names or with one.
_OF_TWO = re.compile(
    r"\bwho(?:m|se)?\b|\b(?:hire[ds]?|hiring|report(?:s|ed)?|answers?|tell|told|ask|hand(?:s|ed)?|between|"
    r"with|from|assist\w*|replace[ds]?|boss)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"(?:^|[.!?;:]\s+|\b(?:as|became|become|becomes|am|i['’]m|be|being|for|every|each|because|and|that)\s+)"
    r"(?:(?:a|an|the|any|every|each|most|many|all|our|good|real)\s+){0,3}$",
    re.IGNORECASE,
)
_SOMEBODY = re.compile(r"\b(?:him|he|she|her|they|them|us)\b", re.IGNORECASE)
_I_AM = re.compile(r"\b(?:i\s+am|i['’]m|i\s+was|as|i\s+became)\s+(?:a|an|the)\s+$", re.IGNORECASE)
# A word that is no thing: what stands before it says nothing of what follows ("cold means").
_NO_THING = (
    r"(?:a|an|the|and|or|but|nor|if|so|than|then|because|until|till|when|while|where|who|what|that|"
    r"which|in|on|at|by|to|of|for|from|with|without|into|onto|out|off|up|down|over|under|after|"
    r"before|behind|near|as|about|against|is|are|was|were|be|been|being|am|do|does|did|has|have|had|"
    r"can|could|will|would|shall|should|may|might|must|get|gets|got|go|goes|went|gone|going|come|"
    r"comes|came|stay|stays|stayed|mean|means|meant|call|calls|called|say|says|said|make|makes|made|"
    r"i|you|he|she|it|we|they|me|him|her|us|them|my|your|his|its|our|their|this|these|those|there|"
    r"here|not|no|never|always|again|now|only|just|also|too|very|all|any|every|ones?|please)"
)
_DESCRIBES = re.compile(rf"[ \t-]+(?!{_NO_THING}\b)[^\W\d_]{{3,}}", re.IGNORECASE)
_MYSELF = re.compile(r"\b(?:i|my|me|we|our)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class _Contrast:
    names: re.Pattern[str]  # of all sides, the longest first: a "squib load" is no squib
    side_of: dict[str, str]
    other_things: re.Pattern[str] | None
    only_as_subject: bool = False  # of people: they are spoken of in many other ways
    shared: re.Pattern[str] | None = None  # words of the names that describe other things as well
    either: re.Pattern[str] | None = None  # names that leave open which side is meant
    to_be_named: frozenset[str] = frozenset()  # sides that an answer must name

    def opposes(self, asked: str, said: str) -> bool:
        """Return whether `asked` names one side and `said` is about other sides only."""
        wanted = _sides_of(self, asked)
        plain = self._plain(said) if wanted else ""
        named = list(self._named(plain))
        if wanted and not named:
            return self._is_of_another_thing(asked, plain)
        if not wanted or all(side in wanted for side, _ in named):
            return False
        if self.only_as_subject and not self._is_about_one(asked, plain, [at for _, at in named]):
            return False
        return not any(
            side in wanted and not self._is_denied(plain, place) for side, place in named
        )

    def is_unnamed(self, asked: str, said: str) -> bool:
        """Return whether `asked` is but a name of a side to be named, and `said` has no name."""
        if not _is_but_to_be_named(self, asked) or (self.either and self.either.search(said)):
            return False
        bare = self.shared.finditer(said) if self.shared else ()
        if any(not _DESCRIBES.match(said, one.end()) for one in bare):
            return False  # "I treat it as live until I am proved wrong"
        return not self.names.search(said)

    def asks_only_for_a_name(self, asked: str) -> bool:
        """Return whether `asked` is but the name of a side that an answer must name."""
        sides = _sides_of(self, asked)
        if not sides or not sides <= self.to_be_named:
            return False
        return not _BESIDE_IT.sub("", self.names.sub(" ", self._plain(asked)))

    def sides_in(self, words: str) -> frozenset[str]:
        """Return the sides that `words` name."""
        return frozenset(side for side, _ in self._named(self._plain(words)))

    def _is_of_another_thing(self, asked: str, said: str) -> bool:
        """Return whether words that name no side share with the asked one only what describes it.

        A real gun is no real bullet, and the hot gas of a blank no hot gun.
        """
        if self.shared is None or (self.either and self.either.search(said)):
            return False
        names = [match["name"] for _, match in self._named(self._plain(asked))]
        words = {word.group().casefold() for name in names for word in self.shared.finditer(name)}
        places = [one for one in self.shared.finditer(said) if one.group().casefold() in words]
        return bool(places) and all(_DESCRIBES.match(said, one.end()) for one in places)

    def _plain(self, words: str) -> str:
        return self.other_things.sub(" ", words) if self.other_things else words

    def _named(self, words: str) -> Iterator[tuple[str, re.Match[str]]]:
        for match in self.names.finditer(words):
            yield self.side_of[_fold(match["name"])], match

    def _is_denied(self, words: str, place: re.Match[str]) -> bool:
        """Return whether the name at `place` is only what something else is said not to be."""
        before = _SENTENCE_END.split(words[max(0, place.start() - _NEAR) : place.start()])[-1]
        after = words[place.end() : place.end() + _NEAR]
        if _GOES_ON.match(after):
            return False
        if (is_not := _IS_NOT.search(before)) and _CHECKED.search(before):
            return False
        if is_not:
            subject = is_not["subject"] or is_not["other"] or ""
            return subject.casefold() not in _THERE
        if _IN_PLACE_OF.search(before):
            return bool(_USED.search(before) or _USED.search(_SENTENCE_END.split(after)[0]))
        if _AND_NOT.search(before):
            other = next(self._named(before), None)
            return other is not None and bool(_COPULA.search(before))
        ends = _SENTENCE_END.match(after) or not after.strip()
        return bool(_ONLY_NOT.search(before) and (ends or _BUT.match(after)))

    def _is_about_one(self, asked: str, said: str, places: Iterable[re.Match[str]]) -> bool:
        """Return whether a question about a job meets words about who does another one."""
        if _OF_TWO.search(asked):
            return False
        befores = [said[max(0, place.start() - _NEAR) : place.start()] for place in places]
        if any(_I_AM.search(before) for before in befores):
            return True
        if _MYSELF.search(said) or _SOMEBODY.search(said):
            return False
        return any(_OPENS.search(before) for before in befores[:1])


@lru_cache(maxsize=64)
def _sides_of(contrast: _Contrast, asked: str) -> frozenset[str]:
    return contrast.sides_in(asked)


@lru_cache(maxsize=64)
def _is_but_to_be_named(contrast: _Contrast, asked: str) -> bool:
    return contrast.asks_only_for_a_name(asked)


def is_about_the_opposite(asked: str, said: str) -> bool:
    """Return whether `asked` names one side of a contrast and `said` is about other sides of it.

    A side that is named only as what something is not, is not what `said` is about. Nor is one of
    which `said` has only the word that describes it, and of another thing.

    >>> is_about_the_opposite("live rounds", "A dummy rattles when you shake it.")
    True
    >>> is_about_the_opposite("live rounds", "A dummy is not a live round.")
    True
    >>> is_about_the_opposite("live rounds", "We have dummies and never had a live round on set.")
    False
    >>> is_about_the_opposite("real bullets", "A real gun kicks.")
    True
    """
    return any(contrast.opposes(asked, said) for contrast in _named_in(asked, vocabulary_folder()))


def is_unnamed_in(asked: str, said: str) -> bool:
    """Return whether `asked` only names a thing that `said` does not name, nor what may be it.

    For things of which a likeness is no answer: live rounds, a hot gun.

    >>> is_unnamed_in("live ammunition", "Treat every gun as if it is loaded.")
    True
    >>> is_unnamed_in("why is live ammunition banned", "Treat every gun as if it is loaded.")
    False
    """
    contrasts = _named_in(asked, vocabulary_folder())
    return any(contrast.is_unnamed(asked, said) for contrast in contrasts)


# One question is held against every candidate of a search: what it names is read once.
@lru_cache(maxsize=64)
def _named_in(asked: str, folder: Path) -> tuple[_Contrast, ...]:
    return tuple(one for one in _contrasts(folder) if _sides_of(one, asked))


@lru_cache(maxsize=4)
def _contrasts(folder: Path) -> tuple[_Contrast, ...]:
    file = vocabulary_file(folder, "contrasts.toml")
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        return tuple(_contrast(table) for table in tables.values())
    except (OSError, tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        raise VocabularyError(str(file), cause=str(error)) from error


def _contrast(table: dict[str, Any]) -> _Contrast:
    side_of = {
        _fold(name): side
        for side, lines in table.items()
        if side not in (_OTHER_THING, _AS_SUBJECT, _SHARED, _EITHER, _TO_BE_NAMED)
        for name in _names(lines)
    }
    others, shared, either = (
        _pattern(names) if (names := _names(table.get(key, []))) else None
        for key in (_OTHER_THING, _SHARED, _EITHER)
    )
    return _Contrast(
        _pattern(side_of),
        side_of,
        others,
        only_as_subject=table.get(_AS_SUBJECT) is True,
        shared=shared,
        either=either,
        to_be_named=frozenset(_names(table.get(_TO_BE_NAMED, []))),
    )


def _names(lines: list[str]) -> list[str]:
    return [name.strip() for line in lines for name in line.split("|")]


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    longest_first = sorted(names, key=len, reverse=True)
    body = "|".join(
        re.escape(name).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]+")
        for name in longest_first
    )
    return re.compile(rf"(?<!\w)(?P<name>{body})(?:s)?(?!\w)", re.IGNORECASE)


def _fold(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name.casefold())
