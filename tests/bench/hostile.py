"""Every attack at the size that is accepted at most, and a smaller one: how many got in.

    python -m tests.bench hostile [WORDS OF A NAME]

Each runs in a process of its own, so that its time and memory are its own: peak resident memory
over what the process had before. One that takes more than a minute counts as got in: it held us.
"""

from __future__ import annotations

import importlib
import multiprocessing
import resource
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from tests.hostile import LONG, all_attacks

_PATIENCE = 60.0  # seconds
_MIDDLE = 300_000  # bytes: under the bounds, where the work is done rather than refused
_MARKUP = ("feed:", "sitemap:", "page:", "listing:", "transcript:")
_WARM = (
    *("ingest.extract", "ingest.captions", "ingest.audio", "ingest.fetch", "trafilatura", "av"),
    *("ingest.spiders.feed", "ingest.spiders.listing", "htmldate", "justext", "scrapy.http"),
)


def _run(number: int, size: int, out: Connection) -> None:
    attack = all_attacks()[number]
    before = resource.getrusage(resource.RUSAGE_SELF)
    with tempfile.TemporaryDirectory() as folder:
        try:
            how = attack.run(size, Path(folder))
        except Exception as error:  # what nobody expected is what an attack is after
            how = f"{type(error).__name__}: {str(error)[:120]}"
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    out.send((how, cpu, (after.ru_maxrss - before.ru_maxrss) / 1000))


def main() -> None:
    """Print the figures."""
    for name in _WARM:
        importlib.import_module(name)
    wanted = " ".join(each for each in sys.argv[2:] if not each.startswith("-"))
    context = multiprocessing.get_context("fork")
    rows: list[tuple[str, str, float, float]] = []
    tried = 0
    for number, attack in enumerate(all_attacks()):
        if wanted not in attack.name:
            continue
        tried += 1
        for size in (LONG, _MIDDLE) if attack.name.startswith(_MARKUP) else (LONG,):
            ours, theirs = context.Pipe()
            process = context.Process(target=_run, args=(number, size, theirs))
            process.start()
            theirs.close()
            try:
                answer = ours.recv() if ours.poll(_PATIENCE) else ("it held us", _PATIENCE, 0.0)
            except EOFError:
                answer = ("it brought the process down", 0.0, 0.0)
            process.kill()
            process.join()
            rows.append((f"{attack.name} ({size:,} bytes)", *answer))
    got_in = [row for row in rows if row[1]]
    print(f"tried {tried}, got in {len(got_in)}")
    for name, how, *_ in got_in:
        print(f"  {name}: {how}")
    for title, unit, at in (("slowest", "s of CPU", 2), ("hungriest", "MB", 3)):
        most = sorted(rows, key=lambda row: row[at], reverse=True)[:5]
        print(f"{title}: " + "; ".join(f"{row[0]} {row[at]:.1f} {unit}" for row in most))


if __name__ == "__main__":
    sys.argv.insert(1, "hostile")
    main()
