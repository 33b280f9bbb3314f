"""What passages are about, put on them: topics, terms, incidents and rules. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.topics import Subject
from corpus.types import Passage
from index.tags.tagging import tag


def tag_passages(passages: Sequence[Passage], subject: Subject) -> list[Passage]:
    """Return the passages of one document, in order, each with what it speaks of.

    The title and the passages before and after may show that the beat is spoken of; what counts
    as evidence stands in the passage itself.
    """
    contents = ["", *(one.content for one in passages), ""]
    return [
        _tagged(one, subject, f"{one.title}\n{contents[at]}\n{contents[at + 2]}")
        for at, one in enumerate(passages)
    ]


def _tagged(passage: Passage, subject: Subject, around: str) -> Passage:
    found: dict[str, list[str]] = {"topic": [], "term": [], "incident": [], "rule": []}
    for each in tag(passage.content, subject, around=around):
        found[each.kind].append(each.id)
    return replace(
        passage,
        topics=tuple(found["topic"]),
        terms=tuple(found["term"]),
        incidents=tuple(found["incident"]),
        rules=tuple(found["rule"]),
    )
