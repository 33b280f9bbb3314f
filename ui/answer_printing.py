"""How the command line prints an answer: for people, grouped by who said it, and as JSON."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Any

from corpus.citations import one_line, print_date
from corpus.export import evidence_as_list
from corpus.types import Citation, Manner, Quote, Reason, SearchQuery
from ui.answers import Answer, AnsweredHit, Facet
from ui.printing import named_by, plain

NOTHING = "Nothing in the archive answers this."
_WIDTH = 88
_VALUES = 6  # of a facet that are printed
_PLACES = 3  # where else the words stand


def answer_as_dict(answer: Answer) -> dict[str, Any]:
    """Return the shape that `onrecord ask --json` prints; absent values are None."""
    return {
        "question": answer.question,
        "understood": _understood_as_dict(answer),
        "answering": answer.answering,
        "folded": _folded(answer),
        "hits": [_hit_as_dict(hit) for hit in answer.hits],
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


def _hit_as_dict(hit: AnsweredHit) -> dict[str, Any]:
    who = hit.quote.attribution
    published = hit.document.published
    return {
        "quote": hit.quote.exact,
        "person": hit.person.name if hit.person else None,
        "label": who.label,
        "role": hit.role,
        "method": who.method.value,
        "manner": hit.quote.manner.value,
        "document": hit.document.id,
        "title": hit.document.title,
        "show": hit.document.show,
        "published": published.isoformat() if published else None,
        "start_time": hit.quote.start_time,
        "end_time": hit.quote.end_time,
        "paragraph": hit.quote.paragraph,
        "permalink": hit.citation.permalink,
        "citation": one_line(hit.citation),
        "certainty": hit.quote.certainty.value if hit.quote.certainty else None,
        "contested": list(hit.quote.contested),
        "corrected": hit.quote.corrected,
        "evidence": evidence_as_list(who),
        "topics": list(hit.hit.passage.topics),
        "also": [_place_as_dict(one) for one in hit.also],
        "score": round(hit.hit.score, 6),
        "reasons": [
            {"part": one.part, "value": round(one.value, 4), "said": one.said}
            for one in hit.hit.reasons
        ],
    }


def _place_as_dict(place: Citation) -> dict[str, Any]:
    return {
        "document": place.quote.document_id,
        "person": place.person,
        "label": place.label,
        "permalink": place.permalink,
        "citation": one_line(place),
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
    numbers = {id(hit): number for number, hit in enumerate(answer.hits, start=1)}
    for name, hits in answer.by_person():
        yield plain(name)
        for hit in hits:
            yield from _hit_lines(numbers[id(hit)], hit)
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


def _hit_lines(number: int, hit: AnsweredHit) -> Iterator[str]:
    where = [hit.document.show, f"“{hit.document.title}”", print_date(hit.document.published)]
    words = " ".join(plain(hit.quote.exact).split())
    reported = hit.quote.manner is Manner.REPORTED
    quoted = f"{words} [paraphrase]" if reported else f"“{words}”"
    known = named_by(hit.quote.attribution)
    role = f"{hit.role}  " if hit.role else ""
    yield f"{number}. {role}({hit.quote.manner.value}; {known})"
    yield textwrap.fill(quoted, _WIDTH, initial_indent="   ", subsequent_indent="   ")
    yield "   words: " + plain(_how_sure(hit.quote))
    yield "   " + plain(", ".join(filter(None, where))) + f", {hit.citation.locator}"
    yield f"   {hit.citation.permalink}"
    yield "   cite: " + plain(one_line(hit.citation).removesuffix(hit.citation.permalink).strip())
    yield from _also_lines(hit)


def _also_lines(hit: AnsweredHit) -> Iterator[str]:
    for place in hit.also[:_PLACES]:
        who = place.person or place.label
        other = f" ({who})" if who and who != hit.speaker else ""
        title = f"“{place.title}”"
        where = ", ".join(filter(None, (place.source, title, print_date(place.published))))
        yield plain(f"   also in {where}, {place.locator}{other}") + f"  {place.permalink}"
    if len(hit.also) > _PLACES:
        yield f"   and in {len(hit.also) - _PLACES} more"


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


def _how_sure(quote: Quote) -> str:
    sure = quote.certainty.value if quote.certainty else "not asked"
    contested = ": " + ", ".join(f"“{word}”" for word in quote.contested)
    corrected = "; corrected by a person" if quote.corrected else ""
    return f"{sure}{contested if quote.contested else ''}{corrected}"
