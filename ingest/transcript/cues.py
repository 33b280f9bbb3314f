"""Timed transcripts, cue by cue: WebVTT, SubRip (SRT), Timed Text (TTML), JSON. Pure.

What the bytes are decides, not what the server calls them. Markup becomes plain text. Speakers
are labels as printed; nobody is named here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.transcript.timedlists import Entry, read_entries
from ingest.transcript.timedmarkup import is_timed_markup, read_timed_markup
from ingest.transcript.timedtables import read_table

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
# What colours a terminal goes as a whole: "\x1b[31m".
_CONTROL = re.compile(
    r"\x1b\[[0-?]{0,40}[ -/]{0,4}[@-~]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
_SKIPPED = ("NOTE", "STYLE", "REGION")
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
    if text.startswith(("{", "[")) and (found := list(_read_entries(read_entries(text, warnings)))):
        return "podcast-json", found
    if is_timed_markup(text):
        return "ttml", list(_read_entries(read_timed_markup(text)))
    if found := list(_read_entries(read_table(text))):
        return "table", found
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


def _read_entries(entries: Iterable[Entry]) -> Iterator[Cue]:
    for entry in entries:
        label = _voice(entry.speaker) if entry.speaker else None
        lines = tuple(
            (Piece(plain, label),)
            for part in entry.body.splitlines()
            if (plain := _plain(_without_scripts(part)))
        )
        if lines:
            yield Cue(entry.start, entry.end, lines)
