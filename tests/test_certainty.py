"""How sure words are: by a person, by two decodes, by one, or by the page alone."""

from __future__ import annotations

import pytest

from corpus.certainty import certainty_of, contested_in
from corpus.types import Certainty, Origin, Span, Text, Timing

WORDS = "The round was live."


def text_of(*agreed: bool | None, origin: Origin = Origin.ASR, doubt: str | None = None) -> Text:
    timings, start = [], 0
    for number, (word, same) in enumerate(zip(WORDS.split(), agreed, strict=False)):
        span = Span(start, start + len(word))
        timings.append(
            Timing(span=span, start_time=number, end_time=number + 1, agreed=same, doubt=doubt)
        )
        start = span.end + 1
    return Text(document_id="d", revision=1, content=WORDS, sha256="", turns=(), origin=origin,
                timings=tuple(timings))  # fmt: skip


WHOLE = Span(0, len(WORDS))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (text_of(True, True, True, True), Certainty.AGREED),
        (text_of(True, True, True, False), Certainty.CONTESTED),
        (text_of(None, None, None, None), Certainty.ONE_DECODE),
        (text_of(True, None, True, True), Certainty.ONE_DECODE),
        (text_of(True, True, True, True, doubt="repeated"), Certainty.CONTESTED),
        (text_of(origin=Origin.PAGE), Certainty.PUBLISHER),
        (text_of(None, None, None, None, origin=Origin.PUBLISHER), Certainty.PUBLISHER),
        (text_of(True, True, True, True, origin=Origin.PUBLISHER), Certainty.AGREED),
    ],
)
def test_certainty_follows_from_what_the_decodes_say(text: Text, expected: Certainty):
    assert certainty_of(text, WHOLE) is expected


def test_only_the_words_of_the_span_count():
    text = text_of(True, True, True, False)
    assert certainty_of(text, Span(0, 9)) is Certainty.AGREED
    assert [timing.span.of(WORDS) for timing in contested_in(text, WHOLE)] == ["live."]


def test_what_a_person_checked_is_checked_whatever_decodes_say():
    text = text_of(True, True, True, False)
    assert certainty_of(text, Span(4, 19), checked=[WHOLE]) is Certainty.CHECKED
    assert certainty_of(text, WHOLE, checked=[Span(4, 19)]) is Certainty.CONTESTED
