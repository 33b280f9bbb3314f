"""`onrecord set …`: gather quotes in sets, freeze, compare, export them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from corpus.types import QuoteSet
from ui.answers import AskFilters
from ui.archive import open_archive
from ui.commands import choosing
from ui.commands.terminal import By, JsonFlag, login_name, opened, print_value
from ui.kept.quotes import MOST_ASKED, Quotes
from ui.printing import quotes as printing

_ENDING = re.compile(r"(?<!^)\.[A-Za-z]\w{0,15}$")  # of a file; ".1" or a year may end a folder
set_app = typer.Typer(
    no_args_is_help=True,
    help="Gather quotes in sets that can be cited, compared and exported.\n\n"
    "For example: onrecord set new rounds --question "
    '"what did armorers say about live rounds"\n\n'
    "Then: onrecord set freeze rounds; onrecord set export rounds --output rounds",
)

Note = Annotated[str | None, typer.Option(help="Kept with the quote.")]
QuoteId = Annotated[str, typer.Argument(metavar="QUOTE", help="Id, or a unique beginning.")]
Named = Annotated[str, typer.Argument(metavar="SET", help="Name, id or frozen id.")]


@set_app.command("new")
@choosing.with_filters
def new_set(
    name: Annotated[str, typer.Argument(help="A name that no other set has.")],
    question: Annotated[
        str | None, typer.Option(help="Fill it with the answers to this question.")
    ] = None,
    *,
    filters: AskFilters,
    limit: Annotated[int, typer.Option(min=1, max=MOST_ASKED, help="At most this many.")] = 20,
    like: Annotated[
        str | None, typer.Option("--from", help="Begin with the quotes of this set.")
    ] = None,
    by: By = None,
    as_json: JsonFlag = False,
) -> None:
    """Make a set: empty, of the answers to a question, or from another set.

    For example: onrecord set new rounds --question "what did armorers say about live rounds"
    """
    with opened(open_archive) as archive:
        made = Quotes(archive).new_set(
            name,
            author=by or login_name(),
            question=question,
            filters=replace(filters, limit=limit),
            like=like,
        )
        _tell(made, as_json)


@set_app.command("list")
def list_sets(as_json: JsonFlag = False) -> None:
    """List the sets.

    For example: onrecord set list --json
    """
    with opened(open_archive) as archive:
        found = Quotes(archive).sets()
        print_value(as_json, printing.sets_as_list, printing.set_lines, found)


@set_app.command("show")
def show_set(quote_set: Named, as_json: JsonFlag = False) -> None:
    """Show a set and its quotes in order: as kept if it is frozen, else as they are now.

    For example: onrecord set show rounds
    """
    with opened(open_archive) as archive:
        view = Quotes(archive).shown(quote_set)
        print_value(as_json, printing.view_as_dict, printing.view_lines, view)


@set_app.command()
def add(
    quote_set: Named,
    quotes: Annotated[list[str], typer.Argument(metavar="QUOTE…", help="Ids of kept quotes.")],
    note: Note = None,
) -> None:
    """Put kept quotes at the end of a set.

    For example: onrecord set add rounds 77b0c1d2 90aa31ef
    """
    with opened(open_archive) as archive:
        _tell(Quotes(archive).add(quote_set, quotes, note), False)


@set_app.command()
def remove(quote_set: Named, quote: QuoteId) -> None:
    """Take a quote out of a set; it stays kept.

    For example: onrecord set remove rounds 77b0c1d2
    """
    with opened(open_archive) as archive:
        _tell(Quotes(archive).remove(quote_set, quote), False)


@set_app.command()
def move(
    quote_set: Named,
    quote: QuoteId,
    number: Annotated[int, typer.Argument(min=1, help="Its new place; 1 is the first.")],
) -> None:
    """Move a quote to another place in its set.

    For example: onrecord set move rounds 77b0c1d2 1
    """
    with opened(open_archive) as archive:
        _tell(Quotes(archive).move(quote_set, quote, number), False)


@set_app.command()
def annotate(
    quote_set: Named,
    quote: QuoteId,
    note: Annotated[str, typer.Argument(help="The note; empty takes it away.")],
) -> None:
    """Note something of a quote in a set; it is exported with it.

    For example: onrecord set annotate rounds 77b0c1d2 "lead with this one"
    """
    with opened(open_archive) as archive:
        _tell(Quotes(archive).annotate(quote_set, quote, note), False)


@set_app.command()
def freeze(quote_set: Named, as_json: JsonFlag = False) -> None:
    """Give a set the id of its contents, to be cited; it never changes again.

    Its quotes stand in it as they were kept; says which of them are no longer so.

    For example: onrecord set freeze rounds
    """
    with opened(open_archive) as archive:
        quotes = Quotes(archive)
        frozen = quotes.freeze(quote_set)
        _tell(frozen, as_json)
        changed = [] if as_json else list(quotes.diff(frozen.id, ask=False))
        if changed:
            typer.echo("Frozen as they were kept, though the archive has them otherwise now")
            typer.echo("(for a set of what is true now, keep them again and make another):")
            for line in printing.changed_lines(changed):
                typer.echo(f"  {line}")


@set_app.command()
def diff(
    quote_set: Named,
    ask: Annotated[
        bool, typer.Option(help="Put the set's question again, to find what is new.")
    ] = True,
    as_json: JsonFlag = False,
) -> None:
    """Say what is new, corrected, re-attributed, renamed, stale or gone since the set was made.

    For example: onrecord set diff rounds
    """
    with opened(open_archive) as archive:
        found = list(Quotes(archive).diff(quote_set, ask=ask))
        print_value(as_json, printing.changed_as_list, printing.changed_lines, found)


@set_app.command()
def export(
    quote_set: Named,
    output: Annotated[Path, typer.Option(help="Folder; or a file, for one format.")],
    form: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            help="csv, jsonl, parquet, markdown, docx, ris, bibtex, csljson or qdpx; may be "
            "repeated. Default: what the file's ending says, else all.",
        ),
    ] = None,
) -> None:
    """Write a set as files, with a manifest; says what has changed since the set was made.

    A frozen set is written as it was kept; any other as it is now, what was kept noted beside.

    For example: onrecord set export rounds --output rounds.csv
    """
    from corpus.exports import FORMATS, form_of

    ending = form_of(output)
    if ending is None and _ENDING.search(output.name) and not output.is_dir():
        known = ", ".join(end for end, _ in FORMATS.values())
        raise typer.BadParameter(
            f"no format ends like {output.name[:80]!r}; files end in {known}; "
            "a folder, for all of them, has no ending",
            param_hint="--output",
        )
    forms = form or ([ending] if ending else list(FORMATS))
    with opened(open_archive) as archive:
        written, told = Quotes(archive).export(quote_set, output, forms)
        for name in written.files:
            typer.echo(str(written.folder / name))
        typer.echo(str(written.manifest))
        for line in printing.told_lines(told):
            typer.echo(line)


def _tell(about: QuoteSet, as_json: bool) -> None:
    shape = printing.set_as_dict
    print_value(as_json, shape, lambda each: printing.set_lines([each]), about)
