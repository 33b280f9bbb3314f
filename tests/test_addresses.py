"""What the page's address says, and what hostile ones cannot."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.types import Certainty, DocumentKind, Manner
from ui.page.addresses import MOST, Asked


def test_a_question_and_everything_that_narrows_it_comes_back_from_the_address():
    asked = Asked(
        question="live rounds & <b>",
        off=("role:armorer", "topic:blanks"),
        chosen={"show": ("On Set", "Slate & Sound"), "year": ("2021",), "manner": ("spoken",)},
        since=date(2020, 1, 2),
        until=date(2022, 3, 4),
        limit=16,
    )
    assert Asked.parse(asked.query()) == asked


def test_the_filters_are_those_of_the_address():
    query = "role=armorer&person=3f2a&show=On+Set&year=2021&topic=blanks&manner=quoted&kind=episode"
    filters = Asked.parse(query + "&certainty=two+decodes+agree&off=role:armorer").filters()
    assert (filters.roles, filters.people, filters.sources) == (
        ("armorer",),
        ("3f2a",),
        ("On Set",),
    )
    assert (filters.years, filters.topics, filters.off) == ((2021,), ("blanks",), ("role:armorer",))
    assert (filters.manners, filters.kind) == ((Manner.QUOTED,), DocumentKind.EPISODE)
    assert filters.certainties == (Certainty.AGREED,)


def test_a_click_adds_a_value_and_another_takes_it_away():
    asked = Asked(question="blanks", limit=32)
    once = asked.choose("year", "2021").choose("year", "2022")
    assert once.chosen == {"year": ("2021", "2022")}
    assert once.limit < asked.limit
    assert once.choose("year", "2021").choose("year", "2022").chosen == {}
    assert asked.choose("kind", "episode").choose("kind", "article").chosen == {
        "kind": ("article",)
    }
    assert asked.switch("role:armorer").switch("role:armorer").off == ()


def test_another_question_is_narrowed_in_the_same_way_but_its_parts_are_its_own():
    asked = Asked.parse("q=blanks&off=topic:blanks&show=On+Set").anew("squibs")
    assert (asked.question, asked.off, asked.chosen) == ("squibs", (), {"show": ("On Set",)})


@pytest.mark.parametrize(
    "query",
    [
        "year=²&year=99999&year=x",
        "manner=shouted&certainty=sure&kind=film",
        "n=-3",
        "n=" + "9" * 5000,
        "since=yesterday&until=2020-99-99",
        "off=&show=+++",
        "a=b&" * 500,
        "%ff%00",
        "role[]=armorer",
    ],
)
def test_what_makes_no_sense_is_left_out(query: str):
    asked = Asked.parse(query)
    assert asked.question == ""
    assert asked.chosen == {}
    assert asked.limit <= MOST
    asked.filters()


def test_an_address_is_cut_where_nobody_clicks_that_much():
    many = "&".join(f"role={number}" for number in range(150))
    asked = Asked.parse(f"q={'a' * 20_000}&{many}&show={'b' * 20_000}")
    assert len(asked.question) == 1000
    assert len(asked.chosen["role"]) == 20
    assert len(asked.chosen["show"][0]) == 200
