"""How pages write facts into their markup: JSON-LD objects, meta tags, addresses.

Pure functions over an lxml tree. Nothing is trusted to have the type it should have: a value
that is not what it ought to be reads as absent.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from ingest.page.bylines import clean_text

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
        "liveblogposting", "interview", "scholarlyarticle", "techarticle",
        "advertisercontentarticle",
    }
)  # fmt: skip


def json_ld(tree: HtmlElement) -> list[dict[str, Json]]:
    """Return the objects of all JSON-LD blocks; broken blocks are repaired or left out."""
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


def types_of(thing: dict[str, Json]) -> tuple[str, ...]:
    """Return the types of an object, lower case, without their vocabulary's address."""
    return tuple(
        name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower()
        for name in listed(thing.get("@type"))
        if isinstance(name, str)
    )


def main_thing(things: list[dict[str, Json]]) -> dict[str, Json]:
    """Return the object that describes the page: an episode before an article before a WebPage."""
    wanted = (
        EPISODE_TYPES - {"audioobject", "podcast"},
        ARTICLE_TYPES,
        {"audioobject"},
        {"webpage"},
    )
    for kinds in wanted:
        for thing in things:
            if kinds & set(types_of(thing)):
                return thing
    return {}


def listed(value: Json) -> list[Json]:
    """Return the values where JSON-LD allows one or a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: Json) -> str | None:
    """Return the text a value is (the first of a list), cleaned; None for anything else."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, dict):
        first = first.get("@value")
    return clean_text(first) or None if isinstance(first, str) else None


def plain_text(text: str | None) -> str | None:
    """Drop tags and entities some publishers leave in descriptions."""
    if text and re.search(r"<[a-z/]|&[a-z#]", text, re.IGNORECASE):
        text = clean_text(html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", text)))
    return text or None


def name_of(value: Json) -> str | None:
    """Return the name of an object, or the text given in its place."""
    for part in listed(value):
        name = text_of(part.get("name")) if isinstance(part, dict) else text_of(part)
        if name and not name.startswith(("http:", "https:", "#")):
            return name
    return None


def series_name(value: Json) -> str | None:
    """Return the name of a show or season; other things a page is part of do not count."""
    for part in listed(value):
        if isinstance(part, dict) and (name := text_of(part.get("name"))):
            kinds = " ".join(types_of(part))
            if not kinds or re.search(r"series|season|podcast|program|broadcast", kinds):
                return name
    return None


@dataclass(slots=True)
class Meta:
    """Meta tags: lower-case name or property → contents in order."""

    values: dict[str, list[str]] = field(default_factory=dict)

    def all(self, *names: str) -> list[str]:
        """Return the contents under these names, names in order."""
        return [value for name in names for value in self.values.get(name, ())]

    def first(self, *names: str) -> str | None:
        """Return the first content under these names."""
        return next(iter(self.all(*names)), None)


def read_meta(tree: HtmlElement) -> Meta:
    """Return the meta tags; one tag may carry several names."""
    meta = Meta()
    for tag in tree.iter("meta"):
        content = clean_text(tag.get("content") or "")
        names = f"{tag.get('property') or ''} {tag.get('name') or ''} {tag.get('itemprop') or ''}"
        for name in dict.fromkeys(names.lower().split()):
            if content:
                meta.values.setdefault(name, []).append(content)
    return meta


def base_url(tree: HtmlElement, url: str) -> str:
    """Return the address that relative addresses of the page start from."""
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


def url_path(url: str) -> str:
    """Return the path of an address, empty when it is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""
