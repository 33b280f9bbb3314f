"""Timed transcripts that are JSON: podcast segments, and the lists other transcribers give. Pure.

What is wanted of an entry is a beginning, words and perhaps a speaker, by whichever of their usual
names; the list may stand anywhere in the file.
"""

from __future__ import annotations

import json
import math
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingest.transcript.stamps import STAMP, seconds_of

_STARTS = ("startTime", "start", "start_time", "begin", "from", "offset", "timestamp", "time", "ts")
_ENDS = ("endTime", "end", "end_time", "to", "end_ts")
_BODIES = ("body", "text", "transcript", "content", "words_text", "sentence", "caption", "value",
           "punctuated_word", "word", "utf8")  # fmt: skip
_PARTS = ("elements", "sentences", "segs")
_SPEAKERS = ("speaker", "speaker_name", "speakerName", "speaker_label", "speakerLabel", "name")
_LISTS = (  # from the most to the least likely to be turns
    "segments", "utterances", "monologues", "paragraphs", "turns", "transcript", "transcription",
    "cues", "captions", "results", "data", "items", "entries", "sentences", "channels",
    "alternatives", "body", "words",
)  # fmt: skip
_DEEPEST = 9  # lists inside lists
_MOST_SECONDS = 60.0  # a word; slower than that, the times are milliseconds


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of such a list, as printed: seconds, words and the speaker's label."""

    start: float
    end: float
    body: str
    speaker: str | None


def read_entries(text: str, warnings: list[str]) -> list[Entry]:
    """Return the entries of a JSON file that have a time and words, in its order.

    Args:
        text: of the file; it may be cut off.
        warnings: what is wrong with it is added here.

    Raises:
        RecursionError: it is nested too deep.
    """
    entries = [entry for entry in _entries(text, warnings) if isinstance(entry, dict)]
    read = [found for entry in entries if (found := _read(entry))]
    if len(read) < len(entries):
        bad = len(entries) - len(read)
        warnings.append(f"{bad} entries have no time or no words and were left out")
    if not _in_milliseconds(read):
        return read
    return [Entry(one.start / 1000, one.end / 1000, one.body, one.speaker) for one in read]


def _read(entry: dict[str, Any]) -> Entry | None:
    inside = next((entry[name] for name in _PARTS if isinstance(entry.get(name), list)), ())
    parts: list[dict[str, Any]] = [part for part in inside if isinstance(part, dict)]
    body = _body(entry, parts)
    stamps = entry.get("timestamps")
    times = [stamps] if isinstance(stamps, dict) else [entry, *parts]
    starts = (_number(_first(one, _STARTS)) for one in times)
    ends = (_number(_first(one, _ENDS)) for one in (times[0], *reversed(parts)))
    start = next((time for time in starts if time is not None), None)
    end = next((time for time in ends if time is not None), None)
    if start is None or body is None:
        return None
    return Entry(start, max(start, end or start), body, _speaker(_first(entry, _SPEAKERS)))


def _body(entry: dict[str, Any], parts: Sequence[dict[str, Any]]) -> str | None:
    """Return the words of an entry, or of its parts: words with their marks, or sentences."""
    for name in _BODIES:
        if isinstance(entry.get(name), str):
            return str(entry[name])
    shown = [part[name] for part in parts for name in _BODIES if isinstance(part.get(name), str)]
    marked = any(part.get("type") == "punct" for part in parts)  # spaces are parts of their own
    return ("" if marked else " ").join(shown) if shown else None


def _speaker(value: Any) -> str | None:
    """Return a label; speakers that are numbers are printed as other transcripts print them."""
    if isinstance(value, dict):
        value = _first(value, (*_SPEAKERS, "label", "id"))
    if isinstance(value, int) and not isinstance(value, bool):
        return f"Speaker {value}"
    return value if isinstance(value, str) else None


def _in_milliseconds(entries: Sequence[Entry]) -> bool:
    """Say whether times are so far apart, and whole, that they cannot be seconds."""
    if not all(one.start.is_integer() and one.end.is_integer() for one in entries):
        return False
    ends = [max(one.end, other.start) for one, other in pairwise(entries)]
    ends += [entry.end for entry in entries[-1:]]
    lengths = [
        (one.end if one.end > one.start else end) - one.start
        for one, end in zip(entries, ends, strict=True)
    ]
    slow = [
        length / max(1, len(one.body.split()))
        for one, length in zip(entries, lengths, strict=True)
        if length > 0
    ]
    return bool(slow) and statistics.median(slow) > _MOST_SECONDS


def _first(entry: dict[str, Any], names: Sequence[str]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and re.fullmatch(STAMP, value.strip()[:40]):
        return seconds_of(value)
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and number >= 0 else None


def _entries(text: str, warnings: list[str]) -> list[Any]:
    try:
        whole = json.loads(text)
    except json.JSONDecodeError:
        found = list(_whole_entries(text))
        if found:
            warnings.append("the transcript is cut off")
        return found
    return _list(whole, 0)


def _list(value: Any, depth: int) -> list[Any]:
    """Return the list of entries in a file, wherever in it: the one whose entries can be read."""
    if depth > _DEEPEST:
        return []
    if isinstance(value, list):
        shown = [entry for entry in value[:50] if isinstance(entry, dict)]
        if any(map(_read, shown)):
            return value
        inner = (_list(entry, depth + 1) for entry in shown[:1])
        return next((found for found in inner if found), [] if depth else value)
    if isinstance(value, dict):
        named = (value[name] for name in _LISTS if isinstance(value.get(name), list | dict))
        return next((found for part in named if (found := _list(part, depth + 1))), [])
    return []


def _whole_entries(text: str) -> Iterator[Any]:
    """Yield the entries of a cut-off file up to the cut."""
    decoder = json.JSONDecoder()
    opening = re.search(r'"(?:segments|utterances)"\s*:\s*\[|^\[', text)
    place = opening.end() if opening else len(text)
    while found := re.compile(r"[\s,]*(?=\{)").match(text, place):
        try:
            entry, place = decoder.raw_decode(text, found.end())
        except json.JSONDecodeError:
            return
        yield entry
