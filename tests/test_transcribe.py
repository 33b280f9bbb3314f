import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import MediaError, ModelError
from corpus.types import Origin
from ingest.audio import decode_audio
from ingest.transcribe import TranscribeOptions, transcribe
from tests import sounds

AUDIO = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
shared = pytest.mark.skipif(not AUDIO.is_dir(), reason="the shared recordings are not here")
RATE = 16_000


@pytest.fixture
def options(tmp_path: Path) -> TranscribeOptions:
    return TranscribeOptions(model="tiny.en", cache_dir=tmp_path / "cache", threads=2)


@pytest.mark.parametrize("sound", ["silence", "hum", "noise", "music", "applause"])
def test_what_is_not_speech_never_gives_words(
    tmp_path: Path, options: TranscribeOptions, sound: str
) -> None:
    wav = sounds.write_wav(tmp_path / "a.wav", getattr(sounds, sound)(20.0, RATE))
    transcript = transcribe(wav, options)
    assert transcript.segments == ()
    assert transcript.warnings == ("no speech was found in this recording",)
    assert transcript.origin is Origin.ASR
    assert transcript.duration == pytest.approx(20.0, abs=0.01)


@pytest.mark.parametrize(("model", "told"), [("base", ""), ("large-v3", "armorer, squib")])
def test_small_models_are_not_given_hints_that_make_them_skip_words(
    tmp_path: Path, options: TranscribeOptions, model: str, told: str
) -> None:
    wav = sounds.write_wav(tmp_path / "a.wav", sounds.silence(1.0, RATE))
    options = replace(options, model=model, hotwords=("armorer", "squib"))
    assert dict(transcribe(wav, options).settings)["hotwords"] == told


def test_a_recording_of_no_length_gives_no_words(
    tmp_path: Path, options: TranscribeOptions
) -> None:
    wav = sounds.write_wav(tmp_path / "a.wav", sounds.silence(0))
    assert transcribe(wav, options).segments == ()


def test_what_is_not_our_wav_is_refused(tmp_path: Path, options: TranscribeOptions) -> None:
    wav = sounds.write_wav(tmp_path / "a.wav", sounds.silence(1), rate=44_100)
    with pytest.raises(MediaError, match="16 kHz"):
        transcribe(wav, options)
    (tmp_path / "b.wav").write_bytes(b"RIFF")
    with pytest.raises(MediaError):
        transcribe(tmp_path / "b.wav", options)


@pytest.fixture(scope="module")
def telephone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("telephone")
    return decode_audio(AUDIO / "sample" / "sample.flac", folder, max_seconds=60).wav


@shared
@pytest.mark.slow
def test_a_killed_run_goes_on_from_its_pieces(
    telephone: Path, tmp_path: Path, options: TranscribeOptions
) -> None:
    told: list[tuple[float, str]] = []
    first = transcribe(
        telephone, options, checkpoint=tmp_path / "kept", progress=lambda *at: told.append(at)
    )
    assert "Diane" in " ".join(word.text for word in first.words)
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert told[-1][1].endswith("× real time")
    (piece,) = (tmp_path / "kept").rglob("piece-*.json")
    kept = json.loads(piece.read_text())
    kept[0][0][0] = "FromTheCheckpoint"
    piece.write_text(json.dumps(kept))
    second = transcribe(telephone, options, checkpoint=tmp_path / "kept")
    assert second.words[0].text == "FromTheCheckpoint"
    assert second.words[1:] == first.words[1:]
    # Other settings never take the same pieces; a piece that was cut off is made again.
    other = replace(options, compute_type="float32")
    assert transcribe(telephone, other, checkpoint=tmp_path / "kept").words[0].text != (
        "FromTheCheckpoint"
    )
    piece.write_text("[[")
    assert transcribe(telephone, options, checkpoint=tmp_path / "kept") == first


@shared
@pytest.mark.slow
def test_speech_after_a_long_silence_keeps_its_seconds(
    telephone: Path, tmp_path: Path, options: TranscribeOptions
) -> None:
    sound, _ = sounds.read_wav(telephone)
    wav = sounds.write_wav(tmp_path / "a.wav", np.concatenate([sounds.silence(100, RATE), sound]))
    transcripts = [transcribe(file, options) for file in (telephone, wav)]
    # A word from the middle: the first ones depend on where the model's window begins.
    plain, late = (
        next(word.start_time for word in transcript.words if "Chicago" in word.text)
        for transcript in transcripts
    )
    assert late == pytest.approx(plain + 100, abs=0.7)
    times = [time for word in transcripts[1].words for time in (word.start_time, word.end_time)]
    assert times == sorted(times)


@pytest.mark.slow
def test_a_model_that_is_not_here_says_what_to_do(
    tmp_path: Path, options: TranscribeOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.transcribe import _load

    monkeypatch.setenv("HF_HOME", str(tmp_path))
    with pytest.raises(ModelError, match="whisper_model"):
        _load("large-v3", "cpu", "int8", 1, tmp_path)
    with pytest.raises(ModelError, match="whisper_model"):
        _load("no such model", "cpu", "int8", 1, tmp_path)


@shared
@pytest.mark.slow
def test_the_language_is_heard_when_it_is_not_given(
    telephone: Path, options: TranscribeOptions
) -> None:
    heard = transcribe(telephone, replace(options, model="base", language=None))
    assert heard.language == "en"
