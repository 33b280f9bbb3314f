import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.errors import MediaError, StoreError
from ingest.audio import RECORDING_RATE, decode_audio
from tests import sounds

AT = (1.0, 4.123, 9.5, 14.777, 18.9)
SECONDS = 20.0


def decode(source: Path, folder: Path) -> Any:
    return decode_audio(source, folder, max_seconds=3600)


def beeps(path: Path, codec: str, container: str, **more: Any) -> Path:
    return sounds.encode(path, sounds.beeps(SECONDS, AT), codec=codec, container=container, **more)


@pytest.mark.parametrize(
    ("name", "codec", "container", "more"),
    [
        ("a.mp3", "libmp3lame", "mp3", {}),
        ("a.opus", "libopus", "ogg", {"rate": 48_000}),
        ("a.flac", "flac", "flac", {"layout": "stereo"}),
        ("a.m4a", "aac", "ipod", {}),
        ("a.webm", "libopus", "webm", {"rate": 48_000}),
        ("phone.wav", "pcm_s16le", "wav", {"rate": 8_000}),
        ("bytes.wav", "pcm_u8", "wav", {"rate": 11_025}),
    ],
)
def test_a_second_is_the_same_second_in_source_wav_and_playback_copy(
    tmp_path: Path, name: str, codec: str, container: str, more: dict[str, Any]
) -> None:
    decoded = decode(beeps(tmp_path / name, codec, container, **more), tmp_path / "out")
    recording = sounds.onsets(*sounds.read_wav(decoded.wav))
    playback = sounds.onsets(*sounds.read_any(decoded.playback))
    np.testing.assert_allclose(recording, AT, atol=0.02)
    np.testing.assert_allclose(playback, recording, atol=0.02)
    assert decoded.duration == pytest.approx(SECONDS, abs=0.05)
    assert decoded.warnings == ()
    with wave.open(str(decoded.wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16_000, 1, 2)


def test_the_playback_copy_is_aac_that_can_be_sought_before_it_is_whole(tmp_path: Path) -> None:
    import av

    source = beeps(tmp_path / "a.flac", "flac", "flac", layout="stereo")
    playback = decode(source, tmp_path / "out").playback
    data = playback.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(str(playback)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.layout.nb_channels) == ("aac", 2)


def test_the_sound_of_a_film_is_taken(tmp_path: Path) -> None:
    def picture(file: Any) -> None:
        import av

        stream = file.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), dtype=np.uint8))
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))

    source = beeps(tmp_path / "film.mp4", "aac", "mp4", before=picture)
    decoded = decode(source, tmp_path / "out")
    np.testing.assert_allclose(sounds.onsets(*sounds.read_wav(decoded.wav)), AT, atol=0.02)


@pytest.mark.parametrize(
    ("name", "codec", "container", "more"),
    [
        ("a.mp3", "libmp3lame", "mp3", {}),
        ("a.opus", "libopus", "ogg", {"rate": 48_000}),
        ("a.flac", "flac", "flac", {}),
        ("a.m4a", "aac", "ipod", {}),
    ],
)
def test_damage_in_the_middle_becomes_silence_and_is_said(
    tmp_path: Path, name: str, codec: str, container: str, more: dict[str, Any]
) -> None:
    whole = sounds.noise(SECONDS) * 0.2 + sounds.beeps(SECONDS, AT)
    source = sounds.encode(tmp_path / name, whole, codec=codec, container=container, **more)
    data = bytearray(source.read_bytes())
    first, last = len(data) * 55 // 100, len(data) * 60 // 100
    data[first:last] = bytes(last - first)
    source.write_bytes(data)
    decoded = decode(source, tmp_path / "out")
    assert decoded.duration == pytest.approx(SECONDS, abs=0.3)
    assert "damaged from 0:00:1" in decoded.warnings[0]
    found = sounds.onsets(*sounds.read_wav(decoded.wav))
    assert found[:2] == pytest.approx(AT[:2], abs=0.02)
    assert found[-1] == pytest.approx(AT[-1], abs=0.1)


def test_a_file_that_was_cut_off_says_so(tmp_path: Path) -> None:
    source = beeps(tmp_path / "a.mp3", "libmp3lame", "mp3")
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    decoded = decode(source, tmp_path / "out")
    assert decoded.duration == pytest.approx(SECONDS / 2, abs=0.5)
    assert "although 0:00:20 were announced" in decoded.warnings[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<!doctype html><p>Not found</p>",
        b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile a.wav\n",
        bytes(5000),
        b"ID3" + bytes(3000),
    ],
)
def test_what_is_not_a_recording_is_refused(tmp_path: Path, data: bytes) -> None:
    sounds.write_wav(tmp_path / "a.wav", sounds.noise(1, 16_000))
    source = tmp_path / "page.mp3"
    source.write_bytes(data)
    with pytest.raises(MediaError, match=r"page\.mp3"):
        decode(source, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="no such file"):
        decode(tmp_path / "none.mp3", tmp_path / "out")


def test_a_recording_that_is_too_long_is_refused(tmp_path: Path) -> None:
    source = sounds.write_wav(tmp_path / "a.wav", sounds.silence(30, 16_000))
    with pytest.raises(MediaError, match="longer than 0:00:12"):
        decode_audio(source, tmp_path / "out", max_seconds=12)
    assert list((tmp_path / "out").iterdir()) == []


def test_stopping_leaves_no_half_file(tmp_path: Path) -> None:
    source = sounds.write_wav(tmp_path / "a.wav", sounds.silence(60, 16_000))

    def stop(share: float, message: str) -> None:
        assert 0 < share <= 1
        assert "0:00:" in message
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        decode_audio(source, tmp_path / "out", max_seconds=3600, progress=stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_written_is_the_stores_fault(tmp_path: Path) -> None:
    source = sounds.write_wav(tmp_path / "a.wav", sounds.silence(2, 16_000))
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(StoreError):
        decode(source, tmp_path / "out")


def test_silence_is_a_recording_like_any_other(tmp_path: Path) -> None:
    source = sounds.write_wav(tmp_path / "a.wav", sounds.silence(3, RECORDING_RATE))
    assert decode(source, tmp_path / "out").duration == pytest.approx(3.0, abs=0.01)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak from /proc")
def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    code = (
        "import re, sys; from pathlib import Path; "
        "from ingest.audio import decode_audio; "
        "decode_audio(Path(sys.argv[1]), Path(sys.argv[2]), max_seconds=1e5); "
        "print(re.search(r'VmHWM:\\s*(\\d+)', Path('/proc/self/status').read_text())[1])"
    )
    peaks = []
    for minutes in (1, 20):
        source = tmp_path / f"{minutes}.wav"
        sounds.write_wav(source, np.tile(sounds.noise(10, 16_000), 6 * minutes))
        command = [sys.executable, "-c", code, str(source), str(tmp_path / f"out{minutes}")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout) / 1024)
    assert peaks[1] - peaks[0] < 15  # MiB; the wav alone is 37
