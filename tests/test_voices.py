from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import MediaError, ParkedError
from corpus.types import Origin, Segment, Transcript, TurnKind, Voices, VoiceTurn, Word
from ingest.audio import decode_audio
from ingest.voices import Heard, _is_doubtful, assign_voices, join_voices, tell_apart
from tests import sounds

AUDIO = Path(__file__).resolve().parents[2] / "shared" / "data" / "audio"
shared = pytest.mark.skipif(not AUDIO.is_dir(), reason="the shared recordings are not here")


def voice(label: str, start: float, *centroid: float, seconds: float = 10.0) -> Heard:
    return Heard(label, ((start, start + seconds),), centroid)


def spoken(text: str, *, start: float = 0.0, each: float = 0.3, pause: float = 0.0) -> Transcript:
    """A transcript of one segment, `each` seconds a word; "|" is a pause."""
    words: list[Word] = []
    for part in text.split():
        if part == "|":
            start += pause
            continue
        words.append(Word(text=part, start_time=start, end_time=start + each))
        start += each
    segment = Segment(
        words=tuple(words), start_time=words[0].start_time, end_time=words[-1].end_time
    )
    return Transcript(segments=(segment,), language="en", origin=Origin.ASR)


def turns(*parts: tuple[int, float, float]) -> Voices:
    return Voices(
        turns=tuple(
            VoiceTurn(label=f"Speaker {number}", start_time=start, end_time=end)
            for number, start, end in parts
        )
    )


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def test_one_person_heard_as_two_becomes_one() -> None:
    voices, warnings = join_voices(
        [voice("a", 0, 1.0, 0.0), voice("b", 10, 0.0, 1.0), voice("c", 20, 0.95, 0.2)], None
    )
    assert [v.label for v in voices] == ["a", "b"]
    assert voices[0].stretches == ((0, 10.0), (20, 30.0))
    assert warnings == ()


def test_likeness_in_doubt_stays_a_doubt() -> None:
    pair = [voice("a", 0, 1.0, 0.0), voice("b", 10, 0.75, 0.66)]
    voices, warnings = join_voices(pair, None)
    assert len(voices) == 2
    assert "may be one person" in warnings[0]


def test_the_number_of_credited_people_decides_a_doubt_but_nothing_clear() -> None:
    pair = [voice("a", 0, 1.0, 0.0), voice("b", 10, 0.75, 0.66)]
    assert len(join_voices(pair, 1)[0]) == 1
    assert len(join_voices(pair, 2)[0]) == 2
    clear = [voice("a", 0, 1.0, 0.0), voice("b", 10, 0.0, 1.0)]
    voices, warnings = join_voices(clear, 1)
    assert len(voices) == 2
    assert warnings == ("2 voices were heard, 1 people are credited",)


def test_more_voices_than_credits_are_somebody_else_and_fewer_are_a_doubt() -> None:
    clear = [voice("a", 0, 1.0, 0.0), voice("b", 10, 0.0, 1.0)]
    alike = [voice("a", 0, 1.0, 0.0), voice("b", 10, 0.75, 0.66)]
    assert not _is_doubtful(clear, 1)
    assert not _is_doubtful(clear, None)
    assert _is_doubtful(clear, 3)
    assert _is_doubtful(alike, 2)


def test_each_word_goes_to_the_voice_that_speaks_it() -> None:
    transcript = assign_voices(
        spoken("Is it cold? It is cold."), turns((1, 0.0, 0.95), (2, 0.95, 1.8))
    )
    assert said(transcript) == [("Speaker 1", "Is it cold?"), ("Speaker 2", "It is cold.")]
    assert transcript.segments[1].start_time == pytest.approx(0.9)


def test_a_word_outside_all_turns_goes_to_the_nearest() -> None:
    transcript = assign_voices(spoken("a b", start=5.0), turns((1, 0.0, 4.0), (2, 9.0, 10.0)))
    assert {word.speaker for word in transcript.words} == {"Speaker 1"}


def test_a_long_turn_over_many_short_ones_is_still_found() -> None:
    voices = turns((1, 0.0, 100.0), *((2, 10.0 + i, 10.1 + i) for i in range(80)))
    transcript = assign_voices(spoken("one two three", start=95.0, each=0.5), voices)
    assert {word.speaker for word in transcript.words} == {"Speaker 1"}


def test_a_short_false_change_is_taken_back() -> None:
    transcript = assign_voices(
        spoken("never point it at anyone at all"),
        turns((1, 0.0, 0.85), (2, 0.85, 1.25), (1, 1.25, 3.0)),
    )
    assert said(transcript) == [("Speaker 1", "never point it at anyone at all")]


def test_a_short_remark_between_pauses_or_sentences_stays() -> None:
    voices = turns((1, 0.0, 0.9), (2, 1.3, 1.7), (1, 2.1, 5.0))
    transcript = assign_voices(spoken("you check it | Yes. | then you show it", pause=0.5), voices)
    assert [speaker for speaker, _ in said(transcript)] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    voices = turns((1, 0.0, 0.9), (2, 0.9, 1.2), (1, 1.2, 5.0))
    transcript = assign_voices(spoken("you check it. Yes. Then you show it"), voices)
    assert [speaker for speaker, _ in said(transcript)] == ["Speaker 1", "Speaker 2", "Speaker 1"]


