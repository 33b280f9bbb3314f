"""What a mention of a name says of who speaks: its own name, an introduction, an address. Pure.

Everything else is talk about somebody and says nothing of a voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from corpus.types import Span
from corpus.vocabulary import load_vocabulary
from ingest.names.heardnames import Form, Mention
from ingest.page.bylines import person_name

_LONG_SENTENCE = 400  # characters; of a longer one only the end is looked at
_WINDOW = 220  # characters of a sentence that are looked at on either side


class Sense(Enum):
    """Why a name is said."""

    SELF = "I am"
    SIGN_OFF = "says who reported"
    INTRODUCED = "introduced"  # speaks next
    LISTED = "introduced with others"  # will speak
    ASKED = "spoken to"  # speaks next
    ANSWERED = "spoken back to"  # has just spoken
    ABOUT = "spoken of"


@dataclass(frozen=True, slots=True)
class Said:
    """A mention in the turn that makes it, and what it says."""

    mention: Mention
    sense: Sense
    weight: float = 0.0
    quote: Span | None = None  # the words that say it


_HEAD = r"(?:^|.*?[\s,“\"(—–-])"
_LEAD = (  # between "I'm" and the name
    r"(?:(?:as )?(?:always|ever|usual),?\s+|just\s+)?"
    r"(?:(?:your|the|a)\s+(?:co-?|guest |usual )?host,?\s+(?:[a-z' ]{1,40},\s+)?)?"
    r"(?:[A-Z][\w.]*['’]s\s+)?(?:(?:dr|mr|mrs|ms|prof|professor|sir)\.?\s+)?"
)
_I_AM = re.compile(
    rf"(?P<start>.*)\b(?:i['’]?m|i am|my name is|my name['’]s|name['’]s|call me)\s+{_LEAD}"
    r"(?P<filler>[^,.?!;:]{0,50})$",
    re.IGNORECASE,
)
_THIS_IS = re.compile(
    r"^(?P<start>(?:(?:and|hi|hello|hey|so|welcome|well|good (?:morning|evening|afternoon|day)"
    r"|welcome back|from [^.?!]{1,60}?|for [^.?!]{1,60}?|in [^.?!]{1,60}?|live|you['’]re listening"
    r" to [^.?!]{1,60}?|everyone|everybody|there|all|listeners|folks|again)[,.!]?\s+){0,3})"
    rf"this is\s+{_LEAD}$",
    re.IGNORECASE,
)
_OWN_PAIR = re.compile(
    r"\b(?:[Ii]['’]m|[Ii] am|[Mm]y name is|[Mm]y name['’]s)\s+(?:(?:your|the) (?:co-?)?host,?\s+)?"
    r"(?P<name>[A-Z][\w'’-]+ (?:[A-Z]\. )?[A-Z][\w'’-]+)"
)
_REPORTED = re.compile(
    r"\b(?:if|when|whether|say|says|said|saying|like|pretend|thinks?|thought|that|because|imagine|"
    r"goes|was|where|unless|though|suppose|told|know|knew|called|answer\w*|repl\w+|than|not|isn['’]t)"
    r"[\s,:\"'“”]*$",
    re.IGNORECASE,
)
# What follows a name that somebody gives as their own; "I'm Dana Wolfe's producer" is not among it.
_AFTER_OWN = re.compile(
    r"\s*(?:$|[,.!;:—–]|-(?!\w)|\s(?:and|with|here|from|for|in|at|your|host|hosting|the|this|today|"
    r"welcome|you['’]re|it['’]s|my|coming|joining|joined|reporting|speaking|sitting|filling|"
    r"thanks|thank|hi|hello|so|but|now|back|of|i)\b)",
    re.IGNORECASE,
)
_REPORTING = re.compile(
    r"^,?\s*(?:reporting\b|(?:for\s+)?[A-Z]{3,5}(?:\s+News)?\s*[,.]|(?:for|from)\s+[A-Z]{3,5}\b)"
)
_HERE = re.compile(r"^,?\s+here(?:\s+(?:again|with|from|for)\b|\s*[,.!])", re.IGNORECASE)
_FOR_A_STATION = re.compile(r"\s*,?\s*(?:reporting\b|for\b|from\b|with\b|here\b|in\b)", re.I)
_HE_IS = re.compile(r"^\s*[.,]\s*(?:he|she|they|who)\b|^,?\s+(?:he|she|they|who)\b", re.IGNORECASE)

_WHEN = (
    r"(?:,?\s*(?:now|today|tonight|this (?:week|morning|hour|evening|afternoon|time)|again|"
    r"once more|then|also|as always|by (?:phone|telephone|video|zoom)|"
    r"on the (?:phone|line|program|show|programme|podcast)|in (?:the |our )?studio|"
    r"from \w+(?: \w+){0,3}|for this \w+(?: \w+)?|"
    r"here|live|on [A-Z]\w*(?: \w+){0,3}),?){0,3}"
)
_INTRODUCING = re.compile(
    r"\b(?:"
    rf"(?:my|our|your|today['’]s|tonight['’]s|this week['’]s|first|next|second|other|special|the)"
    rf"\s+(?:\w+\s+)?guests?{_WHEN}\s*(?:is|are|['’]s|was|were|[:—–,])"
    rf"|(?:my|our)\s+(?:\w+\s+)?guests?{_WHEN}"
    rf"|(?:joining|with|here with)\s+(?:me|us){_WHEN}\s*(?:is|are|[:—–,])"
    rf"|(?:i['’]?m|we['’]?re|i am|we are|am|are|is)\s+(?:also\s+|now\s+)?joined{_WHEN}\s+by"
    rf"|(?:i|we)\s+have{_WHEN}"
    rf"|(?:i['’]?m|we['’]?re|i am|we are)\s+back\s+(?:here\s+)?with"
    rf"|(?:i|we|i['’]ve|we['’]ve)\s+(?:recently\s+|also\s+)?(?:spoke|talked|sat down|caught up"
    rf"|spoken|talk|speak){_WHEN}\s+(?:to|with)"
    rf"|(?:i['’]?m|we['’]?re|i am|we are)\s+(?:talking|speaking|sitting down|chatting|here)"
    rf"{_WHEN}\s+(?:to|with)"
    r"|(?:let['’]s|let us|let me|we['’]ll|i['’]ll|we|i want to|i['’]d like to)\s+(?:now\s+)?"
    r"(?:hear from|bring in|bring on|turn to|go to|introduce|start with|begin with|welcome)"
    rf"|(?:on|in)\s+(?:the|our|my|this|today['’]s|tonight['’]s)\s+panel{_WHEN}\s*(?:is|are|[:—–,])"
    rf"|(?:my|our|the)\s+panell?ists?{_WHEN}\s*(?:is|are|[:—–,])"
    r"|(?:my|our|a)\s+(?:conversation|interview|chat|talk)\s+with"
    r"|(?:delighted|happy|pleased|thrilled|honou?red|glad|excited|lucky|privileged)\s+to\s+"
    r"(?:have|welcome|introduce|be\s+(?:joined\s+by|(?:here|speaking|talking)\s+(?:with|to)))"
    r"|here\s+to\s+(?:discuss|talk|explain|help)[\w\s]{0,40}\s(?:is|are)"
    r"|(?:please\s+)?(?:welcome|say hello to|meet)(?:\s+back)?(?:\s+to the \w+)?,?"
    r")\s*$",
    re.IGNORECASE,
)
_HER_NAME = re.compile(r"\b(?:her|his|their) name(?:['’]s| is)\s+$", re.IGNORECASE)
_HER_NAME_IS = 0.6  # somebody who is there, or somebody in a story
_HAVE = re.compile(r"\b(?:i|we)\s+have\b[^.?!]{0,60}$", re.IGNORECASE)
_WITH_US = re.compile(
    r"^[^.?!]{0,80}?\b(?:with (?:us|me)|here|on the (?:show|line|program|podcast)|joining)\b",
    re.IGNORECASE,
)
_ROLE_FILLER = re.compile(r"[\w\s,.'’&“”\"/-]{0,140}$")
_GOVERNED = re.compile(
    r"\b(?:of|for|to|by|about|from|against|who|whose|whom|that|which|played|plays|portrayed|"
    r"trained|taught|under|after|before|without|knew|hired|worked|work|works|case|trial|"
    r"death|killing|shooting|late)\b[^,]*$|['’]s\s+(?:[a-z]+\s+){0,4}$",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"^(?:,[^.?!]{1,120},)?\s+(?:joins|joined)\s+(?:me|us)\b"
    r"|^(?:,[^.?!]{1,120},)?\s+(?:is|are)\s+(?:(?:my|our)\s+guest|(?:back\s+|here\s+|also\s+)*with"
    r" (?:us|me)|(?:back\s+)?here\b|on the (?:line|phone)|joining)"
    r"|^(?:,[^.?!]{1,120},)?\s+(?:has (?:the|this|our) (?:story|report)|has more"
    r"|reports?\b\s*[.,:])"
    r"|^['’]s\s+(?:here|with us|back with us)\b",
    re.IGNORECASE,
)
_WELCOMED = re.compile(
    r"^(?:,[^.?!]{1,140})?[,.]?\s+(?:and\s+)?(?:welcome\b|thanks?\b(?!\s+to\b)|thank you\b|hello\b|"
    r"hi\b|good (?:morning|evening|afternoon|to (?:have|see))|great to (?:have|see)|"
    r"(?:it['’]s )?(?:so )?(?:good|great|nice|lovely|a pleasure) to have|"
    r"so (?:good|glad|great)|how are you|glad you)",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"^(?:.*[,.!?—–-])?\s*(?P<word>so|well|and|but|now|okay|ok|all right|alright|right|yes|no|yeah|"
    r"yep|hey|hi|hello|oh|look|listen|you know|welcome|welcome back|"
    r"good (?:morning|evening|afternoon)|tell (?:us|me)|please|go ahead|over to you|what about you|"
    r"and you|how about you|see|exactly|sure|again|absolutely|i mean|first|finally|"
    r"(?:no )?thanks(?:,? again)?(?: (?:a lot|so much|very much))?"
    r"|thank you(?: (?:again|so much|very much|both))?)[\s,]*$",
    re.IGNORECASE,
)
_TITLE_BEFORE = re.compile(r"\b(?:mr|mrs|ms|dr|professor)\.?\s*$", re.IGNORECASE)
_THANKS = re.compile(r"thank", re.IGNORECASE)
_STOPS = re.compile(r"^\s*(?:[,.?!;:—–-]|…)")
_APPOSITION = re.compile(
    r"^\s*,\s*(?:(?:an?|whose|one of|his|her|their|and|or|as(?![^.?!]{1,60}\byou\b))\b"
    r"|[A-Z][\w'’-]+\s*,)"
)
_TOLD_OF = re.compile(r"^\s*,\s*(?:who|said|says|told|was|is|had|has|did)\b")  # unless asked
_NOT_ASKED = re.compile(
    r"\b(?:called|named|by|like|about|from|of|to|for|with|and|or|is|was)\s*,?\s*$", re.I
)
_DESCRIBED = re.compile(  # "the armorer, Dutch": who that is
    r"\b(?:the|an?|my|our|his|her|their)\s+\w+(?:\s+\w+)?,\s*$", re.IGNORECASE
)
_TO_SOMEBODY = re.compile(
    r"\b(?:you|your|yours|you['’]\w+|thanks?|please|welcome)\b", re.IGNORECASE
)
_OPEN_QUOTE = re.compile(
    r"[“\"][^”\"]*$|\b(?:said|says|goes|told (?:me|him|her|them)|like|yelled"
    r"|shouted|asked),\s*$",
    re.IGNORECASE,
)
_CASELESS_CALL = re.compile(
    r"^\s+(?:you|what|how|why|when|where|do|did|are|can|could|would|tell|let|suppose|as the)\b"
)


def read_mention(mention: Mention, content: str, sentence: Span, *, cased: bool) -> Said:
    """Return what a mention says of who speaks.

    Args:
        mention: a place inside `sentence`.
        content: the text.
        sentence: the sentence the mention stands in, inside one turn.
        cased: whether the text has capitals and marks; without them less can be read.
    """
    start = max(sentence.start, mention.span.start - _WINDOW)
    before = content[start : mention.span.start]
    after = content[mention.span.end : mention.span.end + _WINDOW]
    said = Said(mention, Sense.ABOUT)
    if mention.possessive and not _JOINS.match(after):
        return said
    found = (
        _own(mention, before, after, cased=cased)
        or _introduced(mention, before, after, cased=cased)
        or (_called(mention, before, after, content, sentence, cased=cased))
    )
    if found is None:
        return said
    sense, weight = found
    quote = Span(start, max(mention.span.end, min(sentence.end, mention.span.end + 60)))
    return Said(mention, sense, weight, _trimmed(content, quote))


def gives_own_name(words: str, known: Sequence[Span]) -> bool:
    """Say whether a voice gives a full name of its own that is not among those known there.

    Args:
        words: one turn.
        known: places of the mentions in it.
    """
    return any(
        not any(each.start < name.end and name.start < each.end for each in known)
        for _, name in own_names(words)
    )


def own_names(words: str) -> Iterator[tuple[str, Span]]:
    """Yield the full names a voice gives as its own in one turn, each with its place there."""
    for match in _OWN_PAIR.finditer(words):
        place = Span(match.start("name"), match.end("name"))
        start = words[max(0, match.start() - _WINDOW) : match.start()]
        is_own = _AFTER_OWN.match(words, place.end) and not _REPORTED.search(start)
        if is_own and person_name(match["name"]):
            yield match["name"], place


def _own(mention: Mention, before: str, after: str, *, cased: bool) -> tuple[Sense, float] | None:
    """Read "I'm …", "this is … for KCRW", "… reporting", "… here"."""
    full = mention.form is Form.FULL
    i_am = _I_AM.match(before)
    if i_am and not _is_role_or_nothing(i_am["filler"], cased=cased):
        i_am = None
    goes_on = _AFTER_OWN.match(after) or (full and not cased)
    if i_am and not _REPORTED.search(i_am["start"]) and goes_on:
        return Sense.SELF, (0.92 if full else 0.5)
    this_is = _THIS_IS.match(before)
    if this_is and _AFTER_OWN.match(after) and not _HE_IS.match(after) and full:
        station = _FOR_A_STATION.match(after) or this_is["start"].strip()
        return Sense.SELF, (0.9 if station or after[:1] in ",!" else 0.82)
    opens = not before.strip(" “\"'")
    if opens and full and _REPORTING.match(after):
        return Sense.SIGN_OFF, 0.85
    greets = opens or re.fullmatch(
        r"\s*(?:hi|hello|hey|yes|yeah)?,?\s*(?:it['’]s\s+)?", before, re.I
    )
    if greets and _HERE.match(after):
        return Sense.SELF, (0.85 if full else 0.45)
    return None


def _is_role_or_nothing(filler: str, *, cased: bool) -> bool:
    """Say whether only words like "armorer" or "producer" stand between "I'm" and the name."""
    words = filler.split()
    if words and not cased:  # may be another's name: "i'm ann lee bob ray is here"
        roles = load_vocabulary().find_roles(filler)
        spans = [span for span, _ in roles]
        return bool(spans) and (spans[0].start, spans[-1].end) == (0, len(filler.rstrip()))
    return not words or (
        len(words) <= 4
        and not re.search(
            r"\b(?:not|n['’]t|with|of|for|to|by|about|from|than|like|at|and|a fan|here|joined|"
            r"talking|speaking|sure|sorry|afraid|glad|happy|told|who|no|never|calling|asking)\b",
            filler,
            re.I,
        )
    )


def _introduced(
    mention: Mention, before: str, after: str, *, cased: bool
) -> tuple[Sense, float] | None:
    """Read "my guest today is …", "… joins me", "…, welcome to the show"."""
    if mention.form is Form.LAST and not _TITLE_BEFORE.search(before):
        return None
    weight = 0.75 if mention.form is Form.FULL else 0.5
    if mention.form is Form.FULL and _HER_NAME.search(before):
        return Sense.INTRODUCED, _HER_NAME_IS
    if _HAVE.search(before) and not _WITH_US.match(after):
        return None  # "we have Ann Lee to thank"
    full = mention.form is Form.FULL
    if _JOINS.match(after) or (full and not before.strip() and _WELCOMED.match(after)):
        return Sense.INTRODUCED, weight
    cut = _trigger(before)
    if cut is not None:
        filler = before[cut:]
        clause = filler.rsplit(",", 1)[-1]
        if not _GOVERNED.search(clause):
            listed = _is_listed(before[:cut], filler, cased=cased)
            return (Sense.LISTED if listed else Sense.INTRODUCED), weight
    return None


def _trigger(before: str) -> int | None:
    """Return where the words of an introduction end, if only a description follows them."""
    places = [match.end() for match in re.finditer(r"\s+", before)]
    for place in [len(before), *reversed(places)][:28]:
        if _INTRODUCING.search(before[max(0, place - 120) : place]):
            return place if _ROLE_FILLER.match(before[place:]) else None
    return None


def _is_listed(trigger: str, filler: str, *, cased: bool) -> bool:
    """Say whether somebody else stands between the introduction and the name."""
    if not re.search(r"[A-Z][\w'’-]+\s+[A-Z]", filler) and cased:
        return False
    several = re.search(r"\b(?:are|guests)\b", trigger, re.IGNORECASE)
    return bool(re.search(r"\band\s*$", filler) or (several and re.search(r",\s*$", filler)))


def _called(
    mention: Mention, before: str, after: str, content: str, sentence: Span, *, cased: bool
) -> tuple[Sense, float] | None:
    """Read "Bryan, how …?", "thanks, Dutch", "what happened, Ann?"."""
    words = content[max(sentence.start, sentence.end - _LONG_SENTENCE) : sentence.end]
    asked = words.rstrip(' ”"\n').endswith("?")
    if not _may_call(mention, before) or (_TOLD_OF.match(after) and not asked):
        return None
    before = _TITLE_BEFORE.sub("", before)
    called = 0.6 if mention.form is Form.FULL else 0.55
    call = _CALL.match(before)
    stops = call and (_STOPS.match(after) or _thanked(call["word"], after))
    if call and stops and not _APPOSITION.match(after):
        return _direction(call["word"]), called
    opens = not before.strip(" “\"'")
    if opens and _calls_first(after, words, cased=cased):
        return Sense.ASKED, called
    if _ends_sentence(before, after) and (asked or not _DESCRIBED.search(before)):
        short = len(words.split()) <= 7
        if asked or short or _TO_SOMEBODY.search(before):
            return (_direction(words) if short else Sense.ASKED), called - 0.05
    return None


def _may_call(mention: Mention, before: str) -> bool:
    """Say whether people are called by this form of a name, and nobody is quoted doing it."""
    formal = mention.form is not Form.LAST or _TITLE_BEFORE.search(before)
    return bool(formal) and not _OPEN_QUOTE.search(before)


def _ends_sentence(before: str, after: str) -> bool:
    ends = re.search(r",\s*$", before) and re.match(r"\s*[.?!]", after)
    return bool(ends) and not _NOT_ASKED.search(before)


def _calls_first(after: str, words: str, *, cased: bool) -> bool:
    """Say whether a name that opens a sentence calls somebody ("Bryan, how …")."""
    if re.match(r"\s*[,?!—–]", after) and not _APPOSITION.match(after):
        return True
    if re.match(r"\s*\.", after) and len(words.split()) <= 2:
        return True
    return not cased and bool(_CASELESS_CALL.match(after))


def _thanked(word: str, after: str) -> bool:
    return bool(_THANKS.search(word)) and bool(re.match(r"\s+(?:for|so|very)\b", after))


def _direction(word: str) -> Sense:
    return Sense.ANSWERED if _THANKS.search(word) else Sense.ASKED


def _trimmed(content: str, span: Span) -> Span:
    words = span.of(content)
    return Span(span.start + len(words) - len(words.lstrip()), span.start + len(words.rstrip()))
