"""What the transcript player reads: a document laid out word by word. Pure."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator
from typing import Any

from corpus.anchors import paragraph_starts
from corpus.certainty import certainty_of, is_contested
from corpus.reading import canonical_of, checked_in, corrected_in, overlaps, to_canonical
from corpus.types import DocumentKind, Reading, Span, Text, Timing, Turn, TurnKind
from ui.answers import DocumentView
from ui.wording import audio_link, how_known, is_unnamed_voice, why_contested

_TOKEN = re.compile(r"\S+")
_BREAK = re.compile(r"\n\s*\n")

RoleName = Callable[[str], str | None]


def lay_out(view: DocumentView, role_name: RoleName) -> dict[str, Any]:
    """Return a text as the player draws it.

    Words are `[text, start_time, end_time, start, end, agreed, turn, gap]`: seconds or None,
    characters of the canonical content (counted as Python counts them, which a browser does
    not), which no correction moves, and `gap`, what stands before the next word when that is not
    one space. Blocks are runs of words: a turn or a paragraph. `doubts` say of a word, by its
    number, what is contested about it.
    """
    reading = view.reading
    if reading is None:
        return {"words": [], "turns": [], "blocks": [], "doubts": {}}
    words, blocks, doubts = _words_and_blocks(
        reading, by_turn=view.document.kind is DocumentKind.EPISODE
    )
    return {
        "document": view.document.id,
        "kind": view.document.kind.value,
        "revision": reading.text.revision,
        "audio": audio_link(view.media.sha256) if view.media else None,
        "duration": view.media.duration if view.media else None,
        "turns": _turns(reading, view, role_name),
        "words": words,
        "blocks": blocks,
        "doubts": doubts,
    }


def _turns(reading: Reading, view: DocumentView, role_name: RoleName) -> list[dict[str, Any]]:
    checked, corrected = checked_in(reading), corrected_in(reading)
    return [
        _turn(turn, view, role_name)
        | {
            "sure": certainty_of(reading.text, turn.span, checked).value,
            "corrected": overlaps(turn.span, corrected),
        }
        for turn in reading.text.turns
    ]


def _turn(turn: Turn, view: DocumentView, role_name: RoleName) -> dict[str, Any]:
    who = turn.attribution
    person = view.people.get(who.person_id or "")
    sold = turn.kind is TurnKind.ADVERTISEMENT
    return {
        "speaker": "Advertisement" if sold else person.name if person else who.label,
        "voice": is_unnamed_voice(who),
        "role": role_name(who.roles[0]) if who.roles else None,
        "known": how_known(who),
        "manner": turn.manner.value,
        "kind": turn.kind.value,
        "start": turn.start_time,
    }


def _words_and_blocks(
    reading: Reading, *, by_turn: bool
) -> tuple[list[list[Any]], list[dict[str, Any]], dict[int, str]]:
    content = reading.text.content
    starts = paragraph_starts(canonical_of(reading).content)
    words: list[list[Any]] = []
    blocks: list[dict[str, Any]] = []
    doubts: dict[int, str] = {}
    end, turn_before = 0, -1
    for span, timing, turn in _words(reading.text):
        place = to_canonical(reading, span)
        gap = content[end : span.start]
        breaks = list(_BREAK.finditer(gap))
        if not blocks or breaks or (by_turn and turn != turn_before):
            lead = gap[breaks[-1].end() :] if breaks else gap
            paragraph = 1 + bisect.bisect_right(starts, place.start)
            blocks.append({"first": len(words), "paragraph": paragraph, "lead": lead.strip()})
            gap = gap[: breaks[0].start()] if breaks else ""
            if words and gap.strip():
                words[-1].append(gap)
        elif gap != " ":
            words[-1].append(gap)
        if timing and is_contested(timing):
            doubts[len(words)] = why_contested(timing)
        agreed = timing.agreed if timing else None
        seconds = _seconds(timing)
        words.append([span.of(content), *seconds, place.start, place.end, agreed, turn])
        end, turn_before = span.end, turn
    return words, blocks, doubts


def _seconds(timing: Timing | None) -> tuple[float | None, float | None]:
    if timing is None:
        return None, None
    return round(timing.start_time, 3), round(timing.end_time, 3)


def _words(text: Text) -> Iterator[tuple[Span, Timing | None, int]]:
    """Yield every word: the timed ones as timed, what lies between them token by token."""
    timings = iter(text.timings)
    timing = next(timings, None)
    for number, turn in enumerate(text.turns):
        at = turn.span.start
        while timing and timing.span.start < turn.span.end:
            yield from _tokens(text.content, at, timing.span.start, number)
            yield timing.span, timing, number
            at, timing = timing.span.end, next(timings, None)
        yield from _tokens(text.content, at, turn.span.end, number)


def _tokens(content: str, start: int, end: int, turn: int) -> Iterator[tuple[Span, None, int]]:
    for match in _TOKEN.finditer(content, start, max(start, end)):
        yield Span(match.start(), match.end()), None, turn
