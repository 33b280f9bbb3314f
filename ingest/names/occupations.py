"""What the words of a recording say its people are: by profession, with the place. Pure.

Others say it ("my guest is armorer Ann Lee"), or people say it of themselves ("I'm an armorer").
Standing in this document: whoever denies it has it not, whatever others said.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpus.names import fold_name, folded_words
from corpus.types import Credit, Evidence, Origin, Span, Text, Turn, TurnKind
from corpus.vocabulary import load_vocabulary
from ingest.names.apposition import ONE_OF, phrase_roles, roles_beside
from ingest.names.ballot import sentences_of
from ingest.names.cast import NAME_PAIR
from ingest.names.heardnames import Finder, Form, Known, Mention
from ingest.names.labelled import NamedVoice
from ingest.names.likeness import is_like_beside
from ingest.names.opening import find_hosts
from ingest.names.standing import described, has_profession
from ingest.page.bylines import person_name

_OWN = "self-description"
_MOST_NAMESAKES = 80
_AHEAD = 120  # characters before "I'm" that may take it back
_WHAT = 110  # characters read after "I'm"
_I_AM = re.compile(
    r"\bI(?:['’]?m|\s+am|['’]ve been|\s+have been|\s+work as|['’]ve worked(?: \w+){0,3} as"
    r"|\s+have worked as|\s+serve as|\s+became|\s+was(?=\s+the\b))\s+"
    r"(?:(?:also|actually|now|still|currently|basically|really|mostly|primarily|both|only"
    r"|just)\s+){0,2}"
    r"(?P<not>(?:not|never|no longer)\s+)?",
    re.IGNORECASE,
)
_AS_ONE = re.compile(r"\b(?:speaking\s+|being\s+)?as\s+(?=(?:an?|the)\s)", re.IGNORECASE)
_SO_I = re.compile(r"\s*[^,.?!]{0,60}?,?\s*\b(?:I|my|we)\b", re.IGNORECASE)
_BEGINS = re.compile(r"(?:an?|the|our|your|one of)\s|[\w'’-]+['’]s\s", re.IGNORECASE)
_NOT_ONLY = re.compile(r"(?:just|only|merely|simply|really just)\s", re.IGNORECASE)
_DENIAL = re.compile(r"(?:,|\band)\s+(?:and\s+)?not\s+(?=an?\s|the\s)", re.IGNORECASE)
# Said by somebody else, or only supposed: "people think I'm an armorer", "he said, I'm …".
_NOT_MEANT = re.compile(
    r"\b(?:if|whether|thinks?|thought|thinking|says?|said|saying|like|pretend\w*|imagine|unless|"
    r"suppose\w*|told|tells?|calls?|called|assum\w+|believ\w+|wish\w*|jok\w+|asks?|asked|goes|went|"
    r"heard|though|dream\w*|than|not (?:that|because))\b[^,.;:!?]*$"
    r"|\b(?:said|says?|told(?: \w+)?|tells?(?: \w+)?|goes|went|like|asked|replied|repl(?:y|ies)|"
    r"answered|yelled|shouted|wrote|began|ended|thought|thinking)\s*[,:]\s*$",
    re.IGNORECASE,
)
_AND_YOU = re.compile(r"\s*(?:,|\band)\s*(?:and\s+)?(?:you|he|she|they)\b", re.IGNORECASE)
# Somebody else of that name, or nearly: "not to be confused with the armorer Bob Ray".
_OTHER = re.compile(
    r"\b(?:confus\w+|mix\w* up|mistak\w+|mistook|no relation|(?:not|un)related)\s"
    r"[^.;:?!]{0,60}$|\bunlike\s[^.,;:?!]{0,40}$|\bnamesake\b[^.;:?!]{0,40}$",
    re.IGNORECASE,
)
_OPENING, _CLOSING = "“«", "”»"


@dataclass(slots=True)
class _Told:
    """What is said of one person."""

    words: list[tuple[str, Evidence]] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)
    misspelt: list[Evidence] = field(default_factory=list)  # said beside another spelling


def with_occupations(
    text: Text,
    voices: Mapping[str | None, NamedVoice],
    credits: Sequence[Credit],
    titled: Sequence[Credit] = (),
) -> dict[str | None, NamedVoice]:
    """Return the voices with what is said of their people, by themselves and by others.

    Args:
        text: the words.
        voices: who each label stands for.
        credits: of the document; others whose first name or surname may be meant.
        titled: people the title names, with what it calls them.
    """
    people = {fold_name(each.credit.name): each.credit for each in voices.values() if each.credit}
    if not people:
        return dict(voices)
    told: dict[str, _Told] = defaultdict(_Told)
    for credit in titled:
        name = fold_name(credit.name)
        if credit.roles and credit.description and name in people:
            evidence = Evidence(kind="title", quote=credit.evidence)
            told[name].words.append((credit.description, evidence))
    _hear_others(text, tuple(people.values()), credits, told)
    _hear_themselves(text, voices, told)
    for name, opening in find_hosts(text, voices):
        told[name].words.append(("host", opening))
    return {label: _described(voice, told) for label, voice in voices.items()}


def _described(voice: NamedVoice, told: Mapping[str, _Told]) -> NamedVoice:
    credit = voice.credit
    known = told.get(fold_name(credit.name)) if credit else None
    if credit is None or known is None:
        return voice
    evidence = list(voice.evidence)
    # What people say of themselves goes before what others say.
    ordered = sorted(known.words, key=lambda each: each[1].kind != _OWN)
    settled = has_profession(credit) or any(said.kind == _OWN for _, said in ordered)
    for words, said in ordered:
        if said.kind != _OWN and known.denied & set(phrase_roles(words)[0]):
            continue
        if said in known.misspelt and settled:
            continue  # perhaps of somebody else
        fuller = described(credit, words)
        if fuller is not credit:
            credit = fuller
            evidence.append(said)
    return replace(voice, credit=credit, evidence=tuple(dict.fromkeys(evidence)))


def _speech(text: Text) -> Iterator[Turn]:
    return (turn for turn in text.turns if turn.kind is not TurnKind.ADVERTISEMENT)


def _hear_others(
    text: Text, people: Sequence[Credit], credits: Sequence[Credit], told: Mapping[str, _Told]
) -> None:
    """Collect what is said beside the names of people."""
    names = dict.fromkeys(each.name for each in (*people, *credits))
    known = [Known.of(number, name) for number, name in enumerate(names)]
    known += _namesakes(text, known)
    finders = {cased: Finder(known, cased=cased) for cased in (True, False)}
    wanted = {fold_name(each.name) for each in people}
    printed = _spelt_in(text, known, finders[True]) if text.origin is Origin.PUBLISHER else set()
    for turn in _speech(text):
        cased = any(c.isupper() for c in turn.span.of(text.content))
        mentions = list(finders[cased].find(text.content, turn.span))
        if not mentions:
            continue
        sentences = tuple(sentences_of(text.content, turn.span))
        spelt = printed | {e.person for e in mentions if _is_spelt(e, known[e.person])}
        for mention in mentions:
            name = fold_name(known[mention.person].name)
            is_own = _is_spelt(mention, known[mention.person])
            if name not in wanted or (mention.person in spelt and not is_own):
                continue  # two spellings in one breath, or in print, are two people
            at = bisect_right(sentences, mention.span.start, key=lambda each: each.start) - 1
            if _OTHER.search(text.content, sentences[at].start, mention.span.start):
                continue
            found = [
                (words, _evidence("introduction", text.content, place))
                for words, place in roles_beside(text.content, mention, sentences[at], turn.span)
            ]
            told[name].words += found
            told[name].misspelt += [] if is_own else [evidence for _, evidence in found]


def _spelt_in(text: Text, known: Sequence[Known], finder: Finder) -> set[int]:
    """Return the people whose full name stands in the text as it is written."""
    mentions = (each for turn in _speech(text) for each in finder.find(text.content, turn.span))
    full = (each for each in mentions if each.form is Form.FULL)
    return {each.person for each in full if _is_spelt(each, known[each.person])}


def _is_spelt(mention: Mention, known: Known) -> bool:
    """Say whether a mention has the person's name as it is written, or its first name cut short."""
    own = folded_words(known.name)
    heard = folded_words(mention.heard)
    joined = {"".join(own[start:]) for start in range(len(own))}
    return (
        all(word in own or (at == 0 and own[0].startswith(word)) for at, word in enumerate(heard))
        or "".join(heard) in joined
    )


