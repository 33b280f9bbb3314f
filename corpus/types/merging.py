"""One document known under several addresses, and two documents found to be one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corpus.types.enums import AddressPart

PROGRAM = "onrecord"  # author of what the program found by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where, or under which name, a document was announced; without tokens and credentials."""

    document_id: str
    part: AddressPart
    address: str
    source_id: str | None = None  # that announced it
    seen: datetime | None = None  # the first time


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """That two documents are one, or may be: by whom, on what evidence, and what became of it.

    While it is in force, `other_id` has left lists, search and index; both stay in the catalogue
    as they were, so that undoing it brings the other back whole. Undone, the two stay apart: only
    a person joins them again.
    """

    id: str
    document_id: str  # that stays
    other_id: str
    joined: bool  # False: proposed; a person decides
    evidence: tuple[str, ...]  # a sentence for each thing that speaks for it
    author: str  # a person, or `PROGRAM`
    made: datetime
    likeness: float | None = None  # share of the words in common, 0 to 1; None: not compared
    reason: str | None = None  # as the person gave it
    undone: datetime | None = None
    undone_by: str | None = None
    undo_reason: str | None = None

    @property
    def state(self) -> str:
        """One word for what is in force."""
        if self.undone is not None:
            return "apart"
        return "merged" if self.joined else "proposed"
