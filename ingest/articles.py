"""The steps of an article: from its captured page to a text with quotations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.errors import ExtractionError
from corpus.types import Attribution, Credit, Document, Manner, Stage
from ingest.answerers import with_standing
from ingest.articletexts import Paragraph, Quoted, build_article_text, places_of
from ingest.documents import capture_of, claim, learn_from_page, read_page, save_credits
from ingest.extract import ExtractedPage
from ingest.interviews import Answer, Part, find_interview
from ingest.naming import NamedVoice, author_of, name_label
from ingest.page.body import EXTRACTOR
from ingest.prose.firstpersons import Named, find_interviewee, find_teller, speaks_of
from ingest.quotations import Quotation, find_quotations
from ingest.standpoints import (
    Body,
    find_biography,
    find_note,
    name_interviewee,
    name_speaker,
    roles_of,
    with_biography,
)
from ingest.workshop import Workshop, now

_BYLINE = 160  # characters of a line that says who told a piece to whom


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
    text = build_article_text(
        [*_paragraphs(page, _first_person(page, credits, document, shop), credits, document, shop)],
        document_id=document.id,
        made_with=EXTRACTOR,
    )
    shop.catalogue.save_text(text, now=now())
    return Stage.READY


@dataclass(frozen=True, slots=True)
class _Author:
    """Whose words stand outside quotation marks: who wrote them, or told them to a writer."""

    attribution: Attribution
    manner: Manner
    byline: Sequence[str]  # who "I" can be


def _first_person(
    page: ExtractedPage, credits: Sequence[Credit], document: Document, shop: Workshop
) -> _Author:
    words = [paragraph.text for paragraph in page.paragraphs]
    told_at = [credit.evidence or "" for credit in credits if credit.name in page.byline]
    short = [text for text in (*words[:2], *words[-1:]) if len(text) <= _BYLINE]
    is_told, teller = find_teller([*told_at, page.title or "", *short], page.byline)
    byline = ([teller] if teller else []) if is_told else page.byline
    name = byline[0] if len(byline) == 1 else None
    told = (find_biography(words, name) or find_note(words, name)) if name else None
    headings = [paragraph.kind == "heading" for paragraph in page.paragraphs]
    in_place = not any(find_interview(words, headings=headings))  # else labels are taken out
    body = Body(places_of(words), [in_place] * len(words))
    voice = with_biography(author_of(byline, credits), told, body)
    if is_told and teller is None:
        voice = replace(voice, label="as told to " + " and ".join(page.byline))
    manner = Manner.SPOKEN if is_told else Manner.AUTHORED
    return _Author(claim(voice, document, shop), manner, byline)


def _paragraphs(
    page: ExtractedPage,
    author: _Author,
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
        byline=author.byline,
        title=page.title or "",
    )
    texts = [answer.text if answer else text for text, answer in zip(words, interview, strict=True)]
    kept = [text == other for text, other in zip(words, texts, strict=True)]
    body = Body(places_of(texts), kept)
    first = next((place for place, answer in enumerate(interview) if answer), 0)
    asked = find_interviewee(words[:first], page.title or "", page.byline)
    voices = with_standing(
        texts,
        _voices(interview, asked, credits, document),
        credits,
        title=page.title or "",
        publication=document.show,
    )
    for text, found, answer, voice in zip(texts, quotations, interview, voices, strict=True):
        if answer is None or voice is None:
            quoted = tuple(_quoted(each, credits, body, document, shop) for each in found)
            yield Paragraph(text, author.attribution, author.manner, quotations=quoted)
        elif asked and answer.part is Part.QUESTION and author.attribution.person_id:
            yield Paragraph(text, author.attribution, Manner.SPOKEN)
        else:
            yield Paragraph(text, claim(voice, document, shop), Manner.SPOKEN)


def _voices(
    interview: Sequence[Answer | None],
    asked: Named | None,
    credits: Sequence[Credit],
    document: Document,
) -> list[NamedVoice | None]:
    """Return who says each paragraph of an interview: its label, or the one it is with."""
    return [
        _voice(answer, asked, credits, publication=document.show) if answer else None
        for answer in interview
    ]


def _voice(
    answer: Answer, asked: Named | None, credits: Sequence[Credit], *, publication: str
) -> NamedVoice:
    answers = asked and answer.part is Part.ANSWER and not speaks_of(asked.name, answer.text)
    if asked and answers:
        return name_interviewee(asked, credits, answer.label)
    return name_label(answer.label, credits, publication=publication)


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
