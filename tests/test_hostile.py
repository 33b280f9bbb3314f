"""Attacks on everything that reads what others send: none may get in, none may hold us.

The same attacks, as large as a page may be and measured, are `python -m tests.bench hostile`.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.masking import STRUCK
from corpus.settings import Settings
from corpus.types import Capture, DiscoveredItem, Source, SourceKind
from ingest import crawl, fetch
from ingest.bounds import TooMuchError, Unpacking, excess, undeclared
from ingest.contents import kept_headers, not_audio, sniff
from ingest.crawl import CrawlReport, discover
from ingest.looking import doubts
from tests.hostile import all_attacks, packed
from tests.hostilenet import PRIVATE, PUBLIC, patched_crawl, private_sites
from tests.servers import Reply, Site, html, redirect

SIZE = 40_000  # bytes; the bench takes the most that is accepted
ATTACKS = {each.name: each for each in all_attacks()}
# What waits for a server, or is heavy even when small, is left to `make test`.
SLOW = ("a server of", "redirect to", "media: ", "address: ")


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_PAUSE", 0.001)


def _check(name: str, folder) -> None:
    begun = time.process_time()
    assert ATTACKS[name].run(SIZE, folder) == ""
    assert time.process_time() - begun < 20


@pytest.mark.allow_hosts(["127.0.0.1", PUBLIC])
@pytest.mark.parametrize("name", [each for each in ATTACKS if not each.startswith(SLOW)])
def test_an_attack_stays_outside(name: str, tmp_path):
    _check(name, tmp_path)


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1", PUBLIC])
@pytest.mark.parametrize("name", [each for each in ATTACKS if each.startswith(SLOW)])
def test_an_attack_by_file_or_server_stays_outside(name: str, tmp_path):
    _check(name, tmp_path)


def test_enough_is_tried_in_every_room():
    rooms = Counter(name.partition(":")[0] for name in ATTACKS)
    assert rooms["feed"] >= 20
    assert rooms["page"] >= 20
    assert rooms["media"] >= 40
    assert rooms["address"] >= 55
    assert rooms["redirect to"] >= 55
    assert sum(rooms.values()) >= 290


# ── bounds before every parser ───────────────────────────────────────────────────────────────


def test_what_is_too_much_is_said():
    assert excess(b"<p class='a'>x" * 1000) is None
    assert "tags" in (excess(b"<p>" * 200_001) or "")
    many = b"<p " + b" ".join(b"a%d='>'" % n for n in range(6000)) + b">"
    assert "attributes" in (excess(many) or "")
    assert excess(b"<p title='" + b"a = b " * 5000 + b"'>x") is None


def test_a_document_type_is_taken_away_with_what_it_declares():
    assert undeclared(b'a<!DOCTYPE r [<!ENTITY a "x>">]>b') == b"ab"
    assert undeclared(b"<!doctype html><p>x") == b"<p>x"
    assert undeclared(b"<!DOCTYPE[" * 3) == b"[<!DOCTYPE[<!DOCTYPE["
    assert undeclared(b"<p>no type") == b"<p>no type"


def test_packed_bytes_come_in_pieces_and_nothing_is_packed_twice():
    pieces = list(Unpacking("gzip").pieces(packed(bytes(10_000_000), "gzip")))
    assert sum(map(len, pieces)) == 10_000_000
    assert max(map(len, pieces)) <= Unpacking.PIECE
    for unwanted in ("gzip, gzip", "br", "zstd", "compress"):
        with pytest.raises(TooMuchError):
            Unpacking(unwanted)
    with pytest.raises(TooMuchError):
        list(Unpacking("gzip").pieces(b"no gzip at all"))


def test_archives_and_programs_are_no_audio_whatever_they_are_called():
    for head in (
        b"PK\x03\x04",
        bytes(257) + b"ustar\x00",
        b"7z\xbc\xaf\x27\x1c",
        b"BZh9",
        b"\x7fELF",
    ):
        assert not_audio(head + bytes(100), sniff(head) or "audio/mpeg")


def test_media_is_decoded_in_one_place_that_the_worker_calls():
    root = Path(__file__).resolve().parent.parent
    rooms = ("corpus", "index", "ingest", "ui")
    modules = [each for room in rooms for each in (root / room).rglob("*.py")]
    decoding = re.compile(r"^\s*(?:import av\b|from av\b)", re.MULTILINE)
    assert {each.name for each in modules if decoding.search(each.read_text())} == {"audio.py"}
    callers = {each.name for each in modules if "decode_audio(" in each.read_text()}
    assert callers == {"audio.py", "hearing.py"}


# ── the crawl ────────────────────────────────────────────────────────────────────────────────


def _feed(url: str, name: str, **values: object) -> Source:
    known = {"kind": SourceKind.FEED, "delay": 0.0, "follow_pages": True}
    return Source(**{"id": name, "name": name, "url": url, **known, **values})


def _crawled(
    sources: list[Source], **values: object
) -> tuple[list[CrawlReport], list[DiscoveredItem], list[Capture]]:
    items: list[DiscoveredItem] = []
    captures: list[Capture] = []
    reports = discover(
        sources,
        Settings(**{"crawl_delay": 0.0, "request_timeout": 5, **values}),
        validators=lambda _url: None,
        on_item=items.append,
        on_capture=lambda capture, _body: captures.append(capture),
    )
    return reports, items, captures


@pytest.mark.slow
def test_no_spelling_of_a_private_address_is_crawled():
    with Site({"/feed.xml": Reply(b"<rss><channel/></rss>")}) as site:
        urls = private_sites(int(site.url.rpartition(":")[2]))
        reports, items, captures = _crawled([_feed(url, f"s{n}") for n, url in enumerate(urls)])
    assert len(reports) == len(PRIVATE)
    assert all(each.report.error for each in reports)
    assert (site.asked, items, captures) == ([], [], [])


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1", PUBLIC])
def test_a_public_site_leads_nowhere_private(monkeypatch):
    """Not by redirect, entry's page, listing's link, sitemap, next page or new address."""
    monkeypatch.setattr(crawl, "_crawl", patched_crawl)
    with Site({"/secret": html("<h1>secret</h1>")}) as inside:
        port = inside.url.rpartition(":")[2]
        secrets = [f"http://{host}:{port}/secret" for host in ("127.0.0.1", "localhost", "[::1]")]
        entries = "".join(
            f"<item><title>e</title><link>{url}</link><enclosure url='{url}' type='audio/mpeg'/>"
            f"<image href='{url}'/><podcast:person img='{url}' href='{url}'>A B</podcast:person>"
            f"<podcast:transcript url='{url}' type='text/vtt'/></item>"
            for url in secrets
        )
        links = "".join(f"<a href='{url}'>x</a>" for url in secrets)
        places = "".join(f"<url><loc>{url}</loc></url>" for url in secrets)
        routes = {
            "/go": redirect(secrets[0]),
            "/feed": Reply(f"<rss><channel>{entries}</channel></rss>".encode()),
            "/list": html(links + f"<a rel=next href='{secrets[1]}'>next</a>"),
            "/map": Reply(f"<urlset>{places}</urlset>".encode()),
            "/refresh": html(f"<meta http-equiv=refresh content='0;url={secrets[0]}'><h1>x</h1>"),
            "/base": html(f"<base href='{inside.url}/'><a href='secret'>x</a>"),
            "/moved": redirect(secrets[1], 301),
            "/named": Reply(
                f"<rss><channel><itunes:new-feed-url>{secrets[0]}</itunes:new-feed-url>"
                f"<atom:link rel='next' href='{secrets[1]}'/><item><title>e</title>"
                "<enclosure url='/e.mp3'/></item></channel></rss>".encode()
            ),
            "/robots.txt": redirect(secrets[0].replace("secret", "robots.txt")),
        }
        with Site(routes, host=PUBLIC) as site:
            listing = {"kind": SourceKind.LISTING, "match": "."}
            sources = [
                _feed(site.url + "/go", "go"),
                _feed(site.url + "/feed", "feed"),
                _feed(site.url + "/list", "list", **listing, next_page="a[rel=next]"),
                _feed(site.url + "/map", "map", **listing, sitemap=True),
                _feed(site.url + "/refresh", "refresh", kind=SourceKind.PAGE),
                _feed(site.url + "/base", "base", **listing),
                _feed(site.url + "/moved", "moved"),
                _feed(site.url + "/named", "named"),
            ]
            first, *_ = _crawled(sources)
            del site.routes["/robots.txt"]
            reports, _items, _captures = _crawled(sources)
    assert inside.asked == []
    assert all("robots.txt" in (each.report.error or "") for each in first)
    assert "not on the public internet" in (reports[0].report.error or "")
    assert not any(each.report.moved_to for each in reports)


@pytest.mark.slow
def test_packed_pages_are_bounded_whatever_they_are_packed_with():
    names = ("gzip", "deflate", "br", "zstd", "gzip,gzip", "br,gzip", "gzip,gzip,gzip,gzip")
    kind = {"Content-Type": "application/rss+xml"}
    routes = {
        f"/{n}": Reply(packed(bytes(20_000_000), name), headers={**kind, "Content-Encoding": name})
        for n, name in enumerate(names)
    }
    with Site({**routes, "/robots.txt": Reply(status=404)}) as site:
        sources = [_feed(f"{site.url}/{n}", f"s{n}", allow_private=True) for n in range(len(names))]
        reports, _items, captures = _crawled(sources, page_max_bytes=1_000_000)
    assert all(each.report.error for each in reports)
    assert captures == []


@pytest.mark.slow
def test_a_page_that_brings_its_reader_down_costs_its_own_source_only(monkeypatch):
    monkeypatch.setattr(crawl, "_crawl", _crawl_that_dies)
    feed = Reply(b"<rss><channel><item><link>/x</link></item></channel></rss>")
    with Site({f"/{name}": feed for name in ("good", "bad", "also")}) as site:
        sources = [
            _feed(f"{site.url}/{name}", name, allow_private=True, follow_pages=False)
            for name in ("good", "bad", "also")
        ]
        reports, items, _ = _crawled(sources)
    errors = {each.report.source_id: each.report.error for each in reports}
    assert (errors["good"], errors["also"]) == (None, None)
    assert "while this page was read" in (errors["bad"] or "")
    assert {each.source_id for each in items} == {"good", "also"}


def _crawl_that_dies(*values: object) -> None:
    import os

    from ingest.spiders import feed

    read = feed.read
    feed.read = lambda page: os._exit(9) if page.source.id == "bad" else read(page)
    crawl_for_real(*values)


crawl_for_real = crawl._crawl


@pytest.mark.slow
def test_a_crawl_delay_is_obeyed_within_bounds():
    times: list[float] = []

    def page(_asked: object) -> Reply:
        times.append(time.monotonic())
        return html("<h1>x</h1>")

    entries = "".join(f"<item><link>/{n}</link></item>" for n in range(3))
    routes = {
        "/robots.txt": Reply(b"User-agent: *\nCrawl-delay: 0.6\n"),
        "/feed": Reply(f"<rss><channel>{entries}</channel></rss>".encode()),
        **{f"/{n}": page for n in range(3)},
    }
    with Site(routes) as site:
        _crawled([_feed(site.url + "/feed", "a", allow_private=True)])
    assert len(times) == 3
    assert times[-1] - times[0] > 2 * 0.5


# ── what gives access stays here ─────────────────────────────────────────────────────────────


@pytest.mark.slow
def test_no_report_capture_or_credit_of_a_look_shows_a_token():
    secret = "s3cr3tt0ken"
    body = (
        b"<rss><channel><item><title>T</title><guid>g</guid><enclosure url='/a.mp3'/>"
        b"<podcast:person>Ada Bell</podcast:person></item></channel></rss>"
    )
    cookie = {"Set-Cookie": f"session={secret}", "X-Auth-Token": secret, "ETag": '"e"'}
    routes = {"/feed": Reply(body, headers=cookie), "/gone": Reply(status=404)}
    with Site({**routes, "/robots.txt": Reply(status=404)}) as site:
        sources = [
            _feed(f"{site.url}/{name}?auth={secret}", name, allow_private=True)
            for name in ("feed", "gone")
        ]
        reports, items, captures = _crawled(sources)
    assert [bool(each.report.error) for each in reports] == [False, True]
    assert secret not in repr([each.report for each in reports])
    assert secret not in repr([each.credits for each in items])
    assert secret not in repr([each.headers for each in captures])
    assert STRUCK in (reports[1].report.error or "")
    assert any("password" in each for each in doubts(replace(sources[0], url="http://a:b@c.test/")))


def test_headers_that_open_something_are_not_kept():
    received = [("ETag", '"key=1"'), ("Set-Cookie", "a=b"), ("Location", "/x?token=abc")]
    assert kept_headers(received) == (("etag", '"key=1"'), ("location", f"/x?token={STRUCK}"))
    assert len(kept_headers([("X", "y" * 9000)] * 500)) == 100
