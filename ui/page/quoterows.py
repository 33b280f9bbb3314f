"""Kept quotes as the page lists them: words, where they stand, what has become of them since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from corpus.quotesets import Change, Changed
from corpus.styles import print_ap
from corpus.types import KeptQuote, SetQuote, Stance
from ui import wording
from ui.kept.quotes import Quotes

_CHANGES = {
    Change.CORRECTED: "Corrected since",
    Change.REATTRIBUTED: "Attributed otherwise since",
    Change.RENAMED: "Renamed since",
    Change.STALE: "Stale: these words are not found in the newest text",
    Change.GONE: "Its document is no longer in the archive",
    Change.WITHDRAWN: "Its document was withdrawn: kept, but not shown and not exported",
    Change.NEW: "New",
}
_STANCES = {"agrees": "Agrees with", "differs": "Differs from"}
_MOST_SHOWN = 90  # characters of the other quote of a mark


def quote_rows(quotes: Quotes, entries: Sequence[SetQuote]) -> list[dict[str, Any]]:
    """Return the entries of a set, each checked against the archive as it is now."""
    if not entries:
        return []
    ids = [entry.kept.id for entry in entries]
    states = {each.kept.id: quotes.with_present(each) for each in quotes.verify(ids)}
    marks = [mark for mark in quotes.marks() if {mark.quote_id, mark.other_id}.intersection(ids)]
    others = quotes.marked(marks)
    return [_row(entry, states.get(entry.kept.id), marks, others) for entry in entries]


def _row(
    entry: SetQuote,
    state: Changed | None,
    marks: Iterable[Stance],
    others: Mapping[str, KeptQuote],
) -> dict[str, Any]:
    kept, quote = entry.kept, entry.kept.quote
    verbatim = wording.is_verbatim(quote.manner)
    note = entry.note if entry.note is not None else quote.note
    changes = _changes(state)
    person = quote.attribution.person_id
    sure = wording.how_sure(quote)
    return {
        "id": kept.id,
        "number": entry.number,
        "quote": wording.unmarked(quote.exact) if verbatim else quote.exact,
        "manner": quote.manner.value,
        "speaker": speaker_of(kept),
        "person": wording.person_link(person) if person else None,
        "role": kept.standing,
        "title": kept.title,
        "show": kept.show,
        "date": wording.print_day(kept.published),
        "place": kept.locator,
        "sure": sure if changes else ", ".join(filter(None, (sure, "verified now"))),
        "href": wording.inner_link(kept.permalink),
        "changes": changes,
        "stances": [said for mark in marks if (said := _stance(mark, kept.id, others))],
        "note": note,
        "copy": _copied((state and state.present) or kept),
    }


def _copied(now: KeptQuote) -> str:
    """Return what a reporter pastes: the words and the name of today, whatever was kept."""
    words = wording.printed(now.quote.exact, now.quote.manner)
    return f"{words} — {print_ap(now)} {now.permalink}"


def speaker_of(kept: KeptQuote) -> str:
    """Return the name to print: the person, else the label."""
    return kept.person or kept.quote.attribution.label or "Unattributed"


def _changes(state: Changed | None) -> list[dict[str, str]]:
    if state is None:
        return []
    said = {
        Change.CORRECTED: f"and reads now: “{state.words}”" if state.words else "",
        Change.RENAMED: f"and is called: {state.speaker}" if state.speaker else "",
        Change.REATTRIBUTED: f"and is said by: {state.speaker}" if state.speaker else "",
    }
    return [{"name": _CHANGES[each], "said": said.get(each, "")} for each in state.changes]


def _stance(mark: Stance, quote_id: str, others: Mapping[str, KeptQuote]) -> str | None:
    if quote_id not in (mark.quote_id, mark.other_id):
        return None
    other = others.get(mark.other_id if mark.quote_id == quote_id else mark.quote_id)
    if other is None:
        return None
    words = wording.shortened(other.quote.exact, _MOST_SHOWN)
    why = f" ({mark.note})" if mark.note else ""
    how = _STANCES[mark.kind.value]
    return f"{how} {speaker_of(other)}: “{words}”, as {mark.author} marked{why}"
