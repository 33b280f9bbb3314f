"""Timed Text (TTML): the captions of broadcasters and of podcast apps, as entries with times. Pure.

Speakers are agents, which the head of the file may name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ingest.transcript.stamps import STAMP, seconds_of
from ingest.transcript.timedlists import Entry

_ROOT = re.compile(r"(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--[^<>]{0,2000}-->\s*)?<(?:tt:)?tt\b")
_OFFSET = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(h|m|s|ms)?")
_UNITS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001, None: 1.0}


def is_timed_markup(text: str) -> bool:
    """Say whether a text is Timed Text."""
    return bool(_ROOT.match(text[:5000].lstrip("\ufeff \t\r\n")))


def read_timed_markup(text: str) -> Iterator[Entry]:
    """Yield the paragraphs that have a beginning, with the names of their agents."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    if root is None:
        return
    names: dict[str, str] = {}
    for element in root.iter(etree.Element):
        tag = etree.QName(element).localname
        if tag == "agent":
            known = _attribute(element, "id")
            shown = " ".join("".join(map(str, element.itertext())).split())
            if known and shown:
                names[known] = shown
        elif tag == "p":
            yield from _entry(element, names)


def _entry(element: etree._Element, names: dict[str, str]) -> Iterator[Entry]:
    start, end = (_seconds(_attribute(element, name)) for name in ("begin", "end"))
    length = _seconds(_attribute(element, "dur"))
    agent = _attribute(element, "agent")
    if start is None and (inner := element.find(".//*[@begin]")) is not None:
        start = _seconds(inner.get("begin"))
    if start is None:
        return
    if end is None and length is not None:
        end = start + length
    label = names.get(agent, agent) if agent else None
    yield Entry(start, max(start, end or start), _words(element), label)


def _words(element: etree._Element) -> str:
    """Return the words of a paragraph; in some files each is an element, without spaces."""
    parts: list[str] = []
    for event, each in etree.iterwalk(element, events=("start", "end")):
        if event == "end":
            parts.append("" if each is element else each.tail or "")
            continue
        if etree.QName(each).localname == "br":
            parts.append("\n")
        elif each is not element and _attribute(each, "unit") == "word":
            parts.append(" ")
        parts.append(each.text or "")
    return "".join(parts)


def _attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute by its local name: files differ in their namespaces."""
    found = (v for k, v in element.attrib.items() if re.split("[}:]", str(k))[-1] == name)
    return next(map(str, found), None)


def _seconds(value: str | None) -> float | None:
    text = (value or "").strip()[:40]
    if found := _OFFSET.fullmatch(text):
        return float(found[1]) * _UNITS[found[2]]
    return seconds_of(text) if re.fullmatch(STAMP, text) else None
