"""Corrections in the catalogue: kept, checked, reverted, carried over; by two people at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from corpus.anchors import locate, surroundings
from corpus.catalogue import Catalogue
from corpus.errors import CorrectionError, DocumentNotFoundError, NotFoundError
from corpus.types import Correction, CorrectionKind, Span
from tests.indexed import NOW, a_text, add_document

TURNS = (
    ("host", "Nora Vale", "Was there a live round on the set? Tell us."),
    ("armorer", "Inés Rosa", "There was no life round on the set. We counted the dummies twice."),
    (None, "Speaker 2", "I never saw one."),
)


@pytest.fixture
def catalogue(catalogue_url):
    with Catalogue(catalogue_url) as opened:
        yield opened


@pytest.fixture
def document(catalogue):
    return add_document(catalogue, 1, *TURNS)


def words(catalogue, document, exact, right, *, number=1, author="Ana"):
    text = catalogue.text(document.id)
    span = locate(text.content, exact)
    return Correction(
        id=f"c0ffee{number:06d}",
        document_id=document.id,
        revision=text.revision,
        kind=CorrectionKind.WORDS,
        author=author,
        made=NOW + timedelta(minutes=number),
        reason="listened to it",
        span=span,
        exact=exact,
        words=right,
    )


def test_a_correction_comes_back_as_it_was_kept_with_what_is_around_it(catalogue, document):
    made = words(catalogue, document, "life round", "live round")
    kept = catalogue.add_correction(made)
    prefix, suffix = surroundings(catalogue.text(document.id).content, made.span)
    assert kept == replace(made, prefix=prefix, suffix=suffix)
    assert catalogue.corrections(document.id) == [kept]
    assert catalogue.correction("c0ffee00") == kept


def test_the_reading_is_corrected_the_text_is_not_and_the_index_is_told(catalogue, document):
    before = catalogue.index_state()[document.id]
    catalogue.add_correction(words(catalogue, document, "life round", "live round"))
    assert "no live round on" in catalogue.reading(document.id).text.content
    assert "no life round on" in catalogue.text(document.id).content
    assert catalogue.content_read(document.id) == catalogue.reading(document.id).text.content
    assert catalogue.content(document.id) == catalogue.text(document.id).content
    after = catalogue.index_state()[document.id]
    assert after != before
    catalogue.revert_correction("c0ffee000001", author="Bo", now=NOW)
    assert catalogue.index_state()[document.id] not in (before, after)


def test_reverting_restores_the_reading_and_keeps_the_history(catalogue, document):
    catalogue.add_correction(words(catalogue, document, "life round", "live round"))
    gone = catalogue.revert_correction("c0ffee", author="Bo", now=NOW, reason="misheard")
    assert (gone.reverted, gone.reverted_by, gone.revert_reason) == (NOW, "Bo", "misheard")
    assert catalogue.reading(document.id).text == catalogue.text(document.id)
    assert catalogue.corrections(document.id) == [gone]
    with pytest.raises(CorrectionError, match="Bo reverted it on 2026-01-15"):
        catalogue.revert_correction("c0ffee", author="Ana", now=NOW)


def test_the_same_words_are_not_corrected_twice_unless_one_replaces_the_other(catalogue, document):
    catalogue.add_correction(words(catalogue, document, "life round", "live round"))
    second = words(catalogue, document, "no life", "a wife", number=2, author="Bo")
    with pytest.raises(CorrectionError, match=r"Ana corrected “life round” to “live round” there"):
        catalogue.add_correction(second)
    catalogue.add_correction(second, replaces=["c0ffee000001"])
    assert "There was a wife round" in catalogue.reading(document.id).text.content
    first, _ = catalogue.corrections(document.id)
    assert (first.reverted_by, first.revert_reason) == ("Bo", "replaced by c0ffee000002")


def test_other_words_can_be_corrected_and_order_of_time_is_that_of_keeping(catalogue, document):
    late = words(catalogue, document, "life round", "live round", number=9)
    early = words(catalogue, document, "dummies twice", "dummies thrice", number=2)
    catalogue.add_correction(late)
    kept = catalogue.add_correction(early)
    assert kept.made > late.made
    assert [each.id for each in catalogue.corrections(document.id)] == [late.id, early.id]


def test_what_does_not_fit_the_text_is_refused(catalogue, document):
    moved = replace(words(catalogue, document, "life round", "x"), span=Span(1, 11))
    with pytest.raises(CorrectionError, match="other words stand there"):
        catalogue.add_correction(moved)
    beyond = replace(moved, span=Span(9000, 9010))
    with pytest.raises(CorrectionError, match="other words"):
        catalogue.add_correction(beyond)
    across = words(catalogue, document, "twice.\n\nI never", "twice. I never")
    with pytest.raises(CorrectionError, match="one turn"):
        catalogue.add_correction(across)
    label = replace(moved, kind=CorrectionKind.LABEL, span=None, exact=None, label="Speaker 7")
    with pytest.raises(CorrectionError, match="no turn has this label"):
        catalogue.add_correction(label)
    with pytest.raises(DocumentNotFoundError):
        catalogue.add_correction(replace(moved, document_id="ffffffffffff"))
    assert catalogue.corrections(document.id) == []


@pytest.mark.parametrize("wanted", ["", "c0f", "zzzzzzzz", "c0ffee", "%%%%%%"])
def test_a_correction_is_named_by_enough_of_its_id(catalogue, document, wanted):
    catalogue.add_correction(words(catalogue, document, "life round", "live round"))
    catalogue.add_correction(words(catalogue, document, "twice", "thrice", number=2))
    with pytest.raises(NotFoundError, match="correction"):
        catalogue.correction(wanted)


def test_a_new_text_carries_corrections_over_and_lists_what_is_gone(catalogue, document):
    catalogue.add_correction(words(catalogue, document, "life round", "live round"))
    catalogue.add_correction(
        words(catalogue, document, "dummies twice", "dummies thrice", number=2)
    )
    better = (
        TURNS[0],
        ("armorer", "Inés Rosa", "Well. There was no life round on the set. We left."),
    )
    catalogue.save_text(a_text(catalogue, document.id, better), now=NOW)
    reading = catalogue.reading(document.id)
    assert "There was no live round on the set." in reading.text.content
    assert [each.id for each in reading.applied] == ["c0ffee000001"]
    assert [each.id for each in reading.stale] == ["c0ffee000002"]
    assert "dummies thrice" in catalogue.reading(document.id, 1).text.content


def test_a_correction_of_a_text_that_was_replaced_meanwhile_is_refused(catalogue, document):
    made = words(catalogue, document, "life round", "live round")
    catalogue.save_text(a_text(catalogue, document.id, TURNS[:2]), now=NOW)
    with pytest.raises(CorrectionError, match="a new text since you read it"):
        catalogue.add_correction(made)


def test_what_was_carried_over_still_stands_in_the_way(catalogue, document):
    catalogue.add_correction(words(catalogue, document, "life round", "live round"))
    catalogue.save_text(a_text(catalogue, document.id, TURNS[:2]), now=NOW)
    again = words(catalogue, document, "life round", "line round", number=2)
    with pytest.raises(CorrectionError, match="Ana corrected"):
        catalogue.add_correction(again)


def at_once(catalogue_url, *corrections):
    """Add corrections from as many catalogues at one moment; return what each came to."""
    ready, ends = threading.Barrier(len(corrections)), dict[str, object]()

    def add(correction):
        with Catalogue(catalogue_url) as own:
            ready.wait(timeout=30)
            try:
                ends[correction.id] = own.add_correction(correction)
            except CorrectionError as error:
                ends[correction.id] = error

    threads = [threading.Thread(target=add, args=(each,)) for each in corrections]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return [ends[each.id] for each in corrections]


def test_two_who_correct_other_words_at_once_are_both_heard(catalogue, catalogue_url, document):
    ends = at_once(
        catalogue_url,
        words(catalogue, document, "life round", "live round"),
        words(catalogue, document, "dummies twice", "dummies thrice", number=2, author="Bo"),
    )
    assert all(isinstance(end, Correction) for end in ends)
    content = catalogue.reading(document.id).text.content
    assert "no live round" in content
    assert "dummies thrice" in content


def test_of_two_who_correct_the_same_words_at_once_one_is_told(catalogue, catalogue_url, document):
    ends = at_once(
        catalogue_url,
        words(catalogue, document, "life round", "live round"),
        words(catalogue, document, "no life", "no wife", number=2, author="Bo"),
    )
    (kept,) = (end for end in ends if isinstance(end, Correction))
    (refused,) = (end for end in ends if isinstance(end, CorrectionError))
    assert kept.author in str(refused)
    assert catalogue.corrections(document.id) == [kept]


def test_two_who_revert_at_once_do_it_once(catalogue, catalogue_url, document):
    catalogue.add_correction(words(catalogue, document, "life round", "live round"))
    ends: list[object] = []

    def revert(author):
        with Catalogue(catalogue_url) as own:
            try:
                ends.append(own.revert_correction("c0ffee", author=author, now=NOW))
            except CorrectionError as error:
                ends.append(error)

    threads = [threading.Thread(target=revert, args=(author,)) for author in ("Ana", "Bo")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(type(end).__name__ for end in ends) == ["Correction", "CorrectionError"]


def test_people_who_were_merged_are_one_in_what_was_corrected(catalogue, document):
    ines = next(p for p in catalogue.people() if p.name == "Inés Rosa")
    nora = next(p for p in catalogue.people() if p.name == "Nora Vale")
    label = Correction(
        id="abcdabcd0000",
        document_id=document.id,
        revision=1,
        kind=CorrectionKind.LABEL,
        author="Ana",
        made=NOW,
        label="Speaker 2",
        person_id=nora.id,
    )
    catalogue.add_correction(label)
    catalogue.merge(ines.id, nora.id, author="Ana", reason=None, now=NOW)
    who = [turn.attribution.person_id for turn in catalogue.reading(document.id).text.turns]
    assert who == [ines.id] * 3


def test_the_people_of_a_document_follow_its_corrections(catalogue, document):
    def turns():
        return {who: count for who, (_, count) in catalogue.speaking().items()}

    text = catalogue.text(document.id)
    host = text.turns[0].attribution.person_id
    given = Correction(
        id="c0ffee000001", document_id=document.id, revision=text.revision,
        kind=CorrectionKind.LABEL, author="Ana", made=NOW, reason="heard",
        label="Speaker 2", person_id=host,
    )  # fmt: skip
    before = turns()
    assert before[host] == 1
    catalogue.add_correction(given)
    assert turns() == before | {host: 2}
    catalogue.save_text(replace(text, content=text.content + " ", sha256="x"), now=NOW)
    assert turns()[host] == 2
    catalogue.revert_correction(given.id, author="Ana", now=NOW)
    assert turns() == before


def test_whom_a_correction_takes_all_turns_from_speaks_there_no_more(catalogue, document):
    text = catalogue.text(document.id)
    armorer = text.turns[1].attribution.person_id
    taken = Correction(
        id="c0ffee000002", document_id=document.id, revision=text.revision,
        kind=CorrectionKind.LABEL, author="Ana", made=NOW, reason="heard",
        label="Nora Vale", person_id=armorer,
    )  # fmt: skip
    catalogue.add_correction(taken)
    assert set(catalogue.speaking()) == {armorer}
