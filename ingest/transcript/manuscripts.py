"""A printed transcript as lines: HTML, Markdown and plain text, without their markup. Pure.

What the markup tells of a line (bold at its start, a heading, seconds in an attribute) is kept
beside its text; who speaks is not decided here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from ingest.page.pagelines import PageLine, page_lines
from ingest.transcript.stamps import CLOSE, OPEN, STAMP, seconds_of

_CONTROL = re.compile(
    r"\x1b\[[0-?]{0,40}[ -/]{0,4}[@-~]"  # what colours a terminal goes as a whole
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_PRIVATE = re.compile(f"[{OPEN}{CLOSE}]")
_TAGS = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<!--[^<>]{0,5000}-->")
_MARKUP = re.compile(
    r"<(?:!doctype|html|head|body|div|p|cite|br|span|section|article|main|header|table|tr|td|ul|ol"
    r"|li|dl|dt|h[1-6]|strong|em|pre|time|blockquote|figure|details"
    r"|script|style|title|meta|link|noscript)\b",
    re.IGNORECASE,
)
_BOXES = re.compile(
    rb"</?(?:div|section|article|span|main|table|tbody|tr|td|ul|ol|li|blockquote|p|b|i|em|strong"
    rb"|font|center|dl|dd|dt|h[1-6]|a|u)\b[^<>]*>",
    re.IGNORECASE,
)
_SCRIPTS = re.compile(rb"<(/?)(?:script|style|template|noscript)\b[^<>]*>", re.I)
_MAX_ELEMENTS = 1_000_000
_SPEAKER_CLASS = re.compile(r"speaker|cite|participant|interlocutor", re.I)
_SECONDS = (
    "data-start",
    "data-time",
    "data-timestamp",
    "data-start-time",
    "data-begin",
    "data-m",
    "begin",
)
_MILLISECONDS = "data-m"
_TO_TIME = re.compile(
    r"#|javascript:|[^#?]{0,500}[?#](?:[^=]{1,50}=[^&]{0,50}&)?(?:t|ts|time|start)="
)

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(?:.*\n){0,200}?\1[ \t]*(?:\n|\Z)")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)[\s#]*$")
_BOLD = re.compile(r"^\s*(\*\*|__)(?=\S)(.{1,400}?)\1")
_LIST = re.compile(r"^\s{0,8}(?:[-*+]|\d{1,3}[.)])\s+(?=\*\*|__)")
_QUOTED = re.compile(r"^\s{0,3}>\s?(?!>)")
_IMAGE = re.compile(r"!\[[^\[\]]{0,500}\]\([^()\s]{0,2000}[^()]{0,200}\)")
_LINK = re.compile(
    r"\[([^\[\]]{1,500})\]\((?:https?:|/|#|mailto:|\.)"
    r"(?:[^()\s]|\([^()\s]{0,200}\)){0,2000}[^()]{0,200}\)"
)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~|$<])")
_EMPHASIS = re.compile(r"(?<![\w*])(\*{1,3})(?=[^\s*])([^*]{1,2000}?)(?<=[^\s*])\1(?![\w*])")
_UNDERLINE = re.compile(r"(?<!\w)(_{1,3})(?=[^\s_])([^_]{1,2000}?)(?<=[^\s_])\1(?!\w)")
_STAR, _UNDER = "\ue010", "\ue011"  # marks that were escaped, while emphasis is taken out


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a printed transcript."""

    text: str  # without markup, in single spaces
    lead: str = ""  # what is marked up at its start: bold, a citation, a class for speakers
    opens: bool = True  # a paragraph begins here
    heading: bool = False
    element: HtmlElement | None = None


def plain(text: str) -> str:
    """Return text in one line without control and direction marks."""
    return " ".join(_CONTROL.sub("", " ".join(text.split())).split())


def is_html(text: str) -> bool:
    """Say whether a text is HTML rather than words in which a tag occurs."""
    start = text.lstrip()[:1000].lower()
    return start.startswith(("<!doctype html", "<html", "<cite", "<?xml")) or (
        start.startswith("<") and bool(_MARKUP.match(start) or len(_MARKUP.findall(text)) > 2)
    )


