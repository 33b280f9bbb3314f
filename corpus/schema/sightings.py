"""Which sightings are of the same document, and what a sighting adds to it. Pure.

Publishers are sloppy: every entry of a feed may link to the home page, every page may claim the
same canonical address or play the newest recording. So a shared address is a hint, which a
contradiction outweighs: joining two documents would put one's words into the other's mouth,
while two copies of one are only a nuisance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar, cast

from corpus.schema.addresses import (
    bare_address,
    host_of,
    is_front_page,
    long_hash,
    normalise_url,
    plain_address,
    recording_address,
    recording_key,
    url_key,
)
from corpus.schema.codecs import clean, encode, to_json
from corpus.schema.renaming import (
    differ,
    evidence_of_renaming,
    folded,
    is_renamed,
    plain_guid,
    same_guid,
    same_recording,
    title_of,
)
from corpus.types import (
    AddressPart,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Stage,
    TranscriptLink,
)

__all__ = ["is_renamed", "long_hash", "normalise_url", "url_key"]

_T = TypeVar("_T")

_MOST_CREDITS, _MOST_TRANSCRIPTS = 200, 20  # what grows at every look stops growing
_MOST_SEEN = 50  # fingerprints kept of each document


def short_hash(words: str) -> str:
    """Return 12 hexadecimal digits that stand for `words`: the ids of the archive."""
    return long_hash(words)[:12]


def clean_item(item: DiscoveredItem) -> DiscoveredItem:
    """Return the sighting as it can be stored; what is blank is absent."""
    item = clean(item)
    texts = ("guid", "canonical_url", "title", "show", "language", "media_url", "summary")
    blank = {name: (getattr(item, name) or "").strip() or None for name in texts}
    return replace(item, url=item.url.strip(), **cast(Any, blank))


def identity_of(item: DiscoveredItem) -> str:
    """Return the words a document's id is made of: the same in every rebuilt archive."""
    own = item.guid or normalise_url(_trusted_canonical(item) or item.url)
    return f"{item.source_id}\n{own}"


def keys_of(item: DiscoveredItem) -> list[str]:
    """Return the hashed keys by which the sighting's document is known, surest first."""
    return list(keyed(item))


def keyed(item: DiscoveredItem) -> dict[str, tuple[AddressPart, str] | None]:
    """Return the sighting's keys, surest first, each with the address or name it stands for."""
    keys: dict[str, tuple[AddressPart, str] | None] = {}
    if item.guid:
        name = plain_guid(item.guid)
        keys[long_hash(f"guid {item.source_id}\n{name}")] = (AddressPart.GUID, name)
    for each in _pages(item):
        keys.setdefault(url_key(each), (AddressPart.PAGE, plain_address(each)))
    if item.media_url:
        recording = recording_address(item.media_url)
        keys.setdefault(recording_key(item.media_url), (AddressPart.RECORDING, recording))
    if item.guid and item.title and item.published:
        about = f"about {item.source_id}\n{folded(item.title)}\n{item.published.isoformat()}"
        keys[long_hash(about)] = None
    return keys


def former_keys(item: DiscoveredItem) -> list[str]:
    """Return keys that earlier versions stored; only looked up."""
    addresses = (*_pages(item), *filter(None, (item.media_url,)))
    return [long_hash(f"url {_strict(each)}") for each in addresses]


def _pages(item: DiscoveredItem) -> list[str]:
    addresses = [item.url, _trusted_canonical(item)]
    if item.capture is not None and not is_front_page(item.capture.final_url):
        addresses.append(item.capture.final_url)
    if item.guid or item.media_url:
        # A link to the front page is where the show lives, not where this episode does.
        addresses = [each for each in addresses if each and not is_front_page(each)]
    return [each for each in addresses if each]


def contradicts(item: DiscoveredItem, document: Document) -> bool:
    """Tell whether the sighting is of another document in spite of a key they share."""
    titlesdiffer = differ(item.title, title_of(document))
    datesdiffer = differ(item.published, document.published)
    if is_renamed(item, document):
        return not evidence_of_renaming(item, document)
    elsewhere = _strict(item.url) != _strict(document.url)
    if same_guid(item, document):
        # One guid for all entries: a fault of the feed, when nothing else agrees.
        moved = item.media_url is not None and document.media_url is not None
        moved = moved and not same_recording(item, document)
        return elsewhere and moved and titlesdiffer and datesdiffer
    alike = (item.capture is None) == (document.capture_sha256 is None)
    return elsewhere and alike and titlesdiffer


