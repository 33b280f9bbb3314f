"""Where things come from: sources, pages and files, and the documents they make."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from corpus.types.enums import (
    DocumentKind,
    MediaRole,
    Origin,
    SourceKind,
    Stage,
    TranscriptPolicy,
)


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
    gone: datetime | None = None  # since when its page or recording is gone at the source
    withdrawn: datetime | None = None  # since when it is hidden everywhere
    merged_into: str | None = None  # the document that it is the same as, and that stays


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """That somebody hid a document everywhere, or brought it back; kept for ever."""

    id: str
    document_id: str
    withdrawn: bool  # False: brought back
    author: str
    reason: str
    made: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The last look at a document's own page, and how often in a row it was not there."""

    url: str
    looked: datetime
    missing: int = 0  # answers 404 in a row
    since: datetime | None = None  # the first of these
    gone: datetime | None = None  # since when it is gone for good: 410, or 404 often enough
    said: str | None = None  # a digest of what the source said of it then


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """One text of a document, without its words."""

    document_id: str
    revision: int
    created: datetime | None
    origin: Origin
    made_with: str | None
    dialect: str | None
    media_sha256: str | None
    content_sha256: str  # of the words alone: two revisions may differ only in who says them


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
