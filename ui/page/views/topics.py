"""Topics: what the subject consists of, what holds, and what was said of it by whom."""

from __future__ import annotations

from html import escape
from urllib.parse import urlencode

import streamlit as st

from corpus.errors import NotFoundError
from ui import wording
from ui.archive import Archive
from ui.knowledge.base import Knowledge
from ui.knowledge.values import Matrix, TopicSummary, TopicView, Voice
from ui.page import charts, components
from ui.page.cards import Group, answer_cards
from ui.page.knowntexts import incidents_list, rules_list, stances_list, topic_anchor, topic_row

_SHOWN, _MOST = 24, 192  # statements at first, and at most
_MATRIX_TOPICS, _MATRIX_PEOPLE = 40, 10


def render(archive: Archive) -> None:
    """Draw the page."""
    named = st.query_params.get("topic", "").strip()
    if not named:
        _list(archive)
        return
    limit = components.shown_number(_SHOWN, _MOST)
    try:
        view = Knowledge(archive).topic(named, limit=limit)
    except NotFoundError:
        components.notice("No such topic", "The vocabulary has none under this address.")
        return
    _topic(archive, view, limit)


# ── all of them ──────────────────────────────────────────────────────────────────────────────


def _list(archive: Archive) -> None:
    components.lines("h1", "Topics", kind="title")
    topics, matrix = _overview(archive.settings.catalogue, components.generation(archive), archive)
    components.notes(matrix.notes)
    spoken = [each for each in topics if each.passages]
    silent = [each for each in topics if not each.passages]
    if spoken:
        st.html(f'<ul class="onrecord-topics">{"".join(map(topic_row, spoken))}</ul>')
    table = charts.matrix_table(matrix)
    if table:
        components.section("Who speaks of what")
        st.html(table)
    if silent:
        components.section("Nobody speaks of these yet")
        links = "".join(topic_anchor(each.topic) for each in silent)
        st.html(f'<p class="onrecord-related">{links}</p>')


@st.cache_resource(ttl=60, show_spinner=False, max_entries=4)
def _overview(
    catalogue: str, generation: str, _archive: Archive
) -> tuple[list[TopicSummary], Matrix]:
    # Counted over the whole index: the same for everybody until the next generation.
    del catalogue, generation
    knowledge = Knowledge(_archive)
    return knowledge.topics(), knowledge.matrix(topics=_MATRIX_TOPICS, people=_MATRIX_PEOPLE)


# ── one topic ────────────────────────────────────────────────────────────────────────────────


def _topic(archive: Archive, view: TopicView, limit: int) -> None:
    topic = view.topic
    name = wording.upper_first(topic.name)
    st.set_page_config(page_title=f"{name} · OnRecord")
    above = f" › {topic_anchor(view.broader)}" if view.broader else ""
    st.html(
        '<header class="onrecord-header"><p class="onrecord-eyebrow">'
        f'<a href="/topics" target="_self">Topics</a>{above}</p>'
        f'<h1 class="onrecord-title">{escape(name)}</h1>'
        f'<p class="onrecord-standfirst">{escape(topic.definition)}</p></header>'
    )
    components.notes(view.notes)
    if view.rules:
        components.section("What holds")
        st.html(rules_list(view.rules))
    components.section("What was said")
    _how_much(view)
    _said(archive, view, limit)
    if view.stances:
        components.section("Who agrees and who differs")
        st.html(stances_list(view.stances))
    _around(view)


def _how_much(view: TopicView) -> None:
    if not view.passages:
        components.lines("p", "Nobody in the archive speaks of it yet.")
        return
    counts = view.counts
    others = f"{counts.paraphrased} only paraphrased" if counts.paraphrased else ""
    components.lines(
        "p",
        f"{wording.counted(counts.people, 'person', 'people')} in their own words",
        others,
        wording.counted(counts.unnamed, "unnamed voice") if counts.unnamed else "",
        wording.counted(counts.documents, "independent document"),
        wording.counted(counts.sources, "source"),
        f"{wording.counted(counts.copies, 'copy', 'copies')} or paraphrases of what is counted"
        if counts.copies
        else "",
        wording.counted(view.passages, "passage") + " in all",
        "" if counts.complete else "documents and sources: of the newest passages only",
        kind="facts",
    )
    st.html(charts.timeline(view.years, lambda year: _asked(view.topic.id, year)))


def _said(archive: Archive, view: TopicView, limit: int) -> None:
    groups: list[Group] = []
    standpoint = None
    for voice in view.by_person:
        heading = wording.upper_first(voice.standpoint.value)
        opens = voice.standpoint is not standpoint
        groups.append(_group(voice, view.topic.id, heading if opens else ""))
        standpoint = voice.standpoint
    if groups:
        answer_cards(archive, groups)
    if len(view.statements) >= limit:
        components.more_link(limit, _MOST)


def _group(voice: Voice, topic_id: str, section: str) -> Group:
    shown, there = len(voice.statements), wording.counted(voice.passages, "passage")
    note = f"{shown} of {there}" if voice.passages > shown else ""
    if voice.person is None:
        note = ", ".join(filter(None, (f"“{voice.statements[0].document.title}”", note)))
    query = {"person": voice.person.id, "topic": topic_id} if voice.person else None
    return Group(
        hits=voice.statements,
        section=section,
        title=voice.name,
        note=note,
        href=f"/people?{urlencode(query)}" if query else None,
        level=4,
    )


def _around(view: TopicView) -> None:
    if view.incidents:
        components.section("Spoken of together with")
        st.html(incidents_list(view.incidents))
    near = (*view.narrower, *view.related)
    if near:
        components.section("Related topics")
        links = "".join(map(topic_anchor, near))
        st.html(f'<p class="onrecord-related">{links}</p>')


def _asked(topic_id: str, year: int) -> str:
    return f"/?{urlencode({'topic': topic_id, 'year': year})}"
