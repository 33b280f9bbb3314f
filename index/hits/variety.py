"""Which of the passages that answer are shown: the same words once, and no mouth too often. Pure.

Eight quotes from one turn are one answer, and so are eight papers that print one statement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from corpus.types import Certainty, Hit, Passage
from index.hits.duplicates import Wording, wording_of
from index.hits.ranking import Ranked

_NEIGHBOUR = 400  # characters: hits nearer than this in a document say one thing
_SURENESS = {certainty: place for place, certainty in enumerate(Certainty)}
_LIKE_LENGTH = 0.75
_MOST_ALSO = 20  # places named beside a quote


@dataclass(slots=True)
class Chosen:
    """A passage to be shown, and where its words stand as well."""

    ranked: Ranked
    content: str  # of its document, as it is read
    wording: Wording
    also: list[Passage] = field(default_factory=list)

    @property
    def passage(self) -> Passage:
        """The passage."""
        return self.ranked.found.passage

    def fold(self, ranked: Ranked, content: str) -> None:
        """Name another place of the words beside this one, or this one beside a better place."""
        other = ranked.found.passage
        if _place_worth(other) < _place_worth(self.passage):
            other, self.ranked, self.content = self.passage, ranked, content
        if other.document_id == self.passage.document_id:
            self.also = [one for one in self.also if one.document_id != other.document_id]
        elif len(self.also) < _MOST_ALSO:
            named = {one.document_id for one in self.also}
            self.also += [other] if other.document_id not in named else []


@dataclass(slots=True)
class Variety:
    """The choice as it grows.

    Attributes:
        limit: passages to be shown.
        read: the content of a passage's document, None where its words stand no more.
        one_voice: one person was asked for: more of theirs is what is wanted.
    """

    limit: int
    read: Callable[[Passage], str | None]
    one_voice: bool = False
    chosen: list[Chosen] = field(default_factory=list)
    _mouths: Counter[tuple[str, str]] = field(default_factory=Counter)
    _people: Counter[str] = field(default_factory=Counter)

    def choose(self, ranked: Iterable[Ranked]) -> list[Chosen]:
        """Return the passages to show, in the order of `ranked`."""
        passed: list[tuple[Ranked, Wording]] = []
        for one in ranked:
            if self._is_full and not self._may_be_same(one):
                continue
            wording = wording_of(one.found.passage.content)
            if self._is_folded(one, wording) or any(other.is_of(wording) for _, other in passed):
                continue
            if self._fits(one.found.passage):
                self._take(one, wording)
            else:
                passed.append((one, wording))
        # Rather more of one person, and what stands beside an answer, than less of an answer.
        for beside in (False, True):
            for one, wording in passed:
                if self._fits(one.found.passage, any_person=True, beside=beside):
                    self._take(one, wording)
        return self.chosen

    @property
    def _is_full(self) -> bool:
        return len(self.chosen) >= self.limit

    def _may_be_same(self, ranked: Ranked) -> bool:
        """Return whether a look at the words is worth it: the same words are of like length."""
        length = len(ranked.found.passage.content)
        lengths = (len(one.passage.content) for one in self.chosen)
        return any(_LIKE_LENGTH * length <= one and _LIKE_LENGTH * one <= length for one in lengths)

    def _is_folded(self, ranked: Ranked, wording: Wording) -> bool:
        same = next((one for one in self.chosen if one.wording.is_of(wording)), None)
        if same and (content := self.read(ranked.found.passage)):
            same.fold(ranked, content)
        return same is not None

    def _fits(self, passage: Passage, *, any_person: bool = False, beside: bool = False) -> bool:
        if self._is_full or any(one.passage.id == passage.id for one in self.chosen):
            return False
        per_document = max(2, self.limit // 4) * (2 if self.one_voice else 1)
        if self._mouths[_mouth(passage)] >= per_document:
            return False
        if not beside and any(_are_neighbours(passage, one.passage) for one in self.chosen):
            return False
        person = passage.person_id
        few = self.one_voice or any_person or not person
        return few or self._people[person or ""] < max(3, self.limit // 2)

    def _take(self, ranked: Ranked, wording: Wording) -> None:
        passage = ranked.found.passage
        content = self.read(passage)
        if content is None:
            return
        self.chosen.append(Chosen(ranked, content, wording))
        self._mouths[_mouth(passage)] += 1
        self._people[passage.person_id or ""] += 1


def fold_quotes(hits: Iterable[Hit], words: Mapping[str, str]) -> list[Hit]:
    """Fold into a better hit those whose quote says nothing that it does not say, or says all.

    A paper prints a sentence or two of what somebody said at length elsewhere.

    Args:
        hits: best first.
        words: what each quotes, by the id of its passage.
    """
    kept: list[tuple[Hit, Wording]] = []
    for hit in hits:
        wording = wording_of(words[hit.passage.id])
        same = next((at for at, (_, one) in enumerate(kept) if _overlap(one, wording)), None)
        if same is None:
            kept.append((hit, wording))
            continue
        better, said = kept[same]
        named = {better.passage.document_id, *(one.document_id for one in better.also)}
        also = [one for one in (hit.passage, *hit.also) if one.document_id not in named]
        kept[same] = (replace(better, also=(*better.also, *also)[:_MOST_ALSO]), said)
    return [hit for hit, _ in kept]


def _overlap(one: Wording, other: Wording) -> bool:
    return one.holds(other) or other.holds(one)


def _place_worth(passage: Passage) -> tuple[bool, int, float]:
    """Order the places of the same words: somebody's, the surest words, where they came first."""
    published = passage.published.timestamp() if passage.published else float("inf")
    return (passage.person_id is None, _SURENESS[passage.certainty], published)


def _mouth(passage: Passage) -> tuple[str, str]:
    return (passage.document_id, passage.person_id or passage.speaker)


def _are_neighbours(one: Passage, other: Passage) -> bool:
    if _mouth(one) != _mouth(other):
        return False
    first, last = sorted((one.span, other.span))
    return last.start - first.end < _NEIGHBOUR
