"""Work that is put down: nothing is held against it, and it goes on where it stopped."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import ParkedError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import DiscoveredItem, DocumentKind, Stage
from ingest.parking import Parking
from ingest.pipeline import drain
from ingest.workers import HereWorkers
from ingest.workshop import Workshop, now


@pytest.fixture
def shop(tmp_path) -> Iterator[Workshop]:
    settings = Settings(data_dir=tmp_path)
    with Catalogue(settings.catalogue) as catalogue:
        yield Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={},
            workers=HereWorkers(),
        )


def discover(shop: Workshop, name: str) -> str:
    url = f"http://127.0.0.1/{name}"
    item = DiscoveredItem(
        source_id="ledger", kind=DocumentKind.EPISODE, url=url, title=name, show="Ledger", guid=name
    )
    document, _ = shop.catalogue.record_discovered(item, now=now())
    return document.id


def in_ten_parts(job, report):
    """Make ten parts, each kept in a list as a piece is kept in a folder."""
    for part in range(len(job), 10):
        report(part / 10, "at it")
        job.append(part)
    return tuple(job)


@pytest.fixture
def kept(monkeypatch) -> dict[str, list[int]]:
    """Steps that only make parts; what each document's step has kept so far."""
    kept: dict[str, list[int]] = {}

    def make(document, shop):
        parts = kept.setdefault(document.title, [])
        shop.workers.run(
            in_ten_parts, parts, lambda done, said: shop.progress(document.title, done, said)
        )
        return Stage.READY

    monkeypatch.setattr("ingest.pipeline.STEPS", {(DocumentKind.EPISODE, Stage.DISCOVERED): make})
    return kept


def test_a_step_that_is_told_to_stop_keeps_its_parts_and_its_place(shop, kept):
    document = discover(shop, "long")
    assert not list(drain(shop, stop=lambda: len(kept.get("long", ())) >= 4))
    left = shop.catalogue.document(document)
    assert (left.stage, left.attempts, left.last_error) == (Stage.DISCOVERED, 0, None)
    assert kept["long"] == [0, 1, 2, 3]
    (outcome,) = drain(shop)
    assert outcome.after is Stage.READY
    assert kept["long"] == list(range(10)), "nothing is made twice"


def test_what_is_told_to_stop_starts_nothing_else(shop, kept):
    for name in ("one", "two", "three"):
        discover(shop, name)
    done = list(drain(shop, stop=lambda: len(kept) > 1))
    assert len(done) == 1
    assert sorted(map(len, kept.values())) == [0, 10]


def test_out_of_time_a_step_that_is_nearly_done_may_end(shop, kept):
    discover(shop, "short")
    parking = Parking(until=time.monotonic() - 1)
    tools = parking.tools(shop)
    with pytest.raises(ParkedError):
        tools.progress("short", 0.1, "it has told too little")
    parking = Parking(until=time.monotonic() + 0.05)
    tools = parking.tools(shop)
    tools.progress("short", 0.5, "half way")
    time.sleep(0.1)
    tools.progress("short", 0.8, "nearly done")
    assert parking.starts_no_more


def test_out_of_time_a_step_that_would_go_on_for_long_is_put_down(shop):
    tools = Parking(until=time.monotonic() + 0.05).tools(shop)
    tools.progress("long", 0.1, "begun")
    time.sleep(0.1)
    with pytest.raises(ParkedError):
        tools.progress("long", 0.1001, "at this pace, a quarter of an hour")
