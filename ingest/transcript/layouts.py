"""Layouts in which a label, its time and its words stand apart, brought to one form. Pure.

A name and a time on lines of their own, the questions and answers of a testimony, a column of a
table: each becomes the line that other transcripts print, when the whole document is made so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise

from ingest.transcript.directions import is_direction
from ingest.transcript.heads import SELDOM, Form, is_name, read_head
from ingest.transcript.manuscripts import Line
from ingest.transcript.stamps import BARE, BRACKETED, OPEN, STAMP, seconds_of

_LOOK = 160  # characters after a time in which a label ends
_MOST_INSIDE = 100  # times of one line that are looked at
_INSIDE = re.compile(BRACKETED)
_STAMP_ALONE = re.compile(rf"{STAMP}\s?[:：]?")
_LONGEST = 60  # characters of a name on a line of its own
_MOST_COLUMNS = 12  # of a table with a transcript in it; those beyond count as one
_TESTIMONY = re.compile(r"([QA])\s?[.:：]\s*(?=\S)|([QA])\s(?=\S)")
_MARKED = re.compile(r"([QA])\s?[.:：]\s*(?=\S)")
_BY = re.compile(r"(?:(?P<what>[A-Z -]{0,40}EXAMINATION)\s+)?BY\s+(?P<who>[^:]{2,60}):")
_BY_INSIDE = re.compile(r"[(\[](?:BY|By|by)\s([^()\[\]]{2,60})[)\]]:?\s+(?=\S)")
_EXAMINATION = re.compile(r"(?:FURTHER |CONTINUED )?[A-Z-]{0,12}[ -]?EXAMINATION(?: [A-Z()]+)?:?")
_SWORN = re.compile(r"[A-Z][A-Z.' -]{3,80},[^:]{1,150}\b(?:sworn|affirmed)\b[^:]{0,100}[:.]")
_PARENTHESIS = re.compile(r"\(([^()]{3,200})\)\.?")  # (Recess taken.)
_NUMBERED = re.compile(r"(\d{1,2})(?:\s+|$)(?!\d)")
_TIME_AFTER_COLON = re.compile(rf"([^:：]{{1,100}}[:：]) ({BARE})(?=\s|$)")
_COLON = re.compile(r"[^:：]{1,100}[:：] ")
_IN_BRACKETS = re.compile(r"\[([^\[\]]{1,60})\]:?\s+(?=\S)|\(([^()]{1,60})\):?\s+(?=\S)")


def laid_out(lines: Sequence[Line]) -> list[Line]:
    """Return lines in which labels stand before their words, as far as that is certain."""
    whole = _columns(_unnumbered(list(_parted(lines))))
    return _joined(_timed(_questioned(_named(_unbracketed(whole)))))


def _parted(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines, a new one where a time and a label stand inside: `[0:04] ADA: words`."""
    for line in lines:
        place = 0
        for stamp in islice(_INSIDE.finditer(line.text), _MOST_INSIDE):
            head = read_head(Line(line.text[stamp.start() : stamp.start() + _LOOK]))
            if head.form is Form.COLON and not SELDOM.match(head.label or "") and stamp.start():
                before = line.text[place : stamp.start()].rstrip()
                yield replace(line, text=before, opens=line.opens or place > 0)
                line, place = replace(line, lead=""), stamp.start()  # noqa: PLW2901 -- its rest
        yield replace(line, text=line.text[place:], opens=True) if place else line


def _unnumbered(lines: list[Line]) -> list[Line]:
    """Take off the numbers that lines of a court's transcript have."""
    found = [_NUMBERED.match(line.text) for line in lines]
    numbers = [int(match[1]) for match in found if match]
    counting = sum(other in {one + 1, 1} for one, other in pairwise(numbers))
    if len(numbers) < max(8, 0.8 * len(lines)) or counting < 0.9 * (len(numbers) - 1):
        return lines
    bare = [
        replace(line, text=line.text[match.end() :] if match else line.text)
        for line, match in zip(lines, found, strict=True)
    ]
    return [line for line in bare if line.text]


