"""What the transcript player reads: a document laid out word by word. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from corpus.types import DocumentKind, Span, Text, Turn, TurnKind
from ui.answers import DocumentView
from ui.wording import audio_link, how_known, is_unnamed_voice

_TOKEN = re.compile(r"\S+")
_BREAK = re.compile(r"\n\s*\n")

RoleName = Callable[[str], str | None]


def lay_out(view: DocumentView, role_name: RoleName) -> dict[str, Any]:
    """Return a text as the player draws it.

    Words are `[text, start_time, end_time, start, end, agreed, turn, gap]`: seconds or None,
    characters of the content (counted as Python counts them, which a browser does not), and
    `gap`, what stands before the next word when that is not one space. Blocks are runs of
    words: a turn or a paragraph.
    """
    text = view.text
    if text is None:
        return {"words": [], "turns": [], "blocks": []}
    words, blocks = _words_and_blocks(text, by_turn=view.document.kind is DocumentKind.EPISODE)
    return {
        "document": view.document.id,
        "kind": view.document.kind.value,
        "revision": text.revision,
        "audio": audio_link(view.media.sha256) if view.media else None,
        "duration": view.media.duration if view.media else None,
        "turns": [_turn(turn, view, role_name) for turn in text.turns],
        "words": words,
        "blocks": blocks,
    }


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


def _words_and_blocks(text: Text, *, by_turn: bool) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    words: list[list[Any]] = []
    blocks: list[dict[str, Any]] = []
    paragraph, end, turn_before = 1, 0, -1
    for span, times, turn in _words(text):
        gap = text.content[end : span.start]
        breaks = list(_BREAK.finditer(gap))
        paragraph += len(breaks)
        if not blocks or breaks or (by_turn and turn != turn_before):
            lead = gap[breaks[-1].end() :] if breaks else gap
            blocks.append({"first": len(words), "paragraph": paragraph, "lead": lead.strip()})
            gap = gap[: breaks[0].start()] if breaks else ""
            if words and gap.strip():
                words[-1].append(gap)
        elif gap != " ":
            words[-1].append(gap)
        words.append([span.of(text.content), *times, turn])
        end, turn_before = span.end, turn
    return words, blocks


def _words(text: Text) -> Iterator[tuple[Span, tuple[Any, ...], int]]:
    """Yield every word: the timed ones as timed, what lies between them token by token."""
    timings = iter(text.timings)
    timing = next(timings, None)
    for number, turn in enumerate(text.turns):
        at = turn.span.start
        while timing and timing.span.start < turn.span.end:
            span = timing.span
            yield from _tokens(text.content, at, span.start, number)
            seconds = (round(timing.start_time, 3), round(timing.end_time, 3))
            yield span, (*seconds, span.start, span.end, timing.agreed), number
            at, timing = span.end, next(timings, None)
        yield from _tokens(text.content, at, turn.span.end, number)


def _tokens(content: str, start: int, end: int, turn: int) -> Iterator[tuple[Span, Any, int]]:
    for match in _TOKEN.finditer(content, start, max(start, end)):
        span = Span(match.start(), match.end())
        yield span, (None, None, span.start, span.end, None), turn
