"""Feeds that move for good, name a new address, or go on over several pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import Response

from corpus.types import Source, SourceKind, SourceReport
from ingest.nightly import look_at
from ingest.revisits import homes_of
from ingest.spiders.moving import moved_for_good
from ingest.workshop import Workshop, now
from tests.servers import Reply, Site, conditional, redirect
from tests.test_nightly import open_shop

XML = "application/rss+xml"
OLD = "https://old.example/feed"


def feed(*names: str, channel: str = "") -> bytes:
    items = "".join(
        f"<item><title>{name}</title><guid>{name}</guid>"
        f'<enclosure url="/{name}.mp3" type="audio/mpeg"/></item>'
        for name in names
    )
    return f"<rss><channel><title>T</title>{channel}{items}</channel></rss>".encode()


def page(*names: str, following: str = "") -> Reply:
    link = f'<atom:link rel="next" href="{following}"/>' if following else ""
    return Reply(feed(*names, channel=link), headers={"Content-Type": XML})


def show(url: str, **fields: object) -> Source:
    values = {"allow_private": True, "delay": 0.0, "follow_pages": False, **fields}
    return Source(id="show", name="Show", kind=SourceKind.FEED, url=url, **values)


@contextmanager
def looking(folder: Path, site: Site, path: str = "/old") -> Iterator[tuple[Workshop, Source]]:
    source = show(site.url + path)
    with open_shop(folder, source) as shop:
        yield shop, source


def look(shop: Workshop, source: Source, site: Site) -> tuple[SourceReport, list[str]]:
    """Look once; return the report and what was asked for."""
    before = len(site.asked)
    (report,) = look_at(shop, [source])
    return report, [each for each in site.paths[before:] if each != "/robots.txt"]


# ── what has moved for good ──────────────────────────────────────────────────────────────────


def answered(*way: str | int) -> Response:
    """Return an answer after redirects: address, status, address, status, address."""
    asked = [each for each in way if isinstance(each, str)]
    reasons = [each for each in way if isinstance(each, int)]
    request = Request(asked[-1], meta={"redirect_urls": asked[:-1], "redirect_reasons": reasons})
    return Response(asked[-1], request=request)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        (("https://a.example/f",), None),
        (("https://a.example/f", 301, "https://b.example/f"), "https://b.example/f"),
        (("https://a.example/f", 302, "https://b.example/f"), None),
        (("https://a.example/1", 308, "https://a.example/2", 302, "https://c.example/3"),
         "https://a.example/2"),
        (("https://a.example/1", 301, "https://a.example/2", 301, "https://a.example/3"),
         "https://a.example/3"),
        (("https://a.example/f", 301, "http://a.example/f"), None),
        (("http://a.example/f", 301, "https://a.example/f"), "https://a.example/f"),
    ],
)  # fmt: skip
def test_only_permanent_redirects_move_a_source(way, expected):
    assert moved_for_good(answered(*way)) == expected


def test_a_source_is_at_home_where_it_moved_until_the_registry_or_a_failure_says_otherwise(
    tmp_path,
):
    def home(source: Source) -> dict[str, str]:
        return homes_of(shop.catalogue, [source])

    with open_shop(tmp_path) as shop:
        assert home(show(OLD)) == {}
        moved = {"moved_from": OLD, "moved_to": "https://new.example/feed"}
        shop.catalogue.save_look(SourceReport(source_id="show", **moved), now=now())
        assert home(show(OLD)) == {"show": "https://new.example/feed"}
        assert home(show("https://third.example/feed")) == {}
        shop.catalogue.save_look(SourceReport(source_id="show", error="404"), now=now())
        assert home(show(OLD)) == {}


@pytest.mark.slow
def test_a_feed_that_moved_is_asked_at_its_new_address_and_at_the_old_one_when_that_fails(
    tmp_path,
):
    routes = {
        "/old": redirect("/new", 301),
        "/new": conditional(feed("one"), XML),
        "/robots.txt": Reply(status=404),
    }
    with Site(routes) as site, looking(tmp_path, site) as (shop, source):
        report, asked = look(shop, source, site)
        assert (report.error, report.new, asked) == (None, 1, ["/old", "/new"])
        assert report.moved_to == f"{site.url}/new"
        said = f"it has moved for good to {site.url}/new: change url of [show] in sources.toml"
        assert said in report.warnings
        for _ in range(2):
            report, asked = look(shop, source, site)
            assert asked == ["/new"]
            assert said in report.warnings, "until somebody does"
        assert report.unchanged
        site.routes["/new"] = Reply(status=410)
        site.routes["/old"] = page("one", "two")
        report, asked = look(shop, source, site)
        assert report.error
        report, asked = look(shop, source, site)
        assert (report.error, report.new, report.moved_to, asked) == (None, 1, None, ["/old"])


@pytest.mark.slow
def test_a_new_address_in_the_feed_is_believed_when_the_feed_is_there(tmp_path):
    def naming(path: str) -> Reply:
        said = f"<itunes:new-feed-url>{path}</itunes:new-feed-url>"
        return Reply(feed("one", channel=said), headers={"Content-Type": XML})

    routes = {"/old": naming("/nowhere"), "/robots.txt": Reply(status=404)}
    with Site(routes) as site, looking(tmp_path, site) as (shop, source):
        report, asked = look(shop, source, site)
        assert (report.error, report.new, report.moved_to) == (None, 1, None)
        assert any("/nowhere" in each and "404" in each for each in report.warnings)
        site.routes["/old"] = naming("/new")
        site.routes["/new"] = page()
        report, asked = look(shop, source, site)
        assert (report.error, report.moved_to, asked) == (None, None, ["/old", "/new"])
        routes["/new"] = Reply(
            feed("one", "two", channel="<itunes:new-feed-url>/old</itunes:new-feed-url>"),
            headers={"Content-Type": XML},
        )  # which leads back
        report, asked = look(shop, source, site)
        assert (report.new, report.moved_to) == (1, f"{site.url}/new")
        report, asked = look(shop, source, site)
        assert (report.error, report.moved_to, asked) == (None, f"{site.url}/new", ["/new"])


# ── several pages ────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_a_paged_feed_is_read_whole_once_and_then_as_far_as_there_is_news(tmp_path):
    routes = {
        "/1": page("f", "e", following="/2"),
        "/2": page("d", "c", following="/3"),
        "/3": Reply(status=503),
        "/robots.txt": Reply(status=404),
    }
    with Site(routes) as site, looking(tmp_path, site, "/1") as (shop, source):
        report, asked = look(shop, source, site)
        assert (report.new, report.seen, set(asked)) == (4, 4, {"/1", "/2", "/3"})
        site.routes["/3"] = page("b", "a", following="/1")  # in a circle
        report, asked = look(shop, source, site)
        assert (report.new, asked) == (2, ["/1", "/2", "/3"]), "what failed is asked for again"
        report, asked = look(shop, source, site)
        assert (report.new, asked) == (0, ["/1"]), "a quiet night, although nothing is conditional"
        assert (report.seen, report.partly, report.is_below(6)) == (2, True, False)
        site.routes["/1"] = page("h", "g", following="/2")
        site.routes["/2"] = page("f2", "f", "e", "d", following="/3")
        report, asked = look(shop, source, site)
        assert (report.new, asked) == (3, ["/1", "/2", "/3"])
        report, asked = look(shop, source, site)
        assert asked == ["/1"]


@pytest.mark.slow
def test_a_feed_without_end_is_left_after_some_pages(tmp_path, monkeypatch):
    def endless(asked) -> Reply:
        number = int(re.sub(r"\D", "", asked.path) or 0)
        return page(f"e{number}", following=f"/p?{number + 1}")

    with Site({"/p": endless}) as site, looking(tmp_path, site, "/p") as (shop, source):
        report, asked = look(shop, source, site)
    assert (report.error, report.new, len(asked)) == (None, 50, 50)
    assert "only 50 pages of the feed are read: 50 entries" in report.warnings
