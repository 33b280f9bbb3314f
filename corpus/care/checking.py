"""The catalogue against itself: rows, references, moments, texts, quotes. Read-only.

What is found is told as values (`faults.py`) and mended elsewhere (`mending.py`). Goes through an
archive of any size a page of rows or a text at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from corpus.care.faults import Fault, Mend, Progress
from corpus.care.textchecks import misfits
from corpus.catalogue import Catalogue
from corpus.files import FileStore
from corpus.types import Document, Media, MediaRole, Span, Stage, Text

_BACKUP = "restore it from a backup (onrecord restore)"
NEXT_RUN = "--repair makes its document due again; the next run fetches it"


@dataclass(slots=True)
class Look:
    """What is looked at, and how."""

    catalogue: Catalogue
    files: FileStore
    now: datetime
    progress: Progress
    quick: bool = False  # no file is read through, no text compared
    busy: Callable[[], bool] = lambda: False  # another run is going on: what is begun is its own
    work_dir: Path | None = None
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unreadable: set[str] = field(default_factory=set)  # documents with a row nobody can read

    def count(self, what: str, more: int = 1) -> None:
        """Note that so many more were looked at."""
        self.counts[what] = self.counts.get(what, 0) + more

    def note(self, said: str) -> None:
        """Note what was left out."""
        if said not in self.notes:
            self.notes.append(said)


# ── the database ─────────────────────────────────────────────────────────────────────────────


def faults_of_database(look: Look) -> Iterator[Fault]:
    """Yield what is wrong with the database itself, its tables, references, rows and moments."""
    look.progress("catalogue", 0.0, "checking the database file")
    for said in look.catalogue.damage(quick=look.quick):
        only_index = "index" in said and "malformed" not in said
        yield Fault(
            area="catalogue",
            thing="the database",
            cause=said,
            remedy="--repair makes its indexes anew" if only_index else _BACKUP,
            mend=Mend.REINDEX if only_index else Mend.NOTHING,
        )
    for part in look.catalogue.missing_parts():
        yield Fault(area="catalogue", thing=part, cause="it is not in the database", remedy=_BACKUP)
    yield from _loose_rows(look)
    yield from _unreadable_rows(look)
    yield from _moments(look)


def _loose_rows(look: Look) -> Iterator[Fault]:
    loose = look.catalogue.loose_rows()
    # Where a text lost its document, what else is known of it may help a person to mend it.
    able = {table for table, _ in loose} <= look.catalogue.MAY_GO
    for (table, other), count in loose.items():
        yield Fault(
            area="catalogue",
            thing=table,
            cause=f"{count} rows refer to {other} that are not there",
            remedy="--repair moves them aside" if able else _BACKUP,
            mend=Mend.LOOSE_ROWS if able else Mend.NOTHING,
            path=table,
        )


def _unreadable_rows(look: Look) -> Iterator[Fault]:
    look.progress("catalogue", 0.3, "reading every row")
    for table, key, why in look.catalogue.unreadable_rows():
        if table == "texts":
            continue  # read one by one, later
        look.unreadable.update(key[:1])
        yield Fault(
            area="catalogue",
            thing=f"{table} {' '.join(key)}"[:200],
            cause=f"nobody can read this row: {why}" if key else f"cannot be read: {why}",
            remedy=_BACKUP,
        )


def _moments(look: Look) -> Iterator[Fault]:
    for effect, count, until in look.catalogue.moments_to_come(look.now):
        yield Fault(
            area="catalogue",
            thing=f"{count} moments in the future",
            cause=f"the clock was wrong when they were written: {effect} {until:%Y-%m-%d %H:%M}",
            remedy="see that the clock is right now; --repair sets them to now",
            mend=Mend.CLOCK,
        )


# ── documents and texts ──────────────────────────────────────────────────────────────────────


def faults_of_documents(look: Look) -> Iterator[Fault]:
    """Yield what is wrong between documents and their texts, files, people and addresses."""
    total = max(1, look.catalogue.count_documents())
    for page in look.catalogue.held_documents(look.unreadable):
        for held in page:
            look.count("documents")
            document = held.document
            newest = max(held.revisions, default=0)
            if document.revision != newest:
                yield _miscounted_revision(document, newest)
            if not held.keys and document.merged_into is None:
                yield _unknown(document)
            if not held.has_capture:
                yield _without_capture(document)
            for revision in () if look.quick else held.revisions:
                look.count("texts")
                yield from _of_text(look, document, revision, held.media)
        seen = look.counts.get("documents", 0)
        said = f"{seen} documents, {look.counts.get('texts', 0)} texts"
        look.progress("texts", min(seen / total, 1.0), said)
    for document_id, person_id in look.catalogue.misnamed_people():
        yield Fault(
            area="documents",
            thing=f"person {person_id}",
            cause=f"speaks in document {document_id} and is not among the people",
            remedy=_BACKUP,
            document_id=document_id,
        )


def _of_text(
    look: Look, document: Document, revision: int, media: tuple[Media, ...]
) -> Iterator[Fault]:
    try:
        text, is_whole = look.catalogue.text_as_stored(document.id, revision)
    except ValueError as error:
        yield _bad_text(document, revision, f"nobody can read it: {error}")
        return
    wrong = [] if is_whole else ["its words are not those that were saved"]
    wrong += misfits(text)
    if wrong:
        yield _bad_text(document, revision, "; ".join(wrong))
        return
    if revision != document.revision:
        return
    if look.catalogue.miscounted(text):
        cause = "who speaks in it is noted otherwise than its text says"
        yield _about(document, cause, "--repair counts anew", Mend.APPEARANCES, revision=revision)
    yield from _unheard(document, text, media)


def _unheard(document: Document, text: Text, media: tuple[Media, ...]) -> Iterator[Fault]:
    """Yield a fault when the recording that the times refer to is nobody's."""
    playable = {each.sha256 for each in media if each.role is MediaRole.PLAYBACK}
    if document.stage is Stage.READY and text.media_sha256 not in {None, *playable}:
        cause = "the recording that its times refer to is not among its files"
        yield _about(document, cause, NEXT_RUN, Mend.FETCH_AGAIN, sha256=text.media_sha256)


