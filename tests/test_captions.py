import json
import time
from pathlib import Path

import pytest

from corpus.errors import CaptionsError
from corpus.types import Origin, Transcript
from ingest.captions import parse_captions

FORMATS = Path(__file__).resolve().parents[2] / "shared" / "data" / "transcripts" / "formats"
shared = pytest.mark.skipif(not FORMATS.is_dir(), reason="the shared transcripts are not here")


def parse(text: str | bytes) -> Transcript:
    data = text.encode() if isinstance(text, str) else text
    return parse_captions(data, mime_type="text/vtt", url="https://example.org/t.vtt")


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def test_webvtt_voices_become_speakers_with_their_seconds() -> None:
    transcript = parse(
        "WEBVTT - A show\nLanguage: en\n\nNOTE\nnot said\n\nSTYLE\n::cue { color: red }\n\n"
        "intro\n00:01.000 --> 00:03.000 align:start position:0%\n"
        "<v.loud.first Mary Ann O’Neil>Dummy rounds &amp; <i>blanks</i></v>\n\n"
        "01:00:00.500 --> 01:00:02.500\n<v Bob>No.</v> <v Mary Ann O’Neil>Yes.</v>\n"
    )
    assert said(transcript) == [
        ("Mary Ann O’Neil", "Dummy rounds & blanks"),
        ("Bob", "No."),
        ("Mary Ann O’Neil", "Yes."),
    ]
    assert (transcript.segments[0].start_time, transcript.segments[0].end_time) == (1.0, 3.0)
    assert transcript.segments[1].start_time == 3600.5
    assert transcript.origin is Origin.PUBLISHER
    assert transcript.language == "en"
    assert transcript.duration == 3602.5


def test_words_share_the_time_of_their_cue_by_length() -> None:
    words = parse("WEBVTT\n\n00:10.000 --> 00:20.000\na bbbbbbb").words
    assert [(w.text, w.start_time, w.end_time) for w in words] == [
        ("a", 10.0, 12.0),
        ("bbbbbbb", 12.0, 20.0),
    ]


def test_times_inside_a_cue_place_its_words() -> None:
    words = parse("WEBVTT\n\n00:10.000 --> 00:20.000\none <00:16.000><c>two</c> <00:18.000>three")
    assert [(w.text, w.start_time) for w in words.words] == [
        ("one", 10.0),
        ("two", 16.0),
        ("three", 18.0),
    ]


def test_a_tag_inside_a_word_does_not_cut_it() -> None:
    assert parse("WEBVTT\n\n00:01.000 --> 00:02.000\nun<b>safe</b> set").segments[0].text == (
        "unsafe set"
    )


def test_rolling_captions_are_read_once() -> None:
    lines = ["the gun was", "handed over by", "the armorer who", "checked it twice", "on camera"]
    cues = [
        f"00:{i:02}.000 --> 00:{i + 1:02}.000\n{a}\n{b}"
        for i, (a, b) in enumerate(zip(["", *lines], lines, strict=False))
    ]
    text = "WEBVTT\n\n" + "\n\n".join(cue.replace("\n\n", "\n") for cue in cues)
    assert " ".join(w.text for w in parse(text).words) == " ".join(lines)


def test_what_somebody_says_twice_stays_twice() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\nNo.\n\n00:02.000 --> 00:03.000\nNo.\n\n"
        "00:03.000 --> 00:04.000\nNever."
    )
    assert [w.text for w in parse(text).words] == ["No.", "No.", "Never."]


def test_subrip_names_before_a_colon_hold_until_the_next_name() -> None:
    text = (
        "1\r\n00:00:01,000 --> 00:00:02,000\r\nTravis: When you\r\nstart\r\n\r\n"
        "2\r\n00:00:02,000 --> 00:00:03,000\r\nremember this: check it\r\n\r\n"
        "3\r\n00:00:03,000 --> 00:00:04,000\r\nDr. Ann Lee: {\\an8}I do.\r\n"
    )
    assert said(parse(text)) == [
        ("Travis", "When you start"),
        ("Travis", "remember this: check it"),
        ("Dr. Ann Lee", "I do."),
    ]


def test_a_colon_alone_names_nobody() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\nHere is the rule\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nGuns: never point them\n"
    )
    assert {segment.speaker for segment in parse(text).segments} == {None}


def test_another_speaker_without_a_name_is_not_the_one_before() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n>> ANN: Is it cold?\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\n>> It is cold.\n\n"
        "3\n00:00:03,000 --> 00:00:04,000\n>> BOB: Thank you.\n"
    )
    assert said(parse(text)) == [
        ("ANN", "Is it cold?"),
        (None, "It is cold."),
        ("BOB", "Thank you."),
    ]


def cues(*lines: str) -> str:
    return "WEBVTT\n\n" + "\n\n".join(
        f"00:{i:02}.000 --> 00:{i + 1:02}.000\n{line}" for i, line in enumerate(lines)
    )


