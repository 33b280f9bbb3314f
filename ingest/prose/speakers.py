"""Who is said to speak in an article, and why we say so: plain values."""

from __future__ import annotations

from dataclasses import dataclass

from corpus.types import Manner, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Words of the article that tell who speaks; outside the body there is no place."""

    kind: str  # "quotation cue", "antecedent", "apposition", "credit", "continuation"
    quote: str
    paragraph: int | None = None
    span: Span | None = None  # of that paragraph


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A person under the full name, or a label for a group or somebody unnamed."""

    name: str | None = None
    label: str | None = None
    description: str | None = None  # as printed beside the name: "a weapons specialist"
    heard: str | None = None  # as printed at the cue, where it is another: "Carpenter", "he"
    confidence: float = 0.0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words that are not the byline's: quoted, or told in other words."""

    span: Span  # of the paragraph, without its marks
    manner: Manner = Manner.QUOTED
    speaker: Speaker | None = None  # None: unattributed
