"""Passages labelled by hand, and how a tagging is measured against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent
KINDS = {"@": "incident", "#": "rule"}


@dataclass(frozen=True)
class Labelled:
    """A passage and what a person says it is about, as (kind, id)."""

    content: str
    labels: frozenset[tuple[str, str]]


@dataclass
class Score:
    """Right, wrong and missed tags."""

    right: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def precision(self, *keys: tuple[str, str]) -> float:
        right, wrong = self._sum(self.right, keys), self._sum(self.wrong, keys)
        return right / (right + wrong) if right + wrong else 1.0

    def recall(self, *keys: tuple[str, str]) -> float:
        right, missed = self._sum(self.right, keys), self._sum(self.missed, keys)
        return right / (right + missed) if right + missed else 1.0

    @staticmethod
    def _sum(counts: Counter[tuple[str, str]], keys: tuple[tuple[str, str], ...]) -> int:
        return sum(counts[key] for key in keys) if keys else counts.total()


def read_labelled(name: str) -> list[Labelled]:
    """Return the labelled passages of one file of this folder."""
    lines = (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line.strip() and not line.startswith("# ")]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return [Labelled(content, _labels(labels)) for labels, content in pairs]


def _labels(line: str) -> frozenset[tuple[str, str]]:
    assert (line[0], line[-1]) == ("[", "]"), line
    return frozenset(
        (KINDS.get(label[0], "topic"), label.lstrip("@#")) for label in line[1:-1].split()
    )


def measure(
    passages: Iterable[Labelled],
    tags_of: Callable[[str], Iterable[tuple[str, str]]],
    kinds: frozenset[str] = frozenset({"topic"}),
) -> Score:
    """Compare the tags of every passage with its labels, for the `kinds` named."""
    score = Score()
    for passage in passages:
        tagged = {key for key in tags_of(passage.content) if key[0] in kinds}
        labels = {key for key in passage.labels if key[0] in kinds}
        score.right.update(tagged & labels)
        score.wrong.update(tagged - labels)
        score.missed.update(labels - tagged)
    return score
