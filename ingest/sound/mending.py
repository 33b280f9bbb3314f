"""Decoding again what cannot be right: which stretches, and whether the new words are better.

Pure: the recogniser is a function that is passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.types import Segment, Word
from ingest.sound.guards import Fault, find_faults, mark_faults
from ingest.sound.pieces import Stretch

_AROUND = 0.5  # seconds of sound that are heard around a stretch
_SHORTEST = 0.2  # seconds; less is not worth listening to
_WAYS = 2  # settings that are tried one after the other
_MOST = 0.25  # share of a recording that is decoded again at most, so that no night is lost on one
_ALWAYS = 120.0  # seconds; what a short recording may need in any case

Again = Callable[[Stretch, int], Iterable[Segment]]
"""Decodes a stretch once more, in the way of that number."""


@dataclass(frozen=True, slots=True)
class _Window:
    """A stretch to decode again and the places of the segments that lie in it."""

    start: float
    end: float
    places: range


@dataclass(frozen=True, slots=True)
class Mended:
    """The segments after mending, and what was done to them."""

    segments: tuple[Segment, ...]
    places: int = 0  # stretches whose new decode is better
    before: int = 0  # words there in the first decode
    after: int = 0

    @property
    def words(self) -> list[Word]:
        """All words in order."""
        return _words(self.segments)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was replaced, so that nothing is lost silently."""
        if not self.places:
            return ()
        changed = f"{self.before} words became {self.after}"
        return (f"in {self.places} places the first words could not be right: {changed}",)


def mend(
    segments: Sequence[Segment], speech: Sequence[Stretch], duration: float, again: Again
) -> Mended:
    """Return the segments; what cannot be right is decoded again, or else marked.

    Args:
        segments: as decoded, in order.
        speech: where the speech detector hears speech, in order.
        duration: seconds of the recording.
        again: decodes a stretch once more.
    """
    faults = find_faults(_words(segments), speech)
    windows = list(_windows(segments, faults, duration))
    left = max(_ALWAYS, _MOST * duration)
    mended: list[Segment] = []
    replaced: list[tuple[list[Word], list[Word]]] = []
    place = 0
    for window in windows:
        mended += segments[place : window.places.start]
        old = _at(segments, window.places)
        left -= window.end - window.start
        new = _better(window, speech, again) if left >= 0 else None
        mended += old if new is None else new
        if new is not None:
            replaced.append((_words(old), _words(new)))
        place = window.places.stop
    mended += segments[place:]
    return Mended(
        segments=tuple(_marked(mended, speech)),
        places=len(replaced),
        before=sum(len(old) for old, _ in replaced),
        after=sum(len(new) for _, new in replaced),
    )


def _at(segments: Sequence[Segment], places: range) -> Sequence[Segment]:
    return segments[places.start : places.stop]


def _words(segments: Iterable[Segment]) -> list[Word]:
    return [word for segment in segments for word in segment.words]


def _marked(segments: Sequence[Segment], speech: Sequence[Stretch]) -> list[Segment]:
    words = _words(segments)
    marked = iter(mark_faults(words, find_faults(words, speech)))
    return [
        replace(segment, words=tuple(next(marked) for _ in segment.words)) for segment in segments
    ]


def _better(window: _Window, speech: Sequence[Stretch], again: Again) -> list[Segment] | None:
    """Return another decode of the window in which nothing is wrong, or None."""
    bare = (max(0.0, window.start), window.end)
    inside = [
        (max(start, bare[0]), min(end, bare[1]))
        for start, end in speech
        if start < bare[1] and end > bare[0]
    ]
    for way in range(_WAYS):
        segments = list(_within(again(bare, way), bare))
        if not find_faults(_words(segments), inside):
            return segments
    return None


def _within(segments: Iterable[Segment], window: Stretch) -> Iterator[Segment]:
    """Yield what of the segments lies in the window by the middle of each word."""
    for segment in segments:
        words = tuple(
            word
            for word in segment.words
            if window[0] <= (word.start_time + word.end_time) / 2 <= window[1]
        )
        if words:
            start, end = words[0].start_time, words[-1].end_time
            yield replace(segment, words=words, start_time=start, end_time=end)


# ── stretches ────────────────────────────────────────────────────────────────────────────────


def _windows(
    segments: Sequence[Segment], faults: Sequence[Fault], duration: float
) -> Iterator[_Window]:
    """Yield the stretches to decode again: whole segments, and the silence up to the next."""
    owner = [place for place, segment in enumerate(segments) for _ in segment.words]
    touched = ((_touched(fault, segments, owner), fault) for fault in faults)
    joined: list[tuple[range, list[Fault]]] = []
    for places, fault in sorted(touched, key=lambda each: (each[0].start, each[0].stop)):
        # Two gaps between the same segments, or a gap beside a segment that is decoded again.
        if joined and places.start <= joined[-1][0].stop:
            last, met = joined[-1]
            joined[-1] = range(last.start, max(last.stop, places.stop)), [*met, fault]
        else:
            joined.append((places, [fault]))
    for places, met in joined:
        before = segments[places.start - 1].words[-1].end_time if places.start else 0.0
        after = duration
        if places.stop < len(segments):
            after = segments[places.stop].words[0].start_time
        times = [(word.start_time, word.end_time) for word in _words(_at(segments, places))]
        times += [(fault.start_time, fault.end_time) for fault in met]
        start = max(before, min(begin for begin, _ in times) - _AROUND)
        end = min(after, max(stop for _, stop in times) + _AROUND)
        if end - start >= _SHORTEST:
            yield _Window(start, end, places)


def _touched(fault: Fault, segments: Sequence[Segment], owner: Sequence[int]) -> range:
    """Return the places of the segments a fault is in; none, where it lies between two."""
    if fault.words:
        return range(owner[fault.words.start], owner[fault.words.stop - 1] + 1)
    inside = [
        place
        for place, segment in enumerate(segments)
        if segment.words[0].start_time < fault.start_time
        and segment.words[-1].end_time > fault.end_time
    ]
    if inside:
        return range(inside[0], inside[-1] + 1)
    place = sum(segment.words[0].start_time < fault.start_time for segment in segments)
    return range(place, place)
