"""Who a question leaves out: "people other than armorers", "armorers except Renn". Pure.

Whoever is left out belongs to the one who is asked, so that the grammar of asking sees one name in
the place of both; where that is no speaker's place, the words stay words. Behind a question that
asks for what was said, and behind bare keywords, an exclusion stands by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Literal

from index.understanding.likenames import joined, register_of
from index.understanding.masks import NAME, Masks, Named

_MOST = 8
_DETERMINED = r"(?:(?:the|an?|any|all|our|your|these|those|film|movie|set|on-set|expert)\s+){0,3}"
_LIST = (
    rf"(?P<who>{_DETERMINED}{NAME}"
    rf"(?:(?:\s*,\s*|\s+)(?:and\s+|or\s+|nor\s+|&\s+)?{_DETERMINED}{NAME}){{0,7}})(?!['’]s?\b)"
)
_NOT_LIST = rf"(?P<who>{_DETERMINED}{NAME}(?:\s+(?:and|or|nor|&)\s+{_DETERMINED}{NAME}){{0,7}})"
_EXCEPT = (
    r"(?:other\s+than|except(?:ing|\s+for)?|excluding|besides|apart\s+from|aside\s+from|"
    r"not\s+(?:including|counting)|leaving\s+out|save\s+for)"
)
_IS_NOT = (
    r"(?:who|that)\s+(?:(?:is|are|was|were)\s+not|(?:is|are|was|were)n['’]?t|"
    r"(?:has|have)\s+never\s+been|never\s+(?:was|were))"
)
_ANYBODY = (
    r"(?:(?:any|all|the|most|some|other)\s+){0,2}"
    r"(?:people|persons?|folks?|experts?|guests?|speakers?|witnesses|interviewees|professionals|"
    r"members|others|anyone|anybody|someone|somebody|everyone|everybody|those|voices|sources)"
    r"(?:\s+else)?"
)
_ANY = r"(?:anyone|anybody|everyone|everybody|all)(?:\s+else)?"
_CLOSE = r"(?:\s*\)|,(?=\s))?"
_SAYS = r"(?=\s+(?:has\s+|have\s+|had\s+)?(?:said|talked|spoke|spoken|mentioned|commented)\b)"
_WITH_THEM = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bnon\s?[-‐‑–]?\s?(?P<who>{NAME})(?:\s+(?:people|experts|guests|speakers|crew))?",
        rf"\b{_ANYBODY}\s*[,(]?\s*\b(?:{_EXCEPT}|{_IS_NOT})\s+{_LIST}{_CLOSE}",
        rf"\b{_ANY}\s*,?\s*\bbut\s+(?:not\s+)?{_LIST}",
        rf"\bwho(?:\s+else)?\s+{_EXCEPT}\s+{_LIST}{_SAYS}",
        rf"(?P<of>{NAME})\s*[,(]?\s*\b(?:but\s+|and\s+)?(?:{_EXCEPT}|{_IS_NOT})\s+{_LIST}{_CLOSE}",
        rf"(?P<of>{NAME})\s*[,(]?\s*\b(?:but\s+|and\s+)?not\s+{_NOT_LIST}{_CLOSE}",
    )
)
# Somebody whom the grammar of names left alone: of a shared surname, or misspelt.
_SOMEBODY = re.compile(
    rf"(?P<of>{NAME}|(?i:\b{_ANYBODY}))(?i:\s*[,(]?\s*\b(?:but\s+|and\s+)?(?:{_EXCEPT}|not))\s+"
    rf"(?P<somebody>[A-ZÀ-Ý][\w'’-]*(?:\s+[A-ZÀ-Ý][\w'’-]*){{0,2}}){_CLOSE}"
)
_END = (
    r"(?=\s*(?:$|[,;?.!]|\b(?:about|on|regarding)\b|"
    r"\b(?:since|before|after|in|from|during|until)\s+\S+(?:\s+\S+){0,2}\s*[?.!]*$))"
)
_BY = r"(?:(?:said|spoken|told|quotes|quoted|words|anything)\s+)?(?:by|from)\s+"
_BY_THEMSELVES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:{_EXCEPT}|but\s+not)\s+(?:{_BY})?{_LIST}\s*,\s*",
        rf"[\s,(]*(?<!\w)(?:but\s+|and\s+)?(?:not|{_EXCEPT}|but\s+not)\s+{_BY}{_LIST}\)?{_END}",
        rf"[\s,(]*(?<!\w)(?:but\s+|and\s+)?{_EXCEPT}\s+{_LIST}\)?{_END}",
        rf"(?:^|(?<=\s))(?:-|minus\s+)(?P<who>{NAME})(?=\s|$|[,?.!])",
        rf"(?<!{NAME})(?:\s*,\s*(?:but\s+|and\s+)?|\s+but\s+)not\s+{_LIST}{_END}",
    )
)


def hide_exclusions(masked: str, masks: Masks, people: Collection[str] = ()) -> str:
    """Return `masked` with whoever is asked without somebody hidden as one name.

    Of several people with the surname that is left out, all are.
    """
    for pattern in _WITH_THEM:
        masked = pattern.sub(lambda match: _one_name(match, masks), masked)
    return _SOMEBODY.sub(lambda match: _without_somebody(match, masks, people), masked)


def leading_to(masked: str) -> str:
    """Return `masked` without an exclusion that it begins with."""
    return _BY_THEMSELVES[0].sub("", masked)


def _one_name(match: re.Match[str], masks: Masks) -> str:
    asked = match.groupdict().get("of") or ""
    members = [*masks.named_in(asked), *_left_out(match, masks, len(asked))]
    return masks.hide_together(match.group(), members)


def _without_somebody(match: re.Match[str], masks: Masks, people: Collection[str]) -> str:
    who, words = match["somebody"].split(), match.group()[len(match["of"]) :].strip(" ,()")
    first, surname = joined(who[:-1]), joined(who[-1:])
    register = register_of(tuple(people))
    names = register.called(joined(who)) or register.called(surname, first)
    if not names and not first and len(called := register.by_first.get(surname, [])) == 1:
        names = called
    names = names or register.like(surname, first)
    left_out = [Named("without speaker", name, words, as_written=False) for name in names]
    unknown = Named("unknown speaker", match["somebody"], words)
    members = [*masks.named_in(match["of"]), *(left_out or [unknown])]
    return masks.hide_together(match.group(), members)


def _left_out(match: re.Match[str], masks: Masks, start: int) -> Iterator[Named]:
    """Yield who is left out, the first with the words that say so."""
    names = [one for one in masks.named_in(match["who"]) if _is_asked(one)]
    for at, one in enumerate(names):
        kind: Literal["without role", "without speaker"] = (
            "without role" if one.kind == "role" else "without speaker"
        )
        whole = masks.show(match.group()[start:]).strip(" ,()")
        yield replace(one, kind=kind, words=whole if at == 0 else one.words, otherwise="")


_BY_OTHERS = re.compile(rf"\s+(?:by|from)\s+(?P<who>{NAME})(?=\s*[?.!]*$)", re.IGNORECASE)


def take_exclusions(
    masked: str, masks: Masks, put_back: Callable[[Named], bool]
) -> tuple[str, tuple[Named, ...]]:
    """Return a question without the exclusions that stand by themselves, and who is left out.

    Args:
        masked: a question that asks for words, or keywords.
        masks: what is hidden in it.
        put_back: whether the words of somebody left out are to stay in the text.
    """
    found: list[Named] = []
    others = _BY_OTHERS.search(masked)
    if others and (who := masks.named_in(others["who"])) and not any(map(_is_asked, who)):
        found, masked = who, masked[: others.start()]
    for pattern in _BY_THEMSELVES:
        while len(found) < _MOST and (match := pattern.search(masked)):
            left_out = list(_left_out(match, masks, 0))
            if not left_out:
                break
            found += left_out
            stays = masks.keep(" ".join(one.words for one in left_out if put_back(one)))
            masked = f"{masked[: match.start()]} {stays} {masked[match.end() :]}"
    return " ".join(masked.split()), tuple(found)


def _is_asked(one: Named) -> bool:
    return not one.kind.startswith("without")
