"""Quotations in an article: which stretches stand inside quotation marks.

A stretch inside marks is somebody's words, never the byline's. Titles and scare quotes are not
quotations. Whose words they are is not decided here. Pure; knows one paragraph list at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.types import Span

_PAIRS = {"“": "”", "„": "“", "«": "»", "‟": "”"}
_SINGLE = {"‘": "’"}
_CUES = (
    "say says said saying tell tells told add adds added explain explains explained ask asks "
    "asked recall recalls recalled write writes wrote note notes noted warn warns warned argue "
    "argues argued insist insists insisted reply replies replied answer answers answered shout "
    "shouts shouted call calls called announce announces announced testify testifies testified "
    "continue continues continued according claim claims claimed joke jokes joked concede "
    "concedes conceded remember remembers remembered agree agrees agreed put puts"
)
_CUE = re.compile(rf"\b(?:{'|'.join(_CUES.split())})\b", re.IGNORECASE)
_NEAR = 60  # characters around a stretch in which a cue verb makes it speech
_SMALL = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "in",
        "on",
        "at",
        "to",
        "for",
        "and",
        "or",
        "but",
        "from",
        "with",
        "by",
        "vs",
        "is",
        "as",
    ]
)
_ENDS = (".", "?", "!", "…")
_TITLE_WORDS = 8
_SCARE_WORDS = 3


@dataclass(frozen=True, slots=True)
class _Marks:
    """Where a quoted stretch stands: the characters between the marks."""

    inner: Span
    closed: bool


def find_quotations(paragraphs: Sequence[str], *, block: Sequence[bool] = ()) -> list[list[Span]]:
    """Return, for each paragraph, the spans of quoted words in it, without their marks.

    A quotation opened and not closed runs to the end of its paragraph: leaving its words to
    the byline would be the worse mistake.

    Args:
        paragraphs: the body of an article.
        block: which of them the page sets apart as block quotes; all of such a one is quoted.
    """
    pairs = _PAIRS if any(_uses_double(text) for text in paragraphs) else _SINGLE
    blocks = block or [False] * len(paragraphs)
    return [
        [_bare(text)] if is_block else _quoted(text, pairs)
        for text, is_block in zip(paragraphs, blocks, strict=True)
    ]


def _quoted(text: str, pairs: dict[str, str]) -> list[Span]:
    return [marks.inner for marks in _marked(text, pairs) if _is_speech(text, marks)]


def _bare(text: str) -> Span:
    """Return a whole block quote without the marks around it."""
    marks = "".join((*_PAIRS, *_PAIRS.values(), '"', " "))
    start = len(text) - len(text.lstrip(marks))
    return Span(start, max(start, len(text.rstrip(marks))))


def _uses_double(text: str) -> bool:
    return '"' in text or any(mark in text for mark in _PAIRS)


def _marked(text: str, pairs: dict[str, str]) -> Iterator[_Marks]:
    position = 0
    while position < len(text):
        closing = _closing_for(text, position, pairs)
        if closing is None:
            position += 1
            continue
        start = position + 1
        end = _find_close(text, start, closing)
        yield _Marks(Span(start, len(text) if end is None else end), end is not None)
        position = len(text) if end is None else end + 1


def _closing_for(text: str, position: int, pairs: dict[str, str]) -> str | None:
    mark = text[position]
    if mark == '"':
        before = text[position - 1] if position else " "
        # 6" barrel: a mark after a digit and before a space counts inches.
        return None if before.isdigit() else '"'
    if mark not in pairs:
        return None
    before = text[position - 1] if position else " "
    return None if mark == "‘" and before.isalnum() else pairs[mark]


def _find_close(text: str, start: int, closing: str) -> int | None:
    position = text.find(closing, start)
    while closing == "’" and position >= 0 and _is_apostrophe(text, position):
        position = text.find(closing, position + 1)
    return position if position >= 0 else None


def _is_apostrophe(text: str, position: int) -> bool:
    after = text[position + 1 : position + 2]
    return after.isalnum()


def _is_speech(text: str, marks: _Marks) -> bool:
    inner = marks.inner.of(text)
    words = inner.split()
    if not any(character.isalnum() for character in inner):
        return False
    if not marks.closed:
        return True
    if _is_title(words):
        return _has_cue(text, marks.inner) and inner.rstrip()[-1:] in (*_ENDS, ",", "—")
    if len(words) > _SCARE_WORDS or _has_cue(text, marks.inner):
        return True
    # A short sentence of its own; scare quotes begin small: the so-called “cold gun.”
    return inner[:1].isupper() and inner.rstrip()[-1:] in _ENDS


def _is_title(words: Sequence[str]) -> bool:
    if len(words) > _TITLE_WORDS:
        return False
    bare = [word.strip("“”‘’\"',.?!:;()") for word in words]
    telling = [word for word in bare if word and word.casefold() not in _SMALL]
    # "No." and "Fire!" are capitalised too, but a title of one word rarely ends a sentence.
    return bool(telling) and all(word[0].isupper() or word[0].isdigit() for word in telling)


def _has_cue(text: str, span: Span) -> bool:
    before = text[max(0, span.start - 1 - _NEAR) : max(0, span.start - 1)]
    after = text[span.end + 1 : span.end + 1 + _NEAR]
    touching = re.split(r"[.?!]\s", before)[-1]
    following = re.split(r"[.?!](?:\s|$)", after)[0]
    near_before = _CUE.search(touching) and re.search(r"[,:]\s*$", touching)
    return bool(near_before or _CUE.search(following) or _goes_on(before))


def _goes_on(before: str) -> bool:
    """Say whether the words before are the cue of a quotation just closed (” he said. “)."""
    tail = re.split(r"[”»\"’]", before)[-1]
    return tail != before and bool(_CUE.search(tail)) and tail.count(".") <= 1
