"""Commands that hide a document everywhere, bring it back, and tell who did so and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from corpus.types import Withdrawal
from ui.archive import open_archive
from ui.commands.terminal import By, DocumentId, JsonFlag, login_name, opened, print_value
from ui.printing.lines import ProgressLines, plain
from ui.withdrawing import Withdrawing, Withdrawn

app = typer.Typer()

Why = Annotated[str, typer.Option("--why", help="The reason; it is kept for ever.")]


@app.command()
def withdraw(document: DocumentId, why: Why, by: By = None, as_json: JsonFlag = False) -> None:
    """Hide a document everywhere: lists, answers, page, sound, exports, sets, people and index.

    Nothing is deleted but what the index holds of it: its files, texts and kept quotes stay, so
    that it can be brought back, and who withdrew it, when and why is kept for ever. A later look at
    its source does not bring it back. What a browser or an export took away earlier is out of
    reach.

    Exits with 0 when it is hidden and the index published; with 1 when the index could not be
    published: it is hidden from answers all the same, and the next run or onrecord index does it.

    For example: onrecord withdraw 3f2a91c0 --why "the publisher asked us to"
    """
    with opened(open_archive) as archive:
        done = Withdrawing(archive).withdraw(
            document, author=by or login_name(), reason=why, progress=ProgressLines()
        )
        _tell(done, as_json)


@app.command()
def reinstate(document: DocumentId, why: Why, by: By = None, as_json: JsonFlag = False) -> None:
    """Bring a withdrawn document back as it was; both decisions stay on record.

    Exits as onrecord withdraw does.

    For example: onrecord reinstate 3f2a91c0 --why "they gave leave after all"
    """
    with opened(open_archive) as archive:
        done = Withdrawing(archive).reinstate(
            document, author=by or login_name(), reason=why, progress=ProgressLines()
        )
        _tell(done, as_json)


@app.command()
def withdrawals(
    document: Annotated[str | None, typer.Argument(help="Only of this document.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List who withdrew or reinstated which document, when and why, the oldest first.

    Nothing else of a document is told here: not its title either.

    For example: onrecord withdrawals --json
    """
    with opened(open_archive) as archive:
        found = Withdrawing(archive).all(document)
        print_value(as_json, withdrawals_as_list, withdrawal_lines, found)


def withdrawals_as_list(found: Iterable[Withdrawal]) -> list[dict[str, Any]]:
    """Return decisions for `--json`."""
    return [
        {
            "id": each.id,
            "document": each.document_id,
            "withdrawn": each.withdrawn,
            "by": each.author,
            "why": each.reason,
            "made": each.made.isoformat(),
        }
        for each in found
    ]


def withdrawal_lines(found: Iterable[Withdrawal]) -> Iterator[str]:
    """Yield a line for every decision."""
    nothing = True
    for each in found:
        nothing = False
        done = "withdrawn" if each.withdrawn else "reinstated"
        said = f"{each.document_id} {done} by {each.author}: {each.reason}"
        yield plain(f"{each.made:%Y-%m-%d %H:%M} UTC  {said}")
    if nothing:
        yield "No document was ever withdrawn."


def _as_dict(done: Withdrawn) -> dict[str, Any]:
    (made,) = withdrawals_as_list([done.made])
    return made | {"kept_quotes": done.quotes, "unpublished": done.unpublished}


def _lines(done: Withdrawn) -> Iterator[str]:
    yield from withdrawal_lines([done.made])
    if done.quotes and done.made.withdrawn:
        yield f"{done.quotes} kept quotes stand in it: they stay kept, not shown and not exported"
    if done.unpublished:
        yield plain(f"the index is not published yet: {done.unpublished}: run onrecord index")


def _tell(done: Withdrawn, as_json: bool) -> None:
    print_value(as_json, _as_dict, _lines, done)
    if done.unpublished:
        raise typer.Exit(1)
