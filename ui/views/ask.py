"""Ask: a question in, verbatim quotes out."""

from __future__ import annotations

import datetime
from typing import Any

import streamlit as st

from corpus.types import DocumentKind, Stage
from ui import components
from ui.answers import Answer, AskFilters, Choices
from ui.archive import Archive

EXAMPLES = (
    "what did armorers say about live rounds",
    "who may hand a gun to an actor",
    "how are dummy rounds told apart",
)
_NEWEST = 5  # documents on the welcome page
_KINDS = {"Episodes": DocumentKind.EPISODE, "Articles": DocumentKind.ARTICLE}
_PARTS = {"speaker": "said by", "since": "since", "until": "before", "phrase": "the exact words"}


def render(archive: Archive) -> None:
    """Draw the page."""
    choices = _choices(archive.settings.catalogue, archive)
    components.lines("h1", "Who said it, where, and when", kind="title")
    if not choices.sources:
        components.explain_empty()
        return
    question = _question()
    filters = _filters(choices)
    if question:
        _answer(archive, archive.ask(question, filters), filters)
    else:
        _welcome(archive)


@st.cache_data(ttl=20, show_spinner=False, max_entries=8)
def _choices(catalogue: str, _archive: Archive) -> Choices:
    # Read on every keystroke otherwise; new sources appear within seconds.
    del catalogue
    return _archive.choices()


def _question() -> str:
    """Return the question; the address and the box follow each other."""
    asked = st.query_params.get("q")
    if asked is not None and st.session_state.get("_asked") != asked:
        st.session_state["question"] = asked
    columns = st.columns([6, 1], vertical_alignment="bottom")
    question = columns[0].text_input(
        "Ask the archive",
        key="question",
        placeholder=EXAMPLES[0],
        max_chars=500,
        persist_state="session",
    )
    columns[1].button("Ask", type="primary", width="stretch")
    question = (question or "").strip()
    st.session_state["_asked"] = question
    wanted = {"q": question} if question else {}
    if st.query_params.to_dict() != wanted:
        st.query_params.from_dict(wanted)
    return question


def _filters(choices: Choices) -> AskFilters:
    roles = {name: role for role, name in choices.roles}
    sources = {f"{name}": source for source, name in choices.sources}
    with st.expander("Narrow the search"):
        left, right = st.columns(2)
        chosen = {
            "roles": left.multiselect("Role", list(roles), **_kept("roles")),
            "speakers": right.multiselect("Speaker", choices.speakers, **_kept("speakers")),
            "sources": left.multiselect("Show or publication", list(sources), **_kept("sources")),
        }
        kind = right.segmented_control("Kind", list(_KINDS), **_kept("kind"))
        since = left.date_input("Published since", None, **_kept("since"))
        until = right.date_input("Published until", None, **_kept("until"))
    return AskFilters(
        roles=tuple(roles[name] for name in chosen["roles"] if name in roles),
        speakers=tuple(chosen["speakers"]),
        sources=tuple(sources[name] for name in chosen["sources"] if name in sources),
        kind=_KINDS.get(kind or ""),
        since=since if isinstance(since, datetime.date) else None,
        until=until if isinstance(until, datetime.date) else None,
    )


def _kept(name: str) -> dict[str, Any]:
    return {"key": f"filter_{name}", "persist_state": "session"}


def _answer(archive: Archive, answer: Answer, filters: AskFilters) -> None:
    _explain(archive, answer, filters)
    if answer.hits:
        components.answer_cards(archive, answer.hits)
        return
    components.notice(
        "Nothing in the archive answers this",
        "No speaker here says anything that fits. Ask in other words, or widen the filters: "
        "the archive would rather be silent than put words in a mouth.",
    )


def _explain(archive: Archive, answer: Answer, filters: AskFilters) -> None:
    """Draw what was understood, so that a wrong reading is seen and not puzzled over."""
    parts = [_reading(archive, part.kind, part.value) for part in answer.understood]
    if filters != AskFilters():
        parts.append("narrowed by the filters above")
    found = len(answer.hits)
    count = f"{found} quotation{'' if found == 1 else 's'}" if found else ""
    components.lines("p", count, *parts, kind="understood")


def _reading(archive: Archive, kind: str, value: str) -> str:
    role = archive.vocabulary.role(value) if kind == "role" else None
    return f"only {role.plural}" if role else f"{_PARTS.get(kind, kind)} {value}"


def _welcome(archive: Archive) -> None:
    components.lines("p", "For example", kind="eyebrow")
    with st.container(horizontal=True, gap="small"):
        for example in EXAMPLES:
            st.button(example, key=f"example {example}", on_click=_ask, args=[example])
    components.lines("p", "Newest in the archive", kind="eyebrow")
    components.shelf(archive.documents(stage=Stage.READY)[:_NEWEST])


def _ask(question: str) -> None:
    st.session_state["question"] = question
