"""The bytes of a feed to an XML tree, within bounds: broken, endless and hostile ones too.

lxml in recovery mode reads what can be read; entities are never expanded, nothing is fetched.
"""

from __future__ import annotations

import html.entities
import re

from lxml import etree

from ingest.bounds import MAX_FEED_TAGS, excess, undeclared

MAX_ENTRIES = 20_000  # of one feed; the longest known to us have some thousands
_MAX_ELEMENTS = 600_000

_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_ENTRY = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)[\s/>]")
_XML_ENTITIES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))


class NotAFeedError(Exception):
    """What was served is no feed at all; the text says what it is."""


def looks_like_feed(body: bytes) -> bool:
    """Return whether the first bytes open an RSS or Atom document."""
    head = body[:4096].replace(b"\x00", b"").lower()
    return re.search(rb"<(?:\w+:)?(?:rss|feed|rdf)[\s>]", head) is not None and b"<html" not in head


def parse(body: bytes, warnings: list[str]) -> etree._Element | None:
    """Return the root of what can be read of a feed, None when nothing can.

    Raises:
        NotAFeedError: it is more than a parser should be given.
    """
    body = _first_entries(body, warnings)
    body = body.lstrip(b" \t\r\n")
    if re.search(rb"<!ENTITY", body[:100_000]):
        warnings.append("the feed declares entities of its own: they are not expanded")
        body = undeclared(body)
    parser = etree.XMLParser(
        recover=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    try:
        root = etree.fromstring(_ENTITY.sub(_numbered, body), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if root is not None and sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        raise NotAFeedError(f"it has more than {_MAX_ELEMENTS:,} elements")
    problems = [each for each in parser.error_log if "Namespace prefix" not in each.message]
    if problems and root is not None:
        first = problems[0]
        warnings.append(f"the feed is not well-formed XML (line {first.line}: {first.message})")
    return root


def _first_entries(body: bytes, warnings: list[str]) -> bytes:
    """Return a feed of endless entries cut before the first that is too many.

    Raises:
        NotAFeedError: what is left is still more than a parser should be given.
    """
    for number, entry in enumerate(_ENTRY.finditer(body)):
        if number == MAX_ENTRIES:
            warnings.append(f"only the first {MAX_ENTRIES:,} entries of the feed are read")
            body = body[: entry.start()] + _closing(body)
            break
    problem = excess(body, tags=MAX_FEED_TAGS)
    if problem:
        raise NotAFeedError(f"it is no feed to be read: {problem}")
    return body


def _closing(body: bytes) -> bytes:
    return b"</feed>" if re.search(rb"<(?:\w+:)?feed[\s>]", body[:4096]) else b"</channel></rss>"


def _numbered(match: re.Match[bytes]) -> bytes:
    """Replace HTML's named characters, which XML does not know, by numbers."""
    if match[1] in _XML_ENTITIES:
        return match[0]
    known = html.entities.html5.get(match[1].decode("ascii") + ";")
    if known is None:
        return b"&amp;" + match[1] + b";"
    return "".join(f"&#{ord(each)};" for each in known).encode("ascii")


def is_cut_off(body: bytes) -> bool:
    """Return whether a feed ends inside an entry."""
    tail = body.rstrip()[-2000:].lower()
    if re.search(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", tail):
        return False
    opened = [match.start() for match in re.finditer(rb"<(?:\w+:)?(?:item|entry)[\s>]", body)]
    closed = [match.start() for match in re.finditer(rb"</(?:\w+:)?(?:item|entry)\s*>", body)]
    return bool(opened) and (not closed or opened[-1] > closed[-1])
