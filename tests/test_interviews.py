"""Answers in a printed interview are not the byline's words."""

from __future__ import annotations

import pytest

from ingest.interviews import Answer, find_interview

INTRO = "Tamsin Ollerby is a property master. This has been edited."


def labels(*paragraphs: str) -> list[str | None]:
    return [answer.label if answer else "byline" for answer in find_interview(paragraphs)]


def test_labelled_answers_belong_to_the_label_in_full_and_lose_it():
    found = find_interview(
        [INTRO, "The Ledger: Where does it end?", "Tamsin Ollerby: At the trigger.",
         "Who hands it over?", "Ollerby: Not me.", "I have a tray."]
    )  # fmt: skip
    assert found == [
        None,
        Answer("Where does it end?", "The Ledger"),
        Answer("At the trigger.", "Tamsin Ollerby"),
        Answer("Who hands it over?", None),
        Answer("Not me.", "Tamsin Ollerby"),
        Answer("I have a tray.", "Tamsin Ollerby"),
    ]


def test_questions_and_answers_without_labels_are_nobodys():
    assert labels(
        INTRO, "Where does it end?", "At the trigger.", "Who hands it over?", "Not me.",
        "Ever stopped a shoot?", "Twice.",
    ) == ["byline"] + [None] * 6  # fmt: skip


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["One rule: count.", "Two people sign.", "Nobody hurries."],
        ["Note: this was corrected.", "Note: again.", "Note: once more."],
        ["Why?", "Because it was late.", "It stayed late.", "And later.", "And later still."],
        ["Monday: rain.", "Tuesday: sun.", "Wednesday: fog."],
        [],
    ],
    ids=["colon", "notes", "one question", "headings", "empty"],
)
def test_ordinary_prose_is_the_bylines(paragraphs):
    assert set(labels(*paragraphs)) <= {"byline"}


def test_short_labels_are_understood():
    assert labels("Q: Is it cold?", "A: It is.", "Q: Sure?", "A: Look.") == ["Q", "A", "Q", "A"]


def test_a_surname_that_two_people_share_stays_as_it_is():
    found = labels("Ann Lee: One.", "Bob Lee: Two.", "Lee: Three.", "Lee: Four.")
    assert found == ["Ann Lee", "Bob Lee", "Lee", "Lee"]
