"""Shared pieces of the page: answer cards, the transcript player, literal text.

What sources wrote is hostile until proven otherwise, so words reach the browser in two ways
only: as JSON that scripts set with `textContent`, and through `html.escape`. Markdown is for
our own words alone: in theirs it would load pictures and follow links.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import streamlit as st

from corpus.types import Document, DocumentKind, Stage
from ui import wording
from ui.answers import AnsweredHit, DocumentView
from ui.archive import Archive

_FOLDER = Path(__file__).parent

_served: list[Archive] = []  # the one archive of this process; scripts have no module state


def use_archive(archive: Archive) -> None:
    """Let every page of this process read `archive`."""
    _served[:] = [archive]


def archive_in_use() -> Archive | None:
    """Return the archive that pages read, or None before there is one."""
    return _served[0] if _served else None


# ── words, literally ─────────────────────────────────────────────────────────────────────────


def frame() -> None:
    """Draw what every page needs: its style sheet."""
    st.html(_FOLDER / "page.css")


def shelf(documents: Sequence[Document]) -> None:
    """Draw documents as a list of links."""
    st.html(f'<ul class="onrecord-shelf">{"".join(map(_row, documents))}</ul>')


def _row(document: Document) -> str:
    kind = "Episode" if document.kind is DocumentKind.EPISODE else "Article"
    day = wording.print_day(document.published)
    stage = "" if document.stage is Stage.READY else wording.STAGES[document.stage]
    facts = "".join(f"<span>{escape(fact)}</span>" for fact in (document.show, day, kind) if fact)
    mark = f'<span class="onrecord-stage">{escape(stage)}</span>' if stage else ""
    return (
        f'<li><a href="/document?document={escape(document.id)}" target="_self">'
        f'{escape(document.title)}</a><p class="onrecord-facts">{facts}{mark}</p></li>'
    )


def lines(tag: str, *parts: str, kind: str = "") -> None:
    """Draw `parts`, taken literally, as `<span>`s inside one `<tag class="kind">`."""
    inner = "".join(f"<span>{escape(part)}</span>" for part in parts if part)
    st.html(f'<{tag} class="onrecord-{escape(kind or "line")}">{inner}</{tag}>')


def notice(title: str, body: str, *commands: str) -> None:
    """Draw a calm notice; `commands` are printed as typed in a terminal."""
    code = "".join(f"<code>{escape(command)}</code>" for command in commands)
    text = f"<p>{escape(body)}</p>" if body else ""
    st.html(
        f'<section class="onrecord-notice" role="status">'
        f"<h2>{escape(title)}</h2>{text}{code}</section>"
    )


def explain_empty() -> None:
    """Say that the archive is empty, and what fills it."""
    notice(
        "The archive is empty",
        "Nothing has been archived yet. Take in one page, feed or recording, or everything "
        "that the registry of sources names:",
        "onrecord add https://…",
        "onrecord nightly",
    )


# ── components ───────────────────────────────────────────────────────────────────────────────


def _component(name: str, element: str) -> Callable[..., Any]:
    return st.components.v2.component(
        f"onrecord_{name}",
        html=f'<div class="{element}"></div>',
        css=(_FOLDER / f"{name}.css").read_text("utf-8"),
        js=(_FOLDER / f"{name}.js").read_text("utf-8"),
        isolate_styles=False,
    )


_cards = _component("cards", "onrecord-cards")
_player = _component("player", "onrecord-player")


def answer_cards(archive: Archive, hits: Sequence[AnsweredHit]) -> None:
    """Draw hits as cards that share one audio element."""
    cards = [_card(archive, hit) for hit in hits]
    _cards(key="answers", data={"cards": cards})


def _card(archive: Archive, answered: AnsweredHit) -> dict[str, Any]:
    quote, citation = answered.quote, answered.citation
    timed = quote.start_time is not None
    return {
        "id": answered.hit.passage.id,
        "quote": wording.unmarked(quote.exact)
        if wording.is_verbatim(quote.manner)
        else quote.exact,
        "manner": quote.manner.value,
        "speaker": answered.speaker,
        "voice": wording.is_unnamed_voice(quote.attribution),
        "role": answered.role,
        "known": wording.how_known(quote.attribution),
        "caution": wording.how_heard(answered.origin) if timed else None,
        "sure": wording.how_sure(quote),
        "title": citation.title,
        "show": citation.source,
        "date": wording.print_day(citation.published),
        "place": citation.locator,
        "start": quote.start_time,
        "end": quote.end_time,
        "audio": wording.audio_link(answered.media_sha256) if timed else None,
        "href": wording.inner_link(citation.permalink),
        "publisher": wording.web_link(citation.url),
        "copy": wording.copied(citation, archive.citation_line(answered)),
    }


def transcript_player(view: DocumentView, *, seconds: float | None, paragraph: int | None) -> None:
    """Draw a document's text, opened at `seconds` or at the 1-based `paragraph`."""
    if view.text is None:
        return
    _player(
        key=f"player-{view.document.id}",
        data={
            "document": view.document.id,
            "url": f"/api/transcript/{view.document.id}",
            "rev": view.text.sha256,
            "at": seconds,
            "paragraph": paragraph,
        },
    )
