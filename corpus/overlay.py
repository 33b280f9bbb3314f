"""Corrections laid one by one over the turns and words of a text. Pure.

`reading.py` decides which apply and makes the reading of what is here; this is how each kind
changes turns, and how a turn is cut where only a part of it is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from corpus.anchors import find_again, timings_in, trim
from corpus.edits import Edit, edits_of
from corpus.types import (
    Attribution,
    Correction,
    CorrectionKind,
    Evidence,
    Method,
    Span,
    Text,
    Turn,
    TurnKind,
)

CORRECTION = "correction"  # kind of the evidence that a person's word is
_BREAK = re.compile(r"\n\s*\n")
_WORD = re.compile(r"\w+")
_ANONYMOUS = re.compile(r"(?:speaker|voice|unknown)\b.{0,40}", re.IGNORECASE)
_PLACED = (CorrectionKind.WORDS, CorrectionKind.SPEAKER, CorrectionKind.VERIFIED)

Roles = Mapping[str, tuple[str, ...]]  # by person


@dataclass(slots=True)
class Part:
    """A turn, or a part of one, while corrections are laid over it."""

    turn: Turn
    named: datetime | None = None  # when a person last said whose it is


@dataclass(slots=True)
class Overlay:
    """What has been laid over a text so far."""

    text: Text
    known_as: Mapping[str, str]
    standing: Roles
    parts: list[Part] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    applied: list[Correction] = field(default_factory=list)
    stale: list[Correction] = field(default_factory=list)


def lay_over(
    text: Text, in_force: Sequence[Correction], known_as: Mapping[str, str], standing: Roles
) -> Overlay:
    """Return what `in_force`, in order of time, makes of the turns and words of `text`."""
    overlay = Overlay(text, known_as, standing)
    overlay.parts = [Part(_resolved(turn, known_as)) for turn in text.turns]
    for kind in _STEPS:
        for correction in in_force:
            if correction.kind is kind:
                _lay(overlay, correction)
    return overlay


def place(text: Text, correction: Correction) -> Span | None:
    """Return where a correction's words stand in `text`, or None when that is not certain."""
    here, span = correction.revision == text.revision, correction.span
    stands = span is not None and correction.exact in (None, span.of(text.content))
    if here and stands:
        return span
    if not (correction.exact or "").strip():
        return None
    return find_again(
        text.content, correction.exact or "", correction.prefix or "", correction.suffix or ""
    )


def is_by_hand(attribution: Attribution) -> bool:
    """Say whether a person corrected who speaks, or their role."""
    return any(each.kind == CORRECTION for each in attribution.evidence)


def overlaps(span: Span, stretches: Sequence[Span]) -> bool:
    """Say whether `span` has a character in common with one of `stretches`."""
    return any(span.start < each.end and each.start < span.end for each in stretches)


def _lay(overlay: Overlay, correction: Correction) -> None:
    span = place(overlay.text, correction) if correction.kind in _PLACED else None
    if correction.kind in _PLACED and span is None:
        overlay.stale.append(correction)
        return
    if _STEPS[correction.kind](overlay, correction, span or Span(0, 0)):
        placed = replace(correction, span=span, revision=overlay.text.revision)
        overlay.applied.append(placed)
    else:
        overlay.stale.append(correction)


def _exchange(overlay: Overlay, correction: Correction, span: Span) -> bool:
    content = overlay.text.content
    span = trim(content, span)
    turns = (part.turn.span for part in overlay.parts)
    within = next((turn for turn in turns if span in turn), None)
    if (
        within is None
        or not span.of(content).strip()
        or _BREAK.search(content, span.start, span.end)
    ):
        return False
    made = edits_of(content, span, correction.words or "", within)
    taken = [each.span for each in overlay.applied if each.span]
    if overlaps(span, taken) or _exchange_the_same(made, overlay.edits):
        return False
    overlay.edits = sorted([*overlay.edits, *made])
    return True


def _exchange_the_same(some: Sequence[Edit], others: Sequence[Edit]) -> bool:
    """Say whether edits of `some` and of `others` exchange the same character."""
    return any(a.start < b.end and b.start < a.end for a in some for b in others)


def _name_label(overlay: Overlay, correction: Correction, _: Span) -> bool:
    wanted = _fold(correction.label)
    found = False
    for part in overlay.parts:
        spoken = part.turn.kind is not TurnKind.ADVERTISEMENT
        if spoken and _fold(part.turn.attribution.label) == wanted:
            _name(overlay, part, correction)
            found = True
    return found


def _name_turn(overlay: Overlay, correction: Correction, span: Span) -> bool:
    wide = _whole_words(overlay, span)
    parts: list[Part] = []
    found = False
    for part in overlay.parts:
        for piece, inside in _pieces(overlay.text, part, wide):
            if inside:
                _name(overlay, piece, correction)
                found = True
            parts.append(piece)
    overlay.parts = parts
    return found


def _give_role(overlay: Overlay, correction: Correction, _: Span) -> bool:
    person_id = _known(overlay.known_as, correction.person_id)
    roles = (correction.role,) if correction.role else ()
    found = False
    for part in overlay.parts:
        who = part.turn.attribution
        if person_id is not None and who.person_id == person_id:
            others = tuple(each for each in who.evidence if each.quote != _said_by(correction))
            evidence = (*others, Evidence(kind=CORRECTION, quote=_said_by(correction)))
            part.turn = replace(part.turn, attribution=replace(who, roles=roles, evidence=evidence))
            found = True
    return found


