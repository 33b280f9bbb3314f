"""Which sightings are of the same document, and what a sighting adds to it. Pure.

Publishers are sloppy: every entry of a feed may link to the home page, every page may claim the
same canonical address or play the newest recording. So a shared address is a hint, which a
contradiction outweighs: joining two documents would put one's words into the other's mouth,
while two copies of one are only a nuisance.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit, urlunsplit

from corpus.schema.codecs import clean, clean_string, encode, to_json
from corpus.types import (
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Stage,
    TranscriptLink,
)

_T = TypeVar("_T")

_TRACKING = re.compile(
    r"(?:utm_.*|fbclid|gclid|gbraid|wbraid|dclid|msclkid|yclid|igshid|igsh|twclid|mc_[ce]id|mkt_tok"
    r"|_hs(?:enc|mi)|_g[al]|vero_id|oly_(?:enc|anon)_id|s_cid|cmpid|ocid|smid|spm|ref_src)",
    re.IGNORECASE,
)
_PORTS = {"http": 80, "https": 443}
_ESCAPED = re.compile("%[0-9a-fA-F]{2}")
_MOST_CREDITS, _MOST_TRANSCRIPTS = 200, 20  # what grows at every look stops growing
_MOST_SEEN = 50  # fingerprints kept of each document


def normalise_url(url: str) -> str:
    """Return one spelling for all spellings of a web address.

    Scheme and host in lower case, no default port, credentials, fragment, tracking parameters
    or slash at the end. What is not a web address is returned as it is.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if parts.scheme not in _PORTS or not host:
        return url
    if ":" in host:
        host = f"[{host}]"
    if port not in (None, _PORTS[parts.scheme]):
        host = f"{host}:{port}"
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._", errors="replace").rstrip("/")
    path = _ESCAPED.sub(lambda found: found.group().upper(), path)
    query = "&".join(
        pair
        for pair in parts.query.split("&")
        if pair and not _TRACKING.fullmatch(pair.partition("=")[0])
    )
    # "#!/episode/3" is how some pages address their documents; "#comments" is not.
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return urlunsplit((parts.scheme, host, path or "/", query, fragment))


def short_hash(words: str) -> str:
    """Return 12 hexadecimal digits that stand for `words`: the ids of the archive."""
    return long_hash(words)[:12]


def long_hash(words: str) -> str:
    """Return the SHA-256 of `words` as they can be stored."""
    return hashlib.sha256(clean_string(words).encode()).hexdigest()


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
    keys = [long_hash(f"guid {item.source_id}\n{item.guid}")] if item.guid else []
    addresses = [item.url, _trusted_canonical(item)]
    if item.capture is not None and not _is_front_page(item.capture.final_url):
        addresses.append(item.capture.final_url)
    if item.guid or item.media_url:
        # A link to the front page is where the show lives, not where this episode does.
        addresses = [each for each in addresses if each and not _is_front_page(each)]
    addresses.append(item.media_url)
    keys += [url_key(each) for each in addresses if each]
    return list(dict.fromkeys(keys))


def url_key(url: str) -> str:
    """Return a hash that all spellings of an address share."""
    return long_hash(f"url {_address(url)}")


def contradicts(item: DiscoveredItem, document: Document) -> bool:
    """Tell whether the sighting is of another document in spite of a key they share."""
    titles_differ = _differ(item.title, document.title)
    dates_differ = _differ(item.published, document.published)
    if item.source_id == document.source_id and _differ(item.guid, document.guid):
        return titles_differ or dates_differ or not (item.title and item.published)
    elsewhere = _address(item.url) != _address(document.url)
    if item.guid and item.guid == document.guid and item.source_id == document.source_id:
        # One guid for all entries: a fault of the feed, when nothing else agrees.
        moved = _differ(item.media_url, document.media_url)
        return elsewhere and moved and titles_differ and dates_differ
    alike = (item.capture is None) == (document.capture_sha256 is None)
    return elsewhere and alike and titles_differ


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

    Args:
        item: the sighting.
        known: the documents that share keys with it.
        shared: by document id, which of `keys_of(item)` they share.
    """
    keys = keys_of(item)
    ranked = sorted(
        (
            _likeness(item, each.document, [keys.index(key) for key in shared[each.document.id]]),
            number,
        )
        for number, each in enumerate(known)
        if not contradicts(item, each.document)
    )
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return known[ranked[0][1]]


def _likeness(item: DiscoveredItem, document: Document, shared: Sequence[int]) -> tuple[int, ...]:
    """Return how well the sighting fits, as a sort key: the smaller, the better."""
    same_guid = item.guid is not None and item.guid == document.guid
    same_url = item.guid == document.guid and item.url == document.url
    return (not same_guid, not same_url, min(shared), -len(shared))


def fingerprint(item: DiscoveredItem) -> str:
    """Return a short hash of all that the sighting says, but not of when it was made."""
    capture = item.capture.sha256 if item.capture else ""
    return short_hash(f"{capture}\n{to_json(encode(replace(item, capture=None)))}")


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
        return known
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
    merged = {_address(each.url): each for each in reversed((*known, *new))}
    ordered = dict.fromkeys(_address(each.url) for each in (*known, *new))
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
    entitled = (item.guid == document.guid) if document.guid else item.capture is not None
    if document.media_url and (not entitled or url_key(item.media_url) in shared):
        return document
    return replace(document, media_url=item.media_url, media_type=item.media_type)


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
    if not needed:
        return after
    return replace(after, stage=Stage.DISCOVERED, attempts=0, next_attempt=None, last_error=None)


def _same_credit(known: Credit, new: Credit) -> bool:
    if _folded(known.name) != _folded(new.name):
        return False
    return known.part == new.part or known.part is None or new.part is None


def _fill_credit(known: Credit, new: Credit, *, own: bool) -> Credit:
    names = ("part", "description", "evidence")
    filled = {name: _pick(getattr(known, name), getattr(new, name), own=own) for name in names}
    roles = new.roles if new.roles and (own or not known.roles) else known.roles
    return replace(known, roles=roles, **cast(Any, filled))


def _folded(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()


def _pick(known: _T | None, new: _T | None, *, own: bool) -> _T | None:
    if known is None or (own and new is not None):
        return new
    return known


def _differ(one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return _folded(one) != _folded(other)
    return one is not None and other is not None and one != other


def _address(url: str) -> str:
    """Return what two spellings of one address have in common, also http and https."""
    address = normalise_url(url)
    return re.sub(r"^https?://(?:www\.)?", "", address)


def _is_front_page(url: str) -> bool:
    parts = urlsplit(normalise_url(url))
    return parts.path in ("", "/") and not parts.query and not parts.fragment


def _trusted_canonical(item: DiscoveredItem) -> str | None:
    """Return the canonical address, if the page may speak for it."""
    if not item.canonical_url or _is_front_page(item.canonical_url):
        return None
    near = {_host(item.url), _host(item.capture.final_url) if item.capture else ""}
    return item.canonical_url if _host(item.canonical_url) in near else None


def _host(url: str) -> str:
    host = urlsplit(normalise_url(url)).netloc
    return re.sub(r"^(?:www|m|amp)\.", "", host)
