"""How the command line prints a document turn by turn: who, how we know, how sure the words are."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from corpus.certainty import certainty_of, contested_in
from corpus.citations import clock, gone_note, print_date
from corpus.export import document_as_dict, speaker_of
from corpus.masking import masked
from corpus.reading import CORRECTION, checked_in, corrected_in, overlaps
from corpus.types import (
    Attribution,
    Correction,
    CorrectionKind,
    Person,
    Reading,
    Span,
    Text,
    Turn,
)
from corpus.vocabulary import load_vocabulary
from ui.answers import DocumentView
from ui.printing.identity import identity_as_dict, identity_lines
from ui.printing.lines import named_by, plain

_WIDTH = 88
_SHORT = 60  # characters of evidence that a line of it shows


def view_as_dict(view: DocumentView) -> dict[str, Any]:
    """Return the shape that `onrecord show --json` prints."""
    shape = document_as_dict(view.document, view.reading, view.people)
    return shape | identity_as_dict(view)


def view_lines(view: DocumentView) -> Iterator[str]:
    """Yield a document for reading: its credits, then its turns."""
    document = view.document
    yield plain(document.title)
    yield plain(", ".join(filter(None, (document.show, print_date(document.published)))))
    address = plain(masked(document.url))
    yield f"{document.kind.value} {document.id}, {document.stage.value}, {address}"
    if document.gone:
        yield f"{gone_note(document.gone)}: what was taken in stays"
    if document.last_error:
        yield f"last error: {plain(document.last_error)}"
    yield from identity_lines(view)
    for credit in document.credits:
        part = f" ({credit.part})" if credit.part else ""
        yield plain(f"  {credit.name}{part}: {credit.description or 'no description'}")
    if view.reading is not None:
        yield from reading_lines(view.reading, view.people)


def shortened(words: str) -> str:
    """Return words on one line, cut where they are many."""
    line = " ".join(plain(words).split())
    return line if len(line) <= _SHORT else line[: _SHORT - 1] + "…"


def reading_lines(reading: Reading, people: Mapping[str, Person]) -> Iterator[str]:
    """Yield a document's words as they are to be read; contested ones as ⟨word|other⟩."""
    text = reading.text
    for warning in text.warnings:
        yield f"note: {plain(warning)}"
    for correction in reading.stale:
        yield f"note: no longer applies: {correction_line(correction, people)}"
    checked, corrected = checked_in(reading), corrected_in(reading)
    for turn in text.turns:
        yield ""
        sure = [certainty_of(text, turn.span, checked).value]
        sure += ["corrected"] if overlaps(turn.span, corrected) else []
        yield _heading(turn, people, sure)
        if turn.attribution.person_id:
            yield f"  {known_by(turn.attribution)}"
        for paragraph in _marked(text, turn.span).split("\n\n"):
            yield textwrap.fill(plain(paragraph), _WIDTH)


def _heading(turn: Turn, people: Mapping[str, Person], sure: Sequence[str]) -> str:
    when = f"[{clock(turn.start_time)}] " if turn.start_time is not None else ""
    roles = [load_vocabulary().print_role(each) or each for each in turn.attribution.roles]
    who = ", ".join((speaker_of(turn, people), *roles))
    return plain(f"{when}{who} ({'; '.join((turn.manner.value, *sure))}):")


def known_by(who: Attribution) -> str:
    """Return in one line how we know who spoke: the method and the first of the evidence."""
    heard = f", printed “{shortened(who.heard)}”" if who.heard else ""
    shown = next((each for each in who.evidence if each.quote or each.url), None)
    evidence = ""
    if shown is not None:
        said = shortened(shown.quote or masked(shown.url or ""))
        evidence = f" ({said})" if shown.kind == CORRECTION else f": “{said}”"
    verified = f"; verified by {shortened(who.verified_by)}" if who.verified_by else ""
    return f"{named_by(who)}{heard}{evidence}{verified}"


def _marked(text: Text, span: Span) -> str:
    """Return the words at `span` with the contested ones marked."""
    parts, at = [], span.start
    for timing in contested_in(text, span):
        if timing.span.start < at:
            continue
        parts.append(text.content[at : timing.span.start])
        word = timing.span.of(text.content)
        # What the other decode has: nothing, or unknown (a guard's doubt; `--json` says which).
        other = "?" if timing.other is None else timing.other or "–"
        parts.append(f"⟨{word}|{other}⟩")
        at = timing.span.end
    return "".join((*parts, text.content[at : span.end]))


def correction_line(correction: Correction, people: Mapping[str, Person]) -> str:
    """Return a correction as one line: which, what, by whom, when and why."""
    made = f"{correction.made:%Y-%m-%d %H:%M}"
    reason = f": {shortened(correction.reason)}" if correction.reason else ""
    line = f"{correction.id}  {made}  {shortened(correction.author)}  {_what(correction, people)}"
    if correction.reverted is not None:
        why = f": {shortened(correction.revert_reason)}" if correction.revert_reason else ""
        by = shortened(correction.reverted_by or "")
        reason += f"  (reverted {correction.reverted:%Y-%m-%d %H:%M} by {by}{why})"
    return line + reason


def _what(correction: Correction, people: Mapping[str, Person]) -> str:
    person = people.get(correction.person_id or "")
    name = shortened(person.name if person else correction.person_id or "nobody")
    exact = f"“{shortened(correction.exact)}”" if correction.exact else "the whole text"
    said = {
        CorrectionKind.WORDS: f"{exact} is “{shortened(correction.words or '')}”",
        CorrectionKind.SPEAKER: f"{exact} is said by {name}",
        CorrectionKind.LABEL: f"{shortened(correction.label or '')} is {name}",
        CorrectionKind.ROLE: f"{name} is {_role(correction.role)}",
        CorrectionKind.VERIFIED: f"{exact} is verified",
    }
    return said[correction.kind]


def _role(role_id: str | None) -> str:
    return load_vocabulary().print_role(role_id) or role_id or "without a role"
