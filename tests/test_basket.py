"""The basket: one set of the archive that every reader sees, and that is never frozen."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError, QuoteError, QuoteSetError
from corpus.types import BASKET, QuoteSet, Span
from tests.seeded import NOW, seed_archive
from tests.test_exports import a_kept
from ui.archive import open_archive
from ui.kept.quotes import Quotes

ADDING = """
import sys
from corpus.catalogue import Catalogue
from tests.test_basket import NOW, a_kept
with Catalogue(sys.argv[1]) as catalogue:
    for number in range(int(sys.argv[2]), int(sys.argv[3])):
        about = catalogue.open_basket(now=NOW)
        catalogue.keep_in_set(about.id, [a_kept(number, f"Words {number}")])
"""


@pytest.fixture
def catalogue(catalogue_url):
    with Catalogue(catalogue_url) as opened:
        yield opened


@pytest.fixture
def seeded(tmp_path):
    made = seed_archive(tmp_path / "data")
    with made.archive:
        yield made


def place_of(seeded, words):
    content = seeded.archive.catalogue.text(seeded.episode).content
    start = content.index(words)
    return Span(start, start + len(words))


def keep(seeded, words, **more):
    return Quotes(seeded.archive).keep_in_basket(seeded.episode, place_of(seeded, words), **more)


ONE, TWO = "Only the armorer hands a gun to an actor.", "Nobody else, on no day"


# ── the catalogue's part ─────────────────────────────────────────────────────────────────────


def test_the_basket_is_made_once(catalogue):
    first = catalogue.open_basket(now=NOW)
    assert (first.id, first.name, first.size) == (BASKET, BASKET, 0)
    assert catalogue.open_basket(now=NOW) == first
    assert catalogue.quote_set(BASKET) == first
    assert [each.id for each in catalogue.quote_sets()] == [BASKET]


def test_a_quote_is_kept_and_put_in_together_or_not_at_all(catalogue):
    about = catalogue.new_set(QuoteSet(id="", name="rounds", author="rae", made=NOW))
    catalogue.keep_in_set(about.id, [a_kept(1)])
    catalogue.freeze_set(about.id, now=NOW)
    with pytest.raises(QuoteSetError, match="it is frozen as"):
        catalogue.keep_in_set(about.id, [a_kept(2)])
    assert [each.id for each in catalogue.kept_quotes()] == [a_kept(1).id]


def test_the_basket_is_never_frozen(catalogue):
    catalogue.open_basket(now=NOW)
    catalogue.keep_in_set(BASKET, [a_kept(1)])
    with pytest.raises(QuoteSetError, match="never frozen: copy it"):
        catalogue.freeze_set(BASKET, now=NOW)


@pytest.mark.parametrize("name", [BASKET, " Basket ", "BASKET"])
def test_no_other_set_is_called_basket(catalogue, name):
    with pytest.raises(QuoteSetError, match="choose another name"):
        catalogue.new_set(QuoteSet(id="", name=name, author="rae", made=NOW))


def test_what_is_in_a_set_is_told(catalogue):
    assert catalogue.held_in_set(BASKET, ["a"]) == frozenset()
    catalogue.open_basket(now=NOW)
    kept = [a_kept(number) for number in range(1, 4)]
    catalogue.keep_in_set(BASKET, kept[:2])
    ids = [each.id for each in kept]
    assert catalogue.held_in_set(BASKET, [*ids, ids[0], "x"]) == set(ids[:2])
    assert catalogue.empty_set(BASKET) == 2
    assert catalogue.held_in_set(BASKET, ids) == frozenset()
    assert set(catalogue.kept_by_id([*ids, "x"])) == set(ids[:2])  # they stay kept


@pytest.mark.slow
def test_two_processes_that_add_at_once_lose_nothing(catalogue_url):
    Catalogue(catalogue_url).close()
    command = [sys.executable, "-c", ADDING, catalogue_url]
    running = [
        subprocess.Popen([*command, str(start), str(start + 25)], stderr=subprocess.PIPE)
        for start in (1, 26)
    ]
    for each in running:
        _, said = each.communicate(timeout=120)
        assert each.returncode == 0, said.decode()
    with Catalogue(catalogue_url) as opened:
        entries = list(opened.set_quotes(BASKET))
        assert [each.number for each in entries] == list(range(1, 51))
        assert {each.kept.id for each in entries} == {a_kept(n).id for n in range(1, 51)}


def test_a_change_while_it_is_frozen_is_noticed(catalogue, monkeypatch):
    from corpus.schema import quotesets

    made = catalogue.new_set(QuoteSet(id="", name="rounds", author="rae", made=NOW))
    kept = [a_kept(1), a_kept(2)]
    catalogue.keep_in_set(made.id, kept)
    digest = quotesets.contents_digest

    def meanwhile(about, rows):
        found = digest(about, rows)
        catalogue.place_in_set(made.id, kept[1].id, 1)
        return found

    monkeypatch.setattr(quotesets, "contents_digest", meanwhile)
    with pytest.raises(QuoteSetError, match="somebody changed it"):
        catalogue.freeze_set(made.id, now=NOW)
    monkeypatch.undo()
    assert catalogue.freeze_set(made.id, now=NOW).frozen_as


# ── as a reader uses it ──────────────────────────────────────────────────────────────────────


def test_an_untouched_basket_is_empty_and_writes_nothing(seeded):
    quotes = Quotes(seeded.archive)
    assert quotes.basket().about.size == 0
    assert list(quotes.basket().quotes) == []
    assert quotes.empty_basket() == 0
    assert quotes.take_from_basket("abcdef").about.size == 0
    assert quotes.sets() == []
    with pytest.raises(QuoteSetError, match="it is empty"):
        quotes.basket_as_set("mine")


def test_what_is_kept_is_there_after_a_restart_and_for_others(seeded):
    one, two = keep(seeded, ONE, author="rae", note="first"), keep(seeded, TWO)
    assert keep(seeded, ONE).id == one.id
    with open_archive(seeded.archive.settings) as other:
        entries = list(Quotes(other).basket().quotes)
    assert [(each.kept.id, each.number, each.note) for each in entries] == [
        (one.id, 1, "first"), (two.id, 2, None),
    ]  # fmt: skip
    assert one.author == "rae"
    assert two.author
    quotes = Quotes(seeded.archive)
    assert quotes.take_from_basket(one.id).about.size == 1
    assert quotes.take_from_basket(one.id).about.size == 1  # somebody took it out before
    assert {each.id for each in quotes.kept()} == {one.id, two.id}


def test_a_copy_of_the_basket_can_be_frozen(seeded):
    one, two = keep(seeded, ONE, note="a note"), keep(seeded, TWO)
    quotes = Quotes(seeded.archive)
    quotes.move(BASKET, two.id, 1)
    made = quotes.basket_as_set("rounds", author="rae")
    assert quotes.empty_basket() == 2
    entries = list(quotes.view("rounds").quotes)
    assert [(each.kept.id, each.note) for each in entries] == [(two.id, None), (one.id, "a note")]
    assert quotes.freeze(made.id).frozen_as
    with pytest.raises(QuoteSetError, match="it is empty"):
        quotes.basket_as_set("again")


@pytest.mark.parametrize("span", [Span(5, 5), Span(0, 10**6), Span(0, 200)])
def test_what_is_no_quote_is_not_put_in(seeded, span):
    with pytest.raises(QuoteError):
        Quotes(seeded.archive).keep_in_basket(seeded.episode, span)
    assert Quotes(seeded.archive).basket().about.size == 0
    assert list(Quotes(seeded.archive).kept()) == []


def test_a_superseded_text_is_not_quoted(seeded):
    catalogue = seeded.archive.catalogue
    catalogue.save_text(replace(catalogue.text(seeded.episode), sha256="another"), now=NOW)
    with pytest.raises(QuoteError, match="superseded by revision 2"):
        keep(seeded, ONE, revision=1)
    assert keep(seeded, ONE, revision=2)


def test_a_document_that_is_not_there_is_named(seeded):
    with pytest.raises(NotFoundError):
        Quotes(seeded.archive).keep_in_basket("f" * 12, Span(0, 5))
