"""The command that a scheduler starts every night."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import sys
from collections.abc import Iterator
from typing import Annotated, NoReturn

import typer

from corpus.errors import LockedError, OnRecordError
from corpus.settings import load_settings
from corpus.types import Event, Happening, Run
from ui.archive import open_archive
from ui.commands.terminal import opened, print_value
from ui.operating.nights import Wishes, look_ahead, run_night
from ui.operating.stopping import Asked, listening
from ui.printing.nightlog import LogForm, NightLog
from ui.printing.prospect import prospect_as_dict, prospect_lines
from ui.printing.runs import is_ok, run_as_dict, run_lines

app = typer.Typer()

_INTERRUPTED = 130  # what a shell makes of Ctrl-C


@app.command()
def nightly(
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only this source, due or not, and its documents; may be repeated."),
    ] = None,
    source: Annotated[list[str] | None, typer.Option(hidden=True)] = None,
    minutes: Annotated[
        float | None,
        typer.Option(help="Start no more work after so many; default: nightly_budget.", min=0.01),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done; ask and write nothing.")
    ] = False,
    log: Annotated[
        LogForm | None, typer.Option(help="How to log: a line or a JSON object per event.")
    ] = None,
    quiet: Annotated[bool, typer.Option(help="No progress, only the report.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Look at the due sources, ingest what is new, publish the index, print one report.

    The report goes to standard output, the log to standard error. When the time is up, what is in
    hand is finished if that takes a moment, else parked at its checkpoint; the next run goes on
    from there. Ctrl-C and SIGTERM park as well, and publish what is finished; a second one ends
    the run at once.

    Exits with 0 when nothing needs attention (also when another run is going on, which it says),
    with 1 when something does, with 130 or 143 after Ctrl-C or SIGTERM.

    For example: onrecord nightly --minutes 90 --log json 2>> nightly.log
    """
    wanted = (*(only or ()), *(source or ()))
    if dry_run:
        with opened(open_archive) as archive:
            print_value(as_json, prospect_as_dict, prospect_lines, look_ahead(archive, wanted))
        return
    told = NightLog(log, quiet=quiet)
    printed = io.StringIO() if as_json else None  # what saved searches print is no JSON
    with listening(lambda name: told.tell(_asked(name))) as asked, _hearing_loggers(told):
        wishes = Wishes(
            progress=told.progress,
            tell=told.tell,
            only=wanted,
            budget=None if minutes is None else minutes * 60,
            stop=asked,
            output=printed,
        )
        try:
            run = _run(wishes)
        except OnRecordError as error:
            if log is not LogForm.JSON:
                raise
            told.tell(Event(happening=Happening.STOPPED, message=str(error)))
            raise typer.Exit(1) from None
        except KeyboardInterrupt:
            _end_at_once(told, asked)
        finally:
            told.close()
    if run is None:
        return
    for line in printed.getvalue().splitlines() if printed else ():
        told.tell(Event(happening=Happening.DELIVERED, message=line))
    print_value(as_json, run_as_dict, run_lines, run)
    raise typer.Exit(asked.exit_code or int(not is_ok(run)))


def _run(wishes: Wishes) -> Run | None:
    """Return the report, None when another run is going on."""
    with open_archive(load_settings()) as archive:
        try:
            return run_night(archive, wishes)
        except LockedError as busy:
            wishes.tell(Event(happening=Happening.STOPPED, message=str(busy)))
            return None


def _asked(name: str) -> Event:
    said = f"{name}: work is put down, what is finished is published; once more ends it at once"
    return Event(happening=Happening.ASKED, message=said)


def _end_at_once(log: NightLog, asked: Asked) -> NoReturn:
    said = "ended at once; what was finished is kept, run again to go on"
    log.tell(Event(happening=Happening.STOPPED, message=said))
    if asked():
        # The report is stored. Threads that wait for a worker would hold up the end; workers end
        # with their parent.
        sys.stdout.flush()
        os._exit(asked.exit_code)
    raise typer.Exit(_INTERRUPTED)


class _LoggedEvents(logging.Handler):
    """Warnings of libraries as events: in a log of JSON objects there is nothing else."""

    def __init__(self, log: NightLog) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        said = f"{record.name}: {record.getMessage()}"
        self._log.tell(Event(happening=Happening.WARNED, message=said))


@contextlib.contextmanager
def _hearing_loggers(log: NightLog) -> Iterator[None]:
    hearing = _LoggedEvents(log)
    logging.captureWarnings(True)
    logging.getLogger().addHandler(hearing)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(hearing)
        logging.captureWarnings(False)
