"""Which topic somebody means: by id, name or any spelling of the vocabulary. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from corpus.errors import NotFoundError
from corpus.phrases import Pattern, Phrase, Word
from corpus.topics import Subject, Topic

_LONGEST = 200  # characters of a name that are looked at
_MOST_NAMED = 6  # topics in one message
_MOST_WORDS = 12  # of a name that are compared
_ALIKE = 0.75  # of two words, by `difflib`


def find_topic(named: str, subject: Subject) -> Topic:
    """Return the one topic called so.

    An id or a whole name comes before a spelling that means nothing else, that before one that
    may, and that before words of a name; case and hyphens apart.

    Raises:
        NotFoundError: none, or several; names near ones.
    """
    names = _Names(subject)
    wanted = names.fold(named)
    for ways in (names.called, names.spelled, names.perhaps_spelled, names.worded):
        found = [each for each in subject.topics.values() if wanted and ways(each, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFoundError(
                f"one topic called {named[:80]}",
                cause=f"{len(found)} are: {_listed(found)}",
                remedy="give the id of one",
            )
    near = names.near(wanted)
    raise NotFoundError(
        f"a topic called {named[:80]}",
        cause=f"the nearest are {_listed(near)}" if near else "",
        remedy="onrecord topics lists all",
    )


class _Names:
    """The names and spellings of a vocabulary's topics, as they are compared."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    def fold(self, name: str) -> str:
        """Return a name without case, hyphens and other spellings of one word."""
        words = re.findall(r"[^\W_]+", name[:_LONGEST].casefold())
        return " ".join(self._subject.spellings.get(word, word) for word in words)

    def called(self, topic: Topic, wanted: str) -> bool:
        return wanted in self._called(topic)

    def spelled(self, topic: Topic, wanted: str) -> bool:
        return self._is_one(topic.evidence.strong, wanted)

    def perhaps_spelled(self, topic: Topic, wanted: str) -> bool:
        evidence = topic.evidence
        return self._is_one((*evidence.in_surroundings, *evidence.in_setting), wanted)

    def worded(self, topic: Topic, wanted: str) -> bool:
        return any(set(wanted.split()) <= set(each.split()) for each in self._called(topic))

    def near(self, wanted: str) -> list[Topic]:
        """Return topics with words like the wanted ones, the nearest first."""
        own = {topic.id: set(self._words(topic)) for topic in self._subject.topics.values()}
        known = set().union(*own.values())
        nearness: dict[str, float] = dict.fromkeys(own, 0.0)
        for word in sorted({word for word in wanted.split() if len(word) > 2})[:_MOST_WORDS]:
            like = _likenesses(word, known)
            for topic_id, words in own.items():
                nearness[topic_id] += max((like[each] for each in words & like.keys()), default=0)
        best = sorted((-worth, topic_id) for topic_id, worth in nearness.items() if worth)
        return [self._subject.topics[topic_id] for _, topic_id in best[:_MOST_NAMED]]

    def _called(self, topic: Topic) -> tuple[str, str]:
        return self.fold(topic.id), self.fold(topic.name)

    def _words(self, topic: Topic) -> Iterator[str]:
        for each in self._called(topic):
            yield from each.split()
        for phrase in _phrases(topic.evidence.strong):
            yield from (self._plain(word) for place in phrase for word in place)

    def _is_one(self, patterns: Iterable[Pattern], wanted: str) -> bool:
        """Say whether one of the phrases is written so, in the singular or the plural."""
        words = wanted.split()
        forms = (words, [*words[:-1], words[-1].removesuffix("s")])
        return any(
            len(phrase) == len(words)
            and any(
                all(
                    word in {self._plain(each) for each in place}
                    for word, place in zip(form, phrase, strict=True)
                )
                for form in forms
            )
            for phrase in _phrases(patterns)
        )

    def _plain(self, word: Word) -> str:
        text = word.text.casefold()
        return self._subject.spellings.get(text, text)


def _phrases(patterns: Iterable[Pattern]) -> Iterator[Phrase]:
    for pattern in patterns:
        if pattern.is_phrase:
            yield from pattern.groups[0]


def _likenesses(word: str, known: Iterable[str]) -> dict[str, float]:
    close = difflib.get_close_matches(word, known, n=12, cutoff=_ALIKE)
    return {each: difflib.SequenceMatcher(None, word, each).ratio() for each in close}


def _listed(topics: list[Topic]) -> str:
    listed = ", ".join(f"{each.id} ({each.name})" for each in topics[:_MOST_NAMED])
    return listed + (" …" if len(topics) > _MOST_NAMED else "")
