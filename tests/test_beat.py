from __future__ import annotations

import shutil

import pytest

from corpus.beat import INSTALLED, use_vocabulary, vocabulary_folder
from corpus.errors import VocabularyError
from corpus.settings import load_settings
from corpus.topics import load_subject
from corpus.vocabulary import load_vocabulary
from index.tags.contrasts import is_about_the_opposite
from ui.archive import open_archive


@pytest.fixture(autouse=True)
def afterwards_the_installed_one():
    yield
    use_vocabulary(None)


@pytest.fixture
def pools(tmp_path):
    """A vocabulary of another beat: its own roles and contrasts, hints as installed."""
    folder = tmp_path / "pools"
    shutil.copytree(INSTALLED, folder)
    (folder / "hotwords.toml").unlink()
    (folder / "roles.toml").write_text(
        '[lifeguard]\nname = "lifeguard"\nplural = "lifeguards"\nnames = ["pool guard"]\n'
    )
    (folder / "contrasts.toml").write_text(
        '[water]\ndeep = ["deep end|deep water"]\nshallow = ["shallow end|shallow water"]\n'
    )
    with (folder / "topics.toml").open("a") as topics:
        topics.write(
            '\n[diving]\nname = "Diving in"\ndefinition = "Where one may dive."\n'
            'names = ["dive in"]\n'
        )
    return folder


def test_the_folder_that_the_settings_name_is_in_force_for_roles_topics_and_contrasts(
    tmp_path, pools
):
    open_archive(load_settings(data_dir=tmp_path, vocabulary_dir=pools)).close()
    assert load_vocabulary().find_roles("what did lifeguards say")
    assert not load_vocabulary().find_roles("what did armorers say")
    assert "diving" in load_subject().topics
    assert is_about_the_opposite("the deep end", "The shallow end is for children.")
    assert not is_about_the_opposite("live rounds", "A dummy rattles.")
    assert load_vocabulary().hotwords == load_vocabulary(INSTALLED).hotwords


def test_without_the_setting_the_installed_one_is_in_force(tmp_path, pools):
    use_vocabulary(pools)
    open_archive(load_settings(data_dir=tmp_path)).close()
    assert vocabulary_folder() == INSTALLED
    assert "diving" not in load_subject().topics


def test_a_folder_that_is_not_there_is_named(tmp_path):
    use_vocabulary(tmp_path / "nowhere")
    with pytest.raises(VocabularyError, match=r"nowhere/topics\.toml"):
        load_subject()
