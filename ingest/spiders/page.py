"""A light look at a document's own page: which document is it, and is it an episode?

Reading the page for good (text, credits, transcript links) is `ingest/extract.py`'s work.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from scrapy.http import TextResponse

from corpus.types import DiscoveredItem, DocumentKind, Source
from ingest.spiders import ADDED
from ingest.spiders.clean import file_title, http_url, parse_date, plain_line
from ingest.spiders.finds import Find, Notice, Page

_EPISODE_TYPES = frozenset(
    ("PodcastEpisode", "RadioEpisode", "Episode", "RadioClip", "AudioObject", "RadioBroadcast")
)
_ARTICLE_TYPES = frozenset(
    ("Article", "NewsArticle", "ReportageNewsArticle", "BlogPosting", "OpinionNewsArticle")
)
_MAX_NODES = 500  # of linked data: a page may nest it without end


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a page says of itself at first sight."""

    kind: DocumentKind
    title: str | None
    show: str | None
    published: datetime | None
    canonical_url: str | None
    audio_url: str | None
    audio_type: str | None


def read_document(page: Page) -> Iterator[Find]:
    """Yield the document that a page, or the recording at its address, is."""
    source = page.source
    if page.media_type is not None:
        yield media_item(page)
        return
    if is_home(page):
        yield Notice(f"{page.response.url}: a link to it leads to the front page: left out")
        return
    facts = look(page.html)
    yield DiscoveredItem(
        source_id=source.id,
        kind=source.document_kind or facts.kind,
        url=page.url,
        canonical_url=facts.canonical_url,
        title=facts.title,
        show=facts.show if is_added(source) and facts.show else source.name,
        published=facts.published,
        language=source.language,
        media_url=facts.audio_url,
        media_type=facts.audio_type,
        capture=page.capture,
    )


def media_item(page: Page) -> DiscoveredItem:
    """Return the episode that an address of a bare recording stands for."""
    return DiscoveredItem(
        source_id=page.source.id,
        kind=DocumentKind.EPISODE,
        url=page.url,
        title=file_title(page.response.url),
        show=page.source.name,
        language=page.source.language,
        media_url=page.url,
        media_type=page.media_type,
    )


def is_added(source: Source) -> bool:
    """Return whether a source was made for one address rather than read from the registry."""
    return source.id.partition("-")[0] == ADDED  # "added-2" where several are looked at at once


def is_home(page: Page) -> bool:
    """Return whether a deep link was redirected to a front page: a page that is gone."""
    return not is_front_page(page.url) and is_front_page(page.response.url)


def is_front_page(url: str) -> bool:
    """Return whether an address is a site's root, which is never one document."""
    parts = urlsplit(url)
    return not parts.path.strip("/") and not parts.query


def look(response: TextResponse) -> Facts:
    """Read kind, title, date, canonical address and audio of a page."""
    linked = list(_linked_data(response))
    types = {each for node in linked for each in _types(node)}
    audio_url, audio_type = _audio(response, linked)
    declared_article = bool(types & _ARTICLE_TYPES) and not types & _EPISODE_TYPES
    # A newspaper's "listen to this article" is a reading of the text, not an interview.
    episode = bool(types & _EPISODE_TYPES) or (audio_url is not None and not declared_article)
    return Facts(
        kind=DocumentKind.EPISODE if episode else DocumentKind.ARTICLE,
        title=_title(response),
        show=plain_line(_meta(response, "og:site_name"), 200),
        published=_published(response, linked),
        canonical_url=canonical_url(response),
        audio_url=audio_url if episode else None,
        audio_type=audio_type if episode else None,
    )


def canonical_url(response: TextResponse) -> str | None:
    """Return the address the page gives itself; never a front page, never another site's."""
    href = response.css("link[rel='canonical']::attr(href)").get() or _meta(response, "og:url")
    url = http_url(response.url, href)
    if url is None or is_front_page(url):
        return None
    return url if _site(url) == _site(response.url) else None


def _site(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _title(response: TextResponse) -> str | None:
    heading = response.css("h1").xpath("string()").get() if len(response.css("h1")) == 1 else None
    for value in (_meta(response, "og:title"), heading, response.css("title::text").get()):
        title = plain_line(value)
        if title:
            return title
    return None


def _meta(response: TextResponse, name: str) -> str | None:
    path = "//meta[@property=$name or @name=$name]/@content"
    value: str | None = response.xpath(path, name=name).get()
    return value


def _published(response: TextResponse, linked: list[dict[str, Any]]) -> datetime | None:
    values = [node.get("datePublished") for node in linked]
    values += [_meta(response, "article:published_time"), _meta(response, "date")]
    values += [response.css("time[datetime]::attr(datetime)").get()]
    dates = (parse_date(value) for value in values if isinstance(value, str))
    return next((date for date in dates if date), None)


def _audio(response: TextResponse, linked: list[dict[str, Any]]) -> tuple[str | None, str | None]:
    """Return address and MIME type of the page's recording."""
    base = response.url
    for node in linked:
        if "AudioObject" in _types(node) or "MediaObject" in _types(node):
            url = http_url(base, _string(node.get("contentUrl")))
            if url:
                return url, plain_line(_string(node.get("encodingFormat")), 100)
    for name in ("og:audio", "og:audio:url", "og:audio:secure_url"):
        url = http_url(base, _meta(response, name))
        if url:
            return url, plain_line(_meta(response, "og:audio:type"), 100)
    for each in response.css("audio[src], audio source[src], link[rel='enclosure'][href]"):
        url = http_url(base, each.attrib.get("src") or each.attrib.get("href"))
        if url:
            return url, plain_line(each.attrib.get("type"), 100)
    return None, None


def _linked_data(response: TextResponse) -> Iterator[dict[str, Any]]:
    """Yield the objects of the page's JSON-LD, nested ones too."""
    left = _MAX_NODES
    for script in response.css("script[type='application/ld+json']::text").getall():
        try:
            waiting = deque([json.loads(script)])
        except (ValueError, RecursionError):
            continue
        while waiting and left:
            left -= 1
            node = waiting.popleft()
            if isinstance(node, dict):
                yield node
                waiting.extend(islice(node.values(), _MAX_NODES))
            elif isinstance(node, list):
                waiting.extend(islice(node, _MAX_NODES))


def _types(node: dict[str, Any]) -> list[str]:
    value = node.get("@type")
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str)]


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None
