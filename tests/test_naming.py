"""A name only where it is certain; a label everywhere else."""

from __future__ import annotations

import pytest

from corpus.types import Credit, Method
from corpus.vocabulary import load_vocabulary
from ingest.naming import (
    author_of,
    fold_name,
    is_person_name,
    merge_credits,
    name_voices,
    person_key,
)
from tests.builders import said

HOST = Credit(name="Maren Lindqvist", part="host", description="host of Quiet on Set")
GUEST = Credit(
    name="Ines W. Okafor", part="guest", description="Film armorer; founder, Hollow Props"
)
PRODUCER = Credit(name="Tom Ashby", part="producer", description="Producer")
OPENING = "Welcome back, I'm Maren Lindquist and this is Quiet on Set"
INTERVIEW = (("Speaker 1", OPENING), ("Speaker 2", "Thank you for having me"))


def named(transcript, credits, **options):
    options = {"publisher": False, **options}
    merged = merge_credits(credits, load_vocabulary())
    voices = name_voices(transcript, merged, **options)
    return {label: voice.credit.name if voice.credit else None for label, voice in voices.items()}


def test_two_voices_of_which_one_opens_as_the_credited_host_are_named():
    assert named(said(*INTERVIEW), [HOST, GUEST, PRODUCER]) == {
        "Speaker 1": "Maren Lindqvist",
        "Speaker 2": "Ines W. Okafor",
    }


def test_the_evidence_is_the_credit_and_the_words_of_the_opening():
    voices = name_voices(said(*INTERVIEW), [HOST, GUEST], publisher=False)
    kinds = [evidence.kind for evidence in voices["Speaker 2"].evidence]
    assert (voices["Speaker 2"].method, kinds) == (Method.PAGE_CREDIT, ["credit", "opening"])


def test_the_guest_may_speak_first():
    transcript = said(("Speaker 1", "Nobody counted the rounds"), ("Speaker 2", OPENING))
    assert named(transcript, [HOST, GUEST])["Speaker 2"] == "Maren Lindqvist"


@pytest.mark.parametrize(
    ("transcript", "credits", "options"),
    [
        (said(*INTERVIEW, ("Speaker 3", "And I am here too")), [HOST, GUEST], {}),
        (said(*INTERVIEW), [HOST], {}),
        (said(*INTERVIEW), [HOST, GUEST, Credit(name="Bo Hale", part="guest")], {}),
        (said(*INTERVIEW), [HOST, GUEST], {"doubtful": True}),
        (said(("Speaker 1", "Hello there"), ("Speaker 2", "Hello")), [HOST, GUEST], {}),
        (said(("Speaker 1", OPENING), ("Speaker 2", "And I'm Maren Lindqvist")), [HOST, GUEST], {}),
        (
            said(("Speaker 1", "This is Ines Okafor talking"), ("Speaker 2", "Hi")),
            [HOST, GUEST],
            {},
        ),
    ],
    ids=["third voice", "no guest", "two guests", "doubt", "no opening", "two openings", "guest"],
)
def test_nobody_is_named_where_it_is_not_certain(transcript, credits, options):
    assert set(named(transcript, credits, **options).values()) == {None}


def test_a_publishers_label_names_its_person_and_takes_the_credits_role():
    transcript = said(("OKAFOR", "We count them"), ("Host", "Who?"), ("Bo Hale", "I did"))
    credits = merge_credits([HOST, GUEST], load_vocabulary())
    voices = name_voices(transcript, credits, publisher=True)
    assert voices["OKAFOR"].credit.roles == ("armorer",)
    assert voices["Host"].credit is None
    assert voices["Bo Hale"].credit.name == "Bo Hale"


def test_a_surname_that_two_people_share_names_nobody():
    credits = [GUEST, Credit(name="Femi Okafor", part="guest")]
    assert named(said(("Okafor", "Yes")), credits, publisher=True) == {"Okafor": None}


def test_the_same_person_credited_twice_is_one_credit_with_all_roles():
    again = Credit(name="Maren Lindqvist", description="reporter at Harbour Radio")
    (merged,) = merge_credits([HOST, again], load_vocabulary())
    assert merged.roles == ("host", "journalist")


def test_one_byline_is_the_author_and_two_are_nobody_in_particular():
    assert author_of(["Dana Reyes"], []).credit.name == "Dana Reyes"
    assert author_of(["Dana Reyes", "Bo Hale"], []).credit is None
    assert author_of([], []).label is None


@pytest.mark.parametrize(
    ("label", "is_name"),
    [("Ines Okafor", True), ("Speaker 2", False), ("HOST", False), ("Ines", False),
     ("Advertisement", False), ("a b c d e f g", False), ("Unit 731 B", False)],
)  # fmt: skip
def test_a_label_is_a_name_only_when_it_reads_as_one(label, is_name):
    assert is_person_name(label) is is_name


def test_names_compare_without_initials_accents_case_or_honorifics():
    assert fold_name("Dr. Inés W. Okafor") == fold_name("ines okafor") == "ines okafor"


def test_namesakes_of_another_trade_are_other_people():
    armorer = Credit(name="Bo Hale", roles=("armorer",))
    unknown = Credit(name="Bo Hale")
    keys = {person_key(armorer, "a"), person_key(armorer, "b"), person_key(unknown, "a"),
            person_key(unknown, "b")}  # fmt: skip
    assert len(keys) == 3
