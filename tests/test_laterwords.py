"""A publisher's transcript for a recording that was heard before it appeared."""

from __future__ import annotations

from dataclasses import replace

from corpus.types import Origin, Segment, Transcript, Word
from ingest.laterwords import take_over

SAID = """we check every round before the gun goes near anybody on this set
and nobody but the armorer hands it over to an actor at any time"""
LINES = tuple(line.split() for line in SAID.splitlines())
HEARD = ("Speaker 1", "Speaker 2")


def spoken(lines, labels, *, origin=Origin.ASR, rate=0.5, estimated=False) -> Transcript:
    segments, at = [], 0.0
    for words, label in zip(lines, labels, strict=True):
        made = []
        for word in words:
            made.append(
                Word(text=word, start_time=at, end_time=at + 0.4, speaker=label,
                     estimated=estimated)
            )  # fmt: skip
            at += rate
        start, end = made[0].start_time, made[-1].end_time
        segments.append(Segment(words=tuple(made), start_time=start, end_time=end, speaker=label))
    return Transcript(
        segments=tuple(segments), language="en", origin=origin, model="m", settings=(),
        duration=at,
    )  # fmt: skip


def test_unlabelled_words_take_the_voices_and_the_times_that_were_heard() -> None:
    published = spoken(LINES, (None, None), origin=Origin.PUBLISHER, rate=0.1, estimated=True)
    taken = take_over(published, spoken(LINES, HEARD), doubtful=True)
    assert taken.refused is None
    labels = [word.speaker for word in taken.transcript.words]
    assert labels == ["Speaker 1"] * len(LINES[0]) + ["Speaker 2"] * len(LINES[1])
    assert taken.transcript.origin is Origin.PUBLISHER
    assert taken.voices is not None
    assert taken.voices.doubtful
    assert abs(taken.transcript.words[20].start_time - 10.0) < 0.3


def test_the_publishers_labels_stand_against_the_voices() -> None:
    published = spoken(LINES, ("ANA", "BO"), origin=Origin.PUBLISHER)
    taken = take_over(published, spoken(LINES, HEARD), doubtful=False)
    assert taken.voices is None
    assert {word.speaker for word in taken.transcript.words} == {"ANA", "BO"}


def test_a_word_that_was_heard_otherwise_is_marked() -> None:
    other = ([*LINES[0][:3], "bullet", *LINES[0][4:]], LINES[1])
    published = spoken(LINES, ("ANA", "BO"), origin=Origin.PUBLISHER)
    taken = take_over(published, spoken(other, HEARD), doubtful=False)
    contested = [word.text for word in taken.transcript.words if word.agreed is False]
    assert contested == ["round"]


def test_words_of_another_recording_are_refused_and_what_was_heard_stays() -> None:
    strange = tuple([f"word{n}x" for n in range(13)] for _ in range(2))
    heard = spoken(LINES, HEARD)
    published = replace(spoken(strange, (None, None)), origin=Origin.PUBLISHER)
    taken = take_over(published, heard, doubtful=False)
    assert taken.refused is not None
    assert "shares 0 %" in taken.refused
    assert taken.transcript is heard
