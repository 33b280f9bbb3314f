"""Keeps the crawl out of where it must not go: private networks and what robots.txt forbids."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, IgnoreRequest
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]  # comes with Twisted

from ingest.addresses import is_public

REFUSED: dict[str, str] = {}
"""Host name to the private address it resolved to, of this process's crawl."""


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes public addresses on; a name that has none looks as if it did not exist."""

    def __init__(self, receiver: Any, host: str) -> None:
        self._receiver = receiver
        self._host = host
        self._public = 0
        self._private = ""

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802  (Twisted's name)
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802  (Twisted's name)
        if is_public(address.host):
            self._public += 1
            self._receiver.addressResolved(address)
        else:
            self._private = address.host

    def resolutionComplete(self) -> None:  # noqa: N802  (Twisted's name)
        if self._private and not self._public:
            REFUSED[self._host] = self._private
        self._receiver.resolutionComplete()


class PublicResolver(CachingHostnameResolver):
    """Scrapy's resolver without private addresses; literal addresses pass through it too."""

    def resolveHostName(  # noqa: N802  (Twisted's name and arguments)
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Any = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve as Scrapy does; the connection is made to what passes here."""
        receiver: Any = _PublicOnly(resolutionReceiver, hostName)
        return super().resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )


LONGEST_DELAY = 30.0  # seconds that a robots.txt may have us wait between two requests
_ROBOTS_BYTES = 512_000  # of a robots.txt that are read, as RFC 9309 asks for
NO_ROBOTS = "robots.txt cannot be fetched"
NO_HOST = "its host name cannot be resolved"


class StrictRobots(RobotsTxtMiddleware):
    """Scrapy's robots.txt, but a server that fails to answer has not allowed anything.

    This is what RFC 9309 asks for; Scrapy itself would go on as if there were no rules.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._unknown: set[str] = set()

    async def robot_parser(self, request: Any) -> Any:
        """Return the rules of the request's host, None when they cannot be fetched.

        Scrapy 2.19 lets all waiting requests await one Deferred, which gives its result to the
        first only: the others would pass unchecked. What it has stored is right for all.
        """
        await super().robot_parser(request)
        return self._parsers[urlsplit(request.url).netloc]

    def process_request_2(self, rp: Any, request: Any) -> None:
        """Refuse what the rules forbid and, for now, what has no readable rules."""
        if rp is None:
            private = REFUSED.get(urlsplit(request.url).hostname or "")
            if private:  # a redirect led here: its robots.txt was refused before the page could be
                raise IgnoreRequest(f"it leads to {private}, which is not on the public internet")
            unknown = urlsplit(request.url).netloc in self._unknown
            raise IgnoreRequest(NO_HOST if unknown else NO_ROBOTS)
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Any, netloc: str, request: Any) -> None:
        if response.status >= 500:
            raise DownloadFailedError(f"robots.txt: {response.status}")
        response = response.replace(body=response.body[:_ROBOTS_BYTES])
        await super()._parse_robots(response, netloc, request)
        self._slow_down(self._parsers[netloc], request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        # It may be the name of a host that its robots.txt redirects to: the error ends with it.
        own = f": {urlsplit(f'//{netloc}').hostname}."
        if isinstance(exc, CannotResolveHostError) and str(exc).endswith(own):
            self._unknown.add(netloc)
        super()._robots_error(exc, netloc)

    def _slow_down(self, rules: Any, request: Any) -> None:
        """Ask the host as seldom as its robots.txt wishes, within bounds."""
        try:
            wished = float(rules.crawl_delay(self._robotstxt_useragent) or 0.0)
        except ValueError:
            return
        wished = min(wished, LONGEST_DELAY) if wished > 0 else 0.0  # NaN is not more than 0
        downloader = self.crawler.engine.downloader
        host = downloader.get_slot_key(request)
        known = downloader.per_slot_settings.get(host, {})
        delay = max(wished, known.get("delay", self.crawler.settings.getfloat("DOWNLOAD_DELAY")))
        # Both: the slot at work, and the one made anew after a minute without requests.
        downloader.per_slot_settings[host] = {"concurrency": 1, "jitter": 0.0, "delay": delay}
        if host in downloader.slots:
            downloader.slots[host].delay = delay
