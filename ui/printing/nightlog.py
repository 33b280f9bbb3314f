"""The log of a run on standard error: a living line on a terminal, else one line per event.

Fetched text must not steer a terminal, break a line or tell what gives access: every line is
plain and masked here, whatever it comes from.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TextIO

from corpus.masking import masked
from corpus.types import Event, Happening
from ui.plainwords import one_lined
from ui.printing.lines import ProgressLines

_AGAIN = 60.0  # seconds between two lines about the same long work
_LONGEST = 2000  # characters of a message
# What is worth a line of its own beside the living one.
_TERMINAL = frozenset(
    (Happening.FAILED, Happening.WARNED, Happening.ASKED, Happening.PARKED, Happening.STOPPED)
)


class LogForm(StrEnum):
    """How a run tells what it does."""

    LINES = "lines"
    JSON = "json"


@dataclass(slots=True)
class _Work:
    """What is worked on: since when, when it was told of, and what was said of it last."""

    what: str
    began: float
    told: float
    fraction: float
    message: str


class NightLog:
    """Tells what happens; used from several threads, and by a signal in the middle of a line.

    Away from a terminal, what takes long is told of every minute, also when it says nothing itself.

    Args:
        form: None: a living line on a terminal, else lines.
        quiet: tell nothing but that somebody asked to stop, and errors that end the run.
        stream: default: standard error.
    """

    def __init__(
        self,
        form: LogForm | None = None,
        *,
        quiet: bool = False,
        stream: TextIO | None = None,
    ) -> None:
        self._stream = stream or sys.stderr
        self._json = form is LogForm.JSON
        self._quiet = quiet
        self._living: ProgressLines | None = None
        if form is None and self._stream.isatty():
            self._living = ProgressLines(self._stream, quiet=quiet)
        self._works: dict[str, _Work] = {}  # in hand, by what is worked on
        self._lock = threading.RLock()
        self._closed = threading.Event()
        self._watch: threading.Thread | None = None

    def progress(self, what: str, fraction: float, message: str, /) -> None:
        """Tell how far `what` has come; of long work, now and then."""
        if self._quiet:
            return
        with self._lock:
            if self._living is not None:
                self._living(masked(what), fraction, masked(message))
            else:
                self._note(what, fraction, message)

    def tell_of_long_work(self) -> None:
        """Tell of what has been worked on for a minute since it was last told of."""
        with self._lock:
            moment = time.monotonic()
            for work in self._works.values():
                if moment - work.told >= _AGAIN:
                    work.told = moment
                    self._write(
                        Event(
                            happening=Happening.WORKING,
                            document_id=_document(work.what),
                            title=work.what,
                            message=f"{work.fraction:.0%} {work.message}",
                            seconds=moment - work.began,
                        )
                    )

    def close(self) -> None:
        """Say no more of work; clear the living line, for a report follows."""
        self._closed.set()
        if self._living is not None and not self._quiet:
            with self._lock, contextlib.suppress(OSError, ValueError):
                self._stream.write("\r\x1b[K")
                self._stream.flush()

    def tell(self, event: Event) -> None:
        """Tell of one event."""
        if event.happening is Happening.PARKED:
            with self._lock:
                self._works.clear()  # put down
        loud = event.happening in (Happening.ASKED, Happening.STOPPED)
        if self._quiet and not loud:
            return
        if self._living is None or event.happening in _TERMINAL:
            with self._lock:
                self._write(event)

    def _note(self, what: str, fraction: float, message: str) -> None:
        if fraction >= 1:  # an event says how it ended
            self._works.pop(_document(what) or what, None)
            return
        moment = time.monotonic()
        new = _Work(what, moment, moment, fraction, message)
        work = self._works.setdefault(_document(what) or what, new)
        work.fraction, work.message = fraction, message
        self.tell_of_long_work()
        if self._watch is None:
            self._watch = threading.Thread(target=self._keep_telling, daemon=True)
            self._watch.start()

    def _keep_telling(self) -> None:
        while not self._closed.wait(_AGAIN / 6):
            self.tell_of_long_work()

    def _write(self, event: Event) -> None:
        line = json_line(event) if self._json else text_line(event)
        start = "\r\x1b[K" if self._living is not None else ""
        # A log that cannot be written ends no run; RuntimeError: a signal came in the middle.
        with contextlib.suppress(OSError, ValueError, RuntimeError):
            # One write: what other processes print on the same stream does not cut it.
            self._stream.write(f"{start}{line}\n")
            self._stream.flush()


def json_line(event: Event) -> str:
    """Return an event as one JSON object on one line."""
    said = {
        "time": _time(),
        "event": event.happening.value,
        "source": event.source_id or None,
        "document": event.document_id or None,
        "title": _shown(event.title) or None,
        "stage": event.stage.value if event.stage else None,
        "seconds": None if event.seconds is None else round(event.seconds, 3),
        "message": _shown(event.message),
    }
    return json.dumps(said, ensure_ascii=False)


def text_line(event: Event) -> str:
    """Return an event as one line to read."""
    about = (
        event.source_id if not event.document_id else "",
        event.document_id,
        event.stage.value if event.stage else "",
        event.title,
    )
    took = "" if event.seconds is None else f" ({event.seconds:.1f} s)"
    named = " ".join(filter(None, (_shown(each) for each in about)))
    said = ": ".join(filter(None, (named, _shown(event.message))))
    return f"{_time()} {event.happening.value:<16} {said}{took}"


def _shown(words: str) -> str:
    return masked(one_lined(words))[:_LONGEST]


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _document(what: str) -> str:
    """Return the id of the document that is worked on, "" where it is none."""
    return str(getattr(what, "document_id", ""))
