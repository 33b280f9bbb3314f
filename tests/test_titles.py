"""A title names its guest, or only its subject."""

from __future__ import annotations

import pytest

from ingest.names.titles import credits_from_title


@pytest.mark.parametrize(
    ("title", "people"),
    [
        ("Cold guns, with armorer Dutch Marlowe", [("Dutch Marlowe", "guest")]),
        ("Dutch Marlowe on gun safety", [("Dutch Marlowe", "guest")]),
        ("Interview: Ann Keswick", [("Ann Keswick", "guest")]),
        ("In conversation with Ann Keswick", [("Ann Keswick", "guest")]),
        ("Ep. 12: Blanks (feat. Ann Keswick & Bo Hale)",
         [("Ann Keswick", "guest"), ("Bo Hale", "guest")]),
        ("Ann Keswick and Bo Hale: two sides", [("Ann Keswick", None), ("Bo Hale", None)]),
        ("#12: Ann Keswick explains the log", [("Ann Keswick", "guest")]),
        ("Ann Keswick on trial", []),
        ("Remembering Ann Keswick", []),
        ("The Trouble With Live Rounds", []),
        ("The Key, the Log and the Rubber Gun", []),
        ("", []),
    ],
)  # fmt: skip
def test_a_title_gives_the_people_it_says_are_talking(title, people):
    assert [(each.name, each.part) for each in credits_from_title(title)] == people


def test_the_role_before_a_name_in_a_title_is_theirs():
    (credit,) = credits_from_title("Cold guns, with armorer Dutch Marlowe")
    assert (credit.roles, credit.evidence) == (
        ("armorer",), "Cold guns, with armorer Dutch Marlowe"
    )  # fmt: skip


def test_the_show_is_nobody():
    assert credits_from_title("Ann Keswick: blanks", "The Ann Keswick Hour") == ()
