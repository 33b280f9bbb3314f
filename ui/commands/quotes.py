"""`onrecord quote …`: keep quotes, check them, mark which agree and which differ."""

from __future__ import annotations

from typing import Annotated

import typer

from corpus.errors import QuoteError
from corpus.quotesets import Changed
from corpus.types import Span, Stance, StanceKind
from ui.archive import open_archive
from ui.commands.terminal import By, JsonFlag, login_name, opened, print_value
from ui.corrections import Chosen
from ui.kept.quotes import Quotes
from ui.printing import quotes as printing

quote_app = typer.Typer(
    no_args_is_help=True,
    help="Keep quotes, and check them against the present archive.\n\n"
    "A quote is kept as it is: words, speaker, certainty, source. When the text is corrected or a "
    "person renamed, lists and citations have what is true now, with what was kept beside it; "
    "`onrecord quote verify` says what has changed.\n\n"
    'For example: onrecord quote keep 3f2a91c0 "Only the armorer hands a gun to an actor."',
)
Note = Annotated[str | None, typer.Option(help="Kept with the quote.")]
QuoteId = Annotated[str, typer.Argument(metavar="QUOTE", help="Id, or a unique beginning.")]


# ── quotes ───────────────────────────────────────────────────────────────────────────────────


@quote_app.command()
def keep(
    document: Annotated[str, typer.Argument(help="Document id, or a unique beginning of one.")],
    words: Annotated[str, typer.Argument(help="The words, as onrecord show prints them.")] = "",
    nth: Annotated[int | None, typer.Option(min=1, help="Which of several places.")] = None,
    near: Annotated[float | None, typer.Option(help="Where they are heard, in seconds.")] = None,
    span: Annotated[
        tuple[int, int] | None, typer.Option(help="Or: first and last character of the text.")
    ] = None,
    revision: Annotated[int | None, typer.Option(help="The text you read.")] = None,
    into: Annotated[str | None, typer.Option("--set", help="Put it into this set.")] = None,
    note: Note = None,
    by: By = None,
    as_json: JsonFlag = False,
) -> None:
    """Keep words of one turn as a quote.

    For example: onrecord quote keep 3f2a91c0 "Nobody else, on no day" --set rounds
    """
    with opened(open_archive) as archive:
        quotes, author = Quotes(archive), by or login_name()
        if into is not None:
            quotes.view(into)  # before anything is kept
        if span is None:
            chosen = Chosen(nth=nth, near=near)
            kept = quotes.keep(
                document, words, author=author, chosen=chosen, revision=revision, note=note
            )
        else:
            kept = quotes.keep_span(
                document, _span(span), author=author, revision=revision, note=note
            )
        if into is not None:
            quotes.add(into, [kept.id])
        print_value(as_json, printing.quotes_as_list, printing.quote_lines, [Changed(kept=kept)])


@quote_app.command("list")
def list_quotes(
    document: Annotated[str | None, typer.Option(help="Only of this document.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the kept quotes, the oldest first, with what has changed since each was kept.

    For example: onrecord quote list --document 3f2a91c0
    """
    with opened(open_archive) as archive:
        found = Quotes(archive).listed(document)
        print_value(as_json, printing.quotes_as_list, printing.quote_lines, found)


@quote_app.command("show")
def show_quote(quote: QuoteId, as_json: JsonFlag = False) -> None:
    """Show a quote with its citations (APA, Chicago, MLA, a line for reporters).

    For example: onrecord quote show 77b0c1d2
    """
    with opened(open_archive) as archive:
        looked = Quotes(archive).look(quote)
        print_value(as_json, printing.looked_as_dict, printing.looked_lines, looked)


@quote_app.command()
def verify(
    quotes: Annotated[list[str] | None, typer.Argument(metavar="QUOTE…", help="Ids.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check kept quotes (none named: all) against the archive; exits with 1 when one changed.

    For example: onrecord quote verify 77b0c1d2
    """
    with opened(open_archive) as archive:
        found = list(Quotes(archive).verify(tuple(quotes or ())))
        print_value(as_json, printing.changed_as_list, printing.changed_lines, found)
    if any(each.changes for each in found):
        raise typer.Exit(1)


@quote_app.command()
def forget(quote: QuoteId) -> None:
    """Keep a quote no longer; one that a set holds stays.

    For example: onrecord quote forget 77b0c1d2
    """
    with opened(open_archive) as archive:
        typer.echo(f"{Quotes(archive).forget(quote).id}: no longer kept")


# ── how two quotes stand to each other ───────────────────────────────────────────────────────


@quote_app.command()
def mark(
    quote: QuoteId,
    stance: Annotated[StanceKind, typer.Argument(help="How they stand to each other.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="Another kept quote.")],
    note: Annotated[str | None, typer.Option(help="Why.")] = None,
    by: By = None,
    as_json: JsonFlag = False,
) -> None:
    """Mark that two kept quotes agree or differ; the archive never says so on its own.

    For example: onrecord quote mark 3f2a91c0 differs 77b0c1d2 --note "on who may load"
    """
    with opened(open_archive) as archive:
        quotes = Quotes(archive)
        made = quotes.mark(quote, stance, other, author=by or login_name(), note=note)
        _tell_marks(quotes, [made], as_json)


@quote_app.command()
def unmark(
    mark: Annotated[str, typer.Argument(metavar="MARK", help="Id, or a unique beginning.")],
    by: By = None,
    as_json: JsonFlag = False,
) -> None:
    """Take a mark away; who made it, and who took it away, stays to be read.

    For example: onrecord quote unmark 5d20
    """
    with opened(open_archive) as archive:
        quotes = Quotes(archive)
        _tell_marks(quotes, [quotes.unmark(mark, author=by or login_name())], as_json)


@quote_app.command("marks")
def list_marks(
    quote: Annotated[str | None, typer.Argument(metavar="QUOTE", help="Only of this one.")] = None,
    undone: Annotated[bool, typer.Option(help="Those taken away as well.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """List which kept quotes agree or differ, with who marked it and when.

    For example: onrecord quote marks --json
    """
    with opened(open_archive) as archive:
        quotes = Quotes(archive)
        _tell_marks(quotes, quotes.marks(quote, undone=undone), as_json)


def _tell_marks(quotes: Quotes, marks: list[Stance], as_json: bool) -> None:
    kept = quotes.marked_now(marks)
    print_value(
        as_json,
        lambda each: printing.marks_as_list(each, kept),
        lambda each: printing.mark_lines(each, kept),
        marks,
    )


def _span(pair: tuple[int, int]) -> Span:
    try:
        return Span(*pair)
    except ValueError as error:
        raise QuoteError(f"{pair[0]}..{pair[1]}", cause="not a stretch of characters") from error
