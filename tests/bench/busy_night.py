"""A busy night: 40 episodes of 3 minutes and 400 articles, from the first request to the index.

    python -m tests.bench.busy_night [--small] [--workers N]

The bench makes a web of its own on loopback addresses (one host for each show and magazine, with
the politeness of the default settings): the shared interviews in pieces with other gains, and the
paragraphs of the shared news pages in other orders. The run is a process of its own, as cron
starts it; its whole tree of processes is watched from here. Time in models is when a recording is
heard, past the decode of its file, or passages are embedded. `--small` is 3 episodes of half a
minute and 20 articles, of which figures say little; `--workers` is ONRECORD_WORKERS, by default the
setting in force. The whole night takes about half an hour on two cores, and the figures mean
something only while nothing else runs.
"""

from __future__ import annotations

import argparse
import functools
import html
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import av
import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
RATE = 16_000  # Hz
_SHOWS, _MAGAZINES = 8, 10
_DECODED = 0.05  # share of a hearing that is the decode of the file, as its progress tells
_EVERY = 0.5  # seconds between two looks at the processes
_MOST_OUTSIDE, _LEAST_CPU = 0.15, 0.85

# What cron starts, told of as it goes: a line for each step of progress.
NIGHT = """
import json, sys, time
from corpus.settings import load_settings
from ui.archive import open_archive
from ui.operating.nights import Wishes, run_night
with open(sys.argv[1], "w") as log:
    def progress(what, fraction, message, /):
        log.write(json.dumps([time.monotonic(), what, fraction, message]) + "\\n")
    with open_archive(load_settings()) as archive:
        run = run_night(archive, Wishes(progress=progress, tell=lambda _event: None))
        failed = [each.error for each in run.outcomes if each.error]
        print(json.dumps({
            "counts": {stage.value: n for stage, n in archive.catalogue.counts().items()},
            "error": run.error, "failed": failed, "passages": run.passages,
            "audio": sum(each.audio_seconds for each in run.outcomes),
        }))
"""


@dataclass(frozen=True)
class Size:
    """How much there is to do."""

    episodes: int
    seconds: float  # of each
    articles: int


WHOLE, SMALL = Size(40, 180.0, 400), Size(3, 30.0, 20)


@dataclass(frozen=True)
class Look:
    """One look at the run's processes."""

    moment: float
    cpu: float  # seconds that they have used, all together
    memory: int  # bytes


# ── the web ──────────────────────────────────────────────────────────────────────────────────


def make_recordings(size: Size, folder: Path) -> list[Path]:
    """Write stretches of the shared interviews as MP3, no two alike."""
    sound = np.concatenate([_samples(path) for path in sorted(_sounds())])
    length, chance = int(size.seconds * RATE), random.Random(0)
    made = []
    for number in range(size.episodes):
        first = chance.randrange(len(sound))
        part = np.take(sound, range(first, first + length), mode="wrap") * chance.uniform(0.5, 1)
        made.append(folder / f"{number}.mp3")
        _write_mp3(part.astype(np.int16), made[-1])
    return made


def _sounds() -> Iterator[Path]:
    yield from (DATA / "audio" / "interview").glob("*.flac")
    if not DATA.exists():
        yield from (ROOT / "corpus" / "sample" / "media").glob("*.mp3")


def _samples(path: Path) -> np.ndarray:
    resample = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as recording:
        frames = [p for f in recording.decode(audio=0) for p in resample.resample(f)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])


def _write_mp3(samples: np.ndarray, target: Path) -> None:
    with av.open(str(target), "w", format="mp3") as out:
        stream = out.add_stream("mp3", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16p", layout="mono")
        frame.sample_rate = RATE
        resample = av.AudioResampler("s16p", "mono", RATE, frame_size=1152)
        for piece in [*resample.resample(frame), *resample.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))


