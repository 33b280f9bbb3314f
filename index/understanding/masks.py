"""Names and quoted phrases of a question, each hidden behind one private character. Pure.

The grammar looks at what is left, so that no pattern can reach into a name, into quoted words, or
into words that a reader asked to leave as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from corpus.vocabulary import Vocabulary
from index.understanding.likeroles import find_misspelt_roles
from index.understanding.names import find_people

NAME = "[\ue000-\uf0ff]"
PHRASE = "[\uf100-\uf1ff]"
FIRST_PHRASE = "\uf100"
KEPT = "[\uf200-\uf8ff]"
_FIRST_NAME, _FIRST_KEPT = 0xE000, 0xF200
_MOST_NAMES, _MOST_PHRASES, _MOST_KEPT = 0x1000, 8, 0x600
_QUOTED = re.compile(
    r"\"([^\"]{2,200})\"|“([^”]{2,200})”|«([^»]{2,200})»|„([^“”]{2,200})[“”]"
    r"|(?<!\w)['‘]([^'’]{3,200})['’](?!\w)"
)
# "What did she tell reporters": whom she told it, and nobody who is asked.
_TELL = re.compile(r"\b(?:tell|tells|told|telling)\s+(?:the\s+)?$", re.IGNORECASE)
_THE_PRESS = re.compile(r"(?:reporter|journalist|interviewer|host)s?", re.IGNORECASE)
# Control and direction marks, and the characters that stand for masked words.
_NO_WORDS = re.compile(
    r"[\s\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff\ue000-\uf8ff]+"
)
# Marks of a page that a question was copied from; "a < b" is none.
_TAG = re.compile(
    r"</?(?:a|b|blockquote|br|cite|code|div|em|font|h[1-6]|i|li|mark|ol|p|pre|q|s|script|small|span|"
    r"strong|style|su[bp]|u|ul)(?:\s[^<>]{0,300})?/?>",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A role or person named in a question, and what the words could also mean."""

    kind: Literal["role", "speaker", "without role", "without speaker", "unknown speaker"]
    value: str
    words: str
    otherwise: str = ""  # the archive decided against it
    as_written: bool = True  # a person: written as the archive has it


@dataclass(slots=True)
class Masks:
    """What is hidden in one question, and what it says there."""

    phrases: list[str] = field(default_factory=list)
    named: list[tuple[Named, ...]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)  # of each of `named`, as it was written
    kept: list[str] = field(default_factory=list)

    def hide_phrases(self, question: str) -> str:
        """Return `question` with what stands in quotation marks hidden."""

        def mask(match: re.Match[str]) -> str:
            phrase = next(group for group in match.groups() if group is not None).strip(" .,?!")
            if not phrase or len(self.phrases) >= _MOST_PHRASES:
                return match.group()
            self.phrases.append(phrase)
            return chr(ord(FIRST_PHRASE) + len(self.phrases) - 1)

        return _QUOTED.sub(mask, question)

    def hide_names(
        self,
        question: str,
        vocabulary: Vocabulary,
        people: Collection[str],
        speaking: Callable[[str], bool] | None,
    ) -> str:
        """Return `question` with roles and people hidden, each read as the archive supports."""
        places = {
            one.span: Named("speaker", one.name, one.span.of(question), as_written=one.as_written)
            for one in find_people(question, people)
        }
        for span, role in vocabulary.find_roles(question):
            over = [other for other in places if span.start < other.end and other.start < span.end]
            if _THE_PRESS.fullmatch(span.of(question)) and _TELL.search(
                question[max(0, span.start - 20) : span.start]
            ):
                continue
            if not over:
                places[span] = Named("role", role, span.of(question))
            elif over == [span]:
                places[span] = _either(places[span], role, speaking)
        if not places:
            places = {
                span: Named("role", role, span.of(question), as_written=False)
                for span, role in find_misspelt_roles(question, vocabulary)
            }
        masked, end = "", 0
        for span, one in sorted(places.items())[:_MOST_NAMES]:
            masked += question[end : span.start] + self._hide((one,), one.words)
            end = span.end
        return masked + question[end:]

    def hide_together(self, masked: str, members: Iterable[Named]) -> str:
        """Return a character for words that name several who stand in one place."""
        many = tuple(members)
        return self._hide(many, self.show(masked)) if len(self.named) < _MOST_NAMES else masked

    def _hide(self, members: tuple[Named, ...], words: str) -> str:
        self.named.append(members)
        self.shown.append(words)
        return chr(_FIRST_NAME + len(self.named) - 1)

    def keep(self, words: str) -> str:
        """Return a character for words that stay in the text and are read as nothing."""
        if not words.strip() or len(self.kept) >= _MOST_KEPT:
            return ""
        self.kept.append(words.strip())
        return chr(_FIRST_KEPT + len(self.kept) - 1)

    def named_in(self, masked: str) -> list[Named]:
        """Return who is named in `masked`, in its order."""
        marks = re.findall(NAME, masked)
        return [one for mark in marks for one in self.named[ord(mark) - _FIRST_NAME]]

    def show(self, masked: str) -> str:
        """Return `masked` with everything hidden in it in its words."""
        text = re.sub(KEPT, lambda mark: self.kept[ord(mark.group()) - _FIRST_KEPT], masked)
        text = re.sub(
            PHRASE, lambda mark: self.phrases[ord(mark.group()) - ord(FIRST_PHRASE)], text
        )
        return re.sub(NAME, lambda mark: self.shown[ord(mark.group()) - _FIRST_NAME], text)


def clean(question: str, longest: int) -> str:
    """Return the first `longest` characters of `question` without marks that are no words."""
    plain = _NO_WORDS.sub(" ", question[: 10 * longest])
    return (_TAG.sub(" ", plain).strip() or plain.strip())[:longest]


def _either(person: Named, role: str, speaking: Callable[[str], bool] | None) -> Named:
    """Return a word that is somebody's surname and a role as what the archive supports.

    People are the archive's own; where a role speaks in it too, a capital means the name. A name
    that is only like theirs means the role.
    """
    named = person.words[:1].isupper() or (speaking is not None and not speaking(role))
    if named and person.as_written:
        return replace(person, otherwise=role)
    return Named("role", role, person.words, otherwise=person.value)
