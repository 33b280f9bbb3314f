"""When documents' own pages were last looked at, and which are gone. A part of the catalogue.

A page that answers that it is gone takes nothing away: what was taken in stays, with the date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, select

from corpus.schema import tables
from corpus.schema.addresses import long_hash, url_key
from corpus.schema.tables import row_of, value_of
from corpus.schema.withdrawals import WithdrawalsPart
from corpus.types import Document, DocumentKind, MediaRole, Origin, Stage, Visit

GONE, MISSING = 410, 404
_ENOUGH = 3  # answers in a row that it is not there, until it is gone


class VisitsPart(WithdrawalsPart):
    """Looks at pages; `Catalogue` has the rest."""

    def visit(self, url: str) -> Visit | None:
        """Return the last look at a page, None before the first that was noted."""
        table = tables.visits
        row = self._database.one(select(table).where(table.c.url_key == url_key(url)))
        return value_of(Visit, row) if row else None

    def note_visits(
        self,
        looks: Iterable[tuple[str, int]],
        said: Mapping[str, str] | None = None,
        *,
        now: datetime,
    ) -> None:
        """Note what pages answered; documents learn whether theirs is gone.

        Args:
            looks: address and status.
            said: by address, a digest of what the source says of the page today.
            now: the moment of the looks.
        """
        table = tables.visits
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            for url, status in sorted(looks):
                key = url_key(url)
                query = select(table).where(table.c.url_key == key)
                row = connection.execute(query).mappings().first()
                before = value_of(Visit, row) if row else None
                after = visited(before, url, status, now)
                known = before.said if before else None
                after = replace(after, said=(said or {}).get(url, known))
                self._database.upsert(connection, table, row_of(after, table, url_key=key))
                if after.gone or (before and before.gone):
                    self._mark_gone(connection, key, after.gone)

    def note_gone(self, document_id: str, *, now: datetime) -> None:
        """Note that the recording of a document that was taken in is gone at the source."""
        table = tables.documents
        where = and_(table.c.id == document_id, table.c.gone.is_(None))
        with self._database.writing() as connection:
            connection.execute(table.update().where(where).values(gone=now, changed=now))

    def note_back(self, document_id: str, *, now: datetime) -> None:
        """Note that a document's recording is there again; its page may still be gone."""
        table, visits = tables.documents, tables.visits.c
        with self._database.writing() as connection:
            query = select(table.c.url).where(table.c.id == document_id)
            url = connection.execute(query).scalar_one()
            page = select(visits.gone).where(visits.url_key == url_key(url))
            values = {"gone": connection.execute(page).scalar(), "changed": now}
            connection.execute(table.update().where(table.c.id == document_id).values(values))

    def was_delivered(self, url: str) -> bool:
        """Say whether everything that a page led to has arrived at the last look at it."""
        table = tables.validators
        return (
            self._database.one(select(table).where(table.c.url_key == long_hash(url))) is not None
        )

    def forget_validators(self, url: str) -> None:
        """Have a page sent whole at the next look, unless this one comes to its end."""
        table = tables.validators
        with self._database.writing() as connection:
            connection.execute(table.delete().where(table.c.url_key == long_hash(url)))

    def pages_of(self, source_id: str, *, since: datetime) -> list[tuple[Document, Visit]]:
        """Return a source's documents whose page was taken in and may be looked at again.

        Those that appeared after `since`, those whose page was not there the last time but is not
        yet taken to be gone, and articles whose captured page was lost. Of a page whose looks were
        not noted, the last one is that at which the document was discovered.
        """
        column, visit = tables.documents.c, tables.visits.c
        new = or_(column.published.is_(None), column.published >= since)
        young = and_(column.discovered >= since, new)
        lost = and_(
            column.capture_sha256.is_(None),
            column.revision > 0,
            column.kind == DocumentKind.ARTICLE,
        )
        query = select(tables.documents).where(
            column.source_id == source_id,
            column.withdrawn.is_(None),
            or_(column.capture_sha256.is_not(None), lost),
            column.gone.is_(None),
            column.stage != Stage.SKIPPED,
        )
        missing = select(visit.url_key).where(visit.missing > 0, visit.gone.is_(None))
        rows = self._database.rows(query.where(or_(young, lost)))
        found = {row["id"]: value_of(Document, row) for row in rows}
        looks = {row["url_key"]: value_of(Visit, row) for row in self._looks_at(found.values())}
        if self._database.rows(missing.limit(1)):
            theirs = select(tables.sightings.c.document_id).where(
                tables.sightings.c.key.in_(missing)
            )
            for row in self._database.rows(query.where(column.id.in_(theirs))):
                found[row["id"]] = value_of(Document, row)
            looks = {row["url_key"]: value_of(Visit, row) for row in self._looks_at(found.values())}
        return [
            (each, looks.get(url_key(each.url)) or Visit(url=each.url, looked=each.discovered))
            for each in found.values()
        ]

    def without_transcript(self, source_id: str, *, since: datetime) -> list[Document]:
        """Return a source's ready episodes whose publisher's transcript could never be fetched.

        Those that appeared after `since`, have a link to one, and were heard instead.
        """
        column, media, text = tables.documents.c, tables.media.c, tables.texts.c
        fetched = select(media.document_id).where(media.role == MediaRole.TRANSCRIPT)
        heard = select(text.document_id).where(
            text.document_id == column.id,
            text.revision == column.revision,
            text.origin == Origin.ASR,
        )
        query = select(tables.documents).where(
            column.source_id == source_id,
            column.kind == DocumentKind.EPISODE,
            column.stage == Stage.READY,
            column.withdrawn.is_(None),
            column.discovered >= since,
            column.id.in_(heard),
            column.id.not_in(fetched),
        )
        found = (value_of(Document, row) for row in self._database.rows(query))
        return [each for each in found if each.transcripts]

    def _looks_at(self, documents: Iterable[Document]) -> list[dict[str, object]]:
        keys = sorted({url_key(each.url) for each in documents})
        found: list[dict[str, object]] = []
        for start in range(0, len(keys), 500):
            query = select(tables.visits)
            where = tables.visits.c.url_key.in_(keys[start : start + 500])
            found += [dict(row) for row in self._database.rows(query.where(where))]
        return found

    def page_state(self, url: str) -> tuple[bool, bool]:
        """Return whether a page was taken in for a document, and whether that is withdrawn."""
        column, seen = tables.documents.c, tables.sightings.c
        theirs = select(seen.document_id).where(seen.key == url_key(url))
        query = select(column.capture_sha256, column.withdrawn).where(column.id.in_(theirs))
        rows = self._database.rows(query)
        hidden = any(row["withdrawn"] is not None for row in rows)
        return any(row["capture_sha256"] is not None for row in rows), hidden

    def _mark_gone(self, connection: Connection, key: str, since: datetime | None) -> None:
        table, seen = tables.documents, tables.sightings.c
        theirs = select(seen.document_id).where(seen.key == key)
        where = and_(table.c.id.in_(theirs), table.c.capture_sha256.is_not(None))
        connection.execute(table.update().where(where).values(gone=since))


