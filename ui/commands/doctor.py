"""Commands that look after the archive itself: doctor, backup, restore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.archive import open_archive
from ui.commands.terminal import JsonFlag, opened, print_value
from ui.printing.lines import ProgressLines, plain

if TYPE_CHECKING:
    from corpus.care.backups import Backup
    from corpus.care.faults import Examination, Fault
    from ui.operating.backups import Restored

app = typer.Typer()

_MOST_LINES = 200  # faults printed; the count is always whole, and --json has them all


@app.command()
def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended; nothing is thrown away.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Read no file through and compare no text: seconds.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Check everything against everything: every file, text, reference and passage.

    Looks at the bytes of every stored file, at every span of every text, at what refers to what,
    at the index and at what crashes left behind, and says what is wrong: which thing, why, and what
    helps. It changes nothing, and a run may go on beside it; Ctrl-C stops it at any time.

    With --repair it waits for no run (it says so and ends), makes documents due again whose files
    are lost, makes anew what can be made from something else, and moves what is damaged or
    nobody's into a quarantine: files into "quarantine" of the file store, rows into
    quarantine/rows.jsonl of the data folder.

    Exits with 0 when all is well or was mended, with 1 when something is wrong that --repair can
    mend, with 2 when something is wrong that it cannot.

    For example: onrecord doctor --quick, every night; onrecord doctor, once a month.
    """
    from ui.operating.doctor import examine
    from ui.operating.doctor import repair as mend_all

    with opened(open_archive) as archive:
        look = mend_all if repair else examine
        found = look(archive, ProgressLines(quiet=quiet), quick=quick)
        print_value(as_json, _as_dict, _lines, found)
    raise typer.Exit(exit_code(found))


@app.command()
def backup(
    file: Annotated[
        Path, typer.Argument(help="The file to write: .tar, or .tar.gz to compress it.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a file of this name.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Write the whole archive to one file, also while a run is going on.

    It holds the catalogue as it is at one moment, every file that it names, the settings, sources
    and vocabulary in force, and a manifest; not the index, which is made again. It may hold
    secrets of the settings file, so only its owner can read it. The file appears when it is
    finished, or not at all. A catalogue in PostgreSQL needs the program pg_dump.

    Exits with 0, or with 1 when files were lost or damaged already: they are named, and the backup
    holds all others.

    For example: onrecord backup /mnt/safe/onrecord-$(date +%F).tar
    """
    from ui.operating.backups import back_up

    with opened(open_archive) as archive:
        made = back_up(archive, file, ProgressLines(quiet=quiet), force=force)
        print_value(as_json, _backup_as_dict, _backup_lines, made)
    raise typer.Exit(1 if made.missing else 0)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that onrecord backup wrote.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace the archive that is there; it is kept aside.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare everything in it; restore nothing.")
    ] = False,
    index: Annotated[bool, typer.Option("--index", help="Make the index again, too.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Bring the archive back from a backup.

    Everything in it is compared with its manifest and its hashes before anything is replaced. The
    archive's place must be empty; with --force what is there is kept: the catalogue, index and
    half-done work in a folder "replaced-…" of the data folder, files that the backup does not name
    in the quarantine of the file store. Settings are not put in force: they lie in
    "restored-settings" to be looked at. Then run onrecord index --rebuild, or give --index.

    Exits with 0 when it is done, with 1 when it is not: then nothing was replaced.

    For example: ONRECORD_DATA_DIR=/srv/again onrecord restore onrecord-2026-03-04.tar --index
    """
    from ui.operating.backups import check as check_backup
    from ui.operating.backups import restore as bring

    with opened(open_archive) as archive:
        progress = ProgressLines(quiet=quiet)
        if check:
            sound = check_backup(archive, file, progress)
            print_value(as_json, _backup_as_dict, _backup_lines, sound)
            return
        done = bring(archive, file, progress, force=force, index=index)
        print_value(as_json, _restored_as_dict, _restored_lines, done)


def _backup_as_dict(made: Backup) -> dict[str, object]:
    return asdict(made)


def _backup_lines(made: Backup) -> Iterator[str]:
    yield (
        f"{plain(made.path)}: {made.documents:,} documents, {made.files:,} files, "
        f"{made.file_bytes / 1e6:,.1f} MB, as of {made.made}"
    )
    if made.missing:
        yield f"{len(made.missing):,} files were lost or damaged already: see onrecord doctor"


def _restored_as_dict(done: Restored) -> dict[str, object]:
    return asdict(done)


def _restored_lines(done: Restored) -> Iterator[str]:
    yield from _backup_lines(done.backup)
    if done.replaced:
        yield f"what was there before is in {plain(done.replaced)}"
    if done.settings:
        yield f"its settings are in {plain(done.settings)}: none of them is in force"
    if not done.indexed:
        yield "the index is made by: onrecord index --rebuild"


def exit_code(found: Examination) -> int:
    """Return 0 when nothing is wrong any more, 1 when --repair can mend the rest, else 2."""
    if not found.open:
        return 0
    return 2 if any(not _can_be_mended(each) for each in found.open) else 1


def _can_be_mended(fault: Fault) -> bool:
    return fault.mend.value != "nothing" and fault.failed is None


def _as_dict(found: Examination) -> dict[str, object]:
    return {
        "ok": not found.open,
        "repaired": found.repaired,
        "looked_at": dict(found.looked_at),
        "faults": [
            {**asdict(each), "can_be_mended": _can_be_mended(each)} for each in found.faults
        ],
        "notes": list(found.notes),
    }


def _lines(found: Examination) -> Iterator[str]:
    for fault in found.faults[:_MOST_LINES]:
        mark = "mended" if fault.mended else "wrong"
        yield f"{mark:<7} {fault.area:<10} {plain(fault.line)}"
    if len(found.faults) > _MOST_LINES:
        yield f"… and {len(found.faults) - _MOST_LINES:,} more (--json names them all)"
    for note in found.notes:
        yield f"note    {plain(note)}"
    counted = ", ".join(f"{number:,} {what}" for what, number in found.looked_at)
    yield f"looked at {counted or 'an empty archive'}: {_verdict(found)}"


def _verdict(found: Examination) -> str:
    mended, left = len(found.faults) - len(found.open), len(found.open)
    if not found.faults:
        return "nothing is wrong"
    if found.repaired:
        return f"{mended:,} mended, {left:,} could not be"
    able = sum(_can_be_mended(each) for each in found.open)
    return f"{left:,} wrong, of which onrecord doctor --repair can mend {able:,}"
