"""Shows and publications that a question limits itself to: "on The Trade", "in Set Talk". Pure.

Many a show's name is made of plain words, and a show read where none is meant hides nearly
everything. So a name counts only where something can be said *on* it, and where it is written as
a name: with its capitals, in quotation marks, after "the podcast", or in letters that are no word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.types import Span

_KIND = (
    r"(?:podcasts?|shows?|radio\s+shows?|programs?|programmes?|series|magazine|newspaper|paper|"
    r"website|site|station|broadcasts?)"
)
_PIECE = r"(?:episodes?|interviews?|segments?|stor(?:y|ies)|articles?|conversations?|broadcasts?)"
# What may stand before the name, and is taken with it.
_ON = re.compile(
    rf"(?:\b(?:on|in|from|via|at|during)\s+(?:(?:the|an?|any|all|its|their)\s+)?"
    rf"|(?:\b(?:on|in|from|during)\s+)?(?:(?:the|an?|any|all)\s+)?\b{_PIECE}\s+(?:of|on|in|with|from)\s+(?:the\s+)?)"
    rf"(?P<kind>{_KIND}\s+(?:called\s+|named\s+)?(?:the\s+)?)?$",
    re.IGNORECASE,
)
_TOLD = re.compile(r"\b(?:tell|tells|told|telling)\s+(?:the\s+)?$", re.IGNORECASE)
# "What did The Trade report about": the show itself is asked.
_DID = re.compile(r"\b(?:did|does|has|have|had)\s+$", re.IGNORECASE)
_SAID = re.compile(
    r"\s+(?:ever\s+|also\s+)?(?:say|said|report|reported|publish(?:ed)?|print(?:ed)?|write|written|"
    r"air(?:ed)?|broadcast|cover|covered)\b",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"\s+(?P<kind>{_KIND}|{_PIECE})\b(?!['’])", re.IGNORECASE)
_OTHER_NAME = re.compile(r"\s+(?:of\b|[^\W\d_]*[A-ZÀ-Ý])|['’-]\w|&")
_LEFT_OUT = re.compile(
    r"\b(?:not|except|excluding|besides|than|without|about|of)(?:\s+(?:for|on|in|from|the))*\s*$",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"the\s+", re.IGNORECASE)
_ADDED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]\s*$")  # "(Radio)": nobody says it
_MOST = 4  # shows in one question
_REACH = 60  # characters before a name in which it must be said to be a show


@dataclass(frozen=True, slots=True)
class ShowSighting:
    """A show in a question; `span` covers the words that say "on" it."""

    span: Span
    name: str


@dataclass(frozen=True, slots=True)
class _Show:
    name: str
    title: str  # as people write it: without what is added in brackets
    core: str  # without "The"
    has_article: bool
    is_no_word: bool  # letters that mean nothing else: a call sign, "TheTrades"
    pattern: re.Pattern[str]


def find_shows(
    question: str, shows: Collection[str], phrases: Sequence[str] = (), first_phrase: str = ""
) -> list[ShowSighting]:
    """Return the shows that `question` asks about words *from*, first to last.

    Args:
        question: with its quoted phrases masked by one private character each.
        shows: names the archive has.
        phrases: the masked ones.
        first_phrase: the character that stands for the first of them.
    """
    found: list[ShowSighting] = []
    lowered = question.casefold()
    quoted = {
        phrase.casefold(): chr(ord(first_phrase) + at)
        for at, phrase in enumerate(phrases if first_phrase else ())
    }
    for show in _shows(tuple(shows)):
        written = (show.name, show.title, show.core)
        mark = next(filter(None, (quoted.get(one.casefold()) for one in written)), None)
        if mark and (span := _quoted_place(question, mark)):
            _add(found, ShowSighting(span, show.name))
        elif show.core.casefold() in lowered:
            for match in show.pattern.finditer(question):
                if span := _place(question, show, match):
                    _add(found, ShowSighting(span, show.name))
    return sorted(found, key=lambda each: each.span)[:_MOST]


@lru_cache(maxsize=4)
def _shows(names: tuple[str, ...]) -> tuple[_Show, ...]:
    shows = []
    stripped = {name.strip() for name in names}
    shared = Counter(_ADDED.sub("", name).casefold() for name in stripped)
    for name in sorted(stripped, key=lambda name: (-len(name), name)):
        title = _ADDED.sub("", name)
        if not title or shared[title.casefold()] > 1:  # only what is added tells one from the other
            title = name
        core = _ARTICLE.sub("", title, count=1) if _ARTICLE.match(title) else title
        if len(core) < 2:
            continue
        pattern = rf"(?<!\w)(?P<article>the\s+)?(?P<core>{_spaced(core)})(?!\w)"
        if added := name[len(title) :]:
            pattern += rf"(?:\s*{_spaced(added)})?"
        no_word = any(re.search(r"\d|.[A-Z]", word) for word in core.split())
        compiled = re.compile(pattern, re.IGNORECASE)
        shows.append(_Show(name, title, core, core != title, no_word, compiled))
    return tuple(shows)


def _spaced(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


def _quoted_place(question: str, mark: str) -> Span | None:
    at = question.find(mark)
    before = question[max(0, at - _REACH) : at]
    if at < 0 or not (on := _ON.search(before)) or _LEFT_OUT.search(before[: on.start()]):
        return None
    after = _AFTER.match(question, at + 1)
    return Span(at - len(on.group()), after.end() if after else at + 1)


def _place(question: str, show: _Show, match: re.Match[str]) -> Span | None:
    """Return the words that limit the question to a show, if it is meant by `match`."""
    start, end = match.span()
    before = question[max(0, start - _REACH) : start]
    after = _AFTER.match(question, end)
    rest = question[after.end() if after else end :]
    if not after and _OTHER_NAME.match(rest):
        return None
    if _is_all(question, show, match):
        return Span(0, len(question))
    on, told = _ON.search(before), _TOLD.search(before)
    asked = _DID.search(before) and _SAID.match(rest)
    opens = start == 0 and (after or rest.lstrip().startswith(":"))
    if not (on or told or asked or opens) or _LEFT_OUT.search(
        before[: on.start()] if on else before
    ):
        return None
    named = bool(after or (on and on["kind"])) or show.is_no_word
    if not named and not _is_written_as_name(show, match):
        return None
    first = start - len(on.group()) if on and not told else start
    return Span(first, after.end() if after else end)


def _is_written_as_name(show: _Show, match: re.Match[str]) -> bool:
    return " ".join(match["core"].split()) == show.core and (
        bool(match["article"]) or not show.has_article
    )


def _is_all(question: str, show: _Show, match: re.Match[str]) -> bool:
    """Return whether the question is the show's very name and nothing else."""
    return match.group() in (show.name, show.title, f"the {show.core}") and (
        question.strip(" ?!.,:") == match.group()
    )


def _add(found: list[ShowSighting], sighting: ShowSighting) -> None:
    span = sighting.span
    if not any(span.start < other.span.end and other.span.start < span.end for other in found):
        found.append(sighting)
