"""Shared pieces of the page: literal text, and the components that run in the browser.

What sources wrote is hostile until proven otherwise, so words reach the browser in two ways
only: as JSON that scripts set with `textContent`, and through `html.escape`. Markdown is for
our own words alone: in theirs it would load pictures and follow links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from corpus.errors import OnRecordError
from corpus.types import Document, DocumentKind, Stage
from ui import wording
from ui.answers import DocumentView
from ui.archive import Archive

_FOLDER = Path(__file__).parent
_TOLD = "_told"  # in the session

_served: list[Archive] = []  # the one archive of this process; scripts have no module state


def use_archive(archive: Archive) -> None:
    """Let every page of this process read `archive`."""
    _served[:] = [archive]


def archive_in_use() -> Archive | None:
    """Return the archive that pages read, or None before there is one."""
    return _served[0] if _served else None


# ── words, literally ─────────────────────────────────────────────────────────────────────────


def frame() -> None:
    """Draw what every page needs: its style sheet, and what a click before could not do."""
    st.html(_FOLDER / "page.css")
    for title, body in st.session_state.pop(_TOLD, ()):
        notice(title, body)


@contextmanager
def told(title: str) -> Iterator[None]:
    """Let the next run say on the page what a click could not do, and why."""
    try:
        yield
    except OnRecordError as error:
        st.session_state.setdefault(_TOLD, []).append((title, str(error)))


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
        f'<li><a href="{escape(wording.document_link(document.id))}" target="_self">'
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


def page_number(name: str, size: int, per_page: int) -> int:
    """Return the 1-based page of a long list that the address names."""
    asked = st.query_params.get(name, "1")[:6]
    number = int(asked) if asked.isascii() and asked.isdigit() else 1
    return max(1, min(number, -(-size // per_page)))


def page_links(name: str, size: int, per_page: int, label: str = "Pages") -> None:
    """Draw links to the other pages of a long list, if there are any.

    Args:
        name: of the number in the address.
        size: how many there are in all.
        per_page: how many of them a page shows.
        label: what is read aloud; where a page has two such lists, of which.
    """
    pages = -(-size // per_page)
    if pages <= 1:
        return
    number = page_number(name, size, per_page)
    others = {key: st.query_params.get_all(key) for key in st.query_params if key != name}

    def step(label: str, to: int) -> str:
        if not 1 <= to <= pages:
            return f"<span>{label}</span>"
        query = urlencode({**others, name: [str(to)]}, doseq=True)
        return f'<a href="?{escape(query)}" target="_self">{label}</a>'

    first, last = (number - 1) * per_page + 1, min(size, number * per_page)
    st.html(
        f'<nav class="onrecord-pages" aria-label="{escape(label)}">{step("Previous", number - 1)}'
        f"<span>{first:,} to {last:,} of {size:,}</span>{step('Next', number + 1)}</nav>"
    )


def shown_number(least: int, most: int) -> int:
    """Return how many statements the address asks for."""
    asked = st.query_params.get("n", "")[:6]
    return max(least, min(most, int(asked))) if asked.isascii() and asked.isdigit() else least


def more_link(shown: int, most: int) -> None:
    """Draw a link to the same page with twice as many statements."""
    if shown < most:
        others = {key: st.query_params.get_all(key) for key in st.query_params}
        query = urlencode({**others, "n": [str(min(most, 2 * shown))]}, doseq=True)
        st.html(
            '<nav class="onrecord-pages" aria-label="More">'
            f'<a href="?{escape(query)}" target="_self">Show more statements</a></nav>'
        )


def section(title: str) -> None:
    """Draw the heading of a part of the page."""
    lines("h2", title, kind="section")


def notes(said: Sequence[str]) -> None:
    """Draw what a reader should know first."""
    for each in said:
        lines("p", wording.upper_first(each), kind="remark")


def generation(archive: Archive) -> str:
    """Return the name of the index's present generation."""
    manifest = archive.store.manifest()
    return manifest.generation if manifest else ""


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


def _component(name: str, *parts: str) -> Callable[..., Any]:
    """Return a component made of `dom.js` and the scripts and styles called `parts`."""

    def joined(kind: str) -> str:
        paths = (_FOLDER / f"{part}.{kind}" for part in ("dom", *parts))
        return "\n".join(path.read_text("utf-8") for path in paths if path.exists())

    return st.components.v2.component(
        f"onrecord_{name}",
        html=f'<div class="onrecord-{name}"></div>',
        css=joined("css"),
        js=joined("js"),
        isolate_styles=False,
    )


answers = _component("answers", "refine", "cards", "words")
quotelist = _component("quotelist", "quotelist", "words")
_player = _component("player", "player")


def transcript_player(
    view: DocumentView,
    *,
    seconds: float | None,
    paragraph: int | None,
    kept: Sequence[str] = (),
    keep: Callable[[int, int], None],
) -> None:
    """Draw a document's text, opened at `seconds` or at the 1-based `paragraph`.

    Args:
        view: the document.
        seconds: where to open it.
        paragraph: where to open it.
        kept: places ("120-168", characters of the canonical content) that were kept.
        keep: called with a place when somebody keeps the words there.
    """
    if view.text is None:
        return
    key = f"player-{view.document.id}"

    def on_keep() -> None:
        place = st.session_state[key].keep
        keep(int(place["start"]), int(place["end"]))

    _player(
        key=key,
        data={
            "document": view.document.id,
            "url": f"/api/transcript/{view.document.id}",
            "rev": view.text.sha256,
            "at": seconds,
            "paragraph": paragraph,
            "kept": list(kept),
        },
        on_keep_change=on_keep,
    )
