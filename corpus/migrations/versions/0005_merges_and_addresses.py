"""Documents that are one: what joined them, their addresses, and keys by which texts are alike.

What is written here never changes, even when `corpus/schema` does: add the next number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("documents", sa.Column("merged_into", sa.Text))
    op.add_column("documents", sa.Column("likened", sa.Integer))
    op.create_index("ix_documents_merged_into", "documents", ["merged_into"])
    for name in ("part", "address", "source_id"):
        op.add_column("sightings", sa.Column(name, sa.Text))
    op.add_column("sightings", sa.Column("seen", MOMENT))
    op.create_table(
        "merges",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("other_id", sa.Text, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("joined", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("likeness", sa.Float),
        sa.Column("reason", sa.Text),
        sa.Column("undone", MOMENT),
        sa.Column("undone_by", sa.Text),
        sa.Column("undo_reason", sa.Text),
    )
    for name in ("document_id", "other_id", "made"):
        op.create_index(f"ix_merges_{name}", "merges", [name])
    op.create_table(
        "text_keys",
        sa.Column("key", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), primary_key=True),
    )
    op.create_index("ix_text_keys_document_id", "text_keys", ["document_id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
