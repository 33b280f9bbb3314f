"""People in a question: whole names, surnames, and names misspelt or written as they sound. Pure.

A name that could be two people's is nobody's, and so is one that only resembles a name where it
is not in a speaker's place: a wrong person would hide every right answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from jellyfish import metaphone
from rapidfuzz.distance import OSA

from corpus.names import folded_words
from corpus.types import Span

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_ALIKE = 0.8  # of letters: one wrong in five
_SHORTEST = 4  # letters of a name that may be misspelt


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ASKING = _words(
    """
    what did does do has have had how why where when which who whom would can could will is are was
    were and or according to by from mr mrs ms dr professor judge the in as show find list give me
    quotes views of
    """
)
_NOBODY = _words(
    """
    people anyone anybody someone somebody everyone everybody experts they he she we you it others
    folks witnesses crew crews guests listeners the that this these those some any many most all
    there
    """
)
_BEFORE_SPEAKER = re.compile(
    r"(?:\b(?:did|does|has|have|had|would|according\s+to|by|from)|^)\s*$", re.I
)
_AFTER_SPEAKER = re.compile(
    r"\s*(?:$|[?,:]|['’]s?\s|(?:ever\s+|also\s+)?(?:say|says|said|think|thinks|thought|mention|explain|"
    r"describe|tell|told|talk|argue|claim|warn|testify|testified|recommend|respond|react|comment|on|"
    r"about)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A name in a question, whose it is, and whether it is written as the archive has it."""

    span: Span
    name: str
    as_written: bool = True


def find_people(question: str, people: Collection[str]) -> list[Sighting]:
    """Return the people named in `question`.

    A full name is seen in any case; a surname of one person only with a capital, or in small
    letters where only a speaker can stand. Another first name is another person.
    """
    found: list[Sighting] = []
    for sighting in (*_whole(question, people), *_surnames(question, people)):
        if not any(_touch(sighting.span, other.span) for other in found):
            found.append(sighting)
    return sorted(found, key=lambda each: each.span)


def _whole(question: str, people: Collection[str]) -> Iterator[Sighting]:
    lowered = question.casefold()
    for name in people:
        if " " not in name or name.casefold() not in lowered:
            continue
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", question, re.IGNORECASE):
            yield Sighting(Span(match.start(), match.end()), name)


def _surnames(question: str, people: Collection[str]) -> Iterator[Sighting]:
    by_surname: dict[str, list[str]] = {}
    for name in people:
        if words := folded_words(name):
            by_surname.setdefault(words[-1], []).append(name)
    tokens = list(_WORD.finditer(question))
    for at, match in enumerate(tokens):
        before = tokens[at - 1] if at and _adjoins(question, tokens[at - 1], match) else None
        if sighting := _surname(question, match, before, by_surname):
            yield sighting


def _surname(
    question: str,
    match: re.Match[str],
    before: re.Match[str] | None,
    by_surname: dict[str, list[str]],
) -> Sighting | None:
    word = " ".join(folded_words(re.sub(r"['’]s?$", "", match.group())))
    if len(word) < 3 or word in _ASKING or word in _NOBODY:
        return None
    end = match.start() + len(re.sub(r"['’]s?$", "", match.group()))
    if word.endswith("s") and match.group().islower() and word not in by_surname:
        return None  # carpenters are no Carpenter
    speaks = _stands_for_a_speaker(question, match.start(), end)
    if not (match.group()[:1].isupper() or speaks):
        return None
    names = by_surname.get(word) or (_alike(word, by_surname) if speaks or before else [])
    first = _first_name(before)
    if first:
        names = [name for name in names if _is_first_of(first, name)]
    if len(names) != 1:
        return None
    start = before.start() if first and before else match.start()
    if first and not _stands_for_a_speaker(question, start, end) and word not in by_surname:
        return None
    exact = word in by_surname and (not first or first == folded_words(names[0])[0])
    return Sighting(Span(start, end), names[0], exact)


def _stands_for_a_speaker(question: str, start: int, end: int) -> bool:
    before, after = question[:start], question[end:]
    return bool(_BEFORE_SPEAKER.search(before[-16:]) and _AFTER_SPEAKER.match(after))


def _first_name(before: re.Match[str] | None) -> str:
    """Return the word before a surname when it can only be a first name."""
    if before is None or not before.group()[:1].isupper():
        return ""
    word = " ".join(folded_words(before.group()))
    return "" if word in _ASKING else word


def _is_first_of(first: str, name: str) -> bool:
    own = folded_words(name)[0]
    return first == own or own.startswith(first) or _is_alike(first, own)


def _alike(word: str, by_surname: dict[str, list[str]]) -> list[str]:
    """Return the people whose surname is written or sounds like `word`; the nearest if one is."""
    if len(word) < _SHORTEST:
        return []
    near = {
        surname: OSA.normalized_similarity(word, surname)
        for surname in by_surname
        if len(surname) >= _SHORTEST and _is_alike(word, surname)
    }
    best = max(near.values(), default=0.0)
    return [name for surname in near if near[surname] == best for name in by_surname[surname]]


def _is_alike(one: str, other: str) -> bool:
    if OSA.normalized_similarity(one, other) >= _ALIKE:
        return True
    same_sound = bool(metaphone(one)) and metaphone(one) == metaphone(other)
    return same_sound and one[:1] == other[:1] and OSA.normalized_similarity(one, other) >= 0.5


def _adjoins(question: str, before: re.Match[str], match: re.Match[str]) -> bool:
    return question[before.end() : match.start()].isspace()


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end
