"""A look at the sources that goes on beside the steps: what it tells them, and what it may spoil.

Models must not wait for a slow host to hand out its last page. A document is taken on as soon as
its own page has been seen, or the look at its source has ended; what is learnt of one that is in
hand by then puts it back, so that no step's end covers up what it did not know.
"""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from corpus.errors import ParkedError
from corpus.types import Document, Source, SourceReport
from ingest.workshop import Workshop


class Sighted:
    """How often a look has changed each document: a step ends only on what it began with."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._lock = threading.Lock()

    def times(self, document_id: str) -> int:
        """Return how often; to be asked before the document is read for a step."""
        return self._times[document_id]

    @contextlib.contextmanager
    def recording(self) -> Iterator[Callable[[str], None]]:
        """Let no step end meanwhile; lend what is called with a document that was changed."""
        with self._lock:
            yield self._count

    @contextlib.contextmanager
    def ending(self, document: Document, times: int) -> Iterator[None]:
        """Let a step of a document end that was changed so many times when it began.

        Raises:
            ParkedError: it was changed since; the step's end must not be stored.
        """
        with self._lock:
            if self._times[document.id] != times:
                raise ParkedError(document.title, cause="something new was learnt of it meanwhile")
            yield

    def _count(self, document_id: str) -> None:
        self._times[document_id] += 1


class News(Protocol):
    """Whom a look tells of what it finds, from its own thread."""

    sighted: Sighted

    def stops(self) -> bool:
        """Say whether the look is to be left at what it has seen."""
        ...

    def found(self, document: Document) -> None:
        """Tell of a document of which the look is not likely to say more."""
        ...

    def ended(self, report: SourceReport) -> None:
        """Tell that the look at one source has ended, well or not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A look at sources, to go on beside the steps.

    Attributes:
        sources: that are looked at; what is due of them waits until they have told of it.
        work: looks, in a thread of its own.
        told: hears of each source's end, in the thread that listens to the outcomes.
    """

    sources: Sequence[Source]
    work: Callable[[Workshop, News], None]
    told: Callable[[SourceReport], None]
