"""Statements in words, wherever they are listed: on a topic, or of a person."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.citations import one_line, print_date
from corpus.export import evidence_as_list
from ui.answers import AnsweredHit
from ui.printing.lines import named_by, plain
from ui.wording import how_sure, printed

_WIDTH = 88


def statement_lines(statement: AnsweredHit) -> Iterator[str]:
    """Yield a statement: the words, how sure, where, and the link to the moment or paragraph."""
    quote, document = statement.quote, statement.document
    words = printed(" ".join(plain(quote.exact).split()), quote.manner)
    where = [document.show, f"“{document.title}”", print_date(document.published)]
    place = ", ".join(filter(None, where))
    known = named_by(quote.attribution)
    yield from filled(words, "  ")
    yield plain(f"    {place}, {statement.citation.locator}")
    yield plain(f"    {quote.manner.value}; {known}; words: {how_sure(quote) or 'not asked'}")
    yield plain(f"    {statement.citation.permalink}")
    for each in statement.also:
        yield plain(f"    also in {each.source}, “{each.title}”: {each.permalink}")


def statement_as_dict(statement: AnsweredHit) -> dict[str, Any]:
    """Return a statement as JSON."""
    quote, document = statement.quote, statement.document
    return {
        "quote": quote.exact,
        "person": statement.person.name if statement.person else None,
        "person_id": statement.person.id if statement.person else None,
        "label": quote.attribution.label,
        "role": statement.role,
        "method": quote.attribution.method.value,
        "evidence": evidence_as_list(quote.attribution),
        "manner": quote.manner.value,
        "certainty": quote.certainty.value if quote.certainty else None,
        "contested": list(quote.contested),
        "corrected": quote.corrected,
        "document": document.id,
        "title": document.title,
        "show": document.show,
        "published": document.published.isoformat() if document.published else None,
        "start_time": quote.start_time,
        "end_time": quote.end_time,
        "paragraph": quote.paragraph,
        "permalink": statement.citation.permalink,
        "citation": one_line(statement.citation),
        "topics": list(statement.hit.passage.topics),
        "also": [each.permalink for each in statement.also],
    }


def notes_lines(notes: Iterable[str]) -> Iterator[str]:
    """Yield what a reader should know first."""
    yield from (plain(f"note: {each}") for each in notes)


def filled(words: str, indent: str = "") -> Iterator[str]:
    """Yield words as lines that fit a terminal."""
    yield textwrap.fill(plain(words), _WIDTH, initial_indent=indent, subsequent_indent=indent)
