"""Withdrawing a document and bringing it back: hidden at once, then taken out of the index."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from corpus.errors import NotFoundError, OnRecordError, WithdrawalError
from corpus.types import Withdrawal
from ui.watches.watching import tidy_feeds

if TYPE_CHECKING:
    from ingest.workshop import Progress
    from ui.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """What was decided, and whether the index knows already."""

    made: Withdrawal
    quotes: int  # kept ones that stand in it
    unpublished: str | None = None  # why the index could not be published; the next sync does


class Withdrawing:
    """Every use case about documents that are to be hidden."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._catalogue = archive.catalogue

    def withdraw(
        self, document_id: str, *, author: str, reason: str, progress: Progress
    ) -> Withdrawn:
        """Hide a document everywhere and publish an index that never held it.

        Raises:
            DocumentNotFoundError: there is none, or it is withdrawn already.
            WithdrawalError: it is not said why.
        """
        document = self._catalogue.document(document_id)
        made = self._catalogue.withdraw(document.id, author=author, reason=reason, now=_now())
        tidy_feeds(self._archive)
        return self._published(made, progress)

    def reinstate(
        self, document_id: str, *, author: str, reason: str, progress: Progress
    ) -> Withdrawn:
        """Bring a withdrawn document back as it was, and publish.

        Raises:
            NotFoundError: no withdrawn document begins so.
            WithdrawalError: it is not said why.
        """
        found = self._catalogue.withdrawn_called(document_id)
        if found is None:
            there = self._catalogue.document(document_id)  # or it is not in the archive at all
            raise WithdrawalError(there.id, cause="it is not withdrawn")
        made = self._catalogue.reinstate(found, author=author, reason=reason, now=_now())
        return self._published(made, progress)

    def all(self, document_id: str | None = None) -> list[Withdrawal]:
        """Return who hid or brought back what, when and why (of one document), in order."""
        if document_id is None:
            return self._catalogue.withdrawals()
        found = self._catalogue.withdrawn_called(document_id)
        found = found or self._catalogue.document(document_id).id
        return self._catalogue.withdrawals(found)

    def _published(self, made: Withdrawal, progress: Progress) -> Withdrawn:
        kept = sum(1 for _ in self._catalogue.kept_quotes(made.document_id))
        try:
            self._archive.sync(progress)
        except NotFoundError:
            raise
        except OnRecordError as error:  # another process publishes, or the disk refuses
            return Withdrawn(made=made, quotes=kept, unpublished=str(error))
        return Withdrawn(made=made, quotes=kept)


def _now() -> datetime:
    return datetime.now(UTC)
