"""The catalogue's suite; every test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import (
    DocumentNotFoundError,
    NotFoundError,
    StoreError,
    TextNotFoundError,
)
from corpus.schema import tables
from corpus.types import (
    Attribution,
    Capture,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Evidence,
    Manner,
    Media,
    MediaRole,
    Method,
    Origin,
    Outcome,
    Run,
    SourceReport,
    Span,
    Stage,
    Text,
    Timing,
    TranscriptLink,
    Turn,
    TurnKind,
)
from tests.conftest import new_database

NOW = datetime(2026, 3, 1, 3, 10, 7, 123456, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
LATEST = NOW + timedelta(days=2)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Catalogue]:
    with Catalogue(new_database(request, tmp_path_factory.mktemp("catalogue"))) as catalogue:
        yield catalogue


@pytest.fixture
def catalogue(opened: Catalogue) -> Catalogue:
    """An empty catalogue: emptied, which is quicker than migrating a new one for each test."""
    with opened._database.writing() as connection:
        for table in reversed(tables.METADATA.sorted_tables):
            connection.execute(table.delete())
    return opened


def a_capture(url: str = "https://show.example/12", body: str = "page", **facts: Any) -> Capture:
    values: dict[str, Any] = {
        "url": url,
        "final_url": url,
        "sha256": hashlib.sha256(body.encode()).hexdigest(),
        "size": len(body),
        "mime_type": "text/html",
        "status": 200,
        "headers": (("etag", '"1"'), ("last-modified", "Sun, 01 Mar 2026 00:00:00 GMT")),
        "retrieved": NOW,
    }
    return Capture(**values | facts)


def an_item(**facts: Any) -> DiscoveredItem:
    values: dict[str, Any] = {
        "source_id": "show",
        "kind": DocumentKind.EPISODE,
        "url": "https://show.example/12",
    }
    return DiscoveredItem(**values | facts)


FEED = an_item(
    guid="ep-12",
    title="Ep. 12: Live rounds",
    published=NOW,
    media_url="https://cdn.example/12.mp3",
    media_type="audio/mpeg",
    credits=(Credit(name="Ada Smith", part="guest"),),
    transcripts=(TranscriptLink(url="https://cdn.example/12.vtt", mime_type="text/vtt"),),
)
PAGE = an_item(
    url="https://www.show.example/12/?utm_source=feed",
    canonical_url="https://show.example/12",
    title="Live rounds on set",
    capture=a_capture(),
    credits=(Credit(name="Ada  smith", description="Film armorer", roles=("armorer",)),),
)
LISTING = an_item(url="http://show.example/12#top", title="Live rounds")


def a_text(document_id: str, content: str = "No live rounds. Ever.") -> Text:
    attribution = Attribution(
        method=Method.SELF_INTRODUCTION,
        confidence=0.1 + 0.2,
        person_id="p",
        label="Speaker 2",
        roles=("armorer", "host"),
        evidence=(Evidence(kind="opening", quote="I'm Ada", span=Span(0, 2), url="https://x"),),
        verified_by="me",
        verified=NOW,
    )
    turn = Turn(
        span=Span(0, len(content)),
        manner=Manner.SPOKEN,
        attribution=attribution,
        kind=TurnKind.ADVERTISEMENT,
        start_time=0.1,
        end_time=1e-9,
    )
    plain = Turn(
        span=Span(1, 1),
        manner=Manner.AUTHORED,
        attribution=Attribution(method=Method.NONE, confidence=0.0),
    )
    return Text(
        document_id=document_id,
        revision=0,
        content=content,
        sha256=hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest(),
        turns=(turn, plain),
        timings=(
            Timing(span=Span(0, 2), start_time=0.1, end_time=1 / 3),
            Timing(span=Span(3, 7), start_time=1 / 3, end_time=7.0, probability=0.5, agreed=False),
        ),
        origin=Origin.ASR,
        media_sha256="a" * 64,
        made_with="whisper base",
        warnings=("music at 00:10", "ünï"),
    )


def add(catalogue: Catalogue, number: int = 1, **facts: Any) -> Document:
    values = {"url": f"https://show.example/{number}", "guid": f"g{number}"} | facts
    return catalogue.record_discovered(an_item(**values), now=NOW)[0]


# ── sightings ────────────────────────────────────────────────────────────────────────────────


def test_a_first_sighting_makes_a_document(catalogue: Catalogue) -> None:
    document, is_new = catalogue.record_discovered(FEED, now=NOW)
    assert is_new
    assert document == catalogue.document(document.id)
    assert document.id == hashlib.sha256(b"show\nep-12").hexdigest()[:12]
    assert (document.stage, document.revision, document.attempts) == (Stage.DISCOVERED, 0, 0)
    assert document.credits == FEED.credits
    assert document.transcripts == FEED.transcripts
    assert document.discovered == document.changed == document.published == NOW


def test_seeing_the_same_again_changes_nothing(catalogue: Catalogue) -> None:
    sightings = (FEED, PAGE, LISTING)
    for item in sightings:
        catalogue.record_discovered(item, now=NOW)
    before, state = catalogue.documents(), catalogue.index_state()
    for item in (*sightings, *reversed(sightings)):
        assert catalogue.record_discovered(item, now=LATER) == (before[0], False)
    assert catalogue.documents() == before
    assert catalogue.index_state() == state


@pytest.mark.parametrize(
    "order", [(FEED, LISTING, PAGE), (PAGE, FEED, LISTING), (LISTING, PAGE, FEED)]
)
def test_feed_listing_and_page_join_into_one_document(
    catalogue: Catalogue, order: tuple[DiscoveredItem, ...]
) -> None:
    found = [catalogue.record_discovered(item, now=NOW) for item in order]
    assert [is_new for _, is_new in found] == [True, False, False]
    (document,) = catalogue.documents()
    assert document.title == "Live rounds on set"
    assert document.guid == "ep-12"
    assert document.media_url == "https://cdn.example/12.mp3"
    assert document.published == NOW
    assert document.capture_sha256 == a_capture().sha256
    (credit,) = document.credits
    assert (credit.part, credit.description) == ("guest", "Film armorer")


def test_a_page_at_another_address_joins_by_its_recording(catalogue: Catalogue) -> None:
    catalogue.record_discovered(FEED, now=NOW)
    page = replace(PAGE, url="https://other.example/e/12", media_url=FEED.media_url)
    _, is_new = catalogue.record_discovered(page, now=NOW)
    assert not is_new


def test_a_page_joins_by_where_it_was_redirected_to(catalogue: Catalogue) -> None:
    document, _ = catalogue.record_discovered(PAGE, now=NOW)
    capture = a_capture("https://go.example/x1", final_url="https://show.example/12")
    again, is_new = catalogue.record_discovered(
        replace(PAGE, url="https://go.example/x1", canonical_url=None, capture=capture), now=NOW
    )
    assert not is_new
    assert again.id == document.id


def test_entries_that_link_to_the_front_page_stay_apart(catalogue: Catalogue) -> None:
    for number in range(5):
        item = replace(
            FEED,
            url="https://show.example/",
            guid=f"g{number}",
            title=f"Episode {number}",
            media_url=f"https://cdn.example/{number}.mp3",
        )
        assert catalogue.record_discovered(item, now=NOW)[1]
        assert not catalogue.record_discovered(item, now=NOW)[1]
    assert len(catalogue.documents()) == 5


def test_entries_that_link_to_one_deep_page_stay_apart(catalogue: Catalogue) -> None:
    for number in range(3):
        item = replace(FEED, guid=f"g{number}", title=f"Episode {number}")
        assert catalogue.record_discovered(item, now=NOW)[1]
    # A page that may be any of them is none of them.
    page = replace(PAGE, title="All episodes", credits=())
    assert catalogue.record_discovered(page, now=NOW)[1]
    assert not catalogue.record_discovered(page, now=NOW)[1]
    assert len(catalogue.documents()) == 4


def test_pages_that_play_the_newest_recording_stay_apart(catalogue: Catalogue) -> None:
    for number in range(3):
        url = f"https://show.example/{number}"
        item = an_item(
            url=url,
            title=f"Episode {number}",
            media_url="https://cdn.example/newest.mp3",
            canonical_url="https://show.example/podcast",
            capture=a_capture(url, body=url),
        )
        assert catalogue.record_discovered(item, now=NOW)[1]
        assert not catalogue.record_discovered(item, now=LATER)[1]


def test_a_page_may_not_claim_another_publishers_address(catalogue: Catalogue) -> None:
    catalogue.record_discovered(PAGE, now=NOW)
    url = "https://evil.example/1"
    claim = an_item(
        url=url,
        source_id="evil",
        canonical_url="https://show.example/12",
        title=PAGE.title,
        capture=a_capture(url, body="evil"),
    )
    assert catalogue.record_discovered(claim, now=NOW)[1]


def test_a_player_on_the_page_does_not_replace_the_enclosure(catalogue: Catalogue) -> None:
    catalogue.record_discovered(FEED, now=NOW)
    for week in range(3):
        page = replace(PAGE, media_url=f"https://cdn.example/newest{week}.mp3")
        document, _ = catalogue.record_discovered(page, now=NOW)
        assert document.media_url == FEED.media_url


def test_a_sighting_fills_what_is_empty_and_only_the_page_replaces(catalogue: Catalogue) -> None:
    catalogue.record_discovered(LISTING, now=NOW)
    feed, _ = catalogue.record_discovered(FEED, now=NOW)
    assert (feed.title, feed.media_type) == ("Live rounds", "audio/mpeg")
    page, _ = catalogue.record_discovered(PAGE, now=LATER)
    assert (page.title, page.changed) == ("Live rounds on set", LATER)


def test_a_title_nobody_gave_is_the_address_until_one_does(catalogue: Catalogue) -> None:
    document, _ = catalogue.record_discovered(replace(LISTING, title=None), now=NOW)
    assert (document.title, document.show) == (LISTING.url, "show")
    document, _ = catalogue.record_discovered(replace(FEED, show="The Show"), now=NOW)
    assert (document.title, document.show) == (FEED.title, "The Show")


def test_settled_credits_are_not_undone_by_seeing_the_old_ones(catalogue: Catalogue) -> None:
    document, _ = catalogue.record_discovered(FEED, now=NOW)
    settled = (Credit(name="Ada B. Smith", part="guest", person_id="p1"),)
    catalogue.save_credits(document.id, settled, now=NOW)
    catalogue.record_discovered(replace(FEED, summary="New words"), now=LATER)
    assert catalogue.document(document.id).credits == settled


def test_a_growing_page_stops_growing(catalogue: Catalogue) -> None:
    for number in range(22):
        links = tuple(TranscriptLink(url=f"https://t.example/{number}/{n}") for n in range(10))
        people = tuple(Credit(name=f"{number} {n}") for n in range(10))
        catalogue.record_discovered(replace(FEED, transcripts=links, credits=people), now=NOW)
    (document,) = catalogue.documents()
    assert (len(document.transcripts), len(document.credits)) == (20, 200)


# ── going back to the start ──────────────────────────────────────────────────────────────────


def ready(catalogue: Catalogue, *items: DiscoveredItem) -> Document:
    for item in items:
        document, _ = catalogue.record_discovered(item, now=NOW)
    return catalogue.advance(document.id, to=Stage.READY, now=NOW)


CHANGED_PAGE = replace(PAGE, capture=a_capture(body="page, corrected"))


def test_a_changed_page_sends_a_ready_document_back(catalogue: Catalogue) -> None:
    ready(catalogue, FEED, PAGE)
    document, is_new = catalogue.record_discovered(CHANGED_PAGE, now=LATER)
    assert not is_new
    assert (document.stage, document.changed) == (Stage.DISCOVERED, LATER)
    # And when the publisher takes the correction back, that is news again.
    catalogue.advance(document.id, to=Stage.READY, now=LATER)
    document, _ = catalogue.record_discovered(PAGE, now=LATEST)
    assert document.stage is Stage.DISCOVERED
    assert document.capture_sha256 == a_capture().sha256


def test_a_new_enclosure_sends_a_ready_document_back_once(catalogue: Catalogue) -> None:
    ready(catalogue, FEED, PAGE)
    new = replace(FEED, media_url="https://cdn.example/12-fixed.mp3")
    document, _ = catalogue.record_discovered(new, now=LATER)
    assert (document.stage, document.media_url) == (Stage.DISCOVERED, new.media_url)
    catalogue.advance(document.id, to=Stage.READY, now=LATER)
    # Two feeds that disagree do not take turns.
    for item in (FEED, new, FEED):
        document, _ = catalogue.record_discovered(item, now=LATEST)
        assert (document.stage, document.media_url) == (Stage.READY, new.media_url)


def test_another_tracking_parameter_is_no_new_recording(catalogue: Catalogue) -> None:
    ready(catalogue, FEED)
    tracked = replace(FEED, media_url=f"{FEED.media_url}?utm_source=a")
    assert catalogue.record_discovered(tracked, now=LATER)[0].stage is Stage.READY


def test_a_new_title_alone_leaves_a_ready_document_ready(catalogue: Catalogue) -> None:
    document = ready(catalogue, FEED, PAGE)
    catalogue.save_text(a_text(document.id), now=NOW)
    state = catalogue.index_state()
    document, _ = catalogue.record_discovered(replace(PAGE, title="Retitled"), now=LATER)
    assert (document.title, document.stage) == ("Retitled", Stage.READY)
    assert catalogue.index_state() != state


def test_a_dead_document_comes_back_when_anything_changed(catalogue: Catalogue) -> None:
    catalogue.record_discovered(FEED, now=NOW)
    (document,) = catalogue.documents()
    catalogue.fail(document.id, error="404", retry_at=None, now=NOW)
    assert catalogue.record_discovered(FEED, now=LATER)[0].stage is Stage.DEAD
    document, _ = catalogue.record_discovered(replace(FEED, summary="Now with audio"), now=LATER)
    assert (document.stage, document.attempts, document.last_error) == (Stage.DISCOVERED, 0, None)


def test_a_page_that_arrives_makes_a_waiting_document_due(catalogue: Catalogue) -> None:
    document, _ = catalogue.record_discovered(LISTING, now=NOW)
    catalogue.fail(document.id, error="no page yet", retry_at=LATEST, now=NOW)
    catalogue.record_discovered(PAGE, now=LATER)
    assert [each.id for each in catalogue.due(Stage.DISCOVERED, now=LATER)] == [document.id]


def test_what_a_document_on_its_way_lacked_does_not_send_it_back(catalogue: Catalogue) -> None:
    document, _ = catalogue.record_discovered(FEED, now=NOW)
    catalogue.advance(document.id, to=Stage.FETCHED, now=NOW)
    assert catalogue.record_discovered(PAGE, now=NOW)[0].stage is Stage.FETCHED
    assert catalogue.record_discovered(CHANGED_PAGE, now=NOW)[0].stage is Stage.DISCOVERED


# ── hostile words ────────────────────────────────────────────────────────────────────────────

HOSTILE = [
    "nul\x00in the middle",
    "lone \ud800 surrogate \udfff",
    "x" * 5000,
    "'; DROP TABLE documents; --",
    "%s %(name)s :name ? {0} \\ \" ' `",
    "<script>alert(1)</script>",
    "\u202eright to left\u2066 \U0001f52b e\u0301 \uffff",
    "\r\n\t\x01\x7f\x85\u2028",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_survive(catalogue: Catalogue, words: str) -> None:
    item = an_item(
        url=f"https://show.example/{words}",
        guid=words,
        title=words,
        show=words,
        canonical_url=words,
        language=words,
        media_url=f"https://cdn.example/{words}",
        media_type=words,
        summary=words,
        credits=(Credit(name=words, description=words, roles=(words,), evidence=words),),
        transcripts=(TranscriptLink(url=words, mime_type=words),),
        capture=a_capture(f"https://show.example/{words}", headers=((words, words),)),
    )
    document, is_new = catalogue.record_discovered(item, now=NOW)
    assert is_new
    assert catalogue.record_discovered(item, now=LATER) == (document, False)
    assert catalogue.document(document.id) == document
    safe = words.replace("\x00", "").replace("\ud800", "\ufffd").replace("\udfff", "\ufffd")
    assert document.title == safe.strip()
    credit = Credit(name=words, part=words, roles=(words,), description=words)
    person = catalogue.ensure_person(credit, source_id=words)
    assert catalogue.ensure_person(credit, source_id=words) == person
    assert [each.id for each in catalogue.people()] == [person.id]
    catalogue.fail(document.id, error=words, retry_at=None, now=NOW)
    catalogue.save_look(SourceReport(source_id=words, warnings=(words,), error=words), now=NOW)
    assert catalogue.last_report(words) is not None
    assert catalogue.latest_capture(f"https://show.example/{words}") is not None
    for read in (catalogue.document, catalogue.text, catalogue.person, catalogue.media_file):
        with pytest.raises(NotFoundError):
            read(words)
    assert catalogue.documents(source_id=words) == []


@pytest.mark.parametrize("content", [*HOSTILE, "", "one\n\ntwo"])
def test_a_text_round_trips_exactly(catalogue: Catalogue, content: str) -> None:
    document = add(catalogue)
    saved = catalogue.save_text(a_text(document.id, content), now=NOW)
    assert saved == replace(a_text(document.id, content), revision=1, created=NOW)
    assert catalogue.text(document.id) == saved
    assert catalogue.text(document.id).content == content


@pytest.mark.parametrize(
    "published",
    [
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=5))),
        datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-5))),
    ],
)
def test_impossible_dates_and_durations_are_unknown(
    catalogue: Catalogue, published: datetime
) -> None:
    for number, duration in enumerate((float("nan"), float("inf"), -float("inf"))):
        document = add(catalogue, number, published=published, duration=duration)
        assert (document.published, document.duration) == (None, None)
        assert catalogue.document(document.id) == document


def test_datetimes_come_back_aware_and_in_utc(catalogue: Catalogue) -> None:
    local = NOW.astimezone(timezone(timedelta(hours=-7)))
    document = add(catalogue, published=local)
    found = catalogue.document(document.id)
    assert found.published == NOW
    assert found.published.tzinfo is UTC
    assert found.discovered.tzinfo is UTC
    naive = add(catalogue, 2, published=NOW.replace(tzinfo=None))
    assert catalogue.document(naive.id).published == NOW


# ── finding documents ────────────────────────────────────────────────────────────────────────


def test_the_beginning_of_an_id_is_enough(catalogue: Catalogue) -> None:
    document = add(catalogue)
    assert catalogue.document(document.id[:4]) == document
    assert catalogue.document(document.id.upper()) == document
    for short in ("", document.id[:3], "%%%%", "____", "zzzz"):
        with pytest.raises(DocumentNotFoundError):
            catalogue.document(short)


def test_an_ambiguous_beginning_says_how_many(catalogue: Catalogue) -> None:
    ids: dict[str, str] = {}
    for number in range(2000):
        id_ = hashlib.sha256(f"show\ng{number}".encode()).hexdigest()[:12]
        if id_[:4] in ids:
            add(catalogue, number)
            add(catalogue, int(ids[id_[:4]]))
            break
        ids[id_[:4]] = str(number)
    with pytest.raises(DocumentNotFoundError, match="2 documents begin so: give more"):
        catalogue.document(id_[:4])


def test_documents_are_chosen_and_newest_first(catalogue: Catalogue) -> None:
    old = add(catalogue, 1, published=NOW)
    new = add(catalogue, 2, published=LATER)
    undated = add(catalogue, 3)
    article = add(catalogue, 4, source_id="mag", kind=DocumentKind.ARTICLE, published=LATEST)
    assert catalogue.documents() == [article, new, old, undated]
    assert catalogue.documents(source_id="mag") == [article]
    assert catalogue.documents(kind=DocumentKind.EPISODE) == [new, old, undated]
    done = catalogue.advance(old.id, to=Stage.READY, now=NOW)
    assert catalogue.documents(stage=Stage.READY, source_id="show") == [done]


# ── stages ───────────────────────────────────────────────────────────────────────────────────


def test_a_failed_document_is_due_when_its_time_comes(catalogue: Catalogue) -> None:
    document = add(catalogue)
    for attempt in (1, 2):
        failed = catalogue.fail(document.id, error="503", retry_at=LATER, now=NOW)
        assert (failed.stage, failed.attempts) == (Stage.DISCOVERED, attempt)
    assert catalogue.failures() == [failed]
    assert catalogue.due(Stage.DISCOVERED, now=NOW) == []
    assert catalogue.due(Stage.DISCOVERED, now=LATER) == [failed]
    assert catalogue.due(Stage.DISCOVERED, now=LATER, sources=["show"]) == [failed]
    assert catalogue.due(Stage.DISCOVERED, now=LATER, sources=[]) == []
    assert catalogue.due(Stage.FETCHED, now=LATER) == []


def test_advancing_clears_what_was_held_against_it(catalogue: Catalogue) -> None:
    document = add(catalogue)
    catalogue.fail(document.id, error="503", retry_at=LATER, now=NOW)
    done = catalogue.advance(document.id, to=Stage.FETCHED, now=LATER)
    assert (done.stage, done.attempts, done.next_attempt, done.last_error) == (
        Stage.FETCHED,
        0,
        None,
        None,
    )
    assert catalogue.failures() == []


def test_a_dead_document_is_tried_again_only_when_revived(catalogue: Catalogue) -> None:
    document = add(catalogue)
    dead = catalogue.fail(document.id, error="gone", retry_at=None, now=NOW)
    assert (dead.stage, dead.last_error) == (Stage.DEAD, "gone")
    assert catalogue.failures() == [dead]
    assert catalogue.due(Stage.DISCOVERED, now=LATEST) == []
    revived = catalogue.revive(document.id, now=LATER)
    assert catalogue.due(Stage.DISCOVERED, now=LATER) == [revived]
    healthy = catalogue.advance(document.id, to=Stage.READY, now=LATER)
    assert catalogue.revive(document.id, now=LATEST) == healthy


def test_counts_name_every_stage(catalogue: Catalogue) -> None:
    add(catalogue, 1)
    catalogue.advance(add(catalogue, 2).id, to=Stage.READY, now=NOW)
    counts = catalogue.counts()
    assert set(counts) == set(Stage)
    assert (counts[Stage.DISCOVERED], counts[Stage.READY], counts[Stage.DEAD]) == (1, 1, 0)


def test_what_is_not_there_is_named(catalogue: Catalogue) -> None:
    absent = "0123456789ab"
    text = a_text(absent)
    media = Media(
        document_id=absent, role=MediaRole.ORIGINAL, url="u", sha256="a", size=1, mime_type="m"
    )
    attempts: list[Callable[[], object]] = [
        lambda: catalogue.document(absent),
        lambda: catalogue.advance(absent, to=Stage.READY, now=NOW),
        lambda: catalogue.fail(absent, error="e", retry_at=None, now=NOW),
        lambda: catalogue.revive(absent, now=NOW),
        lambda: catalogue.save_text(text, now=NOW),
        lambda: catalogue.save_media(media),
        lambda: catalogue.save_credits(absent, (), now=NOW),
    ]
    for attempt in attempts:
        with pytest.raises(DocumentNotFoundError, match=absent):
            attempt()
    for read in (catalogue.person, catalogue.capture, catalogue.media_file, catalogue.text):
        with pytest.raises(NotFoundError, match=absent):
            read(absent)


# ── captures, looks, media, people ───────────────────────────────────────────────────────────


def test_captures_are_found_by_address_and_by_content(catalogue: Catalogue) -> None:
    first, second = a_capture(), a_capture(body="other", retrieved=LATER)
    for capture in (second, first):
        catalogue.save_capture(capture)
        catalogue.save_capture(capture)
    assert catalogue.latest_capture("https://show.example/12") == second
    assert catalogue.capture(first.sha256) == first
    assert catalogue.latest_capture("https://show.example/13") is None


def test_recording_a_sighting_keeps_its_capture(catalogue: Catalogue) -> None:
    catalogue.record_discovered(PAGE, now=NOW)
    assert catalogue.capture(a_capture().sha256) == a_capture()


def test_validators_are_what_was_saved_last(catalogue: Catalogue) -> None:
    url = "https://show.example/feed?" + "x" * 5000
    assert catalogue.validators(url) is None
    catalogue.save_validators([a_capture(url)])
    assert catalogue.validators(url) == ('"1"', "Sun, 01 Mar 2026 00:00:00 GMT")
    catalogue.save_validators([a_capture(url, headers=(("etag", '"2"'),))])
    assert catalogue.validators(url) == ('"2"', None)
    catalogue.save_validators([a_capture(url, headers=())])
    assert catalogue.validators(url) is None


def test_the_last_look_at_a_source_is_kept(catalogue: Catalogue) -> None:
    assert catalogue.looked_at("show") is None
    assert catalogue.last_report("show") is None
    report = SourceReport(source_id="show", seen=3, warnings=("cut off",))
    catalogue.save_look(replace(report, seen=2), now=NOW)
    catalogue.save_look(report, now=LATER)
    assert catalogue.looked_at("show") == LATER
    assert catalogue.last_report("show") == report


def test_media_come_back_last_saved_first(catalogue: Catalogue) -> None:
    document = add(catalogue)
    original = Media(
        document_id=document.id,
        role=MediaRole.ORIGINAL,
        url="https://cdn.example/1.mp3",
        sha256="a" * 64,
        size=5_000_000_000,
        mime_type="audio/mpeg",
        duration=0.1 + 0.2,
        retrieved=LATER,
    )
    playback = replace(
        original, role=MediaRole.PLAYBACK, sha256="b" * 64, retrieved=None, made_with="PyAV"
    )
    newer = replace(playback, sha256="c" * 64)
    for media in (original, playback, newer):
        catalogue.save_media(media)
    assert catalogue.media(document.id) == [newer, playback, original]
    assert catalogue.media(document.id, MediaRole.PLAYBACK) == [newer, playback]
    assert catalogue.media_file("a" * 64) == original
    catalogue.save_media(replace(original, mime_type="audio/mp4"))
    assert [each.mime_type for each in catalogue.media(document.id, MediaRole.ORIGINAL)] == [
        "audio/mp4"
    ]


def test_the_same_credits_saved_again_change_nothing(catalogue: Catalogue) -> None:
    document = add(catalogue)
    credits = (Credit(name="Ada", roles=("armorer",), person_id="p"),)
    catalogue.save_credits(document.id, credits, now=LATER)
    catalogue.save_credits(document.id, list(credits), now=LATEST)
    assert catalogue.document(document.id).credits == credits
    assert catalogue.document(document.id).changed == LATER


# ── texts and runs ───────────────────────────────────────────────────────────────────────────


def test_the_same_text_saved_twice_is_one_revision(catalogue: Catalogue) -> None:
    document = add(catalogue)
    first = catalogue.save_text(a_text(document.id), now=NOW)
    assert catalogue.save_text(a_text(document.id), now=LATER) == first
    assert catalogue.document(document.id).revision == 1
    assert catalogue.document(document.id).changed == NOW


def test_another_text_is_another_revision_and_the_old_one_stays(catalogue: Catalogue) -> None:
    document = add(catalogue)
    first = catalogue.save_text(a_text(document.id), now=NOW)
    second = catalogue.save_text(a_text(document.id, "Another."), now=LATER)
    assert (second.revision, catalogue.document(document.id).revision) == (2, 2)
    assert catalogue.text(document.id) == second
    assert catalogue.text(document.id, 1) == first
    back = catalogue.save_text(a_text(document.id), now=LATEST)
    assert back.revision == 3
    with pytest.raises(TextNotFoundError, match="revision 9"):
        catalogue.text(document.id, 9)


def test_the_index_state_is_of_documents_with_a_text(catalogue: Catalogue) -> None:
    document, _ = add(catalogue, 1), add(catalogue, 2)
    assert catalogue.index_state() == {}
    catalogue.save_text(a_text(document.id), now=NOW)
    catalogue.advance(document.id, to=Stage.READY, now=NOW)
    state = catalogue.index_state()
    assert list(state) == [document.id]
    catalogue.save_text(a_text(document.id, "Another."), now=NOW)
    assert catalogue.index_state() != state


def test_a_document_whose_page_has_gone_keeps_what_it_said(catalogue: Catalogue) -> None:
    document = add(catalogue, 1)
    catalogue.save_text(a_text(document.id), now=NOW)
    state = catalogue.index_state()
    catalogue.fail(document.id, error="410", retry_at=None, now=LATER)
    assert catalogue.index_state() == state


def test_ingesting_an_unchanged_document_again_leaves_the_index_state(catalogue: Catalogue) -> None:
    document = ready(catalogue, FEED, PAGE)
    catalogue.save_text(a_text(document.id), now=NOW)
    state = catalogue.index_state()
    catalogue.record_discovered(CHANGED_PAGE, now=LATER)
    catalogue.save_text(a_text(document.id), now=LATER)
    catalogue.advance(document.id, to=Stage.READY, now=LATER)
    assert catalogue.index_state() == state


def test_a_long_text_stays_fast(catalogue: Catalogue) -> None:
    import time

    document = add(catalogue)
    timings = tuple(
        Timing(span=Span(n * 6, n * 6 + 5), start_time=n / 3, end_time=n / 3 + 0.3, probability=0.9)
        for n in range(10_000)
    )
    text = replace(a_text(document.id, "words " * 10_000), timings=timings)
    started = time.process_time()
    saved = catalogue.save_text(text, now=NOW)
    assert catalogue.text(document.id) == saved
    assert time.process_time() - started < 2.0


def test_the_run_that_started_last_is_the_last_run(catalogue: Catalogue) -> None:
    assert catalogue.last_run() is None
    outcome = Outcome(
        document_id="d", title="t\x00", before=Stage.FETCHED, after=Stage.DEAD, error="\ud800"
    )
    run = Run(
        id="2",
        started=LATER,
        sources=(SourceReport(source_id="show", unchanged=True),),
        outcomes=(outcome,),
        below_expectation=("show",),
        warnings=("w",),
    )
    catalogue.save_run(run)
    catalogue.save_run(Run(id="1", started=NOW))
    assert catalogue.last_run() == run
    catalogue.save_run(replace(run, finished=LATEST, generation="g", passages=3))
    assert catalogue.last_run() == replace(run, finished=LATEST, generation="g", passages=3)


# ── many at once ─────────────────────────────────────────────────────────────────────────────


def in_threads(work: Callable[[int], None], count: int = 6) -> None:
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_threads_write_the_same_things_at_once(catalogue: Catalogue) -> None:
    def work(thread: int) -> None:
        for number in range(8):
            document, _ = catalogue.record_discovered(
                an_item(url=f"https://show.example/{number}", guid=f"g{number}"), now=NOW
            )
            spelt = f"Ad{'aáàâäã'[thread]} Smith"
            catalogue.ensure_person(Credit(name=spelt), source_id="show")
            catalogue.save_text(a_text(document.id, f"text {number}"), now=NOW)
            catalogue.fail(document.id, error=str(thread), retry_at=LATER, now=NOW)
            catalogue.documents()

    in_threads(work)
    documents = catalogue.documents()
    assert len(documents) == 8
    assert {each.attempts for each in documents} == {6}
    assert {each.revision for each in documents} == {1}
    (person,) = catalogue.people()
    assert len({person.name, *person.aliases}) == 6


def test_sightings_and_texts_that_arrive_together_are_both_kept(catalogue: Catalogue) -> None:
    document = add(catalogue)

    def work(thread: int) -> None:
        for number in range(10):
            if thread:
                text = a_text(document.id, f"text {thread} {number}")
                catalogue.save_text(text, now=NOW)
            else:
                capture = a_capture(document.url, body=str(number))
                page = an_item(url=document.url, title=f"title {number}", capture=capture)
                catalogue.record_discovered(page, now=NOW)

    in_threads(work, 3)
    found = catalogue.document(document.id)
    assert (found.title, found.revision) == ("title 9", 20)
    assert catalogue.text(document.id).revision == 20


def test_a_new_database_is_opened_by_many_threads_at_once(catalogue_url: str) -> None:
    in_threads(lambda _: Catalogue(catalogue_url).close())


WRITE = """
import sys
from datetime import UTC, datetime
from corpus.catalogue import Catalogue
from corpus.types import DiscoveredItem, DocumentKind
now = datetime.now(UTC)
with Catalogue(sys.argv[1]) as catalogue:
    for number in range(20):
        for guid in (f"shared {number}", f"{sys.argv[2]} {number}"):
            url = "https://x.example/" + guid
            item = DiscoveredItem(source_id="s", kind=DocumentKind.EPISODE, url=url, guid=guid)
            document, _ = catalogue.record_discovered(item, now=now)
            catalogue.fail(document.id, error="e", retry_at=now, now=now)
