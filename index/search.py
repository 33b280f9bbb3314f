"""A query → the passages that answer it, and in each the sentences to quote.

The store finds candidates by meaning and by words. Here they must earn their place: near enough to
the question (or the honest answer is nothing), about the thing asked for and not its opposite
(`contrasts.py`), not all from one mouth (`variety.py`), and word for word in the canonical text. A
query without a text only chooses (`browsing.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.catalogue import Catalogue, Shelf
from corpus.errors import IndexOutOfDateError
from corpus.topics import Subject
from corpus.types import Hit, Passage, SearchQuery, Span
from index.browsing import browse
from index.embed import Embedder
from index.engine.bm25 import stems_of, words_asked
from index.engine.points import Found, VectorStore
from index.filters import Filters, filters_of
from index.hits.closest import LOOKED_AT, has_the_sentence
from index.hits.explaining import reasons_of, said_of
from index.hits.facets import Facets, facets_in, facets_of
from index.hits.hosting import only_leads, only_presents
from index.hits.nearest import nearest_topics
from index.hits.quoting import Place, best_quotes
from index.hits.ranking import (
    CANDIDATES,
    WORD_WEIGHT,
    Asked,
    Ranked,
    by_best_sentence,
    rank,
    sentence_parts,
    spread,
)
from index.hits.replies import Replies, find_replies
from index.hits.settling import in_order, settle
from index.hits.standing import Standing
from index.hits.variety import Chosen, Variety, fold_quotes
from index.passages import sentence_spans
from index.tags.contrasts import is_about_the_opposite, is_unnamed_in
from index.understanding.subjects import named_in

# Calibrated by `tests/bench/honest_nothing.py`; its docstring has the figures.
NEAR = 0.42  # cosine: as near in meaning as this answers
NEAR_WITH_WORDS = 0.28  # cosine that is enough when most of the question's words are there
MOST_WORDS_SHARED = 0.6
NEAR_WITH_ALL_WORDS = 0.15  # a rare name or term, all of it there
NEAR_AND_WORDED = 0.47  # cosine and `WORD_WEIGHT` of the share of words together
NEAR_ON_TOPIC = 0.24  # cosine that is enough on the question's own topic, with some of its words
SOME_WORDS_SHARED = 0.3
NEAR_LEADING = 0.55  # of both together: a passage that only asks or presents
NEAR_ON_ALL = 0.05  # where the question only names what it is about, or with all of `MANY_WORDS`
MANY_WORDS = 3

_WHO = re.compile(r"\b(?:who|whom|guests?|introduc\w+|host\w*|interview\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a search found."""

    hits: tuple[Hit, ...] = ()  # best first
    facets: Facets = field(default_factory=dict)  # over all passages that answer
    answering: int = 0  # passages that answer, at most as many as were looked at
    nearest: Mapping[str, int] = field(default_factory=dict)  # topics → passages, when none does


def search(
    query: SearchQuery, *, catalogue: Catalogue, store: VectorStore, embedder: Embedder
) -> list[Hit]:
    """Return the hits of `query`, best first; none when nothing in the archive answers it.

    Raises:
        IndexOutOfDateError: the index was made with another model.
        VectorIndexError: the index cannot be read.
    """
    return list(find(query, catalogue=catalogue, store=store, embedder=embedder).hits)


def find(
    query: SearchQuery,
    *,
    catalogue: Catalogue,
    store: VectorStore,
    embedder: Embedder,
    subject: Subject | None = None,
    shelf: Shelf | None = None,
) -> Results:
    """Return what answers `query`: hits, facets, or the topics nearest to what nothing answers.

    Every hit's `quote` is whole sentences of the current text as corrected, checked against it.

    Args:
        query: what to look for.
        catalogue: where the words stand.
        store: the index.
        embedder: the model the index was made with.
        subject: the vocabulary; without it no topics are offered where nothing answers.
        shelf: where documents that are read are left for what comes after; its own by default.

    Raises:
        IndexOutOfDateError: the index was made with another model.
        VectorIndexError: the index cannot be read.
    """
    manifest = store.manifest()
    if manifest is None:
        return Results()
    standing = Standing(shelf or catalogue.shelf())
    if not query.text.strip():
        return _browsed(query, standing, store)
    if manifest.embedder != embedder.name:
        cause = f"made with {manifest.embedder}, asked with {embedder.name}"
        raise IndexOutOfDateError(cause=cause, remedy="onrecord index --rebuild")
    vector = embedder.embed([query.text])[0]
    stems = frozenset(words_asked(query.text)[0])
    question = Asked(query.text, vector, stems, _named(query, subject))
    answering, replies = _answering(question, query, store, standing)
    unwanted = {one.passage.id for one in replies.asked}
    settled = in_order(settle(spread(answering), replies.to))
    answering = [one for one in settled if one.found.passage.id not in unwanted]
    if not answering:
        return Results(nearest=nearest_topics(question, query, store, embedder, subject))
    standing.fetch(one.found.passage for one in answering[: query.limit])
    variety = Variety(query.limit, standing.content_at, one_voice=_asks_one(query))
    chosen = variety.choose(answering)
    packed = store.sentences([one.passage.id for one in chosen])
    places = [_place(one, standing, query.phrases, packed) for one in chosen]
    return Results(
        hits=_hits(chosen, best_quotes(question, embedder, places), replies),
        facets=facets_of(one.found.passage for one in answering),
        answering=len(answering),
    )


