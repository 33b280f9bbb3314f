"""The night's work: look at the due sources, take every due document on, report.

Publishing the index is not done here: ingest and index never meet.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TextIO

from corpus.errors import LockedError, OnRecordError, SourceNotFoundError
from corpus.settings import Settings
from corpus.types import (
    DiscoveredItem,
    Outcome,
    Run,
    Source,
    SourceReport,
)
from ingest.arrivals import completed, keep_capture
from ingest.crawl import discover
from ingest.hosts import Hosts
from ingest.pipeline import drain
from ingest.workshop import Workshop, now

_POLL = 0.2  # seconds between two looks at the lock
_DUE_SLACK = 0.9  # cron drifts by minutes; a daily source must not wait for the second night


@contextlib.contextmanager
def nightly_lock(settings: Settings, *, patience: float = 0.0) -> Iterator[None]:
    """Hold the archive's writing lock; a crash lets go of it by itself.

    Args:
        settings: whose archive.
        patience: seconds to wait for another run that holds it.

    Raises:
        LockedError: another run holds it; names the process and when it began.
    """
    path = settings.lock_file
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        until = time.monotonic() + patience
        while not _is_locked(lock):
            if time.monotonic() >= until:
                raise LockedError(
                    str(path),
                    cause=_holder(path),
                    remedy="it goes on; run again when it has finished",
                )
            time.sleep(_POLL)
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "since": now().isoformat(timespec="seconds")}, lock)
        lock.flush()
        try:
            yield
        finally:  # a name that stays was left by a process that was killed
            lock.truncate(0)


def _is_locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def run_nightly(shop: Workshop, *, only: Sequence[str] = ()) -> Run:
    """Look at the due sources, then take documents on until done or out of time.

    The report is stored as far as it goes, also when Ctrl-C or a bug ends the run.

    Args:
        shop: the tools.
        only: source ids to look at, due or not; empty looks at all enabled sources that are due.

    Raises:
        SourceNotFoundError: `only` names a source the registry does not have.
    """
    started = now()
    until = time.monotonic() + shop.settings.nightly_budget
    chosen = _chosen(shop, only, started)
    reports: list[SourceReport] = []
    outcomes: list[Outcome] = []
    hosts = Hosts()

    def report(error: str | None) -> Run:
        return Run(
            id=f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}",
            started=started,
            sources=tuple(reports),
            outcomes=tuple(outcomes),
            below_expectation=_below(chosen, reports),
            error=error,
            warnings=hosts.warnings(),
        )

    try:
        reports += look_at(shop, chosen)
        restrict = frozenset(only) if only else None
        for outcome in drain(shop, only=restrict, until=until, hosts=hosts):
            outcomes.append(outcome)
    except OnRecordError as stopped:
        return report(str(stopped))
    except BaseException as stopped:
        with contextlib.suppress(OnRecordError):  # the reason it ended is the one to show
            finish_run(shop, report(f"stopped: {type(stopped).__name__} {stopped}".rstrip()))
        raise
    return report(None)


def finish_run(shop: Workshop, run: Run) -> Run:
    """Close the report and store it."""
    done = replace(run, finished=now())
    shop.catalogue.save_run(done)
    return done


def look_at(shop: Workshop, sources: Sequence[Source]) -> list[SourceReport]:
    """Crawl `sources`; every capture and document is stored as it arrives."""
    if not sources:
        return []
    new: Counter[str] = Counter()
    seen: Counter[str] = Counter()

    def keep_item(item: DiscoveredItem) -> None:
        _, is_new = shop.catalogue.record_discovered(completed(item, shop), now=now())
        new[item.source_id] += is_new
        seen[item.source_id] += 1
        shop.progress("crawl", 0.0, f"{seen.total()} sightings, {new.total()} new documents")

    shop.progress("crawl", 0.0, f"looking at {len(sources)} sources")
    crawled = discover(
        sources,
        shop.settings,
        validators=shop.catalogue.validators,
        on_item=keep_item,
        on_capture=partial(keep_capture, shop),
    )
    reports = [replace(each.report, new=new[each.report.source_id]) for each in crawled]
    for each, report in zip(crawled, reports, strict=True):
        shop.catalogue.save_validators(each.captures)
        shop.catalogue.save_look(report, now=now())
    shop.progress("crawl", 1.0, f"{new.total()} new documents")
    return reports


def _chosen(shop: Workshop, only: Sequence[str], moment: datetime) -> list[Source]:
    for source_id in only:
        if source_id not in shop.sources:
            known = ", ".join(sorted(shop.sources))
            raise SourceNotFoundError(source_id, remedy=f"the registry has {known}")
    if only:
        return [shop.sources[source_id] for source_id in only]
    enabled = [source for source in shop.sources.values() if source.enabled]
    return [source for source in enabled if _is_due(source, shop, moment)]


def _is_due(source: Source, shop: Workshop, moment: datetime) -> bool:
    looked = shop.catalogue.looked_at(source.id)
    return looked is None or (moment - looked).total_seconds() >= source.every * _DUE_SLACK


def _below(sources: Sequence[Source], reports: Sequence[SourceReport]) -> tuple[str, ...]:
    seen = {report.source_id: report for report in reports}
    return tuple(
        source.id
        for source in sources
        if (report := seen.get(source.id)) is not None
        and not report.unchanged
        and report.seen < source.expect_at_least
    )


def _holder(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} has held it since {held['since']}"
    except (OSError, ValueError, KeyError):
        return "another process holds it"  # and has not yet written who it is
