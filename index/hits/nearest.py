"""When nothing answers: the topics nearest to the question on which the archive has something."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from corpus.topics import Subject
from corpus.types import SearchQuery
from index.embed import Embedder, Vectors
from index.engine.points import VectorStore
from index.filters import Filters, filters_of
from index.hits.ranking import Asked
from index.tags.tagging import tag

_MOST = 3
_LIKE = 0.25  # cosine with a topic's sentences: below it nothing is near


def nearest_topics(
    question: Asked,
    query: SearchQuery,
    store: VectorStore,
    embedder: Embedder,
    subject: Subject | None,
) -> dict[str, int]:
    """Return ids of topics near the question with their numbers of passages, nearest first.

    First what its own words say, then what is alike. Who speaks and where counts as asked; the
    exact words and the topic asked for do not, since with them there was nothing.
    """
    if subject is None:
        return {}
    held = store.facet("topics", _of_anything(query))
    named = [*query.topics, *(one.id for one in tag(query.text, subject) if one.kind == "topic")]
    named += [other for one in named if one in subject.topics for other in _beside(subject, one)]
    near = [one for one in dict.fromkeys(named) if one in held]
    if len(near) < _MOST and held:
        near += [one for one in _alike(question, embedder, subject) if one in held]
    return {one: held[one] for one in list(dict.fromkeys(near))[:_MOST]}


def _of_anything(query: SearchQuery) -> Filters:
    return replace(filters_of(query), phrases=(), manners=(), topics=(), certainties=())


def _beside(subject: Subject, topic_id: str) -> tuple[str, ...]:
    topic = subject.topics[topic_id]
    return (*((topic.broader,) if topic.broader else ()), *topic.related)


def _alike(question: Asked, embedder: Embedder, subject: Subject) -> list[str]:
    ids = list(subject.topics)
    likeness = _vectors(embedder, subject) @ question.vector  # type: ignore[arg-type]  # it has one
    order = np.argsort(-likeness, kind="stable").tolist()
    return [ids[at] for at in order if likeness[at] >= _LIKE]


@lru_cache(maxsize=2)
def _vectors(embedder: Embedder, subject: Subject) -> Vectors:
    return embedder.embed([f"{one.name}. {one.definition}" for one in subject.topics.values()])
