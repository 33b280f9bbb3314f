"""Tables of a vocabulary file, read strictly: whatever is not understood is refused by name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from corpus.errors import VocabularyError
from corpus.phrases import Pattern, parse_pattern

_FIRST_YEAR, _LAST_YEAR = 1800, 2200


def read_entries(path: Path, words: Mapping[str, str]) -> dict[str, Entry]:
    """Return the tables of the file at `path` by their ids, in order.

    Args:
        path: a TOML file that holds tables only.
        words: what `{name}` inserts into a pattern.

    Raises:
        VocabularyError: the file cannot be read or holds something else.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(str(path), cause=str(error)) from error
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise VocabularyError(f"{path}: {name}", cause="must be a table")
    return {name: Entry(f"{path}: [{name}]", name, table, words) for name, table in tables.items()}


class Entry:
    """One table, from which values are taken key by key; what is left at the end is refused."""

    def __init__(
        self, place: str, entry_id: str, table: Mapping[str, Any], words: Mapping[str, str]
    ) -> None:
        self.id = entry_id
        self.words = words
        self._place = place
        self._left = dict(table)

    def refuse(self, key: str, cause: str) -> NoReturn:
        """Raise a VocabularyError that names file, table and key."""
        raise VocabularyError(f"{self._place} {key}", cause=cause)

    def refuse_rest(self) -> None:
        """Raise a VocabularyError when a key was never taken: nobody understands it."""
        if self._left:
            self.refuse(min(self._left), "no such key")

    def take_text(self, key: str, *, required: bool = True) -> str:
        """Return a text; "" when it is missing and not `required`."""
        value = self._left.pop(key, "")
        if not isinstance(value, str):
            self.refuse(key, "must be a text")
        if required and not value.strip():
            self.refuse(key, "is missing")
        return value.strip()

    def take_texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, () when it is missing."""
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(
            isinstance(value, str) and value.strip() for value in values
        ):
            self.refuse(key, "must be a list of texts")
        return tuple(value.strip() for value in values)

    def take_flag(self, key: str) -> bool:
        """Return true or false; false when it is missing."""
        value = self._left.pop(key, False)
        if not isinstance(value, bool):
            self.refuse(key, "must be true or false")
        return value

    def take_words(self) -> dict[str, str]:
        """Return all that is left, a text by each key."""
        return {key: self.take_text(key) for key in list(self._left)}

    def take_patterns(
        self, key: str, *, required: bool = False, phrases: bool = False
    ) -> tuple[Pattern, ...]:
        """Return a list of evidence; with `phrases`, none with a "+" in it."""
        lines = self.take_texts(key)
        if required and not lines:
            self.refuse(key, "is missing")
        try:
            patterns = tuple(parse_pattern(line, self.words) for line in lines)
        except ValueError as error:
            self.refuse(key, str(error))
        for pattern in patterns:
            if phrases and not pattern.is_phrase:
                self.refuse(key, f"“{pattern.line}”: words with + between them belong in near")
        return patterns

    def take_url(self, key: str) -> str:
        """Return a web address."""
        return self._url(key, self.take_text(key))

    def take_urls(self, key: str) -> tuple[str, ...]:
        """Return web addresses, at least one."""
        urls = self.take_texts(key)
        if not urls:
            self.refuse(key, "is missing: nothing stands here without its source")
        return tuple(self._url(key, url) for url in urls)

    def _url(self, key: str, url: str) -> str:
        try:
            parts = urlsplit(url)
        except ValueError:
            self.refuse(key, f"“{url}” is no web address")
        if parts.scheme not in {"http", "https"} or not parts.hostname or " " in url:
            self.refuse(key, f"“{url}” is no web address")
        return url

    def take_date(self, key: str) -> date | None:
        """Return a day, None when it is missing."""
        value = self._left.pop(key, None)
        if value is not None and type(value) is not date:
            self.refuse(key, f"{value!r} is no date: write 2025-01-31, without quotation marks")
        return value

    def take_date_or_year(self, key: str) -> date | int:
        """Return a day, or a year where the day is not known."""
        if key not in self._left:
            self.refuse(key, "is missing")
        value = self._left[key]
        if type(value) is int and _FIRST_YEAR <= value <= _LAST_YEAR:
            del self._left[key]
            return value
        day = self.take_date(key)
        if day is None:
            self.refuse(key, "is missing")
        return day

    def take_tables(self, key: str) -> list[Entry]:
        """Return the tables of a list, [] when it is missing."""
        values = self._left.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.refuse(key, "must be a list of tables")
        return [
            Entry(f"{self._place} {key} {place}:", self.id, value, self.words)
            for place, value in enumerate(values, 1)
        ]
