"""Hosts that keep failing, or ask to be left alone, are left alone for the rest of the crawl.

Requests under way already (16 at most) are still made.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from scrapy.exceptions import (
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from ingest.hosts import host_of, is_trouble, seconds_asked

LEFT_ALONE = "its host is left alone for this run"
_ENOUGH = 9  # answers in a row, retries included: three addresses that failed
_NO_ANSWER = (DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)
_PATIENCE = 30.0  # seconds that may be asked for without giving up on the host tonight


class RestingHosts:
    """A downloader middleware; sits between the retries and the network, and sees every try."""

    def __init__(self) -> None:
        self._failed: Counter[str] = Counter()

    def process_request(self, request: Any) -> None:
        """Refuse a request to a host that is left alone."""
        if self._failed[host_of(request.url)] >= _ENOUGH:
            raise IgnoreRequest(LEFT_ALONE)

    def process_response(self, request: Any, response: Any) -> Any:
        """Count failures in a row; a long Retry-After is obeyed at once."""
        host = host_of(request.url)
        if not is_trouble(response.status):
            self._failed[host] = 0
            return response
        self._failed[host] += 1
        asked = (response.headers.get("Retry-After") or b"").decode("latin-1")
        if seconds_asked(asked) > _PATIENCE:
            self._failed[host] = _ENOUGH
            request.meta["dont_retry"] = True
        return response

    def process_exception(self, request: Any, exception: Exception) -> None:
        """Count a connection that failed; what we refused ourselves says nothing of the host."""
        if isinstance(exception, _NO_ANSWER):
            self._failed[host_of(request.url)] += 1
