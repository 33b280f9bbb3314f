"""How right the words, the voices and the words' voices are, on recordings with a reference.

    python -m tests.bench.accuracy [FOLDER …]

A folder holds recordings, each with `<name>.rttm` (who, when) and `<name>.stm` (who, when,
words) beside it or in a folder `reference` beside its folder. Without one, the shared recordings
and the sample archive are measured.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.types import Transcript, Voices
from ingest.audio import decode_audio
from ingest.transcribe import TranscribeOptions, transcribe
from ingest.voices import assign_voices, tell_apart

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "audio"
SAMPLE = Path(__file__).resolve().parents[2] / "corpus" / "sample"
COLLAR = 0.5  # seconds around a change of voice that are not counted, in all
_SOUND = (".flac", ".wav", ".opus", ".ogg", ".mp3", ".m4a")
_SPELLED = {"mr": "mister", "mrs": "missus", "dr": "doctor", "okay": "ok", "armourer": "armorer"}


@dataclass(frozen=True)
class Spoken:
    """One line of an STM file."""

    speaker: str
    start: float
    end: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Measured:
    """The counts behind the three figures of one recording."""

    name: str
    words: int  # in the reference
    wrong: int  # substituted, deleted, inserted
    spoken: float  # seconds scored
    confused: float  # seconds missed, falsely heard or given to the wrong voice
    matched: int  # words of ours that stand in the reference
    right: int  # of those, given to the right speaker
    voices: int
    seconds: dict[str, float]

    @property
    def wer(self) -> float:
        return self.wrong / self.words if self.words else 0.0

    @property
    def der(self) -> float:
        return self.confused / self.spoken if self.spoken else 0.0

    @property
    def right_share(self) -> float:
        return self.right / self.matched if self.matched else 0.0


def total(name: str, parts: list[Measured]) -> Measured:
    """Add counts up; the shares of the sum weigh every word and second alike."""
    return Measured(
        name,
        sum(p.words for p in parts),
        sum(p.wrong for p in parts),
        sum(p.spoken for p in parts),
        sum(p.confused for p in parts),
        sum(p.matched for p in parts),
        sum(p.right for p in parts),
        sum(p.voices for p in parts),
        {},
    )


def normalise(text: str) -> list[str]:
    """Words as they are compared: lower case, no punctuation, "Mr." spelled out."""
    plain = re.sub(r"[^a-z0-9' ]+", " ", text.lower().replace("’", "'").replace("&", " and "))
    words = (word.strip("'") for word in plain.split())
    return [_SPELLED.get(word, word) for word in words if word]


def read_stm(path: Path) -> list[Spoken]:
    """Read "file channel speaker start end [<label>] words" lines, in order of time."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith(";;"):
            continue
        _, _, speaker, start, end, text = [*line.split(maxsplit=5), ""][:6]
        text = re.sub(r"^<[^>]*>", "", text)
        lines.append(Spoken(speaker, float(start), float(end), tuple(normalise(text))))
    return sorted(lines, key=lambda spoken: spoken.start)


def read_rttm(path: Path, name: str | None = None) -> Any:
    """Read an RTTM file as a pyannote annotation; only `name`'s lines when given."""
    from pyannote.core import Annotation
    from pyannote.core import Segment as Piece

    annotation = Annotation()
    for index, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        parts = line.split()
        if len(parts) < 8 or parts[0] != "SPEAKER" or (name and parts[1] != name):
            continue
        start, length = float(parts[3]), float(parts[4])
        annotation[Piece(start, start + length), index] = parts[7]
    return annotation


def annotate(voices: Voices) -> Any:
    """Return our voices as a pyannote annotation."""
    from pyannote.core import Annotation
    from pyannote.core import Segment as Piece

    annotation = Annotation()
    for index, turn in enumerate(voices.turns):
        annotation[Piece(turn.start_time, turn.end_time), index] = turn.label
    return annotation


def score_voices(reference: Any, voices: Voices, duration: float) -> dict[str, float]:
    """Return the parts of the diarization error, in seconds; `total` is what was scored."""
    from pyannote.core import Segment as Piece
    from pyannote.core import Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    metric = DiarizationErrorRate(collar=COLLAR)
    return dict(
        metric(reference, annotate(voices), uem=Timeline([Piece(0, duration)]), detailed=True)
    )


def align(reference: list[str], ours: list[str]) -> tuple[int, list[tuple[int, int]]]:
    """Return the number of word errors and the pairs of places where the words are the same."""
    import jiwer

    if not reference or not ours:
        return max(len(reference), len(ours)), []
    result = jiwer.process_words(" ".join(reference), " ".join(ours))
    pairs = []
    for chunk in result.alignments[0]:
        if chunk.type == "equal":
            length = chunk.ref_end_idx - chunk.ref_start_idx
            pairs += [(chunk.ref_start_idx + i, chunk.hyp_start_idx + i) for i in range(length)]
    return result.substitutions + result.deletions + result.insertions, pairs


