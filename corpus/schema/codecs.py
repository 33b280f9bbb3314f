"""How values of `corpus.types` become columns and come back equal. No tables, no statements."""

from __future__ import annotations

import json
import math
import re
import types
import typing
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
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


def encode(value: Any) -> Any:
    """Return a value of `corpus.types` as JSON knows it; a span becomes two numbers."""
    if isinstance(value, Span):
        return [value.start, value.end]
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [encode(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in fields(value)}
    return value


def decode(kind: Any, value: Any) -> Any:
    """Return what `encode` was given, of type `kind`; fields it does not know are left out."""
    if value is None:
        return None
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return decode(next(each for each in arguments if each is not type(None)), value)
    if origin is tuple:
        return _decode_tuple(arguments, value)
    if is_dataclass(kind):
        return _decode_dataclass(kind, value)
    if kind is datetime:
        return datetime.fromisoformat(value)
    return kind(value) if isinstance(kind, type) and issubclass(kind, StrEnum) else value


def _decode_tuple(kinds: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(decode(kinds[0], each) for each in values)
    return tuple(decode(kind, each) for kind, each in zip(kinds, values, strict=True))


def _decode_dataclass(kind: Any, value: Any) -> Any:
    if kind is Span:
        return Span(*value)
    hints = _hints(kind)
    return kind(
        **{name: decode(hints[name], each) for name, each in value.items() if name in hints}
    )


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def to_json(value: Any) -> str:
    """Return compact JSON."""
    # Only ASCII, so that no character of the value can be one the database refuses.
    return json.dumps(value, separators=(",", ":"), ensure_ascii=True)


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
        return to_json(encode(value))

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
