"""The page end to end: a real server, Debian's Chromium, invented words."""

from __future__ import annotations

from typing import Any

import pytest

from tests.pages import HOSTILE, PAGE, QUESTION, Archive, Visit, expect, open_at

pytestmark = PAGE


def read(visit: Visit, served: Archive, place: str) -> Any:
    open_at(visit.page, f"{served.server.url}/document?document={place}")
    visit.page.wait_for_selector("[data-word]")
    return visit.page


def word(page: Any, text: str) -> Any:
    return page.locator("[data-word]").get_by_text(text, exact=True).first


def until(page: Any, script: str) -> None:
    """Wait for `script` to be true; the page's policy forbids the driver's own waiting."""
    for _ in range(200):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {script}")


def sound(page: Any) -> dict[str, Any]:
    script = """() => {
      const clock = document.querySelector('.onrecord-now');
      const spoken = document.querySelector('.onrecord-lit');
      return {clock: clock.textContent.slice(0, 8), spoken: spoken && spoken.textContent,
              paused: document.querySelector('.onrecord-play').ariaLabel === 'Play'};
    }"""
    return dict(page.evaluate(script))


def test_a_question_is_answered_and_the_moment_is_heard(visit: Visit, served: Archive) -> None:
    page = visit.page
    open_at(page, served.server.url + QUESTION)
    card = page.locator(".onrecord-card", has_text="Live rounds have no business").first
    assert card.locator(".onrecord-quote").inner_text().startswith("“")
    assert "Ines Okafor" in card.inner_text()
    card.locator(".onrecord-listen").click()
    card.locator(".onrecord-playing").wait_for()
    until(page, "parseFloat(document.querySelector('.onrecord-filled').style.width) > 1")
    assert "Pause 00:00:" in card.locator(".onrecord-listen").inner_text()


def test_the_sound_goes_on_behind_the_quotation_and_says_so(visit: Visit, served: Archive) -> None:
    page = visit.page
    open_at(page, served.server.url + "/?q=who+may+hand+a+gun+to+an+actor")
    page.locator(".onrecord-listen").first.click()
    page.get_by_text("The quotation has ended; playing on").first.wait_for(timeout=40_000)
    expect(page.locator(".onrecord-playing")).to_have_count(1)


def test_copying_gives_quote_and_citation(visit: Visit, served: Archive) -> None:
    page = visit.page
    open_at(page, served.server.url + QUESTION)
    page.get_by_role("button", name="Copy citation").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“")
    assert f"{served.server.url}/document?document=" in copied


def test_a_permalink_opens_at_its_word_in_sight_and_waits(visit: Visit, served: Archive) -> None:
    page = visit.page
    open_at(page, served.server.url + QUESTION)
    page.get_by_role("link", name="Open in transcript").first.click()
    page.wait_for_selector(".onrecord-lit")
    state = sound(page)
    assert state["paused"] is True
    assert f"t={int(state['clock'][-2:])}" in page.url
    page.wait_for_timeout(400)
    assert page.locator(".onrecord-lit").bounding_box()["y"] < 900
    page.go_back()
    page.locator(".onrecord-card").first.wait_for()
    assert page.get_by_label("Ask the archive").input_value().startswith("what did armorers")


def test_a_clicked_word_is_heard_and_lit(visit: Visit, served: Archive) -> None:
    page = read(visit, served, served.episode)
    word(page, "nineteen").click()
    until(page, "document.querySelector('.onrecord-lit')?.textContent === 'nineteen'")
    until(page, "document.querySelector('.onrecord-play').ariaLabel === 'Pause'")
    page.keyboard.press("Space")
    until(page, "document.querySelector('.onrecord-play').ariaLabel === 'Play'")
    state = sound(page)
    assert state["spoken"] in ("nineteen", "years.", "Live", "rounds", "have", "no", "business")


