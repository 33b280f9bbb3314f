"""The page end to end: a real server, Debian's Chromium, invented words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from corpus.settings import load_settings
from tests.pages import CHROMIUM, Server, expect, open_at, run_browser, run_server
from tests.seeded import Line, publish, seed_article, seed_episode
from ui.archive import open_archive

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the browser driver's own sockets
    pytest.mark.timeout(180),
]
QUESTION = "/?q=what+did+armorers+say+about+live+rounds"
HOSTILE = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> '
    "[x](javascript:window.hacked=1) ![z](http://tracker.example/p.png) </h1><b>"
)
# Streamlit's own: an inline script that our policy blocks, and health checks below /document.
FRAMEWORK = ("inline script violates", "status of 404")


@dataclass
class Archive:
    """What the server serves."""

    server: Server
    episode: str
    article: str
    hostile: str


@dataclass
class Visit:
    """One fresh visitor, and what went wrong while visiting."""

    page: Any
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    folder = tmp_path_factory.mktemp("page")
    with open_archive(load_settings(data_dir=folder)) as filled:
        episode = seed_episode(filled)
        article = seed_article(filled)
        line = Line(f"{HOSTILE} Live rounds 😀 stay out.", HOSTILE, "armorer")
        url = "javascript:window.hacked=1//callsheet.example"
        hostile = seed_episode(filled, title=HOSTILE, lines=(line,), url=url)
        publish(filled)
    with run_server(folder) as server:
        yield Archive(server, episode.id, article.id, hostile.id)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with run_browser() as opened:
        yield opened


@pytest.fixture
def visit(archive: Archive, browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    width, scheme = getattr(request, "param", (1200, "light"))
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        permissions=["clipboard-read", "clipboard-write"],
    )
    visitor = Visit(context.new_page())
    host = urlsplit(archive.server.url).netloc

    def on_request(sent: Any) -> None:
        parts = urlsplit(sent.url)
        if parts.scheme not in ("blob", "data") and parts.netloc != host:
            visitor.foreign.append(sent.url)

    def on_console(message: Any) -> None:
        if message.type == "error" and not any(known in message.text for known in FRAMEWORK):
            visitor.errors.append(message.text)

    visitor.page.on("request", on_request)
    visitor.page.on("console", on_console)
    visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    yield visitor
    assert visitor.foreign == []
    assert visitor.errors == []
    assert visitor.page.evaluate("window.hacked") is None
    context.close()


def read(visit: Visit, archive: Archive, place: str) -> Any:
    open_at(visit.page, f"{archive.server.url}/document?document={place}")
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


def test_a_question_is_answered_and_the_moment_is_heard(visit: Visit, archive: Archive) -> None:
    page = visit.page
    open_at(page, archive.server.url + QUESTION)
    card = page.locator(".onrecord-card", has_text="Live rounds have no business").first
    assert card.locator(".onrecord-quote").inner_text().startswith("“")
    assert "Ines Okafor" in card.inner_text()
    card.locator(".onrecord-listen").click()
    card.locator(".onrecord-playing").wait_for()
    until(page, "parseFloat(document.querySelector('.onrecord-filled').style.width) > 1")
    assert "Pause 00:00:" in card.locator(".onrecord-listen").inner_text()


def test_the_sound_goes_on_behind_the_quotation_and_says_so(visit: Visit, archive: Archive) -> None:
    page = visit.page
    open_at(page, archive.server.url + "/?q=who+may+hand+a+gun+to+an+actor")
    page.locator(".onrecord-listen").first.click()
    page.get_by_text("The quotation has ended; playing on").first.wait_for(timeout=40_000)
    expect(page.locator(".onrecord-playing")).to_have_count(1)


def test_copying_gives_quote_and_citation(visit: Visit, archive: Archive) -> None:
    page = visit.page
    open_at(page, archive.server.url + QUESTION)
    page.get_by_role("button", name="Copy citation").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“")
    assert f"{archive.server.url}/document?document=" in copied


def test_a_permalink_opens_at_its_word_in_sight_and_waits(visit: Visit, archive: Archive) -> None:
    page = visit.page
    open_at(page, archive.server.url + QUESTION)
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


def test_a_clicked_word_is_heard_and_lit(visit: Visit, archive: Archive) -> None:
    page = read(visit, archive, archive.episode)
    word(page, "nineteen").click()
    until(page, "document.querySelector('.onrecord-lit')?.textContent === 'nineteen'")
    until(page, "document.querySelector('.onrecord-play').ariaLabel === 'Pause'")
    page.keyboard.press("Space")
    until(page, "document.querySelector('.onrecord-play').ariaLabel === 'Play'")
    state = sound(page)
    assert state["spoken"] in ("nineteen", "years.", "Live", "rounds", "have", "no", "business")


def test_keys_play_and_seek(visit: Visit, archive: Archive) -> None:
    page = read(visit, archive, f"{archive.episode}&t=10")
    assert sound(page)["clock"] == "00:00:10"
    stands_at = "document.querySelector('.onrecord-now').textContent.startsWith('{}')"
    page.keyboard.press("ArrowRight")
    until(page, stands_at.format("00:00:15"))
    page.keyboard.press("ArrowLeft")
    until(page, stands_at.format("00:00:10"))
    page.keyboard.press("Space")
    page.get_by_role("button", name="Pause").wait_for()


def test_chosen_words_come_with_their_citation(visit: Visit, archive: Archive) -> None:
    page = read(visit, archive, archive.episode)
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
    assert link.startswith(f"{archive.server.url}/document?document={archive.episode}&t=")
    page.keyboard.press("Escape")
    tray.wait_for(state="hidden")


def test_words_marked_with_the_mouse_are_taken_whole(visit: Visit, archive: Archive) -> None:
    page = read(visit, archive, archive.article)
    start, end = word(page, "rehearsal").bounding_box(), word(page, "guns.").bounding_box()
    page.mouse.move(start["x"] + 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] - 2, end["y"] + end["height"] / 2, steps=5)
    page.mouse.up()
    page.get_by_text("“rehearsal used rubber guns.”").wait_for()
    assert "paragraph 2" in page.locator(".onrecord-tray").inner_text()


def test_a_passage_across_speakers_is_refused(visit: Visit, archive: Archive) -> None:
    page = read(visit, archive, archive.episode)
    word(page, "Sheet.").click()
    word(page, "Thank").click(modifiers=["Shift"])
    warning = page.locator(".onrecord-tray [role=alert]")
    expect(warning).to_contain_text("more than one speaker")
    assert page.locator(".onrecord-tray blockquote").count() == 0


def test_an_article_names_who_is_quoted_and_marks_paraphrase(
    visit: Visit, archive: Archive
) -> None:
    page = read(visit, archive, f"{archive.article}&p=2")
    assert page.locator(".onrecord-target").get_attribute("id") == "onrecord-p2"
    assert page.locator(".onrecord-by").all_inner_texts() == [
        "unattributed",
        "paraphrase, Ola Brandt",
    ]


def test_hostile_words_stay_words(visit: Visit, archive: Archive) -> None:
    page = read(visit, archive, archive.hostile)
    assert HOSTILE.strip() in page.locator("h1").inner_text()
    assert "<script>window.hacked=1</script>" in page.locator(".onrecord-words").inner_text()
    word(page, "😀").click()
    page.keyboard.press("Space")
    word(page, "stay").click(modifiers=["Shift"])
    page.locator(".onrecord-tray").get_by_text("“😀 stay”").wait_for()
    open_at(page, archive.server.url + "/?q=live+rounds+stay+out")
    page.locator(".onrecord-card", has_text="window.hacked").first.wait_for()
    open_at(page, archive.server.url + "/document")
    expect(page.get_by_role("link", name=HOSTILE.strip())).to_have_count(1)
    assert page.locator("a[href^=javascript]").count() == 0


@pytest.mark.parametrize("visit", [(390, "dark"), (390, "light"), (1200, "dark")], indirect=True)
def test_nothing_sticks_out_sideways(visit: Visit, archive: Archive) -> None:
    for place in (QUESTION, "/document", f"/document?document={archive.hostile}"):
        open_at(visit.page, archive.server.url + place)
        visit.page.wait_for_timeout(300)
        assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_guest_with_a_foreign_name_gets_nothing(archive: Archive) -> None:
    import httpx

    refused = httpx.get(archive.server.url, headers={"host": "evil.example"})
    assert refused.status_code == 403
