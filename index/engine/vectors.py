"""The embedded vector store. The one door to the Qdrant Edge engine.

One shard a generation (`generations.py`), in this process; `server.py` does the same over a
Qdrant server.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import qdrant_edge as edge

from corpus.errors import VectorIndexError
from corpus.types import Passage
from index.engine.bm25 import words_asked, words_of
from index.engine.generations import Generations, Manifest
from index.engine.points import (
    CANDIDATES,
    DATETIMES,
    DENSE,
    KEYWORDS,
    PLACES,
    SENTENCES,
    SPARSE,
    Change,
    Found,
    IndexedDocument,
    Shortlist,
    Vector,
    batched,
    in_date_order,
    next_manifest,
    packed_sentences,
    passage_of,
    payload_of,
    refuse_other_model,
    vectors_by_words,
    worth,
)
from index.filters import Condition, Filters, conditions_of, excluded_by

_SMALL = edge.PayloadSelector.Exclude([SENTENCES])
_WORDS = edge.PayloadSelector.Include(["content"])
_BATCH = 512
_OPEN_ATTEMPTS = 5
# Up to here (50,000 passages of 384 numbers) every vector is looked at, beyond a graph is built of
# them and their int8 copies: at 100,000 that costs two minutes once, and 1.4 ms a search, not 39.
_EXACT_KB = 75_000
# Where fewer pass the filters, these are looked at one by one: too few would be badly connected.
_FILTERED_EXACT_KB = 100_000
_LOOKED_AT = 256  # neighbours kept in view while a graph is searched
_SEGMENTS = 4  # that may stand side by side before the smallest are made one


@dataclass(frozen=True, slots=True)
class _Reader:
    pointer: str
    shard: edge.EdgeShard
    manifest: Manifest
    # A generation never changes, and every question looks at who speaks in it and where.
    facets: dict[str, dict[str, int]] = field(default_factory=dict)


class EdgeStore:
    """Qdrant Edge in this process; one writer and any number of readers at a time.

    Safe for threads. Readers look at the pointer before every search and open a new generation
    when there is one; an answer comes from one generation.
    """

    def __init__(self, folder: Path, *, kept: int = 3) -> None:
        self._generations = Generations(folder, kept=kept)
        self._opened: _Reader | None = None
        self._opening = threading.Lock()

    def manifest(self) -> Manifest | None:
        """Return what the generation in force holds, or None before the first.

        Raises:
            IndexOutOfDateError: the generation is gone or damaged: build it again.
        """
        pointer, opened = self._generations.pointer(), self._opened
        if opened and opened.pointer == pointer:
            return opened.manifest
        return self._generations.manifest(pointer.split()[0]) if pointer else None

    def search(
        self,
        vector: Vector,
        text: str,
        filters: Filters,
        limit: int,
        *,
        worth_reading: Callable[[str], bool] | None = None,
    ) -> list[Found]:
        """Return the passages nearest in meaning (`vector`) and words (`text`), best first."""
        reader = self._reader()
        if reader is None:
            return []
        wanted = _edge_filter(filters)
        by_meaning = edge.Query.Nearest(vector.tolist(), using=DENSE)
        indices, values = words_asked(text)
        by_words = edge.Query.Nearest(edge.SparseVector(indices, values), using=SPARSE)
        width = max(CANDIDATES, limit)
        near = edge.QueryRequest(
            limit=width, query=by_meaning, filter=wanted, params=_thorough(), with_payload=False
        )
        worded = edge.QueryRequest(limit=width, query=by_words, filter=wanted, with_payload=False)
        queries = [near, worded] if indices else [near]
        shard = reader.shard
        with _translated(reader.manifest.generation):
            found = [*shard.query_batch(edge.QueryBatchRequest(queries)), []]
            shortlist = Shortlist.of(found[0], found[1], width)
            if unmeasured := shortlist.unmeasured:
                shortlist.measure(shard.retrieve([*unmeasured], False, [DENSE]), vector)
            # What is read of a passage costs more than to find it: only of those that are left.
            best = shortlist.best(limit)
            ids = [each for each, _ in best]
            if worth_reading:
                ids = worth(shard.retrieve([*ids], _WORDS, False), worth_reading)
            points = shard.retrieve([*ids], _SMALL, False) if ids else []
        return shortlist.found(best, points)

    def publish(self, documents: Iterable[IndexedDocument], change: Change) -> Manifest:
        """Publish a new generation; a crash at any point leaves the one in force.

        Raises:
            LockedError: another writer did not end within a minute.
            VectorIndexError: the engine or the disk refused.
        """
        with _translated(str(self._generations.folder)), self._generations.writing():
            before = self._before(change)
            name, data = self._generations.start(base=before.generation if before else None)
            config = _config(change.size)
            shard = (edge.EdgeShard.load if before else edge.EdgeShard.create)(str(data), config)
            _look_up(shard)
            _delete(shard, change.removed)
            taken = {}
            for document in documents:
                _replace(shard, document)
                taken[document.id] = document.fingerprint
            passages = shard.count(edge.CountRequest())
            shard.optimize()
            shard.flush()
            shard.close()
            manifest = next_manifest(before, change, taken, passages)
            return self._generations.publish(name, manifest)

    def count(self) -> int:
        """Return how many passages there are."""
        reader = self._reader()
        return int(reader.shard.count(edge.CountRequest())) if reader else 0

    def facet(self, key: str, filters: Filters | None = None) -> dict[str, int]:
        """Return the values of one of `KEYWORDS` with their numbers of passages, most first."""
        reader = self._reader()
        if reader is None:
            return {}
        if filters:
            return _facet(reader, key, filters)
        if key not in reader.facets:
            reader.facets[key] = _facet(reader, key, None)
        return dict(reader.facets[key])

    def select(self, filters: Filters, limit: int) -> list[Passage]:
        """Return up to `limit` passages that are as `filters` say, newest first, undated last."""
        reader = self._reader()
        if reader is None or limit < 1:
            return []
        wanted = _edge_filter(filters)
        newest = edge.OrderBy("published", direction=edge.Direction.Desc)
        undated = edge.Filter(must=[wanted, edge.IsEmptyCondition("published")])
        with _translated(reader.manifest.generation):
            dated = edge.ScrollRequest(
                limit=limit, filter=wanted, order_by=newest, with_payload=_SMALL
            )
            points = list(reader.shard.scroll(dated)[0])
            if len(points) < limit:
                rest = edge.ScrollRequest(
                    limit=limit - len(points), filter=undated, with_payload=_SMALL
                )
                points += reader.shard.scroll(rest)[0]
        return in_date_order(passage_of(str(one.id), one.payload or {}) for one in points)

    def embedded(self, document_id: str) -> dict[str, Vector]:
        """Return the vectors that a document's passages have now, by their words."""
        reader = self._reader()
        if reader is None:
            return {}
        known: dict[str, Vector] = {}
        match = edge.FieldCondition(key="document_id", match=edge.MatchValue(document_id))
        after = None
        with _translated(reader.manifest.generation):
            while True:
                request = edge.ScrollRequest(
                    offset=after,
                    limit=_BATCH,
                    filter=edge.Filter(must=[match]),
                    with_payload=_SMALL,
                    with_vector=[DENSE],
                )
                points, after = reader.shard.scroll(request)
                known |= vectors_by_words(points)
                if after is None:
                    return known

    def sentences(self, passage_ids: Sequence[str]) -> dict[str, str]:
        """Return the packed sentences of passages, by id; those without any are left out."""
        reader = self._reader()
        if reader is None or not passage_ids:
            return {}
        with _translated(reader.manifest.generation):
            points = reader.shard.retrieve(list(passage_ids), [SENTENCES], False)
            return packed_sentences(points)

    def drop_older(self) -> None:
        """Remove every generation but the one in force.

        Raises:
            LockedError: another writer did not end within a minute.
        """
        with _translated(str(self._generations.folder)), self._generations.writing():
            self._generations.drop_older()

    def close(self) -> None:
        """Let go of the open generation."""
        self._opened = None

    def _before(self, change: Change) -> Manifest | None:
        """Return what the new generation goes on from, or None when it starts from nothing."""
        name = None if change.fresh else self._generations.current()
        if name is None:
            return None
        before = self._generations.manifest(name)
        refuse_other_model(before, change)
        return before

    def _reader(self) -> _Reader | None:
        """Return the generation in force, opened; None before the first."""
        pointer, opened = self._generations.pointer(), self._opened
        if not pointer or (opened and opened.pointer == pointer):
            return opened if pointer else None
        with self._opening:
            for _ in range(_OPEN_ATTEMPTS):
                pointer = self._generations.pointer()
                if not pointer or (self._opened and self._opened.pointer == pointer):
                    return self._opened if pointer else None
                try:
                    return self._open(pointer)
                except VectorIndexError:
                    # It may have been swept between our look at the pointer and the opening.
                    if pointer == self._generations.pointer():
                        raise
        raise VectorIndexError(pointer, cause="generations change faster than they can be opened")

    def _open(self, pointer: str) -> _Reader:
        name = pointer.split(maxsplit=1)[0]
        with _translated(name):
            manifest = self._generations.manifest(name)
            shard = edge.EdgeShard.load(str(self._generations.data(name)))
        # The old shard is dropped, not closed: another thread may be searching it.
        self._opened = _Reader(pointer, shard, manifest)
        return self._opened


