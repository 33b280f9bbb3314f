"""Publishes the sample archive on this machine, the way a small public site would.

Redirects, conditional requests, byte ranges and robots.txt behave as they do on the web, so a crawl
of the sample is a real crawl. Only the standard library is used, and only 127.0.0.1 is bound.

    with SampleServer(port=0) as server:
        crawl(server.url + "/show/feed.xml")
        assert server.requests[0].status == 200

From a shell: ``python -m corpus.sample.server --port 8799``; it stops on Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import re
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote, urlsplit

HERE = Path(__file__).resolve().parent
SITE = HERE / "site"
MEDIA = HERE / "media"
HOST = "127.0.0.1"
DEFAULT_PORT = 8799

BASE = b"{{BASE}}"
"""Stands in the files for the server's own address: feeds must name absolute addresses."""

REDIRECTS = {
    "/media/ep2": (HTTPStatus.FOUND, "/media/ep2-who-hands-over-the-gun.opus"),
    "/magazine/articles/two-calls.html": (
        HTTPStatus.MOVED_PERMANENTLY,
        "/magazine/articles/cold-gun-hot-gun.html",
    ),
}
"""An enclosure behind a counting service, and an article that moved: both are common."""

CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".mp3": "audio/mpeg",
    ".opus": "audio/ogg",
}
FEED_TYPE = "application/rss+xml; charset=utf-8"

RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class PortTakenError(OSError):
    """Another program already listens on the port asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(
            errno.EADDRINUSE,
            f"port {port} on {HOST} is taken: stop the program that uses it, "
            f"or choose another with --port (0 takes any free one)",
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the request log; ``sent`` counts the bytes of the body."""

    method: str
    path: str
    status: int
    sent: int


@dataclass(frozen=True, slots=True)
class Resource:
    """What stands at one address, as it goes over the wire."""

    body: bytes
    content_type: str
    modified: datetime

    @property
    def etag(self) -> str:
        """A validator of the bytes as sent, so a changed address changes it too."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class Answer:
    """A response decided upon, before anything is sent."""

    status: HTTPStatus
    headers: Mapping[str, str]
    body: bytes = b""


def find_resource(path: str, base_url: str) -> Resource | None:
    """The file behind a path, with the server's address put in; None when there is none."""
    root, inside = (MEDIA, path[7:]) if path.startswith("/media/") else (SITE, path.lstrip("/"))
    try:
        file = (root / inside).resolve()
        if file.is_dir():
            file /= "index.html"
        if not file.is_relative_to(root) or not file.is_file():
            return None
    except (OSError, ValueError):  # a name too long, or with a zero byte in it
        return None
    body = file.read_bytes()
    if root is SITE:
        body = body.replace(BASE, base_url.encode())
    modified = datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    kind = CONTENT_TYPES.get(file.suffix, "application/octet-stream")
    return Resource(body, FEED_TYPE if file.name == "feed.xml" else kind, modified)


def answer(path: str, headers: Mapping[str, str], base_url: str) -> Answer:
    """Decide what to send for a GET or HEAD; nothing here touches the connection.

    Args:
        path: the address without host and query, percent signs decoded.
        headers: the request's, their names in lower case.
        base_url: what to put in the place of BASE.
    """
    if path in REDIRECTS:
        status, target = REDIRECTS[path]
        return Answer(status, {"Location": base_url + target})
    resource = find_resource(path, base_url)
    if resource is None:
        return error(HTTPStatus.NOT_FOUND)
    common = {
        "ETag": resource.etag,
        "Last-Modified": format_datetime(resource.modified, usegmt=True),
        "Accept-Ranges": "bytes",
    }
    if is_unchanged(resource, headers):
        return Answer(HTTPStatus.NOT_MODIFIED, common)
    common["Content-Type"] = resource.content_type
    if headers.get("range") and headers.get("if-range", resource.etag) == resource.etag:
        return partial(resource.body, headers["range"], common)
    return Answer(HTTPStatus.OK, common, resource.body)


def error(status: HTTPStatus) -> Answer:
    """A small page that says what is wrong."""
    page = f"<!doctype html><title>SAMPLE: {status.phrase}</title><p>{status.phrase}</p>"
    return Answer(status, {"Content-Type": CONTENT_TYPES[".html"]}, page.encode())


def is_unchanged(resource: Resource, headers: Mapping[str, str]) -> bool:
    """Whether the client's copy is still good; an ETag, when sent, decides alone."""
    tags = headers.get("if-none-match")
    if tags is not None:
        return any(tag.strip() in ("*", resource.etag) for tag in tags.split(","))
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return resource.modified <= parsedate_to_datetime(since).astimezone(UTC)
    except ValueError:
        return False


def partial(body: bytes, wanted: str, common: Mapping[str, str]) -> Answer:
    """One byte range; any other wish for ranges gets the whole, as RFC 9110 allows."""
    match = RANGE.fullmatch(wanted.strip())
    if match is None or match.groups() == ("", ""):
        return Answer(HTTPStatus.OK, common, body)
    size = len(body)
    first, last = match.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    if start >= size or end < start:
        return Answer(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"}
        )
    headers = {**common, "Content-Range": f"bytes {start}-{end}/{size}"}
    return Answer(HTTPStatus.PARTIAL_CONTENT, headers, body[start : end + 1])


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__((HOST, port), _Handler)
        self.requests: list[Request] = []

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "OnRecordSample/1"
    timeout = 30
    server: _Server

    def do_GET(self) -> None:
        self._send(self._decide(), with_body=True)

    def do_HEAD(self) -> None:
        self._send(self._decide(), with_body=False)

    def _decide(self) -> Answer:
        path = unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        return answer(path, headers, self.server.url)

    def _send(self, reply: Answer, *, with_body: bool) -> None:
        # Logged before the first byte leaves, so a client that has its answer finds the entry.
        body = reply.body if with_body else b""
        self.server.requests.append(Request(self.command, self.path, reply.status, len(body)))
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if reply.status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except ConnectionError:  # the client hung up: its right
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base's name)
        """Keep standard error quiet; ``SampleServer.requests`` is the log."""


class SampleServer:
    """The sample archive on a port of this machine, for as long as the ``with`` block lasts.

    Args:
        port: the port to listen on; 0 takes any free one.

    Raises:
        PortTakenError: when another program has the port.
    """

    def __init__(self, port: int = DEFAULT_PORT) -> None:
        try:
            self._server = _Server(port)
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise PortTakenError(port) from problem
            raise
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def url(self) -> str:
        """The address to crawl, without a slash at its end."""
        return self._server.url

    @property
    def requests(self) -> list[Request]:
        """Every request answered so far, oldest first."""
        return list(self._server.requests)

    def __enter__(self) -> SampleServer:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def main(arguments: list[str] | None = None) -> int:
    """Serve until asked to stop."""
    parser = argparse.ArgumentParser(prog="python -m corpus.sample.server", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="0 takes any free one")
    port = parser.parse_args(arguments).port
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    try:
        with SampleServer(port) as server:
            sys.stdout.write(f"The sample archive is at {server.url} (Ctrl-C stops it)\n")
            sys.stdout.flush()
            stop.wait()
    except PortTakenError as problem:
        sys.stderr.write(f"{problem.strerror}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
