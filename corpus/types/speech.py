"""What was said, by whom, how we know, and what people corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corpus.types.enums import AsideKind, CorrectionKind, Manner, Method, Origin, TurnKind
from corpus.types.places import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a transcript with its seconds; `speaker` is a voice or publisher label."""

    text: str  # no surrounding space; punctuation attached
    start_time: float
    end_time: float
    probability: float | None = None  # None: not from a recogniser
    speaker: str | None = None
    agreed: bool | None = None  # None: nothing to compare with
    other: str | None = None  # what the other decode has here, when it differs ("": nothing)
    doubt: str | None = None  # why a guard marked it: "repeated", "over silence", …
    estimated: bool = False  # the times are not the publisher's or a recogniser's, but guessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """What stands in a transcript or text and is nobody's words.

    `position` is the index of the word it stands before (in a `Transcript`), or the character
    of the content it stands at (in a `Text`).
    """

    position: int
    kind: AsideKind
    text: str  # as printed, without its brackets; "" for unheard speech
    start_time: float | None = None
    end_time: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One unit as the recogniser or the publisher made it.

    With `opens`, a new turn begins here although the label is the one before (an advertisement
    in a host's voice, a paragraph nobody labelled).
    """

    words: tuple[Word, ...]
    start_time: float
    end_time: float
    speaker: str | None = None
    kind: TurnKind = TurnKind.SPEECH
    opens: bool = False

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """Raw recogniser or publisher output, before anybody is named."""

    segments: tuple[Segment, ...]
    language: str | None
    origin: Origin
    model: str | None = None
    settings: tuple[tuple[str, str], ...] = ()  # name, value: enough to make it again
    duration: float | None = None  # seconds of audio it covers
    warnings: tuple[str, ...] = ()
    asides: tuple[Aside, ...] = ()  # in order
    dialect: str | None = None  # of a publisher's transcript: "webvtt", "npr", …

    @property
    def words(self) -> tuple[Word, ...]:
        """All words in order."""
        return tuple(word for segment in self.segments for word in segment.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceTurn:
    """A stretch in which one voice speaks; labels are Speaker 1, 2, … by first appearance."""

    label: str
    start_time: float
    end_time: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Who-speaks-when of one recording, without names."""

    turns: tuple[VoiceTurn, ...]
    centroids: tuple[tuple[str, tuple[float, ...]], ...] = ()  # label, 192 numbers
    model: str | None = None
    warnings: tuple[str, ...] = ()  # a doubt kept as a doubt
    narrow: tuple[str, ...] = ()  # labels that sound as over a telephone
    doubtful: bool = False  # two people may be in one label, or one in two: nobody to be named

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, in order of first appearance."""
        return tuple(dict.fromkeys(turn.label for turn in self.turns))


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A human being the archive knows by name."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()  # held in any document, professions and parts
    organisations: tuple[str, ...] = ()  # named beside them in any document
    sources: tuple[str, ...] = ()  # ids of sources in which they occur


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEvent:
    """One decision of a person about who is who; undone by another, never erased."""

    id: str
    kind: str  # merge, split, rename, keep apart, forget voice
    person_id: str
    other_id: str | None = None  # merged into `person_id`, split from it, or kept apart
    documents: tuple[str, ...] = ()  # of a split
    before: str | None = None  # of a rename
    after: str | None = None
    author: str = ""
    reason: str | None = None
    made: datetime | None = None
    undone: datetime | None = None
    undone_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Namesakes:
    """Two people who may be one: for a person to decide."""

    one: Person
    other: Person
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A person in one document: as who speaks there, or is only credited."""

    document_id: str
    person_id: str  # who they are now
    turns: int = 0
    roles: tuple[str, ...] = ()  # in this document


@dataclass(frozen=True, slots=True, kw_only=True)
class Voiceprint:
    """How a confirmed speaker sounds in one document. Biometric: never exported."""

    person_id: str  # who they are now
    document_id: str
    label: str
    vector: tuple[float, ...]  # 192 numbers
    seconds: float  # of speech it was made from
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One reason for an attribution: words in the text (`span`), or words at a URL."""

    kind: str  # "credit", "publisher label", "opening", …
    quote: str | None = None
    span: Span | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """The claim of who spoke: a person, or an anonymous label, and how we know."""

    method: Method
    confidence: float  # 0..1; 0 when nobody is named
    person_id: str | None = None
    label: str | None = None  # "Speaker 2", or the publisher's label as printed
    roles: tuple[str, ...] = ()  # in this document
    evidence: tuple[Evidence, ...] = ()
    verified_by: str | None = None
    verified: datetime | None = None
    heard: str | None = None  # the name as printed or misheard, where it is another: "Zanov"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """An unbroken stretch by one speaker in one manner."""

    span: Span
    manner: Manner
    attribution: Attribution
    kind: TurnKind = TurnKind.SPEECH
    start_time: float | None = None
    end_time: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """When the word at `span` is heard in the playback copy; the rest as in `Word`."""

    span: Span
    start_time: float
    end_time: float
    probability: float | None = None
    agreed: bool | None = None
    other: str | None = None
    doubt: str | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The canonical words of a document at one revision. Immutable.

    Turns are in order and do not overlap; every letter and digit of `content` lies in exactly
    one turn. Paragraphs are separated by one empty line.
    """

    document_id: str
    revision: int
    content: str
    sha256: str  # of content, turns and timings together
    turns: tuple[Turn, ...]
    timings: tuple[Timing, ...] = ()
    origin: Origin = Origin.PAGE
    media_sha256: str | None = None  # the playback copy the times refer to
    made_with: str | None = None  # extractor, model and settings
    warnings: tuple[str, ...] = ()
    created: datetime | None = None
    asides: tuple[Aside, ...] = ()
    dialect: str | None = None  # of the publisher's transcript it was made from


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says against the text; an overlay, the text itself never changes.

    `exact` with `prefix` and `suffix` find the place again in another revision (W3C selectors);
    a correction of a whole label or of a role has no place.
    """

    id: str
    document_id: str
    revision: int  # the text it was made on
    kind: CorrectionKind
    author: str
    made: datetime
    reason: str | None = None
    span: Span | None = None  # in that revision's canonical content
    exact: str | None = None
    prefix: str | None = None
    suffix: str | None = None
    label: str | None = None  # of LABEL
    words: str | None = None  # of WORDS: what was really said
    person_id: str | None = None  # of SPEAKER, LABEL and ROLE; None: nobody is named
    role: str | None = None  # of ROLE
    reverted: datetime | None = None
    reverted_by: str | None = None
    revert_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A text as it is to be read: with people resolved and corrections applied.

    `text` keeps the revision of the canonical text. Where words were corrected its spans differ
    from the canonical ones. `shifts` are pairs (position in `text.content`, canonical position):
    every first one opens a stretch of corrected words, every second one closes it, and from a
    pair that closes the following characters count on. `applied` have their place in this
    revision.
    """

    text: Text
    applied: tuple[Correction, ...] = ()
    stale: tuple[Correction, ...] = ()  # their place is not in this revision
    shifts: tuple[tuple[int, int], ...] = ()
    canonical: Text | None = None  # what was read; None: `text` itself
