"""The steps of an article: from its captured page to a text with quotations."""

from __future__ import annotations

from importlib.metadata import version

from corpus.errors import ExtractionError
from corpus.types import Document, Stage
from ingest.documents import capture_of, claim, learn_from_page, read_page, save_credits
from ingest.naming import author_of
from ingest.quotations import find_quotations
from ingest.texts import build_article_text
from ingest.workshop import Workshop, now


def fetch_article(document: Document, shop: Workshop) -> Stage:
    """Check that the page is in the store; the crawl fetched it."""
    capture_of(document, shop)
    return Stage.FETCHED


def read_article(document: Document, shop: Workshop) -> Stage:
    """Extract the page, find its quotations, and save the text.

    Raises:
        ExtractionError: the page has no text.
    """
    page, capture = read_page(document, shop)
    if not page.paragraphs:
        raise ExtractionError(document.url, cause="no text was found on the page")
    document = learn_from_page(document, page, capture, shop)
    credits = save_credits(document, shop)
    paragraphs = [paragraph.text for paragraph in page.paragraphs]
    quotations = find_quotations(
        paragraphs, block=[paragraph.kind == "quote" for paragraph in page.paragraphs]
    )
    text = build_article_text(
        paragraphs,
        quotations,
        document_id=document.id,
        author=claim(author_of(page.byline, credits), document, shop),
        made_with=f"trafilatura {version('trafilatura')}",
    )
    shop.catalogue.save_text(text, now=now())
    return Stage.READY
