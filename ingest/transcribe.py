"""Speech to text: a recording becomes a `Transcript` (faster-whisper's door).

Decoding is sequential: the batched mode ignores the guards against invented text. A long
recording is cut at silences and decoded piece by piece, so that memory stays level and a killed
run goes on where it stopped. Who speaks is not known here.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
import wave
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from corpus.errors import MediaError, ModelError, StoreError, TransientError
from corpus.types import Origin, Segment, Transcript, Word
from ingest.models import find_speech_model
from ingest.pieces import Stretch, find_stretches, plan_pieces, tidy

_RATE = 16_000  # Hz
_PIECE = 600.0  # seconds; the longest stretch decoded in one go
_WINDOW = 300  # seconds the speech detector is given at once
_LEAD = 8  # seconds it hears before, so that a window's edge changes nothing
_FRAME = 512  # samples per answer of the speech detector
_HEARD = 0.05  # share of the work that finding speech is, for the progress

# What the recogniser is told. These are part of a transcript's provenance and of its checkpoints'
# key: results of other settings are never mixed in.
_DECODING: dict[str, Any] = {
    "beam_size": 5,
    "temperature": (0.0, 0.2, 0.4, 0.6),  # higher ones only ever invent
    "compression_ratio_threshold": 2.4,
    "log_prob_threshold": -1.0,
    "no_speech_threshold": 0.6,
    "hallucination_silence_threshold": 2.0,
    "condition_on_previous_text": False,
    "word_timestamps": True,
    "vad_filter": True,
}

# Hints make the small models leave out whole sentences: with four words of hint, base missed 76
# words of 622 where it misses 6 without, and got no term right that it had wrong before.
_TOO_SMALL_FOR_HINTS = ("tiny", "base")

Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscribeOptions:
    """What is asked of the recogniser."""

    model: str = "base"  # a packaged name, another faster-whisper name, or a folder
    compute_type: str = "int8"  # of the model on a CPU
    device: str = "auto"  # auto, cpu or cuda
    threads: int = 0  # 0: all cores
    language: str | None = "en"  # None: detected
    hotwords: tuple[str, ...] = ()  # terms of the subject; small models are not told them
    cache_dir: Path = Path("~/.cache/onrecord")


def transcribe(
    wav: Path,
    options: TranscribeOptions,
    *,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> Transcript:
    """Write down what is said in `wav`; no speech gives no segments and a warning.

    Times never go backwards, and every segment lies where the speech detector hears speech.

    Args:
        wav: 16 kHz mono 16-bit, as `decode_audio` makes it.
        options: model and settings.
        checkpoint: folder for finished pieces; a later call with the same recording and options
            goes on from them. The caller deletes it once the transcript is stored.
        progress: told the share done (0 to 1) and a short message.

    Raises:
        MediaError: `wav` cannot be read.
        ModelError: the model is not on this machine, or damaged.
        TransientError: the recogniser gave up (out of memory, for instance).
    """
    recording = _Recording(wav)
    kept = _Checkpoint(checkpoint, wav, options)
    tell = _Teller(recording.duration, progress)
    speech = [(start, end) for start, end in kept.get("speech", partial(_hear, recording, tell))]
    if not speech:
        warning = "no speech was found in this recording"
        return _transcript((), options, recording, language=None, warning=warning)
    recogniser = _Recogniser(options)
    language = options.language or kept.get(
        "language", partial(recogniser.language, recording, speech)
    )
    written: list[Segment] = []
    for start, end in plan_pieces(speech, recording.duration, longest=_PIECE):
        make = partial(recogniser.write, recording, (start, end), language, tell)
        written += _segments(kept.get(f"piece-{round(start * 1000):09}", make))
    segments = tuple(tidy(written, speech, recording.duration))
    warning = "" if segments else "voices were heard in this recording, but no words"
    return _transcript(segments, options, recording, language=language, warning=warning)


def _transcript(
    segments: tuple[Segment, ...],
    options: TranscribeOptions,
    recording: _Recording,
    *,
    language: str | None,
    warning: str,
) -> Transcript:
    return Transcript(
        segments=segments,
        language=language,
        origin=Origin.ASR,
        model=f"faster-whisper {version('faster-whisper')} {Path(options.model).name}",
        settings=tuple((name, str(value)) for name, value in sorted(_settings(options).items())),
        duration=recording.duration,
        warnings=(warning,) if warning else (),
    )


def _settings(options: TranscribeOptions) -> dict[str, Any]:
    return {
        **_DECODING,
        "compute_type": options.compute_type,
        "hotwords": _hint(options),
        "language": options.language,
        "longest_piece": _PIECE,
    }


def _hint(options: TranscribeOptions) -> str:
    if Path(options.model).name.startswith(_TOO_SMALL_FOR_HINTS):
        return ""
    return ", ".join(options.hotwords)


# ── the recording ────────────────────────────────────────────────────────────────────────────


class _Recording:
    """Reads stretches of the wav; never holds more than was asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with wave.open(str(path), "rb") as file:
                form = (file.getframerate(), file.getnchannels(), file.getsampwidth())
                self.duration = file.getnframes() / _RATE
        except (OSError, wave.Error, EOFError) as error:
            raise MediaError(str(path), cause=str(error)) from error
        if form != (_RATE, 1, 2):
            raise MediaError(str(path), cause="not 16 kHz mono 16-bit", remedy="use decode_audio")

    def samples(self, start: float, end: float) -> Any:
        """Return the sound from `start` to `end` seconds as float32 from -1 to 1."""
        import numpy as np

        with wave.open(str(self.path), "rb") as file:
            first = min(round(start * _RATE), file.getnframes())
            file.setpos(first)
            data = file.readframes(max(0, round(end * _RATE) - first))
        return np.frombuffer(data, dtype=np.int16).astype(np.float32) / 32768.0


