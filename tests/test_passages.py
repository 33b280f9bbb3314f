from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from corpus.reading import apply_corrections
from corpus.types import Certainty, Correction, CorrectionKind, Person, Reading, Span
from index.passages import (
    MOST_WORDS,
    OVERLONG,
    UNATTRIBUTED,
    count_words,
    sentence_spans,
    split_passages,
)
from tests.builders import a_document, an_episode_text
from tests.indexed import a_text

SHARED = Path(__file__).resolve().parents[2] / "shared"


def sentences(content: str) -> list[str]:
    return [span.of(content) for span in sentence_spans(content, Span(0, len(content)))]


@pytest.mark.parametrize(
    "whole",
    [
        ["Mr. Cole said no.", "We left."],
        ["Dr. Ana Vane and Lt. J. R. Moss came.", "They looked."],
        ["It was No. 9 on the list.", "Then we shot."],
        ["Did he fire?", "No.", "Nobody did."],
        ["In the U.S. Army they teach it.", "Here nobody does."],
        ["We filmed in the U.S.", "It rained."],
        ["“Is it cold?” she asked.", "“It is.”", "He nodded."],
        ["We wrap at 9 p.m. sharp.", "At 10 p.m.", "We sleep."],
        ["A .45 is loud... very loud.", "It hurts!"],
        ["He said (quietly.) and left.", "“Stop!”", "Nobody moved."],
        ["It cost $136,793.50 in all.", "Later 100,000."],
        ["On Oct. 21 it happened.", "He sat.", "Then he stood."],
        ["Guns, knives, etc. are locked away.", "So are blanks."],
        ["See fig. 4 and sec. 9155.", "That is the law."],
        ["No end mark here", "A new paragraph"],
        ["銃は冷たい。", "見てください。"],
        ["So did I.", "He left."],
        ["Props Inc. made it.", "The rest is wood."],
    ],
)
def test_sentences_end_where_a_reader_ends_them(whole):
    joint = "" if "。" in whole[0] else "\n\n" if whole[0][-1].isalpha() else " "
    assert sentences(joint.join(whole)) == whole


def test_sentences_cover_every_letter_once():
    content = "One. Two?  Three!\n\nFour “five.” Six; and seven\n \n eight…  "
    spans = sentence_spans(content, Span(0, len(content)))
    assert "".join(span.of(content) for span in spans).replace(" ", "") == "".join(content.split())
    assert all(a.end <= b.start for a, b in pairwise(spans))


def test_speech_without_punctuation_is_cut_at_clauses_or_between_words():
    content = ", and then we load it and look at it again" * 60
    parts = sentences(content)
    assert all(count_words(part) <= OVERLONG for part in parts)
    assert sum(part.startswith("and") for part in parts) > len(parts) / 2
    for unbroken in ("word " * 3000, "w" * 20000, "，" * 5000, "a" * 300 + " b" * 3000):
        assert "".join("".join(sentences(unbroken)).split()) == "".join(unbroken.split())


def test_a_sentence_that_is_only_long_stays_whole():
    content = "we look and we look, " * 25 + "and that is all."
    assert sentences(content) == [content]


def split(*turns, **fields):
    text = a_text(None, "0123456789ab", turns)
    people = {"p1": Person(id="p1", name="Inés Rosa")}
    return text, split_passages(Reading(text=text), a_document(**fields), people)


def test_a_passage_never_crosses_a_turn():
    words = "We never had one on set. " * 12
    text, passages = split(("armorer", "Speaker 1", words), (None, "Speaker 2", words))
    for passage in passages:
        homes = [turn for turn in text.turns if passage.span in turn.span]
        assert len(homes) == 1
        assert passage.content == passage.span.of(text.content)
        assert passage.speaker == homes[0].attribution.label
        assert passage.roles == homes[0].attribution.roles


def test_passages_are_whole_sentences_of_a_handy_length():
    words = " ".join(
        f"Sentence number {n} says that the gun is looked at twice." for n in range(90)
    )
    _, passages = split((None, "Speaker 1", words))
    lengths = [count_words(passage.content) for passage in passages]
    assert all(40 <= length <= MOST_WORDS + 40 for length in lengths)
    assert all(passage.content.startswith("Sentence") for passage in passages)
    assert all(passage.content.endswith("twice.") for passage in passages)
    assert " ".join(passage.content for passage in passages) == words


def test_a_short_answer_is_a_passage_and_a_grunt_is_none():
    _, passages = split((None, "Speaker 1", "Never live rounds."), (None, "Speaker 2", "Yeah."))
    assert [passage.content for passage in passages] == ["Never live rounds."]


def test_times_are_those_of_the_first_and_last_word():
    text = an_episode_text(
        ("Speaker 1", "One two three. Four five."), ("Speaker 2", "Six seven eight.")
    )
    first, last = split_passages(Reading(text=text), a_document(), {})
    assert (first.start_time, first.end_time) == pytest.approx((0.0, 2.0))
    assert (last.start_time, last.end_time) == pytest.approx((2.0, 3.2))


def test_ids_depend_on_the_place_alone():
    _, first = split((None, "Speaker 1", "Never live rounds here."), title="A")
    _, again = split((None, "Speaker 1", "Never live rounds here."), title="B")
    assert [passage.id for passage in first] == [passage.id for passage in again]
    _, moved = split((None, "Speaker 1", "Now never live rounds here."))
    assert first[0].id != moved[0].id


def test_a_passage_says_how_sure_its_words_are_and_whether_they_were_corrected():
    text = replace(
        an_episode_text(("Speaker 1", "We had life rounds."), ("Speaker 2", "Nobody had any.")),
        revision=1,
    )
    start = text.content.index("life")
    made = Correction(
        id="c1", document_id=text.document_id, revision=1, kind=CorrectionKind.WORDS,
        author="Ana", made=datetime(2026, 3, 4, tzinfo=UTC), span=Span(start, start + 4),
        exact="life", words="live",
    )  # fmt: skip
    first, last = split_passages(apply_corrections(text, [made]), a_document(), {})
    assert (first.content, first.corrected) == ("We had live rounds.", True)
    assert (last.certainty, last.corrected) == (Certainty.ONE_DECODE, False)
    whole = replace(made, kind=CorrectionKind.VERIFIED, span=Span(0, len(text.content)), exact=None)
    first, last = split_passages(apply_corrections(text, [whole]), a_document(), {})
    assert (first.certainty, last.certainty) == (Certainty.CHECKED, Certainty.CHECKED)
    assert not first.corrected


def test_nobody_named_is_unattributed():
    _, passages = split((None, None, "Never live rounds here."))
    assert passages[0].speaker == UNATTRIBUTED


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared folder is not here")
def test_sentences_of_real_transcripts_are_sentences():
    """Published turns end in a sentence; so must nearly all that is cut inside them."""
    bad = total = 0
    for path in sorted((SHARED / "data/transcripts/changelog").glob("*.md"))[:4]:
        content = path.read_text(encoding="utf-8")
        for span in sentence_spans(content, Span(0, len(content))):
            total += 1
            bad += span.of(content)[0].islower()
    assert total > 1000
    assert bad / total < 0.01