def score_words(spoken: list[Spoken], transcript: Transcript) -> tuple[int, int, int, int]:
    """Return reference words, word errors, words that match, and those with the right speaker.

    Our labels are matched to the reference's speakers one to one, so that most words are right.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    reference = [(word, line.speaker) for line in spoken for word in line.words]
    ours = [(part, word.speaker) for word in transcript.words for part in normalise(word.text)]
    wrong, pairs = align([word for word, _ in reference], [word for word, _ in ours])
    names = sorted({speaker for _, speaker in reference})
    labels = sorted({speaker or "" for _, speaker in ours})
    counts = np.zeros((len(names), len(labels)), dtype=int)
    for i, j in pairs:
        counts[names.index(reference[i][1]), labels.index(ours[j][1] or "")] += 1
    rows, columns = linear_sum_assignment(-counts)
    return len(reference), wrong, len(pairs), int(counts[rows, columns].sum())


def find_recordings(folder: Path) -> list[tuple[Path, Path, Path]]:
    """Return (sound, RTTM, STM) of every recording in `folder` that has both references."""
    found = []
    for sound in sorted(folder.iterdir() if folder.is_dir() else ()):
        if sound.suffix not in _SOUND:
            continue
        for place in (folder, folder.parent / "reference"):
            rttm, stm = place / f"{sound.stem}.rttm", place / f"{sound.stem}.stm"
            if rttm.is_file() and stm.is_file():
                found.append((sound, rttm, stm))
                break
    return found


def measure(
    sound: Path, rttm: Path, stm: Path, options: TranscribeOptions, *, expected: int | None = None
) -> tuple[Measured, Transcript]:
    """Take one recording the whole way and compare it with its references."""
    seconds = {}
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        decoded = decode_audio(sound, Path(folder), max_seconds=6 * 3600)
        seconds["decode"] = time.perf_counter() - begun
        begun = time.perf_counter()
        transcript = transcribe(decoded.wav, options)
        seconds["words"] = time.perf_counter() - begun
        begun = time.perf_counter()
        voices = tell_apart(decoded.wav, expected=expected)
        seconds["voices"] = time.perf_counter() - begun
    transcript = assign_voices(transcript, voices)
    parts = score_voices(read_rttm(rttm), voices, decoded.duration)
    words, wrong, matched, right = score_words(read_stm(stm), transcript)
    confused = parts["confusion"] + parts["missed detection"] + parts["false alarm"]
    measured = Measured(
        sound.stem,
        words,
        wrong,
        parts["total"],
        confused,
        matched,
        right,
        len(voices.labels),
        {name: value / decoded.duration for name, value in seconds.items()},
    )
    return measured, transcript


def measure_ami(folder: Path) -> list[Measured]:
    """Measure the voices on stretches of meetings, whose words are not known."""
    measured = []
    for sound in sorted(folder.glob("*.flac")):
        with tempfile.TemporaryDirectory() as temporary:
            decoded = decode_audio(sound, Path(temporary), max_seconds=3600)
            voices = tell_apart(decoded.wav)
        reference = read_rttm(folder / "reference.rttm", sound.stem)
        parts = score_voices(reference, voices, decoded.duration)
        confused = parts["confusion"] + parts["missed detection"] + parts["false alarm"]
        measured.append(
            Measured(sound.stem, 0, 0, parts["total"], confused, 0, 0, len(voices.labels), {})
        )
    return measured


def table(rows: list[Measured]) -> str:
    """Lay the figures out as a table."""
    head = f"{'recording':<24}{'words':>7}{'WER':>8}{'DER':>8}{'right':>8}{'voices':>8}  real time"
    lines = [head]
    for row in rows:
        share = " ".join(f"{name} {value:.3f}" for name, value in row.seconds.items())
        lines.append(
            f"{row.name:<24}{row.words:>7}{row.wer:>8.3f}{row.der:>8.3f}"
            f"{row.right_share:>8.3f}{row.voices:>8}  {share}"
        )
    return "\n".join(lines)


def main(folders: list[Path]) -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    options = TranscribeOptions(cache_dir=Path("~/.cache/onrecord"))
    groups = [[folder] for folder in folders] or [
        [SHARED / "interview", SHARED / "sample"],
        [SAMPLE / "media"],
    ]
    for group in groups:
        rows = [
            measure(*files, options)[0] for folder in group for files in find_recordings(folder)
        ]
        if rows:
            name = "+".join(folder.name for folder in group)
            print(table([*rows, total(name, rows)]), flush=True)
    if not folders and (SHARED / "ami").is_dir():
        rows = measure_ami(SHARED / "ami")
        print(table([*rows, total("ami", rows)]))


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
