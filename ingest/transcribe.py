"""Speech to text: a recording becomes a `Transcript` (faster-whisper's door).

Decoding is sequential: the batched mode ignores the guards against invented text. A long
recording is cut at silences and decoded piece by piece, so that memory stays level and a killed
run goes on where it stopped. Who speaks is not known here.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any

from corpus.errors import ModelError, TransientError
from corpus.types import Aside, Origin, Segment, Transcript, Word
from ingest.sound.decoding import RATE, Checkpoint, Progress, Recording, Teller
from ingest.sound.guards import unheard_asides
from ingest.sound.mending import Mended, mend
from ingest.sound.models import find_speech_model
from ingest.sound.pieces import Stretch, find_stretches, plan_pieces, tidy

_PIECE = 600.0  # seconds; the longest stretch decoded in one go
_WINDOW = 300  # seconds the speech detector is given at once
_LEAD = 8  # seconds it hears before, so that a window's edge changes nothing
_FRAME = 512  # samples per answer of the speech detector

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

# What cannot be right is decoded again in these ways, one after the other: as a stretch of its own
# without the recogniser's own search for speech, then with other choices of words.
_AGAIN: tuple[dict[str, Any], ...] = (
    {"vad_filter": False, "temperature": 0.0},
    {"temperature": (0.2, 0.4, 0.6)},
)

# Hints make the small models leave out whole sentences: with four words of hint, base missed 76
# words of 622 where it misses 6 without, and got no term right that it had wrong before.
_TOO_SMALL_FOR_HINTS = ("tiny", "base")


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
    recording = Recording(wav)
    made_with = [options.model, version("faster-whisper"), _settings(options), _AGAIN]
    kept = Checkpoint(checkpoint, recording, made_with)
    tell = Teller(recording.duration, progress)
    speech = _speech(recording, checkpoint, tell)
    if not speech:
        warning = "no speech was found in this recording"
        return _transcript((), options, recording, language=None, warnings=[warning])
    recogniser = _Recogniser(options)
    language = options.language or kept.get(
        "language", partial(recogniser.language, recording, speech)
    )
    written: list[Segment] = []
    for piece in plan_pieces(speech, recording.duration, longest=_PIECE):
        make = partial(recogniser.write, recording, piece, language, tell)
        written += _segments(kept.get(f"piece-{_stamp(piece[0])}", make))

    def again(piece: Stretch, way: int) -> Iterator[Segment]:
        name = f"again-{way}-{_stamp(piece[0])}-{_stamp(piece[1])}"
        make = partial(recogniser.write, recording, piece, language, None, _AGAIN[way])
        tell.mended(piece[1])
        return _segments(kept.get(name, make))

    mended = mend(written, speech, recording.duration, again)
    segments = tuple(tidy(mended.segments, speech, recording.duration))
    words = [word for segment in segments for word in segment.words]
    asides = unheard_asides(words, speech)
    warnings = (*mended.warnings, *_warnings(words, asides, mended))
    made = _transcript(segments, options, recording, language=language, warnings=warnings)
    return replace(made, asides=asides)


def _warnings(words: Sequence[Word], asides: Sequence[Aside], mended: Mended) -> Iterator[str]:
    """Yield what a reader of these words must know."""
    if not words:
        yield "voices were heard in this recording, but no words"
    if dropped := len(mended.words) - len(words):
        yield f"{dropped} words where nobody speaks were left out"
    if marked := sum(word.doubt is not None for word in words):
        yield f"{marked} words cannot be right and are marked"
    if asides:
        seconds = sum((aside.end_time or 0) - (aside.start_time or 0) for aside in asides)
        yield f"speech without words in {len(asides)} places, {seconds:.0f} s in all"


def _transcript(
    segments: tuple[Segment, ...],
    options: TranscribeOptions,
    recording: Recording,
    *,
    language: str | None,
    warnings: Iterable[str],
) -> Transcript:
    return Transcript(
        segments=segments,
        language=language,
        origin=Origin.ASR,
        model=f"faster-whisper {version('faster-whisper')} {Path(options.model).name}",
        settings=tuple((name, str(value)) for name, value in sorted(_settings(options).items())),
        duration=recording.duration,
        warnings=tuple(warnings),
    )


def _stamp(seconds: float) -> str:
    return f"{round(seconds * 1000):09}"


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


# ── speech ───────────────────────────────────────────────────────────────────────────────────


def _speech(recording: Recording, checkpoint: Path | None, tell: Teller) -> list[Stretch]:
    """Return where speech is; kept for every decode of the recording, whatever its settings."""
    kept = Checkpoint(checkpoint, recording, ["speech", version("faster-whisper")])
    find = partial(find_stretches, _probabilities(recording, tell), _FRAME / RATE)
    return [(start, end) for start, end in kept.get("speech", find)]


def _probabilities(recording: Recording, tell: Teller) -> Iterator[float]:
    """Yield how likely each frame is speech, window by window."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    detect = get_vad_model()
    # Windows start on a frame's edge, so that answers line up whatever the window.
    window, lead = _WINDOW * RATE // _FRAME, _LEAD * RATE // _FRAME
    frames = round(recording.duration * RATE) // _FRAME
    for first in range(0, frames, window):
        before = min(lead, first)
        last = min(first + window, frames)
        sound = recording.samples((first - before) * _FRAME / RATE, last * _FRAME / RATE)
        answers = np.asarray(detect(sound)).reshape(-1)
        yield from (float(answer) for answer in answers[before:])
        tell.heard(last * _FRAME / RATE)


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

    def language(self, recording: Recording, speech: Sequence[Stretch]) -> str:
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
        self,
        recording: Recording,
        piece: Stretch,
        language: str,
        tell: Teller | None,
        other: Mapping[str, Any] = MappingProxyType({}),
    ) -> list[Any]:
        """Return the segments of one piece as plain lists, in seconds of the recording.

        `other` are settings that differ from those of the first decode.
        """
        import ctranslate2

        model = self._model()
        if tell:
            tell.started(piece[0])
        written = []
        try:
            ctranslate2.set_random_seed(0)
            segments, _ = model.transcribe(
                recording.samples(*piece),
                language=language if model.model.is_multilingual else "en",
                hotwords=_hint(self.options) or None,
                **{**_DECODING, **other},
            )
            for segment in segments:
                words = [_plain(word, piece[0]) for word in segment.words or ()]
                written.append([word for word in words if word[0]])
                if tell:
                    tell.written(piece[0] + segment.end)
        except RuntimeError as error:
            raise TransientError(
                str(recording.path), cause=f"the recogniser gave up: {error}"
            ) from error
        if tell:
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


@lru_cache(maxsize=2)  # the two decodes of one recording
def _load(name: str, device: str, compute_type: str, threads: int, cache_dir: Path) -> Any:
    """Load a model; the last two stay loaded for the next recording."""
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
    """Let go of the loaded models; the next decode loads its own again in about a second."""
    _load.cache_clear()
