"""Topics and People, in a browser: everything leads to a moment, a paragraph or another page."""

from __future__ import annotations

import re

from tests.pages import HOSTILE, PAGE, Visit, expect

pytestmark = PAGE


def test_a_topic_opens_with_what_holds_and_leads_to_the_moment(visit: Visit) -> None:
    page = visit.open("/topics")
    page.get_by_role("listitem").get_by_role("link", name="Blanks and what they can do").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Blanks and what they can do")
    expect(page.get_by_role("heading", name="What holds")).to_be_visible()
    expect(page.get_by_role("link", name="Read its text").first).to_have_attribute(
        "href", re.compile("^https://")
    )
    said = page.locator(".onrecord-card", has_text="A dummy round rattles")
    said.get_by_role("link", name="Open in transcript").click()
    page.wait_for_selector(".onrecord-lit")


def test_every_number_of_the_matrix_leads_to_what_is_counted(visit: Visit) -> None:
    page = visit.open("/topics")
    table = page.get_by_role("region", name="Who speaks of what")
    row = table.get_by_role("row", name="Dummy rounds")
    row.get_by_role("link", name=re.compile("^Ines Okafor: 1 passage")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ines Okafor")
    expect(page.get_by_text("Only on Dummy rounds")).to_be_visible()
    expect(page.locator(".onrecord-card")).to_have_count(1)
    page.get_by_role("link", name="Everything they said").click()
    expect(page.locator(".onrecord-card").nth(1)).to_be_visible()


def test_a_year_leads_to_what_was_said_in_it(visit: Visit) -> None:
    page = visit.open("/topics?topic=dummy_rounds")
    page.get_by_role("link", name=re.compile("^2024: ")).click()
    expect(page.get_by_role("group", name="Narrowed to")).to_contain_text("2024")
    expect(page.locator(".onrecord-card", has_text="A dummy round rattles")).to_be_visible()


def test_a_person_is_found_and_shown_with_evidence(visit: Visit) -> None:
    page = visit.open("/people")
    page.get_by_label("Find a person").fill("oka in")
    page.keyboard.press("Enter")
    expect(page.locator(".onrecord-shelf li")).to_have_count(1)
    expect(page).to_have_url(re.compile("name=oka"))
    page.get_by_role("link", name="Ines Okafor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ines Okafor")
    standing = page.locator(".onrecord-standings li")
    expect(standing).to_contain_text("Armorer")
    expect(standing).to_contain_text("Credited on the page")
    standing.get_by_role("link", name="Cold Gun, Warm Chamber").click()
    page.wait_for_selector("[data-word]")


def test_hostile_names_stay_words(visit: Visit) -> None:
    page = visit.open("/people")
    page.get_by_role("link", name=HOSTILE.strip()[:20]).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    visit.open(f"/topics?topic={HOSTILE}")
    expect(page.get_by_text("No such topic")).to_be_visible()
    visit.open("/people?person=<b>nobody")
    expect(page.get_by_text("No such page")).to_be_visible()
    visit.open(f"/quotes?set={HOSTILE}")
    expect(page.get_by_text("No such quote set")).to_be_visible()
    visit.open(f"/?q=live&role={HOSTILE}&off={HOSTILE}&year=99999&person={HOSTILE}&n=-3")
    expect(page.get_by_text("This cannot be asked")).to_be_visible()
