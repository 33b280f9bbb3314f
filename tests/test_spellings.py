"""Words as they sound: what is one word however it is written, and what is not."""

from __future__ import annotations

import pytest

from ingest.sound.spellings import forms_of


def same(one: str, other: str) -> bool:
    left, right = (" ".join(form.text for form in forms_of(text.split())) for text in (one, other))
    return left == right


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Twenty-two rounds,", "22 rounds"),
        ("twenty two", "22"),
        ("one hundred and five", "105"),
        ("a hundred", "100"),
        ("two thousand twenty-one", "2021"),
        ("$136,793.", "136793 dollars"),
        ("three million", "3,000,000"),
        ("the twenty-first", "the 21st"),
        ("the third", "the 3rd"),
        ("the twentieth", "the 20th"),
        ("five percent", "5%"),
        ("OK", "okay"),
        ("O.K.", "okay"),
        ("Mr. Hale", "mister Hale"),
        ("it's", "it is"),
        ("they’re", "they are"),
        ("isn't", "is not"),
        ("can't", "cannot"),
        ("won't", "will not"),
        ("Bo Hale's", "Bo Hales"),
        ("armourer", "armorer"),
        ("neighbourhood theatre", "neighborhood theater"),
        ("realised", "realized"),
        ("“Cold gun!”", "cold gun"),
        ("live-fire", "live fire"),
        ("gun—loaded", "gun loaded"),
        ("gonna", "going to"),
        ("U.S.", "US"),
    ],
)
def test_one_sound_written_in_two_ways_is_one_form(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("fifteen", "fifty"), ("can", "can't"), ("four", "for"), ("US", "us"), ("2", "2nd"),
        ("five and six", "56"), ("live", "life"), ("it's", "its"), ("one or two", "1 2"),
        ("hour", "our"), ("ten thousand two thousand", "12,000"),
    ],
)  # fmt: skip
def test_what_sounds_otherwise_stays_another_form(one: str, other: str) -> None:
    assert not same(one, other)


def test_a_form_says_which_words_it_is_of() -> None:
    forms = forms_of(["It's", "—", "twenty", "two", "rounds"])
    assert [(form.text, form.first, form.last) for form in forms] == [
        ("it", 0, 0),
        ("is", 0, 0),
        ("22", 2, 3),
        ("rounds", 4, 4),
    ]


def test_endless_and_odd_words_are_forms_like_others() -> None:
    assert forms_of([]) == []
    assert forms_of(["…", "♪", ""]) == []
    (form,) = forms_of(["9" * 5_000])
    assert form.text == "9" * 5_000
    assert len(forms_of(["a" * 100_000])) == 1
    assert [form.text for form in forms_of(["١٢", "Олег", "२२"])][1] == "олег"
