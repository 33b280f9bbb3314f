from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import (
    MediaError,
    PermanentError,
    RefusedAddressError,
    StoreError,
    TransientError,
)
from corpus.settings import Settings
from ingest import fetch
from ingest.addresses import is_public
from ingest.contents import sniff
from ingest.fetch import Fetched, fetch_file
from tests.servers import Asked, Reply, Site, html, in_turn, ranged, redirect

AUDIO = b"ID3\x04" + bytes(range(256)) * 2000  # 512 kB that begin as an MP3 does


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_PAUSE", 0.001)


@pytest.fixture
def get(tmp_path: Path) -> Callable[..., Fetched]:
    def call(url: str, **values: object) -> Fetched:
        accept = values.pop("accept", "audio")
        allow_private = values.pop("allow_private", True)
        progress = values.pop("progress", None)
        return fetch_file(
            url,
            tmp_path / "file.audio",
            settings=Settings(**values),
            allow_private=allow_private,
            accept=accept,
            progress=progress,
        )

    return call


def _left_over(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


# ── what arrives ─────────────────────────────────────────────────────────────────────────────


def test_a_file_arrives_whole_and_is_named_by_its_content(get, tmp_path):
    told: list[float] = []
    with Site({"/a.mp3": Reply(AUDIO, headers={"Content-Type": "text/plain"})}) as site:
        fetched = get(site.url + "/a.mp3", progress=lambda fraction, _text: told.append(fraction))
    assert (tmp_path / "file.audio").read_bytes() == AUDIO
    assert fetched.mime_type == "audio/mpeg"
    assert fetched.size == len(AUDIO)
    assert fetched.sha256 == hashlib.sha256(AUDIO).hexdigest()
    assert ("content-type", "text/plain") in fetched.headers
    assert _left_over(tmp_path) == ["file.audio"]
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_we_give_our_name_and_redirects_are_followed(get):
    with Site({"/go": redirect("/a.mp3"), "/a.mp3": Reply(AUDIO)}) as site:
        fetched = get(site.url + "/go", user_agent="Somebody/1")
    assert fetched.url == site.url + "/go"
    assert fetched.final_url == site.url + "/a.mp3"
    assert {each.headers["user-agent"] for each in site.asked} == {"Somebody/1"}


def test_a_transcript_is_text_and_keeps_its_declared_type(get):
    captions = b"1\n00:00:00,000 --> 00:00:01,000\nHello\n"
    reply = Reply(captions, headers={"Content-Type": "application/x-subrip; charset=utf-8"})
    with Site({"/a.srt": reply, "/b.srt": Reply(AUDIO)}) as site:
        assert get(site.url + "/a.srt", accept="transcript").mime_type == "application/x-subrip"
        with pytest.raises(MediaError, match="binary"):
            get(site.url + "/b.srt", accept="transcript")


# ── breaks and going on ──────────────────────────────────────────────────────────────────────


def test_a_broken_download_goes_on_where_it_broke(get, tmp_path):
    with Site({"/a.mp3": ranged(AUDIO, breaks_after=200_000)}) as site:
        get(site.url + "/a.mp3")
    assert (tmp_path / "file.audio").read_bytes() == AUDIO
    ranges = [each.headers.get("range") for each in site.asked]
    assert ranges == [None, "bytes=200000-", "bytes=400000-"]
    assert site.asked[1].headers["if-range"] == '"one"'


def test_a_later_call_goes_on_with_what_an_earlier_one_left(get, tmp_path):
    with Site({"/a.mp3": ranged(AUDIO, breaks_after=100_000)}) as site:
        with pytest.raises(TransientError, match=r"ends after 0\.4 MB of 0\.5 MB"):
            get(site.url + "/a.mp3")
        assert _left_over(tmp_path) == ["file.part", "file.part.json"]
        get(site.url + "/a.mp3")
    assert site.asked[-1].headers["range"] == "bytes=500000-"
    assert (tmp_path / "file.audio").read_bytes() == AUDIO


def test_a_file_that_changed_meanwhile_starts_over(get, tmp_path):
    other = AUDIO[::-1].replace(AUDIO[-3:][::-1], b"ID3", 1)
    first = ranged(AUDIO, breaks_after=200_000)
    with Site({"/a.mp3": in_turn(first, ranged(other, etag='"two"'))}) as site:
        get(site.url + "/a.mp3")
    assert (tmp_path / "file.audio").read_bytes() == other


def test_a_server_that_ignores_ranges_starts_over(get, tmp_path):
    cut = Reply(AUDIO[:90_000], headers={"ETag": '"one"'}, announced=len(AUDIO))
    with Site({"/a.mp3": in_turn(cut, Reply(AUDIO, headers={"ETag": '"one"'}))}) as site:
        get(site.url + "/a.mp3")
    assert site.asked[1].headers["range"] == "bytes=90000-"
    assert (tmp_path / "file.audio").read_bytes() == AUDIO


def test_without_a_validator_nothing_is_gone_on_with(get):
    cut = Reply(AUDIO[:90_000], announced=len(AUDIO))
    weak = Reply(AUDIO[:90_000], announced=len(AUDIO), headers={"ETag": 'W/"one"'})
    with Site({"/a.mp3": in_turn(cut, weak, Reply(AUDIO))}) as site:
        get(site.url + "/a.mp3")
    assert [each.headers.get("range") for each in site.asked] == [None, None, None]


def test_a_part_of_another_address_or_a_damaged_sidecar_is_not_used(get, tmp_path):
    (tmp_path / "file.part").write_bytes(b"x" * 1000)
    with Site({"/a.mp3": ranged(AUDIO)}) as site:
        for sidecar in ("{", '{"url": "http://elsewhere/", "validator": "1"}', '{"odd": 1}', "[]"):
            (tmp_path / "file.part").write_bytes(b"x" * 1000)
            (tmp_path / "file.part.json").write_text(sidecar)
            get(site.url + "/a.mp3")
            assert (tmp_path / "file.audio").read_bytes() == AUDIO
    assert all("range" not in each.headers for each in site.asked)


def test_a_range_that_cannot_be_satisfied_starts_over(get, tmp_path):
    def answer(asked: Asked) -> Reply:
        return Reply(status=416) if "range" in asked.headers else Reply(AUDIO)

    cut = Reply(AUDIO[:90_000], headers={"ETag": '"one"'}, announced=len(AUDIO))
    with Site({"/a.mp3": in_turn(cut, answer)}) as site:
        get(site.url + "/a.mp3")
    assert (tmp_path / "file.audio").read_bytes() == AUDIO


# ── what is refused ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (b"<!DOCTYPE html><html><body>Not found, sorry</body></html>", "text/html"),
        (b'{"error": "gone"}', "application/json"),
        (b"", "empty"),
        (b"#EXTM3U\n#EXTINF:10,\nseg1.ts\n", "mpegurl"),
        (b"just some words", "not audio"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "image/png"),
    ],
)
def test_what_is_not_audio_is_refused_and_named_whatever_the_server_calls_it(
    get, tmp_path, body, named
):
    with (
        Site({"/a.mp3": Reply(body, headers={"Content-Type": "audio/mpeg"})}) as site,
        pytest.raises(MediaError, match=named),
    ):
        get(site.url + "/a.mp3")
    assert _left_over(tmp_path) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (404, PermanentError), (410, PermanentError), (400, PermanentError),
        (403, TransientError), (429, TransientError), (500, TransientError), (503, TransientError),
    ],
)  # fmt: skip
def test_the_status_decides_whether_to_try_again(get, status, error):
    with (
        Site({"/a.mp3": html("<p>no</p>") if status == 200 else Reply(status=status)}) as site,
        pytest.raises(error, match=str(status)),
    ):
        get(site.url + "/a.mp3")


