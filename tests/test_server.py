"""One contract for every vector store: Edge, qdrant-client in process, and a server by URL."""

import os
import uuid
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from qdrant_client import QdrantClient

from corpus.errors import IndexOutOfDateError, VectorIndexError
from corpus.settings import load_settings
from corpus.types import Certainty, DocumentKind, Manner
from index.engine.points import KEYWORDS
from index.engine.server import ServerStore, open_server_store
from index.engine.vectors import EdgeStore
from index.filters import Filters
from tests.indexed import WordEmbedder, a_change, a_passage, indexed

WORDS = WordEmbedder()
ARMORER = {"speaker": "Inés Rosa", "person_id": "abcabcabcabc", "roles": ("armorer",)}
PASSAGES = [
    a_passage("Live rounds have no business on a set, nor in a truck, nor a pocket.", 0, **ARMORER),
    a_passage("A dummy round rattles, because there is a steel ball in the case.", 1, **ARMORER),
    a_passage(
        "Blanks push hot gas and wadding out of the barrel.",
        2,
        speaker="Tom Vane",
        roles=("property_master", "armorer"),
        document_id="doc000000002",
    ),
    a_passage(
        "The first assistant director calls cold gun aloud.",
        3,
        document_id="doc000000002",
        roles=("assistant_director",),
        published=datetime(2021, 10, 29, 12, tzinfo=UTC),
    ),
    a_passage("Buy our live yoghurt, live, live and round.", 4, advertisement=True),
    a_passage(
        "Rubber guns are used in rehearsals of live scenes.",
        5,
        document_id="doc000000003",
        kind=DocumentKind.ARTICLE,
        source_id="paper",
        show="Film Trade",
        published=None,
    ),
    *(
        a_passage(
            f"Filler number {n} about grips, dollies and lunch at noon.",
            n,
            document_id=f"doc0000001{n:02}",
        )
        for n in range(10, 40)
    ),
]


def open_edge(tmp_path):
    return EdgeStore(tmp_path / "index")


def open_in_process(tmp_path):
    return ServerStore(QdrantClient(":memory:"), "onrecord", indexed=False)


def open_on_server(tmp_path):
    url = os.environ.get("ONRECORD_TEST_QDRANT_URL")
    if not url:
        pytest.skip("no Qdrant server: ONRECORD_TEST_QDRANT_URL is not set")
    name = f"test{uuid.uuid4().hex[:12]}"
    return ServerStore(QdrantClient(url=url), name)


STORES = {"edge": open_edge, "in process": open_in_process, "server": open_on_server}


@pytest.fixture(params=list(STORES))
def store(request, tmp_path):
    store = STORES[request.param](tmp_path)
    yield store
    drop(store)
    store.close()


def drop(store):
    if isinstance(store, ServerStore) and store._current():
        store._client.delete_collection(store._current())


def ask(store, text, limit=5, **filters):
    return store.search(WORDS.embed([text])[0], text, Filters(**filters), limit)


def contents(found):
    return [one.passage.content.split()[0] for one in found]


QUESTIONS = [
    ("live rounds on a set", {}),
    ("live rounds", {"roles": ("armorer",)}),
    ("live rounds", {"roles": ("armorer", "assistant_director")}),
    ("dummy round steel ball", {"speakers": ("ines rosa",)}),
    ("dummy round", {"speakers": ("ROSA", "vane")}),
    ("gas", {"sources": ("QUIET ON SET",)}),
    ("guns", {"sources": ("paper",)}),
    ("guns", {"kind": DocumentKind.ARTICLE}),
    ("gun", {"since": datetime(2021, 1, 1, tzinfo=UTC), "until": datetime(2022, 1, 1, tzinfo=UTC)}),
    ("gun", {"until": datetime(2021, 10, 29, 12, tzinfo=UTC)}),
    ("live", {"advertisements": True}),
    ("gun", {"phrases": ("cold gun",)}),
    ("gun", {"phrases": ("gun cold",)}),
    ("gun", {"roles": ("nobody",)}),
    ("guns", {"manners": (Manner.SPOKEN, Manner.QUOTED)}),
    ("guns", {"manners": (Manner.REPORTED,)}),
    ("lunch dollies grips", {}),
    ("live rounds", {"not_roles": ("armorer",)}),
    ("live rounds", {"not_speakers": ("inés rosa", "VANE")}),
    ("dummy round", {"roles": ("armorer",), "not_speakers": ("Rosa",)}),
    ("blanks", {"after": (("doc000000002", 2000, 2060), ("doc000000003", 4990, 5000))}),
    ("blanks", {"after": (("doc000000002", 2001, 2060),)}),
]


