"""The body of a page as paragraphs, and nothing of the menus around it.

The one door to trafilatura. Its answer is held against the page: a paragraph that does not stand
there word for word is replaced by the page's own line, because these words will be quoted.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from importlib.metadata import version
from itertools import accumulate, groupby
from typing import Literal

from lxml import etree
from lxml.html import HtmlElement

from corpus.errors import ExtractionError
from ingest.page.bylines import clean_text, squash
from ingest.page.pagelines import PageLine

EXTRACTOR = f"trafilatura {version('trafilatura')}"  # recorded with every text made from a page
MIN_TEXT = 40  # characters outside headings; less is no body
MAX_REPAIRS = 200  # paragraphs of one page searched for word by word: bounds the time
SHORT_TEXT = 400  # characters; below this the less strict reading is tried as well

ParagraphKind = Literal["paragraph", "heading", "quote", "list"]

_CLUTTER = re.compile(
    r"(?:read|see|watch|listen|learn|find out|load|show)(?: to)? (?:more|also|now|live|next)\b"
    r"(?:: ?.{0,150}|.{0,40})"
    r"|\[?(?:related|recommended)(?: (?:stor(?:y|ies)|articles?|content|posts?|reading|links?))?"
    r"(?:: ?.{0,150})?|share(?: (?:this|on|via|with).{0,40})?|re-?tweet|tweet(?: this)?|print|email"
    r"|advertisement|(?:story|article) continues (?:below|after).{0,40}|comments?|transcript|more:"
    r"|(?:sign up (?:for|to|here)|subscribe(?: (?:to|now|on|here))|follow us|click here)\b.{0,120}"
    r"|(?:you (?:may|might) also like|like this (?:story|article)).{0,60}|source: .{2,40}"
    r"|back to .{1,60}|(?:as )?heard on .{2,60}"
    r"|rss(?: share)?|(?:hide|toggle) caption|enlarge this image"
    r"|all rights reserved|copyright (?:\d|©|\().{0,120}|©.{0,120}"
    r"|(?:photo(?:graph)?s?|image|illustration|picture)s?"
    r"(?: credits?)?(?: by |: ?| courtesy).{0,120}|(?:tags|filed under|topics):?.{0,120}"
    r"|continue reading.{0,80}|skip to .{0,30}|\d+[ -]min(?:ute)?s? (?:read|listen)"
    r"|\(?(?:additional )?(?:reporting|writing|editing) by .{5,250}",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[.!?…:;][”\"’')\]]*$|[。！？؟]$|[”\"’]$")
_BODY_BOX = re.compile(
    r"body__container|article[-_]*body|story[-_]*body|entry-content|post-content|article[-_]*content"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of a body, in one line, quotation marks as printed."""

    text: str
    kind: ParagraphKind = "paragraph"


def read_body(
    tree: HtmlElement,
    lines: Sequence[PageLine],
    *,
    url: str,
    elsewhere: Iterable[str],
    told: str | None,
) -> tuple[Paragraph, ...]:
    """Return the paragraphs of the page's body, empty when it has none.

    Args:
        tree: the page; it is not changed.
        lines: its lines, as a reader sees them.
        url: its address, for messages.
        elsewhere: texts of the page that are not body (title, bylines, credits).
        told: the body as the page's markup gives it, for pages that show theirs by script.

    Raises:
        ExtractionError: the extractor failed on this page.
    """
    menus = (squash(line.text) for line in lines if _only_links(line))
    links = frozenset((*(squash(link.text_content()) for link in tree.iter("a")), *menus))
    outside = sorted({squash(text) for text in elsewhere}, key=len, reverse=True)[:200]
    known = _Lines(lines)
    ready = _prepare(tree)

    def read(*, precise: bool) -> list[Paragraph]:
        verbatim = known.verbatim(_main_text(ready, url, precise=precise))
        return _clean(verbatim, outside, links)

    found = read(precise=True)
    if _letters(found) < SHORT_TEXT:
        more = read(precise=False)
        found = more if _letters(more) > 2 * _letters(found) else found
    if told and _letters(found) < len(told) // 3:
        whole = [Paragraph(text=text) for line in told.splitlines() if (text := clean_text(line))]
        found = _clean(whole, outside, frozenset())
    return tuple(found) if _letters(found) >= MIN_TEXT else ()


