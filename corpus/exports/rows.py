"""Quotes as rows: one flat mapping a quote, the same fields in every format. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from corpus.masking import masked
from corpus.quotesets import Change
from corpus.types import Evidence, KeptQuote, Manner, SetQuote

Row = dict[str, Any]

TEXT, INTEGER, LIST, FLAG = "text", "integer", "list", "flag"
COLUMNS: dict[str, str] = {
    "number": INTEGER,
    "id": TEXT,
    "exact": TEXT,
    "contested": LIST,  # words of it on which two decodes differ
    "person": TEXT,
    "label": TEXT,
    "standing": TEXT,
    "role": LIST,
    "manner": TEXT,
    "certainty": TEXT,
    "corrected": FLAG,  # a person corrected words or speaker
    "method": TEXT,  # how we know who spoke
    "evidence": LIST,
    "heard": TEXT,  # the name as printed or misheard there, where it is another
    "show": TEXT,
    "title": TEXT,
    "date": TEXT,  # of publication, ISO 8601
    "kind": TEXT,
    "url": TEXT,
    "permalink": TEXT,
    "locator": TEXT,
    "start_ms": INTEGER,
    "end_ms": INTEGER,
    "paragraph": INTEGER,
    "media_sha256": TEXT,
    "made_with": TEXT,  # extractor, models and settings the words come from
    "words_sha256": TEXT,  # the file the words were read or heard from
    "capture_sha256": TEXT,
    "retrieved": TEXT,  # ISO 8601, UTC
    "note": TEXT,
    "topics": LIST,  # ids of the vocabulary, here and below
    "terms": LIST,
    "incidents": LIST,
    "rules": LIST,
    "document": TEXT,
    "revision": INTEGER,
    "start": INTEGER,  # characters of the revision as it was read
    "end": INTEGER,
    "prefix": TEXT,
    "suffix": TEXT,
    "hosts": LIST,
    "authors": LIST,
    "radio": FLAG,
    # Of a set that is not frozen: what has become of the quote since it was kept, and what of the
    # kept form is otherwise; the other fields hold what the archive holds now.
    "changes": LIST,
    "kept_exact": TEXT,
    "kept_speaker": TEXT,
}
PARAPHRASE = "paraphrase, not a quotation"
_SINCE = {
    Change.STALE: "stale: these words are not found in the newest text",
    Change.GONE: "its document is no longer in the archive",
    Change.MERGED: "its document was found to be the same as another one, which stays in lists",
    Change.WITHDRAWN: "its document was withdrawn: kept, but not shown and not exported",
}
_SAFE = frozenset((int, bool, type(None)))
_SURROGATE = re.compile("[\ud800-\udfff]")


def row_of(entry: SetQuote) -> Row:
    """Return the row of a quote in a set; absent values are None.

    Lone halves of surrogate pairs, which no file can hold, become the replacement character.
    """
    kept, quote = entry.kept, entry.kept.quote
    who = quote.attribution
    row: Row = {
        "number": entry.number,
        "id": kept.id,
        "exact": quote.exact,
        "contested": list(quote.contested),
        "person": kept.person,
        "label": who.label,
        "standing": kept.standing,
        "role": list(kept.roles),
        "manner": quote.manner.value,
        "certainty": quote.certainty.value if quote.certainty else None,
        "corrected": quote.corrected,
        "method": who.method.value,
        "evidence": [_evidence(each) for each in who.evidence],
        "heard": who.heard,
        "show": kept.show,
        "title": kept.title,
        "date": kept.published.date().isoformat() if kept.published else None,
        "kind": kept.kind.value,
        "url": masked(kept.url),
        "permalink": kept.permalink,
        "locator": kept.locator,
        "start_ms": _milliseconds(quote.start_time),
        "end_ms": _milliseconds(quote.end_time),
        "paragraph": quote.paragraph,
        "media_sha256": kept.media_sha256,
        "made_with": kept.made_with,
        "words_sha256": kept.words_sha256,
        "capture_sha256": kept.capture_sha256,
        "retrieved": _moment(kept.retrieved),
        "note": entry.note if entry.note is not None else quote.note,
        "topics": list(kept.topics),
        "terms": list(kept.terms),
        "incidents": list(kept.incidents),
        "rules": list(kept.rules),
        "document": quote.document_id,
        "revision": quote.revision,
        "start": quote.span.start,
        "end": quote.span.end,
        "prefix": quote.prefix,
        "suffix": quote.suffix,
        "hosts": list(kept.hosts),
        "authors": list(kept.authors),
        "radio": kept.radio,
        "changes": list(entry.changes),
        "kept_exact": _kept_exact(entry),
        "kept_speaker": _kept_speaker(entry),
    }
    return {name: value if type(value) in _SAFE else storable(value) for name, value in row.items()}


def speaker_of(row: Row) -> str:
    """Return the name to print: the person, else the label."""
    return str(row["person"] or row["label"] or "Unattributed")


def is_paraphrase(row: Row) -> bool:
    """Whether the words are a report of what somebody said, and never theirs."""
    return bool(row["manner"] == Manner.REPORTED.value)


def worded(row: Row) -> str:
    """Return the words for a field that other programs show alone: a paraphrase says so first."""
    words = str(row["exact"])
    return f"[{PARAPHRASE}] {words}" if is_paraphrase(row) else words


def credited(row: Row) -> str:
    """Return the name to print beside the words: who said them, or is said to have."""
    return f"{speaker_of(row)} (paraphrased)" if is_paraphrase(row) else speaker_of(row)


def since_of(row: Row) -> list[str]:
    """Return in words what has become of a quote since it was kept, with the kept form."""
    said = []
    for change in row["changes"]:
        noted = _SINCE.get(change, f"{change} since it was kept")
        if change == Change.CORRECTED and row["kept_exact"]:
            noted += f"; as kept: “{row['kept_exact']}”"
        if change in (Change.REATTRIBUTED, Change.RENAMED) and row["kept_speaker"]:
            noted += f"; as kept: {row['kept_speaker']}"
        said.append(noted)
    return said


def _kept_exact(entry: SetQuote) -> str | None:
    words = entry.was.quote.exact if entry.was else entry.kept.quote.exact
    return words if words != entry.kept.quote.exact else None


def _kept_speaker(entry: SetQuote) -> str | None:
    """Return who said it as what and how when it was kept, where that is otherwise now."""
    if entry.was is None:
        return None
    if _spoken_by(entry.was) == _spoken_by(entry.kept):
        return None
    name, roles, manner = _spoken_by(entry.was)
    same = (roles, manner) == _spoken_by(entry.kept)[1:]
    return name if same else f"{name} ({', '.join((*roles, manner))})"


def _spoken_by(kept: KeptQuote) -> tuple[str, tuple[str, ...], str]:
    name = kept.person or kept.quote.attribution.label or "Unattributed"
    return name, kept.roles, kept.quote.manner.value


def _evidence(each: Evidence) -> str:
    said = f": “{each.quote}”" if each.quote else ""
    return f"{each.kind}{said}" + (f" ({masked(each.url)})" if each.url else "")


def _milliseconds(seconds: float | None) -> int | None:
    return None if seconds is None else round(seconds * 1000)


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def storable(value: Any) -> Any:
    """Return JSON-like values without lone halves of surrogate pairs, which no file can hold."""
    if isinstance(value, str):
        return value if value.isascii() else _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [storable(each) for each in value]
    if isinstance(value, dict):
        return {name: storable(each) for name, each in value.items()}
    return value
