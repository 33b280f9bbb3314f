"""From words to places and back; "not found" rather than the nearest guess."""

from __future__ import annotations

import pytest

from corpus.anchors import (
    find_again,
    locate,
    paragraph_of,
    paragraph_starts,
    surroundings,
    times_of,
    timings_in,
    trim,
    turn_of,
)
from corpus.types import Span
from tests.builders import an_episode_text

TEXT = an_episode_text(("Speaker 1", "Is it cold?"), ("Speaker 2", "It is cold. Look."))


def test_words_that_stand_once_are_found():
    assert locate("We count them.", "count") == Span(3, 8)


def test_words_that_stand_twice_are_told_apart_by_what_is_around_them():
    content = "a cold gun here, a cold gun there"
    assert locate(content, "cold gun", suffix=" there") == Span(19, 27)
    assert locate(content, "cold gun", prefix="a ") is None


@pytest.mark.parametrize("exact", ["", "warm"])
def test_words_that_do_not_stand_there_are_not_found(exact):
    assert locate("a cold gun", exact) is None


def test_surroundings_find_the_same_place_again():
    content = "one two three two one"
    place = Span(14, 17)
    prefix, suffix = surroundings(content, place)
    assert locate(content, "two", prefix, suffix) == place


def test_a_span_has_the_seconds_of_its_words():
    span = locate(TEXT.content, "It is")
    assert times_of(TEXT, span) == pytest.approx((1.2, 2.0))
    assert times_of(TEXT, Span(11, 13)) is None, "between the turns nothing is said"


def test_a_span_partly_in_a_word_has_that_word():
    assert [t.span.of(TEXT.content) for t in timings_in(TEXT.timings, Span(1, 4))] == ["Is", "it"]


def test_a_span_across_two_turns_lies_in_none():
    assert turn_of(TEXT, Span(0, 5)) == TEXT.turns[0]
    assert turn_of(TEXT, Span(5, 20)) is None


def test_paragraphs_are_counted_from_one():
    content = "first\n\nsecond\n \nthird"
    assert [paragraph_of(content, Span(i, i + 1)) for i in (0, 7, len(content) - 1)] == [1, 2, 3]


def test_a_span_is_trimmed_to_its_words():
    assert trim("  ab ", Span(0, 5)) == Span(2, 4)
    assert len(trim("   ", Span(0, 3))) == 0


def test_a_span_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="not a span"):
        Span(4, 2)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("Then we counted the dummy rounds in the truck, all of them.", True),
        ("Then, WE counted the  dummy rounds\n\nin the truck", True),
        ("We hid the dummy rounds in the truck.", False),
        ("we counted the dummy rounds on a table", False),
        ("we counted the live rounds in the truck", False),
        (
            "we counted the dummy rounds in the truck, we counted the dummy rounds in the truck",
            False,
        ),
    ],
)
def test_an_anchor_holds_only_between_the_words_it_stood_between(content, found):
    span = find_again(content, "dummy rounds", "Then we counted the ", " in the truck, all of")
    assert (span is not None) is found


def test_paragraphs_start_after_their_breaks():
    assert paragraph_starts("one\n\ntwo\n \nthree") == [5, 11]
