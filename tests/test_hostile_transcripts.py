"""Broken, huge and hostile transcripts; and the floors on real ones."""

import contextlib
import time
from collections.abc import Callable

import pytest

from corpus.errors import CaptionsError
from corpus.types import Transcript
from ingest.captions import parse_captions, parse_printed
from tests.bench import transcripts as bench

shared = pytest.mark.skipif(not bench.SHARED.is_dir(), reason="no shared transcripts here")

TALK = "Ada: Is every round a dummy?\n\nTeo: Every one of them.\n\nAda: Good.\n\nTeo: Then we go.\n"
TURNS = [
    ("Ada", "Is every round a dummy?"),
    ("Teo", "Every one of them."),
    ("Ada", "Good."),
    ("Teo", "Then we go."),
]


def parse(data: str | bytes) -> Transcript:
    raw = data.encode() if isinstance(data, str) else data
    return parse_captions(raw, mime_type=None, url="https://example.org/t")


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


def text_of(transcript: Transcript) -> str:
    return " ".join(word.text for word in transcript.words)


def within(seconds: float, work: Callable[[], object]) -> None:
    begun = time.process_time()
    work()
    assert time.process_time() - begun < seconds


LONG = "A" * 5000


@pytest.mark.parametrize(
    "text",
    [
        f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {LONG}>Check it twice.</v>\n",
        f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v.loud {'Ab ' * 2000}>Check it twice.</v>\n",
        f'{{"segments": [{{"speaker": "{LONG}", "startTime": 1, "body": "Check it twice."}}]}}',
        f"1\n00:00:01,000 --> 00:00:02,000\n{LONG}: Check it twice.\n",
        f"{LONG}: Check it twice.\n\n{LONG}: Check it twice.\n\nAda: Right.\n",
        f"**{LONG}:** Check it twice.\n\n**{LONG}:** Yes.\n\n**Ada:** No.\n",
        f"<p><strong>{LONG}:</strong> Check it twice.</p>",
        f"<cite>{LONG}</cite><time>0:00</time><p>Check it twice.</p>",
        f"{LONG} 0:00\nCheck it twice.\n{LONG} 0:10\nCheck it twice.\n",
    ],
)
def test_a_label_of_five_thousand_characters_is_nobody_and_the_words_stay(text: str) -> None:
    transcript = parse(text)
    labels = {segment.speaker for segment in transcript.segments}
    assert all(label is None or len(label) <= 100 for label in labels)
    assert "Check it twice." in text_of(transcript)


@pytest.mark.parametrize(
    ("voice", "label"),
    [
        ("<v Ada <b>Moreno</b>>", "Ada Moreno"),
        ("<v.loud.first <i>Ada</i>>", "Ada"),
        ("<v Ada<script>alert(1)</script>>", "Ada"),
        ("<v Ada &lt;Moreno&gt; \u202e>", "Ada <Moreno"),
        ("<v <script>>", None),
        ("<v >", None),
        ("<v>", None),
    ],
)
def test_markup_inside_a_voice_is_no_part_of_the_name(voice: str, label: str | None) -> None:
    transcript = parse(
        f"WEBVTT\n\n1\n00:01.000 --> 00:02.000 align:start line:0\n{voice}Check "
        "<script>alert('x')</script><c.red>it</c> <00:01.500>twice.\n"
    )
    assert said(transcript) == [(label, "Check it twice.")]


def test_a_voice_that_is_not_closed_ends_with_its_cue() -> None:
    text = (
        "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ada>One\n\n00:02.000 --> 00:03.000\nTwo\n\n"
        "00:03.000 --> 00:04.000\n<v Teo>Three <v Ada>four"
    )
    assert said(parse(text)) == [("Ada", "One"), (None, "Two"), ("Teo", "Three"), ("Ada", "four")]


def test_change_signs_open_turns_and_are_no_words() -> None:
    text = (
        "1\n00:00:01,000 --> 00:00:02,000\n>> Is it cold? >> It is.\n\n"
        "2\n00:00:02,000 --> 00:00:03,000\nVery. 10 >> 5\n"
    )
    transcript = parse(text)
    assert text_of(transcript).startswith("Is it cold? It is. Very.")
    assert [segment.opens for segment in transcript.segments][:3] == [False, True, False]


def test_sounds_of_cues_are_asides_with_their_time() -> None:
    transcript = parse(
        "WEBVTT\n\n00:01.000 --> 00:02.000\n[door\nslams]\n\n"
        "00:02.000 --> 00:04.000\n<v Ada>Who [laughs] is there?\n"
    )
    assert said(transcript) == [("Ada", "Who is there?")]
    assert [(a.position, a.text, a.start_time) for a in transcript.asides] == [
        (0, "door slams", 1.0),
        (1, "laughs", 2.0),
    ]