def test_every_store_gives_the_same_hits(tmp_path):
    stores = [open_edge(tmp_path), open_in_process(tmp_path)]
    if os.environ.get("ONRECORD_TEST_QDRANT_URL"):
        stores.append(open_on_server(tmp_path))
    for store in stores:
        store.publish(indexed(*PASSAGES), a_change())
    for question, filters in QUESTIONS:
        answers = [ask(store, question, limit=20, **filters) for store in stores]
        for other in answers[1:]:
            assert [one.passage for one in other] == [one.passage for one in answers[0]], question
            for one, same in zip(other, answers[0], strict=True):
                assert one.cosine == pytest.approx(same.cosine, abs=1e-5)
                assert one.lexical == pytest.approx(same.lexical, abs=1e-4)
                assert one.score == pytest.approx(same.score, abs=1e-5)
    stop_words = [one.search(WORDS.embed(["live"])[0], "the of", Filters(), 5) for one in stores]
    assert contents(stop_words[0]) == contents(stop_words[1]) != []
    assert len({str(store.facet("roles")) for store in stores}) == 1
    for store in stores:
        drop(store)
        store.close()


def test_a_passage_comes_back_as_it_was_put_in(store):
    passage = replace(
        PASSAGES[0], start_time=12.5, end_time=19.25, topics=("rounds",), terms=("live round",)
    )
    store.publish(indexed(passage), a_change())
    assert ask(store, "live rounds")[0].passage == passage


def test_meaning_and_words_are_both_told(store):
    store.publish(indexed(*PASSAGES), a_change())
    best = ask(store, "live rounds on a set")[0]
    assert best.passage == PASSAGES[0]
    assert 0.3 < best.cosine <= 1
    assert best.lexical > 0


def test_only_what_is_worth_reading_is_read(store):
    store.publish(indexed(*PASSAGES), a_change())
    everything = ask(store, "gun")
    read = store.search(
        WORDS.embed(["gun"])[0], "gun", Filters(), 5, worth_reading=lambda said: "gun" in said
    )
    assert 0 < len(read) < len(everything)
    assert read == [one for one in everything if "gun" in one.passage.content]


def test_filters_leave_out_what_does_not_match(store):
    store.publish(indexed(*PASSAGES), a_change())
    assert contents(ask(store, "gun", roles=("assistant_director",))) == ["The"]
    assert set(contents(ask(store, "round", speakers=("INES",)))) == {"Live", "A"}
    assert ask(store, "round", speakers=("ine",)) == []
    assert contents(ask(store, "gun", kind=DocumentKind.ARTICLE)) == ["Rubber"]
    assert contents(ask(store, "gun", phrases=("Cold, Gun",))) == ["The"]
    october = datetime(2021, 10, 29, 12, tzinfo=UTC)
    assert contents(ask(store, "gun", since=october, until=datetime(2022, 1, 1, tzinfo=UTC))) == [
        "The"
    ]
    assert ask(store, "gun", until=october) == []


def test_who_is_left_out_is_not_found(store):
    store.publish(indexed(*PASSAGES), a_change())
    without = contents(ask(store, "live rounds gas gun", limit=40, not_roles=("armorer",)))
    assert {"The", "Rubber", "Filler"} == set(without)
    assert contents(ask(store, "gas", roles=("armorer",), not_speakers=("Ines ROSA",))) == [
        "Blanks"
    ]
    assert "Live" in contents(ask(store, "live", limit=40, not_speakers=("Ines Vane", "", "ine")))
    both = ask(store, "gun", limit=40, not_roles=("assistant_director",), not_speakers=("Vane",))
    assert {"Live", "A", "Rubber", "Filler"} == set(contents(both))
    assert opening_words(
        store.select(Filters(roles=("armorer",), not_roles=("property_master",)), 9)
    ) == ["Live", "A"]
    assert store.facet("roles", Filters(not_roles=("armorer",))) == {"assistant_director": 1}


