"""What speaks for a passage besides its own likeness."""

from dataclasses import replace

import numpy as np
import pytest

from corpus.types import Certainty, Manner
from index.engine.bm25 import words_asked
from index.engine.points import Found
from index.hits.ranking import Asked, Weights, by_best_sentence, rank, share_asking, spread
from tests.indexed import a_passage

QUESTION = Asked("live rounds", np.zeros(3), frozenset(words_asked("live rounds")[0]))


def found(content, number=0, cosine=0.5, lexical=1.0, **fields):
    passage = a_passage(content, number, **fields)
    return Found(passage=passage, cosine=cosine, lexical=lexical, score=cosine)


def order(*candidates, weights=None):
    return [one.found.passage.content for one in rank(QUESTION, candidates, weights)]


def test_nothing_found_is_nothing_ranked():
    assert rank(QUESTION, []) == []
    assert by_best_sentence([], []) == []


def test_a_passage_among_others_that_answer_comes_before_one_alone():
    alone = found("Live rounds alone.", 0, document_id="alone")
    among = [found(f"Live rounds here {n}.", n, document_id="among") for n in range(3)]
    assert order(alone, *among)[-1] == "Live rounds alone."


def test_what_is_far_away_in_a_document_is_not_around_it():
    near = [found(f"Near live rounds {n}.", n, document_id="near") for n in range(2)]
    far = [found(f"Far live rounds {n}.", 100 * n, document_id="far") for n in range(2)]
    assert {words.split()[0] for words in order(*far, *near)[:2]} == {"Near"}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"certainty": Certainty.CHECKED}, {}),
        ({}, {"certainty": Certainty.CONTESTED}),
        ({}, {"manner": Manner.REPORTED}),
    ],
)
def test_equals_are_told_apart_by_certainty_and_manner(better, worse):
    one = found("Better live rounds.", 1, document_id="a", **better)
    other = found("Worse live rounds.", 1, document_id="b", **worse)
    assert order(other, one) == ["Better live rounds.", "Worse live rounds."]
    assert order(one, other) == ["Better live rounds.", "Worse live rounds."]


def test_who_asks_comes_after_who_answers():
    asks = found("Are there live rounds?", 1, document_id="a")
    says = found("There are live rounds.", 1, document_id="b")
    assert order(asks, says)[0] == "There are live rounds."
    assert share_asking("Why? Because it is so.") == pytest.approx(0.2)


def test_equal_candidates_stand_in_one_order_however_they_come():
    some = [found("Live rounds.", n, document_id=f"d{n}") for n in range(6)]
    assert [one.found.passage.id for one in rank(QUESTION, some)] == [
        one.found.passage.id for one in rank(QUESTION, reversed(some))
    ]


def test_every_part_is_between_nought_and_one():
    some = [found("Live rounds.", 0, -0.2, 0.0), found("Rounds.", 1, 0.9, 7.0)]
    for one in rank(QUESTION, some, Weights(document=0.3)):
        assert 0 <= one.own <= 1
        assert 0 <= one.surroundings <= 1
        assert 0 <= one.together <= 1
        assert 0 <= one.level <= 1


def test_the_best_sentence_decides_between_equals_only():
    ranked = rank(QUESTION, [found("Live rounds.", n, document_id=f"d{n}") for n in range(2)])
    assert by_best_sentence(ranked, [0.1, 0.9]) == [1, 0]
    clear = [ranked[0], replace(ranked[1], worth=ranked[1].worth - 1)]
    assert by_best_sentence(clear, [0.1, 0.9]) == [0, 1]


def test_a_word_that_all_candidates_have_tells_none_from_another():
    rare = found("Live and no more.", 0, document_id="a")
    common = found("Rounds and no more.", 0, document_id="b")
    others = [found("Rounds.", 0, document_id=f"c{n}", cosine=0.1) for n in range(8)]
    assert order(common, rare, *others)[0] == "Live and no more."


@pytest.mark.parametrize(
    ("said", "share"),
    [
        ("No live rounds.", 1.0),
        ("A live, real round.", 1.0),
        ("Rounds, all live.", 0.0),
        ("The show went out live, and we had two rounds of drinks afterwards.", 0.0),
    ],
)
def test_words_that_follow_each_other_as_in_the_question_count(said, share):
    (one,) = rank(QUESTION, [found(said)])
    assert one.following == share


def spread_words(*candidates):
    return [one.found.passage.content for one in spread(rank(QUESTION, candidates))]


def test_the_second_answer_comes_from_another_place():
    crowd = [found(f"Here: live rounds {n}.", n, 0.6, document_id="a") for n in range(4)]
    other = [found(f"There: live rounds {n}.", n, 0.55, document_id="b") for n in range(3)]
    weak = found("Weather.", 50, 0.1, 0.0, document_id="a")
    assert order(*crowd, *other, weak)[1].startswith("Here")
    assert spread_words(*crowd, *other, weak)[1].startswith("There")


def test_below_the_first_what_stands_beside_them_comes_before_what_is_alone():
    firsts = [found("Live rounds.", 0, 0.8, document_id=f"first {n}") for n in range(3)]
    beside = found("Rounds beside.", 1, 0.4, document_id="first 1")
    alone = found("Rounds alone.", 1, 0.41, document_id="other")
    assert spread_words(*firsts, alone, beside)[3:] == ["Rounds beside.", "Rounds alone."]


def test_spread_loses_nothing_and_worth_falls_from_each_to_the_next():
    some = [
        found("Live rounds.", n % 5, 0.1 * n, document_id=f"d{n % 3}", manner=Manner.SPOKEN)
        for n in range(10)
    ]
    ranked = rank(QUESTION, some)
    out = spread(ranked)
    worths = [one.worth for one in out]
    assert worths == sorted(worths, reverse=True)
    assert {one.found.passage.id for one in out} == {one.found.passage.id for one in ranked}
    was = {one.found.passage.id: one.worth for one in ranked}
    for one in out:
        assert one.worth - one.place == pytest.approx(was[one.found.passage.id])
    assert spread([]) == []
    assert spread(ranked[:1])[0].worth == ranked[0].worth
