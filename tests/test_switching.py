"""Each part that is read from a question can be switched off; its words stay words."""

from datetime import date

import pytest

from corpus.topics import load_subject
from corpus.vocabulary import load_vocabulary
from index.question import understand

PEOPLE = ("Dell Harkaway", "Hester Quillan", "Ana Cole", "Tom Cole")
SHOWS = ("Set Talk", "The Trade")


def ask(question, *off):
    return understand(
        question,
        load_vocabulary(),
        today=date(2026, 1, 15),
        people=PEOPLE,
        shows=SHOWS,
        subject=load_subject(),
        off=off,
    )


@pytest.mark.parametrize(
    ("question", "key", "field", "text"),
    [
        ("what did armorers say about blanks", "role:armorer", "roles", "armorers about blanks"),
        ("armorers on blanks", "role:armorer", "roles", "armorers about blanks"),
        ("what did armorers say", "role:armorer", "roles", "armorers"),
        (
            "what did harkaway say about blanks",
            "speaker:Dell Harkaway",
            "speakers",
            "harkaway about blanks",
        ),
        ("Harkaway", "speaker:Dell Harkaway", "speakers", "Harkaway"),
        ('rules on "cold gun" calls', "phrase:cold gun", "phrases", "rules on cold gun calls"),
        ("live rounds since 2022", "since:2022-01-01", "since", "live rounds since 2022"),
        ("blanks before the trial", "until:2024-02-21", "until", "blanks before the trial"),
        ("live rounds -blanks", "without:blanks", "without", "live rounds -blanks"),
        ("live rounds except dummies", "without:dummies", "without", "live rounds except dummies"),
        (
            "live rounds, but not about blanks",
            "without:blanks",
            "without",
            "live rounds but not about blanks",
        ),
        (
            "armorers on blanks, in their own words",
            "manner:own words",
            "manners",
            "blanks in their own words",
        ),
        ("blanks on Set Talk", "show:Set Talk", "sources", "blanks on Set Talk"),
        ('blanks on "Set Talk"', "show:Set Talk", "sources", "blanks on Set Talk"),
        ("live rounds", "topic:live_ammunition", "topics", "live rounds"),
        ("live rounds", "term:live_round", "terms", "live rounds"),
        ("fines for Rust", "incident:rust", "incidents", "fines for Rust"),
    ],
)
def test_a_part_that_is_off_filters_nothing_and_its_words_stay(question, key, field, text):
    on, off = ask(question), ask(question, key)
    assert getattr(on.query, field)
    assert key in [part.key for part in on.parts if not part.off]
    assert [part.key for part in off.parts if part.off] == [key]
    assert not getattr(off.query, field)
    assert text is None or off.query.text == text


def test_one_of_two_speakers_can_be_switched_off():
    question = "what did Harkaway and Quillan say about blanks"
    query = ask(question, "speaker:Dell Harkaway").query
    assert query.speakers == ("Hester Quillan",)
    assert query.text == "Harkaway about blanks"


def test_everything_switched_off_leaves_the_words():
    question = 'what did armorers say on The Trade since 2022 about "cold gun" calls, not blanks'
    keys = [part.key for part in ask(question).parts]
    query = ask(question, *keys).query
    filters = (query.roles, query.sources, query.since, query.phrases, query.without)
    assert not any((*filters, query.topics, query.terms, query.incidents))
    for word in ("armorers", "The Trade", "since 2022", "cold gun", "not blanks"):
        assert word in query.text


def test_keys_are_the_same_however_the_question_is_worded():
    keys = {
        tuple(part.key for part in ask(question).parts)
        for question in (
            "what did armorers say about live rounds",
            "live rounds, according to armourers",
            "armorers on live rounds",
        )
    }
    assert keys == {("role:armorer", "topic:live_ammunition", "term:live_round")}


def test_notes_cannot_be_switched_off():
    (note, *_) = ask("what did nurses say about burns", "unknown role:nurses").parts
    assert (note.kind, note.value, note.is_note, note.off) == (
        "unknown role",
        "nurses",
        True,
        False,
    )


def test_what_a_question_is_about_is_said_and_filters_nothing():
    query = ask("what did armorers say about blanks and live rounds after Rust").query
    assert query.topics[:1] == ("live_ammunition",)
    assert "blanks" in query.topics
    assert set(query.terms) == {"live_round", "blank"}
    assert query.incidents == ()  # Rust says when
    assert query.only_topics == ()
    assert ask("who was blamed for Rust").query.incidents == ("rust",)
    assert ask("armorers about insurance").query.topics == ("insurance",)
    assert ask("what did armorers say").query.topics == ()


@pytest.mark.parametrize(
    ("question", "kind", "value", "text"),
    [
        ("what did nurses say about burns", "unknown role", "nurses", "nurses about burns"),
        ("what did the art director say about guns", "unknown role", "art director", None),
        ("what did OSHA say about the fine", "unknown role", "OSHA", "OSHA about the fine"),
        ("what do nurses say?", "unknown role", "nurses", "nurses"),
        ("what did Fenwick say about permits", "unknown speaker", "Fenwick", None),
        ("what did Cole say about blanks", "not read as", "Ana Cole", "Cole about blanks"),
        (
            "who may load a gun according to nurses",
            "unknown role",
            "nurses",
            "nurses about who may load a gun",
        ),
    ],
)
def test_who_is_asked_and_unknown_is_said_and_stays(question, kind, value, text):
    understood = ask(question)
    assert (kind, value) in [(part.kind, part.value) for part in understood.parts]
    assert value in understood.query.text or kind == "not read as"
    assert (understood.query.roles, understood.query.speakers) == ((), ())
    assert text is None or understood.query.text == text


@pytest.mark.parametrize(
    "question",
    [
        "what did directors say",
        "everything Dell Harkaway said",
        "quotes by armorers",
        "Hester Quillan",
        "since 2022",
        "what was said in 2021",
        "everything on Set Talk",
        "Set Talk",
        "armorer interviews since 2020",
        "quotes by armorers, verbatim",
    ],
)
def test_a_question_without_a_subject_asks_for_everything_there_is(question):
    query = ask(question).query
    assert query.text == ""
    assert query.roles or query.speakers or query.since or query.sources


@pytest.mark.parametrize("question", ["the of and", "what did they say", "everything", "?"])
def test_a_question_that_says_nothing_stays_as_it_is(question):
    query = ask(question).query
    assert query.text == question
    assert query.without == ()
