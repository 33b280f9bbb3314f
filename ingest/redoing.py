"""What is to be made again: transcripts of an old model or an old version of it.

A document that is made again keeps its text until the new one is there; the next run hears its
recording from the store, so nothing is fetched again. Publishers' words are nobody's to redo.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.metadata import version

from corpus.catalogue import Catalogue
from corpus.errors import SettingsError
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import Document, DocumentKind, Media, MediaRole, Origin, Stage
from ingest.workshop import now

RECOGNISER = "faster-whisper"
_AGAIN = "to be made again, after "  # in front of what a transcript was made from
_MADE = re.compile(rf"{RECOGNISER} (\S{{1,40}}) ([^(]{{1,200}})")
_TOLD = re.compile(r"^(?:faster-|distil-|whisper-)+")
_SIZES = ("tiny", "base", "small", "medium", "large")


@dataclass(frozen=True, slots=True, kw_only=True)
class Old:
    """Which transcripts are meant; what is None does not matter."""

    model_before: str | None = None
    version_before: str | None = None  # of the recogniser
    source_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Redoable:
    """A document whose recording can be heard again."""

    document: Document
    recognised: Media
    model: str  # that made its words
    version: str
    missing: str | None = None  # why it cannot be made again after all

    @property
    def seconds(self) -> float:
        """Of the recording."""
        return self.recognised.duration or 0.0


def find_old(
    old: Old, settings: Settings, catalogue: Catalogue, files: FileStore
) -> Iterator[Redoable]:
    """Yield the documents whose words an old model or version made, newest first.

    Raises:
        SettingsError: what is set now is itself before what is asked for, so that making them
            again would gain nothing; or a version is none.
    """
    _check(old, settings)
    for document in catalogue.documents(
        source_id=old.source_id, kind=DocumentKind.EPISODE, stage=Stage.READY
    ):
        recognised = next(iter(catalogue.media(document.id, MediaRole.RECOGNISED)), None)
        newest = next(reversed(catalogue.revisions(document.id)), None)
        made = _MADE.match((newest.made_with if newest else None) or "")
        if recognised is None or newest is None or newest.origin is not Origin.ASR or not made:
            continue
        found = Redoable(
            document=document,
            recognised=recognised,
            model=made[2].strip(),
            version=made[1],
            missing=_missing(document, catalogue, files),
        )
        if _is_meant(found, old):
            yield found


def redo(found: Redoable, catalogue: Catalogue) -> Document:
    """Have a recording heard again by the next run; its text stays until then."""
    labels, _, recipe = (found.recognised.made_with or "").partition("; ")
    # Another recipe than any that is asked for: so what is there does not count as done.
    again = replace(found.recognised, made_with=f"{labels}; {_AGAIN}{recipe}")
    catalogue.save_media(again)
    return catalogue.advance(found.document.id, to=Stage.FETCHED, now=now())


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
    return old.version_before is None or _is_older(found.version, old.version_before)


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
    if old.model_before is not None and is_before(settings.whisper_model, old.model_before):
        raise SettingsError(
            f"whisper_model {settings.whisper_model}",
            cause=f"it is itself before {old.model_before}: the same words would come of it",
            remedy=f"set whisper_model to {old.model_before} first",
        )
    installed = version(RECOGNISER)
    if old.version_before is not None and _is_older(installed, old.version_before):
        raise SettingsError(
            f"{RECOGNISER} {installed}",
            cause=f"what is installed is itself before {old.version_before}",
            remedy="install the newer version first",
        )


def _missing(document: Document, catalogue: Catalogue, files: FileStore) -> str | None:
    """Return why a recording cannot be heard again, None when it can."""
    kept = catalogue.media(document.id, MediaRole.ORIGINAL)
    whole = [each for each in kept if each.url == document.media_url and files.exists(each.sha256)]
    return None if whole else "its recording is not in the store"
