"""The vectors of a passage's sentences, kept beside it: a quote is chosen without embedding anew.

Embedding the sentences of eight passages takes ten times as long as all the rest of a search. They
are kept as whole numbers of one byte: 384 bytes a sentence, and the cosine with what they were
differs in the fourth place. Pure.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

import numpy as np

from corpus.types import Passage
from index.embed import Vectors
from index.passages import sentence_spans

_MOST = 127


def sentences_of(content: str, passage: Passage) -> list[str]:
    """Return the sentences of a passage as the text it stands in has them."""
    return [span.of(content) for span in sentence_spans(content, passage.span)]


def pack(vectors: Vectors) -> str:
    """Return unit vectors, one a row, as text."""
    rows = np.asarray(vectors, dtype=np.float32)
    highest = np.maximum(np.abs(rows).max(axis=1, keepdims=True, initial=0.0), 1e-12)
    whole = np.rint(rows * (_MOST / highest)).astype(np.int8)
    return base64.b64encode(whole.tobytes()).decode("ascii")


def unpack(packed: str, size: int) -> Vectors | None:
    """Return what was packed, as unit vectors of `size` numbers; None when it is nothing such."""
    try:
        whole = np.frombuffer(base64.b64decode(packed, validate=True), dtype=np.int8)
    except (binascii.Error, ValueError):
        return None
    if not whole.size or whole.size % size:
        return None
    rows = whole.reshape(-1, size).astype(np.float32)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-12), dtype=np.float32)


def unpacked(packed: str | None, spans: Sequence[object], size: int) -> Vectors | None:
    """Return the vectors of `spans`, or None when what is kept is not theirs."""
    vectors = unpack(packed, size) if packed else None
    return vectors if vectors is not None and len(vectors) == len(spans) else None