def test_403_and_then_200_succeeds_on_the_second_call(get):
    with Site({"/a.mp3": in_turn(Reply(status=403), Reply(AUDIO))}) as site:
        with pytest.raises(TransientError):
            get(site.url + "/a.mp3")
        assert get(site.url + "/a.mp3").size == len(AUDIO)


def test_a_redirect_in_a_circle_is_permanent(get):
    routes = {"/a": redirect("/b"), "/b": redirect("/a")}
    with Site(routes) as site, pytest.raises(PermanentError, match="circle"):
        get(site.url + "/a")


def test_a_private_address_is_refused_unless_allowed(get):
    with Site({"/a.mp3": Reply(AUDIO)}) as site:
        for host in ("127.0.0.1", "localhost", "2130706433", "0x7f.1"):
            url = f"http://{host}:{site.url.rpartition(':')[2]}/a.mp3"
            with pytest.raises(RefusedAddressError, match="not on the public internet"):
                get(url, allow_private=False)
    assert site.asked == []


def test_other_schemes_are_refused_also_behind_a_redirect(get):
    with Site({"/a": redirect("file:///etc/passwd")}) as site:
        for url in ("file:///etc/passwd", "ftp://example.org/a.mp3", site.url + "/a"):
            with pytest.raises(RefusedAddressError):
                get(url)