def is_markdown(text: str) -> bool:
    """Say whether a text is Markdown: bold lines, escaped brackets or front matter."""
    if _FRONT_MATTER.match(text):
        return True
    bold = sum(1 for line in text.splitlines() if _BOLD.match(_LIST.sub("", line)))
    return bold >= 2 or text.count("\\[") >= 2 or len(re.findall(r"(?m)^#{1,6} \S", text)) >= 2


def read_plain(text: str) -> list[Line]:
    """Return the lines of plain text; an empty line ends a paragraph."""
    lines, opens = [], True
    for raw in _PRIVATE.sub("", text).splitlines():
        line = plain(html.unescape(_TAGS.sub(" ", raw)))
        if line:
            lines.append(Line(line, opens=opens))
        opens = not line
    return lines


def read_paragraphs(paragraphs: Sequence[str]) -> list[Line]:
    """Return the lines of paragraphs that are plain text already."""
    lines = []
    for paragraph in paragraphs:
        shown = [plain(part) for part in _PRIVATE.sub("", paragraph).splitlines()]
        lines += [Line(text, opens=number == 0) for number, text in enumerate(filter(None, shown))]
    return lines


def read_markdown(text: str) -> list[Line]:
    """Return the lines of Markdown without front matter, comments and marks."""
    text = _FRONT_MATTER.sub("", _PRIVATE.sub("", text).replace("\r\n", "\n"), count=1)
    lines, opens = [], True
    for raw in _without_comments(text).splitlines():
        line = _QUOTED.sub("", _LIST.sub("", raw))
        heading = _HEADING.match(line)
        bold = _BOLD.match(line)
        lead = (heading and heading[1]) or (bold and bold[2]) or ""
        shown = _unmarked(heading[1] if heading else line)
        if shown and not re.fullmatch(r"[-*_=\s]{3,}", raw):
            lines.append(Line(shown, lead=_unmarked(lead), opens=opens, heading=bool(heading)))
        opens = not shown
    return lines


def _unmarked(text: str) -> str:
    text = _IMAGE.sub(" ", text).replace("\\*", _STAR).replace("\\_", _UNDER)
    text = _ESCAPE.sub(r"\1", _LINK.sub(r"\1", text))
    for _ in range(3):
        text = _UNDERLINE.sub(_emphasised, _EMPHASIS.sub(_emphasised, text))
    text = text.replace(_STAR, "*").replace(_UNDER, "_")
    return plain(html.unescape(_TAGS.sub(" ", text)))


def _emphasised(found: re.Match[str]) -> str:
    """Keep the stars of *laughs*: it may be a direction."""
    word = found[2].strip("[]()").lower()
    is_sound = found[1] == "*" and word.isalpha() and word.endswith(("s", "ing", "ter"))
    return f"[{word}]" if is_sound and word.startswith(_SOUNDS) else found[2]


_SOUNDS = ("laugh", "chuckl", "giggl", "sigh", "gasp", "cough", "applau", "groan", "crosstalk")


def _without_comments(text: str) -> str:
    parts, place = [], 0
    while (start := text.find("<!--", place)) >= 0 and (end := text.find("-->", start)) >= 0:
        parts.append(text[place:start])
        place = end + 3
    return "".join([*parts, text[place:]])


# ── HTML ───────────────────────────────────────────────────────────────────────────────────────


def read_html(text: str) -> list[Line]:
    """Return the lines of an HTML page or fragment as a reader sees them.

    Raises:
        ValueError: there is nothing in it, or more than a transcript can be.
    """
    tree = _tree(_PRIVATE.sub("", text).replace("\x00", "").encode("utf-8", "replace"))
    _write_seconds(tree)
    _mark_links(tree)
    return [line for shown in page_lines(tree) for line in _lines(shown) if line.text]


