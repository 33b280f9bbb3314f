"""Why a hit ranks where it does, part by part. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.types import Reason
from index.hits.ranking import Ranked, Weights, sentence_parts

_TOO_LITTLE = 0.0005  # of worth: nothing that anybody reads


def reasons_of(ranked: Sequence[Ranked], worths: Sequence[float]) -> list[tuple[Reason, ...]]:
    """Return for each passage the parts of its worth as they were weighed; they add up to it.

    Args:
        ranked: the passages to be shown.
        worths: of each, what its best sentence is worth.
    """
    added = sentence_parts(worths)
    return [
        _reasons(one, worth, part) for one, worth, part in zip(ranked, worths, added, strict=True)
    ]


def _reasons(one: Ranked, sentence: float, added: float) -> tuple[Reason, ...]:
    weights = Weights()
    itself = f"meaning {one.found.cosine:.2f}, {one.shared:.0%} of the question's words"
    around = f"among other answers {one.surroundings:.2f}"
    near = f"{one.together:.0%} of the question's words in it or near it"
    parts = [
        Reason(part="itself", value=one.own, said=itself),
        Reason(part="around it", value=weights.surroundings * one.surroundings, said=around),
        Reason(part="words near it", value=weights.together * one.together, said=near),
        Reason(
            part="phrasing",
            value=weights.following * one.following,
            said=f"{one.following:.0%} of the question's words follow each other as in it",
        ),
        Reason(
            part="place",
            value=one.place,
            said="the first answers from different places, then what stands beside them",
        ),
        Reason(
            part="order",
            value=one.settled,
            said="a reply before its question, answers before what asks, own words before others'",
        ),
        Reason(
            part="topic",
            value=weights.on_topic * one.on_topic,
            said=f"about {one.on_topic:.0%} of what the question names",
        ),
        Reason(
            part="certainty, manner",
            value=one.other,
            said="how sure and whose the words are; asking taken off",
        ),
    ]
    rest = one.worth - sum(part.value for part in parts)
    parts += [
        Reason(part="other", value=rest, said="weighed besides"),
        Reason(part="best sentence", value=added, said=f"worth {sentence:.2f}"),
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
