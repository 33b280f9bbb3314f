"""Of a passage that answers, the sentences to quote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Passage, Span
from index.embed import Embedder
from index.hits.ranking import WORD_WEIGHT, Asked, share_asking
from index.passages import count_words, sentence_spans
from index.sentences import unpacked

MOST_WORDS = 75  # of a quote
_TOO_SHORT = 20  # words: a shorter quote takes its neighbour whatever it says
_STILL_ANSWERS = 0.4  # of the best sentence's worth: a neighbour below it is left out
_ASKING = 0.25  # taken off a sentence that only asks
_FILLER = 5  # words: fewer open no quote that could open elsewhere


@dataclass(frozen=True, slots=True)
class Place:
    """Where to look for a quote: whole sentences `within` a content, `wanted` words among them.

    Sentences that begin at `until` or later are not looked at.
    """

    content: str
    within: Span
    until: int
    wanted: tuple[Span, ...] = ()
    packed: str | None = None  # the vectors of its sentences, where they are kept

    @property
    def sentences(self) -> list[Span]:
        """The sentences, in order."""
        spans = sentence_spans(self.content, self.within)
        return [span for span in spans if span.start < self.until]


def best_quotes(
    question: Asked, embedder: Embedder, places: Sequence[Place]
) -> list[tuple[Span, float]]:
    """Return at each place the run of whole sentences that answers best, and its worth.

    Args:
        question: what was asked.
        embedder: the model the question was embedded with; asked only where the vectors of the
            sentences are not kept, or are not of these sentences (a quote over two passages).
        places: one or more sentences each.
    """
    quotes = []
    for place in places:
        spans = place.sentences
        words = [span.of(place.content) for span in spans]
        vectors = unpacked(place.packed, spans, embedder.size)
        likeness = (embedder.embed(words) if vectors is None else vectors) @ question.vector
        worths = [
            float(like) + WORD_WEIGHT * question.shared(said) - _ASKING * share_asking(said)
            for like, said in zip(likeness, words, strict=True)
        ]
        core = _core(place, spans, worths)
        least = _STILL_ANSWERS * max(worths[core[0] : core[1] + 1])
        quote = grown(place.content, spans, worths, core, least=least, shortest=_TOO_SHORT)
        quotes.append((quote, max(worths)))
    return quotes


def _core(place: Place, sentences: Sequence[Span], worth: Sequence[float]) -> tuple[int, int]:
    """Return the first and last sentence that a quote must hold: the best, or the words wanted."""
    if not place.wanted:
        best = max(range(len(sentences)), key=lambda at: worth[at])
        return best, best
    held = [
        [at for at, span in enumerate(sentences) if span.start < one.end and one.start < span.end]
        for one in place.wanted
    ]
    runs = [(some[0], some[-1]) for some in held if some] or [(0, 0)]
    first, last = min(runs)[0], max(run[1] for run in runs)
    if _words_between(place.content, sentences[first], sentences[last]) <= MOST_WORDS:
        return first, last
    return max(runs, key=lambda run: max(worth[run[0] : run[1] + 1]))


def opening_quote(passage: Passage, content: str) -> Span:
    """Return the first sentences of a passage that nothing in particular was asked of."""
    sentences = sentence_spans(content, passage.span)
    says = [
        at
        for at, span in enumerate(sentences)
        if count_words(span.of(content)) >= _FILLER and not share_asking(span.of(content))
    ]
    first = last = says[0] if says else 0
    while last + 1 < len(sentences):
        if count_words(content[sentences[first].start : sentences[last + 1].end]) > MOST_WORDS:
            break
        last += 1
    return Span(sentences[first].start, sentences[last].end)


def grown(
    content: str,
    sentences: Sequence[Span],
    worth: Sequence[float],
    within: tuple[int, int],
    *,
    least: float,
    shortest: int,
) -> Span:
    """Grow a quote over the better neighbour as long as it has at most `MOST_WORDS` words.

    Args:
        content: the text.
        sentences: of it, in order.
        worth: of each sentence.
        within: the first and last sentence that the quote must hold.
        least: what a neighbour must be worth.
        shortest: words; a shorter quote takes its neighbour whatever that is worth.
    """
    first, last = within
    while True:
        short = _words_between(content, sentences[first], sentences[last]) < shortest
        fitting = [
            index
            for index in (first - 1, last + 1)
            if 0 <= index < len(sentences)
            and (short or worth[index] >= least)
            and _words_between(content, sentences[min(first, index)], sentences[max(last, index)])
            <= MOST_WORDS
        ]
        if not fitting:
            return Span(sentences[first].start, sentences[last].end)
        chosen = max(fitting, key=lambda index: (worth[index], index))
        first, last = min(first, chosen), max(last, chosen)


def _words_between(content: str, first: Span, last: Span) -> int:
    return count_words(content[first.start : last.end])
