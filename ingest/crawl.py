"""Runs Scrapy once over the due sources, in a process of its own; all its settings are here.

A Twisted reactor starts once in the life of a process, so the crawl gets a fresh one. It talks to
the caller over one pipe: captures and finds come out, questions for validators go in.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from corpus.beat import use_vocabulary
from corpus.errors import RefusedAddressError, TransientError
from corpus.settings import Settings
from corpus.types import Capture, DiscoveredItem, Source, SourceKind, SourceReport
from ingest.spiders import ADDED
from ingest.spiders.knowledge import Asking, Knowledge, Question, Validators, answer

if TYPE_CHECKING:
    from ingest.spiders.walk import Reading

_LOOK = 0.5  # seconds between two looks at whether to stop
_STALLED = 900.0  # seconds of silence after which the crawl is given up; retries fit well inside
_READING = 120.0  # seconds that reading one page may take
_RESTARTS = 5  # of a crawl that a page brought down; more is no accident
_ACCEPT = "application/rss+xml,application/atom+xml,application/xml;q=0.9,text/html;q=0.9,*/*;q=0.5"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """What one look at a source found."""

    report: SourceReport  # `new` is left 0: only the catalogue knows
    captures: tuple[Capture, ...] = ()
    """Pages whose validators may be saved: everything reached through them was delivered."""
    visited: tuple[tuple[str, int], ...] = ()  # documents' pages and what they answered


@dataclass(frozen=True, slots=True)
class _Finished:
    pass


def discover(  # noqa: PLR0913 - who is told what
    sources: Sequence[Source],
    settings: Settings,
    *,
    validators: Validators,
    on_item: Callable[[DiscoveredItem], None],
    on_capture: Callable[[Capture, bytes], None],
    on_report: Callable[[CrawlReport], None] | None = None,
    known: Knowledge | None = None,
    stop: Callable[[], bool] | None = None,
) -> list[CrawlReport]:
    """Look at every source once and pass on what is found as it comes.

    Args:
        sources: at most once each.
        settings: user agent, delay, bounds.
        validators: answers with ETag and Last-Modified to send for a URL, None when unknown.
        on_item: gets every sighting; the capture it names was given to `on_capture` before.
        on_capture: gets every page with its bytes, as served but for transfer and content
            encodings, which are undone.
        on_report: hears at once of each source that was walked to its end, or given up for a page;
            what became of the others only the return value tells.
        known: pages of known documents: which to look at again, which to leave alone although
            the source names them; where sources are now. None: all that is named is asked for.
        stop: asked often whether to leave it at what has been seen.

    Returns:
        One report per source, in the order of `sources`; none for one that was not looked at to
        its end because `stop` said so. A source that fails has its error in the report and does
        not stop the others.
    """
    receiver = _Receiver(validators, on_item, on_capture, stop or (lambda: False))
    receiver.known = known or Knowledge()
    receiver.on_report = on_report or receiver.on_report
    for allow_private in (False, True):
        group = [source for source in sources if source.allow_private is allow_private]
        if group:
            # Two processes, so that a public source can never lead into a private network.
            receiver.run(group, settings)
    return [receiver.report(source) for source in sources if receiver.is_told_of(source)]


def single_page_source(url: str, *, allow_private: bool = False) -> Source:
    """Return a source for one address; whether it is feed, page or audio the answer tells.

    Raises:
        RefusedAddressError: it is no http or https address.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise RefusedAddressError(url, cause=str(error), remedy="give a whole address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RefusedAddressError(url, cause="not a web address", remedy="use http or https")
    host = parts.hostname.removeprefix("www.")
    return Source(
        id=ADDED,
        name=host,
        kind=SourceKind.PAGE,
        url=url.strip(),
        language=None,
        allow_private=allow_private,
    )


def crawl_settings(
    settings: Settings, sources: Sequence[Source], homes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return every setting of Scrapy that this project relies on.

    Sources of one call either all may reach private addresses or none may.

    Args:
        settings: of the archive.
        sources: that are looked at.
        homes: by source, where it is asked instead of its own address.
    """
    private = any(source.allow_private for source in sources)
    return {
        # who we are and what we may
        "USER_AGENT": settings.user_agent,
        "ROBOTSTXT_OBEY": True,
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "ingest.spiders.guard.StrictRobots": 100,
            # Just above 550, Scrapy's retries, so that it sees each of them.
            "ingest.spiders.resting.RestingHosts": 560,
        },
        "ROBOTSTXT_USER_AGENT": settings.user_agent.partition("/")[0],
        "DEFAULT_REQUEST_HEADERS": {"Accept": _ACCEPT, "Accept-Language": "en,*;q=0.5"},
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REFERER_ENABLED": False,
        # A proxy would connect for us, past the check of the address.
        "HTTPPROXY_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingHostnameResolver"
        if private
        else "ingest.spiders.guard.PublicResolver",
        "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
        # one request per host at a time, with a delay
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "CONCURRENT_REQUESTS": 16,
        "DOWNLOAD_DELAY": settings.crawl_delay,
        "DOWNLOAD_DELAY_JITTER": 0.0,
        "DOWNLOAD_SLOTS": _slots(sources, homes or {}),
        # With one request at a time and a fixed delay AutoThrottle would only lengthen the delay
        # of slow servers, and it overrules the delay a source asks for.
        "AUTOTHROTTLE_ENABLED": False,
        # what may go wrong
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": [500, 502, 503, 504, 522, 524, 408, 429],
        # Not CannotResolveHostError: a name that is refused or unknown stays so for tonight.
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.DownloadConnectionRefusedError",
            "scrapy.exceptions.DownloadFailedError",
            "scrapy.exceptions.DownloadTimeoutError",
            "scrapy.exceptions.ResponseDataLossError",
        ],
        "REDIRECT_MAX_TIMES": 10,
        "METAREFRESH_ENABLED": False,
        "DOWNLOAD_TIMEOUT": settings.request_timeout,
        "DOWNLOAD_MAXSIZE": settings.page_max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "URLLENGTH_LIMIT": 0,  # bounded where addresses are read; Scrapy would drop them silently
        "DEPTH_LIMIT": 0,
        # first come, first served: the newest documents are asked for first
        "DEPTH_PRIORITY": 1,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
        "LOG_ENABLED": False,
        "LOG_INSTALL_ROOT_HANDLER": False,
        "MEMUSAGE_ENABLED": False,
    }


def _slots(sources: Sequence[Source], homes: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Return the delay of each host that a source asks for; the slowest wish wins."""
    slots: dict[str, dict[str, Any]] = {}
    for source in sources:
        host = urlsplit(homes.get(source.id, source.url)).hostname
        if source.delay is None or host is None:
            continue
        known = slots.get(host, {}).get("delay", 0.0)
        slots[host] = {
            "concurrency": 1,
            "delay": max(known, source.delay),
            "jitter": 0.0,
        }
    return slots


# ── the caller's side ────────────────────────────────────────────────────────────────────────


class _Receiver:
    def __init__(
        self,
        validators: Validators,
        on_item: Callable[[DiscoveredItem], None],
        on_capture: Callable[[Capture, bytes], None],
        stop: Callable[[], bool],
    ) -> None:
        self._validators = validators
        self._on_item = on_item
        self._on_capture = on_capture
        self._stop = stop
        self.known = Knowledge()
        self.on_report: Callable[[CrawlReport], None] = lambda _report: None
        self._stopped = False
        self._reports: dict[str, CrawlReport] = {}
        self._ended = ""
        self._reading: Reading | None = None

    def run(self, sources: Sequence[Source], settings: Settings) -> None:
        """Crawl `sources` in new processes and take in what they send until the last one ends.

        A page that brings its reader down, or never lets go of it, costs its own source this
        look; the others get another process.
        """
        left = list(sources)
        for _ in range(1 + _RESTARTS):
            if self._is_stopped():
                return
            self._ended = self._crawl(left, settings)
            if not self._ended or self._reading is None or self._stopped:
                return
            self._blame(self._reading)
            left = [source for source in left if source.id not in self._reports]
            if not left:
                return

    def _blame(self, reading: Reading) -> None:
        cause = f"{self._ended} while this page was read"
        problem = TransientError(reading.url, cause=cause, remedy="it will be tried again")
        report = SourceReport(source_id=reading.source_id, error=str(problem))
        self._take_report(CrawlReport(report=report))

    def _crawl(self, sources: Sequence[Source], settings: Settings) -> str:
        """Run one process to its end; return how it ended, "" when well."""
        self._reading = None
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_crawl,
            args=(theirs, list(sources), settings, self._sent_along()),
            name="crawl",
            daemon=True,
        )
        process.start()
        theirs.close()
        try:
            return self._listen(ours)
        finally:
            # Also on Ctrl-C and when storing fails: the child never outlives the call.
            ours.close()
            process.join(timeout=2)
            if process.is_alive():
                process.kill()
                process.join()
            process.close()

    def is_told_of(self, source: Source) -> bool:
        """Whether the look at `source` came to an end, good or bad."""
        return source.id in self._reports or not self._stopped

    def report(self, source: Source) -> CrawlReport:
        """Return what `source` sent, or an error when the process died before."""
        if source.id in self._reports:
            return self._reports[source.id]
        cause = self._ended or "the crawl process ended without a report"
        problem = TransientError(source.url, cause=cause, remedy="it will be tried again")
        return CrawlReport(report=SourceReport(source_id=source.id, error=str(problem)))

    def _listen(self, connection: Connection) -> str:
        from ingest.spiders.walk import Reading

        heard = time.monotonic()
        while time.monotonic() - heard < self._patience:
            if self._is_stopped():
                return "it was stopped"
            if not connection.poll(_LOOK):
                continue
            heard = time.monotonic()
            try:
                message = connection.recv()
            except (EOFError, OSError):
                return "the crawl process died"
            if isinstance(message, _Finished):
                return ""
            if isinstance(message, Question):
                connection.send(answer(message, self.known, self._validators))
            elif isinstance(message, Reading) or message is None:
                self._reading = message
            else:
                self._take_in(message)
        return f"the crawl process was silent for {self._patience:.0f} s"

    def _sent_along(self) -> Knowledge:
        """Return what another process can be given of what is known; the rest it asks for."""
        return Knowledge(pages=self.known.pages, homes=self.known.homes)

    @property
    def _patience(self) -> float:
        return _READING if self._reading else _STALLED

    def _take_in(self, message: object) -> None:
        from ingest.spiders.walk import Captured, Walked

        if isinstance(message, Captured):
            self._on_capture(message.capture, message.body)
        elif isinstance(message, DiscoveredItem):
            self._on_item(message)
        elif isinstance(message, Walked):
            self._take_report(
                CrawlReport(
                    report=message.report, captures=message.captures, visited=message.visited
                )
            )

    def _take_report(self, report: CrawlReport) -> None:
        self._reports[report.report.source_id] = report
        self.on_report(report)

    def _is_stopped(self) -> bool:
        self._stopped = self._stopped or self._stop()
        return self._stopped


# ── the crawl's own process ──────────────────────────────────────────────────────────────────


def _crawl(
    connection: Connection,
    sources: list[Source],
    settings: Settings,
    known: Knowledge,
) -> None:
    """Run Scrapy to the end; the parent decides when it is asked to stop."""
    for asked in (signal.SIGINT, signal.SIGTERM):
        signal.signal(asked, signal.SIG_IGN)
    logging.getLogger().addHandler(logging.NullHandler())
    use_vocabulary(settings.vocabulary_dir)
    threading.Thread(target=_die_with_parent, args=(os.getppid(),), daemon=True).start()

    from scrapy.crawler import CrawlerProcess

    from ingest.spiders.walk import SourcesSpider

    asking = Asking(connection, known)
    talk = {"post": connection.send, "ask": asking.validators, "known": asking.known}
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, EOFError):
        process = CrawlerProcess(crawl_settings(settings, sources, known.homes))
        process.crawl(SourcesSpider, sources=sources, **talk)
        process.start(install_signal_handlers=False)
        connection.send(_Finished())
    connection.close()


def _die_with_parent(parent: int) -> None:
    """End this process when its parent is gone, as after kill -9."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
