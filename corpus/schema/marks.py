"""A text as a row: what stands beside its words, packed. No statements.

The packed marks carry the digest of the words, so that a changed letter can be told from one that
was printed so; what is packed carries a checksum of its own.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from corpus.schema.codecs import decode, encode, to_json
from corpus.types import Aside, Span, Text, Timing, Turn

Marks = Mapping[str, list[Any]]  # "turns", "timings" and "asides", as JSON has them


def pack_marks(text: Text) -> bytes:
    """Return turns, timings and asides as one compressed document; a timing is a list."""
    timings = [_pack_timing(timing) for timing in text.timings]
    marks = {"turns": encode(text.turns), "timings": timings, "asides": encode(text.asides)}
    marks["words"] = _digest(text.content)
    return zlib.compress(to_json(marks).encode("ascii"), 1)


def text_of(row: Mapping[Any, Any]) -> Text:
    """Return the text that `row` holds, equal to the one that was saved."""
    return text_from(row, marks_of(row))


def marks_of(row: Mapping[Any, Any]) -> Marks:
    """Return turns, timings and asides of a row as they are stored, in order; not decoded yet."""
    marks: dict[str, list[Any]] = json.loads(zlib.decompress(row["marks"]))
    return {"turns": marks["turns"], "timings": marks["timings"], "asides": marks.get("asides", [])}


def marks_touching(marks: Marks, around: Sequence[Span]) -> Marks:
    """Return those of stored turns, timings and asides that have a character in `around`."""
    places = sorted((span.start, span.end) for span in around)
    return {
        "turns": _touching(marks["turns"], places, lambda each: each["span"]),
        "timings": _touching(marks["timings"], places, lambda each: each),
        "asides": _touching(marks["asides"], places, lambda each: each["span"]),
    }


def text_from(row: Mapping[Any, Any], marks: Marks) -> Text:
    """Return the text that `row` holds, with these of its turns, timings and asides."""
    timings = tuple(_unpack_timing(*packed) for packed in marks["timings"])
    names = {each.name for each in fields(Text)} - {"turns", "timings", "asides"}
    turns = decode(tuple[Turn, ...], marks["turns"])
    asides = decode(tuple[Aside, ...], marks["asides"])
    return Text(turns=turns, timings=timings, asides=asides, **{name: row[name] for name in names})


def _touching(
    stored: list[Any], places: Sequence[tuple[int, int]], at: Callable[[Any], Any]
) -> list[Any]:
    """Return what touches one of the `places`; all is in order and does not overlap."""
    found: dict[int, Any] = {}
    for start, end in places:
        first = bisect_right(stored, start, key=lambda each: at(each)[1])
        last = bisect_left(stored, end, key=lambda each: at(each)[0])
        found |= {number: stored[number] for number in range(first, last)}
    return [found[number] for number in sorted(found)]


def are_its_words(row: Mapping[Any, Any]) -> bool:
    """Say whether the words of `row` are those that were saved; True where that is not known."""
    marks = json.loads(zlib.decompress(row["marks"]))
    return marks.get("words") in (None, _digest(row["content"]))


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _pack_timing(timing: Timing) -> list[Any]:
    """Return the facts of a timing without the empty ones at the end: an hour has 10,000."""
    span = timing.span
    packed: list[Any] = [span.start, span.end, timing.start_time, timing.end_time]
    packed += [timing.probability, timing.agreed, timing.other, timing.doubt]
    packed.append(timing.estimated or None)
    while packed[-1] is None:
        packed.pop()
    return packed


def _unpack_timing(  # noqa: PLR0913, PLR0917 - as `_pack_timing` lists them
    start: int,
    end: int,
    start_time: float,
    end_time: float,
    probability: float | None = None,
    agreed: bool | None = None,
    other: str | None = None,
    doubt: str | None = None,
    estimated: bool | None = None,
) -> Timing:
    return Timing(
        span=Span(start, end),
        start_time=start_time,
        end_time=end_time,
        probability=probability,
        agreed=agreed,
        other=other,
        doubt=doubt,
        estimated=bool(estimated),
    )