def test_advertisements_are_left_out_unless_wanted(store):
    store.publish(indexed(*PASSAGES), a_change())
    assert "Buy" not in contents(ask(store, "live yoghurt", limit=40))
    assert "Buy" in contents(ask(store, "live yoghurt", limit=40, advertisements=True))


def test_an_empty_store_answers_nothing(store):
    assert store.manifest() is None
    assert ask(store, "live rounds") == []
    assert store.count() == 0
    assert store.facet("roles") == {}


def test_publishing_replaces_documents_and_removes_others(store):
    store.publish(indexed(*PASSAGES), a_change())
    new = replace(a_passage("Live rounds stay away.", 7), revision=2)
    manifest = store.publish(indexed(new, fingerprint="2:b"), a_change(removed=["doc000000002"]))
    assert manifest.documents["doc000000001"] == "2:b"
    assert manifest.documents["doc000000003"] == "1:a"
    assert "doc000000002" not in manifest.documents
    assert store.manifest() == manifest
    assert manifest.passages == store.count() == 32
    assert contents(ask(store, "live rounds", roles=()))[0] == "Live"
    assert ask(store, "rounds")[0].passage == new
    assert ask(store, "gas wadding barrel", roles=("property_master",)) == []


def test_a_fresh_publication_starts_from_nothing(store):
    first = store.publish(indexed(*PASSAGES), a_change())
    again = store.publish(indexed(*PASSAGES[:2]), a_change(fresh=True))
    assert store.count() == 2
    assert set(again.documents) == {"doc000000001"}
    assert again.generation != first.generation or again.created != first.created


def test_vectors_of_another_model_are_refused_until_a_rebuild(store):
    store.publish(indexed(*PASSAGES), a_change())
    with pytest.raises(IndexOutOfDateError, match="other@1"):
        store.publish([], a_change(embedder="other@1"))
    assert store.publish([], a_change(embedder="other@1", fresh=True)).embedder == "other@1"


def test_facets_count_the_choices(store):
    store.publish(indexed(*PASSAGES), a_change())
    assert store.facet("roles") == {"armorer": 3, "assistant_director": 1, "property_master": 1}
    assert set(store.facet("kind")) == {"episode", "article"}
    for key in KEYWORDS:
        store.facet(key)


def test_a_failing_document_leaves_what_was_there(store):
    store.publish(indexed(*PASSAGES[:2]), a_change())

    def breaking():
        yield from indexed(a_passage("New words.", 9, document_id="doc000000009"))
        raise RuntimeError("the model died")

    with pytest.raises(RuntimeError, match="the model died"):
        store.publish(breaking(), a_change())
    assert "doc000000009" not in store.manifest().documents
    assert ask(store, "live rounds")[0].passage == PASSAGES[0]


def test_hostile_words_are_words(store):
    hostile = a_passage(
        '"; DROP TABLE \x00 <script> ' + "🔫" * 50 + " ﷺ live", 8, speaker="<b>", show="\u202e"
    )
    store.publish(indexed(hostile), a_change())
    found = ask(store, '"live" AND ; -- *', limit=3)
    assert found[0].passage == hostile
    ask(store, "\x00\ud7ff", phrases=('"', "\\"))


def test_a_server_that_is_not_there_is_said_so():
    store = open_server_store(load_settings(qdrant_url="http://127.0.0.1:1"))
    with pytest.raises(VectorIndexError, match="ONRECORD_QDRANT_URL"):
        store.manifest()


def test_vectors_need_not_be_python_lists(store):
    store.publish(indexed(*PASSAGES[:1]), a_change())
    vector = np.ascontiguousarray(WORDS.embed(["live rounds"])[0])
    assert store.search(vector, "live rounds", Filters(), 1)


# ── what is chosen without a question, counted, and known ────────────────────────────────────

