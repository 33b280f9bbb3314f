"""The table of faults: what each host does on three nights, and what has to come of it.

A story is a generator: before each `yield` a host is told what to serve, after it the night is
looked at. What must hold of every document after every night stands in `test_faults.py`.
"""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Callable, Generator, Iterator
from typing import Any

from corpus.types import Origin, SourceKind, TranscriptPolicy
from tests.servers import Reply, conditional, html, in_turn, ranged, redirect
from tests.sounds import music
from tests.weather import (
    Fault,
    Host,
    Nights,
    Seen,
    as_mp3,
    feed,
    item,
    mp3,
    page,
    silent_sound,
    sound,
    xml,
)

FAULTS: dict[str, Fault] = {}
LISTING = {"kind": SourceKind.LISTING, "url": "{host}/", "links": "a.story"}
SLOW = 60.0  # seconds, longer than anybody waits here


def fault(**source: Any) -> Callable[[Callable[[Host], Nights]], Callable[[Host], Nights]]:
    """Add a story to the table; arguments are what the registry says of its source."""

    def add(story: Callable[[Host], Nights]) -> Callable[[Host], Nights]:
        _add(story.__name__.replace("_", "-"), story, source)
        return story

    return add


def _add(name: str, story: Callable[[Host], Nights], source: dict[str, Any]) -> None:
    assert name not in FAULTS
    FAULTS[name] = Fault(name, story, source)


def comes_in(host: Host) -> Generator[None, Seen, Seen]:
    """The next night the feed has one recording, and it comes in."""
    host.feed(item("one", host.recording("/one.mp3")))
    night = yield
    night.stands(ready=1)
    return night


# ── the same thing under another name ────────────────────────────────────────────────────────


@fault()
def changed_guid(host: Host) -> Nights:
    media = host.recording("/one.mp3")
    for guid in ("a-1", "b-1", "c-1"):
        host.feed(item(guid, media, title="The Long Table"))
        night = yield
        night.stands(ready=1)
        assert night.times("/one.mp3") == (guid == "a-1")


@fault()
def rotating_token(host: Host) -> Nights:
    media = host.recording("/one.mp3")
    for token in ("5f2a", "91cc", "e07b"):
        host.feed(item("one", f"{media}?token={token}&expires=17{token}"))
        night = yield
        night.stands(ready=1)
        assert night.times("/one.mp3") == (token == "5f2a")
        assert night.document.revision == 1


@fault()
def enclosure_replaced_under_one_guid(host: Host) -> Nights:
    host.feed(item("one", host.recording("/first.mp3")))
    night = yield
    night.stands(ready=1)
    before = night.archive.catalogue.text(night.document.id)
    host.feed(item("one", host.recording("/second.mp3")))
    night = yield
    night.stands(recordings=2, ready=1)
    assert night.report.changed == 1
    text = night.archive.catalogue.text(night.document.id)
    assert (text.revision, text.content == before.content) == (2, False)
    assert night.archive.catalogue.text(night.document.id, 1).content == before.content
    night = yield
    night.stands(recordings=2, ready=1)
    assert (night.times("/second.mp3"), night.document.revision) == (0, 2)


@fault()
def other_bytes_at_the_same_address(host: Host) -> Nights:
    """Which no feed tells: nobody asks for a whole recording again to find out."""
    media = host.recording("/one.mp3")
    host.feed(item("one", media))
    night = yield
    night.stands(ready=1)
    host.says("/one.mp3", mp3(sound(601)))
    night = yield
    night.stands(ready=1)
    assert (night.times("/one.mp3"), night.document.revision) == (0, 1)
    host.feed(item("one", f"{media}?v=2"))  # until it does
    night = yield
    assert [each.stage.value for each in night.documents] == ["ready"]
    assert night.archive.catalogue.text(night.document.id, 1).content


@fault()
def page_moved_for_good(host: Host) -> Nights:
    host.feed(item("one", link=f"{host.url}/old"))
    host.says("/old", page("A Truck at Five"))
    night = yield
    night.stands(recordings=0, ready=1)
    host.says("/old", redirect(f"{host.url}/new", 301))
    host.says("/new", page("A Truck at Five"))
    host.feed(item("one", link=f"{host.url}/new"))
    night = yield
    night.stands(recordings=0, ready=1)
    assert night.document.revision == 1
    night = yield
    night.stands(recordings=0, ready=1)


