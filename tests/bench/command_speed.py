"""What a cold `onrecord ask` costs beside importing sentence-transformers.

python -m tests.bench.command_speed
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.seeded import seed_archive

ROOT = Path(__file__).resolve().parents[2]


def seconds_of(*command: str, **environment: str) -> float:
    """Return the wall seconds of one run of `command`."""
    begun = time.monotonic()
    subprocess.run(
        command, env={**os.environ, **environment}, cwd=ROOT, check=True, capture_output=True
    )
    return time.monotonic() - begun


def main() -> None:
    """Print both, in turn, and the ratio pair by pair."""
    with tempfile.TemporaryDirectory() as folder:
        archive = seed_archive(Path(folder)).archive
        del archive.__dict__["embedder"]  # the seeded one needs no model; this measures the real
        archive.sync(lambda *_: None)
        archive.close()
        ask = (sys.executable, "-m", "ui.cli", "ask", "what did armorers say about dummy rounds")
        library = (sys.executable, "-c", "import sentence_transformers")
        pairs = [
            (seconds_of(*ask, ONRECORD_DATA_DIR=folder), seconds_of(*library)) for _ in range(6)
        ][1:]
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"cold ask {ours:.2f} s, import sentence_transformers {theirs:.2f} s (medians of 5)")
    print(f"cold ask ÷ import: {ratio:.2f} (to reach 0.25)")


if __name__ == "__main__":
    main()
