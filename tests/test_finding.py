"""What a search returns besides hits: facets, what to browse, and the topics near to nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest

from corpus.topics import load_subject
from corpus.types import Certainty, DocumentKind, Manner, SearchQuery
from index.engine.bm25 import words_asked
from index.engine.points import Found
from index.hits.ranking import Asked
from index.search import answers, find
from tests.indexed import a_passage
from tests.test_search import DUMMY, LIVE
from tests.test_search import shelf as shelf  # noqa: PLC0414 -- a fixture

LONG = "The {n} truck was late, and nobody on the {n} crew had slept, so we sent the crew home. "


def found(shelf, text, **fields):
    return find(
        SearchQuery(text=text, **fields),
        catalogue=shelf.catalogue,
        store=shelf.store,
        embedder=shelf.embedder,
        subject=load_subject(),
    )


def a_year(number):
    return datetime(number, 5, 1, tzinfo=UTC)


def test_facets_count_every_passage_that_answers(shelf):
    for number in range(1, 8):
        words = f"Live rounds were found on set {number}, I am told. " * 3
        role = "armorer" if number < 5 else "host"
        kind = DocumentKind.EPISODE if number < 3 else DocumentKind.ARTICLE
        year = a_year(2018 + number % 2)
        shelf.add(
            number, (role, f"Person {'ABCDEFG'[number - 1]}", words), kind=kind, published=year
        )
    shelf.add(8, ("armorer", "Ana Cole", "A safe is a box with one key."))
    shelf.sync()
    results = found(shelf, "live rounds on set", limit=2)
    assert len(results.hits) == 2
    assert results.answering == 7
    assert results.facets["role"] == {"armorer": 4, "host": 3}
    assert results.facets["kind"] == {"article": 5, "episode": 2}
    assert results.facets["year"] == {"2019": 4, "2018": 3}
    assert results.facets["manner"] == {"spoken": 7}
    assert results.facets["topic"]["live_ammunition"] == 7
    assert results.facets["show"] == {"Quiet on Set": 7}
    assert list(results.facets["person"].values()) == [1] * 7
    assert results.nearest == {}
    narrowed = found(shelf, "live rounds on set", roles=("host",), years=(2018,))
    assert {hit.passage.published.year for hit in narrowed.hits} == {2018}
    assert sum(narrowed.facets["role"].values()) == len(narrowed.hits)


def test_labels_are_nobody_to_narrow_to(shelf):
    shelf.add(1, (None, "Speaker 2", LIVE))
    shelf.sync()
    assert found(shelf, "live rounds").facets["person"] == {}


@pytest.mark.parametrize(
    "chosen",
    [
        {"only_topics": ("dummy_rounds",)},
        {"certainties": (Certainty.CHECKED,)},
        {"years": (1999,)},
        {"people": ("nobody",)},
        {"manners": (Manner.REPORTED,)},
    ],
)
def test_what_is_chosen_by_hand_leaves_out_the_rest(shelf, chosen):
    shelf.add(1, ("armorer", "Inés Rosa", LIVE))
    shelf.sync()
    assert found(shelf, "live rounds").hits
    assert found(shelf, "live rounds", **chosen).hits == ()


def test_only_a_filter_lists_the_newest_of_everybody(shelf):
    for number, who in enumerate(("Ana Cole", "Tom Vane", "Lu Wen")):
        said = " ".join(LONG.format(n=f"{who} {n}") for n in range(20))
        shelf.add(number, ("armorer", who, said), published=a_year(2020 + number))
    shelf.add(9, ("host", "Odd Host", LIVE), published=a_year(2026))
    shelf.sync()
    results = found(shelf, "", roles=("armorer",), limit=6)
    speakers = [hit.passage.speaker for hit in results.hits]
    assert speakers == ["Lu Wen", "Tom Vane", "Ana Cole"] * 2
    assert results.answering == sum(results.facets["person"].values())
    assert results.answering > 6
    assert set(results.facets["role"]) == {"armorer"}
    assert all(0 < hit.score <= 1 and hit.reasons for hit in results.hits)
    for hit in results.hits:
        quote = shelf.quote(hit)
        assert quote[0].isupper()
        assert quote.endswith(".")
        assert len(quote.split()) <= 75
    alone = found(shelf, "", people=(results.hits[0].passage.person_id,), limit=6)
    assert {hit.passage.speaker for hit in alone.hits} == {"Lu Wen"}


def test_browsing_leaves_advertisements_and_copies_out(shelf):
    shelf.add(
        1, ("armorer", "Inés Rosa", LIVE), ("armorer", "Inés Rosa", DUMMY), advertisements=[1]
    )
    shelf.add(2, ("armorer", "Inés Rosa", LIVE))
    shelf.sync()
    results = found(shelf, "", roles=("armorer",))
    assert [shelf.quote(hit) for hit in results.hits] == [LIVE]


def test_the_undated_come_last(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", LIVE), published=None)
    shelf.add(2, ("armorer", "Ana Cole", DUMMY), published=a_year(1999))
    shelf.sync()
    hits = found(shelf, "", roles=("armorer",)).hits
    assert [hit.passage.speaker for hit in hits] == ["Ana Cole", "Inés Rosa"]


def test_nothing_asked_and_nothing_chosen_is_nothing(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", LIVE))
    shelf.sync()
    assert found(shelf, "").hits == ()
    assert found(shelf, "   ").hits == ()


def test_when_nothing_answers_the_topics_near_are_named_with_their_passages(shelf):
    shelf.add(1, ("armorer", "Inés Rosa", LIVE), ("armorer", "Inés Rosa", DUMMY))
    shelf.sync()
    nothing = found(shelf, "live ammunition", speakers=("nobody",))
    assert (nothing.hits, nothing.nearest) == ((), {})
    near = found(shelf, "live ammunition", certainties=(Certainty.CHECKED,)).nearest
    assert near["live_ammunition"] >= 1
    assert all(count > 0 for count in near.values())
    assert next(iter(near)) == "live_ammunition"


def test_scores_fall(shelf):
    for number in range(1, 6):
        shelf.add(
            number, ("armorer", f"Person {number}", f"{LIVE} {LONG.format(n=number) * number}")
        )
    shelf.sync()
    assert all(a.score >= b.score for a, b in pairwise(found(shelf, "live rounds").hits))


def test_a_passage_on_the_questions_own_topic_answers_from_further_off():
    passage = a_passage("Rubber copies get thrown into ponds.", topics=("replicas",))
    asked = Asked("rubber copies in a play", np.zeros(1), frozenset(words_asked("rubber play")[0]))
    far = Found(passage=passage, cosine=0.26, lexical=1.0, score=1.0)
    assert not answers(asked, far, SearchQuery(text=asked.text))
    assert not answers(asked, far, SearchQuery(text=asked.text, topics=("insurance",)))
    assert answers(asked, far, SearchQuery(text=asked.text, topics=("replicas",)))
    other = Asked("insurance", np.zeros(1), frozenset(words_asked("insurance")[0]))
    assert not answers(other, far, SearchQuery(text=other.text, topics=("replicas",)))


ASKED = "Who may hand a gun to an actor?"
SHORT = "The armorer and nobody else."


def test_a_short_reply_is_found_by_its_question_and_stands_first(shelf):
    shelf.add(1, ("host", "Odd Host", ASKED), ("armorer", "Inés Rosa", SHORT))
    shelf.add(2, ("armorer", "Tom Vane", "Every actor holds a gun like a hand of bananas."))
    shelf.sync()
    hits = found(shelf, "who may hand a gun to an actor").hits
    assert shelf.quote(hits[0]) == SHORT
    assert shelf.quote(hits[-1]) == ASKED
    (only,) = found(shelf, "who may hand a gun to an actor", roles=("armorer",), limit=1).hits
    assert only.passage.speaker == "Inés Rosa"


def test_a_reply_to_another_question_is_not_brought_in(shelf):
    shelf.add(1, ("host", "Odd Host", "How late was the lunch?"), ("armorer", "Inés Rosa", SHORT))
    shelf.sync()
    assert found(shelf, "who may hand a gun to an actor").hits == ()


def test_what_is_tagged_with_all_that_is_asked_answers_however_it_is_put(shelf):
    words = "Our premium went up, and the underwriter wanted every name before the gun policy."
    shelf.add(1, ("armorer", "Inés Rosa", words))
    shelf.add(2, ("armorer", "Tom Vane", LIVE))
    shelf.sync()
    asked = {"text": "insurance", "topics": ("insurance",)}
    tagged = [hit for hit in found(shelf, "", roles=("armorer",)).hits if hit.passage.topics]
    assert any("insurance" in hit.passage.topics for hit in tagged)
    assert [hit.passage.speaker for hit in found(shelf, **asked).hits] == ["Inés Rosa"]
    assert found(shelf, **asked, roles=("host",)).hits == ()
    assert found(shelf, "insurance of horses", topics=("insurance",)).hits == ()


def test_who_is_introduced_has_not_answered(shelf):
    introduced = "Today I'm speaking with Inés Rosa, a surgeon on film sets."
    shelf.add(1, ("host", "Odd Host", introduced))
    shelf.sync()
    assert found(shelf, "surgeon").hits == ()
    assert found(shelf, "who is the surgeon").hits
