"""What an article says somebody is, beside the name: read from the grammar around it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.types import Span
from corpus.vocabulary import load_vocabulary
from ingest.prose.callings import HYPHENS
from ingest.prose.cueverbs import REPORTING
from ingest.prose.language import SUBJECTS, Parse, Token

LONGEST = 120  # characters of a label or a description
# Not in a list: "Ann Roe, the armorer, and the driver" may be three.
_COMMAS = re.compile(
    r",\s(?:\d\d,\s)?((?:[Tt]he|an?|his|her|its|their|[\w-]{1,40}[’']s?)\s[^,.;:?!\"“”—]{2,80}),\s"
    r"(?!and\b|or\b|an?\b|his\b|her\b)"
)
_MARKS = '“”"'
_OPENS = re.compile(
    r"(?:^|[.!?:”\"]\s)((?:The|An?|His|Her|Its|Their|the|an?)\s[^,.;:?!\"“”—]{2,100}),\s$"
)
_ACTING = frozenset({"VBD", "VBZ", "VBP", "MD", "WP", "CC"})
_WORKING = frozenset({"work", "serve"})
_UNREAL = frozenset("not n't n’t never would could should may might will".split())


def description_of(parse: Parse, head: Token, name: Span, text: str, title: str) -> Span | None:
    """Return what is said beside a name: who its person is.

    Args:
        parse: of the paragraph.
        head: last word of the name.
        name: where the name stands.
        text: of the paragraph.
        title: "Mr.", "Det." before it.
    """
    first = head
    while first.index and first.start > name.start:
        first = parse.tokens[first.index - 1]
    found = (
        _after(parse, head, text, name.end),
        _between_commas(parse, text, name.end),
        _before(parse, head, first, text, title),
        _over(parse, head, first, text),
        _opening(parse, first, text, name.end),
        _told(parse, head, text),
    )
    spans = [span for span in found if span]
    telling = (span for span in spans if load_vocabulary().roles_in(span.of(text)))
    return next(telling, next(iter(spans), None))


def _over(parse: Parse, head: Token, first: Token, text: str) -> Span | None:
    """Return what the name is put beside: "the actor, Ferris Langdon,"."""
    noun = parse.head(head)
    if head.dep != "appos" or noun is None or noun.tag != "NN" or noun.index > head.index:
        return None
    # "The armorer on the production, Caspian Doyle,": what belongs to the noun ends at a comma.
    end = _end_of_phrase(parse, noun) if text[noun.end : first.start].strip(" ,") else noun.end
    if not re.fullmatch(r"\s*,?\s*" if end == noun.end else r"\s*,\s*", text[end : first.start]):
        return None
    if load_vocabulary().find_roles(text[noun.end : end]):
        return None  # "the lawyer for the armorer, Ann Roe": which of the two?
    start = min(token.start for token in parse.under(noun))
    quoted = max(text.rfind(mark, start, noun.start) for mark in _MARKS) + 1
    if quoted:
        start = next(at for at in range(quoted, noun.end) if not text[at].isspace())
    return Span(start, end) if end - start <= LONGEST else None


def _opening(parse: Parse, first: Token, text: str, end: int) -> Span | None:
    """Return a role that opens a sentence where the grammar was misread: "The armorer …, Roe,"."""
    before = text[max(0, first.start - LONGEST) : first.start]
    found = _OPENS.search(before)
    if found is None or not text.startswith(",", end):
        return None
    span = Span(
        first.start - len(before) + found.start(1), first.start - len(before) + found.end(1)
    )
    if any(t.tag in _ACTING for t in parse if span.start <= t.start < span.end):
        return None
    named = load_vocabulary().find_roles(span.of(text))
    return span if len(named) == 1 and load_vocabulary().roles_in(span.of(text)) else None


def _told(parse: Parse, head: Token, text: str) -> Span | None:
    """Return what a clause says they are: ", who was the armorer", "worked as an armorer"."""
    for verb in _clauses(parse, head):
        if any(each.text.lower() in _UNREAL for each in parse.children(verb)):
            continue
        noun = None
        if verb.lemma == "be":
            noun = parse.child(verb, "attr")
        elif verb.lemma in _WORKING:
            link = next((c for c in parse.children(verb) if c.text == "as"), None)
            noun = parse.child(link, "pobj") if link else None
        if noun is None or noun.index < verb.index:
            continue
        start = min(token.start for token in parse.under(noun))
        end = max(_end_of_phrase(parse, noun), noun.end)
        span = Span(start, min(end, start + LONGEST))
        if '"' not in span.of(text) and load_vocabulary().roles_in(span.of(text)):
            return span
    return None


def _end_of_phrase(parse: Parse, noun: Token) -> int:
    """Return where a noun with its "of the first season" ends, before a comma or a clause."""
    end = noun.end
    for child in parse.children(noun):
        if child.index > noun.index and child.dep == "prep" and child.start == end + 1:
            under = parse.under(child)
            if any(each.dep == "relcl" or each.text == "," for each in under):
                break
            end = max(each.end for each in under)
    return end


def _clauses(parse: Parse, head: Token) -> Iterator[Token]:
    """Yield the verbs of which somebody is the subject, also through "who"."""
    for child in parse.children(head):
        if child.dep == "relcl" and any(
            each.text.lower() == "who" and each.dep in SUBJECTS for each in parse.children(child)
        ):
            yield child
    verb = parse.head(head)
    if head.dep in SUBJECTS and verb is not None and verb.is_verb:
        yield verb


def _after(parse: Parse, head: Token, text: str, end: int) -> Span | None:
    """Return the apposition after a name: ", a weapons specialist who …", ", 47, an armorer"."""
    for child in parse.children(head):
        if child.dep != "appos" or child.start < head.end or child.is_proper:
            continue
        under = [t for t in parse.under(child) if t.start >= end]
        start = min((t.start for t in under), default=child.start)
        if not re.fullmatch(r",?\s*(?:\d{1,2},\s*)?(?:and\s+)?", text[end:start]):
            continue
        stop = child.end
        for token in sorted(under, key=lambda t: t.start):
            if token.start > child.start and (token.text == "," or token.dep == "relcl"):
                break
            if token.tag == "WP" or (token.start > child.start and token.tag == "WDT"):
                break
            stop = max(stop, token.end)
        if re.fullmatch(r"\d{1,3}", text[start:stop]):
            continue
        return Span(start, min(stop, start + LONGEST))
    return None


def _between_commas(parse: Parse, text: str, end: int) -> Span | None:
    """Return a role between commas where the grammar was misread: "Roe, the armorer, said"."""
    found = _COMMAS.match(text, end)
    if found is None:
        return None
    span = Span(found.start(1), found.end(1))
    if any(t.tag in _ACTING for t in parse if span.start <= t.start < span.end):
        return None
    return span if load_vocabulary().roles_in(span.of(text)) else None


def _ends_phrase(token: Token, head: Token) -> bool:
    """Say whether a word cannot describe a name: "he recalled prosecutor Ann Roe", misread."""
    return token.sentence != head.sentence or (token.is_verb and token.lemma in REPORTING)


def _before(parse: Parse, head: Token, first: Token, text: str, title: str) -> Span | None:
    """Return what stands right before a name: "the film's property master" Jane Roe."""
    start = first.start
    for index in range(first.index - 1, -1, -1):
        token = parse.tokens[index]
        modifies = token.dep in {"compound", "amod", "poss", "case", "det", "nmod", "nummod"}
        related = head in (parse.head(token), *parse.above(token))
        hyphen = token.text in HYPHENS and token.end == start
        if _ends_phrase(token, head) or not ((modifies and related) or hyphen):
            break
        start = token.start
    described = text[start : first.start].strip()
    if not re.search(r"[a-z]{3}", described) or not described:
        if not title:
            return None
        start = first.start - len(title) - 1
        described = title
    if described.startswith(tuple(HYPHENS)):  # "-winning actress": the word began before
        start = text.rfind(" ", 0, start) + 1
        described = text[start : first.start].strip()
    if re.search(r"[^s]s$", described):  # "co-writers Lee and Roe"
        return None
    if not load_vocabulary().find_roles(described) and not described.endswith(
        ("lawyer", "attorney", "spokesman", "spokeswoman", "spokesperson", "agent")
    ):
        return None
    return Span(max(0, start), max(0, start) + len(text[max(0, start) : first.start].rstrip()))
