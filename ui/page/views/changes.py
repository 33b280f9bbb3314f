"""That a document has several revisions, and what the newest says otherwise; part of its page."""

from __future__ import annotations

from html import escape

import streamlit as st

from corpus.types import Document
from ui import wording
from ui.archive import Archive
from ui.revising import Revised, Revising, place_of

_MOST = 300  # sentences drawn; the command line has no bound


def revisions(archive: Archive, document: Document) -> None:
    """Draw a line that says how many revisions there are, and on request the difference."""
    found = Revising(archive).revisions(document.id)
    newest = found[-1]
    said = f"Revision {newest.revision.revision}: {newest.why}, {_day(newest)}"
    if not st.toggle(said, key=f"_revisions_{document.id}"):
        return
    known = {each.revision.revision: each for each in found[:-1]}
    before = st.selectbox(
        "Compared with",
        sorted(known, reverse=True),
        format_func=lambda number: f"Revision {number}, {_day(known[number])}: {known[number].why}",
        key=f"_before_{document.id}",
    )
    _draw(archive, document, int(before))


def _day(revised: Revised) -> str:
    return wording.print_day(revised.revision.created) or "at an unknown time"


def _draw(archive: Archive, document: Document, before: int) -> None:
    found = Revising(archive).difference(document.id, before, document.revision)
    rows = []
    for each in found.changes[:_MOST]:
        words = " ".join(
            f"<del>{escape(piece.text)}</del>"
            if piece.removed
            else f"<ins>{escape(piece.text)}</ins>"
            if piece.added
            else escape(piece.text)
            for piece in each.pieces
        )
        where = place_of(each)
        speaker = each.speaker or "Nobody named"
        now = f"{each.was} → {speaker}" if each.was else speaker
        head = f"<b>{escape(now)}</b> <span>{escape(where)}, {escape(each.how.value)}</span>"
        rows.append(f"<li><p>{head}</p><p>{words}</p></li>")
    more = len(found.changes) - len(rows)
    tail = f"<li><p>and {more} more: onrecord diff {escape(document.id)} {before}</p></li>"
    rows += [tail] if more > 0 else []
    nothing = "<li><p>Not a sentence is otherwise.</p></li>"
    same = f"{wording.counted(found.same, 'sentence')} as before"
    st.html(
        f'<ul class="onrecord-changes">{"".join(rows) or nothing}</ul>'
        f'<p class="onrecord-line">{escape(same)}</p>'
    )
