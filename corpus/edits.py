"""Corrected words over canonical ones: what is exchanged, what moves, and when it is heard. Pure.

An edit exchanges whole words between two characters of the canonical content. Everything that
lies behind it moves; the map of both ways is a list of pairs (`corpus.types.Reading.shifts`).
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from corpus.types import Span, Timing

Shifts = Sequence[tuple[int, int]]
_WORD = re.compile(r"\S+")
_MARKS = frozenset(".,;:?!")


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Characters `start` to `end` of the canonical content are read as `words`."""

    start: int
    end: int
    words: str


def edits_of(content: str, span: Span, words: str, within: Span) -> list[Edit]:
    """Return the edits that make the words at `span` read `words`: only what differs.

    A word that stays is not touched, so that it keeps its own seconds and can be quoted alone.
    Marks that stand at the words and are not in `span` stay.

    Args:
        content: the canonical words.
        span: some of them, not blank.
        words: what they are to be read as.
        within: the turn, which `span` lies in and no edit leaves.
    """
    span, words = _whole(content, span, words, within)
    old = [(match.start(), match.end()) for match in _WORD.finditer(content, span.start, span.end)]
    new = words.split()
    edits = []
    for first, last, left, right in _exchanged([content[a:b] for a, b in old], new):
        start, end = old[first][0], old[last - 1][1]
        if left == right:
            start, end = _with_a_space(content, start, end)
        edits.append(Edit(start, end, " ".join(new[left:right])))
    return edits


def _whole(content: str, span: Span, words: str, within: Span) -> tuple[Span, str]:
    """Return span and words with what stands at their ends without a space."""
    start, end = span.start, span.end
    while start > within.start and not content[start - 1].isspace():
        start -= 1
    while end < within.end and not content[end].isspace():
        end += 1
    head, tail = content[start : span.start], content[span.end : end]
    words = words.strip()
    if not words and not head and not _has_letters(tail):
        return _joined_to_neighbour(content, Span(start, end), tail, within)
    if words[-1:] in _MARKS and tail[:1] in _MARKS:
        tail = tail[1:]
    return Span(start, end), f"{head}{words}{tail}"


def _joined_to_neighbour(content: str, span: Span, tail: str, within: Span) -> tuple[Span, str]:
    """Return a deletion whose closing mark goes to the word before."""
    before = content[within.start : span.start].rstrip()
    if not tail or not before or not before[-1].isalnum():
        return span, ""
    last = before.split()[-1]
    return Span(within.start + len(before) - len(last), span.end), last + tail


def _has_letters(words: str) -> bool:
    return any(character.isalnum() for character in words)


def _exchanged(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int, int, int]]:
    """Return the ranges of `old` that differ and the ranges of `new` that stand for them."""
    ranges: list[tuple[int, int, int, int]] = []
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for kind, *found in codes:
        if kind == "equal":
            continue
        first, last, left, right = found
        if first == last:  # put in: hung on a neighbour, for an edit needs seconds of its own
            before = 1 if first else 0
            first, left = first - before, left - before
            last, right = last + 1 - before, right + 1 - before
        if ranges and first < ranges[-1][1]:  # both hung on one word
            first, _, left, _ = ranges.pop()
        ranges.append((first, last, left, right))
    return ranges


def _with_a_space(content: str, start: int, end: int) -> tuple[int, int]:
    """Return a deletion with the space on one side of it, which would be left over."""
    if content[end : end + 1] == " ":
        return start, end + 1
    return (start - 1, end) if start and content[start - 1] == " " else (start, end)


