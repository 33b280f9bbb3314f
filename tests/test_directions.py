import time

import pytest

from ingest.transcript.directions import part_directions


def parts(text: str) -> list[str]:
    return [f"<{part.text}>" if part.is_aside else part.text for part in part_directions(text)]


@pytest.mark.parametrize(
    "text",
    [
        "the [production] was slow",
        "the [music] was loud",
        "the (music) rights",
        "I heard a (gunshot) there",
        "[shooting] at the [range] is another thing",
        "I said (I think) no",
        "three(ish) takes",
        "(I never said that.)",
        "a [blank] round and a (dummy) round",
        "the [GSFC] rule, (NASA) and the (AR-15)",
        "(They laughed about it for hours and left)",
        "[Yes]",
        "(unclosed, and more words",
        "",
    ],
)
def test_what_was_said_stays_in_the_words(text: str) -> None:
    assert parts(text) == ([text] if text else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(LAUGHTER)", ["<LAUGHTER>"]),
        ("I never [laughs] did", ["I never", "<laughs>", "did"]),
        ("(SOUNDBITE OF GUNFIRE)", ["<SOUNDBITE OF GUNFIRE>"]),
        ('(SOUNDBITE OF FILM, "NIGHT SET")', ['<SOUNDBITE OF FILM, "NIGHT SET">']),
        ("He said [inaudible] to me", ["He said", "<inaudible>", "to me"]),
        ("So \\[x] [crosstalk 00:12:03] go", ["So \\[x]", "<crosstalk 00:12:03>", "go"]),
        ("[dramatic music playing] Welcome", ["<dramatic music playing>", "Welcome"]),
        ("[he laughs] Well", ["<he laughs>", "Well"]),
        ("(through interpreter) I was there", ["<through interpreter>", "I was there"]),
        ("(As Ferryman) Oh no", ["<As Ferryman>", "Oh no"]),
        ("♪ la la la ♪ Hello", ["<la la la>", "Hello"]),
        ("♪ the whole line", ["<the whole line>"]),
        ("[[laughs]] okay", ["<laughs>", "okay"]),
        ("*laughs* okay", ["<laughs>", "okay"]),
        ("[END OF TAPE]", ["<END OF TAPE>"]),
        ("[смеётся] Да", ["<смеётся>", "Да"]),
    ],
)
def test_what_nobody_says_is_kept_apart(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Yeah [laughter].", "Yeah."),
        ("Yeah, [laughs], and", "Yeah, and"),
        ("It is. [laughter]. And", "It is. And"),
        ("We did [laughs], and", "We did, and"),
    ],
)
def test_the_marks_of_the_sentence_stay_with_its_words(text: str, words: str) -> None:
    assert " ".join(part.text for part in part_directions(text) if not part.is_aside) == words


@pytest.mark.parametrize("text", ["[" * 50_000, "(a " * 50_000, "♪ a " * 50_000, "*a" * 50_000])
def test_brackets_without_end_are_quick(text: str) -> None:
    begun = time.process_time()
    list(part_directions(text))
    assert time.process_time() - begun < 3
