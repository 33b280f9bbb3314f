"""A small invented archive, for tests that need something to read.

The people, shows and productions are made up. Audio is real AAC whose pitch tells the time
(`pitch_at`), so that a test can hear where a player stands.
"""

from __future__ import annotations

import atexit
import hashlib
import re
import shutil
import tempfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import av
import numpy as np

from corpus.settings import Settings
from corpus.types import (
    Attribution,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Manner,
    Media,
    MediaRole,
    Method,
    Origin,
    Span,
    Stage,
    Text,
    Timing,
    Turn,
    TurnKind,
)
from ui.archive import Archive, open_archive

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
RATE = 24_000  # samples per second of the made audio
WORD_SECONDS = 0.4  # every word lasts 0.35 s and is followed by 0.05 s of rest
LIVE = "Live rounds have no business on a set, not in a belt, not in a truck, not in a pocket."


@dataclass(frozen=True)
class Line:
    """One turn to be written: who, as what, how, and the words."""

    words: str
    name: str | None = None
    role: str | None = None
    label: str | None = None
    manner: Manner = Manner.SPOKEN
    kind: TurnKind = TurnKind.SPEECH


EPISODE = (
    Line("Welcome back. I am Nora Vale, and this is The Call Sheet.", "Nora Vale", "host"),
    Line(
        "Thank you, Nora. I have been an armorer for nineteen years. " + LIVE + " A dummy round"
        " rattles when you shake it, and a blank has no bullet at all. You check each one, you"
        " show it to the first assistant director, and only then does it go near a gun.",
        "Ines Okafor",
        "armorer",
    ),
    Line("And who may hand a gun to an actor?", "Nora Vale", "host"),
    Line(
        "Only the armorer hands a gun to an actor. Nobody else, on no day, for no reason.",
        "Ines Okafor",
        "armorer",
    ),
    Line(
        "The Call Sheet is brought to you by Gaffer and Sons, tape for every surface.",
        label="Speaker 3",
        kind=TurnKind.ADVERTISEMENT,
    ),
    Line("I saw a live round once, on a table, beside the dummies.", label="Speaker 2"),
)
ARTICLE = (
    Line("The Quiet Set opened its storage last week. ", manner=Manner.AUTHORED, name="Tom Aster"),
    Line(
        "“Live rounds are locked away from the production, always”",
        manner=Manner.QUOTED,
    ),
    Line(
        ", a weapons master said on the first day.\n\nThe rehearsal used rubber guns. ",
        manner=Manner.AUTHORED,
        name="Tom Aster",
    ),
    Line(
        "The property master testified that nobody had counted the rounds.",
        manner=Manner.REPORTED,
        name="Ola Brandt",
        role="property_master",
    ),
    Line(" The inquiry goes on.", manner=Manner.AUTHORED, name="Tom Aster"),
)


class WordEmbedder:
    """Vectors of word counts: no model, but like texts have like vectors."""

    size = 384
    name = "words-1"

    def embed(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
        """Return one unit vector a text."""
        vectors = np.full((len(texts), self.size), 1e-6, dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word.rstrip("s").encode()) % self.size] += 1.0
            row[:] = row / np.linalg.norm(row)
        return vectors


@dataclass(frozen=True)
class Seeded:
    """A filled archive and the ids of its two documents."""

    archive: Archive
    episode: str
    article: str


def seed_archive(data_dir: Path, **settings: object) -> Seeded:
    """Fill a new archive with one episode and one article; the index is not made."""
    if settings or (data_dir.exists() and any(data_dir.iterdir())):
        return _seed(open_empty(data_dir, **settings))
    kept, episode, article = _seeded_once()
    shutil.copytree(kept, data_dir, dirs_exist_ok=True)
    return Seeded(open_empty(data_dir), episode, article)


def _seed(archive: Archive) -> Seeded:
    return Seeded(archive, seed_episode(archive).id, seed_article(archive).id)


@lru_cache(maxsize=1)  # to copy an archive takes a tenth of the time that it takes to fill one
def _seeded_once() -> tuple[Path, str, str]:
    folder = Path(tempfile.mkdtemp(prefix="seeded-"))
    atexit.register(shutil.rmtree, folder)
    made = _seed(open_empty(folder / "data"))
    made.archive.close()
    return folder / "data", made.episode, made.article


def open_empty(data_dir: Path, **settings: object) -> Archive:
    """Return a new archive that embeds without a model."""
    archive = open_archive(Settings(data_dir=data_dir, **settings))  # type: ignore[arg-type]
    archive.__dict__["embedder"] = WordEmbedder()  # where the cached property keeps it
    return archive


def publish(archive: Archive) -> None:
    """Make the index."""
    archive.sync(lambda *_: None)


