"""Dates in a question: "since 2022", "before March 2022", "in the last two years". Pure.

A date is taken for one of publication only where the question asks for what was *said*, or is a
bare list of keywords. "What happened in 1993" asks about 1993, not for documents of that year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from corpus.types import Span

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_MOMENT = (
    rf"(?:{_YEAR}-\d\d(?:-\d\d)?|(?:(?:the\s+)?{_DAY}\s+(?:of\s+)?)?{_MONTH},?\s+(?:{_DAY},?\s+)?"
    rf"{_YEAR}|{_YEAR})(?![\w-])"
)
_RELATIVE = r"(?:today|yesterday|(?:this|last)\s+(?:week|month|year))"
_PATTERNS = (
    ("between", rf"\bbetween\s+({_MOMENT})\s+and\s+({_MOMENT})"),
    ("between", rf"\bfrom\s+({_MOMENT})\s+(?:to|until|till|through)\s+({_MOMENT})"),
    (
        "since",
        rf"\b(?:since|starting(?:\s+in)?)\s+({_MOMENT}|{_RELATIVE})(?:\s+on(?:wards?)?\b)?",
    ),
    ("since", rf"\bfrom\s+({_MOMENT}|{_RELATIVE})\s+on(?:wards?)?\b"),
    ("after", rf"\bafter\s+({_MOMENT})"),
    ("before", rf"\b(?:before|prior\s+to)\s+({_MOMENT}|{_RELATIVE})"),
    ("until", rf"\b(?:until|till|up\s+to|through)\s+({_MOMENT})"),
    ("in", rf"\b(?:in|during|on|of|from)\s+({_MOMENT})"),
    ("in", rf"\b(?:from\s+)?({_RELATIVE})\b"),
    (
        "ago",
        r"\b(?:in|over|during|within)?\s*the\s+(?:last|past)\s+((?:\w+\s+)?(?:day|week|month|year)s?)\b",
    ),
)
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "ten": 10, "few": 3, "couple": 2}
_DAYS = {"day": 1, "week": 7, "month": 31, "year": 365}
# What the date belongs to instead of the saying of it.
_EVENT = re.compile(
    r"\b(?:happen\w*|kill\w*|die[ds]?|died|death|shot|shooting|accident|incident|film(?:ed|ing)|set|"
    r"made|passed|enacted|law|rules?|bill|act|trial|verdict|sentenced|convicted|charged|changed?|"
    r"required?|introduced|born|founded|started|began|case|fatal\w*|tragedy)(?:\W+\w+){0,3}\W*$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|has|have|had|may(?!\s+\d)|must|"
    r"should|can|could|will|would)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time and the words it was read from; `until` is not included."""

    since: datetime | None
    until: datetime | None
    span: Span
    words: str
    note: str = ""  # how it was come by, where the words do not say it


def find_period(question: str, today: date, *, asks_for_words: bool) -> Period | None:
    """Return when what is asked for was published, where the question says so.

    Args:
        question: what is left of it once speakers are taken out.
        today: what "last year" is counted from.
        asks_for_words: it asks what somebody said, so a date can be that of the saying.
    """
    if not asks_for_words and is_sentence(question):
        return None
    for kind, pattern in _PATTERNS:
        match = re.search(pattern, question, re.IGNORECASE)
        if match is None or _EVENT.search(question[: match.start()]):
            continue
        bounds = _bounds(kind, [group for group in match.groups() if group], today)
        if bounds:
            since, until = (_midnight(day) if day else None for day in bounds)
            return Period(since, until, Span(match.start(), match.end()), match.group().strip())
    return None


def is_sentence(question: str) -> bool:
    """Return whether it is more than a list of keywords."""
    return bool(_SENTENCE.search(question))


def _bounds(kind: str, moments: list[str], today: date) -> tuple[date | None, date | None] | None:
    if kind == "ago":
        return today - timedelta(days=_days(moments[0])), None
    periods = [period for moment in moments if (period := _read(moment, today))]
    if len(periods) < len(moments):
        return None
    first, last = periods[0], periods[-1]
    return {
        "between": (first[0], last[1]),
        "since": (first[0], None),
        "after": (first[1], None),
        "before": (None, first[0]),
        "until": (None, first[1]),
        "in": first,
    }[kind]


def _read(moment: str, today: date) -> tuple[date, date] | None:
    """Return the first day of a moment and the first day after it; None for no real date."""
    words = moment.casefold()
    if re.fullmatch(_RELATIVE, words):
        return _relative(words, today)
    month = re.search(_MONTH, words)
    numbers = [int(number) for number in re.findall(r"\d+", words)]
    year = next(number for number in numbers if number > 1000)
    others = [number for number in numbers if number != year]
    if month:
        others = [_MONTHS.index(month.group()[:3]) + 1, *others]
    try:
        return _stretch(year, *others[:2])
    except ValueError:  # 31 February
        return None


def _stretch(year: int, month: int | None = None, day: int | None = None) -> tuple[date, date]:
    if month is None:
        return date(year, 1, 1), date(year + 1, 1, 1)
    if day is None:
        return date(year, month, 1), _next_month(date(year, month, 1))
    return date(year, month, day), date(year, month, day) + timedelta(days=1)


def _relative(words: str, today: date) -> tuple[date, date]:
    back = words.startswith("last")
    if "year" in words:
        return _stretch(today.year - back)
    if "month" in words:
        first = today.replace(day=1)
        first = (first - timedelta(days=1)).replace(day=1) if back else first
        return first, _next_month(first)
    if "week" in words:
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return monday, monday + timedelta(days=7)
    day = today - timedelta(days=words == "yesterday")
    return day, day + timedelta(days=1)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _days(words: str) -> int:
    *count, unit = words.casefold().split()
    number = count[0] if count else "1"
    many = int(number) if number.isdigit() else _COUNTS.get(number, 1)
    return min(many, 200) * _DAYS[unit.rstrip("s")]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
