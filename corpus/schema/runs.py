"""Runs, looks at sources, and what is counted without being read. A part of the catalogue.

Everything here costs as much as it returns: a monitor asks every minute.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, union_all

from corpus.errors import NotFoundError
from corpus.schema import tables
from corpus.schema.codecs import clean_string
from corpus.schema.withdrawals import WithdrawalsPart, without_titles
from corpus.types import MediaRole, Run, SourceReport, Stage

_LEAST = 4  # characters of the beginning of a run's id


class RunsPart(WithdrawalsPart):
    """Runs, looks and counts; `Catalogue` has the rest."""

    def save_run(self, run: Run) -> None:
        """Keep the report of a run, instead of an earlier one of the same id."""
        with self._database.writing() as connection:
            row = {"id": run.id, "started": run.started, "run": run}
            self._database.upsert(connection, tables.runs, row)

    def last_run(self) -> Run | None:
        """Return the run that started last."""
        return next(iter(self.runs(1)), None)

    def runs(self, limit: int, *, since: datetime | None = None) -> list[Run]:
        """Return the runs that started last (since then), the newest first; at most `limit`."""
        table = tables.runs.c
        query = select(table.run)
        if since is not None:
            query = query.where(table.started >= since)
        rows = self._database.newest(query, table.started, max(0, limit), table.id)
        found = [row["run"] for row in rows]
        hidden = self.withdrawn() if found else {}
        return [without_titles(each, hidden) for each in found]

    def run(self, run_id: str) -> Run:
        """Return the run of this id; the beginning of an id is enough if only one has it.

        Raises:
            NotFoundError: none, or several, begin so.
        """
        wanted = clean_string(run_id).strip()
        column = tables.runs.c.id
        usable = len(wanted) >= _LEAST
        where = column.startswith(wanted, autoescape=True)
        query = select(column, tables.runs.c.run).where(where).order_by(column).limit(2)
        found = self._database.rows(query) if usable else []
        if len(found) == 1 or (found and found[0]["id"] == wanted):
            run: Run = found[0]["run"]
            return without_titles(run, self.withdrawn())
        raise NotFoundError(
            f"run {run_id[:80]}",
            cause="several begin so" if found else "",
            remedy="`onrecord report --runs 20` lists them",
        )

    def looks(self) -> dict[str, tuple[datetime, SourceReport]]:
        """Return by source when it was last looked at, and what that look found."""
        rows = self._database.rows(select(tables.looks))
        return {row["source_id"]: (row["looked_at"], row["report"]) for row in rows}

    def counted_to_index(self) -> int:
        """Return how many documents `index_state` would name."""
        with self._database.reading() as connection:
            query = select(func.count()).select_from(tables.documents).where(*to_be_indexed())
            return int(connection.execute(query).scalar_one())

    def describe_again(self, document_id: str, *, now: datetime) -> None:
        """Have the index take a document up anew, although nothing of it has changed."""
        table = tables.documents
        change = table.update().where(table.c.id == document_id).values(described=now)
        with self._database.writing() as connection:
            connection.execute(change)

    def stored_files(self) -> tuple[int, int]:
        """Return how many stored files documents and captures name, and how many bytes they are.

        What the catalogue knows: a file that was lost counts, one that nothing names does not.
        """
        kept = union_all(*(select(t.c.sha256, t.c.size) for t in (tables.media, tables.captures)))
        each = kept.subquery()
        once = select(func.max(each.c.size).label("size")).group_by(each.c.sha256).subquery()
        query = select(func.count().label("files"), func.coalesce(func.sum(once.c.size), 0))
        with self._database.reading() as connection:
            files, size = connection.execute(query.select_from(once)).one()
        return int(files), int(size)

    def audio_seconds(self) -> float:
        """Return the length of all recordings that can be played, in seconds."""
        table = tables.documents.c
        hidden = select(table.id).where(
            or_(table.withdrawn.is_not(None), table.merged_into.is_not(None))
        )
        longest = _longest().where(tables.media.c.document_id.not_in(hidden))
        seconds = longest.subquery().c.seconds
        with self._database.reading() as connection:
            found = connection.execute(select(func.coalesce(func.sum(seconds), 0.0)))
            return float(found.scalar_one())

    def made_ready(self, source_id: str, since: datetime) -> list[tuple[str, datetime, float]]:
        """Return what is ready of a source and had its first text since then, the oldest first.

        For a source that no run looks at; of the others, runs tell.

        Returns:
            Document id, when that text was made, seconds of its recording (0.0: it has none).
        """
        table, texts, heard = tables.documents.c, tables.texts.c, _longest().subquery()
        made = select(texts.document_id, func.min(texts.created).label("made"))
        first = made.group_by(texts.document_id).subquery()
        query = select(table.id, first.c.made, func.coalesce(heard.c.seconds, 0.0).label("seconds"))
        query = query.join(first, first.c.document_id == table.id)
        query = query.outerjoin(heard, heard.c.document_id == table.id)
        shown = (table.withdrawn.is_(None), table.merged_into.is_(None))
        wanted = (table.source_id == source_id, table.stage == Stage.READY, first.c.made >= since)
        rows = self._database.rows(query.where(*wanted, *shown).order_by(first.c.made, table.id))
        return [(row["id"], row["made"], float(row["seconds"])) for row in rows]


def _longest() -> Select[Any]:
    """Return of each document the length of its recording: who was heard again has two copies."""
    table = tables.media.c
    longest = select(table.document_id, func.max(table.duration).label("seconds"))
    return longest.where(table.role == MediaRole.PLAYBACK).group_by(table.document_id)


def to_be_indexed() -> tuple[ColumnElement[bool], ...]:
    """Return what is true of a document that belongs into the index."""
    table = tables.documents.c
    shown = (table.withdrawn.is_(None), table.merged_into.is_(None))
    return table.stage != Stage.SKIPPED, table.revision > 0, *shown
