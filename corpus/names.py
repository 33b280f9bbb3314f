"""Names of people: how two spellings are compared. Pure.

Case, accents, honorifics and middle initials do not make another person; two initials that
differ do.
"""

from __future__ import annotations

import re
import unicodedata

HONORIFICS = re.compile(
    r"^(?:mr|mrs|ms|mx|miss|dr|prof|professor|sir|dame|judge)\b\.?\s+", re.IGNORECASE
)
GENERATION = re.compile(r"(?:jr|sr|ii|iii|iv|esq|phd|ph\.d|md|m\.d)\.?", re.IGNORECASE)


def fold_name(name: str) -> str:
    """Return a name for comparison: no case, accents, honorific or middle initials."""
    words = folded_words(name)
    middle = [word for word in words[1:-1] if len(word) > 1]
    return " ".join([*words[:1], *middle, *words[1:][-1:]])


def initials_of(name: str) -> str:
    """Return the middle initials that `fold_name` drops."""
    return "".join(word for word in folded_words(name)[1:-1] if len(word) == 1)


def is_same_name(one: str, other: str) -> bool:
    """Say whether two names can be one person's: initials count where both have them."""
    if fold_name(one) != fold_name(other):
        return False
    return not (mine := initials_of(one)) or not (theirs := initials_of(other)) or mine == theirs


def surname_of(name: str) -> str:
    """Return the folded last name, without "Jr."."""
    words = fold_name(name).split()
    while len(words) > 1 and GENERATION.fullmatch(words[-1]):
        words.pop()
    return words[-1] if words else ""


def same_surname(one: str, other: str) -> bool:
    """Say whether two people share their last name."""
    return surname_of(one) == surname_of(other)


def folded_words(name: str) -> list[str]:
    """Return the words of a name without case, accents and honorific."""
    plain = unicodedata.normalize("NFKD", HONORIFICS.sub("", name.strip()))
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return re.findall(r"[^\W_]+", letters)