def _hear(recording: _Recording, tell: _Teller) -> tuple[Stretch, ...]:
    return find_stretches(_probabilities(recording, tell), _FRAME / _RATE)


def _probabilities(recording: _Recording, tell: _Teller) -> Iterator[float]:
    """Yield how likely each frame is speech, window by window."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    detect = get_vad_model()
    # Windows start on a frame's edge, so that answers line up whatever the window.
    window, lead = _WINDOW * _RATE // _FRAME, _LEAD * _RATE // _FRAME
    frames = round(recording.duration * _RATE) // _FRAME
    for first in range(0, frames, window):
        before = min(lead, first)
        last = min(first + window, frames)
        sound = recording.samples((first - before) * _FRAME / _RATE, last * _FRAME / _RATE)
        answers = np.asarray(detect(sound)).reshape(-1)
        yield from (float(answer) for answer in answers[before:])
        tell.heard(last * _FRAME / _RATE)


# ── progress ─────────────────────────────────────────────────────────────────────────────────


class _Teller:
    """Reports the share done and the speed against real time."""

    def __init__(self, duration: float, progress: Progress | None) -> None:
        self.duration = duration or 1.0
        self.progress = progress
        self.begun = time.monotonic()
        self.decoded = 0.0  # seconds of sound in this run
        self.last: float | None = None

    def heard(self, position: float) -> None:
        """Tell that the speech detector has come to `position`."""
        if self.progress:
            self.progress(_HEARD * position / self.duration, "looking for speech")

    def started(self, position: float) -> None:
        """Tell that decoding goes on at `position`; starts the clock."""
        if self.last is None:
            self.begun = time.monotonic()
        self.last = position

    def written(self, position: float) -> None:
        """Tell that the words up to `position` are there."""
        self.decoded += max(0.0, position - (self.last or 0.0))
        self.last = position
        if self.progress:
            speed = self.decoded / max(time.monotonic() - self.begun, 0.001)
            share = _HEARD + (1 - _HEARD) * min(position / self.duration, 1.0)
            self.progress(share, f"{speed:.1f}× real time")


# ── the recogniser ───────────────────────────────────────────────────────────────────────────


class _Recogniser:
    """faster-whisper, loaded when the first piece needs it."""

    def __init__(self, options: TranscribeOptions) -> None:
        self.options = options

    def _model(self) -> Any:
        options = self.options
        return _load(
            options.model,
            _device(options.device),
            options.compute_type,
            options.threads or os.cpu_count() or 1,
            options.cache_dir,
        )

    def language(self, recording: _Recording, speech: Sequence[Stretch]) -> str:
        """Return the code of the language most likely spoken in the first minutes of speech."""
        import numpy as np

        sound, wanted = [], 90.0
        for start, end in speech:
            sound.append(recording.samples(start, min(end, start + wanted)))
            wanted -= end - start
            if wanted <= 0:
                break
        model = self._model()
        if not model.model.is_multilingual:
            return "en"
        code, _, _ = model.detect_language(np.concatenate(sound), language_detection_segments=3)
        return str(code)

    def write(
        self, recording: _Recording, piece: Stretch, language: str, tell: _Teller
    ) -> list[Any]:
        """Return the segments of one piece as plain lists, in seconds of the recording."""
        import ctranslate2

        model = self._model()
        tell.started(piece[0])
        written = []
        try:
            ctranslate2.set_random_seed(0)
            segments, _ = model.transcribe(
                recording.samples(*piece),
                language=language if model.model.is_multilingual else "en",
                hotwords=_hint(self.options) or None,
                **_DECODING,
            )
            for segment in segments:
                words = [_plain(word, piece[0]) for word in segment.words or ()]
                written.append([word for word in words if word[0]])
                tell.written(piece[0] + segment.end)
        except RuntimeError as error:
            raise TransientError(
                str(recording.path), cause=f"the recogniser gave up: {error}"
            ) from error
        tell.written(piece[1])
        return [words for words in written if words]


def _plain(word: Any, offset: float) -> list[Any]:
    times = (round(offset + float(word.start), 3), round(offset + float(word.end), 3))
    return [word.word.strip(), *times, round(float(word.probability), 4)]


def _segments(written: Iterable[Sequence[Sequence[Any]]]) -> Iterator[Segment]:
    for plain in written:
        words = tuple(
            Word(text=text, start_time=start, end_time=end, probability=probability)
            for text, start, end, probability in plain
        )
        yield Segment(words=words, start_time=words[0].start_time, end_time=words[-1].end_time)


def _device(wanted: str) -> str:
    if wanted != "auto":
        return wanted
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


@lru_cache(maxsize=1)
def _load(name: str, device: str, compute_type: str, threads: int, cache_dir: Path) -> Any:
    """Load a model; the last one stays loaded for the next recording."""
    folder = find_speech_model(name, cache_dir)
    import faster_whisper

    try:
        return faster_whisper.WhisperModel(
            str(folder or name),
            device=device,
            compute_type=compute_type if device == "cpu" else "float16",
            cpu_threads=threads,
            local_files_only=True,
        )
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            name,
            cause=str(error).splitlines()[0],
            remedy="set whisper_model to base, to tiny.en or to the folder of a model, or fetch "
            f"it first: python -c 'import faster_whisper as f; f.download_model(\"{name}\")'",
        ) from error


def release_model() -> None:
    """Let go of the loaded model; the next recording loads it again in about a second."""
    _load.cache_clear()


# ── checkpoints ──────────────────────────────────────────────────────────────────────────────


class _Checkpoint:
    """Results of pieces on disk, so that a killed run goes on where it stopped."""

    def __init__(self, folder: Path | None, wav: Path, options: TranscribeOptions) -> None:
        self.folder = folder and folder / _key(wav, options)

    def get(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what is kept under `name`, or make and keep it."""
        if self.folder is None:
            return make()
        path = self.folder / f"{name}.json"
        try:
            return json.loads(path.read_bytes())
        except (OSError, ValueError):  # not there yet, or cut off by a full disk
            made = make()
        part = path.with_suffix(".part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(made), encoding="utf-8")
            part.replace(path)
        except OSError as error:
            raise StoreError(str(path), cause=str(error), remedy="make room") from error
        return made


def _key(wav: Path, options: TranscribeOptions) -> str:
    digest = hashlib.sha256()
    settings = [options.model, version("faster-whisper"), sorted(_settings(options).items())]
    digest.update(json.dumps(settings, default=str).encode())
    with wav.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()[:16]
