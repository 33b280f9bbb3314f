"""Pages that are looked at again: edited articles, transcripts that come later, pages that go.

Politely: only what is young, each time after a longer while, and never what is withdrawn or gone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from corpus.catalogue import Catalogue, next_look
from corpus.types import (
    DiscoveredItem,
    Document,
    Source,
    SourceKind,
    Stage,
    TranscriptPolicy,
    Visit,
)
from ingest.spiders.knowledge import Knowledge

_YOUNG = timedelta(days=30)  # since it appeared; later edits are noticed when the source says so
_SLACK = timedelta(hours=2)  # runs start at about the same time of the day
_ASKED = 200  # noted of a transcript that will be asked for: what it answers, its step tells
_MOST = 200  # pages of one source in one look, those that waited longest


class Again:
    """What one look at sources asks about pages that are known."""

    def __init__(self, catalogue: Catalogue, sources: Iterable[Source], *, now: datetime) -> None:
        self._catalogue = catalogue
        self._now = now
        sources = list(sources)
        self.pages = pages_to_revisit(catalogue, sources, now=now)
        self.homes = homes_of(catalogue, sources)
        self.said: dict[str, str] = {}
        self._first = {each.id: self.homes.get(each.id, each.url) for each in sources}
        self._whole: set[str] = set()  # of these, what had delivered everything at the last look
        self._new: set[str] = set()  # sources of which something new was found just now

    def knowledge(self) -> Knowledge:
        """Return what the crawl may know."""
        return Knowledge(pages=self.pages, homes=self.homes, leave=self.leave, goes_on=self.goes_on)

    def note_page(self, url: str) -> None:
        """Note that a page arrived, before anything that stands on it.

        A source's first page counts as read only when all that it leads to has arrived: who is
        killed before looks at everything again.
        """
        if url in self._first.values():
            if self._catalogue.was_delivered(url):
                self._whole.add(url)
            self._catalogue.forget_validators(url)

    def note_new(self, source_id: str) -> None:
        """Note that a source offers something new."""
        self._new.add(source_id)

    def goes_on(self, source_id: str) -> bool:
        """Say whether the next page of a source's list is asked for.

        Where the last look came to its end and a page brought nothing new, nothing new is on the
        older ones.
        """
        found = source_id in self._new
        self._new.discard(source_id)
        return found or self._first.get(source_id) not in self._whole

    def hear(self, item: DiscoveredItem) -> None:
        """Note what a source says of a document, before its page is asked for."""
        if item.capture is None:
            self.said[item.url] = said_of(item)

    def leave(self, url: str, changed: datetime | None) -> bool:
        """Say whether a page that a source names is not to be asked for."""
        said = self.said.get(url)
        return is_left_alone(self._catalogue, url, changed, said, now=self._now)


def homes_of(catalogue: Catalogue, sources: Iterable[Source]) -> dict[str, str]:
    """Return, by source, where it has moved for good from the address in the registry.

    A look that failed there has forgotten it; another address in the registry, too.
    """
    reports = ((source, catalogue.last_report(source.id)) for source in sources)
    return {
        source.id: report.moved_to
        for source, report in reports
        if report and report.moved_to and report.moved_from == source.url
    }


def pages_to_revisit(
    catalogue: Catalogue, sources: Iterable[Source], *, now: datetime
) -> Mapping[str, tuple[DiscoveredItem, ...]]:
    """Return, by source, the documents whose own page is due to be looked at again."""
    return {
        source.id: found
        for source in sources
        if source.kind is not SourceKind.PAGE and (found := _due(catalogue, source, now))
    }


def said_of(item: DiscoveredItem) -> str:
    """Return a digest of what a source says of a document that its page may say too."""
    said = (item.title, item.summary, item.published and item.published.isoformat())
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


def is_left_alone(
    catalogue: Catalogue,
    url: str,
    changed: datetime | None,
    said: str | None = None,
    *,
    now: datetime,
) -> bool:
    """Say whether a page that a source names is not to be asked for in this look.

    What was taken in is looked at when it is due (`pages_to_revisit`), or when the source says
    that it was edited since; what was never there, after a while; what is withdrawn, never.

    Args:
        catalogue: what is known.
        url: the page.
        changed: when it was edited last, as the source says; None: it does not say.
        said: digest of what the source says of it today; another than at the last look counts as
            an edit.
        now: the moment.
    """
    taken_in, withdrawn = catalogue.page_state(url)
    if withdrawn:
        return True
    visit = catalogue.visit(url)
    if visit is None:
        capture = catalogue.latest_capture(url) if taken_in else None
        return taken_in and not (changed and capture and changed > capture.retrieved)
    if (changed is not None and changed > visit.looked) or (said and said != visit.said):
        return False
    if taken_in or visit.gone:
        return True
    again = next_look(visit, visit.looked, young=_YOUNG)
    return bool(visit.missing and again and now < again - _SLACK)


def ask_for_transcripts(
    catalogue: Catalogue, sources: Iterable[Source], *, now: datetime
) -> list[Document]:
    """Make young episodes due whose publisher's transcript is announced and was not there yet.

    They are asked for with growing gaps; when one is there, nothing is heard again.
    """
    wanted = [each for each in sources if each.transcript is TranscriptPolicy.PREFER]
    due = [
        document
        for source in wanted
        for document in catalogue.without_transcript(source.id, since=now - _YOUNG)
        if _is_due(catalogue, document, now)
    ]
    looked = [(link.url, _ASKED) for document in due for link in document.transcripts]
    catalogue.note_visits(looked, now=now)
    return [catalogue.advance(each.id, to=Stage.DISCOVERED, now=now) for each in due]


def _is_due(catalogue: Catalogue, document: Document, now: datetime) -> bool:
    links = [catalogue.visit(link.url) for link in document.transcripts]
    last = max((each.looked for each in links if each), default=document.discovered)
    visit = Visit(url=document.url, looked=last)
    again = next_look(visit, document.discovered, young=_YOUNG)
    return again is not None and again - _SLACK <= now


def _due(catalogue: Catalogue, source: Source, now: datetime) -> tuple[DiscoveredItem, ...]:
    waiting = []
    for document, visit in catalogue.pages_of(source.id, since=now - 2 * _YOUNG):
        appeared = min(document.discovered, document.published or document.discovered)
        due = next_look(visit, appeared, young=_YOUNG)
        is_page = document.url.startswith(("http://", "https://"))
        is_lost = document.capture_sha256 is None  # it was taken in, and the file is gone
        if is_page and (is_lost or (due is not None and due - _SLACK <= now)):
            waiting.append((visit.looked, document.id, document))
    return tuple(_item(document) for _, _, document in sorted(waiting)[:_MOST])


def _item(document: Document) -> DiscoveredItem:
    """Return a sighting that says nothing but which document it is of."""
    return DiscoveredItem(
        source_id=document.source_id,
        kind=document.kind,
        url=document.url,
        guid=document.guid,
        title=document.title,
        published=document.published,
    )
