"""What somebody is, in the words beside the name: "armorer Dutch Marlowe", "…, an actor". Pure."""

from __future__ import annotations

import re

from corpus.types import Span
from corpus.vocabulary import load_vocabulary

_LEFT, _RIGHT = 80, 120  # characters looked at before and after a name
_BEFORE = re.compile(r"[\w\s,'’/&-]{0,80}$")
_ADJACENT = re.compile(r"\s*,?\s*")
_LISTED = re.compile(r"\s*(?:,|/|&|\band\b)\s*(?:and\s+)?(?:an?\s+)?", re.IGNORECASE)
_AFTER = re.compile(
    r"(?:,\s*who(?:['’]s|\s+is|\s+has been)|,|\.?\s+(?:he|she|they)(?:['’]s|\s+is|\s+are"
    r"|\s+has been|\s+works as|\s+worked as)|['’]s|\s+(?:who\s+)?(?:is|has been)|\s+who['’]s)"
    r"\s+(?!(?:and|or|with|said|says)\b)(?P<what>[\w\s'’/&-]{2,90})",
    re.IGNORECASE,
)
_NEXT_NAME = re.compile(r"\s+[A-Z]")


def roles_beside(content: str, name: Span, turn: Span) -> list[tuple[str, Span]]:
    """Return the words that claim a role for the person named, each with the place of name and all.

    Args:
        content: the text.
        name: where the person is named.
        turn: the stretch of one speaker around it.
    """
    return [*_before(content, name, turn), *_after(content, name, turn)]


def _before(content: str, name: Span, turn: Span) -> list[tuple[str, Span]]:
    lead = _BEFORE.search(content[max(turn.start, name.start - _LEFT) : name.start])
    words = lead.group() if lead else ""
    roles = [span for span, _ in load_vocabulary().find_roles(words)]
    if not roles or not _ADJACENT.fullmatch(words, roles[-1].end):
        return []
    start = roles[-1].start
    for before in reversed(roles[:-1]):
        if not _LISTED.fullmatch(words, before.end, start):
            break
        start = before.start
    place = name.start - len(words) + start
    return [(words[start : roles[-1].end], Span(place, name.end))]


def _after(content: str, name: Span, turn: Span) -> list[tuple[str, Span]]:
    tail = _AFTER.match(content[name.end : min(turn.end, name.end + _RIGHT)])
    if tail is None:
        return []
    what = tail["what"]
    roles = load_vocabulary().find_roles(what)
    if not roles or _NEXT_NAME.match(what, roles[0][0].end):
        return []  # the role of the next person in a list
    if not load_vocabulary().roles_in(what):
        return []
    return [(what.strip(), Span(name.start, name.end + tail.end("what")))]
