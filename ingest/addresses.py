"""Which addresses may be reached: checks them between resolving a name and connecting."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

import httpcore

from corpus.errors import RefusedAddressError

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


def is_public(address: str) -> bool:
    """Return whether an IP address (text) belongs to the public internet."""
    parsed = _embedded(ipaddress.ip_address(address.partition("%")[0]))
    return parsed.is_global and not parsed.is_multicast


def _embedded(address: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


class GuardedBackend(httpcore.SyncBackend):
    """Resolves a name once, checks the addresses and connects to exactly those.

    Checking the name first and letting the library resolve it again would leave a gap in which
    the name can change its answer.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first checked address that answers."""
        failure: Exception | None = None
        for address in self._addresses(host, port):
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"cannot resolve {host}: {error}") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        usable = [each for each in addresses if self._allow_private or is_public(each)]
        if addresses and not usable:
            raise RefusedAddressError(
                host,
                cause=f"it resolves to {addresses[0]}, which is not on the public internet",
                remedy="set allow_private for a source on your own network",
            )
        return usable