def make_articles(size: Size) -> list[str]:
    """Return pages of news paragraphs in other orders, so that no two are one article."""
    chance = random.Random(0)
    truth = DATA / "pages" / "article-extraction-benchmark" / "ground-truth.json"
    if truth.exists():
        bodies = [each["articleBody"] for each in json.loads(truth.read_text("utf-8")).values()]
    else:
        bodies = [path.read_text("utf-8") for path in (ROOT / "corpus" / "sample").rglob("*.txt")]
    paragraphs = [line for body in bodies for line in body.split("\n") if len(line) > 80]
    return [
        _page(number, chance.sample(paragraphs, min(12, len(paragraphs))))
        for number in range(size.articles)
    ]


def _page(number: int, paragraphs: Sequence[str]) -> str:
    body = "".join(f"<p>{html.escape(each)}</p>\n" for each in paragraphs)
    title = f"Story {number}: {html.escape(paragraphs[0][:50])}"
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title></head><body><article>'
        f"<h1>{title}</h1><p>By Dana Reyes</p>\n{body}</article></body></html>"
    )


def make_web(size: Size, folder: Path) -> None:
    """Write a folder for each host, and the registry of sources."""
    recordings = make_recordings(size, folder)
    articles = make_articles(size)
    tables = []
    for show in range(_SHOWS):
        host = folder / f"show-{show}"
        host.mkdir()
        items = []
        for path in recordings[show::_SHOWS]:
            path.rename(host / path.name)
            items.append(
                f"<item><guid>{path.stem}</guid><title>Episode {path.stem}</title>"
                f'<enclosure url="/{path.name}" type="audio/mpeg"/></item>'
            )
        channel = f"<channel><title>Show {show}</title>{''.join(items)}</channel>"
        (host / "feed.xml").write_text(f'<rss version="2.0">{channel}</rss>')
        tables.append((f"show-{show}", 'kind = "feed"\nurl = "http://{host}/feed.xml"'))
    for magazine in range(_MAGAZINES):
        host = folder / f"magazine-{magazine}"
        host.mkdir()
        links = []
        for number in range(magazine, size.articles, _MAGAZINES):
            (host / f"{number}.html").write_text(articles[number])
            links.append(f'<h2><a href="/{number}.html">Story {number}</a></h2>')
        (host / "index.html").write_text(f"<html><body>{''.join(links)}</body></html>")
        where = 'kind = "listing"\nurl = "http://{host}/"\nlinks = "h2 a"'
        tables.append((f"magazine-{magazine}", f'{where}\ndocument_kind = "article"'))
    (folder / "hosts.json").write_text(json.dumps(tables))


@contextmanager
def served(folder: Path) -> Iterator[Path]:
    """Serve the hosts, each at a loopback address of its own; lend the registry's path."""
    registry = []
    with ExitStack() as stack:
        for number, (name, table) in enumerate(json.loads((folder / "hosts.json").read_text())):
            handler = functools.partial(_Quiet, directory=str(folder / name))
            server = ThreadingHTTPServer((f"127.0.0.{number + 10}", 0), handler)
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
            host = f"127.0.0.{number + 10}:{server.server_port}"
            said = table.format(host=host)
            registry.append(f'[{name}]\nname = "{name}"\n{said}\nallow_private = true\n')
        path = folder / "sources.toml"
        path.write_text("\n".join(registry))
        yield path


class _Quiet(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


# ── the run, watched ─────────────────────────────────────────────────────────────────────────


def run_night(registry: Path, folder: Path, workers: int | None) -> tuple[dict[str, Any], list]:
    """Run the night in a fresh process; return what it says at the end, and the looks at it."""
    environment = {
        **os.environ,
        "ONRECORD_DATA_DIR": str(folder / "data"),
        "ONRECORD_SOURCES_FILE": str(registry),
        **({"ONRECORD_WORKERS": str(workers)} if workers else {}),
    }
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(NIGHT), str(folder / "log")],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    looks, used = [], {}
    while process.poll() is None:
        looks.append(_look(psutil.Process(process.pid), used))
        time.sleep(_EVERY)
    assert process.stdout is not None
    return json.loads(process.stdout.read()), looks


def _look(top: psutil.Process, used: dict[tuple[int, float], float]) -> Look:
    """Look at a process and all below it; what one that has ended had used is kept."""
    memory = 0
    try:
        tree = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        tree = []
    for process in tree:
        try:
            times = process.cpu_times()
            used[process.pid, process.create_time()] = times.user + times.system
            memory += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return Look(time.monotonic(), sum(used.values()), memory)


