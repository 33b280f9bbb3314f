from datetime import UTC, date, datetime

import pytest

from corpus.vocabulary import load_vocabulary
from index.question import Understood, understand

TODAY = date(2024, 5, 15)
PEOPLE = ("Bryan Carpenter", "Dutch Merrick", "Ana Cole", "Tom Cole", "José Rosa")


def ask(question: str) -> Understood:
    return understand(question, load_vocabulary(), today=TODAY, people=PEOPLE)


SPEAKER_QUESTIONS = [
    ("what did armorers say about live rounds", ("armorer",), "live rounds"),
    ("What did armourers say about live rounds?", ("armorer",), "live rounds"),
    ("what did the armorer say about live rounds", ("armorer",), "live rounds"),
    ("What have weapons masters said about dummy rounds?", ("armorer",), "dummy rounds"),
    ("what do prop masters think about rubber guns", ("property_master",), "rubber guns"),
    ("How do property masters describe a cold gun call?", ("property_master",), "cold gun call"),
    ("What does an experienced armorer think of blanks?", ("armorer",), "blanks"),
    (
        "according to armorers, who may hand a gun to an actor?",
        ("armorer",),
        "who may hand a gun to an actor",
    ),
    (
        "Who may hand a gun to an actor according to armorers?",
        ("armorer",),
        "Who may hand a gun to an actor",
    ),
    ("armorers on live rounds", ("armorer",), "live rounds"),
    ("armorers on live rounds on set", ("armorer",), "live rounds on set"),
    ("armorers on film set safety", ("armorer",), "film set safety"),
    ("Armorers about muzzle discipline", ("armorer",), "muzzle discipline"),
    ("armorers and property masters on storage", ("armorer", "property_master"), "storage"),
    (
        "what did armorers, prop masters and first ADs say about rehearsals",
        ("armorer", "property_master", "assistant_director"),
        "rehearsals",
    ),
    ("what is the property master's view on storage", ("property_master",), "storage"),
    ("what's an armorer's take on blanks", ("armorer",), "blanks"),
    ("quotes by armorers about certification", ("armorer",), "certification"),
    ("opinions of stunt coordinators on real guns", ("stunt_coordinator",), "real guns"),
    ("armorer quotes about squibs", ("armorer",), "squibs"),
    ("interviews with armorers about training", ("armorer",), "training"),
    ("what did the first AD say about cold guns", ("assistant_director",), "cold guns"),
    ("what would an armorer say about airsoft replicas", ("armorer",), "airsoft replicas"),
    ("can armorers explain chain of custody", ("armorer",), "chain of custody"),
    ("what can armorers tell us about training", ("armorer",), "training"),
    ("how armorers explain dry firing", ("armorer",), "dry firing"),
    ("why do armorers say blanks can kill", ("armorer",), "blanks can kill"),
    ("what did directors say about armorers", ("director",), "armorers"),
    ("what do actors think about handling guns", ("actor",), "handling guns"),
    ("in the words of armorers: live rounds", ("armorer",), "live rounds"),
    ("as armorers see it, is real ammunition needed", ("armorer",), "is real ammunition needed"),
    ("what was said by armorers about storage", ("armorer",), "what was about storage"),
    ("WHAT DID ARMORERS SAY ABOUT LIVE ROUNDS", ("armorer",), "LIVE ROUNDS"),
    ("what did armorers say when asked about blanks", ("armorer",), "blanks"),
    ("armorers: live rounds", ("armorer",), "live rounds"),
    ("did any armorers mention revolvers", ("armorer",), "revolvers"),
    ("what do armorers have to say about storage", ("armorer",), "storage"),
    ("What else did armorers say on licensing?", ("armorer",), "licensing"),
]


@pytest.mark.parametrize(("question", "roles", "text"), SPEAKER_QUESTIONS)
def test_a_role_in_the_speakers_place_filters_and_leaves_the_subject(question, roles, text):
    query = ask(question).query
    assert query.roles == roles
    assert query.text == text


TRAPS = [
    "who may hand a gun to an actor",
    "what should an armorer do before a scene",
    "what must an armorer say before handing over a gun",
    "how does someone become an armorer",
    "is an armorer licensed or certified",
    "what did people say about armorers",
    "what is the armorer responsible for",
    "armorers on set",
    "armorers on low budget productions",
    "armorers on a film set",
    "an armorer on the set of a western",
    "armorers in Hollywood",
    "who hires the armorer",
    "does an armorer have to say cold gun",
    "what does the armorer say before a take",
    "what does an armorer say to the actor",
    "what did the armorer tell the actor",
    "what did the armorer check",
    "when does the first AD call cold gun",
    "armorer training",
    "armorer certification requirements",
    "advice for armorers",
    "training of armorers",
    "statements about the armorer",
    "warnings to armorers",
    "what do people who are not armorers say about live rounds",
    "what did anyone other than armorers say about blanks",
    "should the director trust the property master",
    "what did the art director say about guns",
    "how do armorers respond to a misfire",
    "can an actor check the gun",
    "the actor, the armorer and the first AD look into the barrel",
    "why was the armorer convicted",
    'who said "the armorer says it is cold"',
    "live rounds",
    "",
    "?",
    "'",
    "what did armorers do",
    "quotes not by armorers about blanks",
    "how do armorers discuss a scene with actors before a take",
]


