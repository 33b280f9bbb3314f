"""Dates as pages write them → moments in UTC, and whether a date can be the page's own.

Pure functions over strings; a date that two readers would read differently is not read.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ingest.page.bylines import clean_text

_MONTHS = {
    name: number
    for number, names in enumerate(
        [
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ],
        start=1,
    )
    for name in names.split()
}
_WRITTEN = re.compile(
    r"\b(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+)?(?P<month>[A-Za-z]{3,9})\.?\s+"
    r"(?:(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+)?(?P<year>(?:18|19|20)\d\d)\b"
)


def moment_of_capture(date: str | None) -> datetime:
    """When the page was captured: the server's Date header, else now."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC) if date else datetime.now(UTC)
    except (ValueError, TypeError):
        return datetime.now(UTC)


def is_possible(found: datetime, captured: datetime) -> bool:
    """Say whether a page captured at `captured` can have been published at `found`."""
    # A day without an hour may already have begun in the publisher's time zone.
    slack = timedelta(hours=14) if found.time() == datetime.min.time() else timedelta(0)
    return found.year >= 1800 and found.timestamp() != 0 and found <= captured + slack


def read_date(written: str) -> datetime | None:
    """Return the date in `written` in UTC (ISO, RFC 2822, "Oct 29, 2021"), None if unsure.

    03/04/2021 is unsure: it is one day in London and another in Los Angeles.
    """
    text = clean_text(written)[:200]
    if found := _WRITTEN.search(text):
        day, month = found["d1"] or found["d2"], _MONTHS.get(found["month"].lower())
        if day and month and not re.match(r"[A-Z][a-z]{2}, ?\d", text):
            return _date(int(found["year"]), month, int(day))
    if not re.match(r"\d{4}-?\d|[A-Z][a-z]{2}, ?\d", text):
        return None
    from dateutil import parser

    try:
        when = parser.parse(text, default=datetime(2000, 1, 1, tzinfo=UTC))
        return when.astimezone(UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _date(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


_DATE_LINE = re.compile(
    r"(?:(?:first |originally )?"
    r"(?:published|posted|aired|broadcast|recorded|released|date|on)\b\W*)*"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,? )?"
    r"(?:[a-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)? [a-z]{3,9}\.?,? \d{4}|\d{4}-\d\d-\d\d)"
    r"(?:,? ?(?:at |@ ?)?\d{1,2}[:.]\d\d ?(?:[ap]\.?m\.?)?(?: [A-Z]{2,4})?)?",
    re.IGNORECASE,
)


def date_of_line(line: str) -> datetime | None:
    """Return the date when `line`, or a part of it between bullets, is nothing but a date.

    "By Ann Lee • Oct 29, 2021 • 1 min read" is such a line; "The Oct. 21, 2021 shooting" is not,
    nor is "Updated Nov 3, 2021".
    """
    for part in re.split(r"\s*[•·|]\s*|\s+[–—-]\s+|\s+(?=by )", clean_text(line)[:200]):
        if _DATE_LINE.fullmatch(part) and (found := read_date(part)):
            return found
    return None
