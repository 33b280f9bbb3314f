"""`onrecord people …`: who is who across documents."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from corpus.types import PersonEvent
from ui.archive import open_archive
from ui.commands.terminal import By, JsonFlag, login_name, opened, print_value
from ui.knowledge.base import Knowledge
from ui.printing import people as printing
from ui.register import Decider


class _PersonOrCommand(TyperGroup):
    """`onrecord people Okafor`: what is no command is somebody to show."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            args = ["show", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_PersonOrCommand,
    help="List people, show what they were when and where, and say who is who.\n\n"
    "Two documents mean one person when the full name and a profession, an organisation or the "
    "source agree. Who may be one stays two, and is offered by `onrecord people review`. "
    "PERSON is an id, or a part of a name that only one person has.\n\n"
    "For example: onrecord people review\n\n"
    'Then: onrecord people merge 3f2a91c0b7de 8812d0aa41f3 --why "same voice"\n\n'
    "Nothing is lost by a decision, and `onrecord people undo` takes it back.",
)

Named = Annotated[str, typer.Argument(metavar="PERSON", help="Id, or part of a name.")]
Why = Annotated[str | None, typer.Option("--why", help="The reason, kept with the decision.")]


@app.callback(invoke_without_command=True)
def people(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List everybody: id, name, documents and turns in which they speak, roles."""
    if context.invoked_subcommand is not None:
        return
    with opened(open_archive) as archive:
        everybody = archive.register.everybody()
        print_value(as_json, printing.people_as_list, printing.people_lines, everybody)


@app.command()
def show(
    person: Named,
    topic: Annotated[str | None, typer.Option(help="Only what they say of this topic.")] = None,
    limit: Annotated[int, typer.Option(min=0, max=1000, help="At most so many statements.")] = 20,
    as_json: JsonFlag = False,
) -> None:
    """Show a person: every name, what they were when and how we know, and what they said.

    `onrecord people Okafor` does the same. With --limit 0 nothing is quoted.

    For example: onrecord people show Okafor --topic "live rounds"
    """
    with opened(open_archive) as archive:
        page = Knowledge(archive).person(person, topic=topic, limit=limit)
        print_value(as_json, printing.page_as_dict, printing.page_lines, page)


@app.command()
def review(
    as_json: JsonFlag = False,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many.")] = 50,
) -> None:
    """List pairs who may be one person, the likeliest first, with what to type for each.

    Whoever decided about a pair once is not asked again.

    For example: onrecord people review --limit 5
    """
    with opened(open_archive) as archive:
        pairs = archive.register.review(limit=limit)
        print_value(as_json, printing.pairs_as_list, printing.pair_lines, pairs)


@app.command()
def merge(
    keep: Annotated[str, typer.Argument(metavar="PERSON", help="Whose name is kept.")],
    gone: Annotated[str, typer.Argument(metavar="SAME", help="Who is the same person.")],
    by: By = None,
    why: Why = None,
) -> None:
    """Say that two are one person; the second's name becomes an alias.

    For example: onrecord people merge 3f2a91c0b7de 8812d0aa41f3 --why "same voice"
    """
    with opened(open_archive) as archive:
        _tell(archive.register.merge(keep, gone, _decider(by, why)))


@app.command()
def split(
    person: Named,
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT…", help="Document ids.")],
    by: By = None,
    why: Why = None,
) -> None:
    """Say that in these documents it is somebody else, who gets an id of their own.

    For example: onrecord people split Hale 0aab77c1 --why "a lawyer of the same name"
    """
    with opened(open_archive) as archive:
        _tell(archive.register.split(person, documents, _decider(by, why)))


@app.command()
def rename(
    person: Named,
    name: Annotated[str, typer.Argument(help="The name to print.")],
    by: By = None,
    why: Why = None,
) -> None:
    """Call a person by another name; the old one stays an alias.

    For example: onrecord people rename 3f2a91c0b7de "Ines Okafor"
    """
    with opened(open_archive) as archive:
        _tell(archive.register.rename(person, name, _decider(by, why)))


@app.command()
def apart(one: Named, other: Named, by: By = None, why: Why = None) -> None:
    """Say that two are two people; they are not offered for review again.

    For example: onrecord people apart 3f2a91c0b7de 8812d0aa41f3
    """
    with opened(open_archive) as archive:
        _tell(archive.register.keep_apart(one, other, _decider(by, why)))


@app.command()
def undo(
    event: Annotated[str, typer.Argument(help="Number of the decision; see people show.")],
    by: By = None,
) -> None:
    """Take a decision back: everything is read as if it had not been made.

    For example: onrecord people undo 3
    """
    with opened(open_archive) as archive:
        _tell(archive.register.undo(event, _decider(by, None)))


@app.command("forget-voice")
def forget_voice(person: Named, by: By = None, why: Why = None) -> None:
    """Delete everything kept of a person's voice, and keep none again.

    For example: onrecord people forget-voice Okafor --why "asked us to"
    """
    with opened(open_archive) as archive:
        _tell(archive.register.forget_voice(person, _decider(by, why)))


def _tell(event: PersonEvent) -> None:
    print_value(False, printing.event_as_dict, printing.decided_lines, event)


def _decider(by: str | None, why: str | None) -> Decider:
    return Decider(author=by if by is not None else login_name(), reason=why)