@fault(**LISTING)
def listed_by_other_addresses(host: Host) -> Nights:
    canonical = f'<link rel="canonical" href="{host.url}/story">'
    for path in ("/story", "/tale"):
        host.says(path, page("Two People Count", head=canonical))
    for address in ("/story?utm_source=feed", f"{host.url}/tale?ref=2", "/story"):
        host.says("/", html(f'<a class="story" href="{address}">Two People Count</a>'))
        night = yield
        night.stands(recordings=0, ready=1)
        assert night.document.revision == 1


@fault()
def spelled_otherwise(host: Host) -> Nights:
    media = host.recording("/one.mp3")
    counted = media.replace("http://", "http://www.")
    for address in (media, f"{counted}?utm_source=rss", media.replace("http:", "https:")):
        host.feed(item("one", address, title="Spelled"))
        night = yield
        night.stands(ready=1)
        assert night.document.revision == 1


@fault()
def same_recording_in_two_feeds(host: Host) -> Nights:
    other = host.web.host("other-feed")
    media = host.recording("/same.mp3")
    host.feed(item("one", media, title="Heard Twice"))
    other.feed(item("another", media, title="Heard Twice"))
    night = yield
    here = night.documents
    there = night.archive.catalogue.documents(source_id="other-feed")
    assert len(here) + len(there) == 1
    assert night.times("/same.mp3") == 1
    night = yield
    assert night.times("/same.mp3") == 0


@fault()
def other_feed(host: Host) -> Nights:
    del host  # told by the story before this one
    yield
    yield


@fault()
def duplicate_items(host: Host) -> Nights:
    media = host.recording("/one.mp3")
    host.feed(item("one", media), item("one", media), item("one", f"{media}?again=1"))
    for asked in (1, 0):
        night = yield
        night.stands(ready=1)
        assert night.times("/one.mp3") == asked


@fault()
def item_without_enclosure(host: Host) -> Nights:
    host.says("/note", page("A Note"))
    host.feed(
        item("nothing"), item("note", link=f"{host.url}/note"), item("one", host.recording("/1"))
    )
    for asked in (1, 0):
        night = yield
        night.stands(recordings=1, ready=2)
        assert night.times("/1") == asked


# ── the feed itself ──────────────────────────────────────────────────────────────────────────


@fault()
def feed_that_lost_items(host: Host) -> Nights:
    one, two = (item(each, host.recording(f"/{each}.mp3")) for each in ("one", "two"))
    host.feed(one, two)
    night = yield
    night.stands(ready=2)
    host.feed(two)
    night = yield
    night.stands(ready=2)
    assert (night.report.seen, night.report.new) == (1, 0)
    host.feed(one, two)
    night = yield
    night.stands(ready=2)
    assert night.times("/one.mp3") == 0


@fault(expect_at_least=1)
def empty_feed(host: Host) -> Nights:
    night = yield from comes_in(host)
    assert host.name not in night.run.below_expectation
    host.feed()
    night = yield
    night.stands(ready=1)
    assert host.name in night.run.below_expectation


@fault()
def feed_not_modified(host: Host) -> Nights:
    body = feed(item("one", host.recording("/one.mp3")))
    host.says("/feed.xml", conditional(body, "application/rss+xml"))
    night = yield
    night.stands(ready=1)
    night = yield
    night.stands(ready=1)
    assert night.report.unchanged
    assert [each.path for each in night.asked] == ["/feed.xml"]


@fault()
def etag_that_lies(host: Host) -> Nights:
    one, two = (item(each, host.recording(f"/{each}.mp3")) for each in ("one", "two"))
    host.says("/feed.xml", xml(feed(one), ETag='"same"'))
    night = yield
    night.stands(ready=1)
    host.says("/feed.xml", xml(feed(two, one), ETag='"same"'))
    night = yield
    night.stands(ready=2)
    assert night.report.new == 1


@fault()
def broken_xml(host: Host) -> Nights:
    whole = feed(item("one", host.recording("/one.mp3")), item("two", host.recording("/two.mp3")))
    host.says("/feed.xml", xml(whole[: whole.index(b"<item><title>Episode two") + 30]))
    night = yield
    night.stands(ready=1)
    host.says("/feed.xml", xml(whole))
    night = yield
    night.stands(ready=2)
    assert night.times("/one.mp3") == 0


