"""The votes a recording's words cast for who each voice is. Pure.

Only speech votes: an advertisement says whom it likes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.types import Evidence, Method, Span, Text, Turn, TurnKind
from ingest.names.cast import NAME_PAIR, Member
from ingest.names.heardnames import Finder, Form, Known, Mention
from ingest.names.labels import is_of_show
from ingest.names.spoken import Said, Sense, gives_own_name, read_mention
from ingest.names.votes import Vote
from ingest.page.bylines import person_name

_SENTENCE = re.compile(
    r"(?<![A-Z])(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)[.?!…]+[\"”’)]*\s+"
)
_KINDS = {
    Sense.SELF: (Method.SELF_INTRODUCTION, "self-introduction"),
    Sense.SIGN_OFF: (Method.SIGN_OFF, "sign-off"),
    Sense.INTRODUCED: (Method.ADDRESS, "introduction"),
    Sense.LISTED: (Method.ADDRESS, "introduction"),
    Sense.ASKED: (Method.ADDRESS, "address"),
    Sense.ANSWERED: (Method.ADDRESS, "address"),
}
_OF_OTHERS = frozenset({Sense.INTRODUCED, Sense.LISTED, Sense.ASKED, Sense.ANSWERED})
_AGAINST_NAMER = -0.6  # who calls somebody by name is somebody else
_AGAINST_OTHERS = -0.7  # who gave a name of their own has no other
_ONLY_NAMED = frozenset({Sense.ABOUT, Sense.LISTED})
_TALKED_OF = re.compile(
    r"\b(?:about|of|for|by|like|from|against|on|case|trial|late|without|named|called)"
    r"\s+(?:the\s+)?(?:\w+\s+)?$",
    re.IGNORECASE,
)
_THEN_CALLED = 0.6  # "Ann Lee is an armorer. Ann, …"
_AT_HANDOVER = 1.2  # a guest is called before they speak for the first time
_BEFORE = 60  # characters before a name that say it is a programme's
_NOD = 2  # words of a turn that may only be a nod by a third voice
_ELSEWHERE = re.compile(
    r"\b(?:but first|first,|here['’]s|listen to|a clip|let['’]s hear|in a moment|later|coming up|"
    r"after the break|stay with us|we['’]ll be)\b",
    re.IGNORECASE,
)
_HOSTING = (
    r"\b(?:welcome (?:back )?to|this is|you['’]re listening to|you are listening to|from|"
    r"here on|back to|back on)\s+(?:another (?:episode|edition) of\s+)?(?:the\s+)?{show}\b"
)
_OF_A_SHOW = re.compile(r"\b(?:this is|welcome to|listening to|with)\s+(?:the\s+)?\Z", re.I)
_TAKING_LEAVE = re.compile(
    r"\b(?:thanks? (?:you )?(?:all |so much )?for (?:listening|tuning in)|"
    r"my guests?\b|our guests?\b|today on the (?:show|program|podcast)|after the break|"
    r"i['’]m your host|your host)",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Ballot:
    """Everything the words say of who speaks."""

    votes: list[Vote] = field(default_factory=list)
    blocked: set[str] = field(default_factory=set)  # gave a name nobody here has
    hosting: dict[str, Evidence] = field(default_factory=dict)  # labels that lead the programme
    strangers: set[str] = field(default_factory=set)  # introduced or called, and nobody here
    unknown: set[str] = field(default_factory=set)  # labels that say a name nobody here has
    turns: Counter[str] = field(default_factory=Counter)  # by label
    present: set[int] = field(default_factory=set)  # people said to be there
    introduced: dict[int, Evidence] = field(default_factory=dict)  # the same, by another voice
    named: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))  # by label


@dataclass(frozen=True, slots=True)
class _Floor:
    """A turn among its neighbours: who spoke before and who speaks next."""

    turn: Turn
    label: str
    before: str | None
    after: str | None
    content: str
    sentences: tuple[Span, ...]
    voices: int  # how many speak in the recording
    begins: bool  # the next voice has not spoken yet

    def target(self, said: Said, member: Member) -> tuple[str | None, float]:
        """Return whose name it is that was said, and how much that counts."""
        if said.sense not in _OF_OTHERS:
            return self.label, 1.0
        rest = self.content[said.mention.span.end : self.turn.span.end]
        elsewhere = said.sense is Sense.INTRODUCED and _ELSEWHERE.search(rest)
        if said.sense is Sense.LISTED or (elsewhere and self.voices > 2):
            return None, 0.0
        if self.voices == 2:
            near = (self.after, self.before)
            first, second = near[::-1] if said.sense is Sense.ANSWERED else near
            return first or second, (0.5 if elsewhere else 1.0)
        # Hosts call one another at any time; a guest is called before they first speak.
        return self._among_many(said, rest, begins=self.begins and member.visits)

    def place_of(self, span: Span) -> int:
        """Return which sentence of the turn a span begins in."""
        return bisect_right(self.sentences, span.start, key=lambda each: each.start) - 1

    def _among_many(self, said: Said, rest: str, *, begins: bool) -> tuple[str | None, float]:
        """Return the same where it may also be somebody else: only right before or after."""
        place = self.place_of(said.mention.span)
        left = len(self.sentences) - 1 - place
        if said.sense is Sense.ANSWERED:
            return (self.before, 0.85) if place <= 1 else (None, 0.0)
        if said.sense is Sense.ASKED and left > 1 and place <= 1 and "?" not in rest:
            return self.before, 0.7  # "Well, Kim, I think …": an answer
        if said.sense is Sense.ASKED and left <= 1 and begins:
            return self.after, _AT_HANDOVER
        return self.after, (0.9 if left <= 2 else 0.6)


def count_votes(
    text: Text, cast: Sequence[Member], labels: Sequence[str], publication: str
) -> Ballot:
    """Return what the words of `text` say of its labels.

    Args:
        text: as `build_episode_text` made it.
        cast: who may be heard.
        labels: the labels that are voices.
        publication: the show, whose greeting a host speaks.
    """
    ballot = Ballot()
    people = [Known.of(member.number, member.credit.name) for member in cast]
    finders = {cased: Finder(people, cased=cased) for cased in (True, False)}
    patterns = _hosting(publication)
    for floor in _floors(text, len(labels)):
        words = floor.turn.span.of(text.content)
        cased = any(c.isupper() for c in words)
        mentions = list(finders[cased].find(text.content, floor.turn.span))
        ballot.turns[floor.label] += 1
        read = list(_unshared(list(_read(mentions, floor, cased=cased)), floor))
        for said in _then_called(read, floor, cast):
            _count(said, floor, cast[said.mention.person], ballot)
        ballot.strangers |= set(_strangers(mentions, floor, publication, ballot))
        start = floor.turn.span.start
        known = [Span(each.span.start - start, each.span.end - start) for each in mentions]
        if gives_own_name(words, known):
            ballot.blocked.add(floor.label)
        for pattern in patterns:
            if floor.label not in ballot.hosting and (found := pattern.search(words)):
                where = Span(start + found.start(), start + found.end())
                ballot.hosting[floor.label] = _evidence("opening", text.content, where)
    ballot.votes = [vote for vote in ballot.votes if vote.label in labels]
    ballot.votes += _rulings_out(ballot.votes, cast)
    return ballot


def _hosting(publication: str) -> list[re.Pattern[str]]:
    """Return what only who leads the programme says."""
    show = re.sub(r"^the\s+", "", publication.strip(), flags=re.IGNORECASE)
    greeting = re.compile(_HOSTING.format(show=re.escape(show)), re.IGNORECASE) if show else None
    return [*filter(None, [greeting]), _TAKING_LEAVE]


def _floors(text: Text, voices: int) -> Iterator[_Floor]:
    """Yield each turn of speech with the labels that speak right before and right after."""
    turns = [
        turn
        for turn in text.turns
        if turn.kind is not TurnKind.ADVERTISEMENT and turn.attribution.label
    ]
    labels = [turn.attribution.label or "" for turn in turns]
    nods = [len(turn.span.of(text.content).split()) <= _NOD for turn in turns]
    for place, turn in enumerate(turns):
        after = _neighbour(labels, nods, place, 1)
        before = _neighbour(labels, nods, place, -1)
        sentences = tuple(sentences_of(text.content, turn.span))
        begins = after not in labels[:place]
        yield _Floor(turn, labels[place], before, after, text.content, sentences, voices, begins)


def _neighbour(labels: Sequence[str], nods: Sequence[bool], place: int, step: int) -> str | None:
    """Return the other label next to a turn, or None where a nod may be anybody's."""
    other = place + step
    if not 0 <= other < len(labels) or labels[other] == labels[place]:
        return None
    beyond = other + step
    if (
        nods[other]
        and 0 <= beyond < len(labels)
        and labels[beyond] not in {labels[place], labels[other]}
    ):
        return None
    return labels[other]


