"""Reading while nights publish: searches, the page and exports go on as if nothing happened.

    python -m tests.bench.readers [--reads N] [--seconds N]

One process runs night after night over a small archive: each adds an episode, revises an earlier
one, publishes, and clears away old generations. Another is the page's own server. From here the
archive is read all the while: searched with one that stays open and with one opened anew each time
(as the command line does), exported, asked through the page's sessions, and over HTTP for
transcripts, stretches of audio, quotes and whole sets. Every answer is looked at; counted are
answers, failures, and the generations that were published meanwhile. Only the vectors are made
without a model.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx

from corpus.settings import Settings, load_settings
from tests.seeded import EPISODE, LIVE, NOW, WordEmbedder, publish, seed_article, seed_episode
from ui.archive import Archive

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "live rounds have no business on a set"
_FORMS = ("vtt", "srt", "txt", "json")
_LEAST_PUBLISHED = 3  # generations, or little was proved
_WAYS = ("search", "search, opened anew", "export", "HTTP", "page")
_OF_ARTICLE = "The rehearsal used rubber guns."  # words that every export of it has


# ── processes of their own ───────────────────────────────────────────────────────────────────


def opened(settings: Settings) -> Archive:
    """Return the archive with vectors that need no model."""
    archive = Archive(settings)
    archive.__dict__["embedder"] = WordEmbedder()
    return archive


def serve() -> None:
    """Be the page's server."""
    from ui.page import serve as page

    Archive.embedder = property(lambda _: WordEmbedder())  # type: ignore[assignment]
    page.serve(load_settings())


def publish_on(folder: Path) -> None:
    """Run night after night, each with news, until the file `stop` is there."""
    from ingest.workshop import silent
    from ui.operating.nights import Wishes, run_night

    with opened(load_settings(data_dir=folder)) as archive:
        archive.__dict__["sources"] = {}
        for number in itertools.count():
            if (folder / "stop").exists():
                return
            seed_episode(
                archive,
                title=f"Night {number}",
                url=f"https://callsheet.example/nights/{number}",
                seconds=20.0,
            )
            _revise(archive, number)
            run = run_night(archive, Wishes(progress=silent, tell=lambda _event: None))
            with (folder / "published").open("a") as log:
                log.write(json.dumps({"error": run.error, "generation": run.generation}) + "\n")


def _revise(archive: Archive, number: int) -> None:
    """Make another revision of an earlier episode: the same words, made with something newer."""
    earlier = [each for each in archive.catalogue.documents() if each.title.startswith("Night")]
    chosen = earlier[number % len(earlier)]
    text = archive.catalogue.text(chosen.id)
    archive.catalogue.save_text(replace(text, made_with=f"night {number}"), now=NOW)


# ── readers ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Tally:
    """What was read, and what went wrong."""

    wanted: int
    reads: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    slowest: float = 0.0  # seconds
    over: bool = False  # out of time
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def goes_on(self) -> bool:
        """Whether more is to be read."""
        return not self.over and self.reads.total() < self.wanted

    def read(self, kind: str, work: Callable[[], None]) -> None:
        """Read once; a failure is kept."""
        begun = time.perf_counter()
        try:
            work()
        except Exception as error:
            with self._lock:
                self.failed.append(f"{kind}: {type(error).__name__}: {error}"[:400])
        with self._lock:
            self.reads[kind] += 1
            self.slowest = max(self.slowest, time.perf_counter() - begun)


@dataclass(frozen=True)
class Known:
    """What stands in the archive from the start, and never changes."""

    episode: str
    article: str
    audio: str
    quotes: str  # a set
    start: int  # of LIVE in the episode


