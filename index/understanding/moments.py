"""Moments a question dates by an incident: "since Rust", "before the trial". Pure.

The vocabulary knows when an incident was and when what followed it was; a word like "trial" means
the incident the question names, or else the only one it can mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

from corpus.topics import Incident, Subject
from corpus.types import Span
from index.tags.lexicon import lexicon_of
from index.understanding.dates import Period

_WHEN = re.compile(
    r"\b(?P<side>since|before|after|until|prior\s+to|following)\s+"
    r"(?P<what>(?:[\w'’-]+\s+){0,5}?[\w'’-]+)(?=\s*(?:$|[,;?.!])|\s+(?:about|regarding)\b)",
    re.IGNORECASE,
)
_NEAR_IT = re.compile(
    r"\b(?:minutes?|hours?|days?|nights?|mornings?|evenings?|weeks?|weekend|months?|years?|just|right|"
    r"shortly|immediately)\s+$",
    re.IGNORECASE,
)
_TRIAL = re.compile(r"\btrials?\b", re.I)
_BEGAN = re.compile(
    r"\btrial\b.{0,80}?\b(?:began|begins|started|opened)\b|\bwent\s+on\s+trial\b|"
    r"\bjury\s+(?:selection|was\s+(?:chosen|selected|picked))|\bopening\s+statements\b",
    re.I,
)
_DECIDED = re.compile(r"convict|acquit")
_FOLLOWED = (  # words of a question → words of a fact
    (re.compile(r"\b(?:verdict|conviction|convicted|acquittal|acquitted)\b", re.I), _DECIDED),
    (re.compile(r"\bsentenc\w+", re.I), re.compile(r"sentenced")),
    (re.compile(r"\bdismiss\w+", re.I), re.compile(r"dismiss")),
)
_HAPPENED = re.compile(
    r"\b(?:accident|shooting|incident|tragedy|death|fatality|killing|happened)\b", re.I
)
_SETTING = "The film set and the prop gun."  # so that a bare title counts as the incident's name


def find_moment(question: str, subject: Subject) -> Period | None:
    """Return the time before or after an incident that `question` asks for, if it is dated."""
    match = _WHEN.search(question)
    if match is None:
        return None
    if _NEAR_IT.search(question[: match.start()]):
        return None  # "the week before Rust" is no time without a beginning
    moment = _moment(match["what"], question, subject)
    if moment is None:
        return None
    first, last, note = moment
    side = match["side"].casefold()
    span = Span(match.start(), match.end())
    if side in ("before", "until") or side.startswith("prior"):
        return Period(None, _midnight(first), span, match.group(), note)
    since = first if side == "since" else last
    return Period(_midnight(since), None, span, match.group(), note)


_Moment = tuple[date, date, str]  # first day, the day after the last one, how they were come by


def _moment(what: str, question: str, subject: Subject) -> _Moment | None:
    """Return when what is named was."""
    named = _incidents(what, subject) or _incidents(question, subject)
    if _TRIAL.search(what):
        return _trial(named or list(subject.incidents.values()))
    for asked, told in _FOLLOWED:
        if asked.search(what):
            days = _days_of(named or list(subject.incidents.values()), told)
            return (days, days + timedelta(days=1), "") if days else None
    here = _incidents(what, subject)
    if not here and _HAPPENED.search(what):
        here = named
    return _day_of(here[0]) if len(here) == 1 else None


def _incidents(words: str, subject: Subject) -> list[Incident]:
    seen = lexicon_of(subject).read(f"on {words}. {_SETTING}")
    return [
        incident for incident in subject.incidents.values() if seen.all_of("incident", incident.id)
    ]


def _days_of(incidents: Iterable[Incident], told: re.Pattern[str]) -> date | None:
    """Return the first day on which what is `told` was so, where one incident alone has it."""
    days = [
        min(fact.date for fact in facts if fact.date)
        for incident in incidents
        if (facts := [each for each in incident.facts if each.date and told.search(each.text)])
    ]
    return days[0] if len(days) == 1 else None


def _trial(incidents: list[Incident]) -> _Moment | None:
    """Return from when to when a trial was: from the first thing known of it to its verdict."""
    began, decided = _days_of(incidents, _BEGAN), _days_of(incidents, _DECIDED)
    first, last = began or decided, decided or began
    if first is None or last is None or last < first:
        return None
    day = f"{first.day} {first:%B %Y}"
    note = (
        f"the trial began on {day}" if began else f"of the trial, only {day} is known: the verdict"
    )
    return first, last + timedelta(days=1), note


def _day_of(incident: Incident) -> _Moment:
    if isinstance(incident.date, int):
        return date(incident.date, 1, 1), date(incident.date + 1, 1, 1), ""
    return incident.date, incident.date + timedelta(days=1), ""


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
