"""Quotation marks: which stretches of an article stand inside them.

A stretch inside marks is somebody's words, never the byline's. Titles and scare quotes are not
quotations. Which marks are the outer ones is read paragraph by paragraph: a stretch begins with
whatever mark comes first, and marks inside it belong to it. Whose words they are is not decided
here. Pure; knows one paragraph list at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from corpus.types import Span

_DOUBLE = {"“": "”", "„": "“”", "«": "»", "‟": "”", '"': '"'}
_SINGLE = {"‘": "’", "'": "'"}
_PAIRS = {**_DOUBLE, **_SINGLE}
_CUES = (
    "say says said saying tell tells told add adds added explain explains explained ask asks "
    "asked recall recalls recalled write writes wrote note notes noted warn warns warned argue "
    "argues argued insist insists insisted reply replies replied answer answers answered shout "
    "shouts shouted call calls called announce announces announced testify testifies testified "
    "continue continues continued chant chants chanted stated according claim claims "
    "claimed joke jokes joked concede concedes conceded remember remembers remembered agree "
    "agrees agreed put puts"
)
# Beside the marks they tell of speech, wherever else they stand of much else.
_UTTERED = (
    "whispered whispers muttered murmured snapped hissed yelled cried screamed barked mumbled "
    "sighed pleaded begged demanded repeated responded remarked growled gasped stammered"
)
_NAMING = (
    "call calls called calling describe describes described describing dub dubs dubbed termed "
    "branded labelled labeled"
)
_CALLING = "yell yells yelled cry cries cried"
_FILLING = (
    "that it he she they this there was is were are had been a an the like as to him her us me"
)
_CUE = re.compile(rf"(?<!\bso[- ])\b(?:{'|'.join(_CUES.split())})\b", re.IGNORECASE)
# The verb and what it is about: she called it, he described the whole set as, he said it was a
_GOVERNED = re.compile(
    rf"(?<!-)(?<!\b(?:is|so|to)\s)(?<!\b(?:are|was|not)\s)(?<!\b(?:were|been)\s)(?<!\bI\s)\b(?:"
    rf"(?:{'|'.join(_NAMING.split())})(?!\s+(?:on|for|off|out|in)\b)(?:\s+[\w’'-]+){{0,5}}"
    rf"|(?:{'|'.join(f'{_CUES} {_CALLING}'.split())})(?:\s+(?:{'|'.join(_FILLING.split())})){{0,5}}"
    r")\s*$",
    re.IGNORECASE,
)
# What somebody is said to have found: he said the schedule was, they told her it felt
_PREDICATE = re.compile(
    rf"\b(?:{'|'.join(_CUES.split())})\s(?:[\w’'-]+\s){{1,9}}"
    r"(?:was|were|is|are|been|being|be|had|has|have|felt|feels|feel|seemed|seems|looked|became)\s*$",
    re.IGNORECASE,
)
_WAS_TOLD = re.compile(r"\b(?:was|were|been|am|is|are)\stold\s*$")
# nobody ever says “stop”: not what somebody said
_NEVER_SAID = re.compile(r"\b(?:nobody|no[ -]one|never|ever|rarely|hardly|if)\b", re.IGNORECASE)
_STOP = r"(?<!\bMr)(?<!\bMs)(?<!\bDr)(?<!\bMrs)(?<!\bSgt)(?<!\bDet)(?<!\bLt)(?<!\b[A-Z])[.?!]"
# The writer goes on: “competent persons,” and it does not say who
_OWN_CLAUSE = re.compile(r"[”»’'\"]?\s+(?:and|but|or|nor|which|that|who|whose|because)\b")
# What stands after a closing mark: said, she said, Brandt said; not “cold gun” call
_TELLING = re.compile(
    rf"\s+(?!(?:call|claim|claims|answer|answers|note|notes|joke|jokes|put|puts)\b)(?:(?:he|she|they|it|we|I|[A-Z][\w’'-]+)\s+)?(?:{'|'.join(_CUES.split())})\b"
)
_TOUCHING = re.compile(
    rf"[”»’'\"]?,?\s+(?:[\w.’'-]+,?\s+){{0,4}}?(?:{'|'.join(f'{_CUES} {_UTTERED}'.split())})\b",
    re.IGNORECASE,
)
_NEAR = 60  # characters around a stretch in which a cue verb makes it speech
_SMALL = frozenset("a an the of in on at to for and or but from with by vs is as".split())
_ENDS = (".", "?", "!", "…")
_STRONG = ",.?!…—–-"  # a mark after one of these closes; one after a letter may be an apostrophe
_TITLE_WORDS = 8
_SCARE_WORDS = 3
_SHORTENED = re.compile(r"['‘](?:\d|(?:em|til|tis|twas|cause|bout|round|n)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Marked:
    """A quoted stretch: the characters between the marks, and whether a mark closes it."""

    inner: Span
    closed: bool = True
    mark: str = ""  # that opens it; none for a block quote


def find_marked(paragraphs: Sequence[str], *, block: Sequence[bool] = ()) -> list[list[Marked]]:
    """Return, for each paragraph, the stretches of quoted words in it, without their marks.

    A quotation opened and not closed runs to the end of its paragraph, never further: leaving
    its words to the byline would be the worse mistake.

    Args:
        paragraphs: the body of an article.
        block: which of them the page sets apart as block quotes; all of such a one is quoted.
    """
    texts = [_plain_marks(text) for text in paragraphs]
    followers = [*texts[1:], ""]
    marked = [list(_marked(text, after)) for text, after in zip(texts, followers, strict=True)]
    # Where doubles are the habit, singles at the outside are titles and scare quotes.
    is_double = any(marks.mark in _DOUBLE for found in marked for marks in found)
    blocks = block or [False] * len(texts)
    return [
        [Marked(_bare(text))]
        if is_block
        else [m for m in found if _is_quoted(text, m, is_double, _reopens(m.mark, after))]
        for text, found, after, is_block in zip(texts, marked, followers, blocks, strict=True)
    ]


def _plain_marks(text: str) -> str:
    """Return the text with ``…'' and ''…'' as curly marks; every place stays where it was."""
    text = re.sub(r"(?:``|(?<![^\s(])'')(?=\S)", "'“", text)
    return text.replace("''", "”'") if "“" in text else text


def _reopens(mark: str, after: str) -> bool:
    return after.lstrip().startswith(mark)


def _is_quoted(text: str, marks: Marked, is_double: bool, reopens: bool) -> bool:
    if not re.search(r"\w", marks.inner.of(text)):
        return False
    if marks.mark in _DOUBLE:
        return _is_speech(text, marks)
    at_start = marks.inner.start - 1 == len(text) - len(text.lstrip())
    if not marks.closed:
        return at_start and (reopens or (marks.mark == "‘" and not is_double))
    if marks.mark == "‘" and not is_double:
        return _is_speech(text, marks)
    inner = marks.inner.of(text).rstrip()
    if at_start and not text[marks.inner.end + 1 :].strip() and len(inner.split()) > _SCARE_WORDS:
        return inner.endswith(_ENDS)
    ends = inner[-1:] in _STRONG or len(inner.split()) > _SCARE_WORDS
    is_told = (ends and _has_cue(text, marks.inner)) or _is_governed(text, marks.inner)
    return is_told and _is_speech(text, marks)


def _bare(text: str) -> Span:
    """Return a whole block quote without the marks around it."""
    marks = "".join((*_DOUBLE, *_DOUBLE.values(), "‘’' "))
    start = len(text) - len(text.lstrip(marks))
    return Span(start, max(start, len(text.rstrip(marks))))


# ── marks ────────────────────────────────────────────────────────────────────────────────────


def _marked(text: str, following: str) -> Iterator[Marked]:
    position, first = 0, len(text) - len(text.lstrip())
    while position < len(text):
        mark = text[position]
        if mark not in _PAIRS or not _opens(text, position):
            position += 1
            continue
        start = position + 1
        end = _find_close(text, start, mark)
        at_start = start - 1 == first
        if mark in _SINGLE and end is None and not at_start:
            position = start  # an apostrophe
            continue
        if mark in _SINGLE and end and at_start and _reopens(mark, following):
            end = None if _may_be_apostrophe(text, end) else end
        position = len(text) if end is None else end + 1
        yield Marked(Span(start, len(text) if end is None else end), end is not None, mark)


def _opens(text: str, position: int) -> bool:
    """Say whether a quotation can begin with the mark here, when none is open."""
    mark, before = text[position], text[position - 1] if position else " "
    after = text[position + 1 : position + 2]
    if mark == '"':
        return not before.isdigit()  # 6" barrel: a mark after a digit counts inches
    if mark == "'":
        free = before.isspace() or before in "([—–“"
        return free and after.isalnum() and not _SHORTENED.match(text, position)
    if mark == "‘":
        return not before.isalnum() and not _SHORTENED.match(text, position)
    return True


def _find_close(text: str, start: int, mark: str) -> int | None:
    if mark in _SINGLE:
        return _close_single(text, start, mark)
    closings, last, depth = _PAIRS[mark], None, 0
    for found in re.compile(f"[{re.escape(closings + mark)}]").finditer(text, start):
        place = found.start()
        if _opens_inside(text, place, mark):
            depth += 1
        elif text[place] in closings and not _is_inch(text, place):
            if not depth:
                return place
            depth, last = depth - 1, place
    return last  # one mark too few: the last one closes


def _opens_inside(text: str, place: int, mark: str) -> bool:
    """Say whether the mark here opens a quotation nested in one of the same marks."""
    if text[place] != mark:
        return False
    before, after = text[max(0, place - 2) : place], text[place + 1 : place + 2]
    if not after or not (after.isalnum() or after in "“‘'…"):
        return False
    # After a full stop it is the next quotation, and the mark before it was forgotten.
    return before[-1:] in " \xa0([—–" and before[:1] not in (*_ENDS, "”", '"')


def _is_inch(text: str, place: int) -> bool:
    """Say whether the straight mark here counts inches inside a quotation: a 6" barrel."""
    if text[place] != '"' or not text[place - 1].isdigit():
        return False
    following, later, _ = text[place + 1 : place + 500].partition('"')
    goes_on = re.match(r" [a-z]", following) and following[-1:] in _STRONG
    return bool(later and goes_on and not _CUE.search(following))


