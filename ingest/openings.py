"""What a voice says of itself when it begins: "I'm Dana Wolfe", and what is only like it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from ingest.bylines import person_name

_HEARD_AS = 0.7  # "Lindquist" for "Lindqvist" 0.89, "Kim" for "Tim" 0.67
_SURNAME_HEARD_AS = 0.8  # alone and anywhere, so closer: "Hale" for "have" 0.75
_I_AM = r"i'm|i am|my name is|my name's"
_INTRODUCTION = re.compile(
    rf"(?:(?P<i_am>\b(?:{_I_AM}))"
    r"|(?:^|[.?!]\s+|\b(?:hi|hello|hey|welcome|welcome back|good (?:morning|evening|afternoon|day))"
    r"(?:,? (?:everyone|everybody|there|all|listeners|folks))?[,.!]?\s+|\bfrom [^.?!,]{1,40},\s+)"
    r"this is)\s+(?:(?:as )?(?:your|the) (?:co-?)?host,?\s+)?(?:(?:dr|mr|mrs|ms|prof)\.?\s+)?",
    re.IGNORECASE,
)
# "when I'm …", "she says I'm …": words about saying it, not saying it.
_REPORTED = re.compile(
    r"\b(?:if|when|whether|say|says|said|saying|like|pretend|thinks?|thought|that|because|imagine|"
    r"goes|was|where|unless|though|suppose|told|know|knew|called|answer\w*|repl\w+|than|not)"
    r"[\s,:\"'“”]*$",
    re.IGNORECASE,
)
_SPOKEN_NAME = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_BETWEEN_NAMES = re.compile(r"\.?[\s-]+")
# What follows a name that somebody gives as their own; "I'm Dana Wolfe's producer" is not among it.
_AFTER_NAME = re.compile(
    r"\s*(?:$|[,.!;:—–]|-(?!\w)|\s(?:and|with|here|from|for|in|at|your|host|hosting|the|this|today|"
    r"welcome|you're|it's|my|coming|joining|joined|reporting|speaking|sitting|filling|"
    r"thanks|thank|hi|hello|so|but|now|back)\b)",
    re.IGNORECASE,
)
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii"})


def introduces(words: str, name: str) -> str | None:
    """Return the words that say "I am <name>", allowing for a recogniser's spelling."""
    plain, wanted = _plain(words), _spoken_form(name)
    for match in _INTRODUCTION.finditer(plain):
        heard, end = _name_at(plain, match.end(), len(wanted))
        is_own = not _REPORTED.search(plain[: match.start()]) and _AFTER_NAME.match(plain, end)
        if is_own and len(wanted) >= 2 and _is_heard(wanted, heard):
            return plain[match.start() : end].strip(" .?!,")
    return None


def says_another_name(words: str, name: str, others: Iterable[str]) -> bool:
    """Say whether a voice gives a full name of its own, of `others` or not, that is not `name`."""
    if any(introduces(words, other) for other in others):
        return True
    plain, wanted = _plain(words), _spoken_form(name)
    for match in _INTRODUCTION.finditer(plain):
        heard, _ = _name_at(plain, match.end(), len(wanted))
        pair = re.match(r"[^\W_]+(?:[-'][^\W_]+)*\s+[^\W_]+", plain[match.end() :])
        says_name = match["i_am"] and pair and person_name(pair.group())
        if says_name and not _is_heard(wanted, heard):
            return True
    return False


def _name_at(plain: str, start: int, count: int) -> tuple[list[str], int]:
    """Return up to `count` names spoken from `start` on, without initials, and where they end."""
    heard: list[str] = []
    end = start
    for match in _SPOKEN_NAME.finditer(plain, start):
        gap = plain[end : match.start()]
        if len(heard) == count or (end > start and not _BETWEEN_NAMES.fullmatch(gap)):
            break
        if gap.startswith(".") and heard and len(plain[:end].rsplit(maxsplit=1)[-1]) > 1:
            break  # a sentence ended there
        end = match.end()
        if len(match.group()) > 1:
            heard.append(match.group().casefold())
    return heard, end


def sound_alike(one: str, other: str) -> bool:
    """Say whether a recogniser may write one full name for the other."""
    return _is_heard(_spoken_form(one), _spoken_form(other))


def _is_heard(wanted: Sequence[str], heard: Sequence[str]) -> bool:
    if len(wanted) != len(heard) or any(re.search(r"'s$", word) for word in heard):
        return False
    return all(
        SequenceMatcher(None, a, b).ratio() >= _HEARD_AS for a, b in zip(wanted, heard, strict=True)
    )


def names_surname(words: str, name: str) -> bool:
    """Say whether the last name is among the words, allowing for a recogniser's spelling."""
    surname = _spoken_form(name)[-1:]
    spoken = {word.removesuffix("'s") for word in _SPOKEN_NAME.findall(_plain(words).casefold())}
    return any(
        SequenceMatcher(None, each, word).ratio() >= _SURNAME_HEARD_AS
        for each in surname
        for word in spoken
        if word[:1] == each[:1]
    )


def _spoken_form(name: str) -> list[str]:
    words = _SPOKEN_NAME.findall(_plain(name).casefold())
    return [word for word in words if len(word) > 1 and word not in _GENERATIONS]


def _plain(words: str) -> str:
    """Return words without accents or typographic apostrophes; capitals stay."""
    plain = unicodedata.normalize("NFKD", words.replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c))
