"""A name is said for many reasons; few of them say who speaks."""

from __future__ import annotations

import time

import pytest

from corpus.types import Span
from ingest.names.heardnames import Finder, Form, Known
from ingest.names.spoken import Sense, gives_own_name, read_mention

PEOPLE = [Known.of(0, "Dutch Marlowe"), Known.of(1, "Ann Keswick")]


def sense_of(words, name="Marlowe"):
    finder = Finder(PEOPLE, cased=any(c.isupper() for c in words))
    whole = Span(0, len(words))
    found = [each for each in finder.find(words, whole) if name in each.heard or name == "*"]
    said = read_mention(found[0], words, whole, cased=finder.cased)
    return said.sense


@pytest.mark.parametrize(
    "words",
    [
        "I'm Dutch Marlowe.",
        "My name is Dutch Marlowe and I load guns.",
        "For KPLM, I'm Dutch Marlowe.",
        "From Pier Radio, this is Dutch Marlowe.",
        "Hello, this is Dutch Marlowe for Pier Trade.",
        "I'm armorer Dutch Marlowe.",
        "I'm your host, Dutch Marlowe, and today it's props.",
        "Dutch Marlowe here.",
        "i'm dutch marlowe welcome to the show",
    ],
)
def test_a_voice_gives_its_own_name(words):
    assert sense_of(words, "*") is Sense.SELF


@pytest.mark.parametrize(
    "words", ["Dutch Marlowe, KPLM News, Los Angeles.", "Dutch Marlowe reporting."]
)
def test_a_reporter_signs_off(words):
    assert sense_of(words) is Sense.SIGN_OFF


@pytest.mark.parametrize(
    "words",
    [
        "My guest today is Dutch Marlowe.",
        "My guest this week is the veteran film armorer Dutch Marlowe.",
        "Joining me now is armorer and prop master, Dutch Marlowe.",
        "I'm joined by Dutch Marlowe, who has done this for years.",
        "With me in the studio is Dutch Marlowe.",
        "I spoke with Dutch Marlowe last week.",
        "Please welcome Dutch Marlowe.",
        "Dutch Marlowe joins us now.",
        "Dutch Marlowe is back with us.",
        "Dutch Marlowe, welcome to the show.",
        "Dutch Marlowe has the story.",
        "Let's bring in Dutch Marlowe.",
        "Here is my conversation with armorer Dutch Marlowe.",
        "We're delighted to have Dutch Marlowe with us.",
        "I'm thrilled to be joined by Dutch Marlowe.",
        "Today, we have Dutch Marlowe with us.",
        "We're back with Dutch Marlowe, our resident armorer.",
        "Well, we're here with Dutch Marlowe from Hollow Arms.",
        "Here to talk about the verdict is Dutch Marlowe.",
        "Our guest is the founder of Hollow Arms, Dutch Marlowe.",
    ],
)
def test_another_voice_introduces_somebody(words):
    assert sense_of(words) is Sense.INTRODUCED


def test_the_second_of_two_who_are_introduced_is_listed():
    assert sense_of("My guests are Ann Keswick, an actor, and Dutch Marlowe.") is Sense.LISTED


@pytest.mark.parametrize(
    ("words", "sense"),
    [
        ("Dutch, how do you load it?", Sense.ASKED),
        ("So, Dutch, how do you load it?", Sense.ASKED),
        ("How do you load it, Dutch?", Sense.ASKED),
        ("Tell us, Dutch.", Sense.ASKED),
        ("Dutch?", Sense.ASKED),
        ("Mr. Marlowe, who loads it?", Sense.ASKED),
        ("Thanks, Dutch.", Sense.ANSWERED),
        ("Thank you so much, Dutch.", Sense.ANSWERED),
        ("Thank you, Dutch Marlowe.", Sense.ANSWERED),
    ],
)
def test_somebody_is_spoken_to(words, sense):
    assert sense_of(words, "*") is sense


