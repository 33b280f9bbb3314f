"""The people of the catalogue: who is who across documents, and where they speak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, func, or_, select, text, type_coerce
from sqlalchemy import Text as Characters

from corpus.errors import NotFoundError
from corpus.reading import apply_corrections
from corpus.schema import identity, tables
from corpus.schema.codecs import clean
from corpus.schema.decisions import Decision, Decisions
from corpus.schema.hushing import Hushed, hushed_by
from corpus.schema.identity import Known, Place, folded_of
from corpus.schema.merges import MergesPart
from corpus.schema.namesakes import find_namesakes
from corpus.schema.sightings import short_hash
from corpus.schema.tables import row_of, value_of
from corpus.types import (
    Appearance,
    Correction,
    Credit,
    Namesakes,
    Person,
    PersonEvent,
    Text,
    Turn,
    TurnKind,
)

_AT_ONCE = 500  # values in one statement; SQLite has a bound


class Register(MergesPart):
    """The part of the catalogue that knows people. Texts keep the ids they were made with.

    Whom only withdrawn documents name is nobody to a reader.
    """

    _decided: tuple[Sequence[Any], Decisions] | None = None  # as stored, and understood
    # What withdrawn documents say of people, with the state of the documents it was read in.
    _hushed: tuple[tuple[Any, ...], Hushed] | None = None

    # ── who is who ───────────────────────────────────────────────────────────────────────────

    def ensure_person(
        self, credit: Credit, *, source_id: str, document_id: str | None = None
    ) -> Person:
        """Return the person a credit means, and remember what it says of them; make a new one.

        One person is who has the same full name (initials permitting) and a profession, an
        organisation or the source in common; parts like host or guest count within the source
        only. What people decided counts before that: of two who were merged, what is known of
        one is known of the other. Where the credit may be one of several and nothing tells of
        whom it speaks, it is nobody's but its source's, and is offered for review. With
        `document_id`, whom the document named when it was read before comes first among these,
        and before everything where people split somebody.

        Returns:
            The person under the id that a text is to name: merges come on top of it
            (`person`, `known_as`), so that each can be undone.
        """
        credit, source_id = clean(credit), clean(source_id)
        with self._database.reading() as connection:
            place = self._place(connection, source_id, document_id)
            known, _ = self._meant(connection, credit, place)
        if known and identity.learn(known, credit, source_id) == known:
            return known
        with self._database.writing() as connection:
            self._database.one_at_a_time(connection)
            known, key = self._meant(connection, credit, place)
            if known is None:
                known, key = self._add_person(connection, credit, key)
            learnt = identity.learn(known, credit, source_id)
            table = tables.people
            row = row_of(learnt, table)
            connection.execute(table.update().where(table.c.id == learnt.id).values(row))
        return learnt

    def _place(self, connection: Connection, source_id: str, document_id: str | None) -> Place:
        if document_id is None:
            return Place(source_id)
        named = self._named_in(connection, document_id)
        splits = self._decisions(connection).in_force(Decision.SPLIT)
        settled = {each for event in splits for each in (event.person_id, event.other_id)}
        return Place(source_id, named, named & settled)

    def _meant(
        self, connection: Connection, credit: Credit, place: Place
    ) -> tuple[Person | None, str]:
        """Return the row of the person a credit means, or None and the key of a new one."""
        table, decisions = tables.people.c, self._decisions(connection)
        named = decisions.renamed_to(credit.name)
        query = select(tables.people).where(
            or_(table.folded == folded_of(credit.name), table.id.in_(sorted(named)))
        )
        rows = {row["id"]: row for row in connection.execute(query).mappings()}
        for retired in decisions.retired:
            rows.pop(retired, None)
        people = self._joined(connection, decisions, rows)
        known = [
            Known(id=each, person=people[decisions.now(each)], folded=row["folded"])
            for each, row in rows.items()
        ]
        chosen, undecided = identity.choose(credit, place, known)
        key = identity.key_of(credit, place.source_id, undecided=undecided)
        if chosen is None and undecided and short_hash(key) in rows:
            return value_of(Person, rows[short_hash(key)]), key
        return (value_of(Person, rows[chosen.id]) if chosen else None), key

    def _add_person(self, connection: Connection, credit: Credit, key: str) -> tuple[Person, str]:
        """Make a new person; their id is the first of the key's that nobody has."""
        table, number, wanted = tables.people, 1, key
        while self._person_rows(connection, [short_hash(wanted)]):
            number += 1
            wanted = f"{key}#{number}"
        person = Person(id=short_hash(wanted), name=identity.cut_name(credit.name))
        row = row_of(person, table, key=wanted, folded=folded_of(credit.name))
        connection.execute(table.insert().values(row))
        return person, wanted

    # ── reading ──────────────────────────────────────────────────────────────────────────────

    def person(self, person_id: str) -> Person:
        """Return who the person of this id is now, with every name they go by.

        Raises:
            NotFoundError: there is none.
        """
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
            hushed = self._hushed_people(connection)
            if decisions.group(decisions.now(person_id)) <= hushed.nobody:
                raise NotFoundError(f"person {person_id[:80]}", remedy="see onrecord people")
            person = self._person(connection, decisions, person_id)
            return self._as_read(connection, decisions, hushed, {person.id: person})[person.id]

    def people(self) -> list[Person]:
        """Return everybody, by name; who was merged into another is one of their aliases."""
        with self._database.reading() as connection:
            rows = {r["id"]: r for r in connection.execute(select(tables.people)).mappings()}
            decisions, hushed = self._decisions(connection), self._hushed_people(connection)
            for hidden in hushed.nobody:
                rows.pop(hidden, None)
            people = self._joined(connection, decisions, rows)
            people = self._as_read(connection, decisions, hushed, people)
        return sorted(people.values(), key=lambda each: (each.name, each.id))

    def known_as(self, document_id: str) -> Mapping[str, str]:
        """Return who the people named in a document are now, where that is somebody else."""
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
            if not decisions.events:
                return {}
            named = self._named_in(connection, document_id)
        now = {each: decisions.now(each, document_id) for each in named}
        return {each: current for each, current in now.items() if current != each}

    def appearances(self, person_id: str) -> list[Appearance]:
        """Return the documents in which a person speaks or is credited, by document id.

        Raises:
            NotFoundError: there is no such person.
        """
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
            person = self._person(connection, decisions, person_id)
            hidden = self._unlisted(connection)
            found = self._appearances(connection, decisions, person.id)
        return [each for each in found if each.document_id not in hidden]

    def speaking(self) -> dict[str, tuple[int, int]]:
        """Return in how many documents everybody speaks, and in how many turns."""
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
            hidden = self._unlisted(connection)
            rows = connection.execute(select(tables.appearances)).mappings().all()
        turns: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for row in (each for each in rows if each["turns"] and each["document_id"] not in hidden):
            person_id = decisions.now(row["person_id"], row["document_id"])
            turns[person_id][row["document_id"]] += row["turns"]
        return {each: (len(found), sum(found.values())) for each, found in turns.items()}

    def pairs_to_review(self, *, limit: int = 200) -> list[Namesakes]:
        """Return pairs who may be one person, the likeliest first; not what was decided already."""
        people = self.people()
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
        pairs = (
            pair
            for pair in find_namesakes(people)
            if not decisions.are_apart(pair.one.id, pair.other.id)
        )
        return list(islice(pairs, limit))

    def decisions(self, person_id: str | None = None) -> list[PersonEvent]:
        """Return what people decided about a person (None: about anybody), in order."""
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
        return decisions.about(person_id) if person_id else list(decisions.events)

    # ── rows ─────────────────────────────────────────────────────────────────────────────────

    def _decisions(self, connection: Connection) -> Decisions:
        # Read for every document: what did not change since is not worked out again.
        stored = connection.execute(text("SELECT * FROM people_events")).all()
        known = self._decided
        if known is None or known[0] != stored:
            rows = connection.execute(select(tables.people_events)).mappings()
            known = stored, Decisions(value_of(PersonEvent, row) for row in rows)
            self._decided = known
        return known[1]

    def _person(self, connection: Connection, decisions: Decisions, person_id: str) -> Person:
        rows = self._person_rows(connection, [person_id, decisions.now(person_id)])
        if person_id not in rows:
            raise NotFoundError(f"person {person_id[:80]}", remedy="see onrecord people")
        return self._joined(connection, decisions, rows)[decisions.now(person_id)]

    def _hushed_people(self, connection: Connection) -> Hushed:
        """Return what withdrawn documents say of people, and whom no other document names."""
        hidden = self._hidden(connection)
        if not hidden:
            return Hushed()
        newest = select(func.max(tables.documents.c.described))
        state = (tuple(sorted(hidden)), connection.execute(newest).scalar())
        known = self._hushed
        if known is None or known[0] != state:
            named = {each for one in hidden for each in self._named_in(connection, one)}
            seen = {each: list(self._seen_as(connection, each)) for each in named}
            known = self._hushed = state, hushed_by(seen, hidden)
        return known[1]

    def _as_read(
        self,
        connection: Connection,
        decisions: Decisions,
        hushed: Hushed,
        people: Mapping[str, Person],
    ) -> dict[str, Person]:
        """Return people without the roles that only withdrawn documents give them."""
        read = dict(people)
        for each in {decisions.now(named) for named in hushed.here} & people.keys():
            group = decisions.group(each)
            others = self._person_rows(connection, group - hushed.here.keys()).values()
            told = {role for row in others for role in row["roles"]}
            read[each] = hushed.without_roles(people[each], group, told)
        return read

    def _person_rows(self, connection: Connection, ids: Iterable[str]) -> dict[str, Any]:
        wanted = sorted(set(ids))
        rows: dict[str, Any] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            query = select(tables.people).where(tables.people.c.id.in_(some))
            rows |= {row["id"]: row for row in connection.execute(query).mappings()}
        return rows

    def _joined(
        self, connection: Connection, decisions: Decisions, rows: Mapping[str, Any]
    ) -> dict[str, Person]:
        """Return who the people of `rows` are now, each with all rows that are theirs."""
        groups = {decisions.now(each): decisions.group(each) for each in rows}
        missing = {each for group in groups.values() for each in group} - rows.keys()
        rows = {**rows, **self._person_rows(connection, missing)}
        named = {
            each: identity.joined(value_of(Person, row), (), decisions.names.get(each, ()))
            for each, row in rows.items()
        }
        people = {}
        for current, group in groups.items():
            others = sorted(group - {current} - decisions.retired)
            people[current] = identity.joined(named[current], [named[each] for each in others])
        return people

    def _named_in(self, connection: Connection, document_id: str) -> set[str]:
        """Return the ids by which a document's text, credits and corrections name people."""
        spoken, corrected = tables.appearances.c, tables.corrections.c
        ids: set[str | None] = set()
        for column, where in (
            (spoken.person_id, spoken.document_id),
            (corrected.person_id, corrected.document_id),
        ):
            ids |= set(connection.scalars(select(column).where(where == document_id)))
        query = select(tables.documents.c.credits).where(tables.documents.c.id == document_id)
        for credits in connection.scalars(query):
            ids |= {credit.person_id for credit in credits}
        return {each for each in ids if each}

    def _appearances(
        self, connection: Connection, decisions: Decisions, person_id: str
    ) -> list[Appearance]:
        current = decisions.now(person_id)
        turns: dict[str, int] = defaultdict(int)
        roles: dict[str, dict[str, None]] = defaultdict(dict)
        for each in sorted(decisions.origins(current)):
            for document_id, count, held in self._seen_as(connection, each):
                if decisions.now(each, document_id) == current:
                    turns[document_id] += count
                    roles[document_id] |= dict.fromkeys(held)
        return [
            Appearance(
                document_id=document_id,
                person_id=current,
                turns=turns[document_id],
                roles=tuple(roles[document_id]),
            )
            for document_id in sorted(turns)
        ]

    def _seen_as(
        self, connection: Connection, person_id: str
    ) -> Iterable[tuple[str, int, tuple[str, ...]]]:
        """Yield document, turns and roles wherever a text, credit or correction has this id."""
        spoken, documents, made = tables.appearances.c, tables.documents.c, tables.corrections.c
        heard = select(spoken.document_id, spoken.turns, spoken.roles)
        heard = heard.where(spoken.person_id == person_id, spoken.turns > 0)
        for document_id, turns, roles in connection.execute(heard):
            yield document_id, turns, roles
        written = type_coerce(documents.credits, Characters)
        credited = select(documents.id, documents.credits).where(
            written.contains(f'"person_id":"{person_id}"', autoescape=True)
        )
        for document_id, credits in connection.execute(credited):
            theirs = (credit for credit in credits if credit.person_id == person_id)
            roles = tuple(role for c in theirs for role in (*c.roles, *filter(None, (c.part,))))
            yield document_id, 0, roles
        corrected = select(made.document_id, made.role).where(
            made.person_id == person_id, made.reverted.is_(None)
        )
        for document_id, role in connection.execute(corrected):
            yield document_id, 0, (role,) if role else ()

    def _save_appearances(self, connection: Connection, saved: Text) -> None:
        """Replace who speaks in a document."""
        table = tables.appearances
        connection.execute(table.delete().where(table.c.document_id == saved.document_id))
        if rows := self._appearances_of(connection, saved):
            connection.execute(table.insert(), rows)

    def _appearances_of(self, connection: Connection, saved: Text) -> list[dict[str, Any]]:
        """Return who speaks in a document, as corrected; what is sold is nobody's testimony.

        Whom only the uncorrected text names stays with no turns: merges are known by it.
        """
        turns = {t.attribution.person_id: 0 for t in saved.turns if _is_testimony(t)}
        roles: dict[str | None, dict[str, None]] = defaultdict(dict)
        for turn in self._as_corrected(connection, saved).turns:
            who = turn.attribution
            if _is_testimony(turn):
                turns[who.person_id] = turns.get(who.person_id, 0) + 1
                roles[who.person_id] |= dict.fromkeys(who.roles)
        return [
            {
                "document_id": saved.document_id,
                "person_id": person_id,
                "turns": count,
                "roles": tuple(roles[person_id]),
            }
            for person_id, count in turns.items()
        ]

    def _as_corrected(self, connection: Connection, saved: Text) -> Text:
        """Return a text as its corrections have it; people under the ids they were given."""
        table, documents = tables.corrections, tables.documents.c
        query = select(table).where(table.c.document_id == saved.document_id)
        made = [value_of(Correction, row) for row in connection.execute(query).mappings()]
        if not made:
            return saved
        query = select(documents.credits).where(documents.id == saved.document_id)
        credits = connection.execute(query).scalar_one()
        standing = {each.person_id: each.roles for each in credits if each.person_id}
        return apply_corrections(saved, made, None, standing).text


def _is_testimony(turn: Turn) -> bool:
    return turn.attribution.person_id is not None and turn.kind is TurnKind.SPEECH