def test_a_name_nobody_knows_may_come_back(get):
    with pytest.raises(TransientError, match="resolve"):
        get("http://no-such-host.invalid/a.mp3")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:4700::1111", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.1", False), ("172.16.0.1", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False), ("::1", False),
        ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False), ("224.0.0.1", False),
    ],
)  # fmt: skip
def test_public_addresses_are_told_from_private_ones(address, public):
    assert is_public(address) is public


# ── bounds ───────────────────────────────────────────────────────────────────────────────────


def _endless() -> Iterator[bytes]:
    yield b"ID3\x04"
    while True:
        yield bytes(65536)


def test_a_file_over_the_limit_is_refused_by_announcement_and_by_count(get, tmp_path):
    with Site({"/a": Reply(AUDIO), "/b": Reply(_endless())}) as site:
        for path in ("/a", "/b"):
            with pytest.raises(PermanentError, match="media_max_bytes"):
                get(site.url + path, media_max_bytes=300_000)
            assert _left_over(tmp_path) == []


def test_a_silent_server_and_a_slow_one_are_given_up(get):
    with Site({"/a": Reply(AUDIO, stall=1.0), "/b": Reply(_endless())}) as site:
        with pytest.raises(TransientError, match="no answer in time"):
            get(site.url + "/a", request_timeout=0.2)
        with pytest.raises(TransientError, match="media_fetch_seconds"):
            get(site.url + "/b", media_fetch_seconds=0.2)


def test_memory_does_not_grow_with_the_size_of_the_file(get):
    def forty_megabytes() -> Iterator[bytes]:
        yield AUDIO[:65536]
        for _ in range(640):
            yield bytes(65536)

    with Site({"/a": Reply(forty_megabytes())}) as site:
        tracemalloc.start()
        fetched = get(site.url + "/a")
        _now, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert fetched.size > 40_000_000
    assert peak < 4_000_000


def test_a_disk_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "taken").write_text("a file where a folder should be")
    with Site({"/a": Reply(AUDIO)}) as site, pytest.raises(StoreError):
        fetch_file(
            site.url + "/a",
            tmp_path / "taken" / "a.mp3",
            settings=Settings(),
            allow_private=True,
            accept="audio",
        )


def test_kinds_of_audio_are_told_by_their_first_bytes():
    known = {
        b"ID3\x03": "audio/mpeg", b"\xff\xfb\x90\x64": "audio/mpeg", b"OggS\x00": "audio/ogg",
        b"fLaC\x00": "audio/flac", b"RIFF\x24\x00\x00\x00WAVE": "audio/wav",
        b"\x00\x00\x00\x20ftypM4A ": "audio/mp4", b"\x00\x00\x00\x20ftypisom": "video/mp4",
        b"\x1aE\xdf\xa3": "audio/webm", b"\xff\xf1\x50": "audio/aac",
        b"\xff\xfeW\x00E\x00B\x00": None, b"plain": None, b"": None,
    }  # fmt: skip
    assert {head: sniff(head) for head in known} == known


@pytest.mark.parametrize("name", ["interview", "sample"])
def test_real_recordings_are_audio(name):
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
    if not folder.exists():
        pytest.skip("the shared recordings are not here")
    files = [
        each
        for each in folder.rglob("*")
        if each.suffix in (".mp3", ".wav", ".ogg", ".opus", ".m4a", ".flac") and name in str(each)
    ]
    assert files
    for each in files:
        with each.open("rb") as file:
            assert (sniff(file.read(4096)) or "").startswith("audio/"), each
