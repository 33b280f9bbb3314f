"""People: who speaks in the archive, as what, how that is known, and every statement."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from corpus.errors import NotFoundError
from ui import wording
from ui.archive import Archive
from ui.knowledge.base import Knowledge
from ui.knowledge.values import PersonPage, TopicOfPerson
from ui.page import charts, components
from ui.page.cards import Group, answer_cards
from ui.page.knowntexts import topic_anchor
from ui.page.persontexts import called_like, decisions_list, person_row, standings_list

_PAGE = 40
_TOPICS = 8  # shown at first
_RELATED = '<p class="onrecord-related">{}</p>'
_SHOWN, _MOST = 24, 384  # statements at first, and at most


def render(archive: Archive) -> None:
    """Draw the page."""
    named = st.query_params.get("person", "").strip()
    if not named:
        _list(archive)
        return
    topic = st.query_params.get("topic", "").strip() or None
    limit = components.shown_number(_SHOWN, _MOST)
    try:
        page = Knowledge(archive).person(named, topic=topic, limit=limit)
    except NotFoundError as error:
        components.notice("No such page", str(error))
        return
    _person(archive, page, topic, limit)


# ── all of them ──────────────────────────────────────────────────────────────────────────────


def _list(archive: Archive) -> None:
    components.lines("h1", "People", kind="title")
    everybody = archive.register.everybody()
    if not everybody:
        components.explain_empty()
        return
    wanted = _wanted()
    found = called_like(wanted, everybody) if wanted else everybody
    speaking = sorted(found, key=lambda each: (-each.turns, each.person.name.casefold()))
    components.lines("p", wording.counted(len(found), "person", "people"), kind="facts")
    first = (components.page_number("page", len(speaking), _PAGE) - 1) * _PAGE
    rows = "".join(map(person_row, speaking[first : first + _PAGE]))
    st.html(f'<ul class="onrecord-shelf">{rows}</ul>')
    components.page_links("page", len(speaking), _PAGE)


def _wanted() -> str:
    """Return the name looked for; the address and the box follow each other."""
    asked = st.query_params.get("name", "")[:120]
    if st.session_state.get("_people_asked") != asked:
        st.session_state["people_name"] = asked
    wanted = st.text_input("Find a person", key="people_name", max_chars=120).strip()
    st.session_state["_people_asked"] = wanted
    if wanted != asked:
        st.query_params.from_dict({"name": wanted} if wanted else {})
    return wanted


# ── one person ───────────────────────────────────────────────────────────────────────────────


def _person(archive: Archive, page: PersonPage, topic: str | None, limit: int) -> None:
    person = page.view.person
    st.set_page_config(page_title=f"{person.name} · OnRecord")
    _header(page)
    components.notes(page.notes)
    components.section("What they said")
    _topics(page, topic)
    if page.years:
        st.html(charts.timeline(page.years, lambda year: _asked(person.id, topic, year)))
    if page.statements:
        answer_cards(archive, [Group(hits=page.statements)])
        if len(page.statements) >= limit:
            components.more_link(limit, _MOST)
    else:
        components.lines("p", "No statement of theirs stands in the archive.")
    components.section("Where they appear, as what, and how that is known")
    st.html(standings_list(page))
    if page.view.decisions:
        components.section("Decided by hand")
        st.html(decisions_list(page.view))


def _header(page: PersonPage) -> None:
    person = page.view.person
    roles = dict.fromkeys(role for each in page.view.standings for role in each.roles)
    others = ", ".join(name for name in person.aliases if name != person.name)
    documents = sum(1 for each in page.view.standings if each.turns)
    facts = (
        wording.upper_first(", ".join(roles)),
        wording.counted(documents, "document"),
        wording.counted(page.passages, "passage"),
    )
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    also = f'<p class="onrecord-standfirst">Also: {escape(others)}</p>' if others else ""
    st.html(
        '<header class="onrecord-header"><p class="onrecord-eyebrow">'
        '<a href="/people" target="_self">People</a></p>'
        f'<h1 class="onrecord-title">{escape(person.name)}</h1>{also}'
        f'<p class="onrecord-facts">{said}</p></header>'
    )


def _topics(page: PersonPage, topic: str | None) -> None:
    if topic:
        everything = escape(wording.person_link(page.view.person.id))
        named = next((each.topic for each in page.topics if each.topic.id == topic), None)
        name = topic_anchor(named) if named else escape(topic)
        st.html(
            f'<p class="onrecord-facts"><span>Only on {name}</span>'
            f'<span><a href="{everything}" target="_self">Everything they said</a></span></p>'
        )
        return
    links = [_topic(page.view.person.id, each) for each in page.topics]
    if not links:
        return
    most, rest = "".join(links[:_TOPICS]), "".join(links[_TOPICS:])
    more = f"<details><summary>More topics</summary>{_RELATED.format(rest)}</details>"
    st.html(_RELATED.format(most) + (more if rest else ""))


def _topic(person_id: str, spoken: TopicOfPerson) -> str:
    query = escape(urlencode({"person": person_id, "topic": spoken.topic.id}))
    name = escape(wording.upper_first(spoken.topic.name))
    return f'<a href="/people?{query}" target="_self">{name} <span>{spoken.passages}</span></a>'


def _asked(person_id: str, topic: str | None, year: int) -> str:
    query = {"person": person_id, "year": year} | ({"topic": topic} if topic else {})
    return f"/?{urlencode(query)}"
