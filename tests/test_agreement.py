"""Two decodes side by side: what they agree on, what differs, and what is never forgiven."""

from __future__ import annotations

import itertools
import random
import time

import pytest

from corpus.types import Word
from ingest.sound.agreement import BESIDE, UNSURE, align, mark_agreement


def words(text: str, *, start: float = 0.0, probability: float | None = 0.9) -> list[Word]:
    """Words of 0.3 s, one after the other."""
    return [
        Word(
            text=word,
            start_time=start + 0.3 * place,
            end_time=start + 0.3 * place + 0.3,
            probability=probability,
        )
        for place, word in enumerate(text.split())
    ]


def told(ours: str, theirs: str, **options) -> list[tuple[str, str | None, str | None]]:
    """Return (word, other, doubt) of every word that is contested."""
    marked = mark_agreement(words(ours), words(theirs), **options)
    return [
        (word.text, word.other, word.doubt)
        for word in marked
        if word.agreed is False or word.doubt is not None
    ]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Nobody had checked it.", "nobody had checked it"),
        ("We had twenty-two rounds.", "We had 22 rounds"),
        ("We had twenty two rounds.", "We had 22 rounds"),
        ("We had 22 rounds.", "We had twenty two rounds"),
        ("OK, it's Mr. Hale.", "Okay. It is mister Hale!"),
        ("The gunshot on set", "the gun shot on set"),
        ("the on set armourer said", "the onset armorer said"),
        ("It was the honey wagon then", "it was the honeywagon then"),
        ("And it was cold.", "And uh it was um cold."),
    ],
)
def test_what_sounds_the_same_is_agreed_on(ours: str, theirs: str) -> None:
    marked = mark_agreement(words(ours), words(theirs))
    assert all(word.agreed for word in marked)
    assert all(word.other is None and word.doubt is None for word in marked)


@pytest.mark.parametrize(
    ("ours", "theirs", "contested"),
    [
        ("we load the gun here", "we loathe the gun here", [("load", "loathe", None)]),
        ("we load the old gun", "we load the gun", [("old", "", None)]),
        ("we load the gun", "we load the old gun", [("the", "the old", None)]),
        ("the gun", "well then the gun", [("the", "well then the", None)]),
        ("the gun", "the gun is here", [("gun", "gun is here", None)]),
        ("the armor stood there", "the arm or stood near", [("there", "near", None)]),
        ("it was there", "it's there", [("was", "it's", None)]),
    ],
)
def test_a_difference_is_shown_at_its_word(ours: str, theirs: str, contested: list) -> None:
    assert told(ours, theirs) == contested


@pytest.mark.parametrize(
    ("ours", "theirs", "contested"),
    [
        ("there were live rounds", "there were blank rounds", [("live", "blank", None)]),
        ("he did fire it", "he did not fire it",
         [("did", "did not", None), ("fire", None, BESIDE)]),
        ("he can fire it", "he can't fire it", [("can", "can't", None), ("fire", None, BESIDE)]),
        ("he never fired it", "he fired it",
         [("he", None, BESIDE), ("never", "", None), ("fired", None, BESIDE)]),
        ("fifteen of them", "fifty of them", [("fifteen", "fifty", None)]),
        ("they were now here", "they were nowhere",
         [("were", None, BESIDE), ("now", "nowhere", None), ("here", "", None)]),
    ],
)  # fmt: skip
def test_what_turns_a_sentence_round_is_always_marked(
    ours: str, theirs: str, contested: list
) -> None:
    assert told(ours, theirs) == contested


def test_a_credited_name_is_not_forgiven_its_capital() -> None:
    assert told("then Will said so", "then will said so") == []
    assert told("then Will said so", "then will said so", names=["Will Osterley"]) == [
        ("Will", "will", None)
    ]
    assert told("and Bo Hale said", "and Bo Hail said") == [("Hale", "Hail", None)]


def test_words_both_decodes_are_unsure_of_are_doubted() -> None:
    ours, theirs = words("a squib went off"), words("a squib went off")
    for decode, probability in ((ours, 0.2), (theirs, 0.3)):
        word = decode[1]
        decode[1] = Word(
            text=word.text, start_time=word.start_time, end_time=word.end_time,
            probability=probability,
        )  # fmt: skip
    marked = mark_agreement(ours, theirs)
    assert [word.doubt for word in marked] == [None, UNSURE, None, None]
    assert all(word.agreed for word in marked)
    # One that is sure is enough; a publisher's words have no probability at all.
    assert not any(word.doubt for word in mark_agreement(ours, words("a squib went off")))
    assert not any(
        word.doubt for word in mark_agreement(words("a squib went off", probability=None), theirs)
    )


def test_the_same_words_at_another_time_are_not_the_same_words() -> None:
    marked = mark_agreement(words("cold gun"), words("cold gun", start=60.0))
    assert [word.agreed for word in marked] == [False, False]


def test_a_guards_mark_stays() -> None:
    doubted = Word(text="so", start_time=0.0, end_time=0.3, doubt="repeated")
    (marked,) = mark_agreement([doubted], words("so"))
    assert (marked.agreed, marked.doubt) == (True, "repeated")


def test_empty_decodes_are_no_reason_to_fail() -> None:
    assert mark_agreement([], []) == ()
    assert mark_agreement([], words("only theirs")) == ()
    assert [(w.agreed, w.other) for w in mark_agreement(words("only ours"), [])] == [
        (False, ""),
        (False, ""),
    ]
    (dots,) = mark_agreement(words("…"), words("…"))
    assert dots.agreed is None
    assert align([], []).share == 0.0


def test_no_word_of_the_other_decode_is_lost() -> None:
    random.seed(4)
    vocabulary = ["gun", "live", "blank", "the", "a", "not", "set", "22", "twenty", "two"]
    vocabulary += ["armorer", "it's", "cold", "Hale", "uh"]
    for _ in range(200):
        ours = words(" ".join(random.choices(vocabulary, k=random.randint(1, 12))))
        theirs = words(" ".join(random.choices(vocabulary, k=random.randint(0, 12))))
        marked = mark_agreement(ours, theirs)
        assert [word.text for word in marked] == [word.text for word in ours]
        kept = " ".join(word.other if word.agreed is False else word.text for word in marked)
        for word in theirs:
            if not {"uh", "two", "twenty"} & {word.text}:
                assert word.text in f"{kept} it's 22", (ours, theirs)


@pytest.mark.slow
def test_a_five_hour_recording_is_compared_in_seconds() -> None:
    random.seed(1)
    syllables = ("ka", "lo", "mi", "ne", "pu", "ra", "so", "ti", "vu", "wo", "za", "bel", "dor")
    vocabulary = ["".join(three) for three in itertools.product(syllables, repeat=3)]
    often = [1 / (rank + 1) for rank in range(len(vocabulary))]
    said = random.choices(vocabulary, weights=often, k=60_000)
    ours = words(" ".join(said))
    heard = [word if random.random() > 0.12 else "misheard" for word in said]
    begun = time.process_time()
    marked = mark_agreement(ours, words(" ".join(heard)))
    assert time.process_time() - begun < 5
    assert 0.80 < sum(bool(word.agreed) for word in marked) / len(marked) < 0.92
    begun = time.process_time()
    random.shuffle(heard)
    alignment = align(ours, words(" ".join(heard)))
    assert time.process_time() - begun < 5
    assert alignment.share < 0.5
