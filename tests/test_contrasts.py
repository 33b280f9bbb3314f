"""Opposites over labelled passages and questions: whatever is ranked, none gets through."""

import time
from pathlib import Path

import pytest

from index.tags.contrasts import is_about_the_opposite, is_unnamed_in

FILE = Path(__file__).parent / "questions" / "contrasts.txt"
CONTRASTS = (
    {"live", "blank", "dummy"},
    {"cold", "hot"},
    {"squib", "squib_load"},
    {"negligent", "accidental"},
)


def lines(mark):
    read = FILE.read_text(encoding="utf-8").splitlines()
    return [tuple(line[2:].split(" ", 1)) for line in read if line.startswith(mark)]


PASSAGES = [(set(sides.split("+")), words) for sides, words in lines("= ")]
QUESTIONS = lines("? ")


@pytest.mark.parametrize(("side", "question"), QUESTIONS)
def test_a_question_about_one_side_lets_no_passage_about_another_through(side, question):
    contrast = next(sides for sides in CONTRASTS if side in sides)
    for sides, words in PASSAGES:
        if sides & contrast and side not in sides:
            assert is_about_the_opposite(question, words), words
        if side in sides or not sides & contrast:
            assert not is_about_the_opposite(question, words), words


PAIRS = [
    (line[0] == "x", *line[2:].split(" | "))
    for line in (FILE.with_name("opposites.txt")).read_text(encoding="utf-8").splitlines()
    if line[:2] in ("x ", "= ")
]


@pytest.mark.parametrize(("opposite", "question", "passage"), PAIRS)
def test_a_side_that_is_only_denied_is_not_what_is_spoken_of(opposite, question, passage):
    assert is_about_the_opposite(question, passage) is opposite


def test_there_are_enough_pairs():
    assert sum(opposite for opposite, *_ in PAIRS) >= 40
    assert sum(not opposite for opposite, *_ in PAIRS) >= 50


def test_a_long_passage_of_denials_is_read_quickly():
    begun = time.perf_counter()
    assert is_about_the_opposite("live rounds", "A dummy is not a live round. " * 1_000)
    is_about_the_opposite("live rounds", "dummy is not a " * 3_000)
    is_about_the_opposite("armorer training", "a the an " * 20_000 + "prop master")
    assert time.perf_counter() - begun < 2


def test_there_are_enough_questions():
    assert len(QUESTIONS) >= 60


def test_the_longer_name_decides():
    assert is_about_the_opposite("squib", "A squib load is stuck.")
    assert is_about_the_opposite("squib loads", "Squibs burst a bag of stage blood.")
    assert not is_about_the_opposite("squibs", "Squibs are no squib loads.")
    assert is_about_the_opposite("blank firing rifles", "Live rounds kill.")


UNNAMED = [
    (True, "live ammunition", "Treat every gun as if it is loaded."),
    (True, "real bullets on a film set", "The first assistant director looks into the barrel."),
    (True, "hot guns", "Treat every gun as if it is loaded."),
    (False, "live ammunition", "There was a bullet in the box."),
    (False, "live ammunition", "I treat it as live until I am proved wrong."),
    (False, "hot gun", "When it is hot, nobody moves."),
    (True, "hot gun", "It was a hot day and the tea was gone."),
    (False, "live ammunition", "I stop the day when I find one live round."),
    (False, "why is live ammunition banned", "Treat every gun as if it is loaded."),
    (False, "blanks", "The wad comes out of the barrel like a fist."),
    (False, "hot gun", "Once the gun is cold you may look."),
    (False, "who calls a cold gun", "The first assistant director does."),
    (False, "rehearsals", "We walk it three times."),
]


@pytest.mark.parametrize(("unnamed", "asked", "said"), UNNAMED)
def test_a_question_that_is_only_a_name_needs_the_name(unnamed, asked, said):
    assert is_unnamed_in(asked, said) is unnamed


def test_a_long_question_of_names_is_read_quickly():
    begun = time.perf_counter()
    is_unnamed_in("live rounds on a film set " * 2_000, "gun " * 2_000)
    is_about_the_opposite("hot gun", "hot gas and " * 5_000)
    assert time.perf_counter() - begun < 2
