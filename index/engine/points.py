"""What is kept of a passage in any vector store, and what every store does alike. Pure.

Every passage is a point: a dense vector, a BM25 sparse vector (`bm25.py`) and a payload that holds
the whole passage and a key for every filter. `vectors.py` keeps points in this process,
`server.py` on a Qdrant server. All stores give the same answers to the same questions: one
contract test holds them to it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from corpus.errors import IndexOutOfDateError
from corpus.types import Certainty, DocumentKind, Manner, Passage, Span
from index.engine.generations import Manifest
from index.filters import Filters, instant, name_words

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]  # one a row
T = TypeVar("T")

DENSE, SPARSE = "dense", "sparse"
SENTENCES = "sentences"  # payload key, large, and needed of the few passages that are quoted
KEYWORDS = (  # payload keys with an index: one for every filter and every list of choices
    "document_id",
    "person_id",
    "speaker_words",
    "roles",
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
PLACES = ("start",)  # characters; without an index every passage of a document is read for one
CANDIDATES = 60  # passages each of the two searches hands to the fusion
RRF_K = 60  # the usual constant of reciprocal rank fusion


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
    sentences: Sequence[str] = ()  # one a passage, packed (`sentences.py`); none: not kept

    def rows(self) -> Iterator[tuple[Passage, Vector, str]]:
        """Return each passage with its vector and its packed sentences, "" where there are none."""
        packed = self.sentences or ("",) * len(self.passages)
        return zip(self.passages, self.vectors, packed, strict=True)


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

    def search(
        self,
        vector: Vector,
        text: str,
        filters: Filters,
        limit: int,
        *,
        worth_reading: Callable[[str], bool] | None = None,
    ) -> list[Found]:
        """Return the passages nearest in meaning (`vector`) and words (`text`), best first.

        Args:
            vector: the question's.
            text: the question.
            filters: what a passage must be.
            limit: how many at most.
            worth_reading: told the words of each of them: the others of these are left out.
        """

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

    def sentences(self, passage_ids: Sequence[str]) -> dict[str, str]:
        """Return the packed sentences of passages, by id; those without any are left out."""

    def drop_older(self) -> None:
        """Remove every generation but the one in force: no byte of what they held stays."""

    def close(self) -> None:
        """Let go of what is open."""


def payload_of(passage: Passage, packed: str = "") -> dict[str, Any]:
    """Return everything of `passage`, and the keys that filters look at."""
    payload = {
        SENTENCES: packed or None,
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
        "seam": passage.seam or None,
    }
    return {key: value for key, value in payload.items() if value is not None}


# A question reads hundreds of passages: asking an enumeration takes longer than looking up.
_MANNERS = {one.value: one for one in Manner}
_KINDS = {one.value: one for one in DocumentKind}
_CERTAINTIES = {one.value: one for one in Certainty}


@lru_cache(maxsize=4096)
def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


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
        manner=_MANNERS[payload["manner"]],
        kind=_KINDS[payload["kind"]],
        source_id=payload["source_id"],
        show=payload["show"],
        title=payload["title"],
        published=_moment(at) if (at := payload.get("published")) else None,
        advertisement=payload["turn_kind"] == "advertisement",
        start_time=payload.get("start_time"),
        end_time=payload.get("end_time"),
        topics=tuple(payload["topics"]),
        terms=tuple(payload["terms"]),
        incidents=tuple(payload.get("incidents", ())),
        rules=tuple(payload.get("rules", ())),
        certainty=_CERTAINTIES[payload.get("certainty", Certainty.PUBLISHER)],
        corrected=payload.get("corrected", False),
        seam=payload.get("seam", ""),
    )


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


def batched(things: Iterable[T], most: int) -> Iterator[list[T]]:
    """Return `things` in lists of at most `most` (itertools has it from Python 3.12)."""
    rest = iter(things)
    while some := list(islice(rest, most)):
        yield some


def vectors_by_words(points: Iterable[Any]) -> dict[str, Vector]:
    """Return the dense vectors of an engine's points, by the words they were made of."""
    return {
        point.payload["content"]: np.asarray(point.vector[DENSE], dtype=np.float32)
        for point in points
    }


