"""The stored files and half-done work against the catalogue. Read-only.

A 256th of the files is in memory at a time. What a run that is going on has begun and not finished
is no fault.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus.care.checking import NEXT_RUN, Look
from corpus.care.faults import Fault, Mend, leftover
from corpus.errors import DamagedFileError, DocumentNotFoundError, StoreError
from corpus.files import Listed
from corpus.types import Stage

_DAY = 24 * 3600.0
_QUARANTINE = "--repair moves it into the quarantine of the file store"
RESTORING = ".restoring-"  # how the folder begins into which a backup is unpacked


def faults_of_files(look: Look) -> Iterator[Fault]:
    """Yield files that are lost, damaged or nobody's, and what was left half written."""
    if look.quick:
        look.note("files were counted, not read: leave out --quick to compare their bytes")
    for each in look.files.half_written():
        if not look.busy() or _age(each, look) > _DAY:
            yield _half_written(each)
    found = set(look.files.folders())
    for number in range(256):
        prefix = f"{number:02x}"
        # The files first: a run puts a file before it names it.
        there = look.files.listed(prefix) if prefix in found else []
        yield from _of_prefix(look, prefix, there)
        said = f"{look.counts.get('files', 0)} files, {look.counts.get('bytes', 0) / 1e6:.0f} MB"
        look.progress("files", (number + 1) / 256, said)
    known = {f"{number:02x}" for number in range(256)}
    for folder in sorted(found - known):
        for each in look.files.listed(folder):
            yield _stranger(each)


def _of_prefix(look: Look, prefix: str, there: list[Listed]) -> Iterator[Fault]:
    listed = {name: each for each in there if (name := each.sha256) is not None}
    named = look.catalogue.named_files(prefix)
    for sha256, file in sorted(named.items()):
        look.count("files")
        cause = _trouble(look, sha256, listed.get(sha256), file.size)
        if cause is None:
            continue
        yield Fault(
            area="files",
            thing=f"{sha256[:16]}… ({'; '.join(file.uses)[:200]})",
            cause=cause,
            remedy="--repair notes that it is lost" if file.is_old_page else NEXT_RUN,
            mend=Mend.FORGET_PAGE if file.is_old_page else Mend.FETCH_AGAIN,
            document_id=file.document_id,
            sha256=sha256,
            path=listed[sha256].path if sha256 in listed else None,
        )
    candidates = sorted(set(listed) - set(named))
    nobodys = set(candidates) - look.catalogue.still_named(candidates)
    for sha256 in sorted(nobodys):
        if look.busy() and _age(listed[sha256], look) < _DAY:
            look.note("files that a run may just be putting there were left out")
            continue
        yield _orphan(listed[sha256])
    yield from (_stranger(each) for each in there if each.sha256 is None)


def _trouble(look: Look, sha256: str, listed: Listed | None, size: int) -> str | None:
    """Return what is wrong with a stored file, or None."""
    if listed is None:
        return "the file is not there"
    if look.quick:
        wrong_size = listed.size != size
        return f"it has {listed.size} bytes and had {size}" if wrong_size else None
    look.count("bytes", listed.size)
    try:
        look.files.check(sha256)
    except DamagedFileError:
        return f"its bytes are not the ones that were stored ({listed.size} of {size} are there)"
    except StoreError as error:
        return f"it cannot be read: {error.cause}"
    # The bytes are right: then what the catalogue says of their number is not.
    return None


def _age(each: Listed, look: Look) -> float:
    return look.now.timestamp() - each.modified if each.modified is not None else 0.0


def _half_written(each: Listed) -> Fault:
    return leftover(each.path, f"{each.size} bytes that a writer which died left behind")


def _orphan(each: Listed) -> Fault:
    cause = f"a file of {each.size} bytes that nothing names"
    return leftover(each.path, cause, remedy=_QUARANTINE, mend=Mend.SET_ASIDE)


def _stranger(each: Listed) -> Fault:
    cause = "not a file that this program put into its store"
    return leftover(each.path, cause, remedy=_QUARANTINE, mend=Mend.SET_ASIDE)


# ── half-done work ───────────────────────────────────────────────────────────────────────────


def faults_of_work(look: Look) -> Iterator[Fault]:
    """Yield the folders of half-done work that nobody will go on with."""
    if look.work_dir is None or not look.work_dir.parent.is_dir():
        return
    if look.busy():
        look.note("half-done work was left out: a run is going on")
        return
    for folder in sorted(look.work_dir.parent.glob(f"{RESTORING}*")):
        yield leftover(str(folder), "a restore that died left it behind")
    for folder in sorted(look.work_dir.iterdir()) if look.work_dir.is_dir() else ():
        if folder.is_dir() and _is_id(folder.name) and not _is_wanted(look, folder.name):
            yield leftover(str(folder), "half-done work on a document that needs none")


def _is_wanted(look: Look, document_id: str) -> bool:
    try:
        document = look.catalogue.document(document_id)
    except DocumentNotFoundError:
        return False
    # One that was given up goes on where it stopped when it is tried again.
    return document.id == document_id and document.stage not in (Stage.READY, Stage.SKIPPED)


def _is_id(name: str) -> bool:
    return len(name) >= 12 and all(each in "0123456789abcdef" for each in name)
