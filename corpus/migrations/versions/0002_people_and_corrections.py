"""People across documents, corrections, voiceprints.

What is written here never changes, even when `corpus/schema` does: add the next number.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from corpus.names import fold_name

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("texts", sa.Column("dialect", sa.Text))
    with op.batch_alter_table("people") as people:
        people.add_column(sa.Column("folded", sa.Text, nullable=False, server_default=""))
        people.add_column(_none_yet("roles"))
        people.add_column(_none_yet("organisations"))
        people.add_column(_none_yet("sources"))
    op.create_index("ix_people_folded", "people", ["folded"])
    op.create_table(
        "appearances",
        sa.Column("document_id", sa.Text, sa.ForeignKey("documents.id"), primary_key=True),
        sa.Column("person_id", sa.Text, primary_key=True),
        sa.Column("turns", sa.Integer, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
    )
    op.create_index("ix_appearances_person_id", "appearances", ["person_id"])
    _fill_people(op.get_bind())
    _fill_appearances(op.get_bind())
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


def _fill_people(connection: sa.Connection) -> None:
    """Let who is known already be met again: by folded name, with what credits said of them."""
    roles: dict[str, dict[str, None]] = defaultdict(dict)
    sources: dict[str, dict[str, None]] = defaultdict(dict)
    known = set()
    for source_id, credits in connection.execute(
        sa.text("SELECT source_id, credits FROM documents")
    ):
        known.add(source_id)
        for credit in json.loads(credits):
            if who := credit.get("person_id"):
                roles[who] |= dict.fromkeys(credit.get("roles") or ())
                sources[who][source_id] = None
    update = sa.text(
        "UPDATE people SET folded = :folded, roles = :roles, sources = :sources WHERE id = :id"
    )
    for who, key, name in connection.execute(sa.text("SELECT id, key, name FROM people")).all():
        # The key was the name with a profession, or with the source where none was known.
        _, _, beside = key.rpartition("/")
        (sources if beside in known else roles)[who][beside] = None
        values = {"roles": json.dumps(list(roles[who])), "sources": json.dumps(list(sources[who]))}
        connection.execute(update, values | {"id": who, "folded": fold_name(name)})


def _fill_appearances(connection: sa.Connection) -> None:
    newest = sa.text(
        "SELECT texts.document_id, texts.marks FROM texts JOIN documents"
        " ON documents.id = texts.document_id AND documents.revision = texts.revision"
    )
    insert = sa.text("INSERT INTO appearances VALUES (:document_id, :person_id, :turns, :roles)")
    for document_id, marks in connection.execute(newest).all():
        turns: dict[str, int] = defaultdict(int)
        roles: dict[str, dict[str, None]] = defaultdict(dict)
        for turn in json.loads(zlib.decompress(bytes(marks)))["turns"]:
            who = turn["attribution"]
            if who["person_id"] and turn["kind"] == "speech":
                turns[who["person_id"]] += 1
                roles[who["person_id"]] |= dict.fromkeys(who["roles"])
        for person_id, count in turns.items():
            row = {"document_id": document_id, "person_id": person_id, "turns": count}
            connection.execute(insert, row | {"roles": json.dumps(list(roles[person_id]))})


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before the upgrade")
