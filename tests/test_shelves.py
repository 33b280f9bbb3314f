"""Reading for one question: the same words, people and seconds as reading document by document."""

from dataclasses import replace

import pytest
from sqlalchemy import event

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError
from corpus.quotes import quote_reading
from corpus.types import Correction, CorrectionKind, Credit, Span, Timing
from tests.indexed import NOW, add_document

TURNS = [
    ("armorer", "Inés Rosa", "Live rounds have no business on a set."),
    (None, "Speaker 2", "And who checks that?"),
    ("armorer", "Inés Rosa", "I do. Every one of them is shaken before it is loaded."),
]


@pytest.fixture
def catalogue(tmp_path):
    with Catalogue(f"sqlite:///{tmp_path}/catalogue.sqlite") as opened:
        yield opened


def timed(text):
    """The text with a second for every character of ten."""
    return replace(
        text,
        sha256="timed",
        timings=tuple(
            Timing(span=Span(at, at + 9), start_time=at / 10, end_time=at / 10 + 0.5)
            for at in range(0, len(text.content) - 10, 10)
        ),
    )


def test_what_is_quoted_of_a_part_is_what_is_quoted_of_the_whole(catalogue):
    document = add_document(catalogue, 1, *TURNS)
    catalogue.save_text(timed(catalogue.text(document.id)), now=NOW)
    text = catalogue.text(document.id)
    for turn in text.turns:
        part = catalogue.shelf().reading(document.id, [turn.span])
        assert part.text.turns == (turn,)
        assert 0 < len(part.text.timings) < len(text.timings)
        assert quote_reading(part, turn.span) == quote_reading(
            catalogue.reading(document.id), turn.span
        )


def test_a_corrected_text_is_read_whole(catalogue):
    document = add_document(catalogue, 1, *TURNS)
    where = Span(0, 11)
    catalogue.add_correction(
        Correction(
            id="",
            document_id=document.id,
            revision=1,
            kind=CorrectionKind.WORDS,
            author="anna",
            made=NOW,
            span=where,
            exact=where.of(catalogue.text(document.id).content),
            words="Live bullets",
        )
    )
    shelf = catalogue.shelf()
    assert shelf.content(document.id).startswith("Live bullets have")
    assert shelf.reading(document.id, [Span(0, 5)]) == catalogue.reading(document.id)


def test_people_are_who_they_were_decided_to_be(catalogue):
    document = add_document(catalogue, 1, *TURNS)
    speaker = catalogue.text(document.id).turns[0].attribution.person_id
    other = catalogue.ensure_person(Credit(name="Ines R. Rosa"), source_id="elsewhere")
    catalogue.merge(other.id, speaker, author="anna", reason="one voice", now=NOW)
    shelf = catalogue.shelf()
    turn = shelf.reading(document.id, [Span(0, 5)]).text.turns[0]
    assert turn == catalogue.reading(document.id).text.turns[0]
    assert shelf.person(turn.attribution.person_id) == catalogue.person(speaker)
    with pytest.raises(NotFoundError):
        shelf.person("nobody000000")


def test_twenty_documents_take_as_many_statements_as_one(catalogue):
    documents = [add_document(catalogue, number, *TURNS) for number in range(20)]

    def statements(some):
        counted = []
        engine = catalogue._database._engine
        count = lambda *_: counted.append(1)  # noqa: E731 - an object to take away again
        event.listen(engine, "before_cursor_execute", count)
        shelf = catalogue.shelf()
        shelf.fetch(each.id for each in some)
        for each in some:
            assert shelf.document(each.id) == catalogue_of[each.id]
            assert shelf.content(each.id)
            assert shelf.reading(each.id, [Span(0, 5)]).text.turns
        event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    catalogue_of = {each.id: catalogue.document(each.id) for each in documents}
    assert statements(documents) == statements(documents[:1])


def test_a_shelf_does_not_hold_an_archive(catalogue, monkeypatch):
    monkeypatch.setattr("corpus.schema.shelves._MOST", 3)
    documents = [add_document(catalogue, number, *TURNS) for number in range(6)]
    shelf = catalogue.shelf()
    for each in (*documents, *documents):
        assert shelf.content(each.id) == catalogue.content(each.id)
        assert len(shelf.rows) <= 3


def test_what_is_not_there_has_no_words(catalogue):
    shelf = catalogue.shelf()
    assert shelf.content("ffffffffffff") is None
    with pytest.raises(NotFoundError):
        shelf.document("ffffffffffff")
