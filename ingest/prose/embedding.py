"""Words told by another: "Ostrow recalled Vance telling him: “…”" are Vance's. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.prose.cueverbs import QUOTING, words
from ingest.prose.language import Parse, Token

# Verbs whose object says something: she heard Lund say, he quoted Roe as saying.
_HEARING = words("recall remember recollect hear overhear describe quote cite see watch imagine")
_FAR = 10  # words of the name and of what stands around it
_NAMING = frozenset({"NNP", "NNPS", "NN", "DT", "PRP", "PRP$", "POS", "JJ", ",", "HYPH"})
_BETWEEN = frozenset({"PRP", "NNP", "NN", "DT", "RB", "IN", "TO", ",", ":", "``", "''"})
_CLAUSE = frozenset({"IN", "TO", "CC", "PRP", "WP", "WRB", "MD", "VBD", "VBZ"})


@dataclass(frozen=True, slots=True)
class Telling:
    """A verb of speech, or "according to", and the head of the phrase that speaks."""

    verb: Token
    speaker: Token
    hearsay: bool = False  # told inside what another tells


def embedded_near(parse: Parse, inside: Sequence[Token]) -> tuple[Telling | None] | None:
    """Return who says a quotation that another remembers or quotes; None where nobody does.

    Args:
        parse: of the paragraph.
        inside: the tokens that stand for the quotation.

    Returns:
        The cue in a tuple; (None,) where it is another's words, and a pronoun's.
    """
    first, last = inside[0].index, inside[-1].index
    for verb in parse.sentence(inside[0].sentence):
        if (
            verb.tag not in {"VBG", "VB"}
            or verb.lemma not in QUOTING
            or first <= verb.index <= last
        ):
            continue
        speaker = _heard(parse, verb)
        if speaker is None:
            continue
        before = verb.index < first and all(
            token.tag in _BETWEEN for token in parse.tokens[verb.index + 1 : first]
        )
        if before or (verb.index > last and parse.tokens[verb.index - 1].text == "as"):
            is_named = speaker.tag != "PRP"
            return (Telling(verb, speaker, hearsay=True) if is_named else None,)
    return None


def _heard(parse: Parse, verb: Token) -> Token | None:
    """Return the object of a verb of hearing that is right before a verb of speech."""
    at = verb.index - 1
    if at > 0 and parse.tokens[at].text == "as":
        at -= 1
    speaker = parse.tokens[max(0, at)]
    if speaker.tag not in {"NNP", "NNPS", "NN", "PRP"}:
        return None
    for token in reversed(parse.tokens[max(0, at - _FAR) : at]):
        if token.sentence != verb.sentence:
            return None
        if token.is_verb:
            return speaker if token.lemma in _HEARING else None
        if token.tag not in _NAMING:
            return None
    return None


def named_behind(parse: Parse, verb: Token) -> Token | None:
    """Return the name behind a verb that was misread: “…,” said dolly grip Ann Roe."""
    before = parse.tokens[verb.index - 1] if verb.index else None
    finite = verb.tag in {"VBD", "VBZ", "VBP"} and verb.lemma != "tell"
    if before is None or before.text != '"' or not finite:
        return None
    behind = parse.tokens[verb.index + 1 : verb.index + _FAR]
    for token, after in pairwise(behind):
        if token.sentence != verb.sentence or not token.text.isalpha() or token.tag in _CLAUSE:
            return None
        if token.is_proper and token.entity == "PERSON" and after.text in {".", ","}:
            return token
    return None