@fault()
def xml_entities(host: Host) -> Nights:
    bomb = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    before = f'<!DOCTYPE rss [<!ENTITY b0 "ha"><!ENTITY file SYSTEM "file:///etc/passwd">{bomb}]>'
    media = host.recording("/one.mp3")
    summary = "<description>&b11;&file;</description>"
    host.says("/feed.xml", xml(feed(item("one", media, more=summary), before=before)))
    for _ in range(2):
        night = yield
        assert len(night.documents) <= 1
        assert all("root:" not in (each.summary or "") for each in night.documents)
        assert all(len(each.summary or "") < 10_000 for each in night.documents)


@fault()
def feed_is_a_page(host: Host) -> Nights:
    host.says("/feed.xml", html("<html><body><h1>Please sign in</h1></body></html>"))
    night = yield
    night.stands()
    assert night.report.error
    night = yield from comes_in(host)
    assert night.report.error is None


@fault()
def feed_with_wrong_type_and_length(host: Host) -> Nights:
    body = feed(item("one", host.recording("/one.mp3")))
    kind = {"Content-Type": "text/plain"}
    host.says("/feed.xml", Reply(body, headers=kind, announced=len(body) + 500))
    night = yield
    night.stands(ready=1)
    assert night.report.warnings
    night = yield
    night.stands(ready=1)
    assert night.report.new == 0


@fault()
def feed_too_large(host: Host) -> Nights:
    few = item("one", host.recording("/one.mp3"))
    host.says("/feed.xml", xml(feed(few, more_than_fits())))
    night = yield
    night.stands()
    assert "larger than page_max_bytes" in (night.report.error or "")
    host.feed(few)
    night = yield
    night.stands(ready=1)


def more_than_fits() -> str:
    return f"<!--{'x' * 2_100_000}-->"


@fault()
def feed_is_a_bomb(host: Host) -> Nights:
    packed = gzip.compress(gzip.compress(bytes(60_000_000)))
    once = Reply(
        gzip.decompress(packed), headers={"Content-Encoding": "gzip", "Content-Type": "text/xml"}
    )
    host.says("/feed.xml", once)
    night = yield
    night.stands()
    assert night.report.error
    yield from comes_in(host)


@fault()
def feed_moved(host: Host) -> Nights:
    one = item("one", host.recording("/one.mp3"))
    host.feed(one)
    night = yield
    night.stands(ready=1)
    host.says("/feed.xml", redirect("/elsewhere.xml", 301))
    host.says("/elsewhere.xml", xml(feed(item("two", host.recording("/two.mp3")), one)))
    night = yield
    night.stands(ready=2)
    assert night.times("/one.mp3") == 0


@fault()
def feed_redirects_in_a_circle(host: Host) -> Nights:
    host.says("/feed.xml", redirect("/feed.xml"))
    night = yield
    night.stands()
    assert night.report.error
    yield from comes_in(host)


@fault()
def feed_redirects_to_a_file(host: Host) -> Nights:
    host.says("/feed.xml", redirect("file:///etc/passwd"))
    for _ in range(2):
        night = yield
        night.stands()
        assert night.report.error
        assert "root:" not in night.report.error


@fault()
def feed_fails_and_comes_back(host: Host) -> Nights:
    good = xml(feed(item("one", host.recording("/one.mp3"))))
    host.says("/feed.xml", Reply(status=503))
    night = yield
    night.stands()
    assert "503" in (night.report.error or "")
    assert night.times("/feed.xml") == 3
    host.says("/feed.xml", in_turn(Reply(status=502), good))
    night = yield
    night.stands(ready=1)
    assert night.report.error is None


@fault()
def feed_asks_for_rest(host: Host) -> Nights:
    host.says("/feed.xml", Reply(status=429, headers={"Retry-After": "3600"}))
    night = yield
    assert "429" in (night.report.error or "")
    assert night.times("/feed.xml") == 1
    yield from comes_in(host)


@fault()
def feed_stalls(host: Host) -> Nights:
    body = feed(item("one", host.recording("/one.mp3")))
    host.says("/feed.xml", Reply(body, stall=SLOW))
    night = yield
    night.stands()
    assert "no answer in time" in (night.report.error or "")
    host.says("/feed.xml", xml(body))
    night = yield
    night.stands(ready=1)


