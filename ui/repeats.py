"""Words that were said before: the same stretch of words in another place. Pure.

Press releases, syndicated pieces and trailers repeat what was said once; whoever counts sources
must not count them. Words are compared by their runs of three (`index.hits.duplicates`), each new
stretch only with those that it shares runs with, so that thousands are compared in no time.
What one desk copies of another it also edits: `near` finds words that differ here and there, which
is enough only where one person is meant to have said both.
"""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.hits.duplicates import Wording

_MOST_SHARED = 8  # stretches one run is remembered of: a stock phrase tells nothing
_SHARED = 0.7  # of the runs that can be in common; a stock phrase may hide some
_EDITED = 0.75  # of the words of the shorter, when an editor left the rest out or changed it
_FEWEST_WORDS = 8  # that an edited stretch has: shorter ones are alike by chance
_IN_A_ROW = 2  # words: single ones in common are those that every sentence has


class Said:
    """What was said so far; each stretch of words has a number, from 0."""

    def __init__(self) -> None:
        self._wordings: list[Wording] = []
        self._with_run: dict[tuple[str, ...], list[int]] = {}
        self._with_words: dict[tuple[str, ...], list[int]] = {}

    def before(self, words: str) -> list[int]:
        """Return the numbers of what says the same, or all of it and more, or part of it."""
        from index.hits.duplicates import wording_of

        wording = wording_of(words)
        same = self._with_words.get(wording.words, [])
        shared: Counter[int] = Counter()
        for run in wording.runs:
            shared.update(self._with_run.get(run, ()))
        alike = [number for number, both in shared.items() if self._enough(number, wording, both)]
        return sorted({*same, *alike})

    def near(self, words: str) -> list[int]:
        """Return the numbers of what says nearly the same, or nearly a part or all of it."""
        from index.hits.duplicates import wording_of

        wording = wording_of(words)
        shared = {number for run in wording.runs for number in self._with_run.get(run, ())}
        return sorted(n for n in shared if _edited(self._wordings[n].words, wording.words))

    def _enough(self, number: int, wording: Wording, both: int) -> bool:
        """Say whether so many runs in common can make one of two a part of the other."""
        known = self._wordings[number]
        if both < _SHARED * min(len(known.runs), len(wording.runs)):
            return False
        return known.holds(wording) or wording.holds(known)

    def add(self, words: str) -> int:
        """Remember words; return their number."""
        from index.hits.duplicates import wording_of

        wording, number = wording_of(words), len(self._wordings)
        self._wordings.append(wording)
        self._with_words.setdefault(wording.words, []).append(number)
        for run in wording.runs:
            known = self._with_run.setdefault(run, [])
            if len(known) < _MOST_SHARED:
                known.append(number)
        return number


def _edited(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    shorter = min(len(one), len(other))
    if shorter < _FEWEST_WORDS:
        return False
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(b.size for b in blocks if b.size >= _IN_A_ROW) >= _EDITED * shorter
