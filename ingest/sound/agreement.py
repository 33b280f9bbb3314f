"""Two decodes of one recording, word by word: where they agree, and what the other one has.

Words are compared as they sound (`spellings`), so that "22" and "twenty-two" agree. What decides
the meaning of a sentence is never forgiven: a negation, a number, a name, or a term whose opposite
sounds alike to a machine. Pure but for reading those terms once.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from corpus.beat import vocabulary_file, vocabulary_folder
from corpus.types import Word
from ingest.sound.spellings import Form, forms_of

BESIDE = "beside a difference that decides"
UNSURE = "both decodes are unsure"

_FILLERS = frozenset(["uh", "um", "uhm", "erm", "er", "ah", "eh", "mm", "hmm", "mhm", "hm"])
_NEGATIONS = frozenset(
    ["not", "no", "never", "none", "nor", "neither", "nothing", "nobody", "nowhere", "without"]
)
_APART = 5.0  # seconds; the same word farther away in the other decode is not the same word
_JOINED = 3  # words of one decode that may be one word of the other ("on to set", "onto set")
_ANCHOR = 4  # words in a row that stand once in each decode: there the two are tied together
_LARGE = 25_000_000  # pairs of words between two anchors; beyond, it is not the same speech
_SMALL = 40  # forms; in longer stretches that differ nothing is looked for any more
_UNSURE = 0.4  # probability; below it in both decodes, agreement is chance


@dataclass(frozen=True, slots=True)
class Stretch:
    """A run of forms of one decode beside a run of the other: the same sounds, or not."""

    ours: range
    theirs: range
    same: bool


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two decodes side by side, and which words of theirs each word of ours is."""

    our_forms: tuple[Form, ...]
    their_forms: tuple[Form, ...]
    stretches: tuple[Stretch, ...]

    @property
    def share(self) -> float:
        """The share of our forms that the other decode has in the same place, 0 to 1."""
        same = sum(len(stretch.ours) for stretch in self.stretches if stretch.same)
        return same / len(self.our_forms) if self.our_forms else 0.0

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Yield (word of ours, word of theirs) wherever one form is the same."""
        for stretch in self.stretches:
            if stretch.same and len(stretch.ours) == len(stretch.theirs):
                for i, j in zip(stretch.ours, stretch.theirs, strict=True):
                    yield self.our_forms[i].first, self.their_forms[j].first


def align(ours: Sequence[Word], theirs: Sequence[Word]) -> Alignment:
    """Lay two decodes side by side; 60,000 words take about a second."""
    our_forms = tuple(forms_of([word.text for word in ours]))
    their_forms = tuple(forms_of([word.text for word in theirs]))
    stretches: list[Stretch] = []
    for own, other in _equal([form.text for form in our_forms], [f.text for f in their_forms]):
        i, j = (stretches[-1].ours.stop, stretches[-1].theirs.stop) if stretches else (0, 0)
        between = range(i, own.start), range(j, other.start)
        stretches += _differing(our_forms, their_forms, *between)
        if own:
            stretches.append(Stretch(own, other, same=True))
    return Alignment(our_forms, their_forms, tuple(stretches))


def _equal(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[range, range]]:
    """Yield the runs that both have, in order, and an empty one at the end of both."""
    starts = [(0, 0), *_anchors(ours, theirs), (len(ours), len(theirs))]
    for (i, j), (i_end, j_end) in pairwise(starts):
        if (i_end - i) * (j_end - j) > _LARGE:
            continue  # nothing in common that stands once on either side
        for block in Levenshtein.opcodes(ours[i:i_end], theirs[j:j_end]):
            if block.tag == "equal":
                own = range(i + block.src_start, i + block.src_end)
                yield own, range(j + block.dest_start, j + block.dest_end)
    yield range(len(ours), len(ours)), range(len(theirs), len(theirs))


def _anchors(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """Return places where both have the same few words, and each of them nowhere else."""
    own, other = _single(ours), _single(theirs)
    both = sorted((place, other[run]) for run, place in own.items() if run in other)
    # The longest chain that goes forwards on both sides: patience sorting.
    ends: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for place, (_, j) in enumerate(both):
        length = bisect_left(ends, j)
        before.append(heads[length - 1] if length else -1)
        ends[length : length + 1] = [j]
        heads[length : length + 1] = [place]
    chain: list[tuple[int, int]] = []
    place = heads[-1] if heads else -1
    while place >= 0:
        chain.append(both[place])
        place = before[place]
    return chain[::-1]


def _single(forms: Sequence[str]) -> dict[tuple[str, ...], int]:
    """Return where each run of forms that occurs once begins."""
    found: dict[tuple[str, ...], int] = {}
    for place in range(len(forms) - _ANCHOR + 1):
        run = tuple(forms[place : place + _ANCHOR])
        found[run] = -1 if run in found else place
    return {run: place for run, place in found.items() if place >= 0}


def mark_agreement(
    ours: Sequence[Word],
    theirs: Sequence[Word],
    *,
    names: Collection[str] = (),
    alignment: Alignment | None = None,
) -> tuple[Word, ...]:
    """Return our words, each with whether the other decode has it too and what it has instead.

    Words only the other decode has belong to the word they follow.

    Args:
        ours: the words that are printed, in order.
        theirs: the other decode's, in order.
        names: names of people who may be heard; their spelling is never forgiven.
        alignment: of the two, when it is at hand.
    """
    alignment = alignment or align(ours, theirs)
    if not alignment.our_forms:
        return tuple(ours)
    marker = _Marker(ours, theirs, alignment, _name_words(names))
    return marker.marked()


def _name_words(names: Collection[str]) -> frozenset[str]:
    return frozenset(form.text for form in forms_of(" ".join(names).split()))


# ── what differs ─────────────────────────────────────────────────────────────────────────────


def _differing(
    ours: Sequence[Form], theirs: Sequence[Form], own: range, other: range
) -> Iterator[Stretch]:
    """Yield the parts of a stretch that differs; words merely written apart are the same."""
    i, j = own.start, other.start
    if len(own) <= _SMALL and len(other) <= _SMALL:
        while found := _written_apart(ours, theirs, range(i, own.stop), range(j, other.stop)):
            left, right = found
            if left.start > i or right.start > j:
                yield Stretch(range(i, left.start), range(j, right.start), same=False)
            yield Stretch(left, right, same=True)
            i, j = left.stop, right.stop
    if i < own.stop or j < other.stop:
        yield Stretch(range(i, own.stop), range(j, other.stop), same=False)


def _written_apart(
    ours: Sequence[Form], theirs: Sequence[Form], own: range, other: range
) -> tuple[range, range] | None:
    """Return the first places where both have the same letters, cut into words differently."""
    for i in own:
        for j in other:
            one, two = ours[i].text, theirs[j].text
            if not (one.startswith(two) or two.startswith(one)):
                continue  # their letters part at once
            for left, right in product(_runs(i, own.stop), _runs(j, other.stop)):
                if _same_letters(ours, theirs, left, right):
                    return left, right
    return None


def _runs(start: int, stop: int) -> Iterator[range]:
    return (range(start, end) for end in range(start + 1, min(start + _JOINED, stop) + 1))


def _same_letters(ours: Sequence[Form], theirs: Sequence[Form], left: range, right: range) -> bool:
    one = [ours[place].text for place in left]
    two = [theirs[place].text for place in right]
    if "".join(one) != "".join(two):
        return False
    # "now here" and "nowhere": what decides must be there on both sides.
    return Counter(filter(_decides, one)) == Counter(filter(_decides, two))


def _decides(form: str) -> bool:
    deciding = _contrasting(vocabulary_folder())
    if form in _NEGATIONS or form in deciding:
        return True
    one = f"{form[:-3]}y" if form.endswith("ies") else form.removesuffix("s")
    return one in deciding


def _is_number(form: str) -> bool:
    return any(character.isdigit() for character in form)


@lru_cache(maxsize=4)
def _contrasting(folder: Path) -> frozenset[str]:
    """Words that stand on one side of a contrast only: live, blank, dummy, cold, hot."""
    text = vocabulary_file(folder, "contrasts.toml").read_text(encoding="utf-8")
    deciding: set[str] = set()
    for table in tomllib.loads(text).values():
        if table.get("only_as_subject"):
            continue  # names of jobs, not of things that sound alike
        sides = [_often(lines) for side, lines in table.items() if side != "not"]
        counts = Counter(word for side in sides for word in side)
        # Of words on both sides ("gun", "called") none decides.
        deciding |= {word for word, count in counts.items() if count == 1}
    return frozenset(deciding)


def _often(lines: Sequence[str]) -> set[str]:
    """Return the words that several names of one side share: what makes it that side."""
    names = [name for line in lines for name in line.split("|")]
    counts = Counter(word for name in names for word in set(re.findall(r"\w+", name.lower())))
    return {word for word, count in counts.items() if count > 1 and len(word) > 2}


# ── marking ──────────────────────────────────────────────────────────────────────────────────


class _Marker:
    """Goes through the stretches and collects what is said of each word of ours."""

    def __init__(
        self,
        ours: Sequence[Word],
        theirs: Sequence[Word],
        alignment: Alignment,
        names: frozenset[str],
    ) -> None:
        self.ours, self.theirs, self.alignment, self.names = ours, theirs, alignment, names
        self.same: set[int] = set()  # forms of ours that the other decode has
        self.beside: dict[int, list[int]] = {}  # form of ours: forms of theirs
        self.extra: set[int] = set()  # words of ours after which the other has more
        self.loose: set[int] = set()  # words beside a difference that decides

    def marked(self) -> tuple[Word, ...]:
        """Return the words with what was found."""
        for stretch in self.alignment.stretches:
            if stretch.same:
                self._same(stretch)
            elif stretch.ours:
                self._changed(stretch)
            elif stretch.theirs:
                self._added(stretch)
        forms: dict[int, list[int]] = {}
        for place, form in enumerate(self.alignment.our_forms):
            for word in range(form.first, form.last + 1):
                forms.setdefault(word, []).append(place)
        return tuple(
            self._word(word, forms[place], place) if place in forms else word
            for place, word in enumerate(self.ours)
        )

    def _word(self, word: Word, forms: Sequence[int], place: int) -> Word:
        if all(form in self.same for form in forms) and place not in self.extra:
            doubt = word.doubt or self._doubt(word, forms, place)
            return replace(word, agreed=True, other=None, doubt=doubt)
        others = sorted({w for form in forms for w in self._their_words(form)})
        other = " ".join(self.theirs[w].text for w in others)
        return replace(word, agreed=False, other=other)

    def _doubt(self, word: Word, forms: Sequence[int], place: int) -> str | None:
        if place in self.loose:
            return BESIDE
        words = [word, *(self.theirs[w] for form in forms for w in self._their_words(form))]
        # Recognisers are alike, and stumble over the same words.
        sure = [1.0 if each.probability is None else each.probability for each in words]
        return UNSURE if max(sure) < _UNSURE else None

    def _their_words(self, form: int) -> Iterator[int]:
        for other in self.beside.get(form, ()):
            found = self.alignment.their_forms[other]
            yield from range(found.first, found.last + 1)

    def _same(self, stretch: Stretch) -> None:
        even = len(stretch.ours) == len(stretch.theirs)
        for i, j in _spread(stretch.ours, stretch.theirs):
            self.beside.setdefault(i, []).append(j)
        for place, i in enumerate(stretch.ours):
            j = stretch.theirs[place] if even else stretch.theirs[0]
            if self._fits(i, j):
                self.same.add(i)

    def _fits(self, i: int, j: int) -> bool:
        """Say whether two equal forms are the same word: at the same time, and no other name."""
        ours, theirs = (
            self.ours[self.alignment.our_forms[i].first],
            self.theirs[self.alignment.their_forms[j].first],
        )
        timed = not (ours.estimated or theirs.estimated)
        if timed and abs(ours.start_time - theirs.start_time) > _APART:
            return False
        if self.alignment.our_forms[i].text not in self.names:
            return True
        # "Will" and "will", "Mark" and "mark", where a Will or a Mark may be meant
        return ours.text[:1].isupper() == theirs.text[:1].isupper()

    def _changed(self, stretch: Stretch) -> None:
        for i, j in self._by_time(stretch):
            self.beside.setdefault(i, []).append(j)
        if len(stretch.ours) != len(stretch.theirs) and self._is_deciding(stretch):
            self._loosen(stretch)

    def _added(self, stretch: Stretch) -> None:
        """Give words that only the other decode has to the word they follow."""
        host = max(0, stretch.ours.start - 1)
        self.beside.setdefault(host, []).extend(stretch.theirs)
        added = [self.alignment.their_forms[j].text for j in stretch.theirs]
        if not _FILLERS.issuperset(added):
            self.extra.add(self.alignment.our_forms[host].last)
        if self._is_deciding(stretch):
            self._loosen(stretch)

    def _by_time(self, stretch: Stretch) -> Iterator[tuple[int, int]]:
        """Pair the forms of a stretch that differs, in order, by when they are heard."""
        ours = [self.ours[self.alignment.our_forms[i].first] for i in stretch.ours]
        theirs = [self.theirs[self.alignment.their_forms[j].first] for j in stretch.theirs]
        if len(ours) == len(theirs) or any(word.estimated for word in (*ours, *theirs)):
            return _spread(stretch.ours, stretch.theirs)
        return _nearest(stretch, ours, theirs)

    def _is_deciding(self, stretch: Stretch) -> bool:
        """Say whether the two sides differ in what turns a sentence round."""
        sides = (
            (self.alignment.our_forms, stretch.ours),
            (self.alignment.their_forms, stretch.theirs),
        )
        one, two = (
            Counter(forms[place].text for place in places if self._matters(forms[place].text))
            for forms, places in sides
        )
        return one != two

    def _matters(self, form: str) -> bool:
        return _decides(form) or _is_number(form) or form in self.names

    def _loosen(self, stretch: Stretch) -> None:
        forms = self.alignment.our_forms
        if stretch.ours.start > 0:
            self.loose.add(forms[stretch.ours.start - 1].last)
        if stretch.ours.stop < len(forms):
            self.loose.add(forms[stretch.ours.stop].first)


def _spread(ours: range, theirs: range) -> Iterator[tuple[int, int]]:
    """Pair the places of two runs evenly; every place of theirs has one of ours."""
    if not ours:
        return
    for place, j in enumerate(theirs):
        yield ours[min(len(ours) - 1, place * len(ours) // len(theirs))], j


def _nearest(
    stretch: Stretch, ours: Sequence[Word], theirs: Sequence[Word]
) -> Iterator[tuple[int, int]]:
    middles = [(word.start_time + word.end_time) / 2 for word in ours]
    last = 0
    for j, word in zip(stretch.theirs, theirs, strict=True):
        middle = (word.start_time + word.end_time) / 2
        place = bisect_left(middles, middle)
        if place and (
            place == len(middles) or middle - middles[place - 1] < middles[place] - middle
        ):
            place -= 1
        last = max(last, place)
        yield stretch.ours[last], j
