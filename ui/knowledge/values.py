"""What the knowledge base shows: the values that command line and page print and draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from corpus.topics import Incident, Rule, Topic
from corpus.types import Attribution, KeptQuote, Person, Stance
from ui.answers import AnsweredHit
from ui.register import PersonView


class Standpoint(StrEnum):
    """From where somebody speaks of a topic; in the order in which a page shows them."""

    PROFESSION = "people of the trade"  # credited with a profession in that document
    PERSON = "other people"  # named, no profession known
    UNNAMED = "unnamed voices"  # "Speaker 2", "a weapons master"
    ASKING = "hosts and reporters"  # who asks, and what bylines write themselves


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicSummary:
    """A topic and how much of it there is.

    `people` counts as `Counts.people` does; `passages` and `documents` count everything said of
    the topic, by whomever, except what is sold.
    """

    topic: Topic
    passages: int
    people: int
    documents: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many speak of something independently of one another.

    - `people`: distinct named people whose own words (spoken, quoted, or written by somebody of a
      profession) stand there. Hosts, reporters and editors do not count, unless the document
      credits them with a profession as well; nor do bylines that only write.
    - `paraphrased`: named people of whom only a report of their words stands there.
    - `unnamed`: voices without a name, counted once a document.
    - `documents`: in which one of `people` is heard in words of their own that stand in no
      earlier document; nearly the same words of one person are the same words.
    - `sources`: shows and publications, by the same rule: a quotation that five newspapers
      repeat is one source, that of the earliest.
    - `copies`: times that a further document only repeats, varies or paraphrases what one of
      `people` says in their own words elsewhere.
    - `complete`: False when there is more than is looked through; then documents and sources are
      of the newest only.
    """

    people: int = 0
    paraphrased: int = 0
    unnamed: int = 0
    documents: int = 0
    sources: int = 0
    copies: int = 0
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What one person (or unnamed voice) says, from one standpoint, newest first."""

    standpoint: Standpoint
    person: Person | None
    name: str  # to print: of the person, else the label
    role: str | None  # as printed beside the newest
    statements: tuple[AnsweredHit, ...]
    passages: int  # all there are of theirs; at least as many as statements


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentTouched:
    """An incident that is spoken of together with a topic."""

    incident: Incident
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceSeen:
    """Two kept quotes, of which a person marked that they agree or differ; as they are now."""

    stance: Stance
    one: KeptQuote
    other: KeptQuote
    since: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())  # of each, what has changed


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicView:
    """Everything the archive knows of a topic."""

    topic: Topic
    broader: Topic | None
    narrower: tuple[Topic, ...]
    related: tuple[Topic, ...]
    rules: tuple[Rule, ...]  # in force before those that are not, or of which it is not known
    incidents: tuple[IncidentTouched, ...]  # most spoken of first
    statements: tuple[AnsweredHit, ...]  # newest year first; in one year the most certain first
    by_person: tuple[Voice, ...]  # the same, by standpoint and person
    counts: Counts
    passages: int
    years: tuple[tuple[int, int], ...]  # year of publication, passages; in order
    stances: tuple[StanceSeen, ...] = ()  # who agrees or differs, as a person marked it
    notes: tuple[str, ...] = ()  # what the reader should know: no index, another vocabulary

    @property
    def people(self) -> int:
        """Independent people; see `Counts`."""
        return self.counts.people

    @property
    def documents(self) -> int:
        """Independent documents; see `Counts`."""
        return self.counts.documents

    @property
    def sources(self) -> int:
        """Independent sources; see `Counts`."""
        return self.counts.sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """Who speaks of what, in numbers of passages; both biggest first."""

    topics: tuple[Topic, ...]
    people: tuple[Person, ...]
    counts: Mapping[tuple[str, str], int]  # (topic id, person id): passages; absent: none
    notes: tuple[str, ...] = ()

    def count(self, topic_id: str, person_id: str) -> int:
        """Return in how many passages a person speaks of a topic."""
        return self.counts.get((topic_id, person_id), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOfPerson:
    """A topic that a person speaks of."""

    topic: Topic
    passages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """A person: names, roles over time with evidence, and what they said.

    `known` is the claim on which the name rests, by document, for the newest documents; what
    they were in each is in `view.standings`. `passages` and `years` count what the index has
    of theirs, as host or reporter too, without what is sold.
    """

    view: PersonView
    names: tuple[str, ...]  # every form: as printed, aliases, misspelt or misheard
    topics: tuple[TopicOfPerson, ...]  # most spoken of first
    statements: tuple[AnsweredHit, ...]  # newest year first; in one year the most certain first
    years: tuple[tuple[int, int], ...]
    passages: int = 0
    known: Mapping[str, Attribution] = field(default_factory=dict)
    topic: Topic | None = None  # when only what is said of it is shown
    notes: tuple[str, ...] = ()

    def on_topic(self, topic_id: str) -> tuple[AnsweredHit, ...]:
        """Return the statements that are on a topic."""
        return tuple(each for each in self.statements if topic_id in each.hit.passage.topics)

    def by_topic(self) -> list[tuple[Topic, tuple[AnsweredHit, ...]]]:
        """Return the statements by topic, most spoken of first; one may be on several."""
        pairs = ((each.topic, self.on_topic(each.topic.id)) for each in self.topics)
        return [(topic, said) for topic, said in pairs if said]

    def on_nothing(self) -> tuple[AnsweredHit, ...]:
        """Return the statements that are on none of the topics."""
        known = {each.topic.id for each in self.topics}
        return tuple(s for s in self.statements if not known.intersection(s.hit.passage.topics))
