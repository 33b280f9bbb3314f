"""What a page says of itself in markup: title, series, dates, people, recording.

Pure functions over an lxml tree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from corpus.types import Credit, TranscriptLink
from ingest.page.bylines import clean_text, names_in, part_in_description
from ingest.page.markup import (
    Json,
    Meta,
    base_url,
    json_ld,
    listed,
    main_thing,
    name_of,
    plain_text,
    read_meta,
    series_name,
    text_of,
    types_of,
    web_url,
)
from ingest.page.recordings import find_audio, find_transcripts

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


def read_page_data(tree: HtmlElement, url: str) -> PageData:
    """Return what the markup of `tree`, fetched from `url`, claims about the page."""
    meta = read_meta(tree)
    base = base_url(tree, url)
    things = json_ld(tree)
    main = main_thing(things)
    site = _site(meta.first("og:site_name", "application-name"), name_of(main.get("publisher")))
    series = next((name for key in _SERIES if (name := series_name(main.get(key)))), None)
    shows = tuple(name for name in (series, site) if name)
    linked = tuple(_json_credits(main, shows))
    return PageData(
        types=types_of(main),
        headline=text_of(main.get("headline")) or text_of(main.get("name")),
        series=series,
        site=site,
        description=plain_text(text_of(main.get("description")))
        or plain_text(meta.first("og:description", "description", "twitter:description")),
        article_body=_body(main.get("articleBody")),
        language=_language(tree, meta, main),
        canonical_url=_canonical(tree, meta, base),
        og_title=meta.first("dc:title", "dcterm:title", "dc.title", "citation_title", "og:title",
                            "parsely-title", "twitter:title"),
        og_type=meta.first("og:type"),
        dates=tuple(_dates(tree, meta, main)),
        byline=_byline(tree, meta, linked),
        credits=linked,
        audio=tuple(find_audio(tree, meta, things, base)),
        transcripts=tuple(find_transcripts(tree, main, base)),
    )  # fmt: skip


def _site(tagged: str | None, publisher: str | None) -> str | None:
    """The name of the site; a publisher's plain name before the same name with a motto."""
    if tagged and publisher and tagged.startswith(publisher):
        return publisher
    return tagged or publisher


def _body(value: Json) -> str | None:
    return value if isinstance(value, str) and len(value) > 200 else None


def _json_credits(main: dict[str, Json], shows: tuple[str, ...]) -> Iterator[Credit]:
    for key, part in _PEOPLE:
        for entry in listed(main.get(key)):
            yield from _json_people(entry, key, part, shows)


def _json_people(
    entry: Json, key: str, part: str | None, shows: tuple[str, ...]
) -> Iterator[Credit]:
    described = None
    if isinstance(entry, dict):
        if {"organization", "newsmediaorganization", "corporation"} & set(types_of(entry)):
            return
        words = plain_text(text_of(entry.get("jobTitle"))) or plain_text(
            text_of(entry.get("description"))
        )
        described = words if words and len(words) <= 400 else None
        entry = text_of(entry.get("name"))
    if isinstance(entry, str) and len(entry) <= 300:
        for name in names_in(entry):
            told = part_in_description(described, shows) if described else None
            yield Credit(
                name=name,
                part=told if told in _VOICES else part or told,
                description=described,
                evidence=f"JSON-LD {key}: {name}",
            )


def _canonical(tree: HtmlElement, meta: Meta, base: str) -> str | None:
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split():
            return web_url(link.get("href"), base)
    return web_url(meta.first("og:url"), base)


def _language(tree: HtmlElement, meta: Meta, main: dict[str, Json]) -> str | None:
    root = tree.getroottree().getroot()
    claims = (
        root.get("lang"), root.get("{http://www.w3.org/XML/1998/namespace}lang"),
        root.get("xml:lang"), text_of(main.get("inLanguage")), meta.first("og:locale", "language"),
    )  # fmt: skip
    for claim in claims:
        if claim and re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*", claim.strip()):
            return claim.strip().replace("_", "-")
    return None


def _dates(tree: HtmlElement, meta: Meta, main: dict[str, Json]) -> Iterator[str]:
    """Yield date strings as written, the most trustworthy first."""
    for key in ("datePublished", "uploadDate", "dateCreated"):
        if value := text_of(main.get(key)):
            yield value
    yield from meta.all(
        "article:published_time", "og:published_time", "datepublished", "og:article:published_time",
        "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date",
        "publication_date", "citation_publication_date", "dc.date.issued", "dc.date",
        "dcterms.created", "dcterms.date", "date", "article.published",
        "cxenseparse:recs:publishtime",
    )  # fmt: skip
    for tag in tree.xpath("//*[contains(@itemprop, 'datePublished')]"):
        yield tag.get("datetime") or tag.get("content") or clean_text(tag.text_content())
    for tag in tree.xpath(
        "//time[@datetime][not(ancestor::aside|ancestor::footer|ancestor::nav)]"
        "[not(contains(@class,'updated')) or contains(@class,'published')]"
        "[not(contains(@class,'modified'))]"
        "[not(ancestor::*[contains(@class,'comment') or contains(@class,'related')])]"
    ):
        yield tag.get("datetime")


def _byline(tree: HtmlElement, meta: Meta, linked: tuple[Credit, ...]) -> tuple[str, ...]:
    """Return the authors' names from the first place that names persons."""
    authors = tuple(dict.fromkeys(
        credit.name for credit in linked if credit.evidence and "author:" in credit.evidence
    ))  # fmt: skip
    if authors:
        return authors
    tags = meta.all("author", "article:author", "parsely-author", "sailthru.author",
                    "citation_author",
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
