"""What a failed request means: will it pass, or does a person have to look?"""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
    StopDownload,
    UnsupportedURLSchemeError,
)
from scrapy.spidermiddlewares.httperror import HttpError

from corpus.errors import IngestError, PermanentError, RefusedAddressError, TransientError
from ingest.spiders import guard, resting


def translate(error: BaseException, url: str) -> IngestError:
    """Turn Scrapy's error into ours: will it pass, or does a person have to look?"""
    again = "it will be tried again"
    host = url.partition("//")[2].partition("/")[0].rpartition("@")[2]
    refused = guard.REFUSED.get(host.partition(":")[0]) or guard.REFUSED.get(host)
    if isinstance(error, HttpError):
        status = error.response.status
        kind = PermanentError if status in (404, 410) else TransientError
        return kind(url, cause=f"the server answers {status}")
    if isinstance(error, CannotResolveHostError | IgnoreRequest) and refused:
        return RefusedAddressError(
            url,
            cause=f"it resolves to {refused}, which is not on the public internet",
            remedy="set allow_private for a source on your own network",
        )
    if isinstance(error, CannotResolveHostError):
        return TransientError(url, cause=guard.NO_HOST, remedy=again)
    if isinstance(error, DownloadTimeoutError):
        return TransientError(url, cause="no answer in time", remedy=again)
    return _translate_refusal(error, url) or TransientError(url, cause=_words(error), remedy=again)


def _translate_refusal(error: BaseException, url: str) -> IngestError | None:
    scheme = url.partition(":")[0].lower()
    if isinstance(error, UnsupportedURLSchemeError) or scheme not in ("http", "https"):
        return RefusedAddressError(url, cause="only http and https are fetched")
    if isinstance(error, DownloadCancelledError | StopDownload) or "MAXSIZE" in str(error):
        return PermanentError(
            url, cause="it is larger than page_max_bytes", remedy="raise it if it is wanted"
        )
    return _translate_ignored(str(error), url) if isinstance(error, IgnoreRequest) else None


def _translate_ignored(text: str, url: str) -> IngestError:
    if text in (resting.LEFT_ALONE, guard.NO_HOST):
        return TransientError(url, cause=text, remedy="it will be tried again")
    if text == guard.NO_ROBOTS:
        return TransientError(url, cause="its robots.txt cannot be fetched")
    if "robots.txt" in text:
        return RefusedAddressError(url, cause="robots.txt does not allow it")
    return PermanentError(url, cause=text or "it was refused", remedy="see what it serves")


def _words(error: BaseException) -> str:
    return str(error).splitlines()[0][:300] if str(error) else type(error).__name__
