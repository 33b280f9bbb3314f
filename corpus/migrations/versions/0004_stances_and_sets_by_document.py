"""What people mark of two quotes, and sets that are gone through document by document.

What is written here never changes, even when `corpus/schema` does: add the next number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stances",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("quote_id", sa.Text, nullable=False),
        sa.Column("other_id", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("undone", MOMENT),
        sa.Column("undone_by", sa.Text),
    )
    op.create_index("ix_stances_quote_id", "stances", ["quote_id"])
    op.create_index("ix_stances_other_id", "stances", ["other_id"])
    op.create_index("ix_stances_made", "stances", ["made"])
    changes = sa.Column("changes", sa.Integer, nullable=False, server_default="0")
    op.add_column("quote_sets", changes)
    op.add_column("quote_sets", sa.Column("filters", sa.Text))
    column = sa.Column("document_id", sa.Text, nullable=False, server_default="")
    op.add_column("set_quotes", column)
    op.execute(
        "UPDATE set_quotes SET document_id = "
        "(SELECT quotes.document_id FROM quotes WHERE quotes.id = set_quotes.quote_id)"
    )
    op.create_index("ix_set_quotes_document", "set_quotes", ["set_id", "document_id", "number"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
