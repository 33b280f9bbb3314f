"""Whether a sighting under another name is of a document the archive has: hard evidence. Pure.

Feeds give an entry a new GUID, another feed carries the same episode: neither shares a name with
what is known. Joining two documents would put one's words into the other's mouth; so only what
cannot be chance joins them here. What merely looks alike is heard first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from corpus.masking import masked
from corpus.schema.addresses import (
    bare_address,
    is_front_page,
    normalise_url,
    plain_address,
    recording_address,
    recording_key,
)
from corpus.types import DiscoveredItem, Document

_NEAR = timedelta(hours=18)  # between two sources' dates; the next day's may have its address
_SAME_LENGTH = 1.0  # seconds
_SHORTEST = 120.0  # seconds; shorter things are often as long as each other


def is_renamed(item: DiscoveredItem, document: Document) -> bool:
    """Tell whether a feed names the sighting otherwise than the document, or another feed does."""
    if not (item.guid and document.guid):
        return False
    return item.source_id != document.source_id or not same_guid(item, document)


def evidence_of_renaming(item: DiscoveredItem, document: Document) -> tuple[str, ...]:
    """Return what proves that a sighting under another name is of the document; else nothing.

    The title must be the same. Within a source the date must be too, since a show repeats its
    titles; and beside that the recording, the page (of what has no recording), or the very moment
    together with the length. What only looks alike is not joined here: it is heard first.
    """
    title, known = item.title, title_of(document)
    if not title or not known or differ(title, known) or not _dates_agree(item, document):
        return ()
    proof = _proof(item, document)
    if not proof:
        return ()
    found = [f"the same title, “{shortened(title)}”", proof]
    if item.published and item.published == document.published:
        found.append(f"the same date, {item.published:%Y-%m-%d %H:%M} UTC")
    return tuple(found)


def _proof(item: DiscoveredItem, document: Document) -> str | None:
    """Return what two of one title and date must share to be one."""
    if item.media_url and document.media_url:
        if same_recording(item, document):
            where = masked(recording_address(item.media_url))
            return f"the same recording, {shortened(where)}"
        same_length = _same_length(item.duration, document.duration)
        same_moment = item.source_id == document.source_id and _is_moment(item.published)
        return (
            f"the same length, {item.duration:.0f} seconds" if same_length and same_moment else None
        )
    if item.media_url or document.media_url or is_front_page(item.url):
        return None
    if bare_address(item.url) == bare_address(document.url):
        return f"the same page, {shortened(masked(plain_address(item.url)))}"
    return None


def shortened(words: str) -> str:
    """Return words on one line, cut where they are many."""
    line = " ".join(words.split())
    return line if len(line) <= 160 else line[:159] + "…"


def _dates_agree(item: DiscoveredItem, document: Document) -> bool:
    """Say whether nothing speaks against one date; two sources may be a day apart."""
    one, other = item.published, document.published
    same_source = item.source_id == document.source_id
    if one is None or other is None:
        return not same_source
    return one == other if same_source else abs(one - other) <= _NEAR


def _is_moment(published: datetime | None) -> bool:
    """Tell whether a date is a moment, not only a day."""
    return published is not None and (published.minute, published.second) != (0, 0)


def _same_length(one: float | None, other: float | None) -> bool:
    if one is None or other is None or min(one, other) < _SHORTEST:
        return False
    return abs(one - other) <= _SAME_LENGTH


def same_recording(item: DiscoveredItem, document: Document) -> bool:
    """Say whether both name one recording, whatever counters and tokens its address has."""
    if not (item.media_url and document.media_url):
        return False
    return recording_key(item.media_url) == recording_key(document.media_url)


def title_of(document: Document) -> str | None:
    """Return the title somebody gave the document, or None."""
    return None if document.title == document.url else document.title


def plain_guid(guid: str) -> str:
    """Return the name a feed gives an entry; of an address that is signed anew, without that."""
    plain = plain_address(guid)
    return guid if plain == normalise_url(guid) else plain


def same_guid(item: DiscoveredItem, document: Document) -> bool:
    """Say whether one source names both the same."""
    if not (item.guid and document.guid) or item.source_id != document.source_id:
        return False
    return plain_guid(item.guid) == plain_guid(document.guid)


def folded(name: str | None) -> str:
    """Return words without case and with single spaces."""
    return " ".join((name or "").split()).casefold()


def differ(one: object, other: object) -> bool:
    """Say whether two facts are known and not the same; case and spaces do not count."""
    if isinstance(one, str) and isinstance(other, str):
        return folded(one) != folded(other)
    return one is not None and other is not None and one != other
