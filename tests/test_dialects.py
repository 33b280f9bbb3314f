"""Printed transcripts, dialect by dialect. All people, shows and productions are invented."""

import itertools

import pytest

from tests.printedturns import parse, said

ASKED = "How do you keep a set safe when everybody is in a hurry?"
GIVEN = "We count every round twice: the dummies, the blanks. Nobody rushes that."
AGAIN = "And who opens the box?"
LAST = "Only I do."
TURNS = [("Ada Moreno", ASKED), ("Teo Brandt", GIVEN), ("Ada Moreno", AGAIN), ("Teo Brandt", LAST)]
TIMES = ("0:00", "0:07", "0:31", "1:02:03")


def written(pattern: str, between: str = "\n\n") -> str:
    return between.join(
        pattern.format(name=name, upper=name.upper(), words=words, time=stamp, long=long(stamp))
        for (name, words), stamp in zip(TURNS, TIMES, strict=True)
    )


def long(stamp: str) -> str:
    return ":".join([*["00"] * (2 - stamp.count(":")), *(f"{int(p):02}" for p in stamp.split(":"))])


PATTERNS = [
    "{name}: {words}",
    "{name}:\n{words}",
    "{name}:\n\n{words}",
    "{upper}: {words}",
    ">> {upper}: {words}",
    "{name} {time}\n{words}",
    "{name}  {time}\n\n{words}",
    "{name} ({time}):\n{words}",
    "{name} ({long}): {words}",
    "{name} [{time}]\n{words}",
    "{name} [{long}]: {words}",
    "[{long}] {name}: {words}",
    "[{long}.250] - {name}\n{words}",
    "{time} {name}\n{words}",
    "{time} | {name}\n\n{words}",
    "({time}) {name}: {words}",
    "{long} - {name}: {words}",
    "{name}: [{time}] {words}",
    "**{name}:** {words}",
    "**{name}**: {words}",
    "__{name}:__ {words}",
    "- **{name}:** {words}",
    "**{name}:** \\[{time}\\] {words}",
    "**[{time}] {name}:** {words}",
    "**{name}** ({time})\n\n{words}",
    "### {name}\n\n{words}",
    "<p><strong>{name}:</strong> {words}</p>",
    "<p><b>{name}</b>: {words}</p>",
    "<p><strong>{name}</strong><br>{words}</p>",
    "<p>{name}: {words}</p>",
    "<p>{upper}: {words}</p>",
    "<cite>{name}:</cite><time>{time}</time><p>{words}</p>",
    "<cite>{name}</cite>\n<time>{time}</time>\n<p>{words}</p>",
    "<p><cite>{name}:</cite> <time>{time}</time> {words}</p>",
    "<dt>{name}</dt><dd>{words}</dd>",
    '<div class="row"><div class="speaker">{name}</div><div>{words}</div></div>',
    '<p><span class="who">{name}</span><span class="at">{time}</span></p><p>{words}</p>',
]


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("pattern", PATTERNS)
def test_each_way_to_print_a_name_gives_the_same_turns(pattern: str, ends: str) -> None:
    transcript = parse(written(pattern).replace("\n", ends))
    turns = [(speaker or "", words) for speaker, words in said(transcript)]
    upper = "{upper}" in pattern
    assert turns == [(name.upper() if upper else name, words) for name, words in TURNS]
    assert transcript.dialect not in {None, "unknown"}
    starts = [word.start_time for word in transcript.words]
    assert starts == sorted(starts)
    if "{time}" in pattern or "{long}" in pattern:
        first = [s.words[0] for s in transcript.segments]
        assert [int(word.start_time) for word in first] == [0, 7, 31, 3723]
        assert not any(word.estimated for word in first)
        assert all(s.words[1].estimated for s in transcript.segments)
    else:
        assert all(word.estimated for word in transcript.words)
        assert any("usual speaking rate" in warning for warning in transcript.warnings)


@pytest.mark.parametrize(
    "pattern", [p for p in PATTERNS if not p.startswith(("<", "#", "-", "*", "_"))]
)
def test_lines_without_paragraphs_between_them_are_read_too(pattern: str) -> None:
    turns = said(parse(written(pattern, between="\n")))
    assert [words for _, words in turns] == [words for _, words in TURNS]


