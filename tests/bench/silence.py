"""Words invented where nobody speaks: silence, hum, noise, music, applause, and around speech.

    python -m tests.bench.silence [MINUTES]

Three minutes of each by default. Words must be none, or marked. The last row is thirty seconds of
a real telephone call with twenty seconds of each sound behind it: words after the call are counted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.types import Word
from ingest.audio import decode_audio
from ingest.sound.secondhearing import agree
from ingest.transcribe import TranscribeOptions, transcribe
from tests import sounds
from tests.bench.accuracy import SHARED

KINDS = ("silence", "hum", "noise", "music", "applause")
RATE = 16_000
_CALL = SHARED / "sample" / "sample.flac"


@dataclass(frozen=True)
class Invented:
    """What was written down of one recording in which nobody speaks."""

    name: str
    seconds: float
    words: int
    marked: int  # contested, or doubted by a guard
    took: float  # seconds

    @property
    def unmarked(self) -> int:
        return self.words - self.marked


def is_marked(word: Word) -> bool:
    """Say whether a reader is shown that this word is in doubt."""
    return word.agreed is False or word.doubt is not None


def listen(wav: Path, name: str, *, after: float = 0.0) -> Invented:
    """Decode twice as an episode is; count the words that begin after `after` seconds."""
    begun = time.perf_counter()
    first = transcribe(wav, TranscribeOptions())
    if first.words:
        first = agree(first, transcribe(wav, TranscribeOptions(model="tiny.en")))
    words = [word for word in first.words if word.start_time > after]
    took = time.perf_counter() - begun
    marked = sum(map(is_marked, words))
    return Invented(name, (first.duration or 0.0) - after, len(words), marked, took)


def around_speech(folder: Path) -> Invented:
    """Listen to the telephone call with every sound behind it."""
    call, _ = sounds.read_wav(decode_audio(_CALL, folder, max_seconds=60).wav)
    parts = [call, *(getattr(sounds, kind)(20.0, RATE) for kind in KINDS)]
    wav = sounds.write_wav(folder / "call.wav", np.concatenate(parts), RATE)
    return listen(wav, "after a call", after=len(call) / RATE)


def main(minutes: float = 3.0) -> None:
    """Measure and print."""
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for kind in KINDS:
            sound = getattr(sounds, kind)(60.0 * minutes, RATE)
            wav = sounds.write_wav(folder / f"{kind}.wav", sound, RATE)
            rows.append(listen(wav, kind))
        if _CALL.is_file():
            rows.append(around_speech(folder))
    print(f"{'recording':<16}{'seconds':>8}{'words':>7}{'unmarked':>10}{'took':>8}")
    for row in rows:
        print(f"{row.name:<16}{row.seconds:>8.0f}{row.words:>7}{row.unmarked:>10}{row.took:>8.1f}")


if __name__ == "__main__":
    main(*(float(argument) for argument in sys.argv[1:2]))
