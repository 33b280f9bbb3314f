"""What happened in a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from corpus.types.enums import Stage


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
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one look at a source found."""

    source_id: str
    seen: int = 0  # documents the source offers
    new: int = 0
    unchanged: bool = False  # the source answered "not modified"
    warnings: tuple[str, ...] = ()
    error: str | None = None


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