def _named(query: SearchQuery, subject: Subject | None) -> dict[int, frozenset[str]]:
    ids = {*query.topics, *query.terms, *query.incidents}
    return named_in(query.text, subject, ids) if subject and ids else {}


def _answering(
    question: Asked, query: SearchQuery, store: VectorStore, standing: Standing
) -> tuple[list[Ranked], Replies]:
    """Return the passages that answer, best first, and which of them reply to which."""
    filters = filters_of(query)
    found = store.search(question.vector, query.text, filters, max(CANDIDATES, 4 * query.limit))
    replies = find_replies(question, found, filters, store)
    # Passages that do not answer still show what the ones around them are about.
    ranked = rank(question, [*found, *replies.found, *replies.asked])
    if likeness := replies.likeness:
        ranked = [replace(one, replies=likeness.get(one.found.passage.id, 0.0)) for one in ranked]
    told = _told_in(ranked)
    answering = [one for one in ranked if _answers(question, one, query, told)]
    if not answering and question.is_bare:
        answering = [
            one
            for one in rank(question, _on_topic(question, query, filters, store))
            if _answers(question, one, query, told)
        ]
    if not answering:
        answering = _in_a_sentence(question, ranked[:LOOKED_AT], query, store)
    if query.phrases:
        answering = [
            one for one in answering if standing.phrases_at(one.found.passage, query.phrases)
        ]
    return answering, replies


def _in_a_sentence(
    question: Asked, ranked: Sequence[Ranked], query: SearchQuery, store: VectorStore
) -> list[Ranked]:
    """Return the passages of which one sentence answers, though the whole is about other things."""
    packed = store.sentences([one.found.passage.id for one in ranked])
    return [
        one
        for one in ranked
        if _may_answer(one.found.passage, query)
        and not only_leads(one.found.passage)
        and has_the_sentence(question, one.found.passage, packed)
    ]


def _on_topic(
    question: Asked, query: SearchQuery, filters: Filters, store: VectorStore
) -> list[Found]:
    """Return passages about what the question names, however little they are like it."""
    if filters.topics or not query.topics:
        return []
    within = replace(filters, topics=query.topics)
    return store.search(question.vector, query.text, within, CANDIDATES)


def _told_in(ranked: Iterable[Ranked]) -> dict[str, set[str]]:
    """Return the incidents that documents tell of, as far as their passages were found."""
    told: dict[str, set[str]] = {}
    for one in ranked:
        passage = one.found.passage
        told.setdefault(passage.document_id, set()).update(passage.incidents)
    return told


def _answers(
    question: Asked, ranked: Ranked, query: SearchQuery, told: Mapping[str, set[str]]
) -> bool:
    """Return whether a passage answers by itself, or by where it stands.

    That is: as the reply to the same question, or in a document on the very incident.
    """
    passage = ranked.found.passage
    if only_leads(passage) and not (query.phrases or _is_same(ranked, query)):
        return False
    if answers(question, ranked.found, query):
        return True
    if query.phrases or _is_left_out(passage.content, query):
        return False
    around = told[passage.document_id]
    return ranked.replies > 0 or (bool(around) and question.is_all_in(passage.content, around))


def _is_same(ranked: Ranked, query: SearchQuery) -> bool:
    """Return whether a passage that only asks or presents asks the very thing, or presents whom.

    Who is presented as a surgeon has not said anything yet.
    """
    if only_presents(ranked.found.passage) and not _WHO.search(query.text):
        return False
    return ranked.found.cosine + WORD_WEIGHT * ranked.shared >= NEAR_LEADING


def _is_left_out(content: str, query: SearchQuery) -> bool:
    unwanted = bool(query.without) and _mentions(content, query.without)
    return unwanted or is_about_the_opposite(query.text, content)