def worth(points: Iterable[Any], worth_reading: Callable[[str], bool]) -> list[str]:
    """Return the ids of those of an engine's points whose words are worth reading."""
    contents = ((str(point.id), (point.payload or {})["content"]) for point in points)
    return [point_id for point_id, content in contents if worth_reading(content)]


def packed_sentences(points: Iterable[Any]) -> dict[str, str]:
    """Return the packed sentences of an engine's points, by id."""
    held = ((str(point.id), (point.payload or {}).get(SENTENCES)) for point in points)
    return {point_id: packed for point_id, packed in held if packed}


@dataclass(slots=True)
class Shortlist:
    """The best of what two searches found, by id: one by meaning, one by words.

    The engines can fuse as well, but then they search twice: the scores of both are needed.

    Attributes:
        ids: the best by reciprocal rank fusion.
        lexical: BM25 scores of those found by words.
        cosines: of those found by meaning; `measure` adds the others.
    """

    ids: list[str]
    lexical: dict[str, float]
    cosines: dict[str, float]

    @classmethod
    def of(cls, near: Sequence[Any], worded: Sequence[Any], width: int) -> Shortlist:
        """Return the best `width` of an engine's scored points, each search's best first."""
        cosines = {str(point.id): point.score for point in near}
        lexical = {str(point.id): point.score for point in worded}
        scores: dict[str, float] = {}
        for found in (cosines, lexical):
            for place, point_id in enumerate(found):
                scores[point_id] = scores.get(point_id, 0.0) + 1 / (RRF_K + place)
        best = sorted(scores, key=lambda each: (-scores[each], each))[:width]
        return cls(best, lexical, cosines)

    @property
    def unmeasured(self) -> list[str]:
        """Those found by words only: how like the question they are is not known yet."""
        return [each for each in self.ids if each not in self.cosines]

    def measure(self, points: Iterable[Any], vector: Vector) -> None:
        """Take the cosines of an engine's points, with their dense vectors, to the question's."""
        for point in points:
            own = np.asarray(point.vector[DENSE], dtype=np.float32)
            self.cosines[str(point.id)] = float(np.dot(own, vector))

    def best(self, limit: int) -> list[tuple[str, float]]:
        """Return the best `limit` with their scores, in the order of their fused ranks.

        The engine breaks ties by accident, and two engines by two accidents: here equals share a
        rank, and passages of equal score stand in the order of their ids. One that was deleted
        while it was measured is left out.
        """
        measured = [each for each in self.ids if each in self.cosines]
        likeness = [round(self.cosines[each], 5) for each in measured]
        words = [round(self.lexical.get(each, 0.0), 4) for each in measured]
        nearest, worded = _ranks(likeness), _ranks(words)
        scored = [
            (each, 1 / (RRF_K + nearest[like]) + (1 / (RRF_K + worded[said]) if said else 0.0))
            for each, like, said in zip(measured, likeness, words, strict=True)
        ]
        return sorted(scored, key=lambda one: (-one[1], one[0]))[:limit]

    def found(self, best: Iterable[tuple[str, float]], points: Iterable[Any]) -> list[Found]:
        """Return those of the `best` that are among an engine's points with their payload."""
        payloads = {str(point.id): point.payload for point in points}
        return [
            Found(
                passage=passage_of(each, payloads[each]),
                cosine=self.cosines[each],
                lexical=self.lexical.get(each, 0.0),
                score=score,
            )
            for each, score in best
            if each in payloads
        ]


def _ranks(values: list[float]) -> dict[float, int]:
    return {value: rank for rank, value in reversed([*enumerate(sorted(values, reverse=True))])}
