"""When a recogniser may have written one name for another: by spelling and by sound. Pure.

"Zanov" is how "Zanoff" is heard, "Byran" how "Bryan" is typed. Words are compared in folded form
(no case, no accents).
"""

from __future__ import annotations

from functools import lru_cache

import jellyfish
from rapidfuzz.fuzz import ratio

_IN_A_FULL_NAME = 70.0  # "Lindquist" for "Lindqvist" 89, "Kim" for "Tim" 67
_BY_SOUND = 60.0  # of the letters, when both sound the same
_SHORTEST = 4  # letters; shorter words are too often another word
_LONG = 5  # letters in which one may be wrong or two may have changed places


@lru_cache(maxsize=65536)
def is_like(heard: str, name: str) -> bool:
    """Say whether a word standing alone may be a name misspelt or misheard.

    >>> is_like("zanov", "zanoff"), is_like("byran", "bryan"), is_like("have", "hale")
    (True, True, False)
    """
    if heard == name:
        return True
    shorter = min(len(heard), len(name))
    # Fewer letters in common than this, and neither spelling nor sound can be alike.
    if shorter < _SHORTEST or ratio(heard, name, score_cutoff=_BY_SOUND) < _BY_SOUND:
        return False
    if shorter >= _LONG and heard[0] == name[0]:
        return jellyfish.damerau_levenshtein_distance(heard, name) <= 1 or _sounds(heard, name)
    return _sounds(heard, name)


@lru_cache(maxsize=65536)
def is_like_beside(heard: str, name: str) -> bool:
    """Say the same of a word beside another that fits: a full name leaves less to chance."""
    alike = ratio(heard, name, score_cutoff=_IN_A_FULL_NAME) >= _IN_A_FULL_NAME
    return alike or is_like(heard, name)


def _sounds(heard: str, name: str) -> bool:
    """Say whether two words that have letters in common sound the same."""
    if not heard.isascii() or not name.isascii():
        return False
    return _sound(heard) == _sound(name)


@lru_cache(maxsize=16384)
def _sound(word: str) -> str:
    return jellyfish.metaphone(word)
