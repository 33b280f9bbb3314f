"""A quiet night: 50 feeds of 300 items each, nothing new: what it asks of others and of us.

    python -m tests.bench.quiet_night [--feeds N] [--items N]

The bench makes a web of its own, a host for each feed: half of them answer 304 to who has their
ETag, half know of none and send the whole feed again. The first night is the real crawl. What it
found is then taken for read (a short text each, published), since the question is what a night
costs on which nothing happens. The second night is a process of its own, as cron starts it, with
the politeness of the default settings; it is watched from here with all its processes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.weather import NAMES, Web, feed, item

ROOT = Path(__file__).resolve().parents[2]
_EVERY = 0.1  # seconds between two looks at the processes
_POLITE = 1.0  # seconds between robots.txt and feed of one host, as the settings have it


# ── the nights, each a process of its own ────────────────────────────────────────────────────


def first_night(folder: Path) -> None:
    """Look at all feeds for real; take what they name for read, and publish it."""
    from corpus.settings import load_settings
    from corpus.types import Stage
    from ingest.nightly import look_at
    from ingest.sameness import join_alike
    from ingest.workshop import now, silent
    from tests.seeded import WordEmbedder
    from ui.archive import open_archive

    with open_archive(load_settings(crawl_delay=0.0)) as archive:
        archive.__dict__["embedder"] = WordEmbedder()
        with archive.workshop(silent) as shop:
            reports = look_at(shop, list(archive.sources.values()))
        assert not any(each.error for each in reports), reports
        for document in archive.catalogue.documents():
            archive.catalogue.save_text(_short_text(document), now=now())
            archive.catalogue.advance(document.id, to=Stage.READY, now=now())
        join_alike(archive.catalogue)  # as a night does with what is newly read
        archive.sync(silent)
        passages = archive.store.manifest().passages  # type: ignore[union-attr]
    (folder / "first").write_text(json.dumps({"passages": passages}))


def _short_text(document: Any) -> Any:
    import hashlib

    from corpus.types import Manner, Span, Text, Turn, TurnKind
    from tests.builders import NOBODY
    from tests.seeded import NOW, Origin

    words = f"Two people counted the rounds of {document.title} of {document.show}."
    turn = Turn(
        span=Span(0, len(words)), manner=Manner.AUTHORED, kind=TurnKind.SPEECH, attribution=NOBODY
    )
    return Text(
        document_id=document.id, revision=1, content=words, turns=(turn,), timings=(),
        sha256=hashlib.sha256(words.encode()).hexdigest(), origin=Origin.PAGE, created=NOW,
    )  # fmt: skip


def quiet_night(folder: Path) -> None:
    """Run a whole night on which nothing is new."""
    from corpus.settings import load_settings
    from ingest.workshop import silent
    from tests.seeded import WordEmbedder
    from ui.archive import open_archive
    from ui.operating.nights import Wishes, run_night

    begun = time.monotonic()
    with open_archive(load_settings()) as archive:
        archive.__dict__["embedder"] = WordEmbedder()
        run = run_night(archive, Wishes(progress=silent, tell=lambda _event: None))
    said = {
        "error": run.error or next((each.error for each in run.sources if each.error), None),
        "looked_at": len(run.sources),
        "new": sum(each.new for each in run.sources),
        "changed": sum(each.changed for each in run.sources),
        "seen": sum(each.seen for each in run.sources),
        "unchanged": sum(each.unchanged for each in run.sources),
        "steps": len(run.outcomes),
        "passages": run.passages,
        "seconds": time.monotonic() - begun,
    }
    (folder / "quiet").write_text(json.dumps(said))


# ── the web ──────────────────────────────────────────────────────────────────────────────────


def make_feeds(web: Web, feeds: int, items: int) -> str:
    """Have every host serve its feed; return the registry."""
    from tests.servers import conditional
    from tests.weather import xml

    tables = []
    for number in range(feeds):
        host = web.host(f"feed-{number}")
        body = feed(
            *(
                item(f"{number}-{n}", f"{host.url}/{n}.mp3", title=f"Part {n}", day=str(7 * n + 1))
                for n in range(items)
            )
        )
        known = conditional(body, "application/rss+xml")
        host.says("/feed.xml", known if number % 2 else xml(body))
        tables.append(
            f'[feed-{number}]\nname = "Feed {number}"\nkind = "feed"\n'
            f'url = "{host.url}/feed.xml"\nallow_private = true\n'
        )
    return "\n".join(tables)


@dataclass
class Watched:
    """What a process and all below it took."""

    seconds: float = 0.0
    cpu: float = 0.0
    memory: int = 0  # bytes, the most at one moment


def run_night(what: str, folder: Path, names: Path) -> Watched:
    """Run one night in a process of its own and watch it."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(names), str(ROOT))),
        "ONRECORD_DATA_DIR": str(folder / "data"),
        "ONRECORD_SOURCES_FILE": str(folder / "sources.toml"),
    }
    command = [sys.executable, "-m", "tests.bench.quiet_night", "--night", what, str(folder)]
    watched, used = Watched(), dict[int, float]()
    begun = time.monotonic()
    with subprocess.Popen(command, env=environment, cwd=ROOT) as process:
        while process.poll() is None:
            memory = 0
            for each in _tree(process.pid):
                try:
                    times = each.cpu_times()
                    used[each.pid] = times.user + times.system
                    memory += each.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            watched.memory = max(watched.memory, memory)
            time.sleep(_EVERY)
        assert process.returncode == 0, f"the {what} night failed"
    watched.seconds, watched.cpu = time.monotonic() - begun, sum(used.values())
    return watched