def shown(document: Document) -> Document:
    """Return the document with only what readers are shown of it."""
    return replace(
        document,
        capture_sha256=None,
        stage=Stage.READY,
        attempts=0,
        next_attempt=None,
        last_error=None,
        changed=document.discovered,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A document, and what is remembered of how it was sighted."""

    document: Document
    # What sightings said, before names were settled: so that seeing it again is no news.
    sighted_credits: tuple[Credit, ...] = ()
    seen: tuple[str, ...] = ()  # `fingerprint` of the sightings of the page as it is now


def choose(
    item: DiscoveredItem, known: Sequence[Known], shared: Mapping[str, Collection[str]]
) -> Known | None:
    """Return the document that the sighting is of; None when none is, or several may be.

    Of a document and one that was joined to it, the sighting is of the one it names; of the one
    that was joined, when it brings yet another name.

    Args:
        item: the sighting.
        known: the documents that share keys with it.
        shared: by document id, which of `keys_of(item)` they share.
    """
    keys = {key: at for at, key in enumerate((*keys_of(item), *former_keys(item)))}
    ranked: dict[tuple[int, ...], list[Known]] = {}
    for each in known:
        if not contradicts(item, each.document):
            rank = _likeness(item, each.document, [keys[key] for key in shared[each.document.id]])
            ranked.setdefault(rank, []).append(each)
    if not ranked:
        return None
    best = ranked[min(ranked)]
    if not is_renamed(item, best[0].document):
        whole = [each for each in best if not each.document.merged_into]
        roots = {each.document.merged_into or each.document.id for each in best}
        best = whole if len(roots) == 1 and whole else best
        return best[0] if len(best) == 1 else None
    renamed = [each for some in ranked.values() for each in some]
    # Names that change every night must not make a document each.
    renamed.sort(key=lambda each: (each.document.merged_into is None, each.document.discovered))
    return renamed[0]


def _likeness(item: DiscoveredItem, document: Document, shared: Sequence[int]) -> tuple[int, ...]:
    """Return how well the sighting fits, as a sort key: the smaller, the better."""
    same_url = item.guid == document.guid and item.url == document.url
    return (not same_guid(item, document), not same_url, min(shared), -len(shared))


def fingerprint(item: DiscoveredItem) -> str:
    """Return a short hash of all that the sighting says, but not of when and how it was signed."""
    capture = item.capture.sha256 if item.capture else ""
    lasting = replace(
        item,
        url=plain_address(item.url),
        guid=plain_guid(item.guid) if item.guid else None,
        media_url=recording_address(item.media_url) if item.media_url else None,
        transcripts=tuple(replace(x, url=plain_address(x.url)) for x in item.transcripts),
        capture=None,
    )
    return short_hash(f"{capture}\n{to_json(encode(lasting))}")


def first_sighting(item: DiscoveredItem, *, document_id: str, now: datetime) -> Known:
    """Return the document that a first sighting makes."""
    facts = {each.name: getattr(item, each.name, None) for each in fields(Document)}
    credits = merge_credits((), item.credits, own=True)
    facts |= {
        "id": document_id,
        "title": item.title or item.url,
        "show": item.show or item.source_id,
        "transcripts": merge_transcripts((), item.transcripts),
        "credits": credits,
        "capture_sha256": item.capture.sha256 if item.capture else None,
        "stage": Stage.DISCOVERED,
        "revision": 0,
        "attempts": 0,
        "discovered": now,
        "changed": now,
    }
    document = Document(**cast(Any, facts))
    return Known(document=document, sighted_credits=credits, seen=(fingerprint(item),))


def join(known: Known, item: DiscoveredItem, *, shared: Collection[str], now: datetime) -> Known:
    """Return the document with what the sighting adds.

    Args:
        known: the document so far.
        item: the sighting.
        shared: the keys of the sighting that the document was known by before.
        now: becomes `changed` when the document changes.
    """
    seen, before = fingerprint(item), known.document
    if seen in known.seen:
        return _freshly_signed(known, item)
    own = item.capture is not None
    sighted = merge_credits(known.sighted_credits, item.credits, own=own)
    after = _with_recording(_with_facts(before, item), item, shared)
    if sighted != known.sighted_credits:
        after = replace(after, credits=merge_credits(after.credits, item.credits, own=own))
    if after != before:
        after = _back_to_start(before, replace(after, changed=now))
    is_other = _content(after) != _content(before)
    # A page that goes back to what it said before is news again.
    remembered = (seen,) if is_other else (*known.seen, seen)[-_MOST_SEEN:]
    return Known(document=after, sighted_credits=sighted, seen=remembered)


def _freshly_signed(known: Known, item: DiscoveredItem) -> Known:
    """Take the newest spelling of the addresses of what is still to be fetched, where they agree.

    A token runs out. Of what was fetched, the address stays: it names the file that was.
    """
    document = known.document
    if document.stage not in (Stage.DISCOVERED, Stage.DEAD, Stage.SKIPPED):
        return known
    newest = {bare_address(each.url): each.url for each in item.transcripts}
    links = (
        replace(each, url=newest.get(bare_address(each.url), each.url))
        for each in document.transcripts
    )
    document = replace(document, transcripts=tuple(links))
    if same_recording(item, document) and _is_entitled(document, item):
        document = replace(document, media_url=item.media_url)
    return known if document == known.document else replace(known, document=document)


def merge_credits(
    known: tuple[Credit, ...], new: tuple[Credit, ...], *, own: bool
) -> tuple[Credit, ...]:
    """Return the credits joined by name and part; the document's own page outranks others."""
    merged = list(known)
    for credit in new:
        match = next((at for at, each in enumerate(merged) if _same_credit(each, credit)), None)
        if match is not None:
            merged[match] = _fill_credit(merged[match], credit, own=own)
        elif len(merged) < _MOST_CREDITS:
            merged.append(credit)
    return tuple(merged)


def merge_transcripts(
    known: tuple[TranscriptLink, ...], new: tuple[TranscriptLink, ...]
) -> tuple[TranscriptLink, ...]:
    """Return the transcripts, one for each address."""
    merged = {bare_address(each.url): each for each in reversed((*known, *new))}
    ordered = dict.fromkeys(bare_address(each.url) for each in (*known, *new))
    return tuple(merged[address] for address in ordered)[:_MOST_TRANSCRIPTS]


def _with_facts(document: Document, item: DiscoveredItem) -> Document:
    own = item.capture is not None
    names = ("canonical_url", "published", "language", "duration", "summary")
    facts = {name: _pick(getattr(document, name), getattr(item, name), own=own) for name in names}
    # Where nothing better was known, a title is an address and a show is a source's id.
    title = None if document.title == document.url else document.title
    show = None if document.show == document.source_id else document.show
    better_url = own and document.capture_sha256 is None
    better_url |= document.url == document.media_url and item.url != item.media_url
    return replace(
        document,
        kind=item.kind if item.kind is DocumentKind.EPISODE else document.kind,
        url=item.url if better_url else document.url,
        guid=document.guid or (item.guid if item.source_id == document.source_id else None),
        title=_pick(title, item.title, own=own) or document.title,
        show=_pick(show, item.show, own=own) or document.show,
        transcripts=merge_transcripts(document.transcripts, item.transcripts),
        capture_sha256=item.capture.sha256 if item.capture else document.capture_sha256,
        **cast(Any, facts),
    )


def _with_recording(document: Document, item: DiscoveredItem, shared: Collection[str]) -> Document:
    """Take the sighting's recording, if it may speak for it.

    A feed's enclosure belongs to its entry; a page's player may play the newest episode on
    every page. So the page only counts where no entry is known. An address seen before is an
    alias, not news: two sightings cannot take turns.
    """
    if item.media_url is None:
        return document
    known = {recording_key(item.media_url), long_hash(f"url {_strict(item.media_url)}")}
    if document.media_url and (not _is_entitled(document, item) or known & set(shared)):
        return document
    return replace(document, media_url=item.media_url, media_type=item.media_type)


def _is_entitled(document: Document, item: DiscoveredItem) -> bool:
    return same_guid(item, document) if document.guid else item.capture is not None


def _content(document: Document) -> tuple[str | None, str | None]:
    return document.media_url, document.capture_sha256


def _back_to_start(before: Document, after: Document) -> Document:
    """Return `after` due again from the start, when that is needed for what is new."""
    changed = [
        old for old, new in zip(_content(before), _content(after), strict=True) if old != new
    ]
    # What a document on its way did not have, its next step takes up; what is replaced may
    # already have been used.
    on_its_way = before.stage in (Stage.FETCHED, Stage.TRANSCRIBED)
    needed = any(changed) if on_its_way else bool(changed) or before.stage is Stage.DEAD
    # A publisher's transcript often comes days after the recording.
    needed |= len(after.transcripts) > len(before.transcripts)
    if not needed:
        return after
    return replace(after, stage=Stage.DISCOVERED, attempts=0, next_attempt=None, last_error=None)


def _same_credit(known: Credit, new: Credit) -> bool:
    if folded(known.name) != folded(new.name):
        return False
    return known.part == new.part or known.part is None or new.part is None


def _fill_credit(known: Credit, new: Credit, *, own: bool) -> Credit:
    names = ("part", "description", "evidence")
    filled = {name: _pick(getattr(known, name), getattr(new, name), own=own) for name in names}
    roles = new.roles if new.roles and (own or not known.roles) else known.roles
    return replace(known, roles=roles, **cast(Any, filled))


def _pick(known: _T | None, new: _T | None, *, own: bool) -> _T | None:
    if known is None or (own and new is not None):
        return new
    return known


def _strict(url: str) -> str:
    """Return the address as earlier versions told two apart: tokens count."""
    return re.sub(r"^https?://(?:www\.)?", "", normalise_url(url))


def _trusted_canonical(item: DiscoveredItem) -> str | None:
    """Return the canonical address, if the page may speak for it."""
    if not item.canonical_url or is_front_page(item.canonical_url):
        return None
    near = {host_of(item.url), host_of(item.capture.final_url) if item.capture else ""}
    return item.canonical_url if host_of(item.canonical_url) in near else None
