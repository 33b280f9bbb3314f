"""Archives of any size, made of the hearings of QMSum over and over, each time a little else.

A passage is one of the hearings' with every sixth word exchanged for a word of the hearings (as
frequent as it is there), and its vector turned by as much; its topics are the real one's. Nothing
but the hearings is embedded. People, shows and standings are invented.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus.catalogue import Catalogue
from corpus.settings import load_settings
from corpus.topics import load_subject
from corpus.types import (
    Attribution,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Manner,
    Method,
    Passage,
    Person,
    Reading,
    Span,
    Text,
    Turn,
)
from index.embed import open_embedder
from index.engine.points import Change, IndexedDocument
from index.engine.vectors import EdgeStore
from index.passages import sentence_spans, split_passages
from index.sentences import pack, sentences_of
from index.tags.about import tag_passages
from tests.indexed import a_passage

QMSUM = Path(__file__).resolve().parents[3] / "shared" / "data" / "transcripts" / "qmsum"
EPISODE = 100  # turns of a document, each a passage
SPEAKERS = 4  # of a document
EXCHANGED = 6  # every so manyth word
TURNED = 0.35  # length of what is added to a unit vector
NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
ROLES = (  # of the archive's people, with their shares
    ("armorer", 0.04),
    ("property_master", 0.06),
    ("stunt_coordinator", 0.05),
    ("director", 0.1),
    ("actor", 0.2),
    ("host", 0.25),
    ("", 0.3),
)
_FEWEST, _MOST = 25, 95  # words of a passage that is used
_SYLLABLES = "ba be bo da de do fa fi ga go ka ke ki la le lo ma mi mo na ne no ra ri ro sa ta vo"


@dataclass(frozen=True)
class Hearings:
    """Passages of the hearings, tagged, and their vectors, row by row."""

    passages: list[Passage]
    vectors: NDArray[np.float32]

    @cached_property
    def words(self) -> list[str]:
        """Every plain word there is, as often as it is there."""
        return [word for one in self.passages for word in one.content.split() if word.isalpha()]


def hearings(folder: Path) -> Hearings:
    """Return the hearings' passages; their vectors are kept in `folder`."""
    passages = tag_passages(
        [a_passage(words, place) for place, words in enumerate(_passages())], load_subject()
    )
    kept = folder / "hearings.npy"
    if not kept.exists():
        vectors = open_embedder(load_settings()).embed([one.content for one in passages])
        np.save(kept, vectors)
    return Hearings(passages, np.load(kept))


def _passages() -> Iterator[str]:
    for path in sorted(QMSUM.glob("*.json")):
        for turn in json.loads(path.read_text(encoding="utf-8"))["meeting_transcripts"]:
            words = turn["content"].strip()
            run = ""
            for span in sentence_spans(words, Span(0, len(words))):
                run = f"{run} {span.of(words)}".strip()
                if len(run.split()) >= _FEWEST:
                    if len(run.split()) <= _MOST:
                        yield run
                    run = ""


def topics_of() -> list[str]:
    """Return what the hearings' questions are about, each once."""
    asked = [
        one["query"]
        for path in sorted(QMSUM.glob("*.json"))
        for one in json.loads(path.read_text(encoding="utf-8"))["specific_query_list"]
    ]
    about = [re.split(r"\b(?:about|on|of|towards?)\s+", one, maxsplit=1)[-1] for one in asked]
    return list(dict.fromkeys(one.strip(" ?.") for one in about))


