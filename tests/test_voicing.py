"""How many voices are independent: what papers take from one another is counted once."""

from __future__ import annotations

from corpus.types import DocumentKind, Manner
from tests.test_knowledge import Line, knowledge_of, spoken
from ui.printing.topics import said_by
from ui.repeats import Said

WIRE = (
    "We found six live rounds mixed in with the dummies, and nobody could tell me who brought them."
)
EDITED = (
    "We found six live rounds mixed in with dummies and no one could tell me who had brought them."
)
PAPER = {"kind": DocumentKind.ARTICLE}


def quoted(words, name="Ola Brandt", role="property_master", manner=Manner.QUOTED):
    return Line(words, name, role, manner=manner)


def counts_of(tmp_path, *documents):
    _, knowledge = knowledge_of(tmp_path, *documents)
    return knowledge.topic("live rounds").counts


def test_one_wire_quote_in_three_papers_is_one_source_and_two_copies(tmp_path):
    counts = counts_of(
        tmp_path,
        ([quoted(f"“{WIRE}”")], {**PAPER, "show": "Ledger", "year": 2021}),
        ([quoted(f"“{EDITED}”")], {**PAPER, "show": "Courier", "year": 2022}),
        ([quoted(f"“{WIRE}”")], {**PAPER, "show": "Tribune", "year": 2023}),
    )
    assert (counts.people, counts.documents, counts.sources, counts.copies) == (1, 1, 1, 2)
    assert "2 copies or paraphrases of what is counted" in said_by(counts)


def test_a_paraphrase_of_somebody_heard_elsewhere_is_a_copy_whenever_it_was_printed(tmp_path):
    told = "live ammunition had no place on any set and that she would stop the day for one round"
    counts = counts_of(
        tmp_path,
        ([quoted(told, manner=Manner.REPORTED)], {**PAPER, "show": "Weekly", "year": 2020}),
        ([spoken(f"{WIRE} So I sent all of them home.", "Ola Brandt", "property_master")], {}),
    )
    assert (counts.people, counts.paraphrased) == (1, 0)
    assert (counts.documents, counts.sources, counts.copies) == (1, 1, 1)


def test_what_is_counted_apart_adds_no_document(tmp_path):
    told = "live ammunition had been in a box of dummies on the set since the morning of that day"
    counts = counts_of(
        tmp_path,
        ([quoted(told, "Uma Reyes", manner=Manner.REPORTED)], {**PAPER, "show": "Weekly"}),
        ([Line("I saw a live round once on a table of the set.", label="Speaker 4")], {}),
        ([spoken(WIRE)], {"show": "Other"}),
    )
    assert (counts.people, counts.paraphrased, counts.unnamed) == (1, 1, 1)
    assert (counts.documents, counts.sources, counts.copies) == (1, 1, 0)


def test_one_person_who_says_two_things_in_two_places_is_two_documents(tmp_path):
    other = "I once sent a whole crew home because a live round lay under the camera truck."
    counts = counts_of(tmp_path, ([spoken(WIRE)], {}), ([spoken(other)], {"show": "Other"}))
    assert (counts.people, counts.documents, counts.sources, counts.copies) == (1, 2, 2, 0)


def test_two_people_who_say_nearly_the_same_are_two_sources(tmp_path):
    counts = counts_of(
        tmp_path, ([spoken(WIRE)], {}), ([spoken(EDITED, "Bo Hale", "director")], {"show": "Other"})
    )
    assert (counts.people, counts.documents, counts.sources, counts.copies) == (2, 2, 2, 0)


def test_edited_words_are_near_and_other_words_of_the_same_trade_are_not():
    said = Said()
    said.add(WIRE)
    assert said.near(EDITED) == said.near(f"She said: {EDITED} It was a Thursday.") == [0]
    assert said.near("We found six live rounds") == []
    other = (
        "We found six live rounds in a truck last year, which nobody on that crew had ever seen."
    )
    assert said.near(other) == []
    assert said.near("") == []