def _only_links(line: PageLine) -> bool:
    return all(tag == "a" for tag, text in line.pieces if text.strip())


def _letters(paragraphs: Iterable[Paragraph]) -> int:
    return sum(len(each.text) for each in paragraphs if each.kind != "heading")


# ── before the extractor ─────────────────────────────────────────────────────────────────────


def _prepare(tree: HtmlElement) -> HtmlElement:
    """Return a copy in which links inside prose are plain words and a body in pieces is one."""
    ready = deepcopy(tree)
    # In its strict mode the extractor takes links, and words in marked spans, out of sentences.
    for block in list(ready.iter("p", "li", "blockquote")):
        inline = list(block.iter("a", "span"))
        if inline and _is_prose(block):
            for element in inline:
                element.drop_tag()
    _join_pieces(ready)
    return ready


def _is_prose(block: HtmlElement) -> bool:
    whole = len(block.text_content())
    linked = sum(len(link.text_content()) for link in block.iter("a"))
    boxes = next((inner for inner in block.iter("p", "li", "div") if inner is not block), None)
    return whole > 80 and linked * 2 < whole and boxes is None


def _join_pieces(tree: HtmlElement) -> None:
    """Put the pieces of a body cut by advertisements (same class, same article) into the first."""
    pieces: dict[tuple[object, str], list[HtmlElement]] = {}
    for box in tree.xpath("//article//div[@class]"):
        if _BODY_BOX.search(box.get("class")) and box.find("p") is not None:
            near = next(box.iterancestors("article"))
            pieces.setdefault((near, box.get("class")), []).append(box)
    for first, *others in pieces.values():
        if not any(first in other.iterancestors() for other in others):
            for other in others:
                first.extend(list(other))


# ── the extractor ────────────────────────────────────────────────────────────────────────────


def _main_text(tree: HtmlElement, url: str, *, precise: bool) -> list[Paragraph]:
    from trafilatura import bare_extraction

    try:
        document = bare_extraction(
            deepcopy(tree), url=url, include_comments=False, favor_precision=precise
        )
    except (ValueError, TypeError, AttributeError, KeyError, etree.LxmlError) as error:
        raise ExtractionError(
            url, cause=f"the extractor gave up: {error}", remedy="report this page"
        ) from error
    body = getattr(document, "body", None)  # None, or a dictionary when asked for one
    return list(_paragraphs(body)) if body is not None else []


def _paragraphs(body: etree._Element) -> Iterator[Paragraph]:
    kinds: dict[str, ParagraphKind] = {"head": "heading", "quote": "quote", "list": "list"}
    for element in body:
        kind = kinds.get(str(element.tag), "paragraph")
        inner = _parts(element)
        if element.text and element.text.strip() and inner != [element]:
            yield Paragraph(text=clean_text(element.text), kind=kind)
        for part in inner:
            for text in _broken_lines(part):
                yield Paragraph(text=text, kind=kind)
        if tail := clean_text(element.tail or ""):
            yield Paragraph(text=tail)


def _parts(element: etree._Element) -> list[etree._Element]:
    """The items, cells or inner paragraphs of a block; the block itself when it has none."""
    items = list(element.iter("item", "cell"))
    inner = [each for each in element if each.tag in {"p", "quote"}]
    return items or inner or [element]


def _broken_lines(element: etree._Element) -> list[str]:
    """Two line breaks make a paragraph, one is a space."""
    pieces: list[str] = [element.text or ""]
    for part in element.iterdescendants():
        pieces += ["\n" if part.tag == "lb" else "", part.text or "", part.tail or ""]
    whole = re.split(r"\n[^\S\n]*\n\s*", "".join(pieces))
    return [text for piece in whole if (text := clean_text(piece))]