# ── the figures ──────────────────────────────────────────────────────────────────────────────


def stretches(log: Sequence[Sequence[Any]]) -> dict[str, list[tuple[float, float]]]:
    """Return when recordings were in a worker, and of that in models; and when the index was made.

    A hearing tells of its progress from 0 to 1, the decode of the file first.
    """
    heard: dict[str, tuple[float, float]] = {}
    begun: dict[str, float] = {}
    found: dict[str, list[tuple[float, float]]] = {"worker": [], "models": [], "index": []}
    for moment, what, fraction, message in log:
        if what == "index":
            found["index"].append((moment, moment))
        elif not what.startswith("Episode"):
            continue
        elif message == "reading":
            begun[what] = moment
        elif what in begun and message == "transcribed":
            found["worker"].append((begun.pop(what), moment))
            found["models"].append(heard.pop(what))
        elif what in begun and fraction >= _DECODED:
            heard[what] = (heard.get(what, (moment, moment))[0], moment)
    if found["index"]:
        found["index"] = [(found["index"][0][0], found["index"][-1][0])]
    return found


def union(parts: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the stretches of which at least one part goes on."""
    joined: list[tuple[float, float]] = []
    for start, end in sorted(parts):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def length(parts: Sequence[tuple[float, float]]) -> float:
    """Return seconds."""
    return sum(end - start for start, end in parts)


def cpu_share(looks: Sequence[Look], during: Sequence[tuple[float, float]]) -> float:
    """Return the share of all cores that was used during some stretches."""
    used = spent = 0.0
    for before, after in itertools.pairwise(looks):
        if any(start <= before.moment and after.moment <= end for start, end in during):
            used += after.cpu - before.cpu
            spent += after.moment - before.moment
    return used / (spent * (os.cpu_count() or 1)) if spent else 0.0


def articles_per_second(log: Sequence[Sequence[Any]]) -> float:
    """Return how many became texts in a second, from the first to the last."""
    moments = [moment for moment, what, _, said in log if what.startswith("Story") and said]
    texts = [m for m, what, _, said in log if what.startswith("Story") and said == "ready"]
    return len(texts) / (texts[-1] - moments[0]) if texts else 0.0


def report(ended: dict[str, Any], looks: Sequence[Look], log: Sequence[Sequence[Any]]) -> None:
    """Print the figures."""
    whole = looks[-1].moment - looks[0].moment
    found = stretches(log)
    worker, models = union(found["worker"]), union(found["models"] + found["index"])
    outside = 1 - length(models) / whole
    cpu = cpu_share(looks, union(found["models"]))
    crawl = [moment for moment, what, *_ in log if what == "crawl"]
    print(f"documents: {ended['counts']}, failed: {len(ended['failed'])}, error: {ended['error']}")
    print(f"the whole night: {whole:.0f} s, {ended['passages']} passages published")
    print(f"  crawl {crawl[-1] - crawl[0]:.0f} s, in workers {length(worker):.0f} s, ", end="")
    print(f"index {length(found['index']):.0f} s")
    print(f"hours of audio per hour: {ended['audio'] / whole:.2f} over the whole night, ", end="")
    print(f"{ended['audio'] / max(length(worker), 0.1):.2f} while recordings are heard")
    print(f"articles per second: {articles_per_second(log):.2f}, beside the recordings")
    print(f"time outside models: {outside:.3f} of the night (to reach ≤ {_MOST_OUTSIDE})")
    print(f"CPU of all cores during transcription: {cpu:.3f} (to reach ≥ {_LEAST_CPU})")
    print(f"most memory of all processes: {max(look.memory for look in looks) / 1e9:.2f} GB")


def main() -> None:
    """Make the web, run the night, print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--workers", type=int)
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        make_web(SMALL if options.small else WHOLE, folder)
        with served(folder) as registry:
            ended, looks = run_night(registry, folder, options.workers)
        log = [json.loads(line) for line in (folder / "log").read_text().splitlines()]
    report(ended, looks, log)


if __name__ == "__main__":
    main()
