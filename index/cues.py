"""What of an author's own words is a statement, and what is only the cue of a quotation. Pure.

Between two quotations an article says "said Ana Cole, an armorer." or "Cole called the law": half
a sentence, of which the other half is somebody else's words. It quotes nobody and answers nothing.
"""

from __future__ import annotations

from corpus.types import Span

_OPENING, _CLOSING = '“"‘«„', '”"’»'
_ENDS = ".!?…。！？"
_LONGEST = 20  # words: a longer half of a sentence says something of its own


def stated(content: str, sentences: list[Span]) -> list[Span]:
    """Return the sentences of an author's turn that are not only cues of the quotations around it.

    Args:
        content: of the document.
        sentences: of one turn, in order.
    """
    left = list(sentences)
    if left and _is_short(content, left[0]) and _goes_on(content, left[0]):
        left = left[1:]
    if left and _is_short(content, left[-1]) and _breaks_off(content, left[-1]):
        left = left[:-1]
    return left


def _is_short(content: str, sentence: Span) -> bool:
    return len(sentence.of(content).split()) <= _LONGEST


def _goes_on(content: str, sentence: Span) -> bool:
    """Return whether a sentence began in the quotation before it: "…," said Cole."""
    before = content[max(0, sentence.start - 8) : sentence.start].rstrip(" \t\u00a0")
    if not before or before[-1] not in _CLOSING:
        return False
    first = sentence.of(content)[:1]
    return before[-2:-1] == "," or first.islower() or first in ",;–—-"


def _breaks_off(content: str, sentence: Span) -> bool:
    """Return whether a sentence goes on in the quotation behind it: Cole said: "…"."""
    after = content[sentence.end : sentence.end + 8]
    follows = after.lstrip()[:1]
    if not follows or follows not in _OPENING:
        return False
    last = sentence.of(content)[-1:]
    return last in ":," or (last not in _ENDS + _CLOSING and "\n" not in after.split(follows)[0])
