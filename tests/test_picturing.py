"""With what a quote is kept: above all the file that proves its words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import Media, MediaRole, Origin, Stage
from tests.seeded import NOW, seed_archive
from ui.kept.keeping import Keeping

WORDS = "Nobody else"
TAKEN = NOW.replace(year=2025)


@pytest.fixture
def seeded(tmp_path):
    made = seed_archive(tmp_path / "data")
    with made.archive:
        yield made


def a_file(seeded, role, digit, made_with=None):
    media = Media(
        document_id=seeded.episode,
        role=role,
        url=f"https://callsheet.example/{digit}",
        sha256=digit * 64,
        size=9,
        mime_type="text/vtt",
        retrieved=TAKEN,
        made_with=made_with,
    )
    seeded.archive.catalogue.save_media(media)


def read_from(seeded, origin, **more):
    catalogue = seeded.archive.catalogue
    text = replace(catalogue.text(seeded.episode), origin=origin, sha256="another", **more)
    catalogue.save_text(text, now=NOW)
    catalogue.advance(seeded.episode, to=Stage.READY, now=NOW)
    return Keeping(seeded.archive).keep(seeded.episode, WORDS, author="rae")


def test_words_of_a_transcript_that_was_added_name_its_file_and_its_reader(seeded):
    a_file(seeded, MediaRole.TRANSCRIPT, "5")
    a_file(seeded, MediaRole.TRANSCRIPT, "7")
    made = f"publisher's words; without recording, from transcript {'5' * 64}"
    a_file(seeded, MediaRole.RECOGNISED, "9", made)
    plain = {"media_sha256": None, "made_with": "", "dialect": "webvtt"}
    kept = read_from(seeded, Origin.PUBLISHER, **plain)
    assert kept.words_sha256 == kept.capture_sha256 == "5" * 64
    assert kept.retrieved == TAKEN
    assert kept.made_with is not None
    assert kept.made_with.startswith("publisher's transcript (webvtt), read by onrecord ")


def test_recognised_words_name_the_recording_and_who_recognised_them(seeded):
    a_file(seeded, MediaRole.ORIGINAL, "3")
    a_file(seeded, MediaRole.TRANSCRIPT, "5")
    kept = read_from(seeded, Origin.ASR, made_with="small.en")
    assert kept.words_sha256 == "3" * 64
    assert kept.made_with == "small.en"


def test_words_of_a_page_name_its_capture(seeded):
    catalogue = seeded.archive.catalogue
    turn = catalogue.text(seeded.article).turns[0]
    kept = Keeping(seeded.archive).keep_span(seeded.article, turn.span, author="rae")
    assert kept.words_sha256 == kept.capture_sha256
    assert kept.words_sha256 == catalogue.document(seeded.article).capture_sha256
