"""Shared pieces of the page: answer cards, the transcript player, literal text.

What sources wrote is hostile until proven otherwise, so words reach the browser in two ways
only: as JSON that scripts set with `textContent`, and through `html.escape`. Markdown is for
our own words alone: in theirs it would load pictures and follow links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import streamlit as st

from corpus.types import (
    Attribution,
    Citation,
    DocumentKind,
    Manner,
    Method,
    Origin,
    Person,
    Span,
    Text,
    Turn,
    TurnKind,
)
from ui.archive import AnsweredHit, Archive, DocumentView

_FOLDER = Path(__file__).parent
_TOKEN = re.compile(r"\S+")
_BREAK = re.compile(r"\n\s*\n")
_MARKS = {'"': '"', "“": "”", "«": "»", "„": "“"}

_KNOWN = {
    Method.PUBLISHER_LABEL: "named in the publisher’s transcript",
    Method.PAGE_CREDIT: "credited on the page",
    Method.SELF_INTRODUCTION: "says their own name",
    Method.ADDRESS: "addressed by name",
    Method.BYLINE: "wrote the piece",
    Method.QUOTATION_CUE: "named beside the quotation",
    Method.VOICE: "recognised by voice",
    Method.HUMAN: "confirmed by a person",
}

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


def print_day(moment: datetime | None) -> str:
    """Return a date as "29 October 2021", or nothing when it is unknown."""
    return f"{moment.day} {moment:%B %Y}" if moment else ""


def web_link(url: str | None) -> str | None:
    """Return `url` when a reader may follow it: http and https only, never `javascript:`."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in {"http", "https"} and parts.netloc else None


def inner_link(permalink: str) -> str:
    """Return a permalink without its host, so that it opens wherever the page is served."""
    parts = urlsplit(permalink)
    return urlunsplit(("", "", parts.path, parts.query, ""))


def audio_link(sha256: str | None) -> str | None:
    """Return where our playback copy is heard."""
    return f"/audio/{sha256}.m4a" if sha256 else None


# ── who, and how we know ─────────────────────────────────────────────────────────────────────


def is_verbatim(manner: Manner) -> bool:
    """Whether the words are the speaker's own; a report of them is never put in marks."""
    return manner is not Manner.REPORTED


def printed(exact: str, manner: Manner) -> str:
    """Return words as they may be printed: in quotation marks, or marked as a paraphrase."""
    if not is_verbatim(manner):
        return f"{exact} [paraphrase, not a quotation]"
    return f"“{unmarked(exact)}”"


def unmarked(exact: str) -> str:
    """Return a quotation without its own outer marks, which would otherwise be doubled."""
    close = _MARKS.get(exact[:1])
    pair = close and len(exact) > 1 and exact.endswith(close) and exact.count(close) <= 2
    return exact[1:-1] if pair else exact


def how_known(attribution: Attribution) -> str:
    """Return in words how we know who spoke."""
    if attribution.verified_by:
        return f"confirmed by {attribution.verified_by}"
    if attribution.person_id is None and attribution.label is None:
        return "nobody is named"
    if attribution.person_id is None and attribution.method is not Method.PUBLISHER_LABEL:
        return "a voice told apart, not named"
    return _KNOWN.get(attribution.method, "not known")


def how_heard(origin: Origin) -> str | None:
    """Return the caution that goes with words a machine wrote down, or None."""
    return "machine transcript" if origin is Origin.ASR else None


def copied(citation: Citation, line: str) -> str:
    """Return quote and one-line citation, ready to paste."""
    return f"{printed(citation.quote.exact, citation.quote.manner)} — {line}"


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
        "quote": unmarked(quote.exact) if is_verbatim(quote.manner) else quote.exact,
        "manner": quote.manner.value,
        "speaker": answered.speaker,
        "named": answered.person is not None,
        "role": answered.role,
        "known": how_known(quote.attribution),
        "caution": how_heard(answered.origin) if timed else None,
        "title": citation.title,
        "show": citation.source,
        "date": print_day(citation.published),
        "place": citation.locator,
        "start": quote.start_time,
        "end": quote.end_time,
        "audio": audio_link(answered.media_sha256) if timed else None,
        "href": inner_link(citation.permalink),
        "publisher": web_link(citation.url),
        "copy": copied(citation, archive.citation_line(answered)),
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