def test_a_cue_of_a_minute_places_its_words_by_guess_and_says_so() -> None:
    text = "1\n00:00:01,000 --> 00:01:01,000\none two\n\n2\n00:01:01,000 --> 00:01:05,000\nmore now"
    assert [word.estimated for word in parse(text).words] == [False, True, False, False]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(encoding: str, ends: str) -> None:
    assert said(parse(TALK.replace("\n", ends).encode(encoding))) == TURNS


def test_cut_off_files_give_what_is_whole() -> None:
    page = "".join(f"<p><b>{name}:</b> {words}</p>" for name, words in TURNS)
    assert said(parse(page[:-22]))[:3] == TURNS[:3]
    assert said(parse(TALK[:-4]))[:3] == TURNS[:3]
    assert said(parse("---\ntitle: x\n---\n" + TALK.replace("Ada:", "**Ada:**")[:-9]))[:2]
    assert text_of(parse("---\ntitle: a show that is cut off"))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n\t",
        bytes(range(256)) * 50,
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        b"\x00" * 5000,
        b"%PDF-1.4\n\x00\x01\x02\x03" + b"\x07\x08\x00" * 900,
        b"ID3\x03\x00\x00" + b"\xff\xfb\x90\x00" * 900,
        "<html><head><title>Not found</title></head><body><h1>404</h1></body></html>",
        "<script>var a = 'Ada: hello'</script>",
        '{"error": "no transcript"}',
        "[laughter]",
    ],
)
def test_what_holds_no_words_is_refused(data: str | bytes) -> None:
    with pytest.raises(CaptionsError, match=r"example\.org"):
        parse(data)


@pytest.mark.parametrize("tag", ["div", "p", "b", "blockquote", "custom-box", "table"])
def test_deep_nesting_is_read_and_quick(tag: str) -> None:
    turns = "".join(f"<p><b>{name}:</b> {words}</p>" for name, words in TURNS)
    page = f"<html><body>{f'<{tag}>' * 10_000}{turns}{f'</{tag}>' * 10_000}</body></html>"

    def work() -> None:
        try:
            assert text_of(parse(page)).count("Every one of them.") == 1
        except CaptionsError:
            assert tag == "custom-box"

    within(10, work)


@pytest.mark.slow
def test_four_thousand_turns_of_each_kind_are_quick() -> None:
    for pattern in (
        "Ada: w{i} and so on\nTeo: yes\n",
        "**Ada:** \\[00:{m:02}\\] w{i}\n\n**Teo:** yes\n\n",
        "Ada 0:{m:02}\nw{i} and\nTeo 0:{m:02}\nno\n",
        "<p><b>Ada:</b> w{i}</p><p><b>Teo:</b> yes</p>",
    ):
        text = "".join(pattern.format(i=i, m=i % 60) for i in range(2_000))
        within(4, lambda text=text: parse(text))  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    [
        "a: " * 40_000,
        "A" * 150_000,
        "[0:00] " * 40_000,
        "**" * 60_000,
        "*a " * 60_000,
        "<v " * 40_000,
        "<v <a>" * 40_000,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v <a> " * 60_000,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<script>" * 60_000,
        "WEBVTT\n\n00:01.000 --> 00:02.000\n" + ">> " * 40_000 + "words",
        "1:" * 60_000,
        "(" * 60_000,
        "\n" * 150_000 + "words",
        "[a](http://" * 50_000,
        "\\[" * 40_000,
        "<!--" * 40_000 + "words",
        "---\n" * 30_000,
        "Ada (" * 50_000 + ":",
        "#" * 40_000 + " words\n# a",
    ],
)
def test_no_line_takes_longer_than_its_length(text: str) -> None:
    def work() -> None:
        with contextlib.suppress(CaptionsError):
            parse(text)
        parse_printed([text, text], url="")

    within(8, work)


def test_a_turn_that_speaks_of_rights_is_no_notice() -> None:
    text = TALK + "\nAda: It says all rights reserved.\n\n© 2022 A Show. All rights reserved.\n"
    assert said(parse(text)) == [*TURNS, ("Ada", "It says all rights reserved.")]


@shared
def test_real_markdown_transcripts_keep_their_turns_and_names() -> None:
    total = bench.Score(0, 0, 0, 0, 0, 0)
    for path in sorted((bench.SHARED / "changelog").glob("*.md"))[::6]:
        text = path.read_text(encoding="utf-8")
        reference = bench.markdown_reference(text)
        total += bench.score(reference, bench.ours(bench.read(text, path.name)))
    assert total.f1 >= 0.99
    assert (total.known, total.invented) == (total.names, 0)


@shared
def test_real_hearings_keep_their_members() -> None:
    total = bench.score_hearings()
    assert total.f1 >= 0.99
    assert (total.known, total.invented) == (total.names, 0)


@shared
def test_the_four_formats_are_read_exactly() -> None:
    for name, figures in bench.score_formats().items():
        assert (figures.same, figures.found, figures.invented) == (figures.wanted,) * 2 + (0,), name
