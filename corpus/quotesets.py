"""Quotes that somebody kept, and what has become of them since. Pure.

A kept quote is a picture of the moment it was kept: words, speaker, certainty, source. The archive
goes on: texts get better, people correct them. `compare` says what of the picture no longer holds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from corpus.anchors import find_again, turn_of
from corpus.citations import locator, paragraph_link, permalink, publisher_link
from corpus.reading import to_canonical, to_reading
from corpus.types import (
    Document,
    KeptQuote,
    Person,
    Quote,
    QuoteSet,
    Reading,
    Span,
    Text,
)

SINCE = ("changes", "kept_exact", "kept_speaker")  # fields of a row: what has changed since
_ID = 12  # hexadecimal digits of a quote's id
_RADIO = re.compile(r"\b(?:radio|npr|broadcast(?:ing)?)\b", re.IGNORECASE)


class Change(StrEnum):
    """What has become of a kept quote."""

    NEW = "new"  # answers the set's question now and is not in the set
    CORRECTED = "corrected"  # other words are read at its place
    REATTRIBUTED = "re-attributed"  # somebody else, another role or another manner
    RENAMED = "renamed"  # the same person, who has another name now
    STALE = "stale"  # its words are not found again in the newest text
    GONE = "gone"  # its document is no longer in the archive
    MERGED = "merged"  # its document is the same as another one, which lists and search show
    WITHDRAWN = "withdrawn"  # its document was withdrawn: the quote is kept, but not shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One kept quote (or new one) and every change of it; none: it stands as it was kept."""

    kept: KeptQuote
    changes: tuple[Change, ...] = ()
    words: str | None = None  # as they are read now, where they are other ones
    speaker: str | None = None  # as attributed now, where it is another
    now: Span | None = None  # where it stands in the newest text as read
    present: KeptQuote | None = None  # as it would be kept now; None: as `kept`, or not asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What the archive knows beside the words: who says it, and when the page was fetched."""

    person: Person | None
    roles: tuple[str, ...]  # as printed
    base_url: str  # where our page is served, for the permalink
    retrieved: datetime | None = None
    file_sha256: str | None = None  # the file the words come from, as it was fetched
    reader: str | None = None  # what read it, for texts that do not say so themselves
    topics: tuple[str, ...] = ()  # ids of the vocabulary, here and below
    terms: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def keep_quote(
    quote: Quote,
    document: Document,
    reading: Reading,
    beside: Beside,
    *,
    author: str,
    now: datetime,
) -> KeptQuote:
    """Return `quote` of `reading` as it is kept."""
    if quote.start_time is not None:
        link = permalink(beside.base_url, document.id, start_time=quote.start_time)
    else:
        link = paragraph_link(beside.base_url, document.id, quote.paragraph or 1)
    return KeptQuote(
        id=quote_id(quote),
        quote=quote,
        canonical=to_canonical(reading, quote.span),
        kind=document.kind,
        title=document.title,
        show=document.show,
        published=document.published,
        url=publisher_link(document, quote),
        permalink=link,
        locator=locator(quote),
        origin=reading.text.origin,
        person=beside.person.name if beside.person else None,
        standing=beside.roles[0] if beside.roles else None,
        roles=beside.roles,
        hosts=_credited(document, "host"),
        authors=_credited(document, "author"),
        radio=reading.text.dialect == "npr" or bool(_RADIO.search(document.show)),
        topics=beside.topics,
        terms=beside.terms,
        incidents=beside.incidents,
        rules=beside.rules,
        media_sha256=reading.text.media_sha256,
        made_with=reading.text.made_with or beside.reader,
        words_sha256=beside.file_sha256,
        capture_sha256=document.capture_sha256 or beside.file_sha256,
        retrieved=beside.retrieved,
        author=author,
        kept=now,
    )


def quote_id(quote: Quote) -> str:
    """Return the id of a quote: of its words, place, speaker and certainty, not of its note."""
    who = quote.attribution
    facts = [quote.document_id, quote.revision, quote.span.start, quote.span.end, quote.exact]
    facts += [who.person_id, who.label, list(who.roles), who.method.value, quote.manner.value]
    facts += [quote.certainty and quote.certainty.value, list(quote.contested), quote.corrected]
    return _digest(facts)[:_ID]


