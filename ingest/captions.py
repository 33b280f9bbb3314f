"""A publisher's transcript file becomes a `Transcript`: WebVTT, SubRip (SRT), podcast JSON.

What the bytes are decides, not what the server calls them. Markup becomes plain text. Speakers
are labels as printed; nobody is named here.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from corpus.errors import CaptionsError
from corpus.types import Origin, Segment, Transcript, Word

_STAMP = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_TIMING = re.compile(rf"^\s*{_STAMP}\s*-+>\s*{_STAMP}")
_TOKENS = re.compile(r"</?[A-Za-z][^<>]{0,500}>|<\d[\d:.]{0,20}>")  # and not "10<20 and 5>3"
_VOICE = re.compile(r"<v(?:\.[^\s>]*)*\s+([^>]*)>", re.IGNORECASE)
_INNER = re.compile(rf"<{_STAMP}>")
_STYLING = re.compile(r"\{\\[^{}]{0,100}\}")  # {\an8}: a place on the screen, in SRT
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_SKIPPED = ("NOTE", "STYLE", "REGION")
_CHANGE = re.compile(r"^(?:>>+|[-–—])\s+")  # television's signs for "somebody else now"
_SOUND = re.compile(r"^(?:(?:\[[^\]]*\]|\([^)]*\))\s*|[♪♫].*)+")  # [MUSIC], or a song
_NAME = r"[^\W\d_a-z][\w.'’-]*"
_LABEL = re.compile(
    rf"^((?:{_NAME})(?:[ ](?:{_NAME}|\d{{1,2}}|of|de|van|von|the)){{0,4}}):(?:\s+|$)"
)
# Words that stand before a colon without being anybody.
_NOT_A_NAME = re.compile(
    r"(?:notes?|question|answer|remember|warning|example|tip|step|number|rule|chapter|part|first"
    r"|second|third|fact|update|ps|edit|music|quote|title|today|tomorrow|yes|no|so|and|but)\b",
    re.IGNORECASE,
)
_MOST_LABELS = 20  # a recording with more speakers than this is not a conversation


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of one speaker inside a cue, with the time they may begin at when it is marked."""

    text: str
    speaker: str | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    lines: tuple[tuple[_Piece, ...], ...]

    @property
    def words(self) -> list[str]:
        return [word for line in self.lines for piece in line for word in piece.text.split()]


def parse_captions(data: bytes, *, mime_type: str | None, url: str) -> Transcript:
    """Read a publisher's transcript; times inside a cue are shared out by the words' length.

    Args:
        data: the file as it was fetched.
        mime_type: what the server called it; only mentioned in errors.
        url: where it is from; only mentioned in errors.

    Raises:
        CaptionsError: none of the known formats, or no words in it.
    """
    text = _decode(data)
    warnings: list[str] = []
    try:
        cues = list(_read(text, warnings))
    except (ValueError, RecursionError) as error:
        raise CaptionsError(url, cause=str(error) or "it cannot be understood") from error
    if not cues:
        kind = f" ({mime_type})" if mime_type else ""
        raise CaptionsError(url, cause=f"no WebVTT, SRT or podcast JSON with words{kind}")
    cues = _in_order(cues, warnings)
    cues = _unroll(cues)
    if not any(piece.speaker for cue in cues for line in cue.lines for piece in line):
        cues = _label(cues)
    segments = tuple(_segments(cues))
    if not segments:
        raise CaptionsError(url, cause="it holds no words")
    return Transcript(
        segments=segments,
        language=_language(text),
        origin=Origin.PUBLISHER,
        duration=max(segment.end_time for segment in segments),
        warnings=tuple(warnings),
    )


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    for end in range(4):  # a cut-off file may end inside a character
        try:
            return data[: len(data) - end].decode("utf-8-sig")
        except UnicodeDecodeError:
            continue
    return data.decode("cp1252", errors="replace")


def _read(text: str, warnings: list[str]) -> Iterator[_Cue]:
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith(("{", "[")):
        return _read_json(text, warnings)
    lines = re.split(r"\r\n|\n|\r", text)
    if text.startswith("WEBVTT"):
        return _read_vtt(lines)
    return _read_srt(lines)


