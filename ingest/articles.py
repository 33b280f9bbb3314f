"""The steps of an article: from its captured page to a text with quotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.errors import ExtractionError
from corpus.types import Attribution, Credit, Document, Manner, Stage
from ingest.articletexts import Paragraph, Quoted, build_article_text, places_of
from ingest.body import EXTRACTOR
from ingest.documents import capture_of, claim, learn_from_page, read_page, save_credits
from ingest.extract import ExtractedPage
from ingest.interviews import find_interview
from ingest.naming import author_of, name_label
from ingest.quotations import Quotation, find_quotations
from ingest.standpoints import Body, name_speaker, roles_of
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
    author = claim(author_of(page.byline, credits), document, shop)
    text = build_article_text(
        [*_paragraphs(page, author, credits, document, shop)],
        document_id=document.id,
        made_with=EXTRACTOR,
    )
    shop.catalogue.save_text(text, now=now())
    return Stage.READY


def _paragraphs(
    page: ExtractedPage,
    author: Attribution,
    credits: Sequence[Credit],
    document: Document,
    shop: Workshop,
) -> Iterator[Paragraph]:
    """Yield the body with whose words each paragraph is: an interview's are not the byline's."""
    words = [paragraph.text for paragraph in page.paragraphs]
    headings = [paragraph.kind == "heading" for paragraph in page.paragraphs]
    interview = find_interview(words, headings=headings)
    quotations = find_quotations(
        words,
        block=[paragraph.kind == "quote" for paragraph in page.paragraphs],
        headings=headings,
        credits=credits,
        byline=page.byline,
        title=page.title or "",
    )
    texts = [answer.text if answer else text for text, answer in zip(words, interview, strict=True)]
    kept = [text == other for text, other in zip(words, texts, strict=True)]
    body = Body(places_of(texts), kept)
    for text, found, answer in zip(texts, quotations, interview, strict=True):
        if answer is None:
            quoted = tuple(_quoted(each, credits, body, document, shop) for each in found)
            yield Paragraph(text, author, quotations=quoted)
        else:
            voice = name_label(answer.label, credits, publication=document.show)
            yield Paragraph(answer.text, claim(voice, document, shop), Manner.SPOKEN)


def _quoted(
    found: Quotation, credits: Sequence[Credit], body: Body, document: Document, shop: Workshop
) -> Quoted:
    """Return a quotation with the claim of whose words it is; its person enters the catalogue."""
    speaker = found.speaker
    if speaker is None:
        return Quoted(found.span, found.manner)
    voice = name_speaker(speaker, credits, body)
    claimed = claim(voice, document, shop)
    heard = speaker.heard if speaker.name and speaker.heard != speaker.name else None
    roles = roles_of(speaker, claimed.roles)
    return Quoted(found.span, found.manner, replace(claimed, heard=heard, roles=roles))
