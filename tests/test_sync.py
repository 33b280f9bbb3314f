from dataclasses import replace

import pytest

from corpus.catalogue import Catalogue
from corpus.topics import load_subject
from corpus.types import SearchQuery, Stage
from index.engine.vectors import EdgeStore
from index.filters import Filters
from index.search import search
from index.sync import rebuild_index, sync_index
from tests.indexed import NOW, WordEmbedder, add_document

ARMORER = ("armorer", "Inés Rosa", "Live rounds have no business on a film set at all. None.")
HOST = ("host", "Nora Vale", "Welcome to the show, tell us about dummy rounds and blanks.")


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue(f"sqlite:///{tmp_path}/catalogue.sqlite") as opened:
        yield opened


@pytest.fixture
def store(tmp_path):
    return EdgeStore(tmp_path / "index")


def test_only_what_changed_is_embedded_and_nothing_changed_publishes_nothing(catalogue, store):
    embedder = WordEmbedder()
    add_document(catalogue, 1, HOST, ARMORER)
    first = sync_index(catalogue, store, embedder)
    assert (first.added, first.replaced, first.removed, first.passages) == (1, 0, 0, 2)
    assert sync_index(catalogue, store, embedder).generation is None
    before = embedder.embedded
    assert before == 4  # two passages, and the two sentences of one of them
    add_document(catalogue, 2, HOST)
    second = sync_index(catalogue, store, embedder)
    assert (second.added, second.replaced, second.passages) == (1, 0, 1)
    assert embedder.embedded - before in (1, 3), "the new document's words alone"
    assert store.count() == 3


def test_another_vocabulary_tags_everything_anew_and_embeds_nothing(catalogue, store, monkeypatch):
    embedder = WordEmbedder()
    document = add_document(catalogue, 1, HOST, ARMORER)
    sync_index(catalogue, store, embedder)
    before = embedder.embedded
    passages = store.select(Filters(documents=(document.id,)), 10)
    packed = store.sentences([one.id for one in passages])
    assert len(packed) == 2
    other = replace(load_subject(), version="another", topics={})
    monkeypatch.setattr("index.sync.load_subject", lambda: other)
    again = sync_index(catalogue, store, embedder)
    assert again.passages == 2
    assert store.manifest().vocabulary == "another"
    assert embedder.embedded == before
    assert store.sentences([one.id for one in passages]) == packed
    assert not any(one.topics for one in store.select(Filters(), 10))


def test_a_new_revision_replaces_the_old_words(catalogue, store):
    embedder = WordEmbedder()
    document = add_document(catalogue, 1, HOST, ARMORER)
    sync_index(catalogue, store, embedder)
    add_document(catalogue, 1, ("armorer", "Inés Rosa", "Dummies rattle when they are shaken."))
    report = sync_index(catalogue, store, embedder)
    assert (report.added, report.replaced) == (0, 1)
    assert store.count() == 1
    assert catalogue.document(document.id).revision == 2


def test_a_document_whose_page_died_keeps_what_it_said(catalogue, store):
    dead = add_document(catalogue, 1, HOST, ARMORER)
    sync_index(catalogue, store, WordEmbedder())
    catalogue.fail(dead.id, error="withdrawn", retry_at=None, now=NOW)
    assert sync_index(catalogue, store, WordEmbedder()).generation is None
    assert store.count() == 2


def test_a_skipped_document_leaves_the_index(catalogue, store):
    embedder = WordEmbedder()
    add_document(catalogue, 1, HOST)
    gone = add_document(catalogue, 2, ARMORER)
    sync_index(catalogue, store, embedder)
    catalogue.advance(gone.id, to=Stage.SKIPPED, now=NOW)
    report = sync_index(catalogue, store, embedder)
    assert report.removed == 1
    assert store.count() == 1


@pytest.mark.slow
def test_a_rebuild_from_the_catalogue_alone_gives_the_same_answers(catalogue, store, tmp_path):
    embedder = WordEmbedder()
    for number in range(6):
        add_document(catalogue, number, HOST, (*ARMORER[:2], f"{ARMORER[2]} Number {number}."))
        sync_index(catalogue, store, embedder)
    add_document(catalogue, 3, ("armorer", "Inés Rosa", "Blanks kill at short range, too."))
    sync_index(catalogue, store, embedder)
    fresh = EdgeStore(tmp_path / "elsewhere")
    rebuild_index(catalogue, fresh, embedder)
    for question in ("live rounds", "blanks at short range", "welcome dummy rounds"):
        vector = embedder.embed([question])[0]
        assert fresh.search(vector, question, Filters(), 20) == pytest.approx(
            store.search(vector, question, Filters(), 20)
        )
    rebuild_index(catalogue, store, embedder)
    assert store.count() == fresh.count()
    assert store.manifest().documents == catalogue.index_state()


def test_another_model_rebuilds_everything_and_says_why(catalogue, store):
    add_document(catalogue, 1, HOST, ARMORER)
    sync_index(catalogue, store, WordEmbedder())
    report = sync_index(catalogue, store, WordEmbedder("words@2"))
    assert "words@1" in report.rebuilt
    assert store.manifest().embedder == "words@2"
    assert store.count() == 2


def test_a_damaged_index_is_built_again(catalogue, store, tmp_path):
    add_document(catalogue, 1, HOST, ARMORER)
    sync_index(catalogue, store, WordEmbedder())
    manifest = next((tmp_path / "index" / "generations").glob("*/manifest.json"))
    manifest.write_text('{"format": 1', encoding="utf-8")
    again = EdgeStore(tmp_path / "index")
    assert sync_index(catalogue, again, WordEmbedder()).rebuilt
    assert again.count() == 2


def test_an_empty_catalogue_publishes_nothing_and_removing_the_last_document_does(catalogue, store):
    assert sync_index(catalogue, store, WordEmbedder()).generation is None
    only = add_document(catalogue, 1, HOST)
    sync_index(catalogue, store, WordEmbedder())
    catalogue.advance(only.id, to=Stage.SKIPPED, now=NOW)
    sync_index(catalogue, store, WordEmbedder())
    assert store.count() == 0
    query = SearchQuery(text="dummy rounds")
    assert search(query, catalogue=catalogue, store=store, embedder=WordEmbedder()) == []


def test_progress_is_told_up_to_the_end(catalogue, store):
    told = []
    for number in range(3):
        add_document(catalogue, number, HOST)
    sync_index(catalogue, store, WordEmbedder(), lambda part, words: told.append((part, words)))
    assert told[-1] == (1.0, "indexed 3 of 3 documents")
