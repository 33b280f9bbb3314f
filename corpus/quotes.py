"""Quotes: words that stand in a text, inside one turn, and can be checked against it. Pure."""

from __future__ import annotations

from dataclasses import replace

from corpus.anchors import locate, paragraph_of, surroundings, times_of, turn_of
from corpus.certainty import certainty_of, contested_in
from corpus.errors import QuoteError
from corpus.reading import canonical_of, checked_in, corrected_in, overlaps, to_canonical
from corpus.types import Quote, QuoteStatus, Reading, Span, Text


def make_quote(text: Text, span: Span) -> Quote:
    """Return the quote of `span`.

    Raises:
        QuoteError: the span is empty, outside the text or crosses turns: such words have no
            single speaker, so they are no quote.
    """
    exact = span.of(text.content)
    turn = turn_of(text, span)
    if not exact.strip() or span.end > len(text.content) or turn is None:
        cause = "not inside one turn of the text"
        if span.end <= len(text.content) and not exact.strip():
            cause = "a quote of zero length, not words inside one turn"
        raise QuoteError(
            f"{text.document_id} {span.start}..{span.end}",
            cause=cause,
            remedy="choose words of one speaker",
        )
    prefix, suffix = surroundings(text.content, span)
    times = times_of(text, span)
    return Quote(
        document_id=text.document_id,
        revision=text.revision,
        span=span,
        exact=exact,
        prefix=prefix,
        suffix=suffix,
        attribution=turn.attribution,
        manner=turn.manner,
        start_time=times[0] if times else None,
        end_time=times[1] if times else None,
        paragraph=None if times else paragraph_of(text.content, span),
        status=QuoteStatus.VERIFIED,
    )


def quote_reading(reading: Reading, span: Span) -> Quote:
    """Return the quote of `span` of a reading: as corrected, and how sure its words are.

    Its words, span and surroundings are those of the reading; second and paragraph, by which it
    is linked, are those of the canonical text, which no later correction moves.

    Raises:
        QuoteError: as `make_quote`.
    """
    text = reading.text
    quote = make_quote(text, span)
    paragraph = None
    if quote.paragraph is not None:
        place = to_canonical(reading, span)
        paragraph = paragraph_of(canonical_of(reading).content, place)
    return replace(
        quote,
        paragraph=paragraph,
        certainty=certainty_of(text, span, checked_in(reading)),
        contested=tuple(each.span.of(text.content) for each in contested_in(text, span)),
        corrected=overlaps(span, corrected_in(reading)),
    )


def verify_quote(quote: Quote, text: Text) -> None:
    """Check that the quote's words stand where it says, in the revision it names.

    Raises:
        QuoteError: another document or revision, or other words at that place.
    """
    where = f"{quote.document_id} {quote.span.start}..{quote.span.end}"
    if (text.document_id, text.revision) != (quote.document_id, quote.revision):
        raise QuoteError(where, cause=f"checked against {text.document_id} r{text.revision}")
    if quote.span.of(text.content) != quote.exact:
        raise QuoteError(where, cause="other words stand there")


def reanchor_quote(quote: Quote, text: Text) -> Quote:
    """Return the quote in a newer revision: found again by its words, or marked stale."""
    span = locate(text.content, quote.exact, quote.prefix, quote.suffix)
    if span is None or turn_of(text, span) is None:
        return replace(quote, status=QuoteStatus.STALE)
    return replace(make_quote(text, span), note=quote.note)
