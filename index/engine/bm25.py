"""Words as BM25 sees them: stems with weights, as sparse vectors."""

from __future__ import annotations

from functools import lru_cache

import qdrant_edge as edge

_AVERAGE_LENGTH = 60.0  # words of an average passage


@lru_cache(maxsize=2048)  # ranking a passage asks for its words in several places
def stems_of(text: str) -> frozenset[int]:
    """Return the numbers of the stems of a passage's words."""
    return frozenset(_bm25().embed_document(text).indices)


def words_of(text: str) -> tuple[list[int], list[float]]:
    """Return the BM25 weights of a passage's words as a sparse vector."""
    made = _bm25().embed_document(text)
    return list(made.indices), list(made.values)


def words_asked(text: str) -> tuple[list[int], list[float]]:
    """Return a question's words as a sparse vector; empty when all are stop words."""
    made = _bm25().embed_query(text)
    return list(made.indices), list(made.values)


@lru_cache(maxsize=1)
def _bm25() -> edge.Bm25:
    return edge.Bm25(edge.Bm25Config(avg_len=_AVERAGE_LENGTH, language="english"))