def bracketed_names(texts: Iterable[str]) -> frozenset[str]:
    """Return what stands in brackets before words as a speaker's label does.

    `[Ada] Welcome.` and `(Ada) Welcome.` are such lines; `[music] Welcome.` is none.

    Args:
        texts: the lines of a transcript, in order.

    Returns:
        The names as printed; none unless they come again and there are two of them.
    """
    names = [name for text in texts if (name := _bracketed(text))]
    counts = Counter(names)
    again = sum(count for count in counts.values() if count > 1)
    return frozenset(counts) if len(counts) > 1 and again >= 0.5 * len(names) else frozenset()


def unbracketed(text: str, names: frozenset[str]) -> str:
    """Return a line with a colon after its label instead of brackets around it."""
    found = _IN_BRACKETS.match(text) if names else None
    name = _bracketed(text) if found else None
    if not found or name is None or name not in names:
        return text
    manner = (found[1] or found[2]).strip().removeprefix(name).strip(" ,")
    return f"{name}: {f'[{manner}] ' if manner else ''}{text[found.end() :]}"


def _bracketed(text: str) -> str | None:
    found = _IN_BRACKETS.match(text)
    if not found:
        return None
    inside = (found[1] or found[2]).strip()
    name, _, manner = inside.partition(", ")
    if found[0].rstrip().endswith(":") and is_direction(manner):  # [Ada, laughing]: Well
        return name if is_name(name) else None
    return inside if is_name(inside) and not is_direction(inside) else None


def _unbracketed(lines: list[Line]) -> list[Line]:
    names = bracketed_names(line.text for line in lines)
    return [replace(line, text=unbracketed(line.text, names)) for line in lines] if names else lines


# ── a name and its time on lines of their own ──────────────────────────────────────────────────


def _joined(lines: list[Line]) -> list[Line]:
    """Put a name and the time beside it on one line, whichever of them comes first."""
    stamps = [place for place, line in enumerate(lines) if _STAMP_ALONE.fullmatch(line.text)]
    before = {place: place - 1 for place in stamps if place and _is_alone(lines[place - 1])}
    after = {
        place: place + 1
        for place in stamps
        if place + 1 < len(lines) and _is_alone(lines[place + 1])
    }
    chosen = max(_certain(before, lines, stamps), _certain(after, lines, stamps), key=len)
    if not chosen:
        return lines
    put: list[Line] = []
    beside = {name: stamp for stamp, name in chosen.items()}
    for place, line in enumerate(lines):
        if place in beside:
            stamp = lines[beside[place]].text.rstrip(":： ")
            stamp = stamp if re.match(rf"[\[({{{OPEN}]", stamp) else f"[{stamp}]"
            put.append(replace(line, text=f"{line.text} {stamp}", opens=True))
        elif place not in chosen:
            put.append(line)
    return put


def _is_alone(line: Line) -> bool:
    return len(line.text) <= _LONGEST and not line.lead and is_name(line.text)


def _certain(names: dict[int, int], lines: Sequence[Line], stamps: Sequence[int]) -> dict[int, int]:
    """Return the stamps with the names beside them that are labels: they come again."""
    counts = Counter(lines[name].text for name in names.values())
    again = {text for text, count in counts.items() if count > 1}
    share = sum(counts[text] for text in again) / max(1, len(names))
    if not again or share < 0.5:
        return {}
    whole = len(names) >= 0.6 * len(stamps)
    return {stamp: name for stamp, name in names.items() if whole or lines[name].text in again}


# ── a time without brackets after the colon ────────────────────────────────────────────────────


def _timed(lines: list[Line]) -> list[Line]:
    """Put brackets around the times of `Ada: 0:10 words`, when labels usually have them."""
    found = [(place, match) for place, line in enumerate(lines)
             if (match := _TIME_AFTER_COLON.match(line.text))]  # fmt: skip
    labelled = sum(1 for line in lines if _COLON.match(line.text))
    times = [seconds_of(match[2]) for _, match in found]
    rising = all(one <= other for one, other in pairwise(times))
    if len(found) < 3 or len(found) < 0.6 * labelled or not rising:
        return lines
    for place, match in found:
        rest = lines[place].text[match.end() :]
        lines[place] = replace(lines[place], text=f"{match[1]} [{match[2]}]{rest}")
    return lines


