"""Whether the spans of a text fit its words. Pure.

Says in words what does not fit; a text as the project makes it has nothing to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from corpus.types import Span, Text, Timing

_MOST = 3  # complaints of one kind about one text: the rest is counted


def misfits(text: Text) -> list[str]:
    """Return what does not fit in a text: turns, timings, asides, paragraphs."""
    found = [
        *_short("turns", _of_spans([turn.span for turn in text.turns], text.content)),
        *_short("turns", _left_out(text)),
        *_short("timings", _of_spans([each.span for each in text.timings], text.content)),
        *_short("timings", _of_times(text.timings)),
        *_short("asides", _of_asides(text)),
        *_of_paragraphs(text.content),
    ]
    # Words are only compared once every span lies where it can be read.
    return found or _short("timings", _of_words(text))


def _short(what: str, complaints: Iterable[str]) -> list[str]:
    told = list(complaints)
    more = [f"{what}: {len(told) - _MOST} more like this"] if len(told) > _MOST else []
    return [f"{what}: {each}" for each in told[:_MOST]] + more


def _of_spans(spans: Sequence[Span], content: str) -> Iterator[str]:
    for span in spans:
        if span.end > len(content):
            yield f"{_where(span)} ends after the text, which has {len(content)} characters"
        elif not span.of(content).strip():
            yield f"{_where(span)} has no words"
    for one, other in pairwise(spans):
        if other.start < one.end:
            yield f"{_where(other)} begins before {_where(one)} has ended"


def _left_out(text: Text) -> Iterator[str]:
    """Yield the stretches between turns that hold letters or digits."""
    starts = [0, *(turn.span.end for turn in text.turns)]
    ends = [*(turn.span.start for turn in text.turns), len(text.content)]
    for start, end in zip(starts, ends, strict=True):
        if start < end and any(map(str.isalnum, text.content[start:end])):
            yield f"the words at {start}-{end} are nobody's"


def _of_times(timings: Sequence[Timing]) -> Iterator[str]:
    for each in timings:
        start, end = each.start_time, each.end_time
        if not (math.isfinite(start) and math.isfinite(end) and 0 <= start <= end):
            yield f"the word at {_where(each.span)} is heard from {start} to {end}"


def _of_asides(text: Text) -> Iterator[str]:
    for aside in text.asides:
        if not 0 <= aside.position <= len(text.content):
            yield f"{aside.kind.value} at {aside.position}, outside the text"


def _of_paragraphs(content: str) -> Iterator[str]:
    if content != content.strip("\n"):
        yield "paragraphs: the text begins or ends with an empty line"
    if "\n\n\n" in content:
        yield "paragraphs: more than one empty line between two"


def _of_words(text: Text) -> Iterator[str]:
    """Yield the turns whose timed words are not the words of the turn."""
    timings = iter(text.timings)
    timing = next(timings, None)
    for turn in text.turns:
        words: list[str] = []
        while timing is not None and timing.span.start < turn.span.end:
            words.append(timing.span.of(text.content))
            timing = next(timings, None)
        if words and " ".join(words) != " ".join(turn.span.of(text.content).split()):
            yield f"the words with times in the turn {_where(turn.span)} are not its words"
    if timing is not None:
        yield f"the word at {_where(timing.span)} lies in no turn"


def _where(span: Span) -> str:
    return f"{span.start}-{span.end}"
