"""People in a question: whole names, surnames, and names misspelt or written as they sound. Pure.

A name that could be two people's is nobody's, and so is one that only resembles a name where it
is not in a speaker's place: a wrong person would hide every right answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from corpus.types import Span
from index.understanding.likenames import NameRegister, joined, register_of, without_genitive

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_BETWEEN = re.compile(r"\s{1,3}|[-‐‑]|\.\s{0,2}")  # words of one name
_MOST_WORDS = 5  # of a name
_MOST_GUESSES = 24  # names in one question that are looked up by likeness


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
_SAYING = _words(
    """
    say says said saying think thinks thought mention explain describe tell told talk argue claim
    warn testify testified recommend respond react comment discuss ever also about on
    """
)
_TITLES = _words("mr mrs ms mx miss dr prof professor sir dame judge")
_LEAST = 3  # letters of a surname that is looked for by itself
_BEFORE_SPEAKER = re.compile(
    r"(?:\b(?:did|does|do|has|have|had|would|according\s+to|by|from|with)|^)\s*$", re.I
)
_SAYS = (
    r"(?:say|says|said|think|thinks|thought|mention|explain|describe|tell|told|talk|argue|claim|warn|"
    r"testify|testified|recommend|respond|react|comment)\b"
)
_AFTER_SPEAKER = re.compile(
    rf"\s*(?:$|[?,:]|['’]s?\s|(?:ever\s+|also\s+)?(?:{_SAYS}|(?:on|about)\b))", re.I
)
# Where first names stand alone for people: "what did Will say", and not "by May", "Bill on guns".
_BEFORE_FIRST = re.compile(r"\b(?:did|does|do|has|have|had|would)\s+$", re.I)
_AFTER_FIRST = re.compile(rf"\s+(?:(?:ever|also|really|actually)\s+)?{_SAYS}", re.I)


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
    looked = _Look(question, register_of(tuple(people)))
    found: list[Sighting] = []
    end = 0
    for at, match in enumerate(looked.tokens):
        if match.start() < end:
            continue
        if sighting := looked.named_from(at):
            found.append(sighting)
            end = sighting.span.end
    return found


class _Look:
    """One question being looked through for names."""

    def __init__(self, question: str, register: NameRegister) -> None:
        self._question = question
        self._register = register
        self._guesses = 0
        self.tokens = list(_WORD.finditer(question))

    def named_from(self, at: int) -> Sighting | None:
        """Return the person whose name begins with the word `at`: the most words that are one."""
        return next(filter(None, map(self._named, self._windows(at))), None)

    def _windows(self, at: int) -> Iterator[list[re.Match[str]]]:
        window = [self.tokens[at]]
        for token in self.tokens[at + 1 : at + _MOST_WORDS]:
            apart = self._question[window[-1].end() : token.start()]
            owner = without_genitive(window[-1].group()) != window[-1].group()
            if owner or not _BETWEEN.fullmatch(apart) or token.group().casefold() in _SAYING:
                break
            window.append(token)
        for size in range(len(window), 0, -1):
            yield window[:size]

    def _named(self, window: list[re.Match[str]]) -> Sighting | None:
        words = [joined([without_genitive(match.group())]) for match in window]
        end = window[-1].start() + len(without_genitive(window[-1].group()))
        span = Span(window[0].start(), end)
        if len(words) > 1 and len(names := self._register.whole.get("".join(words), [])) == 1:
            return Sighting(span, names[0])
        titled = len(words) > 1 and words[0] in _TITLES
        words = words[1:] if titled else words
        if any(word in _ASKING or word in _NOBODY or not word for word in words):
            return None
        speaks = stands_for_a_speaker(self._question, span)
        if not (speaks or window[-1].group()[:1].isupper()):
            return None
        names = self._of_surname(words, "" if titled else self._first_before(window[0]))
        exact = bool(names)
        if not names and speaks:
            names = self._of_first_name(words, span) or self._alike(words, window)
        return Sighting(span, names[0], exact) if len(names) == 1 else None

    def _of_surname(self, words: list[str], first: str) -> list[str]:
        """Return those who have this surname; with a first name, that have one like it too."""
        if len(joined(words)) < _LEAST:
            return []
        names = self._register.called("".join(words), first)
        if len(words) > 1 and not first:
            names = names or self._register.called("".join(words[1:]), words[0])
        return names

    def _of_first_name(self, words: list[str], span: Span) -> list[str]:
        """Return whom a first name alone can mean where somebody is asked; several are nobody."""
        before, after = self._question[: span.start][-24:], self._question[span.end :]
        if len(words) > 1 or not self._question[span.start].isupper():
            return []
        if not (_BEFORE_FIRST.search(before) and _AFTER_FIRST.match(after)):
            return []
        return self._register.by_first.get(words[0], [])

    def _alike(self, words: list[str], window: list[re.Match[str]]) -> list[str]:
        if self._guesses >= _MOST_GUESSES or self._register.called("".join(words)):
            return []  # two people of exactly that name are nobody
        self._guesses += 1
        if len(words) == 1 and window[-1].group().islower() and words[0].endswith("s"):
            return []  # carpenters are no Carpenter
        whole = self._register.like("".join(words))
        return whole or (self._register.like("".join(words[1:]), words[0]) if words[1:] else [])

    def _first_before(self, match: re.Match[str]) -> str:
        """Return the word before a surname when it can only be a first name."""
        before = re.search(r"([^\W\d_]+)[\s]$", self._question[: match.start()][-40:])
        if before is None or not before.group(1)[:1].isupper():
            return ""
        word = joined([before.group(1)])
        return "" if word in _ASKING or word in _NOBODY or word in _TITLES else word


def stands_for_a_speaker(question: str, span: Span, start: int | None = None) -> bool:
    """Return whether the words at `span`, or from `start` to its end, stand where speakers do."""
    before, after = question[: span.start if start is None else start], question[span.end :]
    return bool(_BEFORE_SPEAKER.search(before[-24:]) and _AFTER_SPEAKER.match(after))