@pytest.mark.parametrize(
    ("sound", "asides"),
    [
        ("[MUSIC]", ["MUSIC"]),
        ("♪", []),
        ("♪ a song ♪", ["a song"]),
        ("(applause) [MUSIC]", ["applause", "MUSIC"]),
    ],
)
def test_a_sound_before_the_first_label_hides_no_labels_and_is_no_word(
    sound: str, asides: list[str]
) -> None:
    text = cues(sound, "HOST: Welcome", "[LAUGHTER]", "back", "GUEST: Hi")
    transcript = parse(text)
    assert said(transcript) == [("HOST", "Welcome"), ("HOST", "back"), ("GUEST", "Hi")]
    assert [aside.text for aside in transcript.asides] == [*asides, "LAUGHTER"]
    assert transcript.asides[-1].position == 1
    assert (transcript.asides[-1].start_time, transcript.asides[-1].end_time) == (2.0, 3.0)


def test_the_name_of_the_show_before_every_cue_is_not_a_speaker() -> None:
    transcript = parse(cues("Set Talk: welcome", "Set Talk: to the truck", "and more"))
    assert {segment.speaker for segment in transcript.segments} == {None}


def test_one_name_at_a_change_of_speaker_is_a_speaker() -> None:
    transcript = parse(cues(">> ANN: Is it cold?", ">> It is.", ">> ANN: Thank you."))
    assert [segment.speaker for segment in transcript.segments] == ["ANN", None, "ANN"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("10<20 and 5>3 rounds", "10<20 and 5>3 rounds"),
        ("a<i>b</i>c <00:00:00.500>d", "abc d"),
        ("ca\x9ffé\x85late\x7f", "café late"),
    ],
)
def test_only_real_tags_and_controls_are_taken_out(line: str, words: str) -> None:
    assert " ".join(word.text for word in parse(cues(line)).words) == words


def test_subrip_without_numbers_or_blank_lines_is_read() -> None:
    text = "00:01,000 --> 00:02,000\none\n00:02,000 --> 00:03,000\ntwo\n\nthree\n"
    assert said(parse(text)) == [(None, "one"), (None, "two three")]


def test_podcast_json_keeps_speakers_and_leaves_out_what_has_no_time() -> None:
    data = {
        "version": "1.0.0",
        "segments": [
            {"speaker": "Ann", "startTime": 0.5, "endTime": 1, "body": "I <b>am</b>"},
            {"speaker": "Ann", "startTime": "NaN", "body": "lost"},
            {"startTime": "2.5", "body": "here."},
            {"startTime": True, "body": "lost"},
            "hostile",
        ],
    }
    transcript = parse(json.dumps(data))
    assert said(transcript) == [("Ann", "I am"), (None, "here.")]
    assert transcript.warnings == ("2 entries have no time or no words and were left out",)


def test_cut_off_files_give_what_is_whole() -> None:
    whole = json.dumps(
        {"segments": [{"startTime": i, "endTime": i + 1, "body": f"w{i}"} for i in range(9)]}
    )
    transcript = parse(whole[:-30])
    assert [w.text for w in transcript.words] == [f"w{i}" for i in range(8)]
    assert transcript.warnings == ("the transcript is cut off",)
    vtt = "WEBVTT\n\n00:01.000 --> 00:02.000\ncafé\n\n00:02.000 --> 00:0".encode()
    assert [w.text for w in parse(vtt).words] == ["café"]
    assert parse("WEBVTT\n\n00:01.000 --> 00:02.000\none caf\u00e9".encode()[:-1]).words


def test_old_encodings_and_byte_order_marks_are_read() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000\n“Don’t,” she said\n"
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert parse(text.encode(encoding)).segments[0].text == "“Don’t,” she said"


def test_hostile_markup_becomes_plain_text() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v <script>>x<img src=x onerror=alert(1)>safe"
        "\u202e\x07 words &lt;b&gt;"
    )
    transcript = parse(text)
    assert "onerror" not in transcript.segments[0].text
    assert transcript.segments[0].text.endswith("safe words <b>")


def test_cues_out_of_order_are_sorted_and_said() -> None:
    text = (
        "WEBVTT\n\n00:05.000 --> 00:06.000\nlater\n\n00:01.000 --> 00:03.000\nfirst of all\n\n"
        "00:02.000 --> 00:04.000\nmeanwhile"
    )
    transcript = parse(text)
    assert [w.text for w in transcript.words] == ["first", "of", "all", "meanwhile", "later"]
    starts = [w.start_time for w in transcript.words]
    assert starts == sorted(starts)
    assert all(w.start_time <= w.end_time for w in transcript.words)
    assert len(transcript.warnings) == 2


@pytest.mark.parametrize(
    "text",
    [
        "",
        "WEBVTT\n",
        "<!doctype html><p>hello</p>",
        "{}",
        "[1, 2]",
        '{"segments": 3}',
        "[" * 99_999,
    ],
)
def test_what_is_no_transcript_is_refused(text: str) -> None:
    with pytest.raises(CaptionsError, match=r"example\.org"):
        parse(text)


