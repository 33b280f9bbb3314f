"""One run as far as it has come: what is stored while it goes on."""

from __future__ import annotations

import pytest

from corpus.types import (
    DiscoveredItem,
    DocumentKind,
    Event,
    Happening,
    Media,
    MediaRole,
    Outcome,
    Stage,
)
from ingest import night as nights
from ingest.night import Night, counted
from tests.builders import NOON
from tests.test_nightly import open_shop


def step(document_id: str = "0123456789ab", **fields: object) -> Outcome:
    values = {"title": "t", "before": Stage.FETCHED, "after": Stage.TRANSCRIBED, "seconds": 2.0}
    return Outcome(document_id=document_id, **{**values, **fields})


def test_a_run_that_is_killed_leaves_the_steps_it_had_made(tmp_path, monkeypatch):
    monkeypatch.setattr(nights, "_BETWEEN", 0.0)
    monkeypatch.setattr(nights, "_SHARE", 0)
    with open_shop(tmp_path) as shop:
        night = Night(shop, [])
        night.begin()
        assert shop.catalogue.last_run().outcomes == ()
        night.add(step(error="cut off"))
        stored = shop.catalogue.last_run()
        assert [each.error for each in stored.outcomes] == ["cut off"]
        assert stored.finished is None
        assert {each.stage: each.failed for each in stored.stages}[Stage.FETCHED] == 1


def test_the_record_is_not_stored_after_every_step(tmp_path):
    with open_shop(tmp_path) as shop:
        night = Night(shop, [])
        night.begin()
        for _ in range(50):
            night.add(step())
        assert len(shop.catalogue.last_run().outcomes) == 0
        assert len(night.run().outcomes) == 50


def test_a_step_that_heard_a_recording_says_how_long_it_is(tmp_path):
    item = DiscoveredItem(
        source_id="show", kind=DocumentKind.EPISODE, url="http://x.example/1", title="One",
        media_url="http://x.example/1.mp3",
    )  # fmt: skip
    with open_shop(tmp_path) as shop:
        document, _ = shop.catalogue.record_discovered(item, now=NOON)
        shop.catalogue.save_media(
            Media(
                document_id=document.id,
                role=MediaRole.PLAYBACK,
                url="http://x.example/1.mp3",
                sha256="0" * 64,
                size=1,
                mime_type="audio/mp4",
                duration=1800.0,
            )
        )
        night = Night(shop, [])
        night.add(step(document.id))
        night.add(step(document.id, before=Stage.TRANSCRIBED, after=Stage.READY))
        night.add(step(document.id, error="cut off", after=Stage.FETCHED))
        assert night.run().audio_seconds == 1800.0


def test_what_a_step_says_is_told_in_one_line_without_secrets(tmp_path):
    told: list[Event] = []
    with open_shop(tmp_path) as shop:
        night = Night(shop, [], told.append)
        night.add(
            step(error="Traceback\n  File\nValueError: http://ann:s3cret@x.example/?key=s3cret")
        )
    assert told[0].happening is Happening.FAILED
    assert "s3cret" not in repr(night.run()) + repr(told)
    assert told[0].message.endswith("ValueError: http://***@x.example/?key=***")


@pytest.mark.parametrize(("number", "said"), [(0, "0 steps"), (1, "1 step"), (2, "2 steps")])
def test_things_are_counted_in_words(number, said):
    assert counted(number, "step") == said
