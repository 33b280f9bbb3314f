"""Media and transcript files: resumable, bounded in size and time, checked by content.

A download is streamed to a `.part` file with a small sidecar that remembers the validator (ETag
or Last-Modified) it belongs to, so that a later attempt, also in a later process, asks only for
the rest and starts over when the file has changed meanwhile.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import httpx

from corpus.errors import (
    GoneError,
    IngestError,
    MediaError,
    PermanentError,
    RefusedAddressError,
    StoreError,
    TransientError,
)
from corpus.settings import Settings
from ingest.addresses import GuardedBackend
from ingest.bounds import TooMuchError, Unpacking
from ingest.contents import kept_headers, not_audio, not_text, sniff
from ingest.hosts import host_of, is_trouble, seconds_asked

Progress = Callable[[float, str], None]
Accept = Literal["audio", "transcript"]

MAX_REDIRECTS = 10
ATTEMPTS = 4  # of one call; the pipeline tries again on later nights
_HEAD = 4096  # bytes that decide what a file is
_PAUSE = 0.25  # seconds before the second attempt, doubled for each one after
_TRANSIENT_STATUS = frozenset({401, 403, 408, 409, 423, 425, 429})
_AGAIN = "it will be tried again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file that arrived whole."""

    url: str  # as asked for
    final_url: str  # after redirects
    mime_type: str  # told by the content, not by the server
    size: int  # bytes
    sha256: str
    headers: tuple[tuple[str, str], ...]  # lower-case names


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What the sidecar knows of a half-done download."""

    url: str
    validator: str | None = None  # a strong ETag or a Last-Modified date
    total: int | None = None  # bytes of the whole file, as announced


class _CutShortError(Exception):
    """The connection ended before the file did; what arrived is kept."""


def fetch_file(
    url: str,
    target: Path,
    *,
    settings: Settings,
    allow_private: bool,
    accept: Accept,
    progress: Progress | None = None,
) -> Fetched:
    """Download `url` to `target`, going on from an earlier break when the server allows it.

    Args:
        url: http or https.
        target: written only when the whole file is there; `target.part` until then.
        settings: bounds (bytes, seconds) and the name we give ourselves.
        allow_private: whether the address may lie in a private network.
        accept: what the content must be.
        progress: called with the fraction done (0 when the size is unknown) and a message.

    Raises:
        TransientError: refused for now, timed out, or ended early; what arrived is kept.
        MediaError: the content is not audio, whatever the server calls it.
        RefusedAddressError: a private address or another scheme, also behind a redirect.
        PermanentError: gone, too large, or redirected in a circle.
    """
    download = _Download(url, target, settings=settings, accept=accept, progress=progress)
    with _translated(url), _client(settings, allow_private=allow_private) as client:
        return download.run(client)


def _client(settings: Settings, *, allow_private: bool) -> httpx.Client:
    transport = httpx.HTTPTransport(trust_env=False)
    # httpx has no public way to hand a network backend to the pool it makes.
    transport._pool._network_backend = GuardedBackend(
        allow_private=allow_private, seconds=settings.media_fetch_seconds
    )
    return httpx.Client(
        transport=transport,
        # Identity: ranges and sizes of a compressed stream mean nothing to the stored file.
        headers={"User-Agent": settings.user_agent, "Accept-Encoding": "identity"},
        timeout=httpx.Timeout(settings.request_timeout),
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        trust_env=False,  # a proxy would connect for us, past the check of the address
        event_hooks={"request": [_check_scheme]},  # called for each redirect too
    )


def _check_scheme(request: httpx.Request) -> None:
    """Refuse what is neither http nor https; the library knows ws and wss as well."""
    if request.url.scheme not in ("http", "https"):
        raise RefusedAddressError(str(request.url), cause="only http and https are fetched")


# ── one download ─────────────────────────────────────────────────────────────────────────────


class _Download:
    def __init__(
        self,
        url: str,
        target: Path,
        *,
        settings: Settings,
        accept: Accept,
        progress: Progress | None,
    ) -> None:
        self._url = url
        self._target = target
        self._part = target.with_suffix(".part")
        self._sidecar = target.with_suffix(".part.json")
        self._accept = accept
        self._progress = progress or (lambda _fraction, _message: None)
        self._seconds = settings.media_fetch_seconds
        self._deadline = time.monotonic() + self._seconds
        self._limit = settings.media_max_bytes if accept == "audio" else settings.page_max_bytes

    def run(self, client: httpx.Client) -> Fetched:
        """Try until the file is whole; each attempt goes on where the last one broke."""
        self._target.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(_PAUSE * 2**attempt)
            try:
                return self._attempt(client)
            except (_CutShortError, httpx.RemoteProtocolError, httpx.ReadError):
                continue
        raise TransientError(self._url, cause=self._how_far(), remedy=_AGAIN)

    def _attempt(self, client: httpx.Client) -> Fetched:
        known = self._known_part()
        offset = self._part.stat().st_size if known else 0
        with client.stream("GET", self._url, headers=_range_headers(known, offset)) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._forget()
                raise _CutShortError
            _check_status(response, self._url)
            if not _continues(response, offset):
                offset = 0
            part = self._remember(response, offset)
            size = self._receive(response, offset, part.total)
        if part.total is not None and size < part.total:
            raise _CutShortError
        return self._finish(response)

    def _known_part(self) -> _Part | None:
        """Return the sidecar of a download that can be gone on with."""
        try:
            known = _Part(**json.loads(self._sidecar.read_text("utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        usable = known.url == self._url and known.validator and self._part.exists()
        return known if usable else None

    def _remember(self, response: httpx.Response, offset: int) -> _Part:
        """Write down which file the part belongs to, before its first byte."""
        total = _total(response, offset)
        if total is not None and total > self._limit:
            raise self._too_large(total)
        part = _Part(url=self._url, validator=_validator(response), total=total)
        self._sidecar.write_text(json.dumps(asdict(part)), "utf-8")
        return part

    def _receive(self, response: httpx.Response, offset: int, total: int | None) -> int:
        size = offset
        with self._part.open("ab" if offset else "wb") as file:
            for piece in self._pieces(response):
                file.write(piece)
                if size < _HEAD <= size + len(piece):
                    file.flush()
                    self._check_content(_declared(response))
                size += len(piece)
                self._check_bounds(size, total)
        return size

    def _pieces(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield the file as it comes; packed bytes are unpacked a bounded piece at a time."""
        try:
            unpacking = Unpacking(response.headers.get("Content-Encoding", ""))
            for received in response.iter_raw():
                yield from unpacking.pieces(received)
        except TooMuchError as error:
            self._forget()
            raise PermanentError(self._url, cause=str(error)) from error

    def _check_bounds(self, size: int, total: int | None) -> None:
        if size > self._limit:
            raise self._too_large(size)
        if time.monotonic() > self._deadline:
            raise TransientError(
                self._url,
                cause=f"not done after {self._seconds:.0f} s: {self._how_far()}",
                remedy="it will be gone on with; media_fetch_seconds is the limit",
            )
        fraction = min(size / total, 1.0) if total else 0.0
        self._progress(fraction, f"downloading: {_megabytes(size)}")

    def _check_content(self, declared: str | None) -> str:
        """Return the MIME type the first bytes tell; refuse what was not asked for."""
        with self._part.open("rb") as file:
            head = file.read(_HEAD)
        mime_type = sniff(head)
        if self._accept == "audio":
            problem = not_audio(head, mime_type or declared)
        else:
            problem = not_text(head)
        if problem:
            self._forget()
            raise MediaError(self._url, cause=problem, remedy="see what the address serves")
        return mime_type or declared or "text/plain"

    def _finish(self, response: httpx.Response) -> Fetched:
        mime_type = self._check_content(_declared(response))
        size, sha256 = _digest(self._part)
        self._part.replace(self._target)
        self._sidecar.unlink(missing_ok=True)
        self._progress(1.0, f"downloaded: {_megabytes(size)}")
        return Fetched(
            url=self._url,
            final_url=str(response.url),
            mime_type=mime_type,
            size=size,
            sha256=sha256,
            headers=kept_headers(response.headers.multi_items()),
        )

    def _too_large(self, size: int) -> PermanentError:
        self._forget()
        return PermanentError(
            self._url,
            cause=f"{_megabytes(size)} or more, the limit is {_megabytes(self._limit)}",
            remedy="raise media_max_bytes (or page_max_bytes for a transcript) if it is wanted",
        )

    def _forget(self) -> None:
        self._part.unlink(missing_ok=True)
        self._sidecar.unlink(missing_ok=True)

    def _how_far(self) -> str:
        size = self._part.stat().st_size if self._part.exists() else 0
        known = self._known_part()
        whole = f" of {_megabytes(known.total)}" if known and known.total else ""
        return f"the file ends after {_megabytes(size)}{whole}"


