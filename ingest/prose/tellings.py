"""Cues: which verb tells that somebody's words follow or went before, and who speaks.

Reads the grammar of one parsed paragraph in which every quotation is one short word; knows
nobody by name. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.types import Span
from ingest.prose.cueverbs import BESIDE, QUOTING, REPORTING, SPEECH_NOUNS, words
from ingest.prose.embedding import Telling, embedded_near, named_behind
from ingest.prose.language import Parse, Token

_UNREAL = words("will would could may might should can must wo ca 'll ’ll 'd ’d")
_NOBODY = words(
    """
    nobody none no few anyone anybody everyone everybody someone somebody some many most people
    one it there this that these those what which you i we others
    """
)
_FAR = 30  # words between a subject and its verb
_NEGATIVE = words("never falsely neither hardly")


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """What somebody told in the writer's words: the clause."""

    telling: Telling
    span: Span


def telling_of(parse: Parse, quote: Span, quotes: Sequence[Span]) -> Telling | None:
    """Return the cue of the quotation at `quote`: by grammar, else by where it stands.

    Args:
        parse: of the paragraph with short words in place of its quotations.
        quote: where the word for this quotation stands.
        quotes: where the words for all of them stand; a verb inside one is no cue.
    """
    inside = [token for token in parse if quote.start <= token.start < quote.end]
    if not inside:
        return None
    if embedded := embedded_near(parse, inside):
        return embedded[0]
    top = next((t for t in inside if (h := parse.head(t)) is None or h not in inside), inside[0])
    for token in parse.above(top):
        if token not in inside and (found := _told_by(parse, token, quotes)):
            return found
    return _by_place(parse, inside, quotes)


def is_alone(parse: Parse, quote: Span, quotes: Sequence[Span]) -> bool:
    """Say whether nothing but quotations stands in the sentence of this one."""
    number = next((t.sentence for t in parse if quote.start <= t.start < quote.end), None)
    if number is None:
        return False
    return not any(
        token.text.isalnum() and not _is_inside(token, quotes) for token in parse.sentence(number)
    )


def lead_in(parse: Parse, quotes: Sequence[Span]) -> Telling | None:
    """Return the cue of a paragraph that ends in a colon: "Carpenter wrote:"."""
    last = [token for token in parse if token.text.strip()][-1:]
    if not last or last[0].text != ":":
        return None
    return _in_sentence(parse, last[0].sentence, quotes)


def paraphrases(parse: Parse, quotes: Sequence[Span]) -> Iterator[Paraphrase]:
    """Yield each clause that somebody is said to have said, in order; none inside another."""
    end = -1
    for token in parse:
        found = _paraphrase(parse, token, quotes)
        if found and found.span.start >= end:
            yield found
            end = found.span.end


# ── the cue of a quotation ───────────────────────────────────────────────────────────────────


def _is_inside(token: Token, quotes: Sequence[Span]) -> bool:
    return any(quote.start <= token.start < quote.end for quote in quotes)


def _told_by(parse: Parse, token: Token, quotes: Sequence[Span]) -> Telling | None:
    """Return what `token` tells, if it is a cue and somebody is named with it."""
    if _is_inside(token, quotes):
        return None
    if token.text.lower() == "according":
        return _according(parse, token)
    if token.text == "states" and (paper := parse.child(token, "compound")):
        return Telling(token, paper)  # read as a noun: “…,” the affidavit states
    if not token.is_verb or token.lemma not in QUOTING:
        return _noun_of_speech(parse, token)
    owned = _noun_of_speech(parse, token) if token.lemma == "read" else None
    speaker = _subject(parse, token)
    if owned or speaker is None:
        return owned
    return Telling(token, speaker, hearsay=_is_hearsay(parse, token, speaker))


def _is_hearsay(parse: Parse, verb: Token, speaker: Token) -> bool:
    outer = next((above for above in parse.above(verb) if _is_reporting(parse, above)), None)
    if outer is None or verb.dep != "ccomp":
        return False
    other = _subject(parse, outer)
    return other is not None and other.index != speaker.index


def _according(parse: Parse, token: Token) -> Telling | None:
    beside = parse.tokens[token.index + 1 : token.index + 2]
    to = parse.child(token, "prep") or next((t for t in beside if t.text == "to"), None)
    source = parse.child(to, "pobj", "dobj", "pcomp") if to else None
    if source is None:
        return None
    issued = _noun_of_speech(parse, source) if source.lemma == "statement" else None
    return Telling(token, issued.speaker if issued else source)


def _subject(parse: Parse, verb: Token, depth: int = 0) -> Token | None:
    """Return the head of who says `verb`."""
    subjects = [each for each in parse.children(verb) if each.dep == "nsubj"]
    names = [each for each in subjects if each.is_proper]
    subject = next(iter([*names[-1:], *subjects]), None)  # "Hale’s lawyer Bo Roe": the name
    if subject is not None:
        return _owner_of_relative(parse, verb) if subject.tag in {"WP", "WDT"} else subject
    if depth > 3 or parse.child(verb, "nsubjpass"):
        agent = parse.child(verb, "agent")  # she was told “no” by the producer
        return parse.child(agent, "pobj") if agent else None
    if found := _put_beside(parse, verb):
        return found
    behind = parse.child(verb, "dobj", "oprd", "attr", "npadvmod")
    if behind and behind.index > verb.index and _is_inverted(parse, verb, behind):
        return behind
    return named_behind(parse, verb) or _subject_above(parse, verb, depth)