def test_the_radio_dialect_names_reporters_guests_and_clips() -> None:
    transcript = parse(
        "LENA ABARA, HOST:\n\nA film crew has stopped work. NPR's Oskar Lind reports.\n\n"
        "OSKAR LIND, BYLINE: On the set, the armorer checks each round: blank or dummy.\n\n"
        "(SOUNDBITE OF GUNFIRE)\n\n"
        "LIND: Then she checks again.\n\nIt takes ten minutes.\n\n"
        "(SOUNDBITE OF ARCHIVED RECORDING)\n\nUNIDENTIFIED PERSON #1: Cold gun on set.\n\n"
        "LIND: That was the call. (SOUNDBITE OF BELL)\n\n"
        "PRIYA NAND: I never let anybody (laughter) touch it. The [production] was slow.\n\n"
        "ABARA: Oskar Lind.\n\n(SOUNDBITE OF MUSIC)\n\n"
        "Copyright © 2022 Somebody. All rights reserved.\n\n"
        "Transcripts are created on a rush deadline by a contractor.\n"
    )
    assert said(transcript) == [
        ("LENA ABARA, HOST", "A film crew has stopped work. NPR's Oskar Lind reports."),
        (
            "OSKAR LIND, BYLINE",
            "On the set, the armorer checks each round: blank or dummy.",
        ),
        ("LIND", "Then she checks again. It takes ten minutes."),
        ("UNIDENTIFIED PERSON #1", "Cold gun on set."),
        ("LIND", "That was the call."),
        ("PRIYA NAND", "I never let anybody touch it. The [production] was slow."),
        ("ABARA", "Oskar Lind."),
    ]
    assert transcript.dialect == "npr"
    words = [word.text for word in transcript.words]
    places = [(aside.text, " ".join(words[aside.position :][:2])) for aside in transcript.asides]
    assert places == [
        ("SOUNDBITE OF GUNFIRE", "Then she"),
        ("SOUNDBITE OF ARCHIVED RECORDING", "Cold gun"),
        ("SOUNDBITE OF BELL", "I never"),
        ("laughter", "touch it."),
        ("SOUNDBITE OF MUSIC", ""),
    ]


def test_a_clip_named_on_the_line_of_its_sound_is_a_turn_of_its_own() -> None:
    transcript = parse(
        "OSKAR LIND, BYLINE: The crew remembers it.\n\n"
        "(SOUNDBITE OF ARCHIVED RECORDING) PRIYA NAND: We never had a live round.\n\n"
        "LIND: She said that twice.\n\nNAND: (Through interpreter) And I meant it.\n"
    )
    assert said(transcript) == [
        ("OSKAR LIND, BYLINE", "The crew remembers it."),
        ("PRIYA NAND", "We never had a live round."),
        ("LIND", "She said that twice."),
        ("NAND", "And I meant it."),
    ]
    assert [aside.text for aside in transcript.asides] == [
        "SOUNDBITE OF ARCHIVED RECORDING",
        "Through interpreter",
    ]


def test_a_sentence_goes_on_under_the_next_line_of_its_speaker() -> None:
    transcript = parse(
        "Ada Moreno 0:00\nWelcome back. With us is an armorer who has\n\n"
        "Teo Brandt 0:10\nworked on more than\n\nTeo Brandt 0:14\nforty films.\n\n"
        "Ada Moreno 0:20\nRight.\n"
    )
    assert said(transcript)[1] == ("Teo Brandt", "worked on more than forty films.")
    assert transcript.dialect == "fireside"


def test_bare_times_inside_a_turn_are_times_and_not_turns() -> None:
    transcript = parse(
        "Episode Transcript\n"
        "Available transcripts are automatically generated. Complete accuracy is not guaranteed.\n"
        "Speaker 1 (00:00):\nFrom the set to the screen. History is\nriddled with accidents.\n"
        "(00:22):\nI'll never forget that moment: it was cold.\n\n(00:30):\nWe all went home.\n"
        "Speaker 2 (00:33):\nYeah?\nSpeaker 1 (00:34):\nSo there you go.\n"
    )
    assert said(transcript) == [
        (
            "Speaker 1",
            (
                "From the set to the screen. History is riddled with accidents. "
                "I'll never forget that moment: it was cold. We all went home."
            ),
        ),
        ("Speaker 2", "Yeah?"),
        ("Speaker 1", "So there you go."),
    ]
    given = [word.start_time for word in transcript.words if not word.estimated]
    assert given == [0, 22, 30, 33, 34]


