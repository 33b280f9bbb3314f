"""Keeps the crawl out of private networks: checks every address between DNS and connecting."""

from __future__ import annotations

from typing import Any

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
