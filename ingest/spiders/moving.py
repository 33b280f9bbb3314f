"""Sources that have moved for good: what a redirect means, and what the operator is told."""

from __future__ import annotations

from scrapy.http import Response

from corpus.types import Source

_FOR_GOOD = (301, 308)


def moved_for_good(response: Response) -> str | None:
    """Return where permanent redirects have led, None when nothing has moved for good.

    What was asked for under https is never asked for without it afterwards.
    """
    meta = response.meta
    asked = [*meta.get("redirect_urls", []), response.url]
    at = 0
    for reason in meta.get("redirect_reasons", []):
        if reason not in _FOR_GOOD or at + 1 >= len(asked):
            break
        at += 1
    is_open = asked[0].startswith("https:") and not asked[at].startswith("https:")
    return asked[at] if at and not is_open else None


def told_of_move(source: Source, address: str) -> str:
    """Return what the operator should do about a source that has moved."""
    return f"it has moved for good to {address}: change url of [{source.id}] in sources.toml"
