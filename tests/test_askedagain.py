"""Filters chosen by hand come back from a set as they were."""

from __future__ import annotations

import typing
from dataclasses import fields
from datetime import UTC, date, datetime

from corpus.types import Certainty, DocumentKind, Manner, QuoteSet, SearchQuery
from ui.answers import AskFilters
from ui.kept.askedagain import filters_of, remembered

NOW = datetime(2026, 3, 4, tzinfo=UTC)
SAMPLES: dict[object, object] = {
    tuple[str, ...]: ("armorer", "王 | , = ’"),
    tuple[Manner, ...]: (Manner.SPOKEN, Manner.AUTHORED),
    tuple[Certainty, ...]: (Certainty.CONTESTED,),
    tuple[int, ...]: (2021, 1993),
    DocumentKind | None: DocumentKind.EPISODE,
    date | None: date(2021, 10, 21),
    int: 17,
}


def a_set(**more: object) -> QuoteSet:
    return QuoteSet(id="a", name="a", author="rae", made=NOW, **more)  # type: ignore[arg-type]


def test_every_filter_comes_back_alone_and_all_together():
    hints = typing.get_type_hints(AskFilters)
    every = {each.name: SAMPLES[hints[each.name]] for each in fields(AskFilters)}
    assert filters_of(a_set(filters=remembered(AskFilters(**every)))) == AskFilters(**every)
    for name, value in every.items():
        filters = AskFilters(**{name: value})
        assert filters_of(a_set(filters=remembered(filters))) == filters


def test_no_filter_is_none_and_stays_so():
    assert remembered(AskFilters()) == (("limit", ("8",)),)
    query = SearchQuery(text="q", roles=("armorer",))
    # What the question itself says was not chosen by hand.
    assert filters_of(a_set(query=query, filters=remembered(AskFilters()))) == AskFilters()


def test_a_filter_of_a_later_version_is_left_out():
    assert filters_of(a_set(filters=(("mood", ("good",)), ("limit", ("3",))))).limit == 3


def test_a_set_made_before_filters_were_remembered_has_those_of_its_question():
    query = SearchQuery(
        text="live rounds",
        roles=("armorer",),
        speakers=("Vale",),
        sources=("callsheet",),
        kind=DocumentKind.EPISODE,
        since=NOW,
        until=datetime(2026, 3, 6, tzinfo=UTC),
        people=("p1",),
        only_topics=("custody",),
        manners=(Manner.SPOKEN,),
        certainties=(Certainty.AGREED,),
        years=(2021,),
        limit=4,
    )
    assert filters_of(a_set(query=query)) == AskFilters(
        roles=("armorer",),
        speakers=("Vale",),
        sources=("callsheet",),
        kind=DocumentKind.EPISODE,
        since=date(2026, 3, 4),
        until=date(2026, 3, 5),
        people=("p1",),
        topics=("custody",),
        manners=(Manner.SPOKEN,),
        certainties=(Certainty.AGREED,),
        years=(2021,),
        limit=4,
    )
    assert filters_of(a_set()) == AskFilters()
