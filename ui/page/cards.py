"""Answer cards: what each of them shows, and the basket into which a click keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from corpus.types import Citation, Quote
from ui import wording
from ui.answers import AnsweredHit
from ui.archive import Archive
from ui.page import components
from ui.page.basket import Basket

_SHOWN = "_cards_shown"  # in the session: what the cards on the screen stand for


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Cards under one heading; without a title there is none."""

    hits: Sequence[AnsweredHit]
    section: str = ""  # a heading above this group and those after it
    title: str = ""
    note: str = ""
    href: str | None = None
    level: int = 2  # of the heading


def answer_cards(
    archive: Archive,
    groups: Sequence[Group],
    *,
    key: str = "answers",
    refine: dict[str, Any] | None = None,
    go: Callable[[str], None] | None = None,
) -> None:
    """Draw groups of cards that share one sound.

    Args:
        archive: the archive.
        groups: what to draw, in order.
        key: of the component: one on a page.
        refine: what narrows the answers, see `refining.refined`.
        go: called with the query of the address that a click on one of those leads to.
    """
    hits = [hit for group in groups for hit in group.hits]
    st.session_state[_SHOWN] = {_id(hit): hit.quote for hit in hits}
    basket = Basket(archive)

    def keep() -> None:
        _toggle(basket, str(st.session_state[key].keep))

    def lead() -> None:
        if go is not None:
            go(str(st.session_state[key].go))

    data = {
        "refine": refine,
        "groups": [_group(archive, group) for group in groups],
        "kept": _kept(basket, hits),
    }
    components.answers(key=key, data=data, on_keep_change=keep, on_go_change=lead)


def _id(hit: AnsweredHit) -> str:
    return hit.hit.passage.id


def _kept(basket: Basket, hits: Iterable[AnsweredHit]) -> list[str]:
    hits = list(hits)
    inside = basket.holds([hit.quote for hit in hits])
    return [_id(hit) for hit, kept in zip(hits, inside, strict=True) if kept]


def _toggle(basket: Basket, card: str) -> None:
    quote: Quote | None = st.session_state.get(_SHOWN, {}).get(card)
    if quote is None:  # drawn by an earlier session: the page is drawn anew and may be clicked
        return
    with components.told("This was not kept"):
        basket.toggle(quote)


def _group(archive: Archive, group: Group) -> dict[str, Any]:
    return {
        "section": group.section,
        "title": group.title,
        "note": group.note,
        "href": group.href,
        "level": group.level,
        "cards": [_card(archive, hit) for hit in group.hits],
    }


def _card(archive: Archive, answered: AnsweredHit) -> dict[str, Any]:
    quote, citation = answered.quote, answered.citation
    timed = quote.start_time is not None
    return {
        "id": _id(answered),
        "quote": wording.unmarked(quote.exact)
        if wording.is_verbatim(quote.manner)
        else quote.exact,
        "manner": quote.manner.value,
        "speaker": answered.speaker,
        "person": wording.person_link(answered.person.id) if answered.person else None,
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
        "also": [_also(each) for each in answered.also],
        "publisher": wording.web_link(citation.url),
        "copy": wording.copied(citation, archive.citation_line(answered)),
    }


def _also(citation: Citation) -> dict[str, str]:
    day = wording.print_day(citation.published)
    facts = (f"“{citation.title}”", citation.source, day, citation.locator)
    return {
        "href": wording.inner_link(citation.permalink),
        "label": ", ".join(filter(None, facts)),
    }