def rewrite(content: str, edits: Sequence[Edit]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the content with `edits` (in order, apart) made, and the shifts."""
    parts, shifts = [], []
    at = length = 0
    for edit in edits:
        kept = content[at : edit.start]
        opened = length + len(kept)
        length = opened + len(edit.words)
        parts += [kept, edit.words]
        shifts += [(opened, edit.start), (length, edit.end)]
        at = edit.end
    return "".join((*parts, content[at:])), tuple(shifts)


def carry(shifts: Shifts, span: Span, *, back: bool) -> Span:
    """Return where `span` of the canonical content is in the reading; `back`: the other way.

    What begins or ends inside corrected words takes all of them.
    """
    there, here = (0, 1) if back else (1, 0)
    start = _carry_start(shifts, span.start, there, here)
    return Span(start, max(start, _carry_end(shifts, span.end, there, here)))


def _carry_start(shifts: Shifts, position: int, there: int, here: int) -> int:
    index = bisect.bisect_right(shifts, position, key=lambda pair: pair[there]) - 1
    if index < 0:
        return position
    pair = shifts[index]
    return pair[here] + (position - pair[there] if index % 2 else 0)


def _carry_end(shifts: Shifts, position: int, there: int, here: int) -> int:
    index = bisect.bisect_left(shifts, position, key=lambda pair: pair[there])
    if index == 0:
        return position
    pair = shifts[index - 1]
    if index % 2 == 0:
        return pair[here] + position - pair[there]
    return shifts[index][here]


def retime(
    timings: Sequence[Timing], content: str, shifts: Shifts, checked: Sequence[Span]
) -> tuple[Timing, ...]:
    """Return the timings of the reading.

    Args:
        timings: of the canonical content, in order.
        content: of the reading.
        shifts: between the two.
        checked: canonical stretches a person gave the words of, in order; doubt ends there.
    """
    made: list[Timing] = []
    at = 0
    for first, last in _changed(timings, shifts):
        made += (_moved(timing, shifts) for timing in timings[at:first])
        made += _shared(timings[first:last], content, shifts)
        at = last
    made += (_moved(timing, shifts) for timing in timings[at:])
    sure = [carry(shifts, span, back=False) for span in checked]
    return tuple(_without_doubt(made, sure))


def _changed(timings: Sequence[Timing], shifts: Shifts) -> Iterator[tuple[int, int]]:
    """Yield the ranges of timings whose words are exchanged."""
    waiting: tuple[int, int] | None = None
    for (_, start), (_, end) in zip(shifts[::2], shifts[1::2], strict=True):
        first = bisect.bisect_right(timings, start, key=lambda timing: timing.span.end)
        last = bisect.bisect_left(timings, end, key=lambda timing: timing.span.start)
        if first >= last:
            continue
        if waiting and first < waiting[1]:
            waiting = (waiting[0], max(last, waiting[1]))
            continue
        if waiting:
            yield waiting
        waiting = (first, last)
    if waiting:
        yield waiting


def _moved(timing: Timing, shifts: Shifts) -> Timing:
    span = carry(shifts, timing.span, back=False)
    return timing if span == timing.span else replace(timing, span=span)


def _shared(old: Sequence[Timing], content: str, shifts: Shifts) -> Iterator[Timing]:
    """Yield the new words in the time of the old: one for one, else by their length."""
    place = carry(shifts, Span(old[0].span.start, old[-1].span.end), back=False)
    spans = [
        Span(match.start(), match.end())
        for match in _WORD.finditer(content, place.start, place.end)
    ]
    if len(spans) == len(old):
        for span, timing in zip(spans, old, strict=True):
            yield replace(timing, span=span, probability=None, agreed=True, other=None, doubt=None)
        return
    begin, seconds = old[0].start_time, old[-1].end_time - old[0].start_time
    letters, passed = sum(map(len, spans)), 0
    for span in spans:
        start_time = begin + seconds * passed / letters
        passed += len(span)
        yield Timing(
            span=span,
            start_time=start_time,
            end_time=begin + seconds * passed / letters,
            agreed=True,
            estimated=True,
        )


def _without_doubt(timings: Iterable[Timing], sure: Sequence[Span]) -> Iterator[Timing]:
    for timing in timings:
        index = bisect.bisect_right(sure, timing.span.start, key=lambda span: span.start) - 1
        if index >= 0 and timing.span in sure[index]:
            yield replace(timing, agreed=True, other=None, doubt=None)
        else:
            yield timing
