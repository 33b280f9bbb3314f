"""What asks and what presents is told from what answers."""

from __future__ import annotations

import pytest

from index.hits.hosting import ends_asking, only_leads, only_presents
from tests.indexed import a_passage


@pytest.mark.parametrize(
    "said",
    [
        "My guest today is a surgeon, Dr. Inés Rosa.",
        "Welcome back to Quiet on Set.",
        "Today I'm speaking with Tom Vane, a stunt coordinator, and with a surgeon.",
        "You're listening to Quiet on Set. I'm Ana Cole. Armorer Tom Vane is here.",
        "With me is Tom Vane, who rigs squibs.",
        "This is Quiet on Set, I'm Ana Cole, and here is Tom Vane, who keeps the props.",
    ],
)
def test_who_is_presented_has_said_nothing(said):
    assert only_presents(a_passage(said))


@pytest.mark.parametrize(
    "said",
    [
        "The surgeon is here on every day with blanks, and she carries her own bag.",
        "I carry the only key, and this is how I count them.",
        "I say it to the crew. And to the stunt people? To them too, every single morning.",
        "I work with two assistants and our truck is never open.",
    ],
)
def test_what_says_something_is_not_taken_for_it(said):
    assert not only_leads(a_passage(said))


def test_a_question_leads():
    passage = a_passage("And who says cold gun?")
    assert only_leads(passage)
    assert ends_asking(passage.content)
    assert not only_presents(passage)
