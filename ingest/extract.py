"""A page as it was fetched → what it says: body, title, date, people, recording.

One function serves articles and episode pages; what the page does not
say is None or empty, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from lxml import etree, html
from lxml.html import HtmlElement

from corpus.errors import ExtractionError
from corpus.types import Credit, DocumentKind, TranscriptLink
from ingest.bounds import excess, undeclared
from ingest.page.body import Paragraph, read_body
from ingest.page.bylines import clean_text, squash
from ingest.page.credits import VisibleCredits, read_credits
from ingest.page.dates import date_of_line, is_possible, moment_of_capture, read_date
from ingest.page.markup import ARTICLE_TYPES, EPISODE_TYPES, url_path
from ingest.page.pagedata import PageData, read_page_data
from ingest.page.pagelines import PageLine, page_lines

MAX_PAGE = 12_000_000  # bytes, images written into the page not counted
MAX_TAGS = 1_000_000  # before boxes around nothing are taken away
MAX_ELEMENTS = 30_000  # of a page; more is no page for readers
FEW_WORDS = 350  # a page with a recording and less text than this is the recording's page


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractedPage:
    """What a page says. `kind` is None when nothing on the page tells."""

    kind: DocumentKind | None = None
    title: str | None = None
    show: str | None = None  # the show of an episode, the publication of an article
    byline: tuple[str, ...] = ()
    published: datetime | None = None
    language: str | None = None
    canonical_url: str | None = None
    audio_url: str | None = None
    audio_type: str | None = None
    transcripts: tuple[TranscriptLink, ...] = ()
    credits: tuple[Credit, ...] = ()
    description: str | None = None
    paragraphs: tuple[Paragraph, ...] = ()


def extract_page(
    body: bytes, *, url: str, headers: Iterable[tuple[str, str]] = ()
) -> ExtractedPage:
    """Return what the page `body`, fetched from `url`, says.

    Args:
        body: the bytes as received.
        url: where they came from; relative addresses are resolved against it.
        headers: response headers: `content-type` helps with the character set, `date` is the
            moment no publication date may lie after.

    Raises:
        ExtractionError: the bytes are no web page, or it has neither text nor audio.
    """
    fields = {name.lower(): value for name, value in headers}
    tree = _parse(_decode(body, fields.get("content-type"), url), url)
    data = read_page_data(tree, url)
    etree.strip_elements(tree, "script", "style", with_tail=False)
    lines = page_lines(tree)
    title, show = _title(tree, data), _show(tree, lines, data, url)
    visible = read_credits(lines, tuple(name for name in (show, data.site) if name))
    dated, captured = _date_lines(lines), moment_of_capture(fields.get("date"))
    elsewhere = [text for text in (title, show, *visible.lines, *dated) if text]
    paragraphs = read_body(tree, lines, url=url, elsewhere=elsewhere, told=data.article_body)
    audio_url, audio_type = next(iter(data.audio), (None, None))
    if audio_url is None and not paragraphs:
        raise ExtractionError(
            url,
            cause="there is neither text nor audio in the page as the server sent it",
            remedy="if the page shows its text only after running scripts, add its feed instead",
        )
    return ExtractedPage(
        kind=_kind(data, paragraphs),
        title=title,
        show=show,
        byline=data.byline or visible.byline,
        published=_published(tree, data.dates, (visible.byline_text or "", *dated), captured),
        language=data.language,
        canonical_url=data.canonical_url,
        audio_url=audio_url,
        audio_type=audio_type,
        transcripts=data.transcripts,
        credits=_join_credits(data, visible),
        description=data.description,
        paragraphs=paragraphs,
    )


# ── bytes → tree ─────────────────────────────────────────────────────────────────────────────

_SIGNATURES = (
    (b"%PDF", "PDF"), (b"PK\x03\x04", "ZIP"), (b"\x89PNG", "PNG"), (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"), (b"ID3", "MP3"), (b"OggS", "Ogg"), (b"\x1f\x8b", "gzip"), (b"RIFF", "RIFF"),
    (b"\x7fELF", "ELF"), (b"\xd0\xcf\x11\xe0", "Office"),
)  # fmt: skip


_BOXES = re.compile(
    rb"(?:</?(?:div|section|center|table|tbody|tr|td)(?:\s[^<>]{0,2000}+)?>\s*+)+", re.IGNORECASE
)
_MARKUP = re.compile(
    rb"</?(?:span|font|b|i|em|strong|u|small|big)(?:\s[^<>]{0,2000}+)?>", re.IGNORECASE
)
_LOOK = "look at the address in a browser: is it the page of one article or episode?"


def _decode(body: bytes, content_type: str | None, url: str) -> str:
    """Return the page's characters; valid UTF-8 wins over a declaration that is not true."""
    known = next((name for start, name in _SIGNATURES if body.lstrip()[:8].startswith(start)), None)
    wide = body[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if known or (not wide and body[:4000].count(0) > len(body[:4000]) // 100):
        raise ExtractionError(
            url,
            cause=f"the bytes are {known or 'binary'} data, not a web page",
            remedy="give the address of the page that links to this file",
        )
    from w3lib.encoding import html_to_unicode

    if not wide and b"\x1b" not in body[:4000]:  # the escapes of ISO-2022 are valid UTF-8 too
        text = body.decode("utf-8", "replace")
        if text.count("\ufffd") * 20 <= sum(char > "\x7f" for char in text):
            return text
    name, text = html_to_unicode(content_type, body, default_encoding="cp1252")
    return text if name != "utf-8" else body.decode("cp1252", "replace")


def _parse(text: str, url: str) -> HtmlElement:
    """Return the tree. No network, no entities; images written into the page are dropped."""
    text = re.sub(r"data:[\w/+.-]{1,60};base64,[A-Za-z0-9+/=\s]{200,}", "", text)
    raw = undeclared(text.replace("\x00", "").lstrip("\ufeff").encode("utf-8", "replace"))
    if len(raw) > MAX_PAGE:
        raise ExtractionError(
            url,
            cause=f"the page is {len(raw) / 1e6:.0f} MB",
            remedy=f"pages up to {MAX_PAGE / 1e6:.0f} MB are read",
        )
    if problem := excess(raw, tags=MAX_TAGS):
        raise ExtractionError(url, cause=problem, remedy=_LOOK)
    try:
        tree, whole = _tree(raw)
        if not whole:  # nested deeper than the parser goes: read it again without its boxes
            tree, whole = _tree(_BOXES.sub(b"<br><br>", _MARKUP.sub(b"", raw)))
    except (etree.LxmlError, ValueError) as error:
        raise ExtractionError(
            url, cause=f"there is no page in the answer ({error})", remedy=_LOOK
        ) from error
    size = sum(1 for _ in tree.iter())
    if size > MAX_ELEMENTS or not whole:
        cause = f"{size:,} elements, or too deep in each other ({MAX_ELEMENTS:,} are read)"
        raise ExtractionError(url, cause=cause, remedy=_LOOK)
    return tree


def _tree(raw: bytes) -> tuple[HtmlElement, bool]:
    """Return the tree and whether it holds the whole page."""
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_pis=True)
    tree = html.document_fromstring(raw, parser=parser)
    return tree, all(each.type_name != "ERR_RESOURCE_LIMIT" for each in parser.error_log)


# ── title, show, kind ────────────────────────────────────────────────────────────────────────


def _segments(title: str) -> list[str]:
    return [part for part in re.split(r"\s+[|•·»«–—-]+\s+|\s*[|]\s*", title) if part]


def _title(tree: HtmlElement, data: PageData) -> str | None:
    """The visible heading when the page's own title agrees with it, else what the markup says."""
    title = clean_text(next((tag.text_content() for tag in tree.iter("title")
                             if not list(tag.iterancestors("svg"))), ""))  # fmt: skip
    claims = [each for each in (data.headline, data.og_title, title) if each and len(each) <= 500]
    said = squash(" ".join(claims))
    headings = [
        text
        for heading in tree.xpath("//h1[not(ancestor::nav|ancestor::footer|ancestor::aside)]")
        if 0 < len(text := clean_text(heading.text_content())) <= 300
        and text not in {data.site, data.series}
    ]
    claim = _without_site(claims[0], data) if claims else ""
    shown = max((text for text in headings if squash(text) in said), key=len, default="")
    key, told = squash(shown), squash(claim)
    if key and (told.startswith(key) or 2 * len(key) >= len(told)):
        return shown
    lone = headings[0] if len(headings) == 1 else ""
    return claim or lone or None


def _without_site(title: str, data: PageData) -> str:
    """Drop the names of the site and the show from the end or the beginning of a title."""
    names = {squash(name) for name in (data.site, data.series) if name}
    parts = re.split(r"(\s+[|•·»–—-]+\s+|\s*\|\s*)", title)
    while len(parts) > 2 and squash(parts[-1]) in names:
        parts = parts[:-2]
    while len(parts) > 2 and squash(parts[0]) in names:
        parts = parts[2:]
    return "".join(parts).strip()


_HEARD_ON = re.compile(
    r"(?:as )?(?:heard on|an episode of|part of|from the podcast):? (.{2,60})", re.I
)


def _show(tree: HtmlElement, lines: Sequence[PageLine], data: PageData, url: str) -> str | None:
    """The series in the markup, the show the page links back to, or the site's name."""
    if data.series:
        return data.series
    path = url_path(data.canonical_url or url)
    title = clean_text(next((tag.text_content() for tag in tree.iter("title")), ""))
    segments = {squash(part) for part in _segments(title)[1:]}
    for link in tree.xpath("//a[@href][not(ancestor::footer)]"):
        there, name = url_path(link.get("href")).rstrip("/"), clean_text(link.text_content())
        above = path.startswith(there + "/") and re.search(
            r"/(?:shows?|podcasts?|programs?|programmes?|series)/[^/]+$", there
        )
        if above and 2 < len(name) <= 80 and (squash(name) in segments or not segments):
            return name
    for line in lines:
        heard = _HEARD_ON.fullmatch(line.text)
        links = (clean_text(text) for tag, text in line.pieces if tag == "a")
        if heard and heard[1] in links:
            return heard[1]
    return data.site


def _kind(data: PageData, paragraphs: Sequence[Paragraph]) -> DocumentKind | None:
    types = set(data.types)
    if types & (EPISODE_TYPES - {"audioobject"}):
        return DocumentKind.EPISODE
    article = bool(types & ARTICLE_TYPES) or data.og_type == "article"
    words = sum(len(each.text.split()) for each in paragraphs)
    if data.audio and (not article or words < FEW_WORDS):
        return DocumentKind.EPISODE
    return DocumentKind.ARTICLE if article else None


# ── people ───────────────────────────────────────────────────────────────────────────────────


_DESK = (None, "editor", "reporter")  # what a byline makes an author of


def _join_credits(data: PageData, visible: VisibleCredits) -> tuple[Credit, ...]:
    """One credit a person: what the page shows before what its markup says before the byline."""
    shown = visible.byline_text or "byline"
    authors = (Credit(name=name, part="author", evidence=shown) for name in visible.byline)
    tagged = (Credit(name=name, part="author", evidence="author tag") for name in data.byline)
    joined: dict[str, Credit] = {}
    for credit in (*visible.credits, *data.credits, *authors, *tagged):
        key = credit.name.casefold()
        known = joined.setdefault(key, credit)
        if known is not credit:
            joined[key] = replace(
                known,
                part=known.part or credit.part,
                description=known.description or credit.description,
            )
    names = {name.casefold() for name in (*data.byline, *visible.byline)}
    return tuple(
        replace(each, part="author") if key in names and each.part in _DESK else each
        for key, each in joined.items()
    )


# ── dates ───────────────────────────────────────────────────────────────────────────────────────


def _date_lines(lines: Sequence[PageLine]) -> list[str]:
    """Short lines right after the title that say when it was published."""
    title = next((at for at, line in enumerate(lines) if line.element.tag == "h1"), 0)
    near = (line.text for line in lines[title : title + 13])
    return [text for text in near if len(text) <= 120 and date_of_line(text)]


def _published(
    tree: HtmlElement, claims: Sequence[str], shown: Sequence[str], captured: datetime
) -> datetime | None:
    """The first date, of the markup, of the lines shown, that can be the page's own."""
    tagged = (clean_text(place.text_content()) for place in tree.xpath(_DATE_PLACES)[:12])
    found = (
        *(read_date(claim) for claim in claims),
        *(date_of_line(line) for line in (*shown, *tagged)),
    )
    dates = (each for each in found if each and is_possible(each, captured))
    if when := next(dates, None):
        return when
    # A date the markup gives in a form that cannot be trusted is not to be guessed at.
    return None if claims else _searched_date(tree, captured)


_DATE_PLACES = (
    "//*[self::time or contains(@class,'date') or contains(@class,'Date')"
    " or contains(@class,'publish') or contains(@class,'timestamp')]"
    "[not(ancestor::aside|ancestor::footer|ancestor::nav)]"
    "[not(ancestor-or-self::*[contains(@class,'comment') or contains(@class,'related')])]"
)


def _searched_date(tree: HtmlElement, captured: datetime) -> datetime | None:
    """The last resort: htmldate, without its search of the whole text (copyright years)."""
    from htmldate import find_date

    try:
        found = find_date(
            tree, extensive_search=False, original_date=True, max_date=captured.date().isoformat()
        )
    except (ValueError, TypeError, AttributeError, etree.LxmlError):
        return None
    when = read_date(found) if found else None
    return when if when and is_possible(when, captured) else None
