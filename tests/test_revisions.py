"""What two revisions say otherwise: sentence by sentence, words marked, speakers named."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from corpus.errors import TextNotFoundError
from corpus.revisions import How, difference, why
from corpus.types import Attribution, Manner, Method, Origin, Revision, Span, Text, Turn
from tests.seeded import seed_archive
from ui.commands.revisions import difference_as_dict, difference_lines, revision_lines
from ui.kept.quotes import Quotes
from ui.revising import Revising

NOW = datetime(2026, 2, 1, tzinfo=UTC)


def a_text(*turns: tuple[str | None, str], revision: int = 1) -> Text:
    content, made = "", []
    for speaker, words in turns:
        content += "\n\n" if content else ""
        claim = Attribution(method=Method.NONE, confidence=0.0, label=speaker)
        span = Span(len(content), len(content) + len(words))
        made.append(Turn(span=span, manner=Manner.SPOKEN, attribution=claim))
        content += words
    return Text(
        document_id="d1", revision=revision, content=content, sha256="", turns=tuple(made),
        timings=(), origin=Origin.PAGE,
    )  # fmt: skip


def compared(before: Text, after: Text):
    return difference(before, replace(after, revision=2), lambda who: who.label)


def told(found) -> list[tuple[str, str | None, str]]:
    return [
        (each.how.value, each.speaker, " ".join(
            f"-{p.text}-" if p.removed else f"+{p.text}+" if p.added else p.text
            for p in each.pieces
        ))
        for each in found.changes
    ]  # fmt: skip


def test_a_changed_sentence_has_its_words_marked_and_the_rest_counts_as_before() -> None:
    before = a_text(("Ana", "We check. Two rounds were live that day. We go home."))
    after = a_text(("Ana", "We check. Two rounds were blank that very day. We go home."))
    found = compared(before, after)
    assert told(found) == [("changed", "Ana", "Two rounds were -live- +blank+ that +very+ day.")]
    assert found.same == 2


def test_sentences_come_and_go_under_their_speakers() -> None:
    before = a_text(("Ana", "One stays here. A gun lay on the cart."), ("Bo", "Nothing else."))
    after = a_text(("Ana", "One stays here."), ("Bo", "Nothing else. Ask the armorer tomorrow!"))
    assert told(compared(before, after)) == [
        ("removed", "Ana", "-A gun lay on the cart.-"),
        ("added", "Bo", "+Ask the armorer tomorrow!+"),
    ]


def test_the_same_words_of_somebody_else_are_told_as_such() -> None:
    before = a_text(("Speaker 1", "Nobody hands me a gun. Never."))
    found = compared(before, a_text(("Ana", "Nobody hands me a gun. Never.")))
    assert [each.how for each in found.changes] == [How.ATTRIBUTED, How.ATTRIBUTED]
    assert [(each.was, each.speaker) for each in found.changes] == [("Speaker 1", "Ana")] * 2
    assert found.same == 2


def test_a_sentence_that_gets_a_speaker_says_that_nobody_was_named() -> None:
    found = compared(a_text((None, "It was loaded.")), a_text(("Ana", "It was loaded.")))
    assert found.changes[0].was == "nobody named"
    assert "nobody named → Ana" in "\n".join(difference_lines(found))


def test_abbreviated_or_unended_or_empty_texts_differ_without_a_crash() -> None:
    assert compared(a_text(), a_text()).changes == ()
    assert told(compared(a_text(), a_text(("Ana", "no end")))) == [("added", "Ana", "+no end+")]
    assert told(compared(a_text(("Ana", "…")), a_text())) == [("removed", "Ana", "-…-")]


def test_long_and_hostile_texts_take_no_long_time() -> None:
    same = "Yes. " * 20_000
    endless = "word " * 50_000
    mixed = " ".join(f"Sentence number {n} stands here." for n in range(4_000))
    other = " ".join(f"Sentence number {n} stood there." for n in range(4_000))
    started = time.monotonic()
    for one, two in ((same, same + "No."), (endless, endless + "x"), (mixed, other)):
        compared(a_text(("Ana", one.strip())), a_text(("Ana", two.strip())))
    assert time.monotonic() - started < 5


def a_revision(**facts) -> Revision:
    values = {
        "document_id": "d1", "revision": 1, "created": NOW, "origin": Origin.PAGE,
        "made_with": "page 1", "dialect": None, "media_sha256": None, "content_sha256": "a",
    }  # fmt: skip
    return Revision(**{**values, **facts})


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"content_sha256": "b"}, "the page was edited"),
        ({"content_sha256": "b", "made_with": "page 2"}, "read again by another version"),
        ({}, "the same words: who says them, when, or how sure that is"),
        ({"content_sha256": "b", "origin": Origin.PUBLISHER}, "the publisher's transcript came"),
        ({"content_sha256": "b", "media_sha256": "n"}, "another recording"),
    ],
)
def test_a_revision_says_why_it_is_there(after, said) -> None:
    before = a_revision(media_sha256="m" if "media_sha256" in after else None)
    assert why(None, before) == "first read"
    assert why(before, a_revision(**after)) == said


def test_kept_quotes_that_moved_or_went_stale_are_told(tmp_path) -> None:
    with seed_archive(tmp_path / "data").archive as archive:
        document = next(each for each in archive.documents() if each.kind.value == "article")
        quotes = Quotes(archive)
        first = quotes.keep(document.id, "The inquiry goes on.", author="rae").id
        other = quotes.keep(document.id, "The rehearsal used rubber guns.", author="rae").id
        assert Revising(archive).quotes_moved(datetime(2020, 1, 1, tzinfo=UTC)) == ()
        with pytest.raises(TextNotFoundError, match="it has 1 revision"):
            Revising(archive).difference(document.id)

        text = archive.catalogue.text(document.id)
        start = text.content.index("The rehearsal")
        end = start + len("The rehearsal used rubber guns. ")
        words = text.content[:start] + "Rubber was used in it. " + text.content[end:]
        shift = len(words) - len(text.content)

        def moved(span: Span) -> Span:
            return Span(
                span.start + shift if span.start >= end else span.start,
                span.end + shift if span.end >= end else span.end,
            )

        turns = tuple(replace(each, span=moved(each.span)) for each in text.turns)
        new = replace(text, content=words, turns=turns, sha256="another", created=None)
        archive.catalogue.save_text(new, now=NOW)
        (line,) = Revising(archive).quotes_moved(NOW)
        assert f"stale: {other}" in line
        assert f"found again at another place: {first}" in line
        revised = Revising(archive).revisions(document.id)
        assert [each.why for each in revised] == ["first read", "the page was edited"]
        assert len(list(revision_lines(revised))) == 2
        found = Revising(archive).difference(document.id)
        lines = "\n".join(difference_lines(found))
        assert "[paragraph 2] Tom Aster" in lines
        assert difference_as_dict(found)["before"] == 1
