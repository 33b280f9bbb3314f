"""A small web of hosts with bad weather: names, faults by night, and whole runs through it.

Every host is a name under `.example` that one server on 127.0.0.1 answers for. The names are known
to this process and to those it starts through a `sitecustomize` on PYTHONPATH; the check of
addresses stays in force and sees 127.0.0.1, so that sources must allow it. Feeds are read by the
real crawl, files fetched and decoded by the real code; only what needs models is invented.
"""

from __future__ import annotations

import functools
import hashlib
import os
import random
import signal
import socket
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest

from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import (
    Document,
    Event,
    Media,
    MediaRole,
    Outcome,
    Run,
    Source,
    SourceKind,
    SourceReport,
    Transcript,
)
from ingest import nightly as _nightly  # so that all of it has the clock  # noqa: F401
from ingest import workshop
from ingest.hearing import Heard, HearingJob, hear
from ingest.workers import DaskWorkers
from ingest.workshop import Workshop, silent
from tests.builders import said
from tests.seeded import WordEmbedder
from tests.servers import Asked, Reply, Route, Site
from tests.sounds import RATE, Sound, encode
from tests.sounds import silence as nothing
from ui.archive import Archive
from ui.operating.nights import Wishes, run_night

NAMES = """
import socket
_real = socket.getaddrinfo
def _known(host, *rest, **named):
    name = host.decode() if isinstance(host, bytes) else host
    if name and name.startswith("lost."):
        raise socket.gaierror(socket.EAI_NONAME, "nobody knows this name")
    here = bool(name) and name.endswith(".example")
    return _real("127.0.0.1" if here else host, *rest, **named)
socket.getaddrinfo = _known
"""
EPOCH = datetime.now(UTC) - timedelta(days=3)  # when the episodes were published
DAY = 1.25  # days between two nights, so that what waits a day is due


# ── what hosts serve ─────────────────────────────────────────────────────────────────────────


@functools.cache
def sound(number: int, seconds: float = 1.5) -> bytes:
    """Return a small MP3 whose pitch tells its number."""
    time = np.arange(int(seconds * RATE)) / RATE
    return as_mp3((0.4 * np.sin(2 * np.pi * (300 + 7 * number) * time)).astype(np.float32))


def as_mp3(samples: Sound) -> bytes:
    """Return a sound as an MP3 file."""
    with tempfile.TemporaryDirectory() as folder:
        path = encode(Path(folder) / "sound.mp3", samples, codec="mp3", container="mp3")
        return path.read_bytes()


@functools.cache
def silent_sound() -> bytes:
    """Return an MP3 in which nothing is heard."""
    return as_mp3(nothing(3.0))


def words_of(name: str, count: int = 40) -> str:
    """Return invented words that only `name` has."""
    chance = random.Random(name)
    return " ".join("".join(chance.choices("bcdfglmnprst", k=5)) for _ in range(count))


def item(guid: str, media: str | None = None, *, link: str = "", **said: str) -> str:
    """Return an entry of a feed; `title`, `day` and `more` (elements) may be said."""
    title = said.get("title", f"Episode {guid}")
    date = format_datetime(EPOCH - timedelta(days=float(said.get("day", "0"))))
    enclosure = f'<enclosure url="{escape(media)}" type="audio/mpeg" length="9"/>' if media else ""
    page = f"<link>{escape(link)}</link>" if link else ""
    name = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return (
        f"<item><title>{escape(title)}</title>{name}{page}<pubDate>{date}</pubDate>"
        f"{enclosure}{said.get('more', '')}</item>"
    )


def feed(*items: str, before: str = "") -> bytes:
    """Return a feed."""
    return (
        f'<?xml version="1.0"?>{before}<rss version="2.0" '
        'xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
        f"<title>Show</title>{''.join(items)}</channel></rss>"
    ).encode()


def xml(body: bytes, **headers: str) -> Reply:
    """Serve a feed."""
    return Reply(body, headers={"Content-Type": "application/rss+xml", **headers})


def mp3(body: bytes, content_type: str = "audio/mpeg") -> Reply:
    """Serve a recording."""
    return Reply(body, headers={"Content-Type": content_type})


