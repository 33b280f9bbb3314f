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
# "O'Brien" is one word; what stands before the "s" of "Brien's" is one, too.
_APOSTROPHE = re.compile(r"(?<=[^\W_])['’ʼ](?=[^\W_]{2})")
# Combining classes below this one are letters' own parts: an Indic virama, a kana's voicing.
_FIRST_POINT = 10


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


def is_full_name(name: str) -> bool:
    """Say whether a name has two words, or is of a script that writes them as one (王小明)."""
    folded = fold_name(name)
    wide = any(unicodedata.east_asian_width(letter) in "WF" for letter in folded)
    return " " in folded or (wide and len(folded) > 1)


def folded_words(name: str) -> list[str]:
    """Return the words of a name without case, accents, honorific and invisible marks."""
    joined = _APOSTROPHE.sub("", HONORIFICS.sub("", name.strip()))
    plain = unicodedata.normalize("NFKD", joined)
    return "".join(_letter(c) for c in plain if not _is_dropped(c)).casefold().split()


def _is_dropped(character: str) -> bool:
    is_accent = unicodedata.combining(character) >= _FIRST_POINT
    return is_accent or unicodedata.category(character) == "Cf"  # direction marks, joiners


def _letter(character: str) -> str:
    """Return a letter, digit or vowel sign; a space for anything else."""
    is_part = character.isalnum() or unicodedata.category(character).startswith("M")
    return character if is_part else " "
