"""What people decided about who is who, and who everybody is after that. Pure.

Texts name people by the id they were given when they were read, and never change. The decisions
are read in the order in which they were made, each taking an id one step further; one that was
undone is passed over. So no order of decisions can run in a circle, and undoing one leaves
exactly what there was without it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from corpus.names import fold_name
from corpus.types import PersonEvent


class Decision(StrEnum):
    """The kinds of decision, as stored in `PersonEvent.kind`."""

    MERGE = "merge"
    SPLIT = "split"
    RENAME = "rename"
    APART = "keep apart"
    FORGET_VOICE = "forget voice"


class _Step(NamedTuple):
    start: str
    end: str
    documents: frozenset[str] | None  # None: everywhere


class Decisions:
    """Every decision, in the order made.

    Args:
        events: all of them, the undone too, in any order; their ids are consecutive numbers.
    """

    def __init__(self, events: Iterable[PersonEvent]) -> None:
        self.events: Sequence[PersonEvent] = sorted(events, key=lambda event: int(event.id))
        self._steps = [step for event in self.events if (step := _step(event))]
        self._leaving = {step.start for step in self._steps}

    def now(self, person_id: str, document_id: str | None = None) -> str:
        """Return who the person of this id is now, in one document or on the whole."""
        if person_id not in self._leaving:
            return person_id
        current = person_id
        for start, end, documents in self._steps:
            if current == start and (documents is None or document_id in documents):
                current = end
        return current

    def group(self, person_id: str) -> frozenset[str]:
        """Return every id that now stands for the person who `person_id` is."""
        current = self.now(person_id)
        return frozenset({current, *self._merged_into.get(current, ())})

    @cached_property
    def _merged_into(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for person_id in self._leaving:
            found[self.now(person_id)].add(person_id)
        return found

    def origins(self, person_id: str) -> frozenset[str]:
        """Return every id that stands for this person somewhere, if only in one document."""
        found = {self.now(person_id)}
        for start, end, _ in reversed(self._steps):
            if end in found:
                found.add(start)
        return frozenset(found)

    def in_force(self, kind: Decision) -> list[PersonEvent]:
        """Return the decisions of a kind that were not undone."""
        return [event for event in self.events if event.kind == kind and event.undone is None]

    @cached_property
    def retired(self) -> frozenset[str]:
        """The people whom a split made that was undone: nobody any more."""
        undone = (e for e in self.events if e.kind == Decision.SPLIT and e.undone is not None)
        return frozenset(event.other_id for event in undone if event.other_id)

    @cached_property
    def names(self) -> Mapping[str, tuple[str, ...]]:
        """The names that people were given by hand, the newest first, by id."""
        given: dict[str, tuple[str, ...]] = {}
        for event in self.in_force(Decision.RENAME):
            if event.after:
                given[event.person_id] = (event.after, *given.get(event.person_id, ()))
        return given

    def renamed_to(self, name: str) -> set[str]:
        """Return who was given this name by hand."""
        wanted = fold_name(name)
        return {who for who, names in self.names.items() if wanted in map(fold_name, names)}

    def are_apart(self, one: str, other: str) -> bool:
        """Say whether somebody decided that these two are two."""
        return frozenset({self.now(one), self.now(other)}) in self._apart

    @cached_property
    def _apart(self) -> frozenset[frozenset[str]]:
        told = [*self.in_force(Decision.APART), *self.in_force(Decision.SPLIT)]
        return frozenset(
            frozenset({self.now(event.person_id), self.now(event.other_id or "")}) for event in told
        )

    @cached_property
    def voiceless(self) -> frozenset[str]:
        """The people whose voices must not be kept."""
        told = self.in_force(Decision.FORGET_VOICE)
        return frozenset(self.now(event.person_id) for event in told)

    def about(self, person_id: str) -> list[PersonEvent]:
        """Return the decisions that name a person, under any id that is theirs now."""
        ids = self.group(person_id)
        return [event for event in self.events if {event.person_id, event.other_id} & ids]

    def resting_on(self, event: PersonEvent) -> list[PersonEvent]:
        """Return the later decisions in force that would mean nothing, or another, without it."""
        later = [e for e in self.events if int(e.id) > int(event.id) and e.undone is None]
        if event.kind == Decision.SPLIT:
            return [each for each in later if event.other_id in (each.person_id, each.other_id)]
        if event.kind == Decision.MERGE:
            splits = (each for each in later if each.kind == Decision.SPLIT)
            return [each for each in splits if each.person_id == self.now(event.person_id)]
        return []


def _step(event: PersonEvent) -> _Step | None:
    other = event.other_id or ""
    if event.kind == Decision.MERGE and event.undone is None:
        return _Step(other, event.person_id, None)
    if event.kind == Decision.SPLIT and event.undone is None:
        return _Step(event.person_id, other, frozenset(event.documents))
    if event.kind == Decision.SPLIT:
        # Who was named so while it was in force is the one they were split from.
        return _Step(other, event.person_id, None)
    return None
