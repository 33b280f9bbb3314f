"""Sightings recorded: joined to the document they are of, or a new one made.

A feed that gives an episode another name announces the same document. Then both names are kept:
what is announced under the new one becomes a document of its own that is at once the same as the
first, so that the join has its evidence, costs no download, and can be undone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select

from corpus.masking import masked
from corpus.schema import sightings, tables
from corpus.schema.addresses import recording_key, same_but_for_chance
from corpus.schema.merges import MergesPart
from corpus.schema.renaming import evidence_of_renaming, is_renamed, shortened
from corpus.schema.sightings import Known, long_hash
from corpus.types import PROGRAM, AddressPart, Capture, DiscoveredItem, Document, Merge, Stage

_MOST_KEYS = 60  # of one document: addresses that change every night must not pile up
_ROTATING = 3  # recordings of one name, each elsewhere by lot: the next is another address of it


class DiscoveringPart(MergesPart):
    """What crawls find; `Catalogue` has the rest."""

    if TYPE_CHECKING:  # the catalogue's own

        def _lock_document(self, connection: Connection, document_id: str) -> Document: ...
        def _update(self, connection: Connection, document_id: str, **values: Any) -> None: ...
        def _put_capture(self, connection: Connection, capture: Capture) -> None: ...

    def record_discovered(self, item: DiscoveredItem, *, now: datetime) -> tuple[Document, bool]:
        """Join a sighting to its document, or make one; True when the document is new.

        A sighting fills what was empty and adds credits and transcripts; only the document's
        own page replaces what was there. Seeing the same thing again changes nothing. When the
        page or the recording is another one, the document goes back to DISCOVERED, so that it
        gets a new revision; a dead one comes back when anything changed. What is announced under
        a second name, with hard evidence, is joined to the first (`merges`).
        """
        item = sightings.clean_item(item)
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            known, shared = self._find_sighted(connection, item)
            if known is None or _is_lost_elsewhere(item, known.document):
                found = self._add(connection, item, now)
                self._remember(connection, item, found, now)
                return found.document, True
            if is_renamed(item, known.document) and not known.document.merged_into:
                return self._announced_again(connection, item, known, now)
            found = sightings.join(known, item, shared=shared, now=now)
            if found != known:
                self._remember(connection, item, found, now)
            if found.document.merged_into:
                return self._learn_for(connection, found.document.merged_into, item, found, now)
        return found.document, False

    def _announced_again(
        self, connection: Connection, item: DiscoveredItem, known: Known, now: datetime
    ) -> tuple[Document, bool]:
        """Make the document of the new name, the same as the one that is known."""
        added = self._add(connection, item, now)
        self._remember(connection, item, added, now)
        merge = Merge(
            id="",
            document_id=known.document.id,
            other_id=added.document.id,
            joined=True,
            evidence=(_new_name(item), *evidence_of_renaming(item, known.document)),
            author=PROGRAM,
            made=now,
        )
        if self._join(connection, merge, by_hand=False) is None:
            return added.document, True
        if known.document.stage not in (Stage.DISCOVERED, Stage.DEAD):
            # The new name's recording is known to be the document's: nothing to fetch. What could
            # not be fetched at the old address may be at the new one.
            self._keep_keys(connection, item, known.document, now, names=False)
        return self._learn_for(connection, known.document.id, item, added, now)

    def _learn_for(
        self,
        connection: Connection,
        document_id: str,
        item: DiscoveredItem,
        sighted: Known,
        now: datetime,
    ) -> tuple[Document, bool]:
        """Let the document learn what is announced under a name that was joined to it.

        Only where nothing was made of that name itself: a feed that changed its names goes on
        under the new ones. What was heard from another feed goes on speaking for itself.
        """
        own = self._known(connection, document_id)
        if sighted.document.revision or sighted.document.source_id != own.document.source_id:
            return own.document, False
        adopted = replace(item, guid=own.document.guid)
        keys = select(tables.sightings.c.key).where(tables.sightings.c.document_id == document_id)
        shared = set(connection.scalars(keys))
        found = sightings.join(own, adopted, shared=shared, now=now)
        if found != own:
            self._remember(connection, adopted, found, now)
        return found.document, False

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _find_sighted(
        self, connection: Connection, item: DiscoveredItem
    ) -> tuple[Known | None, Collection[str]]:
        """Return the document that the sighting is of, and which of its keys they share."""
        table, shared = tables.sightings.c, dict[str, set[str]]()
        keys = {*sightings.keys_of(item), *sightings.former_keys(item)}
        seen = select(table.key, table.document_id).where(table.key.in_(sorted(keys)))
        for key, document_id in connection.execute(seen):
            shared.setdefault(document_id, set()).add(key)
        query = select(tables.documents).where(tables.documents.c.id.in_(sorted(shared)))
        # Locked, since all of the row is written back.
        rows = connection.execute(query.with_for_update()).mappings()
        known = sightings.choose(item, [tables.known_of(row) for row in rows], shared)
        if known is None:
            return None, ()
        return known, shared[known.document.id] | self._by_chance(connection, item, known, shared)

    def _by_chance(
        self,
        connection: Connection,
        item: DiscoveredItem,
        known: Known,
        shared: dict[str, set[str]],
    ) -> set[str]:
        """Return the recording's key when its address is one more of many that are drawn by lot."""
        if not item.media_url or recording_key(item.media_url) in shared[known.document.id]:
            return set()
        table = tables.sightings.c
        where = (table.document_id == known.document.id, table.part == AddressPart.RECORDING)
        before = connection.scalars(select(table.address).where(*where)).all()
        alike = [each for each in before if same_but_for_chance(item.media_url, each)]
        return {recording_key(item.media_url)} if len(alike) >= _ROTATING else set()

    def _known(self, connection: Connection, document_id: str) -> Known:
        query = select(tables.documents).where(tables.documents.c.id == document_id)
        return tables.known_of(connection.execute(query.with_for_update()).mappings().one())

    def _add(self, connection: Connection, item: DiscoveredItem, now: datetime) -> Known:
        identity = long_hash(sightings.identity_of(item))
        column = tables.documents.c.id
        taken = set(connection.scalars(select(column).where(column.startswith(identity[:12]))))
        lengths = range(12, len(identity) + 1)
        document_id = next(identity[:n] for n in lengths if identity[:n] not in taken)
        known = sightings.first_sighting(item, document_id=document_id, now=now)
        row = tables.row_of_known(known)
        connection.execute(tables.documents.insert().values(row | {"described": now}))
        return known

    def _remember(
        self, connection: Connection, item: DiscoveredItem, known: Known, now: datetime
    ) -> None:
        document, row = known.document, tables.row_of_known(known)
        before = self._lock_document(connection, document.id)
        if sightings.shown(document) != sightings.shown(before):
            row["described"] = now
        self._update(connection, row.pop("id"), **row)
        self._keep_keys(connection, item, document, now)
        if item.capture is not None:
            self._put_capture(connection, item.capture)

    def _keep_keys(
        self,
        connection: Connection,
        item: DiscoveredItem,
        document: Document,
        now: datetime,
        *,
        names: bool = True,
    ) -> None:
        """Remember by what the document is known, up to a bound."""
        table = tables.sightings
        count = select(func.count()).where(table.c.document_id == document.id)
        room = _MOST_KEYS - connection.execute(count).scalar_one()
        for key, said in sightings.keyed(item).items():
            part, address = said or (None, None)
            if not names and part is not AddressPart.RECORDING:
                continue
            row = {
                "key": key,
                "document_id": document.id,
                "part": part,
                "address": masked(address) if address else None,
                "source_id": item.source_id,
                "seen": now,
            }
            if room > 0:
                self._database.upsert(connection, table, row, replacing=False)
                room -= 1


def _is_lost_elsewhere(item: DiscoveredItem, document: Document) -> bool:
    """Say whether another source offers anew what was given up: then it is not hidden behind it."""
    elsewhere = item.source_id != document.source_id and is_renamed(item, document)
    return elsewhere and document.stage is Stage.DEAD and not document.merged_into


def _new_name(item: DiscoveredItem) -> str:
    return f"announced as {shortened(masked(item.guid or ''))} by {item.source_id}"
