"""What the archive answers with: the values that command line and page print and draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from corpus.types import (
    Address,
    Certainty,
    Citation,
    Document,
    DocumentKind,
    Hit,
    Manner,
    Media,
    Merge,
    Origin,
    Person,
    Quote,
    Reading,
    Run,
    SearchQuery,
    Stage,
    Text,
)

if TYPE_CHECKING:
    from index.question import UnderstoodPart


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFilters:
    """Filters a person sets by hand; they narrow what the question itself says."""

    roles: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kind: DocumentKind | None = None
    since: date | None = None
    until: date | None = None
    people: tuple[str, ...] = ()  # ids
    topics: tuple[str, ...] = ()  # ids or names
    manners: tuple[Manner, ...] = ()
    certainties: tuple[Certainty, ...] = ()
    years: tuple[int, ...] = ()  # of publication
    off: tuple[str, ...] = ()  # keys of understood parts to be left in the text
    limit: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredHit:
    """One answer, ready to print: verified words, who said them, and where."""

    hit: Hit
    quote: Quote
    citation: Citation
    document: Document
    person: Person | None
    role: str | None  # as printed
    media_sha256: str | None  # playback copy, when there is audio
    origin: Origin = Origin.PAGE  # whose words these are: a recogniser errs
    also: tuple[Citation, ...] = ()  # where the same words stand as well

    @property
    def speaker(self) -> str:
        """The name to print: the person, else the label."""
        label = self.quote.attribution.label
        return self.person.name if self.person else label or "Unattributed"


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet: as a filter takes it, as it is printed, and how many passages."""

    value: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """How the passages that answer divide by one thing, the most first."""

    kind: str  # role, person, show, year, topic, manner, certainty, kind
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class NearTopic:
    """A topic near a question that nothing answers, and how many passages are on it."""

    id: str
    name: str
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the archive says to a question; no hits means that nothing in it answers."""

    question: str
    query: SearchQuery
    understood: tuple[UnderstoodPart, ...]
    hits: tuple[AnsweredHit, ...]
    facets: tuple[Facet, ...] = ()  # by which the answers can be narrowed
    answering: int = 0  # passages that answer, of which the hits are the best
    nearest: tuple[NearTopic, ...] = ()  # when nothing answers

    def by_person(self) -> list[tuple[str, list[AnsweredHit]]]:
        """Return the hits grouped by who said them, in the order of each one's best.

        A label ("Speaker 2") is somebody else in every document: so are its groups.
        """
        groups: dict[tuple[str, str], list[AnsweredHit]] = {}
        for hit in self.hits:
            known = ("", hit.person.id) if hit.person else (hit.document.id, hit.speaker)
            groups.setdefault(known, []).append(hit)
        return [(some[0].speaker, some) for some in groups.values()]


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """One document with everything a reader sees."""

    document: Document
    reading: Reading | None
    people: Mapping[str, Person]
    media: Media | None  # the playback copy
    addresses: tuple[Address, ...] = ()  # where it was announced, with all that is the same
    merges: tuple[Merge, ...] = ()  # by which it is the same as others, or may be

    @property
    def text(self) -> Text | None:
        """The text as it is to be read."""
        return self.reading.text if self.reading else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the filters of the page can offer."""

    roles: tuple[tuple[str, str], ...]  # id, name
    speakers: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]  # id, name of show


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the archive in numbers."""

    counts: Mapping[Stage, int]
    failures: tuple[Document, ...]
    generation: str | None
    passages: int
    documents_indexed: int
    documents_ready: int
    files: int
    file_bytes: int
    last_run: Run | None
    data_dir: str
    warnings: tuple[str, ...] = field(default=())
    published: datetime | None = None  # when the generation was made
    disk_free: int = 0  # bytes left where the archive lies
