"""The vocabulary's evidence made ready for reading: where its phrases and patterns stand. Pure.

Each phrase is looked for once, from its first word, however many topics it is evidence for; words
that need only be close together are found in one sweep over a sentence. So reading takes time in
proportion to the text, whatever the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from corpus.phrases import Pattern, Phrase, Word
from corpus.topics import Evidence, Subject
from corpus.types import Span
from index.passages import sentence_spans
from index.wordforms import Token, forms_of, spell, tokens_of

CLOSE = 12  # words from first to last of a pattern with "+"
CLOSER = 9  # the same, of ambiguous words
_MOST_SKIPPED = 2
# Between the words of a phrase these may stand; they change nothing.
_SKIPPED = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "my",
        "your",
        "his",
        "her",
        "its",
        "our",
        "their",
        "any",
        "some",
        "each",
        "every",
    ]
)
_JOINS = re.compile(r"[\s\-‐‑–/&#§.'’‘“”\"*_]*")  # between two words of a phrase

Owner = tuple[str, str]  # kind and id of what a pattern is evidence for

Found = tuple[int, int]  # first token, token after the last
_SETTING: Owner = ("setting", "")  # of the words that show the beat


@dataclass(frozen=True, slots=True)
class _Place:
    """One place of a phrase: words in small letters, and those that need their capital."""

    plain: frozenset[str]
    capital: frozenset[str]

    def fits(self, token: Token) -> bool:
        return token.plain in self.plain or token.raw in self.capital


@dataclass(frozen=True, slots=True)
class _Ready:
    """A pattern with its phrases as numbers, and what it is evidence for."""

    groups: tuple[tuple[int, ...], ...]
    owner: Owner
    weak: bool
    without: tuple[int, ...]

    @property
    def is_name(self) -> bool:
        """Whether it is a phrase that is evidence by itself."""
        return not self.weak and len(self.groups) == 1


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read in one passage."""

    content: str
    in_setting: bool  # it speaks of the beat itself
    surrounded: bool  # or what stands around it does
    strong: Mapping[Owner, list[Span]]
    weak: Mapping[Owner, list[Span]]

    def all_of(self, kind: str, entry_id: str, evidence: Evidence) -> list[Span]:
        """Return where the evidence for an entry stands, the strong before the ambiguous."""
        owner = (kind, entry_id)
        strong = self.surrounded or not evidence.needs_setting
        return [
            *(self.strong.get(owner, []) if strong else []),
            *(self.weak.get(owner, []) if self.in_setting else []),
        ]


@dataclass(slots=True)
class _Page:
    """A text being read: its words, their sentences, and which phrase stands where."""

    content: str
    tokens: list[Token]
    sentences: list[int] = field(init=False)
    found: dict[int, list[Found]] = field(default_factory=dict)
    only_opening: set[Found] = field(default_factory=set)  # capitals that may be no name

    def __post_init__(self) -> None:
        spans = sentence_spans(self.content, Span(0, len(self.content)))
        starts = [span.start for span in spans]
        self.sentences = [bisect_right(starts, token.start) for token in self.tokens]

    def joined(self) -> list[bool]:
        """Return for each word whether the next belongs to the same phrase."""
        return [
            self.sentences[at] == self.sentences[at + 1]
            and _JOINS.fullmatch(self.content, token.end, self.tokens[at + 1].start) is not None
            for at, token in enumerate(self.tokens[:-1])
        ]

    def opens_a_sentence(self, at: int) -> bool:
        """Whether the word owes its capital to its place; in quotation marks it is a title."""
        if at and self.sentences[at - 1] == self.sentences[at]:
            return False
        start = self.tokens[at].start
        return not (start and self.content[start - 1] in "“\"‘'«„")

    def means(self, place: Found) -> bool:
        """Whether the words at `place` are more than the first word of a sentence."""
        return place not in self.only_opening

    def spans(self, places: list[Found]) -> list[Span]:
        """Return places, counted in words, as characters."""
        return [Span(self.tokens[a].start, self.tokens[b - 1].end) for a, b in places]


