"""Whether one sentence of a passage answers where the passage as a whole is not near enough. Pure.

A passage of four sentences on other things hides the one that was asked for: its vector is what
they have in common. Only asked where nothing answers, of the best candidates.
"""

from __future__ import annotations

from collections.abc import Mapping

from corpus.types import Passage, Span
from index.embed import Vectors
from index.hits.ranking import WORD_WEIGHT, Asked
from index.passages import sentence_spans
from index.sentences import unpacked

# Calibrated by `tests/bench/honest_nothing.py`; its docstring has the figures.
LOOKED_AT = 20  # candidates, the best ones
NEAR = 0.45  # cosine of question and sentence
MOST_WORDS_SHARED = 0.5  # of the question's words, in that sentence
NEAR_AND_WORDED = 0.60  # cosine and `WORD_WEIGHT` of the share of words together


def has_the_sentence(question: Asked, passage: Passage, packed: Mapping[str, str]) -> bool:
    """Return whether one sentence is near to the question and says half of its words.

    Args:
        question: what was asked.
        passage: the candidate.
        packed: the vectors of sentences by the passage's id, as they are kept.
    """
    content = passage.content
    spans = sentence_spans(content, Span(0, len(content)))
    vectors: Vectors | None = unpacked(packed.get(passage.id), spans, question.vector.size)
    if vectors is None:
        return False
    for likeness, span in zip((vectors @ question.vector).tolist(), spans, strict=True):
        shared = question.shared(span.of(content))
        worded = likeness + WORD_WEIGHT * shared
        if likeness >= NEAR and shared >= MOST_WORDS_SHARED and worded >= NEAR_AND_WORDED:
            return True
    return False
