"""Interviews in print: which paragraphs are somebody else's answers, not the byline's words.

A question-and-answer piece carries its writer's byline and another person's words. Labels at
the start of paragraphs ("Ollerby:") say whose; where there are only questions and answers
without labels, nobody is named. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_LABEL = re.compile(
    r"^(?P<label>(?:[A-Z][\w.’'&-]*)(?:\s+(?:[A-Z][\w.’'&-]*|of|the|de|van|von|la)){0,5})"
    r"\s*:\s+(?=\S)"
)
_LEAST_LABELS = 3
_MOST_NAMES = 8  # more different ones are a list of headings, not a conversation
_LEAST_QUESTIONS = 3
_QUESTION_WORDS = 60
# What stands before a colon in ordinary prose and in the furniture of a page.
_FURNITURE = (
    "note update correction photo photos source sources tip warning example step location address "
    "date time price where when what who why how related"
)
_NOT_SPEAKERS = frozenset(_FURNITURE.split())  # one word a line reads worse


@dataclass(frozen=True, slots=True)
class Answer:
    """A paragraph of an interview: its words without the label, and the label in full."""

    text: str
    label: str | None


def find_interview(paragraphs: Sequence[str]) -> list[Answer | None]:
    """Return for each paragraph what it is of an interview; None is the writer's own.

    >>> find_interview(["She rings.", "Ann Lee: One.", "Lee: Two.", "Lee: Three."])[2]
    Answer(text='Two.', label='Ann Lee')
    """
    matches = [_LABEL.match(text) for text in paragraphs]
    printed = [_plain(match) for match in matches]
    labels = [_in_full(label, printed) for label in printed]
    counts = Counter(label for label in labels if label)
    if counts.total() >= _LEAST_LABELS and _is_conversation(counts):
        return list(_labelled(paragraphs, labels))
    return list(_unlabelled(paragraphs))


def _plain(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    label = " ".join(match.group("label").split())
    return None if label.casefold() in _NOT_SPEAKERS else label


def _is_conversation(counts: Counter[str]) -> bool:
    return len(counts) <= _MOST_NAMES and max(counts.values()) >= 2


def _labelled(paragraphs: Sequence[str], labels: Sequence[str | None]) -> Iterator[Answer | None]:
    begun = False
    speaker: str | None = None
    for text, label in zip(paragraphs, labels, strict=True):
        if label:
            begun, speaker = True, label
            yield Answer(text.split(":", 1)[1].strip(), speaker)
        elif begun and _is_question(text):
            speaker = None  # the interviewer, whom many pages leave unlabelled
            yield Answer(text, None)
        else:
            yield Answer(text, speaker) if begun else None


def _in_full(label: str | None, printed: Sequence[str | None]) -> str | None:
    """Return the one longer label that ends with this one, or the label itself."""
    longer = {name for name in printed if name and name.endswith(f" {label}")}
    return longer.pop() if len(longer) == 1 else label


def _unlabelled(paragraphs: Sequence[str]) -> Iterator[Answer | None]:
    questions = [_is_question(text) for text in paragraphs]
    answered = sum(
        asked and not following
        for asked, following in zip(questions, [*questions[1:], True], strict=False)
    )
    first = questions.index(True) if any(questions) else len(paragraphs)
    is_interview = answered >= _LEAST_QUESTIONS and answered * 4 >= len(paragraphs) - first
    for place, text in enumerate(paragraphs):
        yield Answer(text, None) if is_interview and place >= first else None


def _is_question(text: str) -> bool:
    return text.rstrip('”"’ ').endswith("?") and len(text.split()) <= _QUESTION_WORDS
