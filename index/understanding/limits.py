"""What a question leaves out: subjects ("not about blanks", "-blanks"), paraphrase. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from corpus.types import Manner

OWN_WORDS = (Manner.SPOKEN, Manner.QUOTED, Manner.AUTHORED)  # all but what others put into words
_MOST = 8
_THING = r"(?:(?:the|an?|any)\s+)?(?P<thing>[\w\uf100-\uf8ff'’-]+(?:\s+[\w'’-]+){0,3}?)"
_END = r"(?=\s*(?:$|[,;?.!]|\b(?:since|before|after|in|from|during|until)\s+\S+\s*[?.!]*$))"
_EXCLUDING = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?:^|(?<=\s))-(?P<thing>[\uf100-\uf8ff]|[^\W\d_][\w'’]*(?:-\w+)*)(?=\s|$|[,?.!])",
        (
            r"[\s,(]*\b(?:(?:but|and|that\s+(?:is|are)|which\s+(?:is|are))\s+)?(?:not|nothing)\s+"
            rf"(?:about|regarding|concerning|mentioning)\s+{_THING}\)?{_END}"
        ),
        rf"\s*(?:,\s*(?:but\s+|and\s+)?|\b(?:but|and)\s+)not\s+{_THING}{_END}",
        (
            r"[\s,(]*\b(?:except(?:\s+for|ing)?|excluding|leaving\s+out|apart\s+from)\s+(?:about\s+)?"
            rf"{_THING}\)?{_END}"
        ),
        rf"[\s,(]*\bwithout\s+(?:mention(?:ing)?\s+(?:of\s+)?){_THING}\)?{_END}",
    )
)
_OWN = re.compile(
    r"[\s,(]*\b(?:(?<!not\s)in\s+(?:their|his|her|its|your|the\s+speaker['’]s)\s+own\s+words"
    r"|(?:as\s+)?direct(?=\s+quot(?:es|ations?)\s+(?:by|from|of|about|on)\b)"
    r"|(?:as\s+)?direct\s+quot(?:es|ations?)(?:\s+only)?|only\s+direct\s+quot(?:es|ations?)"
    r"|verbatim(?:\s+only)?|word\s+for\s+word|(?:not|never)\s+(?:(?:just|only|merely)\s+)?paraphrased"
    r"|(?:no|without)\s+paraphrases?)\b\)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """A question without what it leaves out, and what that is, each with its words."""

    rest: str
    without: tuple[tuple[str, str], ...] = ()  # thing, words it was read from
    own_words: str = ""  # the words that ask for no paraphrase


def take_limits(
    question: str,
    put_back: Callable[[Literal["without", "manner"], str, str], str] = lambda *_: "",
) -> Limits:
    """Return what `question` leaves out, taken from it.

    Args:
        question: with its quoted phrases and names masked by private characters.
        put_back: what stays in the text in place of a limit's words, given kind, value and words.
    """
    without: list[tuple[str, str]] = []
    own = _OWN.search(question)
    rest, own_words = question, ""
    if own:
        own_words = own.group().strip(" ,(")
        stays = put_back("manner", "own words", own_words)
        rest = f"{question[: own.start()]} {stays} {question[own.end() :]}"
    for pattern in _EXCLUDING:
        while len(without) < _MOST and (match := pattern.search(rest)):
            thing, words = match["thing"].strip(), match.group().strip(" ,(")
            without.append((thing, words))
            stays = put_back("without", thing, words)
            rest = f"{rest[: match.start()]} {stays} {rest[match.end() :]}"
    return Limits(" ".join(rest.split()), tuple(without), own_words)
