"""A printed transcript becomes a `Transcript`: turns with the labels as printed, times shared out.

Takes the lines of a page or file; which dialect they are in is recognised, never configured.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from lxml.html import HtmlElement

from corpus.types import Aside, AsideKind, Origin, Segment, Transcript, Word
from ingest.transcript.dialects import Dialect, recognise
from ingest.transcript.directions import part_directions
from ingest.transcript.heads import Head, is_break, read_head
from ingest.transcript.layouts import laid_out
from ingest.transcript.manuscripts import Line, plain
from ingest.transcript.stamps import (
    BARE,
    BRACKETED,
    EXACT,
    OPEN,
    Anchor,
    Said,
    in_order,
    leading_stamp,
    seconds_of,
    timed_words,
)

_INLINE = re.compile(BRACKETED)
_SQUARE = re.compile(rf"\[\s?{BARE}\s?\]|{EXACT}")
_ROUND = re.compile(rf"\(\s?{BARE}\s?\)")
_COLON = re.compile(r"(?:\s?[:：](?=\s|$))?")  # after a time inside a line
_NOTICE = re.compile(
    r"©|\ball rights reserved\b|\bverb8tm\b|\brush deadline\b|complete accuracy is not guaranteed"
    r"|transcripts? (?:(?:is|are|was|were|has been|may)\b.{0,60})?"
    r"(?:automatically|machine|auto|computer|ai)[- ]?generated"
    r"|\b(?:auto|machine|computer|ai)[- ]?generated\b.{0,40}\btranscri"
    r"|\btranscript\b.{0,80}\b(?:may (?:contain|not be)|not be in its final form|for errors)\b"
    r"|\btranscribed by https?:"
    r"|^(?:this|the) (?:\w+ ){0,2}(?:transcript|conversation|interview)(?:ion)? "
    r"(?:was|has been)\b.{0,60}\b(?:edited|condensed|corrected)\b",
    re.IGNORECASE,
)
_FURNITURE = re.compile(  # what a page has under a transcript
    r"(?:subscribe|follow (?:us|me|the show)|share|related|read more|listen (?:to|on)|support"
    r"|sign up|credits|show notes|links|resources|more from|learn more|for more|tags?:|produced by"
    r"|this (?:episode|transcript|show|podcast) (?:was|is)|theme music|advertis|leave a|rate us"
    r"|rate and|visit|previous|next|comments?|copyright|download|https?:|www\.)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"(?:(?:full|episode|show|podcast|the|interview) )?transcript(?:ion)?:?", re.I)
_ENDS = (".", "?", "!", "…", "”", '"', "。", "؟", "—")
_LONGEST_NOTICE = 800  # characters; a longer paragraph is somebody speaking of it
_LONGEST_LINK = 60  # characters of "Show notes below."; a longer one may be said
_MOST_STEPS = 200_000  # up the tree, when the part of a page is looked for that has the turns
_NO_TURNS = "the dialect of the transcript is not known: its words are kept without speakers"
_NO_TIMES = "the transcript has no times: they are estimated from a usual speaking rate"


@dataclass(slots=True)
class _Reading:
    """A transcript while its lines are read."""

    inline: re.Pattern[str]  # a time inside a line
    bracketed: bool  # a time at the start of a line has brackets: "10:30 we left" is words
    said: list[Said] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    opened: set[int] = field(default_factory=set)  # paragraphs that begin a turn of nobody
    paragraph: int = 0
    speaker: str | None = None


def read_printed(lines: Sequence[Line], *, strict: bool = False) -> Transcript | None:
    """Return the transcript that the lines hold; None when they hold no words.

    Args:
        lines: of a file or page, in order.
        strict: the lines may be anything: None unless they are a transcript beyond doubt, and
            nothing from before or after it.
    """
    lines = laid_out(lines)
    heads = [read_head(line) for line in lines]
    dialect = recognise(lines, heads, strict=strict)
    if strict and dialect.name == "unknown":
        return None
    chosen = _body(lines, heads, dialect, strict=strict)
    reading = _Reading(_inline(lines), _is_bracketed(lines, heads))
    for place in chosen:
        _read_line(lines[place], heads[place], dialect, reading)
    return _transcript(reading, dialect) if reading.said else None


# ── which lines are the transcript ─────────────────────────────────────────────────────────────


def _body(
    lines: Sequence[Line], heads: Sequence[Head], dialect: Dialect, *, strict: bool
) -> list[int]:
    """Return the places of the lines to read: not the page around the turns."""
    marks = [place for place, head in enumerate(heads) if _begins(head, dialect)]
    begun = set(marks)
    notices = {
        place
        for place, line in enumerate(lines)
        if place not in begun and len(line.text) < _LONGEST_NOTICE and _NOTICE.search(line.text)
    }
    if not marks:
        words = [place for place, line in enumerate(lines) if not line.heading]
        return [place for place in words if place not in notices]
    inside = _inside_part(lines, marks)
    opening = _opening(lines, marks[0], strict=strict or lines[marks[0]].element is not None)
    breaks = {place for place in notices if place > marks[-1]}
    end = _end(lines, marks, breaks, strict=strict)
    said = {*begun, *opening, *(place for place in range(marks[0], end) if inside(place))}
    return [
        place
        for place in sorted(said)
        if place not in notices and (place in begun or not lines[place].heading)
    ]


def _begins(head: Head, dialect: Dialect) -> bool:
    return dialect.speaks(head) or (not dialect.labels and head.time is not None)


def _opening(lines: Sequence[Line], first: int, *, strict: bool) -> list[int]:
    """Return the places before the first label that are words said: by nobody known."""
    titles = [place for place in range(first) if _TITLE.fullmatch(lines[place].text)]
    if titles:
        return list(range(titles[-1] + 1, first))
    if strict:
        return []
    return [
        place
        for place in range(first)
        if not lines[place].heading
        and lines[place].text.endswith((*_ENDS, "]", ")"))
        and not (len(lines[place].text) < _LONGEST_LINK and _FURNITURE.match(lines[place].text))
    ]


def _end(lines: Sequence[Line], marks: Sequence[int], notices: set[int], *, strict: bool) -> int:
    """Return the place after the last words: a page goes on after its transcript."""
    last = marks[-1]
    after = range(last + 1, len(lines))
    end = min((place for place in after if lines[place].heading or place in notices),
              default=len(lines))  # fmt: skip
    if not strict:
        return end
    spaces = sorted(there - here for here, there in pairwise(marks))
    end = min((place for place in after if _FURNITURE.match(lines[place].text)), default=end)
    usual = spaces[len(spaces) // 2] if spaces else 1
    if len(spaces) > 2 and spaces[-2] > 2 * usual:  # long turns are usual here
        usual = spaces[-2]
    return min(end, last + usual)


def _inside_part(lines: Sequence[Line], marks: Sequence[int]) -> Callable[[int], bool]:
    """Return a test for lines inside the smallest part of the page that has all the turns."""
    part = _smallest_part([lines[place].element for place in marks])
    if part is None or part.tag in {"html", "body"}:
        return lambda _: True
    inside = set(part.iter())
    return lambda place: lines[place].element in inside


def _smallest_part(elements: Sequence[HtmlElement | None]) -> HtmlElement | None:
    """Return the element that holds all of these, None when that takes too long to find."""
    first = elements[0]
    if first is None:
        return None
    chain = [first, *first.iterancestors()]
    level = {element: number for number, element in enumerate(chain)}
    top = steps = 0
    for element in elements:
        while element is not None and element not in level and steps < _MOST_STEPS:
            element, steps = element.getparent(), steps + 1  # noqa: PLW2901 -- upwards
        if element is None or steps >= _MOST_STEPS:
            return None
        top = max(top, level[element])
    return chain[top]


# ── lines into words ───────────────────────────────────────────────────────────────────────────


def _read_line(line: Line, head: Head, dialect: Dialect, reading: _Reading) -> None:
    if is_break(head):
        _note(" ".join((head.label or "", head.rest)).strip(), reading, head.time)
        _anchor(reading, head.time, exact=False)
        return
    if head.before:
        _say(head.before, reading)
    if dialect.speaks(head):
        reading.speaker = head.label
        reading.paragraph += 1
        _anchor(reading, head.time)
        _say(head.rest, reading)
        return
    if head.changes or head.key in dialect.doubtful:
        reading.speaker = None
    text = plain(line.text).lstrip("> ") if head.changes else line.text
    time, words = leading_stamp(text, bracketed=reading.bracketed)
    if line.opens or time is not None or head.changes or head.key in dialect.doubtful:
        reading.paragraph += 1
        if reading.speaker is None:
            reading.opened.add(reading.paragraph)
    _anchor(reading, time)
    _say(words, reading)


def _inline(lines: Sequence[Line]) -> re.Pattern[str]:
    """Return what a time inside a line looks like; "(3:16)" alone may be a verse."""
    rounded = sum(1 for line in lines if _ROUND.search(line.text))
    return _INLINE if rounded >= 3 else _SQUARE


def _is_bracketed(lines: Sequence[Line], heads: Sequence[Head]) -> bool:
    stamped = [line.text for line, head in zip(lines, heads, strict=True) if head.time is not None]
    bare = [text for text in stamped if text[:1] not in f"[({{{OPEN}"]
    labelled = sum(head.label is not None and head.time is not None for head in heads)
    return len(bare) <= 0.5 * len(stamped) and len(bare) <= max(1, labelled)


def _anchor(reading: _Reading, time: float | None, *, exact: bool = True) -> None:
    if time is not None:
        reading.anchors.append(Anchor(len(reading.said), time, exact=exact))


def _note(text: str, reading: _Reading, time: float | None = None) -> None:
    place = len(reading.said)
    reading.asides.append(
        Aside(position=place, kind=AsideKind.DIRECTION, text=text, start_time=time)
    )


def _say(text: str, reading: _Reading) -> None:
    """Add the words of a stretch, its directions and the times inside it."""
    place = 0
    for stamp in (*reading.inline.finditer(text), None):
        piece = text[place : stamp.start() if stamp else len(text)]
        for part in part_directions(piece):
            if part.is_aside:
                _note(part.text, reading)
            else:
                words = plain(part.text).split()
                reading.said += (Said(word, reading.speaker, reading.paragraph) for word in words)
        if stamp:
            _anchor(reading, seconds_of(stamp[0]))
            place = _COLON.match(text, stamp.end()).end()  # type: ignore[union-attr]  # may be empty


def _transcript(reading: _Reading, dialect: Dialect) -> Transcript:
    warnings = [] if dialect.labels or dialect.name != "unknown" else [_NO_TURNS]
    anchors = in_order(reading.anchors)
    if len(anchors) < len({anchor.seconds for anchor in reading.anchors}):
        warnings.append("some times of the transcript were out of order and have been left out")
    if not anchors:
        warnings.append(_NO_TIMES)
    words = list(timed_words(reading.said, anchors))
    segments = tuple(_segments(reading, words))
    return Transcript(
        segments=segments,
        language=None,
        origin=Origin.PUBLISHER,
        duration=max(word.end_time for word in words),
        warnings=tuple(warnings),
        asides=tuple(reading.asides),
        dialect=dialect.name,
    )


def _segments(reading: _Reading, words: Sequence[Word]) -> Iterator[Segment]:
    pairs = zip(reading.said, words, strict=True)
    for (speaker, number), group in groupby(
        pairs, lambda pair: (pair[0].speaker, pair[0].paragraph)
    ):
        timed = tuple(word for _, word in group)
        yield Segment(
            words=timed,
            start_time=timed[0].start_time,
            end_time=timed[-1].end_time,
            speaker=speaker,
            opens=speaker is None and number in reading.opened,
        )
