"""The one Scrapy spider: walks all sources of a crawl and reports what each of them gave.

Reading pages is the work of `feed`, `listing` and `page`; this module fetches what they ask for,
posts what they find and keeps account of what was not delivered, so that the validators of a page
are only remembered when everything that was reached through it has arrived.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy import signals
from scrapy.exceptions import (
    ResponseDataLossError,
    StopDownload,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError

from corpus.errors import PermanentError
from corpus.masking import masked
from corpus.types import Capture, DiscoveredItem, Source, SourceKind, SourceReport
from ingest.contents import kept_headers, sniff
from ingest.spiders import feed, listing
from ingest.spiders.finds import Find, Follow, Moved, Notice, Page, SourceProblemError
from ingest.spiders.knowledge import Knowledge
from ingest.spiders.moving import moved_for_good, told_of_move
from ingest.spiders.troubles import translate

MAX_DOCUMENTS = 1000  # pages of documents fetched in one look at one source
MAX_WARNINGS = 20
MAX_SECONDS = 3600.0  # after which a look follows nothing more; the next one goes on
MAX_ENCODINGS = 2  # packings of one answer, one in the other

Post = Callable[[object], None]
Ask = Callable[[str], tuple[str | None, str | None] | None]
_AGAIN = "again"  # instead of the pages through which a page was found


@dataclass(frozen=True, slots=True)
class Captured:
    """A page that arrived, with its bytes (decoded from transfer and content encodings)."""

    capture: Capture
    body: bytes


@dataclass(frozen=True, slots=True)
class Reading:
    """A page is about to be read; the next message means that it was."""

    source_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Walked:
    """A source that was walked to its end; `captures` have delivered all that is below them."""

    report: SourceReport
    captures: tuple[Capture, ...]
    visited: tuple[tuple[str, int], ...] = ()  # documents' pages and what they answered


@dataclass(slots=True)
class _Look:
    """What is known so far of one look at one source."""

    source: Source
    begun: float = field(default_factory=time.monotonic)
    pending: int = 0
    documents: int = 0
    asked: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    captures: list[Capture] = field(default_factory=list)
    visited: dict[str, int] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    unchanged: bool = False
    error: str | None = None
    moved_to: str | None = None
    partly: bool = False

    def arrived(self, step: _Step, response: Response) -> bool:
        """Take in how an address answered; return whether there is anything to read."""
        url, unchanged = step.follow.url, response.status == 304
        if step.follow.document:
            self.visited[url] = response.status
            if unchanged and _AGAIN not in step.chain:
                self.seen.add(url)
        elif unchanged:
            self.partly = self.partly or not step.first  # what this page leads to is not seen
        if step.first:
            self.unchanged = unchanged
            if self.source.kind is not SourceKind.PAGE:
                self.moved_to = moved_for_good(response) or self.moved_to
        return not unchanged

    def result(self, *, finished: bool) -> Walked:
        moved_to = None if self.error else self.moved_to
        told = [told_of_move(self.source, moved_to)] if moved_to else []
        warnings = [masked(each) for each in dict.fromkeys([*told, *self.warnings]) if each]
        more = len(warnings) - MAX_WARNINGS
        if more > 0:
            warnings = [*warnings[:MAX_WARNINGS], f"and {more} more warnings"]
        report = SourceReport(
            source_id=self.source.id,
            seen=len(self.seen),
            unchanged=self.unchanged,
            warnings=tuple(warnings),
            error=self.error,
            moved_from=self.source.url if moved_to else None,
            moved_to=moved_to,
            partly=self.partly,
        )
        whole = (each for each in self.captures if each.url not in self.incomplete)
        return Walked(report, tuple(whole) if finished else (), tuple(self.visited.items()))


@dataclass(frozen=True, slots=True)
class _Step:
    """One request: what for, and through which pages it was reached."""

    look: _Look
    follow: Follow
    chain: tuple[str, ...] = ()

    @property
    def first(self) -> bool:
        return not self.chain


class SourcesSpider(scrapy.Spider):
    """Walks `sources`; posts `Captured`, `DiscoveredItem` and one `Walked` for each."""

    name = "onrecord"

    def __init__(
        self,
        sources: Iterable[Source],
        post: Post,
        ask: Ask,
        known: Knowledge | None = None,
    ) -> None:
        super().__init__()
        self._known = known or Knowledge()
        self._max_bytes = 0
        self._post = post
        self._ask = functools.cache(ask)  # asked for order and again for the request
        self._open = {source.id: _Look(source) for source in sources}

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> SourcesSpider:
        """Make the spider and listen to what arrives before a download is complete."""
        spider: SourcesSpider = super().from_crawler(crawler, *args, **kwargs)
        spider._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        crawler.signals.connect(spider.headers_received, signals.headers_received)
        crawler.signals.connect(spider.bytes_received, signals.bytes_received)
        crawler.signals.connect(spider.spider_closed, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield the first request of every source."""
        for look in list(self._open.values()):
            look.asked.add(look.source.url)  # it has led elsewhere; not back from there
            address = self._known.homes.get(look.source.id, look.source.url)
            look.moved_to = address if address != look.source.url else None
            follow = Follow(url=address, read=_first_reader(look.source))
            first = [self._request(_Step(look, follow))]
            # Made before any is sent: the look ends when none is left.
            for request in first + [self._visit(look, each) for each in self._revisits(look)]:
                yield request

    def _revisits(self, look: _Look) -> Sequence[DiscoveredItem]:
        return self._known.pages.get(look.source.id, ())

    def _visit(self, look: _Look, item: DiscoveredItem) -> scrapy.Request:
        """Ask for a known document's page, whether or not the source names it today."""
        read = functools.partial(feed.read_entry_page, item)
        return self._request(_Step(look, Follow(url=item.url, read=read, document=True), (_AGAIN,)))

    # ── media is left to ingest/fetch.py ─────────────────────────────────────────────────────

    def headers_received(self, headers: Any, body_length: int, request: scrapy.Request) -> None:
        """Stop the download of what calls itself audio: its address is all we need."""
        packed = b",".join(headers.getlist("Content-Encoding"))
        if packed.count(b",") >= MAX_ENCODINGS:
            raise StopDownload(fail=True)
        kind = _mime_type(headers)
        if kind.startswith(("audio/", "video/")) and "mpegurl" not in kind:
            request.meta["media_type"] = kind
            raise StopDownload(fail=False)
        if body_length > self._max_bytes and (not kind or "octet-stream" in kind):
            # Too large for a page, but it may be a recording: the first bytes will tell.
            request.meta.update(download_maxsize=0, must_be_media=True)

    def bytes_received(self, data: bytes, request: scrapy.Request) -> None:
        """Stop the download of what is audio by its first bytes."""
        if request.meta.get("sniffed"):
            return
        request.meta["sniffed"] = True
        kind = sniff(data[:4096]) or ""
        if kind.startswith(("audio/", "video/")):
            request.meta["media_type"] = kind
            raise StopDownload(fail=False)
        if request.meta.get("must_be_media"):
            raise StopDownload(fail=True)

    # ── requests and answers ─────────────────────────────────────────────────────────────────

    def _request(self, step: _Step, *, partial_body: bool = False) -> scrapy.Request:
        step.look.pending += 1
        step.look.asked.add(step.follow.url)
        etag, modified = self._ask(step.follow.url) or (None, None)
        validators = {"If-None-Match": etag, "If-Modified-Since": modified}
        return scrapy.Request(
            step.follow.url,
            callback=functools.partial(self._arrived, step),
            errback=functools.partial(self._failed, step),
            headers={name: value for name, value in validators.items() if value},
            dont_filter=True,  # two sources may offer the same page; each look needs it
            meta={
                "handle_httpstatus_list": [304],
                "download_fail_on_dataloss": not partial_body,
            },
        )

    def _arrived(self, step: _Step, response: Response) -> Iterator[scrapy.Request]:
        try:
            yield from self._read(step, response)
        finally:
            self._done(step)

    def _read(self, step: _Step, response: Response) -> Iterator[scrapy.Request]:
        look = step.look
        if not look.arrived(step, response):
            return
        media_type = response.meta.get("media_type")
        capture = None if media_type else _capture(step.follow.url, response)
        if capture is not None:
            self._post(Captured(capture, response.body))
            look.captures.append(capture)
        if "dataloss" in response.flags:
            look.warnings.append(f"{response.url}: the connection ended before the page did")
            look.incomplete.update((*step.chain, step.follow.url))
        page = Page(
            source=look.source,
            url=step.follow.url,
            response=response,
            capture=capture,
            media_type=media_type,
        )
        # Whatever a page does to its reader, it is known whose it was.
        self._post(Reading(look.source.id, page.response.url))
        follows = [each for each in self._finds(step, page) if isinstance(each, Follow)]
        self._post(None)
        for follow in self._in_turn(look, follows):
            if self._wanted(step, follow):
                yield self._request(_Step(look, follow, (*step.chain, step.follow.url)))

    def _in_turn(self, look: _Look, follows: list[Follow]) -> list[Follow]:
        """Return pages never captured first, so that a cut look gets on from night to night."""
        if look.source.limit is not None:  # then only the newest are wanted
            return follows
        return sorted(follows, key=lambda each: each.document and self._ask(each.url) is not None)

    def _finds(self, step: _Step, page: Page) -> Iterator[Find]:
        """Post items and note notices as they come; pass on what is to be followed."""
        look = step.look
        try:
            for find in step.follow.read(page):
                if isinstance(find, DiscoveredItem):
                    look.seen.add(find.guid or find.url)
                    self._post(find)
                elif isinstance(find, Notice):
                    look.warnings.append(find.text)
                    if find.incomplete:
                        look.incomplete.update((*step.chain, step.follow.url))
                elif isinstance(find, Moved):
                    look.moved_to = moved_for_good(page.response) or page.url
                else:
                    yield find
        except SourceProblemError as error:
            problem = PermanentError(
                page.response.url, cause=str(error), remedy="see what the address serves"
            )
            self._give_up(step, str(problem))
        except Exception as error:
            self._give_up(step, f"{page.response.url}: {type(error).__name__}: {error}")

    def _wanted(self, step: _Step, follow: Follow) -> bool:
        look = step.look
        if follow.url in look.asked:
            return False
        if follow.further and not self._known.goes_on(look.source.id):
            look.partly = True
            return False
        if time.monotonic() - look.begun > MAX_SECONDS:
            look.warnings.append(f"stopped after {MAX_SECONDS:.0f} s: the rest is for next time")
            look.incomplete.update((*step.chain, step.follow.url))
            return False
        return not follow.document or self._is_wanted_document(step, follow)

    def _is_wanted_document(self, step: _Step, follow: Follow) -> bool:
        look = step.look
        if look.source.limit is not None and look.documents >= look.source.limit:
            return False
        if self._known.leave(follow.url, follow.changed):
            look.documents += look.source.limit is not None
            if look.source.kind is not SourceKind.FEED:
                look.seen.add(follow.url)
            return False
        if look.documents >= MAX_DOCUMENTS:
            look.warnings.append(f"stopped after {MAX_DOCUMENTS} pages: the rest is for next time")
            look.incomplete.update((*step.chain, step.follow.url))
            return False
        look.documents += 1
        return True

    def _failed(self, step: _Step, failure: Any) -> Iterator[scrapy.Request]:
        try:
            if failure.check(ResponseDataLossError) and step.first:
                # Some servers always announce a wrong length: read what there is.
                yield self._request(step, partial_body=True)
                return
            if step.follow.document and isinstance(failure.value, HttpError):
                step.look.visited[step.follow.url] = failure.value.response.status
            problem = translate(failure.value, step.follow.url)
            self._give_up(step, str(problem), final=isinstance(problem, PermanentError))
        finally:
            self._done(step)

    def _give_up(self, step: _Step, problem: str, *, final: bool = False) -> None:
        look = step.look
        if step.first and look.error is None:
            look.error = problem
        else:
            look.warnings.append(problem)
        if not final:
            look.incomplete.update((*step.chain, step.follow.url))

    def _done(self, step: _Step) -> None:
        look = step.look
        look.pending -= 1
        if look.pending == 0 and self._open.pop(look.source.id, None) is not None:
            self._post(look.result(finished=True))

    def spider_closed(self) -> None:
        """Report what was not walked to its end; none of its validators may be kept."""
        for look in self._open.values():
            look.error = look.error or "the crawl ended early"
            self._post(look.result(finished=False))
        self._open.clear()


def _first_reader(source: Source) -> Callable[[Page], Iterable[Find]]:
    if source.kind is SourceKind.FEED:
        return feed.read
    if source.kind is SourceKind.PAGE:
        return listing.read_any
    return listing.read_sitemap if source.sitemap else listing.read_listing


def _mime_type(headers: Any) -> str:
    value: bytes = headers.get(b"Content-Type") or b""
    return value.decode("latin-1").partition(";")[0].strip().lower()


def _capture(url: str, response: Response) -> Capture:
    received = (
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Capture(
        url=url,
        final_url=response.url,
        sha256=hashlib.sha256(response.body).hexdigest(),
        size=len(response.body),
        mime_type=_mime_type(response.headers) or "application/octet-stream",
        status=response.status,
        headers=kept_headers(received),
        retrieved=datetime.now(UTC),
    )
