"""Exact words in a text: case, punctuation, hyphens and line breaks apart, never inside a word.

Pure. What the engine finds by a phrase is looked up here in the text itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from corpus.types import Span

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
    words = re.findall(r"[^\W_]+", phrase)
    if not words:
        return None
    return re.compile(rf"(?<![^\W_]){_BETWEEN.join(map(re.escape, words))}(?![^\W_])", re.I)
