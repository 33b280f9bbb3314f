"""Saying which documents are one, singly or all that a moved feed gave other names; published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from corpus.errors import MergeError, OnRecordError
from corpus.types import Merge

if TYPE_CHECKING:
    from ingest.moves import Proposed
    from ingest.workshop import Progress
    from ui.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A proposal that is not answered together with others, and why."""

    merge: Merge
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What was decided, and what was left."""

    made: tuple[Merge, ...]
    left: tuple[Left, ...] = ()


class Joining:
    """Every use case about documents that are one.

    Args:
        archive: with the catalogue.
        author: who decides.
        reason: why; kept with each decision.
    """

    def __init__(self, archive: Archive, *, author: str, reason: str | None = None) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue
        self._author = author
        self._reason = reason

    def accept(self, named: str) -> Answered:
        """Accept a proposal by its id.

        Raises:
            NotFoundError: there is none.
            MergeError: they are one already.
        """
        proposal = self._catalogue.merge_called(named)
        return self._joined(proposal.document_id, proposal.other_id)

    def join(self, document: str, other: str) -> Answered:
        """Say that two documents are one; the first stays.

        Raises:
            DocumentNotFoundError: there is no such document.
            MergeError: they are one already, or of two kinds.
        """
        catalogue = self._catalogue
        return self._joined(catalogue.document(document).id, catalogue.document(other).id)

    def accept_all(self, source_id: str | None = None, *, dry_run: bool = False) -> Answered:
        """Accept every proposal (of one source) that has no doubt of its own.

        Args:
            source_id: of both documents; None: any.
            dry_run: only say what would be accepted.
        """
        made, left = [], []
        for each in self._waiting(source_id):
            if each.doubt is not None:
                left.append(Left(merge=each.merge, why=each.doubt))
            elif dry_run:
                made.append(each.merge)
            else:
                try:
                    made += self.accept(each.merge.id).made
                except MergeError as error:  # decided meanwhile
                    left.append(Left(merge=each.merge, why=error.cause))
        return Answered(made=tuple(made), left=tuple(left))

    def part(self, named: Iterable[str]) -> Answered:
        """Take documents apart, or refuse proposals, by id.

        Raises:
            NotFoundError: there is no such merge; what was named before it is done.
            MergeError: it was undone before.
        """
        return Answered(made=tuple(self._parted(each) for each in named))

    def refuse_all(self, source_id: str | None = None) -> Answered:
        """Refuse every proposal (of one source)."""
        return self.part([each.merge.id for each in self._waiting(source_id)])

    def publish(self, progress: Progress) -> str | None:
        """Have answers follow what was decided; return why they do not yet, None when they do."""
        try:
            self._archive.sync(progress)
        except OnRecordError as error:  # another process publishes, or the disk refuses
            return str(error)
        return None

    def _waiting(self, source_id: str | None) -> list[Proposed]:
        from ingest.moves import proposed

        return proposed(self._catalogue, source_id)

    def _joined(self, document_id: str, other_id: str) -> Answered:
        said = Merge(
            id="",
            document_id=document_id,
            other_id=other_id,
            joined=True,
            evidence=("a person said so",),
            author=self._author,
            made=_now(),
            reason=self._reason,
        )
        made = self._catalogue.join_documents(said)
        return Answered(made=(made,) if made else ())

    def _parted(self, named: str) -> Merge:
        return self._catalogue.part_documents(
            named, author=self._author, reason=self._reason, now=_now()
        )


def _now() -> datetime:
    return datetime.now(UTC)
