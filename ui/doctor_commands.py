"""Commands that look after the archive itself: doctor, backup, restore."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from ui.archive import open_archive
from ui.printing import ProgressLines, plain
from ui.terminal import opened, print_value

if TYPE_CHECKING:
    from corpus.faults import Examination, Fault

app = typer.Typer()

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
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
    from ui.doctor import examine
    from ui.doctor import repair as mend_all

    with opened(open_archive) as archive:
        look = mend_all if repair else examine
        found = look(archive, ProgressLines(quiet=quiet), quick=quick)
        print_value(as_json, _as_dict, _lines, found)
    raise typer.Exit(exit_code(found))


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
