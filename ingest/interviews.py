"""Interviews in print: which paragraphs are somebody else's answers, not the byline's words.

A question-and-answer piece carries its writer's byline and another person's words. Labels at
the start of paragraphs ("Ollerby:") say whose; where there are only questions and answers
without labels, nobody is named. A paragraph that is doubtful is nobody's. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise


class Part(StrEnum):
    """What a paragraph is where nobody's name stands before it."""

    QUESTION = "question"
    ANSWER = "answer"


_WORD = r"[^\W\d_a-zß-ÿ][\w.’'&-]*"
_SMALL = r"of|the|de|del|der|den|di|da|du|van|von|la|le|bin|al|el|and|y"
_LABEL = re.compile(
    rf"^(?P<name>{_WORD}(?:\s+(?:{_WORD}|{_SMALL}|#?\d{{1,2}})){{0,5}})"
    r"(?P<part>,\s+[^:.?!“”\"]{2,60})?"  # LARRY ZANOFF, HOST OF TRIGGERS
    r"(?:\s*[\[(][^\[\]()]{0,40}[\])])?\s*:\s+(?=\S)"
)
_SAID = re.compile(
    r"\b(?:who|which|says?|said|tells?|told|adds?|added|writes?|wrote|asked|is|was)\b"
)
_LEAST_LABELS = 3
_MOST_NAMES = 20  # more different ones are a list of headings, not a conversation
_LEAST_QUESTIONS = 3
_DIALOGUE = 6  # two that take turns this often are no headings
_QUESTION_WORDS = 60
_NAME_WORDS = range(2, 6)
_PARTS = re.compile(
    r"(?:q|a|question|answer|host|guest|interviewer|interviewee|moderator|narrator|announcer|"
    r"caller|reporter|speaker|voice|byline)(?:\s+#?\d{1,2})?",
    re.IGNORECASE,
)
# What stands before a colon in ordinary prose and in the furniture of a page.
_FURNITURE = (
    "note notes update updated correction clarification photo photos photograph image picture "
    "video source sources tip tips warning caution example step location address date time price "
    "where when what who why how related read see watch listen more also next subscribe follow "
    "pro pros con cons fact facts faq editor editor's editors disclosure disclaimer spoiler "
    "pictured published posted tags tag topics category share advertisement chapter part section "
    "count rule lesson reason number key bottom bonus best worst here there this that our your my"
)
_TRAILING = (
    "tip tips note notes credit credits more story stories link links video news guide list line "
    "one two three four five six seven eight nine ten i ii iii iv v vi first second third"
)
_NOT_FIRST = frozenset(_FURNITURE.split())
_NOT_LAST = frozenset(_TRAILING.split())
# Labels that say no more than that somebody asks and somebody answers.
_LETTERS = {
    "q": Part.QUESTION, "question": Part.QUESTION, "a": Part.ANSWER, "answer": Part.ANSWER
}  # fmt: skip
_ARTICLES = frozenset({"the", "a", "an", "and", "but", "our", "these", "those", "some"})
_TALK = re.compile(r"\?|\b(?:I|we|We|you|You|my|My|me|us|our|Our|your|Your)\b")
_FIRST_PERSON = re.compile(r"\b(?:I|we|We|my|My|me|us|our|Our)\b")
_ASIDE = re.compile(
    r"[\[(][^\[\]()]*[\])]\.?|(?:[Cc]opyright\b|COPYRIGHT\b|©|\([Cc]\)).*", re.DOTALL
)
_ABOUT_ITSELF = re.compile(
    r"\b(?:interview|conversation|transcript|story|article|exchange)\b.{0,60}"
    r"\b(?:edited|condensed|conducted|produced|updated|adapted|translated)\b"
    r"|\b(?:edited|condensed|conducted|produced|adapted|translated)\b.{0,40}"
    r"\b(?:interview|conversation|transcript|story|article|broadcast|web)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A paragraph of an interview: its words without the label, and the label in full."""

    text: str
    label: str | None
    part: Part | None = None  # None: named by the label, or doubtful


@dataclass(frozen=True, slots=True)
class _Line:
    """A paragraph as printed: the name before its colon, that with its part, and the words."""

    whole: str
    name: str | None = None
    label: str | None = None
    words: str = ""

    @property
    def is_formal(self) -> bool:
        """Whether it is labelled as a broadcaster's transcript does: ANN LEE, HOST."""
        return bool(self.name and self.name.isupper() and self.label != self.name)


def find_interview(
    paragraphs: Sequence[str], *, headings: Sequence[bool] = ()
) -> list[Answer | None]:
    """Return for each paragraph what it is of an interview; None is the writer's own.

    >>> find_interview(["Ann Lee: Is it?", "Bob Ray: I am sure.", "Lee: Say why."])[2]
    Answer(text='Say why.', label='Ann Lee')

    Args:
        paragraphs: the body of an article.
        headings: which of them the page sets as headings; those are never an answer.
    """
    lines = [_read(text) for text in paragraphs]
    speakers = _speakers(lines)
    if speakers:
        return list(_labelled(lines, speakers, headings or [False] * len(lines)))
    return list(_unlabelled(paragraphs, headings or [False] * len(lines)))


def _read(text: str) -> _Line:
    match = _LABEL.match(text)
    if match is None or _SAID.search(match["part"] or ""):
        return _Line(text)
    name = " ".join(match["name"].split())
    label = " ".join((name + (match["part"] or "")).split())
    return _Line(text, name, label, text[match.end() :].strip())


# ── who speaks ───────────────────────────────────────────────────────────────────────────────


def _speakers(lines: Sequence[_Line]) -> Mapping[str, str]:
    """Return the full label for each printed name, or nothing when this is no conversation."""
    printed = list(dict.fromkeys(line.name for line in lines if line.name and _may_be(line.name)))
    if len(printed) > 2 * _MOST_NAMES:  # each person in full and by surname
        return {}
    full = {name: _in_full(name, printed) for name in printed}
    sure = {name for name in printed if _is_sure(full[name], printed, lines)}
    if not sure and not _is_personal([line for line in lines if line.name in full]):
        return {}
    kept = {name: who for name, who in full.items() if name in sure or _is_plain(name)}
    said = [(kept[line.name], line.words) for line in lines if line.name in kept and line.name]
    if not _is_conversation(said, lines, kept):
        return {}
    labels = {line.name: line.label for line in reversed(lines) if line.name and line.label}
    return {name: labels.get(who, who) for name, who in kept.items()}


def _may_be(name: str) -> bool:
    """Say whether this can be anybody: not a heading, not the furniture of a page."""
    words = [word.strip(".’'").replace("’", "'").casefold() for word in name.split()]
    if _PARTS.fullmatch(name):
        return True
    if words[0] in _NOT_FIRST or (len(words) > 1 and words[-1] in _NOT_LAST):
        return False
    return not words[-1].lstrip("#").isdigit() or name.isupper()


def _in_full(name: str, printed: Sequence[str]) -> str:
    """Return the one longer name that begins or ends with this one, or the name itself."""
    wanted = name.casefold()
    same = next(other for other in printed if other.casefold() == wanted)
    for fits in (str.endswith, str.startswith):
        space = f" {wanted}" if fits is str.endswith else f"{wanted} "
        longer = {other.casefold(): other for other in printed if fits(other.casefold(), space)}
        if longer:
            return longer.popitem()[1] if len(longer) == 1 else same
    return same


def _is_sure(name: str, printed: Collection[str], lines: Sequence[_Line]) -> bool:
    """Say whether this is a part in a conversation or a full name, here or in the prose."""
    words = name.split()
    if _PARTS.fullmatch(name):
        return True
    if len(words) in _NAME_WORDS:
        return words[0].casefold() not in _ARTICLES
    if any(name.casefold() in other.casefold().split()[1:] for other in printed):
        return True
    before = re.compile(rf"\b([A-Z][\w.’'-]+)\s+{re.escape(name)}\b", re.IGNORECASE)
    return len(words) == 1 and any(
        found[1][:1].isupper() and found[1].casefold() not in _ARTICLES
        for line in lines
        for found in before.finditer(line.whole)
    )


def _is_plain(name: str) -> bool:
    """Say whether a name that is not sure may be a paper, its initials, or one word of a name."""
    return len(name.split()) == 1 or name.split(maxsplit=1)[0].casefold() in _ARTICLES


def _is_personal(lines: Sequence[_Line]) -> bool:
    """Say whether one word after the other asks, or speaks of itself: Pros and Cons do not."""
    asked = Counter(line.name for line in lines if "?" in line.words)
    said = Counter(line.name for line in lines)
    of_self = sum(bool(_FIRST_PERSON.search(line.words)) for line in lines)
    return any(asked[name] * 2 >= said[name] for name in asked) or of_self * 2 >= len(lines) > 0


def _is_talk(said: Sequence[tuple[str, str]]) -> bool:
    """Say whether people talk here; in any language two of them do, one after the other."""
    talking = sum(bool(_TALK.search(words)) for _, words in said)
    if talking * 5 >= len(said):
        return True
    runs = [name for name, _ in groupby(name for name, _ in said)]
    sentences = sum(words.endswith((".", "?", "!", "…", "”", '"')) for _, words in said)
    return len(set(runs)) == 2 and len(runs) >= _DIALOGUE and sentences * 5 >= len(said) * 4


def _is_conversation(
    said: Sequence[tuple[str, str]], lines: Sequence[_Line], kept: Mapping[str, str]
) -> bool:
    """Say whether at least two take turns, or one answers questions without a label."""
    if len({name for name, _ in said}) > _MOST_NAMES or not _is_talk(said):
        return False
    turns = [
        kept.get(line.name or "") or ("?" if _is_question(line.whole) else None) for line in lines
    ]
    runs = Counter(name for name, _ in groupby(name for name in turns if name))
    answered = sum(before == "?" and after not in {"?", None} for before, after in pairwise(turns))
    alternates = any(count > 1 for name, count in runs.items() if name != "?")
    several = len({name for name, _ in said}) > 1
    if several and any(line.name in kept and line.is_formal for line in lines):
        return True
    return alternates and (answered >= 2 or (several and len(said) >= _LEAST_LABELS))


# ── whose each paragraph is ──────────────────────────────────────────────────────────────────


def _labelled(
    lines: Sequence[_Line], speakers: Mapping[str, str], headings: Sequence[bool]
) -> Iterator[Answer | None]:
    places = [place for place, line in enumerate(lines) if line.name in speakers]
    speaker: str | None = None
    for place, line in enumerate(lines):
        if place < places[0]:
            yield None
        elif line.name in speakers and line.name:
            speaker = speakers[line.name]
            yield Answer(line.words, speaker, _LETTERS.get(speaker.casefold()))
        elif headings[place] or _ASIDE.fullmatch(line.whole):
            yield Answer(line.whole, None)
        else:
            if not _goes_on(line, speaker, last=place > places[-1]):
                speaker = None
            yield Answer(line.whole, speaker)
            if place > places[-1]:
                speaker = None  # one paragraph more at the most


def _goes_on(line: _Line, speaker: str | None, *, last: bool) -> bool:
    """Say whether an unlabelled paragraph is still the speaker's."""
    if speaker is None or line.name or _is_question(line.whole):
        return False  # somebody we do not know, or the interviewer, whom many leave unlabelled
    names = speaker.split(",")[0].split()
    surname = re.compile(rf"\b{re.escape(names[-1])}\b", re.IGNORECASE)
    is_about = len(names[-1]) > 1 and surname.search(line.whole)
    if is_about or _ABOUT_ITSELF.search(line.whole):
        return False
    return not last or bool(_FIRST_PERSON.search(line.whole))


# ── without labels ───────────────────────────────────────────────────────────────────────────


def _unlabelled(paragraphs: Sequence[str], headings: Sequence[bool]) -> Iterator[Answer | None]:
    questions = [_is_question(text) for text in paragraphs]
    answered = sum(
        asked and not following
        for asked, following in zip(questions, [*questions[1:], True], strict=False)
    )
    first = questions.index(True) if any(questions) else len(paragraphs)
    last = max((place for place, asked in enumerate(questions) if asked), default=-1)
    is_interview = answered >= _LEAST_QUESTIONS and answered * 4 >= len(paragraphs) - first
    for place, text in enumerate(paragraphs):
        if not is_interview or place < first:
            yield None
            continue
        is_near = place <= last + 1 or bool(_FIRST_PERSON.search(text))
        yield Answer(text, None, _part(text, headings[place]) if is_near else None)


def _part(text: str, is_heading: bool) -> Part | None:
    """Return whether a paragraph asks or answers; None for what may be the writer's own."""
    if _is_question(text):
        # "I have asked myself: why me?" may be the answer of a doubter.
        return None if re.search(r"\b(?:I|[Mm]y)\b", text) else Part.QUESTION
    doubtful = is_heading or _ASIDE.fullmatch(text) or _ABOUT_ITSELF.search(text)
    return None if doubtful else Part.ANSWER


def _is_question(text: str) -> bool:
    return text.rstrip('”"’ ').endswith("?") and len(text.split()) <= _QUESTION_WORDS
