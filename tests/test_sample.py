"""The sample archive is whole and true to its references, and its server behaves like a website."""

from __future__ import annotations

import http.client
import re
import signal
import subprocess
import sys
import tomllib
import urllib.error
import urllib.request
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import av
import pytest

from corpus.sample.server import MEDIA, SITE, PortTakenError, SampleServer

SAMPLE = SITE.parent
REFERENCE = SAMPLE / "reference"
EPISODES = sorted(path.stem for path in MEDIA.iterdir())
NAMESPACES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
FIRST = "/media/ep1-three-rounds-on-a-table.mp3"


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with SampleServer(port=0) as running:
        yield running


def ask(
    server: SampleServer, path: str, method: str = "GET", **headers: str
) -> tuple[int, Message, bytes]:
    """One request as it is written, with no client tidying the path or following redirects."""
    place = urlsplit(server.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=10)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=sent)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def feed_items(server: SampleServer) -> list[ET.Element]:
    body = ask(server, "/show/feed.xml")[2]
    return ET.fromstring(body).findall("./channel/item")


def duration_of(path: Path) -> float:
    with av.open(str(path)) as container:
        frames = (frame.samples / frame.sample_rate for frame in container.decode(audio=0))
        return sum(frames)


def rttm_turns(episode: str) -> list[tuple[float, float, str]]:
    lines = (REFERENCE / f"{episode}.rttm").read_text(encoding="utf-8").splitlines()
    fields = [line.split() for line in lines]
    return [(float(row[3]), float(row[3]) + float(row[4]), row[7]) for row in fields]


def stm_turns(episode: str) -> list[tuple[float, float, str, str]]:
    lines = (REFERENCE / f"{episode}.stm").read_text(encoding="utf-8").splitlines()
    fields = [line.split(" ", 5) for line in lines]
    return [(float(row[3]), float(row[4]), row[2], row[5]) for row in fields]


# --- the server -------------------------------------------------------------------------------


def test_a_page_names_the_address_of_the_server_that_sends_it(server: SampleServer) -> None:
    _, headers, body = ask(server, "/show/feed.xml")
    assert headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert f"{server.url}/media/ep2".encode() in body
    assert b"{{BASE}}" not in body


def test_a_folder_answers_with_its_listing_page(server: SampleServer) -> None:
    for path in ("/", "/show/", "/magazine/"):
        status, headers, body = ask(server, path)
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert b"SAMPLE" in body


def test_audio_is_sent_whole_with_its_own_type(server: SampleServer) -> None:
    status, headers, body = ask(server, FIRST)
    assert (status, headers["Content-Type"]) == (200, "audio/mpeg")
    assert body == (MEDIA / Path(FIRST).name).read_bytes()


def test_a_known_etag_gets_304_and_no_body(server: SampleServer) -> None:
    etag = ask(server, "/show/")[1]["ETag"]
    status, headers, body = ask(server, "/show/", If_None_Match=f'"other", {etag}')
    assert (status, body, headers["ETag"]) == (304, b"", etag)


def test_another_etag_gets_the_page_whatever_the_date_says(server: SampleServer) -> None:
    modified = ask(server, "/show/")[1]["Last-Modified"]
    request = {"If_None_Match": '"other"', "If_Modified_Since": modified}
    assert ask(server, "/show/", **request)[0] == 200


def test_an_unchanged_date_gets_304_and_a_broken_one_the_page(server: SampleServer) -> None:
    modified = ask(server, "/show/")[1]["Last-Modified"]
    assert ask(server, "/show/", If_Modified_Since=modified)[0] == 304
    assert ask(server, "/show/", If_Modified_Since="Thu, 01 Jan 1998 00:00:00 GMT")[0] == 200
    assert ask(server, "/show/", If_Modified_Since="last Tuesday")[0] == 200


