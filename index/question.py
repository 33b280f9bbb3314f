"""A question in a reporter's words → what to look for and what to leave out. Pure.

A filter that is not meant hides answers, so it is set only by words that can mean nothing else: a
role or person in the position of the *speaker* ("what did armorers say", "according to armorers",
"armorers on live rounds"), never one who is spoken about ("who may hand a gun to an actor", "what
should an armorer do"). Dates count when the question asks for what was said then, not for what
happened then. Whatever is unclear stays in the text and filters nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from corpus.topics import Subject
from corpus.types import SearchQuery
from corpus.vocabulary import Vocabulary
from index.dates import Period, find_period, is_sentence
from index.limits import OWN_WORDS, Limits, take_limits
from index.moments import find_moment
from index.names import find_people

# Names and quoted phrases are masked by one private character each while the grammar looks at the
# rest, so that no pattern can reach into them.
_NAME = "[\ue000-\uf0ff]"
_PHRASE = "[\uf100-\uf8ff]"
_MOST_NAMES = 0x1000
_LONGEST = 1000  # characters; what follows is no question
_EDGES = " ?!.,;:-–—"

_BEFORE_NAME = (
    r"(?:(?:the|an?|any|some|many|most|all|other|several|these|those|both|two|three|our|your|real|"
    r"actual|working|professional|veteran|experienced|former|leading|different|various|hollywood|"
    r"certified|licensed|independent|british|american|canadian|film|movie|television|tv|theatre|"
    r"theater|on-set|film-set|set|chief|head|lead|expert)\s+)*"
)
_ONE = _BEFORE_NAME + _NAME
_WHO = rf"(?P<who>{_ONE}(?:(?:\s*,\s*|\s+|\s*,\s*)(?:and\s+|or\s+|&\s+)?{_ONE})*)"
_ASKED = r"(?:did|do|does|have|has|had|would|can|could|will)"
_ADVERB = (
    r"(?:(?:ever|also|really|actually|generally|usually|typically|commonly|often|always|already|"
    r"publicly|specifically|themselves|himself|herself|all|both|most|still|now|since|later|"
    r"(?:have|has|had)(?!\s+to)|who|that)\s+)*?"
)
_TO_US = (
    r"(?:us|me|you|listeners|readers|reporters|journalists|the\s+(?:press|media|show|paper|public|"
    r"host|reporter|interviewer|court|jury))"
)
_SAY = (
    r"(?:say|says|said|saying|think|thinks|thought|thinking|believe[sd]?|explain(?:s|ed|ing)?|"
    r"describe[sd]?|describing|mention(?:s|ed|ing)?|(?:talk(?:s|ed|ing)?|speak(?:s|ing)?|spoke|spoken)(?!.*\bwith\b)|"
    r"discuss(?:es|ed|ing)?(?!.*\bwith\b)|argue[sd]?|arguing|claim(?:s|ed|ing)?|suggest(?:s|ed|ing)?|"
    r"recommend(?:s|ed|ing)?|advise[sd]?|advising|warn(?:s|ed|ing)?|testif(?:y|ies|ied|ying)|"
    r"state[sd]?|stating|comment(?:s|ed|ing)?|recall(?:s|ed|ing)?|stress(?:es|ed|ing)?|"
    r"emphasi[sz]e[sd]?|insist(?:s|ed|ing)?|complain(?:s|ed|ing)?|feel|feels|felt|agree[sd]?|"
    r"disagree[sd]?|critici[sz]e[sd]?|propose[sd]?|add|added|"
    r"(?:have|has|had)\s+to\s+say(?=\s+(?:about|on|regarding)\b)|"
    r"respond(?:s|ed)?|react(?:s|ed)?|elaborate[sd]?|"
    rf"(?:tell|tells|told|telling)\s+(?:{_TO_US}\b|(?=about\b)))"
)
# "say to the actor", "says before a take": what is done on a set, not what is told to us.
_DONE = (
    r"(?!\s*(?:before|after|while|during|(?<!respond )(?<!react )to|into|at|if|over|out|aloud|"
    r"with|as|when(?!\s+asked)|"
    rf"{_PHRASE}))"
)
_SUBJECT = (
    r"(?:\s*[:,]?\s*\b(?:about|on|regarding|concerning|of|to|towards?|re|when asked about|that)\b)?"
)
_VIEWS = (
    r"(?:views?|opinions?|takes?|advice|thoughts?|perspectives?|positions?|words|statements?|"
    r"testimon(?:y|ies)|explanations?|accounts?|comments?|remarks?|quotes?|quotations?|warnings?|"
    r"tips|recommendations?|answers|interviews?|evidence|criticisms?|reactions?)"
)
_HAS = r"['’]s?\s+"
_ASKING = (
    r"(?:what(?:['’]s|\s+is|\s+are|\s+was|\s+were)?|show\s+me|give\s+me|find(?:\s+me)?|list|any|"
    r"are\s+there(?:\s+any)?|is\s+there(?:\s+any)?)\s+(?:the\s+|some\s+|an?\s+)?"
)
_PLACE = (
    r"(?!\s+(?:the\s+|an?\s+|any\s+|every\s+|each\s+|his\s+|her\s+|our\s+)?"
    r"(?:(?!on\b|in\b|about\b|at\b)[\w'’]+[\s-]+){0,3}"
    r"(?:sets?|productions?|locations?|films?|movies?|shoots?|shows?|stages?|call|duty|hand|site|"
    r"strike|trial|screen|crews?|jobs?|payroll|camera|board|time)"
    r"\s*(?:$|[?.,;!]|\b(?:of|in|for|who|that|is|are|was|were|do|does|did|must|should|may|can|have|"
    r"has|with|during|when|to|like)\b))"
)
_FROM_MOUTH = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"(?:\b(?:what|how|why|where|when|which|whether)\s+(?:else\s+|exactly\s+)?)?\b{_ASKED}\s+"
            rf"{_WHO}\s+{_ADVERB}{_SAY}\b{_DONE}{_SUBJECT}"
        ),
        (
            r"(?:^|\b(?:what|how|why|where|which|anything|something|everything|things|ways|hear|show|"
            r"find|list|quotes?|clips?|passages?)\s+(?:me\s+|all\s+|that\s+|of\s+|where\s+)?)"
            rf"{_WHO}\s+{_ADVERB}{_SAY}\b{_DONE}{_SUBJECT}"
        ),
        (
            rf"\b(?:according\s+to|in\s+the\s+(?:words|view|opinion|eyes)\s+of|as\s+told\s+by)\s+{_WHO}"
            rf"(?!\w)(?!{_HAS})\s*,?"
        ),
        rf"\b(?:according\s+to|in|from)\s+{_WHO}{_HAS}{_VIEWS}\b{_SUBJECT}\s*,?",
        rf"\bas\s+{_WHO}\s+(?:put|puts|see|sees|say|says|tell|tells|explain|explains)\b(?:\s+it)?",
        rf"(?:{_ASKING})?{_WHO}{_HAS}{_VIEWS}\b{_SUBJECT}",
        (
            rf"(?:{_ASKING})?\b{_VIEWS}\s+(?:\w+\s+)?(?:of|from|by|with)\s+{_WHO}(?!{_HAS})"
            rf"(?!\s+{_NAME}){_SUBJECT}"
        ),
        rf"(?:^|{_ASKING}){_WHO}\s+{_VIEWS}(?:\s+(?:about|on|regarding|concerning|of|re)\b|\s*[?.!]*$)",
        (
            rf"\b(?:said|explained|described|told|mentioned|discussed|recommended|suggested|argued|"
            rf"claimed|criticized|criticised|testified|stated|quoted)\s+by\s+{_WHO}(?!\w)"
        ),
        rf"\b(?:hear|heard|hearing)\s+from\s+{_WHO}{_SUBJECT}",
        rf"^{_WHO}\s+(?:about|regarding|concerning|re)\b",
        rf"^{_WHO}\s+on\b{_PLACE}",
        rf"^{_WHO}\s*:",
    )
)
# Behind one of these a name is left out or spoken about, whatever follows it.
_REPLIED = re.compile(r"\b(?:respond|react)", re.I)
_LEFT_OUT = re.compile(r"\b(?:not|non|except|besides|than|without|isn['’]t|aren['’]t)\b", re.I)
_SPOKEN_ABOUT = re.compile(r"\b(?:about|against|for|to|hires?|hired)\s*$", re.I)
_ANYBODY = re.compile(
    r"^(?:"
    rf"what\s+(?:else\s+)?{_ASKED}\s+(?:[\w’'-]+\s+){{1,3}}?(?:say|said|think|thought)\s+"
    r"(?:about|on|of|regarding)|"
    r"what\s+(?:is|was|has\s+been|gets)\s+(?:said|written|discussed)\s+(?:about|on)|"
    r"what\s+(?:is|was|were)\s+the\s+(?:discussions?|debates?|questioning|controversy|controversies)\s+"
    r"(?:about|over|on|of|regarding)|"
    r"what\s+did\s+the\s+(?:[\w’'-]+\s+)?(?:group|meeting|panel|committee|members|participants)\s+"
    r"(?:discuss|talk|say|debate)(?:\s+about|\s+on)?|"
    r"(?:please\s+)?(?:summari[sz]e|outline)\s+(?:(?:the|their)\s+)?"
    r"(?:(?:discussions?|debates?|opinions?|views?)\s+(?:about|on|of|regarding))?|"
    r"(?:who|did\s+anyone|does\s+anyone|has\s+anyone)\s+(?:ever\s+)?(?:says?|said|talks?|talked|"
    r"mention(?:s|ed)?|spoke)\s*(?:about|on|of)?|"
    rf"(?:please\s+)?(?:show|find|give|list|tell|get)\s+(?:me\s+|us\s+)?(?:all\s+|some\s+|every\s+)?"
    rf"(?:the\s+)?(?:{_VIEWS}|passages|everything|something|anything|more|clips)?\s*"
    r"(?:about|on|regarding)|"
    rf"{_VIEWS}\s+(?:about|on|regarding)"
    r")\s+",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"\"([^\"]{2,200})\"|“([^”]{2,200})”|«([^»]{2,200})»|„([^“”]{2,200})[“”]"
    r"|(?<!\w)['‘]([^'’]{3,200})['’](?!\w)"
)


@dataclass(frozen=True, slots=True)
class UnderstoodPart:
    """One thing read from the question, with the words it was read from."""

    kind: Literal["role", "speaker", "phrase", "since", "until", "manner", "without", "not read as"]
    value: str  # role id, name, phrase, ISO date (`until` is not included), …
    words: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as a query, and why."""

    query: SearchQuery
    parts: tuple[UnderstoodPart, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    kind: Literal["role", "speaker"]
    value: str
    words: str
    otherwise: str = ""  # what the words could also mean: the archive decided


def understand(
    question: str,
    vocabulary: Vocabulary,
    *,
    today: date,
    people: Collection[str] = (),
    subject: Subject | None = None,
    speaking: Callable[[str], bool] | None = None,
) -> Understood:
    """Return the query that `question` asks, and what each part was read from.

    Args:
        question: as typed; nothing is required of it.
        vocabulary: roles and their names.
        today: what "this year" is counted from.
        people: names the archive knows; a name may be misspelt or written as it sounds.
        subject: incidents that date "before the trial"; None: they stay in the text.
        speaking: says whether anybody speaks in a role (its id) in the archive; None: not known.
    """
    plain = re.sub(r"[\s\ue000-\uf8ff]+", " ", question[:_LONGEST]).strip()
    masked, phrases = _mask_phrases(plain)
    masked, named = _mask_names(masked, vocabulary, people, speaking)
    limits = _limits(masked)
    masked, asks, who = _take_speakers(limits.rest, named)
    rest = _ANYBODY.sub("", masked)
    asks = asks or rest != masked
    unmasked = _unmask(rest, phrases, named) if subject else ""
    period = find_period(rest, today, asks_for_words=asks)
    if period is None and subject and (asks or not is_sentence(unmasked)):
        rest, period = (
            (unmasked, found) if (found := find_moment(unmasked, subject)) else (rest, None)
        )
    if period:
        rest = f"{rest[: period.span.start]} {rest[period.span.end :]}"
    rest = re.sub(r"\s+", " ", rest).strip(_EDGES)
    rest = re.sub(r"^(?:an?|the|about|on)\s+", "", rest, flags=re.IGNORECASE)
    text = _unmask(rest, phrases, named)
    without = [
        (_unmask(one, phrases, named), _unmask(of, phrases, named)) for one, of in limits.without
    ]
    wanted = [one for one in phrases if one not in {thing for thing, _ in without}]
    query = SearchQuery(
        text=text or plain,
        roles=tuple(dict.fromkeys(one.value for one in who if one.kind == "role")),
        speakers=tuple(dict.fromkeys(one.value for one in who if one.kind == "speaker")),
        phrases=tuple(wanted),
        since=period.since if period else None,
        until=period.until if period else None,
        manners=OWN_WORDS if limits.own_words else (),
        without=tuple(thing for thing, _ in without),
    )
    parts = [*_who_parts(who), *(UnderstoodPart("phrase", one, one) for one in wanted)]
    parts += [*_date_parts(period), *(UnderstoodPart("without", *pair) for pair in without)]
    if limits.own_words:
        parts.append(
            UnderstoodPart("manner", "own words", _unmask(limits.own_words, phrases, named))
        )
    return Understood(query, tuple(parts))


def _limits(masked: str) -> Limits:
    """Return what is left out, unless it is who speaks, or nothing else would be asked."""
    limits = take_limits(masked)
    if any(re.search(_NAME, thing) for thing, _ in limits.without) or not limits.rest.strip(_EDGES):
        return Limits(masked)
    return limits


def _who_parts(who: Iterable[_Named]) -> Iterable[UnderstoodPart]:
    for one in who:
        yield UnderstoodPart(one.kind, one.value, one.words)
        if one.otherwise:
            yield UnderstoodPart("not read as", one.otherwise, one.words)


def _mask_phrases(question: str) -> tuple[str, list[str]]:
    phrases: list[str] = []

    def mask(match: re.Match[str]) -> str:
        phrase = next(group for group in match.groups() if group is not None).strip(" .,?!")
        if not phrase or len(phrases) >= 8:
            return match.group()
        phrases.append(phrase)
        return chr(0xF100 + len(phrases) - 1)

    return _QUOTED.sub(mask, question), phrases


def _mask_names(
    question: str,
    vocabulary: Vocabulary,
    people: Collection[str],
    speaking: Callable[[str], bool] | None,
) -> tuple[str, list[_Named]]:
    roles = dict(vocabulary.find_roles(question))
    places = {
        one.span: _Named("speaker", one.name, one.span.of(question))
        for one in find_people(question, people)
    }
    for span, role in roles.items():
        over = [other for other in places if span.start < other.end and other.start < span.end]
        if not over:
            places[span] = _Named("role", role, span.of(question))
        elif over == [span]:
            places[span] = _either(places[span], role, speaking)
    masked, named, end = "", list[_Named](), 0
    for span, one in sorted(places.items())[:_MOST_NAMES]:
        masked += question[end : span.start] + chr(0xE000 + len(named))
        named.append(one)
        end = span.end
    return masked + question[end:], named


def _either(person: _Named, role: str, speaking: Callable[[str], bool] | None) -> _Named:
    """Return a word that is somebody's surname and a role as what the archive supports.

    People are the archive's own; where a role speaks in it too, a capital means the name.
    """
    named = person.words[:1].isupper() or (speaking is not None and not speaking(role))
    if named:
        return replace(person, otherwise=role)
    return _Named("role", role, person.words, otherwise=person.value)


def _take_speakers(masked: str, named: list[_Named]) -> tuple[str, bool, list[_Named]]:
    """Return the question without the words that say who speaks, and who that is."""
    for pattern in _FROM_MOUTH:
        match = pattern.search(masked)
        if match is None or _is_left_out(masked, match):
            continue
        who = [named[ord(char) - 0xE000] for char in re.findall(_NAME, match.group("who"))]
        if _REPLIED.search(match.group()) and any(one.kind == "role" for one in who):
            continue  # armorers respond to a misfire by what they do
        rest = f"{masked[: match.start()]} {masked[match.end() :]}"
        return re.sub(r"\s+", " ", rest).strip(" ,"), True, who
    return masked, False, []


def _is_left_out(masked: str, match: re.Match[str]) -> bool:
    before = masked[: match.start()]
    inside = masked[match.start() : match.start("who")]
    return bool(
        _LEFT_OUT.search(before[-16:]) or _LEFT_OUT.search(inside) or _SPOKEN_ABOUT.search(before)
    )


def _unmask(masked: str, phrases: list[str], named: list[_Named]) -> str:
    text = re.sub(_PHRASE, lambda match: phrases[ord(match.group()) - 0xF100], masked)
    return re.sub(_NAME, lambda match: named[ord(match.group()) - 0xE000].words, text)


def _date_parts(period: Period | None) -> Iterable[UnderstoodPart]:
    if period and period.since:
        yield UnderstoodPart("since", period.since.date().isoformat(), period.words)
    if period and period.until:
        yield UnderstoodPart("until", period.until.date().isoformat(), period.words)
