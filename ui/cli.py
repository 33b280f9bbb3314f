"""The command line: each command parses, calls one use case of the archive, and prints."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from corpus.errors import OnRecordError
from corpus.settings import load_settings
from corpus.types import DocumentKind, Stage
from ui.answers import AskFilters
from ui.archive import Archive, open_archive
from ui.commands import (
    choosing,
    correction,
    doctor,
    identity,
    nightly,
    people,
    quotes,
    redo,
    report,
    revisions,
    runs,
    sets,
    sources,
    topics,
    watches,
    withdrawals,
)
from ui.commands.headings import InOrder
from ui.commands.terminal import DocumentId, JsonFlag, opened, print_value
from ui.printing import answers as answer_printing
from ui.printing import lines as printing
from ui.printing import readings
from ui.printing import runs as run_printing

app = typer.Typer(
    cls=InOrder,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="An archive of podcasts, interviews and articles in which every sentence can be traced "
    "to the person who said it.\n\n"
    'For example: onrecord ask "what did armorers say about live rounds"\n\n'
    "`onrecord COMMAND --help` tells more of each.",
)

app.add_typer(people.app, name="people")
app.add_typer(correction.app)
app.add_typer(topics.app)
app.add_typer(nightly.app)
app.add_typer(runs.app)
app.add_typer(redo.app)
app.add_typer(report.app)
app.add_typer(doctor.app)
app.add_typer(quotes.quote_app, name="quote")
app.add_typer(sets.set_app, name="set")
app.add_typer(sources.app, name="sources")
app.add_typer(revisions.app)
app.add_typer(withdrawals.app)
app.add_typer(identity.app)
app.add_typer(watches.app)


@app.command()
@choosing.with_filters
def ask(
    question: Annotated[str, typer.Argument(help="For example: what did armorers say about …")],
    *,
    filters: AskFilters,
    limit: Annotated[int, typer.Option(min=1, max=100, help="At most this many quotes.")] = 8,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say why each quote ranks where it does.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Answer a question with verbatim, cited, playable quotes.

    Role words in the question filter by themselves: "what did armorers say about live rounds"
    asks armorers, armourers and weapons masters. A question that only names a role, person, show
    or date lists the newest of what was said.

    For example: onrecord ask "what did armorers say about live rounds" --since 2022-01-01
    """
    lines = partial(answer_printing.answer_lines, explain=explain)
    with _archive() as archive:
        answer = archive.ask(question, replace(filters, limit=limit))
        print_value(as_json, answer_printing.answer_as_dict, lines, answer)
    for line in answer_printing.off_lines(answer, filters.off):
        typer.echo(line, err=True)


@app.command()
def show(document: DocumentId, as_json: JsonFlag = False) -> None:
    """Print a document: its credits, and its words turn by turn.

    For example: onrecord show 3f2a91c0
    """
    with _archive() as archive:
        print_value(as_json, readings.view_as_dict, readings.view_lines, archive.view(document))


@app.command("list")
def list_documents(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    stage: Annotated[Stage | None, typer.Option(help="Only this stage.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the documents, newest first.

    For example: onrecord list --source harbor-hour --stage dead
    """
    with _archive() as archive:
        found = archive.documents(source_id=source, stage=stage)
        print_value(as_json, printing.documents_as_list, printing.document_lines, found)


@app.command()
def export(
    document: DocumentId,
    form: Annotated[str, typer.Option("--format", help="vtt, srt, txt or json.")] = "txt",
    output: Annotated[Path | None, typer.Option(help="File to write; default: print.")] = None,
) -> None:
    """Write a document as WebVTT, SRT, plain text or JSON.

    For example: onrecord export 3f2a91c0 --format vtt --output talk.vtt
    """
    with _archive() as archive:
        written = archive.export(document, form)
    if output is None:
        typer.echo(written, nl=False)
    else:
        output.write_text(written, encoding="utf-8")


@app.command()
def add(
    target: Annotated[
        str, typer.Argument(help="Page, feed or audio URL; or an audio, transcript or page file.")
    ],
    media: Annotated[
        Path | None, typer.Option(help="The recording that a transcript file is of.")
    ] = None,
    kind: Annotated[
        DocumentKind | None,
        typer.Option(help="What a page or text file is: article, or transcript (episode)."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the file.")] = None,
    show: Annotated[str | None, typer.Option(help="Show or publication of the file.")] = None,
    published: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day it was published.")
    ] = None,
    host: Annotated[list[str] | None, typer.Option(help="Who hosts; may be repeated.")] = None,
    guest: Annotated[
        list[str] | None, typer.Option(help='Who is heard: "Name" or "Name, armorer".')
    ] = None,
    allow_private: Annotated[
        bool, typer.Option(help="Allow addresses in a private network.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Take one page, feed or audio URL, or one file, into the archive.

    A file is a recording, a saved page (.html) or a transcript (.vtt .srt .json .html .txt .md);
    which of the many ways a transcript is written is recognised. For example:

    onrecord add talk.vtt --media talk.mp3 --title "On blanks" --show "Set Talk"
    """
    from ingest.adding import AddedFile

    said = AddedFile(
        media=media,
        kind=kind,
        title=title,
        show=show,
        published=published.replace(tzinfo=UTC) if published else None,
        hosts=tuple(host or ()),
        guests=tuple(guest or ()),
    )
    with _archive() as archive:
        progress = printing.ProgressLines()
        outcomes = archive.add(target, progress, allow_private=allow_private, said=said)
        print_value(as_json, printing.outcomes_as_list, printing.outcome_lines, outcomes)
        for document_id in dict.fromkeys(outcome.document_id for outcome in outcomes):
            for line in printing.note_lines(archive.view(document_id)):
                typer.echo(line, err=True)
    if any(outcome.error for outcome in outcomes):
        raise typer.Exit(1)


@app.command()
def index(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make it anew from the catalogue alone.")
    ] = False,
) -> None:
    """Bring the index up to the catalogue and publish it.

    For example: onrecord index --rebuild
    """
    with _archive() as archive:
        report = archive.sync(printing.ProgressLines(), rebuild=rebuild)
        typer.echo(printing.sync_line(report))


@app.command()
def status(as_json: JsonFlag = False) -> None:
    """Print documents by stage, failures with their reasons, the index and sizes.

    For example: onrecord status --json
    """
    with _archive() as archive:
        print_value(
            as_json, run_printing.status_as_dict, run_printing.status_lines, archive.status()
        )


@app.command()
def serve() -> None:
    """Serve the web page; prints its address.

    For example: ONRECORD_PORT=8600 onrecord serve
    """
    from ui.page.serve import serve as serve_page

    serve_page(load_settings())


def main() -> None:
    """Run the command line; the one place where errors become messages."""
    os.umask(0o077)  # what an archive holds is for nobody else on the machine
    try:
        app()
    except OnRecordError as error:
        _complain(str(error))
    except OSError as error:
        _complain(f"cannot use {error.filename or 'a file'}: {error.strerror}")


def _complain(message: str) -> NoReturn:
    typer.echo(f"onrecord: {printing.plain(message)}", err=True)
    sys.exit(1)


def _archive() -> AbstractContextManager[Archive]:
    return opened(open_archive)


if __name__ == "__main__":
    main()
