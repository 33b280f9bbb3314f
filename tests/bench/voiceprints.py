"""How well a voice is known again: same-speaker and different-speaker scores, and the bar.

    python -m tests.bench.voiceprints

Each speaker's stretches without overlap (by the RTTM) are cut into pieces of 5, 15 and 30 s,
each piece is heard by itself through `ingest.voices`, and its centroid is what is compared. Each
is heard a second time as over a telephone, because a guest is not always in the same room. The
rules are those of `ingest.voiceprints`, but for the seconds a voice needs: few pieces have 30.
"""

from __future__ import annotations

import tempfile
import wave
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import numpy as np

from corpus.settings import load_settings
from corpus.types import Voiceprint
from ingest.audio import decode_audio
from ingest.voiceprints import BAR, MARGIN, likeness, match_voice
from ingest.voices import tell_apart

AUDIO = Path(__file__).resolve().parents[3] / "shared" / "data" / "audio"
RATE = 16_000  # Hz
LENGTHS = (5.0, 15.0, 30.0)  # seconds of a piece
SHORTEST = 0.5  # seconds; shorter stretches are left out
LINES = ("as recorded", "telephone")

Score = tuple[float, "Piece", "Piece"]


@dataclass(frozen=True)
class Piece:
    """One stretch of one speaker, heard by itself."""

    speaker: str
    recording: str
    number: int
    seconds: float  # asked for; the last piece of a speaker may hold half as much again
    centroid: tuple[float, ...]
    line: str
    narrow: bool  # found to be as over a telephone


def main() -> None:
    """Print the scores of all pairs, and what the rules make of them."""
    with tempfile.TemporaryDirectory() as folder:
        found = [piece for length in LENGTHS for piece in hear_pieces(length, Path(folder))]
    report(found)


