"""How many turns of publishers' transcripts are read as printed: names, words and their order.

    python -m tests.bench transcripts

The reference is read by another method: Markdown is split where a bold name begins a line, the
hearings are rendered from their JSON.
"""

from __future__ import annotations

import difflib
import html
import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from corpus.types import Transcript
from ingest.captions import parse_captions

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "transcripts"

Said = tuple[str, tuple[str, ...]]  # label, words as they are compared


@dataclass(frozen=True)
class Score:
    """Turns of the reference, of ours, and those that are the same, in order."""

    wanted: int
    found: int
    same: int
    names: int  # in the reference
    known: int  # of those, found
    invented: int  # of ours, not in the reference

    @property
    def f1(self) -> float:
        return 2 * self.same / (self.wanted + self.found) if self.wanted + self.found else 1.0

    def __add__(self, other: Score) -> Score:
        return Score(
            self.wanted + other.wanted,
            self.found + other.found,
            self.same + other.same,
            self.names + other.names,
            self.known + other.known,
            self.invented + other.invented,
        )

    def __str__(self) -> str:
        precision = self.same / self.found if self.found else 1.0
        recall = self.same / self.wanted if self.wanted else 1.0
        return (
            f"turns {self.wanted}, precision {precision:.4f}, recall {recall:.4f}, "
            f"F1 {self.f1:.4f}; names {self.known} of {self.names}, {self.invented} invented"
        )


def compared(text: str) -> tuple[str, ...]:
    """Return words without marks and capitals."""
    return tuple(re.findall(r"[^\W_]+", text.casefold()))


def joined(turns: Iterable[tuple[str, str]]) -> list[Said]:
    """Join the neighbouring turns of one label; leave out those without words."""
    spoken = [turn for turn in turns if compared(turn[1])]
    return [
        (label, compared(" ".join(text for _, text in group)))
        for label, group in groupby(spoken, key=lambda turn: turn[0])
    ]


def ours(transcript: Transcript) -> list[Said]:
    """Return the turns of a transcript."""
    return joined((segment.speaker or "", segment.text) for segment in transcript.segments)


def markdown_reference(text: str) -> list[Said]:
    """Split Markdown where a bold name and a colon begin a line."""
    parts = re.split(r"(?m)^\*\*([^*\n]+?)(?::\*\*|\*\*:)", text)
    turns = [
        (label.strip(), _spoken(words))
        for label, words in zip(parts[1::2], parts[2::2], strict=True)
        if label.strip() != "Break"
    ]
    return joined(turns)


def _spoken(words: str) -> str:
    words = re.sub(r"\\\[[^\]]*\]", " ", words)  # escaped brackets are times and directions
    words = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", words)
    noted = r"\[(?:laughs|laughter|unintelligible[^\]]*|[\d:.]+)\]"
    words = re.sub(noted, " ", words, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"</?[a-z][^>]*>", " ", words))


def score(reference: Sequence[Said], found: Sequence[Said]) -> Score:
    """Compare two readings turn by turn, in order."""
    matcher = difflib.SequenceMatcher(None, reference, found, autojunk=False)
    names, labels = ({label for label, _ in turns if label} for turns in (reference, found))
    return Score(
        len(reference),
        len(found),
        sum(block.size for block in matcher.get_matching_blocks()),
        len(names),
        len(names & labels),
        len(labels - names),
    )


def read(text: str, name: str) -> Transcript:
    """Read a text as a publisher's file."""
    return parse_captions(text.encode(), mime_type=None, url=name)


def score_changelog() -> Score:
    """Measure the Markdown transcripts."""
    total = Score(0, 0, 0, 0, 0, 0)
    for path in sorted((SHARED / "changelog").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        total += score(markdown_reference(text), ours(read(text, path.name)))
    return total


def score_hearings() -> Score:
    """Measure committee hearings, rendered as "Name: words"."""
    total = Score(0, 0, 0, 0, 0, 0)
    for path in sorted((SHARED / "qmsum").glob("*.json")):
        turns = [
            (" ".join(turn["speaker"].split()), " ".join(turn["content"].split()))
            for turn in json.loads(path.read_text(encoding="utf-8"))["meeting_transcripts"]
        ]
        text = "\n\n".join(f"{speaker}: {words}" for speaker, words in turns)
        reference = joined((label, _without_notes(words)) for label, words in turns)
        total += score(reference, ours(read(text, path.name)))
    return total


def _without_notes(words: str) -> str:
    return re.sub(r"\[(?:inaudible|interruption|laughter)\.?\]", " ", words, flags=re.IGNORECASE)


def format_references() -> dict[str, list[Said]]:
    """Return the turns of the four files, each read by hand of its own format."""
    folder = SHARED / "formats"
    entries = json.loads((folder / "example.json").read_text(encoding="utf-8"))["segments"]
    page = (folder / "example.html").read_text(encoding="utf-8")
    quoted = re.findall(r"<cite>(.*?):?</cite>\s*<time>.*?</time>\s*<p>(.*?)</p>", page, re.DOTALL)
    voiced = re.findall(r"<v ([^>]+)>(.*)", (folder / "example.vtt").read_text(encoding="utf-8"))
    return {
        "example.json": joined((entry["speaker"], entry["body"]) for entry in entries),
        "example.html": joined((name.strip(), html.unescape(words)) for name, words in quoted),
        "example.srt": joined((name.strip(), html.unescape(words)) for name, words in quoted),
        "example.vtt": joined((name, html.unescape(words)) for name, words in voiced),
    }


def score_formats() -> dict[str, Score]:
    """Measure the four formats of the podcast namespace, file by file."""
    return {
        name: score(reference, ours(_file(SHARED / "formats" / name)))
        for name, reference in format_references().items()
    }


def _file(path: Path) -> Transcript:
    return parse_captions(path.read_bytes(), mime_type=None, url=path.name)


def main() -> None:
    """Measure and print."""
    if not SHARED.is_dir():
        print("the shared transcripts are not here")
        return
    for name, measure in (("changelog", score_changelog), ("qmsum", score_hearings)):
        begun = time.perf_counter()
        print(f"{name:<14}{measure()} ({time.perf_counter() - begun:.1f} s)", flush=True)
    for name, figures in score_formats().items():
        print(f"{name:<14}{figures}")
