"""What a run would do: asks no host and writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from corpus.errors import SourceNotFoundError
from corpus.types import Document, Source
from ingest.lanes import WORKING_STAGES

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue

_DUE_SLACK = 0.9  # cron drifts by minutes; a daily source must not wait for the second night


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a run would do now."""

    sources: tuple[Source, ...]  # that would be looked at
    later: tuple[tuple[Source, datetime], ...]  # enabled ones that rest, and until when
    tried: tuple[Document, ...]  # in no order
    put_off: tuple[Document, ...]  # after a failure, until their `next_attempt`; soonest first


def prospect_of(
    catalogue: Catalogue | None,
    registry: Mapping[str, Source],
    *,
    only: Sequence[str] = (),
    now: datetime,
) -> Prospect:
    """Return what a run would do.

    Args:
        catalogue: None: there is none yet.
        registry: the sources by id.
        only: source ids to look at and work on; empty means all.
        now: when it would begin.

    Raises:
        SourceNotFoundError: `only` names a source the registry does not have.
    """
    chosen = chosen_sources(catalogue, registry, only, now)
    enabled = [] if only else [each for each in registry.values() if each.enabled]
    later = [(each, due_at(each, catalogue)) for each in enabled if each not in chosen]
    tried: list[Document] = []
    put_off: list[Document] = []
    if catalogue is not None:
        restrict = frozenset(only) if only else None
        for stage in WORKING_STAGES:
            tried += catalogue.due(stage, now=now, sources=restrict)
        put_off = [
            each
            for each in catalogue.failures()
            if each.stage in WORKING_STAGES
            and each.next_attempt is not None
            and each.next_attempt > now
            and (restrict is None or each.source_id in restrict)
        ]
    return Prospect(
        sources=tuple(chosen),
        later=tuple((each, at) for each, at in later if at is not None),
        tried=tuple(tried),
        put_off=tuple(sorted(put_off, key=lambda each: each.next_attempt or now)),
    )


def chosen_sources(
    catalogue: Catalogue | None,
    registry: Mapping[str, Source],
    only: Sequence[str],
    moment: datetime,
) -> list[Source]:
    """Return the sources to look at: those named, or all that are enabled and due.

    Raises:
        SourceNotFoundError: `only` names a source the registry does not have.
    """
    for source_id in only:
        if source_id not in registry:
            known = ", ".join(sorted(registry))
            raise SourceNotFoundError(source_id, remedy=f"the registry has {known}")
    if only:
        return [registry[source_id] for source_id in dict.fromkeys(only)]
    enabled = [source for source in registry.values() if source.enabled]
    return [each for each in enabled if _is_due(each, catalogue, moment)]


def due_at(source: Source, catalogue: Catalogue | None) -> datetime | None:
    """Return from when the source may be looked at again; None: it never was."""
    looked = catalogue.looked_at(source.id) if catalogue is not None else None
    return looked + timedelta(seconds=source.every * _DUE_SLACK) if looked else None


def _is_due(source: Source, catalogue: Catalogue | None, moment: datetime) -> bool:
    due = due_at(source, catalogue)
    if due is None or due <= moment:
        return True
    # A look in the future: the clock was set back, and nobody knows how long ago it was.
    return due - moment > timedelta(seconds=source.every)