def _close_single(text: str, start: int, mark: str) -> int | None:
    """Return where single marks close: not at don’t, nor at the actors’ union."""
    closing, doubtful = _SINGLE[mark], None
    for found in re.compile(f"[{re.escape(closing + mark)}]").finditer(text, start):
        place = found.start()
        if text[place] == mark and place > start and _opens(text, place):
            break  # another one begins: what was doubtful closed the first
        if text[place] != closing or _is_inside_word(text, place):
            continue
        if not _may_be_apostrophe(text, place):
            return place
        doubtful = place if doubtful is None else doubtful
    return doubtful


def _is_inside_word(text: str, place: int) -> bool:
    return text[place + 1 : place + 2].isalnum() or text[place - 1].isspace()


def _may_be_apostrophe(text: str, place: int) -> bool:
    """Say whether a plural or a shortened word ends here: actors’ union, goin’ home."""
    before, after = text[max(0, place - 2) : place], text[place + 1 : place + 1 + _NEAR]
    if before[-1:] not in {"s", "S"} and before != "in":
        return False
    return bool(re.match(r"\s+\w", after)) and not _TELLING.match(after)


# ── speech or not ────────────────────────────────────────────────────────────────────────────


def _is_speech(text: str, marks: Marked) -> bool:
    inner = marks.inner.of(text)
    words = inner.split()
    if not any(character.isalnum() for character in inner):
        return False
    if not marks.closed:
        return True
    if _is_title(words):
        beside = len(words) == 1 or not _stands_in_a_sentence(text, marks.inner)
        closes = inner.rstrip()[-1:] in (*_ENDS, ",", "—")
        return beside and closes and _is_told(text, marks.inner)
    return len(words) > _SCARE_WORDS or _is_short_speech(text, marks.inner)


