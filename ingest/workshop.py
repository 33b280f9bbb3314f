"""The workshop: the tools that every step of ingest works with, and how progress is told."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from corpus.catalogue import Catalogue
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import Document, Source, SourceKind
from ingest.workers import Workers

_PATIENCE = 300.0  # seconds for which a run waits for somebody who keeps the catalogue locked


class Progress(Protocol):
    """Called as work goes on: what is worked on, how far (0 to 1), and a short message."""

    def __call__(self, what: str, fraction: float, message: str, /) -> None:
        """Tell how far `what` has come."""


class Titled(str):
    """What is worked on, by its title; knows the document, for titles are not unique."""

    __slots__ = ("document_id",)
    document_id: str

    @classmethod
    def of(cls, document: Document) -> Titled:
        """Return the title of a document."""
        titled = cls(document.title)
        titled.document_id = document.id
        return titled


def silent(what: str, fraction: float, message: str, /) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """The tools; a context manager that stops the workers it started."""

    settings: Settings
    catalogue: Catalogue
    files: FileStore
    sources: Mapping[str, Source]
    workers: Workers
    progress: Progress = silent

    def __enter__(self) -> Workshop:
        self.catalogue.wait_for_writers(_PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        self.workers.close()

    def source_of(self, document: Document) -> Source:
        """Return the source of a document.

        A source that has left the registry keeps its documents; they are finished with the
        cautious defaults.
        """
        known = self.sources.get(document.source_id)
        return known or Source(
            id=document.source_id,
            name=document.show,
            kind=SourceKind.PAGE,
            url=document.url,
            language=document.language,  # None: heard from the recording itself
        )

    @contextlib.contextmanager
    def work_folder(self, document: Document, part: str) -> Iterator[Path]:
        """Lend a folder for the half-done work on one part of a document.

        It is removed when the work ended well and kept when it did not, so that the next try
        goes on where this one stopped. Another part's half-done work is not touched.
        """
        import shutil

        folder = self.settings.work_dir / document.id / part
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another part is half done
            folder.parent.rmdir()

    def clear_work(self, document: Document) -> None:
        """Remove the half-done work on a document that is done.

        A run killed between keeping what it made and removing what it made that from leaves some.
        """
        import shutil

        shutil.rmtree(self.settings.work_dir / document.id, ignore_errors=True)


def now() -> datetime:
    """Return the present moment, aware and in UTC."""
    return datetime.now(UTC)
