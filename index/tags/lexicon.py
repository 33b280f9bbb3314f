"""The vocabulary's evidence made ready for reading: which of it a passage holds. Pure.

Phrases are found by `index/tags/phrasebook.py`, each once however many topics it is evidence for;
words that need only be close together are found in one sweep over a sentence. So reading takes time
in proportion to the text, whatever the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import pairwise

from corpus.phrases import Pattern
from corpus.topics import Evidence, Subject
from corpus.types import Span
from index.tags.phrasebook import Found, Page, Phrasebook

CLOSE = 12  # words from first to last of a pattern with "+"
CLOSER = 9  # the same, of ambiguous words
# Words farther apart than this are evidence only beside other evidence for the same. Measured on
# passages not seen before: seven points of precision for none of recall.
ALONE, ALONE_AMBIGUOUS = 8, 7
_REMEMBERED = 64  # texts read lately: what stands around one passage is the next to be read

Owner = tuple[str, str]  # kind and id of what a pattern is evidence for

_SETTING: Owner = ("setting", "")  # of the words that show the beat
_ELSEWHERE: Owner = ("elsewhere", "")  # of those that show another walk of life
_ALL_THE_SAME: Owner = ("elsewhere", "unless")  # of those that show the beat in spite of them
_ALWAYS = frozenset({"incident", "rule"})  # names are names, whatever else is spoken of


class _Needs(IntEnum):
    """What must speak of the beat before a pattern is evidence."""

    NOTHING = 0
    SURROUNDINGS = 1  # the passage or what stands around it
    PASSAGE = 2  # the passage itself


@dataclass(frozen=True, slots=True)
class _Ready:
    """A pattern with its groups of phrases as numbers, and what it is evidence for."""

    groups: tuple[frozenset[int], ...]
    without: frozenset[int]
    owner: Owner
    needs: _Needs
    is_name: bool  # a phrase that is never ambiguous


@dataclass(frozen=True, slots=True)
class _Looked:
    """A text with the patterns that hold there."""

    page: Page
    held: tuple[tuple[_Ready, list[Found]], ...]
    in_setting: bool  # it speaks of the beat
    elsewhere: bool  # it speaks of another walk of life


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read in one passage."""

    content: str
    surrounded: bool  # it speaks of the beat, or what stands around it does
    evident: Mapping[Owner, list[Span]]  # what there is evidence for, the unambiguous first

    def all_of(self, kind: str, entry_id: str) -> list[Span]:
        """Return where the evidence for an entry stands."""
        return self.evident.get((kind, entry_id), [])


class Lexicon:
    """The vocabulary, ready to read passages."""

    def __init__(self, subject: Subject) -> None:
        self._book = Phrasebook(subject.spellings)
        self._other_things = self._phrases_of(subject.other_things)
        self._patterns: list[_Ready] = []
        self._add(subject.setting, _SETTING)
        self._add(subject.elsewhere, _ELSEWHERE)
        self._add(subject.all_the_same, _ALL_THE_SAME)
        for kind, entries in _entries(subject):
            for entry_id, evidence in entries:
                owner = (kind, entry_id)
                strong = _Needs.SURROUNDINGS if evidence.needs_setting else _Needs.NOTHING
                self._add(evidence.strong, owner, strong, named=True)
                self._add(evidence.in_surroundings, owner, _Needs.SURROUNDINGS)
                self._add(evidence.in_setting, owner, _Needs.PASSAGE)
        self._opened_by = _opened_by(self._patterns)
        self._look = lru_cache(maxsize=_REMEMBERED)(self._look_at)

    def read(self, content: str, around: str = "") -> Seen:
        """Return the evidence that stands in `content`; `around` may only show the setting."""
        looked = self._look(content)
        surrounded = looked.in_setting or any(
            self._look(line).in_setting for line in around.split("\n") if line
        )
        return Seen(content, surrounded, _evident(looked, surrounded))

    def _look_at(self, content: str) -> _Looked:
        page = self._book.read(content)
        page.found = _without_other_things(page.found, self._other_things)
        held = tuple(self._collect(page))
        owners = {pattern.owner for pattern, _ in held}
        elsewhere = _ELSEWHERE in owners and _ALL_THE_SAME not in owners
        in_setting = _SETTING in owners or any(
            pattern.owner[0] == "incident" and not pattern.needs for pattern, _ in held
        )
        return _Looked(page, held, in_setting and not elsewhere, elsewhere)

    def _add(
        self,
        patterns: Iterable[Pattern],
        owner: Owner,
        needs: _Needs = _Needs.NOTHING,
        *,
        named: bool = False,
    ) -> None:
        for pattern in patterns:
            groups = tuple(frozenset(map(self._book.number, group)) for group in pattern.groups)
            without = frozenset(map(self._book.number, pattern.without))
            is_name = named and len(groups) == 1
            self._patterns.append(_Ready(groups, without, owner, needs, is_name))

    def _phrases_of(self, patterns: Iterable[Pattern]) -> frozenset[int]:
        phrases = (phrase for pattern in patterns for group in pattern.groups for phrase in group)
        return frozenset(map(self._book.number, phrases))

    def _collect(self, page: Page) -> Iterable[tuple[_Ready, list[Found]]]:
        """Yield the patterns that hold, in their order, and where."""
        opened = {at for number in page.found for at in self._opened_by.get(number, ())}
        there: dict[frozenset[int], list[Found]] = {}  # group → where its phrases stand
        for pattern in [self._patterns[at] for at in sorted(opened)]:
            if any(group.isdisjoint(page.found) for group in pattern.groups):
                continue
            for group in (*pattern.groups, pattern.without):
                if group not in there:
                    there[group] = _places(group, page.found)
            if places := _where(pattern, page, there):
                yield pattern, places


