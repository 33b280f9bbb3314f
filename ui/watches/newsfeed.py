"""New quotes as an Atom feed (RFC 4287) in a file that a feed reader or a web server takes.

An entry's id is that of its quote: what is written twice is there once. The file is replaced whole.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.errors import DeliveryError
from ui.hitlines import hit_lines
from ui.plainwords import one_lined, plain
from ui.watches.letters import Letter, ref_of, summary_of
from ui.watches.novelty import NewQuote

ATOM = "http://www.w3.org/2005/Atom"
_GENERATOR = "OnRecord"
_MOST = 500  # entries; the newest stay
_MOST_BYTES = 32 << 20  # a feed of ours is far smaller
_SPACE = uuid.UUID("0b9d3f0e-6c0a-4f0e-9b7c-5f1d2a7e4c11")  # of the ids made here
_NAMES = {"a": ATOM}
_AS_DEFAULT: Any = {None: ATOM}


def add_to_feed(path: Path, letter: Letter, *, is_gone: Callable[[str], bool]) -> None:
    """Put the quotes of a letter at the head of the feed in `path`; without quotes, tidy it.

    Args:
        path: the feed; made where there is none.
        letter: what is new.
        is_gone: whether a document may no longer be shown; its entries are taken out.

    Raises:
        DeliveryError: another file is there, or it cannot be written.
    """
    path = path.resolve()  # a link stays a link
    with _explained(path):
        old = _entries_of(path) if path.exists() else []
        new = [_entry(letter, each) for each in letter.quotes]
        fresh = {_id_of(each) for each in new}
        kept = [each for each in old if _id_of(each) not in fresh and not is_gone(_document(each))]
        if not new and len(kept) == len(old) and path.exists():
            return
        _replace(path, _feed(path, [*new, *kept][:_MOST], letter.written))


def _feed(path: Path, entries: Iterable[Any], now: datetime) -> bytes:
    from lxml import etree

    feed = etree.Element(f"{{{ATOM}}}feed", nsmap=_AS_DEFAULT)
    listed = list(entries)
    asked = {each.findtext("a:summary", namespaces=_NAMES) for each in listed}
    question = asked.pop() if len(asked) == 1 else None
    _add(feed, "id", f"urn:uuid:{uuid.uuid5(_SPACE, str(path))}")
    _add(feed, "title", f"OnRecord: {question}" if question else "OnRecord: saved searches")
    _add(feed, "updated", _moment(now))
    _add(feed, "generator", _GENERATOR)
    _add(_add(feed, "author"), "name", _GENERATOR)
    for each in listed:
        feed.append(each)
    return bytes(etree.tostring(feed, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _entry(letter: Letter, quote: NewQuote) -> Any:
    from lxml import etree

    hit, ref = quote.hit, ref_of(letter.watch_id, quote)
    entry = etree.Element(f"{{{ATOM}}}entry", nsmap=_AS_DEFAULT)
    _add(entry, "id", f"urn:uuid:{uuid.uuid5(_SPACE, ref)}")
    _add(entry, "title", summary_of(quote))
    _add(entry, "updated", _moment(letter.written))
    _add(_add(entry, "author"), "name", one_lined(hit.speaker) or "Unattributed")
    _add(entry, "link", rel="alternate", href=hit.citation.permalink)
    _add(entry, "category", term=hit.document.id, scheme="urn:onrecord:document")
    _add(entry, "summary", one_lined(letter.question))
    # As text, nothing in it is markup for the reader either.
    lines = [line.strip() for line in hit_lines(1, hit, hit.speaker, wrapped=False)]
    if quote.called:
        lines.append(f"sent before as said by: {one_lined(quote.called)}")
    _add(entry, "content", "\n".join(lines).removeprefix("1. "), type="text")
    return entry


def _add(parent: Any, name: str, words: str | None = None, **attributes: str) -> Any:
    from lxml import etree

    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    made.text = None if words is None else plain(words)
    return made


def _entries_of(path: Path) -> list[Any]:
    from lxml import etree

    if not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise DeliveryError(str(path), cause="no feed of ours", remedy="name another file")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=True
    )
    try:
        feed = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise DeliveryError(
            str(path), cause="no feed of ours", remedy="move it away, or name another file"
        ) from error
    made_by = feed.findtext("a:generator", namespaces=_NAMES)
    if feed.tag != f"{{{ATOM}}}feed" or made_by != _GENERATOR:
        raise DeliveryError(str(path), cause="somebody else's feed", remedy="name another file")
    return list(feed.findall("a:entry", namespaces=_NAMES))


def _id_of(entry: Any) -> str:
    return str(entry.findtext("a:id", namespaces=_NAMES))


def _document(entry: Any) -> str:
    named = entry.find("a:category[@scheme='urn:onrecord:document']", namespaces=_NAMES)
    return "" if named is None else str(named.get("term"))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _replace(path: Path, data: bytes) -> None:
    # Whoever serves the feed may have opened it to others: that stays as it is.
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    made, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(made, "wb") as file:
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        cause = error.strerror or str(error)
        raise DeliveryError(str(path), cause=cause, remedy="it is tried again next time") from error
