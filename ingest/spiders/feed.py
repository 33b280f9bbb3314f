"""Reads RSS and Atom feeds: one item per entry, then each entry's own page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from corpus.types import Credit, DiscoveredItem, DocumentKind, Source, TranscriptLink
from ingest.spiders.feedxml import Feed, FeedEntry, NotAFeedError, read_feed
from ingest.spiders.finds import Find, Follow, Notice, Page, SourceProblemError
from ingest.spiders.page import canonical_url, is_added, is_home

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def read(page: Page) -> Iterator[Find]:
    """Yield every entry at once and its own page to follow, so a failing page loses nothing."""
    try:
        feed = read_feed(page.response.body, page.response.url)
    except NotAFeedError as error:
        raise SourceProblemError(str(error) + _offered_feed(page)) from error
    for warning in feed.warnings:
        yield Notice(warning, incomplete="cut off" in warning)
    items = feed_items(feed, page.source, page.response.url)
    if not items:
        yield Notice("the feed offers nothing")
    yield from items
    if page.source.follow_pages:
        for item in items:
            if item.url != item.media_url:
                yield Follow(url=item.url, read=partial(read_entry_page, item), document=True)


def read_entry_page(item: DiscoveredItem, page: Page) -> Iterator[Find]:
    """Yield the entry again, now with the capture of its own page."""
    if page.capture is None:
        return  # the entry's link is a recording: nothing to read in it
    if is_home(page):
        yield Notice(f"{item.url}: leads to the front page: the entry stands without its page")
        return
    canonical = canonical_url(page.html)
    yield replace(item, capture=page.capture, canonical_url=canonical or item.canonical_url)


def feed_items(feed: Feed, source: Source, url: str) -> list[DiscoveredItem]:
    """Return what a feed offers, newest first, at most as many as the source wants."""
    entries = feed.entries
    if source.limit is not None:
        entries = sorted(entries, key=lambda each: each.published or _LONG_AGO, reverse=True)
        entries = entries[: source.limit]
    return [_item(entry, feed, source, url) for entry in entries]


def _item(entry: FeedEntry, feed: Feed, source: Source, url: str) -> DiscoveredItem:
    media = entry.enclosure
    kind = DocumentKind.EPISODE if media else source.document_kind or DocumentKind.ARTICLE
    return DiscoveredItem(
        source_id=source.id,
        kind=kind,
        url=entry.link or (media.url if media else url),
        guid=entry.guid,
        title=entry.title,
        show=(feed.title if is_added(source) else None) or source.name,
        published=entry.published,
        language=feed.language or source.language,
        media_url=media.url if media else None,
        media_type=media.mime_type if media else None,
        duration=entry.duration,
        transcripts=tuple(
            TranscriptLink(url=each.url, mime_type=each.mime_type, language=each.language)
            for each in entry.transcripts
        ),
        credits=_credits(entry, feed, kind, url),
        summary=entry.summary,
    )


def _credits(entry: FeedEntry, feed: Feed, kind: DocumentKind, url: str) -> tuple[Credit, ...]:
    """Return the entry's people, else the channel's, else an article's authors."""
    people = entry.persons or feed.persons
    found = [Credit(name=each.name, part=each.part, evidence=url) for each in people]
    if kind is DocumentKind.ARTICLE and not entry.persons:
        found = [Credit(name=name, part="author", evidence=url) for name in entry.authors]
    return tuple(dict.fromkeys(found))


def _offered_feed(page: Page) -> str:
    """Return a hint to the feed that an HTML page names, if it does."""
    path = "link[rel='alternate'][type='application/rss+xml']::attr(href)"
    try:
        href = page.html.css(path).get()
    except ValueError:  # not text at all
        return ""
    return f"; it names a feed: {page.html.urljoin(href)}" if href else ""
