"""Where the people of a recording are named in its words, however the name is spelt. Pure.

A mention means one person or nobody: a first name two people share, or a spelling as near to one
as to another, is left out. What a mention says of who speaks is not decided here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from corpus.names import GENERATION, folded_words
from corpus.types import Span
from ingest.names.likeness import is_like, is_like_beside

_TOKEN = re.compile(r"[^\W\d_]+(?:[-'’.][^\W\d_]+)*")
_GAP = re.compile(r"\.?[ \t]+|[ \t]*-[ \t]*")  # between the names of one person
_CONTRACTION = re.compile(r"['’](?:m|re|ve|ll|d|t)$", re.IGNORECASE)  # "I'm" is no name
_MIDDLE = 2  # words that may stand between first and last name
_SHORTENED = 3  # letters of a first name cut short ("Kim" of "Kimberly")
_TAIL = 3  # words a last name may be written in
_HONORIFICS = frozenset({"mr", "mrs", "ms", "mx", "miss", "dr", "prof", "professor", "sir"})
_PARTICLES = frozenset(
    re.findall(r"\w+", "de da do dos del della di du la le van von der den ter ten bin al el")
)
# Words that open a sentence with a capital and are no first name.
_OPENERS = frozenset(
    re.findall(
        r"\w+",
        """
        so well and but now thanks thank hi hello hey yes no okay ok welcome because when if then
        as with for after before while did does is was has had can could would the what why how
        where armorer armourer director producer sheriff detective officer reporter
        """,
    )
)


class Form(Enum):
    """How much of a name is said."""

    FULL = "full"
    LAST = "last"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Known:
    """A person who may be named: number in the list, and the words of the name."""

    number: int
    name: str
    first: str
    last: str  # joined: "vansickle"

    @classmethod
    def of(cls, number: int, name: str) -> Known:
        """Read a name; initials and "Jr." are no words of it."""
        words = [word for word in folded_words(name) if len(word) > 1]
        while len(words) > 2 and GENERATION.fullmatch(words[-1]):
            words.pop()
        tail = len(words) - 1
        while tail > 1 and words[tail - 1] in _PARTICLES:
            tail -= 1
        first = words[0] if len(words) > 1 else ""
        last = "".join(words[tail:]) if words else ""
        # "Ye-jin", "Ruiz-Odell": one word where they are said, and several when folded.
        for piece in name.split():
            joined = "".join(folded_words(piece))
            parts = folded_words(piece)
            if len(parts) > 1 and parts[0] == first and joined != last:
                first = joined
            elif len(parts) > 1 and parts[-1] == last:
                last = joined
        return cls(number, name, first, last)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where one known person is named."""

    person: int  # number of the `Known`
    span: Span  # in the text searched
    form: Form
    heard: str  # the words as they stand there
    possessive: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    span: Span
    folded: str
    proper: bool
    possessive: bool


_Found = tuple[tuple[int, ...], int, Form]  # who it can be, in how many words, how much is said