def test_the_etag_follows_the_bytes_as_sent() -> None:
    with SampleServer(port=0) as one, SampleServer(port=0) as other:
        assert ask(one, "/show/feed.xml")[1]["ETag"] != ask(other, "/show/feed.xml")[1]["ETag"]
        assert ask(one, FIRST)[1]["ETag"] == ask(other, FIRST)[1]["ETag"]


@pytest.mark.parametrize(
    ("wanted", "start", "end"),
    [("bytes=0-99", 0, 100), ("bytes=700000-", 700_000, None), ("bytes=-50", -50, None)],
)
def test_a_range_gets_those_bytes(
    server: SampleServer, wanted: str, start: int, end: int | None
) -> None:
    whole = (MEDIA / Path(FIRST).name).read_bytes()
    status, headers, body = ask(server, FIRST, Range=wanted)
    assert (status, body) == (206, whole[start:end])
    first = start % len(whole)
    assert headers["Content-Range"] == f"bytes {first}-{first + len(body) - 1}/{len(whole)}"


def test_a_range_past_the_end_gets_416_with_the_size(server: SampleServer) -> None:
    size = (MEDIA / Path(FIRST).name).stat().st_size
    status, headers, _ = ask(server, FIRST, Range=f"bytes={size}-")
    assert (status, headers["Content-Range"]) == (416, f"bytes */{size}")


@pytest.mark.parametrize("wanted", ["bytes=0-1,5-6", "bytes=-", "seconds=1-2"])
def test_a_range_that_is_not_one_plain_range_gets_the_whole(
    server: SampleServer, wanted: str
) -> None:
    status, _, body = ask(server, FIRST, Range=wanted)
    assert (status, len(body)) == (200, (MEDIA / Path(FIRST).name).stat().st_size)


def test_a_resumed_download_of_another_version_gets_the_whole(server: SampleServer) -> None:
    etag = ask(server, FIRST, "HEAD")[1]["ETag"]
    assert ask(server, FIRST, Range="bytes=5-9", If_Range=etag)[0] == 206
    assert ask(server, FIRST, Range="bytes=5-9", If_Range='"older"')[0] == 200


def test_head_tells_the_size_and_sends_nothing(server: SampleServer) -> None:
    status, headers, body = ask(server, FIRST, "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == (MEDIA / Path(FIRST).name).stat().st_size


def test_an_enclosure_and_a_moved_article_redirect(server: SampleServer) -> None:
    status, headers, _ = ask(server, "/media/ep2")
    assert status == 302
    assert headers["Location"] == f"{server.url}/media/ep2-who-hands-over-the-gun.opus"
    assert ask(server, "/magazine/articles/two-calls.html")[0] == 301
    with urllib.request.urlopen(f"{server.url}/magazine/articles/two-calls.html") as response:
        assert response.url.endswith("/cold-gun-hot-gun.html")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/../server.py",
        "/media/../server.py",
        "/%2e%2e/server.py",
        "/media/%2e%2e%2fserver.py",
        "//etc/passwd",
        "/show/%00",
        "/" + "a" * 5000,
    ],
)
def test_nothing_outside_the_site_is_sent(server: SampleServer, path: str) -> None:
    status, _, body = ask(server, path)
    assert status == 404
    assert b"import" not in body


def test_robots_forbids_only_the_private_folder(server: SampleServer) -> None:
    lines = ask(server, "/robots.txt")[2].decode().splitlines()
    assert [line for line in lines if line.startswith("Disallow")] == ["Disallow: /private/"]
    assert not any("delay" in line.lower() for line in lines)
    assert f"Sitemap: {server.url}/magazine/sitemap.xml" in lines


def test_every_request_is_logged_with_its_status_and_size(server: SampleServer) -> None:
    ask(server, FIRST, Range="bytes=0-9")
    ask(server, "/nothing", "HEAD")
    logged = [(each.method, each.path, each.status, each.sent) for each in server.requests]
    assert logged == [("GET", FIRST, 206, 10), ("HEAD", "/nothing", 404, 0)]


