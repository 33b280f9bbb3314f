"""Questions labelled by hand, and the sample archive's texts to ask them of; no speech model."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.catalogue import Catalogue
from corpus.types import (
    Attribution,
    DiscoveredItem,
    Document,
    DocumentKind,
    Method,
    Origin,
    Segment,
    Stage,
    Text,
    Transcript,
    TurnKind,
    Word,
)
from ingest.articletexts import Paragraph as Printed
from ingest.articletexts import build_article_text
from ingest.extract import extract_page
from ingest.texts import build_episode_text

HERE = Path(__file__).parent
SAMPLE = HERE.parents[1] / "corpus" / "sample"
NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)


@dataclass(frozen=True)
class Labelled:
    """A question and the words of the passages that answer it, with their grades."""

    question: str
    grades: tuple[tuple[str, int], ...]

    def grade(self, content: str) -> int:
        """Return 2 for an answer, 1 for a part of one, 0 for none."""
        plain = _plain(content)
        return max((grade for words, grade in self.grades if _plain(words) in plain), default=0)


def read_questions(name: str = "sample") -> list[Labelled]:
    """Return the questions of a file, in order."""
    found: list[Labelled] = []
    for line in (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("? "):
            found.append(Labelled(line[2:], ()))
        elif line[:2] in ("1 ", "2 "):
            grades = (*found[-1].grades, (line[2:], int(line[0])))
            found[-1] = replace(found[-1], grades=grades)
    return found


def fill_with_sample(catalogue: Catalogue) -> list[Document]:
    """Put the texts of the sample's scripts and articles into `catalogue`, ready."""
    made = []
    for path in sorted((SAMPLE / "scripts").glob("ep*.toml")):
        script = tomllib.loads(path.read_text(encoding="utf-8"))
        document = _document(catalogue, path.stem, script["title"], DocumentKind.EPISODE)
        text = build_episode_text(_transcript(script), document_id=document.id, media_sha256=None)
        made.append(_ready(catalogue, document, text))
    for path in sorted((SAMPLE / "site" / "magazine" / "articles").glob("*.html")):
        page = extract_page(path.read_bytes(), url=f"http://127.0.0.1/{path.name}")
        title = page.title or path.stem
        document = _document(catalogue, path.stem, title, DocumentKind.ARTICLE)
        printed = [Printed(one.text, _author(page.byline)) for one in page.paragraphs]
        text = build_article_text(printed, document_id=document.id, made_with="test")
        made.append(_ready(catalogue, document, text))
    return made


def _author(byline: tuple[str, ...]) -> Attribution:
    return Attribution(method=Method.BYLINE, confidence=0.0, label=", ".join(byline) or None)


def _document(catalogue: Catalogue, name: str, title: str, kind: DocumentKind) -> Document:
    item = DiscoveredItem(
        source_id="sample-show" if kind is DocumentKind.EPISODE else "sample-paper",
        kind=kind,
        url=f"http://127.0.0.1/{name}",
        guid=name,
        title=title,
        show="The Honeywagon Hour" if kind is DocumentKind.EPISODE else "The Backlot Ledger",
        published=NOW,
    )
    return catalogue.record_discovered(item, now=NOW)[0]


def _ready(catalogue: Catalogue, document: Document, text: Text) -> Document:
    catalogue.save_text(text, now=NOW)
    for stage in (Stage.FETCHED, Stage.TRANSCRIBED, Stage.READY):
        catalogue.advance(document.id, to=stage, now=NOW)
    return catalogue.document(document.id)


def _transcript(script: dict) -> Transcript:
    segments, at = [], 0.0
    for turn in script["turns"]:
        words = []
        for word in turn["text"].split():
            words.append(Word(text=word, start_time=at, end_time=at + 0.3))
            at += 0.4
        sold = turn.get("kind") == "advertisement"
        segments.append(
            Segment(
                words=tuple(words),
                start_time=words[0].start_time,
                end_time=words[-1].end_time,
                speaker=turn["speaker"],
                kind=TurnKind.ADVERTISEMENT if sold else TurnKind.SPEECH,
            )
        )
    return Transcript(segments=tuple(segments), language="en", origin=Origin.PUBLISHER, duration=at)


def _plain(words: str) -> str:
    return " ".join(words.replace("’", "'").casefold().split())