@dataclass(slots=True)
class Finder:
    """Finds the mentions of known people in stretches of one text."""

    people: Sequence[Known]
    cased: bool = True  # the text has capitals; without them only exact single names count
    _heads: dict[str, tuple[Known, ...]] = field(default_factory=dict)
    _firsts: dict[str, tuple[int, ...]] = field(default_factory=dict)
    _lasts: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def find(self, content: str, span: Span) -> Iterator[Mention]:
        """Yield the mentions inside `span`, in order, none inside another."""
        tokens = tuple(_tokens(content, span))
        place = 0
        while place < len(tokens):
            found = self._full(content, tokens, place) or self._single(content, tokens, place)
            if found is None:
                place += 1
                continue
            numbers, count, form = found
            if len(numbers) == 1:
                last = tokens[place + count - 1]
                where = Span(tokens[place].span.start, last.span.end)
                yield Mention(numbers[0], where, form, where.of(content), last.possessive)
            place += count

    def _full(self, content: str, tokens: Sequence[_Token], place: int) -> _Found | None:
        """Return who has the full name that begins here, and how many words it takes."""
        head = tokens[place]
        if (self.cased and not head.proper) or head.possessive:
            return None
        if head.folded not in self._heads:
            self._heads[head.folded] = tuple(
                each
                for each in self.people
                if each.first and self._fits_first(head.folded, each.first)
            )
        able = self._heads[head.folded]
        found = self._tails(content, tokens, place, able) if able else {}
        return (tuple(found), max(found.values()), Form.FULL) if found else None

    def _fits_first(self, word: str, first: str) -> bool:
        if not self.cased:
            return is_like(word, first)
        return is_like_beside(word, first) or (len(word) >= _SHORTENED and first.startswith(word))

    def _tails(
        self, content: str, tokens: Sequence[_Token], place: int, able: Sequence[Known]
    ) -> dict[int, int]:
        """Return whose last name follows, by number, and how many words the whole name takes."""
        found: dict[int, int] = {}
        for start in range(place + 1, min(place + 2 + _MIDDLE, len(tokens))):
            joined = ""
            for end in range(start, min(start + _TAIL, len(tokens))):
                if not _is_joined(content, tokens[end - 1], tokens[end]):
                    break
                joined += tokens[end].folded
                if not tokens[end].proper and self.cased:
                    continue
                for known in able:
                    if known.number not in found and is_like_beside(joined, known.last):
                        found[known.number] = end - place + 1
            if not self._may_be_middle(content, tokens, start):
                break
        return found

    def _may_be_middle(self, content: str, tokens: Sequence[_Token], place: int) -> bool:
        joined = _is_joined(content, tokens[place - 1], tokens[place])
        word = tokens[place]
        return joined and (len(word.folded) == 1 or (self.cased and word.proper))

    def _single(self, content: str, tokens: Sequence[_Token], place: int) -> _Found | None:
        token = tokens[place]
        if self.cased and not token.proper:
            return None
        lasts = self._likes(token.folded, self._lasts, last=True)
        if lasts and not self._has_first_name(content, tokens, place):
            return lasts, 1, Form.LAST
        firsts = self._likes(token.folded, self._firsts, last=False)
        if firsts and not self._has_last_name(content, tokens, place):
            return firsts, 1, Form.FIRST
        return None

    def _likes(
        self, word: str, cache: dict[str, tuple[int, ...]], *, last: bool
    ) -> tuple[int, ...]:
        """Return every person whose first (or last) name the word may be, misspelt or not."""
        if word not in cache:
            names = [(each.number, each.last if last else each.first) for each in self.people]
            like = tuple(number for number, name in names if name and is_like(word, name))
            exact = any(name == word for _, name in names)
            cache[word] = like if self.cased or exact else ()
        return cache[word]

    def _has_first_name(self, content: str, tokens: Sequence[_Token], place: int) -> bool:
        """Say whether somebody else's first name stands before ("Femi Okafor")."""
        if place == 0 or not _is_joined(content, tokens[place - 1], tokens[place]):
            return False
        before = tokens[place - 1]
        return self.cased and before.proper and before.folded not in _HONORIFICS | _OPENERS

    def _has_last_name(self, content: str, tokens: Sequence[_Token], place: int) -> bool:
        """Say whether a last name nobody here has stands after ("Ines Moreau")."""
        if place + 1 == len(tokens) or tokens[place].possessive:
            return False
        after = tokens[place + 1]
        return self.cased and after.proper and _is_joined(content, tokens[place], after)


def _tokens(content: str, span: Span) -> Iterator[_Token]:
    for match in _TOKEN.finditer(content, span.start, span.end):
        word, end = match.group(), match.end()
        owns = re.search(r"['’]s?$", word) if len(word) > 2 else None
        if owns:
            word, end = word[: owns.start()], match.start() + owns.start()
        where = Span(match.start(), end)
        proper = not word[:1].islower() and not _CONTRACTION.search(word)
        yield _Token(where, _fold(word), proper, owns is not None)


def _is_joined(content: str, one: _Token, other: _Token) -> bool:
    """Say whether two words stand side by side; a dot joins only after an initial."""
    gap = content[one.span.end : other.span.start]
    if one.possessive or not _GAP.fullmatch(gap):
        return False
    return not gap.startswith(".") or len(one.folded) == 1 or one.folded in _HONORIFICS


@lru_cache(maxsize=16384)
def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word)
    letters = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return "".join(re.findall(r"[^\W_]+", letters))
