"""What a question is about: topics, terms and incidents of the vocabulary named in it. Pure.

They filter nothing. Whoever asks this archive asks about its beat, so a word that also means
other things ("blank", "insurance") counts without the beat being named beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.topics import Subject
from index.engine.bm25 import words_asked
from index.tags.tagging import tag

_BEFORE = "on "  # so that a title at the beginning does not owe its capital to its place
_SETTING = "The film set and the prop gun."  # shows the beat, and is evidence of nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing of the vocabulary that a question is about, and the words that name it."""

    kind: Literal["topic", "term", "incident"]
    id: str
    words: str


def subjects_of(text: str, subject: Subject) -> Iterator[Asked]:
    """Yield the topics, terms and incidents that words of `text` name, topics first."""
    asked = f"{_BEFORE}{text}"
    for one in tag(f"{asked}\n\n{_SETTING}", subject):
        if one.kind == "rule" or one.span is None:
            continue
        if len(_BEFORE) <= one.span.start and one.span.end <= len(asked):
            yield Asked(one.kind, one.id, one.span.of(asked))


def named_in(text: str, subject: Subject, ids: Collection[str]) -> dict[int, frozenset[str]]:
    """Return the words (stems) of `text` that name some of the `ids`, and which they name."""
    named: dict[int, set[str]] = {}
    for one in subjects_of(text, subject):
        for stem in words_asked(one.words)[0] if one.id in ids else ():
            named.setdefault(stem, set()).add(one.id)
    asked = set(words_asked(text)[0])
    return {stem: frozenset(some) for stem, some in named.items() if stem in asked}