@fault()
def feed_without_a_byte(host: Host) -> Nights:
    night = yield from comes_in(host)
    host.says("/feed.xml", xml(b""))
    night = yield
    night.stands(ready=1)
    assert night.report.error
    assert night.report.seen == 0


@fault()
def robots_forbid(host: Host) -> Nights:
    host.says("/robots.txt", Reply(b"User-agent: *\nDisallow: /\n"))
    host.feed(item("one", host.recording("/one.mp3")))
    for _ in range(2):
        night = yield
        night.stands()
        assert "robots.txt does not allow it" in (night.report.error or "")
        assert night.asked == ()


@fault()
def robots_fail(host: Host) -> Nights:
    host.says("/robots.txt", Reply(status=500))
    host.feed(item("one", host.recording("/one.mp3")))
    night = yield
    night.stands()
    assert "robots.txt cannot be fetched" in (night.report.error or "")
    assert night.asked == ()
    del host.routes["/robots.txt"]
    night = yield
    night.stands(ready=1)


@fault(url="http://lost.example/feed.xml")
def nobody_knows_its_name(host: Host) -> Nights:
    del host
    for _ in range(2):
        night = yield
        assert "its host name cannot be resolved" in (night.report.error or ""), night.report


@fault(allow_private=False, every=1e7)  # seldom: public sources need a process of their own
def private_address(host: Host) -> Nights:
    host.feed(item("one", host.recording("/one.mp3")))
    night = yield
    night.stands()
    assert "not on the public internet" in (night.report.error or "")
    assert night.asked == ()


# ── the recording ────────────────────────────────────────────────────────────────────────────


def _fails_once(status: int, **headers: str) -> Callable[[Host], Nights]:
    def story(host: Host) -> Nights:
        good = mp3(sound(status + bool(headers)))
        host.says("/one.mp3", Reply(status=status, headers=headers))
        host.feed(item("one", f"{host.url}/one.mp3"))
        night = yield
        night.stands(recordings=0, discovered=1)
        assert str(status) in night.failed
        assert night.times("/one.mp3") == 1
        assert night.document.attempts == 1
        host.says("/one.mp3", good)
        night = yield
        if headers:  # it asked for a longer rest
            night.stands(recordings=0, discovered=1)
            assert night.times("/one.mp3") == 0
            night = yield
        night.stands(ready=1)
        assert (night.times("/one.mp3"), night.document.attempts) == (1, 0)

    return story


for _status in (401, 403, 408, 425, 429, 500, 502, 503, 504):
    _add(f"answers-{_status}-then-200", _fails_once(_status), {})
_add("asks-to-come-back", _fails_once(429, **{"Retry-After": str(2 * 86_400)}), {})


def _gone(status: int) -> Callable[[Host], Nights]:
    def story(host: Host) -> Nights:
        host.says("/one.mp3", Reply(status=status))
        host.feed(item("one", f"{host.url}/one.mp3"), item("two", host.recording("/two.mp3")))
        for asked in (1, 0):
            night = yield
            night.stands(recordings=1, ready=1, dead=1)
            assert night.times("/one.mp3") == asked
        (dead,) = (each for each in night.documents if each.guid == "one")
        assert str(status) in (dead.last_error or "")

    return story


for _status in (404, 410):
    _add(f"recording-answers-{_status}", _gone(_status), {})


@fault()
def page_is_gone_later(host: Host) -> Nights:
    host.says("/one", page("It Was Here"))
    host.feed(item("one", link=f"{host.url}/one", day="-3"))  # young: it is looked at again
    night = yield
    night.stands(recordings=0, ready=1)
    host.says("/one", Reply(status=410))
    night = yield
    night.stands(recordings=0, ready=1)
    assert night.document.gone is not None
    host.feed()
    night = yield
    night.stands(recordings=0, ready=1)
    assert night.times("/one") == 0
    assert night.archive.catalogue.text(night.document.id).content


@fault()
def page_fails_once(host: Host) -> Nights:
    host.says("/one", Reply(status=503))
    host.feed(item("one", link=f"{host.url}/one"))
    night = yield
    assert all(each.revision == 0 for each in night.documents)
    host.says("/one", page("Back Again"))
    night = yield
    night.stands(recordings=0, ready=1)


