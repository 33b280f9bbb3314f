"""Quotations in an article: which words are not the byline's, and whose they are.

What stands inside quotation marks is somebody's words; what a cue verb tells in other words is a
paraphrase. Both belong to whom the cue names, back to the full name as printed earlier. Where
that is not safe, nobody is named: a wrong name is the worst mistake this project can make. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.names import folded_words, is_same_name, surname_of
from corpus.types import Credit, Manner, Span
from corpus.vocabulary import load_vocabulary
from ingest.language import SUBJECTS, Parse, Token, read_language
from ingest.marks import Marked, find_marked
from ingest.masks import Masked, mask
from ingest.mentions import Being, Mention, mentions_in, newcomer, read_mention
from ingest.people import Party, People, Place
from ingest.speakers import Quotation, Reason, Speaker
from ingest.tellings import Telling, is_alone, lead_in, paraphrases, telling_of

__all__ = ["Quotation", "Reason", "Speaker", "find_quotations"]

WHOLE = 60_000  # characters of an article that is read from end to end
MOST = 300_000  # characters that are read of a longer one: what holds quotations and cues
_CUES = re.compile(
    r"\b(?:said|says|told|tells|testif\w+|according to|added|adds|explained|recalled|wrote|noted|"
    r"warned|argued|insisted|claimed|stated|alleged|admitted|confirmed|recounted|reported)\b"
)
_SURE, _MEANT, _GOES_ON, _HEARSAY = 0.95, 0.85, 0.8, 0.75


def find_quotations(
    paragraphs: Sequence[str],
    *,
    block: Sequence[bool] = (),
    headings: Sequence[bool] = (),
    credits: Sequence[Credit] = (),
    byline: Sequence[str] = (),
    title: str = "",
) -> list[list[Quotation]]:
    """Return, for each paragraph, the quotations and paraphrases in it, in order.

    Args:
        paragraphs: the body of an article.
        block: which of them the page sets apart as block quotes; all of such a one is quoted.
        headings: which of them are headings; those hold nobody's words and name nobody.
        credits: of the page, merged.
        byline: who wrote.
        title: of the page.
    """
    marked = find_marked(paragraphs, block=block)
    masked = [mask(text, found) for text, found in zip(paragraphs, marked, strict=True)]
    chosen = [
        place
        for place in _worth_reading(masked, marked)
        if not (headings and headings[place]) and masked[place].text.strip()
    ]
    parses = dict(zip(chosen, read_language([masked[place].text for place in chosen]), strict=True))
    people = People()
    people.credit(credits, byline)
    _read_title(title, people)
    article = _Article(paragraphs, marked, masked, parses, people)
    for place in chosen:
        article.read(place)
    article.carry_on(block or [False] * len(paragraphs))
    return [article.found(place) for place in range(len(paragraphs))]


def _worth_reading(masked: Sequence[Masked], marked: Sequence[Sequence[Marked]]) -> list[int]:
    """Return which paragraphs are read: all, or those with quotations and cues, and neighbours."""
    if sum(len(each.text) for each in masked) <= WHOLE:
        return list(range(len(masked)))
    telling = [
        place for place, each in enumerate(masked) if marked[place] or _CUES.search(each.text)
    ]
    near = {place + step for place in telling for step in (-1, 0, 1)}
    chosen, size = [], 0
    for place in sorted(near & set(range(len(masked)))):
        size += min(len(masked[place].text), MOST)
        if size > MOST:
            break
        chosen.append(place)
    return chosen


def _read_title(title: str, people: People) -> None:
    """Take up a full name in the title, when it is surely a person's."""
    if not title:
        return
    for parse in read_language([title]):
        for mention in mentions_in(parse, title):
            known = any(p.name and is_same_name(p.name, mention.text) for p in people.parties)
            sure = mention.head.entity == "PERSON" and " " in mention.text
            if sure and not known and not load_vocabulary().find_roles(mention.text):
                people.parties.append(Party(mention.text, source=title, gender=mention.gender))


