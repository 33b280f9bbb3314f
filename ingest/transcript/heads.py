"""What a line of a printed transcript may begin with: a speaker's label, a time, or both. Pure.

A label stands before a colon (`JANE DOE, HOST:`), before a time (`Jane Doe 0:53`), after a time
(`[00:53] Jane Doe`), or is marked up alone (a citation, a heading, bold). Whether what has that
shape is a speaker, only the whole document can tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from ingest.transcript.directions import is_direction
from ingest.transcript.manuscripts import Line
from ingest.transcript.selling import is_sale_label
from ingest.transcript.stamps import BARE, BRACKETED, leading_stamp, seconds_of


class Form(StrEnum):
    """Where a label stands."""

    COLON = "before a colon"
    MARKED_COLON = "marked up, before a colon"
    BEFORE_TIME = "before a time"
    AFTER_TIME = "after a time"
    MARKED = "marked up"


@dataclass(frozen=True, slots=True)
class Head:
    """What a line begins with: a label, a time, or both; `rest` are the words after it."""

    rest: str
    label: str | None = None
    form: Form | None = None
    time: float | None = None
    before: str = ""  # a direction that stands before the label
    changes: bool = False  # ">>": somebody else now

    @property
    def key(self) -> str:
        """The label as it is compared with others."""
        return (self.label or "").casefold()

    @property
    def core(self) -> str:
        """The name in the label: "Mr. OKAFOR (Actor)" and "OKAFOR, HOST" are one."""
        return _HONORIFIC.sub("", re.split(r"[,(\[]", self.key, maxsplit=1)[0].strip())


_LONGEST = 100  # characters of a label
_COLON = re.compile(r"([^:：]{1,140}(?::\d\d[^:：]{0,20}){0,3}?)\s?[:：](?!\d|//)\s?")
_TIME_INSIDE = re.compile(rf"[\s,(\[|–-]*(?:at\s)?(?:{BRACKETED}|{BARE})[)\]\s]*$")
_TIME_AFTER = re.compile(rf"(.{{1,100}}?)\s*(?:[|•·,–-]\s*)?({BRACKETED}|(?<=\s){BARE}\s*$)\s*")
_GROUPS = re.compile(r"(?:(?:\[[^\[\]]{1,200}\]|\([^()]{1,200}\))[\s.]*)+")
_QUALIFIER = re.compile(r"\s*(?:[(\[]\s*([^()\[\]]{1,80})\s*[)\]])\s*$")
_CHANGE = re.compile(r">>+\s*")
_HONORIFIC = re.compile(r"(?:mr|mrs|ms|miss|dr|prof|sir|hon|rev|sen|rep|gov)\b\.?\s+")
_PARTICLES = frozenset(
    re.findall(
        r"\S+",
        "of de da do dos del della di du la le van von der den ter ten bin ibn al el the and y e "
        "for zu af av & + | / – -",
    )
)
GENERIC = re.compile(
    r"(?:(?:un(?:identified|known|named)|male|female|first|second|third|audience|panel|news|co-?)\s"
    r"?)?(?:speaker|host|guest|interview(?:er|ee)|narrator|moderator|voice|caller|man|woman|person"
    r"|reporter|announcer|member|participant|respondent|q|a|i|r|all|both|group|crowd|chair|judge"
    r"|the\s(?:court|chair|witness|clerk))s?(?:\s?#?\s?(?:\d{1,3}|[a-z]|one|two|three|four))?",
    re.IGNORECASE,
)
# What stands before a colon without being anybody, marked up or not.
_NOBODY = re.compile(
    r"(?:note|notes|link|links|warning|update|updated|tip|ps|p\.s|edit|transcript|transcription"
    r"|resources?|references?|sponsors?|credits?|show notes|timestamps?|chapters?|topics?|tags?"
    r"|date|time|length|duration|published|recorded|released?|location|where|when|what|why|how|who"
    r"|music|sfx|sound|sound effects?|title|subject|email|phone|website|web|twitter|instagram"
    r"|facebook|follow|subscribe|support|contact|address|source|sources|category|filed under"
    r"|episode|season|part|chapter|step|figure|table|https?|image|photo|caption|copyright|summary"
    r"|description|ingredients|method|serves|disclaimer|correction|editor.?s note|read more"
    r"|like this|breaking|exclusive|opinion|review|comments?|reply|posted|author|by|news"
    r"|categor(?:y|ies)"
    r"|related|also|plus|see|listen|watch|produced|written|directed|edited|hosted|thanks"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|special thanks|download|share|running time|previous|next|key takeaways?|takeaways?)\b",
    re.IGNORECASE,
)
SELDOM = re.compile(  # or only where the whole document is made so
    r"(?:remember|example|number|rule|first|second|third|finally|fact|quote|today"
    r"|tomorrow|yes|no|so|and|but|because|however|well|okay|ok|now|then|also|again|meaning|result"
    r"|reason|problem|solution|idea|point|question is|bottom line|spoiler|hint|think|imagine"
    r"|this|that|it|he|she|they|we|you|here|there|in|on|at|for|if|my|our|your|his|her|one|two"
    r"|three|like|look|plus|or|not|just|again|thing|things|pro|con|pros|cons|myth|truth|lesson)\b",
    re.IGNORECASE,
)
_BREAKS = re.compile(
    r"(?:ad |commercial |sponsor |station |music |mid-?roll |short )?(?:break|pause|intermission)s?"
    r"|music|theme(?: music| song)?|sfx|sound(?: effects?)?|transition|jingle|(?:in|out)tro music",
    re.IGNORECASE,
)


def read_head(line: Line) -> Head:
    """Return what a line begins with; without label and time when it is words alone."""
    text = line.text
    change = _CHANGE.match(text)
    if change:
        text = text[change.end() :]
    groups = _GROUPS.match(text)
    before = ""
    if groups and leading_stamp(groups[0])[0] is None and groups.end() < len(text):
        labelled = _read(replace(line, text=text[groups.end() :]))
        if labelled.form is Form.COLON:
            return replace(labelled, before=groups[0].strip(), changes=bool(change))
    return replace(_read(replace(line, text=text)), before=before, changes=bool(change))


def is_name(text: str) -> bool:
    """Say whether a line, or what stands in a bracket, has the shape of a label and no colon."""
    return ":" not in text and len(text) <= _LONGEST and _is_label(text, marked=False)


def is_break(head: Head) -> bool:
    """Say whether a label announces music or a break instead of a speaker."""
    return bool(head.label and _BREAKS.fullmatch(head.label))


def _read(line: Line) -> Head:
    time, text = leading_stamp(line.text)
    head = _before_colon(line, text) or _before_time(text if time is None else "")
    if head is None and time is not None and _is_label(text, marked=False) and len(text) <= 60:
        head = Head("", text, Form.AFTER_TIME)
    head = head or _marked(line, text)
    is_title = line.heading and head and head.rest and not GENERIC.fullmatch(head.label or "")
    if head is None or is_title:  # "Part two: the truck"
        return Head(text, time=time)
    return head if time is None else replace(head, time=time)


def _before_colon(line: Line, text: str) -> Head | None:
    found = _COLON.match(text)
    if not found:
        return None
    inside = _TIME_INSIDE.search(found[1])
    label = found[1][: inside.start()] if inside else found[1]
    lead = leading_stamp(line.lead)[1].rstrip(" :：")
    marked = bool(lead) and (lead.startswith(label.strip()) or label.strip().startswith(lead))
    label, said = _without_manner(label.strip(' -–—*"“”'))
    if not _is_label(label, marked=marked):
        return None
    rest = " ".join(part for part in (said, text[found.end() :]) if part)
    time = seconds_of(inside[0]) if inside else None
    form = Form.MARKED_COLON if marked else Form.COLON
    after, words = leading_stamp(rest, bracketed=not re.fullmatch(BARE, rest.strip()))
    if after is not None and time is None:
        time, rest = after, words
    return Head(rest, label, form, time)


def _before_time(text: str) -> Head | None:
    found = _TIME_AFTER.match(text[:160])
    if not found:
        return None
    label = found[1].strip(" -–—|•·,:")
    if not _is_label(label, marked=False):
        return None
    return Head(text[found.end() :].lstrip(":-–— "), label, Form.BEFORE_TIME, seconds_of(found[2]))


def _marked(line: Line, text: str) -> Head | None:
    label = leading_stamp(line.lead)[1].strip(" -–—:|")
    if not label or not text.startswith(label) or not _is_label(label, marked=False):
        return None
    rest = text[len(label) :].lstrip(" -–—:|")
    time, words = leading_stamp(rest)
    return Head(words if time is not None else rest, label, Form.MARKED, time)


def _without_manner(label: str) -> tuple[str, str]:
    """Part "BOB (laughing)" into the label and the direction, in its brackets."""
    found = _QUALIFIER.search(label)
    if found and is_direction(found[1]) and found.start() > 0:
        return label[: found.start()], f"[{found[1]}]"
    return label, ""


def _is_label(text: str, *, marked: bool) -> bool:
    """Say whether text has the shape of a label; `marked`: the markup says so too."""
    if not 0 < len(text) <= _LONGEST or not any(character.isalnum() for character in text):
        return False
    if text[0].isdigit() or (
        text[-1] in ".!?…;" and not re.search(r"(?:^|\s)(?:\w|[JS]r|Esq)\.$", text)
    ):
        return False
    if _BREAKS.fullmatch(text) or _NOBODY.match(text):
        is_break = bool(_BREAKS.fullmatch(text)) and (marked or text.isupper())
        return is_break or is_sale_label(text)
    core = re.split(r"[,(\[]", text, maxsplit=1)[0].split()
    if not core or len(core) > (8 if marked else 6) or len(text.split()) > 16:
        return False
    if marked or GENERIC.fullmatch(" ".join(core)):
        return not re.search(r"[.!?]\s+\w+\s+\w+\s+\w+", text)
    return _is_named(core)


def _is_named(core: Sequence[str]) -> bool:
    """Say whether the words before any comma or bracket are written as a name is."""
    bare = [word.strip("\"“”'‘’.-*") for word in core]
    if not bare[0] or not bare[-1] or bare[-1].casefold() in _PARTICLES:
        return False
    if len(core) == 1 and not bare[0].isascii() and len(bare[0]) > 24:  # a sentence without spaces
        return False
    return all(
        not word
        or word.casefold() in _PARTICLES
        or not word[0].islower()
        or word[:2] in {"d'", "d’", "o'", "o’"}
        or bool(re.match(r"(?:mc|mac|al|el|de|ibn)-?[A-Z]", word))
        for word in bare
    ) and not all(word.isdigit() for word in bare)


@lru_cache(4096)
def is_shouted(label: str) -> bool:
    """Say whether a label is in capitals, its lower-case prefixes ("McCOY", "Mr.") aside."""
    core = re.split(r"[,(\[]", label, maxsplit=1)[0]
    words = [word for word in core.split() if not re.fullmatch(r"(?:Mr|Ms|Mrs|Dr)\.?", word)]
    letters = [c for c in "".join(words) if c.isalpha() and c.lower() != c.upper()]
    return len(letters) > 1 and sum(c.isupper() for c in letters) >= 0.7 * len(letters)
