"""What every command does: open the archive, print a value as JSON or for reading."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Annotated, TypeVar

import typer

from corpus.settings import Settings, load_settings
from corpus.types import Certainty
from ui.archive import Archive
from ui.kept.logins import login_name

__all__ = [
    "By",
    "DocumentId",
    "JsonFlag",
    "certainty_called",
    "login_name",
    "opened",
    "print_value",
]

By = Annotated[str | None, typer.Option("--by", help="Who does it; default: the user logged in.")]
DocumentId = Annotated[str, typer.Argument(help="Document id, or a unique beginning of one.")]
JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

_T = TypeVar("_T")


@contextlib.contextmanager
def opened(open_archive: Callable[[Settings], Archive]) -> Iterator[Archive]:
    """Lend the archive that the settings describe; Ctrl-C ends a command with a line."""
    try:
        with open_archive(load_settings()) as archive:
            yield archive
    except KeyboardInterrupt:
        message = "\nonrecord: stopped; what was finished is kept, run again to go on"
        typer.echo(message, err=True)
        raise typer.Exit(130) from None


def print_value(
    as_json: bool,
    shape: Callable[[_T], object],
    lines: Callable[[_T], Iterable[str]],
    value: _T,
) -> None:
    """Print `value` as JSON or as lines to read."""
    printed: Iterable[str] = lines(value)
    if as_json:
        printed = [json.dumps(shape(value), ensure_ascii=False, indent=2)]
    try:
        for line in printed:
            typer.echo(line)
        sys.stdout.flush()
    except BrokenPipeError:  # `onrecord list | head`: whoever reads has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def certainty_called(named: str) -> Certainty:
    """Return the certainty of this short name, or as it is printed.

    Raises:
        BadParameter: there is none.
    """
    for certainty in Certainty:
        if named.casefold() in (certainty.value, certainty.name.casefold().replace("_", "-")):
            return certainty
    known = ", ".join(one.name.lower().replace("_", "-") for one in Certainty)
    raise typer.BadParameter(f"{named} is none of {known}", param_hint="--certainty")
