"""Labels, times and words that stand apart. All people, shows and productions are invented."""

import contextlib
import time

import pytest

from corpus.errors import CaptionsError
from ingest.captions import parse_printed
from tests.printedturns import parse, said

TURNS = [
    ("Nora Vance", "Today I talk with a firearms examiner about an old revolver."),
    ("Emil Kostka", "It will not fire by itself. I tried it with a mallet."),
    ("Nora Vance", "You tested that?"),
    ("Emil Kostka", "Many times."),
]
TIMES = ("00:00:00", "00:00:12", "00:00:20", "00:00:22")


@pytest.mark.parametrize(
    "pattern",
    [
        "{name}\n({time})\n{words}",
        "{name}\n[{time}]\n{words}",
        "{name}\n{time}\n{words}",
        "{name}\n({time}):\n{words}",
        "{name}\n{time} - 01:00:00\n{words}",
        "{name}\n\n({time})\n\n{words}",
        "({time})\n{name}\n{words}",
        "{time}\n{name}\n{words}",
        "[{time}]\n\n{name}\n\n{words}",
        "<p>{name}</p><p>({time})</p><p>{words}</p>",
        "{name}: {time} {words}",
        "<tr><td>{time}</td><td>{name}</td><td>{words}</td></tr>",
        '<h4>{name}</h4><p begin="{time}">{words}</p>',
    ],
)
def test_a_name_and_its_time_apart_from_the_words_are_a_label(pattern: str) -> None:
    text = "\n\n".join(
        pattern.format(name=name, words=words, time=stamp)
        for (name, words), stamp in zip(TURNS, TIMES, strict=True)
    )
    transcript = parse(f"<table>{text}</table>" if pattern.startswith("<tr") else text)
    assert said(transcript) == TURNS
    first = [segment.words[0] for segment in transcript.segments]
    assert [word.start_time for word in first] == [0, 12, 20, 22]


@pytest.mark.parametrize(
    "pattern",
    [
        "<dt>{name}</dt><dd><p>{words}</p></dd>",
        "<tr><td>{name}</td><td>{words}</td></tr>",
        "<tr><td><b>{name}</b></td><td><p>{words}</p></td></tr>",
        "<p>[{name}] {words}</p>",
    ],
)
def test_lists_and_tables_of_turns_name_their_speakers(pattern: str) -> None:
    text = "".join(pattern.format(name=name, words=words) for name, words in TURNS)
    box = {"<dt": "dl", "<tr": "table", "<p>": "div"}[pattern[:3]]
    assert said(parse(f"<{box}>{text}</{box}>")) == TURNS


def test_a_time_on_its_own_inside_a_turn_changes_nobody() -> None:
    text = "\n\n".join(
        f"{name}\n({stamp})\n{words}" for (name, words), stamp in zip(TURNS, TIMES, strict=True)
    )
    text += "\n\n(00:00:40)\nA very old one. Thank You\n\n(00:00:50)\nIt Was Cold\n"
    assert said(parse(text))[-1] == (
        "Emil Kostka",
        "Many times. A very old one. Thank You It Was Cold",
    )


def test_a_time_inside_a_line_takes_its_colon_with_it() -> None:
    transcript = parse(
        "Speaker 1 (00:00):\nSo it was cold.\n\nSpeaker 2 (00:05):\nIt was. (00:09): The armorer "
        "looked.\n\n(00:12):\nThen I did.\n"
    )
    assert said(transcript)[1] == ("Speaker 2", "It was. The armorer looked. Then I did.")


@pytest.mark.parametrize(
    "text",
    [
        "Intro\n0:00\nGuns on Set\n1:20\nBlanks\n12:34\n",
        "0:00\nIntro\n1:20\nGuns on Set\n12:34\nBlanks\n",
        "SO HERE WE ARE\n0:03\nON THE TRUCK\n0:05\nAND IT IS COLD\n0:09\nTHE END\n",
        "[music] We begin.\n\n[music] We go on.\n\n[applause] We end.\n\n[music] It ends.\n",
        "<dl><dt>Host</dt><dd>Nora Vance</dd><dt>Guest</dt><dd>Emil Kostka</dd></dl>",
        (
            "<table><tr><td>Director</td><td>Nora Vance</td></tr><tr><td>Armorer</td>"
            "<td>Emil Kostka</td></tr><tr><td>Editor</td><td>Ines Orlo</td></tr></table>"
        ),
        "A man came in. Q is a letter.\n\nA woman left. A dog too.\n\nA cat stayed.\n",
        "Ada came at 10:30 today.\nRule: 10:30 sharp.\nThen: 9:00 at night.\n",
    ],
)
def test_chapters_sounds_and_credits_make_no_labels(text: str) -> None:
    with contextlib.suppress(CaptionsError):
        assert {segment.speaker for segment in parse(text).segments} == {None}
    assert parse_printed(text.splitlines(), url="") is None


