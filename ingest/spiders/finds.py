"""What a spider is given (a page) and what it may yield (items, links to follow, notices)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from scrapy.http import HtmlResponse, Response, TextResponse

from corpus.types import Capture, DiscoveredItem, Source
from ingest.bounds import excess

# A page is asked for its selectors many times.
_excess = functools.lru_cache(maxsize=2)(excess)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer of a server, on its way through a spider."""

    source: Source
    url: str  # as asked for; `response.url` is the one after redirects
    response: Response
    capture: Capture | None  # None when it is media: only its first bytes were read
    media_type: str | None = None  # MIME type when it is media

    @property
    def html(self) -> TextResponse:
        """The answer with selectors, whatever Content-Type the server gave it.

        Raises:
            SourceProblemError: it is more than a parser should be given.
        """
        response = self.response
        problem = _excess(response.body)
        if problem:
            raise SourceProblemError(problem)
        if isinstance(response, TextResponse):
            return response
        return HtmlResponse(response.url, headers=response.headers, body=response.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """An address to fetch and the function that reads the answer."""

    url: str
    read: Callable[[Page], Iterable[Find]]
    document: bool = False  # a document's own page: nothing else is found through it
    changed: datetime | None = None  # of a document: when it was edited last, as the source says
    further: bool = False  # the next page of a list; not asked for where nothing new can be on it


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about the source.

    `incomplete` means that the page must be read again next time, whatever its validators say.
    """

    text: str
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """The source says that it is at this page's address from now on, and there it was found."""


class SourceProblemError(Exception):
    """The page cannot be read as what the source says it is; the text says what it is."""


Find = DiscoveredItem | Follow | Moved | Notice
