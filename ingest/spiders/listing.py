"""Reads listing pages and sitemaps: finds the documents' addresses and follows them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import islice

from lxml import etree

from corpus.types import Source
from ingest.bounds import MAX_FEED_TAGS, excess
from ingest.spiders import feed
from ingest.spiders.clean import http_url, parse_date
from ingest.spiders.feedxml import looks_like_feed
from ingest.spiders.finds import Find, Follow, Notice, Page, SourceProblemError
from ingest.spiders.page import read_document

MAX_LISTING_PAGES = 50  # of one look: "next" may lead in a circle or never end
MAX_LINKS = 10_000  # of one listing page
MAX_SITEMAPS = 50  # that one index may name
MAX_PLACES = 50_000  # of one sitemap; the limit of the sitemap protocol
MAX_SITEMAP_DEPTH = 3
MAX_SITEMAP_BYTES = 50_000_000  # unpacked; the limit of the sitemap protocol

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def read_any(page: Page) -> Iterator[Find]:
    """Read one address that may be a feed, a page or a recording: the answer tells."""
    if page.media_type is None and looks_like_feed(page.response.body):
        yield from feed.read(page)
    else:
        yield from read_document(page)


# ── listing pages ────────────────────────────────────────────────────────────────────────────


def read_listing(page: Page, number: int = 1) -> Iterator[Find]:
    """Yield the documents that a listing page links to and the next listing page."""
    links = listed_links(page)
    if not links:
        yield Notice(f"{page.response.url}: no link to a document on it", incomplete=True)
    for url in links:
        yield Follow(url=url, read=read_document, document=True)
    following = _next_page(page)
    if following and number < MAX_LISTING_PAGES:
        yield Follow(url=following, read=partial(read_listing, number=number + 1))
    elif following:
        yield Notice(f"stopped after {MAX_LISTING_PAGES} listing pages")


def listed_links(page: Page) -> list[str]:
    """Return the documents' addresses on a listing page, in its order."""
    source, response, base = page.source, page.html, _base(page)
    found = []
    for each in response.css(source.links or "a[href]")[:MAX_LINKS]:
        inside = each if "href" in each.attrib else next(iter(each.css("a[href]")), None)
        url = http_url(base, inside.attrib["href"] if inside is not None else None)
        if url and url != response.url and _wanted(source, url):
            found.append(url)
    return list(dict.fromkeys(found))


def _base(page: Page) -> str:
    href = page.html.css("base[href]::attr(href)").get()
    return http_url(page.response.url, href) or page.response.url


def _next_page(page: Page) -> str | None:
    if page.source.next_page is None:
        return None
    for each in page.html.css(page.source.next_page):
        url = http_url(_base(page), each.attrib.get("href"))
        if url:
            return url
    return None


def _wanted(source: Source, url: str) -> bool:
    return source.match is None or re.search(source.match, url) is not None


# ── sitemaps ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Place:
    url: str
    changed: datetime | None


def read_sitemap(page: Page, depth: int = 1) -> Iterator[Find]:
    """Yield the documents of a sitemap, newest first, or the sitemaps of an index."""
    root = _sitemap_root(page)
    places = sorted(_places(root, page), key=lambda each: each.changed or _LONG_AGO, reverse=True)
    if _local(root) == "sitemapindex":
        # The parts change without the index changing: it is read in full every time.
        left_out = len(places) > MAX_SITEMAPS
        text = f"only the newest {MAX_SITEMAPS} of {len(places)} sitemaps are read"
        yield Notice(text if left_out else "", incomplete=True)
        for place in places[:MAX_SITEMAPS] if depth < MAX_SITEMAP_DEPTH else ():
            yield Follow(url=place.url, read=partial(read_sitemap, depth=depth + 1))
        return
    for place in places:
        if _wanted(page.source, place.url):
            yield Follow(url=place.url, read=read_document, document=True, changed=place.changed)


def _sitemap_root(page: Page) -> etree._Element:
    parser = etree.XMLParser(
        recover=True, resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False
    )
    try:
        body = _unpacked(page.response.body).strip()
        problem = excess(body, tags=MAX_FEED_TAGS)
        if problem:
            raise SourceProblemError(f"it is no sitemap to be read: {problem}")
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceProblemError(f"it is not a sitemap: {error}") from error
    if root is None or _local(root) not in ("urlset", "sitemapindex"):
        kind = "empty" if root is None else f"a <{_local(root)[:40]}> document"
        raise SourceProblemError(f"it is {kind}, not a sitemap")
    return root


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(b"\x1f\x8b"):
        return body
    packed = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        content = packed.decompress(body, MAX_SITEMAP_BYTES)
    except zlib.error as error:
        raise SourceProblemError(f"its gzip data is damaged: {error}") from error
    if packed.unconsumed_tail:
        raise SourceProblemError(f"it unpacks to more than {MAX_SITEMAP_BYTES:,} bytes")
    return content


def _places(root: etree._Element, page: Page) -> Iterator[_Place]:
    for element in islice(root, MAX_PLACES):
        values = {_local(each): (each.text or "").strip() for each in islice(element, 100)}
        url = http_url(page.response.url, values.get("loc"))
        if url:
            yield _Place(url, parse_date(values.get("lastmod")))


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""
