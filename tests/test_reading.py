"""Corrections lie over a text that never changes, each only where its place is certain."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from corpus.anchors import find_again, locate, surroundings, times_of
from corpus.certainty import certainty_of
from corpus.reading import (
    apply_corrections,
    checked_in,
    corrected_in,
    to_canonical,
    to_reading,
)
from corpus.types import (
    Aside,
    AsideKind,
    Attribution,
    Certainty,
    Correction,
    CorrectionKind,
    Evidence,
    Method,
    Span,
    TurnKind,
)
from tests.builders import NOON, an_article_text, an_episode_text

INES = Attribution(
    method=Method.PUBLISHER_LABEL,
    confidence=0.9,
    person_id="ines",
    label="Ines",
    roles=("armorer",),
)
TEXT = replace(
    an_episode_text(
        ("Host", "Is the gun cold? Did you look?"),
        ("Ines", "We never had life rounds there. We had dummies only. Everybody looked."),
        ("Speaker 2", "I saw a life round once."),
        Ines=INES,
    ),
    revision=1,
)


def correction(kind, exact=None, *, text=TEXT, number=0, **fields):
    """Return a correction of the words `exact` of the text, the `number`-th one made."""
    if exact:
        span = fields.pop("span", None) or locate(text.content, exact)
        prefix, suffix = surroundings(text.content, span)
        fields |= {"span": span, "exact": exact, "prefix": prefix, "suffix": suffix}
    return Correction(
        id=f"c{number}",
        document_id=text.document_id,
        revision=text.revision,
        kind=kind,
        author="Ana",
        made=NOON + timedelta(minutes=number),
        **fields,
    )


def words(exact, right, **fields):
    return correction(CorrectionKind.WORDS, exact, words=right, **fields)


def speaker(exact, person_id, **fields):
    return correction(CorrectionKind.SPEAKER, exact, person_id=person_id, **fields)


def said(reading):
    """Return who says what."""
    content = reading.text.content
    return [
        (turn.attribution.person_id or turn.attribution.label, turn.span.of(content))
        for turn in reading.text.turns
    ]


def test_a_text_without_corrections_reads_as_it_is():
    assert apply_corrections(TEXT, ()).text is TEXT


def test_corrected_words_stand_in_the_reading_and_not_in_the_text():
    reading = apply_corrections(TEXT, [words("had life rounds", "had live rounds")])
    assert "We never had live rounds there." in reading.text.content
    assert "life rounds" in TEXT.content
    assert reading.canonical is TEXT
    assert [each.id for each in reading.applied] == ["c0"]
    assert reading.text.sha256 != TEXT.sha256


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("life rounds there", "live rounds"),
        ("life rounds", "no live ammunition, not a single one"),
        ("We never had", "Had"),
        ("never ", ""),
        ("there. We had", "there. Then, in spring, we had"),
        ("Everybody", "Nearly everybody"),
        ("looked.", ""),
        ("dummies only", ""),
        ("Everybody looked", ""),
        ("dummies only", "none."),
    ],
)
def test_every_word_of_the_reading_keeps_turn_and_seconds(wrong, right):
    reading = apply_corrections(TEXT, [words(wrong, right)])
    text = reading.text
    assert [t.span.of(text.content) for t in text.timings] == text.content.split()
    assert [t.start_time for t in text.timings] == sorted(t.start_time for t in text.timings)
    assert text.timings[-1].end_time == TEXT.timings[-1].end_time
    assert all(a.span.end <= b.span.start for a, b in pairwise(text.turns))
    last = text.turns[-1]
    assert last.span.of(text.content) == TEXT.turns[-1].span.of(TEXT.content)
    assert times_of(text, last.span) == times_of(TEXT, TEXT.turns[-1].span)


def test_new_words_share_the_time_of_the_old_and_are_beyond_doubt():
    contested = replace(TEXT.timings[10], agreed=False, other="live")
    text = replace(TEXT, timings=(*TEXT.timings[:10], contested, *TEXT.timings[11:]))
    old = contested.span.of(text.content)
    assert old == "life"
    reading = apply_corrections(text, [words(old, "quite live", text=text, span=contested.span)])
    first, second = reading.text.timings[10:12]
    assert (first.start_time, second.end_time) == (contested.start_time, contested.end_time)
    assert first.start_time < first.end_time == second.start_time
    assert (first.agreed, first.other, first.estimated) == (True, None, True)
    assert reading.text.timings[9] == text.timings[9]
    assert reading.text.timings[12].start_time == text.timings[11].start_time


def test_only_words_that_differ_are_exchanged():
    sentence = "We never had life rounds there."
    reading = apply_corrections(TEXT, [words(sentence, "We never had live rounds there.")])
    place = locate(reading.text.content, "rounds there")
    assert to_canonical(reading, place) == locate(TEXT.content, "rounds there")
    assert checked_in(reading) == [locate(reading.text.content, "We never had live rounds there.")]


def test_places_are_found_in_both_directions():
    reading = apply_corrections(
        TEXT,
        [words("life rounds there", "live ones"), words("saw a life", "saw one live", number=1)],
    )
    for exact in ("Is the gun", "We had dummies only.", "Everybody looked.", "round once."):
        here, there = locate(TEXT.content, exact), locate(reading.text.content, exact)
        assert to_reading(reading, here) == there
        assert to_canonical(reading, there) == here
    part = locate(reading.text.content, "ones")
    assert to_canonical(reading, part).of(TEXT.content) == "life rounds there."
    there = to_reading(reading, locate(TEXT.content, "rounds there"))
    assert there.of(reading.text.content) == "live ones."


def test_an_invented_turn_can_be_struck_out():
    reading = apply_corrections(TEXT, [words("I saw a life round once.", "")])
    assert [label for label, _ in said(reading)] == ["Host", "ines"]
    assert len(reading.text.timings) == len(TEXT.timings) - 6


def test_marks_of_the_text_move_with_its_words():
    witness = Evidence(kind="opening", span=locate(TEXT.content, "Everybody"))
    turns = [replace(TEXT.turns[1], attribution=replace(INES, evidence=(witness,)))]
    aside = Aside(position=TEXT.turns[2].span.start, kind=AsideKind.DIRECTION, text="laughter")
    text = replace(TEXT, turns=(TEXT.turns[0], *turns, TEXT.turns[2]), asides=(aside,))
    content = apply_corrections(text, [words("Is the gun", "Is it")]).text
    assert content.turns[1].attribution.evidence[0].span.of(content.content) == "Everybody"
    assert content.asides[0].position == content.turns[2].span.start


def test_one_turn_is_given_to_another():
    reading = apply_corrections(
        TEXT, [speaker("I saw a life round once.", "bo", reason="heard it")]
    )
    who = reading.text.turns[2].attribution
    assert (who.person_id, who.method, who.confidence) == ("bo", Method.HUMAN, 1.0)
    assert who.evidence == (Evidence(kind="correction", quote="Ana: heard it"),)
    assert who.label == "Speaker 2"
    assert corrected_in(reading) == [reading.text.turns[2].span]


def test_a_part_of_a_turn_is_cut_out_at_words():
    reading = apply_corrections(TEXT, [speaker("e had dummies onl", "bo")])
    assert said(reading)[1:4] == [
        ("ines", "We never had life rounds there."),
        ("bo", "We had dummies only."),
        ("ines", "Everybody looked."),
    ]
    times = [(turn.start_time, turn.end_time) for turn in reading.text.turns[1:4]]
    assert times[0][0] == TEXT.turns[1].start_time
    assert times[2][1] == TEXT.turns[1].end_time
    assert times[0][1] == pytest.approx(times[1][0])


def test_a_cut_never_falls_into_corrected_words():
    reading = apply_corrections(
        TEXT, [words("We had dummies only", "There they were"), speaker("dummies", "bo", number=1)]
    )
    assert said(reading)[2] == ("bo", "There they were.")
    letters = [c for c in reading.text.content if c.isalnum()]
    in_turns = "".join(words for _, words in said(reading))
    assert [c for c in in_turns if c.isalnum()] == letters


def test_a_name_is_taken_away_and_no_label_says_it_again():
    taken = [speaker("We never had", None)]
    who = apply_corrections(TEXT, taken).text.turns[1].attribution
    assert (who.person_id, who.label, who.method, who.confidence) == (None, None, Method.NONE, 0.0)
    anonymous = apply_corrections(TEXT, [speaker("I saw", None)]).text.turns[2].attribution
    assert anonymous.label == "Speaker 2"


def test_a_whole_label_is_named_and_a_turn_named_alone_stays():
    text = replace(
        an_episode_text(
            ("Speaker 2", "One."),
            ("Host", "Two."),
            ("Speaker 2", "Three."),
            ("speaker  2", "Four."),
        ),
        revision=1,
    )
    label = correction(CorrectionKind.LABEL, label="SPEAKER 2", person_id="bo", text=text, number=2)
    reading = apply_corrections(text, [label, speaker("Three.", "cy", text=text, number=1)])
    assert [who for who, _ in said(reading)] == ["bo", "Host", "cy", "bo"]
    later = replace(label, id="c9", person_id="di", made=NOON + timedelta(days=1))
    assert said(apply_corrections(text, [later, label]))[0][0] == "di"


def test_an_advertisement_is_never_given_to_a_person_with_its_label():
    sold = replace(TEXT.turns[2], kind=TurnKind.ADVERTISEMENT)
    text = replace(TEXT, turns=(*TEXT.turns[:2], sold))
    label = correction(CorrectionKind.LABEL, label="Speaker 2", person_id="bo")
    reading = apply_corrections(text, [label])
    assert reading.text.turns[2].attribution.person_id is None
    assert reading.stale == (label,)


def test_a_role_is_given_to_one_person_also_where_they_are_named_later():
    role = correction(CorrectionKind.ROLE, person_id="ines", role="director")
    reading = apply_corrections(TEXT, [role, speaker("I saw a life round once.", "ines", number=1)])
    roles = [turn.attribution.roles for turn in reading.text.turns]
    assert roles == [(), ("director",), ("director",)]
    assert reading.text.turns[1].attribution.method is Method.PUBLISHER_LABEL


def test_somebody_named_by_hand_has_the_standing_of_the_credits():
    standing = {"bo": ("stunt_coordinator",)}
    reading = apply_corrections(TEXT, [speaker("I saw", "bo")], None, standing)
    assert reading.text.turns[2].attribution.roles == ("stunt_coordinator",)


def test_verified_words_are_checked_and_verified_turns_say_by_whom():
    part = correction(CorrectionKind.VERIFIED, "We never had life rounds there.")
    whole = correction(CorrectionKind.VERIFIED, "I saw a life round once.", number=1)
    reading = apply_corrections(TEXT, [part, whole])
    assert certainty_of(reading.text, part.span, checked_in(reading)) is Certainty.CHECKED
    everybody = locate(TEXT.content, "Everybody")
    assert certainty_of(reading.text, everybody, checked_in(reading)) is not Certainty.CHECKED
    turns = reading.text.turns
    assert turns[1].attribution.verified_by is None, "only a part of it was checked"
    assert (turns[2].attribution.verified_by, turns[2].attribution.verified) == ("Ana", whole.made)
    assert corrected_in(reading) == []


def test_who_speaks_is_not_verified_by_somebody_who_saw_another_name():
    verified = correction(CorrectionKind.VERIFIED, "I saw a life round once.")
    reading = apply_corrections(
        TEXT, [verified, speaker("I saw a life round once.", "bo", number=1)]
    )
    assert reading.text.turns[2].attribution.verified_by is None


def test_people_who_were_merged_are_one_in_the_reading():
    reading = apply_corrections(TEXT, [speaker("I saw a", "bo")], {"ines": "inez", "bo": "beau"})
    assert [who for who, _ in said(reading)] == ["Host", "inez", "beau", "Speaker 2"]


def test_a_reverted_correction_leaves_the_text_as_it_was():
    gone = replace(words("life rounds", "live rounds"), reverted=NOON, reverted_by="Bo")
    assert apply_corrections(TEXT, [gone]).text is TEXT


# ── another revision ─────────────────────────────────────────────────────────────────────────


def next_revision(*turns):
    return replace(an_episode_text(*turns, Ines=INES), revision=2)


def test_a_correction_is_carried_over_where_its_words_still_stand():
    better = next_revision(
        ("Host", "Well, then: is the gun cold? Did you look?"),
        ("Ines", "We never had life rounds there. We had dummies only. Everybody looked."),
    )
    made = [words("life", "live", span=Span(*_first("life")))]
    reading = apply_corrections(better, made)
    assert "We never had live rounds there." in reading.text.content
    assert reading.applied[0].revision == 2


def test_a_correction_whose_words_are_gone_is_listed_and_nothing_is_guessed():
    better = next_revision(
        ("Host", "Is the gun cold? Did you look?"),
        ("Ines", "We never had live rounds there. It was a life among friends."),
    )
    made = words("life", "live", span=Span(*_first("life")))
    reading = apply_corrections(better, [made])
    assert reading.stale == (made,)
    assert reading.text.content == better.content


def _first(exact):
    start = TEXT.content.index(exact)
    return start, start + len(exact)


def test_two_places_that_are_alike_are_no_place():
    twice = next_revision(*[("Ines", "We never had life rounds there. We had them all.")] * 2)
    made = words("life", "live", span=Span(*_first("life")))
    assert apply_corrections(twice, [made]).stale == (made,)


@pytest.mark.parametrize(
    "made",
    [
        correction(CorrectionKind.LABEL, label="Speaker 9", person_id="bo"),
        correction(CorrectionKind.ROLE, person_id="nobody", role="director"),
        replace(words("life rounds", "live rounds"), span=Span(9000, 9011), exact="no such words"),
        replace(words("life rounds", "live rounds"), span=None, exact=None),
        replace(correction(CorrectionKind.VERIFIED, span=Span(0, 10)), revision=7),
    ],
)
def test_what_is_not_there_cannot_be_corrected(made):
    assert apply_corrections(TEXT, [made]).stale == (made,)


def test_words_across_two_turns_or_paragraphs_are_not_exchanged():
    across = words("Did you look?\n\nWe never", "Look. We never")
    assert apply_corrections(TEXT, [across]).stale == (across,)
    article = replace(an_article_text(["First one.", "Second one."]), revision=1)
    across = words("one.\n\nSecond", "one. Second", text=article)
    assert apply_corrections(article, [across]).stale == (across,)


def test_of_two_corrections_that_meet_in_a_new_text_the_first_holds():
    first, second = words("life rounds", "live rounds"), words("rounds there", "ones", number=1)
    reading = apply_corrections(TEXT, [second, first])
    assert ([c.id for c in reading.applied], reading.stale) == (["c0"], (second,))


def test_an_anchor_holds_between_the_same_words_only():
    content = "the gun was cold then. the gun was cold now."
    assert find_again(content, "cold", "the gun was ", " now.") == Span(39 - 4 + 0, 39)
    assert find_again(content, "cold", "a knife is never ", " now.") is None
    assert find_again(content, "", "", "") is None
    long = "Nobody who was there that day counted the rounds twice."
    assert find_again(f"Well. {long} Yes.", long, "other words", "again others") == Span(6, 61)


@pytest.mark.slow
def test_ten_thousand_words_with_a_hundred_corrections_are_read_at_once():
    lines = [("Host", f"word{n} says the same thing number{n} as before.") for n in range(1200)]
    text = replace(an_episode_text(*lines), revision=1)
    made = [words(f"number{n} as", f"no. {n} as", text=text, number=n) for n in range(0, 1200, 12)]
    reading = apply_corrections(text, made)
    assert len(reading.applied) == 100
    assert [t.span.of(reading.text.content) for t in reading.text.timings] == (
        reading.text.content.split()
    )


def test_whatever_is_corrected_every_word_has_one_turn_one_time_and_a_way_back():
    chance = random.Random(20260304)
    vocabulary = ["gun", "cold,", "live", "round.", "“No,”", "never!", "a", "銃は冷", "x-y", "(no)"]
    some = lambda least, most: " ".join(  # noqa: E731
        chance.choice(vocabulary) for _ in range(chance.randint(least, most))
    )
    for _ in range(400):
        text = replace(
            an_episode_text(*((f"Speaker {n % 3}", some(1, 9)) for n in range(4))), revision=1
        )
        made = []
        for number in range(5):
            start = chance.randrange(len(text.content))
            span = Span(start, chance.randint(start + 1, min(len(text.content), start + 24)))
            kind = chance.choice([CorrectionKind.WORDS, CorrectionKind.SPEAKER])
            facts = {"words": some(0, 4), "person_id": chance.choice(["p", "q", None])}
            exact = span.of(text.content)
            made.append(correction(kind, exact, text=text, number=number, span=span, **facts))
        reading = apply_corrections(text, made)
        read = reading.text
        assert len(reading.applied) + len(reading.stale) == len(made)
        assert all(a.span.end <= b.span.start for a, b in pairwise(read.turns))
        inside = "".join(turn.span.of(read.content) for turn in read.turns)
        assert [c for c in inside if c.isalnum()] == [c for c in read.content if c.isalnum()]
        assert [t.span.of(read.content) for t in read.timings] == read.content.split()
        assert all(a.start_time <= b.start_time for a, b in pairwise(read.timings))
        for timing in read.timings:
            assert timing.span in to_reading(reading, to_canonical(reading, timing.span))
