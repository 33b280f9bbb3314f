"""What a look at the whole archive can find wrong, as values. Knows no store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

Progress = Callable[[str, float, str], None]  # what is looked at, how far (0 to 1), a message


class Mend(StrEnum):
    """What can be done about a fault without touching anything that is whole."""

    NOTHING = "nothing"  # a person must decide, or a backup must help
    REINDEX = "reindex"  # make the database's own indexes again
    FETCH_AGAIN = "fetch again"  # the row goes, its documents are due again
    FORGET_PAGE = "forget page"  # an old capture that nobody reads from any more
    READ_AGAIN = "read again"  # a text is made again from what is stored
    REVISION = "revision"  # a document says which of its texts is the newest
    APPEARANCES = "appearances"  # who speaks where is counted again
    KNOWN_BY = "known by"  # a document gets the keys by which sightings find it
    LOOSE_ROWS = "loose rows"  # what refers to a document that is not there
    CLOCK = "clock"  # a moment that has not come yet becomes now
    SET_ASIDE = "set aside"  # a file moves to the quarantine
    REMOVE = "remove"  # what is half made goes
    SYNC = "sync"  # the index is brought up to the catalogue
    REBUILD = "rebuild"  # the index is made anew


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is not as it should be: which, why, and what helps."""

    area: str  # catalogue, documents, texts, files, quotes, leftovers, index
    thing: str
    cause: str
    remedy: str
    mend: Mend = Mend.NOTHING
    document_id: str | None = None
    revision: int | None = None
    sha256: str | None = None
    path: str | None = None  # of a file or folder to be set aside or removed
    mended: str | None = None  # what was done about it
    failed: str | None = None  # why it could not be mended

    @property
    def is_open(self) -> bool:
        """Say whether it is still there."""
        return self.mended is None

    @property
    def line(self) -> str:
        """The fault in words: thing, cause, and what was or can be done."""
        done = self.mended or (f"could not be mended: {self.failed}" if self.failed else "")
        return ": ".join(part for part in (self.thing, self.cause, done or self.remedy) if part)


def leftover(
    path: str,
    cause: str,
    *,
    thing: str | None = None,
    remedy: str = "--repair removes it",
    mend: Mend = Mend.REMOVE,
) -> Fault:
    """Return the fault that a file or folder lies at `path` which nobody needs.

    Args:
        path: of what is to be set aside or removed.
        cause: how it comes to lie there.
        thing: what it is called, if not by its path.
        remedy: what helps.
        mend: how it goes.
    """
    return Fault(
        area="leftovers", thing=thing or path, cause=cause, remedy=remedy, mend=mend, path=path
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was looked at, what was found, and what could not be looked at."""

    faults: tuple[Fault, ...] = ()
    looked_at: tuple[tuple[str, int], ...] = ()  # "documents", 120
    notes: tuple[str, ...] = ()  # what was left out, and why
    repaired: bool = False  # mending was asked for

    @property
    def open(self) -> tuple[Fault, ...]:
        """The faults that are still there."""
        return tuple(each for each in self.faults if each.is_open)


def with_result(fault: Fault, said: str) -> Fault:
    """Return the fault as mended."""
    return replace(fault, mended=said)
