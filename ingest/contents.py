"""What a file is, told by its first bytes rather than by what a server calls it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from corpus.masking import masked

_MAGIC: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL | re.IGNORECASE), mime_type)
    for pattern, mime_type in (
        (rb"ID3", "audio/mpeg"),
        (rb"OggS", "audio/ogg"),
        (rb"fLaC", "audio/flac"),
        (rb"RIFF....WAVE|RF64....WAVE", "audio/wav"),
        (rb"FORM....AIF[FC]", "audio/aiff"),
        (rb"....ftyp(?:M4A|M4B)", "audio/mp4"),
        (rb"....ftyp", "video/mp4"),
        (rb"\x1aE\xdf\xa3", "audio/webm"),
        (rb"\xff[\xf0\xf1\xf8\xf9]", "audio/aac"),
        (rb"\x00{0,1024}\xff[\xe2-\xe5\xf2-\xf5\xfa-\xfd][\x10-\xef]", "audio/mpeg"),
        (rb"caff\x00", "audio/x-caf"),
        (rb"#!AMR", "audio/amr"),
        (rb"0&\xb2u\x8ef\xcf\x11", "audio/x-ms-wma"),
        (rb"G.{187}G.{187}G", "video/mp2t"),
        (rb"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body)\b", "text/html"),
        (rb"\s*<\?xml|\s*<(?:rss|feed)\b", "application/xml"),
        (rb"\s*[{\[]\s*[\"{\[}\]]", "application/json"),
        (rb"#EXTM3U", "application/vnd.apple.mpegurl"),
        (rb"WEBVTT", "text/vtt"),
        (rb"%PDF", "application/pdf"),
        (rb"\x89PNG", "image/png"),
        (rb"\xff\xd8\xff", "image/jpeg"),
        (rb"GIF8", "image/gif"),
        (rb"PK(?:\x03\x04|\x05\x06|\x07\x08)", "application/zip"),
        (rb"\x1f\x8b", "application/gzip"),
        (rb".{257}ustar", "application/x-tar"),
        (rb"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
        (rb"Rar!\x1a\x07", "application/vnd.rar"),
        (rb"BZh[1-9]", "application/x-bzip2"),
        (rb"\xfd7zXZ\x00", "application/x-xz"),
        (rb"\x28\xb5\x2f\xfd", "application/zstd"),
        (rb"\x04\x22\x4d\x18", "application/x-lz4"),
        (rb"MSCF\x00\x00\x00\x00", "application/vnd.ms-cab-compressed"),
        (rb"!<arch>\n", "application/x-archive"),
        (
            rb"\x7fELF|MZ.{2,58}\x00\x00|\xca\xfe\xba\xbe|\xcf\xfa\xed\xfe",
            "application/x-executable",
        ),
        (rb"SQLite format 3\x00", "application/vnd.sqlite3"),
        (rb"ffconcat version", "text/x-ffconcat"),
        (rb"\[playlist\]", "application/pls+text"),
    )
)


_UNKEPT = frozenset(
    ("set-cookie", "set-cookie2", "www-authenticate", "proxy-authenticate", "authentication-info")
)
_MOST_HEADERS = 100
_LONGEST_HEADER = 2000  # characters


def kept_headers(received: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the headers of an answer that are kept with it: none that opens something.

    >>> kept_headers([("ETag", '"a"'), ("Set-Cookie", "session=1")])
    (('etag', '"a"'),)
    """
    wanted = ((name.lower(), value) for name, value in islice(received, _MOST_HEADERS))
    return tuple(
        (name, value if name == "etag" else _shown(name, value[:_LONGEST_HEADER]))
        for name, value in wanted
        if name not in _UNKEPT
    )


def _shown(name: str, value: str) -> str:
    return masked(f"{name}: {value}").removeprefix(f"{name}: ")


def sniff(head: bytes) -> str | None:
    """Return the MIME type that the first bytes of a file tell, None when they tell nothing."""
    head = head.removeprefix(b"\xef\xbb\xbf")
    return next((mime for pattern, mime in _MAGIC if pattern.match(head)), None)


def is_binary(head: bytes) -> bool:
    """Return whether the first bytes of a file are no text."""
    return b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


def not_audio(head: bytes, mime_type: str | None) -> str | None:
    """Return why this is not audio, None when it is."""
    if not head:
        return "the file is empty"
    if not (mime_type or "").startswith(("audio/", "video/")):
        return f"what it serves is {mime_type or 'of no known kind'}, not audio"
    # A kind we do not know is left to the decoder, but text is never audio.
    return None if is_binary(head) or sniff(head) else "what it serves is text, not audio"


def not_text(head: bytes) -> str | None:
    """Return why this cannot be a transcript, None when it may be one."""
    if not head:
        return "the file is empty"
    return "what it serves is binary, not a transcript" if is_binary(head) else None