def _namesakes(text: Text, known: Sequence[Known]) -> list[Known]:
    """Return others named in full who share a first or last name with somebody known."""
    firsts, lasts = {each.first for each in known}, {each.last for each in known}
    full = {(each.first, each.last) for each in known}
    said = {
        re.sub(r"['’]s?$", "", match.group())
        for turn in _speech(text)
        for match in NAME_PAIR.finditer(text.content, turn.span.start, turn.span.end)
    }
    found: dict[tuple[str, str], Known] = {}
    for words in sorted(said):
        name = person_name(words)
        other = Known.of(len(known) + len(found), name) if name else None
        if other is None or (other.first, other.last) in full or other.last == other.first:
            continue
        shares = other.first in firsts or other.last in lasts
        if shares and not any(_is_same(other, each) for each in known):
            found.setdefault((other.first, other.last), other)
    return list(found.values())[:_MOST_NAMESAKES]


def _is_same(other: Known, known: Known) -> bool:
    """Say whether two full names are one, spelt otherwise."""
    same = is_like_beside(other.first, known.first) and is_like_beside(other.last, known.last)
    return same or (other.last == known.last and bool(load_vocabulary().role_of(other.first)))


def _hear_themselves(
    text: Text, voices: Mapping[str | None, NamedVoice], told: Mapping[str, _Told]
) -> None:
    """Collect what people say they are, and what they say they are not."""
    for turn in _speech(text):
        voice = voices.get(turn.attribution.label)
        if voice is None or voice.credit is None:
            continue
        mine = told[fold_name(voice.credit.name)]
        for sentence in sentences_of(text.content, turn.span):
            for words, span, denied in _professed(text.content, sentence, turn.span):
                if denied:
                    mine.denied |= set(phrase_roles(words)[0])
                else:
                    evidence = _evidence(_OWN, text.content, span)
                    mine.words.append((words, evidence))


