"""A publisher's transcript that appears when the recording was heard long before. Pure.

What was heard then serves to check it by, to take times from, and to tell voices apart where the
publisher does not: nothing is heard again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import groupby

from corpus.types import Transcript, Voices, VoiceTurn
from ingest.sound.secondhearing import check_published
from ingest.voices import assign_voices


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOver:
    """The publisher's words, checked and timed; or why they are not of this recording."""

    transcript: Transcript
    voices: Voices | None = None  # that were told apart before, where the publisher names nobody
    refused: str | None = None


def take_over(
    published: Transcript, heard: Transcript, names: Collection[str] = (), *, doubtful: bool
) -> TakenOver:
    """Return the publisher's words as those of a recording that was heard before.

    Args:
        published: the publisher's transcript; it fits the recording's length.
        heard: what was recognised in it.
        names: of people who may be heard.
        doubtful: the voices told apart then may be mixed up.
    """
    checked = check_published(published, heard, names)
    if checked.refused is not None:
        return TakenOver(transcript=heard, refused=checked.refused)
    turns = tuple(_turns(heard))
    labelled = any(word.speaker for word in published.words)
    if labelled or not turns:
        return TakenOver(transcript=checked.transcript)
    voices = Voices(turns=turns, doubtful=doubtful)
    return TakenOver(transcript=assign_voices(checked.transcript, voices), voices=voices)


def _turns(heard: Transcript) -> Iterator[VoiceTurn]:
    """Yield who spoke when, as the words that were heard have it."""
    for label, group in groupby(heard.words, key=lambda word: word.speaker):
        words = list(group)
        if label is not None:
            end = max(word.end_time for word in words)
            yield VoiceTurn(label=label, start_time=words[0].start_time, end_time=end)
