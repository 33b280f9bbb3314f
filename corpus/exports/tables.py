"""Quote sets as tables: CSV for spreadsheets, JSON Lines and Parquet for programs."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from corpus.exports.rows import COLUMNS, FLAG, INTEGER, LIST, TEXT, Row, row_of
from corpus.exports.writing import Sheet

JOINED = " | "  # between the parts of a list in one cell
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")  # what a spreadsheet may take for a formula
_BATCH = 2000  # rows of one Parquet row group


def write_csv(path: Path, sheet: Sheet) -> None:
    """Write CSV in UTF-8 with the mark by which spreadsheets know it.

    A cell that begins like a formula gets an apostrophe before it, which spreadsheets do not show.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for entry in sheet.quotes():
            row = row_of(entry)
            writer.writerow([cell_of(row[name]) for name in COLUMNS])


def cell_of(value: Any) -> str:
    """Return a value as a cell of a spreadsheet, never as a formula."""
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return str(value).lower()
    words = JOINED.join(value) if isinstance(value, list) else str(value)
    words = words.replace("\x00", "\ufffd")  # which ends a cell in many programs
    opens = words.lstrip(" \u00a0\ufeff")[:1]
    return f"'{words}" if words[:1] in _FORMULA or opens in _FORMULA else words


def write_jsonl(path: Path, sheet: Sheet) -> None:
    """Write one JSON object a line, every value as it is."""
    with path.open("w", encoding="utf-8", newline="\n") as opened:
        for entry in sheet.quotes():
            # U+2028 and its like are no ends of lines in JSON, but in many programs that read it.
            line = json.dumps(row_of(entry), ensure_ascii=False)
            for mark in "\x85\u2028\u2029":
                line = line.replace(mark, f"\\u{ord(mark):04x}")
            opened.write(line + "\n")


def write_parquet(path: Path, sheet: Sheet) -> None:
    """Write Parquet, every value as it is, lists as lists."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {TEXT: pa.string(), INTEGER: pa.int64(), LIST: pa.list_(pa.string()), FLAG: pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for rows in _batches(row_of(entry) for entry in sheet.quotes()):
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(itertools.islice(remaining, _BATCH)):
        yield batch
