"""Name servers and web servers that lead where nobody may go, or send without end.

One loopback address, 127.0.0.2, is called public while an attack runs; 127.0.0.1 stays private.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corpus.errors import IngestError, RefusedAddressError
from corpus.settings import Settings
from ingest import addresses, fetch
from tests.hostile import Attack, packed
from tests.servers import Asked, Reply, Route, Site, redirect

PUBLIC = "127.0.0.2"
AUDIO = b"ID3\x04" + bytes(range(256)) * 200
_SECONDS = 3.0  # that one download may take here

PRIVATE = (
    *("127.0.0.1", "localhost", "localhost.", "127.0.0.1.", "127.1", "2130706433", "0x7f.1"),
    *("0x7f000001", "0177.0.0.1", "017700000001", "0", "0.0.0.0", "127.127.127.127"),
    *("127。0。0。1", "①②⑦.⓪.⓪.①", "１２７.０.０.１"),
    *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.168.1.1."),
    *("169.254.169.254", "2852039166", "0xa9fea9fe", "169.254.0.1", "100.64.0.1"),
    *("100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    "255.255.255.255",
    *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]"),
    *("[::ffff:169.254.169.254]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::a9fe:a9fe]"),
    *("[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[2001:db8::1]"),
    *("[fe80::1]", "[fe80::1%25lo]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]"),
    *("[::ffff:0:127.0.0.1]", "[100::1]", "[4000::1]"),
)
_SCHEMES = (
    *("file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://127.0.0.1/a", "data:audio/mpeg,ID3"),
    *("dict://127.0.0.1/a", "ldap://127.0.0.1/a", "javascript:x()", "unix:///run/x", "ws://a/b"),
    *("//127.0.0.1/a", "jar:http://127.0.0.1/a!/b", "HTTP+unix://x/a", "http:///a", "http://"),
)


def network_attacks() -> Iterator[Attack]:
    """Yield the attacks on the downloads of recordings and transcripts."""
    for host in PRIVATE:
        yield Attack(f"address: {host}", _direct(host))
        yield Attack(f"redirect to: {host}", _redirected(f"http://{host}:{{port}}/secret"))
    for url in _SCHEMES:
        yield Attack(f"scheme: {url}", _scheme(url))
        if not url.startswith("http"):  # which would be relative, and so an address of the sender
            yield Attack(f"redirect to scheme: {url}", _redirected(url))
    yield Attack("a name that answers otherwise the second time", _rebinding)
    yield Attack("a name with a public and a private address", _mixed)
    yield Attack(
        "a redirect back and forth", _answered({"/a": redirect("/b"), "/b": redirect("/a")})
    )
    yield Attack("a chain of redirects", _answered(_chain()))
    for encoding in ("gzip", "deflate", "gzip,gzip", "gzip,gzip,gzip", "br", "zstd", "br,gzip"):
        yield Attack(f"bytes packed as {encoding}", _bomb(encoding))
    for name, reply in _SLOW.items():
        yield Attack(f"a server of {name}", _answered({"/a": reply}))


def private_sites(port: int) -> list[str]:
    """Return the addresses of PRIVATE for a crawl."""
    return [f"http://{host}:{port}/feed.xml" for host in PRIVATE]


@contextlib.contextmanager
def one_public_address() -> Iterator[None]:
    """Let 127.0.0.2 count as public here; everything else is judged as ever."""
    kept = addresses.is_public
    addresses.is_public = lambda address: address == PUBLIC or kept(address)
    try:
        yield
    finally:
        addresses.is_public = kept


def patched_crawl(*values: Any) -> None:
    """Be the crawl's own process, in which 127.0.0.2 counts as public."""
    from ingest import crawl
    from ingest.spiders import guard

    kept = guard.is_public
    guard.is_public = lambda address: address == PUBLIC or kept(address)
    crawl._crawl(*values)


def _get(url: str, folder: Path, *, private: bool = False) -> str:
    """Fetch as a download of a run does; return what arrived, "" for nothing."""
    settings = Settings(request_timeout=0.5, media_fetch_seconds=1.0, media_max_bytes=1_000_000)
    begun = time.monotonic()
    arrived = ""
    for accept in ("audio", "transcript"):
        try:
            fetch.fetch_file(
                url, folder / accept, settings=settings, allow_private=False, accept=accept
            )
            arrived = f"{accept} arrived"
        except RefusedAddressError:
            continue
        except IngestError as error:
            # A name that means nothing is as good as refused; a connection that was tried is not.
            if private and "Errno" in str(error) and "resolve" not in str(error):
                arrived = f"a connection was tried: {error}"
    for part in folder.glob("*.part"):
        if part.stat().st_size > 1_200_000:
            arrived = f"{part.stat().st_size} bytes were kept"
    if time.monotonic() - begun > 4 * _SECONDS:
        arrived = f"it held us for {time.monotonic() - begun:.0f} s"
    return arrived


