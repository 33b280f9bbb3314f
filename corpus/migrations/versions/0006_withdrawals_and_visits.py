"""Documents that were withdrawn, and what is known of pages that are looked at again.

What is written here never changes, even when `corpus/schema` does: add the next number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("documents", sa.Column("gone", MOMENT))
    op.add_column("documents", sa.Column("withdrawn", MOMENT))
    op.create_index("ix_documents_withdrawn", "documents", ["withdrawn"])
    op.create_index("ix_documents_described", "documents", ["described"])
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
    )
    op.create_index("ix_withdrawals_document_id", "withdrawals", ["document_id"])
    op.create_index("ix_withdrawals_made", "withdrawals", ["made"])
    op.create_table(
        "visits",
        sa.Column("url_key", sa.Text, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("looked", MOMENT, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("since", MOMENT),
        sa.Column("gone", MOMENT),
        sa.Column("said", sa.Text),
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
