"""The registry of sources: one TOML table each, read strictly.

A misspelt key, a bad selector or a wrong kind stops the start with the file, the table and the
key, rather than a crawl that quietly finds nothing.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable
from dataclasses import MISSING, fields
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpus.errors import RegistryError
from corpus.types import DocumentKind, Source, SourceKind, TranscriptPolicy

BUILT_IN = Path(__file__).with_name("sources.toml")

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_KEYS = {each.name: each for each in fields(Source) if each.name != "id"}
_REQUIRED = tuple(
    name
    for name, each in _KEYS.items()
    if each.default is MISSING and each.default_factory is MISSING
)


class _ValueProblemError(Exception):
    """A value cannot be used; arguments are why and what to do."""


def load_sources(path: Path | None = None) -> dict[str, Source]:
    """Return the sources of a registry file by id, in the order of the file.

    Args:
        path: None for the registry that is installed with the program.

    Raises:
        RegistryError: names the file, the table and the key, and says what to write instead.
    """
    path = path or BUILT_IN
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        remedy = "create it or correct the setting sources_file"
        raise RegistryError(str(path), cause="there is no such file", remedy=remedy) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RegistryError(str(path), cause=str(error), remedy="correct the file") from error
    return {name: _source(path, name, table) for name, table in tables.items()}


def _source(path: Path, name: str, table: object) -> Source:
    where = f"{path}: [{name}]"
    if not isinstance(table, dict):
        raise RegistryError(where, cause="stands outside a table", remedy="begin with [an-id]")
    if not _ID.fullmatch(name):
        remedy = "use lower-case letters, digits and single hyphens"
        raise RegistryError(where, cause="cannot be an id", remedy=remedy)
    _check_keys(where, table)
    values: dict[str, Any] = {}
    for key, value in table.items():
        try:
            values[key] = _READERS[key](value)
        except _ValueProblemError as problem:
            cause, remedy = problem.args
            raise RegistryError(f"{where}: {key}", cause=cause, remedy=remedy) from problem
    return _checked(where, Source(id=name, **values))


def _check_keys(where: str, table: dict[str, object]) -> None:
    for key in table:
        if key not in _KEYS:
            raise RegistryError(f"{where}: {key}", cause="no such key", remedy=_nearest(key))
    for key in _REQUIRED:
        if key not in table:
            raise RegistryError(f"{where}: {key}", cause="is missing", remedy="add it")


def _checked(where: str, source: Source) -> Source:
    """Refuse keys that contradict each other."""
    listing = source.kind is SourceKind.LISTING
    for key in ("links", "next_page", "sitemap", "match"):
        if getattr(source, key) and not listing:
            remedy = 'remove it or set kind = "listing"'
            raise RegistryError(f"{where}: {key}", cause="is for listings only", remedy=remedy)
    if listing and not (source.sitemap or source.links or source.match):
        remedy = "set links (a CSS selector), match (a regular expression) or sitemap = true"
        raise RegistryError(f"{where}: links", cause="nothing tells documents apart", remedy=remedy)
    if source.sitemap and (source.links or source.next_page):
        key = "links" if source.links else "next_page"
        raise RegistryError(f"{where}: {key}", cause="a sitemap has none", remedy="remove it")
    return source


def _nearest(key: str) -> str:
    close = difflib.get_close_matches(key, _KEYS, n=1)
    return f"did you mean {close[0]}?" if close else f"known keys: {', '.join(_KEYS)}"


# ── values ───────────────────────────────────────────────────────────────────────────────────


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _ValueProblemError(f"{value!r} is not text", "write it in quotation marks")
    return value.strip()


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _ValueProblemError(f"{value!r} is not a list", 'write it like ["Name", "Name"]')
    return tuple(_text(each) for each in value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _ValueProblemError(f"{value!r} is neither true nor false", "write true or false")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e9:
        raise _ValueProblemError(f"{value!r} is not a number of seconds", "write 0 or more")
    return float(value)


def _count(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _ValueProblemError(f"{value!r} is not a count", "write a whole number, 0 or more")
    return value


def _positive(value: object) -> int:
    if value == 0:
        raise _ValueProblemError("0 would find nothing", "write 1 or more, or enabled = false")
    return _count(value)


def _url(value: object) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
    except ValueError as error:
        raise _ValueProblemError(f"{text!r}: {error}", "write a whole address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _ValueProblemError(f"{text!r} is no web address", "write http://… or https://…")
    return text


def _choice(kind: type[StrEnum]) -> Callable[[object], StrEnum]:
    def read(value: object) -> StrEnum:
        try:
            return kind(_text(value))
        except ValueError as error:
            known = ", ".join(kind)
            raise _ValueProblemError(f"{value!r} is not known", f"write one of {known}") from error

    return read


def _selector(value: object) -> str:
    from parsel.csstranslator import HTMLTranslator

    text = _text(value)
    try:
        HTMLTranslator().css_to_xpath(text)
    except Exception as error:  # cssselect has no family for its errors
        raise _ValueProblemError(f"{text!r}: {error}", "write a CSS selector") from error
    if "::" in text:
        raise _ValueProblemError(f"{text!r} selects no element", "leave ::attr() and ::text out")
    return text


def _pattern(value: object) -> str:
    text = _text(value)
    try:
        re.compile(text)
    except re.error as error:
        raise _ValueProblemError(f"{text!r}: {error}", "write a regular expression") from error
    return text


_READERS: dict[str, Callable[[object], Any]] = {
    "name": _text,
    "kind": _choice(SourceKind),
    "url": _url,
    "language": _text,
    "every": _number,
    "expect_at_least": _count,
    "hosts": _texts,
    "transcript": _choice(TranscriptPolicy),
    "licence": _text,
    "enabled": _truth,
    "follow_pages": _truth,
    "links": _selector,
    "next_page": _selector,
    "sitemap": _truth,
    "match": _pattern,
    "document_kind": _choice(DocumentKind),
    "delay": _number,
    "limit": _positive,
    "allow_private": _truth,
}
