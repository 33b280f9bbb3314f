"""Saved searches: a question that is asked after every run, and what is new goes to its addresses.

A saved search says what `ask` says and nothing that `ask` would not. Each address is served by
itself: one that fails gets what it missed the next time, the others do not get it again.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from corpus.errors import DeliveryError, NotFoundError, OnRecordError
from corpus.masking import masked
from corpus.settings import Settings
from corpus.types import Delivery, Run, Watch, WatchAddress
from ui.answers import Answer, AskFilters
from ui.kept.askedagain import recalled, remembered
from ui.watches.deliveries import (
    OUTPUT,
    SECONDS,
    Post,
    has_secret,
    is_feed,
    known_address,
    send,
    shown,
    try_address,
)
from ui.watches.letters import Letter
from ui.watches.novelty import SentBefore, as_sent

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue

MOST = 500  # answers looked at: an archive that holds more asks for a narrower question
MOST_SENT = 100  # quotes to one address after one run; the rest is due the next time
_ALL_SECONDS = 900.0  # that all deliveries of a run may take
_LONGEST = 1000  # characters of a question
_WAITING = "it failed a moment ago for another saved search; it is tried again next time"
_LATE = "the run's time for deliveries was over; it is tried again next time"


class Parts(Protocol):
    """What of the archive saved searches need."""

    @property
    def settings(self) -> Settings: ...  # noqa: D102
    @property
    def catalogue(self) -> Catalogue: ...  # noqa: D102
    def ask(self, question: str, filters: AskFilters | None = None) -> Answer:
        """Return verbatim quotes that answer `question`."""


@dataclass(frozen=True, slots=True)
class Added:
    """A saved search that was added, and how many quotes answer it now."""

    watch: Watch
    answering: int
    from_now: bool  # they count as sent
    readable: Path | None = None  # the catalogue, when others may read the addresses in it


class Watching:
    """Every use case about saved searches."""

    def __init__(self, archive: Parts) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue

    def add(
        self,
        question: str,
        filters: AskFilters,
        addresses: Sequence[str],
        *,
        author: str,
        from_now: bool = False,
    ) -> Added:
        """Save a search; the same question with the same filters gets the addresses added.

        Args:
            question: what is asked after every run.
            filters: that narrow it; their limit does not count.
            addresses: where new quotes go; none: standard output.
            author: who saves it.
            from_now: do not send what the archive holds already.

        Raises:
            DeliveryError: nothing can be sent to one of the addresses.
            NotFoundError: a filter names what is not there, or nothing is asked.
        """
        question, filters = " ".join(question.split())[:_LONGEST], _unlimited(filters)
        if not question and filters == _unlimited(AskFilters()):
            raise NotFoundError("saved search", cause="it asks for nothing", remedy="say what")
        known = [known_address(each) for each in addresses or (OUTPUT,)]
        answer = self._archive.ask(question, filters)  # refuses filters that cannot be
        now = datetime.now(UTC)
        asked = Watch(
            id="", question=question, filters=remembered(filters), author=author, made=now
        )
        watch = self._catalogue.add_watch(asked, known)
        if from_now:
            sent = [as_sent(hit) for hit in answer.hits]
            for each in watch.addresses:
                if each.added == now:
                    self._catalogue.save_sent(watch.id, each.number, sent, now=now)
        found = self._catalogue.watch(watch.id)
        return Added(found, len(answer.hits), from_now, self._readable_by_others(found))

    def _readable_by_others(self, watch: Watch) -> Path | None:
        scheme, _, path = self._archive.settings.catalogue.partition(":///")
        if scheme != "sqlite" or not any(has_secret(each.address) for each in watch.addresses):
            return None
        try:
            return Path(path) if Path(path).stat().st_mode & 0o077 else None
        except OSError:
            return None

    def watches(self) -> list[Watch]:
        """Return the saved searches, the oldest first."""
        return self._catalogue.watches()

    def remove(self, watch_id: str, number: int | None = None) -> Watch:
        """Forget a saved search, or one of its addresses.

        Raises:
            NotFoundError: there is no such search, or it has no such address.
        """
        watch = self._catalogue.watch(watch_id)
        if number is None:
            self._catalogue.remove_watch(watch.id)
        else:
            self._addresses(watch, number)
            self._catalogue.remove_address(watch.id, number)
        return watch

    def test(self, watch_id: str, number: int | None = None) -> list[Delivery]:
        """Send a word to every address of a saved search (or one), to see that it arrives."""
        watch = self._catalogue.watch(watch_id)
        letter = Letter(watch.id, watch.question, (), datetime.now(UTC))
        tried: list[Delivery] = []
        for each in self._addresses(watch, number):
            error = None
            try:
                try_address(each.address, letter, Post())
            except OnRecordError as failed:
                error = _reason(failed)
            tried.append(_delivery(watch, each, error=error))
        return tried

    def _addresses(self, watch: Watch, number: int | None) -> list[WatchAddress]:
        found = [each for each in watch.addresses if number in (None, each.number)]
        if not found:
            raise NotFoundError(f"address {number} of {watch.id}", remedy="see onrecord watches")
        return found


def deliver_all(
    archive: Parts,
    run: Run,
    *,
    output: IO[str] | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> tuple[Delivery, ...]:
    """Send what is new since the last run to everybody who waits for it; never raises.

    Args:
        archive: as published by the run.
        run: the run.
        output: where `-` prints; default: standard output.
        stop: says when no more is to be begun; what is left is due the next time.

    Returns:
        What was sent where, and what failed; an address for which there was nothing is left out.
    """
    try:
        watches = archive.catalogue.watches()
    except OnRecordError as error:
        return (Delivery(watch_id="", question="", address="", error=_reason(error)),)
    round_ = _Round(archive, run, output, stop)
    served = (round_.serve(watch) for watch in itertools.takewhile(lambda _: not stop(), watches))
    return tuple(itertools.chain.from_iterable(served))


def tidy_feeds(archive: Parts) -> None:
    """Take what is withdrawn out of the feeds at once; never raises: the next run tries again."""
    try:
        watches = archive.catalogue.watches()
    except OnRecordError:
        return
    gone = Post(is_gone=lambda document_id: _is_gone(archive.catalogue, document_id))
    for watch in watches:
        letter = Letter(watch.id, watch.question, (), datetime.now(UTC))
        for each in watch.addresses:
            if is_feed(each.address) and Path(each.address).exists():
                with contextlib.suppress(Exception):
                    tuple(send(each.address, letter, gone))


class _Round:
    """The deliveries of one run."""

    def __init__(
        self, archive: Parts, run: Run, output: IO[str] | None, stop: Callable[[], bool]
    ) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue
        self._written = run.finished or datetime.now(UTC)
        self._output = output
        self._stop = stop
        self._until = time.monotonic() + _ALL_SECONDS
        self._failed: set[str] = set()  # addresses, in this run

    def serve(self, watch: Watch) -> Iterator[Delivery]:
        try:
            answer = self._archive.ask(watch.question, _unlimited(recalled(watch.filters)))
        except Exception as error:  # one search that cannot be asked must not silence the others
            for address in watch.addresses:
                yield self._missed(watch, address, _reason(error))
            return
        for address in itertools.takewhile(lambda _: not self._stop(), watch.addresses):
            try:
                found = self._send(watch, address, answer)
            except Exception as error:  # nor one address
                found = self._missed(watch, address, _reason(error))
            if found is not None:
                yield found

    def _send(self, watch: Watch, address: WatchAddress, answer: Answer) -> Delivery | None:
        sent = self._catalogue.sent_quotes(watch.id, address.number)
        due = SentBefore(sent).new_among(answer.hits)
        if not due and not is_feed(address.address):
            if address.failed is not None:  # what it missed is gone
                self._catalogue.note_delivery(watch.id, address.number, failed=None)
            return None
        if why := self._not_now(address):
            return self._missed(watch, address, why)
        letter = Letter(
            watch_id=watch.id,
            question=watch.question or "everything new",
            quotes=due[:MOST_SENT],
            written=self._written,
            left=max(0, len(due) - MOST_SENT),
            cut=MOST if len(answer.hits) >= MOST else 0,
        )
        return self._post(watch, address, letter)

    def _not_now(self, address: WatchAddress) -> str | None:
        if address.address in self._failed:
            return _WAITING
        return _LATE if time.monotonic() > self._until else None

    def _post(self, watch: Watch, address: WatchAddress, letter: Letter) -> Delivery | None:
        post = Post(
            is_gone=lambda document_id: _is_gone(self._catalogue, document_id),
            seconds=SECONDS,
            output=self._output,
        )
        count = 0
        try:
            for part in send(address.address, letter, post):
                self._catalogue.save_sent(
                    watch.id, address.number, (each.as_sent for each in part), now=datetime.now(UTC)
                )
                count += len(part)
        except Exception as error:  # whatever a service does
            if isinstance(error, DeliveryError):
                self._failed.add(address.address)
            return self._missed(watch, address, _reason(error), count)
        return _delivery(watch, address, quotes=count) if count else None

    def _missed(self, watch: Watch, address: WatchAddress, why: str, count: int = 0) -> Delivery:
        try:
            self._catalogue.note_delivery(watch.id, address.number, failed=why)
        except OnRecordError as error:
            why = f"{why}; {_reason(error)}"
        return _delivery(watch, address, quotes=count, error=why)


def _is_gone(catalogue: Catalogue, document_id: str) -> bool:
    try:
        return catalogue.document(document_id).withdrawn is not None
    except NotFoundError:
        return True


def _unlimited(filters: AskFilters) -> AskFilters:
    return replace(filters, limit=MOST)


def _delivery(
    watch: Watch, address: WatchAddress, *, quotes: int = 0, error: str | None = None
) -> Delivery:
    return Delivery(
        watch_id=watch.id,
        question=watch.question,
        address=f"{address.number}: {shown(address.address)}",
        quotes=quotes,
        error=error,
    )


def _reason(error: Exception) -> str:
    """Return why something failed, in a line without secrets."""
    said = str(error) if isinstance(error, OnRecordError) else f"{type(error).__name__}: {error}"
    return masked(" ".join(said.split()))[:500]