def seed(folder: Path) -> Known:
    """Fill the archive and publish it."""
    from ui.kept.quotes import Quotes

    with opened(load_settings(data_dir=folder)) as archive:
        episode, article = seed_episode(archive, lines=EPISODE), seed_article(archive)
        publish(archive)
        about = Quotes(archive).new_set("Live rounds", author="Nora Vale", question=QUESTION)
        media = archive.view(episode.id).media
        assert media is not None
        content = archive.catalogue.text(episode.id).content
        return Known(episode.id, article.id, media.sha256, about.id, content.index(LIVE))


def search(archive: Archive, most: list[int]) -> None:
    """Ask; every answer is in the text that it cites, and no generation holds less than before."""
    hits = archive.ask(QUESTION).hits
    assert hits, "no answer"
    count = archive.store.count()
    assert count >= most[0], f"{count} passages where there were {most[0]}"
    most[0] = count
    assert any(hit.quote.exact in LIVE or LIVE in hit.quote.exact for hit in hits), "other words"
    for hit in hits[:3]:
        quote = hit.quote
        content = archive.catalogue.text(quote.document_id, quote.revision).content
        assert content[quote.span.start : quote.span.end] == quote.exact


def export(archive: Archive, known: Known, number: int) -> None:
    """Export a document."""
    document = (known.episode, known.article)[number % 8 == 0]
    form = _FORMS[number % 4] if document == known.episode else "txt"
    words = LIVE[:20] if document == known.episode else _OF_ARTICLE
    assert words in " ".join(archive.export(document, form).split()), f"{form} without its words"


