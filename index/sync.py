"""The index brought up to the catalogue: only what changed, in one new generation.

The catalogue is the truth. What the index holds is compared by fingerprint; nothing here depends
on what happened before, so a run that died is simply run again. Words that were embedded before
are not embedded again: a correction costs its passage, another vocabulary only the tagging.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from corpus.catalogue import Catalogue
from corpus.errors import IndexOutOfDateError, NotFoundError
from corpus.topics import Subject, load_subject
from corpus.types import Passage, Person
from index.about import tag_passages
from index.embed import Embedder, Vectors
from index.passages import split_passages
from index.points import Change, IndexedDocument, Vector, VectorStore

Progress = Callable[[float, str], None]
_ENOUGH = 512  # passages embedded together, so that texts of like length meet


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What one sync did; `generation` is None when there was nothing to publish."""

    generation: str | None
    added: int = 0  # documents
    replaced: int = 0
    removed: int = 0
    passages: int = 0  # written this time
    rebuilt: str | None = None  # why everything was made again
    skipped: tuple[tuple[str, str], ...] = ()  # document id, why: tried again next time
    seconds: float = 0.0


@dataclass(slots=True)
class _Making:
    """The documents being split and embedded, and what becomes of them."""

    catalogue: Catalogue
    embedder: Embedder
    subject: Subject
    wanted: Mapping[str, str]  # document id → fingerprint
    embedded: Callable[[str], Mapping[str, Vector]]  # document id → words → their vector
    progress: Progress | None
    done: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    passages: int = 0

    def documents(self) -> Iterator[IndexedDocument]:
        """Yield the wanted documents; memory does not grow with their number."""
        people = {person.id: person for person in self.catalogue.people()}
        waiting: list[tuple[str, list[Passage]]] = []
        for number, document_id in enumerate(self.wanted, 1):
            waiting += self._split(document_id, people)
            if sum(len(some) for _, some in waiting) >= _ENOUGH or number == len(self.wanted):
                yield from self._embed(waiting)
                waiting = []
            if self.progress:
                part = number / len(self.wanted)
                self.progress(part, f"indexed {number} of {len(self.wanted)} documents")

    def _split(
        self, document_id: str, people: Mapping[str, Person]
    ) -> list[tuple[str, list[Passage]]]:
        try:
            reading = self.catalogue.reading(document_id)
            document = self.catalogue.document(document_id)
        except NotFoundError as error:  # gone since we asked what there is
            self.skipped.append((document_id, str(error)))
            return []
        passages = split_passages(reading, document, people)
        return [(document_id, tag_passages(passages, self.subject))]

    def _embed(self, waiting: Sequence[tuple[str, list[Passage]]]) -> Iterator[IndexedDocument]:
        vectors = self._vectors(waiting)
        start = 0
        for document_id, passages in waiting:
            end = start + len(passages)
            yield IndexedDocument(
                id=document_id,
                fingerprint=self.wanted[document_id],
                passages=passages,
                vectors=vectors[start:end],
            )
            self.done.append(document_id)
            start = end
        self.passages += start

    def _vectors(self, waiting: Sequence[tuple[str, list[Passage]]]) -> Vectors:
        known: dict[str, Vector] = {}
        for document_id, _ in waiting:
            known.update(self.embedded(document_id))
        contents = [one.content for _, some in waiting for one in some]
        new = list(dict.fromkeys(words for words in contents if words not in known))
        if new:
            known.update(zip(new, self.embedder.embed(new), strict=True))
        if not contents:
            return np.zeros((0, self.embedder.size), dtype=np.float32)
        return np.stack([known[words] for words in contents])


def sync_index(
    catalogue: Catalogue,
    store: VectorStore,
    embedder: Embedder,
    progress: Progress | None = None,
) -> SyncReport:
    """Bring the index up to the catalogue; publish nothing when nothing changed.

    An index made with another model, or one that cannot be read, is built again.

    Raises:
        LockedError: another process is publishing.
        VectorIndexError: the index cannot be written.
    """
    try:
        manifest = store.manifest()
    except IndexOutOfDateError as error:
        return _publish(catalogue, store, embedder, progress, rebuilt=str(error))
    if manifest and manifest.embedder != embedder.name:
        reason = f"it was made with {manifest.embedder}"
        return _publish(catalogue, store, embedder, progress, rebuilt=reason)
    return _publish(catalogue, store, embedder, progress, rebuilt=None)


def rebuild_index(
    catalogue: Catalogue,
    store: VectorStore,
    embedder: Embedder,
    progress: Progress | None = None,
) -> SyncReport:
    """Build the index from the catalogue alone, whatever there was."""
    return _publish(catalogue, store, embedder, progress, rebuilt="it was asked for")


def _publish(
    catalogue: Catalogue,
    store: VectorStore,
    embedder: Embedder,
    progress: Progress | None,
    *,
    rebuilt: str | None,
) -> SyncReport:
    begun = time.monotonic()
    subject = load_subject()
    manifest = None if rebuilt else store.manifest()
    held = manifest.documents if manifest else {}
    state = catalogue.index_state()
    retag = manifest is not None and manifest.vocabulary != subject.version
    wanted = {key: mark for key, mark in sorted(state.items()) if retag or held.get(key) != mark}
    removed = sorted(set(held) - set(state))
    if not (wanted or removed or rebuilt):
        return SyncReport(generation=None, seconds=time.monotonic() - begun)
    making = _Making(
        catalogue=catalogue,
        embedder=embedder,
        subject=subject,
        wanted=wanted,
        embedded=store.embedded if manifest else _nothing,
        progress=progress,
    )
    change = Change(
        embedder=embedder.name,
        size=embedder.size,
        vocabulary=subject.version,
        removed=tuple(removed),
        fresh=manifest is None,
    )
    published = store.publish(making.documents(), change)
    return SyncReport(
        generation=published.generation,
        added=len(set(making.done) - set(held)),
        replaced=len(set(making.done) & set(held)),
        removed=len(removed),
        passages=making.passages,
        rebuilt=rebuilt,
        skipped=tuple(making.skipped),
        seconds=time.monotonic() - begun,
    )


def _nothing(_: str) -> Mapping[str, Vector]:
    return {}
