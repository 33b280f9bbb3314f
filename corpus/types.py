"""Every noun of the project, as frozen values.

Standard library only; no I/O, no behaviour beyond facts computed from the fields.

Characters are always inside a `Span`; seconds are always `start_time` / `end_time` (floats, in
the playback copy); datetimes are UTC and aware.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# ── enums ────────────────────────────────────────────────────────────────────────────────────


class SourceKind(StrEnum):
    """How a source is read."""

    FEED = "feed"
    LISTING = "listing"
    PAGE = "page"


class TranscriptPolicy(StrEnum):
    """What is done with a publisher's own transcript."""

    IGNORE = "ignore"
    PREFER = "prefer"  # used instead of speech recognition


class DocumentKind(StrEnum):
    """The two kinds of document."""

    ARTICLE = "article"
    EPISODE = "episode"


class Stage(StrEnum):
    """How far a document has come. Articles go from fetched straight to ready."""

    DISCOVERED = "discovered"
    FETCHED = "fetched"
    TRANSCRIBED = "transcribed"
    READY = "ready"
    DEAD = "dead"
    SKIPPED = "skipped"


class Manner(StrEnum):
    """How the words of a turn come from their speaker."""

    SPOKEN = "spoken"
    QUOTED = "quoted"
    AUTHORED = "authored"
    REPORTED = "reported"


class TurnKind(StrEnum):
    """What a turn is for: testimony, or something sold."""

    SPEECH = "speech"
    ADVERTISEMENT = "advertisement"


class Method(StrEnum):
    """How we know who spoke."""

    PUBLISHER_LABEL = "publisher label"
    PAGE_CREDIT = "page credit"
    SELF_INTRODUCTION = "self-introduction"
    ADDRESS = "address by name"
    BYLINE = "byline"
    QUOTATION_CUE = "quotation cue"
    VOICE = "voice"
    HUMAN = "human"
    NONE = "none"  # a label only: nobody is named


class Origin(StrEnum):
    """Where the words of a transcript or text come from."""

    PUBLISHER = "publisher"
    ASR = "asr"
    PAGE = "page"


class MediaRole(StrEnum):
    """What a stored media file is to its document."""

    ORIGINAL = "original"  # as the publisher served it
    PLAYBACK = "playback"  # our AAC copy; every word time refers to this one
    TRANSCRIPT = "transcript"  # the publisher's transcript file
    RECOGNISED = "recognised"  # our Transcript with voices, as JSON


# ── places in a text ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of a text's content."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def __contains__(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def of(self, content: str) -> str:
        """Return the characters of `content` this span covers."""
        return content[self.start : self.end]


# ── where things come from ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher's feed, listing or single page, as the registry describes it."""

    id: str
    name: str  # the show or publication, as printed in citations
    kind: SourceKind
    url: str
    language: str | None = "en"
    every: float = 0.0  # seconds between two looks; 0: every run looks
    expect_at_least: int = 0  # documents a look must find, or the report says so
    hosts: tuple[str, ...] = ()  # usual speakers
    transcript: TranscriptPolicy = TranscriptPolicy.IGNORE
    licence: str | None = None
    enabled: bool = True
    follow_pages: bool = True  # also capture each feed entry's own page
    links: str | None = None  # CSS selector of document links on a listing page
    next_page: str | None = None  # CSS selector of the link to the next listing page
    sitemap: bool = False  # `url` is a sitemap
    match: str | None = None  # regular expression a document's URL must contain
    document_kind: DocumentKind | None = None  # when the pages are of one known kind
    delay: float | None = None  # seconds between two requests to the host; None: the setting
    limit: int | None = None  # newest documents only
    allow_private: bool = False  # may resolve to a private address (a local server)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One page exactly as it was fetched; its bytes are in the file store under `sha256`."""

    url: str  # as asked for
    final_url: str  # after redirects
    sha256: str
    size: int  # bytes
    mime_type: str
    status: int
    headers: tuple[tuple[str, str], ...]  # lower-case names, as received
    retrieved: datetime

    def header(self, name: str) -> str | None:
        """Return the first header called `name` (any case), or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A person as a page or feed credits them: standing at the time.

    `part` is what they are to the document (host, guest, producer, author); `roles` are
    professions by id of `roles.toml`, read from `description`; `evidence` is the URL or the
    words where this was read. `person_id` is filled once the catalogue knows the person.
    """

    name: str
    part: str | None = None
    roles: tuple[str, ...] = ()
    description: str | None = None
    evidence: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptLink:
    """A publisher transcript that a feed or page points at."""

    url: str
    mime_type: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscoveredItem:
    """What a spider saw of one document.

    The same document may be seen more than once (feed entry, listing, own page); the catalogue
    joins the sightings by guid, URL and media URL.
    """

    source_id: str
    kind: DocumentKind
    url: str  # the document's own page, or the media when it has none
    guid: str | None = None
    canonical_url: str | None = None
    title: str | None = None
    show: str | None = None
    published: datetime | None = None
    language: str | None = None
    media_url: str | None = None
    media_type: str | None = None
    duration: float | None = None  # seconds, as the publisher says
    transcripts: tuple[TranscriptLink, ...] = ()
    credits: tuple[Credit, ...] = ()
    summary: str | None = None  # plain text
    capture: Capture | None = None  # of the document's own page


