"""Document: one episode or article to read, to hear and to quote; or the list of them all."""

from __future__ import annotations

from html import escape

import streamlit as st

from corpus.errors import DocumentWithdrawnError, NotFoundError
from corpus.types import Credit, Document, Origin, Span, Stage, Text
from ui import wording
from ui.answers import DocumentView
from ui.archive import Archive
from ui.page import components
from ui.page.basket import Basket
from ui.page.views import changes

_PAGE = 50
_ORIGINS = {
    Origin.ASR: "Machine transcript: listen before you print",
    Origin.PUBLISHER: "The publisher’s own transcript",
}


def render(archive: Archive) -> None:
    """Draw the page."""
    document_id = st.query_params.get("document", "").strip()
    if not document_id:
        _shelf(archive)
        return
    try:
        view = archive.view(document_id)
    except DocumentWithdrawnError as withdrawn:
        components.notice("This document was withdrawn", withdrawn.cause)
        return
    except NotFoundError:
        components.notice("No such document", "The archive holds nothing under this address.")
        return
    _read(archive, view)


# ── one document ─────────────────────────────────────────────────────────────────────────────


def _read(archive: Archive, view: DocumentView) -> None:
    document = view.document
    st.set_page_config(page_title=f"{document.title} · OnRecord")
    _header(document, view.text)
    if document.merged_into:
        _explain_same(archive, document)
    elif view.text is None or document.stage is not Stage.READY:
        _explain_stage(document)
    if document.revision > 1:
        changes.revisions(archive, document)
    kept: list[str] = st.session_state.setdefault(f"_kept_{document.id}", [])

    def keep(start: int, end: int) -> None:
        with components.told("This was not kept"):
            Basket(archive).keep(document.id, Span(start, end))
            kept.append(f"{start}-{end}")

    components.transcript_player(
        view,
        seconds=_number("t"),
        paragraph=int(_number("p") or 0) or None,
        kept=kept,
        keep=keep,
    )


def _header(document: Document, text: Text | None) -> None:
    day = wording.print_day(document.published)
    origin = _ORIGINS.get(text.origin, "") if text else ""
    publisher = wording.web_link(document.url)
    link = (
        f'<a href="{escape(publisher)}" target="_blank" rel="noopener noreferrer">'
        "The publisher’s page</a>"
        if publisher
        else ""
    )
    gone = f"Gone at the source since {wording.print_day(document.gone)}" if document.gone else ""
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in (day, origin, gone) if fact)
    st.html(
        f'<header class="onrecord-header"><p class="onrecord-eyebrow">{escape(document.show)}</p>'
        f'<h1 class="onrecord-title">{escape(document.title)}</h1>'
        f'<p class="onrecord-facts">{facts}{link}</p>{_credits(document.credits)}</header>'
    )


def _credits(credits: tuple[Credit, ...]) -> str:
    people = "".join(
        f"<li><b>{escape(credit.name)}</b> <span>{escape(_standing(credit))}</span></li>"
        for credit in credits
    )
    return f'<ul class="onrecord-credits">{people}</ul>' if people else ""


def _standing(credit: Credit) -> str:
    return ", ".join(part for part in (credit.part, credit.description) if part)


def _explain_stage(document: Document) -> None:
    # The last line: the rest of it, after a bug, is a trace for whoever runs the archive.
    lines = (document.last_error or "").strip().splitlines()
    error = f"The last try failed: {lines[-1]}." if lines else ""
    when = document.next_attempt
    retry = f"Next try: {when:%d %B %Y, %H:%M} UTC." if when else ""
    components.notice(
        f"This document is {wording.STAGES[document.stage]}", f"{error} {retry}".strip()
    )


def _explain_same(archive: Archive, document: Document) -> None:
    """Say which document stays; this one is shown to whoever follows a link to it."""
    try:
        title = archive.view(document.merged_into or "").document.title
    except NotFoundError:  # withdrawn
        title = "a document that is no longer shown"
    components.notice(
        "The same as another document",
        f"It was found to be the same as “{title}”, which lists and search show. Links and quotes"
        " to this one go on to work.",
        f"onrecord show {document.merged_into}",
    )


def _number(name: str) -> float | None:
    try:
        value = float(st.query_params.get(name, ""))
    except ValueError:
        return None
    return value if 0 <= value < 1e6 else None


# ── all of them ──────────────────────────────────────────────────────────────────────────────


def _shelf(archive: Archive) -> None:
    documents = archive.documents()
    components.lines("h1", "Documents", kind="title")
    if not documents:
        components.explain_empty()
        return
    pages = -(-len(documents) // _PAGE)
    page = st.number_input("Page", 1, pages, key="shelf_page") if pages > 1 else 1
    first = (int(page) - 1) * _PAGE
    components.shelf(documents[first : first + _PAGE])
