"""How the page words doubt and evidence; what sources wrote is cut where it is long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import Attribution, Certainty, Evidence, Method, Span, Timing
from tests.builders import an_episode_text
from ui.wording import how_known, how_sure, why_contested

NAMED = Attribution(method=Method.SELF_INTRODUCTION, confidence=0.9, person_id="p")
WORD = Timing(span=Span(0, 4), start_time=0.0, end_time=0.4, agreed=False)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "says their own name"),
        ({"evidence": (Evidence(kind="opening", quote="I am Ana"),)},
         "says their own name: “I am Ana”"),
        ({"heard": "Anna"}, "says their own name, printed “Anna”"),
        ({"method": Method.HUMAN, "evidence": (Evidence(kind="correction", quote="Bo: heard"),)},
         "named by hand (Bo: heard)"),
        ({"verified_by": "Bo"}, "confirmed by Bo"),
        ({"method": Method.TITLE}, "named in the title"),
        ({"person_id": None}, None),
    ],
)  # fmt: skip
def test_how_a_name_is_known_is_told_with_the_evidence(changes, told):
    assert how_known(replace(NAMED, **changes)) == told


def test_evidence_of_any_length_is_cut():
    long = replace(NAMED, evidence=(Evidence(kind="credit", quote="x" * 5000),))
    assert len(how_known(long) or "") < 200


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, "two decodes have different words here"),
        ({"other": "life"}, "the other decode has: “life”"),
        ({"other": ""}, "the other decode has: nothing"),
        ({"doubt": "over silence"}, "doubtful: over silence"),
    ],
)
def test_what_is_contested_about_a_word_is_told(changes, told):
    assert why_contested(replace(WORD, **changes)) == told


def test_how_sure_a_quote_is_names_the_contested_words():
    from corpus.quotes import make_quote

    text = an_episode_text(("Speaker 1", "Is it cold?"))
    quote = make_quote(text, text.turns[0].span)
    assert how_sure(quote) is None
    sure = replace(quote, certainty=Certainty.AGREED, corrected=True)
    assert how_sure(sure) == "two decodes agree, corrected"
    unsure = replace(quote, certainty=Certainty.CONTESTED, contested=("cold?",))
    assert how_sure(unsure) == "contested: “cold?”"
