"""Words of a text with their places, and the regular forms an English word has. Pure.

No language model: a tag must be the same on every machine and cost microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’][^\W_]+)*|§")
_OWNER = re.compile(r"['’]s?$")
_VOWELS = "aeiou"
_IRREGULAR = {
    "bring": "brought", "build": "built", "buy": "bought", "catch": "caught", "come": "came",
    "draw": "drew drawn", "fall": "fell fallen", "feel": "felt", "find": "found",
    "foot": "feet", "forbid": "forbade forbidden", "get": "got gotten", "give": "gave given",
    "go": "went gone", "hear": "heard", "hold": "held", "keep": "kept", "know": "knew known",
    "lead": "led", "learn": "learnt", "leave": "left", "lose": "lost", "make": "made",
    "man": "men", "pay": "paid", "say": "said", "see": "saw seen", "sell": "sold", "send": "sent",
    "shake": "shook shaken", "shine": "shone", "shoot": "shot", "show": "shown",
    "sleep": "slept", "speak": "spoke spoken", "stand": "stood", "steal": "stole stolen",
    "stick": "stuck", "swing": "swung", "take": "took taken", "teach": "taught",
    "tell": "told", "think": "thought", "wear": "wore worn", "woman": "women",
    "write": "wrote written",
}  # fmt: skip


def plain_of(word: str) -> tuple[str, str]:
    """Return a word without the owner's 's, and the same in small letters without commas.

    >>> plain_of("Armourer’s"), plain_of("136,793")
    (('Armourer', 'armourer'), ('136,793', '136793'))
    """
    raw = _OWNER.sub("", word).replace("’", "'")
    return raw, raw.casefold().replace(",", "")


def spell(word: str, spellings: Mapping[str, str]) -> str:
    """Return the spelling that `word` counts as, also in its plural."""
    if word in spellings:
        return spellings[word]
    single = word.removesuffix("s")
    return f"{spellings[single]}s" if single in spellings else word


@lru_cache(maxsize=4096)
def forms_of(word: str) -> frozenset[str]:
    """Return the regular forms of an English word, and the irregular ones of common verbs.

    >>> sorted(forms_of("fire"))
    ['fire', 'fired', 'fires', 'firing']
    """
    forms = {word, *_IRREGULAR.get(word, "").split()}
    if len(word) < 3 or not word.isalpha():
        return frozenset(forms)
    if word.endswith("y") and word[-2] not in _VOWELS:
        forms |= {f"{word[:-1]}ies", f"{word[:-1]}ied", f"{word}ing"}
    elif word.endswith(("s", "x", "z", "ch", "sh")):
        forms |= {f"{word}es", f"{word}ed", f"{word}ing"}
    elif word.endswith("e"):
        forms |= {f"{word}s", f"{word}d", f"{word[:-1]}ing"}
    else:
        forms |= {f"{word}s", f"{word}ed", f"{word}ing"}
        if word[-1] not in "wxy" and word[-2] in _VOWELS and word[-3] not in _VOWELS:
            forms |= {f"{word}{word[-1]}ed", f"{word}{word[-1]}ing"}
    return frozenset(forms)
