from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import RegistryError
from corpus.types import DocumentKind, SourceKind, TranscriptPolicy
from ingest.sources import load_sources

GOOD = 'name = "A"\nkind = "listing"\nurl = "https://a.test/"\nlinks = "h2 a"\n'


def _load(tmp_path: Path, text: str):
    path = tmp_path / "sources.toml"
    path.write_text(text, "utf-8")
    return load_sources(path)


def test_the_installed_registry_has_the_sample_on_and_everything_else_off():
    sources = load_sources()
    on = [source.id for source in sources.values() if source.enabled]
    assert on == ["sample-show", "sample-show-pages", "sample-magazine"]
    assert all(source.allow_private == source.enabled for source in sources.values())
    assert sources["sample-show"].transcript is TranscriptPolicy.PREFER
    assert "kcrw-the-business-rust" in sources


def test_an_entry_becomes_a_source(tmp_path):
    text = '[a-1]\nkind = "listing"\nname = "Ä"\nurl = "http://a.test/list"\nlinks = "h2 > a"\n'
    text += 'next_page = "a.next"\nmatch = "/20[0-9]{2}/"\nlimit = 5\nevery = 3600\n'
    text += 'hosts = ["B C"]\n'
    text += 'document_kind = "article"\nlicence = "CC BY"\nlanguage = "de"\ndelay = 2\n'
    source = _load(tmp_path, text)["a-1"]
    assert (source.id, source.name, source.kind) == ("a-1", "Ä", SourceKind.LISTING)
    assert (source.limit, source.every, source.delay) == (5, 3600.0, 2.0)
    assert source.hosts == ("B C",)
    assert source.document_kind is DocumentKind.ARTICLE
    assert source.enabled
    assert not source.allow_private


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[a]\n" + GOOD + "nmae = 1\n", r"\[a\]: nmae: no such key: did you mean name"),
        ("[a]\n" + GOOD + "zzzzzz = 1\n", "known keys: name, kind"),
        ("[a]\n" + GOOD + "id = 'b'\n", r"\[a\]: id: no such key"),
        ("[a]\n" + GOOD + "[a]\n", "twice"),
        ("[a\n", "correct the file"),
        ("a = 1\n", "stands outside a table"),
        ("[A_b]\n" + GOOD, "cannot be an id"),
        ("[a]\n" + GOOD.replace('name = "A"', ""), r"\[a\]: name: is missing"),
        ("[a]\n" + GOOD.replace("listing", "lists"), "feed, listing, page"),
        ("[a]\n" + GOOD.replace("https://", "ftp://"), r"\[a\]: url: .*http"),
        ("[a]\n" + GOOD.replace("https://a.test/", "file:///etc/passwd"), "no web address"),
        ("[a]\n" + GOOD.replace("https://a.test/", "https://[::1"), "whole address"),
        ("[a]\n" + GOOD.replace("h2 a", "h2 >"), r"\[a\]: links: .*CSS selector"),
        ("[a]\n" + GOOD.replace("h2 a", "a::attr(href)"), "leave ::attr"),
        ("[a]\n" + GOOD + 'match = "("\n', r"\[a\]: match: .*regular expression"),
        ("[a]\n" + GOOD + 'enabled = "yes"\n', r"\[a\]: enabled: .*true or false"),
        ("[a]\n" + GOOD + 'every = "daily"\n', r"\[a\]: every: .*seconds"),
        ("[a]\n" + GOOD + "delay = -1\n", r"\[a\]: delay: "),
        ("[a]\n" + GOOD + "delay = nan\n", r"\[a\]: delay: "),
        ("[a]\n" + GOOD + "limit = 0\n", r"\[a\]: limit: .*would find nothing"),
        ("[a]\n" + GOOD + "limit = true\n", r"\[a\]: limit: .*whole number"),
        ("[a]\n" + GOOD + "expect_at_least = 1.5\n", r"\[a\]: expect_at_least: "),
        ("[a]\n" + GOOD + 'hosts = "Ann"\n', r"\[a\]: hosts: .*list"),
        ("[a]\n" + GOOD + 'licence = ""\n', r"\[a\]: licence: .*not text"),
        ("[a]\n" + GOOD.replace('links = "h2 a"', ""), "nothing tells documents apart"),
        ("[a]\n" + GOOD.replace("listing", "feed"), r"\[a\]: links: is for listings only"),
        ("[a]\n" + GOOD + "sitemap = true\n", r"\[a\]: links: a sitemap has none"),
    ],
)
def test_a_mistake_is_named_with_file_table_key_and_remedy(tmp_path, text, named):
    with pytest.raises(RegistryError, match=named) as caught:
        _load(tmp_path, text)
    assert str(tmp_path / "sources.toml") in str(caught.value)
    assert caught.value.remedy


def test_a_registry_that_is_not_there_or_not_text_is_named(tmp_path):
    with pytest.raises(RegistryError, match="no such file"):
        load_sources(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RegistryError, match=r"binary\.toml"):
        load_sources(tmp_path / "binary.toml")
    with pytest.raises(RegistryError):
        load_sources(tmp_path)