class _Article:
    """One article while it is read, paragraph by paragraph."""

    def __init__(
        self,
        paragraphs: Sequence[str],
        marked: Sequence[Sequence[Marked]],
        masked: Sequence[Masked],
        parses: dict[int, Parse],
        people: People,
    ) -> None:
        self._paragraphs = paragraphs
        self._marked = marked
        self._masked = masked
        self._parses = parses
        self._people = people
        self._parties: dict[tuple[int, int], Party] = {}  # whose a quotation is
        self._speakers: dict[tuple[int, int], Speaker] = {}
        self._cued: dict[tuple[int, int], Place] = {}  # where its cue stands
        self._reported: dict[int, list[Quotation]] = {}
        self._leads: dict[int, tuple[Party, Speaker]] = {}

    def found(self, place: int) -> list[Quotation]:
        """Return the quotations and paraphrases of a paragraph."""
        quoted = [
            Quotation(each.inner, Manner.QUOTED, self._speakers.get((place, number)))
            for number, each in enumerate(self._marked[place])
        ]
        return sorted([*quoted, *self._reported.get(place, [])], key=lambda q: q.span.start)

    # ── one paragraph ────────────────────────────────────────────────────────────────────────

    def read(self, place: int) -> None:
        """Meet who is named, then find who says what."""
        parse, masked = self._parses[place], self._masked[place]
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
            here = self._place(place, mention.span)
            beside = self._place(place, mention.description) if mention.description else None
            if mention.being is Being.PERSON:
                party = self._people.meet(mention, here, beside) or self._people.stranger(mention)
            else:
                party = self._people.known(mention)
            if party:
                named.add(mention.head.index)
                self._people.see(party, here)
        for token in parse:
            if token.dep not in SUBJECTS or token.index in named or _is_quoted(token, masked):
                continue
            here = self._place(place, Span(token.start, token.end))
            if someone := newcomer(parse, token, masked.text):
                self._people.see(self._people.labelled(someone), here)
            elif token.tag.startswith("NN"):
                self._people.see(None, here)

    def _tell(self, place: int, telling: Telling, what: int | Span | None) -> None:
        told = self._speaker(place, telling)
        if told is None:
            return
        party, speaker = told
        if isinstance(what, int):
            if speaker.confidence <= _MEANT and self._names_itself(place, what, party):
                return  # "she" hardly speaks of herself by name
            self._parties[place, what] = party
            self._speakers[place, what] = speaker
            self._cued[place, what] = self._place(place, _cue(telling))
        elif what is None:
            self._leads[place] = told
        elif party.being is not Being.PAPER:
            span = self._masked[place].back(what)
            quotation = Quotation(span, Manner.REPORTED, speaker)
            self._reported.setdefault(place, []).append(quotation)

    def _names_itself(self, place: int, number: int, party: Party) -> bool:
        words = folded_words(self._marked[place][number].inner.of(self._paragraphs[place]))
        return surname_of(party.name or "-") in words

    # ── who speaks ───────────────────────────────────────────────────────────────────────────

    def _speaker(self, place: int, telling: Telling) -> tuple[Party, Speaker] | None:
        parse, masked = self._parses[place], self._masked[place]
        head = telling.speaker
        mention = read_mention(parse, head, masked.text)
        if mention is None:
            return None
        here = self._place(place, mention.span)
        if mention.being is Being.PRONOUN or head.tag == "PRP$":
            word = head.text.lower()
            meant = self._meant(word, here)
        else:
            meant = self._named(mention, here)
        if meant is None:
            return None
        party, antecedent = meant
        if party.is_person and telling.hearsay and mention.being is Being.PRONOUN:
            return None
        self._people.see(party, here, speaks=True)
        confidence = _MEANT if mention.being is Being.PRONOUN else _SURE
        if telling.hearsay:
            confidence = _HEARSAY
        cue = self._reason("quotation cue", self._place(place, _cue(telling)))
        return party, self._said(party, mention.text, (cue,), antecedent, confidence)

    def _meant(self, word: str, here: Place) -> tuple[Party, Place | None] | None:
        if word == "i":
            author = self._people.author()
            return (author, None) if author else None
        if word in {"we", "you", "who"}:
            return None
        plain = {"his": "he", "her": "she", "their": "they", "its": "it"}.get(word, word)
        return self._people.meant_by(plain, here)

    def _named(self, mention: Mention, here: Place) -> tuple[Party, Place | None] | None:
        is_person = mention.being is Being.PERSON
        beside = self._place(here.paragraph, mention.description) if mention.description else None
        people = self._people
        party = people.meet(mention, here, beside) if is_person else people.known(mention)
        if party:
            first = party.introduced
            return party, first if first and first != here else None
        if mention.being is Being.SOMEONE and (known := self._by_role(mention, here)):
            return known, known.description
        if people.is_shared(mention):
            return None
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
            for party in self._people.in_paragraph(here.paragraph - back)
            if party.is_person
        ]
        able = [
            party
            for party in self._people.parties
            if party.description and wanted in vocabulary.roles_in(self._words(party.description))
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
            reasons.append(self._reason("antecedent", antecedent))
        elif party.introduced is None and party.source:
            reasons.append(Reason(kind="credit", quote=party.source))
        return Speaker(name=party.name, heard=heard, confidence=confidence, reasons=tuple(reasons))

    # ── what goes on without a cue ───────────────────────────────────────────────────────────

    def carry_on(self, block: Sequence[bool]) -> None:
        """Give a quotation without a cue to whoever surely goes on; then what is said of them."""
        for chain in self._chains():
            self._share(chain)
        for place, found in enumerate(self._marked):
            for number in range(len(found)):
                if (place, number) not in self._speakers:
                    self._go_on(place, number, is_block=block[place])
        for chain in self._chains():
            self._share(chain)
        self._describe()

    def _chains(self) -> Iterator[list[tuple[int, int]]]:
        """Yield quotations that go on over paragraphs: each left open, the next opened again."""
        chain: list[tuple[int, int]] = []
        for place, found in enumerate(self._marked):
            reopens = bool(found) and found[0].mark and self._at_start(place, found[0])
            if chain and not reopens:
                yield chain
                chain = []
            if chain:
                chain.append((place, 0))
                if len(found) > 1 or found[0].closed:
                    yield chain
                    chain = []
            if found and not found[-1].closed:
                chain = chain or [(place, len(found) - 1)]
        if chain:
            yield chain

    def _at_start(self, place: int, each: Marked) -> bool:
        return not re.search(r"\w", self._paragraphs[place][: each.inner.start])

    def _share(self, chain: Sequence[tuple[int, int]]) -> None:
        parties = {id(self._parties[key]) for key in chain if key in self._parties}
        if len(parties) != 1 or len(chain) < 2:
            return
        known = next(key for key in chain if key in self._parties)
        for key in chain:
            if key not in self._parties:
                self._inherit(key, known, _MEANT)

    def _go_on(self, place: int, number: int, *, is_block: bool) -> None:
        if place not in self._parses:
            return
        masked = self._masked[place]
        if not is_block and not is_alone(self._parses[place], masked.quotes[number], masked.quotes):
            return
        if self._in_paragraph(place, number):
            return
        if number == 0 and place and self._is_all_quoted(place):
            self._from_paragraph_before(place, is_block=is_block)

    def _in_paragraph(self, place: int, number: int) -> bool:
        """Take the speaker of the quotation before, or after, when nobody stands between."""
        for other in (number - 1, number + 1):
            known = (place, other)
            if known not in self._parties:
                continue
            party = self._parties[known]
            first, last = sorted((number, other))
            start = self._place(place, Span(*[self._masked[place].quotes[first].end] * 2))
            end = self._place(place, Span(*[self._masked[place].quotes[last].start] * 2))
            sentences = self._between(place, first, last)
            if other < number and self._is_cue_only(place, known, sentences):
                return self._inherit((place, number), known, _GOES_ON)
            if not self._people.others_since(start, end, party) and not self._strangers(
                place, first, last, party
            ):
                return self._inherit((place, number), known, _GOES_ON)
        return False

    def _between(self, place: int, first: int, last: int) -> set[int]:
        """Return the numbers of the sentences that lie wholly between two quotations."""
        quotes = self._masked[place].quotes
        tokens = list(self._parses[place])
        one = max((t.sentence for t in tokens if t.start < quotes[first].end), default=0)
        other = min((t.sentence for t in tokens if t.start >= quotes[last].start), default=0)
        return set(range(one + 1, other))

    def _is_cue_only(self, place: int, known: tuple[int, int], between: set[int]) -> bool:
        """Say whether nothing but the cue of the quotation before stands between."""
        cue = self._cued.get(known)
        if cue is None:
            return not between
        tokens = self._parses[place]
        sentences = {
            token.sentence
            for token in tokens
            if self._masked[place].back(Span(token.start, token.end)) in cue.span
        }
        return between <= sentences

    def _strangers(self, place: int, first: int, last: int, party: Party) -> bool:
        """Say whether somebody else acts between two quotations: "The director laughed."."""
        quotes = self._masked[place].quotes
        for token in self._parses[place]:
            if not quotes[first].end <= token.start < quotes[last].start:
                continue
            if token.dep not in SUBJECTS:
                continue
            if token.tag == "PRP" and token.text.lower() not in {"he", "she", "they", "it"}:
                return True
            if token.tag.startswith("NN") and not token.is_proper and party.is_person:
                return True
        return False

    def _is_all_quoted(self, place: int) -> bool:
        text, last = self._paragraphs[place], 0
        outside = []
        for each in self._marked[place]:
            outside.append(text[last : each.inner.start])
            last = each.inner.end
        return not re.search(r"\w", "".join([*outside, text[last:]]))

    def _from_paragraph_before(self, place: int, *, is_block: bool) -> None:
        before = place - 1
        while before > 0 and is_block and (before, 0) in self._speakers and before in self._leads:
            before -= 1
        if lead := self._leads.get(before):
            self._parties[place, 0], self._speakers[place, 0] = lead
            return
        found = self._marked[before]
        known = (before, len(found) - 1)
        if known not in self._parties:
            return
        party = self._parties[known]
        owners = {id(self._parties.get((before, n))) for n in range(len(found))}
        asks = any(each.inner.of(self._paragraphs[before]).rstrip().endswith("?") for each in found)
        others = [p for p in self._people.in_paragraph(before) if p is not party]
        if owners == {id(party)} and not others and not asks:
            self._inherit((place, 0), known, _GOES_ON)

    def _inherit(self, key: tuple[int, int], known: tuple[int, int], confidence: float) -> bool:
        speaker = self._speakers[known]
        self._parties[key] = self._parties[known]
        self._speakers[key] = replace(speaker, confidence=min(confidence, speaker.confidence))
        return True

    def _describe(self) -> None:
        """Put beside each person what the article says they are."""
        for key, party in self._parties.items():
            self._speakers[key] = self._with_description(self._speakers[key], party.description)
        known = {party.name: party for party in self._people.parties if party.name}
        for place, quotations in self._reported.items():
            self._reported[place] = [
                replace(each, speaker=self._with_description(each.speaker, party.description))
                if each.speaker and (party := known.get(each.speaker.name))
                else each
                for each in quotations
            ]

    def _with_description(self, speaker: Speaker, place: Place | None) -> Speaker:
        if place is None or speaker.name is None:
            return speaker
        reason = self._reason("apposition", place)
        return replace(speaker, description=reason.quote, reasons=(*speaker.reasons, reason))

    # ── places ───────────────────────────────────────────────────────────────────────────────

    def _place(self, paragraph: int, span: Span) -> Place:
        return Place(paragraph, self._masked[paragraph].back(span))

    def _words(self, place: Place) -> str:
        return place.span.of(self._paragraphs[place.paragraph])

    def _reason(self, kind: str, place: Place) -> Reason:
        return Reason(
            kind=kind, quote=self._words(place), paragraph=place.paragraph, span=place.span
        )


def _is_quoted(token: Token, masked: Masked) -> bool:
    return any(quote.start <= token.start < quote.end for quote in masked.quotes)


def _cue(telling: Telling) -> Span:
    """Return from the verb to who speaks, or the other way round."""
    first, last = sorted((telling.verb, telling.speaker), key=lambda token: token.start)
    return Span(first.start, last.end)