def sentences_of(content: str, span: Span) -> Iterator[Span]:
    """Yield the sentences of a turn, each with the space after it."""
    start = span.start
    for match in _SENTENCE.finditer(content, span.start, span.end):
        yield Span(start, match.end())
        start = match.end()
    if start < span.end:
        yield Span(start, span.end)


def _read(mentions: Sequence[Mention], floor: _Floor, *, cased: bool) -> Iterator[Said]:
    for mention in mentions:
        sentence = floor.sentences[floor.place_of(mention.span)]
        yield read_mention(mention, floor.content, sentence, cased=cased)


def _unshared(said: Sequence[Said], floor: _Floor) -> Iterator[Said]:
    """Yield what was said; where two of many are named together, neither is the next to speak."""
    thanked = {each.mention.person for each in said if each.sense is Sense.ANSWERED}
    beside: dict[int, set[int]] = defaultdict(set)  # people named in each sentence
    for each in said:
        if each.sense is not Sense.SELF:
            beside[floor.place_of(each.mention.span)].add(each.mention.person)
    for each in said:
        together = len(beside[floor.place_of(each.mention.span)]) > 1
        shared = together or (each.sense is Sense.ANSWERED and len(thanked) > 1)
        if floor.voices > 2 and shared and each.sense in _OF_OTHERS:
            yield replace(each, sense=Sense.LISTED)
        else:
            yield each