def _language(text: str) -> str | None:
    found = re.match(r"\s*WEBVTT[^\n]*\n(?:[^\n]+\n){0,5}?Language:[ \t]*([A-Za-z-]{2,12})", text)
    return found[1] if found else None


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction}")


def _read_vtt(lines: Sequence[str]) -> Iterator[_Cue]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line)
            continue
        if block and not block[0].startswith(_SKIPPED):
            yield from _read_srt(block)
        block = []


def _read_srt(lines: Sequence[str]) -> Iterator[_Cue]:
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


def _cue(times: tuple[float, float], payload: Iterable[str]) -> Iterator[_Cue]:
    lines = []
    speaker: str | None = None  # a voice goes on over the lines of its cue
    for line in payload:
        pieces, speaker = _pieces(line, speaker)
        if pieces:
            lines.append(tuple(pieces))
    if lines:
        yield _Cue(times[0], max(times), tuple(lines))


def _pieces(line: str, speaker: str | None) -> tuple[list[_Piece], str | None]:
    """Split one line at its voices and inner times, and make it plain."""
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
    return [_Piece("".join(texts), voice, time) for texts, voice, time in parts], speaker


def _told(token: str, speaker: str | None, start: float | None) -> tuple[str | None, float | None]:
    """Return the speaker and the inner time that hold after a tag."""
    voice, inner = _VOICE.fullmatch(token), _INNER.fullmatch(token)
    if voice:
        return _plain(voice[1]) or None, start
    if inner:
        return speaker, _seconds(inner.groups())
    return (None if token == "</v>" else speaker), start  # noqa: S105 -- a tag, not a password


def _plain(text: str) -> str:
    """Return text without markup, entities, control and direction marks."""
    text = html.unescape(_TOKENS.sub(" ", _STYLING.sub("", text)))
    return " ".join(_CONTROL.sub("", " ".join(text.split())).split())


def _read_json(text: str, warnings: list[str]) -> Iterator[_Cue]:
    entries = [entry for entry in _entries(text, warnings) if isinstance(entry, dict)]
    bad = 0
    for entry in entries:
        start, end = _number(entry.get("startTime")), _number(entry.get("endTime"))
        body, speaker = entry.get("body"), entry.get("speaker")
        if start is None or not isinstance(body, str):
            bad += 1
            continue
        label = _plain(speaker) or None if isinstance(speaker, str) else None
        lines = tuple(
            (_Piece(plain, label),) for part in body.splitlines() if (plain := _plain(part))
        )
        if lines:
            yield _Cue(start, max(start, end or start), lines)
    if bad:
        warnings.append(f"{bad} entries have no time or no words and were left out")


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


def _in_order(cues: list[_Cue], warnings: list[str]) -> list[_Cue]:
    """Sort cues by time; one without an end lasts until the next."""
    if any(before.start > after.start for before, after in pairwise(cues)):
        warnings.append("the transcript's times were out of order and have been sorted")
        cues = sorted(cues, key=lambda cue: cue.start)
    overlaps = sum(before.end > after.start + 0.5 for before, after in pairwise(cues))
    if overlaps:
        warnings.append(f"{overlaps} cues of the transcript overlap")
    return [
        replace(cue, end=after.start) if cue.end <= cue.start < after.start else cue
        for cue, after in zip(cues, [*cues[1:], cues[-1]], strict=True)
    ]


def _repeated(before: _Cue, cue: _Cue) -> int:
    """Number of words at the start of `cue` that `before` shows already."""
    shown, words = before.words, cue.words
    sizes, count = {len(shown)}, 0
    for line in cue.lines:
        count += sum(len(piece.text.split()) for piece in line)
        sizes.add(count)
    fitting = [n for n in sizes if 0 < n <= min(len(shown), len(words)) and shown[-n:] == words[:n]]
    return max(fitting, default=0)


