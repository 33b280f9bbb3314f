from pathlib import Path

import pytest

from corpus.errors import ModelError
from ingest.sound.models import find_speech_model


def test_a_model_in_two_packages_is_put_together_once(tmp_path: Path) -> None:
    folder = find_speech_model("base", tmp_path)
    assert folder is not None
    assert {file.name for file in folder.iterdir()} == {
        "model.bin",
        "config.json",
        "tokenizer.json",
        "vocabulary.txt",
    }
    made = (folder / "model.bin").stat().st_mtime_ns
    assert find_speech_model("base", tmp_path) == folder
    assert (folder / "model.bin").stat().st_mtime_ns == made
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]


def test_a_damaged_model_in_the_cache_is_made_anew(tmp_path: Path) -> None:
    folder = find_speech_model("base", tmp_path)
    assert folder is not None
    (folder / "model.bin").write_bytes(b"cut off")
    again = find_speech_model("base", tmp_path)
    assert again is not None
    assert (again / "model.bin").stat().st_size > 100_000_000


def test_a_model_in_one_package_is_used_where_it_is(tmp_path: Path) -> None:
    folder = find_speech_model("tiny.en", tmp_path)
    assert folder is not None
    assert (folder / "model.bin").is_file()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_whole_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"")
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        find_speech_model(str(tmp_path), tmp_path)


def test_an_unknown_name_is_left_to_the_recogniser(tmp_path: Path) -> None:
    assert find_speech_model("large-v3", tmp_path) is None


def test_a_cache_that_cannot_be_written_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="set cache_dir"):
        find_speech_model("base", tmp_path / "file")
