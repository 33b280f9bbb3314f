"""A question in a reporter's words → what to look for and what to leave out. Pure.

What is read filters only where the words can mean nothing else (`asking.py`, `shows.py`,
`limits.py`). Dates count when the question asks for what was said then, not for what happened then.
Whatever is unclear stays in the text and filters nothing, and each part can be switched off: then
its words stay in the text too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from corpus.topics import Subject
from corpus.types import SearchQuery
from corpus.vocabulary import Vocabulary
from index.understanding.asking import EDGES, Asking, is_filler, take_asking, take_bare_name
from index.understanding.dates import Period, find_period, is_sentence
from index.understanding.exclusions import hide_exclusions, leading_to, take_exclusions
from index.understanding.likenames import joined, register_of
from index.understanding.limits import OWN_WORDS, Limits, take_limits
from index.understanding.masks import FIRST_PHRASE, KEPT, NAME, Masks, Named, clean
from index.understanding.moments import find_moment
from index.understanding.shows import find_shows
from index.understanding.subjects import subjects_of

_LONGEST = 1000  # characters; what follows is no question
_MOST_CALLED = 5  # of those who share a name are named

Kind = Literal[
    "role", "speaker", "phrase", "show", "since", "until", "without", "manner",
    "without role", "without speaker",
    "topic", "term", "incident", "not read as", "unknown role", "unknown speaker",
    "unknown show",
]  # fmt: skip


_CHOOSING = frozenset(
    ("role", "speaker", "show", "since", "until", "without role", "without speaker")
)


@dataclass(frozen=True, slots=True)
class UnderstoodPart:
    """One thing read from the question, with the words it was read from."""

    kind: Kind
    value: str  # role id, name, phrase, ISO date (of `until`, the day after the last), …
    words: str
    off: bool = False  # the reader switched it off: its words are only words
    note: str = ""  # why so, where the words do not say it

    @property
    def key(self) -> str:
        """What `understand(off=…)` calls it; the same however the question is worded."""
        return f"{self.kind}:{self.value}"

    @property
    def shown(self) -> str:
        """The value as it is printed: of `until`, the last day that is meant."""
        if self.kind != "until":
            return self.value
        return (date.fromisoformat(self.value) - timedelta(days=1)).isoformat()

    @property
    def said(self) -> str:
        """What was understood, in words."""
        return f"{self.kind} {self.shown}" + (f" ({self.note})" if self.note else "")

    @property
    def is_note(self) -> bool:
        """Whether it only tells the reader something: nothing about it can be switched off."""
        return self.kind == "not read as" or self.kind.startswith("unknown ")

    @property
    def filters(self) -> bool:
        """Whether it says by itself which passages are meant, so that all of them are asked for."""
        return not self.off and self.kind in _CHOOSING


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as a query, and why."""

    query: SearchQuery
    parts: tuple[UnderstoodPart, ...] = ()


def understand(  # noqa: PLR0913 -- what the archive has, part by part
    question: str,
    vocabulary: Vocabulary,
    *,
    today: date,
    people: Collection[str] = (),
    shows: Collection[str] = (),
    subject: Subject | None = None,
    speaking: Callable[[str], bool] | None = None,
    off: Collection[str] = (),
) -> Understood:
    """Return the query that `question` asks, and what each part was read from.

    A question that only says who, where or when has the query `text` "": everything by them.

    Args:
        question: as typed; nothing is required of it.
        vocabulary: roles and their names.
        today: what "this year" is counted from.
        people: names the archive knows; a name may be misspelt or written as it sounds.
        shows: names of shows and publications the archive has.
        subject: its incidents date "before the trial", and the question's topics are told from
            it; None: such words stay in the text, and no topics are told.
        speaking: says whether anybody speaks in a role (its id) in the archive; None: not known.
        off: keys of parts that are not to be read as such.
    """
    plain = clean(question, _LONGEST)
    reading = _Reading(Masks(), frozenset(off), today, subject, tuple(people))
    masked = reading.take_shows(reading.masks.hide_phrases(plain), shows)
    masked = reading.masks.hide_names(masked, vocabulary, people, speaking)
    masked = reading.take_exclusions(hide_exclusions(masked, reading.masks, people))
    text = reading.take_asking(reading.take_limits(masked))
    parts = [replace(part, off=reading.is_off(part)) for part in reading.parts()]
    if is_filler(text) and not any(part.kind == "phrase" for part in parts):
        text = "" if any(part.filters for part in parts) else plain
    for one in subjects_of(reading.read_words, subject) if subject and text else ():
        about = UnderstoodPart(one.kind, one.id, one.words)
        parts.append(replace(about, off=reading.is_off(about)))
    return Understood(_query(text, parts, reading.period), tuple(dict.fromkeys(parts)))