# ── documents ────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One article or episode and how far it has come."""

    id: str
    source_id: str
    kind: DocumentKind
    url: str
    canonical_url: str | None
    guid: str | None
    title: str
    show: str
    published: datetime | None
    language: str | None
    media_url: str | None
    media_type: str | None
    duration: float | None
    transcripts: tuple[TranscriptLink, ...]
    credits: tuple[Credit, ...]
    summary: str | None
    capture_sha256: str | None  # newest capture of its own page
    stage: Stage
    revision: int  # newest text; 0 when there is none
    attempts: int  # failures in a row at this stage
    next_attempt: datetime | None
    last_error: str | None
    discovered: datetime
    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One stored file that belongs to a document."""

    document_id: str
    role: MediaRole
    url: str
    sha256: str
    size: int  # bytes
    mime_type: str
    duration: float | None = None  # seconds
    retrieved: datetime | None = None
    made_with: str | None = None  # tool, model and settings, for files we made


# ── what was said ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a transcript with its seconds; `speaker` is a voice or publisher label."""

    text: str  # no surrounding space; punctuation attached
    start_time: float
    end_time: float
    probability: float | None = None  # None: not from a recogniser
    speaker: str | None = None
    agreed: bool | None = None  # None: nothing to compare with


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """One unit as the recogniser or the publisher made it."""

    words: tuple[Word, ...]
    start_time: float
    end_time: float
    speaker: str | None = None

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
    """When the word at `span` is heard in the playback copy."""

    span: Span
    start_time: float
    end_time: float
    probability: float | None = None
    agreed: bool | None = None


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


# ── finding ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What is embedded: whole sentences inside one turn, with everything a filter needs."""

    id: str
    document_id: str
    revision: int
    span: Span
    content: str
    person_id: str | None
    speaker: str  # the person's name, or the label
    roles: tuple[str, ...]
    manner: Manner
    kind: DocumentKind
    source_id: str
    show: str
    title: str
    published: datetime | None
    advertisement: bool = False
    start_time: float | None = None
    end_time: float | None = None
    topics: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A question as understood: what to look for and what to leave out."""

    text: str
    roles: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()  # names or parts of names, any case
    sources: tuple[str, ...] = ()  # source ids or show names
    kind: DocumentKind | None = None
    since: datetime | None = None
    until: datetime | None = None
    phrases: tuple[str, ...] = ()  # in quotation marks in the question
    terms: tuple[str, ...] = ()
    limit: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that answers, and the part of it to quote (a span of the text)."""

    passage: Passage
    quote: Span
    score: float
    why: str


# ── quoting ──────────────────────────────────────────────────────────────────────────────────


class QuoteStatus(StrEnum):
    """What is known of a quote against its text."""

    DRAFT = "draft"
    VERIFIED = "verified"
    STALE = "stale"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words that stand in a text, with what is needed to find them again (W3C selectors)."""

    document_id: str
    revision: int
    span: Span
    exact: str
    prefix: str
    suffix: str
    attribution: Attribution
    manner: Manner
    start_time: float | None = None
    end_time: float | None = None
    paragraph: int | None = None  # 1-based; articles
    status: QuoteStatus = QuoteStatus.DRAFT
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSet:
    """An ordered list of quotes and the query that made it."""

    id: str
    name: str
    quotes: tuple[Quote, ...] = ()
    query: SearchQuery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Everything a printed reference needs."""

    quote: Quote
    person: str | None
    label: str | None
    standing: str | None  # the role or description in that document
    title: str
    source: str
    published: datetime | None
    locator: str  # "00:12:04" or "paragraph 5"
    url: str  # the publisher's page
    permalink: str  # our own, at the moment
    retrieved: datetime | None


# ── running ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What happened to one document in one step."""

    document_id: str
    title: str
    before: Stage
    after: Stage
    error: str | None = None
    crashed: bool = False  # a bug, not an expected failure
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one look at a source found."""

    source_id: str
    seen: int = 0  # documents the source offers
    new: int = 0
    unchanged: bool = False  # the source answered "not modified"
    warnings: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One night's work."""

    id: str
    started: datetime
    finished: datetime | None = None
    sources: tuple[SourceReport, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    below_expectation: tuple[str, ...] = ()  # source ids
    generation: str | None = None
    passages: int = 0
    error: str | None = None
    warnings: tuple[str, ...] = field(default=())
