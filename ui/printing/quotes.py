"""Kept quotes and quote sets in words: what `onrecord quote` and `onrecord set` print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from corpus.exports import about_set
from corpus.exports.rows import row_of, since_of, speaker_of
from corpus.quotesets import Change, Changed
from corpus.styles import STYLES, print_ap, print_moment, print_note, print_reference
from corpus.types import KeptQuote, QuoteSet, SetQuote, Stance
from ui.kept.picturing import entry_now
from ui.kept.quotes import SetView, Told, changed_as_dict
from ui.printing.lines import plain
from ui.wording import print_day, printed

NO_QUOTES = "No quote is kept yet: onrecord quote keep DOCUMENT WORDS"
NO_SETS = "There is no set yet: onrecord set new NAME"
NO_MARKS = "No two quotes are marked yet: onrecord quote mark QUOTE agrees|differs OTHER"
NO_LONGER = "  (kept no longer)"
SAME = "as it was kept"
_MOST_SHOWN = 90  # characters of a quote on one line


def quote_as_dict(changed: Changed) -> dict[str, Any]:
    """Return a kept quote as JSON: the row that exports of a set have that is not frozen."""
    kept, row = changed.kept, row_of(entry_now(changed))
    del row["number"]
    kept_at = kept.kept.isoformat() if kept.kept else None
    return row | {"kept": kept_at, "kept_by": kept.author}


def quotes_as_list(quotes: Iterable[Changed]) -> list[dict[str, Any]]:
    """Return kept quotes as JSON."""
    return [quote_as_dict(each) for each in quotes]


def quote_lines(quotes: Iterable[Changed]) -> Iterator[str]:
    """Yield a line for every kept quote, and below it what has changed since it was kept."""
    found = False
    for each in quotes:
        found = True
        yield from entry_lines(entry_now(each))
    if not found:
        yield NO_QUOTES


def looked_as_dict(changed: Changed) -> dict[str, Any]:
    """Return a kept quote, its citations and what has become of it, as JSON."""
    kept = changed.present or changed.kept
    citations = {
        style: {"reference": print_reference(kept, style), "moment": print_moment(kept, style)}
        for style in STYLES
    }
    shape = quote_as_dict(changed) | {"citations": citations | {"ap": print_ap(kept)}}
    return shape | {
        "words": changed.words,
        "speaker_now": changed.speaker,
    }


def looked_lines(changed: Changed) -> Iterator[str]:
    """Yield a kept quote to read, with its citations: as it is now, then what was kept."""
    kept = changed.present or changed.kept
    yield plain(printed(kept.quote.exact, kept.quote.manner))
    yield from _since_lines(entry_now(changed), "  ")
    yield ""
    yield plain(f"{print_ap(kept)}")
    if note := print_note(kept):
        yield plain(f"  {note}")
    if kept.quote.note:
        yield plain(f"  note: {kept.quote.note}")
    yield plain(f"  {kept.permalink}")
    yield ""
    for style in STYLES:
        yield plain(f"{style}: {print_reference(kept, style)}")
        yield plain(f"  {print_moment(kept, style)}")
    yield ""
    yield f"{kept.id}: {plain(_state(changed))}"


def entry_lines(entry: SetQuote, before: str = "") -> Iterator[str]:
    """Yield a quote on a line, and below it what has changed since it was kept."""
    note = plain(f" [{row_of(entry)['note']}]") if before and row_of(entry)["note"] else ""
    yield f"{before}{_line(entry.kept)}{note}"
    yield from _since_lines(entry, " " * (len(before) + 2))


def _since_lines(entry: SetQuote, before: str) -> Iterator[str]:
    for each in since_of(row_of(entry)):
        yield plain(f"{before}{' '.join(each.split())}")


def changed_as_list(changed: Iterable[Changed]) -> list[dict[str, Any]]:
    """Return changes as JSON."""
    return [changed_as_dict(each) for each in changed]


def changed_lines(changed: Iterable[Changed]) -> Iterator[str]:
    """Yield a line for every quote that was looked at."""
    found = False
    for each in changed:
        found = True
        yield f"{_line(each.kept)}: {plain(_state(each))}"
    if not found:
        yield "Nothing has changed."


def marks_as_list(marks: Iterable[Stance], kept: Mapping[str, Changed]) -> list[dict[str, Any]]:
    """Return marks as JSON, each with the words of both quotes as they are now."""
    return [_mark_as_dict(each, kept) for each in marks]


def mark_lines(marks: Iterable[Stance], kept: Mapping[str, Changed]) -> Iterator[str]:
    """Yield for every mark who marked it, and the two quotes with what has changed since."""
    found = False
    for each in marks:
        found = True
        note = f": {each.note}" if each.note else ""
        undone = f", taken away by {each.undone_by}" if each.undone else ""
        by = f"marked by {each.author}, {print_day(each.made)}{undone}"
        yield plain(f"{each.id}  {each.kind.value}, {by}{note}")
        for quote_id in (each.quote_id, each.other_id):
            if quote_id in kept:
                yield from (f"  {line}" for line in entry_lines(entry_now(kept[quote_id])))
            else:
                yield f"  {quote_id}{NO_LONGER}"
    if not found:
        yield NO_MARKS


def _mark_as_dict(mark: Stance, kept: Mapping[str, Changed]) -> dict[str, Any]:
    there = (each for each in (mark.quote_id, mark.other_id) if each in kept)
    exact = {each: entry_now(kept[each]).kept.quote.exact for each in there}
    return {
        "id": mark.id,
        "stance": mark.kind.value,
        "quote": mark.quote_id,
        "exact": exact.get(mark.quote_id),
        "other": mark.other_id,
        "other_exact": exact.get(mark.other_id),
        "by": mark.author,
        "made": mark.made.isoformat(),
        "note": mark.note,
        "undone": mark.undone.isoformat() if mark.undone else None,
        "undone_by": mark.undone_by,
    }


def told_lines(told: Told) -> Iterator[str]:
    """Yield what has changed since a set was made: nothing when nothing has."""
    if hidden := told.counts.get(Change.WITHDRAWN.value):
        yield f"Not exported, for their documents were withdrawn: {hidden} of its quotes."
    if told.first:
        yield from changed_lines(told.first)
    if told.more:
        yield f"… and {told.more:,} more: onrecord set diff tells all of them"


def set_as_dict(about: QuoteSet) -> dict[str, Any]:
    """Return what is known of a set as JSON."""
    return about_set(about) | {"quotes": about.size}


def sets_as_list(sets: Iterable[QuoteSet]) -> list[dict[str, Any]]:
    """Return sets as JSON."""
    return [set_as_dict(each) for each in sets]


def set_lines(sets: Iterable[QuoteSet]) -> Iterator[str]:
    """Yield a line for every set."""
    found = False
    for about in sets:
        found = True
        yield _set_line(about)
    if not found:
        yield NO_SETS


def view_as_dict(view: SetView) -> dict[str, Any]:
    """Return a set with its quotes as JSON."""
    return set_as_dict(view.about) | {"rows": [row_of(each) for each in view.quotes]}


def view_lines(view: SetView) -> Iterator[str]:
    """Yield a set to read."""
    yield _set_line(view.about)
    if view.about.question:
        yield plain(f"  question: {view.about.question}")
    for entry in view.quotes:
        yield from entry_lines(entry, f"{entry.number:>4}. ")


def _set_line(about: QuoteSet) -> str:
    count = f"{about.size} quote{'' if about.size == 1 else 's'}"
    frozen = f", frozen as {about.frozen_as}" if about.frozen_as else ""
    return plain(f"{about.id}  {about.name}: {count}{frozen}")


def _line(kept: KeptQuote) -> str:
    words = " ".join(printed(kept.quote.exact, kept.quote.manner).split())
    if len(words) > _MOST_SHOWN:
        words = words[: _MOST_SHOWN - 1] + "…"
    who = speaker_of(row_of(SetQuote(number=1, kept=kept)))
    return plain(f"{kept.id}  {who}, {kept.show}, {kept.locator}: {words}")


def _state(changed: Changed) -> str:
    said = []
    for each in changed.changes:
        said.append(each.value)
        if each is Change.CORRECTED and changed.words is not None:
            said.append(f"now “{' '.join(changed.words.split())}”")
        if each in (Change.REATTRIBUTED, Change.RENAMED) and changed.speaker is not None:
            said.append(f"now {changed.speaker}")
    return "; ".join(said or [SAME])
