"""What a page says of itself in markup: JSON-LD, meta tags, microdata, links and players.

Pure functions over an lxml tree. Nothing is trusted to have the type it should have: a value
that is not what it ought to be reads as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from corpus.types import Credit, TranscriptLink
from ingest.bylines import clean_text, names_in, part_in_description

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_BLOCK = 2_000_000  # characters of one JSON-LD block; longer is not a description of a page
MAX_DEPTH = 12

EPISODE_TYPES = frozenset(
    {"podcastepisode", "radioepisode", "episode", "audioobject", "podcast", "radiobroadcast"}
)
ARTICLE_TYPES = frozenset(
    {
        "article", "newsarticle", "blogposting", "reportagenewsarticle", "analysisnewsarticle",
        "opinionnewsarticle", "backgroundnewsarticle", "reviewnewsarticle", "report",
        "liveblogposting", "interview", "scholarlyarticle", "techarticle", "advertisercontentarticle",
    }
)  # fmt: skip
_AUDIO_TYPES = {
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "m4b": "audio/mp4", "aac": "audio/aac",
    "ogg": "audio/ogg", "oga": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav",
    "flac": "audio/flac", "mp2": "audio/mpeg", "weba": "audio/webm",
}  # fmt: skip
_TRANSCRIPT_TYPES = {"vtt": "text/vtt", "srt": "application/x-subrip"}
# JSON-LD property → part in the programme; None: named, but the property does not say as what.
_PEOPLE: tuple[tuple[str, str | None], ...] = (
    ("host", "host"), ("presenter", "host"), ("interviewer", "host"), ("guest", "guest"),
    ("interviewee", "guest"), ("author", "author"), ("creator", "author"), ("producer", "producer"),
    ("editor", "editor"), ("translator", "translator"), ("actor", None), ("actors", None),
    ("contributor", None), ("performer", None), ("participant", None),
)  # fmt: skip
_VOICES = frozenset({"host", "guest", "producer"})  # told by a job title against the property
_SERIES = ("partOfSeries", "partOfSeason", "isPartOf", "partOfTVSeries", "episodeOf")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageData:
    """The claims of a page's markup. Dates are strings as written, best evidence first."""

    types: tuple[str, ...] = ()  # lower-case JSON-LD types of the page's main thing
    headline: str | None = None
    series: str | None = None
    site: str | None = None
    description: str | None = None
    article_body: str | None = None
    language: str | None = None
    canonical_url: str | None = None
    og_title: str | None = None
    og_type: str | None = None
    dates: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()
    credits: tuple[Credit, ...] = ()
    audio: tuple[tuple[str, str | None], ...] = ()  # URL, MIME type
    transcripts: tuple[TranscriptLink, ...] = ()


@dataclass(slots=True)
class _Meta:
    """Meta tags: lower-case name or property → contents in order."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self.values.get(name, ())]

    def first(self, *names: str) -> str | None:
        return next(iter(self.all(*names)), None)


def read_page_data(tree: HtmlElement, url: str) -> PageData:
    """Return what the markup of `tree`, fetched from `url`, claims about the page."""
    meta = _read_meta(tree)
    base = _base_url(tree, url)
    things = json_ld(tree)
    main = _main_thing(things)
    site = _site(meta.first("og:site_name", "application-name"), _name_of(main.get("publisher")))
    series = next((name for key in _SERIES if (name := _series_name(main.get(key)))), None)
    shows = tuple(name for name in (series, site) if name)
    linked = tuple(_json_credits(main, shows))
    return PageData(
        types=_types(main),
        headline=_text(main.get("headline")) or _text(main.get("name")),
        series=series,
        site=site,
        description=_plain(_text(main.get("description")))
        or _plain(meta.first("og:description", "description", "twitter:description")),
        article_body=_body(main.get("articleBody")),
        language=_language(tree, meta, main),
        canonical_url=_canonical(tree, meta, base),
        og_title=meta.first("dc:title", "dcterm:title", "dc.title", "citation_title", "og:title",
                            "parsely-title", "twitter:title"),
        og_type=meta.first("og:type"),
        dates=tuple(_dates(tree, meta, main)),
        byline=_byline(tree, meta, linked),
        credits=linked,
        audio=tuple(_audio(tree, meta, things, base)),
        transcripts=tuple(_transcripts(tree, main, base)),
    )  # fmt: skip


def _site(tagged: str | None, publisher: str | None) -> str | None:
    """The name of the site; a publisher's plain name before the same name with a motto."""
    if tagged and publisher and tagged.startswith(publisher):
        return publisher
    return tagged or publisher


