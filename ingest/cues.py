"""Timed transcripts, cue by cue: WebVTT, SubRip (SRT), podcast JSON. Pure.

What the bytes are decides, not what the server calls them. Markup becomes plain text. Speakers
are labels as printed; nobody is named here.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_STAMP = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_STAMP}\s*-+>\s*{_STAMP}")
# A voice may have markup where its name should be. "10<20 and 5>3" is no tag.
_V = r"<v(?:\.[^\s<>.]*)*+\s+((?:[^<>]++|<[^<>]*+>)*+)>"
_TOKENS = re.compile(rf"(?i:{_V})|</?[A-Za-z][^<>]{{0,500}}>|<\d[\d:.]{{0,20}}>")
_VOICE = re.compile(_V, re.IGNORECASE)
_SCRIPTS = re.compile(r"<(/?)(script|style)\b[^<>]*>", re.IGNORECASE)
_TAGS = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<\d[\d:.]{0,20}>")
_INNER = re.compile(rf"<{_STAMP}>")
_STYLING = re.compile(r"\{\\[^{}]{0,100}\}")  # {\an8}: a place on the screen, in SRT
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SKIPPED = ("NOTE", "STYLE", "REGION")
_STARTS, _ENDS, _BODIES = ("startTime", "start"), ("endTime", "end"), ("body", "text")
_LONGEST = 100  # characters of a label


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one speaker inside a cue, with the time they may begin at when it is marked."""

    text: str
    speaker: str | None = None
    start: float | None = None
    opens: bool = False  # somebody else begins here: a change sign says so


@dataclass(frozen=True, slots=True)
class Cue:
    """What a cue shows, line by line, and when."""

    start: float
    end: float
    lines: tuple[tuple[Piece, ...], ...]

    @property
    def words(self) -> list[str]:
        """All words in order."""
        return [word for line in self.lines for piece in line for word in piece.text.split()]


def read_cues(text: str, warnings: list[str]) -> tuple[str, list[Cue]]:
    """Return the dialect of a timed transcript and its cues; no cues when it is none.

    Raises:
        ValueError: it cannot be understood.
        RecursionError: it is nested too deep.
    """
    text = text.lstrip("\ufeff \t\r\n")
    lines = re.split(r"\r\n|\n|\r", text)
    if text.startswith("WEBVTT"):
        return "webvtt", list(_read_vtt(lines))
    if text.startswith(("{", "[")) and (found := list(_read_json(text, warnings))):
        return "podcast-json", found
    return "srt", list(_read_srt(lines))


def language_of(text: str) -> str | None:
    """Return the language that the head of a WebVTT file states."""
    found = re.match(r"\s*WEBVTT[^\n]*\n(?:[^\n]+\n){0,5}?Language:[ \t]*([A-Za-z-]{2,12})", text)
    return found[1] if found else None


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _read_vtt(lines: Sequence[str]) -> Iterator[Cue]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
            continue
        if block and not block[0].startswith(_SKIPPED):
            yield from _read_srt(block)
        block = []


def _read_srt(lines: Sequence[str]) -> Iterator[Cue]:
    """Read cues by their timing lines alone: numbers and blank lines are often wrong."""
    times: tuple[float, float] | None = None
    payload: list[str] = []
    for line in lines:
        found = _TIMING.match(line)
        if not found:
            payload.append(line)
            continue
        if times:
            yield from _cue(times, _without_number(payload))
        parts = found.groups()
        times, payload = (_seconds(parts[:4]), _seconds(parts[4:])), []
    if times:
        yield from _cue(times, payload)


def _without_number(payload: list[str]) -> list[str]:
    """Drop the number of the next cue, which stands before its timing line."""
    if payload and payload[-1].strip().isdigit():
        return payload[:-1]
    return payload


