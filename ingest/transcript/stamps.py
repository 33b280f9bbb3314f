"""Times as transcripts print them, and times for words whose own time nobody gave. Pure.

A stamp is a time of the recording: `0:53`, `[00:01:04]`, `(12:07)`, `00:00:01.770`. Words between
two stamps share the time between them by their length; all such words are marked as estimated.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.types import Word

BARE = r"(?:\d{1,3}:)?\d{1,3}:[0-5]\d(?:[.,:]\d{1,3})?(?![\d:])"
_RANGE = rf"{BARE}(?:\s?(?:-+>?|–|—|to)\s?{BARE})?"
# A reader of markup puts the seconds it finds in attributes between these two.
OPEN, CLOSE = "\ue000", "\ue001"
EXACT = rf"{OPEN}\d{{1,7}}(?:\.\d{{1,3}})?{CLOSE}"
BRACKETED = rf"(?:\[\s?{_RANGE}\s?\]|\(\s?{_RANGE}\s?\)|\{{\s?{_RANGE}\s?\}}|{EXACT})"
STAMP = rf"(?:{BRACKETED}|{_RANGE})"

_LEADING = re.compile(rf"(?:starting point is\s)?{STAMP}(?=$|[\s:\-–—|•·])[\s:\-–—|•·]*", re.I)
_LEADING_BRACKETED = re.compile(rf"{BRACKETED}[\s:\-–—|•·]*")
_FIRST = re.compile(BARE)
_FIRST_EXACT = re.compile(rf"{OPEN}([\d.]+){CLOSE}")
_RATE = 2.6  # words a second, as people usually speak
_SLOWEST = 2.0  # seconds a word, on average; a longer stretch has a silence or a spot in it


@dataclass(frozen=True, slots=True)
class Said:
    """One printed word, whose it is, and the paragraph it stands in."""

    text: str
    speaker: str | None
    paragraph: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A time the publisher gave: the word at `index` is not heard before `seconds`."""

    index: int
    seconds: float
    exact: bool = True  # the word itself begins then


def seconds_of(stamp: str) -> float:
    """Return the seconds a stamp means; of a range, where it begins."""
    if found := _FIRST_EXACT.search(stamp):
        return float(found[1])
    printed = _FIRST.search(stamp)
    if not printed:
        raise ValueError(f"no time: {stamp!r}")
    whole, _, fraction = printed[0].replace(",", ".").partition(".")
    total = 0
    for part in whole.split(":")[:3]:  # a fourth part counts frames
        total = total * 60 + int(part)
    return total + (float(f"0.{fraction}") if fraction else 0.0)


def leading_stamp(text: str, *, bracketed: bool = False) -> tuple[float | None, str]:
    """Return the time a line begins with, and the rest of the line."""
    found = (_LEADING_BRACKETED if bracketed else _LEADING).match(text)
    if not found:
        return None, text
    return seconds_of(found[0]), text[found.end() :]


def in_order(anchors: Sequence[Anchor]) -> list[Anchor]:
    """Return the most anchors whose times rise; the others are misprints or of something else."""
    ends: list[float] = []
    lasts: list[int] = []
    before: list[int | None] = []
    for place, anchor in enumerate(anchors):
        length = bisect.bisect_left(ends, anchor.seconds)
        before.append(lasts[length - 1] if length else None)
        ends[length : length + 1] = [anchor.seconds]
        lasts[length : length + 1] = [place]
    chain: list[Anchor] = []
    at = lasts[-1] if lasts else None
    while at is not None:
        chain.append(anchors[at])
        at = before[at]
    return chain[::-1]


def timed_words(said: Sequence[Said], anchors: Sequence[Anchor]) -> Iterator[Word]:
    """Yield the words with times: the given ones, and between them shares by length.

    Args:
        said: all words in order.
        anchors: in order of index and of time, as `in_order` leaves them.
    """
    first = {anchor.index: anchor for anchor in reversed(anchors)}
    stops = sorted(first.values(), key=lambda anchor: anchor.index)
    if not stops or stops[0].index > 0:
        stops.insert(0, Anchor(0, 0.0, exact=False))
    stops.append(Anchor(len(said), float("inf"), exact=False))
    for here, there in pairwise(stops):
        words = said[here.index : there.index]
        if words:
            yield from _shared(words, here, there.seconds)


def _shared(words: Sequence[Said], here: Anchor, until: float) -> Iterator[Word]:
    usual = len(words) / _RATE
    slowest = max(2.0, len(words) * _SLOWEST)
    length = usual if until == float("inf") else min(until - here.seconds, slowest)
    whole = sum(len(word.text) + 1 for word in words)
    place, left = 0, round(here.seconds, 3)
    for number, word in enumerate(words):
        place += len(word.text) + 1
        right = round(here.seconds + length * place / whole, 3)
        yield Word(
            text=word.text,
            start_time=left,
            end_time=right,
            speaker=word.speaker,
            estimated=number > 0 or not here.exact,
        )
        left = right
