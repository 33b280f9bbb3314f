"""Reads RSS and Atom feeds: one item per entry, then each entry's own page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from corpus.catalogue import normalise_url
from corpus.masking import masked
from corpus.types import Credit, DiscoveredItem, DocumentKind, Source, TranscriptLink
from ingest.spiders.clean import file_title
from ingest.spiders.feedtree import MAX_ENTRIES
from ingest.spiders.feedxml import Feed, FeedEntry, NotAFeedError, read_feed
from ingest.spiders.finds import Find, Follow, Moved, Notice, Page, SourceProblemError
from ingest.spiders.page import canonical_url, is_added, is_front_page, is_home

MAX_FEED_PAGES = 50  # of one look

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)


def read(page: Page, number: int = 1, taken: int = 0) -> Iterator[Find]:
    """Yield every entry at once and its own page to follow, so a failing page loses nothing.

    Args:
        page: the feed, or a further page of it.
        number: which page of the feed it is.
        taken: entries of the pages before.
    """
    try:
        feed = read_feed(page.response.body, page.response.url)
    except NotAFeedError as error:
        raise SourceProblemError(str(error) + _offered_feed(page)) from error
    left = None if page.source.limit is None else max(0, page.source.limit - taken)
    items = feed_items(feed, page.source, page.response.url)[:left]
    for warning in feed.warnings:
        yield Notice(warning)
    if feed.cut_off:
        yield Notice("the feed is cut off: its last entry is left out", incomplete=True)
    if not items and number == 1:
        yield Notice("the feed offers nothing")
    yield from items
    yield from _entry_pages(feed, items, page)
    if number == 1 and feed.new_address and not _is_same(feed.new_address, page):
        yield Follow(url=feed.new_address, read=read_moved)
    if left is None or left > len(items):
        yield from _further(feed, number, taken + len(items))


def read_moved(page: Page) -> Iterator[Find]:
    """Read a feed at the address that it named for itself; one that is empty has not moved."""
    finds = list(read(page))
    if any(isinstance(each, DiscoveredItem) for each in finds):
        yield Moved()
    yield from finds


def _entry_pages(feed: Feed, items: list[DiscoveredItem], page: Page) -> Iterator[Follow]:
    if not page.source.follow_pages:
        return
    changed = {each.link: each.updated for each in feed.entries if each.updated}
    for item in items:
        if item.url != item.media_url:
            yield Follow(
                url=item.url,
                read=partial(read_entry_page, item),
                document=True,
                changed=changed.get(item.url),
            )


def _further(feed: Feed, number: int, taken: int) -> Iterator[Find]:
    """Yield where a paged feed goes on, within bounds: it may lead in a circle or never end."""
    if feed.next_page is None:
        return
    if number >= MAX_FEED_PAGES or taken >= MAX_ENTRIES:
        yield Notice(f"only {number} pages of the feed are read: {taken:,} entries")
        return
    further = partial(read, number=number + 1, taken=taken)
    yield Follow(url=feed.next_page, read=further, further=True)


def _is_same(url: str, page: Page) -> bool:
    """Say whether a feed names as its new address one where it was found."""
    known = (page.url, page.response.url, page.source.url)
    spelled = {normalise_url(each).partition("//")[2] for each in known}
    return normalise_url(url).partition("//")[2] in spelled


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
    """Return what a feed offers, newest first when the source wants only some of it.

    Entries without an address of their own are left out and named in `feed.warnings`.
    """
    entries = feed.entries
    if source.limit is not None:
        entries = sorted(entries, key=lambda each: each.published or _LONG_AGO, reverse=True)
    shared = _shared_links(feed)
    items: dict[tuple[str, str | None, str | None], DiscoveredItem] = {}
    for number, entry in enumerate(entries, 1):
        own = None if entry.link in shared else entry.link
        if own or entry.enclosure:
            item = _item(entry, own, feed, source, url)
            items.setdefault((item.url, item.media_url, item.guid if own is None else None), item)
        else:
            name = entry.title or entry.guid or f"entry {number}"
            feed.warnings.append(f"{name}: neither a page of its own nor media: left out")
    return list(items.values())[: source.limit]


def _shared_links(feed: Feed) -> set[str]:
    """Return the links that are no entry's own page: front pages, and what several entries name.

    Articles may name one page several times (it was updated); recordings with one common link
    are several episodes.
    """
    recordings: dict[str, set[str]] = {}
    for entry in feed.entries:
        if entry.link and entry.enclosure:
            recordings.setdefault(entry.link, set()).add(entry.enclosure.url)
    shared = {link for link, media in recordings.items() if len(media) > 1}
    links = {entry.link for entry in feed.entries if entry.link}
    return shared | {link for link in links if link == feed.link or is_front_page(link)}


def _item(
    entry: FeedEntry, own: str | None, feed: Feed, source: Source, url: str
) -> DiscoveredItem:
    media = entry.enclosure
    media_url = media.url if media else None
    kind = DocumentKind.EPISODE if media else source.document_kind or DocumentKind.ARTICLE
    return DiscoveredItem(
        source_id=source.id,
        kind=kind,
        url=own or media_url or url,
        guid=entry.guid,
        title=entry.title or (file_title(media_url) if media_url else None),
        show=(feed.title if is_added(source) else None) or source.name,
        published=entry.published,
        language=feed.language or source.language,
        media_url=media_url,
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
    url = masked(url)  # evidence is shown and exported; a listener's own feed has a key in it
    found = [
        # The page that the feed names for a person tells them from others of the name.
        Credit(name=each.name, part=each.part, evidence=masked(each.href) if each.href else url)
        for each in people
    ]
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
