"""The small language in which vocabulary files write their evidence. Pure.

    live/real round/bullet          either word, then either word: four phrases
    hand/pass over | hand-off       either phrase
    hand/pass + gun + actor/cast    all of them close together in one sentence, in any order
    clean + gun - actor             the same, but in no sentence that says "actor"
    =blank                          this very form: not "blanks", not "blanked"
    Rust                            with this capital
    bulletin number? one            "number" may be missing
    {gun}                           the line called gun in [words]

Hyphens and spaces are one; case matters only for a word written with a capital.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

MOST_PHRASES = 400  # one line stands for; more is a mistake
_WORD = re.compile(r"=?(?:\w+(?:['’]\w+)*(?:-\w+)*|§)\??")
_INSERTED = re.compile(r"\{(\w+)\}")


class Word(NamedTuple):
    """One word of a phrase; `exact`: no other form of it counts; `capital`: nor another case."""

    text: str
    exact: bool = False
    capital: bool = False


Phrase = tuple[frozenset[Word], ...]  # a place for each word, with what may stand in it


@dataclass(frozen=True, slots=True)
class Pattern:
    """Evidence: one phrase of every group. With several groups, close together in any order."""

    line: str  # as written in the file
    groups: tuple[tuple[Phrase, ...], ...]
    without: tuple[Phrase, ...] = ()  # a sentence with one of these is no evidence

    @property
    def is_phrase(self) -> bool:
        """Whether it is words in their order, nothing else."""
        return len(self.groups) == 1

    def spellings(self) -> frozenset[tuple[str, ...]]:
        """Return every phrase it stands for, word by word, as far as they can be told apart."""
        found: set[tuple[str, ...]] = set()
        for phrase in self.groups[0] if self.is_phrase else ():
            places = [sorted({word.text for word in place}) for place in phrase]
            found.update(product(*places))
        return frozenset(found)


def parse_pattern(line: str, words: Mapping[str, str]) -> Pattern:
    """Read one line of evidence.

    Args:
        line: as written.
        words: the lines that `{name}` inserts.

    Raises:
        ValueError: it cannot be read; the message says why.
    """
    wanted, excepted, without = line.partition(" - ")
    groups = tuple(_group(group, words) for group in wanted.split("+"))
    if sum(map(len, groups)) > MOST_PHRASES:
        raise ValueError(f"“{line}” stands for too many phrases")
    return Pattern(line, groups, _group(without, words) if excepted else ())


def _group(text: str, words: Mapping[str, str]) -> tuple[Phrase, ...]:
    return tuple(found for phrase in text.split("|") for found in _phrases(phrase.strip(), words))


def _phrases(text: str, words: Mapping[str, str]) -> list[Phrase]:
    places = [_place(place, words) for place in text.split()]
    if not places:
        raise ValueError(f"“{text}” has no words")
    count = 1
    for choices in places:
        count *= len(choices)
        if count > MOST_PHRASES:
            raise ValueError(f"“{text}” stands for too many phrases")
    chosen = (sum(choice, ()) for choice in product(*places))
    return [phrase for phrase in chosen if phrase]


def _place(text: str, words: Mapping[str, str]) -> list[Phrase]:
    """Return what may stand in one place: single words together, longer ones each apart."""
    single: set[Word] = set()
    several: list[Phrase] = []
    for alternative in text.split("/"):
        if inserted := _INSERTED.fullmatch(alternative):
            phrases = list(_group(_line(inserted[1], words), words))
        else:
            phrases = _spelled(alternative)
        for phrase in phrases:
            if len(phrase) == 1:
                single |= phrase[0]
            else:
                several.append(phrase)
    return [(frozenset(single),), *several] if single else several


def _line(name: str, words: Mapping[str, str]) -> str:
    if name not in words:
        raise ValueError(f"[words] has no {name}")
    if "{" in words[name]:
        raise ValueError(f"[words] {name}: a line there cannot insert another")
    return words[name]


def _spelled(text: str) -> list[Phrase]:
    if not _WORD.fullmatch(text):
        raise ValueError(f"“{text}” is not a word")
    whole: Phrase = tuple(frozenset({_word(part)}) for part in text.removesuffix("?").split("-"))
    return [whole, ()] if text.endswith("?") else [whole]


def _word(text: str) -> Word:
    exact = text.startswith("=")
    plain = text.removeprefix("=").replace("’", "'")
    capital = any(letter.isupper() for letter in plain)
    return Word(plain if capital else plain.casefold(), exact, capital)