@fault()
def download_is_cut(host: Host) -> Nights:
    body = sound(11)
    host.says("/one.mp3", Reply(body[:7000], announced=len(body)))
    host.feed(item("one", f"{host.url}/one.mp3"))
    night = yield
    night.stands(recordings=0, discovered=1)
    assert "the file ends after" in night.failed
    host.says("/one.mp3", mp3(body))
    night = yield
    night.stands(ready=1)
    assert night.recordings()[0].size == len(body)


@fault()
def download_is_cut_and_gone_on_with(host: Host) -> Nights:
    body = sound(12)
    host.says("/one.mp3", ranged(body, breaks_after=2000))
    host.feed(item("one", f"{host.url}/one.mp3"))
    night = yield
    night.stands(recordings=0, discovered=1)
    assert night.times("/one.mp3") == 4
    host.says("/one.mp3", ranged(body))
    night = yield
    night.stands(ready=1)
    (asked,) = (each for each in night.asked if each.path == "/one.mp3")
    assert asked.headers["range"] == "bytes=8000-"
    assert night.recordings()[0].size == len(body)


@fault()
def download_changes_in_the_middle(host: Host) -> Nights:
    first, second = sound(13), sound(14)
    host.says("/one.mp3", ranged(first, breaks_after=2000, etag='"first"'))
    host.feed(item("one", f"{host.url}/one.mp3"))
    night = yield
    night.stands(recordings=0, discovered=1)
    host.says("/one.mp3", ranged(second, etag='"second"'))
    night = yield
    night.stands(ready=1)
    stored = night.archive.files.read_bytes(night.recordings()[0].sha256)
    assert stored == second


@fault()
def wrong_type(host: Host) -> Nights:
    host.says("/one.mp3", mp3(sound(15), "text/html"))
    host.feed(item("one", f"{host.url}/one.mp3"))
    for asked in (1, 0):
        night = yield
        night.stands(ready=1)
        assert night.times("/one.mp3") == asked


@fault()
def drips(host: Host) -> Nights:
    body = sound(16)

    def drip() -> Iterator[bytes]:
        for each in body:
            time.sleep(0.5)
            yield bytes([each])

    host.says("/one.mp3", lambda _: Reply(drip(), headers={"Content-Type": "audio/mpeg"}))
    host.feed(item("one", f"{host.url}/one.mp3"))
    night = yield
    night.stands(recordings=0, discovered=1)
    assert night.failed
    host.says("/one.mp3", mp3(body))
    night = yield
    night.stands(ready=1)


@fault()
def stalls(host: Host) -> Nights:
    host.says("/one.mp3", Reply(sound(17), stall=SLOW))
    host.feed(item("one", f"{host.url}/one.mp3"))
    night = yield
    night.stands(recordings=0, discovered=1)
    assert "no answer in time" in night.failed
    host.says("/one.mp3", mp3(sound(17)))
    night = yield
    night.stands(ready=1)


def _never_audio(route: Reply) -> Callable[[Host], Nights]:
    def story(host: Host) -> Nights:
        host.says("/one.mp3", route)
        host.feed(item("one", f"{host.url}/one.mp3"), item("two", host.recording("/two.mp3")))
        for asked in (True, False):
            night = yield
            night.stands(recordings=1, ready=1, dead=1)
            assert bool(night.times("/one.mp3")) is asked
            assert bool(night.failed) is asked

    return story


def _zip() -> bytes:
    with io.BytesIO() as file:
        with zipfile.ZipFile(file, "w") as packed:
            packed.writestr("../../one.mp3", sound(1))
        return file.getvalue()


_add("empty-recording", _never_audio(mp3(b"")), {})
_add("zip-named-mp3", _never_audio(mp3(_zip())), {})
_add("page-named-mp3", _never_audio(mp3(b"<!doctype html><html><p>Sorry</p></html>" * 200)), {})
_add("noise-named-mp3", _never_audio(mp3(b"ID3\x04" + bytes(9000))), {})
_add("recording-redirects-in-a-circle", _never_audio(redirect("/one.mp3")), {})
_add("recording-redirects-to-a-file", _never_audio(redirect("file:///etc/passwd")), {})


