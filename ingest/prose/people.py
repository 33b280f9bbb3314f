"""The people of one article, as it introduces them: whom a surname or "he" can mean.

Everything here refuses when in doubt. Two people of one surname make it mean nobody; a pronoun
with two candidates, or with none that was named lately, is nobody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.names import fold_name, folded_words, is_same_name, surname_of
from corpus.types import Credit, Span
from ingest.names.labels import is_surname
from ingest.prose.firstnames import gender_of
from ingest.prose.mentions import Being, Mention

_RECENT = 2  # paragraphs a pronoun may look back
_STAFF = frozenset({"photographer", "editor", "producer", "engineer", "translator", "illustrator"})
SINGULAR = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f", "hers": "f"}
_MANY = frozenset({"they", "them", "their", "it", "its"})


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one paragraph."""

    paragraph: int
    span: Span


@dataclass(slots=True, eq=False)
class Party:
    """A person, or a label, that an article lets speak."""

    name: str | None  # in full
    label: str | None = None
    being: Being = Being.PERSON
    gender: str = ""
    part: str | None = None  # in the credits
    introduced: Place | None = None  # where the full name is printed first; None: on the page
    description: Place | None = None
    is_stranger: bool = False  # a name alone that means nobody surely
    source: str = ""  # the credit or byline it is known from

    @property
    def is_person(self) -> bool:
        """Whether it is somebody named."""
        return self.name is not None


@dataclass(frozen=True, slots=True)
class _Seen:
    """One mention outside quotation marks, in order of the text."""

    party: Party | None  # None: a thing, which "it" could mean
    place: Place
    speaks: bool
    is_aside: bool = False  # inside a clause about somebody else: "Kerr, who hired Lund, …"


