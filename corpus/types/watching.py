"""Saved searches: a question that is asked after every run, and who is told what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corpus.types.places import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchAddress:
    """Where the new quotes of a saved search go.

    `address` may give access (a webhook, a password): it is never printed as it is.
    """

    number: int  # 1-based; the operator's name for it
    address: str
    added: datetime
    sent: int = 0  # quotes, so far
    delivered: datetime | None = None  # the last that went through
    failed: str | None = None  # why the last try did not, and what it left is due again


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A question that is asked after every run."""

    id: str
    question: str
    filters: tuple[tuple[str, tuple[str, ...]], ...]  # what was chosen by hand, name and values
    author: str
    made: datetime
    addresses: tuple[WatchAddress, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SentQuote:
    """A quote that went to an address: its words at their place, and whose they were called."""

    key: str  # of document, words and who said them
    document_id: str
    revision: int
    span: Span
    speaker: str  # as printed
    person_id: str | None  # None: a label
    words: str
