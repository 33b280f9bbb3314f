from __future__ import annotations

import base64

import numpy as np
import pytest

from corpus.types import Span
from index.engine.points import SENTENCES, payload_of
from index.hits.quoting import Place, best_quotes
from index.hits.ranking import Asked
from index.sentences import pack, sentences_of, unpack, unpacked
from tests.indexed import SIZE, WordEmbedder, a_passage

SAID = (
    "Nothing here is about it. Live rounds stay outside the gate of the set, in a locked box that "
    "nobody opens. The weather was fine on the day. We all went home when the count was done and "
    "the box was shut, and nobody spoke about anything in the car on the way there or back again."
)


def some_vectors(rows: int) -> np.ndarray:
    drawn = np.random.default_rng(7).normal(size=(rows, SIZE)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_what_is_packed_comes_back_nearly_as_it_was():
    vectors = some_vectors(5)
    back = unpack(pack(vectors), SIZE)
    assert back.shape == vectors.shape
    assert (np.sum(back * vectors, axis=1) > 0.9995).all()
    assert np.allclose(np.linalg.norm(back, axis=1), 1.0)


def test_packing_again_changes_nothing():
    packed = pack(some_vectors(3))
    assert pack(unpack(packed, SIZE)) == packed


@pytest.mark.parametrize("nothing", ["", "no base64!", "é", base64.b64encode(b"abc").decode()])
def test_what_is_nothing_packed_is_nothing(nothing):
    assert unpack(nothing, SIZE) is None


def test_vectors_of_other_sentences_are_not_taken():
    packed = pack(some_vectors(3))
    assert unpacked(packed, range(3), SIZE) is not None
    assert unpacked(packed, range(4), SIZE) is None
    assert unpacked(None, range(3), SIZE) is None


def test_a_quote_is_the_same_from_kept_vectors_and_the_model_is_not_asked():
    embedder = WordEmbedder()
    text = "live rounds outside the gate"
    vector = embedder.embed([text])[0]
    question = Asked(text, vector, frozenset())
    whole = Span(0, len(SAID))
    place = Place(SAID, whole, whole.end)
    packed = pack(embedder.embed(sentences_of(SAID, a_passage(SAID))))
    fresh = best_quotes(question, embedder, [place])
    asked = embedder.embedded
    kept = best_quotes(question, embedder, [Place(SAID, whole, whole.end, packed=packed)])
    assert embedder.embedded == asked
    assert kept[0][0] == fresh[0][0]
    assert kept[0][1] == pytest.approx(fresh[0][1], abs=0.01)
    assert "Live rounds stay outside" in kept[0][0].of(SAID)


def test_the_payload_holds_them_beside_the_passage():
    assert payload_of(a_passage(SAID), "abc")[SENTENCES] == "abc"
    assert SENTENCES not in payload_of(a_passage(SAID))