def _range_headers(known: _Part | None, offset: int) -> dict[str, str]:
    if known is None or not known.validator or not offset:
        return {}
    return {"Range": f"bytes={offset}-", "If-Range": known.validator}


def _continues(response: httpx.Response, offset: int) -> bool:
    """Return whether the answer goes on at `offset`; otherwise it is the whole file again."""
    if response.status_code != httpx.codes.PARTIAL_CONTENT:
        return False
    start = re.match(r"bytes (\d{1,18})-", response.headers.get("Content-Range", ""))
    if start is None or int(start[1]) != offset:
        raise PermanentError(str(response.url), cause="it answers with another range than asked")
    return True


def _total(response: httpx.Response, offset: int) -> int | None:
    """Return the size of the whole file, None when the server does not say."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return None  # the announced length is that of the compressed bytes
    whole = re.match(r"bytes \d+-\d+/(\d{1,18})$", response.headers.get("Content-Range", ""))
    if offset and whole:
        return int(whole[1])
    length = response.headers.get("Content-Length", "")
    return offset + int(length) if length.isdigit() and len(length) < 19 else None


def _validator(response: httpx.Response) -> str | None:
    """Return what proves that a later answer is the same file; If-Range takes no weak ETag."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return None
    etag: str = response.headers.get("ETag", "")
    if etag and not etag.startswith("W/"):
        return etag
    modified: str | None = response.headers.get("Last-Modified")
    return modified


