"""Fetched text as it may be printed: words that steer no terminal, and what names rest on. Pure."""

from __future__ import annotations

import unicodedata

from corpus.types import Attribution, Method

_CONTROL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(words: str) -> str:
    """Return `words` without control characters: fetched text must not steer a terminal."""
    return "".join(c for c in words if c in "\n\t" or unicodedata.category(c) not in _CONTROL)


def one_lined(words: str) -> str:
    """Return `words` plain and on one line."""
    return " ".join(plain(words).split())


def named_by(who: Attribution) -> str:
    """Return what the name rests on."""
    if who.person_id is None:
        return "unnamed"
    return "named by a person" if who.method is Method.HUMAN else f"named by {who.method.value}"
