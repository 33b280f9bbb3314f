"""Saved searches, where they send, and what they have sent.

What is written here never changes, even when `corpus/schema` does: add the next number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "watches",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("filters", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
    )
    op.create_table(
        "watch_addresses",
        sa.Column("watch_id", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("added", MOMENT, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("delivered", MOMENT),
        sa.Column("failed", sa.Text),
    )
    op.create_table(
        "watch_sent",
        sa.Column("watch_id", sa.Text, sa.ForeignKey("watches.id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("span", sa.Text, nullable=False),
        sa.Column("speaker", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("sent", MOMENT, nullable=False),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