def _facet(reader: _Reader, key: str, filters: Filters | None) -> dict[str, int]:
    wanted = _edge_filter(filters) if filters else None
    request = edge.FacetRequest(key, limit=1_000_000, exact=True, filter=wanted)
    with _translated(reader.manifest.generation):
        found = {str(hit.value): int(hit.count) for hit in reader.shard.facet(request)}
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


@contextlib.contextmanager
def _translated(subject: str) -> Iterator[None]:
    """Turn the engine's bare exceptions and the disk's into ours."""
    try:
        yield
    except Exception as error:
        # Qdrant Edge raises `Exception` itself; any other subclass is a bug or already ours.
        if type(error) is Exception or isinstance(error, OSError):
            raise VectorIndexError(subject, cause=str(error)) from error
        raise


def _config(size: int) -> edge.EdgeConfig:
    graph = edge.HnswIndexConfig(m=16, ef_construct=100, full_scan_threshold=_FILTERED_EXACT_KB)
    vectors = edge.EdgeVectorParams(
        size=size, distance=edge.Distance.Cosine, memory=edge.Memory.Cold
    )
    return edge.EdgeConfig(
        vectors={DENSE: vectors},
        sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        hnsw_config=graph,
        quantization_config=edge.ScalarQuantizationConfig(
            edge.ScalarType.Int8, quantile=0.99, memory=edge.Memory.Cached
        ),
        optimizers=edge.EdgeOptimizersConfig(
            indexing_threshold=_EXACT_KB, default_segment_number=_SEGMENTS
        ),
        # With the log on only one process could open the folder; `flush` makes it durable.
        wal_enabled=False,
    )


