"""The catalogue's tables, and how rows become values. No statements: those are the catalogue's.

`migrations/versions` makes these tables in a database; a test holds the two together.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from corpus.schema.codecs import Choice, Exact, Moment, Packed, String, decode, encode, to_json
from corpus.schema.sightings import Known
from corpus.types import (
    Credit,
    Document,
    DocumentKind,
    MediaRole,
    Origin,
    Run,
    SourceReport,
    Span,
    Stage,
    Text,
    Timing,
    TranscriptLink,
    Turn,
)

_T = TypeVar("_T")

METADATA = MetaData()

# Where a column is named like a field of the type, it holds that field (`row_of`, `value_of`).
documents = Table(
    "documents",
    METADATA,
    Column("id", String, primary_key=True),
    Column("source_id", String, nullable=False, index=True),
    Column("kind", Choice(DocumentKind), nullable=False),
    Column("url", String, nullable=False),
    Column("canonical_url", String),
    Column("guid", String),
    Column("title", String, nullable=False),
    Column("show", String, nullable=False),
    Column("published", Moment),
    Column("language", String),
    Column("media_url", String),
    Column("media_type", String),
    Column("duration", Float),
    Column("transcripts", Packed(tuple[TranscriptLink, ...]), nullable=False),
    Column("credits", Packed(tuple[Credit, ...]), nullable=False),
    Column("sighted_credits", Packed(tuple[Credit, ...]), nullable=False),  # `Known`
    Column("seen", Packed(tuple[str, ...]), nullable=False),  # `Known`
    Column("summary", String),
    Column("capture_sha256", String),
    Column("stage", Choice(Stage), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt", Moment),
    Column("last_error", String),
    Column("discovered", Moment, nullable=False),
    Column("changed", Moment, nullable=False),
    # Last change of what a reader is shown; stages come and go without touching it.
    Column("described", Moment, nullable=False),
    Index("ix_documents_stage", "stage", "next_attempt"),
)

# By what a later sighting is known to be of the same document. Hashed: an index entry of
# PostgreSQL holds 2,700 bytes, and an address may be longer.
sightings = Table(
    "sightings",
    METADATA,
    Column("key", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), primary_key=True, index=True),
)

captures = Table(
    "captures",
    METADATA,
    Column("url_key", String, primary_key=True),
    Column("sha256", String, primary_key=True, index=True),
    Column("url", String, nullable=False),
    Column("final_url", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mime_type", String, nullable=False),
    Column("status", Integer, nullable=False),
    Column("headers", Packed(tuple[tuple[str, str], ...]), nullable=False),
    Column("retrieved", Moment, nullable=False),
)

validators = Table(
    "validators",
    METADATA,
    Column("url_key", String, primary_key=True),
    Column("etag", String),
    Column("last_modified", String),
)

looks = Table(
    "looks",
    METADATA,
    Column("source_id", String, primary_key=True),
    Column("looked_at", Moment, nullable=False),
    Column("report", Packed(SourceReport), nullable=False),
)

media = Table(
    "media",
    METADATA,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("role", Choice(MediaRole), primary_key=True),
    Column("sha256", String, primary_key=True, index=True),
    Column("number", Integer, nullable=False),  # order of saving within the document
    Column("url", String, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mime_type", String, nullable=False),
    Column("duration", Float),
    Column("retrieved", Moment),
    Column("made_with", String),
)

people = Table(
    "people",
    METADATA,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False),
    Column("name", String, nullable=False),
    Column("aliases", Packed(tuple[str, ...]), nullable=False),
)

texts = Table(
    "texts",
    METADATA,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("content", Exact, nullable=False),
    Column("marks", LargeBinary, nullable=False),  # turns and timings: `pack_marks`
    Column("origin", Choice(Origin), nullable=False),
    Column("media_sha256", String),
    Column("made_with", String),
    Column("warnings", Packed(tuple[str, ...]), nullable=False),
    Column("created", Moment),
)

runs = Table(
    "runs",
    METADATA,
    Column("id", String, primary_key=True),
    Column("started", Moment, nullable=False, index=True),
    Column("run", Packed(Run), nullable=False),
)

# ── rows and values ──────────────────────────────────────────────────────────────────────────


def row_of(value: Any, table: Table, **more: Any) -> dict[str, Any]:
    """Return the fields of `value` that `table` has columns for, with `more`."""
    names = {each.name for each in fields(value)} & set(table.columns.keys())
    return {name: getattr(value, name) for name in names} | more


def value_of(kind: type[_T], row: Mapping[Any, Any]) -> _T:
    """Return the value of type `kind` that `row` holds."""
    return kind(**{each.name: row[each.name] for each in fields(cast(Any, kind))})


def row_of_known(known: Known) -> dict[str, Any]:
    """Return the row of a document, `described` excepted."""
    more = {"sighted_credits": known.sighted_credits, "seen": known.seen}
    return row_of(known.document, documents, **more)


def known_of(row: Mapping[Any, Any]) -> Known:
    """Return the document that `row` holds with what is remembered of it."""
    sighted, seen = row["sighted_credits"], row["seen"]
    return Known(document=value_of(Document, row), sighted_credits=sighted, seen=seen)


def pack_marks(text: Text) -> bytes:
    """Return turns and timings as one compressed document; a timing is a list of six."""
    timings = [
        (t.span.start, t.span.end, t.start_time, t.end_time, t.probability, t.agreed)
        for t in text.timings
    ]
    marks = {"turns": encode(text.turns), "timings": timings}
    return zlib.compress(to_json(marks).encode("ascii"), 1)


def text_of(row: Mapping[Any, Any]) -> Text:
    """Return the text that `row` holds, equal to the one that was saved."""
    marks = json.loads(zlib.decompress(row["marks"]))
    timings = tuple(
        Timing(
            span=Span(start, end),
            start_time=start_time,
            end_time=end_time,
            probability=probability,
            agreed=agreed,
        )
        for start, end, start_time, end_time, probability, agreed in marks["timings"]
    )
    names = {each.name for each in fields(Text)} - {"turns", "timings"}
    turns = decode(tuple[Turn, ...], marks["turns"])
    return Text(turns=turns, timings=timings, **{name: row[name] for name in names})
