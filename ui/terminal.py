"""What every command does: open the archive, print a value as JSON or for reading."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import typer

from corpus.settings import Settings, load_settings
from ui.archive import Archive

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


def login_name() -> str:
    """Return who is logged in: the author of what nobody else is named for."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may run as a number without a name
        return "somebody"