def _tree(raw: bytes) -> HtmlElement:
    try:
        tree, whole = _parsed(raw)
        if not whole:  # nested deeper than the parser goes: read it again without its boxes
            tree, whole = _parsed(_BOXES.sub(b"<br><br>", _without_scripts(raw)))
    except (etree.LxmlError, AssertionError) as error:
        raise ValueError(f"there is no page in it ({error})") from error
    if sum(1 for _ in tree.iter()) > _MAX_ELEMENTS:
        raise ValueError(f"more than {_MAX_ELEMENTS:,} elements")
    return tree


def _parsed(raw: bytes) -> tuple[HtmlElement, bool]:
    parser = HTMLParser(encoding="utf-8", no_network=True, remove_pis=True, remove_comments=True)
    tree = document_fromstring(raw, parser=parser)
    return tree, all(each.type_name != "ERR_RESOURCE_LIMIT" for each in parser.error_log)


def _without_scripts(raw: bytes) -> bytes:
    kept, place, inside = [], 0, False
    for tag in _SCRIPTS.finditer(raw):
        if not inside:
            kept.append(raw[place : tag.start()])
        inside, place = not tag[1], tag.end()
    return b"".join([*kept, b"" if inside else raw[place:]])


def _write_seconds(tree: HtmlElement) -> None:
    """Write the times of attributes and time elements into the text, where they are in order."""
    marked: list[tuple[HtmlElement, float]] = []
    times: list[tuple[HtmlElement, float]] = []
    for element in tree.iter(etree.Element):
        name = next((name for name in _SECONDS if element.get(name)), _MILLISECONDS)
        shown = (element.text or "").strip() if element.tag == "time" else ""
        if re.fullmatch(STAMP, shown):
            times.append((element, seconds_of(shown)))
            continue
        value = _attribute(element.get(name) or "", milliseconds=name == _MILLISECONDS)
        if value is not None:
            marked.append((element, value))
    for found, least in ((marked, 3), (times, 2)):
        rising = sum(one[1] <= other[1] for one, other in pairwise(found))
        if len(found) >= least and rising >= 0.9 * (len(found) - 1):
            for element, value in found:
                words = "" if found is times else element.text or ""
                element.text = f" {OPEN}{value:.3f}{CLOSE} {words}"


def _mark_links(tree: HtmlElement) -> None:
    """Write the times that are links into the recording in brackets: they are no words."""
    for element in tree.iter("a"):
        shown = (element.text or "").strip()
        if re.fullmatch(STAMP, shown) and _TO_TIME.match(element.get("href") or "#"):
            element.text = f" {shown} " if shown[0] in f"[({{{OPEN}" else f" [{shown}] "


def _attribute(value: str, *, milliseconds: bool) -> float | None:
    if re.fullmatch(r"\d{1,9}(?:\.\d{1,9})?s?", value):
        number = float(value.rstrip("s")) / (1000 if milliseconds else 1)
        return number if number < 1_000_000 else None
    return seconds_of(value) if re.fullmatch(STAMP, value) else None


def _lines(shown: PageLine) -> Iterator[Line]:
    element = shown.element
    text = "".join(_spaced([text for _, text in shown.pieces]))
    if element.tag == "pre":
        yield from (replace(line, element=element) for line in read_plain(text))
        return
    marks = f"{element.get('class') or ''} {element.get('itemprop') or ''}"
    is_lead = element.tag == "dt" or shown.heading or _SPEAKER_CLASS.search(marks)
    lead = text if is_lead and len(text) <= 200 else shown.lead
    yield Line(plain(text), lead=plain(lead), heading=shown.heading, element=element)


def _spaced(runs: Sequence[str]) -> Iterator[str]:
    """Yield the runs of a line, with a space between a word and the time set beside it."""
    before = ""
    for run in runs:
        if before and not before[-1].isspace() and not run[:1].isspace():
            joint = bool(re.match(rf"[\[(]?\d|{OPEN}", run)) != before[-1:].isdigit()
            if (joint and re.match(STAMP, run)) or re.search(rf"{STAMP}$", before[-40:]):
                yield " "
        yield run
        before = run or before
