"""How sure it is that the words of a passage are the words that were said. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.anchors import timings_in
from corpus.types import Certainty, Origin, Span, Text, Timing


def certainty_of(text: Text, span: Span, checked: Sequence[Span] = ()) -> Certainty:
    """Return how sure the words at `span` are.

    Args:
        text: the text, or its reading.
        span: characters of `text.content`.
        checked: stretches a person has listened to or compared with the page.
    """
    if any(span in stretch for stretch in checked):
        return Certainty.CHECKED
    timings = timings_in(text.timings, span)
    if any(is_contested(timing) for timing in timings):
        return Certainty.CONTESTED
    if timings and all(timing.agreed for timing in timings):
        return Certainty.AGREED
    return Certainty.ONE_DECODE if text.origin is Origin.ASR else Certainty.PUBLISHER


def contested_in(text: Text, span: Span) -> tuple[Timing, ...]:
    """Return the words inside `span` on which the decodes differ, or which a guard marked."""
    return tuple(timing for timing in timings_in(text.timings, span) if is_contested(timing))


def is_contested(timing: Timing) -> bool:
    """Say whether the decodes differ on a word, or a guard has marked it."""
    return timing.agreed is False or timing.doubt is not None
