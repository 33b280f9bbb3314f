"""Whether two stretches of words are the same words. Pure.

A press release, a syndicated episode and a trailer say one thing many times; in an answer it is
one. Case, punctuation and the shape of quotation marks do not count.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_ALIKE = 0.9  # of the runs of three words that both have
_FEWEST = 6  # runs of three words: shorter words are the same only when they are equal
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Wording:
    """Words without case and punctuation, and their runs of three."""

    words: tuple[str, ...]
    runs: frozenset[tuple[str, ...]]

    def is_of(self, other: Wording) -> bool:
        """Return whether both say the same, start to end, but for a word here and there."""
        least, most = len(self.runs), len(other.runs)  # asked thousands of times for one question
        if least > most:
            least, most = most, least
        if least < _FEWEST:
            return self.words == other.words
        return least >= _ALIKE * most and len(self.runs & other.runs) >= _ALIKE * most

    def holds(self, other: Wording) -> bool:
        """Return whether all that `other` says is said here."""
        if self.is_of(other):
            return True
        enough = len(other.runs) >= _FEWEST
        return enough and len(self.runs & other.runs) >= _ALIKE * len(other.runs)


def wording_of(said: str) -> Wording:
    """Return the words of `said`, ready to be compared."""
    words = plain_words(said)
    runs = zip(words, words[1:], words[2:], strict=False)
    return Wording(words, frozenset(runs))


def plain_words(said: str) -> tuple[str, ...]:
    """Return the words of `said` without case, punctuation and apostrophes.

    >>> plain_words("“Don't!” she said; a half-load.")
    ('don', 't', 'she', 'said', 'a', 'half', 'load')
    """
    return tuple(_WORD.findall(unicodedata.normalize("NFC", said).casefold()))
