"""What one question reads of the catalogue, in few statements. A part of the catalogue.

An answer cites a handful of documents. Reading each by itself takes a statement for every fact and
decodes an hour of words for a sentence: a shelf takes the rows of all of them at once, and of an
uncorrected text decodes only the turns and words around what is quoted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, text

from corpus.errors import NotFoundError
from corpus.reading import apply_corrections
from corpus.schema import tables
from corpus.schema.database import Database
from corpus.schema.decisions import Decisions
from corpus.schema.hushing import Hushed
from corpus.schema.marks import Marks, marks_of, marks_touching, text_from
from corpus.schema.tables import value_of
from corpus.types import Document, Person, Reading, Span, Text

_MOST = 200  # documents on a shelf: who goes through an archive must not hold all of it
_MOST_MARKS = 8  # documents whose marks stay unpacked: an hour of words takes megabytes


class ShelvesPart:
    """Shelves; `Catalogue` has the rest."""

    if TYPE_CHECKING:  # the catalogue's own
        _database: Database

        def document(self, document_id: str) -> Document: ...  # noqa: D102
        def reading(self, document_id: str, revision: int | None = None) -> Reading: ...  # noqa: D102
        def _decisions(self, connection: Connection) -> Decisions: ...
        def _hushed_people(self, connection: Connection) -> Hushed: ...
        def _person_rows(self, connection: Connection, ids: Iterable[str]) -> dict[str, Any]: ...
        def _joined(
            self, connection: Connection, decisions: Decisions, rows: Mapping[str, Any]
        ) -> dict[str, Person]: ...

    # What everybody is called, and what it was read from.
    _called: tuple[tuple[Any, ...], dict[str, str]] | None = None

    def names(self) -> dict[str, str]:
        """Return what everybody is called by id, by name: much less to read than `people`."""
        with self._database.reading() as connection:
            decisions = self._decisions(connection)
            # Past the column types, which cost more than the reading.
            rows = connection.execute(text("SELECT id, name FROM people")).all()
            hidden = self._hushed_people(connection).nobody
        state = (dict(map(tuple, rows)), decisions, hidden)
        if self._called is None or self._called[0] != state:  # thousands, for every question
            self._called = state, _called(*state)
        return dict(self._called[1])

    def shelf(self) -> Shelf:
        """Return an empty shelf, for one question."""
        return Shelf(self)

    def _fetch(self, shelf: Shelf, wanted: Sequence[str]) -> None:
        """Put documents, their newest texts and whether they are corrected on a shelf."""
        documents, texts, made = tables.documents, tables.texts, tables.corrections.c
        column = documents.c
        shown = column.id.in_(wanted), column.withdrawn.is_(None), column.merged_into.is_(None)
        newest = (column.id == texts.c.document_id) & (column.revision == texts.c.revision)
        text_rows = select(texts).select_from(texts.join(documents, newest)).where(*shown)
        corrected = select(made.document_id).where(
            made.document_id.in_(wanted), made.reverted.is_(None)
        )
        page = tables.captures.c
        fetched = select(column.id, func.max(page.retrieved)).where(*shown)
        fetched = fetched.join(tables.captures, page.sha256 == column.capture_sha256)
        with self._database.reading() as connection:
            rows = connection.execute(select(documents).where(*shown)).mappings()
            shelf.documents |= {row["id"]: value_of(Document, row) for row in rows}
            rows = connection.execute(text_rows).mappings()
            shelf.rows |= {row["document_id"]: row for row in rows}
            shelf.corrected |= set(connection.scalars(corrected.distinct()))
            captured = connection.execute(fetched.group_by(column.id))
            shelf.retrieved |= {row[0]: row[1] for row in captured}
            if shelf.decisions is None:
                shelf.decisions = self._decisions(connection)

    def _fetch_people(self, shelf: Shelf, person_ids: Sequence[str]) -> dict[str, Person]:
        with self._database.reading() as connection:
            decided = shelf.decisions = shelf.decisions or self._decisions(connection)
            now = {each: decided.now(each) for each in person_ids}
            rows = self._person_rows(connection, {*now, *now.values()})
            joined = self._joined(connection, decided, rows)
        return {each: joined[now[each]] for each in person_ids if each in rows}


class Shelf:
    """Documents as they stood when they were first asked for; for one question, then let go of."""

    def __init__(self, catalogue: ShelvesPart) -> None:
        self._catalogue = catalogue
        self.documents: dict[str, Document] = {}
        self.rows: dict[str, Mapping[Any, Any]] = {}  # of the newest texts
        self.corrected: set[str] = set()
        self.retrieved: dict[str, datetime] = {}  # when their pages were captured last
        self.decisions: Decisions | None = None  # on who is who
        self._asked: set[str] = set()
        self._whole: dict[str, Reading] = {}
        self._marks: dict[str, Marks] = {}
        self._people: dict[str, Person] = {}

    def fetch(self, document_ids: Iterable[str]) -> None:
        """Read these documents and their newest texts, all that are not here yet at once."""
        wanted = sorted(set(document_ids) - self._asked)
        if not wanted:
            return
        if len(self._asked) + len(wanted) > _MOST:
            self._clear()
        self._asked.update(wanted)
        self._catalogue._fetch(self, wanted)

    def document(self, document_id: str) -> Document:
        """Return a document by its whole id.

        Raises:
            DocumentNotFoundError: there is none, or it is withdrawn.
        """
        self.fetch([document_id])
        found = self.documents.get(document_id)
        return found if found is not None else self._catalogue.document(document_id)

    def content(self, document_id: str) -> str | None:
        """Return the words of the newest text as they are to be read, None when there are none."""
        self.fetch([document_id])
        row = self.rows.get(document_id)
        if row is not None and document_id in self.corrected:
            return self._read_whole(document_id).text.content
        return row["content"] if row is not None else None

    def reading(self, document_id: str, around: Sequence[Span] | None = None) -> Reading:
        """Return the newest text of a document as it is to be read.

        Where nobody corrected it, only the turns, seconds and asides that touch `around` are in
        it: enough for what is quoted there. Without `around` it is whole.

        Raises:
            TextNotFoundError: there is none.
        """
        self.fetch([document_id])
        row, decided = self.rows.get(document_id), self.decisions
        if around is None or row is None or decided is None or document_id in self.corrected:
            return self._read_whole(document_id)
        if document_id not in self._marks:
            if len(self._marks) >= _MOST_MARKS:
                self._marks.pop(next(iter(self._marks)))
            self._marks[document_id] = marks_of(row)
        text = text_from(row, marks_touching(self._marks[document_id], around))
        return apply_corrections(text, (), _now_called(text, decided))

    def fetch_people(self, person_ids: Collection[str]) -> None:
        """Read who these people are now, all that are not here yet at once."""
        missing = sorted(set(person_ids) - self._people.keys())
        if missing:
            self._people |= self._catalogue._fetch_people(self, missing)

    def person(self, person_id: str) -> Person:
        """Return who the person of this id is now.

        Raises:
            NotFoundError: there is none.
        """
        self.fetch_people([person_id])
        found = self._people.get(person_id)
        if found is None:
            raise NotFoundError(f"person {person_id[:80]}", remedy="see onrecord people")
        return found

    def _clear(self) -> None:
        for held in (self.documents, self.rows, self.retrieved, self._whole, self._marks):
            held.clear()
        self.corrected.clear()
        self._asked.clear()

    def _read_whole(self, document_id: str) -> Reading:
        if document_id not in self._whole:
            self._whole[document_id] = self._catalogue.reading(document_id)
        return self._whole[document_id]


def _now_called(text: Text, decided: Decisions) -> dict[str, str]:
    """Return who the people of a text's turns are now, where that is somebody else."""
    named = {turn.attribution.person_id for turn in text.turns}
    now = {each: decided.now(each, text.document_id) for each in named if each}
    return {each: current for each, current in now.items() if current != each}


def _called(
    stored: Mapping[str, str], decisions: Decisions, hidden: Collection[str]
) -> dict[str, str]:
    given = decisions.names
    called = {
        each: given[each][0] if each in given else stored[each]
        for each in {decisions.now(each) for each in stored if each not in hidden}
    }
    return dict(sorted(called.items(), key=lambda pair: (pair[1], pair[0])))
