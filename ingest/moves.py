"""Feeds that moved: everything has other names at once, told in a line and accepted at once.

Another host gives every entry another GUID, often another date and always another address. What
was published long ago then comes again, entry by entry. A person who sees that should neither read
nor answer three hundred questions; but what is doubtful by itself stays a question of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.types import PROGRAM, Merge
from ingest.sameness import OTHER_NUMBER, OTHER_TITLES, REPEATED_TITLE, Stop, join_alike

_MOVED = 5  # of one source in one night; fewer are told one by one
_MOST_TOLD = 10  # merges told one by one in a report
_DOUBTS = (OTHER_TITLES, REPEATED_TITLE, OTHER_NUMBER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal, and why it is not to be accepted together with others."""

    merge: Merge
    doubt: str | None = None


def told_of(catalogue: Catalogue, *, since: datetime, stop: Stop | None = None) -> tuple[str, ...]:
    """Join what is alike, and return in lines what was joined and proposed since a moment.

    Args:
        catalogue: what there is.
        since: the moment.
        stop: asked before each document whether to put the work down.
    """
    join_alike(catalogue, stop=stop)
    new = [each for each in catalogue.merges() if each.made >= since and each.author == PROGRAM]
    of = {each.id: source_of(catalogue, each) for each in new}
    counts = Counter(filter(None, of.values()))
    moved = {source for source, count in counts.items() if count >= _MOVED}
    lines = [
        _moved_line(source, [each for each in new if of[each.id] == source])
        for source in sorted(moved)
    ]
    return (*lines, *_told_singly(catalogue, [each for each in new if of[each.id] not in moved]))


def source_of(catalogue: Catalogue, merge: Merge) -> str | None:
    """Return the source that both documents of a merge are of; None when there is no such."""
    try:
        both = {catalogue.document(each).source_id for each in (merge.document_id, merge.other_id)}
    except NotFoundError:  # withdrawn
        return None
    return both.pop() if len(both) == 1 else None


def proposed(catalogue: Catalogue, source_id: str | None = None) -> list[Proposed]:
    """Return what waits for a person (of one source), each with what speaks against haste.

    A proposal is left for an answer of its own when its documents have different titles, or one
    that their source repeats, when a number differs, and when one of them is proposed to be the
    same as a third.
    """
    waiting = [each for each in catalogue.merges() if each.state == "proposed"]
    if source_id is not None:
        waiting = [each for each in waiting if source_of(catalogue, each) == source_id]
    stands = Counter(name for each in waiting for name in (each.document_id, each.other_id))
    return [Proposed(merge=each, doubt=_doubt(each, stands)) for each in waiting]


def _doubt(merge: Merge, stands: Counter[str]) -> str | None:
    if max(stands[merge.document_id], stands[merge.other_id]) > 1:
        return "one of them may be the same as a third"
    told = [said for said in merge.evidence for doubt in _DOUBTS if doubt in said]
    return told[0] if told else None


def _moved_line(source: str, found: Sequence[Merge]) -> str:
    joined = sum(each.joined for each in found)
    told = [f"{joined} merged"] if joined else []
    if waiting := len(found) - joined:
        see, accept = (
            f"onrecord merges --proposed --source {source}",
            f"same --all --source {source}",
        )
        told.append(f"{waiting} proposed ({see}; onrecord {accept} accepts them)")
    return f"{source}: looks like the feed moved: {', '.join(told)}"


def _told_singly(catalogue: Catalogue, new: Iterable[Merge]) -> list[str]:
    joined, waiting = [], 0
    for each in new:
        waiting += not each.joined
        joined += [each] if each.joined else []
    lines = [f"merged: {_line(catalogue, each)}" for each in joined[:_MOST_TOLD]]
    if len(joined) > _MOST_TOLD:
        lines.append(f"merged: {len(joined) - _MOST_TOLD} more: onrecord merges")
    if waiting:
        pairs = "pair of documents" if waiting == 1 else "pairs of documents"
        lines.append(f"{waiting} {pairs} may be one: onrecord merges --proposed")
    return lines


def _line(catalogue: Catalogue, merge: Merge) -> str:
    try:
        title = f" “{catalogue.document(merge.document_id).title[:80]}”"
    except NotFoundError:  # withdrawn
        title = ""
    evidence = "; ".join(merge.evidence)
    return f"{merge.other_id} is the same as {merge.document_id}{title}: {evidence} ({merge.id})"
