"""What is printed beside a name where no role of the vocabulary says it."""

from __future__ import annotations

import pytest

from corpus.types import Credit, Method
from corpus.vocabulary import load_vocabulary
from ingest.names.asprinted import in_print_order, standing_in
from ingest.naming import NamedVoice, attribution
from ingest.prose.speakers import Speaker
from ingest.standpoints import roles_of


def printed(description, *, roles=None):
    claimed = load_vocabulary().roles_in(description) if roles is None else roles
    return in_print_order(claimed, description)


@pytest.mark.parametrize(
    ("description", "standing"),
    [
        ("a defence expert in the Salt Wells case", "defence expert"),
        ("prosecution witness", "prosecution witness"),
        ("54, a crane operator from Leeds", "crane operator"),
        ("the film's gaffer", "film's gaffer"),
        ("founder of Hollow Props", "founder of Hollow Props"),
        ("Stage manager at the Lantern", "Stage manager"),
        ("her mother", None),
        ("his trainer", None),
        ("a father of two", None),
        ("47", None),
        ("talks about her career as a dancer", None),
        ("not a doctor", None),
        ("a teacher, who <b>was</b> there", "teacher"),
        ("=cmd|' /C calc'!A0", None),
        ("dancer " * 900, None),
        ("", None),
        (None, None),
    ],
)
def test_a_trade_that_is_no_role_is_printed_as_the_source_has_it(description, standing):
    assert standing_in(description) == standing


@pytest.mark.parametrize(
    ("description", "roles"),
    [
        ("a former armorer", ("former armorer",)),
        ("Former safety officer", ("former safety officer",)),
        ("ex-armorer", ("ex-armorer",)),
        ("a former armorer; property master", ("property_master",)),
        ("armorer, a former actor", ("armorer",)),
        ("a retired weapons master who wrote the rules", ("retired weapons master", "armorer")),
        ("armorer and property master", ("armorer", "property_master")),
        ("first assistant director; armorer", ("assistant_director", "armorer")),
        ("host; armorer", ("armorer", "host")),
        ("trauma surgeon", ("surgeon",)),
        ("camera assistant", ("camera_assistant",)),
    ],
)
def test_what_is_held_now_and_said_first_is_printed_first(description, roles):
    assert printed(description) == roles


def test_a_role_that_no_description_claims_stays():
    assert in_print_order(("armorer",), None) == ("armorer",)
    assert in_print_order(("armorer",), "a former actor") == ("armorer",)


def test_a_turn_has_the_standing_of_its_credit():
    credit = Credit(name="Ida Rook", part="guest", description="stained-glass painter")
    voice = NamedVoice(label="Ida", credit=credit, method=Method.PUBLISHER_LABEL, confidence=0.9)
    assert attribution(voice, "p").roles == ("stained-glass painter",)
    assert attribution(voice, None).roles == ()


@pytest.mark.parametrize(
    ("credited", "description", "roles"),
    [
        ((), "a former armorer", ("former armorer",)),
        (("armorer",), "a former armorer", ("armorer",)),
        (("armorer",), "a defence expert", ("armorer",)),
        (("defence expert",), "a defence expert", ("defence expert",)),
        (("host",), "a weaver", ("weaver", "host")),
        (("host",), "an armorer", ("armorer", "host")),
    ],
)
def test_what_a_page_credits_outranks_what_its_prose_says(credited, description, roles):
    assert roles_of(Speaker(name="Ida Rook", description=description), credited) == roles


def test_nobody_named_has_only_what_is_credited():
    assert roles_of(Speaker(label="an official", description="an armorer"), ()) == ()