def contents_digest(quote_set: QuoteSet, rows: Iterable[dict[str, Any]]) -> str:
    """Return the SHA-256 of what a set holds: its question and every row, in order.

    Neither the set's name nor who made it counts, so that two who froze the same have the same;
    nor does what has changed since, of which a frozen set knows nothing.
    """
    about = [quote_set.question, quote_set.generation, list(quote_set.models)]
    digest = hashlib.sha256(_json([*about, quote_set.vocabulary]))
    for row in rows:
        digest.update(b"\n" + _json({k: v for k, v in row.items() if k not in SINCE}))
    return digest.hexdigest()


# ── then and now ─────────────────────────────────────────────────────────────────────────────


def compare(
    kept: KeptQuote,
    reading: Reading | None,
    *,
    canonical_then: Callable[[], Text | None],
    person_now: Callable[[str], Person | None],
) -> Changed:
    """Return what has become of a kept quote.

    Args:
        kept: the quote.
        reading: its document's newest text as it is to be read; None: there is none any more.
        canonical_then: the canonical text the quote was kept from, asked for only when needed.
        person_now: who a person's id stands for today (people are merged and split).
    """
    if kept.withdrawn:
        return Changed(kept=kept, changes=(Change.WITHDRAWN,))
    renamed = _name_now(kept, person_now)
    names = (Change.RENAMED,) if renamed else ()
    if reading is None:
        return Changed(kept=kept, changes=(Change.GONE, *names), speaker=renamed)
    span = _place_now(kept, reading, canonical_then)
    if span is None or not span.of(reading.text.content).strip():
        return Changed(kept=kept, changes=(Change.STALE, *names), speaker=renamed)
    words = span.of(reading.text.content)
    speaker, other = _speaker_now(kept, reading.text, span, person_now)
    found = [Change.CORRECTED] if words != kept.quote.exact else []
    found += [Change.REATTRIBUTED] if other else names
    return Changed(
        kept=kept,
        changes=tuple(found),
        words=words if words != kept.quote.exact else None,
        speaker=speaker if other else renamed,
        now=span,
    )


def _name_now(kept: KeptQuote, person_now: Callable[[str], Person | None]) -> str | None:
    """Return the name of who was named when the quote was kept, where it is another now."""
    person_id = kept.quote.attribution.person_id
    person = person_now(person_id) if person_id and kept.person else None
    return person.name if person and person.name != kept.person else None


def _place_now(
    kept: KeptQuote, reading: Reading, canonical_then: Callable[[], Text | None]
) -> Span | None:
    quote, content = kept.quote, reading.text.content
    if reading.text.revision == quote.revision:
        return to_reading(reading, kept.canonical)
    found = find_again(content, quote.exact, quote.prefix, quote.suffix)
    if found is not None:
        return found
    # Words that were corrected then or are now: where the words under the correction stand.
    then = canonical_then()
    under = (reading.canonical or reading.text).content
    if then is None:
        return None
    exact = kept.canonical.of(then.content)
    prefix = then.content[max(0, kept.canonical.start - 32) : kept.canonical.start]
    suffix = then.content[kept.canonical.end : kept.canonical.end + 32]
    place = find_again(under, exact, prefix, suffix)
    return to_reading(reading, place) if place else None


def _speaker_now(
    kept: KeptQuote, text: Text, span: Span, person_now: Callable[[str], Person | None]
) -> tuple[str, bool]:
    """Return who says it now, and whether that is another than was kept."""
    turn = turn_of(text, span)
    if turn is None:
        return "several speakers", True
    then, now = kept.quote.attribution, turn.attribution
    was, one = (person_now(each) if each else None for each in (then.person_id, now.person_id))
    name = one.name if one else now.label or "Unattributed"
    if (was.id if was else then.person_id) != (one.id if one else now.person_id):
        return name, True
    # A recogniser counts its voices anew in every revision: their labels name nobody.
    same_text = text.revision == kept.quote.revision
    relabelled = one is None and same_text and then.label != now.label
    changed = (
        relabelled or set(then.roles) != set(now.roles) or turn.manner is not kept.quote.manner
    )
    as_what = ", ".join((*now.roles, turn.manner.value))
    return f"{name} ({as_what})", changed


def _credited(document: Document, part: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.name for each in document.credits if each.part == part))


def _digest(facts: Sequence[Any]) -> str:
    return hashlib.sha256(_json(facts)).hexdigest()


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()
