"""What a written transcript is read as, turn by turn."""

from __future__ import annotations

from corpus.types import Transcript
from ingest.captions import parse_captions


def parse(text: str) -> Transcript:
    return parse_captions(text.encode(), mime_type=None, url="https://example.org/t")


def said(transcript: Transcript) -> list[tuple[str | None, str]]:
    """Turns: neighbouring segments of one label joined, unless one opens a turn."""
    turns: list[tuple[str | None, str]] = []
    for segment in transcript.segments:
        if turns and turns[-1][0] == segment.speaker and not segment.opens:
            turns[-1] = (segment.speaker, f"{turns[-1][1]} {segment.text}")
        else:
            turns.append((segment.speaker, segment.text))
    return turns
