"""What people decide about who is who: merge, split, rename, keep apart, forget a voice.

Each decision is kept with author, reason and time, changes no text and no other row, and can be
undone: only what is read comes out differently.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select

from corpus.errors import DecisionError, NotFoundError
from corpus.schema import identity, tables
from corpus.schema.codecs import clean_string
from corpus.schema.decisions import Decision, Decisions
from corpus.schema.register import Register
from corpus.schema.sightings import short_hash
from corpus.schema.tables import row_of, value_of
from corpus.types import Person, PersonEvent, Voiceprint

_LONGEST_REASON = 2000  # characters


class Deciding(Register):
    """The part of the catalogue in which people decide about people.

    Raises:
        NotFoundError: (all methods) there is no such person, document or decision.
        DecisionError: (all methods) it cannot be so; says why.
    """

    def merge(
        self, keep: str, gone: str, *, author: str, reason: str | None = None, now: datetime
    ) -> PersonEvent:
        """Say that `gone` is `keep`; nothing of either is lost."""
        with self._database.writing() as connection:
            decisions = self._in_turn(connection)
            kept = self._person(connection, decisions, keep)
            other = self._person(connection, decisions, gone)
            if kept.id == other.id:
                raise DecisionError(f"{keep} and {gone}", cause="they are one person already")
            seen = self._documents_of(connection, decisions, other.id)
            event = PersonEvent(
                id=_next(decisions),
                kind=Decision.MERGE,
                person_id=kept.id,
                other_id=other.id,
                author=author,
                reason=reason,
                made=now,
            )
            return self._decide(connection, event, seen)

    def split(
        self,
        person_id: str,
        documents: Collection[str],
        *,
        author: str,
        reason: str | None = None,
        now: datetime,
    ) -> PersonEvent:
        """Say that in these documents it is somebody else: a new person of the same name."""
        with self._database.writing() as connection:
            decisions = self._in_turn(connection)
            person = self._person(connection, decisions, person_id)
            seen = self._documents_of(connection, decisions, person.id)
            apart = tuple(dict.fromkeys(documents))
            _check_split(person, apart, seen)
            number = _next(decisions)
            new = self._split_off(connection, decisions, person, apart, number)
            event = PersonEvent(
                id=number,
                kind=Decision.SPLIT,
                person_id=person.id,
                other_id=new,
                documents=apart,
                author=author,
                reason=reason,
                made=now,
            )
            return self._decide(connection, event, apart)

    def rename(
        self, person_id: str, name: str, *, author: str, reason: str | None = None, now: datetime
    ) -> PersonEvent:
        """Call a person by another name; the old one stays an alias."""
        name = " ".join(clean_string(name).split())
        with self._database.writing() as connection:
            decisions = self._in_turn(connection)
            person = self._person(connection, decisions, person_id)
            _check_name(person, name)
            event = PersonEvent(
                id=_next(decisions),
                kind=Decision.RENAME,
                person_id=person.id,
                before=person.name,
                after=name,
                author=author,
                reason=reason,
                made=now,
            )
            seen = self._documents_of(connection, decisions, person.id)
            return self._decide(connection, event, seen)

    def keep_apart(
        self, one: str, other: str, *, author: str, reason: str | None = None, now: datetime
    ) -> PersonEvent:
        """Say that two people are two; they are not offered for review again."""
        with self._database.writing() as connection:
            decisions = self._in_turn(connection)
            mine = self._person(connection, decisions, one)
            theirs = self._person(connection, decisions, other)
            if mine.id == theirs.id:
                raise DecisionError(
                    f"{one} and {other}",
                    cause="they are one person",
                    remedy="split them, or undo the decision that merged them",
                )
            event = PersonEvent(
                id=_next(decisions),
                kind=Decision.APART,
                person_id=mine.id,
                other_id=theirs.id,
                author=author,
                reason=reason,
                made=now,
            )
            return self._decide(connection, event, ())

    def undo(self, event_id: str, *, author: str, now: datetime) -> PersonEvent:
        """Take a decision back; everything is read as if it had not been made.

        Who is split from somebody cannot be made one again while later decisions rest on it:
        those are to be undone first. A voice that was forgotten stays so, and may be kept anew.
        """
        table = tables.people_events
        with self._database.writing() as connection:
            decisions = self._in_turn(connection)
            event = next((each for each in decisions.events if each.id == event_id.strip()), None)
            _check_undo(event_id, event, decisions)
            assert event is not None
            seen = self._touched_by(connection, decisions, event)
            undone = replace(event, undone=now, undone_by=_line(author))
            values = {"undone": undone.undone, "undone_by": undone.undone_by}
            connection.execute(table.update().where(table.c.id == event.id).values(values))
            self._describe(connection, seen, now)
        return undone

    # ── voices ───────────────────────────────────────────────────────────────────────────────

    def save_voiceprint(self, voiceprint: Voiceprint) -> bool:
        """Keep how a person sounds in a document; False when their voice was to be forgotten."""
        table = tables.voiceprints
        with self._database.writing() as connection:
            decisions = self._in_turn(connection)
            who = decisions.now(voiceprint.person_id, voiceprint.document_id)
            if who in decisions.voiceless:
                return False
            self._person(connection, decisions, voiceprint.person_id)
            self._database.upsert(connection, table, row_of(voiceprint, table))
        return True

    def voiceprints(self) -> list[Voiceprint]:
        """Return every voiceprint that may be used, under who the person is now."""
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
            query = select(tables.voiceprints).order_by(*tables.voiceprints.primary_key)
            query = query.where(
                tables.voiceprints.c.document_id.not_in(sorted(self._hidden(connection)))
            )
            kept = [value_of(Voiceprint, row) for row in connection.execute(query).mappings()]
        resolved = [
            replace(each, person_id=decisions.now(each.person_id, each.document_id))
            for each in kept
        ]
        return [each for each in resolved if each.person_id not in decisions.voiceless]

    def forget_voice(
        self, person_id: str, *, author: str, reason: str | None = None, now: datetime
    ) -> PersonEvent:
        """Delete every voiceprint of a person, and keep none again."""
        table = tables.voiceprints
        with self._database.writing() as connection:
            decisions = self._in_turn(connection)
            person = self._person(connection, decisions, person_id)
            for each in sorted(decisions.origins(person.id)):
                query = select(table.c.document_id).where(table.c.person_id == each)
                for document_id in connection.scalars(query).all():
                    # In other documents the same id may be somebody who was split off.
                    if decisions.now(each, document_id) == person.id:
                        theirs = (table.c.person_id == each, table.c.document_id == document_id)
                        connection.execute(table.delete().where(*theirs))
            event = PersonEvent(
                id=_next(decisions),
                kind=Decision.FORGET_VOICE,
                person_id=person.id,
                author=author,
                reason=reason,
                made=now,
            )
            return self._decide(connection, event, ())

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _in_turn(self, connection: Connection) -> Decisions:
        """Wait for others who decide, and return what they did."""
        self._database.one_at_a_time(connection)
        return self._decisions(connection)

    def _decide(
        self, connection: Connection, event: PersonEvent, documents: Iterable[str]
    ) -> PersonEvent:
        reason = " ".join(clean_string(event.reason or "").split())[:_LONGEST_REASON] or None
        event = replace(event, kind=str(event.kind), author=_line(event.author), reason=reason)
        if not event.author:
            raise DecisionError(event.kind, cause="nobody decides it", remedy="say by whom")
        table = tables.people_events
        connection.execute(table.insert().values(row_of(event, table)))
        if event.made is not None:
            self._describe(connection, documents, event.made)
        return event

    def _describe(self, connection: Connection, documents: Iterable[str], now: datetime) -> None:
        """Note that readers are shown something else, so that the index follows."""
        table = tables.documents
        values = {"changed": now, "described": now}
        for each in sorted(set(documents)):
            connection.execute(table.update().where(table.c.id == each).values(values))

    def _documents_of(
        self, connection: Connection, decisions: Decisions, person_id: str
    ) -> list[str]:
        found = self._appearances(connection, decisions, person_id)
        return [each.document_id for each in found]

    def _touched_by(
        self, connection: Connection, decisions: Decisions, event: PersonEvent
    ) -> Iterable[str]:
        """Return the documents that read differently once `event` is undone."""
        if event.kind == Decision.SPLIT:
            return event.documents
        if event.kind == Decision.RENAME:
            return self._documents_of(connection, decisions, event.person_id)
        if event.kind != Decision.MERGE:
            return ()
        # Whom somebody was merged into is read as before.
        others = [each for each in decisions.events if each.id != event.id]
        return self._documents_of(connection, Decisions(others), event.other_id or "")

    def _split_off(
        self,
        connection: Connection,
        decisions: Decisions,
        person: Person,
        documents: Collection[str],
        number: str,
    ) -> str:
        """Make the person who speaks in `documents`; return the id."""
        seen = self._appearances(connection, decisions, person.id)
        held = [role for each in seen if each.document_id in documents for role in each.roles]
        table = tables.documents.c
        query = select(table.source_id, table.credits).where(table.id.in_(sorted(documents)))
        rows = connection.execute(query).all()
        ids = decisions.origins(person.id)
        companies = [
            each
            for _, credits in rows
            for credit in credits
            if credit.person_id in ids
            for each in identity.organisations_of(credit)
        ]
        key = f"{person.id}/split/{number}"
        new = Person(
            id=short_hash(key),
            name=person.name,
            roles=tuple(dict.fromkeys(held)),
            organisations=tuple(dict.fromkeys(companies)),
            sources=tuple(sorted({source_id for source_id, _ in rows})),
        )
        row = row_of(new, tables.people, key=key, folded=identity.folded_of(person.name))
        connection.execute(tables.people.insert().values(row))
        return new.id


def _next(decisions: Decisions) -> str:
    return str(len(decisions.events) + 1)


def _line(words: str) -> str:
    return identity.cut_name(clean_string(words))


def _check_split(person: Person, documents: Collection[str], seen: Collection[str]) -> None:
    if not documents:
        raise DecisionError(f"split {person.id}", cause="no document is named")
    for each in documents:
        if each not in seen:
            raise NotFoundError(
                f"{person.name} in document {each}",
                remedy=f"see onrecord people show {person.id}",
            )
    if set(documents) == set(seen):
        raise DecisionError(
            f"split {person.id}", cause="these are all their documents: nobody would be left"
        )


def _check_name(person: Person, name: str) -> None:
    if not name or len(name) > identity.LONGEST_NAME:
        cause = f"a name has 1 to {identity.LONGEST_NAME} characters, not {len(name)}"
        raise DecisionError(f"rename {person.id}", cause=cause)
    if name == person.name:
        raise DecisionError(f"rename {person.id}", cause="this is their name already")


def _check_undo(event_id: str, event: PersonEvent | None, decisions: Decisions) -> None:
    if event is None:
        raise NotFoundError(f"decision {event_id[:40]}", remedy="see onrecord people show PERSON")
    if event.undone is not None:
        cause = f"it was undone by {event.undone_by} on {event.undone:%Y-%m-%d}"
        raise DecisionError(f"undo {event.id}", cause=cause)
    if resting := decisions.resting_on(event):
        last = resting[-1]
        cause = f"a later decision rests on it: {last.kind} by {last.author}"
        raise DecisionError(f"undo {event.id}", cause=cause, remedy=f"undo {last.id} first")
