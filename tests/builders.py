"""Builders of invented values for tests: people, words and texts that nobody ever said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from corpus.types import (
    Attribution,
    Document,
    DocumentKind,
    Method,
    Origin,
    Person,
    Segment,
    Stage,
    Text,
    Transcript,
    Word,
)
from ingest.articletexts import Paragraph, Quoted, build_article_text
from ingest.prose.marks import find_marked
from ingest.texts import build_episode_text, with_attributions

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
NOBODY = Attribution(method=Method.NONE, confidence=0.0)


def a_document(**fields: Any) -> Document:
    """Return an invented episode; `fields` replace what a test cares about."""
    values: dict[str, Any] = {
        "id": "0123456789ab",
        "source_id": "invented-show",
        "kind": DocumentKind.EPISODE,
        "url": "http://127.0.0.1/show/one",
        "canonical_url": None,
        "guid": "one",
        "title": "Three Rounds on a Table",
        "show": "Quiet on Set",
        "published": NOON,
        "language": "en",
        "media_url": "http://127.0.0.1/one.mp3",
        "media_type": "audio/mpeg",
        "duration": None,
        "transcripts": (),
        "credits": (),
        "summary": None,
        "capture_sha256": None,
        "stage": Stage.READY,
        "revision": 1,
        "attempts": 0,
        "next_attempt": None,
        "last_error": None,
        "discovered": NOON,
        "changed": NOON,
    }
    return Document(**{**values, **fields})


def said(*turns: tuple[str | None, str], start: float = 0.0, pace: float = 0.4) -> Transcript:
    """Return a transcript in which each (label, words) follows the other, evenly paced."""
    segments = []
    moment = start
    for label, words in turns:
        placed = []
        for word in words.split():
            placed.append(Word(text=word, start_time=moment, end_time=moment + pace, speaker=label))
            moment += pace
        segments.append(
            Segment(
                words=tuple(placed),
                start_time=placed[0].start_time if placed else moment,
                end_time=moment,
                speaker=label,
            )
        )
    return Transcript(
        segments=tuple(segments), language="en", origin=Origin.ASR, model="test", duration=moment
    )


def an_episode_text(*turns: tuple[str | None, str], **people: Attribution) -> Text:
    """Return the text of an invented episode; keyword arguments name the labels."""
    text = build_episode_text(said(*turns), document_id="0123456789ab", media_sha256="0" * 64)
    return with_attributions(text, {**people})


def an_article_text(paragraphs: Sequence[str], author: Attribution = NOBODY) -> Text:
    """Return the text of an invented article, its quotations found as in a real one."""
    return build_article_text(
        [
            Paragraph(text, author, quotations=tuple(Quoted(each.inner) for each in marked))
            for text, marked in zip(paragraphs, find_marked(paragraphs), strict=True)
        ],
        document_id="0123456789ab",
        made_with="test",
    )


def a_person(name: str = "Ines Okafor", person_id: str = "abcabcabcabc") -> Person:
    """Return an invented person."""
    return Person(id=person_id, name=name)