def test_a_taken_port_is_named_with_the_remedy(server: SampleServer) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(PortTakenError, match=rf"port {port} .* is taken: .*--port"):
        SampleServer(port)


def test_the_address_is_free_again_after_the_server_closed() -> None:
    with SampleServer(port=0) as server:
        ask(server, "/show/")
        port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(ConnectionRefusedError):
        ask(server, "/show/")
    with SampleServer(port) as again:
        assert ask(again, "/show/")[0] == 200


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_its_address_and_stops_when_asked(stop: signal.Signals) -> None:
    command = [sys.executable, "-m", "corpus.sample.server", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=SAMPLE.parent.parent
    ) as running:
        assert running.stdout is not None
        address = re.search(r"http://127\.0\.0\.1:\d+", running.stdout.readline())
        assert address is not None
        with urllib.request.urlopen(f"{address.group()}/show/") as response:
            assert response.status == 200
        running.send_signal(stop)
        assert running.wait(timeout=10) == 0


def test_the_command_says_that_its_port_is_taken(server: SampleServer) -> None:
    port = server.url.rsplit(":", 1)[1]
    command = [sys.executable, "-m", "corpus.sample.server", "--port", port]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=SAMPLE.parent.parent
    )
    assert done.returncode == 1
    assert f"port {port} on 127.0.0.1 is taken" in done.stderr
    assert "Traceback" not in done.stderr


# --- the files --------------------------------------------------------------------------------


def test_the_feed_lists_four_episodes_newest_first(server: SampleServer) -> None:
    items = feed_items(server)
    assert len(items) == 4
    assert len({item.findtext("guid") for item in items}) == 4
    numbers = [item.findtext("itunes:episode", namespaces=NAMESPACES) for item in items]
    assert numbers == ["4", "3", "2", "1"]


def test_every_enclosure_is_there_with_the_length_and_type_it_claims(server: SampleServer) -> None:
    for item in feed_items(server):
        enclosure = item.find("enclosure")
        assert enclosure is not None
        with urllib.request.urlopen(str(enclosure.get("url"))) as response:
            assert response.headers["Content-Type"] == enclosure.get("type")
            assert len(response.read()) == int(str(enclosure.get("length")))


def test_the_feed_and_the_audio_agree_on_the_duration(server: SampleServer) -> None:
    claimed = [item.findtext("itunes:duration", "", NAMESPACES) for item in feed_items(server)]
    for episode, text in zip(EPISODES, reversed(claimed), strict=True):
        minutes, seconds = text.split(":")
        real = duration_of(next(MEDIA.glob(f"{episode}.*")))
        assert int(minutes) * 60 + int(seconds) == pytest.approx(real, abs=1)
        assert 120 <= real <= 360


def test_every_person_in_the_feed_is_described_on_the_episode_page(server: SampleServer) -> None:
    for item in feed_items(server):
        people = item.findall("podcast:person", NAMESPACES)
        assert [each.get("role") for each in people].count("host") == 1
        assert any(each.get("role") == "guest" for each in people)
        page = ask(server, urlsplit(str(item.findtext("link"))).path)[2].decode()
        for person in people:
            assert re.search(rf"<strong>{person.text}</strong>,? ?<span>[^<]+</span>", page)


def test_one_episode_has_a_transcript_with_the_words_of_its_reference(
    server: SampleServer,
) -> None:
    found = [
        link
        for item in feed_items(server)
        for link in item.findall("podcast:transcript", NAMESPACES)
    ]
    assert [link.get("type") for link in found] == ["text/vtt"]
    status, headers, body = ask(server, urlsplit(str(found[0].get("url"))).path)
    assert (status, headers["Content-Type"]) == (200, "text/vtt; charset=utf-8")
    cues = re.findall(r"^<v ([^>]+)>(.+)$", body.decode(), re.MULTILINE)
    spoken = " ".join(re.findall(r"[a-z']+", " ".join(text for _, text in cues).lower()))
    turns = stm_turns("ep4-the-key-and-the-log")
    assert spoken == " ".join(turn[3] for turn in turns)
    assert {name.replace(" ", "_") for name, _ in cues} == {turn[2] for turn in turns}