def _query(text: str, parts: Iterable[UnderstoodPart], period: Period | None) -> SearchQuery:
    on = [part for part in parts if not part.off]

    def values(kind: Kind) -> tuple[str, ...]:
        return tuple(dict.fromkeys(part.value for part in on if part.kind == kind))

    return SearchQuery(
        text=text,
        roles=values("role"),
        speakers=values("speaker"),
        not_roles=values("without role"),
        not_speakers=values("without speaker"),
        sources=values("show"),
        phrases=values("phrase"),
        since=period.since if period and values("since") else None,
        until=period.until if period and values("until") else None,
        manners=OWN_WORDS if values("manner") else (),
        without=values("without"),
        topics=values("topic"),
        terms=values("term"),
        incidents=values("incident"),
    )


@dataclass(slots=True)
class _Reading:
    """One question being read, step by step; each step returns what is left of it."""

    masks: Masks
    off: frozenset[str]
    today: date
    subject: Subject | None
    people: tuple[str, ...]
    shows: list[tuple[str, str]] = field(default_factory=list)  # name, words
    left_out: tuple[Named, ...] = ()
    limits: Limits = field(default_factory=lambda: Limits(""))
    asking: Asking = field(default_factory=lambda: Asking(""))
    period: Period | None = None
    read_words: str = ""  # the text without the words that are to stay only words

    def is_off(self, part: UnderstoodPart) -> bool:
        """Return whether the reader switched it off."""
        return part.key in self.off and not part.is_note

    def take_shows(self, masked: str, shows: Collection[str]) -> str:
        """Return the question without the words that limit it to a show."""
        rest, end = "", 0
        for one in find_shows(masked, shows, self.masks.phrases, FIRST_PHRASE):
            words = self.masks.show(one.span.of(masked)).strip(" ,")
            self.shows.append((one.name, words))
            stays = self.masks.keep(words) if f"show:{one.name}" in self.off else ""
            rest += f"{masked[end : one.span.start]} {stays} "
            end = one.span.end
        return re.sub(r"\s+", " ", rest + masked[end:]).strip().lstrip(" ,:") if end else masked

    def take_exclusions(self, masked: str) -> str:
        """Return the question without whom it leaves out, where it asks for what was said."""
        asks = take_asking(leading_to(masked), self.masks, lambda _: False).asks
        if not asks and is_sentence(self.masks.show(masked)):
            return masked
        rest, self.left_out = take_exclusions(masked, self.masks, self._speaker_off)
        return rest

    def take_limits(self, masked: str) -> str:
        """Return the question without what it leaves out.

        It leaves out nothing where it names who speaks, or where nothing else would be asked.
        """
        limits = take_limits(masked, self._put_back)
        named = any(re.search(NAME, thing) for thing, _ in limits.without)
        asked = re.search(NAME, limits.rest) or not is_filler(self.masks.show(limits.rest))
        if named or not asked:
            return masked
        self.limits = limits
        return limits.rest

    def _put_back(self, kind: Literal["without", "manner"], value: str, words: str) -> str:
        off = f"{kind}:{self.masks.show(value)}" in self.off
        return self.masks.keep(self.masks.show(words)) if off else ""

    def take_asking(self, masked: str) -> str:
        """Return the text to look for: the question without who is asked, and when."""
        asking = take_asking(masked, self.masks, self._speaker_off)
        rest = self._take_period(asking.rest, asks=asking.asks)
        if not asking.asks and (later := self._asked_around_a_date(masked)):
            asking, rest = later, later.rest
        if not asking.asks and (who := self._bare_names(rest.strip(EDGES))):
            stays = " ".join(one.words for one in who if self._speaker_off(one))
            asking, rest = Asking("", asks=True, who=who), self.masks.keep(stays)
        self.asking = asking
        rest = re.sub(r"\s+", " ", rest).strip(EDGES)
        self.read_words = self.masks.show(re.sub(KEPT, ";", rest))
        return self.masks.show(re.sub(r"^(?:an?|the|about|on)\s+", "", rest, flags=re.IGNORECASE))

    def _asked_around_a_date(self, masked: str) -> Asking | None:
        """Return who is asked where a date stands in the middle of the asking words.

        "Armorers since 2022 on blanks", "what did Harkaway say before Rust about hours".
        """
        found = self._find_period(masked, asks=True)
        if found is None:
            return None
        left, shown = self._without_period(masked, found), self.masks.show(found.words)
        asking = take_asking(left, self.masks, self._speaker_off)
        if not asking.who:
            return None
        self.period = replace(found, words=shown)
        return asking

    def _bare_names(self, masked: str) -> tuple[Named, ...]:
        """Return the people whose names are all of the question; a guess must mean nothing else."""
        who = take_bare_name(masked, self.masks)
        guessed = not all(one.as_written for one in who)
        if guessed and self.subject and any(subjects_of(self.masks.show(masked), self.subject)):
            return ()
        return who

    def _speaker_off(self, one: Named) -> bool:
        return f"{one.kind}:{one.value}" in self.off

    def _take_period(self, rest: str, *, asks: bool) -> str:
        self.period = self._find_period(rest, asks=asks)
        if self.period is None and self.subject:
            shown = self.masks.show(rest)
            if asks or not is_sentence(shown):
                self.period = find_moment(shown, self.subject)
                rest = shown if self.period else rest
        return self._without_period(rest, self.period) if self.period else rest

    def _find_period(self, masked: str, *, asks: bool) -> Period | None:
        period = find_period(masked, self.today, asks_for_words=asks)
        if period is None and asks and self.subject:
            period = find_moment(masked, self.subject)
        return period

    def _without_period(self, rest: str, period: Period) -> str:
        if all(self.is_off(part) for part in _date_parts(period)):
            return rest
        return f"{rest[: period.span.start]} {rest[period.span.end :]}"

    def parts(self) -> Iterator[UnderstoodPart]:
        """Yield what was read, each part once."""
        yield from dict.fromkeys(self._all_parts())

    def _all_parts(self) -> Iterator[UnderstoodPart]:
        for one in (*self.asking.who, *self.left_out):
            misspelt = one.kind == "role" and not one.as_written
            note = f"written “{one.words}”" if misspelt else ""
            yield UnderstoodPart(one.kind, one.value, one.words, note=note)
            if one.otherwise:
                yield UnderstoodPart("not read as", one.otherwise, one.words)
        yield from self._unknown()
        without = [tuple(map(self.masks.show, pair)) for pair in self.limits.without]
        left_out = {thing for thing, _ in without}
        for phrase in self.masks.phrases:
            if phrase not in left_out and not any(phrase in words for _, words in self.shows):
                yield UnderstoodPart("phrase", phrase, phrase)
        for name, words in self.shows:
            yield UnderstoodPart("show", name, words)
        yield from _date_parts(self.period)
        for thing, words in without:
            yield UnderstoodPart("without", thing, words)
        if self.limits.own_words:
            yield UnderstoodPart("manner", "own words", self.masks.show(self.limits.own_words))

    def _unknown(self) -> Iterator[UnderstoodPart]:
        who = self.asking.unknown
        if not who:
            return
        register, word = register_of(self.people), joined(who.split())
        called = register.called(word) or register.by_first.get(word, [])
        for name in called[:_MOST_CALLED]:  # several people share it: who is meant?
            yield UnderstoodPart("not read as", name, who)
        if not called:
            is_name = who[:1].isupper() and not who[1:].isupper()
            yield UnderstoodPart("unknown speaker" if is_name else "unknown role", who, who)


def _date_parts(period: Period | None) -> Iterator[UnderstoodPart]:
    if period and period.since:
        day = period.since.date().isoformat()
        yield UnderstoodPart("since", day, period.words, note=period.note)
    if period and period.until:
        day = period.until.date().isoformat()
        yield UnderstoodPart("until", day, period.words, note=period.note)