def _entries(subject: Subject) -> Iterable[tuple[str, list[tuple[str, Evidence]]]]:
    yield "topic", [(each.id, each.evidence) for each in subject.topics.values()]
    yield "term", [(each.id, each.evidence) for each in subject.terms.values()]
    yield "incident", [(each.id, each.evidence) for each in subject.incidents.values()]
    yield "rule", [(each.id, each.evidence) for each in subject.rules.values()]


def _without_other_things(
    found: Mapping[int, list[Found]], other_things: frozenset[int]
) -> dict[int, list[Found]]:
    masked = sorted(place for number in other_things & found.keys() for place in found[number])
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


def _opened_by(patterns: list[_Ready]) -> dict[int, list[int]]:
    """Return for each phrase the patterns worth a look where it stands.

    A pattern with several groups is looked at for the one whose words are rarest in the vocabulary:
    "gun" opens few, or every passage that says it would cost hundreds of looks.
    """
    common = Counter(number for each in patterns for group in each.groups for number in group)
    opened_by: dict[int, list[int]] = {}
    for at, pattern in enumerate(patterns):
        for number in min(pattern.groups, key=lambda group: max(common[one] for one in group)):
            opened_by.setdefault(number, []).append(at)
    return opened_by


def _places(group: frozenset[int], found: Mapping[int, list[Found]]) -> list[Found]:
    there = [found[number] for number in group & found.keys()]
    return there[0] if len(there) == 1 else sorted({place for places in there for place in places})


def _where(pattern: _Ready, page: Page, there: Mapping[frozenset[int], list[Found]]) -> list[Found]:
    weak = pattern.needs == _Needs.PASSAGE
    places = there[pattern.groups[0]]
    if len(pattern.groups) > 1:
        groups = [there[group] for group in pattern.groups]
        places = _close_together(groups, page.clauses, CLOSER if weak else CLOSE)
    elif weak and page.only_opening:
        places = [each for each in places if each not in page.only_opening]
    if places and there[pattern.without]:
        spoiled = {page.sentences[at] for at, _ in there[pattern.without]}
        places = [each for each in places if page.sentences[each[0]] not in spoiled]
    return places


def _close_together(groups: list[list[Found]], clauses: list[int], most: int) -> list[Found]:
    """Return the first place in each sentence where one of every group stands, all apart."""
    events = sorted((*place, group) for group, places in enumerate(groups) for place in places)
    last: dict[int, Found] = {}
    places: list[Found] = []
    done = -1
    for start, end, group in events:
        last[group] = (start, end)
        if clauses[start] == done or len(last) < len(groups):
            continue
        first = min(place[0] for place in last.values())
        after = max(place[1] for place in last.values())
        close = after - first <= most and clauses[first] == clauses[after - 1]
        if close and _apart(last.values()):
            places.append((first, after))
            done = clauses[start]
    return places


def _apart(places: Iterable[Found]) -> bool:
    in_order = sorted(places)
    return all(one[1] <= two[0] for one, two in pairwise(in_order))


def _belongs_to_other(place: Found, owner: Owner, strong: Mapping[Owner, list[Found]]) -> bool:
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


def _evident(looked: _Looked, surrounded: bool) -> dict[Owner, list[Span]]:
    """Return what the patterns that hold are evidence for, where what they need is there."""
    enough = {
        _Needs.NOTHING: True,
        _Needs.SURROUNDINGS: surrounded,
        _Needs.PASSAGE: looked.in_setting,
    }
    named: dict[Owner, list[Found]] = {}
    for pattern, places in looked.held:
        if pattern.is_name:
            named.setdefault(pattern.owner, []).extend(places)
    evident: dict[Owner, list[Found]] = {}
    worth: Counter[Owner] = Counter()
    for pattern, places in looked.held:
        owner = pattern.owner
        if not enough[pattern.needs] or (looked.elsewhere and owner[0] not in _ALWAYS):
            continue
        own = places
        if pattern.needs == _Needs.PASSAGE:
            own = [place for place in places if not _belongs_to_other(place, owner, named)]
        if own:
            evident.setdefault(owner, []).extend(own)
            worth[owner] += 2 if _stands_alone(pattern, own) else 1
    spans = looked.page.spans
    return {owner: spans(places) for owner, places in evident.items() if worth[owner] > 1}


def _stands_alone(pattern: _Ready, places: Iterable[Found]) -> bool:
    if len(pattern.groups) == 1 or pattern.owner[0] in _ALWAYS:
        return True
    most = ALONE_AMBIGUOUS if pattern.needs == _Needs.PASSAGE else ALONE
    return any(after - first <= most for first, after in places)


@lru_cache(maxsize=4)
def lexicon_of(subject: Subject) -> Lexicon:
    """Return the lexicon of a vocabulary, made once."""
    return Lexicon(subject)
