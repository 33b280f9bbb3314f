"""Who answers in a printed interview, with what the piece says they are. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corpus.types import Attribution, Credit, Evidence, Manner, Method, Span, Text, Turn
from ingest.articletexts import places_of
from ingest.names.occupations import with_occupations
from ingest.names.titles import credits_from_title
from ingest.naming import NamedVoice


def with_standing(
    texts: Sequence[str],
    voices: Sequence[NamedVoice | None],
    credits: Sequence[Credit],
    *,
    title: str,
    publication: str,
) -> list[NamedVoice | None]:
    """Return the voices with the roles that title, introduction and answers give their people.

    Args:
        texts: the paragraphs, as they will stand in the text.
        voices: whose words each paragraph is; None for the writer's own.
        credits: merged credits of the document.
        title: of the page.
        publication: the paper or show.
    """
    people: dict[str | None, NamedVoice] = {
        voice.credit.name: voice for voice in voices if voice and voice.credit
    }
    if not people:
        return list(voices)
    titled = credits_from_title(title, publication)
    told = with_occupations(_draft(texts, voices), people, credits, titled)
    return [
        replace(voice, credit=known.credit, evidence=(*voice.evidence, *_new(voice, known)))
        if voice and voice.credit and (known := told[voice.credit.name])
        else voice
        for voice in voices
    ]


def _new(voice: NamedVoice, known: NamedVoice) -> list[Evidence]:
    return [reason for reason in known.evidence if reason not in voice.evidence]


def _draft(texts: Sequence[str], voices: Sequence[NamedVoice | None]) -> Text:
    """Return the text with one turn for each paragraph, labelled by the person's name."""
    turns = [
        Turn(
            span=Span(start, start + len(text)),
            manner=Manner.SPOKEN if voice else Manner.AUTHORED,
            attribution=Attribution(
                method=Method.NONE,
                confidence=0.0,
                label=voice.credit.name if voice and voice.credit else None,
            ),
        )
        for start, text, voice in zip(places_of(texts), texts, voices, strict=True)
    ]
    return Text(
        document_id="", revision=0, content="\n\n".join(texts), sha256="", turns=tuple(turns)
    )
