"""What an export holds, counted while its first format is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from corpus.exports.writing import Sheet
from corpus.types import SetQuote


@dataclass
class _Seen:
    quotes: int = 0
    manners: Counter[str] = field(default_factory=Counter)
    certainties: Counter[str] = field(default_factory=Counter)
    made_with: Counter[str] = field(default_factory=Counter)
    speakers: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)

    def add(self, entry: SetQuote) -> None:
        kept, quote = entry.kept, entry.kept.quote
        self.quotes += 1
        self.manners[quote.manner.value] += 1
        self.certainties[quote.certainty.value if quote.certainty else "not known"] += 1
        self.made_with[kept.made_with or "not known"] += 1
        self.documents.add(quote.document_id)
        self.speakers.add(kept.person or quote.attribution.label or "")


class Tally:
    """Counts the quotes of a sheet without going through them once more."""

    def __init__(self) -> None:
        self._whole: _Seen | None = None

    def watching(self, sheet: Sheet) -> Sheet:
        """Return the sheet; whoever goes through all its quotes counts them."""
        return replace(
            sheet,
            quotes=lambda: self._counted(sheet.quotes()),
            by_document=lambda: self._counted(sheet.by_document()),
        )

    def counts(self) -> dict[str, Any]:
        """Return the counts for the manifest."""
        seen = self._whole or _Seen()
        return {
            "quotes": seen.quotes,
            "documents": len(seen.documents),
            "speakers": len(seen.speakers),
            "manners": dict(sorted(seen.manners.items())),
            "certainties": dict(sorted(seen.certainties.items())),
            "made_with": dict(sorted(seen.made_with.items())),
        }

    def _counted(self, entries: Iterator[SetQuote]) -> Iterator[SetQuote]:
        seen = _Seen()
        for entry in entries:
            seen.add(entry)
            yield entry
        self._whole = self._whole or seen
