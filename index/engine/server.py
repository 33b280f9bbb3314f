"""The vector store on a Qdrant server or cluster. The one door to qdrant-client.

Where several machines answer, or the archive outgrows one. The same passages, payloads and
questions as the embedded store, so the same answers. A change is applied in place, a document at
a time: a reader may see a new episode before the next one, and the manifest is written last, so
that an interrupted change is simply made again. A rebuild fills a collection of its own and then
switches an alias: readers go from all of the old to all of the new.
"""

from __future__ import annotations

import contextlib
import json
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException

from corpus.errors import IndexOutOfDateError, VectorIndexError
from corpus.settings import Settings
from corpus.types import Passage
from index.engine.bm25 import words_asked, words_of
from index.engine.generations import Manifest
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

_BATCH = 256
_MANIFEST = str(uuid.uuid5(uuid.NAMESPACE_URL, "onrecord:manifest"))
_TIMEOUT = 60  # seconds


class ServerStore:
    """One collection on a server, found through an alias.

    Args:
        client: connected; an in-process one (`QdrantClient(":memory:")`) works the same.
        collection: name of the alias; collections are called `NAME-0000001` and so on.
        shards: of a collection made here.
        replicas: of each shard.
        indexed: make payload indexes (the in-process engine has none).
    """

    def __init__(
        self,
        client: QdrantClient,
        collection: str,
        *,
        shards: int = 1,
        replicas: int = 1,
        indexed: bool = True,
    ) -> None:
        self._client = client
        self._alias = collection
        self._shards, self._replicas = shards, replicas
        self._indexed = indexed

    def manifest(self) -> Manifest | None:
        """Return what is in force, or None before the first.

        Raises:
            IndexOutOfDateError: the collection was not made by this program.
        """
        name = self._current()
        return self._read_manifest(name) if name else None

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
        name = self._current()
        if name is None:
            return []
        wanted = _filter(filters)
        indices, values = words_asked(text)
        sparse = models.SparseVector(indices=indices, values=values)
        width = max(CANDIDATES, limit)
        near = models.QueryRequest(
            query=[float(x) for x in vector],
            using=DENSE,
            filter=wanted,
            limit=width,
            with_payload=False,
        )
        worded = models.QueryRequest(
            query=sparse, using=SPARSE, filter=wanted, limit=width, with_payload=False
        )
        with _translated(self._alias):
            answers = self._client.query_batch_points(
                name, requests=[near, worded] if indices else [near]
            )
            found = [*(answer.points for answer in answers), []]
            shortlist = Shortlist.of(found[0], found[1], width)
            if unmeasured := shortlist.unmeasured:
                measured = self._client.retrieve(
                    name, unmeasured, with_payload=False, with_vectors=[DENSE]
                )
                shortlist.measure(measured, vector)
            best = shortlist.best(limit)
            ids = [each for each, _ in best]
            if worth_reading:
                words = self._client.retrieve(name, ids, with_payload=["content"])
                ids = worth(words, worth_reading)
            points = self._client.retrieve(name, ids, with_payload=_SMALL) if ids else []
        return shortlist.found(best, points)

    def publish(self, documents: Iterable[IndexedDocument], change: Change) -> Manifest:
        """Take in or replace `documents`, remove others; return what is then in force.

        Raises:
            VectorIndexError: the server cannot be reached or refused.
        """
        with _translated(self._alias):
            old = self._current()
            before = None if change.fresh or old is None else self._read_manifest(old)
            if before:
                refuse_other_model(before, change)
            name = old if before and old else self._create(old, change.size)
            self._delete(name, change.removed)
            taken = {}
            for document in documents:
                self._replace(name, document)
                taken[document.id] = document.fingerprint
            manifest = next_manifest(before, change, taken, self._count(name))
            manifest = self._write_manifest(name, manifest)
            if name != old:
                self._switch(old, name)
            return manifest

    def count(self) -> int:
        """Return how many passages there are."""
        name = self._current()
        with _translated(self._alias):
            return self._count(name) if name else 0

    def facet(self, key: str, filters: Filters | None = None) -> dict[str, int]:
        """Return the values of one of `KEYWORDS` with their numbers of passages, most first."""
        name = self._current()
        if name is None:
            return {}
        with _translated(self._alias):
            wanted = _filter(filters) if filters else _PASSAGES
            answer = self._client.facet(
                name, key=key, limit=100_000, exact=True, facet_filter=wanted
            )
        found = {str(hit.value): int(hit.count) for hit in answer.hits}
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def select(self, filters: Filters, limit: int) -> list[Passage]:
        """Return up to `limit` passages that are as `filters` say, newest first, undated last."""
        name = self._current()
        if name is None or limit < 1:
            return []
        wanted = models.Filter(must=[_PASSAGES, _filter(filters)])
        newest = models.OrderBy(key="published", direction=models.Direction.DESC)
        undated = models.Filter(
            must=[wanted, models.IsEmptyCondition(is_empty=models.PayloadField(key="published"))]
        )
        with _translated(self._alias):
            points = self._client.scroll(
                name, wanted, limit=limit, order_by=newest, with_payload=_SMALL
            )[0]
            if len(points) < limit:
                points += self._client.scroll(
                    name, undated, limit=limit - len(points), with_payload=_SMALL
                )[0]
        return in_date_order(passage_of(str(one.id), one.payload or {}) for one in points)

    def embedded(self, document_id: str) -> dict[str, Vector]:
        """Return the vectors that a document's passages have now, by their words."""
        name = self._current()
        if name is None:
            return {}
        known: dict[str, Vector] = {}
        match, after = models.Filter(must=[_any("document_id", [document_id])]), None
        with _translated(self._alias):
            while True:
                points, after = self._client.scroll(
                    name, match, limit=_BATCH, offset=after, with_vectors=[DENSE]
                )
                known |= vectors_by_words(points)
                if after is None:
                    return known

    def sentences(self, passage_ids: Sequence[str]) -> dict[str, str]:
        """Return the packed sentences of passages, by id; those without any are left out."""
        name = self._current()
        if name is None or not passage_ids:
            return {}
        with _translated(self._alias):
            points = self._client.retrieve(name, list(passage_ids), with_payload=[SENTENCES])
        return packed_sentences(points)

    def drop_older(self) -> None:
        """Nothing to do: an older collection goes as soon as the alias leads to the new one."""

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _current(self) -> str | None:
        with _translated(self._alias):
            aliases = self._client.get_aliases().aliases
        found = (one.collection_name for one in aliases if one.alias_name == self._alias)
        return next(found, None)

    def _read_manifest(self, name: str) -> Manifest:
        with _translated(self._alias):
            points = self._client.retrieve(name, ids=[_MANIFEST], with_payload=True)
        try:
            payload = points[0].payload or {}
            return Manifest(**json.loads(payload["manifest"]))
        except (IndexError, KeyError, TypeError, ValueError) as error:
            remedy = "onrecord index --rebuild"
            raise IndexOutOfDateError(name, cause="it has no manifest", remedy=remedy) from error

    def _write_manifest(self, name: str, manifest: Manifest) -> Manifest:
        """Write the manifest as a point that no search finds: it has no vectors."""
        number = int(manifest.generation or "0") + 1
        written = replace(manifest, generation=str(number), created=datetime.now(UTC).isoformat())
        payload = {"manifest": json.dumps(asdict(written))}
        point = models.PointStruct(id=_MANIFEST, vector={}, payload=payload)
        self._client.upsert(name, points=[point], wait=True)
        return written

    def _create(self, old: str | None, size: int) -> str:
        number = int(match.group(1)) if old and (match := re.search(r"-(\d+)$", old)) else 0
        name = f"{self._alias}-{number + 1:07d}"
        if self._client.collection_exists(name):  # a rebuild that died
            self._client.delete_collection(name)
        self._client.create_collection(
            name,
            vectors_config={DENSE: models.VectorParams(size=size, distance=models.Distance.COSINE)},
            sparse_vectors_config={SPARSE: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            shard_number=self._shards,
            replication_factor=self._replicas,
        )
        if self._indexed:
            self._create_indexes(name)
        return name

    def _create_indexes(self, name: str) -> None:
        schemas: dict[str, Any] = dict.fromkeys(KEYWORDS, models.PayloadSchemaType.KEYWORD)
        schemas |= dict.fromkeys(DATETIMES, models.PayloadSchemaType.DATETIME)
        schemas |= dict.fromkeys(PLACES, models.PayloadSchemaType.INTEGER)
        schemas["content"] = schemas["seam"] = models.TextIndexParams(
            type=models.TextIndexType.TEXT,
            tokenizer=models.TokenizerType.WORD,
            lowercase=True,
            phrase_matching=True,
        )
        for key, schema in schemas.items():
            self._client.create_payload_index(name, key, field_schema=schema, wait=True)

    def _switch(self, old: str | None, new: str) -> None:
        """Point the alias at `new` in one step, then drop the old collection."""
        create = models.CreateAlias(collection_name=new, alias_name=self._alias)
        delete = models.DeleteAlias(alias_name=self._alias)
        steps: list[Any] = [models.DeleteAliasOperation(delete_alias=delete)] if old else []
        steps.append(models.CreateAliasOperation(create_alias=create))
        self._client.update_collection_aliases(change_aliases_operations=steps)
        if old:
            self._client.delete_collection(old)

    def _count(self, name: str) -> int:
        return int(self._client.count(name, count_filter=_PASSAGES, exact=True).count)

    def _delete(self, name: str, document_ids: Iterable[str]) -> None:
        for some in batched(document_ids, _BATCH):
            where = models.Filter(must=[_any("document_id", some)])
            self._client.delete(name, points_selector=where, wait=True)

    def _replace(self, name: str, document: IndexedDocument) -> None:
        """Put the new passages in first, so that a document is never away."""
        points = [
            models.PointStruct(
                id=passage.id,
                vector={DENSE: vector.tolist(), SPARSE: _sparse(passage.content)},
                payload=payload_of(passage, packed),
            )
            for passage, vector, packed in document.rows()
        ]
        for some in batched(points, _BATCH):
            self._client.upsert(name, points=some, wait=True)
        new = models.HasIdCondition(has_id=[point.id for point in points])
        others = models.Filter(must=[_any("document_id", [document.id])], must_not=[new])
        self._client.delete(name, points_selector=others, wait=True)


def open_server_store(settings: Settings) -> ServerStore:
    """Return the store on the server that the settings name.

    Raises:
        VectorIndexError: the address cannot be used.
    """
    url = settings.qdrant_url or ""
    with _translated(url):
        client = QdrantClient(
            url=url,
            api_key=settings.qdrant_api_key,
            timeout=_TIMEOUT,
            check_compatibility=False,  # it would warn, in a thread, of a server that is away
        )
    return ServerStore(
        client,
        settings.qdrant_collection,
        shards=settings.qdrant_shards,
        replicas=settings.qdrant_replicas,
    )


def _any(key: str, values: Iterable[str]) -> models.FieldCondition:
    return models.FieldCondition(key=key, match=models.MatchAny(any=list(values)))


# All of a passage but its sentences, which are many and large.
_SMALL = models.PayloadSelectorExclude(exclude=[SENTENCES])
# The manifest is a point too, without a kind of turn.
_PASSAGES = models.Filter(must=[_any("turn_kind", ("speech", "advertisement"))])


@contextlib.contextmanager
def _translated(subject: str) -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except (ApiException, OSError, ValueError) as error:
        remedy = "see that the Qdrant server runs and ONRECORD_QDRANT_URL is right"
        raise VectorIndexError(subject, cause=str(error)[:300], remedy=remedy) from error


def _sparse(text: str) -> models.SparseVector:
    indices, values = words_of(text)
    return models.SparseVector(indices=indices, values=values)


def _filter(filters: Filters) -> models.Filter:
    groups = [*conditions_of(filters), [Condition("turn_kind", "any", ("speech", "advertisement"))]]
    return models.Filter(
        must=[models.Filter(should=[_condition(one) for one in group]) for group in groups],
        must_not=[_condition(one) for one in excluded_by(filters)],
    )


def _condition(condition: Condition) -> models.FieldCondition | models.Filter:
    key, values = condition.key, condition.values
    if condition.test == "any":
        return _any(key, values)
    if condition.test == "phrase":
        return models.FieldCondition(key=key, match=models.MatchPhrase(phrase=values[0]))
    if condition.test == "range":
        bounds = models.DatetimeRange(gte=_moment(values[0]), lt=_moment(values[1]))
        return models.FieldCondition(key=key, range=bounds)
    if condition.test == "begins":
        document, first, last = values
        place = models.Range(gte=float(first), lte=float(last))
        return models.Filter(
            must=[_any("document_id", [document]), models.FieldCondition(key=key, range=place)]
        )
    return models.Filter(
        must=[models.FieldCondition(key=key, match=models.MatchValue(value=one)) for one in values]
    )


def _moment(instant: str) -> datetime | None:
    return datetime.fromisoformat(instant) if instant else None
