"""A quote is words of one speaker that stand in the text."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.anchors import locate
from corpus.errors import QuoteError
from corpus.quotes import make_quote, quote_reading, reanchor_quote, verify_quote
from corpus.reading import apply_corrections
from corpus.types import Certainty, Correction, CorrectionKind, QuoteStatus, Reading, Span
from tests.builders import NOON, an_article_text, an_episode_text

TEXT = an_episode_text(("Speaker 1", "Is it cold?"), ("Speaker 2", "It is cold. Look."))


def quote_of(words, text=TEXT):
    return make_quote(text, locate(text.content, words))


def test_a_quote_has_its_words_its_speaker_and_its_seconds():
    quote = quote_of("It is cold.")
    assert (quote.exact, quote.attribution.label) == ("It is cold.", "Speaker 2")
    assert (quote.start_time, quote.end_time) == pytest.approx((1.2, 2.4))
    assert quote.paragraph is None


def test_a_quote_of_an_article_has_its_paragraph():
    text = an_article_text(["First one.", "Second one."])
    assert quote_of("Second one.", text).paragraph == 2


@pytest.mark.parametrize("span", [Span(5, 20), Span(3, 3), Span(25, 4000)])
def test_words_of_two_speakers_or_of_none_are_no_quote(span):
    with pytest.raises(QuoteError, match="one turn"):
        make_quote(TEXT, span)


def test_a_quote_is_verified_only_against_its_own_words():
    quote = quote_of("It is cold.")
    verify_quote(quote, TEXT)
    with pytest.raises(QuoteError, match="other words"):
        verify_quote(replace(quote, exact="It is warm."), TEXT)
    with pytest.raises(QuoteError, match="r7"):
        verify_quote(quote, replace(TEXT, revision=7))


def test_a_quote_is_found_again_in_a_better_transcription():
    better = an_episode_text(("Speaker 1", "Well, is it cold?"), ("Speaker 2", "It is cold. Look."))
    again = reanchor_quote(quote_of("It is cold."), replace(better, revision=2))
    assert (again.exact, again.revision, again.status) == ("It is cold.", 2, QuoteStatus.VERIFIED)


def test_a_quote_whose_words_are_gone_is_stale_and_keeps_them():
    other = an_episode_text(("Speaker 1", "Nothing of the kind."))
    again = reanchor_quote(quote_of("It is cold."), other)
    assert (again.status, again.exact) == (QuoteStatus.STALE, "It is cold.")


CONTESTED = replace(
    TEXT,
    revision=1,
    timings=tuple(
        replace(timing, agreed=timing.span.of(TEXT.content) != "Look.") for timing in TEXT.timings
    ),
)


def corrected(exact, words, text=CONTESTED, kind=CorrectionKind.WORDS):
    span = locate(text.content, exact)
    made = Correction(
        id="c1", document_id=text.document_id, revision=1, kind=kind, author="Ana", made=NOON,
        span=span, exact=exact, words=words,
    )  # fmt: skip
    return apply_corrections(text, [made])


def test_a_quote_says_how_sure_its_words_are():
    reading = Reading(text=CONTESTED)
    sure = quote_reading(reading, locate(CONTESTED.content, "It is cold."))
    assert (sure.certainty, sure.contested, sure.corrected) == (Certainty.AGREED, (), False)
    unsure = quote_reading(reading, locate(CONTESTED.content, "It is cold. Look."))
    assert (unsure.certainty, unsure.contested) == (Certainty.CONTESTED, ("Look.",))


def test_a_quote_of_corrected_words_says_so_and_keeps_its_second():
    reading = corrected("It is", "It was")
    quote = quote_reading(reading, locate(reading.text.content, "It was cold."))
    assert (quote.corrected, quote.exact) == (True, "It was cold.")
    assert quote.start_time == quote_of("It is cold.").start_time
    other = quote_reading(reading, locate(reading.text.content, "Is it cold?"))
    assert not other.corrected
    verify_quote(quote, reading.text)


def test_a_quote_from_which_words_were_struck_out_says_so():
    reading = corrected("is cold", "")
    assert quote_reading(reading, locate(reading.text.content, "It. Look.")).corrected


def test_verified_words_are_not_corrected_words():
    reading = corrected("Look.", None, kind=CorrectionKind.VERIFIED)
    quote = quote_reading(reading, locate(reading.text.content, "Look."))
    assert (quote.certainty, quote.corrected) == (Certainty.CHECKED, False)


def test_the_paragraph_of_a_quote_is_that_of_the_text_that_was_published():
    text = replace(an_article_text(["First.", "Second.", "Third."]), revision=1)
    reading = corrected("Second.", "", text=text)
    assert quote_reading(reading, locate(reading.text.content, "Third.")).paragraph == 3
