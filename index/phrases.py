"""Exact words in a text: case, punctuation, hyphens and line breaks apart, never inside a word.

Pure. What the engine finds by a phrase is looked up here in the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from corpus.types import Span

SOUGHT = 12  # words of a phrase that a store looks for; the rest is looked up in the text
_LONGEST_SEAM = 400  # characters on either side
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = r"[\W_]+"


def find_phrase(content: str, phrase: str, within: Span | None = None) -> Iterator[Span]:
    """Yield the places of `phrase` in `content`, or of it `within`.

    >>> text = "Live-rounds! “Alive rounds”, live;  Rounds."
    >>> [place.of(text) for place in find_phrase(text, "live rounds")]
    ['Live-rounds', 'live;  Rounds']
    """
    pattern = _pattern(phrase)
    if pattern is None:
        return
    start, end = (within.start, within.end) if within else (0, len(content))
    for match in pattern.finditer(content, start, end):
        yield Span(match.start(), match.end())


@lru_cache(maxsize=64)
def _pattern(phrase: str) -> re.Pattern[str] | None:
    words = _WORD.findall(unicodedata.normalize("NFC", phrase))
    if not words:
        return None
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(map(re.escape, words))}(?![^\W_])", re.I)


def sought(phrase: str) -> str:
    """Return the words of `phrase` that a store is asked for: where it begins."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFC", phrase))[:SOUGHT])


def seam_of(content: str, passage: Span, turn: Span) -> str:
    """Return the last words of a passage and the first that follow it in its turn, "" at its end.

    As many that a phrase of `SOUGHT` words over the border stands in them, and no phrase that
    does not cross it.

    >>> seam_of("We never did. Not once, ever.", Span(0, 13), Span(0, 29))
    'We never did Not once ever'
    """
    after = _WORD.findall(content[passage.end : min(turn.end, passage.end + _LONGEST_SEAM)])
    if not after:
        return ""
    before = _WORD.findall(content[max(passage.start, passage.end - _LONGEST_SEAM) : passage.end])
    return " ".join((*before[1 - SOUGHT :], *after[: SOUGHT - 1]))
