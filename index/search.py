"""A query → the passages that answer it, and in each the sentences to quote.

The store finds candidates by meaning and by words. Here they must earn their place: near enough to
the question (or the honest answer is nothing), about the thing asked for and not its opposite
(`contrasts.py`), not all from one mouth, and word for word in the canonical text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from corpus.catalogue import Catalogue
from corpus.errors import IndexOutOfDateError
from corpus.types import Hit, Passage, SearchQuery, Span
from index.contrasts import is_about_the_opposite
from index.embed import Embedder, Vectors
from index.passages import count_words, sentence_spans
from index.vectors import Filters, Found, VectorStore, words_asked, words_of

# Calibrated by `tests/bench/honest_nothing.py`; its docstring has the figures.
NEAR = 0.42  # cosine: as near in meaning as this answers
NEAR_WITH_WORDS = 0.28  # cosine that is enough when most of the question's words are there
MOST_WORDS_SHARED = 0.6
NEAR_WITH_ALL_WORDS = 0.15  # a rare name or term, all of it there

_CANDIDATES = 60
_PER_TURN = 2  # hits from one person in one document
_NEIGHBOUR = 400  # characters: hits nearer than this in a document say one thing
_QUOTE_WORDS = 75
_TOO_SHORT = 20  # words: a shorter quote takes its neighbour whatever it says
_STILL_ANSWERS = 0.4  # of the best sentence's worth: a neighbour below it is left out
_ASKING = 0.25  # taken off what only asks: an interviewer repeats the question best of all
_WORD_WEIGHT = 0.25  # shared words against likeness of meaning, when sentences compete


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its vector and the stems of its words."""

    text: str
    vector: Vectors
    terms: frozenset[int]

    def shared(self, words: str) -> float:
        """Return the share of the question's words (stems, no stop words) that are in `words`."""
        if not self.terms:
            return 0.0
        return len(self.terms & set(words_of(words)[0])) / len(self.terms)


def search(
    query: SearchQuery, *, catalogue: Catalogue, store: VectorStore, embedder: Embedder
) -> list[Hit]:
    """Return the hits of `query`, best first; none when nothing in the archive answers it.

    Every hit's `quote` is whole sentences of the current text as corrected, checked against it.

    Raises:
        IndexOutOfDateError: the index was made with another model.
        VectorIndexError: the index cannot be read.
    """
    manifest = store.manifest()
    if manifest is None or not query.text.strip():
        return []
    if manifest.embedder != embedder.name:
        cause = f"made with {manifest.embedder}, asked with {embedder.name}"
        raise IndexOutOfDateError(cause=cause, remedy="onrecord index --rebuild")
    vector = embedder.embed([query.text])[0]
    question = Asked(query.text, vector, frozenset(words_asked(query.text)[0]))
    found = store.search(vector, query.text, _filters(query), max(_CANDIDATES, 4 * query.limit))
    answering = _ranked(question, [one for one in found if answers(question, one, query)])
    standing = _standing(catalogue, _varied(answering))
    chosen = [pair for _, pair in zip(range(query.limit), standing, strict=False)]
    return [
        _hit(question, one, quote)
        for one, quote in zip(
            (one for one, _ in chosen), _best_quotes(question, embedder, chosen), strict=True
        )
    ]


def answers(question: Asked, found: Found, query: SearchQuery) -> bool:
    """Return whether a passage is near enough to the question, and not about its opposite."""
    content = found.passage.content
    if query.phrases:
        return True  # the store has seen to it that the very words are there
    if is_about_the_opposite(query.text, content):
        return False
    if found.cosine >= NEAR:
        return True
    shared = question.shared(content)
    least = NEAR_WITH_ALL_WORDS if shared >= 1 else NEAR_WITH_WORDS
    return shared >= MOST_WORDS_SHARED and found.cosine >= least


def _filters(query: SearchQuery) -> Filters:
    return Filters(
        roles=query.roles,
        speakers=query.speakers,
        sources=query.sources,
        kind=query.kind,
        since=query.since,
        until=query.until,
        phrases=query.phrases,
    )


