"""Every noun of the project, as frozen values.

Standard library only; no I/O, no behaviour beyond facts computed from the fields.

Characters are always inside a `Span`; seconds are always `start_time` / `end_time` (floats, in
the playback copy); datetimes are UTC and aware.
"""

from corpus.types.documents import (
    Capture,
    Credit,
    DiscoveredItem,
    Document,
    Media,
    Source,
    TranscriptLink,
)
from corpus.types.enums import (
    AsideKind,
    Certainty,
    CorrectionKind,
    DocumentKind,
    Manner,
    MediaRole,
    Method,
    Origin,
    QuoteStatus,
    SourceKind,
    Stage,
    TranscriptPolicy,
    TurnKind,
)
from corpus.types.finding import Citation, Hit, Passage, Quote, QuoteSet, SearchQuery
from corpus.types.places import Span
from corpus.types.running import Outcome, Run, SourceReport
from corpus.types.speech import (
    Aside,
    Attribution,
    Correction,
    Evidence,
    Person,
    PersonEvent,
    Reading,
    Segment,
    Text,
    Timing,
    Transcript,
    Turn,
    Voices,
    VoiceTurn,
    Word,
)

__all__ = [
    "Aside",
    "AsideKind",
    "Attribution",
    "Capture",
    "Certainty",
    "Citation",
    "Correction",
    "CorrectionKind",
    "Credit",
    "DiscoveredItem",
    "Document",
    "DocumentKind",
    "Evidence",
    "Hit",
    "Manner",
    "Media",
    "MediaRole",
    "Method",
    "Origin",
    "Outcome",
    "Passage",
    "Person",
    "PersonEvent",
    "Quote",
    "QuoteSet",
    "QuoteStatus",
    "Reading",
    "Run",
    "SearchQuery",
    "Segment",
    "Source",
    "SourceKind",
    "SourceReport",
    "Span",
    "Stage",
    "Text",
    "Timing",
    "Transcript",
    "TranscriptLink",
    "TranscriptPolicy",
    "Turn",
    "TurnKind",
    "VoiceTurn",
    "Voices",
    "Word",
]
