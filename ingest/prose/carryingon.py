"""What goes on without a cue: whose a quotation is when nothing beside it says so.

Only where it is safe: left open and opened again, in one breath with a quotation that has a cue,
or alone in the next paragraph with nobody else about. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from corpus.types import Span
from ingest.prose.language import SUBJECTS
from ingest.prose.marks import Marked
from ingest.prose.people import Party, Place
from ingest.prose.speakers import Speaker
from ingest.prose.speaking import Article
from ingest.prose.tellings import is_alone

_MEANT, _GOES_ON = 0.85, 0.8


def carry_on(article: Article, block: Sequence[bool]) -> None:
    """Give a quotation without a cue to whoever surely goes on; then what is said of them."""
    _CarryingOn(article).carry_on(block)


class _CarryingOn:
    def __init__(self, article: Article) -> None:
        self._article = article
        self._paragraphs = article.paragraphs
        self._marked = article.marked
        self._masked = article.masked
        self._parses = article.parses
        self._people = article.people
        self._parties = article.parties
        self._speakers = article.speakers
        self._cued = article.cued
        self._reported = article.reported
        self._leads = article.leads

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
        if number and self._resumes(place, number):
            self._inherit((place, number), (place, number - 1), _MEANT)
            return
        if not is_block and not is_alone(self._parses[place], masked.quotes[number], masked.quotes):
            return
        if self._in_paragraph(place, number):
            return
        if number == 0 and place and self._is_all_quoted(place):
            self._from_paragraph_before(place, is_block=is_block)

    def _resumes(self, place: int, number: int) -> bool:
        """Say whether a sentence goes on behind its cue: “The third,” Roe said, “is to ask.”."""
        known = (place, number - 1)
        cue, text = self._cued.get(known), self._paragraphs[place]
        before, after = (self._marked[place][n].inner for n in (number - 1, number))
        between = text[before.end + 1 : max(before.end + 1, after.start - 1)]
        if cue is None or known not in self._parties or not before.end < cue.span.start:
            return False
        is_open = text[: before.end].rstrip().endswith(",") and after.of(text)[:1].islower()
        rest = text[cue.span.end : max(cue.span.end, after.start - 1)]
        return is_open and cue.span.end <= after.start and rest.strip() == "," and len(between) < 90

    def _in_paragraph(self, place: int, number: int) -> bool:
        """Take the speaker of the quotation before, or after, when nobody stands between."""
        for other in (number - 1, number + 1):
            known = (place, other)
            if known not in self._parties:
                continue
            party = self._parties[known]
            first, last = sorted((number, other))
            start = self._article.place(place, Span(*[self._masked[place].quotes[first].end] * 2))
            end = self._article.place(place, Span(*[self._masked[place].quotes[last].start] * 2))
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
        if owners == {id(party)} and not others and not asks and not self._answers(before, party):
            self._inherit((place, 0), known, _GOES_ON)

    def _answers(self, place: int, party: Party) -> bool:
        """Say whether a paragraph goes on an exchange: the next words may be the other one's."""
        before = self._marked[place - 1] if place else []
        return (
            bool(before)
            and any(
                self._parties.get((place - 1, number)) is not party for number in range(len(before))
            )
            and self._begins_quoted(place)
        )

    def _begins_quoted(self, place: int) -> bool:
        return all(self._at_start(each, self._marked[each][0]) for each in (place - 1, place))

    def _inherit(self, key: tuple[int, int], known: tuple[int, int], confidence: float) -> bool:
        speaker = self._speakers[known]
        self._parties[key] = self._parties[known]
        self._speakers[key] = replace(speaker, confidence=min(confidence, speaker.confidence))
        return True

    def _describe(self) -> None:
        """Put beside each person what the article says they are."""
        for key, party in self._parties.items():
            self._speakers[key] = self._with_description(self._speakers[key], party.description)
        known = {party.name: party.description for party in self._people.parties}
        for place, quotations in self._reported.items():
            self._reported[place] = [
                replace(each, speaker=self._with_description(speaker, known[speaker.name]))
                if (speaker := each.speaker) and speaker.name in known
                else each
                for each in quotations
            ]

    def _with_description(self, speaker: Speaker, place: Place | None) -> Speaker:
        if place is None or speaker.name is None:
            return speaker
        reason = self._article.reason("apposition", place)
        return replace(speaker, description=reason.quote, reasons=(*speaker.reasons, reason))