def test_the_sitemap_and_the_listing_lead_to_the_same_articles(server: SampleServer) -> None:
    sitemap = ET.fromstring(ask(server, "/magazine/sitemap.xml")[2])
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    mapped = {str(each.text) for each in sitemap.iter(f"{space}loc")}
    listed = set()
    for path in re.findall(r'href="(/magazine/articles/[^"]+)"', page_text(server, "/magazine/")):
        with urllib.request.urlopen(server.url + path) as response:
            listed.add(response.url)
    assert listed == mapped
    assert len(mapped) == 6


def page_text(server: SampleServer, path: str) -> str:
    return ask(server, path)[2].decode()


def test_no_page_links_to_something_that_is_missing(server: SampleServer) -> None:
    for page in SITE.rglob("*.html"):
        text = page_text(server, f"/{page.relative_to(SITE)}")
        for target in set(re.findall(r'(?:href|src)="(/[^"]*)"', text)):
            try:
                with urllib.request.urlopen(server.url + target) as response:
                    assert response.status == 200
            except urllib.error.HTTPError as problem:
                pytest.fail(f"{page.name} links to {target}: {problem}")


@pytest.mark.parametrize("path", sorted(SITE.rglob("*.*")), ids=lambda path: path.name)
def test_every_page_says_that_it_is_a_sample(path: Path) -> None:
    assert "SAMPLE" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("episode", EPISODES)
def test_reference_turns_are_ordered_and_inside_the_audio(episode: str) -> None:
    turns = rttm_turns(episode)
    ends = [0.0, *(end for _, end, _ in turns)]
    for (start, end, _), previous in zip(turns, ends, strict=False):
        assert previous < start < end
    assert ends[-1] < duration_of(next(MEDIA.glob(f"{episode}.*")))


@pytest.mark.parametrize("episode", EPISODES)
def test_both_references_tell_of_the_same_turns(episode: str) -> None:
    spoken = [(start, end, who) for start, end, who, _ in stm_turns(episode)]
    for told, heard in zip(spoken, rttm_turns(episode), strict=True):
        assert told[2] == heard[2]
        assert told[:2] == pytest.approx(heard[:2], abs=0.002)


@pytest.mark.parametrize("episode", EPISODES)
def test_the_reference_has_the_words_and_speakers_of_the_script(episode: str) -> None:
    script = tomllib.loads((SAMPLE / "scripts" / f"{episode}.toml").read_text(encoding="utf-8"))
    for turn, (_, _, who, words) in zip(script["turns"], stm_turns(episode), strict=True):
        assert who == turn["speaker"].replace(" ", "_")
        assert words.split() == re.findall(r"[a-z']+", turn["text"].lower())


def test_two_or_three_people_speak_in_every_episode() -> None:
    for episode in EPISODES:
        assert 2 <= len({who for _, _, who in rttm_turns(episode)}) <= 3


def test_one_advertisement_stands_in_the_middle_of_one_episode() -> None:
    turns = rttm_turns("ep3-two-jobs-one-person")
    spots = [index for index, turn in enumerate(turns) if turn[2].endswith("advertisement")]
    assert len(spots) == 1
    assert 0.2 < turns[spots[0]][0] / turns[-1][1] < 0.8


def test_the_files_are_small() -> None:
    audio = [path.stat().st_size for path in MEDIA.iterdir()]
    assert sum(audio) < 6_000_000
    assert max(audio) < 1_500_000
    others = [path for path in SAMPLE.rglob("*") if path.is_file() and path.parent != MEDIA]
    assert max(path.stat().st_size for path in others) < 1_000_000