@pytest.mark.parametrize("question", TRAPS)
def test_a_role_that_is_spoken_about_filters_nothing(question):
    query = ask(question).query
    assert query.roles == ()
    assert query.speakers == ()


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("who may hand a gun to an actor?", "who may hand a gun to an actor"),
        ("what did people say about live rounds", "live rounds"),
        ("what is said about blanks?", "blanks"),
        ("show me quotes about blanks", "blanks"),
        ("tell me about cold guns", "cold guns"),
    ],
)
def test_filler_goes_and_the_question_stays(question, text):
    assert ask(question).query.text == text


@pytest.mark.parametrize(
    ("question", "speakers", "text"),
    [
        ("what did Bryan Carpenter say about live rounds", ("Bryan Carpenter",), "live rounds"),
        ("what did Carpenter say about live rounds", ("Bryan Carpenter",), "live rounds"),
        ("Merrick on training", ("Dutch Merrick",), "training"),
        ("according to josé rosa, are blanks safe", ("José Rosa",), "are blanks safe"),
        ("what did Cole say about blanks", (), "Cole about blanks"),  # two people of that name
        ("is the carpenter allowed on set", (), "is the carpenter allowed on set"),
        ("what did people say about Bryan Carpenter", (), "Bryan Carpenter"),
    ],
)
def test_a_known_person_in_the_speakers_place_filters(question, speakers, text):
    query = ask(question).query
    assert query.speakers == speakers
    assert query.text == text


@pytest.mark.parametrize(
    ("question", "phrases", "text"),
    [
        ('what did armorers say about "cold gun"', ("cold gun",), "cold gun"),
        ("“the buck stops”", ("the buck stops",), "the buck stops"),
        ("who said 'blanks can kill'?", ("blanks can kill",), "blanks can kill"),
        ("the armorers' and the directors' view", (), None),
        ('"" ""', (), None),
    ],
)
def test_words_in_quotation_marks_are_exact(question, phrases, text):
    query = ask(question).query
    assert query.phrases == phrases
    assert text is None or query.text == text


@pytest.mark.parametrize(
    ("question", "since", "until", "text"),
    [
        ("what did armorers say since 2022 about blanks", (2022, 1, 1), None, "blanks"),
        ("what did armorers say about blanks in 2021", (2021, 1, 1), (2022, 1, 1), "blanks"),
        ("what did armorers say about blanks before March 2022", None, (2022, 3, 1), "blanks"),
        ("what did armorers say about blanks after March 2022", (2022, 4, 1), None, "blanks"),
        ("what did armorers say about blanks until 2022", None, (2023, 1, 1), "blanks"),
        ("live rounds since 2022", (2022, 1, 1), None, "live rounds"),
        ("blanks between 2020 and 2022", (2020, 1, 1), (2023, 1, 1), "blanks"),
        ("blanks from March 2020 to May 2020", (2020, 3, 1), (2020, 6, 1), "blanks"),
        ("what did armorers say about blanks last year", (2023, 1, 1), (2024, 1, 1), "blanks"),
        ("what did armorers say about blanks this month", (2024, 5, 1), (2024, 6, 1), "blanks"),
        ("armorers on blanks since October 29, 2021", (2021, 10, 29), None, "blanks"),
        ("armorers on blanks since 29 October 2021", (2021, 10, 29), None, "blanks"),
        ("armorers on blanks since 2021-10-29", (2021, 10, 29), None, "blanks"),
        ("armorers on blanks in the last two years", (2022, 5, 16), None, "blanks"),
        ("what does California require since 2025", None, None, None),
        ("what happened in 1993", None, None, None),
        ("what did armorers say about the accident in 1993", None, None, None),
        ("what did armorers say about what happened on set in 2021", None, None, None),
        ("armorers on blanks since 31 February 2021", None, None, None),
        ("armorers on 9150 and room 2000s", None, None, None),
    ],
)
def test_dates_of_what_was_said_are_read_and_dates_of_events_are_not(question, since, until, text):
    query = ask(question).query
    assert query.since == (datetime(*since, tzinfo=UTC) if since else None)
    assert query.until == (datetime(*until, tzinfo=UTC) if until else None)
    assert text is None or query.text == text


def test_every_filter_says_which_words_it_was_read_from():
    parts = ask('what did armourers say since 2022 about "cold gun"').parts
    assert [(part.kind, part.value, part.words) for part in parts] == [
        ("role", "armorer", "armourers"),
        ("phrase", "cold gun", "cold gun"),
        ("since", "2022-01-01", "since 2022"),
    ]


def test_hostile_questions_are_answered_quickly():
    for question in ("armorers and " * 5000, "“" * 20000, "a, " * 9000, "what did " * 5000):
        assert ask(question[:20000]).query.text
