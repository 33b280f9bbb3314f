"""How right quotations and their speakers are, on invented paragraphs in three sets.

python -m tests.bench.quotations
"""

from __future__ import annotations

import time

from ingest.quotations import find_quotations
from tests.quotedwords import measure, pieces


def main() -> None:
    """Print the figures of each set, what went wrong, and the time of one article."""
    find_quotations(["“Never,” said nobody."])  # the model is loaded once
    for half in ("develop", "held", "fresh"):
        found = measure(half)
        print(
            f"{half}: {found.pieces} pieces, {found.counts['turns']} turns: direct quotation F1 "
            f"{found.f1:.3f}; speaker right {found.right:.3f} of those with one in print, "
            f"{found.precision:.3f} of those attributed; wrong {found.wrong:.3f}"
        )
        for failure in found.failures:
            print(f"    {failure}")
    article = [text for piece in pieces("develop") for text in piece["paragraphs"]]
    words = sum(len(text.split()) for text in article)
    begun = time.monotonic()
    find_quotations(article)
    print(f"an article of {words} words: {time.monotonic() - begun:.2f} s")


if __name__ == "__main__":
    main()