COURT = [
    ("THE COURT", "You may proceed."),
    ("Q", "What is your occupation, sir?"),
    ("A", "I am a firearms examiner with the state."),
    ("Q", "And did you examine the revolver?"),
    ("A", "I did. I have sworn to that."),
    ("MR. OSEI", "Objection. Leading."),
    ("THE COURT", "Sustained."),
    ("Q", "What did you find?"),
    ("A", "A worn sear."),
    ("THE WITNESS", "May I have some water?"),
]


@pytest.mark.parametrize("mark", [". ", ".  ", ": ", "\t", ".\t", "  "])
def test_questions_and_answers_in_court_are_nobody_elses_words(mark: str) -> None:
    text = "\n\n".join(
        f"{label}{mark if len(label) == 1 else ': '}{words}" for label, words in COURT
    )
    assert said(parse(text)) == COURT


def test_whose_the_questions_are_is_told_before_them() -> None:
    transcript = parse(
        "THE COURT: You may proceed.\n\nPIERS WAKEMAN, having been first duly sworn, testified as "
        "follows:\n\nDIRECT EXAMINATION\n\nBY MS. HALVORSEN:\n\nQ. What is your work?\n\n"
        "A. I examine guns.\n\nMR. OSEI: Objection.\n\nTHE COURT: Overruled.\n\n"
        "BY MS. HALVORSEN:\n\nQ. Whose guns?\n\nA. The state's.\n\nCROSS-EXAMINATION\n\n"
        "Q. For how long?\n\nA. Nine years.\n\nBY MR. OSEI:\n\nQ. Always?\n\nA. Always.\n"
    )
    assert said(transcript) == [
        ("THE COURT", "You may proceed."),
        ("MS. HALVORSEN", "What is your work?"),
        ("A", "I examine guns."),
        ("MR. OSEI", "Objection."),
        ("THE COURT", "Overruled."),
        ("MS. HALVORSEN", "Whose guns?"),
        ("A", "The state's."),
        ("Q", "For how long?"),
        ("A", "Nine years."),
        ("MR. OSEI", "Always?"),
        ("A", "Always."),
    ]
    assert [aside.text for aside in transcript.asides][1:3] == [
        "DIRECT EXAMINATION",
        "BY MS. HALVORSEN",
    ]


def test_the_line_numbers_of_a_court_are_no_words() -> None:
    lines = [
        "THE COURT:  You may proceed.",
        "Q.   (By Ms. Halvorsen) What is your",
        "occupation?",
        "A.   I examine guns.",
        "Q.   Since when?",
        "A.   For 9 years.",
        "THE COURT:  Thank you.",
        "Q.   (By Mr. Osei) Always?",
        "A.   Always.",
    ]
    transcript = parse("\n".join(f"{n:2}      {line}" for n, line in enumerate(lines, start=1)))
    assert said(transcript) == [
        ("THE COURT", "You may proceed."),
        ("Ms. Halvorsen", "What is your occupation?"),
        ("A", "I examine guns."),
        ("Ms. Halvorsen", "Since when?"),
        ("A", "For 9 years."),
        ("THE COURT", "Thank you."),
        ("Mr. Osei", "Always?"),
        ("A", "Always."),
    ]


@pytest.mark.parametrize("label", ["Advertisement", "Sponsor", "Ad", "Promo"])
def test_an_advertisement_is_a_label_of_its_own(label: str) -> None:
    transcript = parse(
        f"Ada: Welcome to this.\n\nTeo: Thanks. It is good.\n\nAnd late.\n\n{label}: Gaffer Glue "
        "sticks to everything you own.\n\nAda: We are back.\n\nTeo: So we are.\n"
    )
    assert (label, "Gaffer Glue sticks to everything you own.") in said(transcript)


def test_titles_and_notes_before_a_transcript_are_in_nobodys_turn() -> None:
    transcript = parse(
        "# Episode 12\n\n*Show notes below.*\n\nThis transcript has been lightly edited.\n\n"
        "We met in a barn.\n\n**Ada:** Welcome.\n\n**Teo:** Thanks.\n\n**Ada:** So?\n"
    )
    assert said(transcript)[:2] == [(None, "We met in a barn."), ("Ada", "Welcome.")]


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "Q. a\nA. b\n" + "AB.' -" * 40_000 + ", sworn",
        "Q. a\nA. b\n" + ("A" * 80 + ", " + "sworn " * 40 + "\n") * 400,
        "Ada\n0:00\n" * 8_000,
        "[Ada] a\n[Teo] b\n" * 8_000,
        "1 " * 50_000,
        "1\n" * 50_000,
        "<table>" + "<tr><td>Ada</td><td>b</td></tr>" * 5_000,
        "<table><tr>" + "<td>Ada</td>" * 8_000,
        "Ada: 0:10 b\n" * 8_000,
    ],
)
def test_no_layout_takes_longer_than_its_length(text: str) -> None:
    begun = time.process_time()
    with contextlib.suppress(CaptionsError):
        parse(text)
    assert time.process_time() - begun < 6
