"""The passages that somebody chose by role, person, show or date, and asked nothing of.

The newest come first, the more certain before the less within a document, and of every person
some before of any person more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from corpus.types import Certainty, Hit, Passage, Reason
from index.engine.points import VectorStore
from index.filters import Filters
from index.hits.duplicates import wording_of
from index.hits.hosting import only_leads
from index.hits.quoting import opening_quote
from index.hits.standing import Standing
from index.passages import count_words

_WIDTH = 240  # passages looked at, the newest
_OTHERS = 12  # people looked for besides those who said the newest
_EACH = 24  # passages of each of these
_TELLING = 12  # words: fewer say little by themselves
_ORDER = {certainty: place for place, certainty in enumerate(Certainty)}


def browse(filters: Filters, limit: int, standing: Standing, store: VectorStore) -> tuple[Hit, ...]:
    """Return up to `limit` of the passages that are as `filters` say, with what to quote."""
    hits: list[Hit] = []
    said: list[object] = []
    for passage in _in_turns(_wide(filters, limit, store)):
        if len(hits) >= limit:
            break
        content = standing.content_at(passage)
        wording = wording_of(passage.content)
        if content is None or wording in said:
            continue
        said.append(wording)
        hits.append(
            Hit(
                passage=passage,
                quote=opening_quote(passage, content),
                score=1.0,
                why=f"of the newest, {passage.certainty.value}",
                reasons=(Reason(part="date", value=1.0, said=_when(passage)),),
            )
        )
    return tuple(hits)


def _wide(filters: Filters, limit: int, store: VectorStore) -> list[Passage]:
    """Return the newest passages, and some of people who said none of them."""
    newest = store.select(filters, max(_WIDTH, 4 * limit))
    heard = {one.person_id for one in newest}
    if len(newest) < _WIDTH or len(heard) >= limit or filters.people:
        return newest
    others = [one for one in store.facet("person_id", filters) if one not in heard][:_OTHERS]
    more = (store.select(replace(filters, people=(one,)), _EACH) for one in others)
    return newest + [passage for some in more for passage in some]


def _in_turns(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield everybody's first, then everybody's second, …; newest and most telling first."""
    taken: Counter[tuple[str, str]] = Counter()
    places: list[tuple[int, int, Passage]] = []
    for place, one in enumerate(sorted(passages, key=_newest_and_surest)):
        mouth = (one.person_id or one.document_id, "" if one.person_id else one.speaker)
        places.append((taken[mouth], place, one))
        taken[mouth] += 1
    yield from (one for _, _, one in sorted(places, key=lambda each: each[:2]))


def _newest_and_surest(one: Passage) -> tuple[float, str, bool, bool, int, int]:
    return (
        -one.published.timestamp() if one.published else float("inf"),
        one.document_id,
        not (one.topics or one.terms),
        count_words(one.content) < _TELLING or only_leads(one),
        _ORDER[one.certainty],
        one.span.start,
    )


def _when(passage: Passage) -> str:
    return f"published {passage.published:%Y-%m-%d}" if passage.published else "undated"
