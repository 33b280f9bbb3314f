"""What somebody is, in the words beside the name: "armorer Dutch Marlowe", "…, an actor". Pure.

A role is read only where the words can mean nobody but the person named: an address ("Bob, the
armorer told me …"), a question and a supposition give nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from corpus.types import Span
from corpus.vocabulary import load_vocabulary
from ingest.names.heardnames import Form, Mention

_LEFT, _RIGHT = 100, 140  # characters looked at before and after a name
_ARTICLE = r"(?:an?|the|our|my|your|his|her|their|its|this)"
_LEAD = re.compile(
    rf"\s*(?:(?:also|now)\s+)?(?:{_ARTICLE}\s+)?(?:[\w.'’&-]+\s+){{0,6}}", re.IGNORECASE
)
_LINK = re.compile(
    rf"\s*(?:[,/&]|\band\b|\bas well as\b|\bor\b)\s*(?:(?:and|also|then|now)\s+){{0,2}}"
    rf"(?:{_ARTICLE}\s+)?(?:[\w.'’-]+\s+){{0,4}}",
    re.IGNORECASE,
)
_AND = re.compile(r"\b(?:and|or)\s+(?!(?:an?|the)\s)", re.IGNORECASE)
_ENDS = re.compile(r"[,;:!?()—–]|\.(?=\s|$)|\s(?:and|or|but|who|whose|that|as)\b", re.IGNORECASE)
_STOP = re.compile(r"[^\W\d_]{3}\.\s")  # the end of a sentence, not "U.S." or "St."
ONE_OF = re.compile(r"\s*one of\s+", re.IGNORECASE)
_NEXT_NAME = re.compile(r"\s+[A-Z][a-z]")
_NO_TRUTH = re.compile(
    r"\b(?:fake|alleged|so-called|would-be|aspiring|wannabe|self-styled|not|never|no|isn['’]t)"
    r"\s+(?:an?\s+|the\s+)?$",
    re.IGNORECASE,
)
_SUPPOSED = re.compile(
    r"\b(?:if|whether|thinks?|thought|pretend\w*|imagine|suppose|wish|unless|says?|said|claims?|"
    r"claimed|assum\w+|believ\w+|heard|asks?|asked|told|call(?:s|ed)?)\b[^,;:]*$",
    re.IGNORECASE,
)
_APART = r"(?:[A-Z][\w'’-]+,\s+(?:who(?:['’]s|\s+is)\s+)?|[A-Z][\w'’-]+\s+(?:is|was)\s+)"
_ANOTHERS = re.compile(rf"{_APART}(?:(?:an?|the|our)\s+)?(?:[\w'’-]+\s+){{0,4}}$")
_NAMES_BETWEEN = re.compile(r"(?:,?\s+[A-Z][\w.'’-]+){1,9},?\s+(?:(?:and|&)\s+)?")
_NAMED = re.compile(r",?\s+(?:named|called|by the name of)\s+")
_IS = re.compile(r"\s+(?:(?:today|here|there|on [\w ]{1,30})\s+)?(?:is|was)\s+")
_AS_A = re.compile(r"\bas\s+(?:an?|the)\s+[\w'’ -]{0,40}$", re.IGNORECASE)
_HER_NAME = re.compile(r"\b(?:his|her|their) name(?:['’]s| is)\s+$", re.IGNORECASE)
_A_ROLE = re.compile(
    r"\b(?:have|is|with|by|to|meet|and|[.?!]|^)\s+(?:also\s+)?(?=an?\s)", re.IGNORECASE
)
_HE = (
    r"(?:he|she|they)(?:['’]s(?:\s+been)?|['’]re|['’]ve been"
    r"|\s+(?:is|are|has been|have been|works as|has worked as|have worked as))"
)
_WORKS = r"(?:has worked|has served|works|worked|serves|served) as"
_AFTER = re.compile(
    rf"(?P<who>,?\s+who(?:['’]s(?:\s+been)?|\s+(?:is|has been|{_WORKS}|was(?=\s+the\b))))\s+"
    rf"|(?P<is>\s+(?:is|has been|{_WORKS}|was(?=\s+(?:the|our)\b))"
    r"|['’]s(?=\s+(?:an?|the|our)\b)|['’]s been(?=\s+(?:an?|the|our)\b))\s+"
    r"(?:(?:also|now|still|actually|currently)\s+)?"
    r"|(?P<you>,\s+you(?:['’]re|\s+are|['’]ve been|\s+have been))\s+"
    r"|(?P<comma>,)\s+(?!(?:and|or|with|said|says|but|so)\b)"
    rf"|(?P<he>\s*(?:[.,;]|\s[–—-]{{1,2}})\s*{_HE})\s+",
    re.IGNORECASE,
)
# The pronoun of the next sentence, wherever in its own the one person named stands.
_NEXT = re.compile(rf"(?!they){_HE}\s+", re.IGNORECASE)
_ONLY_OPENS = re.compile(r"\W{0,9}(?:(?:and|so|now|well|but)\W{1,9}){0,2}", re.IGNORECASE)
_SOMEBODY = re.compile(  # else, of whom the next sentence may speak
    r"[\s\"“'(](?:[^\W\d_a-z]|(?i:who|his|her|their|him|he|she|wife|husband|daughter|son|mother|father"
    r"|sister|brother|friend|boss|partner|man|woman|boy|girl|colleague|assistant|mentor)\b)"
)
_CLOSED = re.compile(
    r"\s*(?:$|[,.;:!?)—–]|-\s|\s(?:and|who|whose|with|from|for|of|at|on|in|by|based|here|joins|"
    r"joined|working|living|turned)\b)",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"^\W{0,9}(?:(?:and|so|now|well|hello|hi)\W{1,9}){0,4}$"
    r"|\b(?:name is|this is|that is|that['’]s|here is|meet|guests?\b.{0,80}"
    r"|with|joined by|(?:talk|speak|spoke|talked|turn) to|have|welcome"
    r"|(?:joining|with) (?:us|me)(?: (?:now|today|tonight|again|here|also)){0,2} is)\s+$"
    r"|\b(?:joining|with) (?:us|me)\b[^.?!]{0,140}\band\s+$",
    re.IGNORECASE,
)


def phrase_roles(words: str) -> tuple[tuple[str, ...], int]:
    """Return the roles a noun phrase at the start of `words` gives one person, and where it ends.

    >>> phrase_roles("the film's armorer and a prop master, who is here")
    (('armorer', 'property_master'), 37)
    >>> phrase_roles("armorers never sleep")
    ((), 0)
    """
    vocabulary = load_vocabulary()
    found: list[str] = []
    one_of = ONE_OF.match(words)
    start = one_of.end() if one_of else 0
    end = start
    for span, role_id in vocabulary.find_roles(words):
        gap = words[end : span.start]
        link = (_LINK if found else _LEAD).fullmatch(gap)
        if link is None or _STOP.search(gap) or (not found and _AND.search(gap)):
            break
        if not found and words[span.end : span.end + 2] in {"'s", "’s"}:
            continue  # "the armorer's lawyer"
        stop = _ENDS.search(words, span.end)
        piece = words[end if found else start : stop.start() if stop else len(words)]
        # The name of the next person in a list may follow: "…, and prop master Wanda Iversen".
        if role_id not in vocabulary.roles_in(piece) or _NEXT_NAME.match(words, span.end):
            break
        if not one_of and not is_singular(span.of(words), role_id):
            break
        found.append(role_id)
        end = span.end
    return tuple(dict.fromkeys(found)), (end if found else 0)


def is_singular(words: str, role_id: str) -> bool:
    """Say whether a role is named for one person rather than for many ("armorers")."""
    role = load_vocabulary().role(role_id)
    plain = re.sub(r"[\s-]+", " ", words.casefold())
    names = {role.name, *role.names} if role else set()
    return plain in {re.sub(r"[\s-]+", " ", name.casefold()) for name in names}


def roles_beside(
    content: str, mention: Mention, sentence: Span, turn: Span
) -> list[tuple[str, Span]]:
    """Return the words that claim a role for the person named, each with the place of name and all.

    Args:
        content: the text.
        mention: where the person is named.
        sentence: the sentence around it.
        turn: the stretch of one speaker around that.
    """
    asked = (
        content[max(sentence.start, sentence.end - 9) : sentence.end].rstrip(' ”"\n')[-1:] == "?"
    )
    return [
        *_before(content, mention, sentence, asked=asked),
        *_name_given(content, mention, sentence, turn),
        *_after(content, mention, sentence, turn, asked=asked),
        *([] if asked else _next_sentence(content, mention, sentence, turn)),
    ]


def _before(
    content: str, mention: Mention, sentence: Span, *, asked: bool
) -> Iterator[tuple[str, Span]]:
    """Read "armorer Ann Lee", "the armorer, Ann Lee, …", "the armorer is Ann Lee"."""
    name = mention.span
    origin = max(sentence.start, name.start - _LEFT)
    lead = content[origin : name.start]
    found = load_vocabulary().find_roles(lead)
    if not found:
        return
    span, role_id = found[-1]
    gap, ahead = lead[span.end :], lead[: span.start]
    is_it = _IS.fullmatch(gap) and not asked
    if is_it and role_id not in load_vocabulary().roles_in(lead[: span.end]):
        return
    beside = _leads_to(gap, ahead, mention, span.of(lead), role_id)
    if _NO_TRUTH.search(ahead) or not (is_it or beside):
        return
    start = span.start
    for before, _ in reversed(found[:-1]):
        if not _LINK.fullmatch(lead, before.end, start):
            break
        start = before.start
    yield lead[start : span.end], Span(origin + start, name.end)


def _leads_to(gap: str, ahead: str, mention: Mention, role: str, role_id: str) -> bool:
    """Say whether what stands between a role and a name makes them one person's."""
    if not gap.strip() or _NAMED.fullmatch(gap):
        return bool(gap)
    if gap.strip() == ",":
        if _AS_A.search(ahead):
            return True  # "As the armorer, Bob, what …"
        return mention.form is not Form.FIRST and not _ANOTHERS.search(ahead)
    several = not is_singular(role, role_id)
    return several and bool(_NAMES_BETWEEN.fullmatch(gap))


