"""Kept quotes and sets: the pure comparison, and the catalogue's part, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import NotFoundError, QuoteSetError
from corpus.exports.rows import row_of
from corpus.quotes import quote_reading
from corpus.quotesets import (
    Beside,
    Change,
    compare,
    contents_digest,
    keep_quote,
    quote_id,
)
from corpus.reading import apply_corrections
from corpus.types import (
    Attribution,
    Correction,
    CorrectionKind,
    KeptQuote,
    Manner,
    Method,
    Person,
    QuoteSet,
    Reading,
    SearchQuery,
    SetQuote,
    Span,
)
from tests.builders import a_document, an_article_text, an_episode_text
from tests.test_exports import HOSTILE, a_kept

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
INES = Attribution(method=Method.PAGE_CREDIT, confidence=0.9, person_id="ines", roles=("armorer",))
WORDS = "Nobody else hands it over."
TEXT = an_episode_text(
    ("A", "Who may hand a gun to an actor?"),
    ("B", f"Only the armorer does. {WORDS} Never on any day."),
    B=INES,
)
SET = QuoteSet(id="", name="rounds", author="rae", made=NOW)


def the_kept(reading: Reading, words: str = WORDS) -> KeptQuote:
    start = reading.text.content.index(words)
    quote = quote_reading(reading, Span(start, start + len(words)))
    beside = Beside(person=None, roles=("armorer",), base_url="https://onrecord.example")
    return keep_quote(quote, a_document(), reading, beside, author="rae", now=NOW)


def became(kept: KeptQuote, reading: Reading | None, then=TEXT):
    return compare(
        kept,
        reading,
        canonical_then=lambda: then,
        person_now=lambda person_id: Person(id=person_id, name=person_id.title()),
    )


def a_correction(words: str, exact: str, made: datetime = NOW) -> Correction:
    start = TEXT.content.index(exact)
    return Correction(
        id=words,
        document_id=TEXT.document_id,
        revision=TEXT.revision,
        kind=CorrectionKind.WORDS,
        author="rae",
        made=made,
        span=Span(start, start + len(exact)),
        exact=exact,
        prefix=TEXT.content[max(0, start - 32) : start],
        suffix=TEXT.content[start + len(exact) :][:32],
        words=words,
    )


# ── then and now ─────────────────────────────────────────────────────────────────────────────


def test_what_has_not_changed_is_as_it_was():
    reading = Reading(text=TEXT)
    kept = the_kept(reading)
    changed = became(kept, reading)
    assert changed.changes == ()
    assert changed.now == kept.quote.span


def test_a_correction_elsewhere_changes_nothing():
    kept = the_kept(Reading(text=TEXT))
    reading = apply_corrections(TEXT, [a_correction("person who plays", "actor")])
    changed = became(kept, reading)
    assert changed.changes == ()
    assert changed.now is not None
    assert changed.now.of(reading.text.content) == WORDS


def test_a_correction_inside_says_what_is_read_now():
    kept = the_kept(Reading(text=TEXT))
    changed = became(kept, apply_corrections(TEXT, [a_correction("passes", "hands")]))
    assert changed.changes == (Change.CORRECTED,)
    assert changed.words == "Nobody else passes it over."


def test_a_quote_kept_as_corrected_tells_when_the_correction_is_taken_back():
    corrected = apply_corrections(TEXT, [a_correction("passes", "hands")])
    kept = the_kept(corrected, "Nobody else passes it over.")
    assert became(kept, corrected).changes == ()
    changed = became(kept, Reading(text=TEXT))
    assert (changed.changes, changed.words) == ((Change.CORRECTED,), WORDS)


def test_words_struck_out_are_stale():
    kept = the_kept(Reading(text=TEXT))
    assert became(kept, apply_corrections(TEXT, [a_correction("", WORDS)])).changes == (
        Change.STALE,
    )


def test_a_better_transcript_keeps_the_quote_or_makes_it_stale():
    kept = the_kept(Reading(text=TEXT))
    longer = an_episode_text(
        ("A", "So. Who may hand a gun to an actor?"),
        ("B", f"Only the armorer does. {WORDS} Never on any day."),
        B=INES,
    )
    newer = Reading(text=replace(longer, revision=2))
    assert became(kept, newer).changes == ()
    other = an_episode_text(("A", "Quite another talk."))
    assert became(kept, Reading(text=replace(other, revision=2))).changes == (Change.STALE,)


def test_the_same_words_elsewhere_are_not_taken_for_the_quote():
    kept = the_kept(Reading(text=TEXT))
    other = an_episode_text(("A", f"I disagree with all of that. {WORDS} That is a myth."))
    assert became(kept, Reading(text=replace(other, revision=2))).changes == (Change.STALE,)


def test_corrected_then_and_corrected_again_in_a_newer_text():
    corrected = apply_corrections(TEXT, [a_correction("passes", "hands")])
    kept = the_kept(corrected, "Nobody else passes it over.")
    newer = Reading(text=replace(TEXT, revision=2))
    changed = became(kept, newer)
    assert (changed.changes, changed.words) == ((Change.CORRECTED,), WORDS)


@pytest.mark.parametrize(
    ("claim", "speaker"),
    [
        (replace(INES, person_id="nora"), "Nora"),
        (Attribution(method=Method.NONE, confidence=0.0, label="Speaker 2"), "Speaker 2"),
        (replace(INES, roles=("producer",)), "Ines (producer, spoken)"),
    ],
)
def test_another_speaker_or_role_is_told(claim, speaker):
    kept = the_kept(Reading(text=TEXT))
    turns = tuple(
        replace(each, attribution=claim) if each.attribution == INES else each
        for each in TEXT.turns
    )
    changed = became(kept, Reading(text=replace(TEXT, turns=turns)))
    assert (changed.changes, changed.speaker) == ((Change.REATTRIBUTED,), speaker)


def test_another_manner_is_told():
    kept = the_kept(Reading(text=TEXT))
    turns = tuple(replace(each, manner=Manner.REPORTED) for each in TEXT.turns)
    assert became(kept, Reading(text=replace(TEXT, turns=turns))).changes == (Change.REATTRIBUTED,)


def test_a_recogniser_that_counts_its_voices_anew_names_nobody_else():
    text = an_episode_text(("Speaker 1", f"Only the armorer does. {WORDS} Never on any day."))
    kept = the_kept(Reading(text=text))
    turns = tuple(
        replace(each, attribution=replace(each.attribution, label="Speaker 4"))
        for each in text.turns
    )
    newer = Reading(text=replace(text, revision=2, turns=turns))
    assert became(kept, newer, then=text).changes == ()


def test_a_document_that_is_gone_is_told():
    assert became(the_kept(Reading(text=TEXT)), None).changes == (Change.GONE,)


def test_an_article_is_kept_with_its_paragraph():
    text = an_article_text(["One.", "“Two is here,” she said."])
    kept = the_kept(Reading(text=text), "Two is here")
    assert kept.locator == "paragraph 2"
    assert kept.permalink.endswith("&p=2")
    assert kept.quote.start_time is None


# ── ids ──────────────────────────────────────────────────────────────────────────────────────


def test_the_id_is_of_words_place_and_speaker_but_not_of_the_note():
    quote = the_kept(Reading(text=TEXT)).quote
    assert quote_id(quote) == quote_id(replace(quote, note="mine"))
    for other in (
        replace(quote, exact="Other."),
        replace(quote, attribution=replace(INES, person_id="x")),
        replace(quote, span=Span(1, 2)),
        replace(quote, corrected=True),
    ):
        assert quote_id(quote) != quote_id(other)


def test_the_digest_is_of_contents_order_and_question():
    rows = [row_of(SetQuote(number=n, kept=a_kept(n, words))) for n, words in enumerate(HOSTILE)]
    digest = contents_digest(SET, rows)
    assert digest == contents_digest(replace(SET, name="else", id="x", author="y"), rows)
    assert digest != contents_digest(SET, rows[::-1])
    assert digest != contents_digest(SET, rows[1:])
    assert digest != contents_digest(replace(SET, question="why"), rows)


# ── the catalogue's part ─────────────────────────────────────────────────────────────────────


@pytest.fixture
def catalogue(catalogue_url):
    with Catalogue(catalogue_url) as opened:
        yield opened


def keep_many(catalogue, count):
    kept = [
        replace(a_kept(number, f"Words {number}"), kept=NOW + timedelta(seconds=number % 7))
        for number in range(count)
    ]
    catalogue.keep_quotes(kept)
    return kept


def test_kept_quotes_come_back_equal(catalogue):
    kept = [a_kept(number, words) for number, words in enumerate(HOSTILE, start=1)]
    catalogue.keep_quotes(kept)
    catalogue.keep_quotes([replace(kept[0], person="Somebody Else")])
    assert list(catalogue.kept_quotes()) == kept
    assert catalogue.kept_quote(kept[3].id.upper()) == kept[3]
    for wanted in ("", "0000", "' OR 1=1 --", "f" * 12):
        with pytest.raises(NotFoundError):
            catalogue.kept_quote(wanted)


def test_more_quotes_than_a_page_are_gone_through_once_and_in_order(catalogue):
    kept = keep_many(catalogue, 1203)
    made = catalogue.new_set(SET)
    order = [each.id for each in reversed(kept)]
    assert catalogue.add_to_set(made.id, order) == tuple(order)
    assert catalogue.add_to_set(made.id, order[:5]) == ()
    assert [each.kept.id for each in catalogue.set_quotes(made.id)] == order
    assert [each.number for each in catalogue.set_quotes(made.id)] == list(range(1, 1204))
    by_document = [
        (each.kept.quote.document_id, each.number)
        for each in catalogue.set_quotes(made.id, by_document=True)
    ]
    assert by_document == sorted(by_document)
    assert len(by_document) == 1203
    assert len({each.id for each in catalogue.kept_quotes()}) == 1203
    assert catalogue.quote_set("rounds").size == 1203


def test_a_set_keeps_what_made_it_and_its_order(catalogue):
    kept = keep_many(catalogue, 4)
    query = SearchQuery(text="live rounds", roles=("armorer",), since=NOW)
    about = replace(
        SET, question="what?", query=query, generation="g", models=("m",), vocabulary="v"
    )
    made = catalogue.new_set(about)
    ids = [each.id for each in kept]
    catalogue.add_to_set(made.id, ids, note="noted")
    catalogue.place_in_set(made.id, ids[3], 1)
    catalogue.remove_from_set(made.id, ids[1])
    catalogue.annotate_in_set(made.id, ids[0], None)
    entries = list(catalogue.set_quotes(made.id))
    assert [(each.number, each.kept.id, each.note) for each in entries] == [
        (1, ids[3], "noted"),
        (2, ids[0], None),
        (3, ids[2], "noted"),
    ]
    other = catalogue.new_set(replace(SET, name="copy"))
    catalogue.copy_set(made.id, other.id)
    assert list(catalogue.set_quotes(other.id)) == entries
    frozen = catalogue.freeze_set(made.id, now=NOW)
    assert frozen == replace(about, id=made.id, size=3, frozen_as=frozen.frozen_as, frozen=NOW)
    assert catalogue.quote_set(frozen.frozen_as) == frozen
    assert catalogue.quote_set(frozen.frozen_as[:8]) == frozen
    with pytest.raises(QuoteSetError, match="it is frozen as"):
        catalogue.add_to_set(made.id, [ids[1]])


def test_quotes_that_are_not_in_a_set_are_not_found_there(catalogue):
    made = catalogue.new_set(SET)
    for change in (
        lambda: catalogue.remove_from_set(made.id, "abc"),
        lambda: catalogue.place_in_set(made.id, "abc", 1),
        lambda: catalogue.annotate_in_set(made.id, "abc", "x"),
        lambda: catalogue.add_to_set("absent", ["abc"]),
        lambda: catalogue.quote_set("no such set"),
        lambda: catalogue.quote_set(""),
    ):
        with pytest.raises(NotFoundError):
            change()
