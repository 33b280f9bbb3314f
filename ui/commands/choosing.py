"""The options by which a command narrows what is asked: the same for every command that asks."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from corpus.types import DocumentKind, Manner
from ui.answers import AskFilters
from ui.commands.terminal import certainty_called

_DAY = ["%Y-%m-%d"]
_OFF = 'Do not understand this part so: "role:armorer" (onrecord ask --json prints keys).'
_SURE = "Only this sure: checked, agreed, contested, publisher, one-decode."

Role = Annotated[list[str] | None, typer.Option(help="Only people with this role.")]
Speaker = Annotated[list[str] | None, typer.Option(help="Only this person (part of a name).")]
Source = Annotated[list[str] | None, typer.Option(help="Only this source or show.")]
Kind = Annotated[DocumentKind | None, typer.Option(help="Only this kind.")]
Since = Annotated[datetime | None, typer.Option(formats=_DAY, help="From this day.")]
Until = Annotated[datetime | None, typer.Option(formats=_DAY, help="To this day.")]
Topic = Annotated[
    list[str] | None, typer.Option(help="Only on this topic (onrecord topics lists them).")
]
MannerOf = Annotated[list[Manner] | None, typer.Option(help="Only words that come like this.")]
Sure = Annotated[list[str] | None, typer.Option(help=_SURE)]
Year = Annotated[list[int] | None, typer.Option(help="Only published in this year.")]
Off = Annotated[list[str] | None, typer.Option(help=_OFF)]


def with_filters(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command all these options in place of its parameter `filters`.

    The command line shows them where `filters` stands; the command gets what they choose. A bound
    on the number of quotes is the command's own: not all have the same.
    """
    own = inspect.signature(command, eval_str=True)
    options = inspect.signature(_chosen, eval_str=True).parameters
    shown: dict[str, inspect.Parameter] = {}
    for name, parameter in own.parameters.items():
        shown |= options if name == "filters" else {name: parameter}

    @functools.wraps(command)
    def narrowed(**given: Any) -> None:
        filters = _chosen(**{name: given.pop(name) for name in options})
        command(**given, filters=filters)

    named = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in shown.values()]
    vars(narrowed)["__signature__"] = own.replace(parameters=named)
    narrowed.__annotations__ = {name: each.annotation for name, each in shown.items()}
    return narrowed


def _chosen(
    *,
    role: Role = None,
    speaker: Speaker = None,
    source: Source = None,
    kind: Kind = None,
    since: Since = None,
    until: Until = None,
    topic: Topic = None,
    manner: MannerOf = None,
    certainty: Sure = None,
    year: Year = None,
    off: Off = None,
) -> AskFilters:
    """Return the filters of these options; one that was not given chooses nothing.

    Raises:
        BadParameter: there is no such certainty.
    """
    return AskFilters(
        roles=tuple(role or ()),
        speakers=tuple(speaker or ()),
        sources=tuple(source or ()),
        kind=kind,
        since=since.date() if since else None,
        until=until.date() if until else None,
        topics=tuple(topic or ()),
        manners=tuple(manner or ()),
        certainties=tuple(certainty_called(one) for one in certainty or ()),
        years=tuple(year or ()),
        off=tuple(off or ()),
    )
