"""A paragraph with one short word in place of each quotation, so that its grammar is plain.

“Never,” he said. is read as "Yes," he said. and long speeches cost nothing. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Span
from ingest.marks import Marked

_WORD = "Yes"
_ENDS = ".?!…—–"
_LONGEST = 90  # characters of a few quoted words that stay as they are
# Where an agency filed from, in capitals before a dash.
_DATELINE = re.compile(
    r"[A-ZÀ-Ý][A-ZÀ-Ý .’'-]{2,40}(?:,\s[A-Z][\w. ]{1,20})?\s(?:\([^()]{2,30}\)\s)?(?:—|–|--|-)\s"
)
# What goes on after a question or a shout: “Why?” he asked; “Why?” Ann Lee asked.
_ON = re.compile(
    r"[”\"’'»]?\s+(?:[a-z]|(?:[A-Z][\w.’'-]*\s+){1,3}"
    r"(?:said|says|asked|asks|shouted|shouts|wrote|writes|yelled|told|tweeted|replied|recalled|"
    r"added|adds|called|cried|demanded|answered)\b)"
)


@dataclass(frozen=True, slots=True)
class Masked:
    """The text to be read, where each quotation stands in it, and the way back."""

    text: str
    quotes: tuple[Span, ...]  # in the order of the quotations
    _starts: tuple[int, ...]  # of the kept stretches, in the masked text
    _origins: tuple[int, ...]  # the same in the paragraph

    def back(self, span: Span) -> Span:
        """Return the place in the paragraph of a stretch outside the quotations."""
        return Span(self._origin(span.start), max(self._origin(span.start), self._end(span.end)))

    def _origin(self, place: int) -> int:
        at = max(0, bisect_right(self._starts, place) - 1)
        return self._origins[at] + place - self._starts[at]

    def _end(self, place: int) -> int:
        return self._origin(place - 1) + 1 if place else 0


def mask(paragraph: str, marked: Sequence[Marked]) -> Masked:
    """Return the paragraph with its quotations made short."""
    parts: list[str] = []
    quotes: list[Span] = []
    line = _DATELINE.match(paragraph)
    length, position = 0, line.end() if line else 0
    if marked and marked[0].inner.start <= position:
        position = 0
    starts, origins = [0], [position]
    for each in marked:
        inner = each.inner
        begin = inner.start - 1 if each.mark and inner.start else inner.start
        stop = inner.end + 1 if each.mark and each.closed else inner.end
        kept = paragraph[position:begin]
        word = _short(paragraph, each)
        parts += [kept, '"', word, '"']
        length += len(kept) + 1
        quotes.append(Span(length, length + len(word)))
        starts.append(length)  # a few words that stay keep their places
        origins.append(inner.start)
        length += len(word) + 1
        starts.append(length)
        origins.append(stop)
        position = stop
    parts.append(paragraph[position:])
    return Masked("".join(parts), tuple(quotes), tuple(starts), tuple(origins))


def _short(paragraph: str, each: Marked) -> str:
    words = each.inner.of(paragraph).strip()
    last = words[-1:]
    if each.mark and words[:1].islower() and len(words) <= _LONGEST:
        plain = not re.search(r"[.?!…]\s", words)
        if plain and last not in "?!…":
            return words.rstrip(_ENDS) + ("" if last not in ".," else last)
    after = paragraph[each.inner.end : each.inner.end + 80]
    word = "this" if words[:1].islower() and last not in _ENDS + "," else _WORD
    if last == "," or (last in "?!…—–" and _ON.match(after)):
        return f"{word},"
    if last in _ENDS or not each.mark:
        return f"{word}."
    return word