# ── questions and answers ──────────────────────────────────────────────────────────────────────


def _questioned(lines: list[Line]) -> list[Line]:
    """Write the questions and answers of a testimony as turns: `Q.` is no word.

    Who asks is told by "BY MS. DOE:", until another does or an examination begins. Whose the
    answers are is not printed: they stay A's.
    """
    sign = _sign(lines)
    if sign is None:
        return lines
    put: list[Line] = []
    asking: str | None = None
    for line in lines:
        by, text = _BY.fullmatch(line.text), line.text
        if by and is_name(by["who"]) and by["who"].split("(")[0].isupper():
            asking = by["who"].split("(")[0].strip()
            put.append(replace(line, text=f"[{text.rstrip(':')}]"))
        elif _EXAMINATION.fullmatch(text) or _SWORN.fullmatch(text):
            asking = None
            put.append(replace(line, text=f"[{text.rstrip(':').upper()}]", lead="", heading=False))
        elif aside := _PARENTHESIS.fullmatch(text):
            put.append(replace(line, text=f"[{aside[1].rstrip('.').upper()}]"))
        elif mark := sign.match(text):
            letter, words = mark[mark.lastindex or 0], text[mark.end() :]
            if letter == "Q" and (inside := _BY_INSIDE.match(words)) and is_name(inside[1]):
                asking, words = inside[1].strip(), words[inside.end() :]
            label = asking if asking and letter == "Q" else letter
            lead = f"{label}:" if line.lead else ""
            put.append(replace(line, text=f"{label}: {words}", lead=lead, opens=True))
        else:
            put.append(line)
    return put


def _sign(lines: Sequence[Line]) -> re.Pattern[str] | None:
    """Return what marks a question and an answer; None when the document has none."""
    marked = Counter(found[1] for line in lines if (found := _MARKED.match(line.text)))
    if marked["Q"] and marked["A"]:
        return _MARKED
    letters = [line.text[0] for line in lines if _TESTIMONY.match(line.text)]
    turns = sum(one != other for one, other in pairwise(letters))
    # "A" begins a sentence too: only beside as many Q is it a letter.
    if letters.count("Q") >= 2 and turns >= 0.8 * (len(letters) - 1):
        return _TESTIMONY
    return None


# ── columns and lists ──────────────────────────────────────────────────────────────────────────


def _named(lines: list[Line]) -> list[Line]:
    """Put a colon after the terms of a list of definitions that are speakers."""
    terms = [place for place, line in enumerate(lines)
             if line.element is not None and line.element.tag == "dt"]  # fmt: skip
    return _labelled(lines, terms)


def _columns(lines: list[Line]) -> list[Line]:
    """Put a colon after the names in the column of a table that has the speakers."""
    columns: dict[int, list[int]] = {}
    for place, line in enumerate(lines):
        cell = line.element
        while cell is not None and cell.tag in {"p", "b", "strong", "div", "span"}:
            cell = cell.getparent()
        if cell is None or cell.tag != "td" or cell.getnext() is None:
            continue
        number = sum(1 for _ in islice(cell.itersiblings(preceding=True), _MOST_COLUMNS))
        columns.setdefault(number, []).append(place)
    for places in columns.values():
        lines = _labelled(lines, places)
    return lines


def _labelled(lines: list[Line], places: Sequence[int]) -> list[Line]:
    """Put a colon after the lines at these places, when all are names and some come again."""
    names = [lines[place].text for place in places]
    counts = Counter(names)
    again = sum(count for count in counts.values() if count > 1)
    shaped = sum(map(is_name, names))
    if len(names) < 3 or len(counts) < 2 or again < 0.5 * len(names) or shaped < 0.9 * len(names):
        return lines
    for place in places:
        text = lines[place].text
        if is_name(text):
            lines[place] = replace(lines[place], text=f"{text}:", lead=f"{text}:", opens=True)
    return lines
