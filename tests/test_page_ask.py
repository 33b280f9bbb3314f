"""Ask, in a browser: what was understood, what narrows the answers, and what is kept."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.pages import PAGE, QUESTION, Archive, Visit, expect
from ui.kept.quotes import Quotes

pytestmark = PAGE


@pytest.fixture(autouse=True)
def _nothing_kept(served: Archive) -> None:
    with served.opened() as archive:
        Quotes(archive).empty_basket()


def chip(page: Any, name: str) -> Any:
    return page.get_by_role("group", name="Understood as").get_by_role("button", name=name)


def test_a_part_is_switched_off_and_the_link_repeats_it(visit: Visit) -> None:
    page = visit.open(QUESTION)
    expect(chip(page, "only armorers")).to_have_attribute("aria-pressed", "true")
    others = page.locator(".onrecord-card", has_text="Speaker 2")
    expect(others).to_have_count(0)
    chip(page, "only armorers").click()
    expect(chip(page, "only armorers")).to_have_attribute("aria-pressed", "false")
    expect(others).to_have_count(1)
    expect(page).to_have_url(re.compile("off=role%3Aarmorer"))
    page.reload()
    expect(chip(page, "only armorers")).to_have_attribute("aria-pressed", "false")
    chip(page, "only armorers").click()
    expect(others).to_have_count(0)
    expect(page).not_to_have_url(re.compile("off="))


def test_facets_narrow_the_answers_and_are_taken_away_again(visit: Visit) -> None:
    page = visit.open("/?q=live+rounds")
    cards = page.locator(".onrecord-card")
    expect(cards.filter(has_text="Slate and Sound")).to_have_count(1)
    facet = page.get_by_role("region", name="Show or publication")
    facet.get_by_role("button", name="The Call Sheet").click()
    expect(cards.filter(has_text="Slate and Sound")).to_have_count(0)
    expect(cards.filter(has_text="Cold Gun, Warm Chamber").first).to_be_visible()
    expect(page).to_have_url(re.compile("show=The"))
    narrowed = page.get_by_role("group", name="Narrowed to")
    narrowed.get_by_role("button", name="The Call Sheet").click()
    expect(cards.filter(has_text="Slate and Sound")).to_have_count(1)
    expect(narrowed).to_have_count(0)


def test_what_nothing_answers_leads_to_the_nearest_topics(visit: Visit) -> None:
    page = visit.open("/?q=squibs+under+a+wet+shirt")
    expect(page.get_by_text("Nothing in the archive answers this")).to_be_visible()
    nearest = page.locator(".onrecord-near").get_by_role("link").first
    name = nearest.inner_text()
    nearest.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_card_is_kept_for_everybody_and_taken_out_again(visit: Visit, served: Archive) -> None:
    page = visit.open(QUESTION)
    card = page.locator(".onrecord-card").first
    card.get_by_role("button", name="Keep", exact=True).click()
    expect(card.get_by_role("button", name="Kept")).to_be_visible()
    with served.opened() as archive:
        assert [each.kept.person for each in Quotes(archive).basket().quotes] == ["Ines Okafor"]
    page.reload()
    card.get_by_role("button", name="Kept").click()
    expect(card.get_by_role("button", name="Keep", exact=True)).to_be_visible()
    with served.opened() as archive:
        assert Quotes(archive).basket().about.size == 0


def test_chosen_words_of_a_transcript_are_kept(visit: Visit, served: Archive) -> None:
    page = visit.open(f"/document?document={served.article}")
    page.locator("[data-word]").get_by_text("rehearsal", exact=True).click()
    page.locator("[data-word]").get_by_text("guns.", exact=True).click(modifiers=["Shift"])
    tray = page.locator(".onrecord-tray")
    tray.get_by_role("button", name="Keep").click()
    expect(tray.get_by_role("button", name="Kept")).to_be_visible()
    with served.opened() as archive:
        kept = [each.kept.quote.exact for each in Quotes(archive).basket().quotes]
    assert kept == ["rehearsal used rubber guns."]


def test_answers_become_a_set_that_remembers_its_question(visit: Visit, served: Archive) -> None:
    page = visit.open("/?q=who+may+hand+a+gun+to+an+actor")
    page.get_by_role("button", name="Save as a quote set").click()
    page.get_by_label("Name").fill("Hand to hand")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Hand to hand").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hand to hand")
    expect(page.locator(".onrecord-kept-quote").first).to_be_visible()
    with served.opened() as archive:
        assert Quotes(archive).view("Hand to hand").about.question == (
            "who may hand a gun to an actor"
        )


def test_back_takes_a_choice_away(visit: Visit) -> None:
    page = visit.open("/?q=live+rounds")
    facet = page.get_by_role("region", name="Show or publication")
    facet.get_by_role("button", name="The Call Sheet").click()
    expect(page.get_by_role("group", name="Narrowed to")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("group", name="Narrowed to")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("show="))


def test_coming_back_finds_the_question_as_it_was(visit: Visit) -> None:
    page = visit.open("/?q=live+rounds&show=Slate+and+Sound")
    page.get_by_role("link", name="Open in article").first.click()
    page.wait_for_selector("[data-word]")
    page.go_back()
    expect(page.get_by_role("group", name="Narrowed to")).to_contain_text("Slate and Sound")
    expect(page.locator(".onrecord-card")).to_have_count(1)
    expect(page.get_by_label("Ask the archive")).to_have_value("live rounds")