class Grower:
    """Makes documents of the hearings; the same ones for the same numbers."""

    def __init__(self, base: Hearings, catalogue: Catalogue, people: int) -> None:
        self._base = base
        self._catalogue = catalogue
        self._people = [self._person(number) for number in range(people)]
        self._by_id = {person.id: person for person, _ in self._people}

    def document(self, number: int) -> IndexedDocument:
        """Put document `number` into the catalogue; return it as the index takes it."""
        rng = np.random.default_rng(number)
        document, text, rows = self._put(number, rng)
        places = {turn.span.start: row for turn, row in zip(text.turns, rows, strict=True)}
        passages = [
            self._tagged(one, places[one.span.start])
            for one in split_passages(Reading(text=text), document, self._by_id)
            if one.span.start in places
        ]
        chosen = [places[one.span.start] for one in passages]
        vectors = self._turned(chosen, rng)
        return IndexedDocument(
            id=document.id,
            fingerprint=f"1:{number}",
            passages=passages,
            vectors=vectors,
            sentences=[
                pack(_around(vector, len(sentences_of(text.content, one)), rng))
                for one, vector in zip(passages, vectors, strict=True)
            ],
        )

    def _put(
        self, number: int, rng: np.random.Generator
    ) -> tuple[Document, Text, NDArray[np.int64]]:
        item = DiscoveredItem(
            source_id=f"source-{number % 40}",
            kind=DocumentKind.EPISODE,
            url=f"http://127.0.0.1/{number}",
            guid=str(number),
            title=f"Evening {number}",
            show=f"Programme {number % 40}",
            published=NOW - timedelta(days=number % 4000),
        )
        document, _ = self._catalogue.record_discovered(item, now=NOW)
        rows = rng.integers(len(self._base.passages), size=EPISODE)
        voices = rng.integers(len(self._people), size=SPEAKERS)
        content, turns = "", []
        for place, row in enumerate(rows):
            content += "\n\n" if content else ""
            words = self._reworded(self._base.passages[row].content, rng)
            span = Span(len(content), len(content) + len(words))
            content += words
            turns.append(self._turn(span, int(voices[place % SPEAKERS])))
        digest = hashlib.sha256(f"{number}\n{content}".encode()).hexdigest()
        text = Text(
            document_id=document.id, revision=0, content=content, sha256=digest, turns=tuple(turns)
        )
        return document, self._catalogue.save_text(text, now=NOW), rows

    def _turn(self, span: Span, voice: int) -> Turn:
        person, role = self._people[voice]
        said_by = Attribution(
            method=Method.PAGE_CREDIT,
            confidence=0.9,
            person_id=person.id,
            label=person.name,
            roles=(role,) if role else (),
        )
        return Turn(span=span, manner=Manner.SPOKEN, attribution=said_by)

    def _reworded(self, words: str, rng: np.random.Generator) -> str:
        parts = words.split()
        places = np.arange(int(rng.integers(EXCHANGED)), len(parts), EXCHANGED)
        for place, other in zip(
            places, rng.integers(len(self._base.words), size=len(places)), strict=True
        ):
            if parts[place].isalpha() and parts[place].islower():
                parts[place] = self._base.words[other].lower()
        return " ".join(parts)

    def _turned(self, rows: list[int], rng: np.random.Generator) -> NDArray[np.float32]:
        vectors = self._base.vectors[rows]
        noise = rng.normal(size=vectors.shape) / np.sqrt(vectors.shape[1])
        vectors = vectors + TURNED * noise
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors.astype(np.float32)

    def _tagged(self, passage: Passage, row: int) -> Passage:
        real = self._base.passages[row]
        return replace(passage, topics=real.topics, terms=real.terms, incidents=real.incidents)

    def _person(self, number: int) -> tuple[Person, str]:
        rng = np.random.default_rng(1_000_000_000 + number)
        first, last = ("".join(rng.choice(_SYLLABLES.split(), size=3)) for _ in range(2))
        role = str(rng.choice([role for role, _ in ROLES], p=[share for _, share in ROLES]))
        credit = Credit(name=f"{first.title()} {last.title()}")
        return self._catalogue.ensure_person(credit, source_id=f"source-{number % 40}"), role


def grow(folder: Path, passages: int) -> None:
    """Build an archive of `passages` in `folder`: catalogue and index."""
    base = hearings(folder.parent)
    folder.mkdir()
    with Catalogue(load_settings(data_dir=folder).catalogue) as catalogue:
        grower = Grower(base, catalogue, people_of(passages))
        store = EdgeStore(folder / "index")
        made = (grower.document(number) for number in range(passages // EPISODE))
        store.publish(made, _change())


def one_more(folder: Path, passages: int, more: int) -> None:
    """Publish one more document (the `more`th) into the archive of `passages`."""
    base = hearings(folder.parent)
    with Catalogue(load_settings(data_dir=folder).catalogue) as catalogue:
        grower = Grower(base, catalogue, SPEAKERS)
        new = [grower.document(passages // EPISODE + more)]
        EdgeStore(folder / "index").publish(new, _change())


def people_of(passages: int) -> int:
    """Return how many people an archive of `passages` has."""
    return max(50, passages // 200)


def _change() -> Change:
    embedder = open_embedder(load_settings())
    return Change(embedder=embedder.name, size=embedder.size)


def _around(
    vector: NDArray[np.float32], count: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return vectors for the sentences of a passage: about as near to it as real ones are."""
    drawn = rng.normal(scale=0.04, size=(count, len(vector))) + vector
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), dtype=np.float32)
