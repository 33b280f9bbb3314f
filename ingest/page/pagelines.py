"""A page as a reader sees it: its lines of text, in order, each with its place in the tree.

Pure functions over an lxml tree.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml.html import HtmlElement

from ingest.page.bylines import clean_text


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SKIPPED = _words(
    """
    script style noscript template nav footer form button select option textarea svg iframe object
    head title figcaption audio video
    """
)
HEADINGS = _words(
    """
    h1 h2 h3 h4 h5 h6
    """
)
_BLOCKS = HEADINGS | _words(
    """
    address article aside blockquote body br dd details div dl dt fieldset figure header hr html
    li main ol p pre section summary table tbody td th thead tr ul
    """
)
_NAME_TAGS = _words(
    """
    strong b a span em cite i
    """
)


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line as a reader sees it: its text, its runs, and where it is."""

    element: HtmlElement
    text: str  # cleaned
    pieces: tuple[tuple[str, str], ...]  # tag of the run ("" for none marking it), its text

    @property
    def lead(self) -> str:
        """The first marked-up run (bold, link, span) when the line begins with one."""
        tag, text = next(((tag, text) for tag, text in self.pieces if text.strip()), ("", ""))
        return clean_text(text) if tag in _NAME_TAGS else ""

    @property
    def rest(self) -> str:
        """What follows the lead, without the mark between the two."""
        marked = [text for _, text in self.pieces if text.strip()]
        return clean_text(" ".join(marked[1:])).lstrip(",;–—-|•· ").strip()

    @property
    def heading(self) -> bool:
        """Whether the line is a heading by its tag."""
        return self.element.tag in HEADINGS


_Open = tuple[HtmlElement, list[tuple[str, str]]]  # a line being read


def page_lines(tree: HtmlElement) -> list[PageLine]:
    """Cut the page where a browser would begin a new line; lines without text are left out."""
    body = next(tree.iter("body"), tree)
    lines: list[_Open] = [(body, [])]
    stack: list[tuple[HtmlElement, bool]] = [(body, False)]
    while stack:
        element, leaving = stack.pop()
        tag = element.tag
        if leaving:
            _leave(element, lines, body)
        elif not isinstance(tag, str) or tag in _SKIPPED or _is_hidden(element):
            _add(lines, "", element.tail, element.getparent())
        else:
            if tag in _BLOCKS:
                lines.append((element, []))
            _add(lines, tag if tag not in _BLOCKS else "", element.text, element)
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
    whole = ((place, clean_text("".join(text for _, text in runs)), runs) for place, runs in lines)
    return [PageLine(place, text, tuple(runs)) for place, text, runs in whole if text]


def _leave(element: HtmlElement, lines: list[_Open], body: HtmlElement) -> None:
    parent = element.getparent()
    if element is body or parent is None:
        return
    if element.tag in _BLOCKS:
        lines.append((parent, []))
    _add(lines, parent.tag if parent.tag in _NAME_TAGS else "", element.tail, parent)


def _add(lines: list[_Open], tag: str, text: str | None, element: HtmlElement | None) -> None:
    if not text or element is None:
        return
    pieces = lines[-1][1]
    if tag == "" and pieces and pieces[-1][0] == "":
        pieces[-1] = ("", pieces[-1][1] + text)
    else:
        pieces.append((tag, text))


def _is_hidden(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or element.get("hidden") is not None
