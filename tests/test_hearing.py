"""Which decodes a worker makes of a recording, and what comes of them. Recognisers are invented."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from corpus.errors import ParkedError, SettingsError, TransientError
from corpus.files import FileStore
from corpus.types import Origin, Transcript, Voices, VoiceTurn
from ingest.hearing import Heard, HearingJob, hear
from ingest.transcribe import TranscribeOptions
from tests import sounds
from tests.builders import said
from tests.test_secondhearing import OTHER_TALK, TALK

GERMAN = (
    "Ich war für jede Waffe verantwortlich und niemand durfte sie nehmen, bevor zwei Leute mit mir "
    "in den Lauf geschaut hatten, so war das an jedem Tag und in jeder Nacht."
)


@dataclass
class Recognisers:
    """Hear what they are told, by model; remember what was asked of them."""

    words: dict[str, str]
    language: str = "en"
    asked: list[TranscribeOptions] = field(default_factory=list)

    def __call__(self, _wav, options, *, checkpoint, progress) -> Transcript:
        self.asked.append(options)
        assert checkpoint.name == "pieces"
        progress(0.5, "halfway")
        progress(1.0, "done")
        transcript = said((None, self.words[options.model]))
        return replace(transcript, language=self.language, model=options.model)


@pytest.fixture
def job(tmp_path: Path) -> HearingJob:
    wav = sounds.write_wav(tmp_path / "a.wav", sounds.hum(1.0, 16_000))
    files = FileStore(str(tmp_path / "files"))
    return HearingJob(
        files_url=str(tmp_path / "files"),
        media_sha256=files.put_file(wav).sha256,
        folder=str(tmp_path / "work"),
        max_seconds=60.0,
        options=TranscribeOptions(model="base", language=None),
        tell_voices=False,
        expected_voices=None,
        second=TranscribeOptions(model="tiny.en", language=None),
    )


def heard_by(monkeypatch, job: HearingJob, recognisers: Recognisers) -> tuple[Heard, list[float]]:
    monkeypatch.setattr("ingest.hearing.transcribe", recognisers)
    shares: list[float] = []
    return hear(job, lambda share, _: shares.append(share)), shares


def publishers(words: str) -> Transcript:
    return replace(said(("Ines", words)), origin=Origin.PUBLISHER, language=None)


def test_two_decodes_are_made_and_compared(monkeypatch, job: HearingJob) -> None:
    recognisers = Recognisers(
        {"base": "they were live rounds", "tiny.en": "they were blank rounds"}
    )
    heard, shares = heard_by(monkeypatch, job, recognisers)
    assert [word.agreed for word in heard.transcript.words] == [True, True, False, True]
    assert [options.model for options in recognisers.asked] == ["base", "tiny.en"]
    assert recognisers.asked[1].language == "en", "what the first one heard"
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_without_a_second_model_words_are_decoded_once(monkeypatch, job: HearingJob) -> None:
    recognisers = Recognisers({"base": "they were live rounds"})
    heard, _ = heard_by(monkeypatch, replace(job, second=None), recognisers)
    assert {word.agreed for word in heard.transcript.words} == {None}
    assert heard.transcript.warnings == ()


def test_a_language_the_second_model_does_not_know_is_said(monkeypatch, job: HearingJob) -> None:
    recognisers = Recognisers({"base": GERMAN}, language="de")
    heard, _ = heard_by(monkeypatch, job, recognisers)
    assert [options.model for options in recognisers.asked] == ["base"]
    assert {word.agreed for word in heard.transcript.words} == {None}
    assert "tiny.en knows no language but English" in heard.transcript.warnings[0]


def test_a_recording_without_words_is_not_decoded_twice(monkeypatch, job: HearingJob) -> None:
    recognisers = Recognisers({"base": ""})
    heard, _ = heard_by(monkeypatch, job, recognisers)
    assert heard.transcript.words == ()
    assert len(recognisers.asked) == 1


def test_a_publishers_words_are_checked_by_the_second_model_alone(
    monkeypatch, job: HearingJob
) -> None:
    recognisers = Recognisers({"tiny.en": TALK.replace("never", "ever")})
    job = replace(job, options=None, transcript=publishers(TALK))
    heard, _ = heard_by(monkeypatch, job, recognisers)
    assert heard.refused is None
    assert [word.text for word in heard.transcript.words if word.agreed is False] == ["never"]
    assert len(recognisers.asked) == 1


def test_a_publishers_words_of_another_episode_are_refused(monkeypatch, job: HearingJob) -> None:
    recognisers = Recognisers({"tiny.en": TALK})
    job = replace(job, options=None, transcript=publishers(OTHER_TALK))
    heard, _ = heard_by(monkeypatch, job, recognisers)
    assert heard.transcript is None
    assert "of its words with the recording" in heard.refused


def test_a_publishers_words_in_another_language_are_never_refused_for_it(
    monkeypatch, job: HearingJob
) -> None:
    recognisers = Recognisers({"tiny.en": TALK, "small": GERMAN})
    job = replace(job, options=None, transcript=publishers(GERMAN))
    heard, _ = heard_by(monkeypatch, job, recognisers)
    assert heard.refused is None
    assert recognisers.asked == []
    assert "tiny.en knows no language but English" in heard.transcript.warnings[0]
    job = replace(job, second=TranscribeOptions(model="small", language=None))
    heard, _ = heard_by(monkeypatch, job, recognisers)
    assert all(word.agreed for word in heard.transcript.words)


def test_a_publishers_words_go_unchecked_when_that_is_switched_off(
    monkeypatch, job: HearingJob
) -> None:
    recognisers = Recognisers({})
    job = replace(job, options=None, second=None, transcript=publishers(OTHER_TALK))
    heard, _ = heard_by(monkeypatch, job, recognisers)
    assert heard.transcript == job.transcript
    assert heard.refused is None


def test_a_machine_that_does_not_see_the_work_folder_keeps_its_own_until_it_is_done(
    monkeypatch, job: HearingJob, tmp_path: Path
) -> None:
    cache, folders = tmp_path / "cache", []
    forgotten = cache / "work" / "forgotten"
    forgotten.mkdir(parents=True)
    os.utime(forgotten, (0, 0))

    class Dies(Recognisers):
        def __call__(self, _wav, options, *, checkpoint, progress) -> Transcript:
            folders.append(checkpoint.parent)
            if len(folders) == 1:
                raise TransientError("recogniser", cause="out of memory")
            return super().__call__(_wav, options, checkpoint=checkpoint, progress=progress)

    recognisers = Dies({"base": "they were live rounds"})
    job = replace(job, cache_dir=str(cache), second=None)
    with pytest.raises(TransientError):
        heard_by(monkeypatch, job, recognisers)
    assert list(folders[0].glob("decoded-*")), "it goes on from there"
    heard_by(monkeypatch, job, recognisers)
    assert folders == [cache / "work" / job.media_sha256] * 2
    assert list((cache / "work").iterdir()) == []


def test_the_work_folder_that_is_seen_is_used(monkeypatch, job: HearingJob, tmp_path: Path) -> None:
    Path(job.folder).mkdir()
    job = replace(job, cache_dir=str(tmp_path / "cache"), second=None)
    heard_by(monkeypatch, job, Recognisers({"base": "they were live rounds"}))
    assert list(Path(job.folder).glob("decoded-*")), "whoever lent it removes it"
    assert not (tmp_path / "cache").exists()


def test_a_machine_that_does_not_see_the_files_stops_the_run_and_blames_no_document(
    job: HearingJob, tmp_path: Path
) -> None:
    elsewhere = replace(job, files_url=str(tmp_path / "of this machine alone"))
    with pytest.raises(SettingsError, match="shared folder or object storage"):
        hear(elsewhere, lambda *_: None)


class Voicing:
    """In place of telling voices apart: does as told, and remembers how it ended."""

    def __init__(self, monkeypatch) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()
        self.ended: BaseException | None = None
        monkeypatch.setattr("ingest.hearing.tell_apart", self)

    def __call__(self, _wav, *, progress, **_fields) -> Voices:
        self.begun.set()
        assert self.go_on.wait(20.0)
        try:
            progress(1.0, "1 voice so far")
        except ParkedError as error:
            self.ended = error
            raise
        return Voices(turns=(VoiceTurn(label="Speaker 1", start_time=0.0, end_time=9.0),))


def test_voices_are_told_apart_while_words_are_decoded(monkeypatch, job: HearingJob) -> None:
    voicing = Voicing(monkeypatch)

    class Waiting(Recognisers):
        def __call__(self, *args, **fields) -> Transcript:
            assert voicing.begun.wait(20.0), "voices waited for the words"
            voicing.go_on.set()
            return super().__call__(*args, **fields)

    recognisers = Waiting({"base": "they were live rounds", "tiny.en": "they were live rounds"})
    heard, shares = heard_by(monkeypatch, replace(job, tell_voices=True), recognisers)
    assert {word.speaker for word in heard.transcript.words} == {"Speaker 1"}
    assert shares == sorted(shares)


def test_of_a_long_recording_voices_wait_for_the_words(monkeypatch, job: HearingJob) -> None:
    monkeypatch.setattr("ingest.hearing._LONG", 0.5)
    voicing = Voicing(monkeypatch)
    voicing.go_on.set()

    class Alone(Recognisers):
        def __call__(self, *args, **fields) -> Transcript:
            assert not voicing.begun.is_set()
            return super().__call__(*args, **fields)

    recognisers = Alone({"base": "they were live rounds", "tiny.en": "they were live rounds"})
    heard, _ = heard_by(monkeypatch, replace(job, tell_voices=True), recognisers)
    assert heard.voices is not None


def test_who_puts_the_words_down_puts_the_voices_down_too(monkeypatch, job: HearingJob) -> None:
    voicing = Voicing(monkeypatch)

    def put_down(share: float, _said: str) -> None:
        if share > 0.1:
            threading.Timer(0.1, voicing.go_on.set).start()
            raise ParkedError("heard")

    monkeypatch.setattr("ingest.hearing.transcribe", Recognisers({"base": "they were live"}))
    with pytest.raises(ParkedError, match="heard"):
        hear(replace(job, tell_voices=True), put_down)
    assert isinstance(voicing.ended, ParkedError)


def test_voices_of_what_has_no_words_are_nobodys(monkeypatch, job: HearingJob) -> None:
    def fail(*_args, **_fields) -> Voices:
        raise TransientError("a.wav", cause="no speech in it")

    monkeypatch.setattr("ingest.hearing.tell_apart", fail)
    heard, _ = heard_by(monkeypatch, replace(job, tell_voices=True), Recognisers({"base": ""}))
    assert (heard.voices, heard.transcript.words) == (None, ())
