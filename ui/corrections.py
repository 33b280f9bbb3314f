"""What a person can do about a text: correct words, name a speaker, give a role, verify, revert.

People see the reading; corrections are kept in the canonical text. Everything here turns the one
into the other, and asks back where it is not clear which place is meant.
"""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from corpus.anchors import paragraph_of, times_of, turn_of
from corpus.citations import clock
from corpus.errors import CorrectionError, NotFoundError
from corpus.names import fold_name
from corpus.reading import canonical_of, overlaps, to_canonical, to_reading
from corpus.types import (
    Correction,
    CorrectionKind,
    Credit,
    Document,
    Person,
    Reading,
    Span,
    Text,
)
from corpus.vocabulary import Vocabulary
from ui.register import Decider, called

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue

LONGEST = 5000  # characters of one correction
_MOST_SHOWN = 12  # places in one message
_AROUND = 24  # characters shown on each side of a place
_ALIKE = {"'": "['‘’]", "’": "['‘’]", "‘": "['‘’]", '"': '["“”„]', "“": '["“”„]', "”": '["“”„]'}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Which of several places with the same words is meant; neither: there must be only one."""

    nth: int | None = None  # 1-based, in the order of the text
    near: float | None = None  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every correction of a document, with whom they speak of."""

    document: Document
    corrections: tuple[Correction, ...]  # oldest first
    people: Mapping[str, Person]