def _ranked(question: Asked, found: Iterable[Found]) -> list[tuple[Found, float]]:
    """Return the answers with a score of 0..1, best first.

    The fused ranks choose the candidates; among them likeness and shared words, which are the
    same in a small archive and a large one, decide and are shown.
    """
    scored = [
        (
            one,
            max(0.0, one.cosine)
            + _WORD_WEIGHT * question.shared(one.passage.content)
            - _ASKING * _share_asking(one.passage.content),
        )
        for one in found
    ]
    return sorted(scored, key=lambda pair: (-round(pair[1], 5), -pair[0].score, pair[0].passage.id))


def _share_asking(words: str) -> float:
    """Return the share of the words that are in questions: who asks does not answer."""
    sentences = [span.of(words) for span in sentence_spans(words, Span(0, len(words)))]
    asking = sum(count_words(said) for said in sentences if said.rstrip('”"’ ').endswith("?"))
    return asking / max(1, count_words(words))


def _varied(ranked: Iterable[tuple[Found, float]]) -> Iterator[tuple[Found, float]]:
    """Leave out neighbours of a better hit and more than two from one mouth in a document."""
    kept: list[Passage] = []
    mouths: Counter[tuple[str, str]] = Counter()
    for found, score in ranked:
        passage = found.passage
        mouth = (passage.document_id, passage.speaker)
        if mouths[mouth] < _PER_TURN and not any(_are_neighbours(passage, one) for one in kept):
            kept.append(passage)
            mouths[mouth] += 1
            yield found, score


def _are_neighbours(one: Passage, other: Passage) -> bool:
    if (one.document_id, one.speaker) != (other.document_id, other.speaker):
        return False
    first, last = sorted((one.span, other.span))
    return last.start - first.end < _NEIGHBOUR


def _standing(
    catalogue: Catalogue, ranked: Iterable[tuple[Found, float]]
) -> Iterator[tuple[tuple[Found, float], str]]:
    """Yield the passages whose words still stand where the index says, with the texts."""
    contents: dict[str, str | None] = {}
    for one, score in ranked:
        document_id = one.passage.document_id
        if document_id not in contents:
            contents[document_id] = catalogue.content_read(document_id)
        content = contents[document_id]
        if content and one.passage.span.of(content) == one.passage.content:
            yield (one, score), content


def _best_quotes(
    question: Asked,
    embedder: Embedder,
    chosen: Sequence[tuple[tuple[Found, float], str]],
) -> Iterator[Span]:
    """Yield for each passage the run of whole sentences that answers best."""
    sentences = [sentence_spans(content, found.passage.span) for (found, _), content in chosen]
    words = [
        span.of(content)
        for (_, content), spans in zip(chosen, sentences, strict=True)
        for span in spans
    ]
    likeness = embedder.embed(words) @ question.vector if words else np.zeros(0)
    worth = iter(
        float(like) + _WORD_WEIGHT * question.shared(said) - _ASKING * _share_asking(said)
        for like, said in zip(likeness, words, strict=True)
    )
    for (_, content), spans in zip(chosen, sentences, strict=True):
        yield _best_run(content, spans, [next(worth) for _ in spans])


def _best_run(content: str, sentences: Sequence[Span], worth: Sequence[float]) -> Span:
    """Grow from the best sentence to its better neighbour while both fit a quote."""
    best = max(range(len(sentences)), key=lambda index: worth[index])
    first = last = best
    while True:
        short = _words_between(content, sentences[first], sentences[last]) < _TOO_SHORT
        least = _STILL_ANSWERS * worth[best]
        fitting = [
            index
            for index in (first - 1, last + 1)
            if 0 <= index < len(sentences)
            and (short or worth[index] >= least)
            and _words_between(content, sentences[min(first, index)], sentences[max(last, index)])
            <= _QUOTE_WORDS
        ]
        if not fitting:
            return Span(sentences[first].start, sentences[last].end)
        chosen = max(fitting, key=lambda index: (worth[index], index))
        first, last = min(first, chosen), max(last, chosen)


def _words_between(content: str, first: Span, last: Span) -> int:
    return count_words(content[first.start : last.end])


def _hit(question: Asked, ranked: tuple[Found, float], quote: Span) -> Hit:
    found, score = ranked
    shared = question.shared(found.passage.content)
    why = f"meaning {found.cosine:.2f}, {shared:.0%} of the question's words"
    top = 1 + _WORD_WEIGHT
    return Hit(passage=found.passage, quote=quote, score=round(max(0.0, score) / top, 4), why=why)
