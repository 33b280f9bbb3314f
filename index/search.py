"""A query → the passages that answer it, and in each the sentences to quote.

The store finds candidates by meaning and by words. Here they must earn their place: near enough to
the question (or the honest answer is nothing), about the thing asked for and not its opposite
(`contrasts.py`), not all from one mouth (`variety.py`), and word for word in the canonical text. A
query without a text only chooses (`browsing.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpus.catalogue import Catalogue
from corpus.errors import IndexOutOfDateError
from corpus.topics import Subject
from corpus.types import Hit, Passage, SearchQuery, Span
from index.bm25 import words_asked, words_of
from index.browsing import browse
from index.contrasts import is_about_the_opposite
from index.embed import Embedder
from index.explaining import reasons_of, said_of
from index.facets import Facets, facets_in, facets_of
from index.filters import Filters
from index.nearest import nearest_topics
from index.points import Found, VectorStore
from index.quoting import Place, best_quotes
from index.ranking import CANDIDATES, WORD_WEIGHT, Asked, Ranked, by_best_sentence, rank, spread
from index.standing import Standing
from index.variety import Chosen, Variety, fold_quotes

# Calibrated by `tests/bench/honest_nothing.py`; its docstring has the figures.
NEAR = 0.42  # cosine: as near in meaning as this answers
NEAR_WITH_WORDS = 0.28  # cosine that is enough when most of the question's words are there
MOST_WORDS_SHARED = 0.6
NEAR_WITH_ALL_WORDS = 0.15  # a rare name or term, all of it there
NEAR_AND_WORDED = 0.47  # cosine and `WORD_WEIGHT` of the share of words together
NEAR_ON_TOPIC = 0.24  # cosine that is enough on the question's own topic, with some of its words
SOME_WORDS_SHARED = 0.3


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
) -> Results:
    """Return what answers `query`: hits, facets, or the topics nearest to what nothing answers.

    Every hit's `quote` is whole sentences of the current text as corrected, checked against it.

    Args:
        query: what to look for.
        catalogue: where the words stand.
        store: the index.
        embedder: the model the index was made with.
        subject: the vocabulary; without it no topics are offered where nothing answers.

    Raises:
        IndexOutOfDateError: the index was made with another model.
        VectorIndexError: the index cannot be read.
    """
    manifest = store.manifest()
    if manifest is None:
        return Results()
    filters = filters_of(query)
    if not query.text.strip():
        return _browsed(query, filters, catalogue, store)
    if manifest.embedder != embedder.name:
        cause = f"made with {manifest.embedder}, asked with {embedder.name}"
        raise IndexOutOfDateError(cause=cause, remedy="onrecord index --rebuild")
    vector = embedder.embed([query.text])[0]
    question = Asked(query.text, vector, frozenset(words_asked(query.text)[0]))
    width = max(CANDIDATES, 4 * query.limit)
    found = store.search(vector, query.text, filters, width)
    # Passages that do not answer still show what the ones around them are about.
    answering = [one for one in rank(question, found) if answers(question, one.found, query)]
    standing = Standing(catalogue)
    if query.phrases:
        answering = [
            one for one in answering if standing.phrases_at(one.found.passage, query.phrases)
        ]
    if not answering:
        return Results(nearest=nearest_topics(question, query, store, embedder, subject))
    variety = Variety(query.limit, standing.content_at, one_voice=_asks_one(query))
    chosen = variety.choose(spread(answering))
    packed = store.sentences([one.passage.id for one in chosen])
    places = [_place(one, standing, query.phrases, packed) for one in chosen]
    return Results(
        hits=_hits(chosen, best_quotes(question, embedder, places)),
        facets=facets_of(one.found.passage for one in answering),
        answering=len(answering),
    )


def answers(question: Asked, found: Found, query: SearchQuery) -> bool:
    """Return whether a passage is near enough to the question, and not about its opposite."""
    content = found.passage.content
    if query.without and _mentions(content, query.without):
        return False
    if query.phrases:
        return True  # the store has seen to it that the very words are there
    return not is_about_the_opposite(query.text, content) and _is_near(question, found, query)


def _is_near(question: Asked, found: Found, query: SearchQuery) -> bool:
    if found.cosine >= NEAR:
        return True
    shared = question.shared(found.passage.content)
    if found.cosine + WORD_WEIGHT * shared >= NEAR_AND_WORDED:
        return True
    if _is_on_topic(found.passage, query) and shared >= SOME_WORDS_SHARED:
        return found.cosine >= NEAR_ON_TOPIC
    least = NEAR_WITH_ALL_WORDS if shared >= 1 else NEAR_WITH_WORDS
    return shared >= MOST_WORDS_SHARED and found.cosine >= least


def _is_on_topic(passage: Passage, query: SearchQuery) -> bool:
    """Return whether a passage carries a topic, term or incident of the question's own words."""
    return not (
        set(passage.topics).isdisjoint(query.topics)
        and set(passage.terms).isdisjoint(query.terms)
        and set(passage.incidents).isdisjoint(query.incidents)
    )


def filters_of(query: SearchQuery) -> Filters:
    """Return what a passage must be to answer `query`."""
    return Filters(
        roles=query.roles,
        speakers=query.speakers,
        sources=query.sources,
        kind=query.kind,
        since=query.since,
        until=query.until,
        phrases=query.phrases,
        manners=query.manners,
        people=query.people,
        topics=query.only_topics,
        certainties=query.certainties,
        years=query.years,
        not_roles=query.not_roles,
        not_speakers=query.not_speakers,
    )


def _browsed(
    query: SearchQuery, filters: Filters, catalogue: Catalogue, store: VectorStore
) -> Results:
    if filters == Filters():
        return Results()  # nothing was asked, and nothing chosen
    hits = browse(filters, query.limit, Standing(catalogue), store)
    if not hits:
        return Results()
    facets = facets_in(store, filters)
    return Results(hits=hits, facets=facets, answering=sum(facets["manner"].values()))


def _asks_one(query: SearchQuery) -> bool:
    return len(query.people) + len(query.speakers) == 1


def _mentions(content: str, things: Iterable[str]) -> bool:
    """Return whether `content` has all words (stems) of one of the `things`."""
    stems = set(words_of(content)[0])
    wanted = (set(words_asked(thing)[0]) for thing in things)
    return any(words and words <= stems for words in wanted)


def _place(
    one: Chosen, standing: Standing, phrases: Sequence[str], packed: Mapping[str, str]
) -> Place:
    """Return where to look for the quote of a passage: with exact words, where they stand."""
    passage = one.passage
    wanted = tuple(standing.phrases_at(passage, phrases) or ())
    until = max(passage.span.end, *(place.end for place in wanted), 0)
    over = until > passage.span.end
    end = standing.turn_of(passage).end if over else until
    within = Span(passage.span.start, end)
    own = packed.get(passage.id) if within == passage.span else None
    return Place(one.content, within, until, wanted, own)


def _hits(chosen: Sequence[Chosen], quotes: Sequence[tuple[Span, float]]) -> tuple[Hit, ...]:
    """Return the hits in the order that their best sentences leave.

    The first hit's score says how much of an answer it is at all, the others' how they compare.
    """
    ranked = [one.ranked for one in chosen]
    worths = [worth for _, worth in quotes]
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
