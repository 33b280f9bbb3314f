"""What happened in a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from corpus.types.enums import Stage


class Happening(StrEnum):
    """What a run tells of while it goes on."""

    STARTED = "run started"
    LOOKED = "source looked at"
    WORKING = "at work"  # now and then, on what takes long
    DONE = "step done"
    FAILED = "step failed"
    WARNED = "warning"
    ASKED = "asked to stop"
    PARKED = "run parked"
    PUBLISHED = "index published"
    DELIVERED = "delivered"
    STOPPED = "run stopped"  # by an error
    FINISHED = "run finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened in a run, for its log."""

    happening: Happening
    message: str = ""
    source_id: str = ""
    document_id: str = ""
    title: str = ""  # of the document, or what is worked on
    stage: Stage | None = None  # at which the document stood
    seconds: float | None = None  # on the clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened to one document in one step."""

    document_id: str
    title: str
    before: Stage
    after: Stage
    error: str | None = None
    crashed: bool = False  # a bug, not an expected failure
    host: str = ""  # that was in trouble
    seconds: float = 0.0  # on the clock
    source_id: str = ""
    audio_seconds: float = 0.0  # of the recording that this step heard; 0 when it heard none


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one look at a source found."""

    source_id: str
    seen: int = 0  # documents the source offers
    new: int = 0
    changed: int = 0  # known documents of which the look learnt something new
    unchanged: bool = False  # the source answered "not modified"
    warnings: tuple[str, ...] = ()
    error: str | None = None
    moved_from: str | None = None  # the registry's address, which leads elsewhere for good
    moved_to: str | None = None  # where it leads, and where it is asked from now on
    partly: bool = False  # older pages, all known, were not asked for: `seen` is not all it offers

    def is_below(self, expected: int) -> bool:
        """Say whether the source offers fewer documents than it should."""
        return not self.unchanged and not self.partly and self.seen < expected


@dataclass(frozen=True, slots=True, kw_only=True)
class StageReport:
    """What a run did for the documents that stood at one stage, and how many still stand there."""

    stage: Stage
    done: int = 0
    failed: int = 0
    waiting: int = 0  # at the end of the run
    seconds: float = 0.0  # spent in its steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a saved search sent to one address after a run."""

    watch_id: str
    question: str
    address: str  # as it may be shown: secrets are masked
    quotes: int = 0  # new ones, sent
    error: str | None = None  # they stay due for the next run


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One night's work."""

    id: str
    started: datetime
    finished: datetime | None = None
    sources: tuple[SourceReport, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    below_expectation: tuple[str, ...] = ()  # source ids
    generation: str | None = None
    passages: int = 0
    error: str | None = None
    warnings: tuple[str, ...] = field(default=())
    parked: str | None = None  # why it ended before the work did: out of time, asked to stop
    stages: tuple[StageReport, ...] = ()
    audio_seconds: float = 0.0  # of recordings heard
    deliveries: tuple[Delivery, ...] = ()
    disk_used: int = 0  # bytes of the archive's folder
    disk_free: int = 0  # bytes left where it lies