def _is_short_speech(text: str, span: Span) -> bool:
    """Say whether a few words are somebody's, and no scare quote."""
    if _is_governed(text, span):
        return not _NEVER_SAID.search(_clause_before(text, span))
    inner = span.of(text)
    last = inner.rstrip()[-1:]
    if inner[:1].islower() and last not in _STRONG:
        # “cold gun” call was made, they said: the cue is of the whole sentence
        return _has_cue(text, span, beside=True)
    if _has_cue(text, span):
        return True
    # A short sentence of its own; scare quotes begin small: the so-called “cold gun.”
    opens = not re.search(r"[\w,;:]\s*$", _before(text, span))
    return inner[:1].isupper() and (last in _ENDS or (last == "," and opens))


def _stands_in_a_sentence(text: str, span: Span) -> bool:
    """Say whether a title is a part of the writer's sentence: known for “Nine Bells,”."""
    before = _before(text, span)
    return bool(re.search(r"[a-z]\s+$", before)) and not _CUE.search(before.split()[-1])


def _is_title(words: Sequence[str]) -> bool:
    if len(words) > _TITLE_WORDS:
        return False
    bare = [word.strip("“”‘’\"',.?!:;()") for word in words]
    telling = [word for word in bare if re.search(r"\w", word) and word.casefold() not in _SMALL]
    # "No." and "Fire!" are capitalised too, but a title of one word rarely ends a sentence.
    return bool(telling) and all(word[0].isupper() or word[0].isdigit() for word in telling)


