"""A text as it is to be read: people resolved, corrections laid over words that never change.

Pure. A correction applies only where its words still stand between the words they stood
between; one whose place is gone is stale and is listed, never put somewhere near.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from corpus.edits import carry, retime, rewrite
from corpus.overlay import CORRECTION, Overlay, Roles, is_by_hand, lay_over, overlaps, place
from corpus.types import Correction, CorrectionKind, Reading, Span, Text, Turn

__all__ = [
    "CORRECTION",
    "apply_corrections",
    "canonical_of",
    "checked_in",
    "corrected_in",
    "is_by_hand",
    "overlaps",
    "place",
    "to_canonical",
    "to_reading",
]


def apply_corrections(
    text: Text,
    corrections: Iterable[Correction],
    known_as: Mapping[str, str] | None = None,
    standing: Roles | None = None,
) -> Reading:
    """Return `text` as it is to be read.

    Corrections of one kind apply in order of time, the last word holding. What a person said of
    one turn holds against what was said of its whole label. Reverted ones are left out.

    Args:
        text: the canonical words of one revision.
        corrections: of its document, made on this revision or on another.
        known_as: person → the person they were merged into, or are in this document.
        standing: person → roles as the document credits them, for turns somebody is given.
    """
    in_force = sorted(
        (each for each in corrections if each.reverted is None),
        key=lambda each: (each.made, each.id),
    )
    overlay = lay_over(text, in_force, known_as or {}, standing or {})
    return _reading_of(overlay, in_force)


# ── between the reading and the canonical text ───────────────────────────────────────────────


def to_canonical(reading: Reading, span: Span) -> Span:
    """Return the canonical characters of `span`; corrected words count as a whole."""
    return carry(reading.shifts, span, back=True)


def to_reading(reading: Reading, span: Span) -> Span:
    """Return where the canonical `span` is read; corrected words count as a whole."""
    return carry(reading.shifts, span, back=False)


def canonical_of(reading: Reading) -> Text:
    """Return the text that was read."""
    return reading.canonical or reading.text


def checked_in(reading: Reading) -> list[Span]:
    """Return the stretches whose words a person has given or compared, in order."""
    return _joined(reading.text.content, [to_reading(reading, s) for s in _given(reading.applied)])


def _given(applied: Iterable[Correction]) -> list[Span]:
    kinds = (CorrectionKind.WORDS, CorrectionKind.VERIFIED)
    return sorted(each.span for each in applied if each.kind in kinds and each.span)


def _joined(content: str, spans: Iterable[Span]) -> list[Span]:
    """Return sorted spans with those made one that touch or have only space between them."""
    joined: list[Span] = []
    for span in spans:
        if joined and not content[joined[-1].end : span.start].strip():
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return joined


def corrected_in(reading: Reading) -> list[Span]:
    """Return the stretches whose words or speaker a person corrected, in order."""
    words = [
        _seen(to_reading(reading, each.span))
        for each in reading.applied
        if each.kind is CorrectionKind.WORDS and each.span
    ]
    turns = [turn.span for turn in reading.text.turns if is_by_hand(turn.attribution)]
    return sorted([*words, *turns])


def _seen(span: Span) -> Span:
    """Return the span; of words struck out, what stands at either side: it reads differently."""
    return span if len(span) else Span(max(0, span.start - 1), span.end + 1)


# ── the reading ──────────────────────────────────────────────────────────────────────────────


def _reading_of(overlay: Overlay, in_force: Sequence[Correction]) -> Reading:
    text, order = overlay.text, {each.id: number for number, each in enumerate(in_force)}
    applied, stale = (
        tuple(sorted(some, key=lambda each: order[each.id]))
        for some in (overlay.applied, overlay.stale)
    )
    turns = tuple(part.turn for part in overlay.parts)
    if not applied and turns == text.turns:
        return Reading(text=text, stale=stale)
    content, shifts = rewrite(text.content, overlay.edits)
    given = _joined(text.content, _given(applied))
    moved = (_moved(turn, shifts) for turn in turns)
    read = replace(
        text,
        content=content,
        turns=tuple(turn for turn in moved if turn.span.of(content).strip()),
        timings=retime(text.timings, content, shifts, given) if given else text.timings,
        asides=tuple(
            replace(
                each,
                position=carry(shifts, Span(each.position, each.position), back=False).start,
            )
            for each in text.asides
        ),
    )
    return Reading(
        text=replace(read, sha256=_digest(text, applied, turns)),
        applied=applied,
        stale=stale,
        shifts=shifts,
        canonical=text,
    )


def _moved(turn: Turn, shifts: Sequence[tuple[int, int]]) -> Turn:
    if not shifts:
        return turn
    evidence = tuple(
        replace(each, span=carry(shifts, each.span, back=False)) if each.span else each
        for each in turn.attribution.evidence
    )
    attribution = replace(turn.attribution, evidence=evidence)
    return replace(turn, span=carry(shifts, turn.span, back=False), attribution=attribution)


def _digest(text: Text, applied: Sequence[Correction], turns: Sequence[Turn]) -> str:
    seen = [text.sha256, *(each.id for each in applied)]
    seen += [turn.attribution.person_id or "" for turn in turns]
    return hashlib.sha256("\n".join(seen).encode("utf-8", "surrogatepass")).hexdigest()
