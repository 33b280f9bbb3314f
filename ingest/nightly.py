"""The night's work: look at the due sources, take every due document on, report.

Publishing the index is not done here: ingest and index never meet.
"""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from corpus.errors import OnRecordError
from corpus.masking import masked
from corpus.types import DiscoveredItem, Run, Source, SourceReport
from ingest.arrivals import completed, keep_capture
from ingest.crawl import Revisits, discover
from ingest.lanes import WORKING_STAGES
from ingest.locking import nightly_lock
from ingest.moves import told_of
from ingest.night import Night, Tell, counted, finish_run, untold
from ingest.pipeline import drain
from ingest.prospect import chosen_sources
from ingest.revisits import Again, ask_for_transcripts
from ingest.workshop import Workshop, now

__all__ = ["finish_run", "look_at", "nightly_lock", "run_nightly"]

Stop = Callable[[], bool]


def run_nightly(
    shop: Workshop,
    *,
    only: Sequence[str] = (),
    budget: float | None = None,
    stop: Stop | None = None,
    tell: Tell = untold,
) -> Run:
    """Look at the due sources, then take documents on until done, out of time or asked to stop.

    The record of the run is stored as it goes: also Ctrl-C, a bug or a power cut leaves one.

    Args:
        shop: the tools.
        only: source ids to look at, due or not; empty looks at all enabled sources that are due.
        budget: seconds after which no more work is started; None: as the settings say.
        stop: asked often whether to put the work down.
        tell: hears of everything that happens.

    Raises:
        SourceNotFoundError: `only` names a source the registry does not have.
    """
    until = time.monotonic() + (shop.settings.nightly_budget if budget is None else budget)
    chosen = chosen_sources(shop.catalogue, shop.sources, only, now())
    restrict = frozenset(only) if only else None
    night = Night(shop, chosen, tell)

    def is_over() -> bool:
        return time.monotonic() > until or (stop is not None and stop())

    try:
        night.begin()
        begun = time.monotonic()
        reports = look_at(shop, chosen, stop=is_over)
        ask_for_transcripts(shop.catalogue, chosen, now=now())
        night.add_reports(reports, time.monotonic() - begun)
        for outcome in drain(shop, only=restrict, until=until, hosts=night.hosts, stop=stop):
            night.add(outcome)
        night.notes += told_of(shop.catalogue, since=night.started, stop=stop)
    except OnRecordError as stopped:
        return night.run(error=str(stopped))
    except BaseException as stopped:
        with contextlib.suppress(OnRecordError):  # the reason it ended is the one to show
            why = f"stopped: {type(stopped).__name__} {stopped}".rstrip()
            finish_run(shop, night.run(error=why))
        raise
    return night.run(parked=_why_parked(shop, night, restrict, stop) if is_over() else None)


def look_at(
    shop: Workshop, sources: Sequence[Source], *, stop: Stop | None = None
) -> list[SourceReport]:
    """Crawl `sources`; every capture and document is stored as it arrives.

    A source whose end `stop` did not let us see has no report and stays due.
    """
    if not sources:
        return []
    new: Counter[str] = Counter()
    learnt: dict[str, str] = {}  # known documents of which something new was learnt: their source
    found: set[str] = set()  # documents that are new
    seen: Counter[str] = Counter()

    again = Again(shop.catalogue, sources, now=now())

    def keep_item(item: DiscoveredItem) -> None:
        moment = now()
        again.hear(item)
        document, is_new = shop.catalogue.record_discovered(completed(item, shop), now=moment)
        new[item.source_id] += is_new
        if is_new:
            found.add(document.id)
        elif document.changed == moment and document.id not in found:
            learnt[document.id] = item.source_id
        seen[item.source_id] += 1
        shop.progress("crawl", 0.0, f"{seen.total()} sightings, {new.total()} new documents")

    shop.progress("crawl", 0.0, f"looking at {len(sources)} sources")
    crawled = discover(
        sources,
        shop.settings,
        validators=shop.catalogue.validators,
        on_item=keep_item,
        on_capture=partial(keep_capture, shop),
        revisits=Revisits(pages=again.pages, leave=again.leave),
        stop=stop,
    )
    changed = Counter(learnt.values())
    reports = []
    for each in crawled:
        source_id = each.report.source_id
        report = replace(_shown(each.report), new=new[source_id], changed=changed[source_id])
        reports.append(report)
        shop.catalogue.save_validators(each.captures)
        shop.catalogue.note_visits(each.visited, again.said, now=now())
        shop.catalogue.save_look(report, now=now())
    shop.progress("crawl", 1.0, f"{new.total()} new documents")
    return reports


def _shown(report: SourceReport) -> SourceReport:
    """Return a report whose words may be shown."""
    error = masked(report.error) if report.error else report.error
    return replace(report, error=error, warnings=tuple(map(masked, report.warnings)))


def _why_parked(
    shop: Workshop, night: Night, only: frozenset[str] | None, stop: Stop | None
) -> str | None:
    """Return why the run ended before its work did, None when nothing is left of it."""
    due = sum(len(shop.catalogue.due(each, now=now(), sources=only)) for each in WORKING_STAGES)
    left = [f"{counted(due, 'document')} to go on with"] if due else []
    if night.not_looked_at:
        left.append(f"{counted(night.not_looked_at, 'source')} not looked at to the end")
    if stop is not None and stop():
        return ": ".join(("asked to stop", ", ".join(left) or "nothing was left to do"))
    minutes = counted(round(night.seconds / 60), "minute")
    return f"out of time after {minutes}: {', '.join(left)}" if left else None