def answers(question: Asked, found: Found, query: SearchQuery) -> bool:
    """Return whether a passage is near enough to the question, and not about its opposite."""
    if not _may_answer(found.passage, query):
        return False
    # With phrases the store has seen to it that the very words are there.
    return bool(query.phrases) or _is_near(question, found, query)


def _may_answer(passage: Passage, query: SearchQuery) -> bool:
    """Return whether a passage, however near, says nothing that was left out, nor the opposite."""
    content = passage.content
    if query.without and _mentions(content, query.without):
        return False
    if query.phrases:
        return True
    if is_about_the_opposite(query.text, content):
        return False
    return _is_on_topic(passage, query) or not is_unnamed_in(query.text, content)


def _is_near(question: Asked, found: Found, query: SearchQuery) -> bool:
    if found.cosine >= NEAR:
        return True
    shared = question.shared(found.passage.content)
    if found.cosine + WORD_WEIGHT * shared >= NEAR_AND_WORDED:
        return True
    if question.is_bare and question.carried(found.passage) >= 1:
        return found.cosine >= NEAR_ON_ALL
    if _is_on_topic(found.passage, query) and shared >= SOME_WORDS_SHARED:
        return found.cosine >= NEAR_ON_TOPIC
    least = NEAR_WITH_ALL_WORDS if shared >= 1 else NEAR_WITH_WORDS
    if shared >= 1 and len(question.terms) >= MANY_WORDS:
        least = NEAR_ON_ALL
    return shared >= MOST_WORDS_SHARED and found.cosine >= least


def _is_on_topic(passage: Passage, query: SearchQuery) -> bool:
    """Return whether a passage carries a topic, term or incident of the question's own words."""
    return not (
        set(passage.topics).isdisjoint(query.topics)
        and set(passage.terms).isdisjoint(query.terms)
        and set(passage.incidents).isdisjoint(query.incidents)
    )


def _browsed(query: SearchQuery, standing: Standing, store: VectorStore) -> Results:
    filters = filters_of(query)
    if filters == Filters():
        return Results()  # nothing was asked, and nothing chosen
    hits = browse(filters, query.limit, standing, store)
    if not hits:
        return Results()
    facets = facets_in(store, filters)
    return Results(hits=hits, facets=facets, answering=sum(facets["manner"].values()))


def _asks_one(query: SearchQuery) -> bool:
    return len(query.people) + len(query.speakers) == 1


def _mentions(content: str, things: Iterable[str]) -> bool:
    """Return whether `content` has all words (stems) of one of the `things`."""
    stems = stems_of(content)
    wanted = (set(words_asked(thing)[0]) for thing in things)
    return any(words and words <= stems for words in wanted)


def _place(
    one: Chosen, standing: Standing, phrases: Sequence[str], packed: Mapping[str, str]
) -> Place:
    """Return where to look for the quote of a passage: with exact words, where they stand."""
    passage = one.passage
    wanted = tuple(standing.phrases_at(passage, phrases) or ())
    if one.ranked.replies and not wanted:  # what replies is what comes first
        wanted = tuple(sentence_spans(one.content, passage.span)[:1])
    until = max(passage.span.end, *(place.end for place in wanted), 0)
    over = until > passage.span.end
    end = standing.turn_of(passage).end if over else until
    within = Span(passage.span.start, end)
    own = packed.get(passage.id) if within == passage.span else None
    return Place(one.content, within, until, wanted, own)


def _hits(
    chosen: Sequence[Chosen], quotes: Sequence[tuple[Span, float]], replies: Replies
) -> tuple[Hit, ...]:
    """Return the hits in the order that their best sentences leave.

    The first hit's score says how much of an answer it is at all, the others' how they compare.
    """
    worths = [worth for _, worth in quotes]
    found = [one.ranked for one in chosen]
    ranked = settle(found, replies.to, added=sentence_parts(worths))
    order = by_best_sentence(ranked, worths)
    reasons = reasons_of(ranked, worths)
    hits: list[Hit] = []
    for at in order:
        score = ranked[at].level * _compared(ranked[at], ranked[order[0]])
        most = hits[-1].score if hits else 1.0
        hits.append(
            Hit(
                passage=chosen[at].passage,
                quote=quotes[at][0],
                score=round(min(score, most), 4),
                why=said_of(ranked[at]),
                reasons=reasons[at],
                also=tuple(chosen[at].also),
            )
        )
    words = {
        one.passage.id: quote.of(one.content)
        for one, (quote, _) in zip(chosen, quotes, strict=True)
    }
    return tuple(fold_quotes(hits, words))


def _compared(one: Ranked, best: Ranked) -> float:
    return min(1.0, max(0.0, one.worth) / best.worth) if best.worth > 0 else 1.0
