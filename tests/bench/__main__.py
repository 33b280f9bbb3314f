"""`make bench`: every measurement, one after the other.

    python -m tests.bench [NAME …] [--hour]

Names are those of the files beside this one; without names all are run. `--hour` adds the
sixty-minute recording.
"""

from __future__ import annotations

import importlib
import sys
import time

ALL = (
    "command_speed",
    "index_speed",
    "find_speed",
    "accuracy",
    "naming",
    "agreement",
    "silence",
    "journey",
    "pipeline_speed",
    "page_speed",
    "retrieval",
    "tagging",
    "honest_nothing",
    "transcripts",
    "feeds",
    "pages",
    "hostile",
    "quotations",
    "voiceprints",
    "quiet_night",
    "readers",
    "busy_night",
    "crash_sweep",
)


def main() -> None:
    """Run the measurements that are named, or all."""
    chosen = [name for name in sys.argv[1:] if not name.startswith("-")] or list(ALL)
    for name in chosen:
        print(f"══ {name}", flush=True)
        begun = time.monotonic()
        run = importlib.import_module(f"tests.bench.{name}").main
        run([]) if name == "accuracy" else run()
        print(f"── {name}: {time.monotonic() - begun:.0f} s\n", flush=True)


if __name__ == "__main__":
    main()