def _tree(pid: int) -> list[psutil.Process]:
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


# ── figures ──────────────────────────────────────────────────────────────────────────────────


def measure(folder: Path, feeds: int, items: int) -> dict[str, Any]:
    """Let both nights pass; return the figures of the second."""
    names = folder / "names"
    names.mkdir()
    (names / "sitecustomize.py").write_text(NAMES, encoding="utf-8")
    with Web() as web:
        (folder / "sources.toml").write_text(make_feeds(web, feeds, items), encoding="utf-8")
        first = run_night("first", folder, names)
        asked, sent = len(web.asked), web.sent
        watched = run_night("quiet", folder, names)
        later = web.asked[asked:]
        robots = Counter(host for host, each in later if each.path == "/robots.txt")
        others = Counter(host for host, each in later if each.path != "/robots.txt")
        said = json.loads((folder / "quiet").read_text())
        return {
            **said,
            "first_seconds": first.seconds,
            "requests": others.total(),
            "most_of_one_feed": max(others.values(), default=0),
            "robots": robots.total(),
            "bytes": web.sent - sent,
            "whole_seconds": watched.seconds,
            "cpu_seconds": watched.cpu,
            "memory": watched.memory,
        }


def report(found: dict[str, Any], feeds: int, items: int) -> bool:
    """Print the figures; return whether all is as it should be."""
    print(f"{feeds} feeds of {items} items, {found['passages']} passages in the index")
    print(f"looked at {found['looked_at']} sources, {found['seen']} items; ", end="")
    print(f"new {found['new']}, changed {found['changed']}, steps {found['steps']}, ", end="")
    print(f"not modified {found['unchanged']}, error {found['error']}")
    print(
        f"requests: {found['requests']} (at most {found['most_of_one_feed']} of one feed), ", end=""
    )
    print(f"and {found['robots']} for robots.txt")
    print(f"bytes that the hosts sent: {found['bytes']:,}")
    print(
        f"seconds: {found['whole_seconds']:.1f} with the start of Python; the run itself ", end=""
    )
    print(f"{found['seconds']:.1f}, besides politeness {found['seconds'] - _POLITE:.1f}")
    print(f"CPU seconds: {found['cpu_seconds']:.1f}; most memory: {found['memory'] / 1e6:.0f} MB")
    nothing = found["new"] == found["changed"] == found["steps"] == 0
    polite = found["most_of_one_feed"] <= 1 and found["robots"] <= feeds
    # A night that looks at nothing is quiet too: half the feeds say 304, of the others all is read.
    looked = found["looked_at"] == found["requests"] == feeds and found["unchanged"] == feeds // 2
    read = found["seen"] == (feeds - feeds // 2) * items and found["passages"] >= feeds * items
    return nothing and polite and looked and read and found["error"] is None


def main() -> None:
    """Make the web, let two nights pass, print the figures of the second."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=50)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--night", nargs=2)
    options, _ = parser.parse_known_args()
    if options.night:
        what, folder = options.night
        {"first": first_night, "quiet": quiet_night}[what](Path(folder))
        return
    with tempfile.TemporaryDirectory() as temporary:
        found = measure(Path(temporary), options.feeds, options.items)
    if not report(found, options.feeds, options.items):
        sys.exit(1)


if __name__ == "__main__":
    main()
