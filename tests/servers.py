"""Small HTTP servers on 127.0.0.1 that behave as told: badly, mostly."""

from __future__ import annotations

import hashlib
import re
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came in; header names in lower case."""

    path: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What to answer. `announced` lies about the length; `stall` waits before the body."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    stall: float = 0.0


Route = Reply | Callable[[Asked], Reply]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of who hangs up: some of them are killed on purpose."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Site:
    """Serves `routes` (path to reply or function) and remembers what was asked.

    with Site({"/feed.xml": Reply(b"<rss/>")}) as site:
        get(site.url + "/feed.xml")
    assert site.paths == ["/feed.xml"]
    """

    def __init__(self, routes: dict[str, Route], *, host: str = "127.0.0.1") -> None:
        self.routes = routes
        self.asked: list[Asked] = []
        self._host = host
        self._server = _Server((host, 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://{self._host}:{self._server.server_port}"

    @property
    def paths(self) -> list[str]:
        return [each.path for each in self.asked]

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def html(body: str, **headers: str) -> Reply:
    """A page."""
    return Reply(body.encode(), headers={"Content-Type": "text/html; charset=utf-8", **headers})


def redirect(target: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"Location": target})


def conditional(body: bytes, content_type: str = "text/html; charset=utf-8") -> Route:
    """A page with an ETag that answers 304 to whoever has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304, headers={"ETag": etag})
        return Reply(body, headers={"Content-Type": content_type, "ETag": etag})

    return answer


def ranged(body: bytes, *, breaks_after: int | None = None, etag: str = '"one"') -> Route:
    """A file with byte ranges; every answer breaks off after `breaks_after` bytes."""

    def answer(asked: Asked) -> Reply:
        match = re.match(r"bytes=(\d+)-", asked.headers.get("range", ""))
        current = asked.headers.get("if-range") in (None, etag)
        start = int(match[1]) if match and current else 0
        headers = {"ETag": etag, "Content-Type": "audio/mpeg"}
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
        rest = body[start:]
        sent = rest if breaks_after is None else rest[:breaks_after]
        return Reply(sent, 206 if start else 200, headers, announced=len(rest))

    return answer


def in_turn(*replies: Route) -> Route:
    """Answer with the first reply, then the second …; the last one stays."""
    left = list(replies)

    def answer(asked: Asked) -> Reply:
        reply = left.pop(0) if len(left) > 1 else left[0]
        return reply(asked) if callable(reply) else reply

    return answer


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked = Asked(self.path, _lower(self.headers))
            site.asked.append(asked)
            route = site.routes.get(urlsplit(self.path).path, Reply(b"nothing here", 404))
            reply = route(asked) if callable(route) else route
            try:
                self._send(reply)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _send(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {**reply.headers, **_length(reply)}.items():
                self.send_header(name, value)
            self.end_headers()
            time.sleep(reply.stall)
            for part in (reply.body,) if isinstance(reply.body, bytes) else reply.body:
                self.wfile.write(part)
            if reply.announced is not None:
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    return Handler


def _length(reply: Reply) -> dict[str, str]:
    if reply.status == 304:
        return {}
    if reply.announced is not None:
        return {"Content-Length": str(reply.announced)}
    if isinstance(reply.body, bytes):
        return {"Content-Length": str(len(reply.body))}
    return {"Connection": "close"}  # which also ends the connection


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
