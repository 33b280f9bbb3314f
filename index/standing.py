"""Whether words still stand where the index says: the catalogue is the truth."""

from __future__ import annotations

from corpus.catalogue import Catalogue
from corpus.types import Passage


class Standing:
    """The contents of documents as they are read now, each read once a search."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._contents: dict[str, str | None] = {}

    def content_at(self, passage: Passage) -> str | None:
        """Return the content of a passage's document, None when its words are others now."""
        document_id = passage.document_id
        if document_id not in self._contents:
            self._contents[document_id] = self._catalogue.content_read(document_id)
        content = self._contents[document_id]
        stands = content and passage.span.of(content) == passage.content
        return content if stands else None
