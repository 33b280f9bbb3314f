"""How one answer is written, for reading and as JSON: printed, and sent."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from corpus.citations import one_line, print_date
from corpus.export import evidence_as_list
from corpus.types import Citation, Manner, Quote
from ui.answers import AnsweredHit
from ui.plainwords import named_by, one_lined, plain

_WIDTH = 88
_PLACES = 3  # where else the words stand


def hit_as_dict(hit: AnsweredHit) -> dict[str, Any]:
    """Return one answer for programs; absent values are None."""
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


def hit_lines(
    number: int, hit: AnsweredHit, name: str = "", *, wrapped: bool = True
) -> Iterator[str]:
    """Yield one answer for reading: how its words come, the words, how sure, where, a link.

    Args:
        number: of the answer.
        hit: the answer.
        name: who said it, where no heading says so.
        wrapped: whether the words are cut into lines.
    """
    where = [hit.document.show, f"“{hit.document.title}”", print_date(hit.document.published)]
    words = " ".join(plain(hit.quote.exact).split())
    reported = hit.quote.manner is Manner.REPORTED
    quoted = f"{words} [paraphrase]" if reported else f"“{words}”"
    known = named_by(hit.quote.attribution)
    role = f"{hit.role}  " if hit.role else ""
    said = f"{one_lined(name)}, " if name and role else f"{one_lined(name)}  " if name else ""
    yield f"{number}. {said}{role}({hit.quote.manner.value}; {known})"
    if wrapped:
        yield textwrap.fill(quoted, _WIDTH, initial_indent="   ", subsequent_indent="   ")
    else:
        yield f"   {quoted}"
    yield "   words: " + plain(_how_sure(hit.quote))
    yield "   " + one_lined(", ".join(filter(None, where))) + f", {hit.citation.locator}"
    yield f"   {hit.citation.permalink}"
    cited = one_line(hit.citation).removesuffix(hit.citation.permalink)
    yield "   cite: " + one_lined(cited)
    yield from _also_lines(hit)


def _also_lines(hit: AnsweredHit) -> Iterator[str]:
    for place in hit.also[:_PLACES]:
        who = place.person or place.label
        other = f" ({who})" if who and who != hit.speaker else ""
        title = f"“{place.title}”"
        where = ", ".join(filter(None, (place.source, title, print_date(place.published))))
        also = one_lined(f"also in {where}, {place.locator}{other}")
        yield f"   {also}  {place.permalink}"
    if len(hit.also) > _PLACES:
        yield f"   and in {len(hit.also) - _PLACES} more"


def _how_sure(quote: Quote) -> str:
    sure = quote.certainty.value if quote.certainty else "not asked"
    contested = ": " + ", ".join(f"“{word}”" for word in quote.contested)
    corrected = "; corrected by a person" if quote.corrected else ""
    return f"{sure}{contested if quote.contested else ''}{corrected}"
