"""Marks between quotes: a person says that two agree or differ, and can take it back."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError, StanceError
from corpus.types import Stance, StanceKind
from tests.test_exports import NOW, a_kept
from tests.test_quote_commands import OTHER, WORDS, kept, run, seeded  # noqa: F401
from ui.printing.quotes import NO_MARKS

AGREES, DIFFERS = StanceKind.AGREES, StanceKind.DIFFERS
ONE, TWO, THREE = a_kept(1), a_kept(2), a_kept(3)


@pytest.fixture
def catalogue(catalogue_url):
    with Catalogue(catalogue_url) as opened:
        opened.keep_quotes([ONE, TWO, THREE])
        yield opened


def a_mark(one=ONE, kind=AGREES, other=TWO, **more):
    facts = {"id": "", "author": "rae", "made": NOW, "note": "both on <loading>"} | more
    return Stance(kind=kind, quote_id=one.id, other_id=other.id, **facts)


def test_a_mark_says_who_and_when_and_reads_both_ways(catalogue):
    made = catalogue.add_stance(a_mark())
    assert made == replace(a_mark(), id=made.id)
    assert catalogue.stances() == [made]
    assert catalogue.stances(ONE.id) == catalogue.stances(TWO.id) == [made]
    assert catalogue.stances(THREE.id) == []
    assert catalogue.stance(made.id[:6]) == made


def test_the_same_mark_again_is_the_one_that_is_there(catalogue):
    made = catalogue.add_stance(a_mark())
    assert catalogue.add_stance(a_mark(author="bo")) == made
    assert catalogue.add_stance(a_mark(TWO, AGREES, ONE)) == made
    assert len(catalogue.stances()) == 1


def test_two_quotes_do_not_agree_and_differ(catalogue):
    made = catalogue.add_stance(a_mark())
    for one, other in ((ONE, TWO), (TWO, ONE)):
        with pytest.raises(StanceError, match=f"rae marked that it agrees.*unmark {made.id}"):
            catalogue.add_stance(a_mark(one, DIFFERS, other))
    catalogue.add_stance(a_mark(ONE, DIFFERS, THREE))


def test_a_mark_is_taken_away_and_stays_to_be_read(catalogue):
    made = catalogue.add_stance(a_mark())
    later = NOW + timedelta(days=1)
    undone = catalogue.undo_stance(made.id, author="bo", now=later)
    assert undone == replace(made, undone=later, undone_by="bo")
    assert catalogue.stances() == []
    assert catalogue.stances(undone=True) == [undone]
    with pytest.raises(StanceError):
        catalogue.undo_stance(made.id, author="bo", now=later)
    again = catalogue.add_stance(a_mark(kind=DIFFERS, made=later))
    assert catalogue.stances(ONE.id, undone=True) == [undone, again]


def test_both_quotes_are_kept(catalogue):
    for one, other in ((ONE, a_kept(9)), (a_kept(9), ONE)):
        with pytest.raises(NotFoundError, match="keep it first"):
            catalogue.add_stance(a_mark(one, AGREES, other))
    with pytest.raises(StanceError, match="one quote, not two"):
        catalogue.add_stance(a_mark(ONE, AGREES, ONE))
    assert catalogue.stances(undone=True) == []


def test_a_marked_quote_is_not_forgotten(catalogue):
    made = catalogue.add_stance(a_mark())
    for each in (ONE, TWO):
        with pytest.raises(StanceError, match=f"quote unmark {made.id}"):
            catalogue.forget_quote(each.id)
    catalogue.undo_stance(made.id, author="rae", now=NOW)
    catalogue.forget_quote(ONE.id)


@pytest.mark.parametrize("wanted", ["", "abc", "f" * 12, "' OR 1=1 --", "\x00"])
def test_a_mark_that_is_not_there_is_not_found(catalogue, wanted):
    catalogue.add_stance(a_mark())
    with pytest.raises(NotFoundError):
        catalogue.stance(wanted)


@pytest.mark.parametrize("note", ["=1+1\r\n\t", "nul \x00 half \ud800", "王 <b>", "x" * 5000])
def test_any_note_is_kept(catalogue, note):
    made = catalogue.add_stance(a_mark(note=note))
    assert catalogue.stances() == [made]
    assert "\x00" not in made.note


# ── on the command line ──────────────────────────────────────────────────────────────────────


def test_quotes_are_marked_listed_and_unmarked(run, seeded, kept):  # noqa: F811
    assert run("quote", "marks").strip() == NO_MARKS
    assert json.loads(run("quote", "marks", "--json")) == []
    (other,) = json.loads(run("quote", "keep", seeded.episode, OTHER, "--json"))
    said = run("quote", "mark", kept[:6], "differs", other["id"], "--note", "who", "--by", "rae")
    assert "differs, marked by rae" in said
    assert WORDS in said
    assert OTHER in said
    (mark,) = json.loads(run("quote", "marks", other["id"], "--json"))
    assert (mark["stance"], mark["quote"], mark["other"]) == ("differs", kept, other["id"])
    assert (mark["exact"], mark["other_exact"]) == (WORDS, OTHER)
    assert (mark["by"], mark["note"], mark["undone"]) == ("rae", "who", None)
    run("quote", "mark", kept, "agrees", other["id"], fails=StanceError)
    run("quote", "unmark", mark["id"], "--by", "bo")
    assert run("quote", "marks").strip() == NO_MARKS
    assert "taken away by bo" in run("quote", "marks", "--undone")
    run("quote", "forget", other["id"])
    assert f"{other['id']}  (kept no longer)" in run("quote", "marks", "--undone")


def test_no_other_stance_can_be_marked(run, kept):  # noqa: F811
    run("quote", "mark", kept, "ignores", kept, exit_code=2)
    run("quote", "mark", kept, "agrees", "abcdef", fails=NotFoundError)
    run("quote", "mark", kept, "agrees", kept, fails=StanceError)
