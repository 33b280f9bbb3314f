"""The command that has old transcripts made again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.archive import open_archive
from ui.commands.terminal import opened, print_value
from ui.printing.lines import plain

if TYPE_CHECKING:
    from ingest.redoing import Redoable

app = typer.Typer()


class Again(StrEnum):
    """What can be made again."""

    TRANSCRIBED = "transcribed"


@app.command()
def redo(
    stage: Annotated[
        Again, typer.Option(help="What is made again: the words of recordings.")
    ] = Again.TRANSCRIBED,
    model_before: Annotated[
        str | None,
        typer.Option(help="What a smaller or another recogniser than this one wrote down."),
    ] = None,
    version_before: Annotated[
        str | None, typer.Option(help="What a version of faster-whisper before this one made.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what it would be.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Have transcripts that an old model or version made written down again by the next run.

    Recordings are heard from the store; nothing is fetched again, and words of publishers are left
    as they are. Every document keeps its present text, and answers, until the new one is there.
    Then corrections and kept quotes are found again in the new words, or marked as stale.

    Exits with 0 when all can be made again, with 1 when the recording of some is gone.

    For example: ONRECORD_WHISPER_MODEL=small onrecord redo --model-before small --dry-run
    """
    if not (model_before or version_before or source):
        raise typer.BadParameter("say which: --model-before, --version-before or --source")
    del stage  # there is one so far
    with opened(open_archive) as archive:
        from ingest.redoing import Old, find_old
        from ingest.redoing import redo as make_again

        old = Old(model_before=model_before, version_before=version_before, source_id=source)
        found = list(find_old(old, archive.settings, archive.catalogue, archive.files))
        if not dry_run:
            for each in found:
                if each.missing is None:
                    make_again(each, archive.catalogue)
        print_value(as_json, redo_as_list, redo_lines, found)
        if not as_json:
            typer.echo(_sum(found, archive.settings.whisper_model, dry_run=dry_run))
    if any(each.missing for each in found):
        raise typer.Exit(1)


def redo_as_list(found: Sequence[Redoable]) -> list[dict[str, Any]]:
    """Return documents for `--json`; `missing` says why one cannot be made again."""
    return [
        {
            "document": each.document.id,
            "source": each.document.source_id,
            "title": each.document.title,
            "model": each.model,
            "version": each.version,
            "seconds": each.seconds,
            "missing": each.missing,
        }
        for each in found
    ]


def redo_lines(found: Sequence[Redoable]) -> Iterator[str]:
    """Yield a line for each document."""
    for each in found:
        made = f"{each.model} of faster-whisper {each.version}, {each.seconds / 60:.0f} min"
        yield plain(f"{each.document.id}  {each.document.show}: {each.document.title} ({made})")
        if each.missing:
            yield f"  cannot be made again: {each.missing}"


def _sum(found: Sequence[Redoable], model: str, *, dry_run: bool) -> str:
    due = [each for each in found if each.missing is None]
    if not due:
        return "Nothing is to be made again."
    hours = sum(each.seconds for each in due) / 3600
    would = "would be" if dry_run else "will be"
    return plain(
        f"{len(due)} recording{'s' * (len(due) > 1)}, {hours:.1f} hours, {would} heard again "
        f"with {model} by the next run; until then they read as before."
    )
