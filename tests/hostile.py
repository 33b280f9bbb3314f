"""What somebody who controls a feed, a page, a file or a name server can send us.

Each attack is tried on the code that would meet it and says what became of it: nothing, when it
was kept out, or how it got in. Nothing here belongs to anybody: addresses are this machine's.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CaptionsError, ExtractionError, IngestError, OnRecordError
from corpus.types import Source, SourceKind

BASE = "http://feed.test/"
LONG = 9_900_000  # bytes: as large as a page may be
MOST_ITEMS = 60_000  # that one answer may make us look at


@dataclass(frozen=True)
class Attack:
    """One attempt; `run` is told the bytes to use and returns how it got in, "" when it did not."""

    name: str
    run: Callable[[int, Path], str]


def all_attacks() -> list[Attack]:
    """Return every attack that needs no crawl."""
    from tests.hostilefiles import file_attacks
    from tests.hostilenet import network_attacks

    return [*_markup_attacks(), *file_attacks(), *network_attacks()]


# ── feeds, sitemaps, pages, transcripts ──────────────────────────────────────────────────────


def _feed(body: bytes) -> str:
    from ingest.spiders.feed import feed_items
    from ingest.spiders.feedxml import NotAFeedError, read_feed

    source = Source(id="a", name="A", kind=SourceKind.FEED, url=BASE)
    try:
        feed = read_feed(body, BASE)
        items = feed_items(feed, source, BASE)
    except NotAFeedError:
        return ""
    text = repr(items)
    return _leaks(text) or _too_many(len(items) + len(feed.warnings))


def _sitemap(body: bytes) -> str:
    from scrapy.http import Response

    from ingest.spiders.finds import Page, SourceProblemError
    from ingest.spiders.listing import read_sitemap

    source = Source(id="a", name="A", kind=SourceKind.LISTING, url=BASE, sitemap=True)
    page = Page(source=source, url=BASE, response=Response(BASE, body=body), capture=None)
    try:
        found = list(read_sitemap(page))
    except SourceProblemError:
        return ""
    return _leaks(repr(found)[:100_000]) or _too_many(len(found))


def _listing(body: bytes) -> str:
    from scrapy.http import HtmlResponse

    from ingest.spiders.finds import Page, SourceProblemError
    from ingest.spiders.listing import read_listing
    from ingest.spiders.page import read_document

    source = Source(id="a", name="A", kind=SourceKind.LISTING, url=BASE, match="/")
    page = Page(source=source, url=BASE + "x", response=HtmlResponse(BASE, body=body), capture=None)
    count = 0
    for read in (read_listing, read_document):
        try:
            count += len(list(read(page)))
        except SourceProblemError:
            continue
    return _too_many(count)


def _page(body: bytes) -> str:
    from ingest.extract import extract_page

    try:
        found = extract_page(body, url=BASE + "x")
    except ExtractionError:
        return ""
    return _leaks(repr(found)[:1_000_000])


def _captions(body: bytes) -> str:
    from ingest.captions import parse_captions

    try:
        found = parse_captions(body, mime_type=None, url=BASE + "t")
    except CaptionsError:
        return ""
    return _leaks(repr(found)[:1_000_000])


def _leaks(text: str) -> str:
    return "a file of this machine was read" if "root:x:0" in text or "root:*:0" in text else ""


def _too_many(count: int) -> str:
    return f"{count} things came of one answer" if count > MOST_ITEMS else ""


def _fill(unit: bytes, size: int, head: bytes = b"", tail: bytes = b"") -> bytes:
    return head + unit * max(1, (size - len(head) - len(tail)) // len(unit)) + tail


def _numbered(pattern: bytes, size: int, head: bytes = b"", tail: bytes = b"") -> bytes:
    count = size // (len(pattern) + 4)
    return head + b"".join(pattern % number for number in range(count)) + tail


RSS, END = b"<rss><channel><title>t</title>", b"</channel></rss>"
FILE = b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    b'<!DOCTYPE r [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY a%d "%s">' % (n, (b"&a%d;" % (n - 1) if n > 1 else b"&a;") * 10)
        for n in range(1, 12)
    )
    + b"]>"
)
QUADRATIC = b'<!DOCTYPE r [<!ENTITY a "' + b"a" * 50_000 + b'">]>'

_FEEDS: dict[str, Callable[[int], bytes]] = {
    "a million empty items": lambda n: _fill(b"<item/>", n, RSS, END),
    "endless items with links": lambda n: _numbered(b"<item><link>/%d</link></item>", n, RSS, END),
    "endless enclosures": lambda n: _numbered(
        b"<enclosure url='/%d.mp3'/>", n, RSS + b"<item><link>/x</link>", b"</item>" + END
    ),
    "endless people": lambda n: _numbered(
        b"<podcast:person>A%d</podcast:person>", n, RSS + b"<item><link>/x</link>", b"</item>" + END
    ),
    "endless elements": lambda n: _fill(b"<a/>", n, RSS + b"<item>", b"</item>" + END),
    "endless attributes": lambda n: _numbered(b" a%d='1'", n, RSS + b"<item", b"/>" + END),
    "deep elements": lambda n: _fill(b"<a>", n, RSS),
    "unclosed items": lambda n: _fill(b"<item>", n, RSS),
    "nested bases": lambda n: _fill(
        b"<item><link>a</link></item>", n // 3, RSS + b"<a xml:base='x'>" * 250
    ),
    "repeated doctypes": lambda n: _fill(b"<!DOCTYPE[", n, b"<!ENTITY a 'b'>"),
    "billion laughs": lambda n: LAUGHS + RSS + b"<item><title>&a11;</title></item>" + END,
    "quadratic entities": lambda n: (
        QUADRATIC + RSS + b"<item><title>" + b"&a;" * 50_000 + b"</title></item>" + END
    ),
    "an entity of a file": lambda n: (
        FILE + RSS + b"<item><title>&a;</title><link>/x</link></item>" + END
    ),
    "an entity of an address": lambda n: (
        FILE.replace(b"file:///etc/passwd", b"http://127.0.0.1:9/")
        + RSS
        + b"<item>&a;</item>"
        + END
    ),
    "a doctype from outside": lambda n: (
        b'<!DOCTYPE rss SYSTEM "file:///etc/passwd">' + RSS + b"<item><link>/x</link></item>" + END
    ),
    "an inclusion": lambda n: (
        RSS + b'<item><title><x:include xmlns:x="http://www.w3.org/2001/XInclude" '
        b'href="file:///etc/passwd" parse="text"/></title><link>/x</link></item>' + END
    ),
    "a style sheet instruction": lambda n: (
        b'<?xml-stylesheet href="file:///etc/passwd"?>'
        + RSS
        + b"<item><link>/x</link></item>"
        + END
    ),
    "unknown references": lambda n: _fill(b"&" + b"a" * 50, n, RSS),
    "one endless title": lambda n: _fill(b"&lt;p&gt;&lt;", n, RSS + b"<item><title>"),
    "a huge date and size": lambda n: (
        RSS + b"<item><link>/x</link><pubDate>" + b"9" * n + b"</pubDate>"
        b"<enclosure url='/a.mp3' length='" + b"9" * 5000 + b"'/></item>" + END
    ),
    "other charsets": lambda n: b'<?xml version="1.0" encoding="utf-7"?>' + _fill(b"+ADw-", n),
    "bytes that are nothing": lambda n: bytes(range(256)) * (n // 256),
}
_SITEMAPS: dict[str, Callable[[int], bytes]] = {
    "endless places": lambda n: _numbered(
        b"<url><loc>/%d</loc></url>", n, b"<urlset>", b"</urlset>"
    ),
    "a packed one of elements": lambda n: gzip.compress(
        _fill(b"<a/>", 5 * n, b"<urlset>", b"</urlset>"), 1
    ),
    "a packed one of nothing": lambda n: gzip.compress(bytes(60_000_000), 1),
    "packed in packed": lambda n: gzip.compress(gzip.compress(bytes(60_000_000), 1), 1),
    "billion laughs": lambda n: LAUGHS + b"<urlset><url><loc>&a11;</loc></url></urlset>",
    "an entity of a file": lambda n: FILE + b"<urlset><url><loc>/&a;</loc></url></urlset>",
    "one place of endless parts": lambda n: _fill(b"<loc/>", n, b"<urlset><url>"),
    "an index of itself": lambda n: (
        b"<sitemapindex>" + b"<sitemap><loc>/</loc></sitemap>" * 5000 + b"</sitemapindex>"
    ),
}
_PAGES: dict[str, Callable[[int], bytes]] = {
    "repeated doctypes": lambda n: _fill(b"<!DOCTYPE[", n),
    "repeated doctypes with spaces": lambda n: _fill(b"<!DOCTYPE a[ ", n),
    "billion laughs": lambda n: LAUGHS + b"<html><p>&a11; and some words",
    "an entity of a file": lambda n: FILE + b"<html><p>Some words &a; and more words",
    "deep boxes": lambda n: _fill(b"<div>", n),
    "deep boxes and spaces": lambda n: b"<div>" * 5000 + b" " * n + b"<p>x",
    "open tags": lambda n: b"<x>" * 5000 + _fill(b"<div ", n),
    "endless attributes": lambda n: _numbered(b" a%d=1", n, b"<p", b">x"),
    "quoted attributes": lambda n: _numbered(b' a%d="><"', n, b"<p", b">x"),
    "endless headings": lambda n: _fill(b"<h1>x</h1>", n),
    "endless links": lambda n: _numbered(b"<a href=/a/%d>", n),
    "deep tables": lambda n: _fill(b"<table><tr><td>", min(n, 500_000)),
    "deep lists": lambda n: _fill(b"<ul><li>", min(n, 500_000)),
    "one endless word": lambda n: b"<h1>T</h1><p>" + b"a" * n,
    "endless text": lambda n: _fill(b"word. ", n, b"<h1>T</h1><p>"),
    "endless quotation marks": lambda n: _fill(b'" ', n // 4, b"<h1>T</h1><p>"),
    "endless bylines": lambda n: _fill(b"By Anna Bell<br>", min(n, 300_000), b"<h1>T</h1><p>"),
    "endless names": lambda n: _fill(b"Anna Bell, ", n // 8, b"<h1>T</h1><p>"),
    "deep linked data": lambda n: (
        b"<script type='application/ld+json'>" + b"[" * n + b"</script><p>x y z"
    ),
    "endless linked data": lambda n: _fill(
        b"1,", n, b"<script type='application/ld+json'>[", b"1]</script><p>x y z"
    ),
    "wide linked data": lambda n: _fill(
        b'{"@type":"Article","author":{"name":"A B"}},',
        n,
        b"<script type='application/ld+json'>[",
        b"{}]</script><p>x y z",
    ),
    "written-in images": lambda n: _fill(b"data:a;base64,AAAA", n),
    "nothing but zeros": lambda n: b"<p>" + bytes(n),
    "a document, not a page": lambda n: b"%PDF-1.7" + bytes(n),
    "scripts and handlers": lambda n: (
        b"<h1>T</h1><p onclick=x()>Some words here <script>document.title='root:x:0'</script>"
        b"<iframe src=file:///etc/passwd></iframe><object data=file:///etc/passwd></object>"
        b"<a href='javascript:x()'>y</a> and more words to read"
    ),
}
_TRANSCRIPTS: dict[str, Callable[[int], bytes]] = {
    "billion laughs": lambda n: (
        LAUGHS + b"<tt><body><div><p begin='0s'>&a11;</p></div></body></tt>"
    ),
    "an entity of a file": lambda n: (
        FILE + b"<tt><body><div><p begin='0s' end='9s'>Words &a; here.</p></div></body></tt>"
    ),
    "deep data": lambda n: b'{"segments":' + b"[" * n,
    "deep objects": lambda n: b'{"a":' * (n // 5),
    "endless cues": lambda n: _fill(b"00:01.000 --> 00:02.000\n<v A>x\n\n", n // 4, b"WEBVTT\n\n"),
    "an endless label": lambda n: b"A" * n + b": words\n\nB: words\n\n",
    "endless colons": lambda n: _fill(b":", n),
    "endless stamps": lambda n: _fill(b"00:00:00,000 --> ", n // 2, b"1\n"),
    "endless brackets": lambda n: _fill(b"[(", n // 4),
    "deep markup": lambda n: _fill(b"<p><b>", min(n, 1_000_000)),
    "huge numbers": lambda n: json.dumps(
        {"segments": [{"startTime": 10**300, "endTime": -1, "body": "x", "speaker": "A"}]}
    ).encode(),
}


def _markup_attacks() -> Iterator[Attack]:
    rooms = (
        ("feed", _feed, _FEEDS),
        ("sitemap", _sitemap, _SITEMAPS),
        ("page", _page, _PAGES),
        ("listing", _listing, _PAGES),
        ("transcript", _captions, _TRANSCRIPTS),
    )
    for room, read, attacks in rooms:
        for name, build in attacks.items():
            yield Attack(f"{room}: {name}", _reading(read, build))


def _reading(
    read: Callable[[bytes], str], build: Callable[[int], bytes]
) -> Callable[[int, Path], str]:
    def run(size: int, _folder: Path) -> str:
        try:
            return read(build(size)[:LONG])
        except (OnRecordError, IngestError):
            return ""

    return run


def packed(body: bytes, encoding: str) -> bytes:
    """Return `body` packed as a server may pack it: encodings from the inside out."""
    import brotli

    for each in encoding.split(","):
        name = each.strip()
        if name == "gzip":
            body = gzip.compress(body, 1)
        elif name == "deflate":
            body = zlib.compress(body, 1)
        elif name == "br":
            body = brotli.compress(body, quality=1)
        elif name == "zstd":
            from backports import zstd

            body = zstd.compress(body)
    return body
