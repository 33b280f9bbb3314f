"""Real crawls: Scrapy in its own process against servers on this machine."""

from __future__ import annotations

import gzip
import hashlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import psutil
import pytest

from corpus.errors import RefusedAddressError
from corpus.sample.server import SampleServer
from corpus.settings import Settings
from corpus.types import Capture, DiscoveredItem, DocumentKind, Source, SourceKind
from ingest.crawl import CrawlReport, crawl_settings, discover, single_page_source
from ingest.sources import load_sources
from tests.servers import Asked, Reply, Site, conditional, html, in_turn, redirect

XML = "application/rss+xml"


@dataclass
class Taken:
    """What a crawl handed over; remembers validators as the catalogue does."""

    items: list[DiscoveredItem] = field(default_factory=list)
    captures: dict[str, bytes] = field(default_factory=dict)
    known: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def look(self, *sources: Source, **values: object) -> list[CrawlReport]:
        self.items.clear()
        self.captures.clear()
        reports = discover(
            sources,
            Settings(**{"crawl_delay": 0.01, "request_timeout": 5, **values}),
            validators=self.known.get,
            on_item=self._item,
            on_capture=self._capture,
        )
        for report in reports:
            for each in report.captures:
                self.known[each.url] = (each.header("etag"), each.header("last-modified"))
        return reports

    def _item(self, item: DiscoveredItem) -> None:
        if item.capture is not None:
            assert item.capture.sha256 in self.captures  # its bytes came before
        self.items.append(item)

    def _capture(self, capture: Capture, body: bytes) -> None:
        assert hashlib.sha256(body).hexdigest() == capture.sha256
        self.captures[capture.sha256] = body


def _feed(url: str, name: str = "show", **values: object) -> Source:
    known = {"kind": SourceKind.FEED, "allow_private": True, "delay": 0.01}
    return Source(**{"id": name, "name": name, "url": url, **known, **values})


def _rss(*items: str) -> bytes:
    return f"<rss><channel><title>T</title>{''.join(items)}</channel></rss>".encode()


def _entry(name: str) -> str:
    return (
        f"<item><title>{name}</title><guid>{name}</guid><link>/{name}</link>"
        f'<enclosure url="/{name}.mp3" type="audio/mpeg"/></item>'
    )


@pytest.fixture
def sample() -> Iterator[tuple[list[Source], SampleServer]]:
    with SampleServer(port=0) as server:
        sources = [
            replace(source, url=source.url.replace("http://127.0.0.1:8799", server.url))
            for source in load_sources().values()
            if source.enabled
        ]
        yield sources, server


@pytest.mark.slow
def test_the_sample_archive_is_found_whole_and_the_second_look_fetches_nothing(sample):
    sources, server = sample
    taken = Taken()
    reports = taken.look(*sources)
    assert [each.report.error for each in reports] == [None, None, None]
    assert [each.report.warnings for each in reports] == [(), (), ()]
    assert [each.report.seen for each in reports] == [4, 4, 6]
    pages = {each.url for each in taken.items if each.source_id == "sample-show-pages"}
    entries = {each.url for each in taken.items if each.source_id == "sample-show"}
    assert pages == entries
    assert all(
        each.kind is DocumentKind.ARTICLE
        for each in taken.items
        if each.source_id == "sample-magazine"
    )
    assert not any("/private/" in each.path for each in server.requests)

    before = len(server.requests)
    reports = taken.look(*sources)
    assert all(each.report.unchanged for each in reports)
    assert taken.items == []
    asked = [each.path for each in server.requests[before:] if each.path != "/robots.txt"]
    assert asked == ["/show/feed.xml", "/show/", "/magazine/"]


@pytest.mark.slow
def test_a_failing_page_loses_nothing_and_is_asked_for_again():
    routes = {
        "/feed.xml": conditional(_rss(_entry("one"), _entry("two"), _entry("gone")), XML),
        "/one": conditional(b"<h1>One</h1>"),
        "/two": in_turn(Reply(status=403), html("<h1>Two</h1>")),
        "/robots.txt": Reply(status=404),
    }
    taken = Taken()
    with Site(routes) as site:
        source = _feed(site.url + "/feed.xml")
        (first,) = taken.look(source)
        assert {each.guid for each in taken.items} == {"one", "two", "gone"}
        assert [each.guid for each in taken.items if each.capture] == ["one"]
        assert any("403" in each for each in first.report.warnings)
        assert any("404" in each for each in first.report.warnings)
        assert [each.url for each in first.captures] == [site.url + "/one"]

        (second,) = taken.look(source)
        assert [each.guid for each in taken.items if each.capture] == ["two"]
        assert site.url + "/feed.xml" in [each.url for each in second.captures]
        (third,) = taken.look(source)
        assert third.report.unchanged


