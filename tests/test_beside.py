"""Looking and taking on at once: nothing waits that need not, nothing that is learnt is lost.

Looks and steps that only do as told stand in for the real ones; one test crawls.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import ParkedError, StoreError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import (
    DiscoveredItem,
    Document,
    DocumentKind,
    Outcome,
    Source,
    SourceKind,
    SourceReport,
    Stage,
)
from ingest.beside import Look, News, Sighted
from ingest.nightly import run_nightly
from ingest.pipeline import STEPS, drain
from ingest.workers import HereWorkers
from ingest.workshop import Workshop, now
from tests.servers import Asked, Reply, Site, html
from tests.test_nightly import open_shop

LONG = 20.0  # seconds: nothing in these tests may take so long
FEED = Source(id="show", name="Show", kind=SourceKind.FEED, url="http://site.test/feed")
OTHER = Source(id="other", name="Other", kind=SourceKind.FEED, url="http://other.test/feed")
AFTER = {Stage.DISCOVERED: Stage.FETCHED, Stage.FETCHED: Stage.TRANSCRIBED}
Steps = dict[str, Callable[[Document], None]]


@pytest.fixture
def shop(tmp_path) -> Iterator[Workshop]:
    settings = Settings(data_dir=tmp_path)
    with Catalogue(settings.catalogue) as catalogue:
        yield Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={},
            workers=HereWorkers(at_once=1),
        )


@pytest.fixture
def steps(monkeypatch) -> Steps:
    """Return what is done in the first step of documents, by title."""
    said: Steps = {}

    def step(document: Document, _shop: Workshop) -> Stage:
        if document.stage is Stage.DISCOVERED and document.title in said:
            said[document.title](document)
        return AFTER.get(document.stage, Stage.READY)

    places = [(DocumentKind.EPISODE, stage) for stage in Stage]
    monkeypatch.setattr("ingest.pipeline.STEPS", dict.fromkeys(places, step))
    return said


def sighting(name: str, host: str = "files.test", **said: str) -> DiscoveredItem:
    return DiscoveredItem(
        source_id="show",
        kind=DocumentKind.EPISODE,
        url=f"http://site.test/{name}",
        media_url=f"http://{host}/{name}.mp3",
        guid=name,
        **{"title": name, "show": "Show", **said},
    )


def sight(shop: Workshop, news: News, item: DiscoveredItem) -> Document:
    """Record a sighting as a look does."""
    with news.sighted.recording() as changed:
        document, is_new = shop.catalogue.record_discovered(item, now=now())
        if not is_new:
            changed(document.id)
    return document


def looking(work: Callable[[Workshop, News], None], *sources: Source) -> Look:
    return Look(sources=sources or (FEED,), work=work, told=lambda _report: None)


def ends(outcomes: list[Outcome]) -> list[tuple[str, Stage]]:
    return [(outcome.title, outcome.after) for outcome in outcomes]


def test_what_a_look_has_found_whole_is_heard_while_the_look_goes_on(shop, steps):
    ready = threading.Event()

    def look(_shop: Workshop, news: News) -> None:
        news.found(sight(shop, news, sighting("one")))
        assert ready.wait(LONG), "it waited for the end of the look"
        sight(shop, news, sighting("two"))

    done = []
    for outcome in drain(shop, look=looking(look)):
        done.append(outcome)
        if outcome.after is Stage.READY:
            ready.set()
    whole = [Stage.FETCHED, Stage.TRANSCRIBED, Stage.READY]
    assert ends(done) == [(name, stage) for name in ("one", "two") for stage in whole]


def test_what_a_look_may_say_more_of_waits_for_the_end_of_its_source_alone(shop, steps):
    begun, order = threading.Event(), []
    steps["one"] = lambda _document: begun.set()

    def look(_shop: Workshop, news: News) -> None:
        sight(shop, news, sighting("one"))
        assert not begun.wait(0.2)
        order.append("ended")
        news.ended(SourceReport(source_id="show"))
        assert begun.wait(LONG), "it waited for the other source"

    told: list[str] = []
    look_at_both = looking(look, FEED, OTHER)
    list(drain(shop, look=replace(look_at_both, told=lambda each: told.append(each.source_id))))
    assert (order, told) == (["ended"], ["show"])


def test_a_host_that_is_looked_at_is_asked_for_no_file_beside(shop, steps):
    begun = threading.Event()
    steps["one"] = lambda _document: begun.set()

    def look(_shop: Workshop, news: News) -> None:
        news.found(sight(shop, news, sighting("one", host="site.test")))
        assert not begun.wait(0.2)
        news.ended(SourceReport(source_id="show"))
        assert begun.wait(LONG)

    assert len(list(drain(shop, look=looking(look)))) == 3


def test_what_was_on_its_way_before_goes_on_at_once(shop, steps):
    ready = threading.Event()
    document, _ = shop.catalogue.record_discovered(sighting("parked"), now=now())
    shop.catalogue.advance(document.id, to=Stage.FETCHED, now=now())

    def look(_shop: Workshop, _news: News) -> None:
        assert ready.wait(LONG)

    for outcome in drain(shop, look=looking(look)):
        if outcome.after is Stage.READY:
            ready.set()
    assert ready.is_set()


def test_what_is_learnt_of_a_document_in_hand_is_not_covered_up(shop, steps):
    """Its recording moves while the old one is fetched: the new one is fetched as well."""
    begun, moved = threading.Event(), threading.Event()
    fetched: list[str | None] = []

    def fetch(document: Document) -> None:
        fetched.append(document.media_url)
        begun.set()
        assert moved.wait(LONG)

    steps["one"] = fetch

    def look(_shop: Workshop, news: News) -> None:
        news.found(sight(shop, news, sighting("one")))
        assert begun.wait(LONG)
        sight(shop, news, sighting("one", host="new.test"))
        moved.set()

    outcomes = list(drain(shop, look=looking(look)))
    assert fetched == ["http://files.test/one.mp3", "http://new.test/one.mp3"]
    assert [outcome.after for outcome in outcomes] == [*AFTER.values(), Stage.READY]
    assert not shop.catalogue.failures()


def test_the_end_of_a_step_that_did_not_know_enough_is_refused(shop):
    document, _ = shop.catalogue.record_discovered(sighting("one"), now=now())
    sighted = Sighted()
    times = sighted.times(document.id)
    with sighted.ending(document, times):
        pass
    with sighted.recording() as changed:
        changed(document.id)
    with pytest.raises(ParkedError, match="meanwhile"), sighted.ending(document, times):
        raise AssertionError("it was stored")


@pytest.mark.parametrize("at_once", [0, 1])
def test_a_look_that_cannot_store_what_it_sees_stops_the_run(shop, steps, at_once):
    def look(_shop: Workshop, _news: News) -> None:
        raise StoreError("files", cause="no space left on device")

    tools = replace(shop, workers=HereWorkers(at_once=at_once))
    with pytest.raises(StoreError, match="no space left"):
        list(drain(tools, look=looking(look)))


def test_a_look_is_put_down_with_the_rest(shop, steps):
    stop, ended = threading.Event(), threading.Event()
    steps["early"] = lambda _document: stop.set()
    shop.catalogue.record_discovered(sighting("early"), now=now())

    def look(_shop: Workshop, news: News) -> None:
        for _ in range(int(LONG / 0.02)):
            if news.stops():
                ended.set()
                return
            stop.wait(0.02)

    assert ends(list(drain(shop, look=looking(look, OTHER), stop=stop.is_set))) == [
        ("early", Stage.FETCHED)
    ]
    assert ended.is_set()


def test_the_newest_recording_is_fetched_first_whichever_feed_was_read_first(shop, steps):
    order: list[str] = []
    for number in (3, 1, 2):
        name = str(number)
        steps[name] = lambda document: order.append(document.title)
        item = replace(sighting(name), published=now().replace(year=2020 + number))
        shop.catalogue.record_discovered(item, now=now())
    list(drain(shop))
    assert order == ["3", "2", "1"]


@pytest.mark.slow
def test_a_recording_is_heard_while_a_slow_host_is_still_crawled(tmp_path, monkeypatch):
    heard = threading.Event()

    def hear(_document: Document, _shop: Workshop) -> Stage:
        heard.set()
        return Stage.TRANSCRIBED

    def slow(_asked: Asked) -> Reply:
        assert heard.wait(3 * LONG), "the recording waited for the end of the crawl"
        return html('<a class="story" href="/one">one</a>')

    changed = {
        (DocumentKind.EPISODE, Stage.FETCHED): hear,
        (DocumentKind.EPISODE, Stage.TRANSCRIBED): lambda *_: Stage.READY,
    }
    monkeypatch.setattr("ingest.pipeline.STEPS", {**STEPS, **changed})
    feed = """<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>One</title>
    <enclosure url="/one.mp3" type="audio/mpeg"/></item></channel></rss>"""
    audio = Reply(b"ID3" + bytes(20_000), headers={"Content-Type": "audio/mpeg"})
    story = html("<article><h1>One</h1><p>By Dana Reyes</p><p>They counted twice.</p></article>")
    with (
        Site({"/feed.xml": Reply(feed.encode()), "/one.mp3": audio}) as quick,
        Site({"/": slow, "/one": story}, host="127.0.0.2") as late,
    ):
        sources = (
            replace(FEED, url=f"{quick.url}/feed.xml", allow_private=True, delay=0.0),
            Source(
                id="late", name="Late", kind=SourceKind.LISTING, url=f"{late.url}/",
                links="a.story", allow_private=True, delay=0.0,
            ),
        )  # fmt: skip
        with open_shop(tmp_path, *sources, workers=HereWorkers(at_once=1)) as tools:
            run = run_nightly(tools)
    assert heard.is_set()
    assert [(each.source_id, each.error, each.seen) for each in run.sources] == [
        ("show", None, 1), ("late", None, 1),
    ]  # fmt: skip
    assert run.error is None
