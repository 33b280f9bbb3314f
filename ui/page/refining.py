"""What an answer was understood as and can be narrowed by, as the page draws it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from corpus.errors import NotFoundError
from ui.answers import Answer, Facet, FacetValue
from ui.archive import Archive
from ui.page.addresses import FACETS, MOST, Asked
from ui.wording import counted, upper_first

if TYPE_CHECKING:
    from index.question import UnderstoodPart

_NAMES = {
    "role": "Role",
    "person": "Person",
    "show": "Show or publication",
    "year": "Year",
    "topic": "Topic",
    "manner": "How it is said",
    "certainty": "How sure the words are",
    "kind": "Kind",
}
_PARTS = {
    "speaker": "said by",
    "since": "since",
    "until": "until",
    "phrase": "the exact words",
    "topic": "topic:",
    "term": "term:",
    "incident": "incident:",
    "show": "on",
    "manner": "only",
    "without": "without",
    "without speaker": "nothing said by",
    "not read as": "not read as",
    "unknown role": "no such role here:",
    "unknown show": "no such show here:",
    "unknown speaker": "nobody of that name here:",
}
_NAMED = ("topic", "term", "incident")
_SHOWN = 60  # values of one facet: the rest are reached by asking more narrowly

Named = Callable[[str, str], str]


def names_of(archive: Archive) -> Named:
    """Return how values of facets and understood parts are printed."""
    from corpus.topics import load_subject

    subject = load_subject()
    names = {
        "topic": {each.id: each.name for each in subject.topics.values()},
        "term": {each.id: each.name for each in subject.terms.values()},
        "incident": {each.id: each.name for each in subject.incidents.values()},
    }

    def named(kind: str, value: str) -> str:
        if kind in ("role", "roles"):
            role = archive.vocabulary.role(value)
            return value if role is None else role.plural if kind == "roles" else role.name
        if kind in names:
            return names[kind].get(value, value)
        return _person(archive, value) if kind == "person" else value

    return named


def _person(archive: Archive, person_id: str) -> str:
    try:
        return archive.catalogue.person(person_id).name
    except NotFoundError:
        return person_id


def refined(asked: Asked, answer: Answer, named: Named) -> dict[str, Any]:
    """Return chips and facets, each with the address it leads to.

    Args:
        asked: what the address says.
        answer: what the archive says.
        named: the printed name of a value of a facet that is not among the answer's own.
    """
    names = {
        (facet.kind, value.value): value.name for facet in answer.facets for value in facet.values
    }
    return {
        "summary": summary(asked, answer),
        "understood": [
            {
                "key": part.key,
                "label": _label(part, named),
                "on": not part.off,
                "note": part.is_note,
                "to": asked.switch(part.key).query(),
            }
            for part in answer.understood
        ],
        "chosen": [
            {
                "key": f"{facet} {value}",
                "label": upper_first(names.get((facet, value)) or named(facet, value)),
                "to": asked.choose(facet, value).query(),
            }
            for facet in FACETS
            for value in asked.chosen.get(facet, ())
        ],
        "facets": list(_facets(asked, answer)),
    }


def summary(asked: Asked, answer: Answer) -> str:
    """Return how many answers there are."""
    shown, answering = len(answer.hits), answer.answering
    if not shown:
        return "No quotation"
    if has_more(asked, answer):
        return f"The best {shown} of {counted(answering, 'passage')} that answer"
    said = counted(shown, "quotation")
    return f"{said} from {answering:,} passages" if answering > shown else said


def has_more(asked: Asked, answer: Answer) -> bool:
    """Whether more answers can be shown; those that only repeat one are folded into it."""
    shown = len(answer.hits)
    return asked.limit < MOST and asked.limit <= shown < answer.answering


def _label(part: UnderstoodPart, named: Named) -> str:
    note = f" ({part.note})" if part.note else ""
    if part.kind in ("role", "without role"):
        return f"{'only' if part.kind == 'role' else 'no'} {named('roles', part.value)}{note}"
    value = named(part.kind, part.value) if part.kind in _NAMED else part.shown
    return f"{_PARTS.get(part.kind, part.kind)} {value}{note}"


def _facets(asked: Asked, answer: Answer) -> Iterator[dict[str, Any]]:
    """Yield the facets by which less can be shown than now, or is shown already."""
    order = {kind: number for number, kind in enumerate(FACETS)}
    for facet in sorted(answer.facets, key=lambda each: order.get(each.kind, len(order))):
        chosen = asked.chosen.get(facet.kind, ())
        narrows = any(value.count < answer.answering for value in facet.values)
        if facet.kind in order and (narrows or chosen):
            yield _facet(asked, facet)


def _facet(asked: Asked, facet: Facet) -> dict[str, Any]:
    chosen = asked.chosen.get(facet.kind, ())
    return {
        "kind": facet.kind,
        "name": _NAMES.get(facet.kind, facet.kind),
        "values": [
            {
                "value": value.value,
                "name": upper_first(value.name),
                "count": value.count,
                "on": value.value in chosen,
                "to": asked.choose(facet.kind, value.value).query(),
            }
            for value in _in_order(facet)[:_SHOWN]
        ],
    }


def _in_order(facet: Facet) -> list[FacetValue]:
    """Return the most frequent values first; years, the newest."""
    if facet.kind == "year":
        return sorted(facet.values, key=lambda each: each.value, reverse=True)
    return list(facet.values)
