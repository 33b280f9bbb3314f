"""What stands first whatever it is worth, and that the reasons still add up."""

from __future__ import annotations

import pytest

from corpus.types import Manner
from index.engine.points import Found
from index.hits.ranking import Ranked
from index.hits.settling import in_order, settle
from tests.indexed import a_passage


def ranked(content, number, worth, **fields):
    passage = a_passage(content, number, **fields)
    return Ranked(
        found=Found(passage=passage, cosine=0.5, lexical=1.0, score=1.0),
        worth=worth, own=worth, surroundings=0.0, together=0.0, other=0.0, shared=1.0,
    )  # fmt: skip


ASKED = ranked("Who may hand a gun to an actor?", 0, 2.0)
REPLY = ranked("The armorer and nobody else.", 1, 0.3)
OTHER = ranked("I never hand a gun to anybody who is not ready for it.", 2, 1.0)


def said(some):
    return [one.found.passage.content for one in in_order(some)]


def test_a_reply_takes_the_place_of_its_question_which_goes_last():
    to = {ASKED.found.passage.id: REPLY.found.passage.id}
    settled = settle([ASKED, OTHER, REPLY], to)
    assert said(settled) == [one.found.passage.content for one in (REPLY, OTHER, ASKED)]
    for before, after in zip([ASKED, OTHER, REPLY], settled, strict=True):
        assert after.worth == pytest.approx(before.worth + after.settled)


def test_own_words_stand_before_a_paraphrase_of_them():
    own = ranked("A blank can kill you.", 0, 0.5, person_id="p", topics=("blanks",))
    told = ranked(
        "blanks could kill", 1, 1.0, person_id="p", topics=("blanks",), manner=Manner.REPORTED
    )
    elsewhere = ranked("I keep the key.", 2, 0.4, person_id="p", topics=("custody",))
    assert said(settle([told, own, elsewhere], {})) == [
        "A blank can kill you.", "blanks could kill", "I keep the key.",
    ]  # fmt: skip


def test_what_is_in_order_is_left_alone():
    assert settle([OTHER, REPLY], {}) == [OTHER, REPLY]
