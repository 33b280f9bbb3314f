"""What is to be written, and how it comes into its place whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import QuoteSetError
from corpus.types import QuoteSet, SetQuote

MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_UNWRITABLE = "choose a folder that you may write in, with room enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A document that quotes stand in, for formats that carry the text along."""

    title: str
    content: str  # the newest text as read
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A quote set to write. Its quotes are gone through anew by every format, a few in memory."""

    about: QuoteSet
    quotes: Callable[[], Iterator[SetQuote]]
    by_document: Callable[[], Iterator[SetQuote]]
    source: Callable[[str], Source | None]  # None: the document has no text (any more)
    topic_name: Callable[[str], str]
    topic_definition: Callable[[str], str]
    withheld: int = 0  # quotes of the set that are left out: their documents were withdrawn


@contextlib.contextmanager
def in_place(target: Path, *, folder: bool) -> Iterator[Path]:
    """Lend a temporary folder beside `target`; afterwards it (or its one file) takes that place.

    Whatever fails on the way, the target is as it was and nothing half-written is left.

    Raises:
        QuoteSetError: the place cannot be written, or holds what is no export of ours.
    """
    target = target.absolute()
    if not _can_be_called(target):
        shown = repr(str(target))[:200]
        raise QuoteSetError(shown, cause="no file can be called so", remedy=_UNWRITABLE)
    with translated(target):
        if folder:
            _refuse_others(target)
        elif target.is_dir():
            raise QuoteSetError(str(target), cause="a folder is there", remedy="name a file")
        made = tempfile.mkdtemp(prefix=f".{target.name[:40]}.", suffix=".part", dir=target.parent)
        partial = Path(made)
    try:
        with translated(target):
            yield partial
            if folder:
                partial.chmod(0o755)
                _swap(partial, target)
            else:
                _move_files(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _can_be_called(path: Path) -> bool:
    try:
        return b"\x00" not in os.fsencode(path)
    except UnicodeEncodeError:
        return False


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as opened:
        while part := opened.read(_CHUNK):
            digest.update(part)
    return digest.hexdigest()


@contextlib.contextmanager
def translated(target: Path) -> Iterator[None]:
    """Turn what the disk refuses into an error that names the place."""
    try:
        yield
    except OSError as error:
        cause = error.strerror or str(error)
        raise QuoteSetError(str(target), cause=cause, remedy=_UNWRITABLE) from error


def _refuse_others(target: Path) -> None:
    if not target.exists():
        return
    ours = target.is_dir() and ((target / MANIFEST).is_file() or not any(target.iterdir()))
    if not ours:
        raise QuoteSetError(
            str(target),
            cause="something else is there than an export",
            remedy="name a new folder",
        )


def _swap(partial: Path, target: Path) -> None:
    """Put the folder in the place of an earlier export, which stays until it is replaced."""
    if not target.exists():
        partial.rename(target)
        return
    old = partial.with_suffix(".old")
    target.rename(old)
    try:
        partial.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _move_files(partial: Path, target: Path) -> None:
    """Put the one file in its place, then its manifest beside it."""
    manifest = partial / MANIFEST
    (file,) = (each for each in partial.iterdir() if each.name != MANIFEST)
    file.chmod(0o644)
    manifest.chmod(0o644)
    file.replace(target)
    manifest.replace(manifest_beside(target))


def manifest_beside(target: Path) -> Path:
    """Return where the manifest of a single exported file stands."""
    return target.with_name(target.name + ".manifest.json")
