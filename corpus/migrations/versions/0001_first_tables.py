"""The first tables.

What is written here never changes, even when `corpus/schema/tables.py` does: add the next number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("source_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("canonical_url", sa.Text),
        sa.Column("guid", sa.Text),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("show", sa.Text, nullable=False),
        sa.Column("published", MOMENT),
        sa.Column("language", sa.Text),
        sa.Column("media_url", sa.Text),
        sa.Column("media_type", sa.Text),
        sa.Column("duration", sa.Float),
        sa.Column("transcripts", sa.Text, nullable=False),
        sa.Column("credits", sa.Text, nullable=False),
        sa.Column("sighted_credits", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
        sa.Column("summary", sa.Text),
        sa.Column("capture_sha256", sa.Text),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_attempt", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.Column("discovered", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("described", MOMENT, nullable=False),
    )
    op.create_index("ix_documents_source_id", "documents", ["source_id"])
    op.create_index("ix_documents_stage", "documents", ["stage", "next_attempt"])
    op.create_table(
        "sightings",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), primary_key=True),
    )
    op.create_index("ix_sightings_document_id", "sightings", ["document_id"])
    op.create_table(
        "captures",
        sa.Column("url_key", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("final_url", sa.Text, nullable=False),
        sa.Column("size", sa.Integer, nullable=False),
        sa.Column("mime_type", sa.Text, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("headers", sa.Text, nullable=False),
        sa.Column("retrieved", MOMENT, nullable=False),
    )
    op.create_index("ix_captures_sha256", "captures", ["sha256"])
    op.create_table(
        "validators",
        sa.Column("url_key", sa.Text, primary_key=True),
        sa.Column("etag", sa.Text),
        sa.Column("last_modified", sa.Text),
    )
    op.create_table(
        "looks",
        sa.Column("source_id", sa.Text, primary_key=True),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.Column("report", sa.Text, nullable=False),
    )
    _create_content_tables()


def _create_content_tables() -> None:
    op.create_table(
        "media",
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("role", sa.Text, primary_key=True),
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("mime_type", sa.Text, nullable=False),
        sa.Column("duration", sa.Float),
        sa.Column("retrieved", MOMENT),
        sa.Column("made_with", sa.Text),
    )
    op.create_index("ix_media_sha256", "media", ["sha256"])
    op.create_table(
        "people",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("aliases", sa.Text, nullable=False),
    )
    op.create_table(
        "texts",
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("marks", sa.LargeBinary, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("media_sha256", sa.Text),
        sa.Column("made_with", sa.Text),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("created", MOMENT),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("run", sa.Text, nullable=False),
    )
    op.create_index("ix_runs_started", "runs", ["started"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
