"""Which documents are one, in words: what joined them, their addresses, and how to undo it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from corpus.masking import masked
from corpus.types import Address, AddressPart, Document, Merge
from ui.answers import DocumentView
from ui.printing.lines import plain
from ui.wording import print_day

if TYPE_CHECKING:
    from ui.joining import Left

NOTHING_TO_DECIDE = "Nothing waits for you to decide."
NO_MERGES = "No two documents were found to be one: onrecord same DOCUMENT OTHER --why …"
_MOST_ADDRESSES = 12  # printed of one document; JSON has all
_PARTS = {
    AddressPart.PAGE: "page",
    AddressPart.RECORDING: "recording",
    AddressPart.GUID: "in the feed",
}


def merge_as_dict(merge: Merge, titles: Mapping[str, str]) -> dict[str, Any]:
    """Return a merge as JSON."""
    return {
        "id": merge.id,
        "state": merge.state,
        "document": merge.document_id,
        "title": titles.get(merge.document_id),
        "other": merge.other_id,
        "other_title": titles.get(merge.other_id),
        "evidence": list(merge.evidence),
        "likeness": merge.likeness,
        "by": merge.author,
        "made": merge.made.isoformat(),
        "why": merge.reason,
        "undone": merge.undone.isoformat() if merge.undone else None,
        "undone_by": merge.undone_by,
        "undone_why": merge.undo_reason,
    }


def merges_as_list(merges: Iterable[Merge], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return merges as JSON."""
    return [merge_as_dict(each, titles) for each in merges]


def merge_lines(
    merges: Iterable[Merge], titles: Mapping[str, str], *, decided: bool = False
) -> Iterator[str]:
    """Yield every merge with its evidence and what became of it.

    Args:
        merges: in order.
        titles: of their documents, by id.
        decided: they were decided just now, so that none means there was nothing to decide.
    """
    found = 0
    for each in merges:
        found += 1
        yield plain(f"{each.id}  {each.state}, {print_day(each.made)}, by {each.author}")
        yield plain(f"  {each.document_id}  {titles.get(each.document_id, '(not shown)')}")
        is_one = "is the same as" if each.joined else "may be the same as"
        yield plain(f"  {is_one} {each.other_id}  {titles.get(each.other_id, '(not shown)')}")
        yield from (plain(f"    {said}") for said in each.evidence)
        if each.reason:
            yield plain(f"    why: {each.reason}")
        if each.undone:
            why = f": {each.undo_reason}" if each.undo_reason else ""
            yield plain(f"    taken apart {print_day(each.undone)} by {each.undone_by}{why}")
    if decided and found > 1:
        yield f"{found} pairs of documents"
    if not found:
        yield NOTHING_TO_DECIDE if decided else NO_MERGES


def left_lines(left: Sequence[Left]) -> Iterator[str]:
    """Yield what was left for an answer of its own, and why."""
    if left:
        yield "Left for an answer of its own (onrecord same ID, onrecord apart ID):"
    for each in left:
        pair = f"{each.merge.document_id} and {each.merge.other_id}"
        yield plain(f"  {each.merge.id}  {pair}: {each.why}")


def identity_as_dict(view: DocumentView) -> dict[str, Any]:
    """Return what `onrecord show --json` adds of a document's other names and addresses."""
    joined = [each for each in view.merges if each.joined]
    return {
        "addresses": [_address_as_dict(each) for each in view.addresses],
        "same_as": view.document.merged_into,
        "also": [each.other_id for each in joined if each.other_id != view.document.id],
        "merges": [each.id for each in view.merges],
    }


def identity_lines(view: DocumentView) -> Iterator[str]:
    """Yield of what a document is the same, and where else it was announced."""
    document = view.document
    if document.merged_into:
        yield _stays(document, view.merges)
    for each in view.merges:
        if not each.joined:
            named = each.other_id if each.document_id == document.id else each.document_id
            yield f"may be the same as {named}: {plain('; '.join(each.evidence))} ({each.id})"
    others = [each for each in view.addresses if not _is_known(each, document)]
    for other in others[:_MOST_ADDRESSES]:
        yield plain(f"also {_PARTS[other.part]}: {masked(other.address)}")
    if len(others) > _MOST_ADDRESSES:
        yield f"and {len(others) - _MOST_ADDRESSES} more addresses: onrecord show --json"


def _stays(document: Document, merges: Iterable[Merge]) -> str:
    mine = next((each for each in merges if each.other_id == document.id and each.joined), None)
    by = f" (merged {print_day(mine.made)} by {mine.author}, {mine.id})" if mine else ""
    undo = f"; onrecord apart {mine.id} undoes it" if mine else ""
    into = document.merged_into
    return plain(f"the same as {into}, which stays in lists and search{by}{undo}")


def _is_known(address: Address, document: Document) -> bool:
    if address.part is AddressPart.GUID:
        return address.address == document.guid
    known = {document.url, document.canonical_url, document.media_url}
    return address.address in known or any(
        each and each.rstrip("/") == address.address.rstrip("/") for each in known
    )


def _address_as_dict(address: Address) -> dict[str, Any]:
    return {
        "part": address.part.value,
        "address": masked(address.address),
        "source": address.source_id,
        "document": address.document_id,
        "seen": address.seen.isoformat() if address.seen else None,
    }
