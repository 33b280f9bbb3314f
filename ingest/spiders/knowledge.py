"""What a crawl is told of what is known already, and how its process asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Any

from corpus.types import DiscoveredItem

Validators = Callable[[str], tuple[str | None, str | None] | None]


def _asks(_url: str, _changed: datetime | None) -> bool:
    return False


def _reads_on(_source_id: str) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Which known pages are looked at again, which are left alone, and where sources are now."""

    pages: Mapping[str, Sequence[DiscoveredItem]] = field(default_factory=dict)  # by source
    homes: Mapping[str, str] = field(default_factory=dict)  # by source: asked instead of its url
    leave: Callable[[str, datetime | None], bool] = _asks
    goes_on: Callable[[str], bool] = _reads_on
    """Whether the rest of a source's list is worth asking for, after what was found so far."""


@dataclass(frozen=True, slots=True)
class Validating:
    """Asks what to send so that an unchanged page is not sent again."""

    url: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """Asks whether a page is to be left alone."""

    url: str
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class GoingOn:
    """Asks whether the next page of a source's list is worth asking for."""

    source_id: str


Question = Validating | Leaving | GoingOn


def answer(question: Question, known: Knowledge, validators: Validators) -> object:
    """Answer what the crawl's process asks; in the process that has the catalogue."""
    if isinstance(question, Validating):
        return validators(question.url)
    if isinstance(question, Leaving):
        return known.leave(question.url, question.changed)
    return known.goes_on(question.source_id)


class Asking:
    """The crawl's own side: everything that is not known here is asked for, one at a time.

    Args:
        connection: to the process that has the catalogue.
        known: what was sent along, with nothing to ask in it.
    """

    def __init__(self, connection: Connection, known: Knowledge) -> None:
        self._connection = connection
        self.known = Knowledge(
            pages=known.pages, homes=known.homes, leave=self._leave, goes_on=self._goes_on
        )

    def validators(self, url: str) -> tuple[str | None, str | None] | None:
        """Return the ETag and Last-Modified to send, None when there are none."""
        found: tuple[str | None, str | None] | None = self._ask(Validating(url))
        return found

    def _leave(self, url: str, changed: datetime | None) -> bool:
        return bool(self._ask(Leaving(url, changed)))

    def _goes_on(self, source_id: str) -> bool:
        return bool(self._ask(GoingOn(source_id)))

    def _ask(self, question: Question) -> Any:
        self._connection.send(question)
        return self._connection.recv()