class Corrections:
    """Every use case about corrections.

    Raises:
        CorrectionError: (all that correct) the place is not there, or not the only one, or
            somebody has corrected it already.
        NotFoundError: no such document, person, role or correction.
    """

    def __init__(self, catalogue: Catalogue, vocabulary: Vocabulary) -> None:
        self._catalogue = catalogue
        self._vocabulary = vocabulary

    # ── words ────────────────────────────────────────────────────────────────────────────────

    def correct(
        self, document_id: str, stands: str, right: str, by: Decider, **how: Any
    ) -> Correction:
        """Say that the words `stands` are `right`; none: that nobody said them.

        Args:
            document_id: of the document, or a unique beginning of it.
            stands: the words as they are read now.
            right: the words as they were said.
            by: who says so, and why.
            how: `chosen`: which place; `replacing`: take the place of corrections there.
        """
        reading = self._reading(document_id)
        span = find_words(reading.text, stands, how.get("chosen") or Chosen())
        right = _tidy(right)
        if " ".join(span.of(reading.text.content).split()) == right:
            raise CorrectionError(
                f"“{right[:80]}”",
                cause="it reads so already",
                remedy="to say that the words are checked, use onrecord verify",
            )
        place = to_canonical(reading, span)
        replaced: list[str] = []
        if how.get("replacing"):
            place, replaced = _with_corrections(reading, place)
            whole = to_reading(reading, place)
            before = reading.text.content[whole.start : span.start]
            right = _tidy(f"{before}{right}{reading.text.content[span.end : whole.end]}")
        made = _anchored(reading, CorrectionKind.WORDS, place, by)
        return self._catalogue.add_correction(replace(made, words=right), replaces=replaced)

    def verify(
        self, document_id: str, stands: str | None, by: Decider, chosen: Chosen | None = None
    ) -> Correction:
        """Say that words were listened to, or compared with the page (None: the whole text)."""
        reading = self._reading(document_id)
        if stands is None:
            whole = Span(0, len(canonical_of(reading).content))
            made = replace(_made(reading, CorrectionKind.VERIFIED, by), span=whole)
        else:
            span = find_words(reading.text, stands, chosen or Chosen())
            place = to_canonical(reading, span)
            made = _anchored(reading, CorrectionKind.VERIFIED, place, by)
        return self._catalogue.add_correction(made)

    # ── speakers ─────────────────────────────────────────────────────────────────────────────

    def name_label(
        self, document_id: str, label: str, person: str | None, by: Decider
    ) -> list[Correction]:
        """Say who speaks wherever `label` (or a name that is printed instead) stands.

        None takes the name away.
        """
        reading = self._reading(document_id)
        person_id = self._person_id(reading.text, person)
        labels, alone = self._spoken_by(reading.text, label)
        if not labels and not alone:
            known = dict.fromkeys(turn.attribution.label for turn in reading.text.turns)
            raise CorrectionError(
                f"“{label[:80]}”",
                cause="nobody is labelled so here",
                remedy="one of " + ", ".join(f"“{each[:40]}”" for each in known if each),
            )
        made = [replace(_made(reading, CorrectionKind.LABEL, by), label=each) for each in labels]
        for turn in alone:
            place = to_canonical(reading, turn)
            made.append(_anchored(reading, CorrectionKind.SPEAKER, place, by))
        add = self._catalogue.add_correction
        return [add(replace(each, person_id=person_id)) for each in made]

    def name_turn(
        self, document_id: str, stands: str, person: str | None, by: Decider, **how: Any
    ) -> Correction:
        """Say who speaks the turn in which the words `stands` are; None takes the name away.

        Args:
            document_id: of the document, or a unique beginning of it.
            stands: words of the turn, as they are read now.
            person: id or name.
            by: who says so, and why.
            how: `chosen`: which place; `alone`: these words only, the rest of the turn stays.
        """
        reading = self._reading(document_id)
        span = find_words(reading.text, stands, how.get("chosen") or Chosen())
        turn = turn_of(reading.text, span)
        if turn is None:
            raise CorrectionError(f"“{stands[:80]}”", cause="not words of one turn")
        place = to_canonical(reading, span if how.get("alone") else turn.span)
        person_id = self._person_id(reading.text, person)
        made = _anchored(reading, CorrectionKind.SPEAKER, place, by)
        return self._catalogue.add_correction(replace(made, person_id=person_id))

    def give_role(self, document_id: str, person: str, role: str, by: Decider) -> Correction:
        """Say what a person is in the document; instead of what they were taken for."""
        reading = self._reading(document_id)
        role_id = known_role(role, self._vocabulary)
        here = {turn.attribution.person_id for turn in reading.text.turns}
        speaking = [each for each in self._catalogue.people() if each.id in here]
        found = called(person, speaking)
        if len(found) != 1:
            raise _not_one(person, found, "speaks in this document")
        made = _made(reading, CorrectionKind.ROLE, by)
        return self._catalogue.add_correction(replace(made, person_id=found[0].id, role=role_id))

    # ── history ──────────────────────────────────────────────────────────────────────────────

    def history(self, document_id: str) -> History:
        """Return every correction of a document, oldest first, the reverted ones as well."""
        document = self._catalogue.document(document_id)
        made = tuple(self._catalogue.corrections(document.id))
        return History(document=document, corrections=made, people=self.people_of(made))

    def people_of(self, corrections: Iterable[Correction]) -> dict[str, Person]:
        """Return the people whom corrections speak of, by id."""
        ids = {each.person_id for each in corrections if each.person_id}
        return {each: self._catalogue.person(each) for each in sorted(ids)}

    def revert(self, correction_id: str, by: Decider) -> Correction:
        """Take a correction out of force."""
        return self._catalogue.revert_correction(
            correction_id, author=_author(by), reason=by.reason, now=datetime.now(UTC)
        )

    # ── finding ──────────────────────────────────────────────────────────────────────────────

    def _reading(self, document_id: str) -> Reading:
        return self._catalogue.reading(self._catalogue.document(document_id).id)

    def _spoken_by(self, text: Text, label: str) -> tuple[list[str], list[Span]]:
        """Return the labels meant, and the turns without one by a person of that name."""
        wanted = " ".join(label.casefold().split())
        labels = [turn.attribution.label for turn in text.turns if turn.attribution.label]
        meant = [each for each in labels if " ".join(each.casefold().split()) == wanted]
        if meant:
            return [meant[0]], []
        ids = {turn.attribution.person_id for turn in text.turns} - {None}
        people = called(label, [each for each in self._catalogue.people() if each.id in ids])
        theirs = [
            turn
            for turn in text.turns
            if len(people) == 1 and turn.attribution.person_id == people[0].id
        ]
        named = dict.fromkeys(t.attribution.label for t in theirs if t.attribution.label)
        return list(named), [turn.span for turn in theirs if not turn.attribution.label]

    def _person_id(self, text: Text, named: str | None) -> str | None:
        """Return the id of the one person named so, or of a new one; None: nobody."""
        if named is None:
            return None
        found = called(named, self._catalogue.people())
        if len(found) > 1:
            here = {turn.attribution.person_id for turn in text.turns}
            found = [each for each in found if each.id in here] or found
        if len(found) > 1:
            raise _not_one(named, found, "is known")
        if found:
            return found[0].id
        name = " ".join(named.split())
        if not fold_name(name) or len(name) > 200:
            raise CorrectionError(f"“{name[:80]}”", cause="not a name")
        document = self._catalogue.document(text.document_id)
        person = self._catalogue.ensure_person(Credit(name=name), source_id=document.source_id)
        return person.id


def known_role(word: str, vocabulary: Vocabulary) -> str:
    """Return the id of the role that `word` is the id or a name of.

    Raises:
        NotFoundError: of none.
    """
    role_id = word if vocabulary.role(word) else vocabulary.role_of(word)
    if role_id is None:
        known = ", ".join(role.name for role in vocabulary.roles)
        raise NotFoundError(word, cause="no such role", remedy=f"choose one of {known}")
    return role_id


