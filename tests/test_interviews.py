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
    found = labels("Ann Lee: I do.", "Bob Lee: We do.", "Lee: You do?", "Ann Lee: I do.")
    assert found == ["Ann Lee", "Bob Lee", "Lee", "Ann Lee"]


def test_a_label_with_its_part_after_a_comma_is_one_label():
    assert labels(
        "MARLA DEL FUEGO, BYLINE: A gun went off.",
        "(SOUNDBITE OF GUNSHOT)",
        "ODO VANTONGEREN, HOST OF CHAMBERED: I check it twice.",
        "DEL FUEGO: He is an armorer.",
        "VANTONGEREN: (Laughter) I am.",
        "UNIDENTIFIED PERSON #1: Fire.",
        "It is on tape.",
        "DEL FUEGO: You heard it?",
        "Copyright © 2031 Invented Radio. All rights reserved.",
    ) == [
        "MARLA DEL FUEGO, BYLINE",
        None,
        "ODO VANTONGEREN, HOST OF CHAMBERED",
        "MARLA DEL FUEGO, BYLINE",
        "ODO VANTONGEREN, HOST OF CHAMBERED",
        "UNIDENTIFIED PERSON #1",
        "UNIDENTIFIED PERSON #1",
        "MARLA DEL FUEGO, BYLINE",
        None,
    ]


@pytest.mark.parametrize(
    ("after", "whose"),
    [
        (["This interview has been edited."], [None]),
        (["We have edited this interview for length."], [None]),
        (["Brandt was later charged with negligence."], [None]),
        (["Odile is editor at large."], [None]),
        (["And I lock the box."], ["Nico Brandt"]),
        (["And I lock the box.", "I left them at dusk."], ["Nico Brandt", None]),
        (["Brandt laughed.", "I left him at dusk."], [None, None]),
        (["READ MORE: We asked ten armorers."], [None]),
        (["[Laughter]"], [None]),
    ],
)
def test_what_follows_the_last_label_is_nobodys_unless_it_goes_on_in_the_first_person(after, whose):
    talk = [
        "Odile Sand: Is it cold?",
        "Nico Brandt: It is.",
        "Sand: How so?",
        "Brandt: I shake it.",
    ]
    assert labels(*talk, *after)[4:] == whose


@pytest.mark.parametrize(
    ("between", "whose"),
    [
        (["I do it twice.", "It takes a minute."], ["Nico Brandt", "Nico Brandt"]),
        (["Brandt joined the crew in May.", "It rained."], [None, None]),
        (["(Brandt laughs.)", "I do it twice."], [None, "Nico Brandt"]),
        (["READ MORE: The list.", "It rained."], [None, None]),
        (["Who asked you?", "Nobody."], [None, None]),
    ],
)
def test_an_unlabelled_paragraph_between_labels_is_the_speakers_unless_it_is_about_them(
    between, whose
):
    found = labels(
        "Odile Sand: Is it cold?", "Nico Brandt: I shake it.", *between,
        "Sand: You do?", "Brandt: I do.",
    )  # fmt: skip
    assert found[2:-2] == whose


@pytest.mark.parametrize(
    "paragraphs",
    [
        ["READ MORE: We list ten.", "It rained.", "READ MORE: You ask.", "READ MORE: Who pays?"],
        ["Pro Tip: You count.", "It rained.", "Pro Tip: You sign.", "Read More: We list ten."],
        ["Count One: I read it.", "Count Two: We did.", "Count One: You read it again."],
        ["Pros: You save time.", "Cons: You pay.", "Pros: You learn.", "Cons: I did not."],
        ["Battery Life: Ten hours.", "Screen Size: Six.", "Battery Life: Nine."],
        ["Ann Lee, the armorer, said: We count.", "Ann Lee, who was there: I", "Bob Ray said: I"],
        ["Best Prop: I liked it.", "Best Set: We saw it.", "Best Prop: You see."],
        ["Ann Lee: armorer", "Bob Ray: gaffer", "Cy Oke: grip"],
        ["The Good: You count.", "The Bad: It is slow.", "The Good: You live.", "The Bad: None."],
    ],
    ids=["read more", "tips", "counts", "pros", "specs", "said", "best", "cast", "good and bad"],
)  # fmt: skip
def test_furniture_and_headings_are_not_speakers(paragraphs):
    assert set(labels(*paragraphs)) == {"byline"}


@pytest.mark.parametrize(
    "names",
    [("Ida", "Bo"), ("KQRX", "Nico Brandt"), ("HOST", "GUEST"), ("Interviewer", "Brandt"),
     ("The Ledger", "Nico Brandt"), ("Élodie Sand", "Jean de la Tour"), ("Q", "Brandt")],
)  # fmt: skip
def test_whoever_asks_and_answers_in_turn_is_a_speaker(names):
    one, two = names
    assert labels(
        INTRO, f"{one}: How is it done?", f"{two}: By hand.", f"{one}: Who?", f"{two}: I do."
    ) == ["byline", one, two, one, two]  # fmt: skip


def test_two_first_names_that_speak_of_themselves_are_speakers():
    assert labels("Ida: I lock it.", "Bo: I wait.", "Ida: I call.", "Bo: I go.") == [
        "Ida", "Bo", "Ida", "Bo",
    ]  # fmt: skip


def test_the_form_of_a_broadcasters_transcript_needs_only_two():
    pair = ["ODO VANTONGEREN, HOST OF CHAMBERED: I check.", "MARLA DEL FUEGO, BYLINE: He checks."]
    assert labels(*pair) == ["ODO VANTONGEREN, HOST OF CHAMBERED", "MARLA DEL FUEGO, BYLINE"]


def test_a_dialogue_is_one_in_any_language():
    talk = ["Prof. Iago: Estou aqui.", "Brás: Por sua causa."] * 3
    assert labels(INTRO, *talk) == ["byline", *["Prof. Iago", "Brás"] * 3]


def test_questions_without_labels_are_nobodys_and_the_answers_their_labels():
    assert labels(
        "Is it cold?",
        "Nico Brandt: It is, I say.",
        "Are you sure?",
        "Brandt: I am.",
        "So it ended.",
    ) == [*["byline", "Nico Brandt", None, "Nico Brandt", None]]


def test_a_heading_is_nobodys_answer():
    found = find_interview(
        ["Ann Ray: You do?", "Bo Oke: I do.", "On safety", "I count.", "Ray: And you?"],
        headings=[False, False, True, False, False],
    )
    assert [answer and answer.label for answer in found] == [
        "Ann Ray", "Bo Oke", None, "Bo Oke", "Ann Ray",
    ]  # fmt: skip
