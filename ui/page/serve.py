"""The web server: Streamlit's pages, our own routes for sound and transcripts, and the guard.

Started by `onrecord serve` or `python -m ui.page.serve`. Bound to this machine unless a setting
says otherwise; a page on the open internet needs a proxy that asks who is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import ipaddress
import logging
import os
import re
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from corpus.citations import one_line
from corpus.errors import NotFoundError, OnRecordError, QuoteError, SettingsError
from corpus.settings import Settings, load_settings
from corpus.types import Span
from ui import wording
from ui.archive import Archive, open_archive
from ui.kept.exporting import HeldFile, export_set
from ui.page import components
from ui.page.transcripts import lay_out

_log = logging.getLogger(__name__)
_SCRIPT = Path(__file__).with_name("app.py")
_SHA256 = re.compile(r"[0-9a-f]{64}")

# The strictest that keeps everything working: v2 components arrive by blob:, styles inline.
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss: blob: data:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}

_LIGHT = {
    "primaryColor": "#a3281f",
    "backgroundColor": "#ffffff",
    "secondaryBackgroundColor": "#f5f4f1",
    "textColor": "#1b1c1e",
    "linkColor": "#1d4f8f",
    "borderColor": "#d9d7d1",
}
_DARK = {
    "primaryColor": "#c8483d",
    "backgroundColor": "#16181b",
    "secondaryBackgroundColor": "#202327",
    "textColor": "#ebe9e4",
    "linkColor": "#8db7ec",
    "borderColor": "#3a3e44",
}


def serve(settings: Settings, *, announce: Callable[[str], None] | None = None) -> None:
    """Serve the page until it is stopped.

    Args:
        settings: where the archive is and where to listen; port 0 takes any free port.
        announce: told the address as soon as the page answers; printed when None.

    Raises:
        SettingsError: the address is taken or cannot be listened on.
    """
    settings = settings.model_copy(update={"port": _free_port(settings)})
    make_app(open_archive(settings), announce=announce).run(config=_streamlit_config(settings))


def make_app(archive: Archive, *, announce: Callable[[str], None] | None = None) -> st.App:
    """Return the ASGI application over `archive`; one per process."""
    components.use_archive(archive)
    say = announce or _announce

    @contextlib.asynccontextmanager
    async def lifespan(_: st.App) -> AsyncIterator[None]:
        await asyncio.to_thread(_warm, archive)
        say(archive.settings.base_url)
        try:
            yield
        finally:
            archive.close()

    return st.App(
        _SCRIPT,
        routes=_routes(archive),
        middleware=[Middleware(Guard, settings=archive.settings)],
        lifespan=lifespan,
    )


def _announce(url: str) -> None:
    sys.stdout.write(f"OnRecord answers at {url} (stop with Ctrl-C)\n")
    sys.stdout.flush()


def _warm(archive: Archive) -> None:
    """Load before the port answers what the first question would otherwise wait for."""
    try:
        archive.embedder.embed(["warm"])
        archive.store.count()
        archive.choices()
    except OnRecordError as error:  # an archive that is half there still has pages to show
        _log.warning("%s", error)
    # Streamlit collects garbage after each run, holding the lock: 245 ms over loaded models.
    gc.collect()
    gc.freeze()


def _free_port(settings: Settings) -> int:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise SettingsError(
                f"{settings.host}:{settings.port}",
                cause=error.strerror or str(error),
                remedy="stop the other program or set another port (ONRECORD_PORT)",
            ) from error
        return int(probe.getsockname()[1])


def _streamlit_config(settings: Settings) -> dict[str, Any]:
    fixed = {
        "server.address": settings.host,
        "server.port": settings.port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "viewer",
        "runner.magicEnabled": False,
        "logger.hideWelcomeMessage": True,
        "theme.headingFont": "serif",
        "theme.baseRadius": "small",
    }
    light = {f"theme.light.{key}": value for key, value in _LIGHT.items()}
    dark = {f"theme.dark.{key}": value for key, value in _DARK.items()}
    return {**fixed, **light, **dark}


# ── routes ───────────────────────────────────────────────────────────────────────────────────


def _routes(archive: Archive) -> list[Route]:
    def audio(request: Request) -> Response:
        return _audio(archive, request)

    def transcript(request: Request) -> Response:
        return _transcript(archive, request)

    def quote(request: Request) -> Response:
        return _quote(archive, request)

    def export(request: Request) -> Response:
        return export_set(archive, request.path_params["set_id"], request.path_params["form"])

    # Plain functions: Starlette runs them in threads, so reading never stops the pages.
    return [
        Route("/audio/{name}", _told(audio)),
        Route("/api/transcript/{document_id}", _told(transcript)),
        Route("/api/quote/{document_id}", _told(quote)),
        Route("/api/set/{set_id}/{form}", _told(export)),
    ]


def _told(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Return `answer` with expected errors told by status; nothing of the inside is shown."""

    def endpoint(request: Request) -> Response:
        try:
            return answer(request)
        except NotFoundError:
            return PlainTextResponse("not in the archive", 404)
        except (QuoteError, ValueError):
            return PlainTextResponse("these words are not inside one turn", 422)
        except OnRecordError as error:
            _log.warning("%s: %s", request.url.path, error)
            return PlainTextResponse("the archive cannot answer now", 503)

    return endpoint