# ── JSON-LD ──────────────────────────────────────────────────────────────────────────────────


def json_ld(tree: HtmlElement) -> list[dict[str, Json]]:
    """Return every object of every JSON-LD block of the page, broken blocks repaired or left out."""
    things: list[dict[str, Json]] = []
    for script in tree.iter("script"):
        kind = (script.get("type") or "").lower()
        if "ld+json" in kind and script.text and len(script.text) <= MAX_BLOCK:
            things.extend(_objects(_load(script.text), 0))
    return things


def _load(text: str) -> Json:
    """Parse JSON as publishers write it: comments around it, raw line ends, trailing commas."""
    bare = re.sub(
        r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)?[\s;]*$", "", text
    )
    for candidate in (bare, re.sub(r",(\s*[}\]])", r"\1", bare)):
        try:
            loaded: Json = json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
        return loaded
    return None


def _objects(value: Json, depth: int) -> Iterator[dict[str, Json]]:
    """Yield the top-level objects: of lists, of `@graph`, and of a WebPage's main entity."""
    if depth > MAX_DEPTH:
        return
    if isinstance(value, list):
        for part in value:
            yield from _objects(part, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            if isinstance(value.get(key), (list, dict)):
                yield from _objects(value[key], depth + 1)


def _types(thing: dict[str, Json]) -> tuple[str, ...]:
    return tuple(
        name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
        for name in _listed(thing.get("@type"))
        if isinstance(name, str)
    )


def _main_thing(things: list[dict[str, Json]]) -> dict[str, Json]:
    """Return the object that describes the page: an episode before an article before a WebPage."""
    wanted = (
        EPISODE_TYPES - {"audioobject", "podcast"},
        ARTICLE_TYPES,
        {"audioobject"},
        {"webpage"},
    )
    for kinds in wanted:
        for thing in things:
            if kinds & set(_types(thing)):
                return thing
    return {}


def _listed(value: Json) -> list[Json]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _text(value: Json) -> str | None:
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict):
        first = first.get("@value")
    return clean_text(first) or None if isinstance(first, str) else None


