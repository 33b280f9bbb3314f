from itertools import pairwise

import pytest

from corpus.types import Segment, Word
from ingest.sound.pieces import find_stretches, plan_pieces, tidy


def segment(*words: tuple[str, float, float]) -> Segment:
    made = tuple(Word(text=text, start_time=start, end_time=end) for text, start, end in words)
    return Segment(words=made, start_time=made[0].start_time, end_time=made[-1].end_time)


def test_speech_goes_on_over_short_pauses_only() -> None:
    answers = [0.0] * 10 + [0.9] * 10 + [0.1] * 3 + [0.9] * 7 + [0.1] * 20 + [0.6] * 10
    assert find_stretches(answers, 0.1) == (
        (pytest.approx(1.0), pytest.approx(3.0)),
        (pytest.approx(5.0), pytest.approx(6.0)),
    )


def test_a_click_is_not_speech() -> None:
    assert find_stretches([0.0, 0.9, 0.0] + [0.0] * 20, 0.1) == ()


def test_a_short_recording_is_one_piece_around_its_speech() -> None:
    assert plan_pieces([(5.0, 8.0), (20.0, 30.0)], 60.0, longest=100.0) == ((4.0, 31.0),)


def test_a_long_recording_is_cut_at_its_longest_late_silence() -> None:
    speech = [(0.0, 20.0), (29.0, 60.0), (61.0, 70.0), (75.0, 90.0), (91.0, 150.0)]
    pieces = plan_pieces(speech, 151.0, longest=100.0)
    assert pieces == ((0.0, 71.0), (74.0, 151.0))


@pytest.mark.parametrize("longest", [7.0, 30.0, 600.0])
def test_pieces_hold_all_speech_once_and_are_not_too_long(longest: float) -> None:
    speech = [(i * 11.0, i * 11.0 + 3 + i % 7) for i in range(200)]
    pieces = plan_pieces(speech, 2210.0, longest=longest)
    assert all(end - start <= longest + 2 for start, end in pieces)
    assert all(a[1] <= b[0] for a, b in pairwise(pieces))
    inside = sum(
        max(0.0, min(end, right) - max(start, left))
        for start, end in speech
        for left, right in pieces
    )
    assert inside == pytest.approx(sum(end - start for start, end in speech))


def test_speech_without_a_pause_is_cut_by_the_clock() -> None:
    pieces = plan_pieces([(0.0, 250.0)], 250.0, longest=100.0)
    assert pieces == ((0.0, 100.0), (100.0, 200.0), (200.0, 250.0))


def test_times_never_go_backwards_and_stay_in_the_recording() -> None:
    tidied = list(
        tidy(
            [
                segment(("a", 1.0, 2.0), ("b", 1.5, 1.2), ("c", 1.4, 3.0)),
                segment(
                    ("d", 2.5, 9.9),
                ),
            ],
            [(0.0, 10.0)],
            5.0,
        )
    )
    words = [word for part in tidied for word in part.words]
    times = [time for word in words for time in (word.start_time, word.end_time)]
    assert times == sorted(times)
    assert times[-1] <= 5.0
    assert [word.text for word in words] == ["a", "b", "c", "d"]


def test_words_where_nobody_speaks_are_left_out() -> None:
    invented = segment(("Thanks", 20.0, 20.5), ("for", 20.5, 21.0), ("watching.", 21.0, 22.0))
    spoken = segment(("Cold", 1.0, 1.5), ("gun.", 1.5, 2.0))
    assert [s.text for s in tidy([spoken, invented], [(0.9, 2.1)], 30.0)] == ["Cold gun."]


def test_a_word_that_is_too_long_keeps_the_part_on_speech() -> None:
    (kept,) = tidy([segment(("well", 1.0, 9.0), ("then", 9.0, 9.4))], [(8.2, 9.5)], 30.0)
    assert (kept.words[0].start_time, kept.words[0].end_time) == (7.8, 9.0)
    (kept,) = tidy(
        [
            segment(
                ("done.", 1.0, 9.0),
            )
        ],
        [(0.0, 30.0)],
        30.0,
    )
    assert (kept.words[0].start_time, kept.words[0].end_time) == (1.0, 3.0)