def _professed(content: str, sentence: Span, turn: Span) -> Iterator[tuple[str, Span, bool]]:
    """Yield the phrases in which a speaker says what they are (or, True, are not)."""
    words = sentence.of(content)
    if words.rstrip(' ”"\n').endswith("?"):
        return
    for match in (*_I_AM.finditer(words), *_AS_ONE.finditer(words)):
        start = sentence.start + match.start()
        if _NOT_MEANT.search(words[max(0, match.start() - _AHEAD) : match.start()]):
            continue
        what = words[match.end() : match.end() + _WHAT]
        roles, length = phrase_roles(what)
        is_own = match.re is _I_AM
        if not is_own and not (roles and _SO_I.match(what, length)):
            continue
        denies = is_own and bool(match["not"])
        if denies and _NOT_ONLY.match(what):
            continue
        if not roles or _is_quoted(content[turn.start : start]):
            continue
        if _is_said(what, length, roles):
            place = Span(start, sentence.start + match.end() + length)
            yield ONE_OF.sub("", what[:length]), place, denies
        yield from _denied(words, match.end(), sentence.start)


def _is_said(what: str, length: int, roles: Sequence[str]) -> bool:
    if what.casefold().startswith("the ") and _AND_YOU.match(what, length):
        return False  # "I'm the armorer, you are the actor": a scene
    hosting = roles[0] == "host" and not what.casefold().startswith("your")
    return not hosting  # of another programme, perhaps


def _denied(words: str, place: int, origin: int) -> Iterator[tuple[str, Span, bool]]:
    """Yield "…, not an armorer" after what somebody says they are."""
    for match in _DENIAL.finditer(words, place, place + 2 * _WHAT):
        what = words[match.end() : match.end() + _WHAT]
        roles, length = phrase_roles(what)
        if roles:
            end = origin + match.end() + length
            yield what[:length], Span(origin + match.start(), end), True


def _is_quoted(before: str) -> bool:
    """Say whether a quotation is open after these words of a turn."""
    opened = sum(before.count(mark) for mark in _OPENING)
    closed = sum(before.count(mark) for mark in _CLOSING)
    return before.count('"') % 2 == 1 or opened > closed


def _evidence(kind: str, content: str, span: Span) -> Evidence:
    return Evidence(kind=kind, quote=span.of(content), span=span)
