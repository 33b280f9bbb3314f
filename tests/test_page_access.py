"""Every page for everybody: by axe's rules, on a phone, in the dark, without a mouse."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from corpus.types import Span
from tests.pages import PAGE, QUESTION, Archive, Visit, expect
from tests.seeded import LIVE
from ui.kept.quotes import Quotes

pytestmark = PAGE


@pytest.mark.parametrize("visit", [(390, "dark"), (1200, "light")], indirect=True)
def test_every_page_is_accessible_and_nothing_sticks_out(visit: Visit, served: Archive) -> None:
    axe = Axe()
    with served.opened() as archive:
        content = archive.catalogue.text(served.episode, 1).content
        start = content.index(LIVE)
        Quotes(archive).keep_in_basket(served.episode, Span(start, start + len(LIVE)))
        person = next(each.id for each in archive.catalogue.people() if "Ines" in each.name)
    for place, drawn in {
        QUESTION: ".onrecord-card",
        "/?q=squibs+under+a+wet+shirt": ".onrecord-notice",
        "/topics": ".onrecord-matrix",
        "/topics?topic=dummy_rounds": ".onrecord-card",
        "/people": ".onrecord-shelf",
        f"/people?person={person}": ".onrecord-card",
        "/quotes": ".onrecord-kept-quote",
        "/status": ".onrecord-table",
        f"/document?document={served.article}": "[data-word]",
    }.items():
        page = visit.open(place)
        page.wait_for_selector(drawn)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), place
        found = axe.run(page).response["violations"]
        told = [(each["id"], [node["html"][:200] for node in each["nodes"]]) for each in found]
        assert told == [], place


def test_chips_and_facets_answer_to_keys_and_keep_the_focus(visit: Visit) -> None:
    page = visit.open(QUESTION)
    part = page.get_by_role("button", name="only armorers")
    part.focus()
    page.keyboard.press("Enter")
    expect(part).to_have_attribute("aria-pressed", "false")
    expect(part).to_be_focused()
