"""What a file is, told by its first bytes rather than by what a server calls it. Pure."""

from __future__ import annotations

import re

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
        (rb"PK\x03\x04", "application/zip"),
        (rb"\x1f\x8b", "application/gzip"),
    )
)


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
