"""What replies to a question that somebody in the archive asked as the reader asks it.

"The armorer and nobody else." has few words of the question that it answers: the question does.
What answers is the reply, in its own words; its question only shows where it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from corpus.types import Passage
from index.engine.points import Found, VectorStore
from index.filters import Filters
from index.hits.hosting import ends_asking, only_leads
from index.hits.ranking import WORD_WEIGHT, Asked

_LIKE = 0.6  # cosine and `WORD_WEIGHT` of the share of words: the same question
_MOST_WORDS = 0.75
_MOST = 6  # questions of the archive that are looked at
_WIDTH = 40  # passages of anybody among which they are looked for
_BESIDE = 8 * _MOST  # passages that may begin right behind them
_GAP = 60  # characters between a question and its reply: "Right." is no passage


@dataclass(frozen=True, slots=True)
class Replies:
    """Replies to what was asked as the reader asks.

    Attributes:
        found: those that the search itself did not find.
        asked: questions of people whose words are not looked for, only for the place they have.
        to: id of a question → id of its reply.
        likeness: id of a reply → cosine of its question to the reader's.
    """

    found: tuple[Found, ...] = ()
    asked: tuple[Found, ...] = ()
    to: dict[str, str] = field(default_factory=dict)
    likeness: dict[str, float] = field(default_factory=dict)


def find_replies(
    question: Asked, found: Sequence[Found], filters: Filters, store: VectorStore
) -> Replies:
    """Return what replies to the archive's own questions that are like `question`.

    Args:
        question: the reader's.
        found: what a search with `filters` found.
        filters: what a reply must be; who asks it need not be so.
        store: where to look.
    """
    if filters.phrases:
        return Replies()
    anybody = _of_anybody(filters)
    if anybody != filters:
        found_too = store.search(
            question.vector, question.text, anybody, _WIDTH, worth_reading=ends_asking
        )
    else:
        found_too = [one for one in found if ends_asking(one.passage.content)]
    asking = [one for one in found_too if _is_asked(question, one)]
    asking = sorted(asking, key=lambda one: -one.cosine)[:_MOST]
    if not asking:
        return Replies()
    ends = [(one.passage.document_id, one.passage.span.end) for one in asking]
    following = tuple((document, end, end + _GAP) for document, end in ends)
    within = replace(filters, after=following)
    beside = store.search(question.vector, question.text, within, _BESIDE)
    known = {one.passage.id for one in found}
    replies = Replies()
    new: dict[str, Found] = {}
    for one in asking:
        reply = _reply(one.passage, beside)
        if reply is None:
            continue
        reply_id = reply.passage.id
        replies.to[one.passage.id] = reply_id
        replies.likeness[reply_id] = max(one.cosine, replies.likeness.get(reply_id, -1.0))
        if reply_id not in known:
            new[reply_id] = reply
    asked = [one for one in asking if one.passage.id in replies.to and one.passage.id not in known]
    return replace(replies, found=tuple(new.values()), asked=tuple(asked))


def _of_anybody(filters: Filters) -> Filters:
    return replace(filters, roles=(), speakers=(), people=(), manners=(), certainties=(), topics=())


def _is_asked(question: Asked, found: Found) -> bool:
    """Return whether a passage that ends asking asks what the reader asks, of the same thing."""
    shared = question.shared(found.passage.content)
    of_it = shared >= _MOST_WORDS or question.is_about(found.passage)
    return of_it and found.cosine + WORD_WEIGHT * shared >= _LIKE


def _reply(asked: Passage, beside: Iterable[Found]) -> Found | None:
    after = [
        one
        for one in beside
        if one.passage.document_id == asked.document_id
        and 0 <= one.passage.span.start - asked.span.end <= _GAP
        and _voice(one.passage) != _voice(asked)
    ]
    first = min(after, key=lambda one: one.passage.span.start, default=None)
    return None if first is None or only_leads(first.passage) else first


def _voice(passage: Passage) -> str:
    return passage.person_id or passage.speaker
