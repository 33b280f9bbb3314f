"""What the second decode says of the words, and of a publisher's transcript."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from corpus.settings import load_settings
from corpus.types import Origin, Transcript, Word
from ingest.sound.secondhearing import agree, check_published, reads_english, serves
from ingest.transcribe import TranscribeOptions
from tests.bench.accuracy import SHARED
from tests.bench.agreement import measure, total
from tests.bench.silence import around_speech
from tests.builders import said

shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")

TALK = (
    "I was asked to look after every gun on that set and I never let one out of my hands unless "
    "the assistant director had called it cold and two people had looked down the barrel with me"
)
OTHER_TALK = (
    "Our guest today grows apples in a valley where it rains in June and the bees come late so "
    "we talked about frost and about money and whether her sons will want the orchard one day"
)


def published(*turns: tuple[str, str], **options) -> Transcript:
    return replace(said(*turns, **options), origin=Origin.PUBLISHER, model=None)


def test_words_are_marked_and_the_second_model_is_named() -> None:
    first = said((None, "there were live rounds"), (None, "on that set"))
    second = replace(said((None, "there were blank rounds on that set")), model="other")
    agreed = agree(first, second)
    assert [segment.text for segment in agreed.segments] == [
        "there were live rounds",
        "on that set",
    ]
    assert [word.other for word in agreed.words if word.agreed is False] == ["blank"]
    assert ("second_decode", "other") in agreed.settings


def test_a_publishers_words_are_checked_and_keep_their_labels() -> None:
    checked = check_published(published(("Ines", TALK)), said((None, TALK.replace("cold", "hot"))))
    assert checked.refused is None
    words = checked.transcript.words
    assert [(w.text, w.other) for w in words if w.agreed is False] == [("cold", "hot")]
    assert {word.speaker for word in words} == {"Ines"}
    assert checked.transcript.origin is Origin.PUBLISHER
    assert ("checked_with", "test") in checked.transcript.settings


def test_a_transcript_of_another_episode_is_refused_with_the_share_it_has() -> None:
    checked = check_published(published(("Ines", OTHER_TALK)), said((None, TALK)))
    assert checked.refused == "it shares 0 % of its words with the recording"


def test_a_recognisers_many_errors_refuse_no_transcript() -> None:
    heard = " ".join(
        "mumble" if place % 5 == 4 else word for place, word in enumerate(TALK.split())
    )
    assert check_published(published(("Ines", TALK)), said((None, heard))).refused is None


@pytest.mark.parametrize("heard", ["", "only these"])
def test_too_few_words_refuse_nothing_and_say_so(heard: str) -> None:
    checked = check_published(published(("Ines", TALK)), said((None, heard)))
    assert checked.refused is None
    assert all(word.agreed is None for word in checked.transcript.words)
    assert "too few words" in checked.transcript.warnings[-1]


def guessed(transcript: Transcript) -> Transcript:
    segments = tuple(
        replace(segment, words=tuple(replace(word, estimated=True) for word in segment.words))
        for segment in transcript.segments
    )
    return replace(transcript, segments=segments)


def test_guessed_times_become_the_times_of_the_recording() -> None:
    heard = said((None, TALK.replace("assistant director", "mumble mumble")), start=30.0)
    checked = check_published(guessed(published(("Ines", TALK), pace=0.1)), heard)
    words, times = checked.transcript.words, heard.words
    assert words[0].start_time == times[0].start_time
    assert words[-1].end_time == times[-1].end_time
    assert [word.text for word in words if word.estimated] == ["assistant", "director"]
    starts = [word.start_time for word in words]
    assert starts == sorted(starts)
    place = [word.text for word in words].index("assistant")
    assert times[place].start_time <= words[place].start_time < words[place + 1].start_time
    assert words[place + 1].end_time <= times[place + 2].start_time + 0.001
    segment = checked.transcript.segments[0]
    assert (segment.start_time, segment.end_time) == (words[0].start_time, words[-1].end_time)


def test_times_of_a_file_with_other_advertisements_are_taken_from_ours() -> None:
    heard = said((None, TALK), start=60.0)
    checked = check_published(published(("Ines", TALK)), heard)
    assert [w.start_time for w in checked.transcript.words] == [w.start_time for w in heard.words]
    assert all(word.agreed for word in checked.transcript.words)
    assert any("another file" in warning for warning in checked.transcript.warnings)


def test_a_publishers_own_times_stay_where_they_fit() -> None:
    checked = check_published(published(("Ines", TALK), start=0.5), said((None, TALK)))
    assert checked.transcript.words[0].start_time == 0.5
    assert checked.transcript.warnings == ()


def test_what_a_transcript_leaves_out_and_what_was_cut_is_said() -> None:
    spot = "this show is brought to you by a mattress that remembers you " * 2
    half = len(TALK.split()) // 2
    first, last = " ".join(TALK.split()[:half]), " ".join(TALK.split()[half:])
    whole, short = f"{first} {spot} {last}", f"{first} {last}"
    checked = check_published(published(("Ines", short)), said((None, whole)))
    assert "about 24 words are heard that" in checked.transcript.warnings[0]
    word = checked.transcript.words[half - 1]
    assert word.agreed is False
    assert word.other == f"{word.text} {spot.strip()}", "nothing that was heard is lost"
    checked = check_published(published(("Ines", whole)), said((None, short)))
    assert "about 24 words of the publisher's" in checked.transcript.warnings[0]


@shared
@pytest.mark.slow
def test_agreed_words_are_right_and_errors_lie_among_the_contested() -> None:
    options = TranscribeOptions(cache_dir=load_settings().cache_dir)
    recordings = [SHARED / "interview" / "interview_a", SHARED / "sample" / "sample"]
    rows = [
        measure(name.with_suffix(".flac"), name.with_suffix(".stm"), options, "tiny.en")
        for name in recordings
    ]
    both = total("both", rows)
    # Measured: 0.912, 0.027, 0.576 and 0.084.
    assert both.coverage >= 0.90
    assert both.error <= 0.035
    assert both.caught >= 0.55
    assert both.wer <= 0.09


@shared
@pytest.mark.slow
def test_nothing_is_invented_behind_a_telephone_call(tmp_path: Path) -> None:
    assert around_speech(tmp_path).unmarked == 0


def test_which_models_serve_which_language() -> None:
    assert serves("tiny.en", "en")
    assert not serves("tiny.en", "de")
    assert not serves("tiny.en", None)
    assert not serves("/models/small.en", "fr")
    assert serves("base", "de")
    assert serves("base", None)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (TALK, True),
        (OTHER_TALK, True),
        ("Ich war für jede Waffe an dem Set verantwortlich, und das war in der Nacht so.", False),
        ("J'étais responsable de toutes les armes sur le plateau et je les ai gardées.", False),
        ("Ik was op die set verantwoordelijk voor elk wapen en dat is of was de regel.", False),
    ],
)
def test_a_text_says_whether_it_is_english(text: str, english: bool) -> None:
    words = [Word(text=word, start_time=0.0, end_time=0.0) for word in text.split()]
    assert reads_english(words) is english
