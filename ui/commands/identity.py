"""Commands about documents that are one: list what joined them, join by hand, take apart."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from corpus.errors import NotFoundError
from corpus.types import Merge
from ui.archive import Archive, open_archive
from ui.commands.terminal import login_name, opened, print_value
from ui.printing.identity import merge_lines, merges_as_list

app = typer.Typer()

JsonFlag = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
By = Annotated[str | None, typer.Option("--by", help="Who decides; default: you.")]


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
    as_json: JsonFlag = False,
) -> None:
    """List the documents that were found to be one, and those that may be, with the evidence.

    An episode under a new GUID, in two feeds, encoded again or with other advertisements is one
    document with several addresses. What is certain is joined by the nightly run; what only looks
    so is proposed here, and you say: onrecord same m3 --why … or onrecord apart m3 --why …

    For example: onrecord merges --proposed
    """
    with opened(open_archive) as archive:
        whole = archive.catalogue.document(document).id if document else None
        found = archive.catalogue.merges(whole, undone=undone)
        if proposed:
            found = [each for each in found if each.state == "proposed"]
        _print(archive, found, as_json=as_json)


@app.command()
def same(
    document: Annotated[
        str, typer.Argument(help="The document that stays; or the id of a proposal.")
    ],
    other: Annotated[
        str | None, typer.Argument(help="The one that is the same; it leaves lists and search.")
    ] = None,
    why: Annotated[str | None, typer.Option("--why", help="Why; kept with the decision.")] = None,
    by: By = None,
    as_json: JsonFlag = False,
) -> None:
    """Say that two documents are one: the first stays, the other leaves lists, search and index.

    Nothing is lost: who asks for the other by its id still finds it, quotes that cite it stay as
    they are, and onrecord apart brings it back. Accepting a proposal takes its id alone.

    For example: onrecord same 3f2a 91bc --why "the same talk, posted twice"
    """
    with opened(open_archive) as archive:
        decided = _decided(archive, document, other, author=by or login_name(), why=why)
        _print(archive, [decided] if decided else [], as_json=as_json)


@app.command()
def apart(
    merge: Annotated[
        str, typer.Argument(help="Id of a merge or proposal, or of the document that left lists.")
    ],
    why: Annotated[str | None, typer.Option("--why", help="Why; kept with the decision.")] = None,
    by: By = None,
    as_json: JsonFlag = False,
) -> None:
    """Take two documents apart, or refuse a proposal; they are never joined again by the program.

    The one that had left lists and search is back with the next nightly run or onrecord index.

    For example: onrecord apart m3 --why "the second is a new recording"
    """
    with opened(open_archive) as archive:
        moment, author = datetime.now(UTC), by or login_name()
        found = archive.catalogue.part_documents(merge, author=author, reason=why, now=moment)
        _print(archive, [found], as_json=as_json)


def _decided(
    archive: Archive, document: str, other: str | None, *, author: str, why: str | None
) -> Merge | None:
    catalogue = archive.catalogue
    if other is None:
        proposal = catalogue.merge_called(document)
        pair = (proposal.document_id, proposal.other_id)
    else:
        pair = (catalogue.document(document).id, catalogue.document(other).id)
    said = Merge(
        id="",
        document_id=pair[0],
        other_id=pair[1],
        joined=True,
        evidence=("a person said so",),
        author=author,
        made=datetime.now(UTC),
        reason=why,
    )
    return catalogue.join_documents(said)


def _print(archive: Archive, found: Iterable[Merge], *, as_json: bool) -> None:
    listed = list(found)
    ids = {each for merge in listed for each in (merge.document_id, merge.other_id)}
    titles: dict[str, str] = {}
    for each in sorted(ids):
        try:
            titles[each] = archive.catalogue.document(each).title
        except NotFoundError:  # withdrawn: its title is not shown either
            continue
    shape = partial(merges_as_list, titles=titles)
    print_value(as_json, shape, partial(merge_lines, titles=titles), listed)
