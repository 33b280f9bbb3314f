"""The night's work: look at the due sources, take every due document on, report.

Also the same for one address or file given by hand. Publishing the index is not done here:
ingest and index never meet.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import mimetypes
import os
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

from corpus.errors import LockedError, NotFoundError, OnRecordError, SourceNotFoundError
from corpus.settings import Settings
from corpus.types import (
    Capture,
    DiscoveredItem,
    Document,
    DocumentKind,
    Media,
    MediaRole,
    Outcome,
    Run,
    Source,
    SourceKind,
    SourceReport,
    Stage,
)
from ingest.crawl import discover, single_page_source
from ingest.pipeline import drain, finish
from ingest.spiders import ADDED
from ingest.workshop import Workshop, now

_DUE_SLACK = 0.9  # cron drifts by minutes; a daily source must not wait for the second night


@contextlib.contextmanager
def nightly_lock(settings: Settings) -> Iterator[None]:
    """Hold the archive's writing lock; a crash lets go of it by itself.

    Raises:
        LockedError: another run holds it; names the process and when it began.
    """
    path = settings.data_dir / "nightly.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError(
                str(path), cause=_holder(path), remedy="it goes on; run again when it has finished"
            ) from error
        lock.truncate(0)
        json.dump({"pid": os.getpid(), "since": now().isoformat(timespec="seconds")}, lock)
        lock.flush()
        yield
        lock.truncate(0)


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

    def report(error: str | None) -> Run:
        return Run(
            id=f"{started:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}",
            started=started,
            sources=tuple(reports),
            outcomes=tuple(outcomes),
            below_expectation=_below(chosen, reports),
            error=error,
        )

    try:
        reports += look_at(shop, chosen)
        restrict = frozenset(only) if only else None
        for outcome in drain(shop, only=restrict, until=until):
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
        _, is_new = shop.catalogue.record_discovered(_completed(item, shop), now=now())
        new[item.source_id] += is_new
        seen[item.source_id] += 1
        shop.progress("crawl", 0.0, f"{seen.total()} sightings, {new.total()} new documents")

    shop.progress("crawl", 0.0, f"looking at {len(sources)} sources")
    crawled = discover(
        sources,
        shop.settings,
        validators=shop.catalogue.validators,
        on_item=keep_item,
        on_capture=partial(_keep_capture, shop),
    )
    reports = [replace(each.report, new=new[each.report.source_id]) for each in crawled]
    for each, report in zip(crawled, reports, strict=True):
        shop.catalogue.save_validators(each.captures)
        shop.catalogue.save_look(report, now=now())
    shop.progress("crawl", 1.0, f"{new.total()} new documents")
    return reports


def add_target(shop: Workshop, target: str, *, allow_private: bool = False) -> list[Outcome]:
    """Take in one page, feed, audio URL or local audio file, as far as it goes now.

    What cannot be finished now waits for a later run, like any document. That `allow_private`
    was given is not remembered: from a private network, add the address again.

    Returns:
        At least one outcome for each document; `before` is `after` when nothing was to be done.

    Raises:
        NotFoundError: neither an address nor a file; or nothing usable was found there.
    """
    if target.startswith(("http://", "https://")):
        return _add_url(shop, target, allow_private=allow_private)
    path = Path(target)
    if not path.is_file():
        raise NotFoundError(
            target, cause="neither an address nor a file", remedy="give an http(s) URL or a file"
        )
    return _take_on(_record_file(shop, path).id, shop)


def _take_on(document_id: str, shop: Workshop) -> list[Outcome]:
    """Finish a document that a person asked for, also one that was given up before."""
    document = shop.catalogue.document(document_id)
    if document.stage is Stage.DEAD:
        shop.catalogue.revive(document_id, now=now())
    nothing_to_do = Outcome(
        document_id=document_id, title=document.title, before=document.stage, after=document.stage
    )
    return finish(document_id, shop) or [nothing_to_do]


def _add_url(shop: Workshop, url: str, *, allow_private: bool) -> list[Outcome]:
    source = single_page_source(url, allow_private=allow_private)
    shop = replace(shop, sources={**shop.sources, ADDED: source})
    found: dict[str, None] = {}

    def keep_item(item: DiscoveredItem) -> None:
        document, _ = shop.catalogue.record_discovered(_completed(item, shop), now=now())
        found[document.id] = None

    crawled = discover(
        [source],
        shop.settings,
        validators=lambda _: None,
        on_item=keep_item,
        on_capture=partial(_keep_capture, shop),
    )
    if not found:
        reasons = [crawled[0].report.error, *crawled[0].report.warnings] if crawled else []
        cause = "; ".join(filter(None, reasons)) or "no article or episode was found there"
        raise NotFoundError(url, cause=cause)
    return [outcome for document_id in found for outcome in _take_on(document_id, shop)]


def _record_file(shop: Workshop, path: Path) -> Document:
    """Store a local audio file as an episode; the same bytes are the same document."""
    stored = shop.files.put_file(path)
    url = f"file:{stored.sha256[:12]}/{path.name}"
    mime = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    item = DiscoveredItem(
        source_id=ADDED,
        kind=DocumentKind.EPISODE,
        url=url,
        guid=f"sha256:{stored.sha256}",
        title=path.stem,
        show="Added by hand",
        media_url=url,
        media_type=mime,
    )
    document, _ = shop.catalogue.record_discovered(item, now=now())
    shop.catalogue.save_media(
        Media(
            document_id=document.id,
            role=MediaRole.ORIGINAL,
            url=document.media_url or url,
            sha256=stored.sha256,
            size=stored.size,
            mime_type=mime,
            retrieved=now(),
        )
    )
    return document


def _keep_capture(shop: Workshop, capture: Capture, body: bytes) -> None:
    shop.files.put_bytes(body)
    shop.catalogue.save_capture(capture)


def _completed(item: DiscoveredItem, shop: Workshop) -> DiscoveredItem:
    """Fill in what the registry knows and the sighting does not say."""
    source = shop.sources.get(item.source_id)
    if source is None or source.kind is SourceKind.PAGE:
        return item
    return replace(item, show=source.name, language=item.language or source.language)


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
