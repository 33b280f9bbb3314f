"""Quotes: the basket and the quote sets: to check, order, annotate, freeze and take along."""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import Any

import streamlit as st

from corpus.errors import NotFoundError
from corpus.types import BASKET, QuoteSet
from ui import wording
from ui.archive import Archive
from ui.kept.exporting import FORMS, export_link
from ui.kept.quotes import Quotes, SetView
from ui.page import components
from ui.page.quoterows import quote_rows

_PAGE = 20
_KEY = "quotelist"


def render(archive: Archive) -> None:
    """Draw the page."""
    quotes = Quotes(archive)
    named = st.query_params.get("set", "").strip()
    if named and named != BASKET:
        try:
            _set(quotes, quotes.view(named))
        except NotFoundError:
            components.notice("No such quote set", "The archive holds none under this address.")
        return
    _basket(quotes)


# ── the basket ───────────────────────────────────────────────────────────────────────────────


def _basket(quotes: Quotes) -> None:
    view = quotes.basket()
    components.lines("h1", "Quotes", kind="title")
    if view.about.size:
        kept = wording.counted(view.about.size, "quote")
        components.lines(
            "p", f"{kept} kept", "they stay here until they are taken out", kind="facts"
        )
        _list(quotes, view)
        _save(quotes)
        _export(view.about)
    else:
        components.notice(
            "Nothing is kept yet",
            "Press Keep beside an answer, a statement or chosen words of a transcript: they are "
            "gathered here, to be put in order, annotated, saved as a set and exported.",
        )
    _sets([each for each in quotes.sets() if each.id != BASKET])


def _save(quotes: Quotes) -> None:
    components.section("Save as a quote set")
    with st.form("save", border=False):
        columns = st.columns([3, 1, 1], vertical_alignment="bottom")
        name = columns[0].text_input("Name", key="set_name", max_chars=120)
        saved = columns[1].form_submit_button("Save", width="stretch")
        emptied = columns[2].form_submit_button("Empty basket", width="stretch")
    if emptied:
        quotes.empty_basket()
        st.rerun()
    if saved and name.strip():
        with components.told("This was not saved"):
            st.query_params["set"] = quotes.basket_as_set(name.strip()).id
        st.rerun()


def _sets(sets: list[QuoteSet]) -> None:
    if not sets:
        return
    components.section("Quote sets")
    rows = "".join(
        f'<li><a href="{escape(wording.set_link(each.id))}" target="_self">{escape(each.name)}</a>'
        f'<p class="onrecord-facts">{_facts(each)}</p></li>'
        for each in reversed(sets)
    )
    st.html(f'<ul class="onrecord-shelf">{rows}</ul>')


def _facts(about: QuoteSet) -> str:
    frozen = f"frozen as {about.frozen_as[:12]}" if about.frozen_as else ""
    by = f"by {about.author}" if about.author else ""
    facts = (
        wording.counted(about.size, "quote"),
        wording.print_day(about.made),
        by,
        f"question: {about.question}" if about.question else "",
        frozen,
    )
    return "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)


# ── one set ──────────────────────────────────────────────────────────────────────────────────


def _set(quotes: Quotes, view: SetView) -> None:
    about = view.about
    st.set_page_config(page_title=f"{about.name} · OnRecord")
    st.html(
        '<header class="onrecord-header"><p class="onrecord-eyebrow">'
        '<a href="/quotes" target="_self">Quote sets</a></p>'
        f'<h1 class="onrecord-title">{escape(about.name)}</h1>'
        f'<p class="onrecord-facts">{_facts(about)}</p></header>'
    )
    if about.frozen_as:
        components.lines("p", f"Frozen: it never changes again. Its id is {about.frozen_as}.")
    if about.size:
        _list(quotes, view)
    else:
        components.notice("This set is empty", "")
    if about.size and not about.frozen_as:
        _freeze(quotes, about)
    if about.size:
        _export(about)


def _freeze(quotes: Quotes, about: QuoteSet) -> None:
    components.section("Freeze")
    components.lines(
        "p",
        "A frozen set never changes again and has an id made of its contents, by which it can be "
        "cited. What has changed in the archive since is still told.",
    )

    def freeze() -> None:
        with components.told("This was not frozen"):
            quotes.freeze(about.id)

    st.button("Freeze this set", on_click=freeze)


# ── what both have ───────────────────────────────────────────────────────────────────────────


def _list(quotes: Quotes, view: SetView) -> None:
    about = view.about
    first = (components.page_number("page", about.size, _PAGE) - 1) * _PAGE
    entries = list(islice(view.quotes, first, first + _PAGE))

    def act() -> None:
        with components.told("This was not done"):
            _act(quotes, about, dict(st.session_state[_KEY].act))

    components.quotelist(
        key=_KEY,
        data={
            "quotes": quote_rows(quotes, entries),
            "frozen": bool(about.frozen_as),
            "size": about.size,
        },
        on_act_change=act,
    )
    components.page_links("page", about.size, _PAGE)


def _act(quotes: Quotes, about: QuoteSet, asked: dict[str, Any]) -> None:
    """Do what was clicked beside a quote."""
    does, quote_id = str(asked.get("does")), str(asked.get("quote"))
    if does == "out":
        quotes.remove(about.id, quote_id)
    elif does == "note":
        quotes.annotate(about.id, quote_id, str(asked.get("note") or "")[:2000] or None)
    elif does in ("up", "down"):
        step = -1 if does == "up" else 1
        quotes.move(about.id, quote_id, max(1, int(asked["number"]) + step))


def _export(about: QuoteSet) -> None:
    components.section("Take them along")
    links = "".join(
        f'<a href="{escape(export_link(about.id, form))}" download>{escape(name)}</a>'
        for form, name in FORMS.items()
    )
    st.html(f'<p class="onrecord-exports">{links}</p>')
