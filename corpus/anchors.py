"""Places in a text: from words to characters, from characters to seconds and paragraphs.

Pure. A span is only as good as its check against the content, so everything here answers
"not found" rather than the nearest guess.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence

from corpus.types import Span, Text, Timing, Turn

CONTEXT = 32  # characters of prefix and suffix kept with a quote (W3C TextQuoteSelector)
_BREAK = re.compile(r"\n\s*\n")


def locate(content: str, exact: str, prefix: str = "", suffix: str = "") -> Span | None:
    """Return where `exact` stands in `content`, or None when it does not or it is unclear.

    Where it stands more than once, the place whose surroundings agree best with `prefix` and
    `suffix` is taken; two places that agree equally are no answer.
    """
    if not exact:
        return None
    places = [match.start() for match in re.finditer(re.escape(exact), content)]
    if not places:
        return None
    likeness = [
        _shared_end(content[:place], prefix) + _shared_start(content[place + len(exact) :], suffix)
        for place in places
    ]
    best = max(likeness)
    if likeness.count(best) > 1:
        return None
    start = places[likeness.index(best)]
    return Span(start, start + len(exact))


def surroundings(content: str, span: Span) -> tuple[str, str]:
    """Return the prefix and suffix that go with a quote at `span`."""
    prefix = content[max(0, span.start - CONTEXT) : span.start]
    return prefix, content[span.end : span.end + CONTEXT]


def timings_in(timings: Sequence[Timing], span: Span) -> Sequence[Timing]:
    """Return the timings of the words that lie at least partly in `span`."""
    first = bisect.bisect_right(timings, span.start, key=lambda timing: timing.span.end)
    last = bisect.bisect_left(timings, span.end, key=lambda timing: timing.span.start)
    return timings[first:last]


def times_of(text: Text, span: Span) -> tuple[float, float] | None:
    """Return start and end seconds of the words in `span`, or None where nothing is timed."""
    words = timings_in(text.timings, span)
    return (words[0].start_time, words[-1].end_time) if words else None


def span_at(text: Text, seconds: float) -> Span | None:
    """Return the word heard at `seconds` (the last one begun), or None when nothing is timed."""
    index = bisect.bisect_right(text.timings, seconds, key=lambda timing: timing.start_time)
    return text.timings[max(0, index - 1)].span if text.timings else None


def paragraph_of(content: str, span: Span) -> int:
    """Return the 1-based number of the paragraph in which `span` starts."""
    return 1 + sum(1 for _ in _BREAK.finditer(content, 0, span.start))


def turn_of(text: Text, span: Span) -> Turn | None:
    """Return the one turn that `span` lies in, or None when it crosses turns."""
    index = bisect.bisect_right(text.turns, span.start, key=lambda turn: turn.span.start) - 1
    if index < 0:
        return None
    turn = text.turns[index]
    return turn if span in turn.span else None


def trim(content: str, span: Span) -> Span:
    """Return `span` without white space at its ends."""
    words = span.of(content)
    start = span.start + len(words) - len(words.lstrip())
    return Span(start, max(start, span.start + len(words.rstrip())))


def _shared_end(left: str, right: str) -> int:
    return _shared_start(left[::-1], right[::-1])


def _shared_start(left: str, right: str) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count
