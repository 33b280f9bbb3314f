"""Corrections from the command line: what is typed, what is answered, what readers then see."""

from __future__ import annotations

import json
import re
from contextlib import nullcontext
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from corpus.schema import tables
from corpus.types import Span
from tests.seeded import NOW, publish, seed_archive
from ui import cli
from ui.commands import correction as correction_commands
from ui.page.transcripts import lay_out

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def shelf(tmp_path_factory):
    made = seed_archive(tmp_path_factory.mktemp("archive"))
    publish(made.archive)
    yield made
    made.archive.close()


@pytest.fixture
def seeded(shelf):
    """The archive without any correction: each test finds it as it was."""
    yield shelf
    catalogue = shelf.archive.catalogue
    with catalogue._database.writing() as connection:
        forgotten = connection.execute(tables.corrections.delete()).rowcount
        for document_id in (shelf.episode, shelf.article):
            catalogue._touch(connection, document_id, NOW)
    if forgotten:
        publish(shelf.archive)


@pytest.fixture
def run(seeded, monkeypatch, tmp_path):
    return runner(seeded, monkeypatch, tmp_path)


def runner(seeded, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for module in (cli, correction_commands):
        monkeypatch.setattr(module, "open_archive", lambda settings: nullcontext(seeded.archive))

    def call(*arguments, code=0):
        done = RUNNER.invoke(cli.app, list(arguments))
        told = done.output if done.exception is None else f"{done.output}{done.exception}"
        assert done.exit_code == code, told
        return told if code else done.stdout

    return call


def shown(run, document):
    return json.loads(run("show", document, "--json"))


def speakers(run, document):
    return [(turn["person"] or turn["label"]) for turn in shown(run, document)["turns"]]


def hits(run, question):
    return json.loads(run("ask", question, "--json"))["hits"]


def test_corrected_words_are_found_quoted_and_cited_and_the_wrong_ones_are_not(run, seeded):
    assert hits(run, '"nineteen years"')
    told = run(
        "correct", seeded.episode, "nineteen years", "twenty long winters", "--why", "listened"
    )
    assert "“nineteen years” is “twenty long winters”: listened" in told
    assert hits(run, '"nineteen years"') == []
    (hit,) = hits(run, '"twenty long winters"')
    assert hit["corrected"] is True
    assert "twenty long winters" in hit["quote"]
    assert "[corrected]. http" in hit["citation"]
    read = run("ask", '"twenty long winters"')
    assert "corrected by a person" in read
    assert "[corrected]" in read


def test_without_the_index_an_old_answer_is_not_given_as_if_it_stood(run, seeded):
    told = run("correct", seeded.episode, "nineteen years", "twenty winters", "--no-index")
    assert "the index follows" in told
    assert hits(run, '"nineteen years"') == []


def test_a_question_to_armorers_is_not_answered_by_somebody_who_is_none_any_more(run, seeded):
    question = "what did armorers say about who hands a gun to an actor"
    assert any("Nobody else" in hit["quote"] for hit in hits(run, question))
    words = "Only the armorer hands a gun"
    run("name", seeded.episode, "--turn", words, "--nobody", "--no-index")
    assert not any("Nobody else" in hit["quote"] for hit in hits(run, question))


def test_words_in_several_places_are_listed_with_how_to_choose(run, seeded):
    told = run("correct", seeded.episode, "a gun", "a rifle", code=1)
    assert "they stand in 3 places" in told
    times = re.findall(r"--nth \d  (\d\d:\d\d:\d\d)  …", told)
    assert len(times) == 3
    run("correct", seeded.episode, "a gun", "a pistol", "--nth", "2", "--no-index")
    run("correct", seeded.episode, "a gun", "a rifle", "--near", times[0], "--no-index")
    text = shown(run, seeded.episode)["text"]
    assert text.index("a rifle") < text.index("a pistol") < text.index("a gun")


@pytest.mark.parametrize(
    ("stands", "said", "told"),
    [
        ("no such words", "x", "these words do not stand in the text"),
        ("ine", "x", "these words do not stand"),
        ("nineteen  Years", "nineteen years", "it reads so already"),
        ("nineteen years", "x" * 6000, "6000 characters"),
        ("Call Sheet. Thank you", "x", "not words of one turn"),
        ("", "x", "these words do not stand"),
    ],
)
def test_what_cannot_be_corrected_is_explained(run, seeded, stands, said, told):
    assert told in run("correct", seeded.episode, stands, said, "--no-index", code=1)
    assert "nothing was corrected" in run("history", seeded.episode)


def test_a_second_correction_of_the_same_words_names_the_first_and_can_replace_it(run, seeded):
    run("correct", seeded.episode, "nineteen years", "ninety long years", "--by", "Ana",
        "--no-index")  # fmt: skip
    again = ("correct", seeded.episode, "long", "short", "--by", "Bo", "--no-index")
    assert "Ana corrected “nineteen years” to “ninety long years”" in run(*again, code=1)
    run(*again, "--replace")
    assert "an armorer for ninety short years." in shown(run, seeded.episode)["text"]
    made = json.loads(run("history", seeded.episode, "--json"))["corrections"]
    assert [(each["author"], each["words"]) for each in made] == [
        ("Ana", "ninety long years"),
        ("Bo", "ninety short years"),
    ]
    assert made[0]["revert_reason"] == f"replaced by {made[1]['correction']}"


def test_hostile_words_are_kept_literally_and_cannot_steer_a_terminal(run, seeded):
    run("correct", seeded.episode, "nineteen", "\x1b[31m<script>alert(1)</script>", "--no-index")
    assert "[31m<script>alert(1)</script> years" in shown(run, seeded.episode)["text"]
    assert "\x1b" not in run("show", seeded.episode)
    written = run("export", seeded.episode, "--format", "vtt")
    assert "<script>" not in written


def test_a_label_is_named_with_a_role_and_the_name_taken_away_again(run, seeded):
    run("name", seeded.episode, "Speaker 2", "Ola Brandt", "--role", "prop master", "--by", "Ana")
    turn = shown(run, seeded.episode)["turns"][-1]
    assert (turn["person"], turn["role"], turn["method"]) == (
        "Ola Brandt", "property master", "human",
    )  # fmt: skip
    assert turn["evidence"][0] == {
        "kind": "correction", "quote": "Ana", "start": None, "end": None, "url": None,
    }  # fmt: skip
    assert turn["corrected"] is True
    assert "named by a person (Ana)" in run("show", seeded.episode)
    assert "Ola Brandt is property master" in run("history", seeded.episode)
    (hit,) = [h for h in hits(run, "what did property masters say about a live round on a table")
              if h["person"] == "Ola Brandt" and h["manner"] == "spoken"]  # fmt: skip
    assert hit["evidence"][0]["kind"] == "correction"
    run("name", seeded.episode, "Speaker 2", "--nobody", "--no-index")
    assert speakers(run, seeded.episode)[-1] == "Speaker 2"


def test_a_person_who_is_known_is_the_one_who_is_meant(run, seeded):
    before = len(seeded.archive.catalogue.people())
    run("name", seeded.episode, "Speaker 2", "Okafor", "--no-index")
    assert speakers(run, seeded.episode)[-1] == "Ines Okafor"
    assert shown(run, seeded.episode)["turns"][-1]["role"] == "armorer"
    run("name", seeded.episode, "Speaker 2", "Somebody New", "--no-index")
    assert len(seeded.archive.catalogue.people()) == before + 1


def test_a_name_that_is_printed_is_corrected_wherever_it_stands(run, seeded):
    run("name", seeded.episode, "Nora Vale", "Mara Vale", "--no-index")
    assert [who for who in speakers(run, seeded.episode) if who == "Mara Vale"] == [
        "Mara Vale", "Mara Vale",
    ]  # fmt: skip


def test_one_turn_or_some_words_of_one_are_given_to_somebody(run, seeded):
    run("name", seeded.episode, "Nora Vale", "--turn", "Nobody else, on no day", "--no-index")
    assert speakers(run, seeded.episode)[3] == "Nora Vale"
    run("name", seeded.episode, "Nora Vale", "--words", "Thank you, Nora.", "--no-index")
    turns = shown(run, seeded.episode)["turns"]
    assert (turns[1]["exact"], turns[1]["person"]) == ("Thank you, Nora.", "Nora Vale")
    assert turns[2]["person"] == "Ines Okafor"
    assert turns[2]["exact"].startswith("I have been an armorer")


@pytest.mark.parametrize(
    "typed",
    [
        (), ("Speaker 2",), ("A", "B", "C"), ("A", "B", "--turn", "gun"), ("A", "B", "--nobody"),
        ("A", "--turn", "gun", "--nobody"), ("--nobody",),
    ],
)  # fmt: skip
def test_a_command_that_says_two_things_is_explained(run, seeded, typed):
    run("name", seeded.episode, *typed, code=2)


def test_an_unknown_label_role_or_person_changes_nothing(run, seeded):
    assert "“Speaker 2”" in run("name", seeded.episode, "Speaker 9", "Ola Brandt", code=1)
    assert "no such role" in run(
        "name", seeded.episode, "Speaker 2", "Ola Brandt", "--role", "wizard", code=1
    )
    assert "nobody" in run("name", seeded.episode, "Tom Aster", "--role", "armorer", code=1)
    assert "not a name" in run("name", seeded.episode, "Speaker 2", "?!", code=1)
    assert "nothing was corrected" in run("history", seeded.episode)


def test_verified_words_say_so(run, seeded):
    line = "I saw a live round once, on a table, beside the dummies."
    run("verify", seeded.episode, line, "--by", "Ana Ruiz")
    turn = shown(run, seeded.episode)["turns"][-1]
    assert (turn["certainty"], turn["verified_by"]) == ("checked by a person", "Ana Ruiz")
    assert turn["corrected"] is False
    found = [hit for hit in hits(run, "a live round once on a table") if line in hit["quote"]]
    assert found[0]["certainty"] == "checked by a person"
    run("verify", seeded.episode, "--all", "--no-index")
    assert {t["certainty"] for t in shown(run, seeded.episode)["turns"]} == {"checked by a person"}
    run("verify", seeded.episode, code=2)
    run("verify", seeded.episode, "words", "--all", code=2)


def test_contested_words_are_shown(run, seeded):
    assert "⟨rattles|?⟩" in run("show", seeded.episode)
    turns = shown(run, seeded.episode)["turns"]
    assert turns[1]["certainty"] == "contested words shown"
    (hit,) = [h for h in hits(run, "a dummy round rattles when you shake it") if h["contested"]]
    assert hit["contested"] == ["rattles"]
    run("correct", seeded.episode, "round rattles", "round clatters", "--no-index")
    assert "⟨" not in run("show", seeded.episode)


def test_what_is_reverted_is_as_it_was_and_stays_in_the_history(run, seeded):
    before = shown(run, seeded.episode)
    wrong = ("correct", seeded.episode, "nineteen years", "ninety long years", "--by", "Ana")
    run(*wrong, "--no-index")
    run("name", seeded.episode, "Speaker 2", "Ola Brandt", "--by", "Ana", "--no-index")
    for each in json.loads(run("history", seeded.episode, "--json"))["corrections"]:
        run("revert", each["correction"][:8], "--by", "Bo", "--why", "misheard",
            "--no-index")  # fmt: skip
    assert shown(run, seeded.episode) == before
    told = run("history", seeded.episode)
    assert told.count("by Bo: misheard)") == 2
    assert "Speaker 2 is Ola Brandt" in told
    run("index")
    assert hits(run, '"nineteen years"')


def test_exports_have_the_corrected_words_and_say_so(run, seeded):
    run("correct", seeded.episode, "nineteen years", "ninety years", "--by", "Ana", "--no-index")
    for form in ("vtt", "srt", "txt", "json"):
        written = run("export", seeded.episode, "--format", form)
        assert "ninety years" in " ".join(written.split())
        assert "With 1 correction by Ana." in written or form in ("srt", "json")
    told = json.loads(run("export", seeded.episode, "--format", "json"))
    (applied,) = told["corrections"]["applied"]
    assert told["text"][applied["start"] : applied["end"]].startswith("ninety years")
    assert told["corrections"]["stale"] == []


def test_links_stay_where_they_were_and_open_the_corrected_words(run, seeded):
    archive = seeded.archive
    canonical = archive.catalogue.text(seeded.episode).content
    start = canonical.index("A dummy round")
    place = Span(start, start + len("A dummy round"))
    before = archive.quote(seeded.episode, place)
    run("correct", seeded.episode, "nineteen years", "nine and a half long years", "--no-index")
    after = archive.quote(seeded.episode, place)
    assert after.permalink == before.permalink
    assert after.quote.exact == "A dummy round"
    view = archive.view(seeded.episode)
    laid = lay_out(view, archive.vocabulary.print_role)
    word = next(each for each in laid["words"] if each[0] == "rattles")
    assert canonical[word[3] : word[4]] == "rattles"
    assert laid["doubts"][laid["words"].index(word)] == "two decodes have different words here"
    assert [turn["corrected"] for turn in laid["turns"]][:2] == [False, True]
    drawn = " ".join(each[0] for each in laid["words"])
    assert "nine and a half long years." in drawn


def test_an_article_keeps_its_paragraphs_when_words_are_struck_out(run, seeded):
    run("correct", seeded.article, "The rehearsal used rubber guns.", "", "--no-index")
    laid = lay_out(seeded.archive.view(seeded.article), seeded.archive.vocabulary.print_role)
    assert [block["paragraph"] for block in laid["blocks"]] == [1, 2]
    canonical = seeded.archive.catalogue.text(seeded.article).content
    start = canonical.index("The inquiry goes on")
    citation = seeded.archive.quote(seeded.article, Span(start, start + 19))
    assert citation.locator == "paragraph 2"


def test_a_paraphrase_that_was_corrected_stays_one(run, seeded):
    run("correct", seeded.article, "nobody had counted", "somebody had counted")
    read = run("ask", '"somebody had counted"')
    assert "[paraphrase]" in read
    assert "“The property master" not in read


def test_corrections_whose_place_is_gone_are_listed(monkeypatch, tmp_path):
    seeded = seed_archive(tmp_path / "archive")
    run = runner(seeded, monkeypatch, tmp_path)
    run("correct", seeded.episode, "nineteen years", "ninety years", "--by", "Ana", "--no-index")
    catalogue = seeded.archive.catalogue
    text = catalogue.text(seeded.episode)
    other = text.content.replace("nineteen years", "thirteen years")
    catalogue.save_text(replace(text, content=other, sha256="f" * 64), now=NOW)
    told = shown(run, seeded.episode)
    assert [each["exact"] for each in told["corrections"]["stale"]] == ["nineteen years"]
    assert "thirteen years" in told["text"]
    assert "no longer applies" in run("show", seeded.episode)
    seeded.archive.close()
