"""Votes for who a voice is, and what they add up to. Pure.

A vote is one piece of evidence that a label stands for a person, or that it does not. Votes of
one kind repeat themselves, so each kind has a ceiling; kinds that differ add up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpus.types import Evidence, Method

BAR = 0.8  # confidence below which nobody is named
_RIVAL = 0.5  # share of the winner's confidence at which a second person makes it a conflict
_OWN_WORDS = frozenset({Method.SELF_INTRODUCTION, Method.SIGN_OFF})
_CEILING = {
    Method.SELF_INTRODUCTION: 0.96,
    Method.SIGN_OFF: 0.9,
    Method.TITLE: 0.9,
    Method.ADDRESS: 0.88,
    Method.PAGE_CREDIT: 0.9,
    Method.USUAL_HOST: 0.5,
    Method.VOICE: 0.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One reason why a label is (`weight` > 0) or is not (< 0) a person, by their number."""

    label: str
    person: int
    method: Method
    weight: float
    evidence: Evidence
    heard: str | None = None
    full: bool = True  # the full name was said
    introduces: bool = False  # another voice says who is about to speak
    spoken: bool = True  # words of the recording say it


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What the votes for one person at one label add up to."""

    label: str
    person: int
    confidence: float
    votes: tuple[Vote, ...]  # in favour, the strongest first

    @property
    def method(self) -> Method:
        """The kind of the strongest vote."""
        return self.votes[0].method

    @property
    def in_own_words(self) -> bool:
        """Whether the voice itself gave the full name."""
        return any(vote.method in _OWN_WORDS and vote.full for vote in self.votes)

    @property
    def in_full(self) -> bool:
        """Whether the full name was said for this label."""
        return any(vote.heard and vote.full for vote in self.votes)

    @property
    def is_introduced(self) -> bool:
        """Whether another voice gave the full name to whom it then spoke, or who spoke back."""
        told = [vote for vote in self.votes if vote.heard and vote.method not in _OWN_WORDS]
        return any(vote.introduces and vote.full for vote in told) and len(told) > 1

    @property
    def by_another(self) -> bool:
        """Whether another voice named this one."""
        return any(vote.method not in _OWN_WORDS and vote.heard for vote in self.votes)


def add_up(votes: Iterable[Vote]) -> list[Claim]:
    """Return one claim for each label and person with a vote in favour, the surest first."""
    by_pair: dict[tuple[str, int], list[Vote]] = defaultdict(list)
    for vote in votes:
        by_pair[vote.label, vote.person].append(vote)
    claims = []
    for (label, person), members in by_pair.items():
        infavour = sorted((v for v in members if v.weight > 0), key=lambda v: -v.weight)
        if not any(vote.spoken for vote in infavour):
            continue  # a credit alone says nothing of a voice
        against = [vote for vote in members if vote.weight < 0]
        confidence = _joint(infavour) * _left(against)
        claims.append(
            Claim(label=label, person=person, confidence=confidence, votes=tuple(infavour))
        )
    return sorted(claims, key=lambda claim: -claim.confidence)


def decide(claims: Sequence[Claim], *, blocked: Iterable[str], voices: int) -> dict[str, Claim]:
    """Return the claim each label is given, where it is certain enough and has no near rival.

    Args:
        claims: as `add_up` returns them.
        blocked: labels that gave a name of their own which nobody here has.
        voices: how many labels speak.
    """
    barred = set(blocked)
    by_label: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_label[claim.label].append(claim)
    sure = {
        label: mine[0]
        for label, mine in by_label.items()
        if label not in barred and mine[0].confidence >= BAR and not _is_contested(mine)
    }
    by_person: dict[int, list[Claim]] = defaultdict(list)
    for claim in sure.values():
        by_person[claim.person].append(claim)
    return {
        claim.label: claim
        for winners in by_person.values()
        for claim in _of_one_person(winners, claims, voices)
    }


def _joint(votes: Sequence[Vote]) -> float:
    """Return the confidence of votes in favour: each kind up to its ceiling."""
    by_kind: Mapping[Method, list[float]] = defaultdict(list)
    for vote in votes:
        by_kind[vote.method].append(vote.weight)
    doubt = 1.0
    for method, weights in by_kind.items():
        missing = 1.0
        for weight in weights:
            missing *= 1 - weight
        doubt *= 1 - min(1 - missing, _CEILING.get(method, 0.9))
    return 1 - doubt


def _left(against: Sequence[Vote]) -> float:
    """Return what share of a confidence votes against leave."""
    left = 1.0
    for vote in against:
        left *= 1 + vote.weight
    return left


def _is_contested(mine: Sequence[Claim]) -> bool:
    """Say whether a second person is nearly as likely: two people may be in one label."""
    return len(mine) > 1 and mine[1].confidence >= _RIVAL * mine[0].confidence


def _of_one_person(
    winners: Sequence[Claim], claims: Sequence[Claim], voices: int
) -> Sequence[Claim]:
    """Return the labels that may be one person: one, or two that each gave the name themselves."""
    person = winners[0].person
    strong = [claim for claim in winners if claim.in_own_words]
    if len(winners) > 1:
        if voices == 2:
            return []  # host and guest cannot be one
        return strong or []
    near = [
        claim
        for claim in claims
        if claim.person == person
        and claim.label != winners[0].label
        and claim.confidence >= _RIVAL * winners[0].confidence
    ]
    return [] if near and not strong else winners