@pytest.mark.slow
def test_one_look_at_many_bad_sources_reports_each_and_stops_for_none():
    bomb = gzip.compress(bytes(30_000_000))
    cut = _rss(_entry("one"), _entry("two"))
    routes = {
        "/html": html("<html><h1>Not a feed</h1></html>"),
        "/empty": Reply(b"", headers={"Content-Type": XML}),
        "/404": Reply(status=404),
        "/500": Reply(status=500),
        "/big": Reply(bytes(3_000_000), headers={"Content-Type": XML}),
        "/bomb": Reply(bomb, headers={"Content-Type": XML, "Content-Encoding": "gzip"}),
        "/circle": redirect("/circle2"),
        "/circle2": redirect("/circle"),
        "/cut": Reply(cut[:-60], headers={"Content-Type": XML}, announced=len(cut)),
        "/good": Reply(_rss(_entry("good")), headers={"Content-Type": XML}),
        "/slow": Reply(b"x", stall=20),
        "/hidden/feed": Reply(_rss(_entry("hidden")), headers={"Content-Type": XML}),
        "/robots.txt": Reply(b"User-agent: OnRecord\nDisallow: /hidden/\n"),
    }
    expected = {
        "html": "an HTML page", "empty": "empty", "404": "answers 404", "500": "answers 500",
        "big": "page_max_bytes", "bomb": "page_max_bytes", "circle": "redirect",
        "slow": "no answer in time", "hidden/feed": "robots.txt", "good": None, "cut": None,
        "javascript": "http",
    }  # fmt: skip
    with Site(routes) as site:
        sources = [
            _feed(f"{site.url}/{path}", path.partition("/")[0], follow_pages=False)
            for path in expected
        ]
        sources[-1] = replace(sources[-1], url="ftp://127.0.0.1/feed")
        taken = Taken()
        reports = taken.look(*sources, page_max_bytes=1_000_000, request_timeout=2)
    for wanted, each in zip(expected.values(), reports, strict=True):
        if wanted is None:
            assert each.report.error is None, each.report
        else:
            assert wanted in (each.report.error or ""), each.report
            assert each.captures == () or wanted in ("an HTML page", "empty")
    guids = {each.source_id: each.guid for each in taken.items}
    assert guids["good"] == "good"
    assert guids["cut"] == "one"
    cut_report = reports[list(expected).index("cut")]
    assert cut_report.captures == ()
    assert not any(path.startswith("/hidden/") for path in site.paths)


def test_private_addresses_are_refused_by_name_by_number_and_through_sources_that_may():
    with Site({"/feed.xml": Reply(_rss(_entry("one")), headers={"Content-Type": XML})}) as site:
        port = site.url.rpartition(":")[2]
        hosts = ("127.0.0.1", "localhost", "2130706433")
        sources = [
            _feed(f"http://{host}:{port}/feed.xml", f"s{number}", allow_private=False)
            for number, host in enumerate(hosts)
        ]
        reports = Taken().look(*sources)
    for each in reports:
        assert "not on the public internet" in (each.report.error or ""), each.report
    assert site.asked == []


@pytest.mark.slow
def test_a_server_whose_robots_txt_fails_has_allowed_nothing():
    routes = {"/feed.xml": Reply(_rss(_entry("one"))), "/robots.txt": Reply(status=500)}
    with Site(routes) as site:
        (report,) = Taken().look(_feed(site.url + "/feed.xml"))
    assert "robots.txt cannot be fetched" in (report.report.error or "")
    assert set(site.paths) == {"/robots.txt"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reply", "tries"),
    [(Reply(status=429, headers={"Retry-After": "3600"}), 1), (Reply(status=500), 9)],
)
def test_a_host_that_keeps_failing_or_asks_for_time_is_left_alone(reply, tries):
    names = [f"page{number}" for number in range(60)]
    routes = {
        "/feed.xml": Reply(_rss(*map(_entry, names)), headers={"Content-Type": XML}),
        "/robots.txt": Reply(status=404),
        **{f"/{name}": reply for name in names},
    }
    taken = Taken()
    with Site(routes) as site:
        (look,) = taken.look(_feed(site.url + "/feed.xml"))
    assert {each.guid for each in taken.items} == set(names)
    in_hand = 16  # requests that were under way already
    assert len(site.paths) <= 2 + tries + in_hand
    assert any("left alone" in each for each in look.report.warnings)
    assert look.captures == (), "what was not reached is asked for again"


