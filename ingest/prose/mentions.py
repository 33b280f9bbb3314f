"""How an article names whoever it speaks of: noun phrases read as names, descriptions, labels.

A phrase is a person only when it reads as a person's name; a union, a studio, "producers" and
"a crew member who asked not to be named" are labels. Pure; knows one parsed paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from corpus.types import Span
from corpus.vocabulary import load_vocabulary
from ingest.page.bylines import is_person_name
from ingest.prose.callings import (
    BODIES,
    EMBLEMS,
    FEMALE,
    HUMANS,
    HYPHENS,
    KEPT,
    MALE,
    NAMELESS,
    NO_NAMES,
    PAPERS,
    PARTICLES,
    PLURAL,
    PREPOSITIONS,
    TITLES,
)
from ingest.prose.describing import LONGEST, description_of
from ingest.prose.firstnames import FIRST_NAMES
from ingest.prose.language import SUBJECTS, Parse, Token, reads_as_person

_MAX_NAME_TOKENS = 8
_NAMELESS = 60  # characters of a label with its "who asked not to be named"


class Being(StrEnum):
    """What a phrase stands for."""

    PERSON = "person"  # named
    SOMEONE = "someone"  # one person without a name
    GROUP = "group"  # several, or a body such as a union
    PAPER = "paper"  # a report, a lawsuit, a sign
    PRONOUN = "pronoun"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A phrase that stands for somebody: where it is, and how it reads."""

    being: Being
    head: Token
    span: Span  # of the name, the label or the pronoun, in the text that was parsed
    text: str
    description: Span | None = None  # "a weapons specialist", beside the name
    title: str = ""  # "Mr.", "Det." before it
    gender: str = ""  # "f", "m", or not told
    is_subject: bool = False


def mentions_in(parse: Parse, text: str) -> Iterator[Mention]:
    """Yield every proper name, in order; a name inside another phrase is one, too."""
    place = 0
    tokens = parse.tokens
    while place < len(tokens):
        token = tokens[place]
        if not _is_name_word(token):
            place += 1
            continue
        last = place
        while last + 1 < len(tokens) and _continues(tokens[last], tokens[last + 1]):
            last += 1
        head = tokens[last]
        while last > place and not _is_name_word(head):
            last -= 1
            head = tokens[last]
        if found := _named(parse, head, text):
            yield found
        place = last + 1


def newcomer(parse: Parse, head: Token, text: str) -> Mention | None:
    """Return somebody without a name whom the text brings in: "a grip", "his mother"."""
    if head.tag != "NN" or head.lemma in PAPERS or head.lemma in BODIES:
        return None
    first = parse.child(head, "det", "poss", "nummod")
    fresh = first is not None and (
        first.dep == "poss" or first.text.lower() in {"a", "an", "one", "another"}
    )
    return _labelled(parse, head, text) if fresh and _is_human(head) else None


def _is_human(head: Token) -> bool:
    """Say whether a noun can speak: somebody, a body, a paper."""
    role = load_vocabulary().role_of(head.text) is not None
    human = head.lemma in HUMANS or head.lemma in BODIES or head.lemma in PAPERS
    return role or human or head.text.endswith(("man", "woman", "person"))


def read_mention(parse: Parse, head: Token, text: str) -> Mention | None:
    """Return what the phrase around `head` stands for, or None when it stands for nobody."""
    if head.tag in {"PRP", "PRP$", "WP"}:
        return _bare(Being.PRONOUN, head, text)
    joined = [each for each in parse.children(head) if each.dep == "conj"]
    beside = text[head.end : head.end + 1] == "," and _is_name_word(head)
    if joined and not (beside and not _is_name_word(joined[-1])):
        return _joined(parse, head, joined[-1], text)
    named = _named(parse, head, text) if _is_name_word(head) else None
    if named:
        is_body = named.being is Being.GROUP and (
            " " in named.text or parse.child(head, "poss", "nmod", "prep") is not None
        )
        return (_labelled(parse, head, text) if is_body else None) or named
    return _named_after(parse, head, text) or _labelled(parse, head, text)


def _named_after(parse: Parse, head: Token, text: str) -> Mention | None:
    """Return the name put beside what somebody is: "the director, Ann Roe"."""
    name = parse.child(head, "appos")
    if name is None or not _is_name_word(name) or head.tag not in {"NN", "NNP"}:
        return None
    named = _named(parse, name, text)
    if named and named.being is Being.PERSON:
        return _described(named, Span(_left(parse, head), head.end), text, head)
    is_body = named and named.being is Being.GROUP and head.lemma in BODIES and " " in named.text
    return named if is_body else None


