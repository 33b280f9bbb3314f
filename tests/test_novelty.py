"""Which answers are new to somebody who was sent some before."""

from __future__ import annotations

import time

import pytest

from corpus.types import (
    Attribution,
    Citation,
    Hit,
    Manner,
    Method,
    Passage,
    Person,
    Quote,
    SentQuote,
    Span,
)
from tests.builders import a_document
from tests.indexed import NOW, a_passage
from ui.answers import AnsweredHit
from ui.watches.novelty import SentBefore, as_sent

LONG = (
    "Nobody brings a live round to this set, not in a belt, not in a truck, and whoever does "
    "goes home the same hour without a word from me."
)


def a_hit(words=LONG, *, document="d1", speaker="Ines Okafor", at=0, revision=1, **more):
    corrected, title = more.get("corrected", False), more.get("title", "Evening")
    span = Span(at, at + len(words))
    pid = more.get("person_id", speaker)
    who = Attribution(method=Method.PAGE_CREDIT, confidence=0.9, person_id=pid)
    if speaker.startswith("Speaker"):
        who = Attribution(method=Method.VOICE, confidence=0.0, label=speaker)
    quote = Quote(
        document_id=document,
        revision=revision,
        span=span,
        exact=words,
        prefix="",
        suffix="",
        attribution=who,
        manner=Manner.SPOKEN,
        start_time=1.0,
        corrected=corrected,
    )
    about = a_document(id=document, title=title, show="Set Talk", published=NOW)
    person = None if who.label else Person(id=pid, name=speaker)
    citation = Citation(
        quote=quote,
        person=person.name if person else None,
        label=who.label,
        standing=None,
        title=title,
        source="Set Talk",
        published=NOW,
        locator="00:00:01",
        url="https://talk.example/1",
        permalink=f"http://127.0.0.1:8501/document?document={document}&t=1.00",
        retrieved=None,
    )
    return AnsweredHit(
        hit=Hit(passage=a_passage(words), quote=span, score=1.0, why=""),
        quote=quote,
        citation=citation,
        document=about,
        person=person,
        role="armorer",
        media_sha256=None,
    )


def new(sent, *hits):
    return [each.hit for each in SentBefore(map(as_sent, sent)).new_among(hits)]


def test_a_quote_is_new_once():
    assert new([], a_hit()) == [a_hit()]
    assert new([a_hit()], a_hit()) == []
    assert len(new([], a_hit(), a_hit())) == 1


@pytest.mark.parametrize(
    "moved",
    [
        a_hit(at=700),  # other words came before
        a_hit(at=700, revision=2),
        a_hit(LONG.replace("round", "rounds"), revision=2),  # heard otherwise
        a_hit(LONG[:90], at=0),  # cut otherwise
        a_hit("So I say this. " + LONG, revision=3),
        a_hit(LONG.upper(), revision=2),
    ],
)
def test_words_that_moved_or_were_cut_otherwise_are_not_new(moved):
    assert new([a_hit()], moved) == []


def test_the_same_words_in_another_document_are_not_new_but_more_of_them_is():
    assert new([a_hit()], a_hit(document="d2")) == []
    assert new([a_hit()], a_hit(document="d2", speaker="Speaker 2")) == []
    part = " ".join(LONG.split()[:12])
    assert new([a_hit()], a_hit(part, document="d2")) == []
    assert len(new([a_hit(part)], a_hit(document="d2"))) == 1


def test_other_words_of_the_same_mouth_are_new():
    other = a_hit("Rubber guns are what we rehearse with, and rubber guns only.", at=900)
    assert new([a_hit()], other) == [other]
    short = a_hit("Never on my set.", at=2000)
    assert new([a_hit()], short) == [short]


def test_another_name_for_sent_words_is_new_and_says_so():
    (found,) = SentBefore([as_sent(a_hit(speaker="Speaker 2"))]).new_among([a_hit()])
    assert found.called == "Speaker 2"
    both = [a_hit(speaker="Speaker 2"), a_hit()]
    assert new(both, a_hit()) == []
    # Said again by somebody else, at another place: nobody was called by another name.
    (echo,) = SentBefore([as_sent(a_hit())]).new_among([a_hit(speaker="Speaker 2", at=900)])
    assert echo.called is None


def test_a_person_who_is_spelled_otherwise_is_nobody_else():
    before, now = (a_hit(speaker=name, person_id="p1") for name in ("Ines Okafor", "Inés Okafor"))
    assert new([before], now) == []
    assert as_sent(before).key == as_sent(now).key


def test_words_that_a_person_corrected_since_are_new_once():
    right = a_hit(LONG.replace("brings", "brought"), corrected=True)
    assert new([a_hit()], right) == [right]
    assert new([a_hit(), right], right) == []


def test_many_that_were_sent_take_no_time():
    rules = (f"Rule {n} of the day is that gun {n} stays shut." for n in range(2000))
    said = [as_sent(a_hit(rule, document=f"d{n % 200}")) for n, rule in enumerate(rules)]
    hits = [a_hit(f"Rule {n} of the night is new.", document=f"d{n}", at=99) for n in range(400)]
    began = time.monotonic()
    assert len(SentBefore(said).new_among(hits)) == 400
    assert time.monotonic() - began < 5


def test_the_key_is_of_document_words_and_speaker():
    keys = {
        as_sent(each).key
        for each in (
            a_hit(),
            a_hit(at=9, revision=4),
            a_hit(LONG.upper()),
            a_hit(document="d2"),
            a_hit(speaker="Bo Hale"),
        )
    }
    assert len(keys) == 3
    assert isinstance(as_sent(a_hit()), SentQuote)
    assert isinstance(a_hit().hit.passage, Passage)