def _audio(archive: Archive, request: Request) -> Response:
    sha256 = request.path_params["name"].removesuffix(".m4a")
    if not _SHA256.fullmatch(sha256):
        raise NotFoundError(sha256)
    media = archive.playback(sha256)
    headers = {"etag": f'"{sha256}"', "cache-control": "private, max-age=31536000, immutable"}
    if _is_fresh(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    with ExitStack() as held:
        path = held.enter_context(archive.files.local_path(sha256))
        return HeldFile(path, held.pop_all(), headers=headers, media_type=media.mime_type)


def _transcript(archive: Archive, request: Request) -> Response:
    view = archive.view(request.path_params["document_id"])
    if view.text is None:
        raise NotFoundError(view.document.id)
    # Names come from the catalogue, not from the text: both decide whether a copy is fresh.
    version = f"{view.text.sha256[:32]}-{view.document.changed.timestamp():.6f}"
    headers = {"etag": f'W/"{version}"', "cache-control": "private, no-cache"}
    if _is_fresh(request, headers["etag"]):
        return Response(status_code=304, headers=headers)
    drawn = lay_out(view, archive.vocabulary.print_role)
    return JSONResponse(drawn, headers=headers)


def _quote(archive: Archive, request: Request) -> Response:
    asked = request.query_params
    span = Span(int(asked.get("start", "")), int(asked.get("end", "")))
    citation = archive.quote(request.path_params["document_id"], span)
    line = one_line(citation)
    return JSONResponse(
        {
            "exact": citation.quote.exact,
            "printed": wording.printed(citation.quote.exact, citation.quote.manner),
            "citation": line,
            "copy": wording.copied(citation, line),
            "permalink": citation.permalink,
        },
        headers={"cache-control": "no-store"},
    )


def _is_fresh(request: Request, etag: str) -> bool:
    known = request.headers.get("if-none-match", "")
    return etag.removeprefix("W/") in {tag.strip().removeprefix("W/") for tag in known.split(",")}


# ── guard ────────────────────────────────────────────────────────────────────────────────────


class Guard:
    """Refuses foreign host names and adds the headers that keep hostile words harmless.

    A page elsewhere can point a name of its own at 127.0.0.1 and then read what is served
    there (DNS rebinding). It cannot do so with an address, so addresses are let through, and
    names only when they are ours.
    """

    def __init__(self, app: ASGIApp, *, settings: Settings) -> None:
        public = urlsplit(settings.public_url or "").hostname
        self._app = app
        self._names = {name for name in ("localhost", settings.host.lower(), public) if name}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a foreign name; pass everything else on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif not self._is_ours(Headers(scope=scope).get("host", "")):
            refusal = PlainTextResponse("unknown host name: set ONRECORD_PUBLIC_URL", 403)
            await refusal(scope, receive, _guarded(send))
        else:
            await self._app(scope, receive, _guarded(send))

    def _is_ours(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            return name in self._names or bool(ipaddress.ip_address(name))
        except ValueError:
            return False


def _guarded(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers


if __name__ == "__main__":
    os.umask(0o077)
    serve(load_settings())