def _thorough() -> edge.SearchParams:
    """Return how a graph is searched: wide, and what it finds is weighed by the true vectors."""
    rounded = edge.QuantizationSearchParams(rescore=True, oversampling=2.0)
    return edge.SearchParams(hnsw_ef=_LOOKED_AT, quantization=rounded)


def _look_up(shard: edge.EdgeShard) -> None:
    """Make the indexes of the payload that a shard has not got, all or those that came later."""
    # No text index for phrases: it costs half a second at every opening of 20,000 passages,
    # looking through the filtered ones costs a tenth once somebody asks for a phrase.
    schemas: dict[str, Any] = dict.fromkeys(KEYWORDS, edge.KeywordIndexParams(enable_hnsw=False))
    schemas |= dict.fromkeys(DATETIMES, edge.DatetimeIndexParams(enable_hnsw=False))
    ranged = edge.IntegerIndexParams(lookup=False, range=True, enable_hnsw=False)
    schemas |= dict.fromkeys(PLACES, ranged)
    for key in schemas.keys() - shard.info().payload_schema.keys():
        shard.update(edge.UpdateOperation.create_field_index(key, schemas[key]))


def _delete(shard: edge.EdgeShard, document_ids: Iterable[str]) -> None:
    for some in batched(document_ids, _BATCH):
        match = edge.FieldCondition(key="document_id", match=edge.MatchAny(some))
        where = edge.Filter(must=[match])
        shard.update(edge.UpdateOperation.delete_points_by_filter(where))


def _replace(shard: edge.EdgeShard, document: IndexedDocument) -> None:
    _delete(shard, [document.id])
    for some in batched(document.rows(), _BATCH):
        shard.update(edge.UpdateOperation.upsert_points([_point(*row) for row in some]))


def _point(passage: Passage, vector: Vector, packed: str) -> edge.Point:
    sparse = edge.SparseVector(*words_of(passage.content))
    payload = payload_of(passage, packed)
    return edge.Point(passage.id, {DENSE: vector.tolist(), SPARSE: sparse}, payload)


def _edge_filter(filters: Filters) -> edge.Filter:
    groups = conditions_of(filters)
    return edge.Filter(
        must=[edge.Filter(should=[_edge_condition(one) for one in group]) for group in groups],
        must_not=[_edge_condition(one) for one in excluded_by(filters)],
    )


def _edge_condition(condition: Condition) -> edge.FieldCondition | edge.Filter:
    key, values = condition.key, condition.values
    if condition.test == "any":
        return edge.FieldCondition(key=key, match=edge.MatchAny(list(values)))
    if condition.test == "phrase":
        return edge.FieldCondition(key=key, match=edge.MatchPhrase(values[0]))
    if condition.test == "range":
        bounds = edge.RangeDateTime(gte=values[0] or None, lt=values[1] or None)
        return edge.FieldCondition(key=key, range=bounds)
    if condition.test == "begins":
        document, first, last = values
        within = edge.FieldCondition(key="document_id", match=edge.MatchValue(document))
        place = edge.RangeFloat(gte=float(first), lte=float(last))
        return edge.Filter(must=[within, edge.FieldCondition(key=key, range=place)])
    matches = [edge.FieldCondition(key=key, match=edge.MatchValue(value)) for value in values]
    return edge.Filter(must=list(matches))
