"""Cues become segments: in order, rolling lines read once, labels read, times shared out. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise

from corpus.types import Aside, AsideKind, Segment, Word
from ingest.transcript.cuelabels import screen_name, told_apart
from ingest.transcript.cues import Cue, Piece
from ingest.transcript.directions import part_directions
from ingest.transcript.heads import SELDOM, Form, Head, read_head
from ingest.transcript.manuscripts import Line

_CHANGE = re.compile(r"(?:^|\s)>>+\s*")  # television's sign for "somebody else now"
_DASH = re.compile(r"[-–—]\s+")
_SOUND = re.compile(r"^(?:(?:\[[^\]]*\]|\([^)]*\))\s*|[♪♫].*)+")  # [MUSIC], or a song
_CALL = 0.8  # of the cues of a call begin with a name
_MOST_LABELS = 20  # a recording with more speakers than this is not a conversation
_RATE = 2.6  # words a second, as people usually speak
_LONG = 15.0  # seconds; in a longer cue the times of words are guesses


@dataclass(slots=True)
class _Written:
    """What the cues have given so far."""

    segments: list[Segment] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    count: int = 0  # words
    last: float = 0.0  # the time of the last word


def segments_of(
    cues: Sequence[Cue], warnings: list[str]
) -> tuple[tuple[Segment, ...], tuple[Aside, ...]]:
    """Return what the cues say, one segment for each run of a speaker in a cue, and the asides."""
    ordered, names = told_apart(unroll(in_order(list(cues), warnings)))
    written = _Written()
    for cue in _label(ordered, names):
        _write(cue, written)
    return tuple(written.segments), tuple(written.asides)


def in_order(cues: list[Cue], warnings: list[str]) -> list[Cue]:
    """Sort cues by time; one without an end lasts until the next, the last as its words do."""
    if any(before.start > after.start for before, after in pairwise(cues)):
        warnings.append("the transcript's times were out of order and have been sorted")
        cues = sorted(cues, key=lambda cue: cue.start)
    overlaps = sum(before.end > after.start + 0.5 for before, after in pairwise(cues))
    if overlaps:
        warnings.append(f"{overlaps} cues of the transcript overlap")
    if cues and cues[-1].end <= cues[-1].start:
        usual = len(cues[-1].words) / _RATE
        cues = [*cues[:-1], replace(cues[-1], end=cues[-1].start + usual)]
    return [
        replace(cue, end=after.start) if cue.end <= cue.start < after.start else cue
        for cue, after in zip(cues, [*cues[1:], *cues[-1:]], strict=True)
    ]


def _repeated(before: Cue, cue: Cue) -> int:
    """Number of words at the start of `cue` that `before` shows already."""
    shown, words = before.words, cue.words
    sizes, count = {len(shown)}, 0
    for line in cue.lines:
        count += sum(len(piece.text.split()) for piece in line)
        sizes.add(count)
    fitting = [n for n in sizes if 0 < n <= min(len(shown), len(words)) and shown[-n:] == words[:n]]
    return max(fitting, default=0)


def unroll(cues: list[Cue]) -> list[Cue]:
    """Take out the lines that rolling captions show twice or more."""
    repeated = [0, *(_repeated(before, cue) for before, cue in pairwise(cues))]
    # Somebody may say a thing twice: only a file that does so all the time is rolling.
    if sum(map(bool, repeated)) < max(3, 0.3 * len(cues)):
        return cues
    return [_skip(cue, count) for cue, count in zip(cues, repeated, strict=True)]


def _skip(cue: Cue, count: int) -> Cue:
    lines = []
    for line in cue.lines:
        kept = []
        for piece in line:
            words = piece.text.split()
            rest, count = words[count:], max(0, count - len(words))
            if rest:
                kept.append(replace(piece, text=" ".join(rest)))
        lines.append(tuple(kept))
    return replace(cue, lines=tuple(line for line in lines if line))


def _label(cues: Sequence[Cue], names: frozenset[str]) -> list[Cue]:
    """Read change signs everywhere, and "Name: " at the start of lines if the file has labels.

    Args:
        cues: in order.
        names: labels that are certain.
    """
    voiced = any(piece.speaker for cue in cues for line in cue.lines for piece in line)
    labels = frozenset() if voiced else _labels(cues) | names
    dashed = bool(labels) or any(map(_is_dialogue, cues))
    shown = (piece for cue in cues for line in cue.lines for piece in line)
    if not dashed and not any(">>" in piece.text for piece in shown):
        return list(cues)
    labelled: list[Cue] = []
    speaker: str | None = None
    for cue in cues:
        lines = []
        for line in cue.lines:
            pieces: list[Piece] = []
            for number, piece in enumerate(line):
                for part in _changes(piece, dashes=dashed and number == 0):
                    told = _told(part, speaker, labels, first=number == 0 or part.opens)
                    speaker = speaker if voiced else told.speaker
                    pieces += [told] if told.text or told.opens else []
            lines.append(tuple(pieces))
        labelled.append(replace(cue, lines=tuple(lines)))
    return labelled


def _is_dialogue(cue: Cue) -> bool:
    """Say whether a cue shows two speakers, each on a line that begins with a dash."""
    return len(cue.lines) > 1 and all(_DASH.match(line[0].text) for line in cue.lines)


def _changes(piece: Piece, *, dashes: bool) -> Iterator[Piece]:
    """Part a piece where somebody else begins."""
    if dashes and (dash := _DASH.match(piece.text)):
        yield replace(piece, text=piece.text[dash.end() :], opens=True)
        return
    place, opens = 0, False
    for change in (*_CHANGE.finditer(piece.text), None):
        text = piece.text[place : change.start() if change else len(piece.text)].strip()
        if text:
            yield replace(piece, text=text, opens=opens)
        if change:
            place, opens = change.end(), True


def _told(piece: Piece, speaker: str | None, labels: frozenset[str], *, first: bool) -> Piece:
    """Return a piece with the speaker that holds from its start on."""
    if piece.speaker:
        return piece
    head = read_head(Line(piece.text)) if labels and first else None
    if head and head.key in labels and head.form is Form.COLON:
        text = f"{head.before} {head.rest}".strip()
        return replace(piece, text=text, speaker=head.label, opens=False)
    screen = screen_name(piece.text) if labels and first else None
    if screen and screen[0].casefold() in labels:
        return replace(piece, text=screen[1], speaker=screen[0], opens=False)
    if screen and screen[2]:  # somebody, but who is not certain: not the one before
        return replace(piece, speaker=None, opens=True)
    return piece if piece.opens else replace(piece, speaker=speaker)


def _labels(cues: Sequence[Cue]) -> frozenset[str]:
    """Return the labels of a file that has them throughout; one alone is the name of the show."""
    openings = [
        (opening, bool(sign))
        for cue in cues
        if cue.lines
        for text in (_SOUND.sub("", cue.lines[0][0].text),)
        for sign in (_CHANGE.match(text) or _DASH.match(text),)
        if (opening := text[sign.end() if sign else 0 :])
    ]
    if screened := _screen_labels(openings):
        return screened
    heads = [read_head(Line(text)) for text, _ in openings]
    counts = Counter(head.key for head in heads if _is_label(head))
    again = frozenset(key for key, count in counts.items() if count > 1)
    if not counts or not (_is_label(heads[0]) and len(counts) <= _MOST_LABELS):
        share = sum(counts[key] for key in again) / max(1, counts.total())
        return again if len(again) > 1 and share >= 0.6 else frozenset()
    if len(counts) > 1:
        return frozenset(counts)
    changes = [_is_label(head) for head, (_, sign) in zip(heads, openings, strict=True) if sign]
    is_speaker = changes.count(True) == counts.total() and False in changes
    return frozenset(counts) if is_speaker else frozenset()


def _screen_labels(openings: Sequence[tuple[str, bool]]) -> frozenset[str]:
    """Return the labels of a call: a name before every cue, as its speaker chose to be called.

    Args:
        openings: how each cue begins, and whether a sign of change stood before that.
    """
    found: list[str] = []
    named = 0
    for text, _ in openings:
        head, screen = read_head(Line(text)), screen_name(text)
        if _is_label(head):
            named += 1
            found.append(head.key)
        elif screen:
            found.append(screen[0].casefold())
    counts = Counter(found)
    bare = sum(1 for _, sign in openings if not sign)
    again = sum(count for count in counts.values() if count > 1)
    usual = len(found) >= max(4, _CALL * bare) and again >= 0.5 * len(found)
    few = 1 < len(counts) <= _MOST_LABELS
    return frozenset(counts) if usual and few and named > 1 else frozenset()


def _is_label(head: Head) -> bool:
    return head.form is Form.COLON and not SELDOM.match(head.label or "")


def _write(cue: Cue, written: _Written) -> None:
    """Add the words of a cue, its time shared out over them by their length."""
    parts = list(_parts(cue))
    timed = iter(_timed(cue, [part for part in parts if not part.aside]))
    run: list[Word] = []
    opens = False
    for part in parts:
        if part.aside:
            position = written.count + len(run)
            written.asides.append(
                Aside(
                    position=position,
                    kind=AsideKind.DIRECTION,
                    text=part.text,
                    start_time=cue.start,
                    end_time=cue.end,
                )
            )
            continue
        if run and (part.opens or part.speaker != run[-1].speaker):
            _add(run, written, opens=opens)
            run, opens = [], False
        opens = opens or part.opens
        run += next(timed)
    if run:
        _add(run, written, opens=opens)


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    speaker: str | None
    start: float | None
    opens: bool = False
    aside: bool = False


def _parts(cue: Cue) -> Iterator[_Part]:
    """Yield the words and directions of a cue; a direction may go over its lines."""
    pieces = [piece for line in cue.lines for piece in line]
    numbers = {False: 0}

    def run(piece: Piece) -> tuple[str | None, float | None, int]:
        numbers[False] += piece.opens
        return piece.speaker, piece.start, numbers[False]

    for (speaker, start, _), group in groupby(pieces, run):
        those = list(group)
        opens = those[0].opens
        for part in part_directions(" ".join(piece.text for piece in those)):
            yield _Part(part.text, speaker, start, opens and not part.is_aside, part.is_aside)
            opens = opens and part.is_aside


def _add(timed: Sequence[Word], written: _Written, *, opens: bool) -> None:
    words = []
    for word in timed:
        if word.start_time < written.last:  # cues that overlap
            end = max(written.last, word.end_time)
            words.append(replace(word, start_time=written.last, end_time=end))
        else:
            words.append(word)
            written.last = word.start_time
    written.count += len(words)
    speaker = words[0].speaker
    before = written.segments[-1] if written.segments else None
    written.segments.append(
        Segment(
            words=tuple(words),
            start_time=words[0].start_time,
            end_time=words[-1].end_time,
            speaker=speaker,
            opens=opens and before is not None and before.speaker == speaker,
        )
    )


def _timed(cue: Cue, parts: Sequence[_Part]) -> Iterator[list[Word]]:
    """Yield the words of each part, timed between the times inside the cue."""
    begins: list[float] = []
    begin = cue.start
    for part in parts:
        if part.start is not None:
            begin = min(max(part.start, begin), cue.end)
        begins.append(begin)
    ends = sorted({*begins, cue.end})
    for begin, group in groupby(zip(begins, parts, strict=True), lambda pair: pair[0]):
        those = [part for _, part in group]
        end = next((time for time in ends if time > begin), cue.end)
        whole = sum(len(word) + 1 for part in those for word in part.text.split())
        place, left = 0, round(begin, 3)
        others = False  # where in the cue the next speaker begins is a guess
        for part in those:
            others = others or part.opens or part.speaker != those[0].speaker
            words = []
            for text in part.text.split():
                estimated = place > 0 and (others or end - begin > _LONG)
                place += len(text) + 1
                right = round(begin + (end - begin) * place / whole, 3)
                words.append(
                    Word(
                        text=text,
                        start_time=left,
                        end_time=right,
                        speaker=part.speaker,
                        estimated=estimated,
                    )
                )
                left = right
            yield words
