"""What arrives from a crawl: pages to keep, and sightings to complete."""

from __future__ import annotations

from dataclasses import replace

from corpus.types import Capture, DiscoveredItem, SourceKind
from ingest.workshop import Workshop


def keep_capture(shop: Workshop, capture: Capture, body: bytes) -> None:
    """Store a fetched page, and what is known of it."""
    shop.files.put_bytes(body)
    shop.catalogue.save_capture(capture)


def completed(item: DiscoveredItem, shop: Workshop) -> DiscoveredItem:
    """Fill in what the registry knows and the sighting does not say."""
    source = shop.sources.get(item.source_id)
    if source is None or source.kind is SourceKind.PAGE:
        return item
    return replace(item, show=source.name, language=item.language or source.language)
