"""The sentences of a passage that show what it is about: what is quoted on a topic's page. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from corpus.topics import Subject
from corpus.types import Span
from index.passages import count_words, sentence_spans
from index.tagging import tag

MOST_WORDS = 75  # of a quote
_ENOUGH = 20  # words: a shorter quote takes a sentence beside it
_AROUND = 1500  # characters on each side that may show the setting


def evident_quote(
    content: str, passage: Span, subject: Subject, topics: Collection[str], title: str = ""
) -> Span | None:
    """Return whole sentences of a passage that carry the evidence for one of `topics`.

    At most `MOST_WORDS` words, around the sentence with most of it, unless one sentence alone is
    longer. None when, by this vocabulary, the passage is not about any of them.

    Args:
        content: the text, as it is read.
        passage: characters of `content`.
        subject: the vocabulary.
        topics: ids.
        title: of the document; it may show that the beat is spoken of.
    """
    sentences = sentence_spans(content, passage)
    weights = _weights(content, passage, sentences, subject, frozenset(topics), title)
    if not any(weights):
        return None
    best = max(range(len(sentences)), key=lambda at: (weights[at], -at))
    return _grown(content, sentences, weights, best)


def opening_quote(content: str, passage: Span) -> Span | None:
    """Return the first whole sentences of a passage, at most `MOST_WORDS` words of them."""
    sentences = sentence_spans(content, passage)
    return _grown(content, sentences, [1] * len(sentences), 0) if sentences else None


def _weights(
    content: str,
    passage: Span,
    sentences: Sequence[Span],
    subject: Subject,
    topics: frozenset[str],
    title: str,
) -> list[int]:
    """Return for each sentence for how many of the topics it has evidence."""
    before = content[max(0, passage.start - _AROUND) : passage.start]
    around = "\n".join((title, before, content[passage.end : passage.end + _AROUND]))
    words = passage.of(content)
    tags = [
        each
        for each in tag(words, subject, around=around)
        if each.kind == "topic" and each.id in topics and each.span
    ]
    if not tags:
        return [0] * len(sentences)
    found: list[set[str]] = [set() for _ in sentences]
    for each in tags:
        assert each.span is not None
        place = passage.start + each.span.start
        for at, sentence in enumerate(sentences):
            if sentence.start <= place < sentence.end:
                found[at].add(each.id)
    shown = {each.id for each in tags}
    for at, sentence in enumerate(sentences):  # the tag names one place; there may be others
        alone = tag(sentence.of(content), subject, around=f"{around}\n{words}")
        found[at] |= {each.id for each in alone if each.kind == "topic" and each.id in shown}
    return [len(each) for each in found]


def _grown(content: str, sentences: Sequence[Span], weights: Sequence[int], best: int) -> Span:
    """Grow from the best sentence over those that carry evidence, and past it while too short."""
    first = last = best
    while True:
        short = _words(content, sentences[first], sentences[last]) < _ENOUGH
        beside = [
            at
            for at in (last + 1, first - 1)
            if 0 <= at < len(sentences)
            and (short or weights[at])
            and _words(content, sentences[min(first, at)], sentences[max(last, at)]) <= MOST_WORDS
        ]
        if not beside:
            return Span(sentences[first].start, sentences[last].end)
        at = max(beside, key=lambda one: weights[one])
        first, last = min(first, at), max(last, at)


def _words(content: str, first: Span, last: Span) -> int:
    return count_words(content[first.start : last.end])
