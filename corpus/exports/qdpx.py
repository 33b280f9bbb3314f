"""Quote sets for qualitative analysis: QDPX, the project exchange of REFI-QDA 1.5.

A zip with `project.qde` (codebook, sources, selections) and each document's text as plain text.
Codes are topics, roles and manners. Positions count Unicode characters of the plain text, from 0.
"""

from __future__ import annotations

import itertools
import tempfile
import uuid
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from corpus.anchors import find_again
from corpus.exports.papers import legal
from corpus.exports.rows import PARAPHRASE, Row, credited, is_paraphrase, row_of, since_of
from corpus.exports.writing import Sheet, Source
from corpus.types import Manner, SetQuote, Span

NAMESPACE = "urn:QDA-XML:project:1.0"
_Q = f"{{{NAMESPACE}}}"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_WHERE = f"{NAMESPACE} http://schema.qdasoftware.org/versions/Project/v1.0/Project.xsd"
_NAMES = uuid.UUID("6f6e7265-636f-5264-8000-000000000000")  # any; so that guids are the same again
_GROUPS = {"topic": "Topics", "role": "Roles", "manner": "Manners"}


@dataclass
class _Project:
    """What is gathered while the sources are written."""

    user: str
    codes: dict[tuple[str, str], None] = field(default_factory=dict)  # (group, name), in order


class _Careful:
    """A file that remembers why it could not be written: the XML writer may go on all the same."""

    def __init__(self, opened: IO[bytes]) -> None:
        self._opened = opened
        self._error: OSError | None = None

    def write(self, written: bytes) -> int:
        try:
            return self._opened.write(written)
        except OSError as error:
            self._error = self._error or error
            raise

    def finish(self) -> None:
        """Write what is waiting.

        Raises:
            OSError: something could not be written, now or before.
        """
        if self._error:
            raise self._error
        self._opened.flush()