def could_be_person(mention: Mention) -> bool:
    """Say whether a name that nothing vouches for may still be a person's: "Rhodri Baines"."""
    words = re.findall(r"\w+", mention.text.casefold())
    plain = mention.being is Being.GROUP and not mention.text.isupper()
    bodies = bool({*words} & BODIES) or words[:1] == ["the"]
    return (
        plain
        and not bodies
        and 2 <= len(words) <= 4
        and is_person_name(mention.text)
        and not (words[0] in EMBLEMS or words[-1] in EMBLEMS)
    )


def is_aside(parse: Parse, head: Token) -> bool:
    """Say whether a name stands in a clause about somebody else: "Kerr, who hired Lund, left"."""
    return any(each.dep == "relcl" for each in parse.above(head))


# ── names ────────────────────────────────────────────────────────────────────────────────────


def _is_name_word(token: Token) -> bool:
    if not token.text[:1].isupper() or token.entity in NO_NAMES:
        return False
    return token.is_proper or (
        token.entity == "PERSON" and token.tag.startswith(("NN", "JJ", "FW", "UH", "RB"))
    )


def _continues(before: Token, after: Token) -> bool:
    """Say whether `after` can follow `before` in a name: O’Hara-Lind, de la Cruz, Bo W. Hale."""
    if after.sentence != before.sentence:
        return False
    touching = after.start == before.end
    if before.text in HYPHENS or after.text in HYPHENS:
        return touching
    if touching:
        return False
    return all(
        _is_name_word(token) or token.text in PARTICLES or _is_second_half(token)
        for token in (before, after)
    )


def _is_second_half(token: Token) -> bool:
    """Say whether a small word belongs to a name with a hyphen: Ye-jin Pak."""
    return token.is_proper


def _named(parse: Parse, head: Token, text: str) -> Mention | None:
    """Return the name that ends with `head`, its title and what is said beside it."""
    first = _first_of_name(parse, head)
    title, words = _split_title(text[first.start : head.end])
    before = text[: first.start]
    if title:
        first = next(t for t in parse if t.start >= head.end - len(words))
    if not words or not words[:1].isupper():
        return None
    span = Span(head.end - len(words), head.end)
    after = re.match(r",?\s(?:Jr|Sr|II|III|IV)\b\.?", text[span.end : span.end + 8])
    if after:
        span = Span(span.start, span.end + after.end())
    beside = description_of(parse, head, span, text, title)
    being = _being(parse, head, span.of(text), title, beside.of(text) if beside else "", before)
    return Mention(
        being=being,
        head=head,
        span=span,
        text=span.of(text),
        description=beside,
        title=title,
        gender=_gender(f"{title} {beside.of(text) if beside else ''}"),
        is_subject=head.dep in SUBJECTS,
    )


def _split_title(run: str) -> tuple[str, str]:
    """Split "Interior Minister Bo Hale" or "QB Bo Hale" into what he is and his name."""
    words = run.split(" ")
    last = -1
    for place, word in enumerate(words[:-1]):
        bare = word.strip(".,")
        shouted = bare.isalpha() and bare.isupper() and len(bare) > 1 and not run.isupper()
        if TITLES.fullmatch(word) or (shouted and place < len(words) - 2):
            last = place
    return " ".join(words[: last + 1]), " ".join(words[last + 1 :])


def _first_of_name(parse: Parse, head: Token) -> Token:
    first = head
    for index in range(head.index - 1, max(-1, head.index - _MAX_NAME_TOKENS), -1):
        token = parse.tokens[index]
        if not _continues(token, first):
            break
        first = token
    while not _is_name_word(first) and first.index < head.index:
        first = parse.tokens[first.index + 1]
    return first


def _being(parse: Parse, head: Token, name: str, title: str, described: str, before: str) -> Being:
    words = re.findall(r"\w+", name.casefold())
    if not words or words[-1] in BODIES or (len(words) > 1 and words[0] in BODIES):
        return Being.GROUP
    if re.search(r"\b[Tt]he\s+$", before[-6:]) or parse.child(head, "det"):
        return Being.GROUP
    who = any(
        child.dep == "relcl" and any(t.text.lower() == "who" for t in parse.children(child))
        for child in parse.children(head)
    )
    roles = bool(load_vocabulary().find_roles(described))
    vouched = bool(title) or who or roles or bool(re.match(r"\d\d\b", described))
    if len(words) > 1 and not is_person_name(name):
        return Being.GROUP
    if vouched or (len(words) > 1 and words[0] in FIRST_NAMES):
        return Being.PERSON
    return Being.PERSON if _sounds_human(head, name, words) else Being.GROUP


