"""The whole way, for real: from a show's page to a cited, playable quote.

A real crawl of the sample archive, real models, the real index. This is also the README's
example.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.sample.server import SampleServer

ROOT = Path(__file__).resolve().parents[1]
QUESTION = "what did armorers say about live rounds"

pytestmark = pytest.mark.slow


class Journey:
    """The sample archive, ingested once; every command runs in a process of its own."""

    def __init__(self, folder: Path, server: SampleServer) -> None:
        self.server = server
        registry = (ROOT / "ingest" / "sources.toml").read_text(encoding="utf-8")
        (folder / "sources.toml").write_text(
            registry.replace("http://127.0.0.1:8799", server.url), encoding="utf-8"
        )
        self._environment = {
            **os.environ,
            "ONRECORD_DATA_DIR": str(folder / "data"),
            "ONRECORD_SOURCES_FILE": str(folder / "sources.toml"),
        }

    def run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "ui.cli", *arguments],
            env=self._environment, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
        return done.stdout

    def json(self, *arguments: str):
        return json.loads(self.run(*arguments, "--json"))

    def bodies_sent(self) -> list[str]:
        return [each.path for each in self.server.requests if each.status in (200, 206)]


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    with SampleServer(port=0) as server:
        made = Journey(tmp_path_factory.mktemp("journey"), server)
        made.first = made.json("nightly", "--quiet")
        yield made


def test_every_document_of_the_sample_becomes_ready(journey):
    status = journey.json("status")
    assert status["documents"]["ready"] == 10
    assert status["failures"] == []
    assert journey.first["ok"]


def test_a_second_night_downloads_no_body_twice(journey):
    before = len(journey.bodies_sent())
    again = journey.json("nightly", "--quiet")
    assert journey.bodies_sent()[before:] in ([], ["/robots.txt"])
    assert again["outcomes"] == []
    assert again["generation"] == journey.first["generation"]


def test_the_reporters_question_is_answered_by_armorers_about_live_rounds(journey):
    answer = journey.json("ask", QUESTION)
    assert answer["understood"]["roles"] == ["armorer"]
    assert answer["hits"]
    assert {hit["role"] for hit in answer["hits"]} == {"armorer"}
    assert "live" in answer["hits"][0]["quote"].casefold()


def test_every_quote_is_verbatim_and_inside_one_turn(journey):
    for question in (QUESTION, "who may hand a gun to an actor", "how to tell a dummy round"):
        for hit in journey.json("ask", question)["hits"]:
            shown = journey.json("show", hit["document"])
            turns = [turn for turn in shown["turns"] if hit["quote"] in turn["exact"]]
            assert turns, hit["quote"]
            assert turns[0]["person"] == hit["person"]
            assert turns[0]["manner"] == hit["manner"]


def test_the_words_of_an_episode_stand_where_they_are_heard(journey):
    hits = [h for h in journey.json("ask", QUESTION)["hits"] if h["start_time"] is not None]
    assert hits
    for hit in hits:
        shown = journey.json("show", hit["document"])
        first = next(w for w in shown["words"] if w["start_time"] == hit["start_time"])
        assert shown["text"][first["start"] : first["end"]] == hit["quote"].split()[0]
        assert f"t={hit['start_time']:.2f}" in hit["permalink"]


def test_a_question_nobody_answers_gets_no_quote(journey):
    assert journey.json("ask", "what is the best pizza topping")["hits"] == []


def test_names_stand_only_where_they_are_right(journey):
    """The references say who speaks when; a named turn must be that person's."""
    for document in journey.json("list"):
        if document["kind"] != "episode":
            continue
        reference = _reference(document["title"])
        for turn in journey.json("show", document["document"])["turns"]:
            if turn["person"] and turn["end_time"] - turn["start_time"] > 1.0:
                middle = (turn["start_time"] + turn["end_time"]) / 2
                assert _speaking(reference, middle) in {turn["person"], None}, turn["exact"]


def test_voices_are_named_and_an_advertisement_is_nobodys(journey):
    people = {}
    sold = set()
    for document in journey.json("list"):
        shown = journey.json("show", document["document"])
        people[document["title"]] = {turn["person"] for turn in shown["turns"] if turn["person"]}
        for turn in shown["turns"]:
            if turn["kind"] == "advertisement":
                sold.add(document["title"])
                assert turn["person"] is None, turn["exact"]
    assert people["Three Rounds on a Table"] == {"Odette Marchbanks", "Dell Harkaway"}
    assert people["Two Jobs, One Person"] == {"Odette Marchbanks", "Gideon Thackwell"}
    assert sold == {"Two Jobs, One Person"}


def test_words_in_quotation_marks_are_never_the_bylines_and_mostly_somebodys(journey):
    quoted = []
    for document in journey.json("list"):
        if document["kind"] == "article":
            shown = journey.json("show", document["document"])
            authors = {each["name"] for each in shown["credits"] if each["part"] == "author"}
            own = [turn for turn in shown["turns"] if turn["manner"] == "quoted"]
            for turn in own:
                assert turn["person"] is None or turn["person"] not in authors, turn["exact"]
            quoted += own
    attributed = [turn for turn in quoted if turn["person"]]
    assert len(attributed) >= 0.7 * len(quoted)
    assert all(turn["evidence"] for turn in attributed)


def test_every_turn_says_how_sure_its_words_are(journey):
    said = set()
    for document in journey.json("list"):
        turns = journey.json("show", document["document"])["turns"]
        said |= {turn["certainty"] for turn in turns}
    assert said == {"two decodes agree", "contested words shown", "publisher's text only"}


def test_the_index_made_anew_from_the_catalogue_gives_the_same_answers(journey):
    before = journey.json("ask", QUESTION)
    journey.run("index", "--rebuild")
    assert journey.json("ask", QUESTION) == before


def _reference(title: str) -> list[tuple[float, float, str]]:
    """Return (start, end, name) of every turn, from the RTTM of the episode with this title."""
    folder = ROOT / "corpus" / "sample" / "reference"
    words = set(title.casefold().replace(",", "").split())
    path = max(folder.glob("*.rttm"), key=lambda each: len(words & set(each.stem.split("-"))))
    rows = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        (float(row[3]), float(row[3]) + float(row[4]), row[7].replace("_", " ")) for row in rows
    ]


def _speaking(reference: list[tuple[float, float, str]], moment: float) -> str | None:
    return next((name for start, end, name in reference if start <= moment <= end), None)
