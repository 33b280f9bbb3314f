"""Which of two passages stands first whatever they are worth. Pure.

Likeness cannot tell an answer from its question, nor what somebody said from how a reporter put it:
a reply stands before the question it answers, what only asks or presents behind what answers, and
somebody's own words before a paraphrase of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from corpus.types import Manner, Passage
from index.hits.hosting import only_leads
from index.hits.ranking import Ranked

_APART = 0.0002  # of worth between two that were set in order


def settle(
    ranked: Sequence[Ranked],
    replies: Mapping[str, str],
    *,
    added: Sequence[float] | None = None,
) -> list[Ranked]:
    """Return passages with their worth so changed that its order is the right one.

    The passages stay in the places they have.

    Args:
        ranked: any passages that answer one question.
        replies: ids of questions → ids of what replies to them.
        added: what is added to the worth of each afterwards.
    """
    more = list(added) if added is not None else [0.0] * len(ranked)
    totals = [one.worth + extra for one, extra in zip(ranked, more, strict=True)]
    order = sorted(range(len(ranked)), key=lambda at: (-round(totals[at], 5), at))
    wanted = _answers_first(ranked, _replies_first(ranked, order, replies))
    wanted = _own_words_first(ranked, wanted)
    if wanted == order:
        return list(ranked)
    settled = list(ranked)
    last = float("inf")
    for place, at in enumerate(wanted):
        last = min(totals[order[place]], last - _APART)
        change = last - totals[at]
        one = ranked[at]
        settled[at] = replace(one, worth=one.worth + change, settled=one.settled + change)
    return settled


def in_order(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Return passages by their worth, best first."""
    return sorted(ranked, key=lambda one: -round(one.worth, 5))


def _replies_first(
    ranked: Sequence[Ranked], order: Sequence[int], replies: Mapping[str, str]
) -> list[int]:
    place = {one.found.passage.id: at for at, one in enumerate(ranked)}
    wanted = list(order)
    for at in order:
        reply = place.get(replies.get(ranked[at].found.passage.id, ""))
        if reply is not None and wanted.index(reply) > wanted.index(at):
            wanted.remove(reply)
            wanted.insert(wanted.index(at), reply)
    return wanted


def _answers_first(ranked: Sequence[Ranked], order: Sequence[int]) -> list[int]:
    return sorted(order, key=lambda at: only_leads(ranked[at].found.passage))


def _own_words_first(ranked: Sequence[Ranked], order: Sequence[int]) -> list[int]:
    wanted = list(order)
    for at in order:
        reported = ranked[at].found.passage
        if reported.manner is not Manner.REPORTED or reported.person_id is None:
            continue
        behind = wanted[wanted.index(at) + 1 :]
        own = [one for one in behind if _is_own(ranked[one].found.passage, reported)]
        if own:
            wanted.remove(own[0])
            wanted.insert(wanted.index(at), own[0])
    return wanted


def _is_own(passage: Passage, reported: Passage) -> bool:
    """Return whether a passage has somebody's own words on a point that is reported of them."""
    if passage.person_id != reported.person_id:
        return False
    if passage.manner not in (Manner.SPOKEN, Manner.QUOTED) or only_leads(passage):
        return False
    about = {*reported.topics, *reported.terms, *reported.incidents}
    return not about or not about.isdisjoint((*passage.topics, *passage.terms, *passage.incidents))
