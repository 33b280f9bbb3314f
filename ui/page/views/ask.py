"""Ask: a question in, verbatim quotes out; how it was understood, and what narrows it."""

from __future__ import annotations

import datetime
from html import escape
from typing import Any

import streamlit as st

from corpus.errors import NotFoundError, QuoteSetError
from corpus.types import Stage
from ui import wording
from ui.answers import Answer
from ui.archive import Archive
from ui.kept.logins import login_name
from ui.kept.quotes import Quotes
from ui.page import components
from ui.page.addresses import Asked
from ui.page.cards import Group, answer_cards
from ui.page.refining import has_more, names_of, refined

EXAMPLES = (
    "what did armorers say about live rounds",
    "who may hand a gun to an actor",
    "how are dummy rounds told apart",
)
_ASKED = "_asked"  # in the session: what is on the screen, so that coming back finds it
_NEWEST = 5  # documents on the welcome page


def render(archive: Archive) -> None:
    """Draw the page."""
    components.lines("h1", "Who said it, where, and when", kind="title")
    if not archive.catalogue.counts().get(Stage.READY):
        components.explain_empty()
        return
    asked = _asked()
    if not (asked.question or asked.chosen):
        _welcome(archive)
        return
    try:
        generation = components.generation(archive)
        answer = _answer_to(asked.query(), archive.settings.catalogue, generation, archive)
    except NotFoundError as error:  # an address names what is not in the vocabulary
        components.notice("This cannot be asked", str(error))
        st.button("Ask it without narrowing", on_click=_ask, args=[asked.question])
        return
    _answer(archive, answer, asked)


# ── the question ─────────────────────────────────────────────────────────────────────────────


def _asked() -> Asked:
    """Return what is asked; address, boxes and clicks follow each other."""
    params = {name: st.query_params.get_all(name) for name in st.query_params}
    before: Asked | None = st.session_state.get(_ASKED)
    asked = Asked.read(params) if params else before or Asked()
    if asked != before:
        _fill_boxes(asked)
    question = _box()
    since, until = _dates(asked)
    if question != asked.question:
        asked = asked.anew(question)
    asked = asked.between(since, until)
    st.session_state[_ASKED] = asked
    if asked.params() != params:
        st.query_params.from_dict(asked.params())
    return asked


def _fill_boxes(asked: Asked) -> None:
    st.session_state["question"] = asked.question
    st.session_state["since"] = asked.since
    st.session_state["until"] = asked.until


def _box() -> str:
    columns = st.columns([6, 1], vertical_alignment="bottom")
    question = columns[0].text_input(
        "Ask the archive",
        key="question",
        placeholder=EXAMPLES[0],
        max_chars=500,
        persist_state="session",
    )
    columns[1].button("Ask", type="primary", width="stretch")
    return " ".join((question or "").split())


def _dates(asked: Asked) -> tuple[datetime.date | None, datetime.date | None]:
    if not (asked.question or asked.chosen):
        return asked.since, asked.until
    days = [f"{day.day} {day:%b %Y}" if day else "…" for day in (asked.since, asked.until)]
    said = " to ".join(days) if asked.since or asked.until else ""
    with st.popover(f"Published {said}" if said else "Published any time"):
        options: dict[str, Any] = {
            "persist_state": "session",
            "min_value": datetime.date(1900, 1, 1),
        }
        since = st.date_input("Since", None, key="since", **options)
        until = st.date_input("Until", None, key="until", **options)
    return _day(since), _day(until)


def _day(value: object) -> datetime.date | None:
    return value if isinstance(value, datetime.date) else None


def _go(query: str) -> None:
    """Ask what the query of an address says; a callback."""
    asked = Asked.parse(query)
    st.query_params.from_dict(asked.params())


# ── the answer ───────────────────────────────────────────────────────────────────────────────


@st.cache_resource(ttl=20, show_spinner=False, max_entries=64)
def _answer_to(query: str, catalogue: str, generation: str, _archive: Archive) -> Answer:
    # A click that keeps a quote draws the page anew, and the question is not asked again for it.
    del catalogue, generation
    asked = Asked.parse(query)
    return _archive.ask(asked.question, asked.filters())


def _answer(archive: Archive, answer: Answer, asked: Asked) -> None:
    groups = [
        Group(hits=hits, **(_heading(name, hits) if len(hits) > 1 else {}))
        for name, hits in answer.by_person()
    ]
    answer_cards(archive, groups, refine=refined(asked, answer, names_of(archive)), go=_go)
    if not answer.hits:
        _nothing(answer)
        return
    with st.container(horizontal=True, gap="small"):
        if has_more(asked, answer):
            st.button("Show more answers", on_click=_go, args=[asked.longer().query()])
        if asked.question:
            _save(archive, asked)


def _save(archive: Archive, asked: Asked) -> None:
    """Offer to make a set of the answers, which remembers the question and can be asked again."""
    with st.popover("Save as a quote set"):
        name = st.text_input("Name", asked.question[:120], key=f"set {asked.query()}")
        saved = st.button("Save", key="save_answers")
    if saved and name.strip():
        try:
            made = Quotes(archive).new_set(
                name.strip(), author=login_name(), question=asked.question, filters=asked.filters()
            )
        except QuoteSetError as error:
            components.notice("This was not saved", str(error))
            return
        st.html(
            f'<p class="onrecord-line">Saved as <a href="{escape(wording.set_link(made.id))}" '
            f'target="_self">{escape(made.name)}</a>, with its question.</p>'
        )


def _heading(name: str, hits: list[Any]) -> dict[str, Any]:
    person = hits[0].person
    return {
        "title": name,
        "note": wording.counted(len(hits), "quotation")
        + ("" if person else f", “{hits[0].document.title}”"),
        "href": wording.person_link(person.id) if person else None,
    }


def _nothing(answer: Answer) -> None:
    components.notice(
        "Nothing in the archive answers this",
        "No speaker here says anything that fits. Ask in other words, switch off a part that was "
        "understood, or remove what narrows the answers: the archive would rather be silent than "
        "put words in a mouth.",
    )
    if answer.nearest:
        links = "".join(
            f'<li><a href="{escape(wording.topic_link(topic.id))}" target="_self">'
            f"{escape(topic.name)}</a> <span>"
            f"{escape(wording.counted(topic.passages, 'passage'))}</span></li>"
            for topic in answer.nearest
        )
        st.html(
            '<section class="onrecord-near"><h2>The nearest topics</h2>'
            f'<ul class="onrecord-index">{links}</ul></section>'
        )


def _welcome(archive: Archive) -> None:
    components.lines("p", "For example", kind="eyebrow")
    with st.container(horizontal=True, gap="small"):
        for example in EXAMPLES:
            st.button(example, key=f"example {example}", on_click=_ask, args=[example])
    components.lines("p", "Newest in the archive", kind="eyebrow")
    components.shelf(archive.documents(stage=Stage.READY)[:_NEWEST])


def _ask(question: str) -> None:
    _go(Asked(question=question).query())
