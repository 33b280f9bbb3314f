"""What every kind of document needs: its captured page, its credits, its people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.errors import TransientError
from corpus.types import Attribution, Capture, Credit, DiscoveredItem, Document
from corpus.vocabulary import load_vocabulary
from ingest.extract import ExtractedPage, extract_page
from ingest.naming import NamedVoice, attribution, merge_credits, person_key
from ingest.workshop import Workshop, now


def capture_of(document: Document, shop: Workshop) -> Capture:
    """Return the newest capture of the document's own page.

    Raises:
        TransientError: the page could not be fetched yet.
    """
    if document.capture_sha256 is None:
        raise TransientError(
            document.url,
            cause="its page has not been fetched yet",
            remedy="the next crawl of its source asks for it again",
        )
    return shop.catalogue.capture(document.capture_sha256)


def read_page(document: Document, shop: Workshop) -> tuple[ExtractedPage, Capture]:
    """Return what the document's captured page says."""
    capture = capture_of(document, shop)
    body = shop.files.read_bytes(capture.sha256)
    return extract_page(body, url=capture.final_url, headers=capture.headers), capture


def learn_from_page(
    document: Document, page: ExtractedPage, capture: Capture, shop: Workshop
) -> Document:
    """Record what the page says about the document, beside what the feed or listing said."""
    item = DiscoveredItem(
        source_id=document.source_id,
        kind=document.kind,
        url=document.url,
        guid=document.guid,
        canonical_url=page.canonical_url,
        title=page.title,
        show=document.show or page.show,
        published=document.published or page.published,
        language=page.language,
        media_url=document.media_url or page.audio_url,
        media_type=document.media_type or page.audio_type,
        transcripts=document.transcripts or page.transcripts,
        credits=page.credits,
        capture=capture,
    )
    learnt, _ = shop.catalogue.record_discovered(item, now=now())
    return learnt


def save_credits(document: Document, shop: Workshop) -> tuple[Credit, ...]:
    """Join the document's credits by name, with the roles their descriptions claim."""
    credits = merge_credits(document.credits, load_vocabulary())
    known = tuple(
        replace(credit, person_id=_person_id(credit, document, shop)) for credit in credits
    )
    shop.catalogue.save_credits(document.id, known, now=now())
    return known


def claim(voice: NamedVoice, document: Document, shop: Workshop) -> Attribution:
    """Return the attribution of a voice or byline; its person enters the catalogue."""
    if voice.credit is None:
        return attribution(voice, None)
    return attribution(voice, _person_id(voice.credit, document, shop))


def claims(
    voices: Sequence[NamedVoice], document: Document, shop: Workshop
) -> dict[str | None, Attribution]:
    """Return the attribution of every label."""
    return {voice.label: claim(voice, document, shop) for voice in voices}


def _person_id(credit: Credit, document: Document, shop: Workshop) -> str:
    key = person_key(credit, document.source_id)
    return shop.catalogue.ensure_person(credit.name, key=key).id
