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


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of an article: its words, whose they are, and what is quoted in it."""

    text: str
    author: Attribution
    manner: Manner = Manner.AUTHORED
    quotations: tuple[Span, ...] = ()


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
    position = 0
    for paragraph in paragraphs:
        for span, quoted in _pieces(paragraph.text, paragraph.quotations):
            turns.append(
                Turn(
                    span=Span(position + span.start, position + span.end),
                    manner=Manner.QUOTED if quoted else paragraph.manner,
                    attribution=NOBODY if quoted else paragraph.author,
                )
            )
        position += len(paragraph.text) + len(_BREAK)
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


def _pieces(paragraph: str, quoted: Sequence[Span]) -> Iterable[tuple[Span, bool]]:
    """Yield each stretch with words, and whether it is quoted."""
    edges = [0, *itertools.chain.from_iterable((q.start, q.end) for q in quoted), len(paragraph)]
    last = len(edges) - 2
    for index, (start, end) in enumerate(itertools.pairwise(edges)):
        if not any(character.isalnum() for character in paragraph[start:end]):
            continue
        if index % 2:
            yield trim(paragraph, Span(start, end)), True
        else:
            # The marks of the quotation next door belong to neither turn.
            left = _MARKS if index > 0 else ""
            right = _MARKS if index < last else ""
            piece = paragraph[start:end]
            begin = end - len(piece.lstrip(left)) if left else start
            stop = start + len(piece.rstrip(right)) if right else end
            yield trim(paragraph, Span(begin, stop)), False


def _joined(turns: Sequence[Turn]) -> Iterable[Turn]:
    """Join neighbouring turns of one speaker in one manner; quotations stay apart.

    Two turns of nobody may be a question and its answer: only the writer's own are joined.
    """
    for (manner, who), group in itertools.groupby(turns, lambda t: (t.manner, t.attribution)):
        is_somebody = who.person_id or who.label
        if manner is Manner.QUOTED or (manner is not Manner.AUTHORED and not is_somebody):
            yield from group
            continue
        members = list(group)
        span = Span(members[0].span.start, members[-1].span.end)
        yield Turn(span=span, manner=manner, attribution=who)