def seed_episode(
    archive: Archive,
    *,
    title: str = "Cold Gun, Warm Chamber",
    lines: Sequence[Line] = EPISODE,
    url: str = "https://callsheet.example/episodes/1",
    seconds: float | None = None,
) -> Document:
    """Add an episode whose words follow each other every `WORD_SECONDS` seconds."""
    credits = (
        Credit(name="Nora Vale", part="host", roles=("host",)),
        Credit(
            name="Ines Okafor",
            part="guest",
            roles=("armorer",),
            description="Film armorer; founder, Okafor Arms Rental",
        ),
    )
    document = _discover(archive, DocumentKind.EPISODE, title, url, "The Call Sheet", credits)
    text = _write(archive, document, lines, timed=True)
    length = seconds or (text.timings[-1].end_time + 1.0)
    path = archive.settings.data_dir / "seed.m4a"
    write_audio(path, length)
    stored = archive.files.put_file(path)
    path.unlink()
    archive.catalogue.save_media(
        Media(
            document_id=document.id,
            role=MediaRole.PLAYBACK,
            url=url + ".mp3",
            sha256=stored.sha256,
            size=stored.size,
            mime_type="audio/mp4",
            duration=length,
            retrieved=NOW,
            made_with="seeded",
        )
    )
    return _finish(archive, document, text, stored.sha256)


def seed_article(
    archive: Archive,
    *,
    title: str = "A Season Without Live Rounds",
    lines: Sequence[Line] = ARTICLE,
    url: str = "https://slate.example/articles/1",
) -> Document:
    """Add an article."""
    credits = (Credit(name="Tom Aster", part="author"),)
    document = _discover(archive, DocumentKind.ARTICLE, title, url, "Slate and Sound", credits)
    return _finish(archive, document, _write(archive, document, lines, timed=False), None)


def pitch_at(seconds: float) -> float:
    """Return the pitch heard at `seconds`, in Hz; it repeats every 20 seconds."""
    return 400.0 + 200.0 * (seconds % 20.0)


def write_audio(path: Path, seconds: float) -> None:
    """Write AAC in m4a whose pitch tells the time."""
    path.write_bytes(_audio(seconds))


@lru_cache(maxsize=8)  # encoding takes longer than all else that a seeded archive needs
def _audio(seconds: float) -> bytes:
    made = Path(tempfile.mkdtemp()) / "seed.m4a"
    with av.open(str(made), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        stream.bit_rate = 48_000
        phase = 0.0
        for start in range(0, int(seconds * RATE), RATE):
            count = min(RATE, int(seconds * RATE) - start)
            times = (start + np.arange(count)) / RATE
            steps = 2 * np.pi * (400.0 + 200.0 * (times % 20.0)) / RATE
            phases = phase + np.cumsum(steps)
            phase = float(phases[-1] % (2 * np.pi))
            samples = (np.sin(phases) * 6000).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(samples[None, :], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    encoded = made.read_bytes()
    shutil.rmtree(made.parent)
    return encoded


def _discover(
    archive: Archive,
    kind: DocumentKind,
    title: str,
    url: str,
    show: str,
    credits: tuple[Credit, ...],
) -> Document:
    item = DiscoveredItem(
        source_id=re.sub(r"\W+", "_", show.lower()),
        kind=kind,
        url=url,
        guid=url,
        title=title,
        show=show,
        published=datetime(2024, 3, 9, tzinfo=UTC),
        language="en",
        media_url=url + ".mp3" if kind is DocumentKind.EPISODE else None,
        credits=credits,
    )
    archive.settings.data_dir.mkdir(parents=True, exist_ok=True)
    document, _ = archive.catalogue.record_discovered(item, now=NOW)
    return document


def _write(archive: Archive, document: Document, lines: Sequence[Line], *, timed: bool) -> Text:
    content, turns, timings = "", [], []
    for line in lines:
        content += "\n\n" if timed and content else ""
        span = Span(len(content), len(content) + len(line.words))
        content += line.words
        first = len(timings)
        if timed:
            timings += _timings(line.words, span.start, count=len(timings))
        turns.append(
            Turn(
                span=span,
                manner=line.manner,
                kind=line.kind,
                attribution=_attribution(archive, line),
                start_time=timings[first].start_time if timed else None,
                end_time=timings[-1].end_time if timed else None,
            )
        )
    digest = hashlib.sha256(repr((content, turns, timings)).encode()).hexdigest()
    return Text(
        document_id=document.id,
        revision=1,
        content=content,
        sha256=digest,
        turns=tuple(turns),
        timings=tuple(timings),
        origin=Origin.ASR if timed else Origin.PAGE,
        created=NOW,
    )


def _timings(words: str, start: int, *, count: int) -> list[Timing]:
    return [
        Timing(
            span=Span(start + match.start(), start + match.end()),
            start_time=(count + number) * WORD_SECONDS,
            end_time=(count + number) * WORD_SECONDS + 0.35,
            probability=0.9,
            agreed=match.group() != "rattles",
        )
        for number, match in enumerate(re.finditer(r"\S+", words))
    ]


def _attribution(archive: Archive, line: Line) -> Attribution:
    if line.name is None:
        method = Method.VOICE if line.label else Method.NONE
        return Attribution(method=method, confidence=0.0, label=line.label)
    person = archive.catalogue.ensure_person(Credit(name=line.name), source_id="seeded")
    spoken = line.manner is Manner.SPOKEN
    return Attribution(
        method=Method.PAGE_CREDIT if spoken else Method.BYLINE,
        confidence=0.95,
        person_id=person.id,
        roles=(line.role,) if line.role else (),
    )


def _finish(archive: Archive, document: Document, text: Text, media: str | None) -> Document:
    from dataclasses import replace

    archive.catalogue.save_text(replace(text, media_sha256=media), now=NOW)
    return archive.catalogue.advance(document.id, to=Stage.READY, now=NOW)
