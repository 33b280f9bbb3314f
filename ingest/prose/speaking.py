"""One article while it is read: who is named, and whose cue each quotation has. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.names import folded_words, surname_of
from corpus.types import Manner, Span
from corpus.vocabulary import load_vocabulary
from ingest.prose.embedding import Telling
from ingest.prose.language import SUBJECTS, Parse, Token
from ingest.prose.marks import Marked
from ingest.prose.masks import Masked
from ingest.prose.mentions import (
    Being,
    Mention,
    could_be_person,
    is_aside,
    mentions_in,
    newcomer,
    read_mention,
)
from ingest.prose.people import SINGULAR, Party, People, Place
from ingest.prose.speakers import Quotation, Reason, Speaker
from ingest.prose.tellings import lead_in, paraphrases, telling_of

_CLOSING = re.compile(r"[.,?!]?”")
_SURE, _MEANT, _HEARSAY = 0.95, 0.85, 0.75


class Article:
    """One article while it is read, paragraph by paragraph."""

    def __init__(
        self,
        paragraphs: Sequence[str],
        marked: Sequence[Sequence[Marked]],
        masked: Sequence[Masked],
        parses: dict[int, Parse],
        people: People,
    ) -> None:
        self.paragraphs = paragraphs
        self.marked = marked
        self.masked = masked
        self.parses = parses
        self.people = people
        self.parties: dict[tuple[int, int], Party] = {}  # whose a quotation is
        self.speakers: dict[tuple[int, int], Speaker] = {}
        self.cued: dict[tuple[int, int], Place] = {}  # where its cue stands
        self.reported: dict[int, list[Quotation]] = {}
        self.leads: dict[int, tuple[Party, Speaker]] = {}

    def found(self, place: int) -> list[Quotation]:
        """Return the quotations and paraphrases of a paragraph."""
        quoted = [
            Quotation(each.inner, Manner.QUOTED, self.speakers.get((place, number)))
            for number, each in enumerate(self.marked[place])
        ]
        return sorted([*quoted, *self.reported.get(place, [])], key=lambda q: q.span.start)

    # ── one paragraph ────────────────────────────────────────────────────────────────────────

    def read(self, place: int) -> None:
        """Meet who is named, then find who says what."""
        parse, masked = self.parses[place], self.masked[place]
        self._meet(place, parse, masked)
        tellings: list[tuple[int, Telling, int | Span | None]] = []
        for number, quote in enumerate(masked.quotes):
            telling = telling_of(parse, quote, masked.quotes)
            if telling:
                tellings.append((telling.speaker.index, telling, number))
        for each in paraphrases(parse, masked.quotes):
            tellings.append((each.telling.speaker.index, each.telling, each.span))
        if lead := lead_in(parse, masked.quotes):
            tellings.append((lead.speaker.index, lead, None))
        for _, telling, what in sorted(tellings, key=lambda told: told[0]):
            self._tell(place, telling, what)

    def _meet(self, place: int, parse: Parse, masked: Masked) -> None:
        """Take up everybody a paragraph names or brings in, outside its quotations."""
        named: set[int] = set()
        for mention in mentions_in(parse, masked.text):
            if _is_quoted(mention.head, masked):
                continue
            here = self.place(place, mention.span)
            if party := self._named_in_passing(mention, here):
                named.add(mention.head.index)
                self.people.see(party, here, is_aside=is_aside(parse, mention.head))
        for token in parse:
            if token.dep not in SUBJECTS or _is_quoted(token, masked):
                continue
            if not named.isdisjoint((token.index, _beside(parse, token))):
                continue  # "Her lawyer, Simeon Clarke, did": one person
            here = self.place(place, Span(token.start, token.end))
            someone = newcomer(parse, token, masked.text)
            if someone or token.tag.startswith("NN"):
                self.people.see(self.people.labelled(someone) if someone else None, here)

        self._learn(place, parse, masked)

    def _learn(self, place: int, parse: Parse, masked: Masked) -> None:
        """Learn from pronouns who is a man, who a woman."""
        for token in parse:
            word = token.text.lower()
            if word in SINGULAR and token.tag in {"PRP", "PRP$"} and not _is_quoted(token, masked):
                here = self.place(place, Span(token.start, token.end))
                self.people.learn_from(word, here, self._acting(place, token))

    def _acting(self, place: int, pronoun: Token) -> list[Span]:
        """Return where the subjects stand of the verb that a pronoun is the object of."""
        parse = self.parses[place]
        verb = parse.head(pronoun)
        if verb is None or pronoun.dep not in {"dobj", "dative"}:
            return []
        subjects = [each for each in parse.children(verb) if each.dep in SUBJECTS]
        return [self.place(place, Span(each.start, each.end)).span for each in subjects]

    def _named_in_passing(self, mention: Mention, here: Place) -> Party | None:
        if mention.being is not Being.PERSON:
            known = self.people.known(mention)
            if known or not could_be_person(mention):
                return known
            self.people.hear(mention.text, here)
            return self.people.stranger(mention) if mention.is_subject else None
        beside = self.place(here.paragraph, mention.description) if mention.description else None
        return self.people.meet(mention, here, beside) or self.people.stranger(mention)

    def _tell(self, place: int, telling: Telling, what: int | Span | None) -> None:
        asker = self._asker(place, what) if isinstance(what, int) else None
        told = self._speaker(place, telling, asker)
        if told is None:
            return
        party, speaker = told
        if isinstance(what, int):
            if speaker.confidence <= _MEANT and self._names_itself(place, what, party):
                return  # "she" hardly speaks of herself by name
            self.parties[place, what] = party
            self.speakers[place, what] = speaker
            self.cued[place, what] = self.place(place, _cue(telling))
        elif what is None:
            self.leads[place] = told
        elif party.being is not Being.PAPER:
            span = self._with_mark(place, self.masked[place].back(what))
            quotation = Quotation(span, Manner.REPORTED, speaker)
            self.reported.setdefault(place, []).append(quotation)

    def _with_mark(self, place: int, span: Span) -> Span:
        """Return a paraphrase with the mark that closes its last quoted words."""
        text = self.paragraphs[place]
        words = span.of(text)
        end = _CLOSING.match(text, span.end)
        return Span(span.start, end.end()) if end and words.count("“") > words.count("”") else span

    def _names_itself(self, place: int, number: int, party: Party) -> bool:
        words = folded_words(self.marked[place][number].inner.of(self.paragraphs[place]))
        return surname_of(party.name or "-") in words

    # ── who speaks ───────────────────────────────────────────────────────────────────────────

    def _speaker(
        self, place: int, telling: Telling, asker: Party | None = None
    ) -> tuple[Party, Speaker] | None:
        parse, masked = self.parses[place], self.masked[place]
        head = telling.speaker
        mention = read_mention(parse, head, masked.text)
        if mention is None:
            return None
        here = self.place(place, mention.span)
        if mention.being is Being.PRONOUN or head.tag == "PRP$":
            word = head.text.lower()
            meant = self._meant(word, here, asker)
        else:
            meant = self._named(mention, here)
        if meant is None:
            return None
        party, antecedent = meant
        if party.is_person and telling.hearsay and mention.being is Being.PRONOUN:
            return None
        self.people.see(party, here, speaks=True)
        confidence = _MEANT if mention.being is Being.PRONOUN else _SURE
        if telling.hearsay:
            confidence = _HEARSAY
        cue = self.reason("quotation cue", self.place(place, _cue(telling)))
        return party, self._said(party, mention.text, (cue,), antecedent, confidence)

    def _asker(self, place: int, number: int) -> Party | None:
        """Return who asked right before a quotation: somebody else answers."""
        before = (place, number - 1)
        if not number and place and self.marked[place - 1]:
            before = (place - 1, len(self.marked[place - 1]) - 1)
        party = self.parties.get(before)
        if party is None:
            return None
        asked = self.marked[before[0]][before[1]].inner.of(self.paragraphs[before[0]])
        return party if asked.rstrip("”’\"' ").endswith("?") else None

    def _meant(
        self, word: str, here: Place, asker: Party | None = None
    ) -> tuple[Party, Place | None] | None:
        if word == "i":
            author = self.people.author()
            return (author, None) if author else None
        if word in {"we", "you", "who"}:
            return None
        plain = {"his": "he", "her": "she", "their": "they", "its": "it"}.get(word, word)
        return self.people.meant_by(plain, here, asker=asker)

    def _named(self, mention: Mention, here: Place) -> tuple[Party, Place | None] | None:
        is_person = mention.being is Being.PERSON
        beside = self.place(here.paragraph, mention.description) if mention.description else None
        people = self.people
        party = people.meet(mention, here, beside) if is_person else people.known(mention)
        if party:
            first = party.introduced
            return party, first if first and first != here else None
        if mention.being is Being.SOMEONE and (known := self._by_role(mention, here)):
            return known, known.description
        if people.is_shared(mention):
            return None
        if proven := people.proven(mention):
            proven.description = proven.description or beside
            return proven, proven.introduced
        return people.labelled(mention), None

    def _by_role(self, mention: Mention, here: Place) -> Party | None:
        """Return whom "the armorer" means: the one who was called that a moment ago."""
        words = mention.text.split()
        if words[0].lower() != "the" or len(words) > 3:
            return None
        vocabulary = load_vocabulary()
        wanted = vocabulary.role_of(" ".join(words[1:]))
        if wanted is None:
            return None
        near = [
            party
            for back in range(3)
            for party in self.people.in_paragraph(here.paragraph - back)
            if party.is_person
        ]
        able = [
            party
            for party in self.people.parties
            if party.description and wanted in vocabulary.roles_in(self.words(party.description))
        ]
        return able[0] if len(able) == 1 and able[0] in near else None

    def _said(
        self,
        party: Party,
        heard: str,
        cues: tuple[Reason, ...],
        antecedent: Place | None,
        confidence: float,
    ) -> Speaker:
        if not party.is_person:
            return Speaker(label=party.label, reasons=cues)
        reasons = list(cues)
        if antecedent:
            reasons.append(self.reason("antecedent", antecedent))
        elif party.introduced is None and party.source:
            reasons.append(Reason(kind="credit", quote=party.source))
        return Speaker(name=party.name, heard=heard, confidence=confidence, reasons=tuple(reasons))

    # ── places ───────────────────────────────────────────────────────────────────────────────

    def place(self, paragraph: int, span: Span) -> Place:
        """Return the place in a paragraph as printed of a span of what was read."""
        return Place(paragraph, self.masked[paragraph].back(span))

    def words(self, place: Place) -> str:
        """Return the words printed at a place."""
        return place.span.of(self.paragraphs[place.paragraph])

    def reason(self, kind: str, place: Place) -> Reason:
        """Return the words at a place as a reason."""
        return Reason(
            kind=kind, quote=self.words(place), paragraph=place.paragraph, span=place.span
        )


def _beside(parse: Parse, token: Token) -> int:
    """Return the index of what is put beside a noun; -1 for nothing."""
    beside = parse.child(token, "appos")
    return beside.index if beside else -1


def _is_quoted(token: Token, masked: Masked) -> bool:
    return any(quote.start <= token.start < quote.end for quote in masked.quotes)


def _cue(telling: Telling) -> Span:
    """Return from the verb to who speaks, or the other way round."""
    first, last = sorted((telling.verb, telling.speaker), key=lambda token: token.start)
    return Span(first.start, last.end)