def _put_beside(parse: Parse, verb: Token) -> Token | None:
    """Return a subject read as put beside a place: "At a talk in Bonn, Ann Roe, who …, said"."""
    before = parse.tokens[verb.index - 1] if verb.index else None
    if before is None or before.text != "," or verb.tag not in {"VBD", "VBZ", "VBP"}:
        return None
    for token in reversed(parse.tokens[max(0, before.index - _FAR) : before.index]):
        if token.sentence != verb.sentence:
            return None
        if token.is_proper and token.dep == "appos":
            held = any(each.dep in {"nsubj", "relcl"} for each in parse.above(token))
            ends = parse.under(token)[-1].index in {before.index - 1, before.index}
            return token if ends and not held else None
    return None


def _owner_of_relative(parse: Parse, verb: Token) -> Token | None:
    head = parse.head(verb)
    return head if verb.dep == "relcl" and head and not head.is_verb else None


def _subject_above(parse: Parse, verb: Token, depth: int) -> Token | None:
    """Return whose saying it is where the subject stands with another verb."""
    head = parse.head(verb)
    if head is None:
        return None
    above = parse.head(head) if head.text == "as" else head
    if above and above.lemma == "quote":
        behind = None if above is head else parse.child(above, "dobj")
        if quoted := parse.child(above, "nsubjpass") or behind:
            return quoted
    shares = verb.dep in {"conj", "xcomp"} or verb.tag in {"VBG", "VB"}
    if shares and verb.dep in {"conj", "xcomp", "advcl", "ccomp", "dep"} and head.is_verb:
        return parse.child(head, "nsubjpass") or _subject(parse, head, depth + 1)
    return None


def _is_inverted(parse: Parse, verb: Token, behind: Token) -> bool:
    """Say whether what follows a verb is who said it: “…,” tweeted Roe."""
    before = parse.tokens[verb.index - 1] if verb.index else None
    first = min(token.index for token in parse.under(behind))
    closes = before is not None and before.text in {'"', ",", "?", "!"}
    is_finite = verb.tag in {"VBD", "VBZ", "VBP", "VBN"} and verb.lemma != "tell"
    return closes and first == verb.index + 1 and is_finite


def _noun_of_speech(parse: Parse, token: Token) -> Telling | None:
    """Return the speaker of "Carpenter’s answer was simple: …", "a statement from Roe read …"."""
    for noun in (token, parse.child(token, "nsubj", "pobj")):
        if noun is None or noun.lemma not in SPEECH_NOUNS or not noun.tag.startswith("NN"):
            continue
        if owner := parse.child(noun, "poss"):
            return Telling(noun, owner)
        for child in parse.children(noun):
            source = parse.child(child, "pobj") if child.text in {"from", "by"} else None
            if source:
                return Telling(noun, source)
    return None


def _by_place(parse: Parse, inside: Sequence[Token], quotes: Sequence[Span]) -> Telling | None:
    """Return the cue of a quotation on which the grammar is silent: what stands next to it."""
    number = inside[0].sentence
    words = [t for t in parse.sentence(number) if not _is_inside(t, quotes)]
    before = [t for t in words if t.index < inside[0].index and t.text != '"']
    if before and before[-1].text == ":" and all(t.text[:1].isupper() for t in before[:-1]):
        return Telling(before[-1], before[-2]) if len(before) > 1 else None
    if found := _in_sentence(parse, number, quotes):
        return found
    return _following(parse, inside[-1], quotes)


def _in_sentence(parse: Parse, number: int, quotes: Sequence[Span]) -> Telling | None:
    """Return the only cue of a sentence; None where two speak."""
    found = [
        told
        for token in parse.sentence(number)
        if token.lemma not in BESIDE and (told := _told_by(parse, token, quotes))
    ]
    speakers = {told.speaker.index for told in found}
    return found[-1] if len(speakers) == 1 else None


def _following(parse: Parse, last: Token, quotes: Sequence[Span]) -> Telling | None:
    """Return the cue right after a comma and a mark, where the sentence was cut there."""
    if last.text != ",":
        return None
    for token in parse.tokens[last.index + 1 : last.index + 8]:
        if token.is_verb and (found := _told_by(parse, token, quotes)):
            return found
    return None


# ── paraphrases ──────────────────────────────────────────────────────────────────────────────


def _is_reporting(parse: Parse, token: Token) -> bool:
    return token.is_verb and token.lemma in REPORTING and parse.child(token, "nsubj") is not None


