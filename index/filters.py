"""What a passage must be to be found, as every store understands it. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from corpus.types import Certainty, DocumentKind, Manner, SearchQuery
from index.phrases import sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a passage must be; values of one kind are alternatives, kinds add up.

    `since` is included, `until` is not. Undated passages never pass a date filter.
    """

    roles: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()  # names or whole words of names, any case or accent
    sources: tuple[str, ...] = ()  # source ids or show names, any case
    kind: DocumentKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    phrases: tuple[str, ...] = ()  # each must begin word for word in the passage
    manners: tuple[Manner, ...] = ()  # none: any
    people: tuple[str, ...] = ()  # ids
    documents: tuple[str, ...] = ()  # ids
    topics: tuple[str, ...] = ()  # ids of the vocabulary, in this and the next three
    terms: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    certainties: tuple[Certainty, ...] = ()  # none: any
    years: tuple[int, ...] = ()  # of publication
    advertisements: bool = False
    not_roles: tuple[str, ...] = ()  # these and the next are left out, whatever else they are
    not_speakers: tuple[str, ...] = ()  # as `speakers`
    after: tuple[tuple[str, int, int], ...] = ()  # document, first and last character to begin at


def filters_of(query: SearchQuery) -> Filters:
    """Return what a passage must be to answer `query`."""
    return Filters(
        roles=query.roles,
        speakers=query.speakers,
        sources=query.sources,
        kind=query.kind,
        since=query.since,
        until=query.until,
        phrases=query.phrases,
        manners=query.manners,
        people=query.people,
        topics=query.only_topics,
        certainties=query.certainties,
        years=query.years,
        not_roles=query.not_roles,
        not_speakers=query.not_speakers,
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that must hold of a payload."""

    key: str
    test: Literal["any", "all", "phrase", "range", "begins"]
    # range: from (included) and to (excluded), "" where open; begins: document, first and last
    values: tuple[str, ...]


def conditions_of(filters: Filters) -> list[list[Condition]]:
    """Return groups of conditions: of each group at least one must hold."""
    groups: list[list[Condition]] = []
    if filters.roles:
        groups.append([Condition("roles", "any", filters.roles)])
    if filters.speakers:
        named = [tuple(name_words(name)) for name in filters.speakers]
        groups.append([Condition("speaker_words", "all", words) for words in named])
    if filters.sources:
        wanted = tuple(source.casefold().strip() for source in filters.sources)
        groups.append([Condition("sources", "any", wanted)])
    groups += [[Condition(key, "any", values)] for key, values in _listed(filters) if values]
    if filters.since or filters.until:
        bounds = (instant(filters.since), instant(filters.until))
        groups.append([Condition("published", "range", bounds)])
    if filters.after:
        places = [(document, str(first), str(last)) for document, first, last in filters.after]
        groups.append([Condition("start", "begins", place) for place in places])
    groups += [_phrase(words) for phrase in filters.phrases if (words := sought(phrase))]
    if not filters.advertisements:
        groups.append([Condition("turn_kind", "any", ("speech",))])
    return groups


def excluded_by(filters: Filters) -> list[Condition]:
    """Return conditions of which none may hold."""
    named = [words for name in filters.not_speakers if (words := tuple(name_words(name)))]
    conditions = [Condition("speaker_words", "all", words) for words in named]
    if filters.not_roles:
        conditions.append(Condition("roles", "any", filters.not_roles))
    return conditions


def _phrase(words: str) -> list[Condition]:
    """Return that a phrase begins in the passage; it may run over its end."""
    return [Condition(key, "phrase", (words,)) for key in ("content", "seam")]


def _listed(filters: Filters) -> list[tuple[str, tuple[str, ...]]]:
    """Return for each payload key the values of which a passage must have one."""
    return [
        ("kind", (filters.kind.value,) if filters.kind else ()),
        ("manner", tuple(one.value for one in filters.manners)),
        ("certainty", tuple(one.value for one in filters.certainties)),
        ("year", tuple(str(year) for year in filters.years)),
        ("person_id", filters.people),
        ("document_id", filters.documents),
        ("topics", filters.topics),
        ("terms", filters.terms),
        ("incidents", filters.incidents),
        ("rules", filters.rules),
    ]


def name_words(name: str) -> list[str]:
    """Return the words of a name without case and accents ("José  ROSA" → jose, rosa)."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c)))


def instant(moment: datetime | None) -> str:
    """Return a moment as the stores keep it, "" for none."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else ""
