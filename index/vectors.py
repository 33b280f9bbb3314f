"""What a vector store does, and the embedded one. The one door to Qdrant Edge.

Every passage is a point: a dense vector, a BM25 sparse vector and a payload that holds the whole
passage and a key for every filter. The embedded store keeps one Qdrant Edge shard a generation
(`generations.py`); `server.py` does the same over a Qdrant server. All stores give the same
answers to the same questions: one contract test holds them to it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import qdrant_edge as edge
from numpy.typing import NDArray

from corpus.errors import IndexOutOfDateError, VectorIndexError
from corpus.types import Certainty, DocumentKind, Manner, Passage, Span
from index.filters import Condition, Filters, conditions_of, instant, name_words
from index.generations import Generations, Manifest

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]  # one a row
T = TypeVar("T")

DENSE, SPARSE = "dense", "sparse"
KEYWORDS = (  # payload keys with an index: one for every filter and every list of choices
    "document_id",
    "person_id",
    "speaker",
    "speaker_words",
    "roles",
    "source_id",
    "sources",
    "show",
    "kind",
    "manner",
    "turn_kind",
    "certainty",
    "year",
    "topics",
    "terms",
    "incidents",
    "rules",
)
DATETIMES = ("published",)
CANDIDATES = 60  # passages each of the two searches hands to the fusion
RRF_K = 60  # the usual constant of reciprocal rank fusion
_BATCH = 512
_AVERAGE_LENGTH = 60.0  # BM25: words of an average passage
_OPEN_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A passage that a search found, and how well."""

    passage: Passage
    cosine: float  # likeness of meaning to the question, -1..1
    lexical: float  # BM25 score; 0 when it was not among the best by words
    score: float  # both ranks fused


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedDocument:
    """A document ready for the index: its passages and, row by row, their vectors."""

    id: str
    fingerprint: str
    passages: Sequence[Passage]
    vectors: Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new generation does besides taking in documents."""

    embedder: str  # name of the very weights the vectors were made with
    size: int  # numbers in a vector
    removed: Collection[str] = ()  # document ids
    fresh: bool = False  # start from nothing instead of from the generation in force
    vocabulary: str = ""  # version of the topics the passages are tagged with


class VectorStore(Protocol):
    """Where passages are kept and found."""

    def manifest(self) -> Manifest | None:
        """Return what the generation in force holds, or None before the first."""

    def search(self, vector: Vector, text: str, filters: Filters, limit: int) -> list[Found]:
        """Return the passages nearest in meaning (`vector`) and words (`text`), best first."""

    def publish(self, documents: Iterable[IndexedDocument], change: Change) -> Manifest:
        """Take in or replace `documents`, remove others; return what is then in force."""

    def count(self) -> int:
        """Return how many passages there are."""

    def facet(self, key: str, filters: Filters | None = None) -> dict[str, int]:
        """Return the values of one of `KEYWORDS` with their numbers of passages, most first."""

    def select(self, filters: Filters, limit: int) -> list[Passage]:
        """Return up to `limit` passages that are as `filters` say, newest first, undated last."""

    def embedded(self, document_id: str) -> dict[str, Vector]:
        """Return the vectors that a document's passages have now, by their words."""

    def close(self) -> None:
        """Let go of what is open."""


# ── what both stores share ───────────────────────────────────────────────────────────────────


def payload_of(passage: Passage) -> dict[str, Any]:
    """Return everything of `passage`, and the keys that filters look at."""
    payload = {
        "document_id": passage.document_id,
        "revision": passage.revision,
        "start": passage.span.start,
        "end": passage.span.end,
        "content": passage.content,
        "person_id": passage.person_id,
        "speaker": passage.speaker,
        "speaker_words": name_words(passage.speaker),
        "roles": list(passage.roles),
        "manner": passage.manner.value,
        "kind": passage.kind.value,
        "source_id": passage.source_id,
        "show": passage.show,
        "sources": [passage.source_id.casefold(), passage.show.casefold().strip()],
        "title": passage.title,
        "published": instant(passage.published) or None,
        # a word, not a truth value: Qdrant Edge 0.9.0 finds nothing for `false`
        "turn_kind": "advertisement" if passage.advertisement else "speech",
        "start_time": passage.start_time,
        "end_time": passage.end_time,
        "topics": list(passage.topics),
        "terms": list(passage.terms),
        "incidents": list(passage.incidents),
        "rules": list(passage.rules),
        "year": str(passage.published.year) if passage.published else None,
        "certainty": passage.certainty.value,
        "corrected": passage.corrected or None,
    }
    return {key: value for key, value in payload.items() if value is not None}