def _before(text: str, span: Span) -> str:
    return text[max(0, span.start - 1 - _NEAR) : max(0, span.start - 1)]


def _is_governed(text: str, span: Span) -> bool:
    """Say whether a verb of speech stands right before: she called it “a joke”."""
    clause = _clause_before(text, span)
    return any(each.search(clause) for each in (_GOVERNED, _PREDICATE, _WAS_TOLD))


def _clause_before(text: str, span: Span) -> str:
    return re.split(rf"(?:{_STOP}|[,;:])\s", _before(text, span))[-1]


def _is_told(text: str, span: Span) -> bool:
    """Say whether a cue touches the marks: a title is only near one."""
    after = text[span.end : span.end + _NEAR]
    return bool(_TOUCHING.match(after)) or (
        _has_cue(text, span) and bool(re.search(r"[,:.]\s*$", _before(text, span)))
    )


def _has_cue(text: str, span: Span, *, beside: bool = False) -> bool:
    before = _before(text, span)
    after = text[span.end + 1 : span.end + 1 + _NEAR]
    touching = re.split(rf"{_STOP}\s", before)[-1]
    following = re.split(rf"{_STOP}(?:\s|$)", after)[0]
    if _OWN_CLAUSE.match(following) or (beside and not _TELLING.match(following.lstrip(","))):
        following = ""
    near_before = _CUE.search(touching) and re.search(r"[,:]\s*$", touching)
    return bool(near_before or _CUE.search(following) or _goes_on(before))


def _goes_on(before: str) -> bool:
    """Say whether the words before are the cue of a quotation just closed (” he said. “)."""
    tail = re.split(r"[”»\"]|[’'](?!\w)", before)[-1]
    return tail != before and bool(_CUE.search(tail)) and tail.count(".") <= 1
