"""The words of the subject: roles and their names, and hints for the recogniser.

Read strictly from `vocabulary/*.toml`, so that a newsroom can write its own for another beat.
Knows nothing of documents; finds its words in any text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import VocabularyError
from corpus.types import Span

_FOLDER = Path(__file__).with_suffix("")
_NOT_A_ROLE = "not_a_role"  # table of titles that only contain a role's name
_ROLE_KEYS = {"name", "plural", "names", "part"}
# "no longer an armorer", "not an armorer": the words name a role the person does not have.
_DENIED = re.compile(r"\b(?:not|never|no longer|isn't|wasn't|nor)\s+(?:an?\s+|the\s+)?$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One profession or part, with every spelling it goes by."""

    id: str
    name: str
    plural: str
    names: tuple[str, ...]
    part: bool = False  # a part in the programme (host, producer), not a job on a set


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything the vocabulary files say, ready to be looked up."""

    roles: tuple[Role, ...]
    hotwords: tuple[str, ...]
    _pattern: re.Pattern[str]
    _by_form: dict[str, str]

    def role(self, role_id: str) -> Role | None:
        """Return the role called `role_id`, or None."""
        return next((role for role in self.roles if role.id == role_id), None)

    def find_roles(self, text: str) -> list[tuple[Span, str]]:
        """Return every role named in `text` with its place, the longest name winning.

        >>> load_vocabulary().find_roles("Armourers and first ADs")
        [(Span(start=0, end=9), 'armorer'), (Span(start=14, end=23), 'assistant_director')]
        """
        found = (
            (Span(match.start(), match.end()), self._by_form[_fold(match.group())])
            for match in self._pattern.finditer(text)
        )
        return [(span, role_id) for span, role_id in found if role_id != _NOT_A_ROLE]

    def roles_in(self, text: str) -> tuple[str, ...]:
        """Return the ids of the roles a description claims, the most telling first."""
        claimed = {
            role_id
            for span, role_id in self.find_roles(text)
            if not _DENIED.search(text[: span.start])
        }
        return tuple(role.id for role in self.roles if role.id in claimed)

    def role_of(self, word: str) -> str | None:
        """Return the role that `word` as a whole names, or None ("armourers" → "armorer")."""
        role_id = self._by_form.get(_fold(word.strip()))
        return None if role_id == _NOT_A_ROLE else role_id

    def print_role(self, role_id: str | None) -> str | None:
        """Return the role's name as printed in a citation."""
        role = self.role(role_id) if role_id else None
        return role.name if role else role_id


@lru_cache(maxsize=4)
def load_vocabulary(folder: Path = _FOLDER) -> Vocabulary:
    """Read the vocabulary files of `folder`.

    Raises:
        VocabularyError: a file is missing or has a key or value that cannot be understood.
    """
    tables = _read(folder / "roles.toml")
    others = tables.pop(_NOT_A_ROLE, {}).get("names", [])
    roles = tuple(_roles(folder / "roles.toml", tables))
    by_form = {_fold(form): _NOT_A_ROLE for name in others for form in (name, _plural(name))}
    by_form |= {_fold(form): role.id for role in reversed(roles) for form in _forms(role)}
    longest_first = sorted(by_form, key=len, reverse=True)
    body = "|".join(re.escape(form).replace(r"\ ", r"[\s-]+") for form in longest_first)
    # A hyphen before the word is a prefix ("ex-armorer"), after it a longer compound.
    pattern = re.compile(rf"(?<!\w)(?:{body})(?!\w)", re.IGNORECASE)
    return Vocabulary(roles, tuple(_hotwords(folder / "hotwords.toml")), pattern, by_form)


def _roles(path: Path, tables: dict[str, Any]) -> Iterable[Role]:
    for role_id, table in tables.items():
        if not isinstance(table, dict) or not {"name", "plural", "names"} <= set(table):
            raise VocabularyError(f"{path}: [{role_id}]", cause="needs name, plural and names")
        if unknown := set(table) - _ROLE_KEYS:
            raise VocabularyError(f"{path}: [{role_id}] {min(unknown)}", cause="no such key")
        yield Role(
            id=role_id,
            name=table["name"],
            plural=table["plural"],
            names=tuple(table["names"]),
            part=bool(table.get("part", False)),
        )


def _hotwords(path: Path) -> list[str]:
    table = _read(path)
    words = table.get("words")
    if set(table) != {"words"} or not isinstance(words, list):
        raise VocabularyError(str(path), cause="must hold one list called words")
    return [str(word) for word in words]


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(str(path), cause=str(error)) from error


def _forms(role: Role) -> set[str]:
    singular = {role.name, *role.names}
    return singular | {role.plural} | {_plural(name) for name in singular}


def _plural(name: str) -> str:
    if name.endswith("man"):
        return f"{name[:-3]}men"
    if name.endswith("person"):
        return f"{name[:-6]}people"
    if name.startswith(("head of", "director of", "master of")):
        first, rest = name.split(" ", 1)
        return f"{first}s {rest}"
    if name.endswith(("s", "x", "ss")):
        return f"{name}es"
    return f"{name}s"


def _fold(form: str) -> str:
    return re.sub(r"[\s-]+", " ", form.casefold())