@fault()
def silent_recording(host: Host) -> Nights:
    host.says("/one.mp3", mp3(silent_sound()))
    host.feed(item("one", f"{host.url}/one.mp3"))
    for heard in (1, 0):
        night = yield
        night.stands(ready=1)
        assert len(night.heard) == heard
        text = night.archive.catalogue.text(night.document.id)
        assert text.content.strip() == ""
        assert any("no speech" in each for each in text.warnings)


@fault()
def music_only(host: Host) -> Nights:
    host.says("/one.mp3", mp3(as_mp3(music(3.0))))
    host.feed(item("one", f"{host.url}/one.mp3"))
    for asked in (1, 0):
        night = yield
        night.stands(ready=1)
        assert night.times("/one.mp3") == asked


@fault(transcript=TranscriptPolicy.PREFER)
def transcript_comes_later(host: Host) -> Nights:
    media = host.recording("/one.mp3")
    host.feed(item("one", media))
    night = yield
    night.stands(ready=1)
    words = b"WEBVTT\n\n00:00:00.000 --> 00:00:01.400\n<v Ines>We count them in and out\n"
    host.says("/one.vtt", Reply(words, headers={"Content-Type": "text/vtt"}))
    link = f'<podcast:transcript url="{host.url}/one.vtt" type="text/vtt"/>'
    host.feed(item("one", media, more=link))
    night = yield
    night.stands(ready=1)
    text = night.archive.catalogue.text(night.document.id)
    assert (text.revision, text.origin) == (2, Origin.PUBLISHER)
    assert (night.times("/one.mp3"), night.heard) == (0, ())
    night = yield
    night.stands(ready=1)
    assert (night.times("/one.vtt"), night.document.revision) == (0, 2)


@fault(transcript=TranscriptPolicy.PREFER)
def transcript_is_never_there(host: Host) -> Nights:
    link = f'<podcast:transcript url="{host.url}/one.vtt" type="text/vtt"/>'
    host.feed(item("one", host.recording("/one.mp3"), more=link))
    night = yield
    night.stands(ready=1)
    night = yield
    night.stands(ready=1)
    assert (night.times("/one.mp3"), night.heard, night.document.revision) == (0, (), 1)


# ── a whole host, and one bad item among good ones ───────────────────────────────────────────


@fault()
def host_fails_for_all(host: Host) -> Nights:
    names = [f"e{n}" for n in range(6)]
    for each in names:
        host.says(f"/{each}.mp3", Reply(status=503))
    host.feed(*(item(each, f"{host.url}/{each}.mp3") for each in names))
    night = yield
    night.stands(recordings=0, discovered=6)
    assert sum(night.times(f"/{each}.mp3") for each in names) == 3
    assert sorted(each.attempts for each in night.documents) == [0, 0, 0, 1, 1, 1]
    assert any(host.name in each and "left alone" in each for each in night.run.warnings)
    for each in names:
        host.recording(f"/{each}.mp3")
    night = yield
    night.stands(ready=6)
    assert sum(night.times(f"/{each}.mp3") for each in names) == 6


@fault()
def one_poisoned_among_five(host: Host) -> Nights:
    names = [f"e{n}" for n in range(5)]
    media = {each: host.recording(f"/{each}.mp3") for each in names}
    host.says("/e2.mp3", mp3(sound(600)[:4200] + b"\xff\xfb" * 3))
    hostile = "\u202e\x07" + "long " * 3000
    host.feed(*(item(each, media[each], title=hostile if each == "e1" else each) for each in names))
    for asked in (5, 0):
        night = yield
        assert len(night.documents) == 5
        assert {each.stage.value for each in night.documents} <= {"ready", "dead"}
        assert len([each for each in night.documents if each.revision]) >= 4
        assert sum(night.times(f"/{each}.mp3") for each in names) == asked
        assert max(len(each.title) for each in night.documents) < 6_000


@fault()
def all_is_well(host: Host) -> Nights:
    """Not a fault: whatever the others do, here every night brings one more."""
    items: list[str] = []
    for number in (1, 2, 3, 4, 5):
        items.insert(0, item(f"e{number}", host.recording(f"/{number}.mp3")))
        host.feed(*items)
        night = yield
        night.stands(ready=number)
        assert (night.report.seen, night.report.new, night.failed) == (number, 1, "")
        assert [night.times(f"/{n}.mp3") for n in range(1, number + 1)] == [0] * (number - 1) + [1]