class Lexicon:
    """The vocabulary, ready to read passages."""

    def __init__(self, subject: Subject) -> None:
        self._spellings = subject.spellings
        self._numbers: dict[Phrase, int] = {}
        self._phrases: list[tuple[_Place, ...]] = []
        self._by_plain: dict[str, list[int]] = {}
        self._by_capital: dict[str, list[int]] = {}
        self._other_things = self._phrases_of(subject.other_things)
        self._patterns: list[_Ready] = []
        self._opened_by: dict[int, list[int]] = {}  # a phrase → patterns with it in front
        self._add(subject.setting, _SETTING, weak=False)
        for kind, entries in _entries(subject):
            for entry_id, evidence in entries:
                self._add(evidence.strong, (kind, entry_id), weak=False)
                self._add(evidence.in_setting, (kind, entry_id), weak=True)

    def read(self, content: str, around: str = "") -> Seen:
        """Return the evidence that stands in `content`; `around` may only show the setting."""
        page = self._find(content)
        worth = self._worth_a_look(page)
        strong = self._collect(page, (each for each in worth if not each.weak))
        named = self._collect(page, (each for each in worth if each.is_name))
        weak = self._collect(page, (each for each in worth if each.weak))
        for owner, places in weak.items():
            weak[owner] = [each for each in places if not _belongs_elsewhere(each, owner, named)]
        in_setting = self._shows_setting(page)
        return Seen(
            content=content,
            in_setting=in_setting,
            surrounded=in_setting or bool(around and self._shows_setting(self._find(around))),
            strong={owner: page.spans(places) for owner, places in strong.items()},
            weak={owner: page.spans(places) for owner, places in weak.items()},
        )

    def _shows_setting(self, page: _Page) -> bool:
        """Whether it speaks of the beat, or names an incident of it."""
        shows = (
            each
            for each in self._worth_a_look(page)
            if each.owner == _SETTING or (each.owner[0] == "incident" and not each.weak)
        )
        return bool(self._collect(page, shows))

    def _worth_a_look(self, page: _Page) -> list[_Ready]:
        """Return the patterns of which the first group stands in the text, in their order."""
        numbers = {at for number in page.found for at in self._opened_by.get(number, ())}
        return [self._patterns[at] for at in sorted(numbers)]

    def _add(self, patterns: Iterable[Pattern], owner: Owner, *, weak: bool) -> None:
        for pattern in patterns:
            groups = tuple(tuple(map(self._number, group)) for group in pattern.groups)
            without = tuple(map(self._number, pattern.without))
            for number in groups[0]:
                self._opened_by.setdefault(number, []).append(len(self._patterns))
            self._patterns.append(_Ready(groups, owner, weak, without))

    def _phrases_of(self, patterns: Iterable[Pattern]) -> frozenset[int]:
        phrases = (phrase for pattern in patterns for group in pattern.groups for phrase in group)
        return frozenset(map(self._number, phrases))

    def _number(self, phrase: Phrase) -> int:
        if phrase not in self._numbers:
            number = self._numbers[phrase] = len(self._phrases)
            places = tuple(self._place(words) for words in phrase)
            self._phrases.append(places)
            for form in places[0].plain:
                self._by_plain.setdefault(form, []).append(number)
            for form in places[0].capital:
                self._by_capital.setdefault(form, []).append(number)
        return self._numbers[phrase]

    def _place(self, words: Iterable[Word]) -> _Place:
        plain: set[str] = set()
        capital: set[str] = set()
        for word in words:
            if word.capital:
                capital |= {word.text} if word.exact else {word.text, f"{word.text}s"}
            else:
                text = spell(word.text, self._spellings)
                plain |= {text} if word.exact else forms_of(text)
        return _Place(frozenset(plain), frozenset(capital))

    def _find(self, content: str) -> _Page:
        """Return the words of `content` and every phrase that stands there as itself."""
        page = _Page(content, tokens_of(content, self._spellings))
        joined = page.joined()
        for at, token in enumerate(page.tokens):
            for number in self._by_plain.get(token.plain, ()):
                if end := self._ends(number, at, page.tokens, joined):
                    page.found.setdefault(number, []).append((at, end))
            for number in self._by_capital.get(token.raw, ()):
                if end := self._ends(number, at, page.tokens, joined):
                    page.found.setdefault(number, []).append((at, end))
                    if end == at + 1 and page.opens_a_sentence(at):
                        page.only_opening.add((at, end))
        page.found = _without_other_things(page.found, self._other_things)
        return page

    def _ends(self, number: int, at: int, tokens: list[Token], joined: list[bool]) -> int:
        """Return the token after the phrase that begins at `at`, 0 where it does not stand."""
        here = at + 1
        for place in self._phrases[number][1:]:
            for _ in range(_MOST_SKIPPED + 1):
                if here >= len(tokens) or not joined[here - 1]:
                    return 0
                if place.fits(tokens[here]):
                    break
                if tokens[here].plain not in _SKIPPED:
                    return 0
                here += 1
            else:
                return 0
            here += 1
        return here

    def _collect(self, page: _Page, patterns: Iterable[_Ready]) -> dict[Owner, list[Found]]:
        evidence: dict[Owner, list[Found]] = {}
        for pattern in patterns:
            groups = [_places(group, page.found) for group in pattern.groups]
            if not all(groups):
                continue
            if len(groups) > 1:
                places = _close_together(groups, page.sentences, CLOSER if pattern.weak else CLOSE)
            else:
                places = [each for each in groups[0] if not pattern.weak or page.means(each)]
            if pattern.without and places:
                spoiled = {page.sentences[at] for at, _ in _places(pattern.without, page.found)}
                places = [each for each in places if page.sentences[each[0]] not in spoiled]
            if places:
                evidence.setdefault(pattern.owner, []).extend(places)
        return evidence