def _paraphrase(parse: Parse, token: Token, quotes: Sequence[Span]) -> Paraphrase | None:
    if _is_inside(token, quotes):
        return None
    if token.text.lower() == "according":
        telling, span = _according(parse, token), _without_phrase(parse, token)
    else:
        telling = _real_telling(parse, token)
        span = _clause(parse, telling) if telling else None
    if telling is None or span is None:
        return None
    end = max(span.end, telling.verb.start)  # nor may one stand between clause and verb
    holds = any(quote.start < end and span.start < quote.end for quote in quotes)
    return None if holds or not _is_whole(parse, span) else Paraphrase(telling, span)


def _is_whole(parse: Parse, span: Span) -> bool:
    """Say whether a clause ends where the writer ends one, not where a reading went wrong."""
    after = next((token for token in parse if token.start >= span.end), None)
    return after is None or after.tag in {"CC", "IN", "WRB"} or not re.match(r"\w", after.text)


def _real_telling(parse: Parse, verb: Token) -> Telling | None:
    """Return who says `verb`, if it was said: not "would say", "never said", "if he says"."""
    if not verb.is_verb or verb.lemma not in REPORTING or verb.tag == "VB":
        return None
    speaker = _subject(parse, verb)
    if speaker is None or _is_nobody(parse, speaker):
        return None
    if verb.dep == "relcl" and not speaker.is_proper:
        return None
    return Telling(verb, speaker) if _is_said(parse, verb) else None


def _is_nobody(parse: Parse, speaker: Token) -> bool:
    first = parse.child(speaker, "det")
    vague = first is not None and first.text.lower() in {"no", "some", "many", "any", "every"}
    return vague or speaker.text.lower() in _NOBODY


def _is_said(parse: Parse, verb: Token) -> bool:
    """Say whether it is told as a fact that somebody said so."""
    for child in parse.children(verb):
        unreal = child.dep == "aux" and child.text.lower() in _UNREAL
        if child.index < verb.index and (
            child.dep == "neg" or unreal or child.text.lower() in _NEGATIVE
        ):
            return False
    for each in (verb, *parse.above(verb)):
        mark = parse.child(each, "mark", "advmod")
        if each.lemma == "deny" or (
            mark is not None and mark.text.lower() in {"if", "whether", "unless", "as"}
        ):
            return False
    return True


def _clause(parse: Parse, telling: Telling) -> Span | None:
    """Return the finite clause that is told, without "that"."""
    verb = telling.verb
    clause = next((child for child in parse.children(verb) if child.dep == "ccomp"), None)
    if clause is None or not _is_finite(parse, clause) or _is_question(parse, clause, verb):
        return None
    tokens = parse.under(clause)
    if clause.index > verb.index:
        tokens = [token for token in tokens if token.index > verb.index]
    else:
        first = min(verb.index, *(token.index for token in parse.under(telling.speaker)))
        tokens = [token for token in tokens if token.index < first]
    if tokens and tokens[0].text.lower() == "that" and tokens[0].dep == "mark":
        tokens = tokens[1:]
    return _run(tokens)


def _is_finite(parse: Parse, clause: Token) -> bool:
    if parse.child(clause, "nsubj", "nsubjpass", "expl", "csubj") is None:
        return False
    helped = parse.child(clause, "aux", "auxpass") is not None
    active = clause.tag == "VBN" and parse.child(clause, "nsubj") is not None  # "300 attended"
    return clause.tag in {"VBD", "VBZ", "VBP", "MD"} or helped or active


def _is_question(parse: Parse, clause: Token, verb: Token) -> bool:
    """Say whether the clause tells a topic, not what was said: "explains how", "asked whether"."""
    opening = [token for token in parse.under(clause) if token.index > verb.index][:1]
    asks = any(
        token.text.lower() != "that"
        and (token.tag in {"WRB", "WP", "WDT"} or token.text == "whether")
        for token in opening
    )
    return asks or parse.sentence(verb.sentence)[-1].text == "?"


def _without_phrase(parse: Parse, token: Token) -> Span | None:
    """Return a sentence without the "according to …" at its beginning or end."""
    tokens = parse.sentence(token.sentence)
    under = parse.under(token)
    top = next((t for t in tokens if parse.head(t) is None), None)
    if top is None or not (top.is_verb or top.tag == "MD") or tokens[-1].text == "?":
        return None
    own = [t for t in under if t.index >= token.index]
    first, last = token.index, own[-1].index
    if first == tokens[0].index:
        rest = [t for t in tokens if t.index > last]
        return _run(rest) if rest and rest[0].text == "," else None
    if last >= tokens[-1].index - 1:
        return _run([t for t in tokens if t.index < first])
    return None


def _run(tokens: Sequence[Token]) -> Span | None:
    """Return the stretch of these tokens, without marks around it."""
    words = [token for token in tokens if token.text.strip()]
    while words and not re.search(r"\w", words[0].text):
        words = words[1:]
    while words and not re.search(r"\w", words[-1].text):
        words = words[:-1]
    return Span(words[0].start, words[-1].end) if len(words) >= 3 else None
