"""Who speaks of something: statements by voice, and how many voices are independent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from corpus.types import Manner, Passage
from ui.answers import AnsweredHit
from ui.knowledge.statements import (
    first_said,
    newest_first,
    newest_passage_first,
    standpoint_of_passage,
    standpoint_of_statement,
)
from ui.knowledge.tally import Tally
from ui.knowledge.values import Counts, Standpoint, Voice

if TYPE_CHECKING:
    from index.filters import Filters

_ORDER = {standpoint: rank for rank, standpoint in enumerate(Standpoint)}


def in_turn(pool: Iterable[Passage]) -> Iterator[Passage]:
    """Yield passages in turn: the newest of every voice, by standpoint; then everybody's next."""
    voices: dict[tuple[int, str], list[Passage]] = {}
    for each in sorted(pool, key=newest_passage_first):
        voice = each.person_id or f"{each.document_id} {each.speaker}"
        voices.setdefault((_ORDER[standpoint_of_passage(each)], voice), []).append(each)
    in_order = [voices[key] for key in sorted(voices, key=lambda key: key[0])]
    for row in zip_longest(*in_order):
        yield from filter(None, row)


def voices_of(
    statements: Iterable[AnsweredHit], pool: Iterable[Passage], tally: Tally
) -> tuple[Voice, ...]:
    """Return statements by standpoint and speaker, as corrected.

    Args:
        statements: in any order.
        pool: passages of the index, by which it is told how much more there is.
        tally: knows who people are now.
    """
    said: dict[tuple[Standpoint, str], list[AnsweredHit]] = {}
    for each in sorted(statements, key=newest_first):
        said.setdefault((standpoint_of_statement(each), _voice_of(each)), []).append(each)
    counted = Counter((standpoint_of_passage(p), _voice_in_index(p, tally)) for p in pool)
    voices = [
        Voice(
            standpoint=standpoint,
            person=theirs[0].person,
            name=theirs[0].speaker,
            role=theirs[0].role,
            statements=tuple(theirs),
            passages=max(counted[standpoint, voice], len(theirs)),
        )
        for (standpoint, voice), theirs in said.items()
    ]
    return tuple(sorted(voices, key=lambda each: _ORDER[each.standpoint]))


@dataclass(frozen=True, slots=True)
class Firsts:
    """How many voices, documents and sources are left when repeated words count once."""

    unnamed: int
    documents: int
    sources: int
    copies: int


def firsts_of(pool: Sequence[Passage], filters: Filters, tally: Tally) -> Firsts:
    """Return how much of a pool, all that `filters` pass, is independent; see `Counts`.

    It is counted once for a generation of the index, and anew when people were merged or parted.
    """
    ids = {each.person_id for each in pool if each.person_id}
    now = {each: person.id for each in ids if (person := tally.person(each))}
    others = sorted((then, now.get(then, "")) for then in ids if now.get(then) != then)
    return tally.remembered(f"first said {others}", filters, lambda: count_firsts(pool, now))


def count_firsts(pool: Iterable[Passage], now: Mapping[str, str]) -> Firsts:
    """Return how much of a pool is independent; see `Counts`.

    Args:
        pool: passages of the index.
        now: who people of the index are today, by id.
    """

    def person_of(passage: Passage) -> str | None:
        return now.get(passage.person_id) if passage.person_id else None

    def is_own(passage: Passage) -> bool:
        return person_of(passage) is not None and passage.manner is not Manner.REPORTED

    said = [p for p in pool if standpoint_of_passage(p) is not Standpoint.ASKING]
    people = {person_of(p) for p in said if is_own(p)}
    # Who is heard in their own words is no further source where they are only paraphrased.
    first = first_said((p for p in said if is_own(p) or person_of(p) not in people), person_of)
    theirs = [p for p in first if person_of(p) in people]
    everywhere = {(p.document_id, person_of(p)) for p in said if person_of(p) in people}
    return Firsts(
        unnamed=len({(p.document_id, p.speaker) for p in first if p.person_id is None}),
        documents=len({p.document_id for p in theirs}),
        sources=len({p.show.casefold() or p.source_id for p in theirs}),
        copies=len(everywhere - {(p.document_id, person_of(p)) for p in theirs}),
    )


def count_voices(
    pool: Iterable[Passage], own: Mapping[str, int], tally: Tally, firsts: Firsts
) -> Counts:
    """Return how many speak independently; what counts is said by `Counts`.

    Args:
        pool: passages of the index on one thing.
        own: who speaks of it in their own words, by id.
        tally: knows who people are now.
        firsts: of the pool.
    """
    reports = (p for p in pool if p.person_id is not None and p.manner is Manner.REPORTED)
    reported = {
        _voice_in_index(p, tally)
        for p in reports
        if standpoint_of_passage(p) is not Standpoint.ASKING
    }
    return Counts(
        people=len(own),
        paraphrased=len(reported - set(own)),
        unnamed=firsts.unnamed,
        documents=firsts.documents,
        sources=firsts.sources,
        copies=firsts.copies,
    )


def _voice_in_index(passage: Passage, tally: Tally) -> str:
    person = tally.person(passage.person_id) if passage.person_id else None
    return person.id if person else f"{passage.document_id} {passage.speaker}"


def _voice_of(statement: AnsweredHit) -> str:
    if statement.person:
        return statement.person.id
    return f"{statement.document.id} {statement.speaker}"
