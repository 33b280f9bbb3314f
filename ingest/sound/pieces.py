"""Where speech is, where a long recording may be cut, and word times that make sense.

Pure functions over numbers and `Segment`s; no audio, no models.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.types import Segment, Word

Stretch = tuple[float, float]  # start and end in seconds

_SPEECH, _SILENCE = 0.5, 0.35  # probability that starts speech, and the one that ends it
_PAUSE = 0.5  # seconds; shorter silences do not end a stretch of speech
_SHORTEST = 0.25  # seconds of speech; less is a click or a breath
_MARGIN = 0.4  # seconds around speech in which a word may still lie
_LONGEST_WORD = 2.0  # seconds; a longer one is an alignment that got lost
_ENDS = (".", "!", "?", "…")


def find_stretches(probabilities: Iterable[float], step: float) -> tuple[Stretch, ...]:
    """Turn a speech detector's answers, one every `step` seconds, into stretches of speech."""
    found: list[Stretch] = []
    start: float | None = None
    quiet: float | None = None  # where the silence began that may end the stretch
    time = 0.0
    for index, probability in enumerate(probabilities):
        time = index * step
        if probability >= _SPEECH:
            start, quiet = (time if start is None else start), None
        elif start is not None and probability < _SILENCE:
            quiet = time if quiet is None else quiet
            if time - quiet >= _PAUSE:
                found.append((start, quiet))
                start = quiet = None
    if start is not None:
        found.append((start, time + step if quiet is None else quiet))
    return tuple((begin, end) for begin, end in found if end - begin >= _SHORTEST)


def plan_pieces(
    speech: Sequence[Stretch], duration: float, *, longest: float
) -> tuple[Stretch, ...]:
    """Cut a recording into pieces of at most `longest` seconds, at silences where there are any.

    Pieces hold all speech and leave out the silence before, after and between them.
    """
    pieces: list[Stretch] = []
    rest = list(speech)
    while rest:
        start = rest[0][0]
        inside = [stretch for stretch in rest if stretch[1] <= start + longest]
        if len(inside) == len(rest):
            pieces.append((start, rest[-1][1]))
            break
        cut = _best_silence(rest, start, longest) if inside else 0
        if not cut:  # speech without a pause: nothing better than a cut by the clock
            end = start + longest
            pieces.append((start, end))
            rest[0] = (end, rest[0][1])
            continue
        pieces.append((start, rest[cut - 1][1]))
        rest = rest[cut:]
    return tuple(_widen(pieces, duration))


def _best_silence(stretches: Sequence[Stretch], start: float, longest: float) -> int:
    """Number of stretches before the longest silence in the second half of what fits."""
    fits = [
        (after[0] - before[1], index)
        for index, (before, after) in enumerate(pairwise(stretches), start=1)
        if before[1] <= start + longest
    ]
    late = [(gap, index) for gap, index in fits if stretches[index][0] > start + longest / 2]
    return max(late)[1] if late else fits[-1][1]


def _widen(pieces: Sequence[Stretch], duration: float) -> Iterator[Stretch]:
    """Give each piece up to a second of the silence around it; pieces never overlap."""
    edges = [0.0, *(max(end, (end + after) / 2) for (_, end), (after, _) in pairwise(pieces))]
    edges.append(duration)
    for (start, end), left, right in zip(pieces, edges, edges[1:], strict=False):
        yield max(left, start - 1.0), min(right, end + 1.0, duration)


def tidy(
    segments: Iterable[Segment], speech: Sequence[Stretch], duration: float
) -> Iterator[Segment]:
    """Yield segments that lie on speech, with word times that never go backwards.

    A segment with no word on speech is the recogniser's invention and is left out.
    """
    near = Near(speech)
    last = 0.0
    for segment in segments:
        words: list[Word] = []
        if not any(near.overlap(word.start_time, word.end_time) > 0 for word in segment.words):
            continue
        for word in segment.words:
            start, end = _sensible(word, near)
            start = min(max(start, last), duration)
            end = min(max(end, start), duration)
            words.append(replace(word, start_time=round(start, 3), end_time=round(end, 3)))
            last = words[-1].end_time
        yield Segment(
            words=tuple(words),
            start_time=words[0].start_time,
            end_time=words[-1].end_time,
            speaker=segment.speaker,
        )


def _sensible(word: Word, near: Near) -> Stretch:
    """Return the times of a word; one that is too long keeps the end that is on speech."""
    start, end = word.start_time, word.end_time
    if end - start <= _LONGEST_WORD:
        return start, end
    start, end = near.inside(start, end)
    if end - start <= _LONGEST_WORD:
        return start, end
    # Before a pause a word's end is lost, after one its start.
    if word.text.endswith(_ENDS):
        return start, start + _LONGEST_WORD
    return end - _LONGEST_WORD, end


class Near:
    """Speech with its margin, for quick questions."""

    def __init__(self, speech: Sequence[Stretch]) -> None:
        self.stretches = [(start - _MARGIN, end + _MARGIN) for start, end in speech]
        self.starts = [start for start, _ in self.stretches]
        self.ends = [end for _, end in self.stretches]

    def _meeting(self, start: float, end: float) -> Iterator[Stretch]:
        for place in range(bisect_left(self.ends, start), len(self.ends)):
            left, right = self.stretches[place]
            if left > end:
                return
            yield max(start, left), min(end, right)

    def overlap(self, start: float, end: float) -> float:
        """Seconds of speech between `start` and `end`; a word of no length counts as a bit."""
        return sum(right - left for left, right in self._meeting(start, end + 0.001))

    def inner(self, start: float, end: float) -> float:
        """Seconds of speech between `start` and `end`, without the margin."""
        places = range(bisect_left(self.ends, start), bisect_right(self.starts, end))
        bare = (self.stretches[place] for place in places)
        return sum(
            max(0.0, min(end, right - _MARGIN) - max(start, left + _MARGIN)) for left, right in bare
        )

    def inside(self, start: float, end: float) -> Stretch:
        """The longest part of `start`..`end` on speech; all of it when there is none."""
        parts = sorted(self._meeting(start, end), key=lambda part: part[1] - part[0])
        return parts[-1] if parts else (start, end)
