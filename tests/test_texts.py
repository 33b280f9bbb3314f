"""The canonical text: spans always fit, words are in exactly one turn."""

from __future__ import annotations

import json

import pytest

from corpus.types import (
    Aside,
    AsideKind,
    Attribution,
    Manner,
    Method,
    Origin,
    Segment,
    Span,
    Transcript,
    TurnKind,
    Word,
)
from ingest.articletexts import NOBODY, Paragraph, build_article_text
from ingest.texts import (
    build_episode_text,
    dump_transcript,
    load_transcript,
    with_attributions,
)
from tests.builders import an_article_text, an_episode_text, said

AUTHOR = Attribution(method=Method.BYLINE, confidence=0.95, person_id="author")


def article(*paragraphs: str):
    return an_article_text(paragraphs, AUTHOR)


def words_outside_turns(text) -> str:
    covered = set()
    for turn in text.turns:
        places = set(range(turn.span.start, turn.span.end))
        assert not places & covered, "two turns overlap"
        covered |= places
    return "".join(c for i, c in enumerate(text.content) if i not in covered and c.isalnum())


def test_every_word_of_an_episode_has_its_own_time_and_place():
    text = an_episode_text(("Speaker 1", "Is it loaded?"), ("Speaker 2", "It never is."))
    assert text.content == "Is it loaded?\n\nIt never is."
    assert [t.span.of(text.content) for t in text.timings] == text.content.split()
    assert [turn.span.of(text.content) for turn in text.turns] == ["Is it loaded?", "It never is."]


def test_a_turn_begins_and_ends_with_its_words():
    text = an_episode_text(("Speaker 1", "One two"), ("Speaker 2", "three"), ("Speaker 1", "four"))
    assert [turn.start_time for turn in text.turns] == pytest.approx([0.0, 0.8, 1.2])
    assert [turn.end_time for turn in text.turns] == pytest.approx([0.8, 1.2, 1.6])
    assert [turn.attribution.label[-1] for turn in text.turns] == ["1", "2", "1"]


def test_a_named_label_keeps_the_name_and_an_unknown_one_stays_a_label():
    named = Attribution(method=Method.PUBLISHER_LABEL, confidence=0.9, person_id="p", label="Ines")
    text = build_episode_text(
        said(("Ines", "Cold gun."), ("Speaker 2", "Thank you.")),
        document_id="d",
        media_sha256=None,
    )
    text = with_attributions(text, {"Ines": named})
    assert [turn.attribution.person_id for turn in text.turns] == ["p", None]


def test_a_silent_episode_is_an_empty_text():
    text = an_episode_text()
    assert (text.content, text.turns, text.timings) == ("", (), ())


def test_words_inside_quotation_marks_are_never_the_bylines():
    text = article("“The rounds never touch,” she said. “Not once, not for a second.”")
    exact = [(turn.manner, turn.span.of(text.content)) for turn in text.turns]
    assert exact == [
        (Manner.QUOTED, "The rounds never touch,"),
        (Manner.AUTHORED, "she said."),
        (Manner.QUOTED, "Not once, not for a second."),
    ]
    assert [t.attribution.person_id for t in text.turns] == [None, "author", None]


def test_paragraphs_of_one_author_are_one_turn():
    text = article("First paragraph here.", "Second paragraph here.")
    assert [turn.span for turn in text.turns] == [Span(0, len(text.content))]


@pytest.mark.parametrize(
    ("manner", "who", "turns"),
    [
        (Manner.SPOKEN, NOBODY, 2),
        (Manner.SPOKEN, Attribution(method=Method.NONE, confidence=0.0, label="Q"), 1),
        (Manner.AUTHORED, NOBODY, 1),
    ],
    ids=["a question and an answer", "one label", "a writer without a name"],
)
def test_neighbours_are_joined_only_when_one_person_says_them(manner, who, turns):
    paragraphs = [Paragraph("Is it cold?", who, manner), Paragraph("It is.", who, manner)]
    text = build_article_text(paragraphs, document_id="d", made_with="test")
    assert len(text.turns) == turns


@pytest.mark.parametrize(
    "paragraph",
    [
        "``We never had one,'' said Lee.",
        "Nothing quoted.",
        "“Whole paragraph is a quotation, start to end.”",
        "He said: “Open it and show me” and then “close it, and lock it.” Then he left.",
        "“Unclosed quotation that goes on and on",
        'Straight "marks in the middle of it," she said.',
        "“…”",
        "The film “Night Ferry” had a “hot” set.",
    ],
)
def test_every_letter_lies_in_exactly_one_turn(paragraph):
    text = article("Before it.", paragraph, "After it.")
    assert words_outside_turns(text) == ""


def test_the_same_words_and_turns_have_the_same_sha256_and_others_do_not():
    one = article("“The rounds never touch,” she said.")
    assert article("“The rounds never touch,” she said.").sha256 == one.sha256
    assert article("“The rounds never touch!” she said.").sha256 != one.sha256


