"""`onrecord set` over a small invented archive: what a set remembers, and what it writes."""

from __future__ import annotations

import csv
import hashlib
import json

import pytest

from corpus.errors import QuoteSetError
from tests.seeded import publish
from tests.test_quote_commands import (  # noqa: F401
    RAE,
    RUNNER,
    WORDS,
    correct,
    forget_document,
    kept,
    rewrite,
    run,
    seeded,
)
from ui.cli import app
from ui.corrections import Corrections

QUESTION = "what did armorers say about live rounds"


def rows_of(folder):
    lines = (folder / "quotes.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_every_filter_is_remembered_and_used_when_the_question_is_put_again(run, seeded):  # noqa: F811
    publish(seeded.archive)
    options = ["--manner", "spoken", "--year", "2024", "--off", "role:armorer", "--kind",
               "episode", "--since", "2020-01-01", "--until", "2024-12-31", "--limit", "5",
               "--certainty", "agreed", "--certainty", "contested"]  # fmt: skip
    made = json.loads(run("set", "new", "a", "--question", QUESTION, *options, "--json"))
    assert made["quotes"] > 0
    assert made["filters"] == {
        "kind": ["episode"], "since": ["2020-01-01"], "until": ["2024-12-31"],
        "manners": ["spoken"], "certainties": ["two decodes agree", "contested words shown"],
        "years": ["2024"], "off": ["role:armorer"], "limit": ["5"],
    }  # fmt: skip
    assert made["query"]["roles"] == []  # switched off, though the question says it
    assert "Nothing has changed." in run("set", "diff", "a")
    copy = json.loads(run("set", "new", "b", "--from", "a", "--json"))
    assert (copy["filters"], copy["query"]) == (made["filters"], made["query"])


def test_a_certainty_that_is_none_is_refused(run):  # noqa: F811
    run("set", "new", "a", "--question", QUESTION, "--certainty", "very", exit_code=2)


def test_a_row_says_what_it_is_about_by_its_own_words(run, seeded):  # noqa: F811
    words = "a blank has no bullet at all"
    (row,) = json.loads(run("quote", "keep", seeded.episode, words, "--json"))
    assert row["terms"] == ["blank"]  # of the beat, as the words around it show
    assert "live_round" not in row["terms"]  # which stands before it, outside the quote
    (other,) = json.loads(run("quote", "keep", seeded.episode, "I am Nora Vale", "--json"))
    assert [other[kind] for kind in ("topics", "terms", "incidents", "rules")] == [[], [], [], []]


def test_a_row_has_the_evidence_of_who_spoke(run, seeded):  # noqa: F811
    Corrections(seeded.archive.catalogue, seeded.archive.vocabulary).name_turn(
        seeded.episode, "I saw a live round once", "Bo Hale", RAE
    )
    (row,) = json.loads(run("quote", "keep", seeded.episode, "I saw a live round once", "--json"))
    assert (row["person"], row["method"]) == ("Bo Hale", "human")
    assert any("rae" in each and "listened" in each for each in row["evidence"])
    assert row["corrected"]


def test_an_export_tells_every_kind_of_change_since(run, seeded, kept, tmp_path):  # noqa: F811
    run("set", "new", "rounds")
    names = ("Live rounds have no business on a set", "show it to the first assistant director")
    ids = [kept]
    for words in names:
        (row,) = json.loads(run("quote", "keep", seeded.episode, words, "--json"))
        ids.append(row["id"])
    run("set", "add", "rounds", *ids)
    run("set", "freeze", "rounds")
    first = json.loads(run("set", "show", "rounds", "--json"))
    correct(seeded, "armorer hands", "armorer passes")
    Corrections(seeded.archive.catalogue, seeded.archive.vocabulary).name_turn(
        seeded.episode, names[1], "Nora Vale", RAE
    )
    said = run("set", "export", "rounds", "--output", "out")
    assert "corrected; now “Only the armorer passes a gun to an actor.”" in said
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    changes = {each["id"]: each["changes"] for each in manifest["changes"]}
    assert changes[kept] == ["corrected"]
    assert changes[ids[2]] == ["re-attributed"]
    assert rows_of(tmp_path / "out") == first["rows"]  # the frozen picture, whatever came since
    assert manifest["counts"]["quotes"] == 3
    assert manifest["change_counts"] == {"corrected": 1, "re-attributed": 2}  # both of one turn
    for each in manifest["files"]:
        content = (tmp_path / "out" / each["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == each["sha256"]


@pytest.mark.parametrize("note", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "ネ=1 王"])
def test_a_hostile_note_is_a_formula_nowhere(run, kept, tmp_path, note):  # noqa: F811
    run("set", "new", "=cmd|' /C calc'!A0")
    run("set", "add", "=cmd|' /C calc'!A0", kept)
    run("set", "annotate", "--", "=cmd|' /C calc'!A0", kept, note)
    run("set", "export", "=cmd|' /C calc'!A0", "--output", "out")
    with (tmp_path / "out" / "quotes.csv").open(encoding="utf-8-sig", newline="") as opened:
        (row,) = csv.DictReader(opened)
    assert row["note"] == (note if note[0] == "ネ" else f"'{note}")
    assert rows_of(tmp_path / "out")[0]["note"] == note

    import pyarrow.parquet as pq

    (cell,) = pq.read_table(tmp_path / "out" / "quotes.parquet").column("note").to_pylist()
    assert cell == note


def test_sets_that_are_called_alike_are_told_apart(run, kept):  # noqa: F811
    run("set", "new", "Rounds")
    run("set", "new", "rounds")  # another name
    run("set", "add", "rounds", kept)
    assert "Rounds: 0 quotes" in run("set", "show", "Rounds")
    assert "rounds: 1 quote" in run("set", "show", "rounds")
    first = json.loads(run("set", "show", "Rounds", "--json"))["set"]
    run("set", "new", first)  # a name that is the id of another: the id is that one's
    assert json.loads(run("set", "show", first, "--json"))["name"] == "Rounds"
    assert "there is one" in run("set", "new", "rounds", fails=QuoteSetError)


def test_a_superseded_text_changes_no_frozen_export(run, seeded, kept, tmp_path):  # noqa: F811
    run("set", "new", "rounds")
    run("set", "add", "rounds", kept)
    run("set", "freeze", "rounds")
    rewrite(seeded, lambda text: text)
    run("set", "export", "rounds", "--output", "out.jsonl")
    (row,) = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert (row["revision"], row["exact"]) == (1, WORDS)
    forget_document(seeded)
    assert ": gone" in run("set", "export", "rounds", "--output", "gone")
    assert rows_of(tmp_path / "gone") == [row]


def test_an_ending_that_no_format_has_makes_no_folder(run, kept, tmp_path):  # noqa: F811
    run("set", "new", "rounds")
    run("set", "add", "rounds", kept)
    said = RUNNER.invoke(app, ["set", "export", "rounds", "--output", "rounds.foo"])
    assert said.exit_code == 2
    assert ".csl.json" in said.output
    assert not (tmp_path / "rounds.foo").exists()
    for name in ("rounds.2026", ".rounds"):
        run("set", "export", "rounds", "--output", name, "--format", "jsonl")
        assert (tmp_path / name / "quotes.jsonl").is_file()


def test_of_very_many_changes_the_first_are_told_and_all_are_counted(
    run,  # noqa: F811
    seeded,  # noqa: F811
    tmp_path,
    monkeypatch,
):
    monkeypatch.setattr("ui.kept.quotes.MOST_TOLD", 2)
    run("set", "new", "rounds")
    for words in ("Thank you, Nora", "Only the armorer", "Nobody else", "I am Nora Vale"):
        run("quote", "keep", seeded.episode, words, "--set", "rounds")
    forget_document(seeded)
    said = run("set", "export", "rounds", "--output", "out")
    assert said.count(": gone") == 2
    assert "… and 2 more: onrecord set diff tells all of them" in said
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert len(manifest["changes"]) == 2
    assert manifest["change_counts"] == {"gone": 4}
    assert manifest["counts"]["quotes"] == 4
