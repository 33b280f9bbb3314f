"""Transcripts printed in the body of an episode's page. All people and shows are invented."""

import pytest

from ingest.captions import parse_printed

HOST = "Welcome back to the show. Today we speak about the people who look after guns on a set."
GUEST = "We count every round twice: the dummies, the blanks. Nobody is allowed to rush that."
NOTES = [
    "In this episode, Ada talks with an armorer about blanks, dummies and a long night.",
    "Host: Ada Moreno",
    "Links: our own page, and one more.",
]
AFTER = [
    "Subscribe to our newsletter for more episodes.",
    "Follow us anywhere you like.",
    "© 2022 A Show. All rights reserved.",
]


def turns(paragraphs: list[str]) -> list[tuple[str | None, str]] | None:
    transcript = parse_printed(paragraphs, url="https://example.org/e")
    return transcript and [(s.speaker, s.text) for s in transcript.segments]


@pytest.mark.parametrize(
    "lines",
    [
        ["{a}: {h}", "{b}: {g}", "{a}: {h}", "{b}: {g}"],
        ["{a}:", "{h}", "{b}:", "{g}", "{a}:", "{h}", "{b}:", "{g}"],
        ["{a} 0:00", "{h}", "{b} 0:12", "{g}", "{a} 0:20", "{h}", "{b} 0:31", "{g}"],
        [
            "[00:00:00] {a}: {h}",
            "[00:00:12] {b}: {g}",
            "[00:00:24] {a}: {h}",
            "[00:00:36] {b}: {g}",
        ],
        ["{a} (00:00):\n{h}", "{b} (00:12):\n{g}", "{a} (00:24):\n{h}", "{b} (00:36):\n{g}"],
    ],
)
@pytest.mark.parametrize("names", [("ADA MORENO", "TEO BRANDT"), ("Ada", "Teo Brandt")])
def test_turns_are_read_and_what_is_around_them_is_not(
    lines: list[str], names: tuple[str, str]
) -> None:
    a, b = names
    body = [line.format(a=a, b=b, h=HOST, g=GUEST) for line in lines]
    expected = [(a, HOST), (b, GUEST), (a, HOST), (b, GUEST)]
    assert turns(body) == expected
    assert turns([*NOTES, *body, *AFTER]) == expected


def test_speakers_by_number_with_times_inside_their_turns() -> None:
    body = [
        "Available transcripts are automatically generated. Complete accuracy is not guaranteed.",
        f"Speaker 1 (00:00):\n{HOST}",
        f"(00:14):\n{HOST}",
        f"Speaker 2 (00:31):\n{GUEST}",
        f"Speaker 1 (00:45):\n{HOST}",
    ]
    assert turns(body) == [
        ("Speaker 1", HOST),
        ("Speaker 1", HOST),
        ("Speaker 2", GUEST),
        ("Speaker 1", HOST),
    ]


def test_paragraphs_with_times_are_a_transcript_at_the_pace_of_speech() -> None:
    body = [f"[00:00:{10 * i:02}] {HOST}" for i in range(6)]
    assert turns([*NOTES, *body]) == [(None, HOST)] * 6


def test_a_heading_says_where_the_words_begin() -> None:
    body = ["Transcript", HOST, f"ADA: {HOST}", f"TEO: {GUEST}", f"ADA: {HOST}", f"TEO: {GUEST}"]
    assert (turns([*NOTES, *body]) or [])[0] == (None, HOST)


@pytest.mark.parametrize(
    "paragraphs",
    [
        [],
        NOTES,
        AFTER,
        [HOST, GUEST, HOST],
        ["0:00 Intro", "1:20 Guns on set", "12:34 Blanks and dummies", "40:00 Outro"],
        [
            "Friday",
            "10:30",
            "Doors open.",
            "Sunday",
            "11:00",
            "We end.",
            "Friday",
            "12:00",
            "Lunch.",
        ],
        ["Intro 0:00", "Guns on Set 1:20", "Blanks 12:34"],
        ["[00:01:04] Why blanks are dangerous.", "[00:12:00] The long night.", "[00:40:00] Ends."],
        [
            "00:00 Ada opens",
            "A long night, told by Teo.",
            "12:00 Teo answers",
            "Who opens the box.",
        ],
        ["Host: Ada Moreno", "Guest: Teo Brandt", "Producer: Ines Orlo", "Music: Kit Vale"],
        ["Links: one", "Sponsors: two", "Links: three", "Sponsors: four"],
        ["Ada Moreno: @ada", "Teo Brandt: @teo", "The show: @show"],
        ["He had one rule: never. She had another: always.", "The rule: it holds.", "So: no."],
        ["Blanks: https://example.org/a", "Dummies: https://example.org/b"] * 3,
        [f"One thing: {HOST}", f"Another: {GUEST}", f"And then: {HOST}"],
    ],
)
def test_notes_prose_chapters_and_links_are_no_transcript(paragraphs: list[str]) -> None:
    assert turns(paragraphs) is None