def test_a_transcript_survives_being_a_file():
    transcript = said(("Speaker 1", "Cold gun, “coming in”"), (None, "¿Qué?"))
    assert load_transcript(dump_transcript(transcript)) == transcript


def a_segment(label, words, **fields):
    placed = tuple(
        Word(text=word, start_time=1.0, end_time=1.5, speaker=label) for word in words.split(" ")
    )
    return Segment(words=placed, start_time=1.0, end_time=1.5, speaker=label, **fields)


def a_transcript(*segments, asides=()):
    return Transcript(
        segments=segments, language="en", origin=Origin.PUBLISHER, asides=asides, dialect="npr"
    )


def built(transcript):
    return build_episode_text(transcript, document_id="d", media_sha256=None)


def test_a_turn_opens_where_a_segment_does_and_where_the_kind_changes():
    text = built(
        a_transcript(
            a_segment("Host", "Welcome back."),
            a_segment("Host", "Buy soap.", kind=TurnKind.ADVERTISEMENT),
            a_segment("Host", "Now then."),
            a_segment("Host", "More."),
            a_segment("Host", "Another paragraph.", opens=True),
        )
    )
    assert [(turn.kind, turn.span.of(text.content)) for turn in text.turns] == [
        (TurnKind.SPEECH, "Welcome back."),
        (TurnKind.ADVERTISEMENT, "Buy soap."),
        (TurnKind.SPEECH, "Now then. More."),
        (TurnKind.SPEECH, "Another paragraph."),
    ]


def test_an_advertisement_is_nobodys_testimony_whoever_reads_it():
    text = built(
        a_transcript(
            a_segment("Ines", "Hello."), a_segment("Ines", "Buy it.", kind=TurnKind.ADVERTISEMENT)
        )
    )
    ines = Attribution(method=Method.PUBLISHER_LABEL, confidence=0.9, person_id="p", label="Ines")
    named = with_attributions(text, {"Ines": ines})
    assert [turn.attribution.person_id for turn in named.turns] == ["p", None]
    assert [turn.attribution.label for turn in named.turns] == ["Ines", "Ines"]
    assert named.sha256 != text.sha256 == with_attributions(text, {}).sha256


def test_what_is_known_of_a_word_is_known_of_its_place():
    word = Word(
        text="live", start_time=0, end_time=1, speaker="A", agreed=False, other="blank",
        doubt="over silence", estimated=True,
    )  # fmt: skip
    segment = Segment(words=(word,), start_time=0, end_time=1, speaker="A")
    (timing,) = built(a_transcript(segment)).timings
    assert (timing.agreed, timing.other, timing.doubt, timing.estimated) == (
        False, "blank", "over silence", True,
    )  # fmt: skip


def test_an_aside_stands_at_the_word_it_stood_before():
    asides = tuple(
        Aside(position=place, kind=AsideKind.DIRECTION, text=str(place))
        for place in (0, 1, 2, 4, 9)
    )
    segments = (a_segment("A", "One two"), a_segment("B", " three four"))
    text = built(a_transcript(*segments, asides=asides))
    assert text.content == "One two\n\nthree four"
    assert [each.position for each in text.asides] == [0, 4, 9, 15, 19]


def test_asides_kinds_and_dialect_survive_being_a_file_and_old_files_are_read():
    aside = Aside(position=1, kind=AsideKind.UNHEARD, text="", start_time=1.0, end_time=2.0)
    segment = a_segment("A", "One two", kind=TurnKind.ADVERTISEMENT, opens=True)
    transcript = a_transcript(segment, asides=(aside,))
    data = dump_transcript(transcript)
    assert load_transcript(data) == transcript
    fields = json.loads(data)
    for name in ("asides", "dialect"):
        del fields[name]
    for name in ("kind", "opens"):
        del fields["segments"][0][name]
    assert load_transcript(json.dumps(fields).encode()).segments[0].kind is TurnKind.SPEECH


@pytest.mark.parametrize(
    ("direction", "whose"),
    [
        ("As Sheriff Dane", None), ("reading", None), ("Reading from a letter", None),
        ("laughing", "p"), ("as always", "p"), ("Asking the crowd", "p"),
    ],
)  # fmt: skip
def test_a_part_that_somebody_plays_is_not_their_own_words(direction, whose):
    aside = Aside(position=0, kind=AsideKind.DIRECTION, text=direction)
    segments = (a_segment("Ines", "Drop it."), a_segment("B", "Cut."), a_segment("Ines", "Good."))
    text = built(a_transcript(*segments, asides=(aside,)))
    ines = Attribution(method=Method.PUBLISHER_LABEL, confidence=0.9, person_id="p", label="Ines")
    turns = with_attributions(text, {"Ines": ines}).turns
    assert [turn.attribution.person_id for turn in turns] == [whose, None, "p"]
    assert turns[0].attribution.label == "Ines"
