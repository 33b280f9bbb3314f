"""Which addresses may be reached: checks them between resolving a name and connecting."""

from __future__ import annotations

import ipaddress
import math
import socket
import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore

from corpus.errors import RefusedAddressError

_GLOBAL = ipaddress.ip_network("2000::/3")  # the only IPv6 addresses that are given to anybody
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_COMPATIBLE = ipaddress.ip_network("::/96")  # IPv4 written as IPv6, the old way
# Clouds keep their metadata also where Python, or everybody, would say "public".
_METADATA = (ipaddress.ip_network("192.0.0.0/24"), ipaddress.ip_network("168.63.129.16/32"))
_TUNNELS = (ipaddress.ip_network("2001::/32"), ipaddress.ip_network("2002::/16"))

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_SocketOption = (
    tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]
)


def is_public(address: str) -> bool:
    """Return whether an IP address (text) belongs to the public internet.

    Tunnels (Teredo, 6to4) end at an IPv4 address inside the IPv6 one; nobody publishes through
    them any more, so they are refused whatever they hold.
    """
    parsed = _embedded(ipaddress.ip_address(address.partition("%")[0]))
    if parsed.is_multicast or not parsed.is_global:
        return False
    if isinstance(parsed, ipaddress.IPv4Address):
        return not any(parsed in network for network in _METADATA)
    return parsed in _GLOBAL and not any(parsed in tunnel for tunnel in _TUNNELS)


def _embedded(address: _Address) -> _Address:
    """Return the IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    low = int(address) & 0xFFFFFFFF
    if any(address in network for network in _NAT64) or (address in _COMPATIBLE and low > 0xFFFF):
        return ipaddress.IPv4Address(low)
    return address.ipv4_mapped or address


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every wait ends at one moment, however slowly the other side sends."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream = stream
        self._until = until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        timeout = self._left(timeout, httpcore.ConnectTimeout)
        inner = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _TimedStream(inner, self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None, error: type[Exception]) -> float | None:
        if math.isinf(self._until):
            return timeout
        left = self._until - time.monotonic()
        if left <= 0:
            raise error("the time for the whole of it is over")
        return left if timeout is None else min(timeout, left)


class GuardedBackend(httpcore.SyncBackend):
    """Resolves a name once, checks the addresses and connects to exactly those.

    Checking the name first and letting the library resolve it again would leave a gap in which
    the name can change its answer.

    Args:
        allow_private: whether private addresses may be reached too.
        seconds: after which nothing is waited for any more, of the whole exchange: a server that
            sends a byte of its headers a minute would otherwise hold us for months.
    """

    def __init__(self, *, allow_private: bool, seconds: float = math.inf) -> None:
        self._allow_private = allow_private
        self._until = time.monotonic() + seconds

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
                stream = super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._until)
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
