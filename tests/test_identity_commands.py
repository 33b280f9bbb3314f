"""onrecord merges, same, apart: and what lists, search, quotes and sets show then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.errors import LockedError
from corpus.types import PROGRAM, Merge
from tests.seeded import EPISODE, LIVE, Line, WordEmbedder, seed_archive, seed_episode
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
    monkeypatch.setattr(Archive, "embedder", WordEmbedder())
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
    assert house.two in run("list")
    assert house.two in {hit.document.id for hit in archive.ask("zinc lantern").hits}
    assert archive.catalogue.speaking() == speaking
    assert run("merges") == NO_MERGES + "\n"
    assert "taken apart" in run("merges", "--undone")


def test_quotes_and_sets_that_cite_it_still_resolve_and_say_so(house: House) -> None:
    before = run("quote", "show", house.quote)
    assert "the same as another one" not in before
    run("same", house.one, house.two, "--later")
    after = run("quote", "show", house.quote)
    assert LIVE in after
    assert "its document was found to be the same as another one" in after
    assert "merged" in run("set", "diff", "safety")
    folder = house.archive.settings.data_dir / "out"
    run("set", "export", "safety", "--output", str(folder), "--format", "jsonl")
    rows = [p.read_text(encoding="utf-8") for p in folder.rglob("*.jsonl")]
    assert any(LIVE in each and '"merged"' in each for each in rows)
    run("apart", house.two, "--later")
    assert run("quote", "show", house.quote) == before


def test_a_proposal_is_accepted_or_refused_by_its_id(house: House) -> None:
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
    assert "m1  merged" in run("same", "m1", "--why", "heard both", "--by", "Bo", "--later")
    assert house.two not in run("list")
    assert run("merges", "--proposed") == NO_MERGES + "\n"
    run("apart", "m1", "--later")
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
    run("same", house.one, house.two, "--later")
    shown = html(page_of(house.archive, "document", document=house.two))
    assert "found to be the same as “Cold Gun, Warm Chamber”" in shown
    listed = html(page_of(house.archive, "document"))
    assert house.one in listed
    assert house.two not in listed


def propose(archive: Archive, one: str, other: str, *evidence: str) -> str:
    """Have the program propose that two documents are one; return the proposal's id."""
    proposal = Merge(
        id="", document_id=one, other_id=other, joined=False, evidence=evidence or ("alike",),
        likeness=0.97, author=PROGRAM, made=datetime.now(UTC),
    )  # fmt: skip
    made = archive.catalogue.join_documents(proposal)
    assert made is not None
    return made.id


def test_what_a_moved_feed_left_is_accepted_together_but_for_what_is_doubtful(house: House) -> None:
    archive = house.archive
    source = archive.catalogue.document(house.one).source_id
    more = [
        seed_episode(archive, title=f"Take {n}", lines=TWICE, url=f"https://mirror.example/e/{n}")
        for n in (2, 3, 4, 5)
    ]
    plain = propose(archive, house.one, house.two, "the same title", "published 31 days apart")
    doubtful = propose(archive, more[0].id, more[1].id, "their titles differ")
    ids = {each.id for each in more} | {house.two}
    of_source = [each for each in ids if archive.catalogue.document(each).source_id == source]
    assert run("merges", "--source", "nobody") == NO_MERGES + "\n"
    shown = run("same", "--all", "--source", source, "--dry-run")
    assert f"{plain}  proposed" in shown
    assert "published 31 days apart" in shown, "with the evidence"
    assert house.two in run("list")
    said = run("same", "--all", "--source", source, "--why", "another host", "--later")
    assert f"{plain}  merged" in said
    assert "why: another host" in said
    assert set(of_source) > {house.two}, "or nothing is left to be doubtful"
    assert f"{doubtful}  {more[0].id} and {more[1].id}: their titles differ" in said
    assert house.two not in run("list")
    assert "Nothing waits" in run("same", "--all", "--source", "nobody")
    listed = json.loads(run("apart", "--all", "--later", "--json"))
    assert [each["id"] for each in listed] == [doubtful]
    assert run("merges", "--proposed") == NO_MERGES + "\n"


def test_several_are_taken_apart_by_one_command(house: House) -> None:
    third = seed_episode(
        house.archive, title="Third", lines=TWICE, url="https://mirror.example/e/9"
    )
    run("same", house.one, house.two, "--later")
    run("same", house.one, third.id, "--later")
    said = run("apart", "m1", "m2", "--later")
    assert "2 pairs of documents" in said
    assert {house.two, third.id} <= {each.id for each in house.archive.documents()}


@pytest.mark.parametrize(
    "words",
    [("same",), ("same", "3f2a", "--all"), ("same", "3f2a", "91bc", "--dry-run"), ("apart",),
     ("apart", "m3", "--all")],
)  # fmt: skip
def test_what_cannot_be_meant_is_typed_wrongly(house: House, words: tuple[str, ...]) -> None:
    run(*words, code=2)


def test_what_is_decided_while_the_index_cannot_be_published_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise LockedError("the index", cause="another run publishes")

    monkeypatch.setattr(Archive, "sync", refused)
    said = run("same", house.one, house.two, code=1)
    assert "m1  merged" in said
    assert "the index is not published yet" in said
    assert said.rstrip().endswith("run onrecord index")
    assert house.two not in run("list")
