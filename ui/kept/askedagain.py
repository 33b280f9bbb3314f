"""Filters as a quote set remembers them: names and values, by which its question is put again.

Pure, and made from the fields of `AskFilters`, so that a filter added there is remembered too.
"""

from __future__ import annotations

import types
import typing
from dataclasses import fields
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from corpus.types import QuoteSet, SearchQuery
from ui.answers import AskFilters

Remembered = tuple[tuple[str, tuple[str, ...]], ...]


def remembered(filters: AskFilters) -> Remembered:
    """Return what was chosen by hand, each with its values; what was left open is left out."""
    chosen = ((each.name, getattr(filters, each.name)) for each in fields(AskFilters))
    return tuple((name, _words(value)) for name, value in chosen if value not in (None, ()))


def filters_of(about: QuoteSet) -> AskFilters:
    """Return the filters by which the set's question is understood as it was."""
    if about.filters is None:
        return _filters_of(about.query)
    return recalled(about.filters)


def recalled(chosen: Remembered) -> AskFilters:
    """Return the filters that `remembered` was given; what is no filter any more is left out."""
    hints = typing.get_type_hints(AskFilters)
    known = ((name, values) for name, values in chosen if name in hints)
    return AskFilters(**{name: _value(hints[name], values) for name, values in known})


def _filters_of(query: SearchQuery | None) -> AskFilters:
    """Return the filters of a set that was made before they were remembered themselves."""
    if query is None:
        return AskFilters()
    return AskFilters(
        roles=query.roles,
        speakers=query.speakers,
        sources=query.sources,
        kind=query.kind,
        since=query.since.date() if query.since else None,
        until=(query.until - timedelta(days=1)).date() if query.until else None,
        people=query.people,
        topics=query.only_topics,
        manners=query.manners,
        certainties=query.certainties,
        years=query.years,
        limit=query.limit,
    )


def _words(value: Any) -> tuple[str, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return tuple(each.isoformat() if isinstance(each, date) else str(each) for each in values)


def _value(hint: Any, words: tuple[str, ...]) -> Any:
    if typing.get_origin(hint) is tuple:
        kind = typing.get_args(hint)[0]
        return tuple(_one(kind, each) for each in words)
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        hint = next(each for each in typing.get_args(hint) if each is not type(None))
    return _one(hint, words[0])


def _one(kind: Any, word: str) -> Any:
    if kind is date:
        return date.fromisoformat(word)
    if kind is int or issubclass(kind, StrEnum):
        return kind(word)
    return word
