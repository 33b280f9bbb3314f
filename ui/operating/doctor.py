"""The doctor: looks at everything, says what is wrong, and mends what can be mended.

Looking changes nothing and may go on beside a run. Mending takes the lock of the nightly run, looks
again at what it is about to change only through what it found under that lock, and leaves what is
whole alone.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from corpus.care.checking import Look, faults_of_database, faults_of_documents, faults_of_quotes
from corpus.care.faults import Examination, Fault, Mend, Progress, with_result
from corpus.care.filechecks import faults_of_files, faults_of_work
from corpus.care.mending import Clinic, mend
from corpus.errors import OnRecordError
from ui.archive import Archive

_OF_INDEX = (Mend.SYNC, Mend.REBUILD)
_CHANGES_WORDS = (Mend.READ_AGAIN, Mend.REVISION)  # which the index must not go on finding


def examine(archive: Archive, progress: Progress, *, quick: bool = False) -> Examination:
    """Look at everything; change nothing.

    Args:
        archive: what is looked at.
        progress: told how far it is.
        quick: read no file through and compare no passage: seconds instead of hours.
    """
    return _examined(archive, progress, quick=quick, busy=lambda: _is_busy(archive))


def repair(archive: Archive, progress: Progress, *, quick: bool = False) -> Examination:
    """Look at everything and mend what can be mended; return what was found and done.

    Raises:
        LockedError: a run is going on; nothing was changed.
    """
    from ingest.nightly import nightly_lock

    with nightly_lock(archive.settings):
        found = _examined(archive, progress, quick=quick, busy=lambda: False)
        if not any(each.mend is not Mend.NOTHING for each in found.faults):
            return replace(found, repaired=True)
        clinic = Clinic(
            catalogue=archive.catalogue,
            files=archive.files,
            data_dir=archive.settings.data_dir.absolute(),
            now=datetime.now(UTC),
        )
        faults = [_mended(each, clinic, archive, progress) for each in found.faults]
        return replace(found, faults=tuple(_with_index(faults, archive, progress)), repaired=True)


def _examined(
    archive: Archive, progress: Progress, *, quick: bool, busy: Callable[[], bool]
) -> Examination:
    try:
        catalogue, files = archive.catalogue, archive.files
    except OnRecordError as error:  # not even opened: no more can be said
        return Examination(faults=(_stopped("catalogue", error),))
    look = Look(
        catalogue=catalogue,
        files=files,
        now=datetime.now(UTC),
        progress=progress,
        quick=quick,
        busy=busy,
        work_dir=archive.settings.work_dir,
    )
    faults: list[Fault] = []
    for part in (
        faults_of_database,
        faults_of_documents,
        faults_of_quotes,
        faults_of_files,
        faults_of_work,
    ):
        faults += _guarded(part.__name__.removeprefix("faults_of_"), part(look))
    faults += _guarded("index", _of_index(archive, progress, quick=quick))
    return Examination(
        faults=tuple(faults),
        looked_at=tuple(look.counts.items()),
        notes=tuple(look.notes),
    )


def _of_index(archive: Archive, progress: Progress, *, quick: bool) -> Iterator[Fault]:
    from index.checking import faults_of_index

    folder = None if archive.settings.qdrant_url else archive.settings.index_dir
    yield from faults_of_index(
        archive.catalogue, archive.store, folder, quick=quick, progress=progress
    )


def _guarded(area: str, faults: Iterator[Fault]) -> Iterator[Fault]:
    """Yield the faults; what stops the looking is one more."""
    try:
        yield from faults
    except OnRecordError as error:
        yield _stopped(area, error)


def _stopped(area: str, error: OnRecordError) -> Fault:
    return Fault(
        area=area,
        thing=error.subject or area,
        cause=f"could not be looked at any further: {error.cause or error.message}",
        remedy=error.remedy or "restore it from a backup (onrecord restore)",
    )


def _mended(fault: Fault, clinic: Clinic, archive: Archive, progress: Progress) -> Fault:
    if fault.mend in _OF_INDEX or _is_of_index(fault, archive):
        return fault  # last, and all together
    progress("repair", 0.0, fault.thing)
    return mend(fault, clinic)


def _with_index(faults: Iterable[Fault], archive: Archive, progress: Progress) -> Iterator[Fault]:
    """Mend the index, once for all that is wrong with it."""
    all_of_them = list(faults)
    leftovers = [each for each in all_of_them if _is_of_index(each, archive)]
    wrong = [each for each in all_of_them if each.mend in _OF_INDEX]
    yield from (each for each in all_of_them if each not in leftovers and each not in wrong)
    if leftovers:
        from index.checking import remove_leftovers

        yield from _tried(
            leftovers, lambda: remove_leftovers(archive.settings.index_dir, leftovers)
        )
    if wrong or any(each.mended and each.mend in _CHANGES_WORDS for each in all_of_them):
        yield from _tried(wrong, lambda: _resynced(wrong, archive, progress))


def _resynced(wrong: list[Fault], archive: Archive, progress: Progress) -> list[Fault]:
    rebuild = any(each.mend is Mend.REBUILD for each in wrong)
    if not wrong and not archive.settings.index_dir.exists():
        return []
    report = archive.sync(progress, rebuild=rebuild)
    made = f"generation {report.generation} was " if report.generation else "it was "
    done = f"{made}{'made anew' if rebuild else 'brought up to the catalogue'}"
    return [with_result(each, done) for each in wrong]


def _tried(faults: list[Fault], work: Callable[[], list[Fault]]) -> list[Fault]:
    try:
        return work()
    except OnRecordError as error:
        return [replace(each, failed=str(error)) for each in faults]


def _is_of_index(fault: Fault, archive: Archive) -> bool:
    folder = archive.settings.index_dir
    return bool(fault.path) and folder in Path(fault.path or "").parents


def _is_busy(archive: Archive) -> bool:
    """Say whether a run is going on at this moment; its lock is only looked at."""
    try:
        with (archive.settings.data_dir / "nightly.lock").open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False
