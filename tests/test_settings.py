"""Settings come from the environment and a file; a misspelt one is an error."""

from __future__ import annotations

import pytest

from corpus.errors import SettingsError
from corpus.settings import load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_defaults_need_no_file():
    settings = load_settings()
    assert settings.catalogue.startswith("sqlite:///")
    assert settings.base_url == "http://127.0.0.1:8501"


def test_the_environment_outranks_the_file(monkeypatch, tmp_path):
    (tmp_path / "onrecord.toml").write_text('whisper_model = "small"\nport = 9000\n')
    monkeypatch.setenv("ONRECORD_PORT", "9100")
    settings = load_settings()
    assert (settings.whisper_model, settings.port) == ("small", 9100)


def test_an_unknown_variable_is_named_with_the_nearest_setting(monkeypatch):
    monkeypatch.setenv("ONRECORD_WISPER_MODEL", "small")
    with pytest.raises(SettingsError, match=r"ONRECORD_WISPER_MODEL.*whisper_model"):
        load_settings()


def test_an_unknown_key_in_the_file_is_named_with_the_file(tmp_path):
    (tmp_path / "onrecord.toml").write_text("colour = 1\n")
    with pytest.raises(SettingsError, match=r"colour in .*onrecord\.toml"):
        load_settings()


def test_a_value_that_cannot_be_used_is_named(monkeypatch):
    monkeypatch.setenv("ONRECORD_PORT", "many")
    with pytest.raises(SettingsError, match="port"):
        load_settings()


def test_a_file_that_is_not_toml_is_named(tmp_path):
    (tmp_path / "onrecord.toml").write_text("port = = 1\n")
    with pytest.raises(SettingsError, match=r"onrecord\.toml"):
        load_settings()


def test_the_key_of_the_server_is_never_printed(monkeypatch):
    monkeypatch.setenv("ONRECORD_QDRANT_API_KEY", "secret-key")
    assert "secret-key" not in repr(load_settings())