"""


@pytest.mark.slow
def test_processes_open_a_new_database_and_write_at_once(catalogue_url: str) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, catalogue_url, name], stderr=subprocess.PIPE, text=True
        )
        for name in ("a", "b")
    ]
    for writer in writers:
        _, complaint = writer.communicate(timeout=60)
        assert writer.returncode == 0, complaint
    with Catalogue(catalogue_url) as catalogue:
        attempts = [each.attempts for each in catalogue.documents()]
    assert sorted(attempts) == [1] * 40 + [2] * 20


DIE = """
import os, signal, sys
from datetime import UTC, datetime
from corpus.catalogue import Catalogue
from corpus.types import DiscoveredItem, DocumentKind
catalogue = Catalogue(sys.argv[1])
item = DiscoveredItem(source_id="s", kind=DocumentKind.ARTICLE, url="https://x.example/1")
with catalogue._database.writing() as connection:
    catalogue._add(connection, item, datetime.now(UTC))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_writer_killed_halfway_leaves_nothing_behind(catalogue_url: str) -> None:
    done = subprocess.run([sys.executable, "-c", DIE, catalogue_url], check=False, timeout=60)
    assert done.returncode == -9
    with Catalogue(catalogue_url) as catalogue:
        assert catalogue.documents() == []
        add(catalogue)


# ── databases that cannot be used ────────────────────────────────────────────────────────────


def test_a_newer_database_is_refused(catalogue_url: str) -> None:
    Catalogue(catalogue_url).close()
    execute(catalogue_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"9999 is newer than this program's.*upgrade onrecord"):
        Catalogue(catalogue_url)


def test_a_database_of_another_program_is_refused(catalogue_url: str) -> None:
    execute(catalogue_url, "CREATE TABLE documents (id INTEGER)")
    with pytest.raises(StoreError, match=r"already exists.*belongs to another program"):
        Catalogue(catalogue_url)
    # And nothing of ours was left in it.
    execute(catalogue_url, "CREATE TABLE sightings (id INTEGER)")


def test_a_table_that_is_gone_is_a_store_error(catalogue_url: str) -> None:
    with Catalogue(catalogue_url) as catalogue:
        execute(catalogue_url, "DROP TABLE runs")
        with pytest.raises(StoreError, match="runs"):
            catalogue.last_run()
        with pytest.raises(StoreError, match="runs"):
            catalogue.save_run(Run(id="1", started=NOW))


def execute(url: str, statement: str) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