# ── what the player reads ────────────────────────────────────────────────────────────────────


def player_document(view: DocumentView, role_name: Callable[[str], str | None]) -> dict[str, Any]:
    """Return a text as the player draws it.

    Words are `[text, start_time, end_time, start, end, agreed, turn, gap]`: seconds or None,
    characters of the content (counted as Python counts them, which a browser does not), and
    `gap`, what stands before the next word when that is not one space. Blocks are runs of
    words: a turn or a paragraph.
    """
    text = view.text
    if text is None:
        return {"words": [], "turns": [], "blocks": []}
    words, blocks = _lay_out(text, by_turn=view.document.kind is DocumentKind.EPISODE)
    return {
        "document": view.document.id,
        "kind": view.document.kind.value,
        "revision": text.revision,
        "audio": audio_link(view.media.sha256) if view.media else None,
        "duration": view.media.duration if view.media else None,
        "turns": [_turn(turn, view, role_name) for turn in text.turns],
        "words": words,
        "blocks": blocks,
    }


def _turn(
    turn: Turn, view: DocumentView, role_name: Callable[[str], str | None]
) -> dict[str, Any]:
    who = turn.attribution
    person: Person | None = view.people.get(who.person_id or "")
    sold = turn.kind is TurnKind.ADVERTISEMENT
    return {
        "speaker": "Advertisement" if sold else person.name if person else who.label,
        "named": person is not None,
        "role": role_name(who.roles[0]) if who.roles else None,
        "known": how_known(who),
        "manner": turn.manner.value,
        "kind": turn.kind.value,
        "start": turn.start_time,
    }


def _lay_out(text: Text, *, by_turn: bool) -> tuple[list[list[Any]], list[dict[str, Any]]]:
    words: list[list[Any]] = []
    blocks: list[dict[str, Any]] = []
    paragraph, end, turn_before = 1, 0, -1
    for span, times, turn in _words(text):
        gap = text.content[end : span.start]
        breaks = list(_BREAK.finditer(gap))
        paragraph += len(breaks)
        if not blocks or breaks or (by_turn and turn != turn_before):
            lead = gap[breaks[-1].end() :] if breaks else gap
            blocks.append({"first": len(words), "paragraph": paragraph, "lead": lead.strip()})
            gap = gap[: breaks[0].start()] if breaks else ""
            if words and gap.strip():
                words[-1].append(gap)
        elif gap != " ":
            words[-1].append(gap)
        words.append([span.of(text.content), *times, turn])
        end, turn_before = span.end, turn
    return words, blocks


def _words(text: Text) -> Iterator[tuple[Span, tuple[Any, ...], int]]:
    """Yield every word: the timed ones as timed, what lies between them token by token."""
    timings = iter(text.timings)
    timing = next(timings, None)
    for number, turn in enumerate(text.turns):
        at = turn.span.start
        while timing and timing.span.start < turn.span.end:
            span = timing.span
            yield from _tokens(text.content, at, span.start, number)
            seconds = (round(timing.start_time, 3), round(timing.end_time, 3))
            yield span, (*seconds, span.start, span.end, timing.agreed), number
            at, timing = span.end, next(timings, None)
        yield from _tokens(text.content, at, turn.span.end, number)


def _tokens(content: str, start: int, end: int, turn: int) -> Iterator[tuple[Span, Any, int]]:
    for match in _TOKEN.finditer(content, start, max(start, end)):
        span = Span(match.start(), match.end())
        yield span, (None, None, span.start, span.end, None), turn
