"""The basket on the page: which of the words on the screen are in it, and a click that says so.

It stands in the catalogue, not in the session: it outlives the tab, and everybody who opens the
page sees the same one.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpus.errors import NotFoundError
from corpus.quotesets import quote_id
from corpus.types import BASKET, Quote, Span
from ui.archive import Archive
from ui.kept.quotes import Quotes


class Basket:
    """What the page's *Keep* does.

    Raises:
        QuoteError: (`keep`, `toggle`) the words are no quote any more.
    """

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._quotes = Quotes(archive)

    def holds(self, quotes: Sequence[Quote]) -> list[bool]:
        """Return of each quote whether it is in the basket as it stands."""
        ids = [quote_id(each) for each in quotes]
        inside = self._archive.catalogue.held_in_set(BASKET, ids)
        return [each in inside for each in ids]

    def toggle(self, quote: Quote) -> bool:
        """Keep a quote, or take it out; return whether it is in the basket now."""
        if self.holds([quote])[0]:
            self._quotes.take_from_basket(quote_id(quote))
            return False
        self._quotes.keep_in_basket(quote.document_id, quote.span, quote.revision)
        return True

    def keep(self, document_id: str, place: Span) -> None:
        """Keep the words at `place` of a document's newest canonical text."""
        quote = self._archive.quote(document_id, place).quote
        self._quotes.keep_in_basket(document_id, quote.span, quote.revision)

    def size(self) -> int:
        """Return how many quotes are in the basket."""
        try:
            return self._archive.catalogue.quote_set(BASKET).size
        except NotFoundError:
            return 0
