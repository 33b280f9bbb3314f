"""The sentences of a passage that show what it is about: what is quoted on a topic's page. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from corpus.topics import Subject
from corpus.types import Span
from index.hits.quoting import grown
from index.passages import sentence_spans
from index.tags.tagging import tag

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

    Around the sentence with most of it, no longer than a quote may be unless one sentence alone
    is. None when, by this vocabulary, the passage is not about any of them.

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
    quote = _around(content, sentences, weights, best)
    inside = [each for sentence, each in zip(sentences, shown, strict=True) if sentence in quote]
    carried = set[str]().union(*inside)
    return Evident(quote, tuple(each for each in subject.topics if each in carried))


def opening_quote(content: str, passage: Span) -> Span | None:
    """Return the first whole sentences of a passage, at most as many words as a quote may have."""
    sentences = sentence_spans(content, passage)
    return _around(content, sentences, [1] * len(sentences), 0) if sentences else None


def _around(content: str, sentences: Sequence[Span], weights: Sequence[int], best: int) -> Span:
    """Return the best sentence with what beside it carries evidence, or is needed for length."""
    return grown(content, sentences, weights, (best, best), least=1, shortest=_ENOUGH)


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
