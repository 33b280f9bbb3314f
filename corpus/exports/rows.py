"""Quotes as rows: one flat mapping a quote, the same fields in every format. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from corpus.types import Evidence, SetQuote

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
        "url": kept.url,
        "permalink": kept.permalink,
        "locator": kept.locator,
        "start_ms": _milliseconds(quote.start_time),
        "end_ms": _milliseconds(quote.end_time),
        "paragraph": quote.paragraph,
        "media_sha256": kept.media_sha256,
        "made_with": kept.made_with,
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
    }
    return {name: value if type(value) in _SAFE else storable(value) for name, value in row.items()}


def speaker_of(row: Row) -> str:
    """Return the name to print: the person, else the label."""
    return str(row["person"] or row["label"] or "Unattributed")


def _evidence(each: Evidence) -> str:
    said = f": “{each.quote}”" if each.quote else ""
    return f"{each.kind}{said}" + (f" ({each.url})" if each.url else "")


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
