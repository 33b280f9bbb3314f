"""What cannot be right: every guard on decodes written by hand, and what people do say."""

from __future__ import annotations

import time

import pytest

from corpus.types import AsideKind, Word
from ingest.sound.guards import (
    OVER_SILENCE,
    REPEATED,
    STOCK,
    TIMES,
    UNHEARD,
    find_faults,
    mark_faults,
    unheard_asides,
)


def words(text: str, *, start: float = 0.0, pace: float = 0.3) -> list[Word]:
    return [
        Word(text=word, start_time=start + pace * place, end_time=start + pace * (place + 1))
        for place, word in enumerate(text.split())
    ]


def reasons(decode: list[Word], speech: list[tuple[float, float]]) -> list[str]:
    return [fault.reason for fault in find_faults(decode, speech)]


def whole(decode: list[Word]) -> list[tuple[float, float]]:
    """Speech wherever there are words."""
    return [(decode[0].start_time, decode[-1].end_time)] if decode else []


@pytest.mark.parametrize(
    "loop",
    [
        "no " * 6,
        "of course " * 4,
        "and then he " * 3,
        "We never had a live round on that set, not one. " * 3,
        "So " + "I was told that it was cold " * 5 + "yes",
    ],
)
def test_a_loop_is_found_whatever_goes_round_in_it(loop: str) -> None:
    decode = words(loop)
    assert reasons(decode, whole(decode)) == [REPEATED]


@pytest.mark.parametrize(
    "said",
    [
        "No, no, no, no, no. He said no.",
        "It was very, very, very loud.",
        "Never again. Never again. Never again.",
        "Cold gun, he said, and then he said it again: cold gun.",
        "… … … … … … … …",
    ],
)
def test_what_people_say_twice_or_thrice_is_no_loop(said: str) -> None:
    decode = words(said)
    assert reasons(decode, whole(decode)) == []


def test_a_loop_marks_its_own_words_only() -> None:
    decode = words("He came in and " + "shut the door " * 4 + "quickly then")
    faults = find_faults(decode, whole(decode))
    marked = mark_faults(decode, faults)
    assert [word.text for word in marked if word.doubt == REPEATED] == ["shut", "the", "door"] * 4


def test_a_word_longer_than_three_seconds_or_going_back_is_in_doubt() -> None:
    long = [Word(text="well", start_time=0.0, end_time=3.5), *words("then he left", start=3.5)]
    assert [fault.words for fault in find_faults(long, whole(long))] == [range(1)]
    assert reasons(long, whole(long)) == [TIMES]
    back = [*words("then he left", start=5.0), *words("at once", start=3.0)]
    assert TIMES in reasons(back, [(0.0, 6.0)])
    (fault,) = (fault for fault in find_faults(back, [(3.0, 6.0)]) if fault.reason == TIMES)
    assert fault.words == range(3, 5)
    upside = [Word(text="well", start_time=2.0, end_time=1.0)]
    assert TIMES in reasons(upside, [(0.0, 3.0)])


def test_words_over_silence_are_found_and_one_misplaced_word_is_not() -> None:
    spoken, invented = words("cold gun on set"), words("and that was all", start=20.0)
    assert reasons([*spoken, *invented], [(0.0, 1.2)]) == [OVER_SILENCE]
    assert reasons([*spoken, *words("and", start=20.0)], [(0.0, 1.2)]) == []
    assert reasons(words("and that was all"), []) == [OVER_SILENCE]


@pytest.mark.parametrize(
    "phrase",
    [
        "Thanks for watching!",
        "Thank you.",
        "you",
        "Please subscribe.",
        "Bye-bye.",
        "See you next time.",
    ],
)
def test_a_phrase_of_silence_counts_only_where_little_is_heard(phrase: str) -> None:
    decode = words(phrase, start=10.0, pace=1.0)
    end = decode[-1].end_time
    assert STOCK in reasons(decode, [(10.0, 10.2)])
    assert STOCK in reasons(decode, [])
    assert STOCK not in reasons(decode, [(10.0, end)])


@pytest.mark.parametrize(
    "invented",
    ["[Music]", "(upbeat music)", "♪ ♪", "Subtitles by the Amara.org community", "*applause*"],
)
def test_what_nobody_says_is_found_over_speech_too(invented: str) -> None:
    decode = words(invented)
    assert reasons(decode, whole(decode)) == [STOCK]


def test_speech_without_words_is_found_between_before_and_after() -> None:
    decode = [*words("cold gun", start=10.0), *words("on set", start=20.0)]
    faults = find_faults(decode, [(0.0, 30.0)])
    assert [fault.reason for fault in faults] == [UNHEARD] * 3
    assert [(fault.start_time, fault.end_time) for fault in faults] == [
        (0.0, 9.5),
        (pytest.approx(11.1), 19.5),
        (pytest.approx(21.1), 30.0),
    ]
    assert reasons(decode, [(10.0, 10.6), (20.0, 20.6)]) == []
    assert reasons([], [(0.0, 5.0)]) == [UNHEARD]
    assert reasons([], [(0.0, 1.0)]) == []


def test_a_long_word_covers_the_speech_under_it_although_later_words_end_before() -> None:
    decode = [
        Word(text="well", start_time=0.0, end_time=9.0),
        Word(text="so", start_time=1.0, end_time=1.5),
        Word(text="then", start_time=9.0, end_time=9.5),
    ]
    assert UNHEARD not in reasons(decode, [(0.0, 10.0)])


def test_unheard_speech_becomes_an_aside_at_its_place() -> None:
    decode = [*words("cold gun"), *words("on set", start=20.0)]
    (aside,) = unheard_asides(decode, [(0.0, 0.6), (5.0, 9.0), (20.0, 20.6)])
    assert (aside.kind, aside.position, aside.text) == (AsideKind.UNHEARD, 2, "")
    assert (aside.start_time, aside.end_time) == (5.0, 9.0)


def test_nothing_has_no_faults() -> None:
    assert find_faults([], []) == []
    assert mark_faults([], []) == ()
    assert unheard_asides([], []) == ()


@pytest.mark.slow
def test_five_hours_are_looked_through_in_seconds() -> None:
    decode = words(" ".join(f"word{number % 977}" for number in range(60_000)))
    speech = [(number * 3.0, number * 3.0 + 2.5) for number in range(6_000)]
    begun = time.process_time()
    find_faults(decode, speech)
    assert time.process_time() - begun < 5
