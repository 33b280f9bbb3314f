"""Quote sets for reference managers: RIS, BibTeX and CSL-JSON, one entry a quote."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from corpus.exports.rows import Row, credited, is_paraphrase, row_of, since_of, storable, worded
from corpus.exports.writing import Sheet
from corpus.styles import csl_of
from corpus.types import DocumentKind, SetQuote

_LINE = re.compile(r"[\s\x00-\x1f\x7f\x85\u2028\u2029]+")
# What TeX takes for commands, outside of URLs. Braces by name: an escaped one still counts as one.
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "#": r"\#", "$": r"\$", "%": r"\%", "&": r"\&", "_": r"\_",
}  # fmt: skip
_TEX_CHARACTERS = str.maketrans(_TEX)
_URL = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def write_ris(path: Path, sheet: Sheet) -> None:
    """Write RIS: the words in `AB`, the speaker and the moment in `N1`.

    In every format here a paraphrase begins by saying that it is one: a reference manager shows
    an abstract without the notes.
    """
    import rispy

    with path.open("w", encoding="utf-8", newline="\n") as opened:
        for entry in sheet.quotes():
            # Without the number that is put before each: every one is written alone.
            _, reference = rispy.dumps([ris_entry(entry)]).split("\n", 1)
            opened.write(reference.strip() + "\n\n")


def ris_entry(entry: SetQuote) -> dict[str, Any]:
    """Return the fields of a quote by the names `rispy` gives them."""
    row, csl = row_of(entry), storable(csl_of(entry.kept))
    article = entry.kept.kind is DocumentKind.ARTICLE
    names = row["authors"] if article else row["hosts"]
    made = {
        "type_of_reference": "NEWS" if article else "SOUND",
        "id": f"{row['document']}-{row['id']}",
        "title": row["title"],
        "secondary_title": row["show"],
        "authors": [_ris_name(each) for each in names],
        "year": row["date"][:4] if row["date"] else None,
        "date": row["date"].replace("-", "/") if row["date"] else None,
        "abstract": worded(row),
        "notes": [f"{credited(row)}, {row['locator']}", *_noted(row)],
        "start_page": row["locator"],
        "keywords": _keywords(row),
        "urls": [csl["URL"], row["permalink"]],
        "access_date": row["retrieved"][:10].replace("-", "/") if row["retrieved"] else None,
    }
    return {name: _one_line(value) for name, value in made.items() if value}


def write_bibtex(path: Path, sheet: Sheet) -> None:
    """Write BibTeX in UTF-8; what TeX takes for commands is escaped."""
    from pybtex.database import BibliographyData
    from pybtex.database.output.bibtex import Writer

    writer = Writer()
    # What is given to it is written for TeX already; it would escape the escapes.
    writer._encode = str
    with path.open("w", encoding="utf-8", newline="\n") as opened:
        for entry in sheet.quotes():
            key = bibtex_key(entry)
            opened.write(writer.to_string(BibliographyData({key: _bibtex(entry)})) + "\n")


def bibtex_key(entry: SetQuote) -> str:
    """Return the key by which a quote is cited in TeX."""
    return f"onrecord-{entry.kept.id}"


def _bibtex(entry: SetQuote) -> Any:
    from pybtex.database import Entry, Person

    row: Row = row_of(entry)
    article = entry.kept.kind is DocumentKind.ARTICLE
    names = row["authors"] if article else row["hosts"]
    fields = {
        "title": f"{{{_tex(row['title'])}}}",
        "journal" if article else "howpublished": _tex(row["show"]),
        "year": row["date"][:4] if row["date"] else None,
        "date": row["date"],
        "url": _one_line(row["url"]).translate(_URL),
        "abstract": _tex(worded(row)),
        "note": _tex("; ".join((credited(row), row["locator"], *_noted(row)))),
        "keywords": _tex(", ".join(_keywords(row))) or None,
    }
    made = Entry("article" if article else "misc", {k: v for k, v in fields.items() if v})
    for name in names:
        # In braces, so that no part of a name in any script is taken for another one.
        made.persons.setdefault("author", []).append(Person(last=f"{{{_tex(name)}}}"))
    return made


def write_csljson(path: Path, sheet: Sheet) -> None:
    """Write CSL-JSON: one list, one entry a line."""
    with path.open("w", encoding="utf-8", newline="\n") as opened:
        opened.write("[")
        for number, entry in enumerate(sheet.quotes()):
            opened.write(",\n" if number else "\n")
            opened.write(json.dumps(csl_entry(entry), ensure_ascii=False))
        opened.write("\n]\n")


def csl_entry(entry: SetQuote) -> dict[str, Any]:
    """Return the CSL-JSON of a quote: what it stands in, with its words as `abstract`."""
    row = row_of(entry)
    made: dict[str, Any] = storable(csl_of(entry.kept))
    noted = (f"speaker: {credited(row)}", made["note"], *_noted(row))
    return made | {"abstract": worded(row), "note": "\n".join(noted)}


def _noted(row: Row) -> list[str]:
    """Return what is noted of a quote: by a person, and what has changed since it was kept."""
    return [*filter(None, [row["note"]]), *since_of(row)]


def _keywords(row: Row) -> list[str]:
    return [*row["role"], *row["topics"], *(["paraphrase"] if is_paraphrase(row) else [])]


def _ris_name(name: str) -> str:
    from corpus.styles import csl_name

    parts = csl_name(name)
    return ", ".join(filter(None, (parts.get(each) for each in ("family", "given", "suffix"))))


def _one_line(value: Any) -> Any:
    """Return words on one line: a line end would begin another field."""
    if isinstance(value, list):
        return [_one_line(each) for each in value]
    return _LINE.sub(" ", str(value)).strip()


def _tex(words: str) -> str:
    return str(_one_line(words)).translate(_TEX_CHARACTERS)
