"""`onrecord people` over a small invented archive: what it prints, its JSON, its exit code."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from corpus.errors import DecisionError, NotFoundError, OnRecordError
from corpus.settings import Settings
from corpus.types import Attribution, Credit, DiscoveredItem, DocumentKind, Method, Voiceprint
from tests.builders import an_episode_text
from tests.seeded import publish, seed_archive
from ui.archive import open_archive
from ui.cli import app
from ui.commands import people as people_commands
from ui.printing.people import NO_PAIRS, NOBODY
from ui.register import Decider

RUNNER = CliRunner()
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    with open_archive(Settings(data_dir=tmp_path / "data")) as made:
        yield made


@pytest.fixture
def run(archive, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(people_commands, "open_archive", lambda settings: nullcontext(archive))

    def call(*arguments, fails=None):
        done = RUNNER.invoke(app, ["people", *arguments])
        if fails:
            assert isinstance(done.exception, fails), done.output
            return str(done.exception)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    return call


def heard(archive, number, source_id, credit, year=2021):
    """Take in an episode in which the credited person speaks; return person and document."""
    catalogue = archive.catalogue
    item = DiscoveredItem(
        source_id=source_id,
        kind=DocumentKind.EPISODE,
        url=f"https://{source_id}.example/{number}",
        title=f"Episode {number}",
        show=source_id.title(),
        published=datetime(year, 5, 6, tzinfo=UTC),
    )
    document, _ = catalogue.record_discovered(item, now=NOW)
    person = catalogue.ensure_person(credit, source_id=source_id)
    catalogue.save_credits(document.id, (replace(credit, person_id=person.id),), now=NOW)
    claim = Attribution(
        method=Method.PAGE_CREDIT, confidence=0.9, person_id=person.id, roles=credit.roles
    )
    text = an_episode_text((None, "The chamber is checked twice."))
    turns = tuple(replace(turn, attribution=claim) for turn in text.turns)
    catalogue.save_text(
        replace(text, document_id=document.id, turns=turns, sha256=f"{number}"), now=NOW
    )
    return person, document


@pytest.fixture
def hales(archive):
    """One man, who is guest in one show and years later expert in another."""
    guest = Credit(name="Bo Hale", part="guest", description="Film armorer")
    expert = Credit(name="Bo J. Hale", roles=("firearms_examiner",), description="called in court")
    return heard(archive, 1, "quiet", guest), heard(archive, 2, "court", expert, year=2024)


def test_an_empty_archive_says_that_nobody_is_known(run):
    assert run().strip() == NOBODY
    assert json.loads(run("--json")) == []
    assert run("review").strip() == NO_PAIRS


def test_the_list_has_names_roles_documents_and_turns(run, hales):
    (one, _), (other, _) = hales
    lines = run().splitlines()
    assert len(lines) == 2
    assert one.id in lines[0]
    assert "Bo Hale     1 document, 1 turn  guest" in lines[0]
    assert "firearms examiner" in lines[1]
    listed = json.loads(run("--json"))
    assert [(each["person"], each["documents"], each["turns"]) for each in listed] == [
        (one.id, 1, 1),
        (other.id, 1, 1),
    ]
    assert listed[1]["roles"] == ["firearms_examiner"]


def test_one_man_shows_as_guest_then_and_expert_later(run, hales):
    (one, first), (other, second) = hales
    told = run("merge", one.id, other.id, "--by", "rae", "--why", "same voice")
    assert "1. " in told
    assert "onrecord people undo 1" in told
    shown = run("show", "hale")
    assert shown.index("2021-05-06  Quiet") < shown.index("2024-05-06  Court")
    assert "guest; 1 turn" in shown
    assert "credited: Film armorer" in shown
    assert "firearms examiner; 1 turn" in shown
    assert "also: Bo J. Hale" in shown
    assert "(rae, " in shown
    assert ": same voice)" in shown
    view = json.loads(run("show", other.id, "--json"))
    assert view["person"] == one.id
    assert [(each["document"], each["roles"]) for each in view["appearances"]] == [
        (first.id, ["guest"]),
        (second.id, ["firearms examiner"]),
    ]
    assert view["decisions"][0] | {"made": None} == {
        "event": "1",
        "kind": "merge",
        "person": one.id,
        "other": other.id,
        "documents": [],
        "before": None,
        "after": None,
        "by": "rae",
        "reason": "same voice",
        "made": None,
        "undone": None,
        "undone_by": None,
    }
    assert "undone by kim" in run("undo", "1", "--by", "kim")
    assert len(run().splitlines()) == 2


def test_pairs_are_offered_with_what_to_type(run, hales):
    (one, _), (other, _) = hales
    offered = run("review")
    assert "the same name, in different sources:" in offered
    assert f"onrecord people merge {one.id} {other.id}" in offered
    (pair,) = json.loads(run("review", "--json"))
    assert {pair["one"]["person"], pair["other"]["person"]} == {one.id, other.id}
    run("apart", one.id, other.id, "--why", "father and son")
    assert run("review").strip() == NO_PAIRS
    assert "are two people" in run("show", other.id)


def test_a_split_takes_beginnings_of_document_ids(run, archive, hales):
    (one, first), (other, second) = hales
    run("merge", one.id, other.id)
    run("split", one.id, second.id[:8], "--by", "rae")
    listed = json.loads(run("--json"))
    assert len(listed) == 2
    assert [each["documents"] for each in listed] == [1, 1]
    assert first.id in run("show", one.id)
    assert second.id not in run("show", one.id).split("decisions:")[0]


def test_a_person_is_renamed_and_found_by_both_names(run, hales):
    (one, _), _ = hales
    run("rename", one.id, "Robert Hale")
    assert json.loads(run("show", "robert", "--json"))["aliases"] == ["Bo Hale"]
    assert "renamed from Bo Hale to Robert Hale" in run("show", "Robert Hale")


def test_whoever_decides_is_the_user_unless_said_otherwise(run, hales, monkeypatch):
    (one, _), _ = hales
    monkeypatch.setattr("getpass.getuser", lambda: "kim")
    assert "(kim, " in run("rename", one.id, "Robert Hale")

    def nobody():
        raise KeyError("no such user")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert "(somebody, " in run("rename", one.id, "Rob Hale")
    assert "say by whom" in run("rename", one.id, "R. Hale", "--by", " ", fails=DecisionError)


def test_a_name_that_several_have_lists_them(run, archive, hales):
    (one, _), (other, _) = hales
    said = run("show", "Hale", fails=NotFoundError)
    assert f"Bo Hale ({one.id})" in said
    assert f"Bo J. Hale ({other.id})" in said
    assert "give the id" in said
    for number in range(20):
        archive.catalogue.ensure_person(Credit(name=f"Nell Hale {number}"), source_id="s")
    assert "and 12 more" in run("show", "nell", fails=NotFoundError)


@pytest.mark.parametrize(
    "named", ["", "nobody at all", "ffffffffffff", "x" * 5000, "\x00", "'; --"]
)
def test_who_is_not_there_is_named(run, hales, named):
    for command in (["show", named], ["rename", named, "A"], ["merge", named, "Bo Hale"]):
        assert len(run(*command, fails=OnRecordError)) < 400
    assert "see onrecord people" in run("undo", "7", fails=NotFoundError)


@pytest.mark.slow
def test_what_is_decided_reaches_search_quotes_and_documents(tmp_path):
    seeded = seed_archive(tmp_path)
    archive, register = seeded.archive, seeded.archive.register

    def told():
        publish(archive)
        answer = archive.ask("what was said about live rounds in a pocket")
        quoted = {hit.person.name for hit in answer.hits if "pocket" in hit.quote.exact}
        names = {person.name for person in archive.view(seeded.episode).people.values()}
        return quoted, names

    before = told()
    assert before == ({"Ines Okafor"}, {"Ines Okafor", "Nora Vale"})
    event = register.merge("Ola Brandt", "Okafor", Decider(author="rae"))
    assert told() == ({"Ola Brandt"}, {"Ola Brandt", "Nora Vale"})
    register.undo(event.id, Decider(author="rae"))
    assert told() == before
    register.rename("Ines Okafor", "Inés Okafor-Hale", Decider(author="rae"))
    assert told()[0] == {"Inés Okafor-Hale"}
    archive.close()


def test_a_voice_is_forgotten(run, archive, hales):
    (one, document), _ = hales
    voice = Voiceprint(
        person_id=one.id, document_id=document.id, label="Speaker 1", vector=(0.5,), seconds=30.0,
        made=NOW,
    )  # fmt: skip
    assert archive.catalogue.save_voiceprint(voice)
    assert "is forgotten" in run("forget-voice", one.id)
    assert archive.catalogue.voiceprints() == []
    assert not archive.catalogue.save_voiceprint(voice)


def test_control_characters_of_a_name_reach_no_terminal(run, archive):
    archive.catalogue.ensure_person(Credit(name="Bo \x1b[31mHale\u202e"), source_id="s")
    assert not {"\x1b", "\u202e"} & set(run())


@pytest.mark.parametrize(
    "command", ["show", "merge", "split", "rename", "review", "apart", "undo", "forget-voice"]
)
def test_every_command_teaches(command):
    printed = RUNNER.invoke(app, ["people", command, "--help"]).stdout
    assert "onrecord people" in printed
    assert "Usage" in printed