def _then_called(said: Sequence[Said], floor: _Floor, cast: Sequence[Member]) -> Iterator[Said]:
    """Yield what was said; a new voice named in full and called right after was introduced."""
    called = {
        (each.mention.person, floor.place_of(each.mention.span))
        for each in said
        if each.sense is Sense.ASKED and floor.begins
    }
    for each in said:
        person, place = each.mention.person, floor.place_of(each.mention.span)
        is_new = each.mention.form is Form.FULL and cast[person].spelt
        before = floor.content[floor.sentences[place].start : each.mention.span.start][-_BEFORE:]
        is_new = is_new and not _TALKED_OF.search(before)
        if is_new and each.sense in _ONLY_NAMED and (person, place + 1) in called:
            quote = each.quote or floor.sentences[place]
            yield replace(each, sense=Sense.INTRODUCED, weight=_THEN_CALLED, quote=quote)
        else:
            yield each


def _strangers(
    mentions: Sequence[Mention], floor: _Floor, publication: str, ballot: Ballot
) -> Iterator[str]:
    """Yield full names that are introduced or called in a turn and are nobody known."""
    for match in NAME_PAIR.finditer(floor.content, floor.turn.span.start, floor.turn.span.end):
        name = person_name(match.group())
        place = Span(match.start(), match.end())
        if name is None or is_of_show(name, publication) or _overlaps(place, mentions):
            continue
        sentence = floor.sentences[floor.place_of(place)]
        before = floor.content[max(sentence.start, place.start - _BEFORE) : place.start]
        if not _OF_A_SHOW.search(before):
            ballot.unknown.add(floor.label)
        unknown = Mention(-1, place, Form.FULL, name)
        said = read_mention(unknown, floor.content, sentence, cased=True)
        if said.sense in _OF_OTHERS:
            yield name


def _overlaps(place: Span, mentions: Sequence[Mention]) -> bool:
    """Say whether a known person is named there; mentions are in order."""
    last = bisect_right(mentions, place.end - 1, key=lambda each: each.span.start) - 1
    return last >= 0 and mentions[last].span.end > place.start


def _count(said: Said, floor: _Floor, member: Member, ballot: Ballot) -> None:
    """Turn one mention into votes."""
    if said.mention.form is not Form.FIRST:
        ballot.named[floor.label].add(member.number)
    if said.sense is Sense.ABOUT or said.quote is None:
        return
    own = said.sense not in _OF_OTHERS
    method, kind = _KINDS[said.sense]
    evidence = _evidence(kind, floor.content, said.quote)
    if own or kind == "introduction":
        ballot.present.add(member.number)
    if not own:
        if kind == "introduction":
            ballot.hosting.setdefault(floor.label, evidence)
            ballot.introduced.setdefault(member.number, evidence)
        ballot.votes.append(_vote(floor.label, said, Method.ADDRESS, _AGAINST_NAMER, evidence))
    target, share = floor.target(said, member)
    if target and share and not member.silent and (own or not member.staff):
        ballot.votes.append(_vote(target, said, method, said.weight * share, evidence))


def _vote(label: str, said: Said, method: Method, weight: float, evidence: Evidence) -> Vote:
    return Vote(
        label=label,
        person=said.mention.person,
        method=method,
        weight=weight,
        evidence=evidence,
        heard=said.mention.heard,
        full=said.mention.form is Form.FULL,
        introduces=said.sense is Sense.INTRODUCED,
    )


def _rulings_out(votes: Sequence[Vote], cast: Sequence[Member]) -> list[Vote]:
    """Return votes against every other name of a label that gave its own."""
    own = {(vote.label, vote.person): vote for vote in votes if vote.full and vote.weight > 0.8}
    against = []
    for (label, person), vote in own.items():
        if vote.method not in {Method.SELF_INTRODUCTION, Method.SIGN_OFF}:
            continue
        against += [
            Vote(
                label=label,
                person=member.number,
                method=vote.method,
                weight=_AGAINST_OTHERS,
                evidence=vote.evidence,
            )
            for member in cast
            if member.number != person
        ]
    return against


def _evidence(kind: str, content: str, span: Span) -> Evidence:
    return Evidence(kind=kind, quote=span.of(content), span=span)
