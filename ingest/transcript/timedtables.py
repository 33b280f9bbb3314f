"""Transcripts as tables of text: columns for the time, the speaker and the words. Pure.

Separated by commas, tabs or semicolons, or with the bars of Markdown; the first row names them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from ingest.transcript.stamps import STAMP, seconds_of
from ingest.transcript.timedlists import Entry

_COLUMNS = {
    "start": r"start(?: ?time)?|begin|time(?: ?(?:stamp|code))?(?: in)?|in|from",
    "end": r"end(?: ?time)?|out|to|time(?: ?code)? out",
    "speaker": r"speaker(?: ?(?:name|label))?|name|who|voice",
    "words": r"text|transcript(?:ion)?|words|content|dialogue|sentence|caption|what|speech",
}
_SEPARATORS = ("|", "\t", ",", ";")
_RULE = re.compile(r"[\s|:-]*")
_LONGEST = 200  # characters of the row that names the columns


def read_table(text: str) -> list[Entry]:
    """Return the rows of a table of turns, with their seconds; none when it is no such table."""
    first = text.split("\n", 1)[0].strip()
    if len(first) > _LONGEST:
        return []
    for separator in _SEPARATORS:
        names = [_column(name) for name in first.strip("|").split(separator)]
        if "words" in names and "start" in names and "speaker" in names:
            try:
                return list(_entries(list(_rows(text, separator)), names))
            except csv.Error:
                return []
    return []


def _column(name: str) -> str:
    bare = name.strip().strip('"*').replace("_", " ").casefold()
    return next((key for key, shape in _COLUMNS.items() if re.fullmatch(shape, bare)), "")


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    lines = text.splitlines()[1:]
    if separator == "|":
        shown = (line.strip().strip("|") for line in lines if not _RULE.fullmatch(line))
        yield from (line.split("|") for line in shown)
    else:
        yield from csv.reader(lines, delimiter=separator)


def _entries(rows: Sequence[Sequence[str]], names: Sequence[str]) -> Iterator[Entry]:
    for row in rows:
        cells = {name: cell.strip() for name, cell in zip(names, row, strict=False)}
        start, end = _seconds(cells.get("start", "")), _seconds(cells.get("end", ""))
        if start is not None and cells.get("words"):
            label = cells.get("speaker") or None
            yield Entry(start, max(start, end or start), cells["words"], label)


def _seconds(cell: str) -> float | None:
    if re.fullmatch(STAMP, cell):
        return seconds_of(cell)
    return float(cell) if re.fullmatch(r"\d{1,7}(?:\.\d{1,6})?", cell) else None
