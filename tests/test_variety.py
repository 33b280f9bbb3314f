"""What is shown of what answers: the same words once, no mouth too often, people side by side."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.types import Certainty, Span
from index.engine.points import Found
from index.hits.duplicates import plain_words, wording_of
from index.hits.ranking import Ranked
from index.hits.variety import Variety
from tests.indexed import a_passage
from tests.test_search import shelf as shelf  # noqa: PLC0414 -- a fixture

SAID = (
    "Nobody on my set has ever seen a live round come out of that truck and nobody ever will as "
    "long as the key hangs around my neck and the list hangs on the door."
)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("“No live rounds!”", "no LIVE rounds", True),
        ("No live rounds.", "No live round.", False),
        (SAID, SAID.replace("live round", "live-round").upper(), True),
        (SAID, SAID.replace("key", "only key"), True),
        (SAID, "He said that " + SAID.replace("truck", "van").replace("neck", "belt"), False),
        (SAID, SAID[: len(SAID) // 2], False),
    ],
)
def test_the_same_words_are_the_same_but_for_a_word_here_and_there(one, other, same):
    assert wording_of(one).is_of(wording_of(other)) is same


def test_words_have_no_case_and_punctuation():
    assert plain_words("“Don't!” a half-load; José") == ("don", "t", "a", "half", "load", "josé")


def ranked(content, number=0, worth=1.0, **fields):
    passage = a_passage(content, number, **fields)
    return Ranked(
        found=Found(passage=passage, cosine=0.5, lexical=1.0, score=1.0),
        worth=worth, own=worth, surroundings=0.0, together=0.0, other=0.0, shared=1.0,
    )  # fmt: skip


def chosen(*some, limit=8, **fields):
    variety = Variety(limit, lambda passage: passage.content, **fields)
    return variety.choose(some)


def test_the_same_words_in_many_documents_are_one_answer_that_names_the_others():
    copies = [ranked(SAID, document_id=f"doc{n}", speaker="Speaker 1") for n in range(30)]
    other = ranked("Something else was said of the truck and its key.", document_id="other")
    first, second = chosen(*copies, other)
    assert first.passage.document_id == "doc0"
    assert len(first.also) == 20
    assert second.passage.document_id == "other"


def test_of_the_same_words_the_named_the_sure_and_the_first_published_lead():
    early, late = datetime(2019, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=UTC)
    nobody = ranked(SAID, document_id="nobody", published=early)
    unsure = ranked(
        SAID, document_id="unsure", person_id="p", published=early, certainty=Certainty.ONE_DECODE
    )
    copy = ranked(SAID, document_id="copy", person_id="p", published=late)
    first = ranked(SAID, document_id="first", person_id="p", published=early)
    (only,) = chosen(nobody, copy, unsure, first)
    assert only.passage.document_id == "first"
    assert {one.document_id for one in only.also} == {"nobody", "unsure", "copy"}


def test_a_copy_of_what_was_passed_over_is_passed_over_too():
    said = [f"Point {n} of many is that {SAID.split(' ', n + 1)[-1]} {n}" for n in range(3)]
    mine = [ranked(words, n, document_id="mine", person_id="p") for n, words in enumerate(said)]
    neighbours = [
        ranked(one.found.passage.content, n, document_id="copy", person_id="p")
        for n, one in enumerate(mine)
    ]
    assert len(chosen(*mine, *neighbours)) <= 2


def test_one_person_has_half_of_the_answer_while_there_are_others():
    words = "In the year {n} I carried {n} boxes of {n} blanks and counted {n} of them twice over."
    mine = [ranked(words.format(n=n * 7), n, document_id=f"d{n}", person_id="p") for n in range(10)]
    others = [
        ranked(words.format(n=n * 13 + 1000), n, document_id=f"e{n}", person_id=f"q{n}")
        for n in range(4)
    ]
    people = [one.passage.person_id for one in chosen(*mine, *others)]
    assert people.count("p") == 4
    assert len(people) == 8
    assert len(chosen(*mine)) == 8
    assert len(chosen(*mine, *others, limit=3)) == 3


def test_what_a_paper_prints_of_an_interview_is_folded_into_it(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", f"{SAID} Live rounds stay at home."))
    shelf.add(2, ("armorer", "Inés Rosa", SAID))
    shelf.sync()
    (hit,) = shelf.ask("live round truck key")
    assert [one.document_id for one in hit.also] != []


def test_reasons_add_up_to_the_order(shelf):
    for number in range(1, 6):
        words = f"Live rounds have no business on set number {number}. " * number
        shelf.add(number, ("armorer", f"Person {'ABCDE'[number - 1]}", words))
    shelf.sync()
    hits = shelf.ask("live rounds on a set")
    sums = [sum(reason.value for reason in hit.reasons) for hit in hits]
    assert sums == sorted(sums, reverse=True)
    assert all(reason.said for hit in hits for reason in hit.reasons)


def test_what_stands_beside_an_answer_is_shown_while_there_is_room():
    first = ranked("They told the jury that the set was run in a great hurry.", 0, person_id="p")
    beside = ranked("The state fined them nine hundred dollars.", 0, person_id="p")
    passage = beside.found.passage
    span = Span(first.found.passage.span.end + 2, first.found.passage.span.end + 44)
    beside = replace(
        beside, found=replace(beside.found, passage=replace(passage, span=span, id="beside"))
    )
    other = ranked("Nobody else was asked about the fine.", 0, document_id="other")
    assert chosen(first, beside, other)[-1].passage.id == "beside"
    assert len(chosen(first, beside, other, limit=2)) == 2
    assert chosen(first, beside, other, limit=2)[-1].passage.document_id == "other"