def _name_given(
    content: str, mention: Mention, sentence: Span, turn: Span
) -> Iterator[tuple[str, Span]]:
    """Read "We have a property master with us. Her name is Ann Lee"."""
    if not _HER_NAME.search(_ahead(content, mention, sentence)):
        return
    origin = max(turn.start, sentence.start - _RIGHT)
    before = content[origin : sentence.start]
    heads = list(_A_ROLE.finditer(before))
    for head in heads:
        words = before[head.end() :]
        roles, end = phrase_roles(words)
        if roles:
            start = origin + head.end()
            yield words[:end], Span(start, mention.span.end)


def _after(
    content: str, mention: Mention, sentence: Span, turn: Span, *, asked: bool
) -> Iterator[tuple[str, Span]]:
    """Read "Ann Lee, an armorer, …", "Ann is the armorer", "… Ann Lee. She is an armorer"."""
    end = mention.span.end
    tail = content[end : min(turn.end, end + _RIGHT)]
    link = _AFTER.match(tail)
    if link is None:
        return
    before = _ahead(content, mention, sentence)
    what = tail[link.end() :]
    roles, length = phrase_roles(what)
    if not roles or not _may_say(link, before, what, length, mention, asked=asked):
        return
    yield ONE_OF.sub("", what[:length]), Span(mention.span.start, end + link.end() + length)


