"""Segments cut where selling begins and ends. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from corpus.types import Segment, TurnKind


def cut(segments: Sequence[Segment], sold: Sequence[bool]) -> Iterator[Segment]:
    """Yield the segments cut where selling begins and ends; each stretch opens a turn."""
    place, before = 0, False
    for segment in segments:
        kinds = sold[place : place + len(segment.words)]
        place += len(segment.words)
        cut = 0
        for is_sold, group in groupby(kinds):
            count = sum(1 for _ in group)
            changes, before = is_sold != before, is_sold
            if not is_sold and not changes and count == len(kinds):
                yield segment
            else:
                yield _part(segment, cut, count, is_sold=is_sold, opens=changes)
            cut += count
        if not kinds:
            yield segment


def _part(segment: Segment, first: int, count: int, *, is_sold: bool, opens: bool) -> Segment:
    words = segment.words[first : first + count]
    end = first + count == len(segment.words)
    return replace(
        segment,
        words=words,
        start_time=words[0].start_time if first else segment.start_time,
        end_time=segment.end_time if end else words[-1].end_time,
        kind=TurnKind.ADVERTISEMENT if is_sold else segment.kind,
        opens=opens or (segment.opens and not first),
    )
