"""What the catalogue keeps of runs, and what it counts, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.types import (
    Capture,
    DiscoveredItem,
    DocumentKind,
    Media,
    MediaRole,
    Run,
    SourceReport,
    Stage,
    Text,
)

NOW = datetime(2026, 1, 15, 3, 15, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def catalogue(catalogue_url: str) -> Iterator[Catalogue]:
    with Catalogue(catalogue_url) as opened:
        yield opened


def test_runs_come_newest_first_and_no_more_than_asked_for(catalogue: Catalogue) -> None:
    assert catalogue.runs(5) == []
    nights = [Run(id=f"2026011{n}T0315-ab", started=NOW + timedelta(days=n)) for n in range(4)]
    for run in reversed(nights):
        catalogue.save_run(run)
    assert catalogue.runs(3) == [nights[3], nights[2], nights[1]]
    assert catalogue.runs(0) == []
    assert catalogue.runs(9, since=nights[2].started) == [nights[3], nights[2]]
    assert catalogue.last_run() == nights[3]


def test_a_run_is_found_by_the_beginning_of_its_id(catalogue: Catalogue) -> None:
    one, other = Run(id="20260115T031500-aa", started=NOW), Run(id="20260115", started=NOW)
    catalogue.save_run(one)
    catalogue.save_run(other)
    assert catalogue.run("20260115T") == one
    assert catalogue.run(" 20260115 ") == other
    for named in ("2026", "2027", "%%%%", "____", "20", ""):
        with pytest.raises(NotFoundError, match="run"):
            catalogue.run(named)


def test_the_looks_at_all_sources_come_at_once(catalogue: Catalogue) -> None:
    first, second = SourceReport(source_id="a", seen=3), SourceReport(source_id="b", error="503")
    catalogue.save_look(first, now=NOW)
    catalogue.save_look(second, now=NOW)
    catalogue.save_look(replace(first, seen=4), now=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=1)
    assert catalogue.looks() == {"a": (later, replace(first, seen=4)), "b": (NOW, second)}


def add(catalogue: Catalogue, number: int) -> str:
    item = DiscoveredItem(
        source_id="show",
        kind=DocumentKind.EPISODE,
        url=f"https://show.example/{number}",
        guid=str(number),
        title=f"Evening {number}",
        show="Show",
        published=NOW,
    )
    document, _ = catalogue.record_discovered(item, now=NOW)
    return document.id


def test_stored_files_are_counted_once_each(catalogue: Catalogue) -> None:
    assert (catalogue.stored_files(), catalogue.audio_seconds()) == ((0, 0), 0.0)
    one, other = add(catalogue, 1), add(catalogue, 2)
    kept = Media(
        document_id=one,
        role=MediaRole.PLAYBACK,
        url="https://show.example/1.mp3",
        sha256="a" * 64,
        size=3_000_000_000,
        mime_type="audio/mp4",
        duration=1800.0,
    )
    catalogue.save_media(kept)
    catalogue.save_media(replace(kept, document_id=other, duration=1800.0))  # the same bytes
    catalogue.save_media(replace(kept, sha256="b" * 64, size=100, duration=1805.0))  # heard again
    catalogue.save_media(replace(kept, sha256="c" * 64, size=7, role=MediaRole.ORIGINAL))
    page = Capture(
        sha256="d" * 64,
        url="https://show.example/1",
        final_url="https://show.example/1",
        size=50,
        mime_type="text/html",
        status=200,
        headers=(),
        retrieved=NOW,
    )
    catalogue.save_capture(page)
    catalogue.save_capture(replace(page, url="https://show.example/one"))
    assert catalogue.stored_files() == (4, 3_000_000_157)
    assert catalogue.audio_seconds() == 1805.0 + 1800.0


def test_what_was_made_ready_outside_of_runs_has_its_day_and_length(catalogue: Catalogue) -> None:
    one, other, unready = (add(catalogue, number) for number in range(3))
    recording = Media(
        document_id=one,
        role=MediaRole.PLAYBACK,
        url="https://show.example/1.mp3",
        sha256="a" * 64,
        size=3,
        mime_type="audio/mp4",
        duration=90.0,
    )
    catalogue.save_media(recording)
    first = Text(document_id=one, revision=1, content="Cold.", sha256="1", turns=(), created=NOW)
    catalogue.save_text(first, now=NOW)
    catalogue.save_text(replace(first, content="Hot.", sha256="2", created=LATER), now=LATER)
    for document_id in (other, unready):
        catalogue.save_text(replace(first, document_id=document_id, created=LATER), now=LATER)
    for document_id in (one, other):
        catalogue.advance(document_id, to=Stage.READY, now=LATER)
    assert catalogue.made_ready("show", NOW) == [(one, NOW, 90.0), (other, LATER, 0.0)]
    assert catalogue.made_ready("show", LATER) == [(other, LATER, 0.0)]
    assert catalogue.made_ready("other", NOW) == []


def test_as_many_documents_are_counted_as_the_index_should_hold(catalogue: Catalogue) -> None:
    add(catalogue, 1)
    catalogue.advance(add(catalogue, 2), to=Stage.SKIPPED, now=NOW)
    assert catalogue.counted_to_index() == len(catalogue.index_state()) == 0
