"""Why a hit ranks where it does, part by part. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Reason
from index.ranking import Ranked, Weights

_TOO_LITTLE = 0.0005  # of worth: nothing that anybody reads


def reasons_of(ranked: Sequence[Ranked], worths: Sequence[float]) -> list[tuple[Reason, ...]]:
    """Return for each passage the parts of its worth as they were weighed; they add up to it.

    Args:
        ranked: the passages to be shown.
        worths: of each, what its best sentence is worth.
    """
    return [_reasons(one, worth) for one, worth in zip(ranked, worths, strict=True)]


def _reasons(one: Ranked, sentence: float) -> tuple[Reason, ...]:
    weights = Weights()
    words = f"meaning {one.found.cosine:.2f}, {one.shared:.0%} of the question's words"
    parts = [
        Reason(part="itself", value=one.own, said=words),
        Reason(
            part="around it",
            value=weights.surroundings * one.surroundings,
            said=f"among other answers {one.surroundings:.2f}",
        ),
        Reason(
            part="words near it",
            value=weights.together * one.together,
            said=f"{one.together:.0%} of the question's words in it or near it",
        ),
        Reason(
            part="certainty, manner",
            value=one.other,
            said="certainty and manner; asking taken off",
        ),
    ]
    return tuple(part for part in parts if abs(part.value) >= _TOO_LITTLE)


def said_of(one: Ranked) -> str:
    """Say in one line why a hit ranks where it does."""
    said = [
        f"meaning {one.found.cosine:.2f}",
        f"{one.shared:.0%} of the question's words",
        f"{one.together:.0%} with what stands around it",
        f"among other answers {one.surroundings:.2f}",
    ]
    if abs(one.other) >= 0.005:
        said.append(f"certainty, manner and asking {one.other:+.2f}")
    return ", ".join(said)