def test_paragraphs_with_times_alone_are_nobodys_and_stay_apart() -> None:
    transcript = parse(
        "[00:00:04.120]\nWelcome to the show.\n\n[00:01:04]\nI never load a live round.\n\n"
        "[00:01:30] Thanks at 10:30 sharp.\n"
    )
    assert said(transcript) == [
        (None, "Welcome to the show."),
        (None, "I never load a live round."),
        (None, "Thanks at 10:30 sharp."),
    ]
    assert [segment.start_time for segment in transcript.segments] == [4.12, 64, 90]
    assert transcript.dialect == "happy-scribe"


def test_markdown_keeps_times_sounds_and_breaks_out_of_the_words() -> None:
    transcript = parse(
        "---\ntitle: A show\n---\n\n# Episode 12\n\n<!-- made by hand -->\n"
        "**Ada Moreno:** Welcome *back*. See [our page](https://example.org/a_(b)).\n\n"
        "**Teo Brandt:** \\[04:07\\] Thanks. \\[laughter\\] I say: "
        "\\[unintelligible 00:04:40.26\\] so.\n\n"
        "It goes on, in __two__ paragraphs. Snake_case_names stay.\n\n"
        "**Break:** \\[04:52\\]\n\n"
        "**Ada Moreno:** Right, [Kiln] is it; \\* is a star.\n"
    )
    assert said(transcript)[1:] == [
        (
            "Teo Brandt",
            "Thanks. I say: so. It goes on, in two paragraphs. Snake_case_names stay.",
        ),
        ("Ada Moreno", "Right, [Kiln] is it; * is a star."),
    ]
    assert said(transcript)[0][1].startswith("Welcome back. See our page")
    texts = [aside.text for aside in transcript.asides]
    assert texts == ["laughter", "unintelligible 00:04:40.26", "Break"]
    assert transcript.asides[-1].start_time == 292
    assert {segment.speaker for segment in transcript.segments} == {"Ada Moreno", "Teo Brandt"}


def test_a_page_gives_its_turns_and_not_what_is_around_them() -> None:
    transcript = parse(
        "<!doctype html><html><head><title>Show</title><style>p{}</style></head><body>"
        "<nav><p>Home: here</p></nav><h1>Episode 4: the truck</h1>"
        "<p>What this episode is about, in a sentence.</p><article>"
        "<p><strong>Ada Moreno:</strong> Welcome &amp; hello to you all.</p>"
        "<script>var a = 'Teo Brandt: no'</script>"
        "<p><strong>Teo Brandt</strong>: Thank you very much.</p><p>One more thing: check it.</p>"
        "<!-- Ada Moreno: not this --><p><b>Ada Moreno:</b> That is right.</p></article>"
        "<h2>Related</h2><p>Another page.</p><footer>© 2022 Show</footer></body></html>"
    )
    assert said(transcript) == [
        ("Ada Moreno", "Welcome & hello to you all."),
        ("Teo Brandt", "Thank you very much. One more thing: check it."),
        ("Ada Moreno", "That is right."),
    ]


def test_seconds_in_attributes_are_the_times_of_their_words() -> None:
    spoken = [("Ada Moreno", "Is it cold?"), ("Teo Brandt", "It is."), ("Ada Moreno", "Thank you.")]
    count = itertools.count()
    page = "".join(
        f"<p><strong>{name}:</strong> "
        + " ".join(
            f'<span data-start="{next(count) * 0.5}">{word}</span>' for word in words.split()
        )
        + "</p>"
        for name, words in spoken
    )
    transcript = parse(page)
    assert said(transcript) == spoken
    assert [word.start_time for word in transcript.words] == [i * 0.5 for i in range(7)]
    assert not any(word.estimated for word in transcript.words)


def test_cues_printed_on_a_page_are_read_as_cues() -> None:
    page = (
        "<html><body><pre>WEBVTT\n\n00:01.000 --&gt; 00:02.000\nAda: Hello\n\n"
        "00:02.000 --&gt; 00:03.000\nTeo: Hi</pre></body></html>"
    )
    assert said(parse(page)) == [("Ada", "Hello"), ("Teo", "Hi")]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("דנה לוי", "יוסי כהן", "שלום לכולם וברוכים הבאים."),
        ("ليلى حداد", "سامي نصر", "أهلا بكم في البرنامج اليوم."),
        ("Вера Ланская", "Пётр Оно", "Здравствуйте, все на месте."),
        ("田中", "佐藤", "こんにちは、今日はよろしく。"),
        ("Zoë d’Aubigné", "Íñigo de la Peña", "Buenos días a todos."),
    ],
)
@pytest.mark.parametrize(
    "pattern", ["{}: {}", "\u200f{}\u200f: \u202b{}\u202c", "**{}:** {}", "{} 0:0N\n{}"]
)
def test_names_of_any_script_are_labels(one: str, other: str, words: str, pattern: str) -> None:
    text = "\n\n".join(
        pattern.replace("N", str(i)).format(name, words) for i, name in enumerate([one, other, one])
    )
    assert said(parse(text)) == [(one, words), (other, words), (one, words)]


