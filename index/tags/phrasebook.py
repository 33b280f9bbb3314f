"""The phrases of a vocabulary found in a text, all in one pass over its words. Pure.

A word that was met before is looked up once; what may follow it is found by the next word, however
many phrases begin there. So reading takes time in proportion to the text, whatever the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from corpus.phrases import Phrase, Word
from corpus.types import Span
from index.passages import sentence_spans
from index.tags.wordforms import TOKEN, forms_of, plain_of, spell

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
_PAUSE = re.compile(r"[,;:–—]")
# After a pause these go on with something else: words on both sides of them are not together.
_GOES_ON = frozenset("and but or so because which who whom whose though although while not".split())
_MOST_KNOWN = 50_000  # words kept with what they begin; hostile text has no end of new ones

Found = tuple[int, int]  # first word, word after the last
_Place = frozenset[str]  # what may stand there: in small letters, or with its capital
_Longer = dict[str, list[tuple[int, tuple[_Place, ...]]]]  # second word → phrases and their rest


@dataclass(frozen=True, slots=True)
class _Known:
    """A word as it is compared, and the phrases it begins."""

    raw: str  # with its capital, without the owner's 's
    plain: str
    skipped: bool
    alone: tuple[int, ...]  # phrases of this one word
    by_capital: tuple[int, ...]  # those that it is by its capital only
    longer: tuple[_Longer, ...]


@dataclass(slots=True)
class Page:
    """A text being read: its words, their sentences, and which phrase stands where."""

    content: str
    words: list[_Known]
    starts: list[int]
    ends: list[int]
    found: dict[int, list[Found]] = field(default_factory=dict)
    only_opening: set[Found] = field(default_factory=set)  # capitals that may be no name
    _sentences: list[int] | None = None
    _clauses: list[int] | None = None

    @property
    def sentences(self) -> list[int]:
        """For each word the number of its sentence."""
        if self._sentences is None:
            spans = sentence_spans(self.content, Span(0, len(self.content)))
            firsts = [span.start for span in spans]
            self._sentences = [bisect_right(firsts, start) for start in self.starts]
        return self._sentences

    @property
    def clauses(self) -> list[int]:
        """For each word the number of its clause; a clause never goes over two sentences."""
        if self._clauses is None:
            number, self._clauses = 0, []
            before = 0
            for at, sentence in enumerate(self.sentences):
                if sentence != before or (at and self._begins_clause(at)):
                    number, before = number + 1, sentence
                self._clauses.append(number)
        return self._clauses

    def _begins_clause(self, at: int) -> bool:
        between = self.content[self.ends[at - 1] : self.starts[at]]
        return bool(_PAUSE.search(between)) and self.words[at].plain in _GOES_ON

    def joined(self, at: int) -> bool:
        """Return whether the word at `at` and the next belong to one phrase."""
        between = self.content[self.ends[at] : self.starts[at + 1]]
        if between in (" ", "-"):
            return True
        return _JOINS.fullmatch(between) is not None and (
            self.sentences[at] == self.sentences[at + 1]
        )

    def opens_a_sentence(self, at: int) -> bool:
        """Whether the word owes its capital to its place; in quotation marks it is a title."""
        if at and self.sentences[at - 1] == self.sentences[at]:
            return False
        start = self.starts[at]
        return not (start and self.content[start - 1] in "“\"‘'«„")

    def spans(self, places: Iterable[Found]) -> list[Span]:
        """Return places, counted in words, as characters."""
        return [Span(self.starts[first], self.ends[after - 1]) for first, after in places]


class Phrasebook:
    """Phrases by number, and where they stand in a text."""

    def __init__(self, spellings: Mapping[str, str]) -> None:
        self._spellings = spellings
        self._numbers: dict[Phrase, int] = {}
        self._alone: dict[str, list[int]] = {}
        self._longer: dict[str, _Longer] = {}
        self._known: dict[str, _Known] = {}

    def number(self, phrase: Phrase) -> int:
        """Return the number of a phrase, which is looked for from now on."""
        if phrase not in self._numbers:
            number = self._numbers[phrase] = len(self._numbers)
            first, *rest = (self._place(words) for words in phrase)
            for form in first:
                if not rest:
                    self._alone.setdefault(form, []).append(number)
                    continue
                longer = self._longer.setdefault(form, {})
                for second in rest[0]:
                    longer.setdefault(second, []).append((number, tuple(rest[1:])))
        return self._numbers[phrase]

    def read(self, content: str) -> Page:
        """Return the words of `content` and every phrase that stands there."""
        words, starts, ends = [], [], []
        known = self._known
        for match in TOKEN.finditer(content):
            text = match.group()
            words.append(known.get(text) or self._meet(text))
            starts.append(match.start())
            ends.append(match.end())
        page = Page(content, words, starts, ends)
        for at, word in enumerate(words):
            if word.alone:
                _note_alone(page, at, word)
            for longer in word.longer:
                _follow(page, at, longer)
        return page

    def _meet(self, text: str) -> _Known:
        raw, plain = plain_of(text)
        plain = spell(plain, self._spellings)
        capital = self._alone.get(raw, []) if raw != plain else []
        forms = [plain] if raw == plain else [plain, raw]
        word = _Known(
            raw=raw,
            plain=plain,
            skipped=plain in _SKIPPED,
            alone=tuple(dict.fromkeys((*self._alone.get(plain, []), *capital))),
            by_capital=tuple(capital),
            longer=tuple(self._longer[form] for form in forms if form in self._longer),
        )
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[text] = word
        return word

    def _place(self, words: Iterable[Word]) -> _Place:
        forms: set[str] = set()
        for word in words:
            if word.capital:
                forms |= {word.text} if word.exact else {word.text, f"{word.text}s"}
            else:
                text = spell(word.text, self._spellings)
                forms |= {text} if word.exact else forms_of(text)
        return frozenset(forms)


def _note_alone(page: Page, at: int, word: _Known) -> None:
    place = (at, at + 1)
    found = page.found
    for number in word.alone:
        if number in found:
            found[number].append(place)
        else:
            found[number] = [place]
    if word.by_capital and page.opens_a_sentence(at):
        page.only_opening.add(place)


def _follow(page: Page, at: int, longer: _Longer) -> None:
    """Note the phrases that begin at `at`, by the words that follow."""
    words, last = page.words, len(page.words) - 1
    if at == last:
        return
    following = words[at + 1]
    if not (following.skipped or following.plain in longer or following.raw in longer):
        return  # most words: nothing that begins here goes on so
    done: set[int] = set()
    for here in range(at + 1, min(at + _MOST_SKIPPED + 1, last) + 1):
        if not page.joined(here - 1):
            return
        word = words[here]
        for number, rest in _second(word, longer):
            if number not in done and (end := _ends(rest, here + 1, page)):
                page.found.setdefault(number, []).append((at, end))
            done.add(number)
        if not word.skipped:
            return


def _second(word: _Known, longer: _Longer) -> list[tuple[int, tuple[_Place, ...]]]:
    there = longer.get(word.plain, [])
    return there if word.raw == word.plain else there + longer.get(word.raw, [])


def _ends(rest: tuple[_Place, ...], here: int, page: Page) -> int:
    """Return the word after a phrase whose `rest` follows from `here` on, 0 where it does not."""
    words = page.words
    for place in rest:
        for _ in range(_MOST_SKIPPED + 1):
            if here >= len(words) or not page.joined(here - 1):
                return 0
            if words[here].plain in place or words[here].raw in place:
                break
            if not words[here].skipped:
                return 0
            here += 1
        else:
            return 0
        here += 1
    return here