@pytest.mark.parametrize(
    "words",
    [
        "I worked with Dutch Marlowe for years.",
        "Dutch Marlowe said he was rushed.",
        "Dutch Marlowe, said the judge, was late.",
        "My guest today trained with Dutch Marlowe.",
        "My guest is the lawyer for Dutch Marlowe.",
        "My guest is Ike, who knew Dutch Marlowe.",
        "Our show is about Dutch Marlowe.",
        "I'm not Dutch Marlowe.",
        "We have Dutch Marlowe to thank for it.",
        "I'm with Dutch Marlowe on this.",
        "When they say I'm Dutch Marlowe, I laugh.",
        "I'm Dutch Marlowe's lawyer.",
        "He said, Dutch, put it down.",
        "She told me, “Dutch, put it down.”",
        "Dutch, an armorer, put it down.",
        "Thanks to Dutch Marlowe, nobody was hurt.",
        "We called Dutch and Ann.",
        "Then there was Marlowe, again.",
        "I asked the armorer, Dutch.",
        "This is about Dutch Marlowe.",
        "This is Dutch Marlowe we are talking about.",
    ],
)
def test_talk_about_somebody_says_nothing_of_a_voice(words):
    assert sense_of(words, "*") is Sense.ABOUT


@pytest.mark.parametrize(
    ("words", "is_own"),
    [
        ("I'm Sam Orr, and this is Pier Trade.", True),
        ("My name is Sam Orr.", True),
        ("I'm Dutch Marlowe.", False),
        ("She says I'm Sam Orr.", False),
        ("I'm Sam Orr's friend.", False),
        ("I'm Happy.", False),
    ],
)
def test_a_name_of_ones_own_that_nobody_here_has(words, is_own):
    known = [each.span for each in Finder(PEOPLE).find(words, Span(0, len(words)))]
    assert gives_own_name(words, known) is is_own


@pytest.mark.parametrize(
    ("words", "heard", "form"),
    [
        ("So Dutch Marlow is here", "Dutch Marlow", Form.FULL),
        ("Dutch W. Marlowe spoke", "Dutch W. Marlowe", Form.FULL),
        ("Dutch William Marlowe spoke", "Dutch William Marlowe", Form.FULL),
        ("I asked Marlow about it", "Marlow", Form.LAST),
        ("Ask Dutch about it", "Dutch", Form.FIRST),
    ],
)
def test_a_name_is_found_however_it_is_written(words, heard, form):
    (mention,) = Finder(PEOPLE).find(words, Span(0, len(words)))
    assert (mention.heard, mention.form, mention.person) == (heard, form, 0)


@pytest.mark.parametrize(
    "words",
    ["Sam Marlowe came", "Dutch Kellaway came", "the dutch oven", "I'm Anna", "Dutch. Marlowes"],
)
def test_somebody_elses_name_is_not_found(words):
    assert not [m for m in Finder(PEOPLE).find(words, Span(0, len(words))) if m.form is Form.FULL]


def test_a_name_as_near_to_one_as_to_another_is_nobody():
    people = [Known.of(0, "Bryan Okonjo"), Known.of(1, "Brian Okonjo")]
    assert not list(Finder(people).find("Byran Okonjo spoke", Span(0, 18)))
    people = [Known.of(0, "Martin Oakhurst"), Known.of(1, "Martin Delacroix")]
    assert not list(Finder(people).find("Martin, hello", Span(0, 13)))


def test_names_in_other_scripts_are_found():
    people = [Known.of(0, "Юрий Волков"), Known.of(1, "دانا ولف")]
    words = "Это Юрий Волков. دانا ولف"
    assert {m.person for m in Finder(people).find(words, Span(0, len(words)))} == {0, 1}


@pytest.mark.parametrize(
    "words",
    ["from " * 4000, "my guest today " * 2000, "I'm I'm " * 3000, "welcome, " * 4000,
     "Dutch, " * 3000, "a" * 20000],
)  # fmt: skip
def test_hostile_words_are_read_in_time(words):
    content = words + "Dutch Marlowe"
    begun = time.monotonic()
    whole = Span(0, len(content))
    for mention in list(Finder(PEOPLE).find(content, whole))[-50:]:
        read_mention(mention, content, whole, cased=True)
    gives_own_name(content, [])
    assert time.monotonic() - begun < 5