def _unroll(cues: list[_Cue]) -> list[_Cue]:
    """Take out the lines that rolling captions show twice or more."""
    repeated = [0, *(_repeated(before, cue) for before, cue in pairwise(cues))]
    # Somebody may say a thing twice: only a file that does so all the time is rolling.
    if sum(map(bool, repeated)) < max(3, 0.3 * len(cues)):
        return cues
    return [_skip(cue, count) for cue, count in zip(cues, repeated, strict=True)]


def _skip(cue: _Cue, count: int) -> _Cue:
    lines = []
    for line in cue.lines:
        kept = []
        for piece in line:
            words = piece.text.split()
            rest, count = words[count:], max(0, count - len(words))
            if rest:
                kept.append(replace(piece, text=" ".join(rest)))
        lines.append(tuple(kept))
    return replace(cue, lines=tuple(line for line in lines if line))


def _label(cues: list[_Cue]) -> list[_Cue]:
    """Read "Name: " at the start of cues as speakers, if the file does so throughout."""
    opens = [_SOUND.sub("", cue.lines[0][0].text) for cue in cues if cue.lines]
    if not _is_labelled([text for text in opens if text]):
        return cues
    labelled, speaker = [], None
    for cue in cues:
        lines = []
        for line in cue.lines:
            text, voice = line[0].text, None
            if name := _label_of(text):
                speaker, text = name, _LABEL.sub("", _CHANGE.sub("", text), count=1)
            elif _CHANGE.match(text):
                speaker, text = None, _CHANGE.sub("", text)
            if not _SOUND.fullmatch(text):  # a sound is nobody's
                voice = speaker
            pieces = (replace(line[0], text=text), *line[1:])
            lines.append(tuple(replace(piece, speaker=voice) for piece in pieces if piece.text))
        labelled.append(replace(cue, lines=tuple(line for line in lines if line)))
    return labelled


def _is_labelled(opens: Sequence[str]) -> bool:
    """Say whether labels stand at the start throughout; one alone is the name of the show."""
    labels = [label for text in opens if (label := _label_of(text))]
    if not labels or not _label_of(opens[0]) or len(set(labels)) > _MOST_LABELS:
        return False
    if len(set(labels)) > 1:
        return True
    changes = [bool(_label_of(text)) for text in opens if _CHANGE.match(text)]
    return changes.count(True) == len(labels) and False in changes


def _label_of(text: str) -> str | None:
    found = _LABEL.match(_CHANGE.sub("", text))
    if not found or _NOT_A_NAME.match(found[1]):
        return None
    return found[1]


def _segments(cues: Iterable[_Cue]) -> Iterator[Segment]:
    """Yield one segment for each run of one speaker in a cue, with times for every word."""
    last = 0.0
    for cue in cues:
        run: list[Word] = []
        for timed in _timed(cue):
            word = timed
            if timed.start_time < last:  # cues that overlap
                word = replace(timed, start_time=last, end_time=max(last, timed.end_time))
            last = word.start_time
            if run and run[-1].speaker != word.speaker:
                yield _segment(run)
                run = []
            run.append(word)
        if run:
            yield _segment(run)


def _segment(words: Sequence[Word]) -> Segment:
    return Segment(
        words=tuple(words),
        start_time=words[0].start_time,
        end_time=words[-1].end_time,
        speaker=words[0].speaker,
    )


def _timed(cue: _Cue) -> Iterator[Word]:
    """Share the cue's time out over its words by their length, between its inner times."""
    said: dict[float, list[tuple[str, str | None]]] = {}
    begin = cue.start
    for piece in (piece for line in cue.lines for piece in line):
        if piece.start is not None:
            begin = min(max(piece.start, begin), cue.end)
        words = said.setdefault(begin, [])
        words += ((word, piece.speaker) for word in piece.text.split())
    for (begin, words), end in zip(said.items(), [*list(said)[1:], cue.end], strict=True):
        whole = sum(len(word) + 1 for word, _ in words)
        place = 0
        left = round(begin, 3)
        for word, speaker in words:
            place += len(word) + 1
            right = round(begin + (end - begin) * place / whole, 3)
            yield Word(text=word, start_time=left, end_time=right, speaker=speaker)
            left = right
