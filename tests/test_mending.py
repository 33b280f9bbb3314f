"""What is decoded again, how often, and what becomes of it. Decodes are written by hand."""

from __future__ import annotations

import pytest

from corpus.types import Segment, Word
from ingest.sound.guards import OVER_SILENCE, REPEATED
from ingest.sound.mending import mend


def segment(text: str, start: float, *, pace: float = 0.3) -> Segment:
    words = tuple(
        Word(text=word, start_time=start + pace * place, end_time=start + pace * (place + 1))
        for place, word in enumerate(text.split())
    )
    return Segment(words=words, start_time=words[0].start_time, end_time=words[-1].end_time)


class Again:
    """Stands in for the recogniser: another decode for each way, and what was asked."""

    def __init__(self, *ways: list[Segment]) -> None:
        self.ways = ways
        self.asked: list[tuple[float, float, int]] = []

    def __call__(self, piece: tuple[float, float], way: int) -> list[Segment]:
        self.asked.append((round(piece[0], 2), round(piece[1], 2), way))
        return self.ways[way] if way < len(self.ways) else []


def texts(segments) -> list[str]:
    return [each.text for each in segments]


def test_what_is_right_is_not_decoded_again() -> None:
    again = Again()
    mended = mend([segment("cold gun on set", 0.0)], [(0.0, 1.2)], 60.0, again)
    assert texts(mended.segments) == ["cold gun on set"]
    assert (again.asked, mended.places, mended.warnings) == ([], 0, ())


def test_lost_speech_is_heard_the_second_time() -> None:
    before, after = segment("cold gun", 0.0), segment("on set", 20.0)
    speech = [(0.0, 0.6), (10.0, 13.0), (20.0, 20.6)]
    again = Again([segment("nobody had checked it then", 10.0, pace=0.6)])
    mended = mend([before, after], speech, 30.0, again)
    assert texts(mended.segments) == ["cold gun", "nobody had checked it then", "on set"]
    assert again.asked == [(9.5, 13.5, 0)]
    assert mended.warnings == ("in 1 places the first words could not be right: 0 words became 5",)


def test_a_loop_is_replaced_by_the_first_way_that_has_none() -> None:
    loop = segment("of course " * 6, 5.0)
    looping = segment("yes yes " * 6, 5.0)
    heard = segment("of course he asked me to check", 5.0, pace=0.5)
    around = segment("well then", 0.0), segment("so it was", 15.0)
    again = Again([looping], [heard])
    speech = [(0.0, 0.6), (5.0, 8.6), (15.0, 15.9)]
    mended = mend([around[0], loop, around[1]], speech, 60.0, again)
    assert texts(mended.segments) == ["well then", heard.text, "so it was"]
    assert [way for _, _, way in again.asked] == [0, 1]


def test_what_fails_every_time_is_kept_and_marked() -> None:
    loop = segment("of course " * 6, 5.0)
    again = Again([loop], [loop])
    mended = mend([loop], [(5.0, 8.6)], 60.0, again)
    assert texts(mended.segments) == [loop.text]
    assert {word.doubt for word in mended.words} == {REPEATED}
    assert mended.warnings == ()


def test_words_over_silence_that_are_not_heard_again_are_gone_and_counted() -> None:
    invented = segment("and that was all", 20.0)
    mended = mend([segment("cold gun", 0.0), invented], [(0.0, 0.6)], 60.0, Again())
    assert texts(mended.segments) == ["cold gun"]
    assert "4 words became 0" in mended.warnings[0]
    again = Again([invented], [invented])
    mended = mend([segment("cold gun", 0.0), invented], [(0.0, 0.6)], 60.0, again)
    assert [word.doubt for word in mended.words] == [None] * 2 + [OVER_SILENCE] * 4


def test_only_words_inside_the_stretch_are_taken() -> None:
    before, after = segment("cold gun", 0.0), segment("on set", 20.0)
    again = Again([segment("gun", 0.2), segment("nobody had checked", 10.0, pace=1.0),
                   segment("on set", 20.0)])  # fmt: skip
    mended = mend([before, after], [(0.0, 0.6), (10.0, 13.0), (20.0, 20.6)], 30.0, again)
    assert texts(mended.segments) == ["cold gun", "nobody had checked", "on set"]


def test_a_recording_that_is_wrong_everywhere_is_not_decoded_over_and_over() -> None:
    loops = [segment(f"he{place} " * 8, 10.0 * place) for place in range(400)]
    speech = [(10.0 * place, 10.0 * place + 2.4) for place in range(400)]
    # A sound segment between any two, so that the stretches are not joined.
    mixed = [
        each
        for place, loop in enumerate(loops)
        for each in (loop, segment("so it was", 10.0 * place + 5.0))
    ]
    speech = sorted(speech + [(10.0 * place + 5.0, 10.0 * place + 5.9) for place in range(400)])
    again = Again(loops, loops)
    mended = mend(mixed, speech, 4_000.0, again)
    assert sum(end - start for start, end, way in again.asked if way == 0) <= 1_000
    assert sum(word.doubt == REPEATED for word in mended.words) == 3_200


@pytest.mark.parametrize("speech", [[], [(0.0, 5.0)]])
def test_nothing_at_all_can_be_mended(speech) -> None:
    again = Again()
    assert mend([], speech, 5.0, again).segments == ()
    assert len(again.asked) == 2 * len(speech)
