"""onrecord merges, same, apart: and what lists, search, quotes and sets show then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.seeded import EPISODE, LIVE, Line, publish, seed_archive, seed_episode
from ui.archive import Archive
from ui.cli import app
from ui.kept.quotes import Quotes
from ui.printing.identity import NO_MERGES

RUNNER = CliRunner()
TWICE = (*EPISODE, Line("Mind the zinc lantern.", "Ines Okafor", "armorer"))


@dataclass(frozen=True)
class House:
    """An archive with one episode twice, and a quote of the second in a set."""

    archive: Archive
    one: str
    two: str
    quote: str


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "archive"))
    seeded = seed_archive(tmp_path / "archive")
    archive = seeded.archive
    two = seed_episode(
        archive, title="Cold Gun, again", lines=TWICE, url="https://mirror.example/e/1"
    )
    quotes = Quotes(archive)
    kept = quotes.keep(two.id, LIVE, author="Bo")
    quotes.new_set("safety", author="Bo")
    quotes.add("safety", [kept.id])
    yield House(archive, seeded.episode, two.id, kept.id)
    archive.close()


def run(*words: str, code: int = 0) -> str:
    done = RUNNER.invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done.output


def asked(archive: Archive) -> set[str]:
    answer = archive.ask("what did armorers say about live rounds")
    return {hit.document.id for hit in answer.hits}


def test_there_is_nothing_to_list_at_first(house: House) -> None:
    assert run("merges") == NO_MERGES + "\n"
    assert json.loads(run("merges", "--json")) == []


@pytest.mark.slow  # makes the index three times
def test_joined_by_hand_it_leaves_lists_and_search_and_comes_back(house: House) -> None:
    archive = house.archive
    speaking = archive.catalogue.speaking()
    said = run("same", house.one, house.two[:8], "--why", "posted twice", "--by", "Bo")
    assert f"is the same as {house.two}  Cold Gun, again" in said
    publish(archive)
    assert house.two not in run("list")
    assert house.two not in asked(archive)
    assert house.one in asked(archive)
    assert house.two not in {hit.document.id for hit in archive.ask("zinc lantern").hits}
    assert archive.catalogue.speaking() != speaking
    # Who follows a link finds it whole, and is told.
    shown = run("show", house.two)
    assert f"the same as {house.one}, which stays in lists and search" in shown
    assert "zinc lantern" in shown
    assert "also recording: https://mirror.example/e/1.mp3" in run("show", house.one)
    shape = json.loads(run("show", house.one, "--json"))
    assert shape["also"] == [house.two]
    assert {each["document"] for each in shape["addresses"]} == {house.one, house.two}
    assert json.loads(run("show", house.two, "--json"))["same_as"] == house.one

    (listed,) = json.loads(run("merges", "--json"))
    assert (listed["state"], listed["by"], listed["why"]) == ("merged", "Bo", "posted twice")
    assert "taken apart" in run("apart", house.two, "--why", "another take", "--by", "Ada")
    publish(archive)
    assert house.two in run("list")
    assert house.two in {hit.document.id for hit in archive.ask("zinc lantern").hits}
    assert archive.catalogue.speaking() == speaking
    assert run("merges") == NO_MERGES + "\n"
    assert "taken apart" in run("merges", "--undone")


def test_quotes_and_sets_that_cite_it_still_resolve_and_say_so(house: House) -> None:
    before = run("quote", "show", house.quote)
    assert "the same as another one" not in before
    run("same", house.one, house.two)
    after = run("quote", "show", house.quote)
    assert LIVE in after
    assert "its document was found to be the same as another one" in after
    assert "merged" in run("set", "diff", "safety")
    folder = house.archive.settings.data_dir / "out"
    run("set", "export", "safety", "--output", str(folder), "--format", "jsonl")
    rows = [p.read_text(encoding="utf-8") for p in folder.rglob("*.jsonl")]
    assert any(LIVE in each and '"merged"' in each for each in rows)
    run("apart", house.two)
    assert run("quote", "show", house.quote) == before


def test_a_proposal_is_accepted_or_refused_by_its_id(house: House) -> None:
    from datetime import UTC, datetime

    from corpus.types import PROGRAM, Merge

    proposal = Merge(
        id="",
        document_id=house.one,
        other_id=house.two,
        joined=False,
        evidence=("93% and 94% of their words in common",),
        likeness=0.93,
        author=PROGRAM,
        made=datetime.now(UTC),
    )
    house.archive.catalogue.join_documents(proposal)
    assert "m1  proposed" in run("merges", "--proposed")
    assert f"may be the same as {house.one}" in run("show", house.two)
    assert house.two in run("list")
    assert "m1  merged" in run("same", "m1", "--why", "heard both", "--by", "Bo")
    assert house.two not in run("list")
    assert run("merges", "--proposed") == NO_MERGES + "\n"
    run("apart", "m1")
    assert house.two in run("list")


def test_what_cannot_be_joined_says_why(house: House) -> None:
    def refused(*words: str) -> str:
        done = RUNNER.invoke(app, list(words))
        assert done.exception is not None
        return str(done.exception)

    assert "they are one document already" in refused("same", house.one, house.one)
    assert "no such document" in refused("same", house.one, "ffffffff")
    assert "see onrecord merges" in refused("apart", "m7")
    others = {each.id for each in house.archive.documents()} - {house.one, house.two}
    assert "the other an article" in refused("same", house.one, others.pop())


@pytest.mark.slow  # draws the page
def test_the_page_of_the_one_that_left_lists_says_which_stays(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.components.v2 import manifest_scanner

    from tests.test_app import html, page_of

    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    run("same", house.one, house.two)
    shown = html(page_of(house.archive, "document", document=house.two))
    assert "found to be the same as “Cold Gun, Warm Chamber”" in shown
    listed = html(page_of(house.archive, "document"))
    assert house.one in listed
    assert house.two not in listed
