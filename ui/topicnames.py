"""Which topic somebody means: by id, name or any spelling of the vocabulary. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator

from corpus.errors import NotFoundError
from corpus.topics import Subject, Topic

_LONGEST = 200  # characters of a name that are looked at
_MOST_NAMED = 6  # topics in one message


def find_topic(named: str, subject: Subject) -> Topic:
    """Return the one topic called so.

    An id or a whole name comes before a spelling, a spelling before a beginning, case and hyphens
    apart.

    Raises:
        NotFoundError: none, or several; names near ones.
    """
    wanted = _fold(named[:_LONGEST])
    for ways in (_is_called, _is_spelled, _has_word):
        found = [each for each in subject.topics.values() if wanted and ways(each, wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFoundError(
                f"one topic called {named[:80]}",
                cause=f"{len(found)} are: {_listed(found)}",
                remedy="give the id of one",
            )
    near = near_topics(named, subject)
    raise NotFoundError(
        f"a topic called {named[:80]}",
        cause=f"the nearest are {_listed(near)}" if near else "",
        remedy="onrecord topics lists all",
    )


def near_topics(named: str, subject: Subject) -> list[Topic]:
    """Return topics with words like those of `named`, the nearest first."""
    wanted = set(_fold(named[:_LONGEST]).split())
    scored = [(_nearness(wanted, each), each) for each in subject.topics.values()]
    best = sorted((one for one in scored if one[0] > 0), key=lambda one: (-one[0], one[1].id))
    return [topic for _, topic in best[:_MOST_NAMED]]


def _nearness(wanted: set[str], topic: Topic) -> float:
    own = {word for called in (*_called(topic), *_spellings(topic)) for word in called.split()}
    return sum(_likest(word, own) for word in wanted if len(word) > 2)


def _likest(word: str, own: Iterable[str]) -> float:
    close = difflib.get_close_matches(word, own, n=1, cutoff=0.75)
    return difflib.SequenceMatcher(None, word, close[0]).ratio() if close else 0.0


def _is_called(topic: Topic, wanted: str) -> bool:
    return wanted in _called(topic)


def _is_spelled(topic: Topic, wanted: str) -> bool:
    return wanted in _spellings(topic)


def _has_word(topic: Topic, wanted: str) -> bool:
    return len(wanted) > 2 and any(f" {wanted}" in f" {each}" for each in _called(topic))


def _called(topic: Topic) -> tuple[str, str]:
    return _fold(topic.id), _fold(topic.name)


def _spellings(topic: Topic) -> set[str]:
    return set(_spelled(topic))


def _spelled(topic: Topic) -> Iterator[str]:
    for pattern in (*topic.evidence.strong, *topic.evidence.in_setting):
        for words in pattern.spellings():
            yield _fold(" ".join(words))
            yield _fold(" ".join([*words[:-1], f"{words[-1]}s"]))


def _fold(name: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", name.casefold()))


def _listed(topics: Iterable[Topic]) -> str:
    some = list(topics)
    listed = ", ".join(f"{each.id} ({each.name})" for each in some[:_MOST_NAMED])
    return listed + (" …" if len(some) > _MOST_NAMED else "")
