"""Pieces in which somebody speaks in the first person: who answers, and who told it to whom.

An interview without labels names whom it is with in its title or its introduction; a piece told
to a writer says so at the byline. Where it names two, or nobody clearly, nobody is named. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.names import folded_words, is_same_name, surname_of
from ingest.page.bylines import is_person_name

_PROPER = r"[^\W\d_a-zß-ÿ][\w.’'-]*"
_NAME = rf"{_PROPER}(?:\s+(?:(?:de|da|la|van|von|der|del|bin|al)\s+){{0,2}}{_PROPER}){{1,3}}"
_MEETING = (
    r"(?:spoke|speaks|talked|talks|talking|sat down|sits down|caught up|catches up|chatted|chats|"
    r"met|meets|conversation|interview|interviewed|Q&A)"
)
_WITH = re.compile(
    rf"\b{_MEETING}\s+(?:(?:with|to)\s+)?(?:(?:the|a|an|our|veteran)\s+)?"
    rf"(?P<described>(?:[a-z][\w’'-]*,?\s+){{0,6}})(?P<name>{_NAME})(?P<more>\s+and\s+[^\W\d_a-z]\w+)?"
)
_SPEAKS = re.compile(
    rf"(?P<name>{_NAME})(?P<described>,[^,.;:]{{2,80}},)?\s+{_MEETING}\s+(?:with|to)\s"
)
_HEADED = re.compile(
    r"(?:Q&A|Q\s?and\sA|Interview|In conversation|Five questions)[:,]?\s+(?:(?:with|for|to)\s+)?"
    rf"(?P<described>(?:[a-z]+\s+){{0,3}})(?P<name>{_NAME})"
)
_TOLD = re.compile(rf"\b[Aa]s [Tt]old [Tt]o\s+(?P<name>{_NAME})")
_TELLER = re.compile(rf"(?:^|\b[Bb][Yy]\s+)(?P<name>{_NAME}),?\s+[Aa][Ss] [Tt]old [Tt]o\b")
_TOLD_BY = re.compile(rf"\b[Aa]s [Tt]old [Tt]o\s+{_NAME},?\s+[Bb]y\s+(?P<name>{_NAME})")
_TOLD_PIECE = re.compile(r"\b[Aa]s-[Tt]old-[Tt]o\b")  # "This as-told-to essay is based on …"
_LONGEST = 2_000  # characters of an introduction that are read
_TRAILING = re.compile(r"\s+(?:About|On|For|In|At|From|After|And|Of|To|With|Why|How|The)\b.*$")


@dataclass(frozen=True, slots=True)
class Named:
    """A name a piece gives for its first person, what it says beside it, and where."""

    name: str
    description: str | None
    quote: str


def find_interviewee(
    introduction: Sequence[str], title: str, byline: Collection[str] = ()
) -> Named | None:
    """Return whom an interview is with; None unless it names exactly one.

    Args:
        introduction: the paragraphs before the first question.
        title: of the page.
        byline: who wrote, and is never the one who answers.
    """
    found: dict[str, Named] = {}
    several = False
    for text in (title, *introduction):
        for pattern in (_WITH, _SPEAKS, _HEADED):
            for match in pattern.finditer(text[:_LONGEST]):
                several |= bool(match.groupdict().get("more"))
                named = _named(match)
                if named and not any(is_same_name(named.name, other) for other in byline):
                    found.setdefault(" ".join(folded_words(named.name)), named)
    return next(iter(found.values())) if len(found) == 1 and not several else None


def _named(match: re.Match[str]) -> Named | None:
    name = re.sub(r"['’]s?$", "", _TRAILING.sub("", match["name"])).rstrip(".,")
    if not is_person_name(name):
        return None
    described = (match.groupdict().get("described") or "").strip(" ,")
    return Named(name, described or None, match.group().strip())


def speaks_of(name: str, text: str) -> bool:
    """Say whether a paragraph speaks of somebody by name, and so is hardly their own words."""
    return surname_of(name) in folded_words(text)


def _told_by(line: str) -> str | None:
    """Return who told a piece where the line says so: "as told to Ann Roe by Bo Lund"."""
    match = _TOLD_BY.search(line) or (_WITH.search(line) if _TOLD_PIECE.search(line) else None)
    if match is None or match.groupdict().get("more"):
        return None
    named = _named(match)
    return named.name if named else None


def find_teller(lines: Sequence[str], byline: Sequence[str]) -> tuple[bool, str | None]:
    """Return whether a piece was told to its writer, and the one who told it.

    Args:
        lines: where that may stand: the byline as printed, the title, first and last paragraph.
        byline: the names in the byline.
    """
    for line in lines:
        if told_by := _told_by(line[:_LONGEST]):
            return True, told_by
        told = _TOLD.search(line[:_LONGEST]) if len(line) <= _LONGEST else None
        if told is None:
            continue
        before = _TELLER.search(line)
        if before and is_person_name(before["name"]):
            return True, before["name"]
        others = [name for name in byline if not is_same_name(name, told["name"])]
        return True, others[0] if len(others) == 1 else None
    return False, None
