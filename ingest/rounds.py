"""One look at the due sources: crawled, everything stored as it arrives, told of as it is whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from corpus.masking import masked
from corpus.types import Capture, DiscoveredItem, Document, Source, SourceReport
from ingest.arrivals import completed, keep_capture
from ingest.beside import News, Sighted
from ingest.crawl import CrawlReport, discover
from ingest.lanes import WORKING_STAGES
from ingest.revisits import Again
from ingest.workshop import Workshop, now

Stop = Callable[[], bool]


class Untold:
    """Nobody waits for what a look finds."""

    def __init__(self, stop: Stop | None = None) -> None:
        self.sighted = Sighted()
        self._stop = stop

    def stops(self) -> bool:
        """Ask whoever may say so."""
        return self._stop is not None and self._stop()

    def found(self, _document: Document) -> None:
        """Tell nobody."""

    def ended(self, _report: SourceReport) -> None:
        """Tell nobody."""


def look_at(
    shop: Workshop, sources: Sequence[Source], *, stop: Stop | None = None
) -> list[SourceReport]:
    """Crawl `sources`; every capture and document is stored as it arrives.

    A source whose end `stop` did not let us see has no report and stays due.
    """
    return look_and_tell(sources, shop, Untold(stop))


def look_and_tell(sources: Sequence[Source], shop: Workshop, news: News) -> list[SourceReport]:
    """Crawl `sources` and tell of each document and source as soon as it may be taken on."""
    if not sources:
        return []
    look = _Keeping(sources, shop, news)
    shop.progress("crawl", 0.0, f"looking at {len(sources)} sources")
    crawled = discover(
        sources,
        shop.settings,
        validators=shop.catalogue.validators,
        on_item=look.keep_item,
        on_capture=look.keep_page,
        on_report=look.keep_report,
        known=look.again.knowledge(),
        stop=news.stops,
    )
    for each in crawled:
        look.keep_report(each)
    shop.progress("crawl", 1.0, f"{look.new.total()} new documents")
    return [look.reports[each.report.source_id] for each in crawled]


class _Keeping:
    """Stores what one look sees."""

    def __init__(self, sources: Sequence[Source], shop: Workshop, news: News) -> None:
        self._shop = shop
        self._news = news
        self.again = Again(shop.catalogue, sources, now=now())
        self.new: Counter[str] = Counter()
        self.reports: dict[str, SourceReport] = {}
        self._learnt: dict[str, str] = {}  # known documents that were changed: their source
        self._found: set[str] = set()  # documents that are new
        self._seen = 0

    def keep_item(self, item: DiscoveredItem) -> None:
        """Store a sighting; its document may be taken on once its own page has been seen."""
        moment = now()
        self.again.hear(item)
        with self._news.sighted.recording() as note_changed:
            document, is_new = self._shop.catalogue.record_discovered(
                completed(item, self._shop), now=moment
            )
            is_changed = not is_new and document.changed == moment
            if is_changed:
                note_changed(document.id)
        self.new[item.source_id] += is_new
        if is_new:
            self.again.note_new(item.source_id)
            self._found.add(document.id)
        elif is_changed and document.id not in self._found:
            self._learnt[document.id] = item.source_id
        if item.capture is not None and document.stage in WORKING_STAGES:
            self._news.found(document)
        self._seen += 1
        seen = f"{self._seen} sightings, {self.new.total()} new documents"
        self._shop.progress("crawl", 0.0, seen)

    def keep_page(self, capture: Capture, body: bytes) -> None:
        """Store a page, before anything that stands on it."""
        self.again.note_page(capture.url)
        keep_capture(self._shop, capture, body)

    def keep_report(self, crawled: CrawlReport) -> None:
        """Store how the look at one source ended, once."""
        source_id = crawled.report.source_id
        if source_id in self.reports:
            return
        changed = Counter(self._learnt.values())[source_id]
        report = replace(_shown(crawled.report), new=self.new[source_id], changed=changed)
        self.reports[source_id] = report
        self._shop.catalogue.save_validators(crawled.captures)
        self._shop.catalogue.note_visits(crawled.visited, self.again.said, now=now())
        self._shop.catalogue.save_look(report, now=now())
        self._news.ended(report)


def _shown(report: SourceReport) -> SourceReport:
    """Return a report whose words may be shown."""
    error = masked(report.error) if report.error else report.error
    return replace(report, error=error, warnings=tuple(map(masked, report.warnings)))
