"""Quotes, in a browser: the basket in its order, sets, freezing, downloads."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest

from corpus.exports import FORMATS
from corpus.types import Span
from tests.pages import PAGE, Archive, Visit, expect
from tests.seeded import LIVE
from ui.kept.quotes import Quotes

pytestmark = PAGE
ONLY = "Only the armorer hands a gun to an actor."


@pytest.fixture(autouse=True)
def _basket(served: Archive) -> None:
    """Two quotes lie in the basket."""
    with served.opened() as archive:
        quotes = Quotes(archive)
        quotes.empty_basket()
        content = archive.catalogue.text(served.episode, 1).content
        for words in (LIVE, ONLY):
            start = content.index(words)
            quotes.keep_in_basket(served.episode, Span(start, start + len(words)))


def order(page: Any) -> Any:
    return page.locator(".onrecord-quotelist blockquote")


def test_quotes_are_moved_annotated_and_removed(visit: Visit, served: Archive) -> None:
    page = visit.open("/quotes")
    expect(order(page)).to_have_text([f"“{LIVE}”", f"“{ONLY}”"])
    expect(page.get_by_text("verified now").first).to_be_visible()
    page.get_by_role("button", name="Up: quote 2").click()
    expect(order(page)).to_have_text([f"“{ONLY}”", f"“{LIVE}”"])
    page.get_by_role("button", name="Add note: quote 1").click()
    page.get_by_label("Note", exact=True).fill("for the second part <b>")
    page.get_by_role("button", name="Save note").click()
    expect(page.locator(".onrecord-quotenote")).to_have_text("Note: for the second part <b>")
    page.get_by_role("button", name="Remove: quote 2").click()
    expect(order(page)).to_have_text([f"“{ONLY}”"])
    with served.opened() as archive:
        (left,) = Quotes(archive).basket().quotes
    assert (left.kept.quote.exact, left.note) == (ONLY, "for the second part <b>")


def test_a_basket_becomes_a_set_that_is_frozen_and_taken_along(visit: Visit) -> None:
    page = visit.open("/quotes")
    page.get_by_label("Name").fill("Who holds the gun")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who holds the gun")
    page.get_by_role("button", name="Freeze this set").click()
    expect(page.get_by_text("Frozen: it never changes again.")).to_be_visible()
    expect(page.get_by_role("button", name="Remove: quote 1")).to_have_count(0)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="All of them").click()
    assert waiting.value.suggested_filename == "Who-holds-the-gun.zip"
    with zipfile.ZipFile(io.BytesIO(waiting.value.path().read_bytes())) as files:
        names = {name.split("/")[1] for name in files.namelist()}
    assert names == {f"quotes{ending}" for ending, _ in FORMATS.values()} | {"manifest.json"}
    page.get_by_role("link", name="Quote sets").click()
    expect(page.get_by_role("link", name="Who holds the gun")).to_be_visible()


def test_a_quote_is_copied_for_print(visit: Visit) -> None:
    page = visit.open("/quotes")
    page.get_by_role("button", name="Copy for print").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(f"“{LIVE}” — Ines Okafor, armorer, on “The Call Sheet” podcast")


def test_a_name_that_is_taken_is_said_and_nothing_is_lost(visit: Visit) -> None:
    page = visit.open("/quotes")
    page.get_by_label("Name").fill("basket")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("This was not saved")).to_be_visible()
    expect(order(page)).to_have_count(2)
