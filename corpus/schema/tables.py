"""The catalogue's tables, and how rows become values. No statements: those are the catalogue's.

`migrations/versions` makes these tables in a database; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
)

from corpus.schema.codecs import Choice, Exact, Moment, Packed, String
from corpus.schema.sightings import Known
from corpus.types import (
    AddressPart,
    CorrectionKind,
    Credit,
    Document,
    DocumentKind,
    KeptQuote,
    MediaRole,
    Origin,
    Run,
    SearchQuery,
    SourceReport,
    Span,
    Stage,
    StanceKind,
    TranscriptLink,
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
    Column("described", Moment, nullable=False, index=True),
    Column("gone", Moment),
    Column("withdrawn", Moment, index=True),
    Column("merged_into", String, index=True),  # kept in step with the merges in force
    Column("likened", Integer),  # revision whose words were compared with all others
    Index("ix_documents_stage", "stage", "next_attempt"),
)

# By what a later sighting is known to be of the same document. Hashed: an index entry of
# PostgreSQL holds 2,700 bytes, and an address may be longer.
sightings = Table(
    "sightings",
    METADATA,
    Column("key", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), primary_key=True, index=True),
    Column("part", Choice(AddressPart)),
    Column("address", String),  # that may be shown; none for keys that are no address
    Column("source_id", String),
    Column("seen", Moment),  # the first time
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

# Only ever added to: who hid or brought back which document, when and why.
withdrawals = Table(
    "withdrawals",
    METADATA,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("withdrawn", Boolean, nullable=False),
    Column("author", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("made", Moment, nullable=False, index=True),
)

# The last look at a document's own page; `sightings.url_key` of its address.
visits = Table(
    "visits",
    METADATA,
    Column("url_key", String, primary_key=True),
    Column("url", String, nullable=False),
    Column("looked", Moment, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("since", Moment),
    Column("gone", Moment),
    Column("said", String),
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
    Column("folded", String, nullable=False, index=True),  # `corpus.names.fold_name`
    Column("roles", Packed(tuple[str, ...]), nullable=False),
    Column("organisations", Packed(tuple[str, ...]), nullable=False),
    Column("sources", Packed(tuple[str, ...]), nullable=False),
)

# Who speaks in the newest text of which document, as the text says it: merges come on top.
appearances = Table(
    "appearances",
    METADATA,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("person_id", String, primary_key=True, index=True),
    Column("turns", Integer, nullable=False),
    Column("roles", Packed(tuple[str, ...]), nullable=False),
)

# Only ever added to; undoing a decision marks it, so that its history can be read.
people_events = Table(
    "people_events",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("person_id", String, nullable=False, index=True),
    Column("other_id", String, index=True),
    Column("documents", Packed(tuple[str, ...]), nullable=False),
    Column("before", String),
    Column("after", String),
    Column("author", String, nullable=False),
    Column("reason", String),
    Column("made", Moment, nullable=False, index=True),
    Column("undone", Moment),
    Column("undone_by", String),
)

corrections = Table(
    "corrections",
    METADATA,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("revision", Integer, nullable=False),
    Column("kind", Choice(CorrectionKind), nullable=False),
    Column("author", String, nullable=False),
    Column("made", Moment, nullable=False, index=True),
    Column("reason", String),
    Column("span", Packed(Span)),
    Column("exact", Exact),
    Column("prefix", Exact),
    Column("suffix", Exact),
    Column("label", String),
    Column("words", Exact),
    Column("person_id", String),
    Column("role", String),
    Column("reverted", Moment),
    Column("reverted_by", String),
    Column("revert_reason", String),
)

# Biometric: only written when the setting `voice_matching` is on, and never exported.
voiceprints = Table(
    "voiceprints",
    METADATA,
    Column("person_id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("label", String, primary_key=True),
    Column("vector", Packed(tuple[float, ...]), nullable=False),
    Column("seconds", Float, nullable=False),
    Column("made", Moment, nullable=False),
)

texts = Table(
    "texts",
    METADATA,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("sha256", String, nullable=False),
    Column("content", Exact, nullable=False),
    Column("marks", LargeBinary, nullable=False),  # turns, timings, asides: `marks.pack_marks`
    Column("origin", Choice(Origin), nullable=False),
    Column("media_sha256", String),
    Column("made_with", String),
    Column("warnings", Packed(tuple[str, ...]), nullable=False),
    Column("created", Moment),
    Column("dialect", String),
)

# Each as it was when it was kept; no foreign key, for a quote outlives its document.
quotes = Table(
    "quotes",
    METADATA,
    Column("id", String, primary_key=True),
    Column("document_id", String, nullable=False, index=True),
    Column("kept", Moment, nullable=False, index=True),
    Column("quote", Packed(KeptQuote), nullable=False),
)

quote_sets = Table(
    "quote_sets",
    METADATA,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("author", String, nullable=False),
    Column("made", Moment, nullable=False),
    Column("question", String),
    Column("query", Packed(SearchQuery)),
    Column("filters", Packed(tuple[tuple[str, tuple[str, ...]], ...])),
    Column("generation", String),
    Column("models", Packed(tuple[str, ...]), nullable=False),
    Column("vocabulary", String),
    Column("frozen_as", String, index=True),
    Column("frozen", Moment),
    Column("changes", Integer, nullable=False, server_default="0"),  # of what it holds, counted
)

set_quotes = Table(
    "set_quotes",
    METADATA,
    Column("set_id", ForeignKey("quote_sets.id"), primary_key=True),
    Column("quote_id", ForeignKey("quotes.id"), primary_key=True, index=True),
    # Its quote's: a set is gone through document by document too.
    Column("document_id", String, nullable=False, server_default=""),
    Column("number", Integer, nullable=False),
    Column("note", String),
    Index("ix_set_quotes_number", "set_id", "number"),
    Index("ix_set_quotes_document", "set_id", "document_id", "number"),
)

# Only ever added to; undoing a mark keeps it. No foreign keys: who marked what is history.
stances = Table(
    "stances",
    METADATA,
    Column("id", String, primary_key=True),
    Column("kind", Choice(StanceKind), nullable=False),
    Column("quote_id", String, nullable=False, index=True),
    Column("other_id", String, nullable=False, index=True),
    Column("author", String, nullable=False),
    Column("made", Moment, nullable=False, index=True),
    Column("note", String),
    Column("undone", Moment),
    Column("undone_by", String),
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
