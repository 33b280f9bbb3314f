"""Whether words still stand where the index says: the catalogue is the truth."""

from __future__ import annotations

from collections.abc import Iterable

from corpus.catalogue import Shelf
from corpus.types import Passage, Span
from index.phrases import find_phrase


class Standing:
    """Passages held against the contents of their documents as they are read now."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def fetch(self, passages: Iterable[Passage]) -> None:
        """Read the documents of `passages` in one go; `content_at` reads what else is asked for."""
        self._shelf.fetch(one.document_id for one in passages)

    def content_at(self, passage: Passage) -> str | None:
        """Return the content of a passage's document, None when its words are others now."""
        content = self._shelf.content(passage.document_id)
        stands = content and passage.span.of(content) == passage.content
        return content if stands else None

    def phrases_at(self, passage: Passage, phrases: Iterable[str]) -> list[Span] | None:
        """Return where exact `phrases` stand that begin in a passage, None when one does not.

        A phrase that runs over the passage's end stands within its turn.
        """
        places: list[Span] = []
        for phrase in phrases:
            found = [
                Span(place.start + passage.span.start, place.end + passage.span.start)
                for place in find_phrase(passage.content, phrase)
            ]
            found = found or self._over_the_end(passage, phrase)
            if not found:
                return None
            places += found
        return places

    def _over_the_end(self, passage: Passage, phrase: str) -> list[Span]:
        content = self.content_at(passage) if passage.seam else None
        if content is None:
            return []
        within = Span(passage.span.start, self.turn_of(passage).end)
        places = find_phrase(content, phrase, within)
        return [place for place in places if place.start < passage.span.end]

    def turn_of(self, passage: Passage) -> Span:
        """Return the turn that a passage lies in."""
        turns = self._shelf.reading(passage.document_id, [passage.span]).text.turns
        within = (turn.span for turn in turns if passage.span in turn.span)
        return next(within, passage.span)
