"""Documents to files: JSON for programs, WebVTT and SRT for players, plain text for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from corpus.anchors import timings_in
from corpus.citations import clock, print_date
from corpus.errors import TextNotFoundError
from corpus.types import Document, Person, Span, Text, Timing, Turn, TurnKind
from corpus.vocabulary import load_vocabulary

_CUE_CHARACTERS = 84  # two lines of 42, the usual bound for captions
_CUE_SECONDS = 7.0


def document_as_dict(
    document: Document, text: Text | None, people: Mapping[str, Person]
) -> dict[str, Any]:
    """Return the shape that `onrecord show --json` prints; absent values are None."""
    return {
        "document": document.id,
        "kind": document.kind.value,
        "title": document.title,
        "show": document.show,
        "published": document.published.isoformat() if document.published else None,
        "url": document.url,
        "stage": document.stage.value,
        "revision": document.revision,
        "credits": [
            {
                "name": credit.name,
                "part": credit.part,
                "roles": list(credit.roles),
                "description": credit.description,
                "evidence": credit.evidence,
            }
            for credit in document.credits
        ],
        "text": text.content if text else None,
        "turns": [_turn(turn, text, people) for turn in text.turns] if text else [],
        "words": [_word(timing) for timing in text.timings] if text else [],
    }


def speaker_of(turn: Turn, people: Mapping[str, Person]) -> str:
    """Return the name to print for a turn: the person, else the label."""
    person = people.get(turn.attribution.person_id or "")
    if turn.kind is TurnKind.ADVERTISEMENT:
        return "Advertisement"
    return person.name if person else turn.attribution.label or "Unattributed"


def _turn(turn: Turn, text: Text, people: Mapping[str, Person]) -> dict[str, Any]:
    who = turn.attribution
    person = people.get(who.person_id or "")
    return {
        "start": turn.span.start,
        "end": turn.span.end,
        "exact": turn.span.of(text.content),
        "manner": turn.manner.value,
        "kind": turn.kind.value,
        "person": person.name if person else None,
        "label": who.label,
        "role": load_vocabulary().print_role(who.roles[0]) if who.roles else None,
        "method": who.method.value,
        "confidence": who.confidence,
        "start_time": turn.start_time,
        "end_time": turn.end_time,
    }


def _word(timing: Timing) -> dict[str, Any]:
    return {
        "start": timing.span.start,
        "end": timing.span.end,
        "start_time": timing.start_time,
        "end_time": timing.end_time,
        "probability": timing.probability,
        "agreed": timing.agreed,
    }


def export_json(document: Document, text: Text, people: Mapping[str, Person]) -> str:
    """Return the document as JSON, the same shape as `onrecord show --json`."""
    return json.dumps(document_as_dict(document, text, people), ensure_ascii=False, indent=2) + "\n"


def export_txt(document: Document, text: Text, people: Mapping[str, Person]) -> str:
    """Return a transcript to read: a heading, then each turn with time and name."""
    head = [document.title, f"{document.show}, {print_date(document.published)}".strip(" ,")]
    head += [document.url, ""]
    for turn in text.turns:
        when = f"[{clock(turn.start_time)}] " if turn.start_time is not None else ""
        manner = f" ({turn.manner.value})" if turn.manner.value != "spoken" else ""
        head += [f"{when}{speaker_of(turn, people)}{manner}:", turn.span.of(text.content), ""]
    return "\n".join(head)


def export_vtt(document: Document, text: Text, people: Mapping[str, Person]) -> str:
    """Return WebVTT with a voice tag on every cue.

    Raises:
        TextNotFoundError: the text has no times (an article).
    """
    _need_times(document, text)
    lines = ["WEBVTT", ""]
    for number, (turn, words) in enumerate(_cues(text), start=1):
        start, end = words[0].start_time, words[-1].end_time
        exact = text.content[words[0].span.start : words[-1].span.end]
        lines += [
            str(number),
            f"{_stamp(start, '.')} --> {_stamp(end, '.')}",
            f"<v {_escape(speaker_of(turn, people))}>{_escape(exact)}",
            "",
        ]
    return "\n".join(lines)


def export_srt(document: Document, text: Text, people: Mapping[str, Person]) -> str:
    """Return SRT; the name stands where the speaker changes.

    Raises:
        TextNotFoundError: the text has no times (an article).
    """
    _need_times(document, text)
    lines: list[str] = []
    before: Turn | None = None
    for number, (turn, words) in enumerate(_cues(text), start=1):
        start, end = words[0].start_time, words[-1].end_time
        exact = text.content[words[0].span.start : words[-1].span.end]
        name = "" if turn is before else f"{speaker_of(turn, people)}: "
        lines += [str(number), f"{_stamp(start, ',')} --> {_stamp(end, ',')}", name + exact, ""]
        before = turn
    return "\n".join(lines)


FORMATS: dict[str, Callable[[Document, Text, Mapping[str, Person]], str]] = {
    "vtt": export_vtt,
    "srt": export_srt,
    "txt": export_txt,
    "json": export_json,
}


def _need_times(document: Document, text: Text) -> None:
    if not text.timings:
        raise TextNotFoundError(
            f"{document.id} {document.title}",
            cause="an article has no times",
            remedy="export it as txt or json",
        )


def _cues(text: Text) -> Iterator[tuple[Turn, list[Timing]]]:
    for turn in text.turns:
        cue: list[Timing] = []
        for timing in timings_in(text.timings, turn.span):
            if cue and _is_full(text.content, cue, timing):
                yield turn, cue
                cue = []
            cue.append(timing)
        if cue:
            yield turn, cue


def _is_full(content: str, cue: list[Timing], timing: Timing) -> bool:
    length = timing.span.end - cue[0].span.start
    seconds = timing.end_time - cue[0].start_time
    last = Span(cue[-1].span.start, cue[-1].span.end).of(content)
    ends = last.endswith((".", "?", "!")) and length > _CUE_CHARACTERS // 2
    return length > _CUE_CHARACTERS or seconds > _CUE_SECONDS or ends


def _stamp(seconds: float, mark: str) -> str:
    thousandths = round(max(0.0, seconds) * 1000)
    whole, rest = divmod(thousandths, 1000)
    return f"{clock(whole)}{mark}{rest:03d}"


def _escape(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