@pytest.mark.parametrize(
    "text",
    [
        "It had one rule: never point it.\n\nTwo things: the lock.\n\nNote: so. No: no",
        "Ingredients: flour, water.\nMethod: mix it all.\nServes: four people.\nOven: 200 degrees.",
        "Remember: check it.\n\nThe result: nothing.\n\nRemember: twice.\n\nThe result: nothing.",
        "Rule one: never.\n\nRule two: ever.\n\nRule three: never ever.",
        "https://example.org/a\nhttps://example.org/b\nSee: https://example.org/c",
        "Running Time: 90 minutes\nRelease Date: 3 May\nDirected By: Somebody Else",
    ],
)
def test_a_colon_in_ordinary_text_makes_no_label(text: str) -> None:
    transcript = parse(text)
    assert {segment.speaker for segment in transcript.segments} == {None}
    assert transcript.dialect == "unknown"
    assert any("without speakers" in warning for warning in transcript.warnings)
    assert [w.text for w in transcript.words] == text.split()


def test_a_line_that_begins_with_a_colon_phrase_stays_inside_its_turn() -> None:
    transcript = parse(
        "Ada: Welcome to the show.\nTeo: Thanks. Note: nothing is live.\nRemember: check it.\n"
        "Safety: it matters, and safety costs time.\nAda: Right, so we begin.\nTeo: We do.\n"
    )
    assert said(transcript)[1] == (
        "Teo",
        (
            "Thanks. Note: nothing is live. Remember: check it. "
            "Safety: it matters, and safety costs time."
        ),
    )


def test_a_name_seen_once_is_a_speaker_where_others_say_it() -> None:
    text = (
        "Ada: Welcome. Here is Ines.\n\nInes: Thank you all.\n\nIt is good to be here.\n\n"
        "Ada: So?\n\nTeo: Well.\n\nIt was late.\n\nAnd cold.\n\nTeo: We left.\n"
    )
    assert ("Ines", "Thank you all. It is good to be here.") in said(parse(text))


def test_what_follows_a_doubtful_label_is_nobodys() -> None:
    text = (
        "Ada: Welcome to this.\n\nIt is late.\n\nOrlo: Thank you all.\n\nMore here.\n\n"
        "Ada: So?\n\nTeo: Well.\n\nIt was late.\n\nAnd cold.\n\nTeo: We left.\n"
    )
    assert said(parse(text))[1:3] == [(None, "Orlo: Thank you all."), (None, "More here.")]


def test_times_out_of_order_are_left_out_and_said() -> None:
    transcript = parse(written("{name} ({time}): {words}").replace("(0:31)", "(9:59:00)"))
    starts = [word.start_time for word in transcript.words]
    assert starts == sorted(starts)
    assert starts[-1] < 4000
    assert any("out of order" in warning for warning in transcript.warnings)


def test_words_without_a_time_share_what_is_between_two_times_by_length() -> None:
    transcript = parse("Ada (0:00): a bbbbbbb\nTeo (0:02): cc dd\nAda (0:04): ee ff\n")
    assert [(w.text, w.start_time, w.end_time, w.estimated) for w in transcript.words[:3]] == [
        ("a", 0.0, 0.4, False),
        ("bbbbbbb", 0.4, 2.0, True),
        ("cc", 2.0, 3.0, False),
    ]


def test_a_manner_in_the_label_is_a_direction() -> None:
    transcript = parse("Ada: Well, you know me.\nTeo (laughing): I do.\nAda: You do.\nTeo: Yes.\n")
    assert [speaker for speaker, _ in said(transcript)] == ["Ada", "Teo", "Ada", "Teo"]
    assert [(aside.text, aside.position) for aside in transcript.asides] == [("laughing", 4)]