def test_keys_play_and_seek(visit: Visit, served: Archive) -> None:
    page = read(visit, served, f"{served.episode}&t=10")
    assert sound(page)["clock"] == "00:00:10"
    stands_at = "document.querySelector('.onrecord-now').textContent.startsWith('{}')"
    page.keyboard.press("ArrowRight")
    until(page, stands_at.format("00:00:15"))
    page.keyboard.press("ArrowLeft")
    until(page, stands_at.format("00:00:10"))
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pause").wait_for()


def test_chosen_words_come_with_their_citation(visit: Visit, served: Archive) -> None:
    page = read(visit, served, served.episode)
    word(page, "Live").click()
    page.keyboard.press("Space")
    word(page, "set,").click(modifiers=["Shift"])
    tray = page.locator(".onrecord-tray")
    tray.get_by_text("“Live rounds have no business on a set,”").wait_for()
    assert "Ines Okafor (armorer), in “Cold Gun, Warm Chamber,”" in tray.inner_text()
    page.keyboard.press("Shift+ArrowRight")
    tray.get_by_text("“Live rounds have no business on a set, not”").wait_for()
    tray.get_by_role("button", name="Copy link").click()
    tray.get_by_role("button", name="Copied").wait_for()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(f"{served.server.url}/document?document={served.episode}&t=")
    page.keyboard.press("Escape")
    tray.wait_for(state="hidden")


def test_words_marked_with_the_mouse_are_taken_whole(visit: Visit, served: Archive) -> None:
    page = read(visit, served, served.article)
    start, end = word(page, "rehearsal").bounding_box(), word(page, "guns.").bounding_box()
    page.mouse.move(start["x"] + 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 2, end["y"] + end["height"] / 2, steps=5)
    page.mouse.up()
    page.get_by_text("“rehearsal used rubber guns.”").wait_for()
    assert "paragraph 2" in page.locator(".onrecord-tray").inner_text()


def test_a_passage_across_speakers_is_refused(visit: Visit, served: Archive) -> None:
    page = read(visit, served, served.episode)
    word(page, "Sheet.").click()
    word(page, "Thank").click(modifiers=["Shift"])
    warning = page.locator(".onrecord-tray [role=alert]")
    expect(warning).to_contain_text("more than one speaker")
    assert page.locator(".onrecord-tray blockquote").count() == 0


def test_an_article_names_who_is_quoted_and_marks_paraphrase(visit: Visit, served: Archive) -> None:
    page = read(visit, served, f"{served.article}&p=2")
    assert page.locator(".onrecord-target").get_attribute("id") == "onrecord-p2"
    assert page.locator(".onrecord-by").all_inner_texts() == [
        "unattributed",
        "paraphrase, Ola Brandt",
    ]


def test_hostile_words_stay_words(visit: Visit, served: Archive) -> None:
    page = read(visit, served, served.hostile)
    assert HOSTILE.strip() in page.locator("h1").inner_text()
    assert "<script>window.hacked=1</script>" in page.locator(".onrecord-words").inner_text()
    word(page, "😀").click()
    page.keyboard.press("Space")
    word(page, "stay").click(modifiers=["Shift"])
    page.locator(".onrecord-tray").get_by_text("“😀 stay”").wait_for()
    open_at(page, served.server.url + "/?q=live+rounds+stay+out")
    page.locator(".onrecord-card", has_text="window.hacked").first.wait_for()
    open_at(page, served.server.url + "/document")
    expect(page.get_by_role("link", name=HOSTILE.strip())).to_have_count(1)
    assert page.locator("a[href^=javascript]").count() == 0


@pytest.mark.parametrize("visit", [(390, "dark"), (390, "light"), (1200, "dark")], indirect=True)
def test_nothing_sticks_out_sideways(visit: Visit, served: Archive) -> None:
    for place in (QUESTION, "/document", f"/document?document={served.hostile}"):
        open_at(visit.page, served.server.url + place)
        visit.page.wait_for_timeout(300)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_guest_with_a_foreign_name_gets_nothing(served: Archive) -> None:
    import httpx

    refused = httpx.get(served.server.url, headers={"host": "evil.example"})
    assert refused.status_code == 403
