"""A paragraph with one short word in place of each quotation, so that its grammar is plain.

“Never,” he said. is read as "Yes," he said. and long speeches cost nothing. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Span
from ingest.prose.marks import Marked

_WORD = "Yes"
_NICKNAME = re.compile(r"(?<=\w) [“\"‘'(][A-Z][\w’'. -]{0,20}[”\"’')](?= [A-Z][\w’'-]+)")
_ENDS = ".?!…—–"
# A verb of speech at the beginning of a sentence, before who speaks: Said Moor: “…”
_SAID_FIRST = re.compile(
    r"(?:(?<=^)|(?<=[.?!”\"] ))(?:Said|Says|Replied|Recalled|Added|Asked|Answered|Wrote|Noted|"
    r"Explained|Continued|Shouted|Testified|Concluded|Tweeted|Warned|Agreed|Countered)"
    r"(?=\s[^\W\d_a-z][^,:.?!“”\"]{1,60}[,:]\s*[“‘«\"'])"
)
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
    """Return the paragraph with its quotations made short, and without nicknames in names."""
    begin = _beginning(paragraph, marked)
    paragraph = _SAID_FIRST.sub(lambda verb: verb.group().lower(), paragraph)
    masking = _Masking(paragraph, begin)
    for each in marked:
        inner = each.inner
        begin = inner.start - 1 if each.mark and inner.start else inner.start
        stop = inner.end + 1 if each.mark and each.closed else inner.end
        masking.keep(begin)
        masking.quote(_short(paragraph, each), inner.start, stop)
    masking.keep(len(paragraph))
    return masking.masked()


def _beginning(paragraph: str, marked: Sequence[Marked]) -> int:
    """Return where the sentences begin, behind the place an agency filed from."""
    line = _DATELINE.match(paragraph)
    start = line.end() if line else 0
    return 0 if marked and marked[0].inner.start <= start else start


class _Masking:
    """A paragraph while it is written anew, with the way back to every place."""

    def __init__(self, paragraph: str, position: int) -> None:
        self._paragraph = paragraph
        self._position = position  # in the paragraph
        self._length = 0  # of what is written
        self._parts: list[str] = []
        self._quotes: list[Span] = []
        self._starts = [0]
        self._origins = [position]

    def keep(self, end: int) -> None:
        """Take over the words up to a place of the paragraph."""
        for nickname in _NICKNAME.finditer(self._paragraph, self._position, end):
            self._write(self._paragraph[self._position : nickname.start()])
            self._go(nickname.end())
        self._write(self._paragraph[self._position : end])
        self._position = max(self._position, end)

    def quote(self, word: str, start: int, stop: int) -> None:
        """Put a word for the quotation from `start`; what follows goes on at `stop`."""
        self._write('"')
        self._quotes.append(Span(self._length, self._length + len(word)))
        self._go(start)  # a few words that stay keep their places
        self._write(word + '"')
        self._go(stop)

    def masked(self) -> Masked:
        """Return what was written."""
        return Masked(
            "".join(self._parts), tuple(self._quotes), tuple(self._starts), tuple(self._origins)
        )

    def _write(self, words: str) -> None:
        self._parts.append(words)
        self._length += len(words)

    def _go(self, position: int) -> None:
        self._starts.append(self._length)
        self._origins.append(position)
        self._position = position


def _short(paragraph: str, each: Marked) -> str:
    words = each.inner.of(paragraph).strip()
    last = words[-1:]
    if each.mark and words[:1].islower() and len(words) <= _LONGEST:
        plain = not re.search(r"[.?!…]\s", words)
        if plain and last not in "?!…":
            return words.rstrip(_ENDS) + ("" if last not in ".," else last)
    after = paragraph[each.inner.end : each.inner.end + 80]
    word = "this" if words[:1].islower() and last not in _ENDS + "," else _WORD
    trails = last in "?!…—–" or words.endswith((". .", "..."))
    if last == "," or (trails and _ON.match(after)):
        return f"{word},"
    if last in _ENDS or not each.mark:
        return f"{word}."
    return word