def _cue(times: tuple[float, float], payload: Iterable[str]) -> Iterator[Cue]:
    lines = []
    speaker: str | None = None  # a voice goes on over the lines of its cue
    for line in payload:
        pieces, speaker = _pieces(line, speaker)
        if pieces:
            lines.append(tuple(pieces))
    if lines:
        yield Cue(times[0], max(times), tuple(lines))


def _pieces(line: str, speaker: str | None) -> tuple[list[Piece], str | None]:
    """Split one line at its voices and inner times, and make it plain."""
    line = _without_scripts(line)
    parts: list[tuple[list[str], str | None, float | None]] = []
    start: float | None = None
    place, in_word = 0, False  # in_word: a tag such as <i> may stand inside a word
    for token in (*_TOKENS.finditer(line), None):
        raw = line[place : token.start() if token else len(line)]
        if text := _plain(raw):
            if not parts or parts[-1][1:] != (speaker, start):
                parts.append(([text], speaker, start))
            else:
                parts[-1][0].append(text if in_word and not raw[0].isspace() else f" {text}")
        if raw:
            in_word = not raw[-1].isspace()
        if token:
            place = token.end()
            speaker, start = _told(token[0], speaker, start)
    return [Piece("".join(texts), voice, time) for texts, voice, time in parts], speaker


def _told(token: str, speaker: str | None, start: float | None) -> tuple[str | None, float | None]:
    """Return the speaker and the inner time that hold after a tag."""
    voice, inner = _VOICE.fullmatch(token), _INNER.fullmatch(token)
    if voice:
        return _voice(voice[1]), start
    if inner:
        return speaker, _seconds(inner.groups())
    return (None if token == "</v>" else speaker), start  # noqa: S105 -- a tag, not a password


def _voice(text: str) -> str | None:
    """Return a label as printed; None for what is too long to be one."""
    label = _plain(text).strip(" <>:")
    return label if 0 < len(label) <= _LONGEST else None


def _without_scripts(line: str) -> str:
    """Take out scripts and styles with what is in them; one that does not end holds nothing."""
    kept, place, opening = [], 0, None
    for tag in _SCRIPTS.finditer(line) if "<" in line else ():
        if tag[1] and opening and opening[2].lower() == tag[2].lower():
            kept.append(line[place : opening.start()])
            place = tag.end()
        opening = None if tag[1] else tag
    return "".join([*kept, line[place:]])


def _plain(text: str) -> str:
    """Return text without markup, entities, control and direction marks."""
    text = html.unescape(_TAGS.sub(" ", _STYLING.sub("", text)))
    return " ".join(_CONTROL.sub("", " ".join(text.split())).split())


def _read_json(text: str, warnings: list[str]) -> Iterator[Cue]:
    entries = [entry for entry in _entries(text, warnings) if isinstance(entry, dict)]
    bad = 0
    for entry in entries:
        start, end = _number(_first(entry, _STARTS)), _number(_first(entry, _ENDS))
        body, speaker = _first(entry, _BODIES), entry.get("speaker")
        if start is None or not isinstance(body, str):
            bad += 1
            continue
        label = _voice(speaker) if isinstance(speaker, str) else None
        lines = tuple(
            (Piece(plain, label),)
            for part in body.splitlines()
            if (plain := _plain(_without_scripts(part)))
        )
        if lines:
            yield Cue(start, max(start, end or start), lines)
    if bad:
        warnings.append(f"{bad} entries have no time or no words and were left out")


def _first(entry: dict[str, Any], names: Sequence[str]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
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
    if isinstance(whole, dict):
        whole = whole.get("segments")
    return whole if isinstance(whole, list) else []


def _whole_entries(text: str) -> Iterator[Any]:
    """Yield the entries of a cut-off file up to the cut."""
    decoder = json.JSONDecoder()
    opening = re.search(r'"segments"\s*:\s*\[|^\[', text)
    place = opening.end() if opening else len(text)
    while found := re.compile(r"[\s,]*(?=\{)").match(text, place):
        try:
            entry, place = decoder.raw_decode(text, found.end())
        except json.JSONDecodeError:
            return
        yield entry
