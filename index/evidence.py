"""The sentences of a passage that show what it is about: what is quoted on a topic's page. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.topics import Subject
from corpus.types import Span
from index.passages import count_words, sentence_spans
from index.tagging import tag

MOST_WORDS = 75  # of a quote
_ENOUGH = 8  # words: a shorter quote takes a sentence beside it
_AROUND = 1500  # characters on each side that may show the setting


@dataclass(frozen=True, slots=True)
class Evident:
    """Words of a passage to quote, and the topics for which evidence stands in those words."""

    span: Span
    topics: tuple[str, ...]  # ids, in the order of the vocabulary


def evident_quote(
    content: str, passage: Span, subject: Subject, topics: Collection[str], title: str = ""
) -> Evident | None:
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
    shown = _shown(content, passage, sentences, subject, title)
    weights = [len(each.intersection(topics)) for each in shown]
    if not any(weights):
        return None
    best = max(range(len(sentences)), key=lambda at: (weights[at], -at))
    quote = _grown(content, sentences, weights, best)
    inside = [each for sentence, each in zip(sentences, shown, strict=True) if sentence in quote]
    carried = set[str]().union(*inside)
    return Evident(quote, tuple(each for each in subject.topics if each in carried))


def opening_quote(content: str, passage: Span) -> Span | None:
    """Return the first whole sentences of a passage, at most `MOST_WORDS` words of them."""
    sentences = sentence_spans(content, passage)
    return _grown(content, sentences, [1] * len(sentences), 0) if sentences else None


def _shown(
    content: str, passage: Span, sentences: Sequence[Span], subject: Subject, title: str
) -> list[set[str]]:
    """Return for each sentence of a passage the topics for which it has evidence."""
    before = content[max(0, passage.start - _AROUND) : passage.start]
    around = "\n".join((title, before, content[passage.end : passage.end + _AROUND]))
    words = passage.of(content)
    tags = [each for each in tag(words, subject, around=around) if each.kind == "topic"]
    found: list[set[str]] = [set() for _ in sentences]
    for each in tags:
        place = passage.start + each.span.start if each.span else -1
        for at, sentence in enumerate(sentences):
            if sentence.start <= place < sentence.end:
                found[at].add(each.id)
    about = {each.id for each in tags if each.span}
    for at, sentence in enumerate(sentences if about else ()):
        # A tag names one place of its words; there may be others.
        alone = tag(sentence.of(content), subject, around=f"{around}\n{words}")
        found[at] |= {each.id for each in alone if each.kind == "topic"} & about
    return found


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
