"""`onrecord topics` and `onrecord people PERSON`: what they print, their JSON, their errors."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import date

import pytest
from typer.testing import CliRunner

from corpus.errors import NotFoundError
from corpus.topics import load_subject
from corpus.types import Person
from tests.seeded import Line, open_empty, publish, seed_archive, seed_episode
from ui.cli import app
from ui.commands import people as people_commands
from ui.commands import topics as topic_commands
from ui.knowledge.base import Knowledge
from ui.knowledge.topicnames import find_topic
from ui.printing.topics import in_force, matrix_lines
from ui.register import called
from ui.repeats import Said

RUNNER = CliRunner()
SUBJECT = load_subject()


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    seed = seed_archive(tmp_path_factory.mktemp("topics") / "data")
    hostile = [
        Line("Live rounds \x1b[2Jhave no place on the set of a film.", "Eve\x1b]0;owned\x07 Stone"),
    ]
    seed_episode(
        seed.archive, title="\x1b[31mRed \u202eeltit", lines=hostile, url="https://made.example/h"
    )
    publish(seed.archive)
    with seed.archive:
        yield seed.archive


@pytest.fixture
def run(archive, monkeypatch):
    for module in (topic_commands, people_commands):
        monkeypatch.setattr(module, "open_archive", lambda settings: nullcontext(archive))

    def call(*arguments, fails=None):
        done = RUNNER.invoke(app, [*arguments])
        if fails:
            assert isinstance(done.exception, fails), done.output
            return str(done.exception)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.stdout

    return call


# ── the commands ─────────────────────────────────────────────────────────────────────────────


def test_topics_are_listed_with_their_numbers(run):
    printed = run("topics")
    assert "live_ammunition" in printed.splitlines()[0]
    assert "nothing on:" in printed
    listed = json.loads(run("topics", "--json"))
    assert {each["topic"] for each in listed} == set(SUBJECT.topics)
    assert listed[0]["people"] == 2


def test_a_topic_is_printed_with_rules_and_words(run):
    printed = run("topics", "live rounds")
    assert "Live ammunition on set  (live_ammunition)" in printed
    assert "Cal. Lab. Code § 9155" in printed
    assert "in force since 1 January 2025" in printed
    assert "“Live rounds have no business on a set" in printed
    assert "/document?document=" in printed


def test_a_topic_as_json_has_counts_links_and_certainty(run):
    shown = json.loads(run("topics", "live_ammunition", "--json"))
    assert shown["counts"]["people"] == 2
    statements = [one for voice in shown["said"] for one in voice["statements"]]
    assert statements
    for each in statements:
        assert each["permalink"].startswith("http")
        assert each["certainty"]
    assert all(rule["link"] and rule["sources"] for rule in shown["rules"])
    assert shown["rules"][0]["in_force"] == "2025-01-01"


def test_at_most_so_many_statements_are_shown(run):
    shown = json.loads(run("topics", "live_ammunition", "--limit", "1", "--json"))
    assert sum(len(voice["statements"]) for voice in shown["said"]) == 1


def test_the_matrix_is_printed_and_is_json(run):
    assert "Ines Okafor" in run("topics", "--matrix")
    shown = json.loads(run("topics", "--matrix", "--json"))
    assert len(shown["passages"]) == len(shown["topics"])
    assert all(len(row) == len(shown["people"]) for row in shown["passages"])
    assert shown["people"][0]["name"] == "Ines Okafor"


def test_names_and_titles_do_not_steer_the_terminal(run):
    for printed in (run("topics", "live rounds"), run("topics", "--matrix"), run("people", "Eve")):
        assert "\x1b" not in printed
        assert "\u202e" not in printed


def test_an_unknown_topic_names_near_ones(run):
    assert "safety_meetings" in run("topics", "safty meeting", fails=NotFoundError)


def test_a_name_alone_shows_the_person(run):
    assert run("people", "Okafor") == run("people", "show", "Okafor")
    assert "known: credited on the page" in run("people", "Okafor")
    shown = json.loads(run("people", "Okafor", "--topic", "dummies", "--json"))
    assert shown["topic"] == "dummy_rounds"
    assert all("dummy_rounds" in each["topics"] for each in shown["statements"])
    assert shown["appearances"][0]["method"] == "page credit"


def test_nothing_is_quoted_with_limit_zero(run):
    assert json.loads(run("people", "Okafor", "--limit", "0", "--json"))["statements"] == []


def test_an_empty_archive_says_so(tmp_path, run, monkeypatch):
    empty = open_empty(tmp_path / "data")
    monkeypatch.setattr(topic_commands, "open_archive", lambda settings: empty)
    assert "run onrecord index" in run("topics")
    assert "Nobody in the archive speaks of it yet" in run("topics", "blanks")
    assert "Nobody is known by name" in run("topics", "--matrix")


def test_a_rule_says_since_when_it_holds():
    rule = SUBJECT.rules["ca_9155"]
    assert in_force(rule, date(2026, 1, 1)) == "in force since 1 January 2025"
    assert in_force(rule, date(2024, 1, 1)) == "in force from 1 January 2025"
    assert "not verified" in in_force(replace(rule, in_force=None))


# ── which topic is meant ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("named", "topic"),
    [
        ("live_ammunition", "live_ammunition"),
        ("LIVE-AMMUNITION", "live_ammunition"),
        ("Live ammunition on set", "live_ammunition"),
        ("live round", "live_ammunition"),
        ("Live  Rounds", "live_ammunition"),
        ("ammo", "live_ammunition"),
        ("blanks", "blanks"),
        ("dummies", "dummy_rounds"),
        ("snap caps", "dummy_rounds"),
        ("rattle test", "telling_rounds_apart"),
    ],
)
def test_a_topic_is_found_by_id_name_or_spelling(named, topic):
    assert find_topic(named, SUBJECT).id == topic


@pytest.mark.parametrize("named", ["", " ", "___", "zzzz", "q" * 10_000, "\x00", "live " * 3000])
def test_what_is_no_topic_is_an_error(named):
    with pytest.raises(NotFoundError):
        find_topic(named, SUBJECT)


def test_every_topic_is_found_by_its_id_and_name():
    for topic in SUBJECT.topics.values():
        assert find_topic(topic.id, SUBJECT) is topic
        assert find_topic(topic.name.upper(), SUBJECT) is topic


def test_words_of_several_topics_name_them():
    with pytest.raises(NotFoundError, match="give the id of one"):
        find_topic("gun", SUBJECT)


# ── who is meant ─────────────────────────────────────────────────────────────────────────────

PEOPLE = [
    Person(id="abcdef012345", name="Bo Hale"),
    Person(id="cade00112233", name="Bo Hale Jr"),
    Person(id="112233445566", name="Ann Cade"),
    Person(id="998877665544", name="Annabel Okoro", aliases=("Bella Okoro",)),
]


@pytest.mark.parametrize(
    ("named", "strictly", "loosely"),
    [
        ("Bo Hale", ["Bo Hale"], ["Bo Hale"]),
        ("hale jr", [], ["Bo Hale Jr"]),
        ("Hale", ["Bo Hale", "Bo Hale Jr"], ["Bo Hale", "Bo Hale Jr"]),
        ("Ann", ["Ann Cade"], ["Ann Cade"]),
        ("Anna", [], ["Annabel Okoro"]),
        ("bella okoro", ["Annabel Okoro"], ["Annabel Okoro"]),
        ("cade00112233", ["Bo Hale Jr"], ["Bo Hale Jr"]),
        ("cade", ["Ann Cade"], ["Ann Cade"]),
        ("cade00", [], ["Bo Hale Jr"]),
        ("9988", [], ["Annabel Okoro"]),
        ("99887766", ["Annabel Okoro"], ["Annabel Okoro"]),
        ("", [], []),
        ("???", [], []),
    ],
)
def test_who_is_meant_is_one_rule_strict_where_it_says_who_spoke(named, strictly, loosely):
    assert [each.name for each in called(named, PEOPLE)] == strictly
    assert [each.name for each in called(named, PEOPLE, loosely=True)] == loosely


# ── what was said before ─────────────────────────────────────────────────────────────────────

LONG = "Live rounds have no business on a set, not in a belt, not in a truck, not in a pocket."


@pytest.mark.parametrize(
    ("again", "same"),
    [
        (LONG, True),
        (f"“{LONG.upper()}”", True),
        (LONG.removesuffix(", not in a pocket."), True),
        (f"{LONG} And that was all she said of it to anybody.", True),
        ("Live rounds have no business.", False),
        ("Blanks can kill at close range, and so can the wadding that leaves the gun.", False),
        ("", False),
    ],
)
def test_the_same_words_are_known_again(again, same):
    said = Said()
    said.add("We ate well that week, and the weather held for the rest of the shoot.")
    number = said.add(LONG)
    assert said.before(again) == ([number] if same else [])


def test_the_matrix_says_whom_it_leaves_out(archive):
    whole = Knowledge(archive).matrix()
    assert len(whole.people) > 1
    every = len(whole.people)
    assert "who speak most" not in "\n".join(matrix_lines(whole, most=every))
    short = "\n".join(matrix_lines(whole, most=1))
    assert f"1 of {every} people" in short
    assert f"--limit {every} shows {every - 1} more" in short
    assert not [line for line in short.split("\n") if line.endswith(" ·")]
