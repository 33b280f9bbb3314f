"""A publisher's transcript becomes a `Transcript`, whatever its dialect.

The dialect is recognised by the bytes: WebVTT, SubRip, podcast JSON, HTML, Markdown, and the ways
in which plain text names its speakers. Speakers are labels as printed; nobody is named here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.errors import CaptionsError
from corpus.types import Origin, Transcript
from ingest.transcript.captioned import segments_of
from ingest.transcript.cues import language_of, read_cues
from ingest.transcript.manuscripts import (
    is_html,
    is_markdown,
    read_html,
    read_markdown,
    read_paragraphs,
    read_plain,
)
from ingest.transcript.printed import read_printed

_LARGEST = 50_000_000  # bytes; the transcript of a day is under five million
_LEAST_WORDS = 40  # of a page without turns
_MOST_PARAGRAPHS = 200_000


def parse_captions(data: bytes, *, mime_type: str | None, url: str) -> Transcript:
    """Read a publisher's transcript of any dialect.

    Times inside a cue are shared out by the words' length. Where only turns or paragraphs have
    times, those of the words between are estimated and marked so; with none at all they follow
    from a usual speaking rate. An unknown dialect gives words without speakers and a warning.

    Args:
        data: the file as it was fetched.
        mime_type: what the server called it; only mentioned in errors.
        url: where it is from; only mentioned in errors.

    Raises:
        CaptionsError: it is not text, or no words are in it.
    """
    text = _decode(data, url)
    warnings: list[str] = []
    try:
        transcript = _timed(text, warnings) or _printed(text, warnings)
    except (ValueError, RecursionError) as error:
        raise CaptionsError(url, cause=str(error) or "it cannot be understood") from error
    if transcript is None:
        kind = f" ({mime_type})" if mime_type else ""
        raise CaptionsError(url, cause=f"it holds no words that can be read{kind}")
    return transcript


def parse_printed(paragraphs: Sequence[str], *, url: str) -> Transcript | None:
    """Return the transcript that the paragraphs of an episode's page are.

    Args:
        paragraphs: the text of the page's body in order, without markup.
        url: of the page; for a caller's messages only.

    Returns:
        None when they are show notes, prose, chapters or links; in doubt they are.
    """
    del url
    return read_printed(read_paragraphs(paragraphs[:_MOST_PARAGRAPHS]), strict=True)


def _decode(data: bytes, url: str) -> str:
    if len(data) > _LARGEST:
        raise CaptionsError(url, cause=f"it has {len(data) / 1e6:.0f} MB")
    text = _text_of(data)
    shown = text[:20_000]
    odd = sum(c < " " and c not in "\t\n\r\f" for c in shown) + shown.count("\ufffd")
    if odd > 0.02 * len(shown) + 8:
        raise CaptionsError(url, cause="it is not text")
    return text


def _text_of(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    start = data[:400]
    if len(start) > 8 and start.count(0) > 0.3 * len(start):  # UTF-16 without its mark
        order = "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
        return data.decode(order, errors="replace")
    for end in range(4):  # a cut-off file may end inside a character
        try:
            return data[: len(data) - end].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")


def _timed(text: str, warnings: list[str]) -> Transcript | None:
    """Return the transcript of cues that a text is, None when it has none."""
    dialect, cues = read_cues(text, warnings)
    if not cues and is_html(text) and "--&gt;" in text.replace("-->", "--&gt;"):
        shown = "\n".join(line.text for line in read_html(text))
        dialect, cues = read_cues(shown, warnings)
    if not cues:
        return None
    segments, asides = segments_of(cues, warnings)
    if not segments:
        return None
    return Transcript(
        segments=segments,
        language=language_of(text),
        origin=Origin.PUBLISHER,
        duration=max(segment.end_time for segment in segments),
        warnings=tuple(warnings),
        asides=asides,
        dialect=dialect,
    )


def _printed(text: str, warnings: list[str]) -> Transcript | None:
    """Return the transcript that a page, Markdown or plain text is."""
    bare = text.lstrip("\ufeff \t\r\n")
    is_data = bare.startswith("{") or bare.startswith(("[{", '["', "[[", "[]", "[1"))
    if warnings or is_data or bare.startswith("WEBVTT"):
        return None
    if is_html(bare):
        found = read_printed(read_html(bare))
        # A page without turns is as likely an answer that there is no transcript.
        is_page = re.match(r"<!doctype|<html", bare, re.IGNORECASE)
        if found and is_page and found.dialect == "unknown" and len(found.words) < _LEAST_WORDS:
            return None
        return found
    if is_markdown(bare):
        return read_printed(read_markdown(bare))
    return read_printed(read_plain(bare))
