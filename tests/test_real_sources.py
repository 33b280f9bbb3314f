"""Every real source of the registry, on a page or feed of the same shape that was written for it.

A source is a folder of `pages_of_sources/` called by its id; `look.toml` there says which file
stands at which address, and what must be found. People, shows and productions are invented.
"""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from corpus.settings import Settings
from corpus.types import Source, TranscriptPolicy
from ingest.captions import parse_captions
from ingest.fetch import fetch_file
from ingest.looking import SeenDocument, TrialLook, doubts, try_sources
from ingest.sources import load_sources
from tests.servers import Reply, Site

PAGES = Path(__file__).with_name("pages_of_sources")
REAL = {name: each for name, each in load_sources().items() if not name.startswith("sample-")}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".vtt": "text/vtt",
    ".txt": "text/plain; charset=utf-8",
}


def _told(name: str) -> dict[str, Any]:
    return tomllib.loads((PAGES / name / "look.toml").read_text("utf-8"))


def _routes(site: str) -> dict[str, Reply]:
    found = {}
    for name in REAL:
        for path, file in _told(name)["routes"].items():
            text = (PAGES / name / file).read_text("utf-8").replace("{{site}}", site)
            kind = TYPES[Path(file).suffix]
            found[path] = Reply(text.encode(), headers={"Content-Type": kind})
    return found


def _here(source: Source, site: str) -> Source:
    path = "/" + source.url.partition("://")[2].partition("/")[2]
    return replace(source, url=site + path, allow_private=True, delay=0.0)


def _speakers(document: SeenDocument, folder: Path) -> list[str]:
    """Return who speaks in the transcript: the linked one a run would take, else the printed."""
    for link in document.transcripts:
        if link.mime_type not in ("text/vtt", "text/html") or "/7/" in link.url:
            continue  # of several forms these keep the most
        target = folder / "transcript"
        fetched = fetch_file(
            link.url, target, settings=Settings(), allow_private=True, accept="transcript"
        )
        read = parse_captions(target.read_bytes(), mime_type=fetched.mime_type, url=link.url)
        return [each.speaker or "" for each in read.segments]
    return list(document.printed)


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[TrialLook, list[list[str]]]]:
    """One crawl over all sources, and the speakers of each document's transcript."""
    with Site({}) as site:
        site.routes.update(_routes(site.url))
        sources = [_here(each, site.url) for each in REAL.values()]
        found = try_sources(sources, Settings(crawl_delay=0.0, request_timeout=10))
        folder = tmp_path_factory.mktemp("transcripts")
        speakers = [[_speakers(each, folder) for each in look.documents] for look in found]
    return {look.source_id: (look, said) for look, said in zip(found, speakers, strict=True)}


def test_every_real_source_has_its_pages_and_every_folder_its_source():
    assert {each.name for each in PAGES.iterdir()} == set(REAL)
    assert not any(each.enabled for each in REAL.values())
    assert not any(doubts(each, REAL.values()) for each in REAL.values() if each.match is None)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(REAL))
def test_a_real_source_gives_what_its_pages_hold(name: str, looks):
    look, said = looks[name]
    assert look.error is None
    expected = _told(name)["document"]
    found = {each.title: (each, who) for each, who in zip(look.documents, said, strict=True)}
    assert set(found) == {each["title"] for each in expected}
    for wanted in expected:
        document, speakers = found[wanted["title"]]
        assert document.problem is None
        if "kind" in wanted:
            assert document.kind.value == wanted["kind"]
        if "published" in wanted:
            assert document.published is not None
            assert document.published.date() == wanted["published"]
        audio = document.audio and "/" + document.audio.partition("://")[2].partition("/")[2]
        assert audio == wanted.get("audio")
        assert set(wanted.get("credits", ())) <= {each.name for each in document.credits}
        assert document.opening.startswith(wanted.get("opening", ""))
        assert speakers == wanted.get("speakers", speakers)
        if speakers and any(speakers):
            assert REAL[name].transcript is TranscriptPolicy.PREFER


def test_the_expectations_are_of_days():
    for name in REAL:
        for each in _told(name)["document"]:
            assert isinstance(each.get("published", date.min), date)
