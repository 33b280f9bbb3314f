"""The grammar of asking what somebody said, over a question with its names masked. Pure.

A filter that is not meant hides answers, so it is set only by words that can mean nothing else: a
role or person in the position of the *speaker* ("what did armorers say", "according to armorers",
"armorers on live rounds"), never one who is spoken about ("who may hand a gun to an actor", "what
should an armorer do").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from index.understanding.masks import KEPT, NAME, PHRASE, Masks, Named

EDGES = " ?!.,;:-–—"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_BEFORE_NAME = (
    r"(?:(?:the|an?|any|some|many|most|all|other|several|these|those|both|two|three|our|your|real|"
    r"actual|working|professional|veteran|experienced|former|leading|different|various|hollywood|"
    r"certified|licensed|independent|british|american|canadian|film|movie|television|tv|theatre|"
    r"theater|on-set|film-set|set|chief|head|lead|expert)\s+)*"
)
_ONE = _BEFORE_NAME + NAME
_WHO = rf"(?P<who>{_ONE}(?:(?:\s*,\s*|\s+)(?:and\s+|or\s+|&\s+)?{_ONE}){{0,7}})"
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
    r"describe[sd]?|describing|mention(?:s|ed|ing)?|(?:talk(?:s|ed|ing)?|speak(?:s|ing)?|spoke|spoken)(?:(?=\s+about\b)|(?!.*\bwith\b))|"
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
_AT = (  # where something is told: "say at the hearing"
    r"at(?!\s+(?:the|an?|his|her|their)\s+(?:[\w’'-]+\s+)?"
    r"(?:hearing|trial|inquest|inquiry|panel|conference|meeting|seminar|deposition)\b)"
)
_DONE = (
    rf"(?!\s*(?:before|after|while|during|(?<!respond )(?<!react )to|into|{_AT}|if|over|out|aloud|"
    r"with|as|when(?!\s+asked)|yes\b|no\b|"
    rf"{PHRASE}))"
)
_SUBJECT = (
    r"(?:\s*[:,]?\s*\b(?:about|on|regarding|concerning|of|to|towards?|re|when asked about|that)\b)?"
)
_VIEWS = (
    r"(?:views?|opinions?|takes?|advice|thoughts?|perspectives?|positions?|words|statements?|"
    r"testimon(?:y|ies)|explanations?|accounts?|comments?|remarks?|quotes?|quotations?|warnings?|"
    r"tips|recommendations?|answers?|interviews?|evidence|criticisms?|reactions?)"
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
            r"find|list|quotes?|clips?|passages?|looking\s+for|need|want|all)\s+"
            r"(?:me\s+|all\s+|that\s+|of\s+|where\s+|what\s+)?)"
            rf"{_WHO}\s+{_ADVERB}{_SAY}\b{_DONE}{_SUBJECT}"
        ),
        (
            rf"\b(?:according\s+to|in\s+the\s+(?:words|view|opinion|eyes)\s+of|as\s+told\s+by)\s+{_WHO}"
            rf"(?!\w)(?!{_HAS})\s*,?"
        ),
        rf"\b(?:according\s+to|in|from)\s+{_WHO}{_HAS}{_VIEWS}\b{_SUBJECT}\s*,?",
        rf"\bas\s+{_WHO}\s+(?:put|puts|see|sees|say|says|tell|tells|explain|explains)\b(?:\s+it)?",
        rf"(?:{_ASKING})?{_WHO}{_HAS}{_VIEWS}\b{_SUBJECT}",
        (  # "quotes on hours from stunt coordinators"
            rf"^(?:{_ASKING})?(?:all\s+)?{_VIEWS}\s+(?:on|about|regarding)\s+"
            rf"(?P<subject>(?:[\w’'-]+\s+){{1,8}}?)(?:from|by)\s+{_WHO}(?!{_HAS})"
            r"(?=\s*(?:[?.!,]*$|(?:since|before|after|in|until|from|between|during)\b))"
        ),
        (
            rf"(?:{_ASKING})?\b{_VIEWS}\s+(?:\w+\s+)?(?:of|from|by|with)\s+{_WHO}(?!{_HAS})"
            rf"(?!\s+{NAME}){_SUBJECT}"
        ),
        rf"(?:^|{_ASKING}){_WHO}\s+{_VIEWS}(?:\s+(?:about|on|regarding|concerning|of|re)\b|\s*[?.!]*$)",
        (
            rf"\b(?:said|explained|described|told|mentioned|discussed|recommended|suggested|argued|"
            rf"claimed|criticized|criticised|testified|stated|quoted)\s+by\s+{_WHO}(?!\w)"
        ),
        (
            r"(?:\b(?:is|are)\s+there\s+)?\b(?:anything|something|everything|material|"
            rf"what\s+(?:have|do)\s+we\s+(?:got|have))\s+(?:from|by)\s+{_WHO}(?!{_HAS}){_SUBJECT}"
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
# Who is asked where nobody is: everybody.
_EVERYBODY = _words(
    """
    people anyone anybody someone somebody everyone everybody experts they he she we you it others
    folks guests listeners who group meeting panel committee members participants speakers this that
    everything interviewees sources
    """
)
_KINDS = _words("people folks experts members")  # of whom, the word before says
# They say something without a mouth: what they say is a question of its own.
_WRITTEN = _words(
    """
    law laws bulletin bulletins code codes statute statutes rule rules regulation regulations report
    reports contract contracts script section act bill citation citations guideline guidelines
    standard standards policy policies study studies paper papers article articles manual manuals
    label labels sign note notes email letter memo page website book books evidence data records
    documents handbook agreement science research history indictment complaint lawsuit
    """
)
_X = r"(?P<who>(?!been\b|be\b|to\b|not\b)[\w’'-]+(?:\s+[\w’'-]+){0,3}?)"
_SOMEBODY_SAID = re.compile(
    rf"^(?:(?:and|so|but|ok|okay)\s+)?(?:what|how)\s+(?:else\s+)?{_ASKED}\s+{_X}\s+(?:ever\s+|also\s+|really\s+)?"
    r"(?:say|said|saying|think|thought|feel|tell\s+us)\s*"
    r"(?:\b(?:about|on|of|regarding)\b|(?=\b(?:since|before|after|in|during|until)\b)|[?.!]*$)\s*",
    re.IGNORECASE,
)
_ACCORDING = re.compile(rf"\s*\baccording\s+to\s+{_X}\s*(?:[,:]|[?.!]*$)\s*", re.IGNORECASE)
_DETERMINER = re.compile(
    r"^(?:(?:the|an?|any|some|most|many|all|other|several|these|those|our|your|of)\s+)+",
    re.IGNORECASE,
)
_ANYBODY = re.compile(
    r"^(?:"
    # Where a show is asked, it was taken out: "what did [The Trade] report about".
    r"what\s+(?:else\s+)?(?:did|does|has|have)\s+(?:ever\s+|also\s+)?(?:say|said|report(?:ed)?|publish(?:ed)?|"
    r"print(?:ed)?|write|written|air(?:ed)?|broadcast|cover(?:ed)?)(?:\s+(?:about|on|regarding))?|"
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
    r"(?:(?:is|are)\s+there\s+)?(?:anything|something|everything|all)\s+(?:said\s+)?(?:about|on|regarding)|"
    rf"(?:all\s+)?(?:{_VIEWS}|stories|episodes?|segments?|articles|pieces|clips|passages)\s+"
    r"(?:about|on|regarding)"
    r")\s+",
    re.IGNORECASE,
)
# "What was said in 2021", "everything since March": words are asked for, whatever they are about.
_ALL_SAID = re.compile(
    r"^(?:(?:show|find|give|list|get)\s+(?:me\s+|us\s+)?)?"
    r"(?:what\s+(?:was|is|has\s+been)\s+said|what\s+did\s+(?:people|they|anyone)\s+say|"
    rf"(?:everything|anything|all)(?:\s+(?:that\s+)?(?:was\s+|has\s+been\s+)?said)?|(?:all\s+)?{_VIEWS})"
    r"(?=\s*(?:[?.!]*$|(?:since|in|before|after|during|from|until|between|last|this|over)\b))",
    re.IGNORECASE,
)
_ON_RECORD = re.compile(
    r"\s+(?:on|for)\s+the\s+record\b(?=\s+(?:about|on|regarding)\b)", re.IGNORECASE
)
_LEAD = re.compile(
    r"^(?:(?:please|summari[sz]e|outline|can|could|would\s+like|you|i|i['’]m|we|want|need|looking|for|find|show|give|get|list|"
    r"me|us|all|any|some|the|anything|something|everything)\s+)+(?!$)",
    re.IGNORECASE,
)
_STARTS_ITSELF = re.compile(
    rf"\s*(?:{KEPT}|(?:about|on|in|since|before|after|during|from|until)\b)", re.IGNORECASE
)
_FILLER = _words(
    """
    a all an and any anything are been by can clips comments did direct do does else everything find
    for from get give had has have hear i in interview interviews is list me need of on or our out
    passages people please quotations quote quotes said say saying says show some something speak
    statements tell that the their there they things think thought us views want was we were what
    where who with words you about regarding to ever also talk talks talked
    """
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question without the words that ask, and who is asked."""

    rest: str
    asks: bool = False  # for what was said
    who: tuple[Named, ...] = ()
    unknown: str = ""  # who is asked and is neither a role nor a person of the archive