def _entries(subject: Subject) -> Iterable[tuple[str, list[tuple[str, Evidence]]]]:
    yield "topic", [(each.id, each.evidence) for each in subject.topics.values()]
    yield "term", [(each.id, each.evidence) for each in subject.terms.values()]
    yield "incident", [(each.id, each.evidence) for each in subject.incidents.values()]
    yield "rule", [(each.id, each.evidence) for each in subject.rules.values()]


def _without_other_things(
    found: Mapping[int, list[Found]], other_things: frozenset[int]
) -> dict[int, list[Found]]:
    masked = sorted(place for number in other_things for place in found.get(number, ()))
    covered = {at for start, end in masked for at in range(start, end)}
    if not covered:
        return dict(found)
    kept = {}
    for number, places in found.items():
        own = [place for place in places if not _is_masked(place, masked, covered)]
        if own and number not in other_things:
            kept[number] = own
    return kept


def _is_masked(place: Found, masked: list[Found], covered: set[int]) -> bool:
    start, end = place
    if not any(at in covered for at in range(start, end)):
        return False
    first = bisect_right(masked, (start, -1))
    inside = masked[first : first + 4]
    wider = any(start <= low and high <= end and high - low < end - start for low, high in inside)
    return not wider


def _places(group: tuple[int, ...], found: Mapping[int, list[Found]]) -> list[Found]:
    return sorted({place for number in group for place in found.get(number, ())})


def _close_together(groups: list[list[Found]], sentences: list[int], most: int) -> list[Found]:
    """Return the first place in each sentence where one of every group stands, all apart."""
    events = sorted((*place, group) for group, places in enumerate(groups) for place in places)
    last: dict[int, Found] = {}
    places: list[Found] = []
    done = -1
    for start, end, group in events:
        last[group] = (start, end)
        if sentences[start] == done or len(last) < len(groups):
            continue
        first = min(place[0] for place in last.values())
        after = max(place[1] for place in last.values())
        close = after - first <= most and sentences[first] == sentences[after - 1]
        if close and _apart(last.values()):
            places.append((first, after))
            done = sentences[start]
    return places


def _apart(places: Iterable[Found]) -> bool:
    in_order = sorted(places)
    return all(one[1] <= two[0] for one, two in pairwise(in_order))


def _belongs_elsewhere(place: Found, owner: Owner, strong: Mapping[Owner, list[Found]]) -> bool:
    """Whether ambiguous words are only part of a longer name of something else of this kind."""
    start, end = place
    if end - start > 2:
        return False
    return any(
        low <= start and end <= high and high - low > end - start and high - low <= 4
        for other, places in strong.items()
        if other != owner and other[0] == owner[0]
        for low, high in places
    )


@lru_cache(maxsize=4)
def lexicon_of(subject: Subject) -> Lexicon:
    """Return the lexicon of a vocabulary, made once."""
    return Lexicon(subject)
