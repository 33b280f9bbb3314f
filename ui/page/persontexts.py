"""A person's page as HTML: where they appear, as what, how it is known, who decided so."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from corpus.names import fold_name
from corpus.types import PersonEvent
from ui import wording
from ui.knowledge.values import PersonPage
from ui.register import PersonSummary, PersonView, Standing

_DECIDED = {
    "merge": "{other} is the same person as {person}",
    "split": "in some documents {other} is somebody else of the same name",
    "rename": "called {new} instead of {old}",
    "keep apart": "{person} and {other} are two people",
    "forget voice": "nothing is kept of this voice",
}


def called_like(wanted: str, everybody: Iterable[PersonSummary]) -> list[PersonSummary]:
    """Return who has a name in which every word of `wanted` begins a word."""
    words = fold_name(wanted).split()
    if not words:
        return []
    return [
        each
        for each in everybody
        if any(
            all(f" {word}" in f" {fold_name(name)}" for word in words)
            for name in (each.person.name, *each.person.aliases)
        )
    ]


def person_row(summary: PersonSummary) -> str:
    """Return a person in a list of them."""
    facts = (
        wording.counted(summary.documents, "document"),
        wording.counted(summary.turns, "turn"),
    )
    shown = facts if summary.turns else ("credited, not heard",)
    said = "".join(f"<span>{escape(fact)}</span>" for fact in shown)
    return (
        f'<li><a href="{escape(wording.person_link(summary.person.id))}" target="_self">'
        f'{escape(summary.person.name)}</a><p class="onrecord-facts">{said}</p></li>'
    )


def standings_list(page: PersonPage) -> str:
    """Return where a person appears, newest first, as what, and how that is known."""
    rows = "".join(_standing(each, page) for each in reversed(page.view.standings))
    return f'<ul class="onrecord-shelf onrecord-standings">{rows}</ul>'


def _standing(standing: Standing, page: PersonPage) -> str:
    document = standing.document
    claim = page.known.get(document.id)
    known = wording.how_known(claim) if claim else None
    turns = wording.counted(standing.turns, "turn") if standing.turns else "credited, not heard"
    facts = (wording.print_day(document.published), document.show, turns)
    said = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    as_what = ", ".join(filter(None, (*standing.roles, standing.description)))
    role = f"<p><b>{escape(wording.upper_first(as_what))}</b></p>" if as_what else ""
    how = f'<p class="onrecord-known-by">{escape(wording.upper_first(known))}</p>' if known else ""
    return (
        f'<li><a href="{escape(wording.document_link(document.id))}" target="_self">'
        f'{escape(document.title)}</a>{role}<p class="onrecord-facts">{said}</p>{how}</li>'
    )


def decisions_list(view: PersonView) -> str:
    """Return what people decided about a person, in order."""
    return f'<ul class="onrecord-rules">{"".join(_decision(e, view) for e in view.decisions)}</ul>'


def _decision(event: PersonEvent, view: PersonView) -> str:
    name = view.names.get
    said = _DECIDED.get(str(event.kind), str(event.kind)).format(
        person=name(event.person_id or "", "somebody"),
        other=name(event.other_id or "", "somebody"),
        new=event.after,
        old=event.before,
    )
    why = f": {event.reason}" if event.reason else ""
    undone = ", taken back" if event.undone else ""
    day = wording.print_day(event.made)
    return (
        f"<li><p>{escape(wording.upper_first(said) + why + undone)}</p>"
        f'<p class="onrecord-facts"><span>{escape(event.author)}</span>'
        f"<span>{escape(day)}</span></p></li>"
    )
