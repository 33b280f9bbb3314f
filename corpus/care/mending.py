"""Mending what a doctor found, so far as it can be done without touching anything whole.

Nothing is deleted that cannot be made again: files move into the quarantine of the file store, rows
into `quarantine/rows.jsonl` of the data folder. What is needed again becomes due; the next run
fetches, hears or reads it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from corpus.care.faults import Fault, Mend, with_result
from corpus.catalogue import Catalogue
from corpus.errors import FileNotStoredError, OnRecordError, StoreError
from corpus.files import FileStore

_RESTORE = "restore it from a backup (onrecord restore)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """What mending works with."""

    catalogue: Catalogue
    files: FileStore
    data_dir: Path
    now: datetime

    @property
    def quarantine(self) -> Path:
        """Folder of the rows that were taken out."""
        return self.data_dir / "quarantine"

    def aside(self, table: str, row: Mapping[str, Any]) -> None:
        """Write down a row before it goes."""
        self.quarantine.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"table": table, "taken_out": self.now.isoformat(), "row": dict(row)})
        path = self.quarantine / "rows.jsonl"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            with os.fdopen(descriptor, "a", encoding="utf-8") as ledger:
                ledger.write(f"{line}\n")
                ledger.flush()
                os.fsync(ledger.fileno())
        except OSError as error:
            raise StoreError(str(path), cause=str(error.strerror)) from error


def mend(fault: Fault, clinic: Clinic) -> Fault:
    """Mend one fault of the catalogue or the files; return it with what was done, or why not."""
    do = _WAYS.get(fault.mend)
    if do is None:
        return fault
    try:
        said = do(fault, clinic)
    except (OnRecordError, OSError) as error:
        return replace(fault, failed=str(error))
    return with_result(fault, said) if said else replace(fault, failed=_RESTORE)


def _reindex(fault: Fault, clinic: Clinic) -> str:
    del fault
    clinic.catalogue.remake_indexes()
    return "the database's indexes were made anew"


def _fetch_again(fault: Fault, clinic: Clinic) -> str:
    kept = _set_damaged_aside(fault, clinic)
    due: list[str] = []
    if fault.sha256:
        due = clinic.catalogue.forget_file(fault.sha256, aside=clinic.aside, now=clinic.now)
        kept += _set_unnamed_aside(fault.sha256, clinic)
    if fault.document_id and fault.document_id not in due:
        clinic.catalogue.make_due(fault.document_id, now=clinic.now)
        due.append(fault.document_id)
    if not due:
        return f"{kept}what it held cannot be had again; that is noted"
    return f"{kept}due again, the next run fetches what is missing: {', '.join(due[:5])}"


def _forget_page(fault: Fault, clinic: Clinic) -> str:
    kept = _set_damaged_aside(fault, clinic)
    clinic.catalogue.forget_file(fault.sha256 or "", aside=clinic.aside, now=clinic.now)
    return f"{kept}an earlier state of a page, which cannot be had again; that is noted"


def _set_damaged_aside(fault: Fault, clinic: Clinic) -> str:
    """Move a damaged file out of the way; one that is whole by now stays."""
    if not fault.path or not fault.sha256:
        return ""
    try:
        clinic.files.check(fault.sha256)
    except FileNotStoredError:
        pass
    else:
        return ""
    return f"the damaged file is now {clinic.files.set_aside(fault.path, 'damaged')}; "


def _set_unnamed_aside(sha256: str, clinic: Clinic) -> str:
    """Move a file out of the way that nothing names any more."""
    if clinic.catalogue.still_named([sha256]) or not clinic.files.exists(sha256):
        return ""
    moved = clinic.files.set_aside(f"{sha256[:2]}/{sha256[2:]}", "orphan")
    return f"the file that nothing names now is {moved}; "


def _read_again(fault: Fault, clinic: Clinic) -> str:
    stage = clinic.catalogue.forget_text(
        fault.document_id or "", fault.revision or 0, aside=clinic.aside, now=clinic.now
    )
    return f"moved to {clinic.quarantine}; its document stands at {stage.value}"


def _revision(fault: Fault, clinic: Clinic) -> str:
    found = clinic.catalogue.recount_revisions(fault.document_id or "", now=clinic.now)
    return f"its newest text is {found}" if found else "it has no text: it is due again"


def _appearances(fault: Fault, clinic: Clinic) -> str:
    text, _ = clinic.catalogue.text_as_stored(fault.document_id or "", fault.revision or 0)
    clinic.catalogue.recount_appearances(text)
    return "counted anew"


def _known_by(fault: Fault, clinic: Clinic) -> str:
    clinic.catalogue.make_known(fault.document_id or "")
    return "noted"


def _loose_rows(fault: Fault, clinic: Clinic) -> str:
    gone = clinic.catalogue.drop_loose(fault.path or "", aside=clinic.aside)
    return "" if gone is None else f"{gone} rows moved to {clinic.quarantine}"


def _clock(fault: Fault, clinic: Clinic) -> str:
    del fault
    clinic.catalogue.set_clocks(clinic.now)
    return "set to now"


def _set_aside(fault: Fault, clinic: Clinic) -> str:
    return f"moved to {clinic.files.set_aside(fault.path or '', 'orphan')}"


def _remove(fault: Fault, clinic: Clinic) -> str:
    path = fault.path or ""
    if Path(path).is_absolute():
        shutil.rmtree(path)
    else:
        clinic.files.drop_half_written(path)
    return "removed"


_WAYS: dict[Mend, Callable[[Fault, Clinic], str]] = {
    Mend.REINDEX: _reindex,
    Mend.FETCH_AGAIN: _fetch_again,
    Mend.FORGET_PAGE: _forget_page,
    Mend.READ_AGAIN: _read_again,
    Mend.REVISION: _revision,
    Mend.APPEARANCES: _appearances,
    Mend.KNOWN_BY: _known_by,
    Mend.LOOSE_ROWS: _loose_rows,
    Mend.CLOCK: _clock,
    Mend.SET_ASIDE: _set_aside,
    Mend.REMOVE: _remove,
}
