"""What a passage is about: topics, terms, incidents and rules, each with the evidence. Pure.

A passage is tagged only by what stands in it: words of the vocabulary (in their forms, whatever
the hyphens), or its likeness to sentences on the topic, above a bar that was measured. A word that
means much else ("blank", "hot", "insurance") counts only where the passage speaks of the beat, and
nothing counts inside words that are another thing ("blank stare", "shooting schedule").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from corpus.topics import Subject
from corpus.types import Span
from index.embed import Embedder, Vectors
from index.lexicon import Seen, lexicon_of

# Measured in `tests/bench/tagging.py` with all-MiniLM-L6-v2 on the half of the labelled passages
# that may be looked at: the lowest likeness that brought more right tags than it cost.
LIKE_ENOUGH = 0.62
LONGEST = 20_000  # characters that are looked at; no passage is as long

Kind = Literal["topic", "term", "incident", "rule"]


@dataclass(frozen=True, slots=True)
class Tag:
    """One thing a passage is about; `why` is for people, `span` the words in the passage."""

    kind: Kind
    id: str
    why: str
    span: Span | None = None  # None: by likeness


def tag(
    content: str,
    subject: Subject,
    *,
    around: str = "",
    likeness: Mapping[str, float] | None = None,
    bar: float = LIKE_ENOUGH,
) -> tuple[Tag, ...]:
    """Return what `content` is about, in the order of the vocabulary, topics first.

    Args:
        content: the passage.
        subject: the vocabulary.
        around: title and neighbouring passages. They may show that the passage speaks of the
            beat, so that its ambiguous words count; they are never evidence themselves.
        likeness: topic id → cosine with the nearest sentence on the topic (`Prototypes`).
        bar: the cosine from which likeness is evidence.
    """
    lexicon = lexicon_of(subject)
    seen = lexicon.read(content[:LONGEST])
    in_setting = seen.in_setting or bool(around and lexicon.read(around[:LONGEST]).in_setting)
    found = [
        *_topics(seen, subject, likeness or {}, bar=bar, in_setting=in_setting),
        *_terms(seen, subject, in_setting=in_setting),
        *_worded("incident", seen, subject.incidents, in_setting=in_setting),
        *_worded("rule", seen, subject.rules, in_setting=in_setting),
    ]
    return tuple(found)


def _topics(
    seen: Seen, subject: Subject, likeness: Mapping[str, float], *, bar: float, in_setting: bool
) -> Iterable[Tag]:
    by_words = {each.id: each for each in _worded("topic", seen, subject.topics, in_setting)}
    for topic in subject.topics.values():
        if topic.id in by_words:
            yield by_words[topic.id]
        elif in_setting and (alike := likeness.get(topic.id, 0.0)) >= bar:
            yield Tag("topic", topic.id, f"like “{topic.name}” {alike:.2f}")


def _terms(seen: Seen, subject: Subject, *, in_setting: bool) -> Iterable[Tag]:
    """Of two terms that contrast, the longer words win: "squib load" is no squib."""
    tags = list(_worded("term", seen, subject.terms, in_setting))
    spans = {each.id: seen.all_of("term", each.id, in_setting=in_setting) for each in tags}
    for each in tags:
        opposed = [
            span for other in subject.terms[each.id].contrasts for span in spans.get(other, ())
        ]
        own = [span for span in spans[each.id] if not _inside_any(span, opposed)]
        if own:
            yield Tag("term", each.id, _says(seen.content, own[0]), own[0])


def _inside_any(span: Span, others: Iterable[Span]) -> bool:
    return any(span in other and len(span) < len(other) for other in others)


def _worded(
    kind: Kind, seen: Seen, entries: Mapping[str, object], in_setting: bool
) -> Iterable[Tag]:
    for entry_id in entries:
        spans = seen.all_of(kind, entry_id, in_setting=in_setting)
        if spans:
            yield Tag(kind, entry_id, _says(seen.content, spans[0]), spans[0])


def _says(content: str, span: Span) -> str:
    words = " ".join(span.of(content).split())
    return f"says “{words}”"


class Prototypes:
    """The vocabulary's sentences on each topic, embedded once: what a passage is compared with."""

    def __init__(self, subject: Subject, embedder: Embedder) -> None:
        pairs = [
            (topic.id, sentence)
            for topic in subject.topics.values()
            for sentence in (*topic.like, f"{topic.name}. {topic.definition}")
        ]
        self._ids = [topic_id for topic_id, _ in pairs]
        self._vectors = embedder.embed([sentence for _, sentence in pairs])
        self.name = f"{subject.version} {embedder.name}"  # of vocabulary and model together

    def likeness(self, vectors: Vectors) -> list[dict[str, float]]:
        """Return for each unit vector (a row) topic id → its highest cosine with a sentence."""
        cosines = np.asarray(vectors) @ self._vectors.T
        return [_highest(self._ids, row) for row in cosines.tolist()]


def _highest(ids: Sequence[str], cosines: Sequence[float]) -> dict[str, float]:
    best: dict[str, float] = {}
    for topic_id, cosine in zip(ids, cosines, strict=True):
        best[topic_id] = max(cosine, best.get(topic_id, -1.0))
    return best
