"""What the address of the page says: a question and how it was narrowed, so that a link repeats it.

`/?q=live+rounds&off=role:armorer&show=onset&year=2021`: every part may come several times. What
an address says is hostile like everything from outside: unknown names and values are left out,
and what is too long is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

from corpus.types import Certainty, DocumentKind, Manner
from ui.answers import AskFilters

FACETS = ("role", "person", "show", "year", "topic", "manner", "certainty", "kind")
LEAST = 8  # answers shown at first
MOST = 64
_ENUMS: dict[str, type[StrEnum]] = {
    "manner": Manner,
    "certainty": Certainty,
    "kind": DocumentKind,
}
_ONLY_ONE = ("kind",)  # another value takes the place of the one before
_MOST_VALUES = 20  # of one facet
_LONGEST = 200  # characters of a value
_LONGEST_QUESTION = 1000
_YEAR = 4  # digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as the address has it."""

    question: str = ""
    off: tuple[str, ...] = ()  # keys of understood parts that are switched off
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # facet → values
    since: date | None = None
    until: date | None = None
    limit: int = LEAST

    @classmethod
    def read(cls, params: Mapping[str, Sequence[str]]) -> Asked:
        """Return what the parameters of an address say."""
        question = " ".join(_first(params, "q")[:_LONGEST_QUESTION].split())
        chosen = {facet: _values(facet, params.get(facet, ())) for facet in FACETS}
        return cls(
            question=question,
            off=_plain(params.get("off", ())),
            chosen={facet: values for facet, values in chosen.items() if values},
            since=_day(_first(params, "since")),
            until=_day(_first(params, "until")),
            limit=_limit(_first(params, "n")),
        )

    @classmethod
    def parse(cls, query: str) -> Asked:
        """Return what the query of an address says."""
        try:
            return cls.read(parse_qs(query, max_num_fields=200))
        except ValueError:  # more fields than anybody clicks
            return cls()

    def params(self) -> dict[str, list[str]]:
        """Return the parameters of the address that says this."""
        said: dict[str, list[str]] = {"q": [self.question] if self.question else []}
        said |= {"off": list(self.off)}
        said |= {facet: list(self.chosen.get(facet, ())) for facet in FACETS}
        said["since"] = [self.since.isoformat()] if self.since else []
        said["until"] = [self.until.isoformat()] if self.until else []
        said["n"] = [str(self.limit)] if self.limit != LEAST else []
        return {name: values for name, values in said.items() if values}

    def query(self) -> str:
        """Return the query of the address that says this."""
        return urlencode(self.params(), doseq=True)

    def anew(self, question: str) -> Asked:
        """Return another question, narrowed in the same way: its parts are other ones."""
        return replace(self, question=question, off=(), limit=LEAST)

    def between(self, since: date | None, until: date | None) -> Asked:
        """Return the question of documents published between two days."""
        return replace(self, since=since, until=until)

    def switch(self, key: str) -> Asked:
        """Return the question with an understood part switched off, or on again."""
        off = _without(self.off, key) if key in self.off else (*self.off, key)
        return replace(self, off=off, limit=LEAST)

    def choose(self, facet: str, value: str) -> Asked:
        """Return the question narrowed to a value, or no longer narrowed to it."""
        now = self.chosen.get(facet, ())
        before = () if facet in _ONLY_ONE else now
        then = _without(now, value) if value in now else (*before, value)
        chosen = {**self.chosen, facet: then}
        return replace(
            self, chosen={name: some for name, some in chosen.items() if some}, limit=LEAST
        )

    def longer(self) -> Asked:
        """Return the question with twice as many answers."""
        return replace(self, limit=min(MOST, 2 * self.limit))

    def filters(self) -> AskFilters:
        """Return how the answers are narrowed."""
        chosen = self.chosen
        kinds = chosen.get("kind", ())
        return AskFilters(
            roles=chosen.get("role", ()),
            people=chosen.get("person", ()),
            sources=chosen.get("show", ()),
            years=tuple(int(year) for year in chosen.get("year", ())),
            topics=chosen.get("topic", ()),
            manners=tuple(Manner(each) for each in chosen.get("manner", ())),
            certainties=tuple(Certainty(each) for each in chosen.get("certainty", ())),
            kind=DocumentKind(kinds[0]) if len(kinds) == 1 else None,
            since=self.since,
            until=self.until,
            off=self.off,
            limit=self.limit,
        )


def _values(facet: str, values: Iterable[str]) -> tuple[str, ...]:
    found = _plain(values)
    if facet in _ENUMS:
        known = {each.value for each in _ENUMS[facet]}
        return tuple(value for value in found if value in known)
    if facet == "year":
        return tuple(value for value in found if _is_number(value) and len(value) <= _YEAR)
    return found


def _plain(values: Iterable[str]) -> tuple[str, ...]:
    cut = (value[:_LONGEST].strip() for value in values)
    return tuple(dict.fromkeys(filter(None, cut)))[:_MOST_VALUES]


def _without(values: tuple[str, ...], gone: str) -> tuple[str, ...]:
    return tuple(value for value in values if value != gone)


def _first(params: Mapping[str, Sequence[str]], name: str) -> str:
    values = params.get(name) or ("",)
    return values[0]


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _limit(value: str) -> int:
    number = value[:4]
    return min(MOST, max(LEAST, int(number))) if _is_number(number) else LEAST


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit()
