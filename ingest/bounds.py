"""What markup must keep to before a parser sees it, and how packed bytes are unpacked. Pure.

A page of ten megabytes can cost hours or gigabytes when it is made for that: a million empty
elements, one tag with a million attributes, a kilobyte that unpacks to a terabyte. Each check
here takes a time that grows with the bytes and with nothing else.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

MAX_TAGS = 200_000  # of a page; a long one for readers has some thousands
MAX_FEED_TAGS = 2_000_000  # of a feed or sitemap: HTML in the descriptions counts too
MAX_ATTRIBUTES = 1000  # of one tag; the parser's work grows with their square

_FEW = 5000  # attributes of a whole page that cannot hurt, whoever they belong to
_ATTRIBUTE = rb"""[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']*+))?+"""
_TAG = re.compile(rb"<[a-zA-Z][^\s/>]*+(?:[\s/]++|" + _ATTRIBUTE + rb"|=)*+")
_ONE = re.compile(_ATTRIBUTE)
_DECLARED = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_LONGEST_DECLARATION = 200_000  # bytes

_WBITS = {"gzip": zlib.MAX_WBITS | 16, "x-gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}


class TooMuchError(Exception):
    """What was sent goes past a bound; the text says which."""


def excess(markup: bytes, *, tags: int = MAX_TAGS) -> str | None:
    """Return why `markup` must not be given to a parser, None when it may.

    >>> excess(b"<p>" * 300_000)
    'it has 300,000 tags, 200,000 are read'
    """
    count = markup.count(b"<")
    if count > tags:
        return f"it has {count:,} tags, {tags:,} are read"
    if markup.count(b"=") + markup.count(b" ") <= _FEW:
        return None
    for tag in _TAG.finditer(markup):
        start, end = tag.span()
        if end - start > 2 * MAX_ATTRIBUTES:
            attributes = sum(1 for _ in _ONE.finditer(markup, start + 1, end))
            if attributes > MAX_ATTRIBUTES:
                return f"one of its tags has {attributes:,} attributes, {MAX_ATTRIBUTES:,} are read"
    return None


def undeclared(markup: bytes) -> bytes:
    """Return `markup` without its document type, and so without the entities that declares."""
    found = _DECLARED.search(markup, 0, _LONGEST_DECLARATION)
    if found is None:
        return markup
    reach = found.start() + _LONGEST_DECLARATION
    ends = markup.find(b">", found.end(), reach)
    inside = markup.find(b"[", found.end(), reach)
    if 0 <= inside < ends:
        closed = markup.find(b"]", inside, reach)
        ends = markup.find(b">", closed, reach) if closed >= 0 else -1
    return markup[: found.start()] + markup[ends + 1 if ends >= 0 else found.end() :]


class Unpacking:
    """Undoes one content encoding piece by piece; never holds more than a piece of the result.

    Args:
        encoding: the value of a Content-Encoding header.

    Raises:
        TooMuchError: an encoding inside another, or one that was not asked for.
    """

    PIECE = 1 << 16  # bytes

    def __init__(self, encoding: str) -> None:
        known = encoding.strip().lower()
        if known not in ("", "identity") and known not in _WBITS:
            raise TooMuchError(f"it is packed as {known[:60]!r}, which was not asked for")
        self._packed = zlib.decompressobj(_WBITS[known]) if known in _WBITS else None

    def pieces(self, data: bytes) -> Iterator[bytes]:
        """Yield what `data` unpacks to."""
        if self._packed is None:
            yield data
            return
        while data:
            try:
                yield self._packed.decompress(data, self.PIECE)
            except zlib.error as error:
                raise TooMuchError(f"its packed data is damaged: {error}") from error
            data = self._packed.unconsumed_tail