def page(name: str, *, head: str = "") -> Reply:
    """Serve an article that nobody else has."""
    body = "".join(f"<p>{words_of(f'{name} {n}').capitalize()}.</p>" for n in range(4))
    text = (
        f"<!doctype html><html><head><title>{name}</title>{head}</head><body><article>"
        f"<h1>{name}</h1><p>By Dana Reyes</p>{body}</article></body></html>"
    )
    return Reply(text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


class Host:
    """One name of the web, with what it serves tonight."""

    def __init__(self, name: str, web: Web) -> None:
        self.name = name
        self.web = web
        self.routes: dict[str, Route] = {}

    @property
    def url(self) -> str:
        """The address of its front page, without the slash."""
        return f"http://{self.name}.example:{self.web.port}"

    def says(self, path: str, route: Route) -> None:
        """Serve something at a path from now on."""
        self.routes[path] = route

    def feed(self, *items: str) -> None:
        """Serve a feed from now on."""
        self.routes["/feed.xml"] = xml(feed(*items))

    def recording(self, path: str, number: int | None = None) -> str:
        """Serve a recording from now on; return its address."""
        own = self.web.numbers.setdefault((self.name, path), 1000 + len(self.web.numbers))
        self.routes[path] = mp3(sound(own if number is None else number))
        return self.url + path


class Web:
    """All hosts; one server answers for them by the name that is asked for."""

    def __init__(self) -> None:
        self.hosts: dict[str, Host] = {}
        self.asked: list[tuple[str, Asked]] = []
        self.sent = 0  # bytes of bodies, of those whose length is known
        self.numbers: dict[tuple[str, str], int] = {}  # of recordings: no two are alike
        self._site = Site(_ByHost(self))  # type: ignore[arg-type]

    @property
    def port(self) -> int:
        """Of the server."""
        return int(self._site.url.rpartition(":")[2])

    def host(self, name: str) -> Host:
        """Return a host, new if nobody has asked for it."""
        return self.hosts.setdefault(name, Host(name, self))

    def answer(self, asked: Asked) -> Reply:
        """Answer as the host does that is asked."""
        name = asked.headers.get("host", "").partition(":")[0].removesuffix(".example")
        self.asked.append((name, asked))
        known = self.hosts.get(name.removeprefix("www."))
        path = asked.path.partition("?")[0]
        route = known.routes.get(path) if known else None
        if route is None:
            return Reply(b"nothing here", 404)
        reply = route(asked) if callable(route) else route
        self.sent += len(reply.body) if isinstance(reply.body, bytes) else 0
        return reply

    def __enter__(self) -> Web:
        self._site.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._site.__exit__(*error)


class _ByHost(dict[str, Route]):
    def __init__(self, web: Web) -> None:
        super().__init__()
        self._web = web

    def get(self, key: str, default: Any = None) -> Any:
        del key, default
        return self._web.answer


# ── who hears ────────────────────────────────────────────────────────────────────────────────


def hear_without_models(job: HearingJob, report: Callable[[float, str], None]) -> Heard:
    """Decode for real; what was said is invented, another for each recording.

    Where nothing is to be heard the real code says so: it looks for speech before any model.
    """
    heard = hear(replace(job, options=None, second=None, tell_voices=False), report)
    if job.options is None:
        return heard
    if job.media_sha256 == hashlib.sha256(silent_sound()).hexdigest():
        return hear(replace(job, second=None, tell_voices=False), report)
    return replace(heard, transcript=_invented(job.media_sha256, heard.duration))


def _invented(name: str, duration: float) -> Transcript:
    words = words_of(name)
    pace = duration / (len(words.split()) + 1)
    return replace(said((None, words), pace=pace), duration=duration)


@dataclass
class Ears:
    """Workers that need no models; they remember what they heard."""

    at_once: int = 1
    heard: list[str] = field(default_factory=list)

    def run(self, work: Any, job: Any, report: Any, *, stop: Any = None) -> Any:
        """Hear a recording in this process."""
        del work, stop
        if job.options is not None:
            self.heard.append(job.media_sha256)
        return hear_without_models(job, report)

    def close(self) -> None:
        """Nothing was started."""


# ── nights ───────────────────────────────────────────────────────────────────────────────────


def hear_if_it_lives(job: HearingJob, report: Callable[[float, str], None]) -> Heard:
    """Hear in a worker process; one recording kills it, one never ends."""
    if job.media_sha256 == hashlib.sha256(deadly()).hexdigest():
        os.kill(os.getpid(), signal.SIGKILL)
    if job.media_sha256 == hashlib.sha256(endless()).hexdigest():
        sleep(600)
    return hear_without_models(job, report)


def deadly() -> bytes:
    """Return the recording that brings its worker down."""
    return sound(901)


def endless() -> bytes:
    """Return the recording at which its worker hangs."""
    return sound(902)


@dataclass
class FragileEars:
    """Real worker processes, some of which do not survive what they hear."""

    workers: DaskWorkers
    at_once: int = 1
    heard: list[str] = field(default_factory=list)

    def run(self, work: Any, job: Any, report: Any, *, stop: Any = None) -> Any:
        """Hear a recording in a worker process."""
        del work
        self.heard.append(job.media_sha256)
        return self.workers.run(hear_if_it_lives, job, report, stop=stop)

    def close(self) -> None:
        """Stop the worker processes."""
        self.workers.close()


@dataclass(frozen=True)
class Seen:
    """What one night did to one source, and how the archive stands."""

    archive: Archive
    source_id: str
    run: Run
    asked: tuple[Asked, ...]  # of the host of that name, without robots.txt
    heard: tuple[str, ...]  # digests of the recordings that were heard

    @property
    def documents(self) -> list[Document]:
        """The source's documents, oldest sighting first."""
        found = self.archive.catalogue.documents(source_id=self.source_id)
        return sorted(found, key=lambda each: (each.discovered, each.guid or each.url))

    @property
    def document(self) -> Document:
        """Its only one."""
        (only,) = self.documents
        return only

    @property
    def report(self) -> SourceReport:
        """What the look at it found."""
        (only,) = (each for each in self.run.sources if each.source_id == self.source_id)
        return only

    @property
    def outcomes(self) -> list[Outcome]:
        """What happened to its documents."""
        return [each for each in self.run.outcomes if each.source_id == self.source_id]

    @property
    def failed(self) -> str:
        """What failed, in one text."""
        return " ".join(each.error for each in self.outcomes if each.error)

    def times(self, path: str) -> int:
        """How often an address (with its query, if one is given) was asked for."""
        whole = "?" in path
        return sum(
            (each.path if whole else each.path.partition("?")[0]) == path for each in self.asked
        )

    def recordings(self) -> list[Media]:
        """The original recordings of its documents that can be heard."""
        media = self.archive.catalogue.media
        kept = [each for one in self.documents for each in media(one.id, MediaRole.ORIGINAL)]
        return [each for each in kept if each.made_with != "unreadable"]

    def stands(self, recordings: int | None = None, **stages: int) -> None:
        """Check how many documents stand at which stage, and how many recordings are stored."""
        found = Counter(each.stage.value for each in self.documents)
        assert found == Counter(stages), (dict(found), self.failed, self.report)
        expected = stages.get("ready", 0) if recordings is None else recordings
        assert len(self.recordings()) == expected, (self.recordings(), self.failed)


Nights = Generator[None, Seen, None]


@dataclass(frozen=True)
class Fault:
    """One row: a host that misbehaves, and what has to come of it, night by night."""

    name: str
    story: Callable[[Host], Nights]
    source: dict[str, Any]

    def source_at(self, host: Host) -> Source:
        """Return the registry's entry."""
        values: dict[str, Any] = {
            "name": self.name,
            "kind": SourceKind.FEED,
            "url": f"{host.url}/feed.xml",
            "allow_private": True,
            **self.source,
        }
        values["url"] = values["url"].replace("{host}", host.url)
        return Source(id=self.name, **values)


@contextmanager
def known_names(patch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """Have every name under `.example` lead here, in this process and those it starts."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(NAMES, encoding="utf-8")
    patch.setenv("PYTHONPATH", str(folder))
    patch.setattr(socket, "getaddrinfo", socket.getaddrinfo)
    exec(compile(NAMES, "names", "exec"), {})
    yield


@dataclass
class Clock:
    """How far the archive's present is ahead of ours."""

    ahead: timedelta = timedelta()

    def now(self) -> datetime:
        """Return the archive's present."""
        return datetime.now(UTC) + self.ahead


@contextmanager
def own_clock(patch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """Lend the clock that every module of ingest goes by."""
    clock, before = Clock(), workshop.now
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("ingest", "ui") and getattr(module, "now", None) == before:
            patch.setattr(module, "now", clock.now)
    try:
        yield clock
    finally:
        clock.ahead = timedelta()  # what was first imported meanwhile goes on with this clock


@contextmanager
def open_archive_with(
    patch: pytest.MonkeyPatch, settings: Settings, sources: dict[str, Source], workers: Any
) -> Iterator[Archive]:
    """Open an archive with sources and workers of one's own, and vectors without a model."""

    def tools(archive: Archive, progress: Any) -> Workshop:
        return Workshop(
            settings=archive.settings,
            catalogue=archive.catalogue,
            files=FileStore(archive.settings.files),
            sources=sources,
            workers=workers,
            progress=progress,
        )

    patch.setattr(Archive, "workshop", tools)
    with Archive(settings) as archive:
        archive.__dict__["embedder"] = WordEmbedder()
        archive.__dict__["sources"] = sources
        yield archive


def one_night(archive: Archive, told: list[Event] | None = None) -> Run:
    """Look, take on, publish, report."""
    heard = told if told is not None else []
    return run_night(archive, Wishes(progress=silent, tell=heard.append))
