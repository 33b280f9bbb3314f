"""The archive: the composition root, and the list of everything a person can do with it.

Command line and page call these methods and print or draw what comes back; neither reaches
past this module. Heavy libraries load when the first method needs them, so that a command
pays only for what it uses.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from corpus.beat import use_vocabulary
from corpus.citations import one_line
from corpus.errors import NotFoundError, TextNotFoundError
from corpus.settings import Settings
from corpus.types import (
    Citation,
    Document,
    Media,
    MediaRole,
    Outcome,
    Person,
    Reading,
    Source,
    Span,
    Stage,
    Text,
)
from corpus.vocabulary import Vocabulary, load_vocabulary
from ui.answers import Answer, AnsweredHit, AskFilters, Choices, DocumentView, Status

if TYPE_CHECKING:
    from corpus.catalogue import Catalogue
    from corpus.files import FileStore
    from index.embed import Embedder
    from index.engine.points import VectorStore
    from index.sync import SyncReport
    from ingest.adding import AddedFile
    from ingest.workshop import Progress, Workshop
    from ui.asking import Asking
    from ui.corrections import Corrections
    from ui.register import PeopleRegister

_PATIENCE = 120.0  # seconds that a file added by hand waits for another run


class Archive:
    """Every use case. Opened by `open_archive`; a context manager."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of what was opened; the next use opens it again."""
        for part in ("store", "catalogue"):
            if part in self.__dict__:
                self.__dict__.pop(part).close()

    # ── parts, opened when first used ────────────────────────────────────────────────────────

    @cached_property
    def catalogue(self) -> Catalogue:
        """The catalogue; created when it does not exist yet."""
        from corpus.catalogue import Catalogue

        self.settings.data_dir.mkdir(parents=True, exist_ok=True)
        return Catalogue(self.settings.catalogue)

    @cached_property
    def files(self) -> FileStore:
        """The file store."""
        from corpus.files import FileStore

        return FileStore(self.settings.files)

    @cached_property
    def store(self) -> VectorStore:
        """The index: embedded, or a Qdrant server when one is set."""
        if self.settings.qdrant_url:
            from index.engine.server import open_server_store

            return open_server_store(self.settings)
        from index.engine.vectors import EdgeStore

        return EdgeStore(self.settings.index_dir, kept=self.settings.generations_kept)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model."""
        from index.embed import open_embedder

        return open_embedder(self.settings)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Roles and their names."""
        return load_vocabulary()

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The registry of sources."""
        from ingest.sources import load_sources

        return load_sources(self.settings.sources_file)

    @cached_property
    def _text_of(self) -> Callable[[str, int], Text]:
        # A revision never changes, and reading an hour of words takes longer than the search.
        return lru_cache(maxsize=8)(self.catalogue.text)

    @property
    def asking(self) -> Asking:
        """What answers with cited words."""
        from ui.asking import Asking

        return Asking(self)

    @property
    def register(self) -> PeopleRegister:
        """Who is who across documents."""
        from ui.register import PeopleRegister

        return PeopleRegister(self.catalogue, self.vocabulary, self.settings)

    @property
    def corrections(self) -> Corrections:
        """What people correct."""
        from ui.corrections import Corrections

        return Corrections(self.catalogue, self.vocabulary)

    # ── asking and reading ───────────────────────────────────────────────────────────────────

    def ask(self, question: str, filters: AskFilters | None = None) -> Answer:
        """Return verbatim quotes that answer `question`, best first."""
        return self.asking.ask(question, filters)

    def reading_of(self, document: Document) -> Reading:
        """Return the newest text of `document` as it is to be read."""
        text = self._text_of(document.id, document.revision)
        return self.catalogue.reading_of(text)

    def quote(self, document_id: str, span: Span) -> Citation:
        """Return the citation of the words at `span` of a document's newest canonical text."""
        return self.asking.quote(document_id, span)

    def view(self, document_id: str) -> DocumentView:
        """Return a document to read; `document_id` may be a unique beginning of an id."""
        document = self.catalogue.document(document_id)
        reading = self.reading_of(document) if document.revision else None
        media = self.catalogue.media(document.id, MediaRole.PLAYBACK)
        wanted = reading.text.media_sha256 if reading else None
        playback = next((item for item in media if item.sha256 == wanted), None)
        return DocumentView(
            document=document,
            reading=reading,
            people=self._people_of(reading),
            media=playback,
            addresses=tuple(self.catalogue.addresses(document.id)),
            merges=tuple(self.catalogue.merges(document.id)),
        )

    def _people_of(self, reading: Reading | None) -> dict[str, Person]:
        if reading is None:
            return {}
        ids = {turn.attribution.person_id for turn in reading.text.turns}
        ids |= {each.person_id for each in (*reading.applied, *reading.stale)}
        return {pid: self.catalogue.person(pid) for pid in sorted(filter(None, ids))}

    def documents(self, **filters: Any) -> list[Document]:
        """Return documents, newest first; see `Catalogue.documents` for the filters."""
        return self.catalogue.documents(**filters)

    def choices(self) -> Choices:
        """Return what the page's filters can offer."""
        documents = self.catalogue.documents(stage=Stage.READY)
        shows = {document.source_id: document.show for document in documents}
        return Choices(
            roles=tuple((role.id, role.name) for role in self.vocabulary.roles),
            speakers=tuple(sorted({person.name for person in self.catalogue.people()})),
            sources=tuple(sorted(shows.items(), key=lambda pair: pair[1].casefold())),
        )

    def playback(self, sha256: str) -> Media:
        """Return the playback copy called `sha256`.

        Raises:
            NotFoundError: there is none; other stored files are not for the page to serve.
        """
        media = self.catalogue.media_file(sha256)
        if media.role is not MediaRole.PLAYBACK:
            raise NotFoundError(sha256, cause="not a playback copy")
        return media

    def export(self, document_id: str, form: str) -> str:
        """Return a document as `form`: vtt, srt, txt or json."""
        from corpus.export import FORMATS

        if form not in FORMATS:
            known = ", ".join(FORMATS)
            raise NotFoundError(form, cause="no such format", remedy=f"choose one of {known}")
        view = self.view(document_id)
        if view.reading is None:
            raise TextNotFoundError(view.document.id, cause=f"it is {view.document.stage.value}")
        return FORMATS[form](view.document, view.reading, view.people)

    def status(self) -> Status:
        """Return the state of the archive."""
        from ui.state import status_of

        return status_of(self)

    # ── growing ──────────────────────────────────────────────────────────────────────────────

    def workshop(self, progress: Progress) -> Workshop:
        """Return the tools that ingest works with."""
        from ingest.workers import open_workers
        from ingest.workshop import Workshop

        return Workshop(
            settings=self.settings,
            catalogue=self.catalogue,
            files=self.files,
            sources=self.sources,
            workers=open_workers(self.settings),
            progress=progress,
        )

    def add(
        self,
        target: str,
        progress: Progress,
        *,
        allow_private: bool = False,
        said: AddedFile | None = None,
    ) -> list[Outcome]:
        """Take in one page, feed or audio URL, or one local file, and publish it."""
        from ingest.adding import add_target
        from ingest.nightly import nightly_lock

        with nightly_lock(self.settings, patience=_PATIENCE), self.workshop(progress) as shop:
            outcomes = add_target(shop, target, allow_private=allow_private, said=said)
            self.sync(progress)
            return outcomes

    def failures(self, *, source_id: str | None = None) -> list[Document]:
        """Return the documents that were given up or failed the last time, newest first."""
        failed = self.catalogue.failures()
        return [each for each in failed if source_id in (None, each.source_id)]

    def retry(self, document_id: str) -> Document:
        """Put a failed or dead document back in the queue."""
        document = self.catalogue.document(document_id)
        return self.catalogue.revive(document.id, now=datetime.now(UTC))

    def sync(self, progress: Progress, *, rebuild: bool = False) -> SyncReport:
        """Bring the index up to the catalogue; `rebuild` makes it anew from the catalogue."""
        from index.sync import rebuild_index, sync_index

        work = rebuild_index if rebuild else sync_index
        return work(
            self.catalogue,
            self.store,
            self.embedder,
            progress=lambda fraction, message: progress("index", fraction, message),
        )

    def citation_line(self, answered: AnsweredHit) -> str:
        """Return the one-line citation of an answer."""
        return one_line(answered.citation)


def open_archive(settings: Settings) -> Archive:
    """Return the archive that `settings` describe; nothing is opened or created yet.

    The vocabulary that the settings name is in force in this process from now on.
    """
    use_vocabulary(settings.vocabulary_dir)
    return Archive(settings)