def visited(before: Visit | None, url: str, status: int, now: datetime) -> Visit:
    """Return what is known of a page after one more look at it.

    >>> visited(None, "https://a.example/", 410, datetime(2026, 1, 1)).gone
    datetime.datetime(2026, 1, 1, 0, 0)
    """
    seen = replace(before, looked=now) if before else Visit(url=url, looked=now)
    if status not in (GONE, MISSING):
        return Visit(url=url, looked=now)
    since = seen.since or now
    missing = seen.missing + 1
    is_gone = status == GONE or missing >= _ENOUGH
    return replace(
        seen, missing=missing, since=since, gone=seen.gone or (since if is_gone else None)
    )


def next_look(visit: Visit, appeared: datetime, *, young: timedelta) -> datetime | None:
    """Return when a page is to be looked at again, None when no more.

    Each gap is as long as the page is old then, so that it grows: after one day, two, four, and
    so on while the page is young. One that was not there is asked for a few times more, whatever
    its age.

    Args:
        visit: the last look.
        appeared: when the document appeared: published, or discovered.
        young: how long pages are looked at.
    """
    day = timedelta(days=1)
    if visit.gone:
        return None
    if visit.missing:
        return visit.looked + day * visit.missing
    if visit.looked - appeared > young:
        return None
    return visit.looked + max(day, visit.looked - appeared)
