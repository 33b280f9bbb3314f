"""Roles are found in any spelling, and only where they are claimed."""

from __future__ import annotations

import pytest

from corpus.errors import VocabularyError
from corpus.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()


@pytest.mark.parametrize(
    ("description", "roles"),
    [
        ("Film armorer; founder, Hollow Props", ("armorer",)),
        ("Weapons Master on Night Ferry", ("armorer",)),
        ("key armourer", ("armorer",)),
        ("first assistant director, now a lecturer", ("assistant_director", "historian")),
        ("1st AD", ("assistant_director",)),
        ("Props Master", ("property_master",)),
        ("reporter and host of Quiet on Set", ("host", "journalist")),
        ("not an armorer, but a property master", ("property_master",)),
        ("no longer an armorer", ()),
        ("art director", ()),
        ("executive directors and film editors", ()),
        ("director of photography", ("cinematographer",)),
        ("Founder of Armorer's Guild Records", ()),
        ("lawyer for the armorer of Night Ferry", ("lawyer",)),
        ("lawyer for the armorer and the prop master", ("lawyer",)),
        ("father of armorer Ines Okafor", ()),
        ("Her father was an armorer", ()),
        ("Father was an armorer", ()),
        ("victim shot by an armorer", ()),
        ("prosecutor who tried the armorer", ("lawyer",)),
        ("Prosecuted the armorer", ()),
        ("prosecutor in State vs. armorer Bo Hale", ("lawyer",)),
        ("armorer Bo Hale's lawyer", ("lawyer",)),
        ("armorer’s widow", ()),
        ("actor who plays an armorer", ("actor",)),
        ("actress playing a detective", ("actor",)),
        ("Director of “The Armorer”", ("director",)),
        ("Director, 'The Armorer' and 'The Host'", ("director",)),
        ("partner/writer at Pier News, host of KXYZ's “The Trade.”", ("host", "journalist")),
        ("former armorer", ("armorer",)),
        ("ex-armorer", ("armorer",)),
        ("a retired freelance theatrical armorer", ("armorer",)),
        ("Armourer on twelve features", ("armorer",)),
        ("weapons master; teacher", ("armorer",)),
        ("teacher • weapons master | prop master", ("armorer", "property_master")),
        ("Ines Okafor is a film armorer", ("armorer",)),
        ("She has worked as a key armorer", ("armorer",)),
        ("worked with the armorer", ()),
        ("Harbour Radio reporter", ("journalist",)),
        ("Producer, 'The Trade' and 'Pier Talk'", ("producer",)),
        ("writer-director", ("director", "journalist")),
        ("former U.S. attorney", ("lawyer",)),
        ("theatrical weapons specialist", ("armorer",)),
        ("firearms safety coordinator on Night Ferry", ("armorer",)),
        ("a theatrical firearms handler", ("armorer",)),
        ("set safety coordinator", ("safety_officer",)),
        ("fight director at the Pier Theatre", ("stunt_coordinator",)),
        ("forensic firearms expert", ("firearms_examiner",)),
        ("workplace safety investigator", ("investigator",)),
        ("a criminal defense lawyer", ("lawyer",)),
        ("union steward", ("union_representative",)),
        ("podcast host", ("host",)),
        ("disarmorers", ()),
        ("", ()),
    ],
)
def test_a_description_claims_the_roles_it_names(description, roles):
    assert VOCABULARY.roles_in(description) == roles


@pytest.mark.parametrize(
    "word", ["armorers", "Armourers", "weapons masters", "WEAPONS-MASTER", "armorer"]
)
def test_every_spelling_is_one_role(word):
    assert VOCABULARY.role_of(word) == "armorer"


def test_the_place_of_a_role_is_told_with_it():
    ((span, role),) = VOCABULARY.find_roles("what did weapons masters say")
    assert (span.start, span.end, role) == (9, 24, "armorer")


def test_every_shipped_file_loads_and_prints():
    assert VOCABULARY.hotwords
    assert all(VOCABULARY.print_role(role.id) == role.name for role in VOCABULARY.roles)
    assert VOCABULARY.print_role(None) is None


@pytest.mark.parametrize(
    ("roles", "named"),
    [
        ("[armorer]\nname='a'\nplural='as'\nnames=[]\nspellings=[]", "spellings"),
        ("[armorer]\nname='a'", "armorer"),
        ("[armorer", "roles.toml"),
    ],
)
def test_a_file_that_cannot_be_understood_is_named(tmp_path, roles, named):
    (tmp_path / "roles.toml").write_text(roles, encoding="utf-8")
    (tmp_path / "hotwords.toml").write_text("words = []", encoding="utf-8")
    with pytest.raises(VocabularyError, match=named):
        load_vocabulary(tmp_path)


@pytest.mark.parametrize(
    ("description", "roles"),
    [
        ("the production's armorer", ("armorer",)),
        ("the film’s first assistant director", ("assistant_director",)),
        ("the producers' armorer", ("armorer",)),
        ("his armorer", ("armorer",)),
        ("the armorer's lawyer", ("lawyer",)),
        ("a friend of the film's armorer", ()),
        ("lawyer for the film's armorer", ("lawyer",)),
        ("the armorer's daughter", ()),
    ],
)
def test_whoever_employs_them_a_role_is_claimed(description, roles):
    assert load_vocabulary().roles_in(description) == roles