# ── after the extractor ──────────────────────────────────────────────────────────────────────


class _Lines:
    """The page's own lines, to hold the extractor's paragraphs against."""

    def __init__(self, lines: Sequence[PageLine]) -> None:
        self.lines = lines
        self.texts = {squash(line.text): line.text for line in lines}
        keys = [squash(line.text) for line in lines]
        self.run_on = "".join(keys)
        self.starts = list(accumulate((len(key) for key in keys), initial=0))

    def verbatim(self, paragraphs: Sequence[Paragraph]) -> list[Paragraph]:
        """Return the paragraphs, each with the words the page has in that place."""
        repairs = 0
        checked: list[Paragraph] = []
        for each in paragraphs:
            key = squash(each.text)
            if key not in self.texts and len(key) >= 60 and repairs < MAX_REPAIRS:
                repairs += 1
                at = self.run_on.find(key)
                checked += (
                    self._apart(each, at, at + len(key)) if at >= 0 else [self._repaired(each, key)]
                )
            else:
                checked.append(each)
        return checked

    def _apart(self, paragraph: Paragraph, start: int, end: int) -> list[Paragraph]:
        """Take apart what the extractor ran together from several blocks of the page."""
        first, last = bisect_right(self.starts, start) - 1, bisect_left(self.starts, end)
        lines = self.lines[first:last]
        whole = self.starts[first] == start and self.starts[last] == end
        if not whole or len({id(line.element) for line in lines}) == 1:
            return [paragraph]
        blocks = groupby(lines, key=lambda line: id(line.element))
        return [
            Paragraph(text=" ".join(line.text for line in block), kind=paragraph.kind)
            for _, block in blocks
        ]

    def _repaired(self, paragraph: Paragraph, key: str) -> Paragraph:
        """Return the page's line that begins and ends as the paragraph does, but says more."""
        for line, text in self.texts.items():
            same = line.startswith(key[:25]) and line.endswith(key[-25:])
            if same and len(key) < len(line) <= 2 * len(key):
                return Paragraph(text=text, kind=paragraph.kind)
        return paragraph


def _clean(
    found: Sequence[Paragraph], outside: Sequence[str], links: frozenset[str]
) -> list[Paragraph]:
    """Keep what is body: nothing said elsewhere, no buttons, the standfirst once."""
    prose = "\n".join(each.text for each in found if each.kind != "quote")
    kept: list[Paragraph] = []
    places: dict[str, int] = {}
    for each in found:
        key = squash(each.text)
        if _is_outside(key, outside) or _is_clutter(each, key, links):
            continue
        if each.kind == "quote" and each.text.strip("“”\"' ") in prose:
            continue  # a sentence of the body, set large
        if _is_again(key, places, len(kept)):
            continue
        places.setdefault(key, len(kept))
        kept.append(each)
    while kept and kept[-1].kind == "heading":
        kept.pop()
    return kept


def _is_outside(key: str, outside: Sequence[str]) -> bool:
    """Said elsewhere: one of those texts (longest first), or several of them run together."""
    if key in outside:
        return True
    if len(key) < 400:
        for text in outside:
            key = key.replace(text, "") if len(text) > 7 else key
    return not key


def _is_again(key: str, places: dict[str, int], now: int) -> bool:
    """A standfirst repeated, or a long paragraph; a short question may well be asked twice."""
    before = places.get(key)
    if before is None or len(key) < 25:
        return False
    return before < 3 or before == now - 1 or len(key) > 200


def _is_clutter(each: Paragraph, key: str, links: frozenset[str]) -> bool:
    if _CLUTTER.fullmatch(each.text) and not (len(each.text) > 60 and "“" in each.text):
        return not (each.text.lower().startswith("back to") and _ENDS.search(each.text))
    only_link = key in links and each.kind != "heading" and not _ENDS.search(each.text)
    return only_link and not re.match(r"(?:https?://|www\.)\S+$", each.text)
