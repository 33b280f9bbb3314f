"""JSON and Timed Text as other transcribers write them. All people are invented."""

import contextlib
import json
import time
from typing import Any

import pytest

from corpus.errors import CaptionsError
from corpus.types import Transcript
from ingest.captions import parse_captions

TURNS = [("Ada Moreno", "Is it cold?"), ("Teo Brandt", "It is."), ("Ada Moreno", "Good.")]
TIMES = [(0.5, 3.0), (3.0, 5.0), (65.0, 66.5)]


def parse(data: Any) -> Transcript:
    text = data if isinstance(data, str) else json.dumps(data)
    return parse_captions(text.encode(), mime_type=None, url="https://example.org/t")


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def entries(pattern: str, *, factor: float = 1) -> list[Any]:
    return [
        {
            key.strip(): {"n": name, "w": words, "s": start * factor, "e": end * factor}[short]
            for key, short in (pair.split("=") for pair in pattern.split(","))
        }
        for (name, words), (start, end) in zip(TURNS, TIMES, strict=True)
    ]


@pytest.mark.parametrize(
    "data",
    [
        {"segments": entries("speaker=n,start=s,end=e,text=w"), "language": "en"},
        {"transcript": entries("speaker_name=n,start_time=s,end_time=e,content=w")},
        {"utterances": entries("speaker=n,start=s,end=e,transcript=w"), "text": "all of it"},
        {"results": {"channels": [], "utterances": entries("speaker=n,start=s,end=e,text=w")}},
        {"data": {"segments": entries("speakerName=n,begin=s,end=e,text=w")}},
        entries("name=n,start=s,end=e,body=w"),
    ],
)
def test_each_way_to_list_turns_gives_the_same(data: Any) -> None:
    transcript = parse(data)
    assert said(transcript) == TURNS
    assert [segment.start_time for segment in transcript.segments] == [0.5, 3.0, 65.0]


def test_milliseconds_are_known_by_the_pace_of_speech() -> None:
    whole = [
        {key: int(value) if isinstance(value, float) else value for key, value in entry.items()}
        for entry in entries("speaker=n,start=s,end=e,text=w", factor=1000)
    ]
    assert [s.start_time for s in parse({"utterances": whole}).segments] == [0.5, 3.0, 65.0]
    slow = {"segments": [{"start": 0, "end": 30, "text": "One."}, {"start": 1800, "text": "Two."}]}
    assert [s.start_time for s in parse(slow).segments] == [0, 1800]


def test_turns_of_parts_are_read_whole() -> None:
    spoken = {
        "monologues": [
            {
                "speaker": 0,
                "elements": [
                    {"type": "text", "value": "Is", "ts": 0.5, "end_ts": 0.7},
                    {"type": "punct", "value": " "},
                    {"type": "text", "value": "it", "ts": 0.8, "end_ts": 1.1},
                    {"type": "punct", "value": "?"},
                ],
            }
        ]
    }
    assert said(parse(spoken)) == [("Speaker 0", "Is it?")]
    sentences = [{"text": "It is.", "start": 0, "end": 1}, {"text": "So.", "start": 1, "end": 2}]
    paragraphs = {"paragraphs": [{"sentences": sentences, "speaker": 1, "start": 0, "end": 2}]}
    deep = {"results": {"channels": [{"alternatives": [{"paragraphs": paragraphs}]}]}}
    assert said(parse(deep)) == [("Speaker 1", "It is. So.")]


def test_times_may_be_printed() -> None:
    one = {
        "transcription": [{"timestamps": {"from": "00:00:01,500", "to": "00:00:03"}, "text": "A"}]
    }
    other = [{"timestamp": "00:01:02", "speaker": {"name": "Ada"}, "text": "B"}]
    assert parse(one).segments[0].start_time == 1.5
    assert (parse(other).segments[0].start_time, said(parse(other))) == (62, [("Ada", "B")])


@pytest.mark.parametrize(
    "data",
    [
        {"chapters": [{"startTime": 0, "title": "Intro"}]},
        {"segments": [{"start": 1}]},
        {"data": {"data": {"data": {}}}},
        {"segments": [[[[1]]]]},
        '{"data":' * 5_000,
    ],
)
def test_json_without_turns_is_refused(data: Any) -> None:
    with pytest.raises(CaptionsError):
        parse(data)


HEAD = (
    '<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml" '
    'xmlns:ttm="http://www.w3.org/ns/ttml#metadata" xmlns:p="http://example.org/p"><head><metadata>'
    '<ttm:agent xml:id="S1"><ttm:name type="full">Ada Moreno</ttm:name></ttm:agent>'
    "</metadata></head><body><div>"
)


def test_timed_text_has_agents_and_times() -> None:
    transcript = parse(
        HEAD + '<p begin="0.5" end="3s" ttm:agent="S1"><span p:unit="sentence">'
        '<span p:unit="word">Is</span><span p:unit="word">it?</span></span></p>'
        '<p begin="1:03.0" dur="1500ms" ttm:agent="S2">It <b>is</b>.<br/>Cold.</p>'
        "<p>Nobody knows when.</p></div></body></tt>"
    )
    assert said(transcript) == [("Ada Moreno", "Is it?"), ("S2", "It is. Cold.")]
    assert [(s.start_time, s.end_time) for s in transcript.segments] == [(0.5, 3), (63, 64.5)]
    assert transcript.dialect == "ttml"


def test_timed_text_brings_no_files_and_no_bombs() -> None:
    bomb = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    text = (
        f'<?xml version="1.0"?><!DOCTYPE tt [<!ENTITY a0 "x">{bomb}<!ENTITY f SYSTEM '
        '"file:///etc/hostname">]><tt xmlns="http://www.w3.org/ns/ttml"><body><p begin="1s">'
        "Cold &f;&a11; gun</p></body></tt>"
    )
    begun = time.process_time()
    with contextlib.suppress(CaptionsError):
        assert len(parse(text).words) < 20
    broken = HEAD + '<p begin="1s" ttm:agent="S1">Cut off here'
    assert said(parse(broken)) == [("Ada Moreno", "Cut off here")]
    deep = HEAD + "<span>" * 20_000 + '<p begin="1s">Deep</p>'
    with contextlib.suppress(CaptionsError):
        parse(deep)
    assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    ("head", "row"),
    [
        ("start,end,speaker,text", '{s},{e},{n},"{w}"'),
        ("Speaker Name,Start Time,End Time,Text", '{n},{s},{e},"{w}"'),
        ("Start\tSpeaker\tTranscript", "{s}\t{n}\t{w}"),
        ("| Time | Speaker | Text |\n|------|:---|---|", "| {s} | {n} | {w} |"),
    ],
)
def test_tables_of_text_have_turns_with_times(head: str, row: str) -> None:
    rows = [
        row.format(n=name, w=words, s=f"00:{start // 60:02.0f}:{start % 60:04.1f}", e=end)
        for (name, words), (start, end) in zip(TURNS, TIMES, strict=True)
    ]
    transcript = parse("\n".join([head, *rows]))
    assert said(transcript) == TURNS
    assert [segment.start_time for segment in transcript.segments] == [0.5, 3.0, 65.0]
    assert transcript.dialect == "table"


def test_words_with_commas_in_their_first_line_are_no_table() -> None:
    text = "Time, speaker, and text are words.\n\n0:10, a clock, said.\n"
    assert parse(text).dialect == "unknown"
    with contextlib.suppress(CaptionsError):
        parse("start,speaker,text\n" + '"' * 200_000)
