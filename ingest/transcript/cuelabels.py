"""Labels and directions that stand in cues otherwise than as `Ada: words`. Pure.

A name in brackets before its words, a name on the first line of a cue, a direction that runs on
into the next cue: each is brought to the usual form.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.transcript.cues import Cue
from ingest.transcript.directions import is_direction
from ingest.transcript.heads import GENERIC, SELDOM, is_name
from ingest.transcript.layouts import bracketed_names, unbracketed

_BEGUN = re.compile(r"[\[(][^\[\]()]{0,200}$")  # a direction that is not closed, and its end
_ENDED = re.compile(r"[^\[\]()]{0,200}[\])]")
_PAIRS = {"[": "]", "(": ")"}
_SIGN = re.compile(r"(?:[-–—]|>>+)\s+")  # somebody else now
_LEAST_SHARE = 0.3  # of cues that have their speaker on a line
_SCREEN = re.compile(r"([^\s:：][^:：]{0,59}?)\s?[:：]\s+(?=\S)")
_LONGEST_SCREEN = 4  # words of the name somebody takes in a call
_ACCOUNT = re.compile(  # Priya's iPhone, user_4471, mkowalski 2
    r"\w*_\w+|[^\W\d_]*\d\w*|\S+@\S*|\(\d{1,3}\)|i?(?:phone|pad)|android|galaxy|macbook"
    r"|laptop|tablet|desktop|pixel",
    re.IGNORECASE,
)
_TALK = re.compile(  # a word of a sentence that goes on after its colon
    r"\b(?:the|a|an|is|are|was|were|be|it|its|this|that|these|i|you|we|he|she|they|my|your|our|to|in"
    r"|on|at|as|so|and|but|or|not|if|said|says|say|asked|what|who|why|how|rule|one|thing)\b",
    re.IGNORECASE,
)


def told_apart(cues: Sequence[Cue]) -> tuple[list[Cue], frozenset[str]]:
    """Return cues in which labels stand before a colon, and those labels in small letters.

    Args:
        cues: in order, each line shown once.
    """
    whole = _whole_directions(list(cues))
    lone = _lone(whole)
    if lone:
        return [_headed(cue, lone) for cue in whole], _keys(lone)
    names = bracketed_names(_parted(line[0].text)[1] for cue in whole for line in cue.lines)
    return _unbracketed(whole, names), _keys(names)


def screen_name(text: str) -> tuple[str, str, bool] | None:
    """Return the name somebody took in a call, the words after it, and whether its form is sure.

    Args:
        text: the first line of a cue.

    Returns:
        None when no few words without a verb stand before a colon.
    """
    found = _SCREEN.match(text)
    if not found:
        return None
    label = found[1].strip()
    words = label.split()
    is_sentence = _TALK.search(label) or any(word[-1] in ".,!?;…" for word in words[:-1])
    if not 0 < len(words) <= _LONGEST_SCREEN or is_sentence or SELDOM.match(label):
        return None
    if not any(character.isalpha() for character in label) or label[-1] in ",!?;…]":
        return None
    sure = any(_ACCOUNT.fullmatch(word.strip("()'’")) for word in words)
    return label, text[found.end() :], sure


def _keys(names: frozenset[str]) -> frozenset[str]:
    return frozenset(name.casefold() for name in names)


def _parted(text: str) -> tuple[str, str]:
    """Part a line into the sign that somebody else speaks, and the rest."""
    sign = _SIGN.match(text)
    return (sign[0], text[sign.end() :]) if sign else ("", text)


def _lone(cues: Sequence[Cue]) -> frozenset[str]:
    """Return the names that stand alone on the first line of cues and come again."""
    names = [cue.lines[0][0].text for cue in cues if _has_name(cue)]
    counts = Counter(names)
    again = sum(n for name, n in counts.items() if n > 1 or GENERIC.fullmatch(name))
    usual = len(names) >= max(3, _LEAST_SHARE * len(cues)) and again >= 0.8 * len(names)
    return frozenset(counts) if usual and len(counts) > 1 else frozenset()


def _has_name(cue: Cue) -> bool:
    first = cue.lines[0]
    voiced = any(piece.speaker for piece in first)
    return len(cue.lines) > 1 and len(first) == 1 and not voiced and is_name(first[0].text)


def _headed(cue: Cue, names: frozenset[str]) -> Cue:
    if not _has_name(cue) or cue.lines[0][0].text not in names:
        return cue
    first, second, *others = cue.lines
    label = replace(second[0], text=f"{first[0].text}: {second[0].text}")
    return replace(cue, lines=((label, *second[1:]), *others))


def _whole_directions(cues: list[Cue]) -> list[Cue]:
    """Put the rest of a direction that runs on into the next cue where it began."""
    for place, (before, cue) in enumerate(pairwise(cues)):
        last, first = cues[place].lines[-1:], cue.lines[:1]
        begun = last and _BEGUN.search(last[0][-1].text)
        ended = begun and first and _ENDED.match(first[0][0].text)
        if not (begun and ended) or _PAIRS[begun[0][0]] != ended[0][-1]:
            continue
        if not is_direction(f"{begun[0][1:]} {ended[0][:-1]}", square=begun[0][0] == "["):
            continue
        piece, rest = last[0][-1], first[0][0]
        joined = replace(piece, text=f"{piece.text} {ended[0]}")
        lines = (*cues[place].lines[:-1], (*last[0][:-1], joined))
        cues[place] = replace(before, lines=lines)
        left = replace(rest, text=rest.text[ended.end() :].lstrip(" .,"))
        line = (*((left,) if left.text else ()), *first[0][1:])
        cues[place + 1] = replace(cue, lines=(*((line,) if line else ()), *cue.lines[1:]))
    return [cue for cue in cues if cue.lines]


def _unbracketed(cues: list[Cue], names: frozenset[str]) -> list[Cue]:
    """Write `[Ada] Welcome.` as `Ada: Welcome.` where brackets hold the names of speakers."""
    if not names:
        return cues
    return [
        replace(
            cue,
            lines=tuple(
                (replace(line[0], text=f"{sign}{unbracketed(rest, names)}"), *line[1:])
                for line in cue.lines
                for sign, rest in (_parted(line[0].text),)
            ),
        )
        for cue in cues
    ]
