"""Commands of the operator: what runs the archive unattended."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import OnRecordError, SettingsError
from corpus.settings import PREFIX, Settings, load_settings, variables_in_force
from ui.archive import open_archive
from ui.commands.terminal import JsonFlag, opened, print_value
from ui.operating.health import Health, unwell
from ui.operating.overview import MAX_AGE, health_now
from ui.operating.schedule import Installation, cron_lines, systemd_units
from ui.printing.failures import failure_lines, failures_as_list
from ui.printing.lines import plain

app = typer.Typer()


class Scheduler(StrEnum):
    """What starts the run."""

    CRON = "cron"
    SYSTEMD = "systemd"


@app.command()
def schedule(
    scheduler: Annotated[Scheduler, typer.Argument(help="What is to start the run.")],
    at: Annotated[str, typer.Option(help="When, every day, in local time.")] = "03:15",
    log: Annotated[
        Path | None, typer.Option(help="Where the report goes; default: nightly.log in data_dir.")
    ] = None,
) -> None:
    """Print what runs the archive every night: a line for cron, or a systemd service and timer.

    Nothing is installed. Paths, settings and a time limit are those of this installation; settings
    that may hold a secret are named, never printed.

    For example: (crontab -l; onrecord schedule cron) | crontab -
    """
    installed = _installation(load_settings(), log)
    moment = _time(at)
    if scheduler is Scheduler.CRON:
        lines = cron_lines(installed, moment)
    else:
        lines = ["# Put these into ~/.config/systemd/user/, then:"]
        lines += ["#   systemctl --user enable --now onrecord.timer", "#   loginctl enable-linger"]
        for name, unit in systemd_units(installed, moment).items():
            lines += ["", f"# ── {name}", *unit]
    for line in lines:
        typer.echo(line)


@app.command()
def failures(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List what failed the last time or was given up, with the reason and the next try.

    For example: onrecord failures --source harbor-hour
    """
    with opened(open_archive) as archive:
        found = archive.failures(source_id=source)
        print_value(as_json, failures_as_list, failure_lines, found)


@app.command()
def retry(
    documents: Annotated[
        list[str] | None, typer.Argument(help="Document ids, or unique beginnings.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything that failed.")] = False,
    reason: Annotated[
        str | None, typer.Option(help="Everything whose reason has these words, any case.")
    ] = None,
) -> None:
    """Put failed or dead documents back in the queue; the next run takes them up.

    For example: onrecord retry --reason "403"
    """
    chosen = documents or []
    if bool(chosen) + everything + (reason is not None) != 1:
        raise typer.BadParameter("name documents, or --all, or --reason")
    with opened(open_archive) as archive:
        if not chosen:
            wanted = (reason or "").casefold()
            failed = archive.failures()
            chosen = [each.id for each in failed if wanted in (each.last_error or "").casefold()]
        for document_id in chosen:
            revived = archive.retry(document_id)
            typer.echo(f"{revived.id} {plain(revived.title)}: {revived.stage.value}")
        if not chosen:
            typer.echo("Nothing has failed so.")


@app.command()
def health(
    max_age: Annotated[
        float, typer.Option(help="Hours ago that the last run may have begun.", min=0.1)
    ] = MAX_AGE.total_seconds() / 3600,
    as_json: JsonFlag = False,
) -> None:
    """Say in one line whether the archive is well; for monitors.

    Exits with 0 when it is, with 1 when somebody should look (a source failed or fell silent,
    documents were given up, a run was parked, something could not be delivered, the index is
    behind, little disk is left), with 2 when nothing grows any more (no run, a run that stopped or
    died, no index, a full disk, a catalogue that cannot be used). Nothing is walked or read
    through: it may be asked every minute.

    For example: onrecord health --max-age 30
    """
    try:
        with opened(open_archive) as archive:
            found = health_now(archive, now=datetime.now(UTC), max_age=timedelta(hours=max_age))
    except OnRecordError as error:  # a catalogue that cannot be reached, settings that are wrong
        found = unwell(str(error))
    print_value(as_json, _health_as_dict, lambda each: [plain(each.line)], found)
    raise typer.Exit(found.level)


def _health_as_dict(found: Health) -> dict[str, object]:
    return {
        "level": found.level.name.lower(),
        "findings": [{"level": x.level.name.lower(), "said": x.said} for x in found.findings],
        "facts": found.facts,
    }


def _installation(settings: Settings, log: Path | None) -> Installation:
    given = variables_in_force()
    data_dir = settings.data_dir.absolute()
    # The folder may be relative to where this is typed; a scheduler starts somewhere else.
    given[f"{PREFIX}DATA_DIR"] = str(data_dir)
    installed = Installation(
        program=_program(),
        folder=Path.cwd(),
        log=(log or data_dir / "nightly.log").absolute(),
        budget=settings.nightly_budget,
        settings=given,
    )
    for subject in (str(installed.folder), str(installed.log), *given.values()):
        if any(ord(character) < 32 for character in subject):
            raise SettingsError(repr(subject), cause="a path or value with a control character")
    return installed


def _program() -> Path:
    beside = Path(sys.executable).with_name("onrecord")
    found = str(beside) if beside.exists() else shutil.which("onrecord")
    return Path(found or sys.argv[0]).absolute()


def _time(said: str) -> time:
    try:
        return time.fromisoformat(said).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError as error:
        raise SettingsError(said, cause="no time of day", remedy="write 03:15") from error
