"""A query → the passages that answer it, and in each the sentences to quote.

The store finds candidates by meaning and by words. Here they must earn their place: near enough to
the question (or the honest answer is nothing), about the thing asked for and not its opposite
(`contrasts.py`), not all from one mouth, and word for word in the canonical text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from corpus.catalogue import Catalogue
from corpus.errors import IndexOutOfDateError
from corpus.types import Hit, Passage, SearchQuery, Span
from index.contrasts import is_about_the_opposite
from index.embed import Embedder
from index.filters import Filters
from index.passages import count_words, sentence_spans
from index.ranking import (
    CANDIDATES,
    WORD_WEIGHT,
    Asked,
    Ranked,
    by_best_sentence,
    rank,
    share_asking,
)
from index.vectors import Found, VectorStore, words_asked, words_of

# Calibrated by `tests/bench/honest_nothing.py`; its docstring has the figures.
NEAR = 0.42  # cosine: as near in meaning as this answers
NEAR_WITH_WORDS = 0.28  # cosine that is enough when most of the question's words are there
MOST_WORDS_SHARED = 0.6
NEAR_WITH_ALL_WORDS = 0.15  # a rare name or term, all of it there

_PER_TURN = 2  # hits from one person in one document
_NEIGHBOUR = 400  # characters: hits nearer than this in a document say one thing
_QUOTE_WORDS = 75
_TOO_SHORT = 20  # words: a shorter quote takes its neighbour whatever it says
_STILL_ANSWERS = 0.4  # of the best sentence's worth: a neighbour below it is left out
_ASKING = 0.25  # taken off a sentence that only asks


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
    width = max(CANDIDATES, 4 * query.limit)
    found = store.search(vector, query.text, filters_of(query), width)
    # Passages that do not answer still show what the ones around them are about.
    answering = [one for one in rank(question, found) if answers(question, one.found, query)]
    standing = _standing(catalogue, _varied(answering))
    chosen = list(islice(standing, query.limit))
    return _hits(chosen, _best_quotes(question, embedder, chosen))


def answers(question: Asked, found: Found, query: SearchQuery) -> bool:
    """Return whether a passage is near enough to the question, and not about its opposite."""
    content = found.passage.content
    if query.without and _mentions(content, query.without):
        return False
    if query.phrases:
        return True  # the store has seen to it that the very words are there
    if is_about_the_opposite(query.text, content):
        return False
    if found.cosine >= NEAR:
        return True
    shared = question.shared(content)
    least = NEAR_WITH_ALL_WORDS if shared >= 1 else NEAR_WITH_WORDS
    return shared >= MOST_WORDS_SHARED and found.cosine >= least


def _mentions(content: str, things: Iterable[str]) -> bool:
    """Return whether `content` has all words (stems) of one of the `things`."""
    stems = set(words_of(content)[0])
    wanted = (set(words_asked(thing)[0]) for thing in things)
    return any(words and words <= stems for words in wanted)


def filters_of(query: SearchQuery) -> Filters:
    """Return what a passage must be to answer `query`."""
    return Filters(
        roles=query.roles,
        speakers=query.speakers,
        sources=query.sources,
        kind=query.kind,
        since=query.since,
        until=query.until,
        phrases=query.phrases,
        manners=query.manners,
    )


def _varied(ranked: Iterable[Ranked]) -> Iterator[Ranked]:
    """Leave out neighbours of a better hit and more than two from one mouth in a document."""
    kept: list[Passage] = []
    mouths: Counter[tuple[str, str]] = Counter()
    for one in ranked:
        passage = one.found.passage
        mouth = (passage.document_id, passage.speaker)
        if mouths[mouth] < _PER_TURN and not any(_are_neighbours(passage, each) for each in kept):
            kept.append(passage)
            mouths[mouth] += 1
            yield one


def _are_neighbours(one: Passage, other: Passage) -> bool:
    if (one.document_id, one.speaker) != (other.document_id, other.speaker):
        return False
    first, last = sorted((one.span, other.span))
    return last.start - first.end < _NEIGHBOUR


def _standing(catalogue: Catalogue, ranked: Iterable[Ranked]) -> Iterator[tuple[Ranked, str]]:
    """Yield the passages whose words still stand where the index says, with the texts."""
    contents: dict[str, str | None] = {}
    for one in ranked:
        passage = one.found.passage
        if passage.document_id not in contents:
            contents[passage.document_id] = catalogue.content_read(passage.document_id)
        content = contents[passage.document_id]
        if content and passage.span.of(content) == passage.content:
            yield one, content


def _best_quotes(
    question: Asked, embedder: Embedder, chosen: Sequence[tuple[Ranked, str]]
) -> list[tuple[Span, float]]:
    """Return for each passage the run of whole sentences that answers best, and its worth."""
    sentences = [sentence_spans(content, one.found.passage.span) for one, content in chosen]
    words = [
        span.of(content)
        for (_, content), spans in zip(chosen, sentences, strict=True)
        for span in spans
    ]
    likeness = embedder.embed(words) @ question.vector if words else np.zeros(0)
    worth = iter(
        float(like) + WORD_WEIGHT * question.shared(said) - _ASKING * share_asking(said)
        for like, said in zip(likeness, words, strict=True)
    )
    quotes = []
    for (_, content), spans in zip(chosen, sentences, strict=True):
        worths = [next(worth) for _ in spans]
        quotes.append((_best_run(content, spans, worths), max(worths)))
    return quotes


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


def _hits(chosen: Sequence[tuple[Ranked, str]], quotes: Sequence[tuple[Span, float]]) -> list[Hit]:
    """Return the hits in the order that their best sentences leave.

    The first hit's score says how much of an answer it is at all, the others' how they compare.
    """
    ranked = [one for one, _ in chosen]
    order = by_best_sentence(ranked, [worth for _, worth in quotes])
    hits: list[Hit] = []
    for at in order:
        score = ranked[at].level * _compared(ranked[at], ranked[order[0]])
        most = hits[-1].score if hits else 1.0
        hits.append(
            Hit(
                passage=ranked[at].found.passage,
                quote=quotes[at][0],
                score=round(min(score, most), 4),
                why=_why(ranked[at]),
            )
        )
    return hits


def _compared(one: Ranked, best: Ranked) -> float:
    return min(1.0, max(0.0, one.worth) / best.worth) if best.worth > 0 else 1.0


def _why(one: Ranked) -> str:
    """Say why a hit ranks where it does, part by part."""
    said = [
        f"meaning {one.found.cosine:.2f}",
        f"{one.shared:.0%} of the question's words",
        f"{one.together:.0%} with what stands around it",
        f"among other answers {one.surroundings:.2f}",
    ]
    if abs(one.other) >= 0.005:
        said.append(f"certainty, manner and asking {one.other:+.2f}")
    return ", ".join(said)