def _check_status(response: httpx.Response, url: str) -> None:
    status = response.status_code
    if status in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        return
    cause = f"the server answers {status} {response.reason_phrase}".rstrip()
    if status in _TRANSIENT_STATUS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        wait = seconds_asked(response.headers.get("Retry-After", ""))
        host = host_of(str(response.url)) if is_trouble(status) else ""
        raise TransientError(url, cause=cause, remedy=_AGAIN, wait=wait, host=host)
    kind = GoneError if status in (httpx.codes.NOT_FOUND, httpx.codes.GONE) else PermanentError
    raise kind(url, cause=cause, remedy="see whether the file has moved")


@contextmanager
def _translated(url: str) -> Iterator[None]:
    """Turn errors of the network library and of the disk into ours."""
    host = host_of(url)
    try:
        yield
    except IngestError:
        raise
    except httpx.TooManyRedirects as error:
        raise PermanentError(url, cause="it redirects in a circle") from error
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        raise RefusedAddressError(url, cause=str(error), remedy="use http or https") from error
    except httpx.TimeoutException as error:
        raise TransientError(url, cause="no answer in time", remedy=_AGAIN, host=host) from error
    except httpx.HTTPError as error:
        raise TransientError(url, cause=str(error), remedy=_AGAIN, host=host) from error
    except OSError as error:
        raise StoreError(str(error.filename or url), cause=str(error)) from error


def _digest(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return path.stat().st_size, sha256


def _declared(response: httpx.Response) -> str | None:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower() or None


def _megabytes(size: int) -> str:
    if size < 100_000:
        return f"{size:,} bytes"
    return f"{size / 1e6:.1f} MB" if size < 1e7 else f"{size / 1e6:.0f} MB"
