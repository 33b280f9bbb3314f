import json
import re
import time
import tomllib
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import pytest

from corpus.types import Aside, AsideKind, Origin, Segment, Transcript, TurnKind, Word
from ingest.advertisements import mark_advertisements
from ingest.captions import parse_captions
from ingest.transcript.selling import is_sale_label, read_sentence

CASES = Path(__file__).parent / "data" / "advertisements.txt"
HEARINGS = Path(__file__).resolve().parents[2] / "shared" / "data" / "transcripts" / "qmsum"
SHOW = "The Honeywagon Hour"


def read_blocks() -> dict[str, str]:
    blocks = re.split(r"^== ", CASES.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {head: body for head, _, body in (block.partition("\n") for block in blocks)}


BEFORE = read_blocks()["the talk before (around)"]
AFTER = read_blocks()["the talk after (around)"]


@dataclass(frozen=True)
class Case:
    name: str
    notes: frozenset[str]
    words: list[tuple[str | None, str, bool]]  # voice, word, sold


def read_cases() -> list[Case]:
    found = []
    for head, body in read_blocks().items():
        name, notes = re.fullmatch(r"(.*) \((.*)\)", head).groups()
        flags = frozenset(notes.split(", "))
        if "around" in flags:
            continue
        words = [*spoken(BEFORE), *spoken(body), *spoken(AFTER)]
        if "bare" in flags:
            words = [
                (who, re.sub(r"[^\w'% -]", "", word).lower(), sold) for who, word, sold in words
            ]
            words = [each for each in words if each[1]]
        if "unlabelled" in flags:
            words = [(None, *rest) for _, *rest in words]
        found.append(Case(name, flags, words))
    return found


def spoken(lines: str) -> list[tuple[str | None, str, bool]]:
    words, sold = [], False
    for line in lines.strip().splitlines():
        speaker, _, text = line.partition(": ")
        for word in text.split():
            sold = sold or word.startswith("[[")
            words.append((speaker, word.strip("[]"), sold))
            sold = sold and not word.endswith("]]")
    return words


def transcript(
    words: list[tuple[str | None, str, bool]], *, length: int = 9, asides: tuple[Aside, ...] = ()
) -> Transcript:
    """A transcript of segments of at most `length` words, which end anywhere but at a voice's."""
    segments: list[list[Word]] = []
    for place, (speaker, text, _) in enumerate(words):
        word = Word(text=text, start_time=place * 0.4, end_time=place * 0.4 + 0.3, speaker=speaker)
        if not segments or len(segments[-1]) == length or segments[-1][-1].speaker != word.speaker:
            segments.append([])
        segments[-1].append(word)
    return Transcript(
        segments=tuple(
            Segment(
                words=tuple(each),
                start_time=each[0].start_time,
                end_time=each[-1].end_time,
                speaker=each[0].speaker,
            )
            for each in segments
        ),
        language="en",
        origin=Origin.ASR,
        asides=asides,
    )


def sold_words(marked: Transcript) -> list[bool]:
    return [
        segment.kind is TurnKind.ADVERTISEMENT for segment in marked.segments for _ in segment.words
    ]


def score(cases: list[Case], *, show: bool = False) -> tuple[float, float]:
    right = wrong = missed = 0
    for case in cases:
        found = sold_words(mark_advertisements(transcript(case.words), publication=SHOW))
        pairs = [(sold, mark) for (_, _, sold), mark in zip(case.words, found, strict=True)]
        right += pairs.count((True, True))
        wrong += pairs.count((False, True))
        missed += pairs.count((True, False))
        if show and any(sold != mark for sold, mark in pairs):
            print(f"== {case.name}")
            for label, kind in (("WRONG", (False, True)), ("MISSED", (True, False))):
                words = [w for (_, w, _), p in zip(case.words, pairs, strict=True) if p == kind]
                if words:
                    print("  ", label, " ".join(words))
    return right / (right + wrong), right / (right + missed)


@pytest.mark.parametrize("half", ["develop", "held", "fresh"])
def test_what_is_sold_is_marked_and_testimony_is_not(half):
    cases = [case for case in read_cases() if half in case.notes]
    assert len(cases) >= 20
    precision, recall = score(cases)
    assert precision >= 0.96
    assert recall >= 0.96


@pytest.mark.parametrize("case", read_cases(), ids=lambda case: case.name)
def test_words_times_and_voices_stay_as_they_were(case):
    before = transcript(case.words)
    after = mark_advertisements(before, publication=SHOW)
    assert after.words == before.words
    assert (after.asides, after.duration) == (before.asides, before.duration)
    assert all(segment.words for segment in after.segments)
    for segment in after.segments:
        assert segment.start_time <= segment.words[0].start_time
        assert segment.words[-1].end_time <= segment.end_time


def test_a_stretch_opens_at_its_start_and_at_the_return():
    case = next(case for case in read_cases() if case.name == "classic host read")
    marked = mark_advertisements(transcript(case.words), publication=SHOW)
    opening = [place for place, segment in enumerate(marked.segments) if segment.opens]
    assert len(opening) == 2
    start, back = opening
    assert marked.segments[start].words[0].text == "This"
    assert marked.segments[back].words[0].text == "Okay,"
    kinds = {segment.kind for segment in marked.segments[start:back]}
    assert kinds == {TurnKind.ADVERTISEMENT}


def test_the_spot_in_the_sample_show_is_marked_and_nothing_else(sample_turns):
    words = [
        (speaker, word, kind == "advertisement")
        for speaker, kind, text in sample_turns
        for word in text.split()
    ]
    found = sold_words(mark_advertisements(transcript(words, length=20), publication=SHOW))
    assert found == [sold for _, _, sold in words]
    nobody = [(None, word, sold) for _, word, sold in words]
    found = sold_words(mark_advertisements(transcript(nobody, length=20), publication=SHOW))
    assert found == [sold for _, _, sold in words], "nor when nobody told the voices apart"


@pytest.fixture
def sample_turns():
    script = files("corpus") / "sample" / "scripts" / "ep3-two-jobs-one-person.toml"
    turns = tomllib.loads(script.read_text(encoding="utf-8"))["turns"]
    return [(turn["speaker"], turn.get("kind", "speech"), turn["text"]) for turn in turns]


def test_a_direction_that_says_advertisement_is_the_way_into_a_break():
    words = spoken(
        BEFORE
        + "\nA: The Hobson flask keeps coffee hot. Visit hobsonflask.com.\nH: And so?\n"
        + AFTER
    )
    place = next(i for i, (speaker, _, _) in enumerate(words) if speaker == "A")
    aside = Aside(position=place, kind=AsideKind.DIRECTION, text="Advertisement")
    plain = mark_advertisements(transcript(words), publication=SHOW)
    told = mark_advertisements(transcript(words, asides=(aside,)), publication=SHOW)
    assert sum(sold_words(plain)) == 0
    assert sum(sold_words(told)) == 8


@pytest.mark.parametrize("label", ["Advertisement", "AD BREAK", "Sponsor", "[Promo]", "Ad 2"])
def test_labels_that_say_advertisement(label):
    assert is_sale_label(label)


@pytest.mark.parametrize("label", [None, "Adam", "Addie Sponsler", "Announcer", "ad" * 2500])
def test_labels_that_do_not(label):
    assert not is_sale_label(label)


def test_nothing_sold_leaves_the_very_same_transcript():
    plain = transcript(spoken(BEFORE + AFTER))
    assert mark_advertisements(plain, publication=SHOW) is plain
    empty = replace(plain, segments=())
    assert mark_advertisements(empty, publication=SHOW) is empty


def test_hostile_words_take_no_time():
    hostile = ["go to " + "a " * 4000, "a" * 100_000, "support for " + "it " * 4000, "$" * 50_000]
    began = time.perf_counter()
    for text in hostile:
        read_sentence(text.split())
    assert time.perf_counter() - began < 1.0


@pytest.mark.slow
@pytest.mark.skipif(not HEARINGS.is_dir(), reason="the shared transcripts are not here")
def test_no_hearing_holds_an_advertisement():
    for path in sorted(HEARINGS.glob("*.json")):
        turns = json.loads(path.read_text(encoding="utf-8"))["meeting_transcripts"]
        words = [
            (turn["speaker"], word, False) for turn in turns for word in turn["content"].split()
        ]
        assert not any(sold_words(mark_advertisements(transcript(words, length=40))))


def test_in_a_short_recording_a_voice_that_only_sells_is_still_a_stranger():
    words = spoken(
        "H: The safety tape is next, right after this.\n"
        "A: [[I'm Otto Quill for Pomfret Pens. When I come home, I write with a Pomfret. Use the "
        "code INK for ten percent off.]]\n"
        "H: Welcome back. Who made the first tape?\n"
        "G: A man named Ferris, and he made it in one night with a cassette recorder.\n"
    )
    found = sold_words(mark_advertisements(transcript(words), publication="Sound Stage"))
    assert found == [sold for _, _, sold in words]


LONG_READ = """WEBVTT

00:00:01.000 --> 00:00:06.000
<v Nora Vale>Welcome back. Before we go on, a word from our sponsor.

00:00:06.500 --> 00:00:14.000
<v Nora Vale>I've been using CrateGreens for a month. Go to crategreens dot com slash set,
and the first box is free.

00:00:14.500 --> 00:00:18.000
<v Nora Vale>So, Ike, who holds the key on your set?

00:00:18.500 --> 00:00:22.000
<v Ike Lund>I do. Today's sponsor of the bill in the senate is Mara Quill,
and she asked me the same.
"""


def test_a_read_in_the_hosts_own_voice_is_sold_and_a_bills_sponsor_is_not():
    parsed = parse_captions(LONG_READ.encode(), mime_type=None, url="talk.vtt")
    marked = mark_advertisements(parsed, publication="Set Talk")
    sold = " ".join(
        segment.text for segment in marked.segments if segment.kind is TurnKind.ADVERTISEMENT
    )
    assert "first box is free" in sold
    assert "who holds the key" not in sold
    assert "Mara Quill" not in sold


def test_an_advertisement_ends_where_the_programme_comes_back():
    text = """Nora Vale 1:02:10
This episode is brought to you by Marrow Mattress. Go to marrow.com/set and get fifty dollars off.

Nora Vale 1:03:01
And we're back. Ike, thank you so much for staying.

Ike Lund 1:03:07
Thank you. I like the couch.
"""
    parsed = parse_captions(text.encode(), mime_type=None, url="talk.txt")
    marked = mark_advertisements(parsed, publication="Set Talk")
    kinds = {segment.text: segment.kind for segment in marked.segments}
    sold = " ".join(words for words, kind in kinds.items() if kind is TurnKind.ADVERTISEMENT)
    assert "fifty dollars off" in sold
    assert "thank you so much" not in sold
