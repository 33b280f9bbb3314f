"""Which answers are new to somebody who was sent some before. Pure.

A quote was sent when its words at its place were sent under the same name. That a later text of the
document moves it, cuts it otherwise or hears a word otherwise makes nothing new; nor do the same
words in another document. What is new to the reader: other words; the same words said by somebody
else than was said; words that a person has corrected since.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.types import SentQuote
from ui.answers import AnsweredHit
from ui.repeats import Said


@dataclass(frozen=True, slots=True)
class NewQuote:
    """An answer to be sent."""

    hit: AnsweredHit
    as_sent: SentQuote  # what is noted once it is
    called: str | None = None  # the name under which the same words were sent before


class SentBefore:
    """What one address was sent; it grows by what is found new."""

    def __init__(self, sent: Iterable[SentQuote]) -> None:
        self._said = Said()
        self._sent: list[SentQuote] = []
        self._said_in: dict[str, tuple[Said, list[SentQuote]]] = {}  # by document
        for each in sent:
            self._add(each)

    def new_among(self, hits: Iterable[AnsweredHit]) -> list[NewQuote]:
        """Return the hits that are new, in their order; they count as sent from now on here."""
        found: list[NewQuote] = []
        for hit in hits:
            quote = as_sent(hit)
            if not self._is_new(quote, hit):
                continue
            found.append(NewQuote(hit, quote, self._called(quote)))
            self._add(quote)
        return found

    def _add(self, quote: SentQuote) -> None:
        self._said.add(quote.words)
        self._sent.append(quote)
        said, sent = self._said_in.setdefault(quote.document_id, (Said(), []))
        said.add(quote.words)
        sent.append(quote)

    def _is_new(self, quote: SentQuote, hit: AnsweredHit) -> bool:
        from index.hits.duplicates import wording_of

        if here := self._sent_here(quote):
            same = [one for one in here if _is_one_voice(one, quote)]
            return not same or (hit.quote.corrected and all(one.key != quote.key for one in same))
        # Elsewhere, words that say more than those that were sent are new: a paper printed a
        # sentence, and now there is the whole answer.
        wording = wording_of(quote.words)
        alike = (self._sent[number] for number in self._said.before(quote.words))
        return not any(wording_of(one.words).holds(wording) for one in alike)

    def _sent_here(self, quote: SentQuote) -> list[SentQuote]:
        """Return what was sent of these words in this document, wherever it stands by now."""
        if quote.document_id not in self._said_in:
            return []
        said, sent = self._said_in[quote.document_id]
        same = {*said.before(quote.words)}
        # Another text may hear a word otherwise; in the same one, another place is another saying.
        same |= {n for n in said.near(quote.words) if sent[n].revision != quote.revision}
        same |= {n for n, one in enumerate(sent) if _are_one_place(one, quote)}
        return [sent[number] for number in sorted(same)]

    def _called(self, quote: SentQuote) -> str | None:
        """Return another name under which words at the very place were sent, the last one."""
        _, sent = self._said_in.get(quote.document_id, (None, []))
        there = (one for one in reversed(sent) if _are_one_place(one, quote))
        return next((one.speaker for one in there if not _is_one_voice(one, quote)), None)


def _is_one_voice(one: SentQuote, other: SentQuote) -> bool:
    """Whether both are said by the same: a person who is spelled otherwise now is nobody else."""
    return one.speaker == other.speaker or (
        one.person_id is not None and one.person_id == other.person_id
    )


def _are_one_place(one: SentQuote, other: SentQuote) -> bool:
    if (one.document_id, one.revision) != (other.document_id, other.revision):
        return False
    return one.span.start < other.span.end and other.span.start < one.span.end


def as_sent(hit: AnsweredHit) -> SentQuote:
    """Return a hit as it is remembered once it was sent."""
    from index.hits.duplicates import plain_words

    quote = hit.quote
    said = " ".join(plain_words(quote.exact)) or quote.exact
    who = hit.person.id if hit.person else hit.speaker
    facts = "\n".join((quote.document_id, who, said))
    return SentQuote(
        key=hashlib.sha256(facts.encode("utf-8", "replace")).hexdigest()[:32],
        document_id=quote.document_id,
        revision=quote.revision,
        span=quote.span,
        speaker=hit.speaker,
        person_id=hit.person.id if hit.person else None,
        words=quote.exact,
    )
