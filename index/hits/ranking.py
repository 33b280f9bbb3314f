"""What speaks for a passage besides its own likeness to the question. Pure.

The store finds candidates by meaning and by words. A passage that stands among other candidates
is about the question; one alone often only happens to use its words. The first answers come from
different places: when the best is wrong, so is what stands around it. Below them it is the other
way: what stands around them is likelier an answer than what is found alone. What is weighed here,
and what was tried and left out, is in `tests/bench/retrieval.py`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from corpus.types import Certainty, Manner, Passage
from index.embed import Vectors
from index.engine.bm25 import stems_of, words_asked
from index.engine.points import Found
from index.passages import count_words, sentences_in

CANDIDATES = 100  # passages asked of the store: among fewer, neighbours are missed
WORD_WEIGHT = 0.25  # shared words against likeness of meaning, where both are absolute

_BY_WORDS = 0.5  # the part that words have in a passage's own worth, the rest has meaning
_SURROUNDINGS = 0.6  # of the worth of what stands around it, against its own
_TOGETHER = 0.4  # of the question's words that are in it or near it
_FOLLOWING = 0.2  # of the pairs of words of the question that follow each other in it too
_CLOSE = 12  # characters between two words that still follow each other: "checks of the gun"
_NEAR = 2500.0  # characters (some three minutes) at which surroundings count a third
_ASKING = 0.15  # taken off what only asks: an interviewer repeats the question best of all
_FIRST = 3  # answers that had better come from different places
_ELSEWHERE = 0.4  # taken off one of these that stands right beside an answer above it
_BESIDE = 0.2  # added to one further down for each of these that it stands right beside
_SENTENCE = 0.05  # of its best sentence, among passages that are shown
_SURE = {Certainty.CHECKED: 0.05, Certainty.CONTESTED: -0.05}
_PARAPHRASED = 0.05  # taken off what somebody else put into words
_ON_TOPIC = 0.15  # of the share of what the question names that a passage is about

_WORD = re.compile(r"\w+")

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its vector and the stems of its words."""

    text: str
    vector: Vectors
    terms: frozenset[int]
    # words that name something of the vocabulary: ids of the topics, terms and incidents they name
    about: Mapping[int, frozenset[str]] = field(default_factory=dict)

    @property
    def is_bare(self) -> bool:
        """Whether every word of the question names something of the vocabulary."""
        return bool(self.about) and len(self.about) == len(self.terms)

    def carried(self, passage: Passage) -> float:
        """Return the share of the things that the question names that a passage is about."""
        if not self.about:
            return 0.0
        tags = {*passage.topics, *passage.terms, *passage.incidents}
        return sum(not tags.isdisjoint(ids) for ids in self.about.values()) / len(self.about)

    def is_about(self, passage: Passage) -> bool:
        """Return whether a passage is about one of the things it names, or it names none."""
        return not self.about or self.carried(passage) > 0

    def is_all_in(self, words: str, around: Collection[str]) -> bool:
        """Return whether `words` have some of the question's, and their setting names the rest.

        Args:
            words: of a passage.
            around: ids of what its document is about.
        """
        missing = self.terms - stems_of(words)
        named = (self.about.get(stem, frozenset()) for stem in missing)
        return len(missing) < len(self.terms) and all(not ids.isdisjoint(around) for ids in named)

    def shared(self, words: str) -> float:
        """Return the share of the question's words (stems, no stop words) that are in `words`."""
        if not self.terms:
            return 0.0
        return len(self.terms & stems_of(words)) / len(self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A candidate and what speaks for it, every part 0..1 but `other`."""

    found: Found
    worth: float  # all parts, weighed: only good for comparing answers to one question
    own: float  # by meaning and words, the best candidate 1
    surroundings: float  # worth of the candidates around it, the best 1
    together: float  # share of the question's words that are in it or near it
    following: float = 0.0  # share of the question's pairs of words that follow each other in it
    other: float  # certainty and manner added, questions taken off
    shared: float  # share of the question's words in the passage itself
    on_topic: float = 0.0  # share of what the question names that the passage is about
    place: float = 0.0  # what standing beside better answers takes off or adds
    settled: float = 0.0  # what `settling.py` takes off or adds
    replies: float = 0.0  # likeness of the question that it replies to, where that was asked

    @property
    def level(self) -> float:
        """How much of an answer it is at all, 0..1: the same in a small archive and a large."""
        likeness = max(0.0, self.found.cosine, self.replies)
        return min(1.0, (likeness + WORD_WEIGHT * self.shared) / (1 + WORD_WEIGHT))


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each part counts; other values are for measuring what each is good for."""

    by_words: float = _BY_WORDS
    surroundings: float = _SURROUNDINGS
    together: float = _TOGETHER
    following: float = _FOLLOWING
    asking: float = _ASKING
    document: float = 0.0  # of the document's best passages: measured, no help
    near: float = _NEAR
    first: int = _FIRST
    elsewhere: float = _ELSEWHERE
    beside: float = _BESIDE
    sure: dict[Certainty, float] = field(default_factory=lambda: dict(_SURE))
    paraphrased: float = _PARAPHRASED
    on_topic: float = _ON_TOPIC


def rank(
    question: Asked, candidates: Iterable[Found], weights: Weights | None = None
) -> list[Ranked]:
    """Return the candidates of one search with their worth, best first.

    Equal ones stand in the order of the store's own score and then of their ids.
    """
    found = list(candidates)
    if not found:
        return []
    weights = weights or Weights()
    near = _nearness([one.passage for one in found], weights.near)
    own = _own(found, weights.by_words)
    around = _to_one(near @ own)
    held = _terms_held(question, [one.passage.content for one in found])
    shared = held.mean(axis=1) if question.terms else np.zeros(len(found))
    together = _together(held, near)
    following = _following(question, [one.passage.content for one in found], held)
    document = _documents(found, own) if weights.document else np.zeros(len(found))
    other = np.array([_other(one.passage, weights) for one in found])
    on_topic = np.array([question.carried(one.passage) for one in found])
    worth = (
        own
        + weights.surroundings * around
        + weights.together * together
        + weights.following * following
        + weights.document * document
        + weights.on_topic * on_topic
        + other
    )
    ranked = [
        Ranked(
            found=one,
            worth=float(worth[at]),
            own=float(own[at]),
            surroundings=float(around[at]),
            together=float(together[at]),
            following=float(following[at]),
            other=float(other[at]),
            shared=float(shared[at]),
            on_topic=float(on_topic[at]),
        )
        for at, one in enumerate(found)
    ]
    return sorted(
        ranked, key=lambda one: (-round(one.worth, 5), -one.found.score, one.found.passage.id)
    )


def spread(ranked: Sequence[Ranked], weights: Weights | None = None) -> list[Ranked]:
    """Return the passages that answer, best first, the first few from different places.

    Their worth is changed so that it still falls from each to the next.

    Args:
        ranked: in the order of `rank`, without what is not to be shown.
        weights: how much places count.
    """
    weights = weights or Weights()
    worth = np.array([one.worth for one in ranked])
    nearest, around = np.zeros(len(ranked)), np.zeros(len(ranked))
    rest = list(range(len(ranked)))
    changed: dict[int, float] = {}  # in the new order
    lowest = np.inf
    while rest and len(changed) < weights.first:
        left = worth - weights.elsewhere * nearest
        best = max(rest, key=lambda at: (round(float(left[at]), 5), -at))
        rest.remove(best)
        changed[best] = lowest = min(lowest, float(left[best]))
        beside = _beside(ranked, best, weights.near)
        nearest, around = np.maximum(nearest, beside), around + beside
    raised = worth + weights.beside * around
    over = max((float(raised[at]) - lowest for at in rest), default=0.0)
    rest.sort(key=lambda at: (-round(float(raised[at]), 5), at))
    changed |= {at: float(raised[at]) - max(0.0, over) for at in rest}
    return [
        replace(ranked[at], worth=value, place=value - ranked[at].worth)
        for at, value in changed.items()
    ]


def by_best_sentence(ranked: Sequence[Ranked], likeness: Sequence[float]) -> list[int]:
    """Return the order of passages once the likeness of their best sentences is known.

    Args:
        ranked: the passages to be shown.
        likeness: of each, what its best sentence is worth.
    """
    best = sentence_parts(likeness)
    worth = [one.worth + best[at] for at, one in enumerate(ranked)]
    return sorted(range(len(ranked)), key=lambda at: (-round(worth[at], 5), at))


def sentence_parts(likeness: Sequence[float]) -> list[float]:
    """Return what its best sentence adds to the worth of each passage that is shown."""
    if not likeness:
        return []
    return [_SENTENCE * float(part) for part in _min_to_max(np.asarray(likeness, dtype=float))]


@lru_cache(maxsize=2048)
def share_asking(words: str) -> float:
    """Return the share of the words that are in questions: who asks does not answer."""
    if "?" not in words:
        return 0.0
    asking = sum(
        count_words(said) for said in sentences_in(words) if said.rstrip('”"’ ').endswith("?")
    )
    return asking / max(1, count_words(words))


def _own(found: Sequence[Found], by_words: float) -> Numbers:
    meaning = _min_to_max(np.array([one.cosine for one in found], dtype=float))
    words = _to_one(np.array([one.lexical for one in found], dtype=float))
    if not words.any():
        return meaning
    return _to_one((1 - by_words) * meaning + by_words * words)


def _nearness(passages: Sequence[Passage], near: float) -> Numbers:
    """Return for each pair how near they stand in one document, 0 for others and itself."""
    names = {document: at for at, document in enumerate({one.document_id for one in passages})}
    document = np.array([names[one.document_id] for one in passages])
    start = np.array([one.span.start for one in passages], dtype=float)
    apart = np.abs(start[:, None] - start[None, :])
    nearness: Numbers = np.exp(-apart / near) * (document[:, None] == document[None, :])
    np.fill_diagonal(nearness, 0.0)
    return nearness


def _beside(ranked: Sequence[Ranked], chosen: int, near: float) -> Numbers:
    """Return how near each stands to the chosen one, which is 1 itself; 0 in other documents."""
    passages = [one.found.passage for one in ranked]
    start, document = passages[chosen].span.start, passages[chosen].document_id
    apart = np.array([abs(one.span.start - start) for one in passages], dtype=float)
    same = np.array([one.document_id == document for one in passages])
    nearness: Numbers = np.exp(-apart / near) * same
    return nearness


def _terms_held(question: Asked, contents: Sequence[str]) -> Numbers:
    """Return 1 where a content (row) has a word of the question (column), else 0."""
    terms = sorted(question.terms)
    stems = [stems_of(content) for content in contents]
    return np.array([[term in held for term in terms] for held in stems], dtype=float)


def _together(terms: Numbers, near: Numbers) -> Numbers:
    """Return for each the mean over the question's words: 1 inside, less the further away.

    A word that nearly all candidates have counts little: it tells none from another.
    """
    if not terms.size:
        return np.zeros(len(terms))
    having = terms.sum(axis=0)
    telling = np.log(1 + (len(terms) - having + 0.5) / (having + 0.5))  # BM25's idf, among these
    close = near + np.eye(len(terms))
    nearest = np.array([(close * column[None, :]).max(axis=1) for column in terms.T])
    together: Numbers = telling @ nearest / telling.sum()
    return together


def _following(question: Asked, contents: Sequence[str], held: Numbers) -> Numbers:
    """Return for each the share of the question's neighbouring words that follow each other."""
    asked = [stem for word in _WORD.findall(question.text.lower()) if (stem := _stem(word))]
    pairs = {(one, other) for one, other in pairwise(asked) if one != other}
    following = np.zeros(len(contents))
    if not pairs:
        return following
    leading = {one for one, _ in pairs}
    # Words with one stem begin alike: only these are looked at.
    openings = sorted({word[:2] for word in _WORD.findall(question.text.lower())})
    alike = re.compile(rf"\b(?:{'|'.join(openings)})\w*")
    for at, content in enumerate(contents):
        if held[at].sum() < 2:
            continue
        words = [(one, _stem(one.group())) for one in alike.finditer(content.lower())]
        found = {
            (stem, other)
            for number, (word, stem) in enumerate(words)
            if stem in leading
            for later, other in words[number + 1 : number + 4]
            if later.start() - word.end() <= _CLOSE
        }
        following[at] = len(pairs & found) / len(pairs)
    return following


@lru_cache(maxsize=20_000)
def _stem(word: str) -> int | None:
    """Return the number of a word's stem, None of a word that says nothing by itself."""
    stems = words_asked(word)[0]
    return stems[0] if stems else None


def _documents(found: Sequence[Found], own: Numbers) -> Numbers:
    best: dict[str, list[float]] = {}
    for one, worth in zip(found, own, strict=True):
        best.setdefault(one.passage.document_id, []).append(float(worth))
    sums = {key: sum(sorted(some, reverse=True)[:10]) for key, some in best.items()}
    return _to_one(np.array([sums[one.passage.document_id] for one in found]))


def _other(passage: Passage, weights: Weights) -> float:
    sure = weights.sure.get(passage.certainty, 0.0)
    paraphrased = weights.paraphrased if passage.manner is Manner.REPORTED else 0.0
    return sure - paraphrased - weights.asking * share_asking(passage.content)


def _to_one(values: Numbers) -> Numbers:
    highest = float(values.max(initial=0.0))
    return values / highest if highest > 0 else np.zeros(len(values))


def _min_to_max(values: Numbers) -> Numbers:
    low, high = float(values.min()), float(values.max())
    return (values - low) / (high - low) if high > low else np.ones(len(values))
