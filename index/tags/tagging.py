"""What a passage is about: topics, terms, incidents and rules, each with the evidence. Pure.

A passage is tagged only by what stands in it: words of the vocabulary (in their forms, whatever
the hyphens), or its likeness to sentences on the topic, above a bar that was measured. A word that
means much else ("blank", "hot", "insurance") counts only where the passage speaks of the beat, and
nothing counts inside words that are another thing ("blank stare", "shooting schedule").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

import numpy as np

from corpus.topics import Subject
from corpus.types import Span
from index.embed import Embedder, Vectors
from index.tags.lexicon import Seen, lexicon_of

# Measured by `tests/bench/tagging.py` with all-MiniLM-L6-v2: to an embedding everything about guns
# is alike. From 0.60 on likeness costs five points of precision for half a point of recall; this is
# the lowest bar that costs nothing, and it brings little that words do not bring.
LIKE_ENOUGH = 0.75
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
    seen = lexicon_of(subject).read(content[:LONGEST], around[:LONGEST])
    topics = {each.id: each for each in _worded("topic", seen, subject.topics)}
    topics |= _alike(seen, subject, likeness or {}, bar, set(topics))
    return (
        *(topics[topic_id] for topic_id in subject.topics if topic_id in topics),
        *_terms(seen, subject),
        *_worded("incident", seen, subject.incidents),
        *_worded("rule", seen, subject.rules),
    )


def _worded(kind: Kind, seen: Seen, entries: Iterable[str]) -> Iterator[Tag]:
    for entry_id in _found(kind, seen, entries):
        span = seen.evident[kind, entry_id][0]
        yield Tag(kind, entry_id, _says(seen.content, span), span)


def _found(kind: Kind, seen: Seen, entries: Iterable[str]) -> list[str]:
    """Return the ids of a kind there is evidence for, in the order of the vocabulary."""
    ids = {entry_id for owner, entry_id in seen.evident if owner == kind}
    return [entry_id for entry_id in entries if entry_id in ids]


def _alike(
    seen: Seen, subject: Subject, likeness: Mapping[str, float], bar: float, worded: Set[str]
) -> dict[str, Tag]:
    """Likeness alone sees no difference between guns and much else: the setting must be there."""
    if not seen.surrounded:
        return {}
    return {
        topic.id: Tag("topic", topic.id, f"like “{topic.name}” {likeness[topic.id]:.2f}")
        for topic in subject.topics.values()
        if topic.id not in worded and likeness.get(topic.id, -1.0) >= bar
    }


def _terms(seen: Seen, subject: Subject) -> Iterator[Tag]:
    """Of two terms that contrast, the longer words win: "squib load" is no squib."""
    spans = {each: seen.evident["term", each] for each in _found("term", seen, subject.terms)}
    for term_id, own in spans.items():
        opposed = [
            span for other in subject.terms[term_id].contrasts for span in spans.get(other, ())
        ]
        left = [span for span in own if not _inside_a_longer(span, opposed)]
        if left:
            yield Tag("term", term_id, _says(seen.content, left[0]), left[0])


def _inside_a_longer(span: Span, others: Iterable[Span]) -> bool:
    return any(span in other and len(span) < len(other) for other in others)


def _says(content: str, span: Span) -> str:
    return f"says “{' '.join(span.of(content).split())}”"


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
