"""How fast the index answers and publishes, beside qdrant-client's in-process engine.

    python -m tests.bench.index_speed [PASSAGES]

Prints: a warm hybrid query with a role filter in Qdrant Edge ÷ the same in
`QdrantClient(path=…)` (to reach: ≤ 0.02 at 20,000 passages), and the seconds to publish one
30-minute episode into the same index besides embedding (to reach: ≤ 5).
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.engine.points import Change, IndexedDocument
from index.engine.vectors import EdgeStore
from index.filters import Filters
from tests.indexed import a_passage

SIZE = 384
EPISODE = 100  # passages of a 30-minute episode
ROLES = (("armorer",), ("property_master",), ("host",), ("actor",), ())
FILTERS = Filters(roles=("armorer",))


@dataclass(frozen=True)
class Row:
    """One figure: what, how much, and the bar."""

    name: str
    value: float
    bar: str = ""

    def __str__(self) -> str:
        return f"{self.name:<62} {self.value:>10.4f}  {self.bar}"


def documents(count: int, *, first: int = 0, seed: int = 1) -> Iterator[IndexedDocument]:
    """Yield documents of `EPISODE` passages of 50 to 80 words, as frequent as in speech."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, 20_001)
    weights /= weights.sum()
    for number in range(first, first + count // EPISODE):
        words = rng.choice(20_000, size=(EPISODE, 80), p=weights)
        vectors = rng.normal(size=(EPISODE, SIZE)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        passages = [
            a_passage(
                " ".join(f"w{word}" for word in row[: 50 + place % 31]),
                place,
                document_id=f"doc{number:09}",
                roles=ROLES[place % len(ROLES)],
                speaker=f"Speaker {number % 7}",
            )
            for place, row in enumerate(words)
        ]
        yield IndexedDocument(
            id=f"doc{number:09}", fingerprint="1", passages=passages, vectors=vectors
        )


def measure(count: int = 20_000) -> list[Row]:
    """Return the figures at `count` passages, both engines in one run."""
    with tempfile.TemporaryDirectory() as folder:
        edge = EdgeStore(Path(folder) / "edge")
        change = Change(embedder="bench", size=SIZE)
        made = _seconds(lambda: edge.publish(documents(count), change))
        new = list(documents(EPISODE, first=count, seed=2))
        published = _seconds(lambda: edge.publish(new, change))
        cold = EdgeStore(Path(folder) / "edge")
        opened = _seconds(cold.count)
        fast, all_hits = _median(edge, 30)
        slow, same_hits = _local_median(Path(folder) / "local", count, new)
    return [
        Row(f"seconds to publish {count} passages from nothing", made),
        Row("seconds to publish one 30-minute episode (100 passages)", published, "≤ 5"),
        Row("seconds to open the index in a new process's reader", opened),
        Row("milliseconds of a warm hybrid query with a role filter, Edge", 1000 * fast),
        Row("milliseconds of the same, QdrantClient(path=…)", 1000 * slow),
        Row("ratio", fast / slow, "≤ 0.02"),
        Row("share of the same first hits", np.mean(np.equal(all_hits, same_hits)).item(), "1"),
    ]


def _local_median(folder: Path, count: int, new: list[IndexedDocument]) -> tuple[float, list[str]]:
    from qdrant_client import QdrantClient

    from index.engine.server import ServerStore

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it advises against so many points
        local = ServerStore(QdrantClient(path=str(folder)), "bench", indexed=False)
        local.publish(documents(count), Change(embedder="bench", size=SIZE))
        local.publish(new, Change(embedder="bench", size=SIZE))
        median = _median(local, 5)
        local.close()
    return median


def _median(store, times: int) -> tuple[float, list[str]]:
    rng = np.random.default_rng(3)
    seconds, best = [], []
    for turn in range(times + 1):
        vector = rng.normal(size=SIZE).astype(np.float32)
        vector /= np.linalg.norm(vector)
        began = time.perf_counter()
        found = store.search(vector, "w40 w300 w1500", FILTERS, 20)
        seconds.append(time.perf_counter() - began)
        if turn < 5:
            best.append(found[0].passage.id)
    return statistics.median(seconds[1:]), best


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


if __name__ == "__main__":
    for row in measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000):
        print(row)