def _sounds_human(head: Token, name: str, words: list[str]) -> bool:
    """Say whether a name with nothing beside it that vouches for a person is one."""
    if len(words) == 1:
        return head.entity in {"PERSON", ""} and not (name.isupper() and len(name) > 1)
    if words[0] in EMBLEMS or words[-1] in EMBLEMS:
        return False
    return head.entity == "PERSON" or reads_as_person(name)


def _described(named: Mention, described: Span, text: str, head: Token) -> Mention:
    return Mention(
        being=named.being,
        head=head,
        span=named.span,
        text=named.text,
        description=described if len(described) <= LONGEST else None,
        title=named.title,
        gender=named.gender or _gender(described.of(text)),
        is_subject=head.dep in SUBJECTS,
    )


def _gender(words: str) -> str:
    female, male = bool(FEMALE.search(words)), bool(MALE.search(words))
    return "" if female is male else "f" if female else "m"


# ── labels ───────────────────────────────────────────────────────────────────────────────────


def _bare(being: Being, head: Token, text: str) -> Mention:
    span = Span(head.start, head.end)
    return Mention(being=being, head=head, span=span, text=span.of(text), is_subject=True)


def _joined(parse: Parse, head: Token, last: Token, text: str) -> Mention | None:
    """Return "Lee and Roe" as one label of a group."""
    deeper = parse.child(last, "conj")
    while deeper:
        last, deeper = deeper, parse.child(deeper, "conj")
    span = Span(_left(parse, head), last.end)
    if len(span) > LONGEST or '"' in span.of(text):
        return None
    return Mention(being=Being.GROUP, head=head, span=span, text=span.of(text), is_subject=True)


def _left(parse: Parse, head: Token) -> int:
    lefts = [
        token.start
        for child in parse.children(head)
        if child.index < head.index and child.dep in KEPT and child.dep != "prep"
        for token in parse.under(child)
    ]
    start = min([*lefts, head.start])
    # A script without capitals is not read as names: what stands before belongs to it.
    while start > 0 and _is_uncased(head.text) and (first := _word_before(parse, start)):
        start = first.start
    return start


def _word_before(parse: Parse, start: int) -> Token | None:
    before = next((token for token in reversed(parse.tokens) if token.end <= start), None)
    if before and before.text in HYPHENS and before.end == start:
        before = next(
            (token for token in reversed(parse.tokens) if token.end <= before.start), None
        )
    return before if before and _is_uncased(before.text) else None


def _is_uncased(word: str) -> bool:
    return word.isalpha() and word.lower() == word.upper()


def _labelled(parse: Parse, head: Token, text: str) -> Mention | None:
    """Return a phrase that names nobody as the label it is."""
    if not (head.tag.startswith("NN") or head.tag in {"CD", "DT", "JJ", "JJS"}):
        return None
    start, end = _left(parse, head), head.end
    for child in parse.children(head):
        if child.start < end:
            continue
        under = parse.under(child)
        tail = Span(under[0].start, under[-1].end)
        links = PREPOSITIONS | {"by"} if head.lemma in PAPERS else PREPOSITIONS
        is_of = child.dep == "prep" and child.text in links and child.start == end + 1
        nameless = child.dep in {"relcl", "acl"} and NAMELESS.match(tail.of(text))
        short = nameless and tail.end - start <= _NAMELESS and tail.start == end + 1
        if is_of and not short:
            tail = Span(tail.start, _before_clause(parse, child, tail, head))
        if (is_of or short) and tail.end - start <= LONGEST:
            end = tail.end
    span = Span(start, end)
    if (
        '"' in span.of(text) or '"' in head.text
    ):  # what a misreading joined across quotation marks is no label
        return None
    being = _kind(head)
    owner = parse.child(head, "poss")
    if owner and owner.text.lower() == "its" and head.text.islower() and not _is_human(head):
        return None  # "its use is easy, adding …": a thing says nothing
    return Mention(
        being=being,
        head=head,
        span=span,
        text=span.of(text),
        gender=_gender(span.of(text)) if being is Being.SOMEONE else "",
        is_subject=head.dep in SUBJECTS,
    )


def _before_clause(parse: Parse, link: Token, tail: Span, head: Token) -> int:
    """Return where "with knowledge of the talks who spoke …" ends: before its clause."""
    clauses = [t for t in parse.under(link) if t.dep in {"relcl", "acl"} and t.index > head.index]
    starts = [min(t.start for t in parse.under(clause)) for clause in clauses]
    if not starts or tail.end - head.start <= _NAMELESS:
        return tail.end
    return max((t.end for t in parse.under(link) if t.start < min(starts)), default=tail.end)


def _kind(head: Token) -> Being:
    if head.lemma in PAPERS:
        return Being.PAPER
    if head.tag in PLURAL or head.is_proper or head.lemma in BODIES:
        return Being.GROUP
    return Being.SOMEONE
