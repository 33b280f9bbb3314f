"""A text as it is read → passages: whole sentences inside one turn, ready to be embedded.

Pure. Sentence ends are found by rules of our own: the models that find them cost seconds to
load, and a passage must be cut the same way on every machine. Nothing here knows of vectors.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from corpus.anchors import times_of, trim
from corpus.certainty import certainty_of
from corpus.reading import checked_in, corrected_in, overlaps
from corpus.types import (
    Document,
    Manner,
    Passage,
    Person,
    Reading,
    Span,
    Text,
    Turn,
    TurnKind,
)
from index.cues import stated
from index.phrases import seam_of

FEWEST_WORDS = 40  # a shorter rest joins its neighbour
MOST_WORDS = 100  # a passage closes before a sentence that would take it beyond
OVERLONG = 150  # only a longer "sentence" is cut inside, at clause marks
_TINIEST = 3  # words; a shorter turn ("Yeah.") says nothing that could be found
UNATTRIBUTED = "Unattributed"

_BREAK = re.compile(r"\n\s*\n")
# An end mark with its closing quotes and brackets and the white space after it; the full stops
# of Chinese and Japanese need none.
_END = re.compile(r"(?:[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？]+[」』”’）]*)\s*")
_LAST_TOKEN = re.compile(r"[\w.&'’-]*$")
# Words whose full stop ends no sentence, or no sentence unless a digit stays away, or either way.
_TITLED = "mr mrs ms mx dr prof rev hon messrs mme mlle lt col sgt capt cmdr adm gov vs viz i.e e.g"
_COUNTED = "no nos vol pp p fig sec art ch pt para"
_UNSURE = (
    "u.s u.k u.n e.u d.c l.a n.y n.m a.m p.m inc ltd co corp jr sr esq etc dept ave blvd rd bros "
    "ph.d m.d b.a m.a st mt ft gen maj rep sen pres det insp supt cf al approx ca cal "
    "jan feb mar apr jun jul aug sept sep oct nov dec mon tue tues wed thu thur thurs fri sat sun"
)
_OPENING = (
    "a an and as at because but by did do does every everybody everyone first for from he her "
    "here his how however i i'd i'll i'm i've if in is it it's its later let my never nobody no "
    "not now of on once one or our she so some somebody that that's the their then there there's "
    "these they they're this those to was we we're we've were what when where which while who "
    "why with yes yet you you're your"
)
_TITLES, _NUMBERED = frozenset(_TITLED.split()), frozenset(_COUNTED.split())
_EITHER_WAY, _STARTERS = frozenset(_UNSURE.split()), frozenset(_OPENING.split())
_CLAUSE = re.compile(r"[;:,—–]+[\"'”’)]*\s+|\s+(?=(?:and|but|so|because|which|who|then)\s)")


def split_passages(
    reading: Reading, document: Document, people: Mapping[str, Person]
) -> list[Passage]:
    """Return the passages of a reading in order; each lies inside one turn.

    Args:
        reading: the document's words, as corrected.
        document: where they come from; its facts go into every passage.
        people: the archive's people by id.
    """
    text = reading.text
    checked, corrected = checked_in(reading), corrected_in(reading)
    return [
        replace(
            _passage(text, document, people, (turn, span)),
            seam=seam_of(text.content, span, turn.span),
            certainty=certainty_of(text, span, checked),
            corrected=overlaps(span, corrected),
        )
        for turn in text.turns
        for span in _group(text.content, _sentences(text.content, turn))
    ]


def _sentences(content: str, turn: Turn) -> list[Span]:
    sentences = sentence_spans(content, turn.span)
    return stated(content, sentences) if turn.manner is Manner.AUTHORED else sentences


def sentence_spans(content: str, within: Span) -> list[Span]:
    """Return the sentences of `content` inside `within`, without space at their ends.

    An empty line always ends a sentence. A sentence of more than `OVERLONG` words (speech
    without punctuation) comes in pieces cut at clause marks, else between words.

    >>> [s.of("Mr. Cole said no. We left.") for s in sentence_spans(
    ...     "Mr. Cole said no. We left.", Span(0, 26))]
    ['Mr. Cole said no.', 'We left.']
    """
    cuts = [within.start, *_cuts(content, within), within.end]
    sentences = (trim(content, Span(start, end)) for start, end in pairwise(cuts))
    return [
        piece for sentence in sentences if len(sentence) for piece in _shorten(content, sentence)
    ]


@lru_cache(maxsize=512)  # a question's candidates are looked at for several reasons
def sentences_in(words: str) -> tuple[str, ...]:
    """Return the sentences of words that stand by themselves."""
    return tuple(span.of(words) for span in sentence_spans(words, Span(0, len(words))))


def count_words(words: str) -> int:
    """Return how many words `words` has; scripts without spaces count by characters."""
    return max(len(words.split()), len(words) // 12)


def _cuts(content: str, within: Span) -> list[int]:
    breaks = {match.end() for match in _BREAK.finditer(content, within.start, within.end)}
    ends = {
        match.end()
        for match in _END.finditer(content, within.start, within.end)
        if match.end() < within.end and _is_end(content, match, within)
    }
    return sorted(breaks | ends)


def _is_end(content: str, match: re.Match[str], within: Span) -> bool:
    following = content[match.end() : match.end() + 24]
    if following[:1].islower():
        return False  # "Stop!" she said; 9 p.m. sharp
    if match.group()[0] != "." or match.group().startswith(".."):
        return True
    token = _token_before(content, match.start(), within.start)
    if token in _TITLES:
        return False
    if token in _NUMBERED:
        return not following[:1].isdigit()
    if token in _EITHER_WAY or _is_initial(token):
        return _first_word(following) in _STARTERS
    return True


def _token_before(content: str, end: int, start: int) -> str:
    tail = _LAST_TOKEN.search(content[max(start, end - 24) : end])
    return tail.group().lower().strip("'’.") if tail else ""


def _is_initial(word: str) -> bool:
    """Return whether `word` is a single letter ("J") or letters with stops ("u.s.c")."""
    return word != "i" and all(len(part) == 1 and part.isalpha() for part in word.split("."))


def _first_word(following: str) -> str:
    match = re.match(r"[\"'“‘(\[]*([\w'’]+)", following)
    return match.group(1).lower().replace("’", "'") if match else ""


def _shorten(content: str, sentence: Span) -> Iterator[Span]:
    while count_words(sentence.of(content)) > OVERLONG:
        cut = _clause_cut(content, sentence)
        yield trim(content, Span(sentence.start, cut))
        sentence = trim(content, Span(cut, sentence.end))
    yield sentence


def _clause_cut(content: str, sentence: Span) -> int:
    """Return the last clause mark within a passage's length, else a word's end there."""
    furthest = _after_words(content, sentence, MOST_WORDS)
    nearest = _after_words(content, sentence, FEWEST_WORDS)
    marks = [match.end() for match in _CLAUSE.finditer(content, nearest, furthest)]
    return marks[-1] if marks else furthest


def _after_words(content: str, sentence: Span, words: int) -> int:
    limit = min(sentence.end, sentence.start + 12 * words)
    for count, match in enumerate(re.finditer(r"\S+\s*", content[sentence.start : limit]), 1):
        if count == words:
            return sentence.start + match.end()
    return limit


def _group(content: str, sentences: Sequence[Span]) -> list[Span]:
    """Join sentences in order to spans of about 40 to 120 words."""
    groups: list[tuple[Span, int]] = []
    for sentence in sentences:
        words = count_words(sentence.of(content))
        if groups and (groups[-1][1] + words <= MOST_WORDS or groups[-1][1] < FEWEST_WORDS):
            span, before = groups[-1]
            groups[-1] = (Span(span.start, sentence.end), before + words)
        else:
            groups.append((sentence, words))
    if len(groups) > 1 and groups[-1][1] < FEWEST_WORDS // 2:
        (span, _), (rest, _) = groups[-2:]
        groups[-2:] = [(Span(span.start, rest.end), 0)]
    return [span for span, _ in groups if len(span.of(content).split()) >= _TINIEST]


def _passage(
    text: Text, document: Document, people: Mapping[str, Person], place: tuple[Turn, Span]
) -> Passage:
    turn, span = place
    start_time, end_time = times_of(text, span) or (turn.start_time, turn.end_time)
    said_by = turn.attribution
    person = people.get(said_by.person_id or "")
    return Passage(
        id=_passage_id(text, span),
        document_id=text.document_id,
        revision=text.revision,
        span=span,
        content=span.of(text.content),
        person_id=said_by.person_id,
        speaker=person.name if person else said_by.label or UNATTRIBUTED,
        roles=said_by.roles,
        manner=turn.manner,
        kind=document.kind,
        source_id=document.source_id,
        show=document.show,
        title=document.title,
        published=document.published,
        advertisement=turn.kind is TurnKind.ADVERTISEMENT,
        start_time=start_time,
        end_time=end_time,
    )


def _passage_id(text: Text, span: Span) -> str:
    """Return a UUID made of the place alone: the same on every machine and every rebuild."""
    place = f"{text.document_id}\n{text.revision}\n{span.start}-{span.end}"
    return str(uuid.UUID(hashlib.sha256(place.encode()).hexdigest()[:32]))
