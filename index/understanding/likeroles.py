"""Roles misspelt in a speaker's place: "wepons masters", "assistent director". Pure.

One letter may be wrong in each longer word. What ends like something done or held ("armored",
"journalism") is no misspelt role.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz.distance import OSA

from corpus.types import Span
from corpus.vocabulary import Vocabulary
from index.understanding.names import stands_for_a_speaker

_WORD = re.compile(r"[^\W\d_]+")
_LONG = 7  # letters of a word that may be misspelt
_MOST_WORDS = 3  # of a role
_MOST_WINDOWS = 90  # of one question that are looked at
_NO_ROLE = re.compile(r"(?:ed|ing|ism|ions?|ies|y)$", re.IGNORECASE)
# Ways to write a role and what role it is, by number of words and first letter.
_Forms = dict[tuple[int, str], list[tuple[tuple[str, ...], str]]]
_DETERMINER = re.compile(r"\b(?:the|an?|any|some|most|many|all|other|our)\s+$", re.IGNORECASE)


def find_misspelt_roles(question: str, vocabulary: Vocabulary) -> list[tuple[Span, str]]:
    """Return roles that `question` names with a wrong letter where only a speaker can stand."""
    found: list[tuple[Span, str]] = []
    forms = _forms(vocabulary)
    for number, span in enumerate(_windows(question)):
        if number >= _MOST_WINDOWS:
            break
        if found and span.start < found[-1][0].end:
            continue
        role = _role_like(span.of(question).casefold().split(), forms)
        if role and _is_asked(question, span):
            found.append((span, role))
    return found


def _windows(question: str) -> Iterator[Span]:
    """Yield stretches of one to three words, those of one beginning the longest first."""
    words = list(_WORD.finditer(question))
    apart = [question[one.end() : other.start()].isspace() for one, other in pairwise(words)]
    for at, first in enumerate(words):
        size = 1
        while size < _MOST_WORDS and at + size < len(words) and apart[at + size - 1]:
            size += 1
        for last in words[at + size - 1 : (at - 1 if at else None) : -1]:
            yield Span(first.start(), last.end())


def _is_asked(question: str, span: Span) -> bool:
    determiner = _DETERMINER.search(question, max(0, span.start - 12), span.start)
    return stands_for_a_speaker(question, span, determiner.start() if determiner else span.start)


def _role_like(words: list[str], forms: _Forms) -> str | None:
    if _NO_ROLE.search(words[-1]):
        return None
    near = forms.get((len(words), words[0][:1]), ())
    roles = {role for form, role in near if _is_like(words, form)}
    return roles.pop() if len(roles) == 1 else None


def _is_like(words: list[str], form: tuple[str, ...]) -> bool:
    for word, meant in zip(words, form, strict=True):
        if word != meant and (len(meant) < _LONG or OSA.distance(word, meant) > 1):
            return False
    return True


def _forms(vocabulary: Vocabulary) -> _Forms:
    forms: _Forms = {}
    for form, role in vocabulary.forms():
        words = tuple(form.split())
        if words and len(words) <= _MOST_WORDS and any(len(word) >= _LONG for word in words):
            forms.setdefault((len(words), words[0][:1]), []).append((words, role))
    return forms
