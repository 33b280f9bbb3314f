"""`onrecord watch`, `watches`, `unwatch`: questions that are asked again after every run."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from ui.answers import AskFilters
from ui.archive import open_archive
from ui.commands import choosing
from ui.commands.terminal import By, JsonFlag, login_name, opened, print_value
from ui.printing import watches as printing
from ui.watches.watching import MOST, Watching

app = typer.Typer()

Number = Annotated[int | None, typer.Option("--address", help="Only this one, by its number.")]
WatchId = Annotated[str, typer.Argument(metavar="ID", help="Id, or a unique beginning of one.")]


@app.command()
@choosing.with_filters
def watch(
    question: Annotated[
        str | None, typer.Argument(help="As for ask; left out, what the filters choose.")
    ] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS",
            help="-, a file (.txt .log .jsonl .ndjson), a feed (.atom .xml), or service://…; "
            "may be repeated; default: -, what the run prints.",
        ),
    ] = None,
    from_now: Annotated[
        bool, typer.Option("--from-now", help="Do not send what the archive holds already.")
    ] = False,
    test: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Add nothing: try the addresses of this saved search."),
    ] = None,
    *,
    filters: AskFilters,
    by: By = None,
    as_json: JsonFlag = False,
) -> None:
    """Save a search: after every run, its new quotes go to its addresses, each quote once.

    The first delivery holds what answers already (--from-now leaves that out), so that you see
    what the question brings. An address that fails gets what it missed after the next run.
    Mail, chats and webhooks are addresses of Apprise (github.com/caronc/apprise/wiki).

    For example: onrecord watch "what did armorers say about live rounds" --to rounds.atom

    Then: onrecord watch --test ID tries its addresses; exits with 1 when one fails.
    """
    if test is not None:
        _try(test, as_json)
        return
    with opened(open_archive) as archive:
        added = Watching(archive).add(
            question or "",
            replace(filters, limit=MOST),
            to or (),
            author=by or login_name(),
            from_now=from_now,
        )
        print_value(as_json, printing.added_as_dict, printing.added_lines, added)


@app.command()
def watches(as_json: JsonFlag = False) -> None:
    """List the saved searches, where they send, how much, and what failed. Secrets are masked.

    For example: onrecord watches --json
    """
    with opened(open_archive) as archive:
        found = Watching(archive).watches()
        print_value(as_json, printing.watches_as_list, printing.watch_lines, found)


@app.command()
def unwatch(watch_id: WatchId, address: Number = None) -> None:
    """Forget a saved search, or one of its addresses, and what was sent there.

    For example: onrecord unwatch 3f2a --address 2
    """
    with opened(open_archive) as archive:
        gone = Watching(archive).remove(watch_id, address)
        which = gone.id if address is None else f"address {address} of {gone.id}"
        typer.echo(f"{which} is forgotten")


def _try(watch_id: str, as_json: bool) -> None:
    with opened(open_archive) as archive:
        tried = Watching(archive).test(watch_id)
        print_value(as_json, printing.deliveries_as_list, printing.tried_lines, tried)
    if any(each.error for each in tried):
        raise typer.Exit(1)
