"""The canonical text: from words with voices, or paragraphs with quotations, to a `Text`.

Pure. The one place where content, turns and timings are made, so that spans always fit.
Every letter and digit of the content lies in exactly one turn.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace

from corpus.types import (
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


def build_episode_text(
    transcript: Transcript,
    *,
    document_id: str,
    attributions: Mapping[str | None, Attribution],
    media_sha256: str | None,
) -> Text:
    """Return the text of an episode: one paragraph and one turn for each change of speaker.

    Args:
        transcript: words in order of time, each with its speaker label.
        document_id: whose text it is.
        attributions: by label; a label that is missing stays an anonymous label.
        media_sha256: the playback copy the times refer to.
    """
    parts: list[str] = []
    turns: list[Turn] = []
    timings: list[Timing] = []
    position = 0
    for label, group in itertools.groupby(transcript.words, key=lambda word: word.speaker):
        words = [word for word in group if word.text.strip()]
        if not words:
            continue
        position += len(_BREAK) if parts else 0
        placed = _place(words, position)
        timings += placed
        content = " ".join(_clean(word.text) for word in words)
        turns.append(_spoken(label, Span(position, position + len(content)), words, attributions))
        parts.append(content)
        position += len(content)
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
        )
    )


def _place(words: Sequence[Word], position: int) -> Iterable[Timing]:
    for word in words:
        length = len(_clean(word.text))
        yield Timing(
            span=Span(position, position + length),
            start_time=word.start_time,
            end_time=word.end_time,
            probability=word.probability,
            agreed=word.agreed,
        )
        position += length + 1


def _clean(word: str) -> str:
    return " ".join(word.split())


def _spoken(
    label: str | None,
    span: Span,
    words: Sequence[Word],
    attributions: Mapping[str | None, Attribution],
) -> Turn:
    anonymous = Attribution(method=Method.NONE, confidence=0.0, label=label)
    return Turn(
        span=span,
        manner=Manner.SPOKEN,
        attribution=attributions.get(label, anonymous),
        kind=TurnKind.SPEECH,
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
        Segment(**{**segment, "words": tuple(Word(**word) for word in segment["words"])})
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
    )
