"""Who the last voice must be, once the others are known. Pure.

Only where nobody else can be meant: one voice left, one person left, and nothing said against it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpus.types import Evidence, Method
from ingest.names.ballot import Ballot
from ingest.names.cast import Member
from ingest.names.standing import has_profession, is_outsider
from ingest.names.votes import Claim

_GUEST, _GUEST_OF_MANY, _HOST = 0.9, 0.82, 0.85  # confidence
_RIVAL = 0.4  # confidence of another person at which the last voice is not safely anybody's


@dataclass(frozen=True, slots=True)
class Named:
    """A label's person and how we know."""

    person: int
    method: Method
    confidence: float
    evidence: tuple[Evidence, ...]
    heard: tuple[str, ...] = ()


def by_elimination(
    named: Mapping[str, Named],
    claims: Sequence[Claim],
    ballot: Ballot,
    cast: Sequence[Member],
    labels: Sequence[str],
) -> dict[str, Named]:
    """Return the last label's person where only one can be left.

    Args:
        named: labels that have their person.
        claims: what the votes add up to.
        ballot: the votes and who leads the programme.
        cast: who may be heard.
        labels: every voice.
    """
    left = [label for label in labels if label not in named]
    if len(left) != 1 or len(named) != len(labels) - 1 or not named or left[0] in ballot.blocked:
        return {}
    label = left[0]
    found = (
        _last_guest(named, ballot, cast, label)
        or _last_host(named, ballot, cast, label)
        or _last_of_two(named, cast)
    )
    if found is None or _is_spoken_for(label, found.person, claims, ballot):
        return {}
    return {label: found}


def _last_guest(
    named: Mapping[str, Named], ballot: Ballot, cast: Sequence[Member], label: str
) -> Named | None:
    heads = [each for each in named.values() if cast[each.person].hosts]
    if not heads or label in ballot.hosting or ballot.strangers:
        return None  # somebody else was introduced than the page credits
    gone = {each.person for each in named.values()}
    guest = _the_guest([member for member in cast if member.number not in gone], named, ballot)
    if guest is None or _may_be_another(guest, named, ballot, cast):
        return None
    if len(named) > 1 and guest.number not in ballot.present:
        return None  # a voice more than credited is too easily another
    confidence = _GUEST if len(named) == 1 else _GUEST_OF_MANY
    opening = next(iter(heads[0].evidence))
    evidence = (guest.evidence, Evidence(kind="opening", quote=opening.quote, span=opening.span))
    return Named(guest.number, Method.PAGE_CREDIT, confidence, evidence)


def _may_be_another(
    guest: Member, named: Mapping[str, Named], ballot: Ballot, cast: Sequence[Member]
) -> bool:
    """Say whether the page's guest is never named, and somebody else is."""
    if any(guest.number in said for said in ballot.named.values()):
        return False
    return any(
        label in ballot.unknown
        or any(not cast[number].certain for number in ballot.named.get(label, ()))
        for label in named
    )


def _the_guest(cast: Sequence[Member], named: Mapping[str, Named], ballot: Ballot) -> Member | None:
    """Return the one guest: credited as such, or the one outsider who can only be that."""
    sure = [member for member in cast if member.certain and not member.silent]
    guests = [member for member in sure if member.visits]
    if guests:
        return guests[0] if len(guests) == 1 else None
    # A page that lists host, producer and one more person credits that person as guest.
    outsiders = [member for member in sure if is_outsider(member.credit)]
    said = set().union(*(ballot.named.get(label, set()) for label in named))
    heard = [member for member in outsiders if member.number in said]
    skilled = [member for member in outsiders if has_profession(member.credit)]
    if len(outsiders) == 1 and (heard or skilled):
        return outsiders[0]
    return heard[0] if len(heard) == 1 and skilled in ([], heard) else None


def _last_host(
    named: Mapping[str, Named], ballot: Ballot, cast: Sequence[Member], label: str
) -> Named | None:
    gone = {each.person for each in named.values()}
    hosts = [member for member in cast if member.hosts and member.source is Method.PAGE_CREDIT]
    if len(hosts) != 1 or hosts[0].number in gone or set(ballot.hosting) != {label}:
        return None
    host = hosts[0]
    evidence = (host.evidence, ballot.hosting[label])
    return Named(host.number, Method.PAGE_CREDIT, _HOST, evidence)


def _last_of_two(named: Mapping[str, Named], cast: Sequence[Member]) -> Named | None:
    """Return the second of two hosts whom the page credits, when there are two voices."""
    hosts = [member for member in cast if member.hosts and member.source is Method.PAGE_CREDIT]
    others = [member for member in cast if member.visits]
    gone = {each.person for each in named.values()}
    left = [member for member in hosts if member.number not in gone]
    if len(named) != 1 or len(hosts) != 2 or len(left) != 1 or others:
        return None
    opening = next(iter(next(iter(named.values())).evidence))
    return Named(left[0].number, Method.PAGE_CREDIT, _HOST, (left[0].evidence, opening))


def _is_spoken_for(label: str, person: int, claims: Sequence[Claim], ballot: Ballot) -> bool:
    """Say whether the words make the label somebody else, or this person another voice."""
    rivals = any(
        (claim.label == label) != (claim.person == person) and claim.confidence >= _RIVAL
        for claim in claims
        if claim.label == label or claim.person == person
    )
    against = any(
        vote.label == label and vote.person == person and vote.weight < 0 for vote in ballot.votes
    )
    return rivals or against
