"""A trial look at a source: what a run would find there, with nothing kept of it.

And what can be said of a source without asking anybody: see `doubts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from corpus.errors import IngestError
from corpus.settings import Settings
from corpus.types import (
    Capture,
    Credit,
    DiscoveredItem,
    DocumentKind,
    Source,
    SourceReport,
    TranscriptLink,
)
from ingest.captions import parse_printed
from ingest.crawl import discover
from ingest.extract import ExtractedPage, extract_page

_OPENING = 200  # characters
PAGES = 3  # documents whose own pages a trial look fetches


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDocument:
    """A document as a run would first know it."""

    url: str
    title: str | None
    kind: DocumentKind
    published: datetime | None
    audio: str | None  # address of its recording
    transcripts: tuple[TranscriptLink, ...]  # that a feed or page links to
    printed: tuple[str, ...]  # speakers of the transcript printed on the page, turn by turn
    credits: tuple[Credit, ...]
    words: int  # of the page's own text
    opening: str  # of that text
    problem: str | None = None  # why its page cannot be read


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialLook:
    """What one source offers, as far as the trial went."""

    source_id: str
    offered: int  # documents that the source names, also those whose pages were not fetched
    documents: tuple[SeenDocument, ...]
    redirected: str | None  # where its address leads, when elsewhere
    warnings: tuple[str, ...]
    error: str | None


def try_sources(
    sources: Sequence[Source], settings: Settings, *, pages: int = PAGES
) -> list[TrialLook]:
    """Look at each source as a run would, but at `pages` documents only, and keep nothing.

    Politeness, robots.txt and the refusal of private addresses are those of a run.
    """
    items: dict[str, list[DiscoveredItem]] = {source.id: [] for source in sources}
    captures: dict[str, Capture] = {}
    bodies: dict[str, bytes] = {}

    def keep(capture: Capture, body: bytes) -> None:
        captures[capture.url] = capture
        bodies[capture.sha256] = body

    crawled = discover(
        [_shortened(source, pages) for source in sources],
        settings,
        validators=lambda _url: None,
        on_item=lambda item: items[item.source_id].append(item),
        on_capture=keep,
    )
    reports = {each.report.source_id: each.report for each in crawled}
    looks = []
    for source in sources:
        report = reports.get(source.id, SourceReport(source_id=source.id, error="not looked at"))
        first = captures.get(source.url)
        looks.append(
            TrialLook(
                source_id=source.id,
                offered=report.seen,
                documents=tuple(_seen(items[source.id], bodies)),
                redirected=first.final_url if first and first.final_url != source.url else None,
                warnings=report.warnings,
                error=report.error,
            )
        )
    return looks


def doubts(source: Source, others: Iterable[Source] = ()) -> list[str]:
    """Return what an operator should look at in an entry that is valid as such."""
    found = []
    parts = urlsplit(source.url)
    if parts.scheme == "http" and not source.allow_private:
        found.append("its address is http: what arrives can be changed on the way")
    if parts.username or parts.password:
        found.append("its address holds a user name or password")
    if source.limit is not None and source.limit < source.expect_at_least:
        found.append(f"it expects {source.expect_at_least} documents and is limited to fewer")
    if source.match and not (source.links or source.sitemap):
        found.append("any link on the page that its pattern matches is taken for a document")
    same = [each.id for each in others if each.id != source.id and each.url == source.url]
    if same:
        found.append(f"{', '.join(same)} has the same address")
    return found


def _shortened(source: Source, pages: int) -> Source:
    return replace(source, limit=min(pages, source.limit or pages))


def _seen(items: Sequence[DiscoveredItem], bodies: dict[str, bytes]) -> Iterable[SeenDocument]:
    """Yield each document once; the later sighting knows its page."""
    known: dict[str, DiscoveredItem] = {}
    for item in items:
        known[item.guid or item.url] = item
    for item in known.values():
        yield _document(item, bodies)


def _document(item: DiscoveredItem, bodies: dict[str, bytes]) -> SeenDocument:
    page, problem = ExtractedPage(), None
    if item.capture is not None:
        try:
            page = extract_page(
                bodies[item.capture.sha256],
                url=item.capture.final_url,
                headers=item.capture.headers,
            )
        except IngestError as error:
            problem = str(error)
    printed = parse_printed([each.text for each in page.paragraphs], url=item.url)
    links = {each.url: each for each in (*page.transcripts, *item.transcripts)}
    credits = {each.name.casefold(): each for each in (*page.credits, *item.credits)}
    return SeenDocument(
        url=item.url,
        title=item.title or page.title,
        kind=item.kind,
        published=item.published or page.published,
        audio=item.media_url or page.audio_url,
        transcripts=tuple(links.values()),
        printed=tuple(each.speaker or "" for each in printed.segments) if printed else (),
        credits=tuple(credits.values()),
        words=sum(len(each.text.split()) for each in page.paragraphs),
        opening=page.paragraphs[0].text[:_OPENING] if page.paragraphs else "",
        problem=problem,
    )
