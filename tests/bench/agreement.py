"""How far two decodes can be trusted: errors among the words they agree on, and what it costs.

    python -m tests.bench.agreement [FOLDER …]

A folder holds recordings with their words beside them, as for `accuracy`. Coverage is the share of
our words that are agreed and not doubted; the error among them counts words substituted or
inserted. `caught` is the share of all such errors that lie among the contested words; the cost is
the time of both decodes and the alignment over that of the first.
"""

from __future__ import annotations

import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import jiwer

from corpus.types import Transcript
from ingest.audio import decode_audio
from ingest.sound.secondhearing import agree
from ingest.transcribe import TranscribeOptions, transcribe
from tests.bench.accuracy import SAMPLE, SHARED, find_recordings, normalise, read_stm
from tests.bench.silence import is_marked


@dataclass(frozen=True)
class Agreement:
    """The counts of one recording."""

    name: str
    said: int  # words of the reference
    words: int  # of ours
    agreed: int
    wrong: int  # substituted or inserted
    wrong_agreed: int
    missed: int  # words of the reference that ours lack
    first: float  # seconds the first decode took
    both: float

    @property
    def coverage(self) -> float:
        return self.agreed / max(self.words, 1)

    @property
    def error(self) -> float:
        return self.wrong_agreed / max(self.agreed, 1)

    @property
    def caught(self) -> float:
        return 1 - self.wrong_agreed / max(self.wrong, 1)

    @property
    def wer(self) -> float:
        return (self.wrong + self.missed) / max(self.said, 1)

    @property
    def cost(self) -> float:
        return self.both / self.first if self.first else 0.0


def count(
    name: str, reference: list[str], ours: Transcript, times: tuple[float, float]
) -> Agreement:
    """Compare marked words with what was said."""
    parts = [(part, is_marked(word)) for word in ours.words for part in normalise(word.text)]
    result = jiwer.process_words(" ".join(reference), " ".join(part for part, _ in parts))
    wrong = [
        place
        for chunk in result.alignments[0]
        if chunk.type in {"substitute", "insert"}
        for place in range(chunk.hyp_start_idx, chunk.hyp_end_idx)
    ]
    return Agreement(
        name=name,
        said=len(reference),
        words=len(parts),
        agreed=sum(not marked for _, marked in parts),
        wrong=len(wrong),
        wrong_agreed=sum(not parts[place][1] for place in wrong),
        missed=result.deletions,
        first=times[0],
        both=times[1],
    )


def measure(sound: Path, stm: Path, options: TranscribeOptions, second: str) -> Agreement:
    """Decode one recording twice and compare it with its reference."""
    with tempfile.TemporaryDirectory() as folder:
        wav = decode_audio(sound, Path(folder), max_seconds=6 * 3600).wav
        other_options = TranscribeOptions(model=second, cache_dir=options.cache_dir)
        begun = time.perf_counter()
        first = transcribe(wav, options)
        one = time.perf_counter() - begun
        marked = agree(first, transcribe(wav, other_options))
        both = time.perf_counter() - begun
    reference = [word for line in read_stm(stm) for word in line.words]
    return count(sound.stem, reference, marked, (one, both))


def total(name: str, rows: list[Agreement]) -> Agreement:
    """Add the counts up."""
    fields = ("said", "words", "agreed", "wrong", "wrong_agreed", "missed", "first", "both")
    return Agreement(name, *(sum(getattr(row, field) for row in rows) for field in fields))


def table(rows: list[Agreement]) -> str:
    """Lay the figures out as a table."""
    lines = [
        f"{'recording':<32}{'words':>7}{'WER':>8}{'coverage':>10}{'error':>8}{'caught':>8}{'cost':>7}"
    ]
    for row in rows:
        lines.append(
            f"{row.name:<32}{row.words:>7}{row.wer:>8.3f}{row.coverage:>10.3f}"
            f"{row.error:>8.3f}{row.caught:>8.3f}{row.cost:>7.2f}"
        )
    return "\n".join(lines)


def main(*folders: Path) -> None:
    """Measure and print."""
    warnings.simplefilter("ignore")
    options = TranscribeOptions(cache_dir=Path("~/.cache/onrecord"))
    groups = [[folder] for folder in folders] or [
        [SHARED / "interview", SHARED / "sample"],
        [SAMPLE / "media"],
    ]
    for group in groups:
        rows = [
            measure(sound, stm, options, "tiny.en")
            for folder in group
            for sound, _, stm in find_recordings(folder)
        ]
        if rows:
            print(
                table([*rows, total("+".join(folder.name for folder in group), rows)]), flush=True
            )


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:]))