def _plain(text: str | None) -> str | None:
    """Drop tags and entities some publishers leave in descriptions."""
    if text and re.search(r"<[a-z/]|&[a-z#]", text, re.IGNORECASE):
        import html

        text = clean_text(html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", text)))
    return text or None


def _body(value: Json) -> str | None:
    return value if isinstance(value, str) and len(value) > 200 else None


def _name_of(value: Json) -> str | None:
    for part in _listed(value):
        name = _text(part.get("name")) if isinstance(part, dict) else _text(part)
        if name and not name.startswith(("http:", "https:", "#")):
            return name
    return None


def _series_name(value: Json) -> str | None:
    for part in _listed(value):
        if isinstance(part, dict) and (name := _text(part.get("name"))):
            kinds = " ".join(_types(part))
            if not kinds or re.search(r"series|season|podcast|program|broadcast", kinds):
                return name
    return None


def _json_credits(main: dict[str, Json], shows: tuple[str, ...]) -> Iterator[Credit]:
    for key, part in _PEOPLE:
        for entry in _listed(main.get(key)):
            yield from _json_people(entry, key, part, shows)


def _json_people(
    entry: Json, key: str, part: str | None, shows: tuple[str, ...]
) -> Iterator[Credit]:
    described = None
    if isinstance(entry, dict):
        if {"organization", "newsmediaorganization", "corporation"} & set(_types(entry)):
            return
        words = _plain(_text(entry.get("jobTitle"))) or _plain(_text(entry.get("description")))
        described = words if words and len(words) <= 400 else None
        entry = _text(entry.get("name"))
    if isinstance(entry, str) and len(entry) <= 300:
        for name in names_in(entry):
            told = part_in_description(described, shows) if described else None
            yield Credit(
                name=name,
                part=told if told in _VOICES else part or told,
                description=described,
                evidence=f"JSON-LD {key}: {name}",
            )


# ── meta tags and attributes ─────────────────────────────────────────────────────────────────


def _read_meta(tree: HtmlElement) -> _Meta:
    meta = _Meta()
    for tag in tree.iter("meta"):
        content = clean_text(tag.get("content") or "")
        names = f"{tag.get('property') or ''} {tag.get('name') or ''} {tag.get('itemprop') or ''}"
        for name in dict.fromkeys(names.lower().split()):
            if content:
                meta.values.setdefault(name, []).append(content)
    return meta


def _base_url(tree: HtmlElement, url: str) -> str:
    base = next((tag.get("href") for tag in tree.iter("base") if tag.get("href")), None)
    return web_url(base, url) or url


def web_url(address: str | None, base: str) -> str | None:
    """Return the absolute http(s) URL of `address` seen on `base`; None for any other scheme."""
    if not address or len(address) > 4000:
        return None
    try:
        joined = urljoin(
            base, re.sub(r"[\x00-\x20]+", "", address) if "\n" in address else address.strip()
        )
        parts = urlsplit(joined)
    except ValueError:
        return None
    return joined if parts.scheme in {"http", "https"} and parts.hostname else None


def _canonical(tree: HtmlElement, meta: _Meta, base: str) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return web_url(link.get("href"), base)
    return web_url(meta.first("og:url"), base)


def _language(tree: HtmlElement, meta: _Meta, main: dict[str, Json]) -> str | None:
    root = tree.getroottree().getroot()
    claims = (
        root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"), _text(main.get("inLanguage")), meta.first("og:locale", "language"),
    )  # fmt: skip
    for claim in claims:
        if claim and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", claim.strip()):
            return claim.strip().replace("_", "-")
    return None


def _dates(tree: HtmlElement, meta: _Meta, main: dict[str, Json]) -> Iterator[str]:
    """Yield date strings as written, the most trustworthy first."""
    for key in ("datePublished", "uploadDate", "dateCreated"):
        if value := _text(main.get(key)):
            yield value
    yield from meta.all(
        "article:published_time", "og:published_time", "datepublished", "og:article:published_time",
        "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date",
        "publication_date", "citation_publication_date", "dc.date.issued", "dc.date",
        "dcterms.created", "dcterms.date", "date", "article.published", "cxenseparse:recs:publishtime",
    )  # fmt: skip
    for tag in tree.xpath("//*[contains(@itemprop, 'datePublished')]"):
        yield tag.get("datetime") or tag.get("content") or clean_text(tag.text_content())
    for tag in tree.xpath("//time[@datetime][not(ancestor::aside|ancestor::footer|ancestor::nav)]"):
        yield tag.get("datetime")


def _byline(tree: HtmlElement, meta: _Meta, linked: tuple[Credit, ...]) -> tuple[str, ...]:
    """Return the authors' names from the first place that names persons."""
    authors = tuple(dict.fromkeys(
        credit.name for credit in linked if credit.evidence and "author:" in credit.evidence
    ))  # fmt: skip
    if authors:
        return authors
    tags = meta.all("author", "article:author", "parsely-author", "sailthru.author", "citation_author",
                    "byl", "dc.creator", "dc:creator", "dcterm:creator", "dcterms.creator",
                    "article:author_name", "cxenseparse:author")  # fmt: skip
    if meta.first("twitter:label1") in {"Written by", "Author"}:
        tags += meta.all("twitter:data1")
    found = [name for tag in tags if len(tag) < 300 for name in names_in(tag)]
    return tuple(dict.fromkeys(found or _author_links(tree)))


def _author_links(tree: HtmlElement) -> list[str]:
    """Return the names in rel=author, itemprop=author: the first such place on the page."""
    places = tree.xpath(
        "//*[contains(concat(' ', @rel, ' '), ' author ') or contains(@itemprop, 'author')"
        " or (self::a and contains(@href, '/author/'))]"
        "[not(ancestor::nav|ancestor::aside|ancestor::footer[not(ancestor::article)])]"
    )
    for place in places[:20]:
        inner = place.xpath(".//*[contains(@itemprop, 'name')]")
        text = clean_text((inner[0] if inner else place).text_content())
        found = names_in(text) if len(text) <= 200 else ()
        if found:
            return list(found)
    return []


# ── audio and transcripts ────────────────────────────────────────────────────────────────────


def url_path(url: str) -> str:
    """Return the path of an address, empty when it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _extension(url: str) -> str:
    last = url_path(url).rsplit("/", 1)[-1]
    return last.rsplit(".", 1)[-1].lower() if "." in last else ""


def _audio(
    tree: HtmlElement, meta: _Meta, things: list[dict[str, Json]], base: str
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
    main = _main_thing(things)
    objects = [main, *(thing for thing in things if "audioobject" in _types(thing))]
    for thing in objects:
        media = [thing] if {"audioobject"} & set(_types(thing)) else []
        for key in ("audio", "associatedMedia", "encoding", "mediaObject"):
            media += [part for part in _listed(thing.get(key)) if isinstance(part, dict)]
        for part in media:
            address = _text(part.get("contentUrl"))
            kind = _text(part.get("encodingFormat")) or _text(part.get("fileFormat"))
            kind = kind.lower() if kind and "/" in kind else None
            sounds = "audioobject" in _types(part) or (kind or "").startswith("audio/")
            if address and (sounds or _extension(address) in _AUDIO_TYPES):
                yield address, kind


def _meta_audio(meta: _Meta) -> Iterator[tuple[str | None, str | None]]:
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
            if (name == "href" or name.startswith("data-")) and len(value) < 2000:
                if _extension(value) in _AUDIO_TYPES and not re.search(r"[\s{<]", value.strip()):
                    found.setdefault(value.strip())
    if len({url_path(address) for address in found}) <= 2:
        yield from ((address, None) for address in found)


def _transcripts(tree: HtmlElement, main: dict[str, Json], base: str) -> Iterator[TranscriptLink]:
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


_Link: TypeAlias = "tuple[str | None, str | None, str | None]"


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
        r"transcript(?: of this (?:episode|interview|story))?(?: ?\(?(?:pdf|txt|vtt|srt|html)\)?)?[.:→»>]?",
        re.IGNORECASE,
    )
    for link in tree.xpath("//a[@href][not(ancestor::nav|ancestor::footer)]"):
        address = link.get("href")
        told = named.fullmatch(clean_text(link.text_content())[:80]) is not None
        if _extension(address) in _TRANSCRIPT_TYPES or (told and not address.startswith("#")):
            yield address, None, link.get("hreflang")


def _json_transcript(main: dict[str, Json]) -> Iterator[_Link]:
    for value in _listed(main.get("transcript")):
        address = (
            _text(value.get("url") or value.get("contentUrl"))
            if isinstance(value, dict)
            else _text(value)
        )
        if address and re.fullmatch(r"https?://\S+", address):
            yield address, None, None
