"""The canonical text of an article: the writer's words, and each quotation as its own turn.

Pure. Every letter and digit of the content lies in exactly one turn.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.anchors import trim
from corpus.types import Attribution, Manner, Method, Origin, Span, Text, Turn
from ingest.texts import sealed

NOBODY = Attribution(method=Method.NONE, confidence=0.0)
_BREAK = "\n\n"
_MARKS = "“”„‟«»‘’\"'`"
_STOPS = " \n.,;:!?…–—"  # what is left over where somebody else's words end


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words of a paragraph that are not its writer's, and whose they are."""

    span: Span
    manner: Manner = Manner.QUOTED
    attribution: Attribution = NOBODY


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article: its words, whose they are, and what is quoted in it."""

    text: str
    author: Attribution
    manner: Manner = Manner.AUTHORED
    quotations: tuple[Quoted, ...] = ()  # in order, none over another


def places_of(paragraphs: Sequence[str]) -> list[int]:
    """Return where in the content each paragraph begins."""
    lengths = (len(text) + len(_BREAK) for text in paragraphs[:-1])
    return list(itertools.accumulate(lengths, initial=0))


def build_article_text(
    paragraphs: Sequence[Paragraph], *, document_id: str, made_with: str
) -> Text:
    """Return the text of an article: the writer's words, and each quotation as its own turn.

    Args:
        paragraphs: the body in order, no empty ones.
        document_id: whose text it is.
        made_with: the extractor and its version.
    """
    turns: list[Turn] = []
    starts = places_of([paragraph.text for paragraph in paragraphs])
    for position, paragraph in zip(starts, paragraphs, strict=True):
        for span, quoted in _pieces(paragraph.text, paragraph.quotations):
            turns.append(
                Turn(
                    span=Span(position + span.start, position + span.end),
                    manner=quoted.manner if quoted else paragraph.manner,
                    attribution=quoted.attribution if quoted else paragraph.author,
                )
            )
    return sealed(
        Text(
            document_id=document_id,
            revision=0,
            content=_BREAK.join(paragraph.text for paragraph in paragraphs),
            sha256="",
            turns=tuple(_joined(turns)),
            origin=Origin.PAGE,
            made_with=made_with,
        )
    )


def _pieces(text: str, quoted: Sequence[Quoted]) -> Iterable[tuple[Span, Quoted | None]]:
    """Yield each stretch with words, and what it is when it is not the writer's own."""
    position = 0
    before: Quoted | None = None
    for each in (*quoted, None):
        start, end = (each.span.start, each.span.end) if each else (len(text), len(text))
        own = _without_marks(text, Span(position, start), before, each)
        if _has_words(own.of(text)):
            yield trim(text, own), None
        if each and _has_words(each.span.of(text)):
            yield trim(text, each.span), each
        before, position = each, end


def _without_marks(text: str, span: Span, before: Quoted | None, after: Quoted | None) -> Span:
    """Return the writer's stretch; the marks of a quotation next door belong to neither turn."""
    piece = span.of(text)
    if before:
        piece = piece.lstrip(_STOPS + _MARKS if before.manner is Manner.QUOTED else _STOPS)
    start = span.end - len(piece)
    if after and after.manner is Manner.QUOTED:
        piece = piece.rstrip(_MARKS)
    return Span(start, start + len(piece))


def _has_words(piece: str) -> bool:
    return any(character.isalnum() for character in piece)


def _joined(turns: Sequence[Turn]) -> Iterable[Turn]:
    """Join neighbouring turns of one speaker in one manner; quotations stay apart.

    Two turns of nobody may be a question and its answer: only the writer's own are joined.
    """
    for (manner, who), group in itertools.groupby(turns, lambda t: (t.manner, t.attribution)):
        is_somebody = who.person_id or who.label
        is_told = manner in {Manner.QUOTED, Manner.REPORTED}
        if is_told or (manner is not Manner.AUTHORED and not is_somebody):
            yield from group
            continue
        members = list(group)
        span = Span(members[0].span.start, members[-1].span.end)
        yield Turn(span=span, manner=manner, attribution=who)