def find_words(text: Text, words: str, chosen: Chosen) -> Span:
    """Return the one place of `words` in a text; space, case and shape of quotation marks apart.

    Raises:
        CorrectionError: nowhere, or in several places of which none is chosen: lists them.
    """
    places = list(_places(text.content, words))
    shown = f"“{' '.join(words.split())[:80]}”"
    if not places:
        raise CorrectionError(
            shown,
            cause="these words do not stand in the text as it is read",
            remedy="give whole words as onrecord show prints them",
        )
    if chosen.nth is not None:
        if chosen.nth > len(places):
            raise CorrectionError(shown, cause=f"they stand in {len(places)} places")
        return places[chosen.nth - 1]
    timed = [(times, place) for place in places if (times := times_of(text, place))]
    if chosen.near is not None and timed:
        near = chosen.near
        return min(timed, key=lambda each: abs(each[0][0] - near))[1]
    if len(places) == 1:
        return places[0]
    listed = "".join(
        f"\n  --nth {number}  {_where(text, place)}"
        for number, place in enumerate(places[:_MOST_SHOWN], 1)
    )
    more = "\n  …" if len(places) > _MOST_SHOWN else ""
    raise CorrectionError(
        shown,
        cause=f"they stand in {len(places)} places",
        remedy=f"choose one with --nth, or by its time with --near:{listed}{more}",
    )


def _places(content: str, words: str) -> Iterator[Span]:
    tokens = words.split()
    if not tokens or len(words) > LONGEST:
        return
    flexible = [
        "".join(_ALIKE.get(character, re.escape(character)) for character in token)
        for token in tokens
    ]
    pattern = r"\s+".join(flexible)
    same_case = re.search(pattern, content)
    for match in re.finditer(pattern, content, re.NOFLAG if same_case else re.IGNORECASE):
        if not (_inside(content, match.start()) or _inside(content, match.end())):
            yield Span(*match.span())


def _inside(content: str, position: int) -> bool:
    """Say whether `position` is inside a word; some scripts put no space between words."""
    around = content[max(0, position - 1) : position + 1]
    return len(around) > 1 and all(c.isalnum() and not "\u0e00" <= c <= "\u9fff" for c in around)


def _where(text: Text, place: Span) -> str:
    times = times_of(text, place)
    at = clock(times[0]) if times else f"paragraph {paragraph_of(text.content, place)}"
    before = text.content[max(0, place.start - _AROUND) : place.start]
    after = text.content[place.end : place.end + _AROUND]
    return f"{at}  …{' '.join(f'{before}[{place.of(text.content)}]{after}'.split())}…"


def _not_one(named: str, found: Iterable[Person], what: str) -> NotFoundError:
    listed = ", ".join(f"{each.name} ({each.id})" for each in found)
    return NotFoundError(
        f"one person called {named[:80]} who {what}",
        cause=f"there are {listed}" if listed else "there is nobody",
        remedy="give the id of one" if listed else "see onrecord show",
    )


# ── making ───────────────────────────────────────────────────────────────────────────────────


def _made(reading: Reading, kind: CorrectionKind, by: Decider) -> Correction:
    return Correction(
        id=uuid.uuid4().hex[:12],
        document_id=reading.text.document_id,
        revision=reading.text.revision,
        kind=kind,
        author=_author(by),
        made=datetime.now(UTC),
        reason=_tidy(by.reason) if by.reason else None,
    )


def _anchored(reading: Reading, kind: CorrectionKind, place: Span, by: Decider) -> Correction:
    exact = place.of(canonical_of(reading).content)
    return replace(_made(reading, kind, by), span=place, exact=exact)


def _author(by: Decider) -> str:
    author = _tidy(by.author)
    if not author:
        raise CorrectionError("nobody", cause="a correction has an author", remedy="use --by")
    return author


def _tidy(words: str) -> str:
    if len(words) > LONGEST:
        raise CorrectionError(
            f"“{words[:40]}…”",
            cause=f"{len(words)} characters",
            remedy=f"at most {LONGEST}: correct a sentence at a time",
        )
    steering = (" " if unicodedata.category(c) == "Cc" else c for c in words)
    return " ".join("".join(steering).split())


def _with_corrections(reading: Reading, place: Span) -> tuple[Span, list[str]]:
    """Return `place` with all that was corrected there, and the corrections it is to replace."""
    replaced: list[str] = []
    for each in reading.applied:
        words = each.kind is CorrectionKind.WORDS
        if words and each.span and overlaps(place, [each.span]):
            place = Span(min(place.start, each.span.start), max(place.end, each.span.end))
            replaced.append(each.id)
    return place, replaced