def take_asking(masked: str, masks: Masks, is_off: Callable[[Named], bool]) -> Asking:
    """Return `masked` without the words that only ask, and who is asked.

    Words of a speaker that `is_off` stay in the text, and so do those of an unknown one.
    """
    masked = _ON_RECORD.sub(" ", masked)
    for pattern in _FROM_MOUTH:
        match = pattern.search(masked)
        if match is None or _is_left_out(masked, match):
            continue
        who = masks.named_in(match.group("who"))
        if _REPLIED.search(match.group()) and any(one.kind == "role" for one in who):
            continue  # armorers respond to a misfire by what they do
        stays = " and ".join(one.words for one in who if is_off(one))
        subject = match.groupdict().get("subject") or ""
        rest = f"{subject}{_without(masked, match, masks, stays)}"
        return Asking(_LEAD.sub("", rest), asks=True, who=tuple(who))
    return _take_unknown(masked, masks) or _take_anybody(masked)


def take_bare_name(masked: str, masks: Masks) -> tuple[Named, ...]:
    """Return who is named by a question that is nothing but names of people and roles."""
    if not re.fullmatch(
        rf"(?:the\s+|all\s+(?:the\s+)?)?{NAME}(?:(?:\s*,\s*|\s+)(?:and\s+|or\s+|&\s+)?{NAME}){{0,7}}",
        masked,
    ):
        return ()
    who = masks.named_in(masked)
    sure = all(one.kind != "speaker" or one.as_written or one.words[:1].isupper() for one in who)
    return tuple(who) if sure else ()