def passage_of(point_id: str, payload: Mapping[str, Any]) -> Passage:
    """Return the passage whose payload this is."""
    return Passage(
        id=point_id,
        document_id=payload["document_id"],
        revision=payload["revision"],
        span=Span(payload["start"], payload["end"]),
        content=payload["content"],
        person_id=payload.get("person_id"),
        speaker=payload["speaker"],
        roles=tuple(payload["roles"]),
        manner=Manner(payload["manner"]),
        kind=DocumentKind(payload["kind"]),
        source_id=payload["source_id"],
        show=payload["show"],
        title=payload["title"],
        published=datetime.fromisoformat(at) if (at := payload.get("published")) else None,
        advertisement=payload["turn_kind"] == "advertisement",
        start_time=payload.get("start_time"),
        end_time=payload.get("end_time"),
        topics=tuple(payload["topics"]),
        terms=tuple(payload["terms"]),
        incidents=tuple(payload.get("incidents", ())),
        rules=tuple(payload.get("rules", ())),
        certainty=Certainty(payload.get("certainty", Certainty.PUBLISHER)),
        corrected=payload.get("corrected", False),
    )


def words_of(text: str) -> tuple[list[int], list[float]]:
    """Return the BM25 weights of a passage's words as a sparse vector."""
    made = _bm25().embed_document(text)
    return list(made.indices), list(made.values)


def words_asked(text: str) -> tuple[list[int], list[float]]:
    """Return a question's words as a sparse vector; empty when all are stop words."""
    made = _bm25().embed_query(text)
    return list(made.indices), list(made.values)


def in_order(found: Iterable[Found], limit: int) -> list[Found]:
    """Return the best `limit` of the engine's candidates, in the order of their fused ranks.

    The engine breaks ties by accident, and two engines by two accidents: here equals share a
    rank, and passages of equal score stand in the order of their ids.
    """
    candidates = list(found)
    nearest = _ranks([round(one.cosine, 5) for one in candidates])
    worded = _ranks([round(one.lexical, 4) for one in candidates])
    scored = [
        replace(
            one,
            score=1 / (RRF_K + nearest[round(one.cosine, 5)])
            + (1 / (RRF_K + worded[round(one.lexical, 4)]) if one.lexical else 0.0),
        )
        for one in candidates
    ]
    return sorted(scored, key=lambda one: (-one.score, one.passage.id))[:limit]


def _ranks(values: list[float]) -> dict[float, int]:
    return {value: rank for rank, value in reversed([*enumerate(sorted(values, reverse=True))])}


def refuse_other_model(before: Manifest, change: Change) -> None:
    """Raise IndexOutOfDateError when `change` brings vectors of another model."""
    if (before.embedder, before.size) != (change.embedder, change.size):
        cause = f"made with {before.embedder}, not {change.embedder}"
        raise IndexOutOfDateError(cause=cause, remedy="onrecord index --rebuild")


def next_manifest(
    before: Manifest | None, change: Change, taken: Mapping[str, str], passages: int
) -> Manifest:
    """Return the manifest after `change` took in the documents `taken` (id → fingerprint)."""
    documents = dict(before.documents) if before else {}
    for document_id in change.removed:
        documents.pop(document_id, None)
    return Manifest(
        embedder=change.embedder,
        size=change.size,
        vocabulary=change.vocabulary,
        documents={**documents, **taken},
        passages=passages,
        generation=before.generation if before else "",
    )


def in_date_order(passages: Iterable[Passage]) -> list[Passage]:
    """Return `passages` newest first, undated last; of one day in the order of their ids."""
    never = datetime.min.replace(tzinfo=UTC)
    by_id = sorted(passages, key=lambda one: one.id)
    return sorted(by_id, key=lambda one: one.published or never, reverse=True)


@lru_cache(maxsize=1)
def _bm25() -> edge.Bm25:
    return edge.Bm25(edge.Bm25Config(avg_len=_AVERAGE_LENGTH, language="english"))


def batched(things: Iterable[T], most: int) -> Iterator[list[T]]:
    """Return `things` in lists of at most `most` (itertools has it from Python 3.12)."""
    rest = iter(things)
    while some := list(islice(rest, most)):
        yield some


