"""What the quotation rules find in invented paragraphs, counted against what is printed there."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.types import Credit, Manner
from corpus.vocabulary import load_vocabulary
from ingest.quotations import Quotation, Speaker, find_quotations

FOLDER = Path(__file__).parent / "quotations"


@dataclass
class Counted:
    """Counts over pieces, and the failures in words."""

    pieces: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Of direct quotations, by their exact words."""
        both = self.counts["found"] + self.counts["quoted"]
        return 2 * self.counts["exact"] / both if both else 0.0

    @property
    def right(self) -> float:
        """Share of the turns with a speaker in print that have that speaker."""
        return self.counts["right"] / self.counts["attributable"]

    @property
    def precision(self) -> float:
        """Share of the turns we attribute that are attributed rightly."""
        return self.counts["right"] / (self.counts["right"] + self.counts["wrong"])

    @property
    def wrong(self) -> float:
        """Share of all turns that have somebody else's name or label."""
        return self.counts["wrong"] / self.counts["turns"]


def pieces(half: str) -> list[dict[str, Any]]:
    """Read one half of the invented paragraphs."""
    return tomllib.loads((FOLDER / f"{half}.toml").read_text(encoding="utf-8"))["piece"]


def measure(half: str) -> Counted:
    """Count over one half."""
    counted = Counted()
    for piece in pieces(half):
        counted.pieces += 1
        _compare(piece, counted)
    return counted


def _compare(piece: dict[str, Any], counted: Counted) -> None:
    found = find_in(piece)
    expected = [(words, who, *(rest or ["quoted"])) for words, who, *rest in piece["expect"]]
    counts = counted.counts
    counts["quoted"] += sum(manner == "quoted" for _, _, manner in expected)
    counts["found"] += sum(q.manner is Manner.QUOTED for _, q in found)
    left = list(found)
    for words, who, manner in expected:
        match = next((f for f in left if f[0] == words and f[1].manner == manner), None)
        counts["turns"] += 1
        counts["attributable"] += who != "-"
        if match is None:
            counted.failures.append(f"{piece['pattern']}: not found: {manner} {words!r}")
            continue
        left.remove(match)
        counts["exact"] += manner == "quoted"
        _judge(piece, who, match[1].speaker, counted)
    for words, each in left:
        counts["turns"] += 1
        counts["wrong"] += each.speaker is not None
        counted.failures.append(f"{piece['pattern']}: not there: {each.manner} {words!r}")


def _judge(piece: dict[str, Any], who: str, speaker: Speaker | None, counted: Counted) -> None:
    given = shown(speaker)
    wanted = f"~{_bare(who[1:])}" if who.startswith("~") else who
    if given == wanted:
        counted.counts["right"] += who != "-"
        described = piece.get("description", {}).get(who)
        if described and speaker and speaker.description != described:
            counted.counts["description"] += 1
            counted.failures.append(f"{piece['pattern']}: {who} is {speaker.description!r}")
        _judge_role(piece, who, speaker, counted)
        return
    counted.counts["wrong"] += given != "-"
    counted.failures.append(f"{piece['pattern']}: {given} instead of {who}")


def _judge_role(piece: dict[str, Any], who: str, speaker: Speaker | None, counted: Counted) -> None:
    wanted = piece.get("roles", {}).get(who, "").replace(" ", "_")
    if not wanted or speaker is None:
        return
    said = load_vocabulary().roles_in(speaker.description or "")
    counted.counts["roles"] += 1
    counted.counts["roles right"] += wanted in said
    if wanted not in said:
        counted.failures.append(f"{piece['pattern']}: {who} is {speaker.description!r}, {wanted}")


def shown(speaker: Speaker | None) -> str:
    """Return a speaker as the files write one."""
    if speaker is None:
        return "-"
    return speaker.name or f"~{_bare(speaker.label or '')}"


def find_in(piece: dict[str, Any]) -> list[tuple[str, Quotation]]:
    """Return the words and the quotation, over all paragraphs of a piece."""
    paragraphs = piece["paragraphs"]
    found = find_quotations(
        paragraphs,
        block=piece.get("block", ()),
        credits=[_credit(line) for line in piece.get("credits", ())],
        byline=piece.get("byline", ()),
    )
    return [
        (each.span.of(text), each)
        for text, quotations in zip(paragraphs, found, strict=True)
        for each in quotations
    ]


def _credit(line: str) -> Credit:
    part, _, name = line.rpartition(": ")
    return Credit(name=name, part=part or None, evidence=line)


def _bare(label: str) -> str:
    words = label.casefold().split()
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)