def hear_pieces(
    length: float, work: Path, *, folder: str = "", lines: Sequence[str] = LINES
) -> Iterator[Piece]:
    """Yield the pieces of about `length` seconds of every recording with who-speaks-when."""
    for sound, rttm in recordings(AUDIO / folder):
        decoded = decode_audio(sound, work, max_seconds=3600)
        with wave.open(str(decoded.wav), "rb") as file:
            samples = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16)
        for speaker, stretches in alone(rttm, sound.stem).items():
            joined = np.concatenate([samples[int(a * RATE) : int(b * RATE)] for a, b in stretches])
            count = int(len(joined) // (length * RATE))
            for number, part in enumerate(np.array_split(joined, count) if count else ()):
                for line in lines:
                    sent = telephone(part) if line == "telephone" else part
                    voice = hear_one(sent, work / "piece.wav")
                    if voice is not None:
                        yield Piece(speaker, sound.stem, number, length, voice[0], line, voice[1])


def recordings(folder: Path) -> Iterator[tuple[Path, Path]]:
    """Yield every recording with its RTTM."""
    for sound in sorted(folder.rglob("*.flac")):
        own = sound.with_suffix(".rttm")
        yield sound, own if own.is_file() else sound.parent / "reference.rttm"


def alone(rttm: Path, name: str) -> dict[str, list[tuple[float, float]]]:
    """Return by speaker the stretches in which nobody else speaks, in seconds."""
    turns = []
    for line in rttm.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if fields and fields[1] == name:
            start = float(fields[3])
            turns.append((start, start + float(fields[4]), fields[7]))
    edges = sorted({edge for start, end, _ in turns for edge in (start, end)})
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for a, b in pairwise(edges):
        who = {speaker for start, end, speaker in turns if start <= a and end >= b}
        if len(who) == 1 and b - a >= SHORTEST:
            found[who.pop()].append((a, b))
    return dict(found)


def telephone(samples: Any) -> Any:
    """Return `samples` as a telephone carries them: 300 to 3,400 Hz in 8 bits by the mu-law."""
    spectrum = np.fft.rfft(samples.astype(np.float64))
    heights = np.fft.rfftfreq(len(samples), 1 / RATE)
    spectrum[(heights < 300) | (heights > 3400)] = 0
    level = np.fft.irfft(spectrum, len(samples)) / 32768
    pressed = np.sign(level) * np.log1p(255 * np.abs(level)) / np.log(256)
    pressed = np.round(pressed * 127) / 127
    level = np.sign(pressed) * (256 ** np.abs(pressed) - 1) / 255
    return np.clip(level * 32767, -32768, 32767).astype(np.int16)


def hear_one(samples: Any, path: Path) -> tuple[tuple[float, ...], bool] | None:
    """Return the centroid of the voice that speaks most in `samples`, and whether it is narrow."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    voices = tell_apart(path, expected=1, cache_dir=load_settings().cache_dir)
    spoken: dict[str, float] = defaultdict(float)
    for turn in voices.turns:
        spoken[turn.label] += turn.end_time - turn.start_time
    if not spoken:
        return None
    label = max(spoken, key=lambda label: spoken[label])
    return dict(voices.centroids)[label], label in voices.narrow


def scores(pieces: Sequence[Piece]) -> list[Score]:
    """Return the likeness of all pairs of one length that are not one piece heard twice."""
    found = []
    for one, other in combinations(pieces, 2):
        same_sound = (one.speaker, one.recording, one.number) == (
            other.speaker,
            other.recording,
            other.number,
        )
        if one.seconds == other.seconds and not same_sound:
            found.append((likeness(one.centroid, other.centroid), one, other))
    return found


def report(pieces: Sequence[Piece]) -> None:
    """Print how the scores of each kind of pair are spread, and what the rules find."""
    kinds: dict[str, list[float]] = defaultdict(list)
    for score, one, other in scores(pieces):
        same = "same" if one.speaker == other.speaker else "different"
        lines = " and ".join(sorted({one.line, other.line}))
        kinds[f"{one.seconds:2.0f} s, {lines}, {same}"].append(score)
    for kind, values in sorted(kinds.items()):
        low, middle, high = np.quantile(values, (0.05, 0.5, 0.95))
        over = sum(value >= BAR for value in values)
        print(
            f"{kind:44} {len(values):5} pairs  least {min(values):.2f}  5% {low:.2f}  median "
            f"{middle:.2f}  95% {high:.2f}  most {max(values):.2f}  over the bar {over}"
        )
    wrong = sum(piece.narrow != (piece.line == "telephone") for piece in pieces if is_room(piece))
    print(f"telephone told from room wrongly: {wrong} of {sum(map(is_room, pieces))} pieces")
    print(f"rules: bar {BAR}, margin {MARGIN}; learnt from one piece, not from a telephone")
    for length in LENGTHS:
        for line in LINES:
            print(f"{length:2.0f} s, heard {line}: {known_again(pieces, length, line)}")


def is_room(piece: Piece) -> bool:
    """Say whether a piece was recorded in a room; `sample` is a telephone call."""
    return piece.recording != "sample"


def known_again(pieces: Sequence[Piece], length: float, line: str) -> str:
    """Learn each speaker from one piece, and ask for the others, and again as strangers."""
    own = [piece for piece in pieces if piece.seconds == length]
    learnt: dict[str, Piece] = {}
    for piece in own:
        if not piece.narrow:
            learnt.setdefault(piece.speaker, piece)
    right = asked = wrong = strange = open_asked = 0
    for piece in own:
        if piece.line != line:
            continue
        others = [a_print(each) for who, each in learnt.items() if who != piece.speaker]
        open_asked += 1
        strange += match_voice(piece.centroid, others) is not None
        mine = learnt.get(piece.speaker)
        if mine is None or (mine.recording, mine.number) == (piece.recording, piece.number):
            continue
        asked += 1
        match = match_voice(piece.centroid, [*others, a_print(mine)])
        right += match is not None and match.person_id == piece.speaker
        wrong += match is not None and match.person_id != piece.speaker
    return (
        f"known again {right} of {asked}, as somebody else {wrong}; "
        f"strangers taken for somebody {strange} of {open_asked}"
    )


def a_print(piece: Piece) -> Voiceprint:
    """Return what would be kept of a piece."""
    return Voiceprint(
        person_id=piece.speaker,
        document_id=piece.recording,
        label="Speaker 1",
        vector=piece.centroid,
        seconds=piece.seconds,
        made=datetime(2026, 1, 1, tzinfo=UTC),
    )


if __name__ == "__main__":
    main()
