"""What comes off the web, made harmless: plain text, http addresses, dates in UTC."""

from __future__ import annotations

import html
import re
import unicodedata
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

TITLE_LENGTH = 500  # characters
SUMMARY_LENGTH = 20_000
URL_LENGTH = 4000

_BREAK = re.compile(r"</?(?:p|div|br|li|ul|ol|h[1-6]|tr|blockquote)\b[^<>]*>", re.IGNORECASE)
_HIDDEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.I | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_RFC = re.compile(
    r"(?:[a-z]{3,9},?\s*)?\d{1,2}\s+[a-z]{3,9}\s+\d{2,4}\s(?!.*[ap]m\b)", re.IGNORECASE
)
_ZONES = {
    "UT": 0, "Z": 0, "EST": -18000, "EDT": -14400, "CST": -21600, "CDT": -18000,
    "MST": -25200, "MDT": -21600, "PST": -28800, "PDT": -25200, "CET": 3600, "CEST": 7200,
    "BST": 3600, "AEST": 36000, "AEDT": 39600,
}  # fmt: skip


def plain_line(value: str | None, limit: int = TITLE_LENGTH) -> str | None:
    """Return `value` as one line of plain text, cut at `limit` characters; None when empty."""
    text = plain_text(value, limit * 4)
    if text is None:
        return None
    return _cut(" ".join(text.split()), limit) or None


def plain_text(value: str | None, limit: int = SUMMARY_LENGTH) -> str | None:
    """Return `value`, which may be HTML, as plain text with line breaks; None when empty."""
    if not value:
        return None
    value = value[: limit * 10]  # tags and references take room of their own
    value = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub(" ", value)))
    value = html.unescape(value)
    if "<" in value:  # it was escaped once more than it should have been
        value = _TAG.sub("", _BREAK.sub("\n", _HIDDEN.sub(" ", value)))
    lines = (" ".join(_printable(line).split()) for line in value.splitlines())
    text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return _cut(text, limit) or None


def _printable(line: str) -> str:
    """Drop control and direction-changing characters; they can disguise a name."""
    return "".join(
        " " if each == "\t" else each
        for each in line
        if each == "\t" or unicodedata.category(each) not in ("Cc", "Cs", "Co", "Cn")
        if each not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff"
    )


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def http_url(base: str, value: str | None) -> str | None:
    """Return `value` as an absolute http(s) address without fragment, None when it is not one."""
    value = "".join((value or "").split("\n")).strip()
    if not value or value.startswith("#") or not value.rstrip(":/").lower().strip("htps"):
        return None
    try:
        url = urldefrag(urljoin(base, value)).url
        parts = urlsplit(url)
        _ = parts.port  # raises when it is no number
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(url) > URL_LENGTH:
        return None
    if any(unicodedata.category(each) == "Cc" for each in url):
        return None
    return url.replace(" ", "%20")


def file_title(url: str) -> str | None:
    """Return a file's name as a title, for recordings that have none."""
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    stem = name.rpartition(".")[0] or name
    return plain_line(stem.replace("_", " ").replace("-", " "))


def parse_date(value: str | None) -> datetime | None:
    """Return a date in UTC, None when it cannot be read; without a zone it is taken as UTC."""
    value = " ".join((value or "")[:100].split())
    if not value:
        return None
    found = _rfc_date(value) or _iso_date(value) or _free_date(value)
    if found is None:
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    try:
        found = found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return found if 1900 < found.year < 2200 else None


def _rfc_date(value: str) -> datetime | None:
    if not _RFC.match(value):
        return None  # the library would read "8:55 PM" as 8:55
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _iso_date(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def _free_date(value: str) -> datetime | None:
    from dateutil import parser

    if not re.search(r"\d{4}", value):
        return None  # dateutil would fill the missing year in with today's
    try:
        return parser.parse(value, tzinfos=_ZONES, default=datetime(2000, 1, 1))  # noqa: DTZ001
    except (ValueError, OverflowError, TypeError):
        return None


def seconds(value: str | None) -> float | None:
    """Return a duration written as seconds or as [h:]m:s, None when it is neither."""
    match = re.fullmatch(r"\s*(?:(\d{1,3}):)?(?:(\d{1,4}):)?(\d{1,7}(?:\.\d+)?)\s*", value or "")
    if not match:
        return None
    hours, minutes, rest = match[1], match[2], float(match[3])
    if hours and not minutes:
        hours, minutes = None, hours
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + rest
    return total or None
