"""From a question's words to cited quotes, in small archives and large ones.

    python -m tests.bench.find_speed [--passages 10000 100000 1000000] [--folder PATH]

The archives are made of the hearings of QMSum (`../shared`; skipped where it is not): passages
repeated with every sixth word exchanged for another of the same hearings, their vectors turned by
as much, spoken by invented people with roles. Every passage stands in a document of the
catalogue, so that it is really quoted and cited. Nothing is embedded but the questions, the
sentences of the answers and, once, the hearings.

Each size is asked in a process of its own: `ASKED` different questions with a role in each, after
`WARM_UP` others, `ROUNDS` times; a question's time is its least, for the machine may have other
work. Beside the time on the clock stands the processor's, on one core: what it costs when the
machine is busy. Built archives are left in `--folder` when one is given, and used again.

Prints for each size p50, p95, memory, bytes on disk, seconds to build (without embedding), to open
and to publish one more document; where the time goes; and p95 at the largest size over p95 at the
smallest (to reach: ≤ 3). To reach at 100,000: p95 ≤ 40 ms, memory ≤ 600 MB.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.grown import QMSUM, grow, one_more, topics_of

if TYPE_CHECKING:
    from ui.archive import Archive

SIZES = (10_000, 100_000)  # what `make bench` has time for
ROUNDS = 3
WARM_UP = 10
ASKED = 100
_SPOKEN = ("armorers", "prop masters", "actors", "directors", "stunt coordinators")
_BARS = {"p95 ms": (100_000, 40.0), "memory MB": (100_000, 600.0)}
_RISE = 3.0

Figures = dict[str, float]


def questions() -> list[str]:
    """Return `WARM_UP + ASKED` questions, each with a role."""
    topics = topics_of()
    return [
        f"what did {_SPOKEN[number % len(_SPOKEN)]} say about {topics[number % len(topics)]}?"
        for number in range(WARM_UP + ASKED)
    ]


# ── where the time goes ──────────────────────────────────────────────────────────────────────


@dataclass
class Clock:
    """Seconds spent in parts of the work, each without the parts inside it."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    _inside: list[float] = field(default_factory=list)

    def timed(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """Return `work` with its time taken."""

        def run(*args: Any, **options: Any) -> Any:
            begun = time.perf_counter()
            self._inside.append(0.0)
            try:
                return work(*args, **options)
            finally:
                took = time.perf_counter() - begun
                self.spent[name] += took - self._inside.pop()
                if self._inside:
                    self._inside[-1] += took

        return run

    def watch(self, thing: Any, part: str, name: str) -> None:
        """Take the time of `thing.part` from now on, where there is such a part."""
        if hasattr(thing, part):
            setattr(thing, part, self.timed(name, getattr(thing, part)))


def watch(archive: Archive) -> Clock:
    """Return a clock of an archive's parts."""
    import index.question
    import index.search
    import ui.asking

    clock = Clock()
    vars(archive).pop("_text_of", None)  # made anew, of what is watched
    embed = archive.embedder.embed
    one, many = clock.timed("embed question", embed), clock.timed("embed sentences", embed)
    archive.embedder.embed = lambda texts, *rest: (one if len(texts) == 1 else many)(texts, *rest)  # type: ignore[method-assign]
    for part in ("search", "facet", "select", "manifest"):
        clock.watch(archive.store, part, f"store: {part}")
    for part in ("names", "content_read", "document", "text", "reading_of", "person", "capture"):
        clock.watch(archive.catalogue, part, f"catalogue: {part}")
    clock.watch(index.question, "understand", "understand")
    for part, name in (("rank", "rank"), ("answers", "weigh what answers")):
        clock.watch(index.search, part, name)
    clock.watch(index.search, "best_quotes", "choose sentences")
    for part in ("quote_reading", "cite"):
        clock.watch(ui.asking, part, "quote and cite")
    return clock


# ── one size, in a process of its own ────────────────────────────────────────────────────────


def ask_all(folder: Path) -> dict[str, Figures]:
    """Ask everything of the archive in `folder`; return the figures, and where time went."""
    from corpus.settings import load_settings
    from ui.archive import open_archive

    first, *asked = questions()
    with open_archive(load_settings(data_dir=folder)) as archive:
        begun = time.perf_counter()
        archive.ask(first)
        opened = time.perf_counter() - begun
        for question in asked[: WARM_UP - 1]:
            archive.ask(question)
        asked = asked[WARM_UP - 1 :]
        clocks = [[_both_clocks(archive, question) for question in asked] for _ in range(ROUNDS)]
        figures = _memory()
        hits = sum(len(archive.ask(question).hits) for question in asked)
        clock = watch(archive)
        begun = time.perf_counter()
        for question in asked:
            archive.ask(question)
        spent = time.perf_counter() - begun
    least = 1000 * np.min(np.array(clocks), axis=0)
    parts = clock.spent | {"everything else": spent - sum(clock.spent.values())}
    figures |= {
        "p50 ms": float(np.percentile(least[:, 0], 50)),
        "p95 ms": float(np.percentile(least[:, 0], 95)),
        "p50 ms of one core": float(np.percentile(least[:, 1], 50)),
        "p95 ms of one core": float(np.percentile(least[:, 1], 95)),
        "first answer s": opened,
        "hits a question": hits / ASKED,
        "load": os.getloadavg()[0],
    }
    return {"figures": figures, "parts": {n: 1000 * took / ASKED for n, took in parts.items()}}


def _both_clocks(archive: Archive, question: str) -> tuple[float, float]:
    begun, worked = time.perf_counter(), time.process_time()
    archive.ask(question)
    return time.perf_counter() - begun, time.process_time() - worked


def _memory() -> Figures:
    """Return this process's memory: all of it, and what is not pages of files."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    held = {name: int(kb) / 1024 for name, kb in re.findall(r"^(\w+):\s+(\d+) kB", status, re.M)}
    return {"memory MB": held["VmRSS"], "memory MB without files": held["RssAnon"]}


# ── all sizes ────────────────────────────────────────────────────────────────────────────────


def measure(folder: Path, passages: int) -> dict[str, Figures]:
    """Build the archive of this size where it is not there yet, and return its figures."""
    own = folder / str(passages)
    built = folder / f"{passages}.json"
    if not built.exists():
        begun = time.perf_counter()
        grow(own, passages)
        built.write_text(json.dumps({"build s": time.perf_counter() - begun}), encoding="utf-8")
    code = f"from tests.bench.find_speed import *; print(json.dumps(ask_all(Path({str(own)!r}))))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, Figures] = json.loads(done.stdout.splitlines()[-1])
    found["figures"] |= json.loads(built.read_text(encoding="utf-8"))
    found["figures"]["index MB"] = _disk(own / "index" / "generations")
    begun = time.perf_counter()
    one_more(own, passages, time.time_ns() % 1_000_000)
    found["figures"]["publish one more s"] = time.perf_counter() - begun
    return found


def _disk(generations: Path) -> float:
    """Return the MB that the newest generation takes, holes left out."""
    newest = max(each for each in generations.iterdir() if each.name.isdigit())
    return sum(each.stat().st_blocks for each in newest.rglob("*")) * 512 / 1e6


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures of all sizes side by side."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, nargs="+", default=SIZES)
    parser.add_argument("--folder", type=Path, help="where built archives are left")
    chosen = parser.parse_args(list(arguments))
    if not QMSUM.is_dir():
        print("the hearings are not here: nothing measured")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = {size: measure(folder, size) for size in sorted(chosen.passages)}
    for table in ("figures", "parts"):
        print(f"{table:<32}" + "".join(f"{size:>14,}" for size in found))
        for name in dict.fromkeys(name for one in found.values() for name in one[table]):
            row = "".join(f"{one[table].get(name, 0.0):>14.1f}" for one in found.values())
            size, bar = _BARS.get(name, (0, 0.0))
            print(f"{name:<32}{row}" + (f"   ≤ {bar:g} at {size:,}" if bar else ""))
    p95 = [one["figures"]["p95 ms"] for one in found.values()]
    print(f"p95 at the largest ÷ at the smallest: {p95[-1] / p95[0]:.2f} (to reach ≤ {_RISE:g})")


if __name__ == "__main__":
    main(sys.argv[1:])
