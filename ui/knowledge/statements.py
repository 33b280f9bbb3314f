"""Passages → statements: verified words, who said them, from which standpoint, each said once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from corpus.errors import NotFoundError
from corpus.types import Certainty, Document, Hit, Manner, Passage, SearchQuery
from ui.answers import AnsweredHit
from ui.knowledge.values import Standpoint
from ui.repeats import Said

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from corpus.topics import Subject
    from ui.archive import Archive

_Place = tuple[Passage, tuple[str, ...], str]  # a passage, topics, version of the vocabulary
# Roles of those who ask and report. A document that credits a profession as well (an armorer who
# hosts a podcast) makes them somebody who speaks of their trade.
PRESS = frozenset({"host", "journalist", "editor"})
_SURE = {certainty: rank for rank, certainty in enumerate(Certainty)}
_NEVER = datetime.min.replace(tzinfo=UTC)
_MOST_REMEMBERED = 1000  # statements
# What was made of a passage, with its document as it was then: a correction, a decision about who
# is who, another text or capture makes another document. Reading a text takes longest of all.
_MADE: WeakKeyDictionary[Catalogue, dict[_Place, tuple[Document, AnsweredHit | None]]]
_MADE = WeakKeyDictionary()


def standpoint_of(person_id: str | None, roles: Collection[str], manner: Manner) -> Standpoint:
    """Return from where words are said, by what their document says of whoever says them."""
    profession = bool(set(roles) - PRESS)
    if manner is Manner.AUTHORED and not (person_id and profession):
        return Standpoint.ASKING
    if person_id is None:
        return Standpoint.UNNAMED
    if profession:
        return Standpoint.PROFESSION
    return Standpoint.ASKING if roles else Standpoint.PERSON


def standpoint_of_passage(passage: Passage) -> Standpoint:
    """Return from where a passage is said, as the index has it."""
    return standpoint_of(passage.person_id, passage.roles, passage.manner)


def standpoint_of_statement(statement: AnsweredHit) -> Standpoint:
    """Return from where a statement is said, as corrected; who only asks says nothing."""
    who = statement.quote.attribution
    asks = statement.quote.exact.rstrip("\"'”’») ").endswith("?")
    if asks and PRESS.intersection(who.roles):
        return Standpoint.ASKING
    return standpoint_of(who.person_id, who.roles, statement.quote.manner)


class Statements:
    """Makes statements of passages the index holds, checked against the texts as they are now.

    For one page: each document is read once.
    """

    def __init__(self, archive: Archive, subject: Subject) -> None:
        self._archive = archive
        self._subject = subject
        self._shelf = archive.catalogue.shelf()

    def make(self, passage: Passage, topics: Collection[str] = ()) -> AnsweredHit | None:
        """Return the statement in a passage, attributed as corrected.

        The topics on its passage are those for which the quoted words themselves are evidence.

        None when its words do not stand there any more, when it is not about any of `topics` by
        this vocabulary, or when it is no quote any more.

        Args:
            passage: as the index has it.
            topics: ids; none: whatever it says, from its beginning.
        """
        try:
            document = self._shelf.document(passage.document_id)
        except NotFoundError:  # gone since the index was made
            return None
        made = _MADE.setdefault(self._archive.catalogue, {})
        place = (passage, tuple(topics), self._subject.version)
        known = made.get(place)
        if known is None or known[0] != document:
            if len(made) >= _MOST_REMEMBERED:
                made.clear()
            known = made[place] = document, self._made(passage, document, topics)
        return known[1]

    def _made(
        self, passage: Passage, document: Document, topics: Collection[str]
    ) -> AnsweredHit | None:
        from index.hits.evidence import evident_quote, opening_quote

        try:
            content = self._shelf.content(document.id) or ""
            if passage.span.of(content) != passage.content:
                return None
            if topics:
                found = evident_quote(content, passage.span, self._subject, topics, passage.title)
                quote, carried = (found.span, found.topics) if found else (None, ())
            else:
                quote, carried = opening_quote(content, passage.span), passage.topics
            if quote is None:
                return None
            hit = Hit(passage=replace(passage, topics=carried), quote=quote, score=0.0, why="")
            statement = self._archive.asking.cited(hit, SearchQuery(text=""), self._shelf)
        except NotFoundError:
            return None
        # It may have been corrected between the two readings.
        is_same = statement is not None and statement.quote.exact == quote.of(content)
        return statement if is_same else None


def newest_first(statement: AnsweredHit) -> tuple[bool, int, int, float, str]:
    """Order: own words before reports, the newest year, in it the most certain, the newest."""
    quote, published = statement.quote, statement.document.published or _NEVER
    sure = _SURE[quote.certainty] if quote.certainty else len(_SURE)
    return _order(quote.manner, sure, published, statement.hit.passage.id)


def newest_passage_first(passage: Passage) -> tuple[bool, int, int, float, str]:
    """Order passages as `newest_first` orders the statements in them."""
    published = passage.published or _NEVER
    return _order(passage.manner, _SURE[passage.certainty], published, passage.id)


def _order(
    manner: Manner, sure: int, published: datetime, place: str
) -> tuple[bool, int, int, float, str]:
    day = float(published.toordinal())
    return manner is Manner.REPORTED, -published.year, sure, -day, place


class SaidOnce:
    """Statements, each said once: the same words again only add the place where they stand.

    The same words of two different named people stay two: who said them is not decided here.
    Of two that are one, the one of a named person is kept, then the most certain, the earliest.
    """

    def __init__(self) -> None:
        self._said = Said()
        self._number_of: list[int] = []  # what `_said` calls it → place in `_kept`
        self._kept: list[AnsweredHit] = []

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, statement: AnsweredHit) -> None:
        """Take in a statement."""
        words = statement.quote.exact
        for number in self._said.before(words):
            place = self._number_of[number]
            if _may_be_one(self._kept[place], statement):
                self._kept[place] = _joined(self._kept[place], statement)
                break
        else:
            place = len(self._kept)
            self._kept.append(statement)
        self._said.add(words)
        self._number_of.append(place)

    def all(self) -> list[AnsweredHit]:
        """Return what was taken in, each once, in the order of coming."""
        return list(self._kept)


def _may_be_one(one: AnsweredHit, other: AnsweredHit) -> bool:
    if one.document.id == other.document.id and one.quote.span != other.quote.span:
        return False  # said twice in one place: a refrain
    return not (one.person and other.person) or one.person.id == other.person.id


def _joined(one: AnsweredHit, other: AnsweredHit) -> AnsweredHit:
    first, second = sorted((one, other), key=_best_kept)
    places = (*first.also, *second.also, second.citation)
    also = {each.permalink: each for each in places if each.permalink != first.citation.permalink}
    return replace(first, also=tuple(also.values()))


def _best_kept(statement: AnsweredHit) -> tuple[bool, int, datetime, str]:
    quote = statement.quote
    sure = _SURE[quote.certainty] if quote.certainty else len(_SURE)
    published = statement.document.published or datetime.max.replace(tzinfo=UTC)
    return statement.person is None, sure, published, statement.hit.passage.id


def first_said(
    passages: Iterable[Passage], person_of: Callable[[Passage], str | None]
) -> list[Passage]:
    """Return the passages whose words stand in no earlier document, the earliest first.

    Nearly the same words are the same when one named person says both: a quotation is shortened
    and mended as one paper takes it from another.

    Args:
        passages: in any order.
        person_of: who says a passage, by id; None: nobody is named.
    """
    last = datetime.max.replace(tzinfo=UTC)
    said, first = Said(), list[Passage]()
    for each in sorted(passages, key=lambda p: (p.published or last, p.document_id, p.id)):
        person = person_of(each)
        again = said.before(each.content)
        if person is not None:
            again += [n for n in said.near(each.content) if person_of(first[n]) == person]
        if not any(first[number].document_id != each.document_id for number in again):
            said.add(each.content)
            first.append(each)
    return first
