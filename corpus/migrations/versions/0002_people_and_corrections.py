"""People across documents, corrections, voiceprints.

What is written here never changes, even when `corpus/schema` does: add the next number.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("folded", sa.Text, nullable=False, server_default=""))
        people.add_column(_none_yet("roles"))
        people.add_column(_none_yet("organisations"))
        people.add_column(_none_yet("sources"))
    # Letters and accents as they are: the first time somebody is met again, the name is folded.
    op.execute("UPDATE people SET folded = lower(name)")
    op.create_index("ix_people_folded", "people", ["folded"])
    op.create_table(
        "appearances",
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
    )
    op.create_index("ix_appearances_person_id", "appearances", ["person_id"])
    op.create_table(
        "people_events",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("person_id", sa.Text, nullable=False),
        sa.Column("other_id", sa.Text),
        sa.Column("documents", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("undone", MOMENT),
        sa.Column("undone_by", sa.Text),
    )
    op.create_index("ix_people_events_person_id", "people_events", ["person_id"])
    op.create_index("ix_people_events_other_id", "people_events", ["other_id"])
    op.create_index("ix_people_events_made", "people_events", ["made"])
    op.create_table(
        "corrections",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("span", sa.Text),
        sa.Column("exact", sa.LargeBinary),
        sa.Column("prefix", sa.LargeBinary),
        sa.Column("suffix", sa.LargeBinary),
        sa.Column("label", sa.Text),
        sa.Column("words", sa.LargeBinary),
        sa.Column("person_id", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("reverted", MOMENT),
        sa.Column("reverted_by", sa.Text),
        sa.Column("revert_reason", sa.Text),
    )
    op.create_index("ix_corrections_document_id", "corrections", ["document_id"])
    op.create_index("ix_corrections_made", "corrections", ["made"])
    op.create_table(
        "voiceprints",
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("label", sa.Text, primary_key=True),
        sa.Column("vector", sa.Text, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("made", MOMENT, nullable=False),
    )


def _none_yet(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default="[]")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
