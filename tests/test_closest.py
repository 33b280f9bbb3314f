"""Where nothing answers, one sentence of a passage may."""

from __future__ import annotations

import numpy as np
import pytest

from index.engine.bm25 import words_asked
from index.hits.closest import has_the_sentence
from index.hits.ranking import Asked
from index.sentences import pack
from tests.indexed import a_passage

CONTENT = "It rained all week. You don't keep the peanuts on a high shelf. We went home."
PASSAGE = a_passage(CONTENT)


def asked(question: str) -> Asked:
    return Asked(question, np.array([1.0, 0.0]), frozenset(words_asked(question)[0]))


def sentences_like(*cosines: float) -> dict[str, str]:
    rows = np.array([[cosine, (1 - cosine**2) ** 0.5] for cosine in cosines])
    return {PASSAGE.id: pack(rows)}


@pytest.mark.parametrize(
    ("question", "cosine", "answered"),
    [
        ("what about the peanuts", 0.56, True),
        ("what about the peanuts", 0.40, False),  # the words alone are no answer
        ("what about the allergies", 0.56, False),  # nor is likeness alone
        ("does the rain change prices of peanuts", 0.62, False),  # most of it is not there
        ("comparison with peanuts", 0.46, False),  # little of either
        ("comparison with peanuts", 0.50, True),
    ],
)
def test_one_sentence_answers_when_it_is_near_and_says_half_of_the_words(
    question, cosine, answered
):
    packed = sentences_like(0.1, cosine, 0.1)
    assert has_the_sentence(asked(question), PASSAGE, packed) is answered


def test_words_of_one_sentence_and_likeness_of_another_are_no_answer():
    packed = sentences_like(0.9, 0.1, 0.1)
    assert not has_the_sentence(asked("what about the peanuts"), PASSAGE, packed)


def test_sentences_that_are_not_kept_or_are_of_other_words_answer_nothing():
    question = asked("what about the peanuts")
    assert not has_the_sentence(question, PASSAGE, {})
    assert not has_the_sentence(question, PASSAGE, sentences_like(0.9, 0.9))