def is_filler(text: str) -> bool:
    """Return whether `text` has no word that anything could be looked for by."""
    return all(word in _FILLER for word in re.findall(r"[^\W_]+", text.casefold()))


def _take_anybody(masked: str) -> Asking:
    rest = _ANYBODY.sub("", masked)
    if rest == masked:
        rest = _ALL_SAID.sub("", masked)
    return Asking(rest, asks=rest != masked)


def _take_unknown(masked: str, masks: Masks) -> Asking | None:
    """Return who is asked by words that name no role and nobody of the archive."""
    match = _SOMEBODY_SAID.search(masked) or _ACCORDING.search(masked)
    if match is None:
        return None
    who = _DETERMINER.sub("", match["who"]).strip(" '’")
    words = who.casefold().split()
    if not words or (words[-1] in _EVERYBODY and not (words[1:] and words[-1] in _KINDS)):
        said = match.re is _SOMEBODY_SAID
        return Asking(masked[match.end() :], asks=True) if said else None
    if words[-1] in _WRITTEN or any(word in _WRITTEN for word in words[:1]):
        return Asking(masked)
    if re.search(r"\d", who):
        return Asking(masked)
    return Asking(_without(masked, match, masks, who), asks=True, unknown=who)


def _without(masked: str, match: re.Match[str], masks: Masks, stays: str) -> str:
    """Return `masked` without a match, in the place of which some words of it may stay."""
    rest = f"{masked[: match.start()]} {masked[match.end() :]}"
    rest = re.sub(r"\s+", " ", rest).strip(" ,")
    if not stays:
        return rest
    about = " about " if rest.strip(EDGES) and not _STARTS_ITSELF.match(rest) else " "
    return f"{masks.keep(stays)}{about}{rest}"


def _is_left_out(masked: str, match: re.Match[str]) -> bool:
    before = masked[: match.start()]
    inside = masked[match.start() : match.start("who")]
    return bool(
        _LEFT_OUT.search(before[-16:]) or _LEFT_OUT.search(inside) or _SPOKEN_ABOUT.search(before)
    )