def _bad_text(document: Document, revision: int, cause: str) -> Fault:
    return Fault(
        area="texts",
        thing=f"{_called(document)} revision {revision}",
        cause=cause,
        remedy="--repair moves it aside; the next run makes it again from what is stored",
        mend=Mend.READ_AGAIN,
        document_id=document.id,
        revision=revision,
    )


def _miscounted_revision(document: Document, newest: int) -> Fault:
    cause = f"it says that its newest text is {document.revision}, and that is {newest}"
    return _about(document, cause, "--repair puts it right", Mend.REVISION)


def _unknown(document: Document) -> Fault:
    cause = "no address is noted by which it would be known again"
    return _about(document, cause, "--repair notes those that it names itself", Mend.KNOWN_BY)


def _without_capture(document: Document) -> Fault:
    cause = "nothing is known of the page that it was read from"
    return _about(document, cause, NEXT_RUN, Mend.FETCH_AGAIN, sha256=document.capture_sha256)


def _about(  # of a document and one of its texts or files
    document: Document,
    cause: str,
    remedy: str,
    mend: Mend,
    *,
    revision: int | None = None,
    sha256: str | None = None,
) -> Fault:
    return Fault(
        area="documents",
        thing=_called(document),
        cause=cause,
        remedy=remedy,
        mend=mend,
        document_id=document.id,
        revision=revision,
        sha256=sha256,
    )


def _called(document: Document) -> str:
    return f"{document.id} {document.title[:60]}"


# ── quotes and corrections ───────────────────────────────────────────────────────────────────


def faults_of_quotes(look: Look) -> Iterator[Fault]:
    """Yield the quotes and corrections whose words do not stand where they say."""
    if look.quick:
        look.note("texts, quotes and corrections were not read: leave out --quick to compare them")
        return
    place: tuple[str, int] | None = None
    content: str | None = None
    for what, document_id, revision, span, exact in look.catalogue.claims_on_words():
        look.count("quotes and corrections")
        if (document_id, revision) != place:
            place, content = (document_id, revision), _content(look, document_id, revision)
        if content is None or _stands(content, span, exact):
            continue
        yield Fault(
            area="quotes",
            thing=what,
            cause=f"other words stand at {span.start}-{span.end} of {document_id} r{revision}",
            remedy="it is kept as it is: compare it with the document, then keep it anew",
            document_id=document_id,
            revision=revision,
        )


def _content(look: Look, document_id: str, revision: int) -> str | None:
    try:
        return look.catalogue.text_as_stored(document_id, revision)[0].content
    except ValueError:
        return None  # told where texts are checked; the quote keeps its own words


def _stands(content: str, span: Span, exact: str) -> bool:
    return span.of(content) == exact