def test_a_change_just_beside_a_sentences_end_moves_there() -> None:
    early = assign_voices(
        spoken("we lock the guns away. Who has the key? I do"), turns((1, 0, 1.2), (2, 1.2, 9))
    )
    assert said(early)[0] == ("Speaker 1", "we lock the guns away.")
    late = assign_voices(
        spoken("we lock the guns away. Who has the key? I do"), turns((1, 0, 1.8), (2, 1.8, 9))
    )
    assert said(late)[0] == ("Speaker 1", "we lock the guns away.")


def test_a_word_that_opens_the_next_voices_sentence_is_that_voices() -> None:
    words = spoken("Hello, this is the show. | It is.", pause=1.0)
    told = assign_voices(words, turns((1, 0.0, 0.3), (2, 0.3, 1.6), (1, 2.4, 4.0)))
    assert said(told) == [("Speaker 2", "Hello, this is the show."), ("Speaker 1", "It is.")]


def test_without_voices_the_transcript_stays_as_it_is() -> None:
    transcript = spoken("a b")
    assert assign_voices(transcript, Voices(turns=())) == transcript


def test_doubts_about_the_voices_come_along() -> None:
    voices = Voices(turns=turns((1, 0, 9)).turns, warnings=("a doubt",))
    assert assign_voices(spoken("a b"), voices).warnings == ("a doubt",)


def test_what_is_not_our_wav_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with pytest.raises(MediaError):
        tell_apart(tmp_path / "a.wav")


def test_less_than_a_second_has_no_voices(tmp_path: Path) -> None:
    wav = sounds.write_wav(tmp_path / "a.wav", sounds.noise(0.4, 16_000))
    assert tell_apart(wav).turns == ()


class OneVoice:
    """Hears one voice in every block, and counts the blocks."""

    def __init__(self) -> None:
        self.blocks = 0

    def diarize_samples(self, samples):
        self.blocks += 1
        turn = {"start": 0.0, "end": len(samples) / 16_000, "speaker": "A"}
        return {"speaker_centroids": {"A": [1.0, 0.25]}, "merged_segments": [turn]}


def test_telling_apart_goes_on_at_the_block_where_it_was_put_down(tmp_path, monkeypatch) -> None:
    wav = sounds.write_wav(tmp_path / "a.wav", sounds.noise(8.0, 16_000))
    monkeypatch.setattr("ingest.voices._BLOCK", 2)
    whole, begun = OneVoice(), OneVoice()
    monkeypatch.setattr("ingest.voices._diarizer", lambda *_: whole)
    undisturbed = tell_apart(wav)
    monkeypatch.setattr("ingest.voices._diarizer", lambda *_: begun)

    def stop(done: float, _said: str) -> None:
        if done == 0.75:
            raise ParkedError("told to stop")

    with pytest.raises(ParkedError):
        tell_apart(wav, checkpoint=tmp_path / "pieces", progress=stop)
    assert begun.blocks == 3
    assert tell_apart(wav, checkpoint=tmp_path / "pieces") == undisturbed
    assert (begun.blocks, whole.blocks) == (4, 4)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("sound", ["silence", "music"])
def test_silence_and_music_have_no_voices(tmp_path: Path, sound: str) -> None:
    wav = sounds.write_wav(tmp_path / "a.wav", getattr(sounds, sound)(20.0, 16_000))
    voices = tell_apart(wav)
    assert voices.turns == ()
    assert voices.warnings == ("no voices were heard",)


@shared
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_one_reader_alone_is_one_voice(tmp_path: Path) -> None:
    wav = decode_audio(AUDIO / "interview" / "interview_a.flac", tmp_path, max_seconds=600).wav
    sound, rate = sounds.read_wav(wav)
    alone = sounds.write_wav(tmp_path / "alone.wav", sound[: int(15 * rate)])
    voices = tell_apart(alone)
    assert voices.labels == ("Speaker 1",)
    assert len(voices.centroids[0][1]) == 192


@shared
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_words_voices_and_their_union_are_as_right_as_they_were(tmp_path: Path) -> None:
    from ingest.transcribe import TranscribeOptions
    from tests.bench.accuracy import find_recordings, measure, total

    options = TranscribeOptions(cache_dir=tmp_path)
    recordings = [
        files for name in ("interview", "sample") for files in find_recordings(AUDIO / name)
    ]
    rows = [measure(*files, options)[0] for files in recordings]
    whole = total("all", rows)
    assert len(rows) == 3
    assert whole.wer <= 0.16
    assert whole.der <= 0.06
    assert whole.right_share >= 0.97
    assert all(row.der <= 0.105 for row in rows)


def test_what_opens_a_turn_still_opens_it_once_voices_are_told_apart() -> None:
    first = replace(spoken("yes it is").segments[0], opens=True)
    sold = replace(spoken("buy it now", start=2).segments[0], kind=TurnKind.ADVERTISEMENT)
    transcript = Transcript(segments=(first, sold), language="en", origin=Origin.PUBLISHER)
    named = assign_voices(transcript, turns((1, 0.0, 0.3), (2, 0.3, 1.0), (1, 2.0, 3.0)))
    assert [segment.opens for segment in named.segments] == [
        True,
        *[False] * (len(named.segments) - 1),
    ]
    assert named.segments[-1].kind is TurnKind.ADVERTISEMENT
