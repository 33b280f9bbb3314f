"""Quotes that are kept, and sets of them.

What is written here never changes, even when `corpus/schema` does: add the next number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "quotes",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("kept", MOMENT, nullable=False),
        sa.Column("quote", sa.Text, nullable=False),
    )
    op.create_index("ix_quotes_document_id", "quotes", ["document_id"])
    op.create_index("ix_quotes_kept", "quotes", ["kept"])
    op.create_table(
        "quote_sets",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("query", sa.Text),
        sa.Column("generation", sa.Text),
        sa.Column("models", sa.Text, nullable=False),
        sa.Column("vocabulary", sa.Text),
        sa.Column("frozen_as", sa.Text),
        sa.Column("frozen", MOMENT),
    )
    op.create_index("ix_quote_sets_frozen_as", "quote_sets", ["frozen_as"])
    op.create_table(
        "set_quotes",
        sa.Column("set_id", sa.Text, sa.ForeignKey("quote_sets.id"), primary_key=True),
        sa.Column("quote_id", sa.Text, sa.ForeignKey("quotes.id"), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("note", sa.Text),
    )
    op.create_index("ix_set_quotes_quote_id", "set_quotes", ["quote_id"])
    op.create_index("ix_set_quotes_number", "set_quotes", ["set_id", "number"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
