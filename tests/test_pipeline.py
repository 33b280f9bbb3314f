"""What a failure means: try again, give up, or a bug; and one bad document stops no other."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import StoreError, TransientError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import (
    Capture,
    DiscoveredItem,
    DocumentKind,
    Manner,
    Method,
    Source,
    SourceKind,
    Stage,
)
from ingest.hosts import Hosts
from ingest.pipeline import advance, drain, finish
from ingest.workers import HereWorkers
from ingest.workshop import Workshop, now
from tests.builders import NOON

PAGE = """<html lang="en"><head><title>The Count</title></head><body>
<nav><a href="/">Home</a><a href="/more">More stories</a></nav>
<article><h1>The Count</h1><p>By Dana Reyes</p>
<p>The armory truck opened at five, and the first thing anybody did was count what was in it.</p>
<p>“We count them in, and we count them out, and both of us sign,” said Ines Okafor, armorer.</p>
<p>Nobody on the crew thought that this was slow, because they had all seen what happens when a
set is in a hurry and a cart stands open beside the coffee.</p></article></body></html>"""
READY = Stage.READY
SOURCE = Source(
    id="ledger",
    name="The Invented Ledger",
    kind=SourceKind.LISTING,
    url="http://127.0.0.1/",
    allow_private=True,
)


class BrokenFiles(FileStore):
    """A file store whose reading has a bug."""

    def read_bytes(self, sha256: str) -> bytes:
        raise RuntimeError("a bug")


class FullFiles(FileStore):
    """A file store on a disk that is full."""

    def read_bytes(self, sha256: str) -> bytes:
        raise StoreError("files", cause="no space left on device")


@pytest.fixture
def shop(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with Catalogue(settings.catalogue) as catalogue:
        yield Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={SOURCE.id: SOURCE},
            workers=HereWorkers(),
        )


def discover(shop, page=PAGE, *, name="count", kind=DocumentKind.ARTICLE, **fields):
    """Record a document whose page, if there is one, is in the store."""
    url = f"http://127.0.0.1/{name}"
    capture = None
    if page is not None:
        stored = shop.files.put_bytes(page.encode())
        capture = Capture(
            url=url, final_url=url, sha256=stored.sha256, size=stored.size,
            mime_type="text/html", status=200, headers=(), retrieved=NOON,
        )  # fmt: skip
        shop.catalogue.save_capture(capture)
    item = DiscoveredItem(
        source_id=SOURCE.id, kind=kind, url=url, title=name, show=SOURCE.name,
        capture=capture, **fields,
    )  # fmt: skip
    document, _ = shop.catalogue.record_discovered(item, now=now())
    return document


def test_an_article_goes_from_its_page_to_a_text_with_its_quotation(shop):
    document = discover(shop)
    outcomes = finish(document.id, shop)
    assert [(o.after, o.error) for o in outcomes] == [(Stage.FETCHED, None), (Stage.READY, None)]
    text = shop.catalogue.text(document.id)
    quoted = [turn for turn in text.turns if turn.manner is Manner.QUOTED]
    assert [turn.span.of(text.content) for turn in quoted] == [
        "We count them in, and we count them out, and both of us sign,"
    ]
    speaker = quoted[0].attribution
    assert shop.catalogue.person(speaker.person_id).name == "Ines Okafor"
    assert speaker.method is Method.QUOTATION_CUE
    assert speaker.roles == ("armorer",)
    assert speaker.evidence
    for reason in speaker.evidence:
        assert reason.span.of(text.content) == reason.quote


def test_half_done_work_that_a_killed_run_left_goes_when_its_document_is_done(shop):
    document = discover(shop)
    left = shop.settings.work_dir / document.id / "hearing" / "piece.json"
    left.parent.mkdir(parents=True)
    left.write_text("{}", encoding="utf-8")
    while document.stage is not READY:
        assert left.exists()
        assert advance(document, shop).error is None
        document = shop.catalogue.document(document.id)
    assert not left.parent.parent.exists()


def test_the_words_outside_quotation_marks_are_the_bylines(shop):
    document = discover(shop)
    finish(document.id, shop)
    authored = shop.catalogue.text(document.id).turns[0]
    assert authored.attribution.method is Method.BYLINE
    assert shop.catalogue.person(authored.attribution.person_id).name == "Dana Reyes"


def test_reading_the_same_page_again_changes_nothing(shop):
    document = discover(shop)
    finish(document.id, shop)
    before = shop.catalogue.document(document.id)
    discover(shop)
    assert shop.catalogue.document(document.id) == before
    assert not list(drain(shop))


def test_a_page_that_says_something_new_makes_a_new_revision_and_keeps_the_old(shop):
    document = discover(shop)
    finish(document.id, shop)
    old = shop.catalogue.text(document.id)
    discover(shop, PAGE.replace("at five", "at six"))
    finish(document.id, shop)
    assert shop.catalogue.document(document.id).revision == 2
    assert "at six" in shop.catalogue.text(document.id).content
    assert shop.catalogue.text(document.id, 1) == old


def test_a_page_with_no_text_is_given_up_with_its_address(shop):
    document = discover(shop, "<html><body><nav>Home</nav></body></html>")
    *_, last = finish(document.id, shop)
    assert last.after is Stage.DEAD
    assert document.url in last.error


def test_a_page_that_is_not_there_yet_is_tried_again_later(shop):
    document = discover(shop, None)
    outcome = advance(document, shop)
    waiting = shop.catalogue.document(document.id)
    assert (outcome.after, waiting.attempts) == (Stage.DISCOVERED, 1)
    assert waiting.next_attempt > now()
    assert "tried again" in waiting.last_error
    assert not list(drain(shop)), "it must not be tried again at once"


def test_a_host_that_asks_for_time_gets_it(shop, monkeypatch):
    def fetch(document, _shop):
        raise TransientError(document.url, cause="429", wait=86_400.0, host="127.0.0.1")

    monkeypatch.setattr("ingest.pipeline.STEPS", {(DocumentKind.ARTICLE, Stage.DISCOVERED): fetch})
    document = discover(shop, None)
    advance(document, shop)
    waits = shop.catalogue.document(document.id).next_attempt - now()
    assert timedelta(hours=23) < waits <= timedelta(days=1)


def test_a_host_that_keeps_failing_is_left_alone_and_nothing_is_held_against_the_rest(
    shop, monkeypatch
):
    def fetch(document, _shop):
        raise TransientError(document.url, cause="no answer in time", host="127.0.0.1")

    monkeypatch.setattr("ingest.pipeline.STEPS", {(DocumentKind.ARTICLE, Stage.DISCOVERED): fetch})
    documents = [discover(shop, None, name=str(number)) for number in range(10)]
    hosts = Hosts()
    assert len(list(drain(shop, hosts=hosts))) == 3
    attempts = [shop.catalogue.document(each.id).attempts for each in documents]
    assert sorted(attempts) == [0] * 7 + [1] * 3
    assert "7 documents wait" in hosts.warnings()[0]


def test_waiting_grows_and_ends(shop):
    document = discover(shop, None)
    waits = []
    for _ in range(8):
        advance(shop.catalogue.document(document.id), shop)
        due = shop.catalogue.document(document.id).next_attempt
        waits.append(due - now() if due else None)
    assert waits[0] < timedelta(minutes=16) < waits[1] < waits[3] <= timedelta(days=2)
    assert waits[-1] is None
    assert shop.catalogue.document(document.id).stage is Stage.DEAD


def test_an_episode_without_audio_is_given_up_with_the_reason(shop):
    document = discover(shop, kind=DocumentKind.EPISODE, guid="e1")
    outcome = advance(document, shop)
    assert outcome.after is Stage.DEAD
    assert "names an audio file" in outcome.error


def test_one_bad_document_does_not_stop_the_next(shop):
    discover(shop, "<html><body></body></html>", name="bad")
    discover(shop, name="good")
    ends = {outcome.title: outcome.after for outcome in drain(shop)}
    assert set(ends.values()) == {Stage.DEAD, Stage.READY}


def test_a_bug_is_recorded_with_its_trace_and_the_run_goes_on(shop, tmp_path):
    discover(shop)
    files = BrokenFiles(shop.settings.files)
    broken = Workshop(
        settings=shop.settings, catalogue=shop.catalogue, files=files,
        sources=shop.sources, workers=shop.workers,
    )  # fmt: skip
    outcomes = list(drain(broken))
    assert [outcome.crashed for outcome in outcomes] == [False, True]
    assert "RuntimeError: a bug" in outcomes[-1].error


def test_a_document_that_crashes_three_times_in_a_row_is_given_up(shop):
    document = discover(shop)
    advance(document, shop)
    broken = replace(shop, files=BrokenFiles(shop.settings.files))
    ends = [advance(shop.catalogue.document(document.id), broken) for _ in range(3)]
    assert [end.after for end in ends] == [Stage.FETCHED, Stage.FETCHED, Stage.DEAD]
    assert "RuntimeError: a bug" in shop.catalogue.document(document.id).last_error


def test_failures_that_may_pass_do_not_count_as_crashes(shop):
    document = discover(shop)
    advance(document, shop)
    for _ in range(4):
        shop.catalogue.fail(document.id, error="503", retry_at=now(), now=now())
    broken = replace(shop, files=BrokenFiles(shop.settings.files))
    assert advance(shop.catalogue.document(document.id), broken).after is Stage.FETCHED
    assert advance(shop.catalogue.document(document.id), broken).after is Stage.DEAD


def test_one_damaged_file_fails_its_document_and_no_other(shop):
    document = discover(shop, name="hurt")
    damaged = Path(shop.settings.files, document.capture_sha256[:2], document.capture_sha256[2:])
    damaged.write_bytes(b"something else")
    discover(shop, PAGE.replace("at five", "at six"), name="whole")
    ends = {outcome.title: outcome for outcome in drain(shop)}
    assert (ends["hurt"].after, ends["whole"].after) == (Stage.DEAD, Stage.READY)
    assert "damaged" in ends["hurt"].error


def test_of_a_long_feed_only_some_is_fetched_ahead_and_all_is_reached(shop, monkeypatch):
    """Recordings are replaced by steps that only count, so that nothing is downloaded."""
    held, most, tries = 0, 0, Counter()

    def fetch(document, _shop):
        nonlocal held, most
        tries[document.id] += 1
        if document.title == "bad":
            raise TransientError(document.url, cause="503")
        held, most = held + 1, max(most, held + 1)
        return Stage.FETCHED

    def hear(_document, _shop):
        nonlocal held
        held -= 1
        return Stage.TRANSCRIBED

    names = {Stage.DISCOVERED: fetch, Stage.FETCHED: hear, Stage.TRANSCRIBED: lambda *_: READY}
    steps = {(DocumentKind.EPISODE, stage): step for stage, step in names.items()}
    monkeypatch.setattr("ingest.pipeline.STEPS", steps)
    monkeypatch.setattr("ingest.pipeline._FIRST_WAIT", timedelta(0))  # due again at once
    for name in ("bad", *map(str, range(60))):
        discover(shop, None, name=name, kind=DocumentKind.EPISODE, guid=name)
    ends = Counter(outcome.after for outcome in drain(shop))
    assert ends[READY] == 60
    assert most <= 25
    assert set(tries.values()) == {1}, "what failed was tried again in the same run"


def test_articles_do_not_wait_for_recordings(shop):
    discover(shop, None, name="long", kind=DocumentKind.EPISODE, guid="e1")
    discover(shop, name="short")
    assert [outcome.title for outcome in drain(shop)] == ["short", "short", "long"]


def test_a_full_disk_stops_the_run_and_blames_no_document(shop):
    document = discover(shop)
    full = Workshop(
        settings=shop.settings, catalogue=shop.catalogue, files=FullFiles(shop.settings.files),
        sources=shop.sources, workers=shop.workers,
    )  # fmt: skip
    with pytest.raises(StoreError, match="no space left"):
        list(drain(full))
    left = shop.catalogue.document(document.id)
    assert (left.stage, left.attempts) == (Stage.FETCHED, 0)


def test_a_run_out_of_time_starts_no_more_work(shop):
    discover(shop)
    assert not list(drain(shop, until=0.0))


def test_a_source_that_left_the_registry_keeps_its_documents(shop):
    document = discover(shop)
    lonely = Workshop(
        settings=shop.settings, catalogue=shop.catalogue, files=shop.files,
        sources={}, workers=shop.workers,
    )  # fmt: skip
    assert finish(document.id, lonely)[-1].after is Stage.READY
