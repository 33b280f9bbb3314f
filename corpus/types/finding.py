"""What is found and quoted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corpus.types.enums import (
    Certainty,
    DocumentKind,
    Manner,
    Origin,
    QuoteStatus,
    StanceKind,
)
from corpus.types.places import Span
from corpus.types.speech import Attribution

BASKET = "basket"  # id and name of the one set that is nobody's and is never frozen


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
    certainty: Certainty = Certainty.PUBLISHER
    corrected: bool = False  # a person corrected words or speaker
    start_time: float | None = None
    end_time: float | None = None
    topics: tuple[str, ...] = ()  # ids of the vocabulary, here and below
    terms: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    seam: str = ""  # its last words and the next ones of the turn: a phrase may run over its end


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
    topics: tuple[str, ...] = ()  # ids: what the question is about; they leave nothing out
    terms: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    manners: tuple[Manner, ...] = ()  # none: any
    without: tuple[str, ...] = ()  # words that no answer may mention
    people: tuple[str, ...] = ()  # ids; these and the next three are chosen by hand, and filter
    only_topics: tuple[str, ...] = ()  # ids
    certainties: tuple[Certainty, ...] = ()  # none: any
    years: tuple[int, ...] = ()  # of publication
    limit: int = 8
    not_roles: tuple[str, ...] = ()  # whoever has one of them is left out
    not_speakers: tuple[str, ...] = ()  # as `speakers`: they are left out


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that moved a hit up or down."""

    part: str  # "meaning", "words", …
    value: float  # as weighed: what it added to the hit's worth
    said: str  # for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A passage that answers, and the part of it to quote (a span of the text)."""

    passage: Passage
    quote: Span
    score: float
    why: str
    reasons: tuple[Reason, ...] = ()
    also: tuple[Passage, ...] = ()  # the same words elsewhere, folded into this one


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
    certainty: Certainty | None = None  # None: not asked
    contested: tuple[str, ...] = ()  # the words in it on which decodes differ
    corrected: bool = False  # a person corrected words or speaker
    status: QuoteStatus = QuoteStatus.DRAFT
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQuote:
    """A quote as it was when somebody kept it, with all that is printed beside it.

    It stays as it is when the archive changes, and when the document is gone.
    """

    id: str  # of words, place, speaker and certainty: the same quote kept twice is one
    quote: Quote
    canonical: Span  # its place in the canonical words of the quote's revision
    kind: DocumentKind
    title: str
    show: str
    published: datetime | None
    url: str  # the publisher's page
    permalink: str  # our own, at the moment
    locator: str  # "00:12:04" or "paragraph 5"
    origin: Origin = Origin.PAGE  # whose words these are: a recogniser errs
    person: str | None = None  # name; None: nobody is named
    standing: str | None = None  # the first role in that document, as printed
    roles: tuple[str, ...] = ()  # as printed
    hosts: tuple[str, ...] = ()  # credited, of an episode
    authors: tuple[str, ...] = ()  # credited, of an article
    radio: bool = False  # a segment that was broadcast, not only a podcast
    topics: tuple[str, ...] = ()  # ids of the vocabulary, here and below
    terms: tuple[str, ...] = ()
    incidents: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    media_sha256: str | None = None  # the playback copy the times refer to
    made_with: str | None = None  # extractor, models and settings the words come from
    words_sha256: str | None = None  # the file the words were read or heard from, as fetched
    capture_sha256: str | None = None  # of its page; without one, the same as `words_sha256`
    retrieved: datetime | None = None  # that file
    author: str = ""  # who kept it
    kept: datetime | None = None
    withdrawn: datetime | None = None  # its document is: words and names are left out here


@dataclass(frozen=True, slots=True, kw_only=True)
class SetQuote:
    """A quote in a set: its place, and what is noted of it there.

    `kept` is what is shown: the picture as it was kept, or, where `was` is set, what the archive
    holds now in its place; then `was` is the picture.
    """

    number: int  # 1-based
    kept: KeptQuote
    note: str | None = None
    was: KeptQuote | None = None
    changes: tuple[str, ...] = ()  # what has become of it since it was kept; none: not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteSet:
    """An ordered list of quotes, and what made it: enough to ask again."""

    id: str
    name: str
    author: str
    made: datetime
    question: str | None = None
    query: SearchQuery | None = None  # the question as understood, with the filters
    # What was chosen by hand, name and values; None: not remembered, only as `query` has it.
    filters: tuple[tuple[str, tuple[str, ...]], ...] | None = None
    generation: str | None = None  # of the index
    models: tuple[str, ...] = ()  # of index and transcripts
    vocabulary: str | None = None  # its version
    frozen_as: str | None = None  # SHA-256 of the contents; None: may still change
    frozen: datetime | None = None
    size: int = 0  # quotes


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What a person marked of two kept quotes; it reads both ways. Undone, never erased."""

    id: str
    kind: StanceKind
    quote_id: str
    other_id: str
    author: str
    made: datetime
    note: str | None = None
    undone: datetime | None = None
    undone_by: str | None = None


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
    gone: datetime | None = None  # since when it is gone at the source
