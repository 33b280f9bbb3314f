"""RSS and Atom as published, broken or not, to plain values. No network, no Scrapy.

lxml in recovery mode reads what can be read of a malformed feed. Elements are told apart by
prefix or namespace, because many feeds use `itunes:` and `podcast:` without declaring them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from urllib.parse import urljoin

from lxml import etree

from ingest.spiders.clean import http_url, parse_date, plain_line, plain_text, seconds
from ingest.spiders.feedtree import (
    MAX_ENTRIES,
    NotAFeedError,
    is_cut_off,
    looks_like_feed,
    parse,
)

__all__ = ["Feed", "FeedEntry", "NotAFeedError", "looks_like_feed", "read_feed"]

_MAX_CHILDREN = 2000  # of one entry
_MAX_DEPTH = 20  # of an entry in its feed
_MAX_BASES = 3  # addresses that relative ones can be relative to, one inside the other

_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_NAMESPACES = (
    ("itunes.com/dtds", "itunes"),
    ("podcastindex.org/namespace", "podcast"),
    ("podcast-namespace", "podcast"),
    ("yahoo.com/mrss", "media"),
    ("purl.org/dc/", "dc"),
    ("rss/1.0/modules/content", "content"),
    ("w3.org/2005/Atom", "atom"),
    ("purl.org/atom", "atom"),
)
_AUDIO_NAME = re.compile(r"\.(mp3|m4a|m4b|aac|ogg|oga|opus|wav|flac|wma|aiff?)\b", re.IGNORECASE)
_VIDEO_NAME = re.compile(r"\.(mp4|m4v|mov|webm|mkv|avi)\b", re.IGNORECASE)
_OTHER_NAME = re.compile(r"\.(jpe?g|png|gif|webp|svg|pdf|epub|html?|torrent|zip)\b", re.IGNORECASE)
_FOLLOWING = ("next", "prev-archive")
_SUMMARIES = ("description", "content:encoded", "summary", "content", "itunes:summary",
              "media:description")  # fmt: skip
_PARTS = {
    "host": "host", "co-host": "host", "cohost": "host", "guest host": "host", "presenter": "host",
    "moderator": "host", "interviewer": "host", "anchor": "host",
    "guest": "guest", "interviewee": "guest", "panelist": "guest",
    "producer": "producer", "executive producer": "producer", "senior producer": "producer",
    "associate producer": "producer", "co-producer": "producer", "coproducer": "producer",
    "author": "author", "writer": "author", "reporter": "author", "correspondent": "author",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A media file an entry points at."""

    url: str
    mime_type: str | None = None
    size: int | None = None  # bytes, as the publisher says

    @property
    def rank(self) -> int:
        """0 audio, 1 video, 2 unknown, 3 something else; smaller is better."""
        kind = (self.mime_type or "").lower()
        if kind.startswith("audio/") or (_AUDIO_NAME.search(self.url) and "video" not in kind):
            return 0
        if kind.startswith("video/") or _VIDEO_NAME.search(self.url):
            return 1
        unknown = kind in ("", "application/octet-stream", "binary/octet-stream")
        return 2 if unknown and not _OTHER_NAME.search(self.url) else 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPerson:
    """Somebody credited by `podcast:person`."""

    name: str
    role: str = "host"  # lower case, as written; the namespace's default
    group: str = "cast"
    href: str | None = None

    @property
    def part(self) -> str:
        """What they are to the episode: host, guest, producer, author, or the role as written."""
        return _PARTS.get(self.role, self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedTranscript:
    """A publisher transcript of an entry."""

    url: str
    mime_type: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One entry as published."""

    title: str | None
    link: str | None  # not always its own page: some feeds name the show's front page
    guid: str | None
    published: datetime | None
    summary: str | None
    duration: float | None  # seconds
    enclosures: tuple[Enclosure, ...]
    persons: tuple[FeedPerson, ...]
    transcripts: tuple[FeedTranscript, ...]
    authors: tuple[str, ...]
    updated: datetime | None = None  # when it was edited last, as the feed says

    @property
    def enclosure(self) -> Enclosure | None:
        """The recording: audio before video before unknown; pictures and the like never."""
        usable = [each for each in self.enclosures if each.rank < 3]
        return min(usable, key=lambda each: each.rank, default=None)


@dataclass(slots=True, kw_only=True)
class Feed:
    """A feed as far as it could be read."""

    title: str | None = None
    link: str | None = None
    language: str | None = None
    persons: tuple[FeedPerson, ...] = ()
    entries: list[FeedEntry] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    cut_off: bool = False  # its end is missing; the last, half entry is left out
    next_page: str | None = None  # where a paged or archived feed (RFC 5005) goes on
    new_address: str | None = None  # where it says to be from now on


def read_feed(body: bytes, url: str) -> Feed:
    """Read a feed; what is broken is left out and named in `warnings`.

    Raises:
        NotAFeedError: empty, HTML, or nothing that can be read as RSS or Atom.
    """
    if not body.strip():
        raise NotAFeedError("the feed is empty")
    feed = Feed()
    cut_off = is_cut_off(body)
    root = parse(body, feed.warnings)
    if root is None:
        page = re.match(rb"(?i)\s*<(?:!doctype )?html", body)
        what = "an HTML page, not a feed" if page else f"not XML: it begins {_opening(body)!r}"
        raise NotAFeedError(f"it is {what}")
    if _name(root) not in ("rss", "feed", "rdf", "atom:feed", "channel"):
        raise NotAFeedError(f"it is {_kind_of(root)}, not a feed")
    _read_channel(feed, root, url)
    entries = [each for each in root.iter() if _name(each) in ("item", "entry", "atom:entry")]
    if entries and cut_off and len(entries) < MAX_ENTRIES:
        entries.pop()
        feed.cut_off = True
    for each in entries:
        del each[_MAX_CHILDREN:]
    feed.entries = [_read_entry(each, url) for each in entries]
    return feed


# ── XML ──────────────────────────────────────────────────────────────────────────────────────


def _name(element: etree._Element) -> str:
    """Return `title`, `itunes:duration`, `atom:link` … for an element, prefix or not."""
    tag: object = element.tag  # an entity reference has a function here
    if not isinstance(tag, str):
        return ""
    prefix, local = _prefix(tag)
    if prefix == "atom":
        parent = element.getparent()
        inside_rss = parent is not None and _name(parent) in ("channel", "item")
        return f"atom:{local}" if inside_rss else local
    return f"{prefix}:{local}" if prefix else local


@functools.lru_cache(maxsize=1024)
def _prefix(tag: str) -> tuple[str | None, str]:
    """Return the usual prefix of a tag's namespace, None when it has none, and the local name."""
    if not tag.startswith("{"):
        return None, tag.lower()
    namespace, _, local = tag[1:].partition("}")
    return next((short for mark, short in _NAMESPACES if mark in namespace), None), local.lower()


def _children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    for name in names:
        yield from (each for each in element if _name(each) == name)


def _text(element: etree._Element) -> str:
    if element.get("type") == "xhtml":
        return etree.tostring(element, encoding="unicode", with_tail=False)
    return "".join(str(part) for part in element.itertext())


def _first(element: etree._Element, *names: str) -> str | None:
    """Return the text of the first child called one of `names` that has any."""
    texts = (_text(each).strip() for each in _children(element, *names))
    return next((text for text in texts if text), None)


def _base(element: etree._Element, url: str) -> str:
    bases = [
        each.get(_XML_BASE) for each in (element, *islice(element.iterancestors(), _MAX_DEPTH))
    ]
    for base in reversed([each for each in bases if each][:_MAX_BASES]):
        url = urljoin(url, base)
    return url


def _opening(body: bytes) -> str:
    return body[:40].decode("utf-8", "replace").strip()


def _kind_of(root: etree._Element) -> str:
    return "an HTML page" if _name(root) == "html" else f"a <{_name(root)[:40]}> document"


# ── channel and entries ──────────────────────────────────────────────────────────────────────


def _read_channel(feed: Feed, root: etree._Element, url: str) -> None:
    channel = next(_children(root, "channel"), root)
    feed.title = plain_line(_first(channel, "title", "atom:title", "itunes:title"))
    feed.link = _link(channel, _base(channel, url))
    feed.language = plain_line(_first(channel, "language", "dc:language"), 35)
    feed.persons = _persons(channel, _base(channel, url))
    named = [_first(each, "newlocation") for each in _children(channel, "redirect")]
    feed.new_address = http_url(
        url, _first(channel, "itunes:new-feed-url") or "".join(filter(None, named))
    )
    # In RSS the link is Atom's; many feeds say so with a prefix of their own.
    links = [each for each in _children(channel, "atom:link", "link") if each.get("href")]
    following = [each.get("href") for each in links if each.get("rel") in _FOLLOWING]
    feed.next_page = http_url(_base(channel, url), next(iter(following), None))


def _read_entry(entry: etree._Element, url: str) -> FeedEntry:
    base = _base(entry, url)
    guid = plain_line(_first(entry, "guid", "id", "atom:id"), 1000)
    return FeedEntry(
        title=plain_line(_first(entry, "title", "atom:title", "itunes:title", "media:title")),
        link=_link(entry, base) or _permalink(entry, base),
        guid=guid,
        published=_published(entry),
        summary=_summary(entry),
        duration=seconds(_first(entry, "itunes:duration")),
        enclosures=_enclosures(entry, base),
        persons=_persons(entry, base),
        transcripts=_transcripts(entry, base),
        authors=_authors(entry),
        updated=_date_of(entry, "updated", "atom:updated", "modified", "dcterms:modified"),
    )


def _summary(entry: etree._Element) -> str | None:
    """Return the fullest description: show notes are where guests are named."""
    texts = (plain_text(_first(entry, name)) for name in _SUMMARIES)
    return max((text for text in texts if text), key=len, default=None)


def _published(entry: etree._Element) -> datetime | None:
    names = ("pubdate", "published", "atom:published", "dc:date", "issued", "updated",
             "atom:updated", "modified")  # fmt: skip
    return _date_of(entry, *names)


def _date_of(entry: etree._Element, *names: str) -> datetime | None:
    dates = (parse_date(_text(each)) for each in _children(entry, *names))
    return next((date for date in dates if date), None)


def _link(element: etree._Element, base: str) -> str | None:
    for each in _children(element, "link", "atom:link"):
        if each.get("rel", "alternate") != "alternate" or "xml" in each.get("type", ""):
            continue
        url = http_url(base, each.get("href") or _text(each))
        if url:
            return url
    return None


def _permalink(entry: etree._Element, base: str) -> str | None:
    """Return the guid where it says, or does not deny, that it is the entry's address."""
    for guid in _children(entry, "guid"):
        text = _text(guid).strip()
        explicit = guid.get("isPermaLink", "").lower()
        absolute = text.lower().startswith(("http://", "https://"))
        if explicit == "true" or (absolute and explicit != "false"):
            return http_url(base, text)
    return None


def _enclosures(entry: etree._Element, base: str) -> tuple[Enclosure, ...]:
    found: list[Enclosure] = []
    media = [*_children(entry, "media:content")]
    for group in _children(entry, "media:group"):
        media.extend(_children(group, "media:content"))
    links = [
        each for each in _children(entry, "link", "atom:link") if each.get("rel") == "enclosure"
    ]
    for element in (*_children(entry, "enclosure"), *links, *media):
        url = http_url(base, element.get("url") or element.get("href"))
        if url:
            found.append(
                Enclosure(
                    url=url,
                    mime_type=plain_line(element.get("type"), 100),
                    size=_size(element.get("length") or element.get("fileSize")),
                )
            )
    return tuple(found)


def _size(value: str | None) -> int | None:
    digits = (value or "").strip()
    known = digits.isascii() and digits.isdigit() and len(digits) < 20
    return int(digits) or None if known else None


def _persons(element: etree._Element, base: str) -> tuple[FeedPerson, ...]:
    found = []
    for each in _children(element, "podcast:person"):
        name = plain_line(_text(each), 200)
        if name:
            found.append(
                FeedPerson(
                    name=name,
                    role=(plain_line(each.get("role"), 100) or "host").lower(),
                    group=(plain_line(each.get("group"), 100) or "cast").lower(),
                    href=http_url(base, each.get("href")),
                )
            )
    return tuple(found)


def _transcripts(entry: etree._Element, base: str) -> tuple[FeedTranscript, ...]:
    found = []
    for each in _children(entry, "podcast:transcript"):
        url = http_url(base, each.get("url"))
        if url:
            found.append(
                FeedTranscript(
                    url=url,
                    mime_type=plain_line(each.get("type"), 100),
                    language=plain_line(each.get("language"), 35),
                )
            )
    return tuple(found)


def _authors(entry: etree._Element) -> tuple[str, ...]:
    raw = [_text(each) for each in _children(entry, "dc:creator")]
    for author in _children(entry, "author", "atom:author"):
        raw.append(_first(author, "name", "atom:name") or _text(author))
    names = (_author_name(plain_line(each, 200)) for each in raw)
    return tuple(dict.fromkeys(name for name in names if name))


def _author_name(value: str | None) -> str | None:
    """Return the name in `address (Name)`, `Name (address)` or `Name`; None for an address."""
    if value is None or "@" not in value:
        return value
    named = re.search(r"\(([^()@]+)\)", value) or re.match(r"([^()@<]+?)\s*[(<]", value)
    return named[1].strip() if named else None
