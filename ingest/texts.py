"""The canonical text: from words with voices, or paragraphs with quotations, to a `Text`.

Pure. The one place where content, turns and timings are made, so that spans always fit.
Every letter and digit of the content lies in exactly one turn.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from corpus.types import (
    Aside,
    AsideKind,
    Attribution,
    Manner,
    Method,
    Origin,
    Segment,
    Span,
    Text,
    Timing,
    Transcript,
    Turn,
    TurnKind,
    Word,
)

_BREAK = "\n\n"
# At the start of a turn: whose words these are is somebody else.
_PERFORMANCE = re.compile(
    r"\W{0,3}(?:as(?!\s+(?:always|usual|ever|if|though|well)\b)|reads?|reading|in character|singing"
    r"|sings?|playing|voic(?:es|ing)|imitat(?:es|ing)|impersonat(?:es|ing)|quoting)\b",
    re.IGNORECASE,
)


def build_episode_text(
    transcript: Transcript, *, document_id: str, media_sha256: str | None
) -> Text:
    """Return the text of an episode: one paragraph and one turn for each change of speaker.

    Every turn has its label and no person yet, so that the evidence for a name can point into
    the text; `with_attributions` puts the people in.

    Args:
        transcript: words in order of time, each with its speaker label.
        document_id: whose text it is.
        media_sha256: the playback copy the times refer to.
    """
    parts: list[str] = []
    turns: list[Turn] = []
    timings: list[Timing] = []
    places: list[int] = []  # of each word of the transcript; a blank one stands at the next
    position = 0
    for (_, kind, label), group in itertools.groupby(_said(transcript), key=lambda said: said[0]):
        members = [word for _, word in group]
        words = [word for word in members if word.text.strip()]
        if not words:
            places += [position] * len(members)
            continue
        position += len(_BREAK) if parts else 0
        placed = list(_place(words, position))
        places += _starts(members, placed)
        timings += placed
        content = " ".join(_clean(word.text) for word in words)
        turns.append(_spoken(label, Span(position, position + len(content)), words, kind))
        parts.append(content)
        position += len(content)
    places.append(position)
    return sealed(
        Text(
            document_id=document_id,
            revision=0,
            content=_BREAK.join(parts),
            sha256="",
            turns=tuple(turns),
            timings=tuple(timings),
            origin=transcript.origin,
            media_sha256=media_sha256,
            made_with=_made_with(transcript),
            warnings=transcript.warnings,
            dialect=transcript.dialect,
            asides=tuple(
                replace(aside, position=places[min(aside.position, len(places) - 1)])
                for aside in transcript.asides
            ),
        )
    )


def with_attributions(text: Text, attributions: Mapping[str | None, Attribution]) -> Text:
    """Return the text with people for its labels.

    A label that is missing stays a label; an advertisement is nobody's testimony, whoever reads it,
    and the words of a part somebody plays or reads out are not their own.

    Args:
        text: as `build_episode_text` made it.
        attributions: by label.
    """
    performed = {each.position for each in text.asides if is_performance(each)}
    turns = tuple(
        turn
        if turn.kind is TurnKind.ADVERTISEMENT or turn.span.start in performed
        else replace(turn, attribution=attributions.get(turn.attribution.label, turn.attribution))
        for turn in text.turns
    )
    return sealed(replace(text, turns=turns))


def is_performance(aside: Aside) -> bool:
    """Say whether a direction says that the words after it are a part: "(As the sheriff)".

    >>> is_performance(Aside(position=0, kind=AsideKind.DIRECTION, text="Reading"))
    True
    """
    return aside.kind is AsideKind.DIRECTION and bool(_PERFORMANCE.match(aside.text))


_Opening = tuple[int, TurnKind, str | None]  # what two words of one turn have in common


def _said(transcript: Transcript) -> Iterable[tuple[_Opening, Word]]:
    """Yield each word with what makes its turn: a stretch no segment opens anew, kind, label."""
    stretch = 0
    for segment in transcript.segments:
        stretch += segment.opens
        for word in segment.words:
            yield (stretch, segment.kind, word.speaker), word


def _starts(members: Sequence[Word], placed: Sequence[Timing]) -> Iterable[int]:
    """Return the character at which each word of a turn begins."""
    starts = iter(placed)
    place = placed[0].span.start
    for word in members:
        if word.text.strip():
            place = next(starts).span.start
        yield place


def _place(words: Sequence[Word], position: int) -> Iterable[Timing]:
    for word in words:
        length = len(_clean(word.text))
        yield Timing(
            span=Span(position, position + length),
            start_time=word.start_time,
            end_time=word.end_time,
            probability=word.probability,
            agreed=word.agreed,
            other=word.other,
            doubt=word.doubt,
            estimated=word.estimated,
        )
        position += length + 1


def _clean(word: str) -> str:
    return " ".join(word.split())


def _spoken(label: str | None, span: Span, words: Sequence[Word], kind: TurnKind) -> Turn:
    return Turn(
        span=span,
        manner=Manner.SPOKEN,
        attribution=Attribution(method=Method.NONE, confidence=0.0, label=label),
        kind=kind,
        start_time=words[0].start_time,
        end_time=max(word.end_time for word in words),
    )


def _made_with(transcript: Transcript) -> str:
    settings = ", ".join(f"{name}={value}" for name, value in transcript.settings)
    return " ".join(part for part in (transcript.model, settings and f"({settings})") if part)


def sealed(text: Text) -> Text:
    """Return the text with the digest of all it says, warnings apart."""
    seen = asdict(replace(text, sha256="", warnings=()))
    digest = hashlib.sha256(json.dumps(seen, sort_keys=True, default=str).encode()).hexdigest()
    return replace(text, sha256=digest)


# ── transcripts as files ─────────────────────────────────────────────────────────────────────


def dump_transcript(transcript: Transcript) -> bytes:
    """Return a transcript as JSON bytes; the same transcript always gives the same bytes."""
    return json.dumps(asdict(transcript), ensure_ascii=False, sort_keys=True).encode()


def load_transcript(data: bytes) -> Transcript:
    """Return the transcript that `dump_transcript` wrote."""
    fields = json.loads(data)
    segments = tuple(
        Segment(
            **{
                **segment,
                "words": tuple(Word(**word) for word in segment["words"]),
                "kind": TurnKind(segment.get("kind", TurnKind.SPEECH)),
            }
        )
        for segment in fields.pop("segments")
    )
    return Transcript(
        segments=segments,
        language=fields["language"],
        origin=Origin(fields["origin"]),
        model=fields["model"],
        settings=tuple((name, value) for name, value in fields["settings"]),
        duration=fields["duration"],
        warnings=tuple(fields["warnings"]),
        asides=tuple(
            Aside(**{**aside, "kind": AsideKind(aside["kind"])})
            for aside in fields.get("asides", ())
        ),
        dialect=fields.get("dialect"),
    )
