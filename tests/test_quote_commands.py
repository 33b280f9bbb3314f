"""`onrecord quote` and `onrecord set` over a small invented archive."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from corpus.errors import NotFoundError, QuoteError, QuoteSetError
from corpus.types import Method, Span, Stage
from tests.seeded import NOW, publish, seed_archive
from ui.cli import app
from ui.commands import quotes as quote_commands
from ui.commands import sets as set_commands
from ui.corrections import Corrections
from ui.kept.quotes import Quotes
from ui.printing.quotes import NO_QUOTES, NO_SETS
from ui.register import Decider

RUNNER = CliRunner()
WORDS = "Only the armorer hands a gun to an actor."
OTHER = "Live rounds have no business on a set"
RAE = Decider(author="rae", reason="listened")


@pytest.fixture
def seeded(tmp_path):
    made = seed_archive(tmp_path / "data")
    with made.archive:
        yield made


@pytest.fixture
def run(seeded, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for commands in (quote_commands, set_commands):
        monkeypatch.setattr(commands, "open_archive", lambda settings: nullcontext(seeded.archive))

    def call(*arguments, fails=None, exit_code=0):
        done = RUNNER.invoke(app, [*arguments])
        if fails:
            assert isinstance(done.exception, fails), done.output
            return str(done.exception)
        assert done.exit_code == exit_code, (done.output, done.exception)
        return done.stdout

    return call


@pytest.fixture
def kept(run, seeded):
    """The id of a kept quote."""
    (row,) = json.loads(run("quote", "keep", seeded.episode, WORDS, "--by", "rae", "--json"))
    return row["id"]


def correct(seeded, stands, right):
    catalogue, vocabulary = seeded.archive.catalogue, seeded.archive.vocabulary
    return Corrections(catalogue, vocabulary).correct(seeded.episode, stands, right, RAE)


def rewrite(seeded, change):
    """Give the episode a new text."""
    catalogue = seeded.archive.catalogue
    text = change(catalogue.text(seeded.episode))
    catalogue.save_text(replace(text, sha256="another"), now=NOW)
    catalogue.advance(seeded.episode, to=Stage.READY, now=NOW)


def forget_document(seeded):
    """Take the episode out of the archive, as an operator does by hand."""
    with seeded.archive.catalogue._database.writing() as connection:
        for table in ("sightings", "media", "appearances", "corrections", "texts"):
            connection.exec_driver_sql(
                f"DELETE FROM {table} WHERE document_id = ?", (seeded.episode,)
            )
        connection.exec_driver_sql("DELETE FROM documents WHERE id = ?", (seeded.episode,))


# ── keeping ──────────────────────────────────────────────────────────────────────────────────


def test_nothing_kept_and_no_set_says_what_to_type(run):
    assert run("quote", "list").strip() == NO_QUOTES
    assert run("set", "list").strip() == NO_SETS
    assert json.loads(run("quote", "list", "--json")) == []


def test_a_kept_quote_has_every_field(run, seeded):
    note = "the rule in one sentence"
    kept = run("quote", "keep", seeded.episode, WORDS, "--note", note, "--by", "rae", "--json")
    (row,) = json.loads(kept)
    assert row["exact"] == WORDS
    assert (row["person"], row["standing"], row["role"]) == ("Ines Okafor", "armorer", ["armorer"])
    assert (row["manner"], row["method"]) == ("spoken", "page credit")
    assert (row["show"], row["title"]) == ("The Call Sheet", "Cold Gun, Warm Chamber")
    assert row["date"] == "2024-03-09"
    assert row["end_ms"] > row["start_ms"] > 0
    assert row["media_sha256"]
    assert row["certainty"]
    assert row["note"] == note
    assert row["permalink"].endswith(f"document={seeded.episode}&t={row['start_ms'] / 1000:.2f}")
    assert row["kept_by"] == "rae"
    assert row["hosts"] == ["Nora Vale"]
    assert row["topics"]
    assert {"terms", "incidents", "rules", "evidence", "heard"} <= set(row)


def test_the_same_quote_kept_twice_is_one(run, seeded, kept):
    (again,) = json.loads(run("quote", "keep", seeded.episode, WORDS, "--json"))
    assert again["id"] == kept
    assert len(json.loads(run("quote", "list", "--json"))) == 1
    assert kept in run("quote", "list", "--document", seeded.episode)


def test_words_of_two_turns_are_no_quote(run, seeded):
    across = "a gun to an actor? Only the armorer"
    said = run("quote", "keep", seeded.episode, across, fails=QuoteError)
    assert "not inside one turn of the text" in said
    assert "choose words of one speaker" in said
    assert run("quote", "list").strip() == NO_QUOTES


@pytest.mark.parametrize("words", ["", "   ", "\n"])
def test_no_words_are_no_quote(run, seeded, words):
    assert "zero length" in run("quote", "keep", seeded.episode, words, fails=QuoteError)


def test_a_span_of_no_words_is_said_to_be_of_zero_length(run, seeded):
    said = run("quote", "keep", seeded.episode, "--span", "5", "5", fails=QuoteError)
    assert "zero length" in said


@pytest.mark.parametrize(("start", "end"), [(5, 5), (9, 3), (0, 999_999), (-1, 4)])
def test_a_span_that_is_none_is_no_quote(run, seeded, start, end):
    options = ["--span", str(start), str(end)]
    run("quote", "keep", seeded.episode, *options, fails=QuoteError)


def test_words_that_do_not_stand_there_are_no_quote(run, seeded):
    said = run("quote", "keep", seeded.episode, "nobody said this", fails=QuoteError)
    assert "do not stand in the text" in said


def test_words_that_stand_twice_ask_which(run, seeded):
    said = run("quote", "keep", seeded.episode, "a gun to an actor", fails=QuoteError)
    assert "--nth 2" in said
    run("quote", "keep", seeded.episode, "a gun to an actor", "--nth", "2")


def test_a_superseded_revision_is_named(run, seeded):
    rewrite(seeded, lambda text: text)
    said = run("quote", "keep", seeded.episode, WORDS, "--revision", "1", fails=QuoteError)
    assert "revision 1" in said
    assert "superseded by revision 2" in said
    run("quote", "keep", seeded.episode, WORDS, "--revision", "2")


def test_a_revision_that_never_was_is_named(run, seeded):
    said = run("quote", "keep", seeded.episode, WORDS, "--revision", "9", fails=QuoteError)
    assert "no such text" in said


def test_a_quote_that_is_not_kept_is_not_found(run):
    run("quote", "show", "abcdef", fails=NotFoundError)


def test_a_shown_quote_has_its_citations(run, kept):
    shown = run("quote", "show", kept)
    assert f"“{WORDS}”" in shown
    assert "Vale, N. (Host). (2024, March 9). Cold Gun, Warm Chamber [Audio podcast" in shown
    assert "(Vale, 2024, 00:00:" in shown
    assert "as it was kept" in shown
    citations = json.loads(run("quote", "show", kept, "--json"))["citations"]
    assert set(citations) == {"apa", "chicago", "mla", "ap"}


# ── then and now ─────────────────────────────────────────────────────────────────────────────


def test_a_quote_that_stands_is_verified(run, kept):
    assert "as it was kept" in run("quote", "verify", kept)


def test_corrected_words_are_told_with_what_is_read_now(run, seeded, kept):
    correct(seeded, "armorer hands", "armorer passes")
    said = run("quote", "verify", exit_code=1)
    assert "corrected; now “Only the armorer passes a gun to an actor.”" in said
    assert f"“{WORDS}”" in run("quote", "show", kept)


def test_another_speaker_is_told(run, seeded, kept):
    by = Decider(author="rae")
    Corrections(seeded.archive.catalogue, seeded.archive.vocabulary).name_turn(
        seeded.episode, WORDS, "Nora Vale", by
    )
    said = run("quote", "verify", kept, exit_code=1)
    assert "re-attributed; now Nora Vale" in said


def test_a_merge_of_people_is_no_other_speaker_but_another_name(run, seeded, kept):
    catalogue = seeded.archive.catalogue
    from corpus.types import Credit

    other = catalogue.ensure_person(Credit(name="I. Okafor"), source_id="elsewhere")
    mine = next(each for each in catalogue.people() if each.name == "Ines Okafor")
    catalogue.merge(other.id, mine.id, author="rae", reason=None, now=NOW)
    said = run("quote", "verify", kept, exit_code=1)
    assert "renamed; now I. Okafor" in said
    assert "re-attributed" not in said


def rename(seeded, name, to):
    catalogue = seeded.archive.catalogue
    person = next(each for each in catalogue.people() if each.name == name)
    catalogue.rename(person.id, to, author="rae", reason=None, now=NOW)


def test_lists_and_citations_have_the_present_name_with_the_kept_one_noted(run, seeded, kept):
    rename(seeded, "Ines Okafor", "Inés Okafor-Vale")
    for command in (("quote", "list"), ("quote", "show", kept)):
        said = run(*command)
        assert "Inés Okafor-Vale, " in said
        assert "renamed since it was kept; as kept: Ines Okafor" in said
    shown = json.loads(run("quote", "show", kept, "--json"))
    assert shown["citations"]["ap"].startswith("Inés Okafor-Vale, armorer, on “The Call Sheet”")
    assert (shown["person"], shown["kept_speaker"]) == ("Inés Okafor-Vale", "Ines Okafor")
    assert (shown["id"], shown["changes"]) == (kept, ["renamed"])


def test_a_set_that_is_not_frozen_has_what_is_true_now_and_a_frozen_one_the_picture(
    run, seeded, kept, tmp_path
):
    for name in ("open", "closed"):
        run("set", "new", name)
        run("set", "add", name, kept)
    run("set", "freeze", "closed")
    correct(seeded, "armorer hands", "armorer passes")
    rename(seeded, "Ines Okafor", "Inés Okafor-Vale")
    now = WORDS.replace("hands", "passes")
    said = run("set", "show", "open")
    assert f"Inés Okafor-Vale, The Call Sheet, 00:00:35: “{now}”" in said
    assert f"corrected since it was kept; as kept: “{WORDS}”" in said
    assert "as kept: Ines Okafor" in said
    assert "Inés" not in run("set", "show", "closed")
    run("set", "new", "late", "--from", "open")
    frozen = run("set", "freeze", "late")
    assert "Frozen as they were kept" in frozen
    assert f"corrected; now “{now}”; renamed; now Inés Okafor-Vale" in frozen
    for name in ("open", "closed"):
        run("set", "export", name, "--output", name)
    (line,) = (tmp_path / "open/quotes.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert (row["exact"], row["kept_exact"], row["corrected"]) == (now, WORDS, True)
    assert (row["person"], row["kept_speaker"]) == ("Inés Okafor-Vale", "Ines Okafor")
    assert row["changes"] == ["corrected", "renamed"]
    for ending in ("md", "ris", "bib", "csl.json"):
        written = (tmp_path / f"open/quotes.{ending}").read_text(encoding="utf-8")
        assert "as kept: Ines Okafor" in written, ending
        assert now in written, ending
        before = (tmp_path / f"closed/quotes.{ending}").read_text(encoding="utf-8")
        assert "as kept:" not in before, ending
        assert WORDS in before, ending
        assert "Inés" not in before, ending


def test_a_new_text_with_the_same_words_keeps_the_quote(run, seeded, kept):
    def later(text):
        first = text.turns[0]
        content = "Hm. " + text.content
        turns = [replace(first, span=Span(0, first.span.end + 4))]
        turns += [
            replace(each, span=Span(each.span.start + 4, each.span.end + 4))
            for each in text.turns[1:]
        ]
        return replace(text, content=content, turns=tuple(turns), timings=())

    rewrite(seeded, later)
    assert "as it was kept" in run("quote", "verify", kept)


def test_words_that_are_gone_from_the_text_are_stale(run, seeded, kept):
    def other(text):
        content = text.content.replace(WORDS, "x" * len(WORDS))
        return replace(text, content=content)

    rewrite(seeded, other)
    assert "stale" in run("quote", "verify", kept, exit_code=1)


def test_a_quote_outlives_its_document(run, seeded, kept):
    forget_document(seeded)
    assert "gone" in run("quote", "verify", exit_code=1)
    assert f"“{WORDS}”" in run("quote", "show", kept)


# ── sets ─────────────────────────────────────────────────────────────────────────────────────


def test_a_set_is_ordered_annotated_and_frozen(run, seeded, kept, tmp_path):
    run("set", "new", "rounds", "--by", "rae")
    (other,) = json.loads(run("quote", "keep", seeded.episode, OTHER, "--set", "rounds", "--json"))
    run("set", "add", "rounds", kept)
    run("set", "move", "rounds", kept, "1")
    run("set", "annotate", "rounds", kept, "first")
    rows = json.loads(run("set", "show", "rounds", "--json"))["rows"]
    assert [(row["id"], row["note"]) for row in rows] == [(kept, "first"), (other["id"], None)]
    frozen = json.loads(run("set", "freeze", "rounds", "--json"))
    assert len(frozen["frozen_as"]) == 64
    for command in (["add", "rounds", kept], ["move", "rounds", kept, "2"],
                    ["remove", "rounds", kept], ["annotate", "rounds", kept, "x"],
                    ["freeze", "rounds"]):  # fmt: skip
        assert "it is frozen as" in run("set", *command, fails=QuoteSetError)
    assert frozen["set"] in run("set", "show", frozen["frozen_as"][:12])
    run("set", "new", "copy", "--from", "rounds")
    run("set", "remove", "copy", kept)
    assert "1 quote" in run("set", "show", "copy")


def test_the_same_contents_freeze_to_the_same_id(run, kept):
    for name in ("one", "two", "three"):
        run("set", "new", name)
        run("set", "add", name, kept)
    run("set", "annotate", "three", kept, "a note")
    ids = [
        json.loads(run("set", "freeze", name, "--json"))["frozen_as"]
        for name in ("one", "two", "three")
    ]
    assert ids[0] == ids[1] != ids[2]


def test_an_empty_set_cannot_be_frozen_and_no_name_is_given_twice(run):
    run("set", "new", "rounds")
    assert "it is empty" in run("set", "freeze", "rounds", fails=QuoteSetError)
    assert "there is one" in run("set", "new", "rounds", fails=QuoteSetError)
    assert "no name" in run("set", "new", "  ", fails=QuoteSetError)


def test_a_quote_that_a_set_holds_is_not_forgotten(run, kept):
    run("set", "new", "rounds")
    run("set", "add", "rounds", kept)
    run("quote", "forget", kept, fails=QuoteSetError)
    run("set", "remove", "rounds", kept)
    run("quote", "forget", kept)
    assert run("quote", "list").strip() == NO_QUOTES


def test_a_set_remembers_its_question_and_tells_what_is_new(run, seeded):
    publish(seeded.archive)
    question = "what did armorers say about live rounds"
    made = json.loads(run("set", "new", "rounds", "--question", question, "--json"))
    assert made["quotes"] > 0
    assert made["question"] == question
    assert made["query"]["roles"] == ["armorer"]
    assert made["generation"]
    assert made["models"] == ["words-1"]
    assert made["vocabulary"]
    assert "Nothing has changed." in run("set", "diff", "rounds")
    first = json.loads(run("set", "show", "rounds", "--json"))["rows"][0]["id"]
    run("set", "remove", "rounds", first)
    (new,) = json.loads(run("set", "diff", "rounds", "--json"))
    assert (new["id"], new["changes"]) == (first, ["new"])
    assert "Nothing has changed." in run("set", "diff", "rounds", "--no-ask")


def test_a_set_with_a_deleted_document_is_exported_as_it_was_kept(run, seeded, kept, tmp_path):
    run("set", "new", "rounds")
    run("set", "add", "rounds", kept)
    frozen = json.loads(run("set", "freeze", "rounds", "--json"))["frozen_as"]
    forget_document(seeded)
    said = run("set", "export", "rounds", "--output", str(tmp_path / "out"))
    assert f"{kept}" in said
    assert ": gone" in said
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["frozen_as"] == frozen
    assert manifest["changes"][0]["changes"] == ["gone"]
    assert len(manifest["files"]) == 9
    assert WORDS in (tmp_path / "out" / "quotes.jsonl").read_text()


def test_an_export_to_one_file_has_its_manifest_beside_it(run, kept, tmp_path):
    run("set", "new", "rounds")
    run("set", "add", "rounds", kept)
    run("set", "export", "rounds", "--output", "mine.csv")
    manifest = json.loads((tmp_path / "mine.csv.manifest.json").read_text())
    assert [each["name"] for each in manifest["files"]] == ["mine.csv"]
    assert "no such format" in run(
        "set", "export", "rounds", "--output", "x", "--format", "xls", fails=QuoteSetError
    )


def test_a_hit_is_kept_as_it_stands(seeded):
    publish(seeded.archive)
    hit = seeded.archive.ask("what did armorers say about live rounds").hits[0]
    quotes = Quotes(seeded.archive)
    kept = quotes.keep_quote(hit.quote, author="rae")
    assert kept.quote.exact == hit.quote.exact
    assert kept.quote.attribution.method is Method.PAGE_CREDIT
    assert "live_ammunition" in kept.topics or kept.topics
