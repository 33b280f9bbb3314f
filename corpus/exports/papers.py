"""Quote sets to read: Markdown and DOCX, each quote with its reference and links."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.citations import print_date
from corpus.exports.rows import Row, credited, is_paraphrase, row_of, since_of, worded
from corpus.exports.writing import Sheet
from corpus.styles import print_ap
from corpus.types import KeptQuote, QuoteSet, SetQuote

# What Markdown takes for its own anywhere, and what it does where a line begins.
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&$^])")
_OPENS = re.compile(r"^(\d{0,9})([-+=.)])")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML
_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
UNFROZEN = "Not frozen: words and names as the archive has them now, changes since noted"
HEADING, QUOTE, PLAIN = "Heading2", "IntenseQuote", None


def write_markdown(path: Path, sheet: Sheet) -> None:
    """Write Markdown: no character of a quote can become markup.

    A paraphrase stands in no block of quotation, here and in DOCX, and says what it is.
    """
    with path.open("w", encoding="utf-8", newline="\n") as opened:
        opened.write(f"# {escaped(sheet.about.name)}\n\n")
        for line in about_lines(sheet.about, sheet.withheld):
            opened.write(f"{escaped(line)}\n\n")
        for entry in sheet.quotes():
            row = row_of(entry)
            opened.write(f"## {entry.number}\\. {escaped(_heading(row))}\n\n")
            mark = "" if is_paraphrase(row) else "> "
            lines = (f"{mark}{escaped(line)}\n" for line in _lines(worded(row)))
            opened.write("".join(lines) + "\n")
            for line in _under(entry, row):
                opened.write(f"{escaped(line)}\n\n")
            opened.write(f"<{_link(row['permalink'])}> · <{_link(row['url'])}>\n\n")


def escaped(words: str) -> str:
    """Return words as Markdown shows them, on one line."""
    line = _MARKS.sub(r"\\\1", " ".join(legal(words).split()))
    return _OPENS.sub(r"\1\\\2", line)


def write_docx(path: Path, sheet: Sheet) -> None:
    """Write DOCX. Its body is written paragraph by paragraph: a set may hold 100,000 quotes."""
    from lxml import etree

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        ending = _copy_shell(written, sheet.about.name)
        body = written.open(_BODY, "w", force_zip64=True)
        with body, etree.xmlfile(body, encoding="UTF-8") as xml:
            xml.write_declaration(standalone=True)
            document = xml.element(f"{_W}document", nsmap={"w": _W[1:-1]})
            with document, xml.element(f"{_W}body"):
                for words, style in _paragraphs(sheet):
                    xml.write(_paragraph(words, style))
                xml.write(etree.fromstring(ending))


def legal(words: str) -> str:
    """Return words with the characters that XML does not allow replaced."""
    return _ILLEGAL.sub("\ufffd", words)


def about_lines(about: QuoteSet, withheld: int = 0) -> Iterator[str]:
    """Yield what made a set, a line each, and how many of its quotes are left out."""
    if about.question:
        yield f"Question: {about.question}"
    if about.generation:
        yield f"Index: {about.generation}"
    if about.models:
        yield f"Models: {', '.join(about.models)}"
    if about.vocabulary:
        yield f"Vocabulary: {about.vocabulary}"
    yield f"Made {print_date(about.made)} by {about.author}"
    frozen = f"Frozen {print_date(about.frozen)} as {about.frozen_as}"
    yield frozen if about.frozen_as else UNFROZEN
    if withheld:
        yield f"Left out, for their documents were withdrawn: {withheld} of its quotes"


def _copy_shell(written: zipfile.ZipFile, title: str) -> bytes:
    """Write all parts of an empty document but its body; return how the body ends."""
    import docx
    from lxml import etree

    empty, made = docx.Document(), io.BytesIO()
    empty.core_properties.title = legal(title)[:200]
    empty.core_properties.author = "OnRecord"
    empty.save(made)
    with zipfile.ZipFile(made) as shell:
        for name in shell.namelist():
            if name != _BODY:
                written.writestr(name, shell.read(name))
        body = etree.fromstring(shell.read(_BODY))
    return b"".join(etree.tostring(each) for each in body.iter(f"{_W}sectPr"))


def _paragraphs(sheet: Sheet) -> Iterator[tuple[str, str | None]]:
    yield sheet.about.name, "Title"
    for line in about_lines(sheet.about, sheet.withheld):
        yield line, PLAIN
    for entry in sheet.quotes():
        row = row_of(entry)
        yield f"{entry.number}. {_heading(row)}", HEADING
        yield worded(row), PLAIN if is_paraphrase(row) else QUOTE
        for line in _under(entry, row):
            yield line, PLAIN
        yield row["permalink"], PLAIN
        yield row["url"], PLAIN


def _paragraph(words: str, style: str | None) -> Any:
    from lxml import etree

    paragraph = etree.Element(f"{_W}p")
    if style:
        facts = etree.SubElement(paragraph, f"{_W}pPr")
        etree.SubElement(facts, f"{_W}pStyle", {f"{_W}val": style})
    run = etree.SubElement(paragraph, f"{_W}r")
    for number, line in enumerate(re.split("\r\n?|\n", legal(words))):
        if number:
            etree.SubElement(run, f"{_W}br")
        text = etree.SubElement(run, f"{_W}t", {_SPACE: "preserve"})
        text.text = line
    return paragraph


def _heading(row: Row) -> str:
    standing = f", {row['standing']}" if row["standing"] else ""
    return f"{credited(row)}{standing} ({row['locator']})"


def _under(entry: SetQuote, row: Row) -> Iterator[str]:
    """Yield what is printed under a quote."""
    yield _source(entry.kept)
    for each in since_of(row):
        yield f"{each[0].upper()}{each[1:]}"
    if row["contested"]:
        yield "Contested: " + ", ".join(f"“{each}”" for each in row["contested"])
    if row["note"]:
        yield f"Note: {row['note']}"


def _source(kept: KeptQuote) -> str:
    sure = f"; {kept.quote.certainty.value}" if kept.quote.certainty else ""
    day = f", {print_date(kept.published)}" if kept.published else ""
    how = f"{kept.quote.manner.value}, by {kept.quote.attribution.method.value}{sure}"
    return f"“{kept.title}”, {kept.show}{day}. {print_ap(kept)}. [{how}]"


def _lines(words: str) -> list[str]:
    return [line for line in re.split(r"\r\n|[\r\n\x85\u2028\u2029]", words) if line.strip()]


def _link(url: str) -> str:
    return legal(url).replace("<", "%3C").replace(">", "%3E").replace(" ", "%20")
