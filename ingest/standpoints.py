"""From a speaker in an article to a named voice: the credit, the roles, the evidence in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.names import is_same_name
from corpus.types import Credit, Evidence, Method, Span
from corpus.vocabulary import load_vocabulary
from ingest.names.asprinted import in_print_order
from ingest.names.labels import find_person
from ingest.names.standing import described
from ingest.naming import NamedVoice
from ingest.prose.firstpersons import Named
from ingest.prose.speakers import Reason, Speaker

_LAST = 4  # paragraphs at the end among which the line about the author stands
_BIOGRAPHY = 600  # characters of it
# "Walter Dunmore was", "Ines Okafor, who lives in Ohio, is"
_FULL_NAME = re.compile(
    r"(?:About the author:?\s+)?(?P<name>[^\W\d_][\w.’'-]{0,30}(?:\s[^\W\d_][\w.’'-]{0,30}){1,3}?)"
    r"(?:,[^.]{0,80},)?\s(?:is|was|has|had|works|worked|serves|served)\b"
)
_SENTENCE = re.compile(
    r".{20,}?(?<!\b[A-Z])(?<!\b(?:Mr|Ms|Dr|St|Jr))(?<!\bMrs)[.!?](?=\s|$)", re.DOTALL
)
_NOTES = 2  # paragraphs at the beginning among which the note stands
_TOLD = re.compile(r"\b[Aa]s[- ][Tt]old[- ][Tt]o\b")
_BESIDE = re.compile(r",\s(?:\d\d,\s)?(?P<told>[^,.;:]{3,80})")
_INTRODUCED = 0.85  # an introduction names one person, and somebody answers


@dataclass(frozen=True, slots=True)
class Body:
    """Where in the canonical content each paragraph begins, and whether it is as printed."""

    starts: Sequence[int]
    kept: Sequence[bool]

    def evidence(self, reason: Reason) -> Evidence:
        """Return a reason with its place in the content, where it has one."""
        span = None
        if reason.paragraph is not None and reason.span and self.kept[reason.paragraph]:
            start = self.starts[reason.paragraph]
            span = Span(start + reason.span.start, start + reason.span.end)
        return Evidence(kind=reason.kind, quote=reason.quote, span=span)


def name_speaker(speaker: Speaker, credits: Sequence[Credit], body: Body) -> NamedVoice:
    """Return who a speaker is: the credited person of that name, or somebody new.

    Args:
        speaker: as found at the cue.
        credits: merged credits of the document.
        body: where the paragraphs of the article lie.
    """
    evidence = tuple(body.evidence(reason) for reason in speaker.reasons)
    if speaker.name is None:
        return NamedVoice(
            label=speaker.label,
            credit=None,
            method=Method.NONE,
            confidence=0.0,
            evidence=evidence,
        )
    credit = find_person(speaker.name, credits) or Credit(
        name=speaker.name,
        roles=load_vocabulary().roles_in(speaker.description or ""),
        description=speaker.description,
        evidence=evidence[0].quote if evidence else speaker.name,
    )
    return NamedVoice(
        label=None,
        credit=credit,
        method=Method.QUOTATION_CUE,
        confidence=speaker.confidence,
        evidence=evidence,
    )


def name_interviewee(asked: Named, credits: Sequence[Credit], label: str | None) -> NamedVoice:
    """Return the one person an interview without names is with.

    Args:
        asked: as its title or introduction names them.
        credits: merged credits of the document.
        label: before the answer, such as "A"; None for none.
    """
    credit = find_person(asked.name, credits) or Credit(
        name=asked.name,
        part="guest",
        roles=load_vocabulary().roles_in(asked.description or ""),
        description=asked.description,
        evidence=asked.quote,
    )
    return NamedVoice(
        label=label,
        credit=credit,
        method=Method.TITLE,
        confidence=_INTRODUCED,
        evidence=(Evidence(kind="introduction", quote=asked.quote),),
    )


def find_biography(paragraphs: Sequence[str], name: str) -> Reason | None:
    """Return the line in which a piece says who wrote it, where it claims a role.

    "Walter Dunmore was an armorer from 1984 to 2016." stands among the last paragraphs, and
    begins with the author's name.

    Args:
        paragraphs: the body of the article.
        name: of the author, in full.
    """
    for place in range(len(paragraphs) - 1, max(-1, len(paragraphs) - 1 - _LAST), -1):
        text = paragraphs[place]
        if len(text) > _BIOGRAPHY:
            continue
        opening = _FULL_NAME.match(text)
        if opening is None or not is_same_name(opening["name"], name):
            continue
        first = _SENTENCE.match(text)
        line = first.group() if first else text
        if load_vocabulary().roles_in(line):
            span = Span(0, len(line))
            return Reason(kind="apposition", quote=line, paragraph=place, span=span)
    return None


def find_note(paragraphs: Sequence[str], name: str) -> Reason | None:
    """Return the note in which a piece says whose telling it is, where it claims a role.

    "As told to Ann Roe by Bo Lund, armorer", "… a conversation with Bo Lund, 44, a gaffer …".

    Args:
        paragraphs: the body of the article.
        name: of the one who told it, in full.
    """
    for place, text in enumerate(paragraphs[:_NOTES]):
        _, before, after = text.partition(name)
        beside = _BESIDE.match(after) if before else None
        if not _TOLD.search(text) or beside is None:
            continue
        start = len(text) - len(after) + beside.start("told")
        span = Span(start, start + len(beside["told"]))
        if load_vocabulary().roles_in(span.of(text)):
            return Reason(kind="apposition", quote=span.of(text), paragraph=place, span=span)
    return None


def with_biography(voice: NamedVoice, told: Reason | None, body: Body) -> NamedVoice:
    """Return the author with the roles of their own line, and the line as evidence."""
    if told is None or voice.credit is None:
        return voice
    credit = described(voice.credit, told.quote)
    return replace(voice, credit=credit, evidence=(*voice.evidence, body.evidence(told)))


def roles_of(speaker: Speaker, credited: Sequence[str]) -> tuple[str, ...]:
    """Return the roles a page credits and those its body gives, each once."""
    if not speaker.name:
        return tuple(credited)
    vocabulary = load_vocabulary()
    told = in_print_order(vocabulary.roles_in(speaker.description or ""), speaker.description)
    known = [vocabulary.role(each) for each in credited]
    if all(role and role.part for role in known):
        return tuple(dict.fromkeys((*told, *credited)))
    return tuple(dict.fromkeys((*credited, *filter(vocabulary.role, told))))
