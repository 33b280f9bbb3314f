"""How the command line prints an answer: for people, grouped by who said it, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from corpus.types import Reason, SearchQuery
from ui.answers import Answer, Facet
from ui.hitlines import hit_as_dict, hit_lines
from ui.plainwords import plain

NOTHING = "Nothing in the archive answers this."
_VALUES = 6  # of a facet that are printed


def answer_as_dict(answer: Answer) -> dict[str, Any]:
    """Return the shape that `onrecord ask --json` prints; absent values are None."""
    return {
        "question": answer.question,
        "understood": _understood_as_dict(answer),
        "answering": answer.answering,
        "folded": _folded(answer),
        "hits": [hit_as_dict(hit) for hit in answer.hits],
        "facets": {
            facet.kind: [
                {"value": one.value, "name": one.name, "passages": one.count}
                for one in facet.values
            ]
            for facet in answer.facets
        },
        "nearest_topics": [
            {"topic": one.id, "name": one.name, "passages": one.passages} for one in answer.nearest
        ],
    }


def _understood_as_dict(answer: Answer) -> dict[str, Any]:
    query = answer.query
    return {
        "text": query.text,
        "roles": list(query.roles),
        "speakers": list(query.speakers),
        "not_roles": list(query.not_roles),
        "not_speakers": list(query.not_speakers),
        "sources": list(query.sources),
        "kind": query.kind.value if query.kind else None,
        "since": query.since.isoformat() if query.since else None,
        "until": query.until.isoformat() if query.until else None,
        "phrases": list(query.phrases),
        "manners": [one.value for one in query.manners],
        "without": list(query.without),
        "topics": list(query.topics),
        "terms": list(query.terms),
        "incidents": list(query.incidents),
        "parts": [
            {
                "key": part.key,
                "kind": part.kind,
                "value": part.value,
                "words": part.words,
                "off": part.off,
                "note": part.note,
            }
            for part in answer.understood
        ],
        "chosen": _chosen_as_dict(query),
    }


def _chosen_as_dict(query: SearchQuery) -> dict[str, Any]:
    return {
        "people": list(query.people),
        "topics": list(query.only_topics),
        "certainties": [one.value for one in query.certainties],
        "years": list(query.years),
    }


def answer_lines(answer: Answer, *, explain: bool = False) -> Iterator[str]:
    """Yield an answer for reading: each quote with who, where and a link to the moment.

    Args:
        answer: what to print.
        explain: whether to say of every hit what it is worth and why.
    """
    if answer.understood:
        parts = (f"{part.said}{' (off)' * part.off}" for part in answer.understood)
        yield "Understood: " + plain("; ".join(parts))
        yield ""
    if not answer.hits:
        yield NOTHING
        yield from _nearest_lines(answer)
        return
    number = count(1)
    for name, hits in answer.by_person():
        yield plain(name)
        for hit in hits:
            yield from hit_lines(next(number), hit)
            if explain:
                yield from _reason_lines(hit.hit.reasons)
            yield ""
    yield from _narrowing_lines(answer)


def off_lines(answer: Answer, off: Iterable[str]) -> Iterator[str]:
    """Yield a line for each key that was to be switched off and is no part of the question."""
    keys = [part.key for part in answer.understood if not part.is_note]
    for key in off:
        if key not in keys:
            known = f"understood are {', '.join(keys)}" if keys else "nothing is understood so"
            yield plain(f"onrecord: --off {key}: no such part of the question: {known}")


def _nearest_lines(answer: Answer) -> Iterator[str]:
    if answer.nearest:
        yield "Nearest topics:"
    for topic in answer.nearest:
        count = "1 passage" if topic.passages == 1 else f"{topic.passages} passages"
        yield f"  {topic.name} ({count}): onrecord topics {topic.id}"


def _reason_lines(reasons: Iterable[Reason]) -> Iterator[str]:
    parts = list(reasons)
    yield f"   why: {sum(part.value for part in parts):.3f}"
    for part in parts:
        yield plain(f"     {part.value:+.3f}  {part.part:<18} {part.said}")


def _narrowing_lines(answer: Answer) -> Iterator[str]:
    shown = len(answer.hits)
    if folded := _folded(answer):
        yield f"All {answer.answering} passages that answer: {shown} shown, {folded} folded into"
        yield "  them (the same words, or more of the same person at the same place)."
    elif answer.answering > shown:
        yield f"{shown} of {answer.answering} passages that answer; --limit shows more."
    for facet in answer.facets:
        if len(facet.values) > 1:
            yield plain(_facet_line(facet))


def _folded(answer: Answer) -> int:
    """Return how many passages that answer are not shown though there was room for more."""
    shown = len(answer.hits)
    return answer.answering - shown if 0 < shown < answer.query.limit else 0


def _facet_line(facet: Facet) -> str:
    values = [f"{one.name} {one.count}" for one in facet.values[:_VALUES]]
    left = len(facet.values) - len(values)
    return f"  by {facet.kind}: " + ", ".join(values) + (f", {left} more" if left else "")
