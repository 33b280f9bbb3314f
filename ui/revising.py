"""What became of a document's text over time, and of the quotes that were kept from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from corpus.citations import clock
from corpus.errors import NotFoundError, TextNotFoundError
from corpus.quotesets import Change
from corpus.revisions import Difference, SentenceChange, difference, why
from corpus.types import Attribution, Document, Revision
from ui.kept.picturing import Picturing

if TYPE_CHECKING:
    from ui.archive import Archive

_MOST_NAMED = 5  # quotes of one document that a run's report names


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """A revision and why there is one."""

    revision: Revision
    why: str


class Revising:
    """Every use case about revisions."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue

    def revisions(self, document_id: str) -> list[Revised]:
        """Return the revisions of a document's text, the oldest first."""
        found = self._catalogue.revisions(self._catalogue.document(document_id).id)
        before = [None, *found[:-1]]
        return [
            Revised(revision=each, why=why(one, each))
            for one, each in zip(before, found, strict=True)
        ]

    def difference(
        self, document_id: str, before: int | None = None, after: int | None = None
    ) -> Difference:
        """Return what a revision says otherwise than an earlier one; people as named today.

        Args:
            document_id: of the document, or a unique beginning of it.
            before: the earlier revision; None: the last but one.
            after: the later one; None: the newest.

        Raises:
            TextNotFoundError: there is no such revision, or only one.
        """
        document = self._catalogue.document(document_id)
        after = after if after is not None else document.revision
        before = before if before is not None else after - 1
        if document.revision < 2 or before < 1:
            raise TextNotFoundError(
                f"{document.id} before revision {after}",
                cause=f"it has {document.revision} revision{'' if document.revision == 1 else 's'}",
                remedy=f"see onrecord revisions {document.id}",
            )
        texts = [self._catalogue.text(document.id, number) for number in (before, after)]
        return difference(texts[0], texts[1], self._name_in(document))

    def quotes_moved(self, since: datetime) -> tuple[str, ...]:
        """Return what became of the kept quotes of documents that were revised since a moment.

        One line for each document of which a quote is stale or stands at another place now.
        """
        pictures = Picturing(self._archive)
        lines = (self._moved(each, pictures) for each in self._catalogue.revised_since(since))
        return tuple(filter(None, lines))

    def _moved(self, document_id: str, pictures: Picturing) -> str:
        stale: list[str] = []
        moved: list[str] = []
        document = self._catalogue.document(document_id)
        for each in pictures.compared(self._catalogue.kept_quotes(document_id)):
            if Change.STALE in each.changes:
                stale.append(each.kept.id)
            elif each.now is not None and each.now != each.kept.quote.span:
                moved.append(each.kept.id)
        said = [*_counted(stale, "stale"), *_counted(moved, "found again at another place")]
        if not said:
            return ""
        what = f"{document.title} ({document.id}), now revision {document.revision}"
        return f"{what}: kept quotes {'; '.join(said)}"

    def _name_in(self, document: Document) -> Namer:
        return Namer(self._archive, document)


class Namer:
    """How a speaker of a document is printed: the person as known today, else the label."""

    def __init__(self, archive: Archive, document: Document) -> None:
        self._catalogue = archive.catalogue
        self._now = archive.catalogue.known_as(document.id)
        self._names: dict[str, str | None] = {}

    def __call__(self, who: Attribution) -> str | None:
        """Return the name, None when nobody is named."""
        if who.person_id is None:
            return who.label
        current = self._now.get(who.person_id, who.person_id)
        if current not in self._names:
            try:
                self._names[current] = self._catalogue.person(current).name
            except NotFoundError:
                self._names[current] = who.label
        return self._names[current]


def place_of(change: SentenceChange) -> str:
    """Return where a sentence stands: its second, or its paragraph."""
    if change.start_time is not None:
        return clock(change.start_time)
    return f"paragraph {change.paragraph}"


def _counted(ids: list[str], what: str) -> Iterator[str]:
    if ids:
        more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
        yield f"{what}: {', '.join(ids[:_MOST_NAMED])}{more}"