@pytest.mark.slow
def test_one_address_is_told_apart_by_what_the_server_answers():
    routes = {
        "/feed": Reply(_rss(_entry("one")), headers={"Content-Type": "text/plain"}),
        "/page": html('<html><meta property="og:site_name" content="The Paper"><h1>Page</h1>'),
        "/go": redirect("/real.mp3"),
        "/real.mp3": Reply(b"ID3" + bytes(100_000), headers={"Content-Type": "audio/mpeg"}),
        "/raw": Reply(b"OggS" + bytes(100_000), announced=10**12),
    }
    with Site(routes) as site:
        paths = ("feed", "page", "go", "raw")
        added = [single_page_source(f"{site.url}/{path}", allow_private=True) for path in paths]
        taken = Taken()
        taken.look(*(replace(each, id=f"added-{n}") for n, each in enumerate(added)))
        found = {paths[int(each.source_id[6:])]: each for each in taken.items}
        assert (found["feed"].guid, found["feed"].show) == ("one", "T")
        assert (found["page"].title, found["page"].show) == ("Page", "The Paper")
        assert found["page"].capture is not None
        assert found["go"].media_url == site.url + "/go"
        assert (found["go"].title, found["go"].media_type) == ("real", "audio/mpeg")
        assert found["raw"].kind is DocumentKind.EPISODE


def test_only_web_addresses_can_be_added():
    for url in ("ftp://a.test/x", "a.test", "javascript:x", "http://", "http://[::1"):
        with pytest.raises(RefusedAddressError):
            single_page_source(url)
    assert single_page_source(" https://www.a.test/x ").name == "a.test"


@pytest.mark.slow
def test_requests_to_one_host_come_one_at_a_time_with_a_delay_and_our_name():
    at_once, most, times = 0, 0, []
    lock = threading.Lock()

    def page(asked: Asked) -> Reply:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
            times.append(time.monotonic())
        time.sleep(0.05)
        with lock:
            at_once -= 1
        return html(f"<h1>{asked.path}</h1>")

    entries = [_entry(f"e{number}") for number in range(5)]
    routes = {f"/e{number}": page for number in range(5)}
    routes["/feed.xml"] = Reply(_rss(*entries), headers={"Content-Type": XML})
    with Site(routes) as site:
        sources = [_feed(site.url + "/feed.xml", name, delay=0.2) for name in ("a", "b")]
        Taken().look(*sources, user_agent="Somebody/2 (here)")
    assert len(times) == 10
    assert most == 1
    # A busy machine may notice the first request late, which shortens the whole.
    assert times[-1] - times[0] > 8 * 0.2
    assert {each.headers["user-agent"] for each in site.asked} == {"Somebody/2 (here)"}
    assert not any("cookie" in each.headers for each in site.asked)


@pytest.mark.slow
def test_a_crawl_process_that_is_killed_gives_a_report_and_no_validators():
    def kill(asked: Asked) -> Reply:
        for child in psutil.Process().children():
            if "spawn_main" in " ".join(child.cmdline()):
                os.kill(child.pid, signal.SIGKILL)
        return Reply(status=500)

    routes = {
        "/feed.xml": conditional(_rss(_entry("one"), _entry("two")), XML),
        "/one": html("<h1>One</h1>"),
        "/two": kill,
    }
    taken = Taken()
    with Site(routes) as site:
        (report,) = taken.look(_feed(site.url + "/feed.xml"))
    assert "died" in (report.report.error or "")
    assert report.captures == ()
    # Both episodes of the feed are kept; the page of the first may or may not have crossed.
    assert {item.guid for item in taken.items} == {"one", "two"}


@pytest.mark.slow
def test_an_error_of_the_caller_ends_the_crawl_process():
    def refuse(item: DiscoveredItem) -> None:
        raise OSError("disk full")

    with Site({"/feed.xml": Reply(_rss(_entry("one")), headers={"Content-Type": XML})}) as site:
        with pytest.raises(OSError, match="disk full"):
            discover(
                [_feed(site.url + "/feed.xml")],
                Settings(),
                validators=lambda _url: None,
                on_item=refuse,
                on_capture=lambda _capture, _body: None,
            )
        left = [" ".join(each.cmdline()) for each in psutil.Process().children(recursive=True)]
    assert not [each for each in left if "spawn_main" in each]


def test_all_settings_come_from_one_function():
    source = _feed("http://a.test/feed", delay=3.0, allow_private=False)
    found = crawl_settings(Settings(crawl_delay=2.0, user_agent="Name/1 (x)"), [source])
    assert found["ROBOTSTXT_OBEY"] is True
    assert found["ROBOTSTXT_USER_AGENT"] == "Name"
    assert found["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert found["DOWNLOAD_DELAY"] == 2.0
    assert found["DOWNLOAD_SLOTS"]["a.test"]["delay"] == 3.0
    assert found["TWISTED_DNS_RESOLVER"] == "ingest.spiders.guard.PublicResolver"
