"""Invented passages and a catalogue of them, for tests of the index.

`WordEmbedder` stands for the model: like words, like vectors; no model, no seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from corpus.catalogue import Catalogue
from corpus.types import (
    Attribution,
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Manner,
    Method,
    Passage,
    Span,
    Stage,
    Text,
    Turn,
    TurnKind,
)
from index.engine.bm25 import words_of
from index.engine.points import Change, IndexedDocument, Vectors

NOW = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
SIZE = 64


class WordEmbedder:
    """One fixed random direction a word; a text is the sum of its words."""

    size = SIZE

    def __init__(self, name: str = "words@1") -> None:
        self.name = name
        self.embedded = 0

    def embed(self, texts: Sequence[str], progress=None) -> Vectors:
        self.embedded += len(texts)
        rows = np.zeros((len(texts), SIZE), dtype=np.float32)
        for number, text in enumerate(texts):
            for word in words_of(text)[0]:
                rows[number] += np.random.default_rng(word).normal(size=SIZE)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def a_passage(content: str, number: int = 0, **fields) -> Passage:
    values = {
        "id": "",
        "document_id": "doc000000001",
        "revision": 1,
        "span": Span(number * 1000, number * 1000 + len(content)),
        "content": content,
        "person_id": None,
        "speaker": "Speaker 1",
        "roles": (),
        "manner": Manner.SPOKEN,
        "kind": DocumentKind.EPISODE,
        "source_id": "invented-show",
        "show": "Quiet on Set",
        "title": "Three Rounds on a Table",
        "published": NOW,
    }
    values |= fields
    place = f"{values['document_id']} {values['revision']} {values['span']}"
    digits = hashlib.sha256(place.encode()).hexdigest()
    values["id"] = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:32]}"
    return Passage(**values)


def indexed(*passages: Passage, fingerprint: str = "1:a") -> list[IndexedDocument]:
    """The passages as documents ready to be published."""
    embedder = WordEmbedder()
    ids = dict.fromkeys(passage.document_id for passage in passages)
    return [
        IndexedDocument(
            id=document_id,
            fingerprint=fingerprint,
            passages=(some := [p for p in passages if p.document_id == document_id]),
            vectors=embedder.embed([p.content for p in some]),
        )
        for document_id in ids
    ]


def a_change(**fields) -> Change:
    return Change(**{"embedder": "words@1", "size": SIZE, **fields})


def add_document(
    catalogue: Catalogue,
    number: int,
    *turns: tuple[str | None, str, str],
    kind: DocumentKind = DocumentKind.EPISODE,
    published: datetime | None = NOW,
    advertisements: Sequence[int] = (),
) -> Document:
    """Record a ready document of turns (role, name or label, words); the same number replaces."""
    item = DiscoveredItem(
        source_id="invented-show",
        kind=kind,
        url=f"http://127.0.0.1/{number}",
        guid=str(number),
        title=f"Document {number}",
        show="Quiet on Set",
        published=published,
    )
    document, _ = catalogue.record_discovered(item, now=NOW)
    catalogue.save_text(a_text(catalogue, document.id, turns, advertisements), now=NOW)
    for stage in (Stage.FETCHED, Stage.TRANSCRIBED, Stage.READY):
        catalogue.advance(document.id, to=stage, now=NOW)
    return catalogue.document(document.id)


def a_text(
    catalogue: Catalogue | None,
    document_id: str,
    turns: Sequence[tuple[str | None, str, str]],
    advertisements: Sequence[int] = (),
) -> Text:
    content, made = "", []
    for number, (role, name, words) in enumerate(turns):
        if content:
            content += "\n\n"
        span = Span(len(content), len(content) + len(words))
        content += words
        named = name and not name.startswith("Speaker")
        credit = Credit(name=name)
        known = catalogue and named
        person = catalogue.ensure_person(credit, source_id="indexed") if known else None
        attribution = Attribution(
            method=Method.PAGE_CREDIT if named else Method.NONE,
            confidence=0.9 if named else 0.0,
            person_id=person.id if person else None,
            label=name,
            roles=(role,) if role else (),
        )
        sold = number in advertisements
        kind = TurnKind.ADVERTISEMENT if sold else TurnKind.SPEECH
        made.append(Turn(span=span, manner=Manner.SPOKEN, attribution=attribution, kind=kind))
    return Text(
        document_id=document_id,
        revision=0,
        content=content,
        sha256=hashlib.sha256(repr((content, made)).encode()).hexdigest(),
        turns=tuple(made),
    )