def _next_sentence(
    content: str, mention: Mention, sentence: Span, turn: Span
) -> Iterator[tuple[str, Span]]:
    """Read "Ann Lee loads them for a living. She's an armorer"; nobody may stand between."""
    opening = content[sentence.start : mention.span.start]
    if mention.form is not Form.FULL or not _ONLY_OPENS.fullmatch(opening):
        return
    rest = content[mention.span.end : sentence.end]
    if len(rest) > _RIGHT or _SOMEBODY.search(rest) or load_vocabulary().find_roles(rest):
        return
    link = _NEXT.match(content, sentence.end, turn.end)
    if link is None:
        return
    roles, length = phrase_roles(content[link.end() : min(turn.end, link.end() + _RIGHT)])
    if roles:
        stop = link.end() + length
        words = ONE_OF.sub("", content[link.end() : stop])
        yield words, Span(mention.span.start, stop)


def _ahead(content: str, mention: Mention, sentence: Span) -> str:
    """Return the words of a sentence before a name, as far as they are looked at."""
    return content[max(sentence.start, mention.span.start - 2 * _LEFT) : mention.span.start]


def _may_say(
    link: re.Match[str], before: str, what: str, length: int, mention: Mention, *, asked: bool
) -> bool:
    if link["he"]:
        return bool(_OPENS.search(before)) and not asked
    if link["comma"]:
        if mention.form is Form.FIRST and (asked or not re.match(r"an?\s", what)):
            return False  # "Bob, the armorer told me …"
        return bool(_CLOSED.match(what, length))
    return not asked and not _SUPPOSED.search(before)
