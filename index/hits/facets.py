"""How the passages that answer divide: by role, person, show, year and so on. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from corpus.types import Passage
from index.engine.points import VectorStore
from index.filters import Filters

Facets = Mapping[str, Mapping[str, int]]  # kind → value → passages, the most first

# Each with the payload key by which a store counts it; "Speaker 2" is nobody to narrow to.
_KINDS: dict[str, tuple[str, Callable[[Passage], tuple[str, ...]]]] = {
    "role": ("roles", lambda one: one.roles),
    "person": ("person_id", lambda one: (one.person_id,) if one.person_id else ()),
    "show": ("show", lambda one: (one.show,) if one.show else ()),
    "year": ("year", lambda one: (str(one.published.year),) if one.published else ()),
    "topic": ("topics", lambda one: one.topics),
    "manner": ("manner", lambda one: (one.manner.value,)),
    "certainty": ("certainty", lambda one: (one.certainty.value,)),
    "kind": ("kind", lambda one: (one.kind.value,)),
}


def facets_of(passages: Iterable[Passage]) -> Facets:
    """Return how `passages` divide."""
    everything = list(passages)
    return {
        kind: _most_first(Counter(value for one in everything for value in values_of(one)))
        for kind, (_, values_of) in _KINDS.items()
    }


def facets_in(store: VectorStore, filters: Filters) -> Facets:
    """Return how all passages that are as `filters` say divide."""
    return {kind: _most_first(store.facet(key, filters)) for kind, (key, _) in _KINDS.items()}


def _most_first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