CHOSEN = [
    replace(
        PASSAGES[0],
        topics=("live-rounds",),
        terms=("live-round",),
        rules=("bulletin-1",),
        certainty=Certainty.CHECKED,
    ),
    replace(PASSAGES[1], topics=("dummy-rounds",), published=datetime(2024, 3, 1, tzinfo=UTC)),
    replace(PASSAGES[2], topics=("live-rounds", "blanks"), incidents=("a-night",)),
    *PASSAGES[3:6],
]
CHOICES = [
    ({}, ["Live", "Blanks", "A", "The", "Rubber"]),
    ({"people": ("abcabcabcabc",)}, ["Live", "A"]),
    ({"people": ("nobody",)}, []),
    ({"documents": ("doc000000002", "doc000000003")}, ["Blanks", "The", "Rubber"]),
    ({"topics": ("live-rounds", "dummy-rounds")}, ["Live", "Blanks", "A"]),
    ({"topics": ("live-rounds",), "roles": ("property_master",)}, ["Blanks"]),
    ({"terms": ("live-round",)}, ["Live"]),
    ({"incidents": ("a-night",)}, ["Blanks"]),
    ({"rules": ("bulletin-1",)}, ["Live"]),
    ({"certainties": (Certainty.CHECKED,)}, ["Live"]),
    (
        {"certainties": (Certainty.CHECKED, Certainty.PUBLISHER), "years": (2024, 2026)},
        ["Live", "Blanks", "A"],
    ),
    ({"years": (2021, 2024)}, ["A", "The"]),
    ({"years": (1999,)}, []),
]


def opening_words(passages):
    return [one.content.split()[0] for one in passages]


def test_passages_are_chosen_newest_first_and_undated_last(store):
    store.publish(indexed(*CHOSEN), a_change())
    assert store.select(Filters(), 0) == []
    for filters, expected in CHOICES:
        chosen = opening_words(store.select(Filters(**filters), 20))
        # those of one moment stand in the order of their ids
        assert sorted(chosen) == sorted(expected), filters
        assert set(chosen[-1:]) <= set(expected[-1:]), filters
    assert opening_words(store.select(Filters(), 20))[-2:] == ["The", "Rubber"]
    assert len(store.select(Filters(), 2)) == 2
    assert opening_words(store.select(Filters(documents=("doc000000003",)), 1)) == ["Rubber"]


def test_what_is_chosen_by_hand_filters_a_question_as_well(store):
    store.publish(indexed(*CHOSEN), a_change())
    for filters, _ in CHOICES:
        found = ask(store, "rounds", limit=20, **filters)
        assert {one.passage for one in found} == set(store.select(Filters(**filters), 20)), filters


def test_facets_count_what_the_filters_leave(store):
    store.publish(indexed(*CHOSEN), a_change())
    assert store.facet("topics") == {"live-rounds": 2, "blanks": 1, "dummy-rounds": 1}
    by_armorers = store.facet("topics", Filters(roles=("armorer",)))
    assert by_armorers == {"live-rounds": 2, "blanks": 1, "dummy-rounds": 1}
    assert store.facet("topics", Filters(years=(2024,))) == {"dummy-rounds": 1}
    assert store.facet("year", Filters(topics=("live-rounds",))) == {"2026": 2}
    assert store.facet("certainty", Filters(people=("abcabcabcabc",))) == {
        Certainty.CHECKED.value: 1,
        Certainty.PUBLISHER.value: 1,
    }
    assert store.facet("roles", Filters(roles=("nobody",))) == {}


def test_a_count_is_of_the_generation_in_force_and_the_callers_own(store):
    store.publish(indexed(*CHOSEN), a_change())
    store.facet("topics").clear()
    assert store.facet("topics")["live-rounds"] == 2
    store.publish([], a_change(removed=["doc000000002"]))
    assert store.facet("topics") == {"dummy-rounds": 1, "live-rounds": 1}


def test_vectors_of_a_document_are_known_by_their_words(store):
    assert store.embedded("doc000000001") == {}
    store.publish(indexed(*CHOSEN), a_change())
    known = store.embedded("doc000000002")
    assert set(known) == {PASSAGES[2].content, PASSAGES[3].content}
    for words, vector in known.items():
        assert vector == pytest.approx(WORDS.embed([words])[0], abs=1e-6)
    assert store.embedded("doc00000000") == {}
