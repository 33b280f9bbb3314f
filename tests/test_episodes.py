"""Which recording is heard, whose words count for it, and what a retry repairs.

Workers that invent what they hear stand in for models; servers, files and catalogue are real.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass, field, replace

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import MediaError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import (
    Capture,
    DiscoveredItem,
    DocumentKind,
    MediaRole,
    Origin,
    Source,
    SourceKind,
    Stage,
    TranscriptLink,
    TranscriptPolicy,
)
from ingest.hearing import Heard
from ingest.pipeline import advance, finish
from ingest.workshop import Workshop, now
from tests.builders import said
from tests.servers import Reply, Site, ranged

GOOD, OTHER, BAD = (b"ID3" + letter * 20_000 for letter in (b"g", b"o", b"b"))
SOURCE = Source(
    id="show",
    name="The Show",
    kind=SourceKind.FEED,
    url="http://127.0.0.1/",
    allow_private=True,
    transcript=TranscriptPolicy.PREFER,
)


@dataclass
class InventedWorkers:
    """Hear ten seconds of invented words in every recording but a bad one."""

    jobs: list = field(default_factory=list)
    duration: float = 10.0
    refused: str | None = None  # why the publisher's words are of something else
    at_once: int = 0

    def run(self, work, job, report, *, stop=None):
        self.jobs.append(job)
        if FileStore(job.files_url).read_bytes(job.media_sha256) == BAD:
            raise MediaError(job.media_sha256, cause="no audio in it")
        playback = FileStore(job.files_url).put_bytes(b"playback " + job.media_sha256.encode())
        recognised = said((None, "these words were recognised")) if job.options else None
        refused = self.refused if job.transcript and job.second else None
        return Heard(
            playback_sha256=playback.sha256,
            playback_size=playback.size,
            duration=self.duration,
            transcript=None if refused else job.transcript or recognised,
            voices=None,
            warnings=(),
            refused=refused,
        )

    def close(self):
        pass


@pytest.fixture
def site():
    with Site({"/one.mp3": ranged(GOOD)}) as site:
        yield site


@pytest.fixture
def shop(tmp_path, monkeypatch):
    monkeypatch.setattr("ingest.fetch._PAUSE", 0.0)
    settings = Settings(data_dir=tmp_path)
    with Catalogue(settings.catalogue) as catalogue:
        yield Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={SOURCE.id: SOURCE},
            workers=InventedWorkers(),
        )


def captions(words: str, *, end: int = 9) -> Reply:
    body = f"WEBVTT\n\n00:00:00.000 --> 00:00:{end:02}.000\n<v Ines>{words}\n"
    return Reply(body.encode(), headers={"Content-Type": "text/vtt"})


def sight(shop, site, *transcripts: str, audio: str = "one.mp3"):
    """Record what the feed says of the one episode; the names are paths of the site."""
    item = DiscoveredItem(
        source_id=SOURCE.id, kind=DocumentKind.EPISODE, url=f"{site.url}/one", guid="one",
        title="One", show=SOURCE.name, media_url=f"{site.url}/{audio}",
        transcripts=tuple(TranscriptLink(url=f"{site.url}/{each}") for each in transcripts),
    )  # fmt: skip
    return shop.catalogue.record_discovered(item, now=now())[0]


def text_of(shop, document):
    outcomes = finish(document.id, shop)
    assert [outcome.error for outcome in outcomes if outcome.error] == []
    return shop.catalogue.text(document.id)


def test_the_publishers_words_are_preferred_and_the_second_look_hears_nothing(shop, site):
    site.routes["/a.vtt"] = captions("we count them in")
    document = sight(shop, site, "a.vtt")
    text = text_of(shop, document)
    assert (text.content, text.origin) == ("we count them in", Origin.PUBLISHER)
    heard = len(shop.workers.jobs)
    shop.catalogue.advance(document.id, to=Stage.FETCHED, now=now())
    assert text_of(shop, document) == text
    assert len(shop.workers.jobs) == heard


def test_a_new_recording_gets_its_own_transcript_and_never_the_old_one(shop, site):
    site.routes |= {"/a.vtt": captions("old words"), "/b.vtt": captions("new words")}
    site.routes["/two.mp3"] = Reply(OTHER)
    assert text_of(shop, sight(shop, site, "a.vtt")).content == "old words"
    document = sight(shop, site, "b.vtt", audio="two.mp3")
    assert text_of(shop, document).content == "new words"


def test_old_words_are_not_put_onto_a_new_recording_whose_transcript_is_gone(shop, site):
    site.routes |= {"/a.vtt": captions("old words"), "/b.vtt": Reply(status=404)}
    site.routes["/two.mp3"] = Reply(OTHER)
    text_of(shop, sight(shop, site, "a.vtt"))
    text = text_of(shop, sight(shop, site, "b.vtt", audio="two.mp3"))
    assert text.content == "these words were recognised"
    assert any("publisher's transcript" in warning for warning in text.warnings)


def test_the_only_link_is_asked_again_for_a_new_recording(shop, site):
    site.routes |= {"/a.vtt": captions("old words"), "/two.mp3": Reply(OTHER)}
    text_of(shop, sight(shop, site, "a.vtt"))
    site.routes["/a.vtt"] = captions("mended words")
    assert text_of(shop, sight(shop, site, "a.vtt", audio="two.mp3")).content == "mended words"


def test_a_transcript_that_arrives_later_replaces_what_was_recognised_unheard(shop, site):
    document = sight(shop, site)
    assert text_of(shop, document).content == "these words were recognised"
    site.routes["/a.vtt"] = captions("we count them in")
    later = sight(shop, site, "a.vtt")
    assert later.stage is Stage.DISCOVERED
    text = text_of(shop, document)
    assert (text.content, text.origin, text.revision) == ("we count them in", Origin.PUBLISHER, 2)
    assert len(shop.workers.jobs) == 1, "the recording is not heard again"
    assert len([each for each in site.asked if each.path == "/one.mp3"]) == 1
    assert sight(shop, site, "a.vtt").stage is Stage.READY, "the same feed is no news"


def test_a_transcript_on_the_way_is_fetched_before_the_recording_is_heard(shop, site):
    document = sight(shop, site)
    advance(document, shop)
    site.routes["/a.vtt"] = captions("we count them in")
    assert sight(shop, site, "a.vtt").stage is Stage.DISCOVERED
    assert text_of(shop, document).content == "we count them in"


def test_a_later_transcript_of_something_else_is_refused_and_nothing_is_heard_again(shop, site):
    document = sight(shop, site)
    first = text_of(shop, document)
    site.routes["/a.vtt"] = captions("of something else", end=40)
    sight(shop, site, "a.vtt")
    text = text_of(shop, document)
    assert text == first
    assert len(shop.workers.jobs) == 1
    shop.catalogue.advance(document.id, to=Stage.FETCHED, now=now())
    text_of(shop, document)
    assert len(shop.workers.jobs) == 1


def test_another_model_hears_again(shop, site):
    document = sight(shop, site)
    finish(document.id, shop)
    shop.catalogue.advance(document.id, to=Stage.FETCHED, now=now())
    other = shop.settings.model_copy(update={"whisper_model": "tiny"})
    finish(document.id, replace(shop, settings=other))
    assert [job.options.model for job in shop.workers.jobs] == ["base", "tiny"]


def test_a_transcript_that_fails_for_now_is_waited_for_three_times(shop, site):
    site.routes["/a.vtt"] = Reply(status=503)
    document = sight(shop, site, "a.vtt")
    for _ in range(3):
        assert "503" in advance(shop.catalogue.document(document.id), shop).error
    text = text_of(shop, document)
    assert text.content == "these words were recognised"
    assert any("publisher's transcript" in warning for warning in text.warnings)


@pytest.mark.parametrize(
    ("end", "duration", "reason"), [(40, 10.0, "ends at 40 s"), (9, 60.0, "covers 9 s")]
)
def test_a_transcript_that_does_not_fit_is_refused_with_the_reason(
    shop, site, end, duration, reason
):
    shop.workers.duration = duration
    site.routes["/a.vtt"] = captions("of something else", end=end)
    document = sight(shop, site, "a.vtt")
    text = text_of(shop, document)
    assert text.content == "these words were recognised"
    assert any(reason in warning for warning in text.warnings)
    assert "something else" not in text.content
    heard = len(shop.workers.jobs)
    shop.catalogue.advance(document.id, to=Stage.FETCHED, now=now())
    finish(document.id, shop)
    assert len(shop.workers.jobs) == heard, "what was refused must not be heard again"


def test_a_transcript_whose_words_are_not_heard_is_refused_with_the_reason(shop, site):
    shop.workers.refused = "it shares 4 % of its words with the recording"
    site.routes["/a.vtt"] = captions("of something else")
    document = sight(shop, site, "a.vtt")
    text = text_of(shop, document)
    assert text.content == "these words were recognised"
    assert any("4 % of its words" in warning for warning in text.warnings)
    assert "something else" not in text.content
    heard = len(shop.workers.jobs)
    shop.catalogue.advance(document.id, to=Stage.FETCHED, now=now())
    finish(document.id, shop)
    assert len(shop.workers.jobs) == heard, "what was refused must not be heard again"


@pytest.mark.parametrize(("second", "checked"), [("small", "small"), ("", None)])
def test_another_second_model_hears_again(shop, site, second, checked):
    document = sight(shop, site)
    finish(document.id, shop)
    shop.catalogue.advance(document.id, to=Stage.FETCHED, now=now())
    other = shop.settings.model_copy(update={"second_model": second})
    finish(document.id, replace(shop, settings=other))
    models = [job.second and job.second.model for job in shop.workers.jobs]
    assert models == ["tiny.en", checked]


def test_a_retry_downloads_unreadable_audio_again(shop, site):
    site.routes["/one.mp3"] = Reply(BAD)
    document = sight(shop, site)
    ended = finish(document.id, shop)[-1]
    assert ended.after is Stage.DEAD
    assert ended.error == f"cannot read audio: {site.url}/one.mp3: no audio in it"
    shop.catalogue.revive(document.id, now=now())
    assert finish(document.id, shop)[-1].after is Stage.DEAD, "the same bytes fail again"
    site.routes["/one.mp3"] = Reply(GOOD)
    shop.catalogue.revive(document.id, now=now())
    assert text_of(shop, document).content == "these words were recognised"


@pytest.mark.parametrize("role", [MediaRole.ORIGINAL, MediaRole.RECOGNISED, MediaRole.PLAYBACK])
def test_a_retry_repairs_a_damaged_file(shop, site, tmp_path, role):
    document = sight(shop, site)
    text = text_of(shop, document)
    (media,) = shop.catalogue.media(document.id, role)
    stored = tmp_path / "files" / media.sha256[:2] / media.sha256[2:]
    stored.write_bytes(b"damage")
    shop.catalogue.advance(document.id, to=Stage.DISCOVERED, now=now())
    assert text_of(shop, document).sha256 == text.sha256
    shop.files.check(media.sha256)


def test_a_finished_transcript_leaves_a_half_done_download_alone(shop, site):
    breaks = ranged(GOOD, breaks_after=3_000)
    site.routes |= {"/one.mp3": breaks, "/a.vtt": captions("we count them in")}
    document = sight(shop, site, "a.vtt")
    assert advance(document, shop).error
    (part,) = shop.settings.work_dir.rglob("*.part")
    assert part.stat().st_size == 12_000
    site.routes["/one.mp3"] = ranged(GOOD)
    shop.catalogue.revive(document.id, now=now())
    sight(shop, site, "a.vtt", "b.vtt")
    site.routes["/b.vtt"] = Reply(status=404)
    assert text_of(shop, document).content == "we count them in"
    assert [each.headers.get("range") for each in site.asked if each.path == "/one.mp3"][-1]
    with contextlib.suppress(FileNotFoundError):
        assert list(shop.settings.work_dir.iterdir()) == []


def episode_page(url: str, lines: tuple[str, ...], *, side: str) -> tuple[Capture, bytes]:
    printed = "".join(f"<p>{line}</p>" for line in lines)
    body = f"""<html><head><title>One</title></head><body><article><h1>One</h1>
    <p>A talk on the safety of everybody on the stage, with our guest of the day.</p>
    {printed}</article><aside>{side}</aside></body></html>""".encode()
    capture = Capture(
        url=url, final_url=url, sha256=hashlib.sha256(body).hexdigest(), size=len(body),
        mime_type="text/html", status=200, headers=(("content-type", "text/html"),),
        retrieved=now(),
    )  # fmt: skip
    return capture, body


def test_a_transcript_printed_on_the_page_later_is_taken_and_other_edits_hear_nothing(shop, site):
    lines = ("TRANSCRIPT", *(
        f"{who}: We count the rounds by hand, box number {n}, before anybody comes in."
        for n, who in enumerate(("NORA VALE", "INES ROSA") * 4)
    ))  # fmt: skip
    shop.workers.duration = 40.0
    document = sight(shop, site)

    def look(said: tuple[str, ...], side: str) -> None:
        capture, body = episode_page(f"{site.url}/one", said, side=side)
        shop.files.put_bytes(body)
        item = DiscoveredItem(
            source_id=SOURCE.id, kind=DocumentKind.EPISODE, url=f"{site.url}/one", guid="one",
            title="One", capture=capture,
        )  # fmt: skip
        shop.catalogue.record_discovered(item, now=now())

    look((), "first")
    assert text_of(shop, document).origin is Origin.ASR
    look(lines, "second")
    text = text_of(shop, document)
    assert text.origin is Origin.PUBLISHER
    assert "box number 7" in text.content
    for side in ("third", "fourth"):
        look(lines, side)
        assert text_of(shop, document).revision == text.revision
    assert len(shop.workers.jobs) == 1, "heard once"


def test_a_new_recording_that_is_gone_takes_nothing_away_and_is_noted(shop, site):
    document = sight(shop, site)
    text = text_of(shop, document)
    site.routes["/two.mp3"] = Reply(status=410)
    assert sight(shop, site, audio="two.mp3").stage is Stage.DISCOVERED
    assert text_of(shop, document) == text
    after = shop.catalogue.document(document.id)
    assert after.gone is not None
    assert (after.stage, after.attempts) == (Stage.READY, 0)
    assert sight(shop, site, audio="two.mp3").stage is Stage.READY
    assert len([each for each in site.asked if each.path == "/two.mp3"]) == 1


@pytest.mark.parametrize("page_is_gone", [False, True])
def test_a_recording_that_is_there_again_is_not_gone_any_more(shop, site, page_is_gone):
    document = sight(shop, site)
    text = text_of(shop, document)
    site.routes["/two.mp3"] = Reply(status=410)
    sight(shop, site, audio="two.mp3")
    assert text_of(shop, document) == text
    since = shop.catalogue.document(document.id).gone
    if page_is_gone:
        shop.catalogue.note_visits([(document.url, 410)], now=now())
    site.routes["/two.mp3"] = Reply(GOOD + b"and more")
    shop.catalogue.revive(document.id, now=now())
    assert finish(document.id, shop)[-1].after is Stage.READY
    after = shop.catalogue.document(document.id)
    assert since is not None
    assert (after.gone is not None) == page_is_gone


def test_a_recording_that_was_never_there_is_given_up_as_before(shop, site):
    site.routes["/one.mp3"] = Reply(status=410)
    document = sight(shop, site)
    assert finish(document.id, shop)[-1].after is Stage.DEAD
    assert shop.catalogue.document(document.id).gone is None
