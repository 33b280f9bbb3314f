"""How the command line prints people and decisions about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from corpus.citations import print_date
from corpus.export import evidence_as_list
from corpus.types import Attribution, Namesakes, Person, PersonEvent
from corpus.vocabulary import load_vocabulary
from ui.knowledge.values import PersonPage
from ui.printing.lines import plain
from ui.printing.statements import filled, notes_lines, statement_as_dict, statement_lines
from ui.register import PersonSummary, PersonView, Standing
from ui.wording import how_known

NOBODY = "Nobody in the archive is known by name yet."
NO_PAIRS = "No two people in the archive look like one."


def person_as_dict(person: Person) -> dict[str, Any]:
    """Return a person for `--json`."""
    return {
        "person": person.id,
        "name": person.name,
        "aliases": list(person.aliases),
        "roles": list(person.roles),
        "organisations": list(person.organisations),
        "sources": list(person.sources),
    }


def people_as_list(people: Iterable[PersonSummary]) -> list[dict[str, Any]]:
    """Return the shape that `onrecord people --json` prints."""
    return [
        {**person_as_dict(each.person), "documents": each.documents, "turns": each.turns}
        for each in people
    ]


def people_lines(people: Sequence[PersonSummary]) -> Iterator[str]:
    """Yield one line a person."""
    if not people:
        yield NOBODY
    width = min(32, max((len(each.person.name) for each in people), default=0))
    for each in people:
        spoken = f"{_count(each.documents, 'document')}, {_count(each.turns, 'turn')}"
        yield plain(f"{each.person.id}  {each.person.name:<{width}}  {spoken}{_as(each.person)}")


def page_as_dict(page: PersonPage) -> dict[str, Any]:
    """Return the shape that `onrecord people show --json` prints."""
    view = page.view
    return {
        **person_as_dict(view.person),
        "names": list(page.names),
        "appearances": [
            _standing_as_dict(each, page.known.get(each.document.id)) for each in view.standings
        ],
        "decisions": [event_as_dict(each) for each in view.decisions],
        "topics": [
            {"topic": each.topic.id, "name": each.topic.name, "passages": each.passages}
            for each in page.topics
        ],
        "topic": page.topic.id if page.topic else None,
        "passages": page.passages,
        "years": [{"year": year, "passages": count} for year, count in page.years],
        "statements": [statement_as_dict(each) for each in page.statements],
        "notes": list(page.notes),
    }


def _standing_as_dict(standing: Standing, known: Attribution | None) -> dict[str, Any]:
    document = standing.document
    return {
        "document": document.id,
        "title": document.title,
        "show": document.show,
        "published": document.published.isoformat() if document.published else None,
        "roles": list(standing.roles),
        "description": standing.description,
        "turns": standing.turns,
        "method": known.method.value if known else None,
        "evidence": evidence_as_list(known) if known else [],
    }


def event_as_dict(event: PersonEvent) -> dict[str, Any]:
    """Return a decision for `--json`."""
    return {
        "event": event.id,
        "kind": event.kind,
        "person": event.person_id,
        "other": event.other_id,
        "documents": list(event.documents),
        "before": event.before,
        "after": event.after,
        "by": event.author,
        "reason": event.reason,
        "made": event.made.isoformat() if event.made else None,
        "undone": event.undone.isoformat() if event.undone else None,
        "undone_by": event.undone_by,
    }


def page_lines(page: PersonPage) -> Iterator[str]:
    """Yield a person for reading: names, what they were when and where, what they said."""
    view, person = page.view, page.view.person
    yield from notes_lines(page.notes)
    yield plain(f"{person.name}  ({person.id})")
    if others := page.names[1:]:
        yield plain(f"also: {', '.join(others)}")
    if person.organisations:
        yield plain(f"of: {', '.join(person.organisations)}")
    yield ""
    if not view.standings:
        yield "speaks in no document and is credited in none"
    for each in view.standings:
        yield from _standing_lines(each, page.known.get(each.document.id))
    if view.decisions:
        yield ""
        yield "decisions:"
    for event in view.decisions:
        yield f"  {event_line(event, view)}"
    yield from _said_lines(page)


def _said_lines(page: PersonPage) -> Iterator[str]:
    """Yield statements by topic; each stands under the topic most spoken of, once."""
    if page.topics:
        yield ""
        spoken = ", ".join(f"{each.topic.name} {each.passages}" for each in page.topics)
        yield from filled(f"speaks of (passages): {spoken}")
    shown: set[str] = set()
    groups = [(topic.name, said) for topic, said in page.by_topic()]
    if page.topic:
        groups = [(page.topic.name, page.statements)]
    for name, said in [*groups, ("Something else", page.on_nothing())]:
        new = [each for each in said if each.hit.passage.id not in shown]
        shown |= {each.hit.passage.id for each in new}
        if new:
            yield ""
            yield plain(f"{name}:")
        for each in new:
            yield from statement_lines(each)
    if page.statements and (more := page.passages - len(page.statements)) > 0:
        yield ""
        yield f"{_count(more, 'passage')} more; see --limit"


def _standing_lines(standing: Standing, known: Attribution | None) -> Iterator[str]:
    document = standing.document
    when = f"{document.published:%Y-%m-%d}" if document.published else "no date   "
    spoken = _count(standing.turns, "turn") if standing.turns else "credited only"
    roles = ", ".join(standing.roles) or "no role known"
    yield plain(f"{when}  {document.show}, “{document.title}”  ({document.id})")
    yield plain(f"            {roles}; {spoken}")
    if standing.description:
        yield plain(f"            credited: {standing.description}")
    if known and (how := how_known(known)):
        yield plain(f"            known: {how}")


def event_line(event: PersonEvent, view: PersonView | None = None) -> str:
    """Return a decision for reading: number, what, by whom, when, why."""
    names = view.names if view else {}
    who, other = (
        f"{names[each]} ({each})" if each in names else each
        for each in (event.person_id, event.other_id or "")
    )
    what = {
        "merge": f"{other} is {who}",
        "split": f"{other} split from {who} in {', '.join(event.documents)}",
        "rename": f"{who} renamed from {event.before} to {event.after}",
        "keep apart": f"{who} and {other} are two people",
        "forget voice": f"the voice of {who} is forgotten",
    }.get(event.kind, event.kind)
    why = f": {event.reason}" if event.reason else ""
    undone = f"; undone by {event.undone_by}, {print_date(event.undone)}" if event.undone else ""
    return plain(f"{event.id}. {what} ({event.author}, {print_date(event.made)}{why}{undone})")


def pairs_as_list(pairs: Iterable[Namesakes]) -> list[dict[str, Any]]:
    """Return the shape that `onrecord people review --json` prints."""
    return [
        {"one": person_as_dict(p.one), "other": person_as_dict(p.other), "why": p.why}
        for p in pairs
    ]


def pair_lines(pairs: Sequence[Namesakes]) -> Iterator[str]:
    """Yield pairs to decide about, with what to type for each answer."""
    if not pairs:
        yield NO_PAIRS
    for pair in pairs:
        yield f"{pair.why}:"
        for person in (pair.one, pair.other):
            where = ", ".join(person.sources[:4])
            yield plain(f"  {person.id}  {person.name}{_as(person)}" + (where and f"; in {where}"))
        yield f"  one person:  onrecord people merge {pair.one.id} {pair.other.id}"
        yield f"  two people:  onrecord people apart {pair.one.id} {pair.other.id}"
        yield ""


def decided_lines(event: PersonEvent) -> Iterator[str]:
    """Yield what was decided and how to take it back."""
    yield event_line(event)
    if event.undone is None:
        yield f"to take it back: onrecord people undo {event.id}"
    if event.kind in ("merge", "split", "rename"):
        yield "search follows with the next run, or now with: onrecord index"


def _as(person: Person) -> str:
    vocabulary = load_vocabulary()
    roles = ", ".join(filter(None, (vocabulary.print_role(role) for role in person.roles)))
    return f"  {roles}" if roles else ""


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
