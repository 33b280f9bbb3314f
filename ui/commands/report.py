"""Commands that tell of stored runs: the morning's report, and figures for monitors."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.archive import open_archive
from ui.commands.terminal import JsonFlag, opened, print_value
from ui.operating.metrics import metrics_text
from ui.printing.report import runs_as_list, runs_lines
from ui.printing.runs import run_as_dict, run_lines

app = typer.Typer()


@app.command()
def report(
    run: Annotated[
        str | None, typer.Argument(help="Id of a run, or a unique beginning; default: the last.")
    ] = None,
    last: Annotated[
        bool, typer.Option("--last", help="The last run; so it is without this, too.")
    ] = False,
    runs: Annotated[
        int | None, typer.Option(help="A table of so many of the last runs.", min=1, max=1000)
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Print the report of the last run, or of the one that is named; or a table of the last runs.

    A report says per source what was found and what failed, per stage what was done and what
    waits, how fast it went, what took longest, what was published and delivered, and how much room
    is left.

    Exits with 0, also when the report is a bad one (`onrecord health` judges), with 1 when there
    is no such run.

    For example: onrecord report --runs 14
    """
    if (run is not None) + last + (runs is not None) > 1:
        raise typer.BadParameter("name a run, or ask for the last one, or for a table")
    with opened(open_archive) as archive:
        if runs is not None:
            print_value(as_json, runs_as_list, runs_lines, archive.catalogue.runs(runs))
            return
        found = archive.catalogue.run(run) if run is not None else archive.catalogue.last_run()
        if found is None:
            typer.echo("There was no run yet: `onrecord nightly` is one.", err=True)
            raise typer.Exit(1)
        print_value(as_json, run_as_dict, run_lines, found)


@app.command()
def metrics() -> None:
    """Print figures of the archive and its last run in Prometheus's text format.

    With the setting `metrics_file`, every run writes them into that file.

    For example: onrecord metrics > /var/lib/node_exporter/onrecord.prom
    """
    with opened(open_archive) as archive:
        typer.echo(metrics_text(archive), nl=False)
