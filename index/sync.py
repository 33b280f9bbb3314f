"""The index brought up to the catalogue: only what changed, in one new generation.

The catalogue is the truth. What the index holds is compared by fingerprint; nothing here depends
on what happened before, so a run that died is simply run again. Words that were embedded before
are not embedded again: a correction costs its passage, another vocabulary only the tagging.

The engine only marks what is removed, and older generations stay for a while: of a document that
was withdrawn no byte may stay. Then a generation is made from nothing, and the older ones go.
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
from index.embed import Embedder, Vectors
from index.engine.points import Change, IndexedDocument, Vector, VectorStore
from index.passages import split_passages
from index.sentences import pack, sentences_of, unpacked
from index.tags.about import tag_passages

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


@dataclass(frozen=True, slots=True)
class _Split:
    """A document's passages and, of each, the sentences."""

    document_id: str
    passages: list[Passage]
    sentences: list[list[str]]


@dataclass(slots=True)
class _Making:
    """The documents being split and embedded, and what becomes of them."""

    catalogue: Catalogue
    embedder: Embedder
    subject: Subject
    wanted: Mapping[str, str]  # document id → fingerprint
    held: VectorStore | None  # whose vectors are still good; None: nobody's
    progress: Progress | None
    done: list[str] = field(default_factory=list)
    skipped: list[tuple[str, str]] = field(default_factory=list)
    passages: int = 0

    def documents(self) -> Iterator[IndexedDocument]:
        """Yield the wanted documents; memory does not grow with their number."""
        people = {person.id: person for person in self.catalogue.people()}
        waiting: list[_Split] = []
        for number, document_id in enumerate(self.wanted, 1):
            waiting += self._split(document_id, people)
            if sum(len(one.passages) for one in waiting) >= _ENOUGH or number == len(self.wanted):
                yield from self._embed(waiting)
                waiting = []
            if self.progress:
                part = number / len(self.wanted)
                self.progress(part, f"indexed {number} of {len(self.wanted)} documents")

    def _split(self, document_id: str, people: Mapping[str, Person]) -> list[_Split]:
        try:
            reading = self.catalogue.reading(document_id)
            document = self.catalogue.document(document_id)
        except NotFoundError as error:  # gone since we asked what there is
            self.skipped.append((document_id, str(error)))
            return []
        passages = tag_passages(split_passages(reading, document, people), self.subject)
        said = [sentences_of(reading.text.content, passage) for passage in passages]
        return [_Split(document_id, passages, said)]

    def _embed(self, waiting: Sequence[_Split]) -> Iterator[IndexedDocument]:
        known, packed = self._kept(waiting)
        size = self.embedder.size
        wanted = [each.content for one in waiting for each in one.passages]
        wanted += [
            words
            for one in waiting
            for passage, said in zip(one.passages, one.sentences, strict=True)
            if passage.id not in packed
            for words in said
        ]
        new = list(dict.fromkeys(words for words in wanted if words not in known))
        if new:
            known.update(zip(new, self.embedder.embed(new), strict=True))
        for one in waiting:
            yield IndexedDocument(
                id=one.document_id,
                fingerprint=self.wanted[one.document_id],
                passages=one.passages,
                vectors=_rows([each.content for each in one.passages], known, size),
                sentences=[
                    packed.get(passage.id) or pack(_rows(said, known, size))
                    for passage, said in zip(one.passages, one.sentences, strict=True)
                ],
            )
            self.done.append(one.document_id)
            self.passages += len(one.passages)

    def _kept(self, waiting: Sequence[_Split]) -> tuple[dict[str, Vector], dict[str, str]]:
        """Return what need not be embedded: vectors by their words, packed sentences by passage."""
        known: dict[str, Vector] = {}
        packed: dict[str, str] = {}
        if self.held is None:
            return known, packed
        for one in waiting:
            known |= (own := self.held.embedded(one.document_id))
            same = {
                passage.id: said
                for passage, said in zip(one.passages, one.sentences, strict=True)
                if passage.content in own
            }
            held = self.held.sentences(list(same))
            size = self.embedder.size
            packed |= {
                key: one for key, one in held.items() if unpacked(one, same[key], size) is not None
            }
        return known, packed


def _rows(words: Sequence[str], known: Mapping[str, Vector], size: int) -> Vectors:
    if not words:
        return np.zeros((0, size), dtype=np.float32)
    return np.stack([known[each] for each in words])


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
    purged = not catalogue.withdrawn().keys().isdisjoint(removed)
    if purged:
        wanted = dict(sorted(state.items()))
    if not (wanted or removed or rebuilt):
        return SyncReport(generation=None, seconds=time.monotonic() - begun)
    making = _Making(
        catalogue=catalogue,
        embedder=embedder,
        subject=subject,
        wanted=wanted,
        held=store if manifest else None,
        progress=progress,
    )
    change = Change(
        embedder=embedder.name,
        size=embedder.size,
        vocabulary=subject.version,
        removed=tuple(removed),
        fresh=manifest is None or purged,
    )
    published = store.publish(making.documents(), change)
    if purged:
        store.drop_older()
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