def _direct(host: str) -> Callable[[int, Path], str]:
    def run(size: int, folder: Path) -> str:
        with Site({"/secret": Reply(AUDIO)}) as site:
            port = site.url.rpartition(":")[2]
            found = _get(f"http://{host}:{port}/secret", folder, private=True)
            return found or ("it was asked" if site.asked else "")

    return run


def _redirected(target: str) -> Callable[[int, Path], str]:
    def run(size: int, folder: Path) -> str:
        with Site({"/secret": Reply(AUDIO)}) as inside, one_public_address():
            to = target.replace("{port}", inside.url.rpartition(":")[2])
            reply = Reply(status=302, headers={"Location": to.encode().decode("latin-1")})
            with Site({"/a": reply}, host=PUBLIC) as outside:
                found = _get(outside.url + "/a", folder, private=True)
            return found or ("it was asked" if inside.asked else "")

    return run


def _scheme(url: str) -> Callable[[int, Path], str]:
    def run(size: int, folder: Path) -> str:
        try:
            fetch.fetch_file(
                url, folder / "a", settings=Settings(), allow_private=False, accept="audio"
            )
        except RefusedAddressError:
            return ""
        except IngestError as error:
            return "" if url.startswith(("http:", "//")) else f"not refused: {error}"
        return "it was fetched"

    return run


def _resolving(answers: Callable[[int], list[str]], folder: Path) -> str:
    """Resolve `rebind.test` as told, in turn; the private side must not hear of it."""
    asked = 0
    kept = socket.getaddrinfo

    def lookup(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        nonlocal asked
        if host != "rebind.test":
            return kept(host, port, *rest, **more)
        found = answers(asked)
        asked += 1
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    with Site({"/a": Reply(AUDIO)}) as inside, one_public_address():
        socket.getaddrinfo = lookup
        try:
            _get(f"http://rebind.test:{inside.url.rpartition(':')[2]}/a", folder)
        finally:
            socket.getaddrinfo = kept
        return "the private side was asked" if inside.asked else ""


def _rebinding(size: int, folder: Path) -> str:
    return _resolving(lambda time: [PUBLIC] if time == 0 else ["127.0.0.1"], folder)


def _mixed(size: int, folder: Path) -> str:
    return _resolving(lambda time: ["127.0.0.1", PUBLIC], folder)


def _chain() -> dict[str, Route]:
    return {"/a": redirect("/1"), **{f"/{n}": redirect(f"/{n + 1}") for n in range(1, 60)}}


def _answered(routes: dict[str, Route]) -> Callable[[int, Path], str]:
    def run(size: int, folder: Path) -> str:
        with Site(routes, host=PUBLIC) as site, one_public_address():
            found = _get(site.url + "/a", folder)
            return found or ("it was asked without end" if len(site.asked) > 100 else "")

    return run


def _bomb(encoding: str) -> Callable[[int, Path], str]:
    def run(size: int, folder: Path) -> str:
        body = packed(b"ID3\x04" + bytes(max(20 * size, 5_000_000)), encoding)
        reply = Reply(body, headers={"Content-Encoding": encoding, "Content-Type": "audio/mpeg"})
        return _answered({"/a": reply})(size, folder)

    return run


def _endless(piece: bytes, pause: float = 0.0) -> Callable[[Asked], Reply]:
    def body() -> Iterator[bytes]:
        yield b"ID3\x04"
        while True:
            time.sleep(pause)
            yield piece

    return lambda _asked: Reply(body())


_SLOW: dict[str, Route] = {
    "endless bytes": _endless(bytes(65536)),
    "a byte now and then": _endless(b"\x00", 0.3),
    "silence": Reply(AUDIO, stall=2.0),
    "a length that is no number": Reply(AUDIO, announced=10**400),
    "a length of 2^62": Reply(AUDIO, announced=2**62),
    "headers without end": Reply(AUDIO, headers={f"X-{n}": "a" * 60_000 for n in range(40)}),
    "a range nobody asked for": Reply(
        AUDIO, 206, {"Content-Range": "bytes 5-" + "9" * 5000 + "/" + "9" * 5000}
    ),
    "partial answers to nothing": Reply(AUDIO, 416),
}
