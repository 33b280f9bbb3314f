"""How much two texts say the same: shares of their words in common, and what only one has. Pure.

Two files of one episode differ in every byte: encoded again, other advertisements put in. What is
said stays. So texts are compared by runs of four words, without the stretches that were found to
be advertisements. A run that is heard wrong costs a few words; what only one of them says leaves a
stretch in which hardly anything is found in the other.
"""

from __future__ import annotations

import hashlib
import heapq
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from corpus.types import Text, TurnKind

RUN = 4  # words that anchor one text in the other
KEYS = 64  # smallest hashes by which alike texts are found
_KEY_RUN = 6  # words in what is hashed; shorter runs are common in any talk
_WORD = re.compile(r"\w+")
_LEAST_OWN = 12  # words; a shorter stretch is a slip of the ear
_SWAPPED = 0.25  # a stretch stands for another that is at least so long, in proportion
_VALUES = {
    word: value
    for value, word in enumerate(
        """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
        fifteen sixteen seventeen eighteen nineteen
        """.split()
    )
} | {
    word: 10 * value
    for value, word in enumerate(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        2,
    )
}
_MOST_BETWEEN = 400  # words between two anchors that are compared one by one


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two texts have in common, in the same order, and what not."""

    shares: tuple[float, float]  # of each one's words that the other has, 0 to 1
    words: tuple[int, int]  # of each, advertisements left out
    own: tuple[tuple[int, ...], tuple[int, ...]]  # words in each stretch that only one has
    swapped: tuple[tuple[int, int], ...] = ()  # words in stretches that stand in one place
    numbers: int = 0  # places at which one has another number than the other

    @property
    def share(self) -> float:
        """The smaller share: of a talk and an excerpt, the excerpt's part of the talk."""
        return min(self.shares)

    @property
    def replaced(self) -> float:
        """The share of either that stands in stretches the other has something else for."""
        sums = (sum(each[side] for each in self.swapped) for side in (0, 1))
        return max(each / max(1, words) for each, words in zip(sums, self.words, strict=True))


def words_of(text: Text) -> list[str]:
    """Return the words of a text without case, punctuation and advertisements."""
    sold = [turn.span for turn in text.turns if turn.kind is TurnKind.ADVERTISEMENT]
    parts, at = [], 0
    for span in sorted(sold):
        parts.append(text.content[at : max(at, span.start)])
        at = max(at, span.end)
    parts.append(text.content[at:])
    said = unicodedata.normalize("NFC", " ".join(parts)).casefold().replace("’", "'")
    return _WORD.findall(said.replace("'", ""))


def keys_of_words(words: Sequence[str]) -> list[int]:
    """Return the smallest hashes of what is said; nothing for a text too short to tell by."""
    hashes = {_hash(run) for run in _runs(words, _KEY_RUN)}
    return heapq.nsmallest(KEYS, hashes)


def compare(one: Sequence[str], other: Sequence[str]) -> Likeness:
    """Return how alike two texts are, of their words as `words_of` gives them.

    What stands once in each and in the same order is the same; between that, word by word.
    """
    gaps = _gaps(one, other)
    matched = numbers = 0
    own: tuple[list[int], list[int]] = ([], [])
    swapped: list[tuple[int, int]] = []
    for (start, end), (first, last) in gaps:
        common = _common(one[start:end], other[first:last])
        matched += common
        numbers += _numbers_differ(one[start:end], other[first:last])
        lacking = (end - start - common, last - first - common)
        if min(lacking) >= _LEAST_OWN and min(lacking) >= _SWAPPED * max(lacking):
            swapped.append(lacking)
            continue
        for side in (0, 1):
            if lacking[side] - lacking[1 - side] >= _LEAST_OWN:
                own[side].append(lacking[side])
    between = [sum(gap[side][1] - gap[side][0] for gap in gaps) for side in (0, 1)]
    shares = [
        (len(words) - out + matched) / max(1, len(words))
        for words, out in zip((one, other), between, strict=True)
    ]
    return Likeness(
        shares=(shares[0], shares[1]),
        words=(len(one), len(other)),
        own=(tuple(own[0]), tuple(own[1])),
        swapped=tuple(swapped),
        numbers=numbers,
    )


_Gap = tuple[tuple[int, int], tuple[int, int]]


def _gaps(one: Sequence[str], other: Sequence[str]) -> list[_Gap]:
    """Return the stretches between what is certainly the same, as places in both."""
    gaps: list[_Gap] = []
    at = to = _same_beginning(one, other)
    for mine, theirs in _anchors(one, other):
        if mine < at or theirs < to:  # inside what the last anchor grew to
            continue
        start, first = mine, theirs
        while start > at and first > to and one[start - 1] == other[first - 1]:
            start, first = start - 1, first - 1
        if start > at or first > to:
            gaps.append(((at, start), (to, first)))
        at, to = mine + RUN, theirs + RUN
        while at < len(one) and to < len(other) and one[at] == other[to]:
            at, to = at + 1, to + 1
    if at < len(one) or to < len(other):
        gaps.append(((at, len(one)), (to, len(other))))
    return gaps


def _same_beginning(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _anchors(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    """Return places of runs that both texts have once, as many as stand in one order."""
    theirs = _once(other)
    pairs = [(at, theirs[run]) for run, at in _once(one).items() if run in theirs]
    ends: list[int] = []  # smallest place in the other at which an order of each length ends
    last: list[int] = []
    before: list[int] = []
    for number, (_, to) in enumerate(pairs):
        length = bisect_left(ends, to)
        before.append(last[length - 1] if length else -1)
        ends[length : length + 1] = [to]
        last[length : length + 1] = [number]
    found, number = [], last[-1] if last else -1
    while number >= 0:
        found.append(pairs[number])
        number = before[number]
    return found[::-1]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words two short stretches have in common, in order."""
    if not one or not other or max(len(one), len(other)) > _MOST_BETWEEN:
        return 0
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    # Single words that happen to be the same ("the") say nothing in a long stretch.
    least = 1 if max(len(one), len(other)) < _LEAST_OWN else 3
    return sum(block.size for block in blocks if block.size >= least)


def _runs(words: Sequence[str], length: int = RUN) -> Iterator[tuple[str, ...]]:
    return zip(*(words[at:] for at in range(length)), strict=False)


def _hash(run: tuple[str, ...]) -> int:
    digest = hashlib.blake2b(" ".join(run).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1  # a database's integers have a sign


def _numbers_differ(one: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether two short stretches name different numbers: figures or words, of whole ones."""
    if max(len(one), len(other)) > _LEAST_OWN:
        return False
    replaced = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    for kind, start, end, first, last in replaced:
        if kind != "replace":
            continue
        mine, theirs = _numbers(one[start:end]), _numbers(other[first:last])
        if mine and theirs and mine != theirs:
            return True
    return False


def _numbers(words: Sequence[str]) -> list[int]:
    values: list[int] = []
    tens = False
    for word in words:
        value = _VALUES.get(word, int(word) if word.isdecimal() and len(word) < 12 else None)
        if value is None:
            tens = False
            continue
        if tens and 0 < value < 10:  # "twenty five"
            values[-1] += value
        else:
            values.append(value)
        tens = word in _VALUES and value >= 20
    return values


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return where the runs stand that a text has only once."""
    places: dict[tuple[str, ...], int] = {}
    for at, run in enumerate(_runs(words)):
        places[run] = -1 if run in places else at
    return {run: at for run, at in places.items() if at >= 0}