def write_qdpx(path: Path, sheet: Sheet) -> None:
    """Write a QDPX project; one document's text is in memory at a time."""
    from lxml import etree

    about = sheet.about
    project = _Project(user=_guid("user", about.author))
    with (
        tempfile.TemporaryFile(dir=path.parent) as sources,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        careful = _Careful(sources)
        around = etree.xmlfile(careful, encoding="UTF-8")
        with around as xml, xml.element(f"{_Q}Sources", nsmap={None: NAMESPACE}):
            for made in _sources(sheet, project, written):
                xml.write(made)
        careful.finish()
        sources.seek(0)
        with written.open("project.qde", "w", force_zip64=True) as opened:
            _write_project(opened, sheet, project, sources)


def _write_project(opened: Any, sheet: Sheet, project: _Project, sources: Any) -> None:
    from lxml import etree

    about = sheet.about
    attributes = {
        "name": legal(about.name),
        "origin": "OnRecord",
        "creatingUserGUID": project.user,
        "creationDateTime": _time(about.made),
        f"{{{_XSI}}}schemaLocation": _WHERE,
    }
    users = _element("Users")
    etree.SubElement(users, f"{_Q}User", guid=project.user, name=legal(about.author) or "OnRecord")
    with etree.xmlfile(opened, encoding="UTF-8") as xml:
        xml.write_declaration(standalone=True)
        with xml.element(f"{_Q}Project", attributes, nsmap={None: NAMESPACE, "xsi": _XSI}):
            xml.write(users)
            if project.codes:  # every quote has one: no codes, no sources
                xml.write(_codebook(sheet, project.codes))
                _copy_sources(xml, sources)
            if about.question:
                xml.write(_described(f"Question: {about.question}"))


def _copy_sources(xml: Any, sources: Any) -> None:
    """Copy the sources element by element: there may be more of them than fit in memory."""
    from lxml import etree

    with xml.element(f"{_Q}Sources"):
        tag = f"{_Q}TextSource"
        for _, made in etree.iterparse(sources, tag=tag, resolve_entities=False):
            xml.write(made)
            made.clear()
            while made.getprevious() is not None:
                del made.getparent()[0]


def _codebook(sheet: Sheet, codes: Iterable[tuple[str, str]]) -> Any:
    from lxml import etree

    codebook = _element("CodeBook")
    listed = etree.SubElement(codebook, f"{_Q}Codes")
    for group, members in itertools.groupby(sorted(codes), key=lambda code: code[0]):
        parent = _code(listed, _guid("group", group), _GROUPS[group], codable=False)
        for _, name in members:
            shown = sheet.topic_name(name) if group == "topic" else name
            if (group, name) == ("manner", Manner.REPORTED.value):
                shown = f"{name} ({PARAPHRASE})"
            made = _code(parent, _guid(group, name), shown, codable=True)
            if group == "topic" and (definition := sheet.topic_definition(name)):
                made.append(_described(definition))
    return codebook


def _code(parent: Any, guid: str, name: str, *, codable: bool) -> Any:
    from lxml import etree

    facts = {"guid": guid, "name": legal(name), "isCodable": str(codable).lower()}
    return etree.SubElement(parent, f"{_Q}Code", facts)


def _sources(sheet: Sheet, project: _Project, written: zipfile.ZipFile) -> Iterator[Any]:
    """Write the plain texts; yield the `TextSource` of each document."""
    by_document = itertools.groupby(
        sheet.by_document(), key=lambda entry: entry.kept.quote.document_id
    )
    for document_id, entries in by_document:
        quotes = list(entries)
        content, places = _placed(sheet.source(document_id), quotes)
        guid = _guid("source", sheet.about.id, document_id)
        written.writestr(f"sources/{guid}.txt", content.encode("utf-8"))
        first = row_of(quotes[0])
        made = _element(
            "TextSource",
            guid=guid,
            name=legal(f"{first['show']}: {first['title']}"),
            plainTextPath=f"internal://{guid}.txt",
            creatingUser=project.user,
            creationDateTime=_time(sheet.about.made),
        )
        made.append(_described("\n".join(filter(None, (first["url"], first["date"])))))
        for entry, place in zip(quotes, places, strict=True):
            made.append(_selection(entry, place, project, sheet))
        yield made


def _placed(source: Source | None, quotes: list[SetQuote]) -> tuple[str, list[Span]]:
    """Return the plain text of a document and where each quote stands in it.

    Where the document is gone, or a quote is not found in it any more, its kept words stand at
    the end, after a line that says so.
    """
    content = _plain(source.content) if source else ""
    places: list[Span | None] = []
    missing = []
    for number, entry in enumerate(quotes):
        quote = entry.kept.quote
        exact = _plain(quote.exact)
        same = source is not None and source.revision == quote.revision
        if same and quote.span.of(content) == exact:
            found: Span | None = quote.span
        else:
            found = find_again(content, exact, quote.prefix, quote.suffix)
        if found is None:
            missing.append(number)
        places.append(found)
    for number in missing:
        entry = quotes[number]
        exact = _plain(entry.kept.quote.exact)
        what = f", a {PARAPHRASE}" if is_paraphrase(row_of(entry)) else ""
        day = _time(entry.kept.kept or datetime.now(UTC))[:10]
        content += f"\n\n[As kept on {day}{what}:]\n"
        places[number] = Span(len(content), len(content) + len(exact))
        content += exact
    return content, [place for place in places if place is not None]


def _plain(words: str) -> str:
    """Return words as a plain text holds them, character for character."""
    return legal(words.replace("\r", "\n")).replace("\ufeff", "\u2060")


def _selection(entry: SetQuote, place: Span, project: _Project, sheet: Sheet) -> Any:
    from lxml import etree

    row = row_of(entry)
    facts = {
        "guid": _guid("selection", sheet.about.id, entry.kept.id),
        "name": legal(f"{entry.number}. {credited(row)}"),
        "startPosition": str(place.start),
        "endPosition": str(place.end),
        "creatingUser": project.user,
        "creationDateTime": _time(entry.kept.kept or sheet.about.made),
    }
    made = _element("PlainTextSelection", **facts)
    made.append(_described(_about(row)))
    for group, name in _codes(row):
        project.codes[group, name] = None
        coding = etree.SubElement(
            made,
            f"{_Q}Coding",
            guid=_guid("coding", sheet.about.id, entry.kept.id, group, name),
            creatingUser=project.user,
        )
        etree.SubElement(coding, f"{_Q}CodeRef", targetGUID=_guid(group, name))
    return made


def _codes(row: Row) -> Iterator[tuple[str, str]]:
    yield from (("topic", each) for each in row["topics"])
    yield from (("role", each) for each in row["role"])
    yield "manner", row["manner"]


def _about(row: Row) -> str:
    who = f"{credited(row)}, {row['standing']}" if row["standing"] else credited(row)
    what = f"A {PARAPHRASE}" if is_paraphrase(row) else None
    lines = [what, who, row["locator"], row["certainty"], row["method"], row["permalink"]]
    return "\n".join(filter(None, [*lines, row["note"], *since_of(row)]))


def _described(words: str) -> Any:
    made = _element("Description")
    made.text = legal(words)
    return made


def _element(name: str, /, **facts: str) -> Any:
    from lxml import etree

    plain: Any = {None: NAMESPACE}  # no prefix, which some readers trip over
    return etree.Element(f"{_Q}{name}", facts, nsmap=plain)


def _guid(*parts: str) -> str:
    return str(uuid.uuid5(_NAMES, "\n".join(legal(each) for each in parts)))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