@pytest.mark.slow
def test_forty_thousand_cues_are_quick() -> None:
    text = "WEBVTT\n\n" + "\n\n".join(
        f"{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}.000 --> 99:00:00.000\n<v Ann>w{i} and so"
        for i in range(40_000)
    )
    begun = time.process_time()
    assert len(parse(text).words) == 120_000
    assert time.process_time() - begun < 10


def test_one_cue_of_many_tags_is_quick() -> None:
    text = "WEBVTT\n\n00:01.000 --> 99:00:00.000\n" + "".join(
        f"<v A{i}><00:{i % 60:02}.000>w<i>" for i in range(30_000)
    )
    begun = time.process_time()
    assert parse(text).words
    assert time.process_time() - begun < 10


@shared
def test_real_files_are_read_whole() -> None:
    def read(name: str) -> Transcript:
        return parse_captions((FORMATS / name).read_bytes(), mime_type=None, url=name)

    assert [segment.speaker for segment in read("example.vtt").segments][-2:] == ["Gillian"] * 2
    assert read("example.json").segments[0].speaker == "Darth Vader"
    srt = read("example.srt")
    assert {segment.speaker for segment in srt.segments} == {"Travis", "Sarah", "Gilon"}
    assert not srt.warnings


@shared
def test_the_subrip_and_the_page_of_one_recording_have_the_same_words() -> None:
    import html
    import re

    page = (FORMATS / "example.html").read_text(encoding="utf-8")
    text = re.sub(r"<cite>.*?</cite>|<time>.*?</time>|<[^>]+>", " ", page)
    srt = parse_captions((FORMATS / "example.srt").read_bytes(), mime_type=None, url="")
    assert [word.text for word in srt.words] == html.unescape(text).split()


@pytest.mark.parametrize("mark", ["[{}] {}", "({}) {}", "[{}]: {}"])
def test_names_in_brackets_before_the_words_of_cues_are_labels(mark: str) -> None:
    turns = [("Ada Moreno", "Is it cold?"), ("Teo", "It is."), ("Ada Moreno", "Good.")]
    text = cues("[music]", *(mark.format(*turn) for turn in turns), "(sighs) Now.")
    assert said(parse(text)) == [*turns, ("Ada Moreno", "Now.")]
    both = cues("\n".join(mark.format(*turn) for turn in turns[:2]), mark.format(*turns[2]))
    assert said(parse(both)) == turns


@pytest.mark.parametrize(
    "lines", [["[music] Is it?", "[laughs] It is.", "[music] Good."], ["(Yes) No.", "(Yes) No."]]
)
def test_sounds_in_brackets_before_the_words_of_cues_are_no_labels(lines: list[str]) -> None:
    assert {segment.speaker for segment in parse(cues(*lines)).segments} == {None}


def test_a_direction_that_runs_over_two_cues_is_one() -> None:
    text = cues("<v Ada>It is. [dramatic music", "<v Ada>continues] And late.", "<v Ada>[Teo", "is")
    transcript = parse(text)
    assert " ".join(word.text for word in transcript.words) == "It is. And late. [Teo is"
    assert [(aside.text, aside.position) for aside in transcript.asides] == [
        ("dramatic music continues", 2)
    ]
    assert [a.text for a in parse(cues("Yes.", "(audience", "laughs)", "No.")).asides] == [
        "audience laughs"
    ]


def test_dashes_in_one_cue_are_two_speakers_and_no_words() -> None:
    transcript = parse(cues("- Is it cold?\n- It is.", "- Good.", "Well-kept - and late."))
    assert [(s.text, s.opens) for s in transcript.segments] == [
        ("Is it cold?", False),
        ("It is.", True),
        ("Good.", True),
        ("Well-kept - and late.", False),
    ]


def test_a_name_on_the_first_line_of_cues_is_a_label() -> None:
    turns = [("Speaker 1", "Is it cold?"), ("Speaker 2", "It is."), ("Speaker 1", "Good.")]
    text = cues(*("\n".join(turn) for turn in turns), "And late.")
    assert said(parse(text)) == [*turns, ("Speaker 1", "And late.")]
    once = cues("Barn Door\nis open", "Barn Door\nis shut", "Barn Door\nis gone")
    assert {segment.speaker for segment in parse(once).segments} == {None}


def test_brackets_keep_the_manner_of_a_speaker_apart() -> None:
    text = cues("[Ada]: Is it?", "- [Teo, laughing]: It is.\n- [Ada]: Good.")
    transcript = parse(text)
    assert said(transcript) == [("Ada", "Is it?"), ("Teo", "It is."), ("Ada", "Good.")]
    assert [aside.text for aside in transcript.asides] == ["laughing"]


def test_the_name_somebody_took_in_a_call_is_a_label_of_its_own() -> None:
    text = cues("Ada Moreno: Hello.", "Teo Brandt: Hi.", "Mina's iPhone: I did it.",
                "Ada Moreno: You?", "Teo Brandt: No.", "user_12: Me.")  # fmt: skip
    assert said(parse(text))[2] == ("Mina's iPhone", "I did it.")
    assert said(parse(text))[5] == ("user_12", "Me.")