@dataclass(slots=True)
class People:
    """Who occurs in an article so far; grows paragraph by paragraph."""

    parties: list[Party] = field(default_factory=list)
    _seen: list[_Seen] = field(default_factory=list)
    _heard: list[tuple[str, Place]] = field(default_factory=list)  # full names of nobody surely

    def credit(self, credits: Sequence[Credit], byline: Sequence[str]) -> None:
        """Take up who the page credits and who wrote."""
        for credit in credits:
            source = credit.evidence or credit.name
            self._add(Party(credit.name, part=credit.part, source=source))
        for name in byline:
            if not any(is_same_name(name, p.name or "") for p in self.parties):
                self._add(Party(name, part="author", source=name))

    def meet(self, mention: Mention, place: Place, described: Place | None = None) -> Party | None:
        """Return the person a name means; a full name nobody had is somebody new.

        Args:
            mention: the name.
            place: where it stands.
            described: where words beside it say what the person is.
        """
        words = folded_words(mention.text)
        if len(words) == 1 or " " not in mention.text or is_surname(fold_name(mention.text)):
            party = self._by_part(mention)
            if party:
                party.description = party.description or described
            return party
        same = [p for p in self.parties if p.name and is_same_name(p.name, mention.text)]
        if len(same) > 1:
            return None
        party = same[0] if same else Party(mention.text)
        if not same:
            self._add(party)
        party.introduced = party.introduced or place
        party.gender = party.gender or mention.gender
        party.description = party.description or described
        return party

    def known(self, mention: Mention) -> Party | None:
        """Return the person a name surely means that does not look like a person's."""
        same = [p for p in self.parties if p.name and is_same_name(p.name, mention.text)]
        if len(same) == 1:
            return same[0]
        is_one = mention.text[:1].isupper() and " " not in mention.text
        return self._by_part(mention) if is_one else None

    def hear(self, name: str, place: Place) -> None:
        """Note a name of several words that may be a person's: a surname will tell."""
        if not any(is_same_name(name, other) for other, _ in self._heard):
            self._heard.append((name, place))

    def proven(self, mention: Mention) -> Party | None:
        """Return whom a last name alone makes a person: a company is never called so."""
        form = fold_name(mention.text)
        found = [each for each in self._heard if _ends(each[0], form)]
        if len(found) != 1 or " " in mention.text:
            return None
        name, place = found[0]
        if any(party.name and _ends(party.name, form) for party in self.parties):
            return None
        party = Party(name, introduced=place, gender=mention.gender)
        self._add(party)
        return party

    def is_shared(self, mention: Mention) -> bool:
        """Say whether a name alone could be that of several people, or of nobody surely."""
        form = fold_name(mention.text)
        found = [
            p for p in self.parties if p.name and (_ends(p.name, form) or _begins(p.name, form))
        ]
        return mention.text[:1].isupper() and len(found) > 1

    def labelled(self, mention: Mention) -> Party:
        """Return the label a phrase is; the same words are the same label."""
        words = _bare_label(mention.text)
        for party in self.parties:
            if party.label and _bare_label(party.label) == words:
                return party
        party = Party(None, mention.text, mention.being, mention.gender)
        self.parties.append(party)
        return party

    def stranger(self, mention: Mention) -> Party:
        """Return a name that means nobody surely, as a label: somebody "he" could be."""
        party = self.labelled(mention)
        party.being, party.is_stranger = Being.SOMEONE, True
        return party

    def see(
        self, party: Party | None, place: Place, *, speaks: bool = False, is_aside: bool = False
    ) -> None:
        """Note that somebody was mentioned, or said something."""
        self._seen.append(_Seen(party, place, speaks, is_aside))

    def learn_from(self, pronoun: str, place: Place, acting: Sequence[Span] = ()) -> None:
        """Learn who is a he or a she from a pronoun that can mean one person only.

        Args:
            pronoun: in small letters.
            place: where it stands.
            acting: subjects of the verb it is an object of: "Roe cut him off" is not Roe.
        """
        near = [
            seen
            for seen in self._seen
            if _key(seen.place) < _key(place)
            and place.paragraph - seen.place.paragraph <= 1
            and not any(seen.place.span.end == each.end for each in acting)
            and seen.party
            and _fits(pronoun, seen.party)
        ]
        near = [seen for seen in near if seen.place.paragraph == place.paragraph] or near
        parties = list(dict.fromkeys(seen.party for seen in near if seen.party))
        if len(parties) == 1 and parties[0].is_person:
            self._learn(parties[0], pronoun)

    def meant_by(
        self, pronoun: str, place: Place, *, asker: Party | None = None
    ) -> tuple[Party, Place] | None:
        """Return whom a pronoun at `place` means, and where they were named; None in doubt.

        Args:
            pronoun: in small letters.
            place: where it stands.
            asker: who asked right before, and does not answer.
        """
        before = [
            seen
            for seen in self._seen
            if (seen.place.paragraph, seen.place.span.start) < (place.paragraph, place.span.start)
            and place.paragraph - seen.place.paragraph <= _RECENT
            and (asker is None or seen.party is not asker)
        ]
        before.sort(key=lambda seen: _key(seen.place))
        fits = [seen for seen in before if seen.party and _fits(pronoun, seen.party)]
        speaking = next((at for at, seen in reversed(list(enumerate(before))) if seen.speaks), None)
        if speaking is not None and before[speaking].party:
            party = before[speaking].party
            rest = before[speaking:]
            rivals = [s for s in rest if s.party is not party and _rivals(pronoun, s)]
            if party and _fits(pronoun, party) and not rivals and not party.is_stranger:
                self._learn(party, pronoun)
                return party, before[speaking].place
        if pronoun in _MANY:
            return None
        near = [s for s in fits if place.paragraph - s.place.paragraph <= 1] or fits
        near = [s for s in near if not s.is_aside] or near
        parties = list(dict.fromkeys(seen.party for seen in near))
        if len(parties) != 1 or parties[0] is None or parties[0].is_stranger:
            return None
        self._learn(parties[0], pronoun)
        return parties[0], near[-1].place

    def author(self) -> Party | None:
        """Return the one who wrote, if it is one."""
        authors = [p for p in self.parties if p.part == "author"]
        return authors[0] if len(authors) == 1 else None

    def others_since(self, place: Place, until: Place, party: Party) -> bool:
        """Say whether anybody but `party` was mentioned between two places."""
        start, end = _key(place), _key(until)
        return any(
            seen.party is not party and seen.party is not None and start < _key(seen.place) < end
            for seen in self._seen
        )

    def in_paragraph(self, paragraph: int) -> list[Party]:
        """Return who is mentioned in a paragraph, outside quotation marks."""
        seen = [s.party for s in self._seen if s.place.paragraph == paragraph and s.party]
        return list(dict.fromkeys(seen))

    def _add(self, party: Party) -> None:
        first = folded_words(party.name or "")[:1]
        party.gender = party.gender or (gender_of(first[0]) if first else "")
        self.parties.append(party)

    def _by_part(self, mention: Mention) -> Party | None:
        """Return whom a surname or a first name alone means."""
        form = fold_name(mention.text)
        people = [p for p in self.parties if p.name and p.part not in _STAFF]
        people = [p for p in people if not (p.gender and mention.gender not in {"", p.gender})]
        for part_of in (_ends, _begins):
            found = [p for p in people if part_of(p.name or "", form)]
            printed = [p for p in found if p.introduced] or found
            if printed:
                return self._agreed(printed[0], mention) if len(printed) == 1 else None
        return None

    @staticmethod
    def _agreed(party: Party, mention: Mention) -> Party:
        party.gender = party.gender or mention.gender
        return party

    @staticmethod
    def _learn(party: Party, pronoun: str) -> None:
        party.gender = party.gender or SINGULAR.get(pronoun, "")


def _key(place: Place) -> tuple[int, int]:
    return place.paragraph, place.span.start


def _fits(pronoun: str, party: Party) -> bool:
    if pronoun in _MANY:
        return party.being in {Being.GROUP, Being.PAPER} or (
            pronoun == "they" and party.being is Being.SOMEONE
        )
    is_one = party.being in {Being.PERSON, Being.SOMEONE}
    return is_one and party.gender in {"", SINGULAR.get(pronoun, "-")}


def _rivals(pronoun: str, seen: _Seen) -> bool:
    if seen.party is None:
        return pronoun in _MANY
    if seen.is_aside:
        return False
    return _fits(pronoun, seen.party)


def _ends(name: str, form: str) -> bool:
    return surname_of(name) == form or f" {fold_name(name)}".endswith(f" {form}")


def _begins(name: str, form: str) -> bool:
    return fold_name(name).split()[0] == form


def _bare_label(label: str) -> str:
    words = label.casefold().split()
    return " ".join(words[1:] if words[:1] in (["the"], ["a"], ["an"]) else words)
