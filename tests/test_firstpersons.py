"""Pieces in the first person: whom an interview is with, and who told a piece to its writer."""

from __future__ import annotations

import pytest

from ingest.interviews import Part, find_interview
from ingest.prose.firstpersons import find_interviewee, find_teller, speaks_of


@pytest.mark.parametrize(
    ("introduction", "title", "name"),
    [
        (["We spoke with armorer Odalys Brandt about what has changed."], "", "Odalys Brandt"),
        (["Odalys Brandt, who ran two armories, spoke to us in May."], "", "Odalys Brandt"),
        (["It was a cold morning."], "Q&A with Odalys Brandt", "Odalys Brandt"),
        (["It was a cold morning."], "An interview with Odalys Brandt", "Odalys Brandt"),
        (["We spoke with Odalys Brandt and Hollis Quade."], "", None),
        (["We spoke with Odalys Brandt.", "We also talked to Hollis Quade."], "", None),
        (["Odalys Brandt has run an armory since 1998."], "", None),
        (["We spoke with The Harbor Ledger about it."], "", None),
        ([], "", None),
    ],
)
def test_an_interview_is_with_the_one_person_its_introduction_names(introduction, title, name):
    found = find_interviewee(introduction, title, ["Marisol Tench"])
    assert (found.name if found else None) == name


def test_who_wrote_is_never_the_one_who_answers():
    assert find_interviewee(["Marisol Tench spoke to us."], "", ["Marisol Tench"]) is None


def test_what_is_said_beside_the_name_is_kept():
    found = find_interviewee(["We sat down with armorer Odalys Brandt."], "")
    assert found is not None
    assert found.description == "armorer"


@pytest.mark.parametrize(
    ("line", "byline", "expected"),
    [
        ("By Odalys Brandt, as told to Sam Ferrow", ["Odalys Brandt", "Sam Ferrow"],
         (True, "Odalys Brandt")),
        ("As told to Sam Ferrow", ["Odalys Brandt"], (True, "Odalys Brandt")),
        ("As told to Sam Ferrow", ["Sam Ferrow"], (True, None)),
        ("By Sam Ferrow", ["Sam Ferrow"], (False, None)),
    ],
)  # fmt: skip
def test_a_piece_told_to_a_writer_is_the_tellers(line, byline, expected):
    assert find_teller([line], byline) == expected


def test_a_paragraph_that_names_the_one_who_answers_is_not_their_own():
    assert speaks_of("Odalys Brandt", "Brandt laughed, and went on.")
    assert not speaks_of("Odalys Brandt", "I laughed, and went on.")


def test_questions_and_answers_without_names_are_told_apart_and_doubt_is_left():
    found = find_interview(
        [
            "We spoke with armorer Odalys Brandt.",
            "Where does it begin?",
            "With a list.",
            "Who keeps it?",
            "I do.",
            "And at night?",
            "I ask myself: is my key where I left it?",
            "This interview has been edited for length.",
        ]
    )
    assert [answer.part if answer else "byline" for answer in found] == [
        "byline", Part.QUESTION, Part.ANSWER, Part.QUESTION, Part.ANSWER, Part.QUESTION, None, None,
    ]  # fmt: skip


def test_hostile_introductions_take_no_time():
    find_interviewee(["Spoke with " * 5_000, "A" * 50_000, "A b " * 20_000], "Q&A " * 5_000)
    find_teller(["as told to " * 5_000, "By " * 10_000], [])


def test_who_told_a_piece_is_read_from_its_note_and_from_by():
    note = "This as-told-to essay is based on a conversation with Dmitri Hallam, 44, a gaffer."
    assert find_teller([note], []) == (True, "Dmitri Hallam")
    by = "As told to Ann Thorley by Maeve Tolland, armorer"
    assert find_teller([by], ["Ann Thorley"]) == (True, "Maeve Tolland")
