"""The pages as Streamlit runs them, without a browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from corpus.errors import StoreError
from corpus.types import DiscoveredItem, DocumentKind, Span
from tests.seeded import (
    LIVE,
    NOW,
    Line,
    Seeded,
    open_empty,
    publish,
    seed_archive,
    seed_article,
    seed_episode,
)
from ui.archive import Archive
from ui.kept.quotes import Quotes
from ui.page import components
from ui.register import Decider

APP = str(Path(components.__file__).with_name("app.py"))
HOSTILE = (
    '<script>alert(1)</script><img src=x onerror="alert(1)"> **b** [x](javascript:alert(1)) '
    ":red[y] $a$ ![z](https://tracker.example/p.png) </h1><style>body{display:none}</style>"
)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seeded]:
    filled = seed_archive(tmp_path_factory.mktemp("archive"))
    publish(filled.archive)
    yield filled
    filled.archive.close()


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def _no_component_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    # Each AppTest looks for components in every installed package: half a second, and none here.
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)


def open_page(archive: Archive, **query: str) -> AppTest:
    components.use_archive(archive)
    app = AppTest.from_file(APP, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    return app


def document_page(archive: Archive, **query: str) -> AppTest:
    def draw() -> None:
        from ui.page.components import archive_in_use
        from ui.page.views import document

        document.render(archive_in_use())

    components.use_archive(archive)
    app = AppTest.from_function(draw, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def drawn(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(part.proto.json) for part in app.get("bidi_component")]


def cards_of(app: AppTest) -> list[dict[str, Any]]:
    return [card for part in drawn(app) for group in part["groups"] for card in group["cards"]]


def test_a_question_in_the_address_is_answered_with_verbatim_quotes(seeded: Seeded) -> None:
    app = open_page(seeded.archive, q="what did armorers say about live rounds").run()
    assert not app.exception
    assert app.text_input[0].value == "what did armorers say about live rounds"
    cards = cards_of(app)
    best = cards[0]
    assert best["speaker"] == "Ines Okafor"
    assert best["role"] == "armorer"
    text = seeded.archive.view(seeded.episode).text
    assert text is not None
    assert best["quote"] in text.content
    assert "Live rounds" in best["quote"]
    assert best["audio"].startswith("/audio/")
    assert best["href"].startswith(f"/document?document={seeded.episode}&t=")
    assert best["known"] == "credited on the page"
    assert best["copy"].startswith("“")
    understood = drawn(app)[0]["refine"]["understood"]
    assert ("only armorers", True) in [(part["label"], part["on"]) for part in understood]


def test_typing_a_question_writes_it_into_the_address(seeded: Seeded) -> None:
    app = open_page(seeded.archive).run()
    app.text_input[0].set_value("who may hand a gun to an actor").run()
    assert app.query_params["q"] in (
        "who may hand a gun to an actor",
        ["who may hand a gun to an actor"],
    )
    assert cards_of(app)


def test_an_example_asks_itself(seeded: Seeded) -> None:
    app = open_page(seeded.archive).run()
    assert "Cold Gun, Warm Chamber" in html(app)
    app.button(key="example who may hand a gun to an actor").click().run()
    assert app.text_input[0].value == "who may hand a gun to an actor"
    assert cards_of(app)


def test_what_nothing_answers_is_said_and_nothing_is_offered(seeded: Seeded) -> None:
    app = open_page(seeded.archive, q="zebra crossings in Ulaanbaatar").run()
    assert "Nothing in the archive answers this" in html(app)
    assert cards_of(app) == []


def test_filters_narrow_the_answer(seeded: Seeded) -> None:
    app = open_page(seeded.archive, q="live rounds").run()
    shows = {card["show"] for card in cards_of(app)}
    assert shows == {"The Call Sheet", "Slate and Sound"}
    app = open_page(seeded.archive, q="live rounds", show="Slate and Sound").run()
    assert {card["show"] for card in cards_of(app)} == {"Slate and Sound"}


def test_an_unnamed_voice_is_shown_as_one_and_an_unattributed_quote_names_nobody(
    seeded: Seeded,
) -> None:
    app = open_page(seeded.archive, q="live round on a table beside the dummies").run()
    cards = {card["speaker"]: card for card in cards_of(app)}
    assert cards["Speaker 2"]["voice"] is True
    assert cards["Speaker 2"]["known"] is None
    app = open_page(seeded.archive, q="live rounds locked away from the production").run()
    cards = {card["speaker"]: card for card in cards_of(app)}
    assert cards["Unattributed"]["voice"] is False
    assert cards["Unattributed"]["audio"] is None
    assert cards["Unattributed"]["place"] == "paragraph 1"


def test_an_empty_archive_says_which_command_fills_it(tmp_path: Path) -> None:
    archive = open_empty(tmp_path / "empty")
    for app in (open_page(archive).run(), document_page(archive)):
        assert not app.exception
        assert "The archive is empty" in html(app)
        assert "onrecord add" in html(app)
    archive.close()


def test_an_expected_error_is_told_on_the_page_without_a_traceback(
    seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise StoreError("catalogue.sqlite", cause="disk I/O error", remedy="check the disk")

    monkeypatch.setattr(seeded.archive, "ask", broken, raising=False)
    app = open_page(seeded.archive, q="live rounds").run()
    assert not app.exception
    assert "disk I/O error: check the disk" in html(app)


def test_a_document_opens_at_the_second_of_its_permalink(seeded: Seeded) -> None:
    app = document_page(seeded.archive, document=seeded.episode, t="9.20")
    assert not app.exception
    player = drawn(app)[0]
    assert player["at"] == 9.2
    assert player["url"] == f"/api/transcript/{seeded.episode}"
    shown = html(app)
    assert "Cold Gun, Warm Chamber" in shown
    assert "Film armorer; founder, Okafor Arms Rental" in shown
    assert 'rel="noopener noreferrer"' in shown


def test_an_article_opens_at_its_paragraph(seeded: Seeded) -> None:
    app = document_page(seeded.archive, document=seeded.article, p="2")
    assert drawn(app)[0]["paragraph"] == 2
    assert drawn(app)[0]["at"] is None


@pytest.mark.parametrize("value", ["", "x", "-3", "inf", "nan", "1e99", "9" * 400])
def test_a_strange_second_is_no_second(seeded: Seeded, value: str) -> None:
    app = document_page(seeded.archive, document=seeded.episode, t=value, p=value)
    assert not app.exception
    assert drawn(app)[0]["at"] is None


def test_an_unknown_document_is_said_so(seeded: Seeded) -> None:
    for name in ("ffffffffffff", "../../etc/passwd", HOSTILE, "%"):
        app = document_page(seeded.archive, document=name)
        assert not app.exception
        assert "No such document" in html(app)


def test_a_document_that_is_not_ready_tells_its_stage_and_error(seeded: Seeded) -> None:
    item = DiscoveredItem(
        source_id="the_call_sheet",
        kind=DocumentKind.EPISODE,
        url="https://callsheet.example/episodes/waiting",
        title="Still Waiting",
        show="The Call Sheet",
    )
    document, _ = seeded.archive.catalogue.record_discovered(item, now=NOW)
    seeded.archive.catalogue.fail(
        document.id, error="cannot read audio: <b>cut off</b>", retry_at=NOW, now=NOW
    )
    app = document_page(seeded.archive, document=document.id)
    assert "found, not fetched yet" in html(app)
    assert "&lt;b&gt;cut off&lt;/b&gt;" in html(app)
    assert "15 January 2026, 09:30 UTC" in html(app)
    assert drawn(app) == []
    assert "found, not fetched yet" in html(document_page(seeded.archive))


def test_hostile_words_are_shown_literally_on_every_page(tmp_path: Path) -> None:
    archive = open_empty(tmp_path / "hostile")
    words = Line(f"{HOSTILE} Live rounds are out.", HOSTILE, "armorer")
    url = "javascript:alert(1)//callsheet.example/evil"
    episode = seed_episode(archive, title=HOSTILE, lines=(words,), url=url)
    seed_article(archive, title=HOSTILE, lines=(replace(words),), url="data:text/html,x")
    publish(archive)
    for app in (
        document_page(archive),
        document_page(archive, document=episode.id),
        open_page(archive).run(),
        open_page(archive, q="live rounds").run(),
    ):
        assert not app.exception
        shown = html(app)
        assert "<script" not in shown
        assert "<img" not in shown
        assert "javascript:alert(1)//" not in shown
        assert not [element for element in app.markdown if "alert" in element.value]
        for part in drawn(app):
            for card in (one for group in part.get("groups", []) for one in group["cards"]):
                assert card["publisher"] is None
                assert HOSTILE[:20] in card["title"]
    archive.close()


def test_the_best_quote_stands_word_for_word_in_the_text(seeded: Seeded) -> None:
    app = open_page(seeded.archive, q="live rounds have no business on a set").run()
    assert any(LIVE in card["quote"] for card in cards_of(app))


def page_of(archive: Archive, name: str, **query: str) -> AppTest:
    def draw(name: str) -> None:
        import importlib

        from ui.page.components import archive_in_use

        importlib.import_module(f"ui.page.views.{name}").render(archive_in_use())

    components.use_archive(archive)
    app = AppTest.from_function(draw, default_timeout=30, args=(name,))
    for key, value in query.items():
        app.query_params[key] = value
    return app.run()


def test_a_part_that_is_off_stays_to_be_switched_on(seeded: Seeded) -> None:
    asked = "what did armorers say about live rounds"
    app = open_page(seeded.archive, q=asked, off="role:armorer").run()
    parts = {part["label"]: part for part in drawn(app)[0]["refine"]["understood"]}
    assert parts["only armorers"]["on"] is False
    assert "off=" not in parts["only armorers"]["to"]
    assert len({card["speaker"] for card in cards_of(app)}) > 1


def test_a_facet_says_what_is_chosen_and_where_it_leads(seeded: Seeded) -> None:
    app = open_page(seeded.archive, q="live rounds", show="Slate and Sound").run()
    refine = drawn(app)[0]["refine"]
    assert refine["chosen"] == [
        {"key": "show Slate and Sound", "label": "Slate and Sound", "to": "q=live+rounds"}
    ]
    wide = drawn(open_page(seeded.archive, q="live rounds").run())[0]["refine"]
    values = {
        value["name"]: value["to"]
        for facet in wide["facets"]
        if facet["kind"] == "show"
        for value in facet["values"]
    }
    assert values["The Call Sheet"] == "q=live+rounds&show=The+Call+Sheet"


def test_the_same_words_elsewhere_are_told_below_the_card(tmp_path: Path) -> None:
    archive = open_empty(tmp_path / "twice")
    seed_episode(archive)
    seed_episode(archive, title="Once More", url="https://callsheet.example/episodes/2")
    publish(archive)
    app = open_page(archive, q="who may hand a gun to an actor").run()
    card = next(card for card in cards_of(app) if "Only the armorer" in card["quote"])
    (also,) = card["also"]
    titles = {card["title"], also["label"].split("”")[0].strip("“")}
    assert titles == {"Cold Gun, Warm Chamber", "Once More"}
    assert also["href"].startswith("/document?document=")
    archive.close()


def test_an_address_that_names_no_role_is_answered_calmly(seeded: Seeded) -> None:
    app = open_page(seeded.archive, q="live rounds", role="<b>nobody</b>").run()
    assert not app.exception
    assert "This cannot be asked" in html(app)
    assert "<b>nobody" not in html(app)


def test_a_topic_opens_with_its_definition_and_rules(seeded: Seeded) -> None:
    app = page_of(seeded.archive, "topics", topic="blanks")
    assert not app.exception
    shown = html(app)
    assert 'class="onrecord-standfirst"' in shown
    assert "Cal. Lab. Code" in shown
    assert {card["speaker"] for card in cards_of(app)} >= {"Ines Okafor"}


def test_an_empty_archive_has_every_page(tmp_path: Path) -> None:
    archive = open_empty(tmp_path / "bare")
    for name in ("topics", "people", "quotes"):
        app = page_of(archive, name)
        assert not app.exception, name
    assert "Nothing is kept yet" in html(page_of(archive, "quotes"))
    archive.close()


def test_a_quote_that_changed_says_so_in_the_basket(tmp_path: Path) -> None:
    filled = seed_archive(tmp_path / "changing")
    archive = filled.archive
    quotes, text = Quotes(archive), archive.view(filled.episode).text
    assert text is not None
    start = text.content.index(LIVE)
    quotes.keep_in_basket(filled.episode, Span(start, start + len(LIVE)))
    (before,) = drawn(page_of(archive, "quotes"))[0]["quotes"]
    assert before["changes"] == []
    assert before["sure"].endswith("verified now")
    archive.corrections.correct(
        filled.episode, "not in a belt", "not on a belt", Decider(author="ann")
    )
    (after,) = drawn(page_of(archive, "quotes"))[0]["quotes"]
    assert after["quote"] == LIVE
    assert after["changes"][0]["name"] == "Corrected since"
    assert "not on a belt" in after["changes"][0]["said"]
    archive.close()