def ask_http(page: httpx.Client, known: Known, number: int) -> None:
    """Ask the page's own routes."""
    end = known.start + len(LIVE)
    form = ("csv", "markdown", "jsonl", "ris")[number // 4 % 4]
    path, headers, words = (
        (f"/api/transcript/{known.episode}", {}, "rattles"),  # a word by itself: each has a time
        (f"/audio/{known.audio}.m4a", {"Range": f"bytes={number % 900}-{number % 900 + 999}"}, ""),
        (f"/api/quote/{known.episode}?start={known.start}&end={end}", {}, LIVE[:20]),
        (f"/api/set/{known.quotes}/{form}", {}, "Live rounds"),
    )[number % 4]
    answer = page.get(path, headers=headers)
    assert answer.status_code in (200, 206), f"{path}: {answer.status_code} {answer.text[:100]}"
    assert len(answer.content) == 1000 if headers else words in answer.text, f"{path}: other words"


async def ask_page(url: str, tally: Tally) -> None:
    """Ask questions in one session of the page, as a browser would."""
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.asyncio.client import connect

    address = url.replace("http", "ws") + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as stream:  # type: ignore[list-item]
        for number in itertools.count():
            if not tally.goes_on:
                return
            ask = BackMsg()
            ask.rerun_script.query_string = f"q={QUESTION.replace(' ', '+')}+{number}"
            await stream.send(ask.SerializeToString())
            drawn = await _drawn(stream)
            tally.read("page", lambda drawn=drawn: _look_at(drawn))  # type: ignore[misc]


async def _drawn(stream: Any) -> list[Any]:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    messages = []
    async for data in stream:
        message = ForwardMsg()
        message.ParseFromString(data)
        messages.append(message)
        if message.WhichOneof("type") == "script_finished":
            break
    return messages


def _look_at(drawn: list[Any]) -> None:
    for message in drawn:
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        assert kind != "exception", element.exception.message
        assert kind != "alert" or element.alert.format != element.alert.ERROR, element.alert.body
    assert any(b"no business on a set" in each.SerializeToString() for each in drawn), "no answer"


# ── all at once ──────────────────────────────────────────────────────────────────────────────


@contextmanager
def process(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run this bench in another role."""
    environment = {**os.environ, "ONRECORD_DATA_DIR": str(folder), "ONRECORD_PORT": "0"}
    command = [sys.executable, "-m", "tests.bench.readers", *arguments]
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as started:
        try:
            yield started
        finally:
            (folder / "stop").touch()
            if arguments[0] == "--serve":
                started.terminate()
            if started.wait(120) and arguments[0] == "--publish":
                with (folder / "published").open("a") as log:
                    log.write(
                        json.dumps({"error": "the publisher died", "generation": None}) + "\n"
                    )


def measure(folder: Path, reads: int, seconds: float) -> tuple[Tally, list[dict[str, Any]], float]:
    """Read so often, or so long, while nights publish; return what was read and published."""
    known, tally = seed(folder), Tally(reads)
    with process(folder, "--serve") as server, process(folder, "--publish", str(folder)):
        assert server.stdout is not None
        url = next(line for line in server.stdout if line.startswith("OnRecord answers")).split()[3]
        begun = time.monotonic()
        readers = [
            threading.Thread(target=each, args=(folder, url, known, tally), daemon=True)
            for each in (_searching, _opening, _exporting, _asking_http, _asking_page)
        ]
        for reader in readers:
            reader.start()
        while any(reader.is_alive() for reader in readers):
            time.sleep(0.2)
            tally.over = time.monotonic() - begun > seconds
            for reader in readers:
                reader.join(0.01)
        took = time.monotonic() - begun
    lines = (folder / "published").read_text().splitlines()
    return tally, [json.loads(line) for line in lines], took


def _searching(folder: Path, _url: str, _known: Known, tally: Tally) -> None:
    most = [0]
    with opened(load_settings(data_dir=folder)) as archive:
        while tally.goes_on:
            tally.read("search", lambda: search(archive, most))


def _opening(folder: Path, _url: str, _known: Known, tally: Tally) -> None:
    most = [0]

    def once() -> None:
        with opened(load_settings(data_dir=folder)) as archive:
            search(archive, most)

    while tally.goes_on:
        tally.read("search, opened anew", once)


def _exporting(folder: Path, _url: str, known: Known, tally: Tally) -> None:
    with opened(load_settings(data_dir=folder)) as archive:
        for number in itertools.count():
            if not tally.goes_on:
                return
            tally.read("export", lambda number=number: export(archive, known, number))  # type: ignore[misc]


def _asking_http(_folder: Path, url: str, known: Known, tally: Tally) -> None:
    with httpx.Client(base_url=url, timeout=120) as page:
        for number in itertools.count():
            if not tally.goes_on:
                return
            tally.read("HTTP", lambda number=number: ask_http(page, known, number))  # type: ignore[misc]


def _asking_page(_folder: Path, url: str, _known: Known, tally: Tally) -> None:
    try:
        asyncio.run(ask_page(url, tally))
    except Exception as error:
        tally.failed.append(f"page: {type(error).__name__}: {error}")


def main() -> None:
    """Read while nights publish; print what was read, what failed, what was published."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--reads", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=1800.0)
    parser.add_argument("--serve", action="store_true")
    parser.add_argument("--publish")
    options, _ = parser.parse_known_args()
    if options.serve:
        serve()
    elif options.publish:
        publish_on(Path(options.publish))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            tally, published, took = measure(Path(temporary), options.reads, options.seconds)
        if not report(tally, published, took):
            sys.exit(1)


def report(tally: Tally, published: list[dict[str, Any]], took: float) -> bool:
    """Print the figures; return whether all is as it should be."""
    wrong = [each["error"] for each in published if each["error"]]
    generations = {each["generation"] for each in published} - {None}
    unread = [way for way in _WAYS if not tally.reads[way]]
    print(f"reads: {tally.reads.total()} in {took:.0f} s: {dict(tally.reads)}")
    print(f"failed: {len(tally.failed)}; the slowest took {tally.slowest:.2f} s")
    for each, times in Counter(tally.failed).most_common(10):
        print(f"  {times} × {each}")
    print(f"generations published meanwhile: {len(generations)}; nights that failed: {wrong}")
    if unread:
        print(f"never read: {unread}")
    is_right = not tally.failed and not wrong and not unread
    return is_right and len(generations) >= _LEAST_PUBLISHED


if __name__ == "__main__":
    main()