# ── the embedded store ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Reader:
    pointer: str
    shard: edge.EdgeShard
    manifest: Manifest


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

    def search(self, vector: Vector, text: str, filters: Filters, limit: int) -> list[Found]:
        """Return the passages nearest in meaning (`vector`) and words (`text`), best first."""
        reader = self._reader()
        if reader is None:
            return []
        wanted = _edge_filter(filters)
        by_meaning = edge.Query.Nearest([float(x) for x in vector], using=DENSE)
        indices, values = words_asked(text)
        by_words = edge.Query.Nearest(edge.SparseVector(indices, values), using=SPARSE)
        queries = [by_meaning, by_words] if indices else [by_meaning]
        width = max(CANDIDATES, limit)
        fused = edge.QueryRequest(
            limit=width,
            query=edge.Fusion.Rrf(k=RRF_K),  # type: ignore[arg-type]  # its stub forgets
            prefetches=[edge.Prefetch(limit=width, query=q, filter=wanted) for q in queries],
            with_payload=True,
            with_vector=[DENSE],
        )
        lexical = [edge.QueryRequest(limit=width, query=q, filter=wanted) for q in queries[1:]]
        with _translated(reader.manifest.generation):
            points, *worded = reader.shard.query_batch(edge.QueryBatchRequest([fused, *lexical]))
        return in_order(found_points(points, worded[0] if worded else [], vector), limit)

    def publish(self, documents: Iterable[IndexedDocument], change: Change) -> Manifest:
        """Publish a new generation; a crash at any point leaves the one in force.

        Raises:
            LockedError: another writer did not end within a minute.
            VectorIndexError: the engine or the disk refused.
        """
        with _translated(str(self._generations.folder)), self._generations.writing():
            before = self._before(change)
            name, data = self._generations.start(base=before.generation if before else None)
            shard = edge.EdgeShard.load(str(data)) if before else _create(data, change.size)
            _delete(shard, change.removed)
            taken = {}
            for document in documents:
                _replace(shard, document)
                taken[document.id] = document.fingerprint
            passages = shard.count(edge.CountRequest())
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
        wanted = _edge_filter(filters) if filters else None
        with _translated(reader.manifest.generation):
            request = edge.FacetRequest(key, limit=1_000_000, exact=True, filter=wanted)
            found = {str(hit.value): int(hit.count) for hit in reader.shard.facet(request)}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

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
                limit=limit, filter=wanted, order_by=newest, with_payload=True
            )
            points = list(reader.shard.scroll(dated)[0])
            if len(points) < limit:
                rest = edge.ScrollRequest(
                    limit=limit - len(points), filter=undated, with_payload=True
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
                    with_payload=True,
                    with_vector=[DENSE],
                )
                points, after = reader.shard.scroll(request)
                known |= vectors_by_words(points)
                if after is None:
                    return known

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


def vectors_by_words(points: Iterable[Any]) -> dict[str, Vector]:
    """Return the dense vectors of an engine's points, by the words they were made of."""
    return {
        point.payload["content"]: np.asarray(point.vector[DENSE], dtype=np.float32)
        for point in points
    }


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


def _create(data: Path, size: int) -> edge.EdgeShard:
    config = edge.EdgeConfig(
        vectors={DENSE: edge.EdgeVectorParams(size=size, distance=edge.Distance.Cosine)},
        sparse_vectors={SPARSE: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        # With the log on only one process could open the folder; `flush` makes it durable.
        wal_enabled=False,
    )
    shard = edge.EdgeShard.create(str(data), config)
    # No text index for phrases: it costs half a second at every opening of 20,000 passages,
    # looking through the filtered ones costs a tenth once somebody asks for a phrase.
    schemas = dict.fromkeys(KEYWORDS, edge.PayloadSchemaType.Keyword)
    schemas |= dict.fromkeys(DATETIMES, edge.PayloadSchemaType.Datetime)
    for key, schema in schemas.items():
        shard.update(edge.UpdateOperation.create_field_index(key, schema))
    return shard


def _delete(shard: edge.EdgeShard, document_ids: Iterable[str]) -> None:
    for some in batched(document_ids, _BATCH):
        match = edge.FieldCondition(key="document_id", match=edge.MatchAny(some))
        where = edge.Filter(must=[match])
        shard.update(edge.UpdateOperation.delete_points_by_filter(where))


def _replace(shard: edge.EdgeShard, document: IndexedDocument) -> None:
    _delete(shard, [document.id])
    rows = zip(document.passages, document.vectors, strict=True)
    for some in batched(rows, _BATCH):
        shard.update(edge.UpdateOperation.upsert_points([_point(*row) for row in some]))


def _point(passage: Passage, vector: Vector) -> edge.Point:
    sparse = edge.SparseVector(*words_of(passage.content))
    return edge.Point(passage.id, {DENSE: vector.tolist(), SPARSE: sparse}, payload_of(passage))


def found_points(points: Iterable[Any], worded: Iterable[Any], vector: Vector) -> Iterator[Found]:
    """Yield what an engine found: `points` fused, `worded` the same query by words alone."""
    lexical = {str(point.id): float(point.score) for point in worded}
    for point in points:
        yield Found(
            passage=passage_of(str(point.id), point.payload),
            cosine=float(np.dot(np.asarray(point.vector[DENSE], dtype=np.float32), vector)),
            lexical=lexical.get(str(point.id), 0.0),
            score=float(point.score),
        )


def _edge_filter(filters: Filters) -> edge.Filter:
    groups = conditions_of(filters)
    return edge.Filter(
        must=[edge.Filter(should=[_edge_condition(one) for one in group]) for group in groups]
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
    matches = [edge.FieldCondition(key=key, match=edge.MatchValue(value)) for value in values]
    return edge.Filter(must=list(matches))
