"""Who a title says is talking: "Cold Guns, with Dutch Marlowe". Pure.

A person in a title may be only its subject, so a title is never enough: these credits count for
naming only once the name is heard.
"""

from __future__ import annotations

import re

from corpus.types import Credit
from corpus.vocabulary import load_vocabulary
from ingest.names.labels import is_of_show
from ingest.page.bylines import clean_text, person_name

_LONGEST = 300  # characters of a title that are read
_WORD = r"[^\W\d_][\w.'’-]*"
_NAMES = re.compile(rf"{_WORD}(?:\s+{_WORD})*")
_GUEST = re.compile(
    r"(?:\b(?:with|featuring|feat\.?|ft\.?|guests?|interviewing|interview(?:\s+with)?"
    r"|in conversation with|conversation with|q&a(?:\s+with)?|talking (?:to|with)|meet)"
    r"|\bw/)\s*[:–—-]?\s+",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\s+(?:on(?!\s+trial|\s+the\s+stand|\s+death)|explains|discusses|talks|answers|tells|joins"
    r"|returns|responds|speaks)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^(?:ep(?:isode)?\.?\s*)?#?\d{1,5}\s*[:.|–—-]\s*", re.IGNORECASE)
_END = re.compile(r"[,;:|()\[\]!?]|\s[–—-]+\s|\s(?:on|about|from|of|at|in|for|to|who)\s", re.I)
_AND = re.compile(r"\s*(?:,|&|\band\b)\s*", re.IGNORECASE)


def credits_from_title(title: str, publication: str = "") -> tuple[Credit, ...]:
    """Return the people a title names as its voices; who it is about may be among them.

    Only words that say somebody is talking give the part of a guest ("with …", "… on …");
    "Dutch Marlowe: a life" gives a name without a part.

    >>> [credit.name for credit in credits_from_title("Cold guns, with armorer Dutch Marlowe")]
    ['Dutch Marlowe']
    """
    line = _NUMBER.sub("", clean_text(title[:_LONGEST]))
    found: dict[str, Credit] = {}
    for match in _GUEST.finditer(line):
        for credit in _people(line[match.end() :], title, "guest"):
            found.setdefault(credit.name, credit)
    about = _ABOUT.search(line)
    if about and (guest := _person(line[: about.start()], title, "guest")):
        found.setdefault(guest.name, guest)
    before, colon, after = line.partition(": ")
    if colon:
        for part in (before, after):
            for piece in _AND.split(part):
                if person := _person(piece, title, None):
                    found.setdefault(person.name, person)
    return tuple(each for each in found.values() if not is_of_show(each.name, publication))


def _people(text: str, title: str, part: str) -> list[Credit]:
    """Return the names at the start of `text`, as far as they follow one another."""
    people: list[Credit] = []
    for piece in _AND.split(text):
        end = _END.search(piece)
        credit = _person(piece[: end.start()] if end else piece, title, part)
        if credit is None:
            break
        people.append(credit)
        if end:
            break
    return people


def _person(text: str, title: str, part: str | None) -> Credit | None:
    """Return the person `text` is, after the words that describe them ("armorer")."""
    text = text.strip(' .,:–—-"“”')
    roles = [span for span, _ in load_vocabulary().find_roles(text)]
    start = max((span.end for span in roles), default=0)
    name = person_name(text[start:].strip())
    if name is None or not _NAMES.fullmatch(name) or not 2 <= len(name.split()) <= 4:
        return None
    description = text[:start].strip() or None
    claimed = load_vocabulary().roles_in(description or "")
    return Credit(name=name, part=part, roles=claimed, description=description, evidence=title)
