"""Where a page keeps its recording and its transcript: players, enclosures, JSON-LD, links.

Pure functions over an lxml tree. Only http(s) addresses come out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from lxml.html import HtmlElement

from corpus.types import TranscriptLink
from ingest.page.bylines import clean_text
from ingest.page.markup import Json, Meta, listed, main_thing, text_of, types_of, url_path, web_url

_AUDIO_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "m4b": "audio/mp4", "aac": "audio/aac",
    "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",
    "flac": "audio/flac", "mp2": "audio/mpeg", "weba": "audio/webm",
}  # fmt: skip
_TRANSCRIPT_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip"}

_Link: TypeAlias = "tuple[str | None, str | None, str | None]"


def find_audio(
    tree: HtmlElement, meta: Meta, things: list[dict[str, Json]], base: str
) -> Iterator[tuple[str, str | None]]:
    """Yield (URL, MIME type) of the page's recordings, the strongest claim first, each once."""
    seen: set[str] = set()
    claims = (*_json_audio(things), *_meta_audio(meta), *_players(tree), *_audio_links(tree))
    for address, kind in claims:
        url = web_url(address, base)
        if (
            url
            and url not in seen
            and not (kind or "audio/").startswith(("video/", "image/", "text/"))
        ):
            seen.add(url)
            yield url, kind or _AUDIO_TYPES.get(_extension(url))


def _json_audio(things: list[dict[str, Json]]) -> Iterator[tuple[str | None, str | None]]:
    main = main_thing(things)
    objects = [main, *(thing for thing in things if "audioobject" in types_of(thing))]
    for thing in objects:
        media = [thing] if {"audioobject"} & set(types_of(thing)) else []
        for key in ("audio", "associatedMedia", "encoding", "mediaObject"):
            media += [part for part in listed(thing.get(key)) if isinstance(part, dict)]
        for part in media:
            address = text_of(part.get("contentUrl"))
            kind = text_of(part.get("encodingFormat")) or text_of(part.get("fileFormat"))
            kind = kind.lower() if kind and "/" in kind else None
            sounds = "audioobject" in types_of(part) or (kind or "").startswith("audio/")
            if address and (sounds or _extension(address) in _AUDIO_TYPES):
                yield address, kind


def _meta_audio(meta: Meta) -> Iterator[tuple[str | None, str | None]]:
    kind = meta.first("og:audio:type")
    for address in meta.all("og:audio:secure_url", "og:audio", "og:audio:url"):
        yield address, kind if kind and kind.startswith("audio/") else None
    stream_type = meta.first("twitter:player:stream:content_type") or ""
    for address in meta.all("twitter:player:stream"):
        if stream_type.startswith("audio/") or _extension(address) in _AUDIO_TYPES:
            yield address, stream_type or None


def _players(tree: HtmlElement) -> Iterator[tuple[str | None, str | None]]:
    for player in tree.xpath("//audio[not(ancestor::nav|ancestor::footer|ancestor::aside)]"):
        yield player.get("src") or player.get("data-src"), player.get("type")
        for source in player.iter("source"):
            yield source.get("src") or source.get("data-src"), source.get("type")
    for link in tree.iter("link"):
        if "enclosure" in (link.get("rel") or "").lower().split():
            yield link.get("href"), link.get("type")


def _audio_links(tree: HtmlElement) -> Iterator[tuple[str | None, str | None]]:
    """Yield links to audio files, when they can only be this page's (a list of many is not)."""
    found: dict[str, None] = {}
    for tag in tree.xpath("//*[@href or @*[starts-with(name(), 'data-')]]"):
        if tag.tag == "link":
            continue
        for name, value in tag.attrib.items():
            if (name == "href" or name.startswith("data-")) and _is_audio_address(value):
                found.setdefault(value.strip())
    if len({url_path(address) for address in found}) <= 2:
        yield from ((address, None) for address in found)


def find_transcripts(
    tree: HtmlElement, main: dict[str, Json], base: str
) -> Iterator[TranscriptLink]:
    """Yield the transcripts the page points at, each once; never the page itself."""
    seen: set[str] = {base.split("#", maxsplit=1)[0]}
    for address, kind, language in (
        *_tracks(tree),
        *_transcript_links(tree),
        *_json_transcript(main),
    ):
        url = web_url(address, base)
        if url and url.split("#")[0] not in seen:
            seen.add(url.split("#")[0])
            yield TranscriptLink(
                url=url, mime_type=kind or _TRANSCRIPT_TYPES.get(_extension(url)), language=language
            )


def _tracks(tree: HtmlElement) -> Iterator[_Link]:
    for track in tree.iter("track"):
        if (track.get("kind") or "subtitles").lower() in {"subtitles", "captions"}:
            yield track.get("src"), None, track.get("srclang")
    for link in tree.iter("link"):
        kind = (link.get("type") or "").lower()
        if kind in {"text/vtt", "application/srt", "application/x-subrip"}:
            yield link.get("href"), kind, link.get("hreflang")


def _transcript_links(tree: HtmlElement) -> Iterator[_Link]:
    named = re.compile(
        r"(?:(?:read|view|see|download|get|full|complete|episode|the|a|this|interview|show) )*"
        r"transcript(?: of this (?:episode|interview|story))?"
        r"(?: ?\(?(?:pdf|txt|vtt|srt|html)\)?)?[.:→»>]?",
        re.IGNORECASE,
    )
    for link in tree.xpath("//a[@href][not(ancestor::nav|ancestor::footer)]"):
        address = link.get("href")
        told = named.fullmatch(clean_text(link.text_content())[:80]) is not None
        if _extension(address) in _TRANSCRIPT_TYPES or (told and not address.startswith("#")):
            yield address, None, link.get("hreflang")


def _json_transcript(main: dict[str, Json]) -> Iterator[_Link]:
    for value in listed(main.get("transcript")):
        address = (
            text_of(value.get("url") or value.get("contentUrl"))
            if isinstance(value, dict)
            else text_of(value)
        )
        if address and re.fullmatch(r"https?://\S+", address):
            yield address, None, None


def _extension(url: str) -> str:
    last = url_path(url).rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[-1].lower() if "." in last else ""


def _is_audio_address(value: str) -> bool:
    named = len(value) < 2000 and _extension(value) in _AUDIO_TYPES
    return named and re.search(r"[\s{<]", value.strip()) is None
