"""Invented interviews in every kind of transcript: who is named right, and nobody wrong.

The floors only rise. `python -m tests.bench naming` prints the figures.
"""

from __future__ import annotations

import pytest

from tests.talks import (
    NAMED,
    NUMBERED,
    Score,
    as_published,
    as_voices,
    name_talk,
    sample_talks,
    score,
    score_roles,
    talks,
)

PARTS = ("first", "second", "third")


def total(part, hear, *, publisher, printed=False):
    whole = Score()
    for talk in talks(part):
        whole += score(talk, *name_talk(talk, hear(talk), publisher=publisher), printed=printed)
    return whole


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("dialect", NAMED)
def test_a_printed_name_is_that_person_in_every_dialect(part, dialect):
    found = total(part, lambda talk: as_published(talk, dialect), publisher=True, printed=True)
    assert found.wrong == 0, found.mistakes
    assert found.right / found.turns >= 0.99, found.mistakes


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("dialect", NUMBERED)
def test_numbered_speakers_are_named_by_what_is_said(part, dialect):
    found = total(part, lambda talk: as_published(talk, dialect), publisher=True)
    assert found.wrong == 0, found.mistakes
    assert found.right / found.turns >= 0.90, found.mistakes


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("misheard", [True, False])
def test_voices_with_misspelt_names_are_named_by_what_is_said(part, misheard):
    found = total(part, lambda talk: as_voices(talk, misheard=misheard), publisher=False)
    assert found.wrong == 0, found.mistakes
    assert found.right / found.turns >= 0.90, found.mistakes


def test_the_sample_archives_voices_have_their_names():
    whole = Score()
    for talk in sample_talks():
        whole += score(talk, *name_talk(talk, as_voices(talk), publisher=False))
    assert whole.wrong == 0, whole.mistakes
    assert whole.right / whole.turns >= 0.90, whole.mistakes


@pytest.mark.parametrize("part", PARTS)
def test_without_capitals_and_marks_nobody_is_named_wrong(part):
    found = total(part, lambda talk: as_voices(talk, flat=True), publisher=False)
    assert found.wrong == 0, found.mistakes
    if part != "third":  # eleven turns in all: the others' names only a publisher spells
        assert found.right / found.turns >= 0.60, found.mistakes


@pytest.mark.parametrize("dialect", [*NAMED, *NUMBERED])
def test_what_people_are_is_read_from_what_is_said(dialect):
    whole = Score()
    for talk in talks("third"):
        whole += score_roles(talk, *name_talk(talk, as_published(talk, dialect), publisher=True))
    assert whole.wrong == 0, whole.mistakes
    assert whole.right / whole.turns >= 0.95, whole.mistakes
