"""Which topic somebody means: by id, name or any spelling of the vocabulary. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from corpus.errors import NotFoundError
from corpus.phrases import Pattern
from corpus.topics import Subject, Topic

_LONGEST = 200  # characters of a name that are looked at
_MOST_NAMED = 6  # topics in one message
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
        return wanted in set(self._spelled(topic.evidence.strong))

    def perhaps_spelled(self, topic: Topic, wanted: str) -> bool:
        evidence = topic.evidence
        return wanted in set(self._spelled((*evidence.in_surroundings, *evidence.in_setting)))

    def worded(self, topic: Topic, wanted: str) -> bool:
        return any(set(wanted.split()) <= set(each.split()) for each in self._called(topic))

    def near(self, wanted: str) -> list[Topic]:
        """Return topics with words like the wanted ones, the nearest first."""
        words = {word for word in wanted.split() if len(word) > 2}
        scored = [(self._nearness(words, each), each) for each in self._subject.topics.values()]
        best = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1].id))
        return [topic for _, topic in best[:_MOST_NAMED]]

    def _nearness(self, wanted: set[str], topic: Topic) -> float:
        known = (*self._called(topic), *self._spelled(topic.evidence.strong))
        own = {word for called in known for word in called.split()}
        return sum(_likest(word, own) for word in wanted)

    def _called(self, topic: Topic) -> tuple[str, str]:
        return self.fold(topic.id), self.fold(topic.name)

    def _spelled(self, patterns: Iterable[Pattern]) -> Iterator[str]:
        """Yield what the phrases look like, in the singular and the plural."""
        for pattern in patterns:
            for words in pattern.spellings():
                yield self.fold(" ".join(words))
                yield self.fold(" ".join([*words[:-1], f"{words[-1]}s"]))


def _likest(word: str, own: Iterable[str]) -> float:
    close = difflib.get_close_matches(word, own, n=1, cutoff=_ALIKE)
    return difflib.SequenceMatcher(None, word, close[0]).ratio() if close else 0.0


def _listed(topics: list[Topic]) -> str:
    listed = ", ".join(f"{each.id} ({each.name})" for each in topics[:_MOST_NAMED])
    return listed + (" …" if len(topics) > _MOST_NAMED else "")
