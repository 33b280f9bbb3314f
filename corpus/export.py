"""Documents to files: JSON for programs, WebVTT and SRT for players, plain text for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from corpus.anchors import timings_in
from corpus.certainty import certainty_of
from corpus.citations import clock, print_date
from corpus.errors import TextNotFoundError
from corpus.masking import masked
from corpus.reading import checked_in, corrected_in, overlaps, to_reading
from corpus.types import (
    Aside,
    Attribution,
    Correction,
    CorrectionKind,
    Document,
    Person,
    Reading,
    Span,
    Text,
    Timing,
    Turn,
    TurnKind,
)
from corpus.vocabulary import load_vocabulary

_CUE_CHARACTERS = 84  # two lines of 42, the usual bound for captions
_CUE_SECONDS = 7.0


def document_as_dict(
    document: Document, reading: Reading | None, people: Mapping[str, Person]
) -> dict[str, Any]:
    """Return the shape that `onrecord show --json` prints; absent values are None.

    Characters are those of "text", which is the reading: with people's corrections.
    """
    text = reading.text if reading else None
    return {
        "document": document.id,
        "kind": document.kind.value,
        "title": document.title,
        "show": document.show,
        "published": document.published.isoformat() if document.published else None,
        "url": masked(document.url),
        "stage": document.stage.value,
        "revision": document.revision,
        "gone": document.gone.isoformat() if document.gone else None,
        "credits": [
            {
                "name": credit.name,
                "part": credit.part,
                "roles": list(credit.roles),
                "description": credit.description,
                "evidence": masked(credit.evidence) if credit.evidence else None,
            }
            for credit in document.credits
        ],
        "dialect": text.dialect if text else None,
        "warnings": list(text.warnings) if text else [],
        "text": text.content if text else None,
        "turns": _turns(reading, people) if reading else [],
        "words": [_word(timing) for timing in text.timings] if text else [],
        "asides": [_aside(aside) for aside in text.asides] if text else [],
        "corrections": {
            "applied": corrections_as_list(_as_read(reading), people) if reading else [],
            "stale": corrections_as_list(reading.stale, people) if reading else [],
        },
    }


def speaker_of(turn: Turn, people: Mapping[str, Person]) -> str:
    """Return the name to print for a turn: the person, else the label."""
    person = people.get(turn.attribution.person_id or "")
    if turn.kind is TurnKind.ADVERTISEMENT:
        return "Advertisement"
    return person.name if person else turn.attribution.label or "Unattributed"


def evidence_as_list(attribution: Attribution) -> list[dict[str, Any]]:
    """Return how we know who spoke; `start` and `end` count characters of the reading."""
    return [
        {
            "kind": each.kind,
            "quote": each.quote,
            "start": each.span.start if each.span else None,
            "end": each.span.end if each.span else None,
            "url": masked(each.url) if each.url else None,
        }
        for each in attribution.evidence
    ]


def _as_read(reading: Reading) -> list[Correction]:
    """Return what was applied, each at the characters of the reading."""
    return [
        replace(each, span=to_reading(reading, each.span)) if each.span else each
        for each in reading.applied
    ]


def corrections_as_list(
    corrections: Iterable[Correction], people: Mapping[str, Person]
) -> list[dict[str, Any]]:
    """Return corrections as JSON; `start` and `end` count characters as their spans do."""
    return [
        {
            "correction": each.id,
            "kind": each.kind.value,
            "author": each.author,
            "made": each.made.isoformat(),
            "reason": each.reason,
            "revision": each.revision,
            "start": each.span.start if each.span else None,
            "end": each.span.end if each.span else None,
            "exact": each.exact,
            "words": each.words,
            "label": each.label,
            "person": _name_of(each.person_id, people),
            "role": load_vocabulary().print_role(each.role) or each.role,
            "reverted": each.reverted.isoformat() if each.reverted else None,
            "reverted_by": each.reverted_by,
            "revert_reason": each.revert_reason,
        }
        for each in corrections
    ]


def _name_of(person_id: str | None, people: Mapping[str, Person]) -> str | None:
    person = people.get(person_id or "")
    return person.name if person else person_id


def _turns(reading: Reading, people: Mapping[str, Person]) -> list[dict[str, Any]]:
    checked, corrected = checked_in(reading), corrected_in(reading)
    return [
        _turn(turn, reading.text, people)
        | {
            "certainty": certainty_of(reading.text, turn.span, checked).value,
            "corrected": overlaps(turn.span, corrected),
        }
        for turn in reading.text.turns
    ]


def _turn(turn: Turn, text: Text, people: Mapping[str, Person]) -> dict[str, Any]:
    who = turn.attribution
    person = people.get(who.person_id or "")
    roles = [load_vocabulary().print_role(role) or role for role in who.roles]
    return {
        "start": turn.span.start,
        "end": turn.span.end,
        "exact": turn.span.of(text.content),
        "manner": turn.manner.value,
        "kind": turn.kind.value,
        "person": person.name if person else None,
        "label": who.label,
        "heard": who.heard,
        "role": roles[0] if roles else None,
        "roles": roles,
        "method": who.method.value,
        "confidence": who.confidence,
        "evidence": evidence_as_list(who),
        "verified_by": who.verified_by,
        "verified": who.verified.isoformat() if who.verified else None,
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
        "other": timing.other,
        "doubt": timing.doubt,
        "estimated": timing.estimated,
    }


def _aside(aside: Aside) -> dict[str, Any]:
    return {
        "at": aside.position,
        "kind": aside.kind.value,
        "text": aside.text,
        "start_time": aside.start_time,
        "end_time": aside.end_time,
    }


def export_json(document: Document, reading: Reading, people: Mapping[str, Person]) -> str:
    """Return the document as JSON, the same shape as `onrecord show --json`."""
    shape = document_as_dict(document, reading, people)
    return json.dumps(shape, ensure_ascii=False, indent=2) + "\n"


def export_txt(document: Document, reading: Reading, people: Mapping[str, Person]) -> str:
    """Return a transcript to read: a heading, then each turn with time and name."""
    text, corrected = reading.text, corrected_in(reading)
    head = [document.title, f"{document.show}, {print_date(document.published)}".strip(" ,")]
    head += [masked(document.url), *_notes(reading), ""]
    for turn in text.turns:
        when = f"[{clock(turn.start_time)}] " if turn.start_time is not None else ""
        manner = [turn.manner.value] if turn.manner.value != "spoken" else []
        manner += ["corrected"] if overlaps(turn.span, corrected) else []
        how = f" ({', '.join(manner)})" if manner else ""
        head += [f"{when}{speaker_of(turn, people)}{how}:", turn.span.of(text.content), ""]
    return "\n".join(head)


def _notes(reading: Reading) -> list[str]:
    """Return one line that says by whom words or speakers were corrected, or none."""
    changing = [each for each in reading.applied if each.kind is not CorrectionKind.VERIFIED]
    authors = ", ".join(dict.fromkeys(" ".join(each.author.split()) for each in changing))
    count = f"{len(changing)} correction{'' if len(changing) == 1 else 's'}"
    return [f"With {count} by {authors}."] if changing else []


def export_vtt(document: Document, reading: Reading, people: Mapping[str, Person]) -> str:
    """Return WebVTT with a voice tag on every cue.

    Raises:
        TextNotFoundError: the text has no times (an article).
    """
    text = reading.text
    _need_times(document, text)
    lines = ["WEBVTT", ""]
    for note in _notes(reading):
        lines += [f"NOTE {_escape(note)}", ""]
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


def export_srt(document: Document, reading: Reading, people: Mapping[str, Person]) -> str:
    """Return SRT, which has no place for remarks; the name stands where the speaker changes.

    Raises:
        TextNotFoundError: the text has no times (an article).
    """
    text = reading.text
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


FORMATS: dict[str, Callable[[Document, Reading, Mapping[str, Person]], str]] = {
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
