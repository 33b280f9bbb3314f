"""Pages that are looked at again: politely, while they are young, and what they then answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.catalogue import Catalogue, next_look
from corpus.schema.visits import visited
from corpus.types import (
    Capture,
    DiscoveredItem,
    DocumentKind,
    Source,
    SourceKind,
    Stage,
    TranscriptLink,
    TranscriptPolicy,
    Visit,
)
from ingest.pipeline import finish
from ingest.revisits import Again, ask_for_transcripts, is_left_alone, pages_to_revisit
from tests.servers import Reply, Site
from tests.test_episodes import captions, shop, sight, site, text_of  # noqa: F401
from tests.test_nightly import look_at, open_shop

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, 3, tzinfo=UTC)
YOUNG = timedelta(days=30)
URL = "https://blog.example/one"
BLOG = Source(id="blog", name="Blog", kind=SourceKind.FEED, url="https://blog.example/feed")


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue(f"sqlite:///{tmp_path}/catalogue.sqlite") as opened:
        yield opened


def take_in(catalogue, url: str = URL, *, published: datetime | None = None, now=START):
    capture = Capture(
        url=url, final_url=url, sha256="a" * 64, size=1, mime_type="text/html", status=200,
        headers=(), retrieved=now,
    )  # fmt: skip
    item = DiscoveredItem(
        source_id="blog", kind=DocumentKind.ARTICLE, url=url, title="One", capture=capture,
        published=published,
    )  # fmt: skip
    return catalogue.record_discovered(item, now=now)[0]


def days_looked(visit: Visit, appeared: datetime) -> list[int]:
    found = []
    while (due := next_look(visit, appeared, young=YOUNG)) is not None and len(found) < 20:
        found.append((due - appeared).days)
        visit = replace(visit, looked=due)
    return found


def test_a_page_is_looked_at_again_after_one_day_two_four_and_so_on_and_then_no_more():
    assert days_looked(Visit(url=URL, looked=START), START) == [1, 2, 4, 8, 16, 32]


def test_a_page_of_the_back_catalogue_is_not_looked_at_again(catalogue):
    take_in(catalogue, published=START - 400 * DAY)
    assert pages_to_revisit(catalogue, [BLOG], now=START + 5 * DAY) == {}


def test_a_young_page_is_due_the_next_night_and_not_in_the_same(catalogue):
    document = take_in(catalogue)
    assert pages_to_revisit(catalogue, [BLOG], now=START + DAY / 2) == {}
    (item,) = pages_to_revisit(catalogue, [BLOG], now=START + DAY)["blog"]
    assert (item.url, item.kind, item.capture) == (URL, document.kind, None)
    catalogue.note_visits([(URL, 304)], now=START + DAY)
    assert pages_to_revisit(catalogue, [BLOG], now=START + 1.5 * DAY) == {}
    assert pages_to_revisit(catalogue, [BLOG], now=START + 2 * DAY)


def test_one_answer_410_or_three_404_mean_gone_and_a_page_that_is_back_is_not(catalogue):
    take_in(catalogue)
    document = take_in(catalogue, "https://blog.example/two")
    catalogue.note_visits([(URL, 410)], now=START + DAY)
    other = document.url
    for day in (1, 2, 3):
        assert catalogue.document(document.id).gone is None
        catalogue.note_visits([(other, 404)], now=START + day * DAY)
    assert {each.gone for each in catalogue.documents()} == {START + DAY}
    assert pages_to_revisit(catalogue, [BLOG], now=START + 9 * DAY) == {}
    assert is_left_alone(catalogue, URL, None, now=START + 9 * DAY)
    assert not is_left_alone(catalogue, URL, START + 8 * DAY, now=START + 9 * DAY)
    catalogue.note_visits([(URL, 200)], now=START + 9 * DAY)
    assert [each.gone for each in catalogue.documents() if each.url == URL] == [None]


def test_an_old_page_that_was_not_there_once_is_asked_for_again(catalogue):
    take_in(catalogue, published=START - 400 * DAY)
    catalogue.note_visits([(URL, 404)], now=START + DAY)
    assert pages_to_revisit(catalogue, [BLOG], now=START + 2 * DAY)


def test_a_page_that_was_never_there_is_asked_for_with_growing_gaps(catalogue):
    never = "https://blog.example/never"
    assert not is_left_alone(catalogue, never, None, now=START)
    catalogue.note_visits([(never, 404)], now=START)
    assert is_left_alone(catalogue, never, None, now=START + DAY / 2)
    assert not is_left_alone(catalogue, never, None, now=START + DAY)


def test_what_the_source_says_otherwise_is_an_edit(catalogue):
    take_in(catalogue)
    said = DiscoveredItem(source_id="blog", kind=DocumentKind.ARTICLE, url=URL, title="One")
    first = Again(catalogue, [BLOG], now=START)
    first.hear(said)
    catalogue.note_visits([(URL, 200)], first.said, now=START)
    for title, left in (("One", True), ("One, corrected", False)):
        again = Again(catalogue, [BLOG], now=START + DAY / 2)
        again.hear(replace(said, title=title))
        assert again.leave(URL, None) is left
    assert not is_left_alone(catalogue, URL, START + DAY / 4, now=START + DAY / 2), "lastmod"
    assert is_left_alone(catalogue, URL, START - DAY, now=START + DAY / 2)


def test_a_withdrawn_page_is_never_asked_for(catalogue):
    document = take_in(catalogue)
    catalogue.withdraw(document.id, author="rae", reason="asked", now=START)
    assert pages_to_revisit(catalogue, [BLOG], now=START + DAY) == {}
    assert is_left_alone(catalogue, URL, START + DAY, "other", now=START + DAY)


def test_a_look_keeps_the_first_moment_of_absence():
    first = visited(None, URL, 404, START)
    assert visited(first, URL, 404, START + DAY).since == START
    assert visited(first, URL, 200, START + DAY) == Visit(url=URL, looked=START + DAY)


def test_an_announced_transcript_that_was_not_there_is_asked_for_again(shop, site):  # noqa: F811
    source = replace(shop.sources["show"], transcript=TranscriptPolicy.PREFER)
    site.routes["/a.vtt"] = Reply(status=404)
    document = sight(shop, site, "a.vtt")
    assert text_of(shop, document).content == "these words were recognised"
    moment = document.discovered
    assert ask_for_transcripts(shop.catalogue, [source], now=moment + DAY / 2) == []
    (due,) = ask_for_transcripts(shop.catalogue, [source], now=moment + DAY)
    assert due.stage is Stage.DISCOVERED
    assert text_of(shop, document).revision == 1, "it is not there yet: nothing changes"
    assert ask_for_transcripts(shop.catalogue, [source], now=moment + 1.5 * DAY) == []
    site.routes["/a.vtt"] = captions("we count them in")
    assert ask_for_transcripts(shop.catalogue, [source], now=moment + 2 * DAY)
    assert text_of(shop, document).content == "we count them in"
    assert len(shop.workers.jobs) == 1
    assert ask_for_transcripts(shop.catalogue, [source], now=moment + 9 * DAY) == []
    assert TranscriptLink(url="x") not in document.transcripts


def page(words: str) -> Reply:
    body = f"""<html><head><title>One</title></head><body><article><h1>One</h1>
    <p>The armorer keeps every key to the safe, and nobody else has one at all.</p>
    <p>{words} No other gun was carried onto the stage on that long day of work.</p>
    <p>Then the company went home, and the safe was locked by two people.</p>
    </article></body></html>"""
    return Reply(body.encode(), headers={"Content-Type": "text/html"})


@pytest.mark.slow
def test_an_edited_article_is_a_new_revision_and_one_that_goes_stays(tmp_path, monkeypatch):
    def at(moment: datetime) -> None:
        monkeypatch.setattr("ingest.rounds.now", lambda: moment)

    feed = b"""<rss version="2.0"><channel><title>T</title><item><guid>1</guid>
        <title>One</title><link>/one</link></item></channel></rss>"""
    kind = {"Content-Type": "application/rss+xml"}
    start = datetime.now(UTC)
    with Site({"/feed.xml": Reply(feed, headers=kind), "/one": page("One gun was there.")}) as web:
        source = replace(BLOG, url=f"{web.url}/feed.xml", allow_private=True, delay=0.0)
        with open_shop(tmp_path, source) as shop:

            def asked() -> int:
                return len([each for each in web.asked if each.path == "/one"])

            look_at(shop, [source])
            (document,) = shop.catalogue.documents()
            finish(document.id, shop)
            look_at(shop, [source])
            assert asked() == 1, "not twice in a night"
            web.routes["/one"] = page("Two guns were there.")
            at(start + DAY)
            look_at(shop, [source])
            finish(document.id, shop)
            assert shop.catalogue.text(document.id).revision == 2
            assert "Two guns" in shop.catalogue.text(document.id).content
            web.routes["/one"] = Reply(status=410)
            empty = b'<rss version="2.0"><channel><title>T</title></channel></rss>'
            web.routes["/feed.xml"] = Reply(empty, headers=kind)
            for days in (2, 4, 8):
                at(start + days * DAY)
                look_at(shop, [source])
            assert asked() == 3, "what is gone is not asked for again"
            gone = shop.catalogue.document(document.id)
            assert gone.gone == start + 2 * DAY
            assert gone.stage is Stage.READY
            assert "Two guns" in shop.catalogue.text(document.id).content
