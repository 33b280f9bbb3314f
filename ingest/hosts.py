"""Hosts in trouble: one that keeps failing is left alone for the rest of the run.

Nobody is helped by forty downloads that each wait a minute for a server that is down; its
documents keep their place in the queue, with no failure held against them.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from corpus.types import Document, DocumentKind, Outcome, Stage

_ENOUGH = 3  # failures in a row
_TROUBLED = frozenset({408, 425, 429})  # says something of the host, not of the one file
_LONGEST_ASKED = 7 * 86_400.0  # seconds: nobody may send us away for longer


class Hosts:
    """What one run has learnt of the hosts it downloads from."""

    def __init__(self) -> None:
        self._failed: Counter[str] = Counter()
        self._waiting: Counter[str] = Counter()

    def is_left_alone(self, document: Document) -> bool:
        """Return whether the host that `document` would be fetched from keeps failing."""
        host = host_asked(document)
        alone = bool(host) and self._failed[host] >= _ENOUGH
        self._waiting[host] += alone
        return alone

    def learn(self, document: Document, outcome: Outcome) -> None:
        """Note how a step of `document` ended."""
        if outcome.host:
            self._failed[outcome.host] += 1
        elif outcome.error is None and document.stage is Stage.DISCOVERED:
            self._failed[host_asked(document)] = 0

    def warnings(self) -> tuple[str, ...]:
        """Return a line for each host that was left alone."""
        return tuple(
            f"{host} failed {self._failed[host]} times in a row and was left alone: "
            f"{waiting} document{'s wait' if waiting > 1 else ' waits'} for the next run"
            for host, waiting in sorted(self._waiting.items())
            if waiting
        )


def host_asked(document: Document) -> str:
    """Return the host (and port) that the next step of `document` asks, "" when none."""
    if document.stage is not Stage.DISCOVERED:
        return ""
    episode = document.kind is DocumentKind.EPISODE
    return host_of(document.media_url or "" if episode else document.url)


def host_of(url: str) -> str:
    """Return the host (and port) of an address, "" when it has none or is no address."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def is_trouble(status: int) -> bool:
    """Return whether an HTTP status says that the host, not the one address, has a problem."""
    return status in _TROUBLED or status >= 500


def seconds_asked(retry_after: str) -> float:
    """Return the seconds that a Retry-After header asks for, 0 when it says nothing usable.

    >>> seconds_asked("120"), seconds_asked("soon")
    (120.0, 0.0)
    """
    said = retry_after.strip()
    if said.isascii() and said.isdigit():
        return min(float(said[:12]), _LONGEST_ASKED)
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(0.0, (moment - datetime.now(UTC)).total_seconds()), _LONGEST_ASKED)
