"""`onrecord topics …`: the subject of the archive, and what people say of it."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from ui.archive import open_archive
from ui.commands.terminal import JsonFlag, opened, print_value
from ui.knowledge.base import Knowledge
from ui.printing import topics as printing
from ui.printing.statements import notes_lines

app = typer.Typer()


@app.command()
def topics(
    topic: Annotated[
        str | None,
        typer.Argument(metavar="TOPIC", help="Id, name or any spelling; none: list them all."),
    ] = None,
    matrix: Annotated[
        bool, typer.Option("--matrix", help="Who speaks of what, in numbers of passages.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(min=1, max=1000, help="At most so many statements, topics or people."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the topics, or show one: the rules on it, and what people said in their own words.

    For example: onrecord topics "live rounds"

    People who speak of it are counted once each; hosts, reporters and unnamed voices do not
    count as independent people, and the same words in two documents count once.
    """
    with opened(open_archive) as archive:
        knowledge = Knowledge(archive)
        if topic is not None:
            view = knowledge.topic(topic, limit=limit or 20)
            print_value(as_json, printing.view_as_dict, printing.view_lines, view)
        elif matrix:
            who = knowledge.matrix(people=limit if as_json else None)
            lines = partial(printing.matrix_lines, most=limit or printing.PEOPLE_SHOWN)
            print_value(as_json, printing.matrix_as_dict, lines, who)
        else:
            found = knowledge.topics()[:limit]
            if not as_json:
                for line in notes_lines(knowledge.notes()):
                    typer.echo(line)
            print_value(as_json, printing.topics_as_list, printing.topics_lines, found)
