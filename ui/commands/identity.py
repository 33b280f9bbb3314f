"""Commands about documents that are one: list what joined them, join by hand, take apart."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import Annotated

import typer

from corpus.errors import NotFoundError
from corpus.types import Merge
from ui.archive import Archive, open_archive
from ui.commands.terminal import By, JsonFlag, login_name, opened, print_value
from ui.joining import Answered, Joining
from ui.printing.identity import left_lines, merge_lines, merges_as_list
from ui.printing.lines import ProgressLines, plain

app = typer.Typer()

Why = Annotated[str | None, typer.Option("--why", help="Why; kept with the decision.")]
OfSource = Annotated[
    str | None, typer.Option("--source", help="Only where both documents are of this source.")
]
Later = Annotated[
    bool,
    typer.Option("--later", help="Leave publishing the index to the next run or onrecord index."),
]


@app.command()
def merges(
    document: Annotated[
        str | None, typer.Argument(help="Only of this document; default: all.")
    ] = None,
    proposed: Annotated[
        bool, typer.Option("--proposed", help="Only what waits for you to decide.")
    ] = False,
    undone: Annotated[
        bool, typer.Option("--undone", help="Also what was taken apart or refused.")
    ] = False,
    source: OfSource = None,
    as_json: JsonFlag = False,
) -> None:
    """List the documents that were found to be one, and those that may be, with the evidence.

    An episode under a new GUID, in two feeds, encoded again or with other advertisements is one
    document with several addresses. What is certain is joined by the nightly run; what only looks
    so is proposed here, and you say: onrecord same m3 --why … or onrecord apart m3 --why …

    After a feed moved to another host, all of its episodes may be proposed: onrecord same --all
    --source … accepts them together.

    For example: onrecord merges --proposed
    """
    with opened(open_archive) as archive:
        whole = archive.catalogue.document(document).id if document else None
        found = archive.catalogue.merges(whole, undone=undone)
        if proposed:
            found = [each for each in found if each.state == "proposed"]
        if source is not None:
            from ingest.moves import source_of

            found = [each for each in found if source_of(archive.catalogue, each) == source]
        _print(archive, found, as_json=as_json)


@app.command()
def same(
    document: Annotated[
        str | None, typer.Argument(help="The document that stays; or the id of a proposal.")
    ] = None,
    other: Annotated[
        str | None, typer.Argument(help="The one that is the same; it leaves lists and search.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Accept all proposals that have no doubt of their own.")
    ] = False,
    source: OfSource = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --all: only list what would be accepted.")
    ] = False,
    why: Why = None,
    by: By = None,
    later: Later = False,
    as_json: JsonFlag = False,
) -> None:
    """Say that two documents are one: the first stays, the other leaves lists, search and index.

    Nothing is lost: who asks for the other by its id still finds it, quotes that cite it stay as
    they are, and onrecord apart brings it back. Accepting a proposal takes its id alone.

    With --all every proposal (of --source) is accepted with its evidence, as after a feed moved;
    left for an answer of their own are pairs with other titles, titles that their source repeats,
    a number that differs, or a document that may be the same as a third.

    Exits with 0 when the index is published as well, with 1 when it could not be: lists follow at
    once, answers with the next run or onrecord index.

    For example: onrecord same 3f2a 91bc --why "the same talk, posted twice"

    For example: onrecord same --all --source harbor-hour --why "moved to another host"
    """
    if every == (document is not None):
        raise typer.BadParameter("name two documents or a proposal, or say --all")
    if not every and (source or dry_run):
        raise typer.BadParameter("--source and --dry-run go with --all")
    with opened(open_archive) as archive:
        joining = Joining(archive, author=by or login_name(), reason=why)
        if document is None:
            done = joining.accept_all(source, dry_run=dry_run)
        else:
            done = joining.join(document, other) if other else joining.accept(document)
        _tell(archive, joining, done, later=later or dry_run, as_json=as_json)


@app.command()
def apart(
    merge: Annotated[
        list[str] | None,
        typer.Argument(help="Ids of merges or proposals, or of documents that left lists."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Refuse all proposals.")] = False,
    source: OfSource = None,
    why: Why = None,
    by: By = None,
    later: Later = False,
    as_json: JsonFlag = False,
) -> None:
    """Take documents apart, or refuse proposals; they are never joined again by the program.

    What had left lists and search is back at once. With --all every proposal (of --source) is
    refused; what was joined stays joined.

    Exits as onrecord same does.

    For example: onrecord apart m3 m4 --why "the second is a new recording"
    """
    if every == bool(merge):
        raise typer.BadParameter("name merges, or say --all")
    with opened(open_archive) as archive:
        joining = Joining(archive, author=by or login_name(), reason=why)
        done = joining.refuse_all(source) if every else joining.part(merge or [])
        _tell(archive, joining, done, later=later, as_json=as_json)


def _tell(
    archive: Archive, joining: Joining, done: Answered, *, later: bool, as_json: bool
) -> None:
    """Print what was decided, what was left, and have the index follow."""
    _print(archive, done.made, as_json=as_json, decided=True)
    for line in left_lines(done.left):
        typer.echo(line, err=as_json)
    if later or not any(each.joined for each in done.made):
        return  # a proposal that is refused has changed nothing that is searched
    if problem := joining.publish(ProgressLines()):
        said = f"the index is not published yet: {problem}: run onrecord index"
        typer.echo(plain(said), err=as_json)
        raise typer.Exit(1)


def _print(
    archive: Archive, found: Iterable[Merge], *, as_json: bool, decided: bool = False
) -> None:
    listed = list(found)
    ids = {each for merge in listed for each in (merge.document_id, merge.other_id)}
    titles: dict[str, str] = {}
    for each in sorted(ids):
        try:
            titles[each] = archive.catalogue.document(each).title
        except NotFoundError:  # withdrawn: its title is not shown either
            continue
    shape = partial(merges_as_list, titles=titles)
    lines = partial(merge_lines, titles=titles, decided=decided)
    print_value(as_json, shape, lines, listed)
