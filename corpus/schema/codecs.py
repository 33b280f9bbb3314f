"""How values of `corpus.types` become columns and come back equal. No tables, no statements."""

from __future__ import annotations

import json
import math
import re
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from sqlalchemy import DateTime, Dialect, LargeBinary, TypeDecorator
from sqlalchemy import Text as Characters
from sqlalchemy.types import TypeEngine

from corpus.types import Span

_T = TypeVar("_T")

# ── values that cannot be stored ─────────────────────────────────────────────────────────────

_UNSTORABLE = re.compile("\x00")
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_string(value: str) -> str:
    """Drop NULs (PostgreSQL refuses them) and replace lone surrogates (UTF-8 has none)."""
    if value.isascii() and "\x00" not in value:
        return value
    return _SURROGATE.sub("\ufffd", _UNSTORABLE.sub("", value))


def clean(value: _T) -> _T:
    """Return a value as it can be stored: what compares equal now compares equal then."""
    return cast(_T, _clean(value))


def _clean(value: Any) -> Any:
    if isinstance(value, str) and not isinstance(value, StrEnum):
        return clean_string(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime):
        # A year like 1 or 9999 is a mistake, and leaves the calendar in another time zone.
        return in_utc(value) if 1000 < value.year < 9000 else None
    if isinstance(value, tuple):
        return tuple(_clean(each) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _clean(getattr(value, f.name)) for f in fields(value)})
    return value


def in_utc(value: datetime) -> datetime:
    """Return the moment as an aware UTC datetime; a naive one is taken to be UTC."""
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# ── values as JSON ───────────────────────────────────────────────────────────────────────────


_PLAIN = frozenset((str, int, float, bool, type(None)))  # which JSON knows by themselves
_Read = Callable[[Any], Any]


def encode(value: Any) -> Any:
    """Return a value of `corpus.types` as JSON knows it; a span becomes two numbers."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is tuple:
        return [encode(each) for each in value]
    if kind is Span:
        return [value.start, value.end]
    names = _names(kind)  # type: ignore[arg-type]  # a class is hashable
    if names is not None:
        return {name: encode(getattr(value, name)) for name in names}
    return value.isoformat() if isinstance(value, datetime) else value


@cache
def _names(kind: type) -> tuple[str, ...] | None:
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else None


def decode(kind: Any, value: Any) -> Any:
    """Return what `encode` was given, of type `kind`; fields it does not know are left out."""
    read = _reader(kind)
    return value if read is None or value is None else read(value)


# Quotes and turns are read by the ten thousand: what a type asks for is found out once.
@cache
def _reader(kind: Any) -> _Read | None:
    """Return what makes a value of `kind` from JSON, never given None; None: it stays as it is."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return _reader(next(each for each in arguments if each is not type(None)))
    if origin is tuple:
        return _tuple_reader(arguments)
    if kind is Span:
        return lambda pair: Span(*pair)
    if is_dataclass(kind):
        return _dataclass_reader(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        members = {each.value: each for each in kind}
        return lambda value: members.get(value) or kind(value)
    return datetime.fromisoformat if kind is datetime else None


def _tuple_reader(kinds: tuple[Any, ...]) -> _Read:
    if kinds[-1] is not Ellipsis:
        return lambda values: tuple(
            decode(kind, each) for kind, each in zip(kinds, values, strict=True)
        )
    read = _reader(kinds[0])
    if read is None:
        return tuple
    return lambda values: tuple([None if each is None else read(each) for each in values])


def _dataclass_reader(kind: Any) -> _Read:
    hints = typing.get_type_hints(kind)
    names = frozenset(each.name for each in fields(kind))
    reads = [(name, field) for name in sorted(names) if (field := _reader(hints[name]))]

    def read(stored: Mapping[str, Any]) -> Any:
        known = dict(stored)
        for name, field in reads:
            value = known.get(name)
            if value is not None:
                known[name] = field(value)
        if not known.keys() <= names:
            known = {name: value for name, value in known.items() if name in names}
        return kind(**known)

    return read


def to_json(value: Any) -> str:
    """Return compact JSON of a value of `corpus.types`, or of what `encode` made of it."""
    return _JSON.encode(value)


def _as_json(value: Any) -> Any:
    """Return one value that JSON does not know in its terms; what is in it is asked for later."""
    kind = type(value)
    if kind is Span:
        return [value.start, value.end]
    shape = _names_and_values(kind)  # type: ignore[arg-type]  # a class is hashable
    if shape is not None:
        return dict(zip(shape[0], shape[1](value), strict=True))
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"not a value of corpus.types: {kind.__name__}")


@cache
def _names_and_values(
    kind: Any,
) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]] | None:
    """Return the fields of a dataclass and what takes them all at once; None: it is none."""
    names = _names(kind)
    if names is None:
        return None
    take = attrgetter(*names)
    return names, take if len(names) > 1 else lambda value: (take(value),)


# Only ASCII, so that no character of the value can be one the database refuses.
_JSON = json.JSONEncoder(
    separators=(",", ":"), ensure_ascii=True, check_circular=False, default=_as_json
)

# ── column types ─────────────────────────────────────────────────────────────────────────────


class _Coded(TypeDecorator[Any]):
    """A column whose values are changed on the way in (`put`) and out (`get`)."""

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = Characters
    cache_ok = True

    def put(self, value: Any) -> Any:
        """Return what is stored for `value`."""
        return value

    def get(self, stored: Any) -> Any:
        """Return the value that was stored."""
        return stored

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Write; nothing stays nothing."""
        del dialect
        return None if value is None else self.put(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read; nothing stays nothing."""
        del dialect
        return None if value is None else self.get(value)


class String(_Coded):
    """Characters of any length, without those a database refuses."""

    cache_ok = True

    def put(self, value: str) -> str:
        """Clean what goes in."""
        return clean_string(value)


class Moment(_Coded):
    """A UTC datetime that comes back aware, also from SQLite, which forgets time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def put(self, value: datetime) -> datetime:
        """Turn it to UTC."""
        return in_utc(value)

    def get(self, stored: datetime) -> datetime:
        """Turn it to UTC."""
        return in_utc(stored)


class Packed(_Coded):
    """A value of `corpus.types` (or a tuple of them) as one JSON document."""

    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        # Read by the ten thousand: everybody has several such lists.
        self._is_plain = typing.get_args(kind)[:1] in ((str,), (float,))

    def put(self, value: Any) -> str:
        """Write JSON."""
        return to_json(value)

    def get(self, stored: str) -> Any:
        """Read JSON."""
        read = json.loads(stored)
        return tuple(read) if self._is_plain else decode(self.kind, read)


class Choice(_Coded):
    """An enum by its value."""

    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def put(self, value: str) -> str:
        """Write the value."""
        return str(self.kind(value).value)

    def get(self, stored: str) -> StrEnum:
        """Read the value."""
        return self.kind(stored)


class Exact(_Coded):
    """Characters kept one by one, whatever they are: spans count them."""

    impl = LargeBinary
    cache_ok = True

    def put(self, value: str) -> bytes:
        """Write UTF-8, lone surrogates included."""
        return value.encode("utf-8", "surrogatepass")

    def get(self, stored: Any) -> str:
        """Read UTF-8."""
        return bytes(stored).decode("utf-8", "surrogatepass")