def _verify(overlay: Overlay, correction: Correction, span: Span) -> bool:
    for part in overlay.parts:
        later = part.named is not None and part.named > correction.made
        if trim(overlay.text.content, part.turn.span) in span and not later:
            who = replace(
                part.turn.attribution, verified_by=correction.author, verified=correction.made
            )
            part.turn = replace(part.turn, attribution=who)
    return True


_STEPS = {  # in this order
    CorrectionKind.WORDS: _exchange,
    CorrectionKind.LABEL: _name_label,
    CorrectionKind.SPEAKER: _name_turn,
    CorrectionKind.ROLE: _give_role,
    CorrectionKind.VERIFIED: _verify,
}


def _name(overlay: Overlay, part: Part, correction: Correction) -> None:
    """Give the part to the person, or take the name away."""
    before = part.turn.attribution
    evidence = (Evidence(kind=CORRECTION, quote=_said_by(correction)),)
    person_id = _known(overlay.known_as, correction.person_id)
    if person_id is None:
        # A publisher's label may be the very name that is wrong; "Speaker 2" is nobody's.
        kept = before.label if _ANONYMOUS.fullmatch(before.label or "") else None
        who = Attribution(method=Method.NONE, confidence=0.0, label=kept, evidence=evidence)
    else:
        who = Attribution(
            method=Method.HUMAN,
            confidence=1.0,
            person_id=person_id,
            label=before.label,
            roles=_roles_of(overlay, person_id),
            evidence=evidence,
        )
    part.turn = replace(part.turn, attribution=who)
    part.named = correction.made


def _roles_of(overlay: Overlay, person_id: str) -> tuple[str, ...]:
    said = (part.turn.attribution for part in overlay.parts)
    held = (who.roles for who in said if who.person_id == person_id and who.roles)
    return next(held, overlay.standing.get(person_id, ()))


def _said_by(correction: Correction) -> str:
    reason = f": {correction.reason}" if correction.reason else ""
    return f"{correction.author}{reason}"


def _resolved(turn: Turn, known_as: Mapping[str, str]) -> Turn:
    who = turn.attribution
    person_id = _known(known_as, who.person_id)
    if person_id == who.person_id:
        return turn
    return replace(turn, attribution=replace(who, person_id=person_id))


def _known(known_as: Mapping[str, str], person_id: str | None) -> str | None:
    return known_as.get(person_id, person_id) if person_id else None


def _fold(label: str | None) -> str:
    return " ".join((label or "").casefold().split())


# ── splitting a turn ─────────────────────────────────────────────────────────────────────────


def _whole_words(overlay: Overlay, span: Span) -> Span:
    """Return `span` widened to whole words and to the whole of what is exchanged in it."""
    wide = _widened(overlay, span)
    while wide != span:
        span, wide = wide, _widened(overlay, wide)
    return wide


def _widened(overlay: Overlay, span: Span) -> Span:
    content, start, end = overlay.text.content, span.start, span.end
    for timing in timings_in(overlay.text.timings, span):
        start, end = min(start, timing.span.start), max(end, timing.span.end)
    for edit in overlay.edits:
        if edit.start < end and start < edit.end:
            start, end = min(start, edit.start), max(end, edit.end)
    while 0 < start < len(content) and _joins(content, start):
        start -= 1
    while 0 < end < len(content) and (_joins(content, end) or _is_mark(content[end])):
        end += 1
    return Span(start, end)


def _joins(content: str, position: int) -> bool:
    """Say whether a word goes on across `position`; some scripts put no space between words."""
    return all(c.isalnum() and not "\u0e00" <= c <= "\u9fff" for c in content[position - 1 :][:2])


def _is_mark(character: str) -> bool:
    return not character.isalnum() and not character.isspace()


def _pieces(text: Text, part: Part, wide: Span) -> Iterator[tuple[Part, bool]]:
    """Yield a turn cut at the edges of `wide`, each piece with whether it lies inside."""
    whole = part.turn.span
    first, last = max(whole.start, wide.start), min(whole.end, wide.end)
    if first >= last or not _has_words(text, Span(first, last)):
        yield part, False
        return
    if not _has_words(text, Span(whole.start, first)):
        first = whole.start
    if not _has_words(text, Span(last, whole.end)):
        last = whole.end
    cuts = ((whole.start, first, False), (first, last, True), (last, whole.end, False))
    for start, end, inside in cuts:
        if start < end:
            yield Part(_cut(text, part.turn, Span(start, end)), part.named), inside


def _cut(text: Text, turn: Turn, span: Span) -> Turn:
    if span == turn.span:
        return turn
    span = trim(text.content, span)
    timed = timings_in(text.timings, span)
    start_time = turn.start_time if span.start == turn.span.start else None
    end_time = turn.end_time if span.end == turn.span.end else None
    if timed:
        start_time = timed[0].start_time if start_time is None else start_time
        end_time = timed[-1].end_time if end_time is None else end_time
    return replace(turn, span=span, start_time=start_time, end_time=end_time)


def _has_words(text: Text, span: Span) -> bool:
    return _WORD.search(text.content, span.start, span.end) is not None
