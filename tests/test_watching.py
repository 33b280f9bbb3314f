"""Saved searches from end to end: watch, run, deliver; then only what is new."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from corpus.errors import DeliveryError, NotFoundError, StoreError
from corpus.types import Method, Run, Span, Turn
from tests.seeded import LIVE, NOW, Line, open_empty, publish, seed_archive, seed_article
from tests.test_deliveries import Hook, assert_is_atom
from ui.answers import AskFilters
from ui.cli import app
from ui.watches.watching import Watching, deliver_all
from ui.withdrawing import Withdrawing

QUESTION = "what did armorers say about live rounds"
NEW = "Live rounds never came near my truck, and they never will."
RUN = Run(id="r", started=NOW, finished=NOW)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """An archive that is made once; each test has a copy."""
    made = seed_archive(tmp_path_factory.mktemp("watching") / "data")
    publish(made.archive)
    made.archive.close()
    return made


@pytest.fixture
def seeded(template, tmp_path):
    shutil.copytree(template.archive.settings.data_dir, tmp_path / "data")
    with open_empty(tmp_path / "data") as archive:
        yield replace(template, archive=archive)


@pytest.fixture
def hook():
    opened = Hook()
    yield opened
    opened.close()


def watch(seeded, *addresses, question=QUESTION, **more):
    filters = more.pop("filters", AskFilters())
    return Watching(seeded.archive).add(
        question, filters, [str(each) for each in addresses], author="rae", **more
    )


def deliver(seeded):
    output = io.StringIO()
    found = deliver_all(seeded.archive, RUN, output=output)
    return [(each.address.split(":")[0], each.quotes, each.error) for each in found], output


def add_an_armorer(seeded, words=NEW, number=9):
    line = Line(words, "Bo Hale", "armorer")
    url = f"https://slate.example/articles/{number}"
    seed_article(seeded.archive, title=f"Trucks {number}", lines=(line,), url=url)


def test_new_quotes_arrive_once_everywhere(seeded, tmp_path, hook):
    feed, lines = tmp_path / "rounds.atom", tmp_path / "rounds.jsonl"
    added = watch(seeded, "-", feed, lines, hook.address)
    assert added.answering == 1
    served, output = deliver(seeded)
    assert served == [("1", 1, None), ("2", 1, None), ("3", 1, None), ("4", 1, None)]
    assert LIVE in " ".join(output.getvalue().split())
    assert len(assert_is_atom(feed)) == len(lines.read_text().splitlines()) == len(hook.got) == 1

    assert deliver(seeded)[0] == []

    add_an_armorer(seeded)
    publish(seeded.archive)
    served, output = deliver(seeded)
    assert served == [("1", 1, None), ("2", 1, None), ("3", 1, None), ("4", 1, None)]
    assert NEW in output.getvalue()
    assert LIVE not in " ".join(output.getvalue().split())
    assert NEW in hook.got[1]["message"]
    assert LIVE not in " ".join(hook.got[1]["message"].split())
    assert len(assert_is_atom(feed)) == len(lines.read_text().splitlines()) == 2
    assert deliver(seeded)[0] == []


def test_what_is_there_already_can_be_left_out(seeded, tmp_path):
    watch(seeded, "-", from_now=True)
    assert deliver(seeded)[0] == []
    add_an_armorer(seeded)
    publish(seeded.archive)
    assert deliver(seeded)[0] == [("1", 1, None)]
    # An address that comes later gets what it was not spared.
    watch(seeded, tmp_path / "a.txt")
    assert deliver(seeded)[0] == [("2", 2, None)]


def test_the_same_words_elsewhere_are_not_new(seeded):
    watch(seeded, "-")
    deliver(seeded)
    add_an_armorer(seeded, LIVE)
    publish(seeded.archive)
    assert deliver(seeded)[0] == []


def test_a_text_that_moves_the_words_makes_nothing_new(seeded):
    watch(seeded, "-")
    deliver(seeded)
    catalogue = seeded.archive.catalogue
    text = catalogue.text(seeded.episode)
    ahead = "An announcement that was not there before. "
    moved = tuple(
        replace(turn, span=Span(turn.span.start + len(ahead), turn.span.end + len(ahead)))
        for turn in text.turns
    )
    first = Turn(
        span=Span(0, len(ahead)),
        manner=moved[0].manner,
        attribution=replace(moved[0].attribution, method=Method.NONE, person_id=None),
    )
    later = replace(
        text, content=ahead + text.content, turns=(first, *moved), timings=(), sha256="later"
    )
    catalogue.save_text(later, now=NOW)
    publish(seeded.archive)
    assert catalogue.document(seeded.episode).revision == 2
    assert len(seeded.archive.ask(QUESTION).hits) == 1
    assert deliver(seeded)[0] == []


def test_an_address_that_fails_gets_what_it_missed_and_the_others_nothing_twice(seeded, hook):
    watch(seeded, "-", hook.address)
    hook.status = 500
    ((_, sent, none), (number, quotes, error)) = deliver(seeded)[0]
    assert (sent, none, number, quotes) == (1, None, "2", 0)
    assert "cannot deliver: json://***" in error
    kept = seeded.archive.catalogue.watches()[0].addresses
    assert (kept[0].failed, kept[1].failed) == (None, error)
    add_an_armorer(seeded)
    publish(seeded.archive)
    hook.status = 200
    assert deliver(seeded)[0] == [("1", 1, None), ("2", 2, None)]
    assert seeded.archive.catalogue.watches()[0].addresses[1].failed is None
    assert deliver(seeded)[0] == []


def test_an_address_that_fails_is_tried_once_a_run_and_holds_nobody_up(seeded, hook, monkeypatch):
    monkeypatch.setattr("ui.watches.watching.SECONDS", 0.2)
    hook.stall.clear()
    watch(seeded, hook.address)
    watch(seeded, hook.address, "-", question="live round on a table")
    served, output = deliver(seeded)
    assert [error and error[:40] for _, _, error in served] == [
        "cannot deliver: json://***: it takes too",
        "it failed a moment ago for another saved",
        None,
    ]
    assert "beside the dummies" in output.getvalue()


def test_a_search_that_cannot_be_asked_any_more_does_not_silence_the_others(seeded, monkeypatch):
    watch(seeded, "-")
    watch(seeded, "-", question="rubber guns")
    ask = type(seeded.archive).ask

    def asked(self, question, filters=None):
        if question == QUESTION:
            raise NotFoundError("role", cause="no such role, token=abcdef")
        return ask(self, question, filters)

    monkeypatch.setattr(type(seeded.archive), "ask", asked)
    (first, second) = deliver(seeded)[0]
    assert "no such role, token=***" in first[2]
    assert second == ("1", 1, None)


def test_nothing_that_ask_refuses_is_sent(seeded, tmp_path):
    watch(seeded, "-", tmp_path / "a.atom", question="helicopters over the lagoon at dawn")
    served, output = deliver(seeded)
    assert served == []
    assert output.getvalue() == ""
    assert assert_is_atom(tmp_path / "a.atom") == []  # a reader can subscribe


def test_more_than_eight_answers_arrive_and_a_letter_has_an_end(seeded, monkeypatch):
    for number in range(12):
        add_an_armorer(seeded, f"Live rounds stay {number * 11} miles away from stage {number}.",
                       number=100 + number)  # fmt: skip
    publish(seeded.archive)
    monkeypatch.setattr("ui.watches.watching.MOST_SENT", 10)
    watch(seeded, "-")
    (served,), output = deliver(seeded)
    assert served == ("1", 10, None)
    assert "3 more are due next time." in output.getvalue()
    assert deliver(seeded)[0] == [("1", 3, None)]


def test_a_kill_between_sending_and_noting_doubles_nothing_in_files(seeded, tmp_path, monkeypatch):
    feed, lines = tmp_path / "rounds.atom", tmp_path / "rounds.jsonl"
    watch(seeded, feed, lines)
    kind = type(seeded.archive.catalogue)
    with monkeypatch.context() as patch:

        def gone(*_, **__):
            raise KeyboardInterrupt

        patch.setattr(kind, "save_sent", gone)
        with pytest.raises(KeyboardInterrupt):
            deliver(seeded)
    assert len(assert_is_atom(feed)) == 1
    assert deliver(seeded)[0] == [("1", 1, None), ("2", 1, None)]
    assert len(assert_is_atom(feed)) == len(lines.read_text().splitlines()) == 1


def test_a_catalogue_that_cannot_be_read_is_reported(seeded, monkeypatch):
    def locked(_):
        raise StoreError("catalogue", cause="database is locked")

    monkeypatch.setattr(type(seeded.archive.catalogue), "watches", locked)
    (only,) = deliver_all(seeded.archive, RUN)
    assert "locked" in only.error


def test_a_withdrawn_document_leaves_the_feed_at_once(seeded, tmp_path):
    feed = tmp_path / "rounds.atom"
    watch(seeded, feed)
    deliver(seeded)
    assert len(assert_is_atom(feed)) == 1
    Withdrawing(seeded.archive).withdraw(
        seeded.episode, author="rae", reason="asked for", progress=lambda *_: None
    )
    assert assert_is_atom(feed) == []
    assert "Okafor" not in feed.read_text()
    assert deliver(seeded)[0] == []


def test_a_search_for_nothing_or_with_an_unknown_filter_is_refused(seeded):
    with pytest.raises(NotFoundError, match="asks for nothing"):
        watch(seeded, question="  ")
    with pytest.raises(NotFoundError):
        watch(seeded, filters=AskFilters(roles=("astronaut",)))
    with pytest.raises(DeliveryError):
        watch(seeded, "bogus://x")
    assert Watching(seeded.archive).watches() == []
    added = watch(seeded, question="", filters=AskFilters(speakers=("Ines Okafor",)))
    assert added.answering >= 1


# ── commands ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def run(seeded, monkeypatch):
    monkeypatch.setattr("ui.commands.watches.open_archive", lambda _: seeded.archive)
    return lambda *words: CliRunner().invoke(app, list(words))


def test_commands_save_list_try_and_forget(seeded, run, hook, tmp_path):
    said = run("watch", QUESTION, "--to", hook.address, "--to", str(tmp_path / "a.atom"),
               "--speaker", "Okafor", "--by", "rae")  # fmt: skip
    assert said.exit_code == 0, said.output
    assert "1 quote answers now; they go out after the next run" in said.stdout
    assert "only speakers: Okafor" in said.stdout
    (found,) = json.loads(run("watches", "--json").stdout)
    assert found["question"] == QUESTION
    assert found["filters"] == {"speakers": ["Okafor"]}
    assert [each["address"] for each in found["addresses"]] == [
        "json://***",
        str(tmp_path / "a.atom"),
    ]
    tried = run("watch", "--test", found["watch"][:4])
    assert tried.exit_code == 0
    assert "1: json://***: works" in tried.stdout
    hook.status = 500
    tried = run("watch", "--test", found["watch"])
    assert tried.exit_code == 1
    assert "cannot deliver" in tried.stdout
    assert run("unwatch", found["watch"], "--address", "1").exit_code == 0
    assert "json" not in run("watches").stdout
    assert run("unwatch", found["watch"]).exit_code == 0
    assert "No searches are saved" in run("watches").stdout
    assert seeded.archive.catalogue.watches() == []
    for each in (said, tried):
        assert "s3cretpw" not in each.output
        assert "T0KEN" not in each.output


def test_who_saves_a_secret_where_others_can_read_it_is_told(seeded, run, hook):
    file = seeded.archive.settings.data_dir / "catalogue.sqlite"
    file.chmod(0o644)
    assert "chmod 600" not in run("watch", "rubber guns").stdout
    assert f"chmod 600 {file}" in run("watch", "rubber guns", "--to", hook.address).stdout
    file.chmod(0o600)
    assert "chmod 600" not in run("watch", "rubber guns").stdout


def test_apprise_is_loaded_only_to_send():
    loaded = "print('apprise' in sys.modules, 'lxml' in sys.modules)"
    code = f"import sys, ui.cli, ui.watches.watching; {loaded}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "False False"
