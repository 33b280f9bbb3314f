"""How often the floor of `index/search.py` is right: the figures it was calibrated on.

    python -m tests.bench.honest_nothing

Questions that a collection answers, and questions it cannot (from other subjects and other
collections), over 20 invented passages on set safety (`tests/data/honest_nothing.json`), six
meetings of QMSum and six programmes of The Changelog (`../shared`, where it is there). Nothing is
tuned to one collection: the floor is the same everywhere. The last run printed

    ANSWERABLE: set 30, 86.7 % answered; meeting 67, 89.6 %
    unrelated questions: to set safety 50, 2.0 %; to meetings 300, 4.3 %; to programmes 300, 2.3 %
    questions of other collections: 0.0 to 1.5 %, set safety to meetings 6.1 %
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from corpus.settings import load_settings
from corpus.types import SearchQuery, Span
from corpus.vocabulary import load_vocabulary
from index.embed import Embedder, Vectors, open_embedder
from index.passages import sentence_spans
from index.question import understand
from index.search import Asked, answers
from index.vectors import Found, words_asked
from tests.indexed import a_passage

DATA = Path(__file__).parents[1] / "data" / "honest_nothing.json"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "transcripts"
NEAREST = 20


@dataclass(frozen=True)
class Collection:
    """Passages to ask, and questions they answer."""

    name: str
    passages: list[str]
    vectors: Vectors
    questions: list[str]


def collections(embedder: Embedder) -> Iterator[Collection]:
    """Yield the collections, the invented one first."""
    invented = json.loads(DATA.read_text(encoding="utf-8"))
    yield _collection(embedder, "set safety", invented["passages"], invented["answered"])
    for path in sorted((SHARED / "qmsum").glob("*.json")):
        meeting = json.loads(path.read_text(encoding="utf-8"))
        turns = [turn["content"] for turn in meeting["meeting_transcripts"]]
        asked = [one["query"] for one in meeting["specific_query_list"]]
        yield _collection(embedder, f"meeting {path.stem}", turns, asked)
    for path in sorted((SHARED / "changelog").glob("*.md"))[:6]:
        turns = re.sub(r"\*\*.*?:\*\*", "", path.read_text(encoding="utf-8")).split("\n\n")
        yield _collection(embedder, f"programme {path.stem}", turns, [])


def measure() -> list[tuple[str, int, float]]:
    """Return for each kind of pair how many there are and the share that gets an answer."""
    embedder = open_embedder(load_settings())
    shelves = list(collections(embedder))
    unrelated = json.loads(DATA.read_text(encoding="utf-8"))["unrelated"]
    counts: dict[str, list[bool]] = {}
    for shelf in shelves:
        for other in shelves:
            kind = _kind(shelf.name, other.name)
            if kind:
                counts.setdefault(kind, []).extend(_answered(embedder, shelf, other.questions))
        kind = f"unrelated questions to {shelf.name.split()[0]}s"
        counts.setdefault(kind, []).extend(_answered(embedder, shelf, unrelated))
    return [(kind, len(all_), float(np.mean(all_))) for kind, all_ in counts.items() if all_]


def _kind(asked: str, origin: str) -> str | None:
    if asked == origin:
        return f"ANSWERABLE: {asked.split(maxsplit=1)[0]}"
    if asked.split(maxsplit=1)[0] == origin.split(maxsplit=1)[0]:
        return None  # two meetings may share a subject
    return f"questions of {origin.split(maxsplit=1)[0]}s to {asked.split(maxsplit=1)[0]}s"


def _collection(
    embedder: Embedder, name: str, turns: list[str], questions: list[str]
) -> Collection:
    passages = []
    for turn in turns:
        sentences = [span.of(turn) for span in sentence_spans(turn, Span(0, len(turn)))]
        passages += [
            " ".join(sentences[start : start + 4]) for start in range(0, len(sentences), 4)
        ]
    passages = [passage for passage in passages if len(passage.split()) >= 3]
    return Collection(name, passages, embedder.embed(passages), questions)


def _answered(embedder: Embedder, shelf: Collection, questions: list[str]) -> list[bool]:
    answered = []
    for question in questions:
        plain = re.sub(r"^(?:Summarize|Describe)\s+|\s+when (?:talking|discussing).*", "", question)
        text = understand(plain, load_vocabulary(), today=date(2026, 1, 1)).query.text
        asked = Asked(text, embedder.embed([text])[0], frozenset(words_asked(text)[0]))
        likeness = shelf.vectors @ asked.vector
        near = np.argsort(-likeness)[:NEAREST]
        worded = sorted(
            range(len(shelf.passages)), key=lambda index: -asked.shared(shelf.passages[index])
        )
        answered.append(
            any(
                answers(asked, _found(shelf, index, likeness), SearchQuery(text=text))
                for index in {*near.tolist(), *worded[:NEAREST]}
            )
        )
    return answered


def _found(shelf: Collection, index: int, likeness: Vectors) -> Found:
    passage = a_passage(shelf.passages[index])
    return Found(passage=passage, cosine=float(likeness[index]), lexical=0.0, score=0.0)


def main() -> None:
    """Print how often questions of each kind are answered."""
    for kind, count, share in measure():
        print(f"{kind:<48} {count:>5} asked  {share:>6.1%} answered")


if __name__ == "__main__":
    main()
