"""Places in a text: from words to characters, from characters to seconds and paragraphs.

Pure. A span is only as good as its check against the content, so everything here answers
"not found" rather than the nearest guess.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Sequence

from corpus.types import Span, Text, Timing, Turn

CONTEXT = 32  # characters of prefix and suffix kept with a quote (W3C TextQuoteSelector)
_BREAK = re.compile(r"\n\s*\n")
_ENOUGH = 8  # letters of the words on each side that must be the same for an anchor to hold
_MANY = 40  # characters of words that are enough when they stand only once
_AROUND = 3 * CONTEXT  # characters looked at: more than a prefix, for spaces may have been added


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


def find_again(content: str, exact: str, prefix: str, suffix: str) -> Span | None:
    """Return where words made fast in an older text stand in this one, or None.

    Stricter than `locate`: the words must stand between the same words as before (case, space
    and punctuation apart), or be many and stand once. What stands elsewhere is another saying of
    the same word, and a correction of the one is none of the other.
    """
    places = [match.span() for match in re.finditer(re.escape(exact), content)] if exact else []
    if len(places) == 1 and len(exact) >= _MANY:
        return Span(*places[0])
    before, after = _words_of(prefix)[::-1], _words_of(suffix)
    if len(prefix) >= CONTEXT:
        before = before[:-1]  # cut inside, as it may be at its outer end
    if len(suffix) >= CONTEXT:
        after = after[:-1]
    holding: list[tuple[int, Span]] = []
    for start, end in places:
        left = _shared(_words_of(content[max(0, start - _AROUND) : start])[::-1], before)
        right = _shared(_words_of(content[end : end + _AROUND]), after)
        if _is_enough(left, before) and _is_enough(right, after):
            holding.append((len(left) + len(right), Span(start, end)))
    best = max((likeness for likeness, _ in holding), default=0)
    found = [span for likeness, span in holding if likeness == best]
    return found[0] if len(found) == 1 else None


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


def paragraph_of(content: str, span: Span) -> int:
    """Return the 1-based number of the paragraph in which `span` starts."""
    return 1 + sum(1 for _ in _BREAK.finditer(content, 0, span.start))


def paragraph_starts(content: str) -> list[int]:
    """Return where each paragraph but the first begins, to count many places at once."""
    return [match.end() for match in _BREAK.finditer(content)]


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


def _words_of(words: str) -> list[str]:
    return re.findall(r"[^\W_]+", words.casefold())


def _shared(some: Sequence[str], others: Sequence[str]) -> list[str]:
    pairs = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(some, others, strict=False))
    return [word for word, _ in pairs]


def _is_enough(shared: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(shared) == len(wanted) or (len(shared) > 1 and sum(map(len, shared)) >= _ENOUGH)


def _shared_end(left: str, right: str) -> int:
    return _shared_start(left[::-1], right[::-1])


def _shared_start(left: str, right: str) -> int:
    count = 0
    for a, b in zip(left, right, strict=False):
        if a != b:
            break
        count += 1
    return count
