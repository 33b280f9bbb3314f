"""Whether words are about the opposite of what was asked: dummies are no answer about live rounds.

To an embedding, live, blank and dummy rounds are nearly the same; on a set they are life and
death. The table is data (`corpus/vocabulary/contrasts.toml`). Pure but for reading it once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from corpus.errors import VocabularyError

_OTHER_THING = "not"


@dataclass(frozen=True, slots=True)
class _Contrast:
    names: re.Pattern[str]  # of all sides, the longest first: a "squib load" is no squib
    side_of: dict[str, str]
    other_things: re.Pattern[str] | None

    def sides_in(self, words: str) -> frozenset[str]:
        plain = self.other_things.sub(" ", words) if self.other_things else words
        return frozenset(self.side_of[_fold(match["name"])] for match in self.names.finditer(plain))


def is_about_the_opposite(asked: str, said: str) -> bool:
    """Return whether `asked` names one side of a contrast and `said` only other sides of it.

    >>> is_about_the_opposite("live rounds", "A dummy rattles when you shake it.")
    True
    >>> is_about_the_opposite("live rounds", "A dummy is not a live round.")
    False
    """
    for contrast in _contrasts():
        wanted = contrast.sides_in(asked)
        named = contrast.sides_in(said)
        if wanted and named and not wanted & named:
            return True
    return False


@lru_cache(maxsize=1)
def _contrasts() -> tuple[_Contrast, ...]:
    file = files("corpus") / "vocabulary" / "contrasts.toml"
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
        return tuple(_contrast(table) for table in tables.values())
    except (OSError, tomllib.TOMLDecodeError, AttributeError, TypeError) as error:
        raise VocabularyError(str(file), cause=str(error)) from error


def _contrast(table: dict[str, list[str]]) -> _Contrast:
    side_of = {
        _fold(name): side
        for side, lines in table.items()
        if side != _OTHER_THING
        for name in _names(lines)
    }
    others = _names(table.get(_OTHER_THING, []))
    return _Contrast(_pattern(side_of), side_of, _pattern(others) if others else None)


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
