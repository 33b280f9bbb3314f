"""Files called audio that are something else, or more than they seem; see `tests/hostile.py`."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from corpus.errors import MediaError
from tests import sounds
from tests.hostile import Attack

SECRET = "root:x:0"
_MOST_SECONDS = 60.0


def _wav() -> bytes:
    return _riff(b"\x00\x01" * 16_000)


def _riff(
    data: bytes, *, rate: int = 16_000, channels: int = 1, claimed: int | None = None
) -> bytes:
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2 & 0xFFFFFFFF, 2, 16)
    size = len(data) if claimed is None else claimed
    head = b"RIFF" + struct.pack("<I", min(36 + size, 0xFFFFFFFF)) + b"WAVEfmt \x10\x00\x00\x00"
    return head + form + b"data" + struct.pack("<I", size) + data


def _tar(inner: bytes) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        entry = tarfile.TarInfo("../../../tmp/escaped.wav")
        entry.size = len(inner)
        archive.addfile(entry, io.BytesIO(inner))
    return made.getvalue()


def _zip(inner: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../tmp/escaped.wav", inner)
    return made.getvalue()


def _box(kind: bytes, inner: bytes) -> bytes:
    return struct.pack(">I", 8 + len(inner)) + kind + inner


def _film_of_a_file() -> bytes:
    """Return an MP4 whose samples lie in another file (an alias and a URL in its `dref`)."""
    entry = _box(b"url ", b"\x00\x00\x00\x00file:///etc/passwd\x00")
    dref = _box(b"dref", b"\x00\x00\x00\x00\x00\x00\x00\x01" + entry)
    minf = _box(b"minf", _box(b"dinf", dref))
    hdlr = _box(b"hdlr", bytes(8) + b"soun" + bytes(13))
    mdia = _box(b"mdia", hdlr + minf)
    trak = _box(b"trak", mdia)
    return _box(b"ftyp", b"M4A \x00\x00\x00\x00") + _box(b"moov", trak)


def _nested_boxes() -> bytes:
    inner = b""
    for _ in range(5000):
        inner = _box(b"moov", inner)
    return _box(b"ftyp", b"M4A \x00\x00\x00\x00") + inner


def _deep_matroska() -> bytes:
    return b"\x1aE\xdf\xa3\x84B\x82\x81w" + b"\x18S\x80g\x01\xff\xff\xff\xff\xff\xff\xff" * 5000


# What stands for "{url}" is an address of this machine that must never be asked.
_FILES: dict[str, Callable[[str, int], bytes]] = {
    "a list of addresses": lambda url, n: f"#EXTM3U\n#EXTINF:1,\n{url}/a.ts\n".encode(),
    "a list of files": lambda url, n: b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "a list with a key": lambda url, n: (
        f'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="{url}/key"\n#EXTINF:1,\n{url}/a\n'.encode()
    ),
    "a list after a picture": lambda url, n: b"GIF89a" + f"\n#EXTM3U\n{url}/a.ts\n".encode(),
    "a list in an ID3 tag": lambda url, n: (
        b"ID3\x03\x00\x00\x00\x00\x00\x40" + f"#EXTM3U\n{url}/a\n".encode() + bytes(64)
    ),
    "a concatenation of files": lambda url, n: b"ffconcat version 1.0\nfile /etc/passwd\n",
    "a concatenation of addresses": lambda url, n: (
        f"ffconcat version 1.0\nfile '{url}/a.mp3'\n".encode()
    ),
    "concat:": lambda url, n: f"concat:/etc/passwd|{url}/a".encode(),
    "a session description": lambda url, n: (
        b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n"
    ),
    "a manifest": lambda url, n: (
        f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><AdaptationSet>'
        f"<Representation><BaseURL>{url}/a.mp4</BaseURL></Representation></AdaptationSet></Period>"
        f"</MPD>".encode()
    ),
    "a pls list": lambda url, n: f"[playlist]\nFile1={url}/a.mp3\nNumberOfEntries=1\n".encode(),
    "a smil list": lambda url, n: f'<smil><body><audio src="{url}/a"/></body></smil>'.encode(),
    "an asx list": lambda url, n: f'<asx><entry><ref href="{url}/a"/></entry></asx>'.encode(),
    "a redirecting reference": lambda url, n: f"[Reference]\nRef1={url}/a\n".encode(),
    "a picture script": lambda url, n: f"push graphic-context\nimage over 0,0 '{url}'\n".encode(),
    "subtitles": lambda url, n: b"1\n00:00:01,000 --> 00:00:02,000\nfile:///etc/passwd\n",
    "a film of another file": lambda url, n: _film_of_a_file(),
    "boxes in boxes": lambda url, n: _nested_boxes(),
    "deep elements": lambda url, n: _deep_matroska(),
    "a box of 2^63 bytes": lambda url, n: (
        _box(b"ftyp", b"M4A \x00\x00\x00\x00") + b"\x00\x00\x00\x01moov\x7f" + b"\xff" * 7
    ),
    "a zip": lambda url, n: _zip(_wav()),
    "a zip bomb": lambda url, n: _zip(bytes(10 * n)),
    "a tar": lambda url, n: _tar(_wav()),
    "a gzip": lambda url, n: gzip.compress(_wav()),
    "a bzip2": lambda url, n: bz2.compress(_wav()),
    "an xz": lambda url, n: lzma.compress(_wav()),
    "a 7z": lambda url, n: b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(500),
    "a rar": lambda url, n: b"Rar!\x1a\x07\x01\x00" + bytes(500),
    "a program": lambda url, n: b"\x7fELF\x02\x01\x01" + bytes(500),
    "a page after a tag": lambda url, n: (
        b"ID3\x03\x00\x00\x00\x00\x00\x00<html><script>x()</script>" + bytes(500)
    ),
    "a zip after a tag": lambda url, n: b"ID3\x03\x00\x00\x00\x00\x00\x00" + _zip(b"x" * 500),
    "a tag of 256 MB": lambda url, n: b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f" + bytes(5000),
    "nothing": lambda url, n: b"",
    "zeros": lambda url, n: bytes(n),
    "sync words": lambda url, n: b"\xff\xfb\x90\x64" * (n // 4),
    "pages of nothing": lambda url, n: (
        (b"OggS\x00\x02" + bytes(20) + b"\xff" + b"\xff" * 255) * 300
    ),
    "a flac of huge blocks": lambda url, n: b"fLaC\x00\xff\xff\xff" + bytes(n // 10),
}
_SOUNDS: dict[str, Callable[[int], bytes]] = {
    "frames of nothing": lambda n: (b"\xff\xfb\x90\x64" + bytes(413)) * (n // 417),
    "a rate of 4 GHz": lambda n: _riff(bytes(n), rate=0xFFFFFFFF),
    "a rate of nothing": lambda n: _riff(bytes(n), rate=0),
    "65,535 channels": lambda n: _riff(bytes(n), channels=0xFFFF),
    "no channels": lambda n: _riff(bytes(n), channels=0),
    "more announced than sent": lambda n: _riff(bytes(32_000), claimed=0xFFFFFFF0),
    "hours in little": lambda n: _riff(bytes(2 * 100 * 90), rate=100),
    "a page behind sound": lambda n: _wav() + b"<html><script>alert(1)</script>",
    "a zip behind sound": lambda n: _wav() + _zip(b"x" * 500),
}


def file_attacks() -> Iterator[Attack]:
    """Yield the attacks on the decoder; sound that is sound may be decoded, within bounds."""
    for name, build in _FILES.items():
        yield Attack(f"media: {name}", _refused(build))
    for name, sound in _SOUNDS.items():
        yield Attack(f"media: {name}", _bounded(sound))
    yield Attack("media: hours of silence", _hours)


def _refused(build: Callable[[str, int], bytes]) -> Callable[[int, Path], str]:
    def run(size: int, folder: Path) -> str:
        from tests.servers import Reply, Site

        with Site({"/a.ts": Reply(_wav()), "/a": Reply(_wav())}) as site:
            source = folder / "file.mp3"
            source.write_bytes(build(site.url, size))
            problem = _decode(source, folder / "out")
            if site.asked:
                return "the decoder asked an address"
        return "it was taken for a recording" if problem is None else ""

    return run


def _bounded(build: Callable[[int], bytes]) -> Callable[[int, Path], str]:
    def run(size: int, folder: Path) -> str:
        source = folder / "file.mp3"
        source.write_bytes(build(size))
        _decode(source, folder / "out")
        wav = folder / "out" / "recording.wav"
        grown = wav.stat().st_size if wav.exists() else 0
        return f"{grown} bytes came of it" if grown > (_MOST_SECONDS + 5) * 32_000 else ""

    return run


def _hours(size: int, folder: Path) -> str:
    """Silence packs to almost nothing: the limit on seconds holds, not that on bytes."""
    silence = sounds.silence(_MOST_SECONDS * 3, 16_000)
    source = sounds.encode(folder / "long.flac", silence, codec="flac", container="flac")
    return "" if _decode(source, folder / "out") else "it was decoded past the limit"


def _decode(source: Path, folder: Path) -> MediaError | None:
    from ingest.audio import decode_audio

    try:
        decode_audio(source, folder, max_seconds=_MOST_SECONDS)
    except MediaError as error:
        return error
    return None
