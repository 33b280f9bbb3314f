"""`onrecord correct, name, verify, history, revert`: what people say against a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import typer

from corpus.errors import OnRecordError
from corpus.export import corrections_as_list
from corpus.types import Correction, Person
from ui.archive import Archive, open_archive
from ui.commands.terminal import By, DocumentId, JsonFlag, login_name, opened, print_value
from ui.corrections import Chosen, History, known_role
from ui.printing.lines import ProgressLines, plain
from ui.printing.readings import correction_line
from ui.register import Decider

app = typer.Typer()

_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,3})?)")

Why = Annotated[str | None, typer.Option("--why", help="The reason; it is kept and shown.")]
Nth = Annotated[int | None, typer.Option(min=1, help="Which, where the words stand often.")]
Near = Annotated[
    str | None, typer.Option(metavar="TIME", help="The one heard nearest to this time (12:04).")
]
NoIndex = Annotated[
    bool, typer.Option("--no-index", help="Leave the index to the next nightly run.")
]


@app.command()
def correct(
    document: DocumentId,
    stands: Annotated[str, typer.Argument(metavar="STANDS", help="The words as they stand.")],
    said: Annotated[str, typer.Argument(metavar="SAID", help='As they were said; "": not at all.')],
    nth: Nth = None,
    near: Near = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a correction made there before.")
    ] = False,
    by: By = None,
    why: Why = None,
    no_index: NoIndex = False,
) -> None:
    """Correct words: what is read and quoted changes, the transcript itself never does.

    For example: onrecord correct 3f2a91c0 "life rounds" "live rounds" --why "listened to it"

    Where the words stand in several places, these are listed with their times; choose one with
    --nth 2 or --near 12:04.
    """
    with opened(open_archive) as archive:
        chosen = _chosen(nth, near)
        kept = archive.corrections.correct(
            document, stands, said, _decider(by, why), chosen=chosen, replacing=replace
        )
        _tell(archive, [kept], no_index=no_index)


@app.command()
def name(
    document: DocumentId,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[LABEL] [PERSON]", help="Who is so labelled, and who it is."),
    ] = None,
    turn: Annotated[
        str | None, typer.Option(metavar="WORDS", help="Only the turn with these words.")
    ] = None,
    words: Annotated[str | None, typer.Option(help="Only these words of a turn.")] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help="Take the name away.")] = False,
    role: Annotated[str | None, typer.Option(help="What they are in this document.")] = None,
    nth: Nth = None,
    near: Near = None,
    by: By = None,
    why: Why = None,
    no_index: NoIndex = False,
) -> None:
    """Say who speaks: wherever a label stands, in one turn, or some words of one.

    For example: onrecord name 3f2a91c0 "Speaker 2" "Ines Okafor" --role armorer

    One turn: onrecord name 3f2a91c0 "Ines Okafor" --turn "never live rounds". A name that is
    wrong: onrecord name 3f2a91c0 "Speaker 2" --nobody. A role alone: onrecord name 3f2a91c0
    "Ines Okafor" --role armorer. PERSON is an id or a name; who is not known yet is added.
    """
    placed = turn if turn is not None else words
    label, person = _who(names or [], placed=placed is not None, nobody=nobody, role=role)
    decider, kept = _decider(by, why), list[Correction]()
    with opened(open_archive) as archive:
        corrections = archive.corrections
        role = role and known_role(role, archive.vocabulary)  # before anything is kept
        if placed is not None:
            how: dict[str, Any] = {"chosen": _chosen(nth, near), "alone": turn is None}
            kept.append(corrections.name_turn(document, placed, person, decider, **how))
        elif label is not None:
            kept += corrections.name_label(document, label, person, decider)
        if role is not None and person is not None:
            named = kept[0].person_id if kept else None
            kept.append(corrections.give_role(document, named or person, role, decider))
        _tell(archive, kept, no_index=no_index)


@app.command()
def verify(
    document: DocumentId,
    words: Annotated[str | None, typer.Argument(help="The words that were checked.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="The whole text was checked.")] = False,
    nth: Nth = None,
    near: Near = None,
    by: By = None,
    why: Why = None,
    no_index: NoIndex = False,
) -> None:
    """Say that words were listened to, or compared with the page, and are right.

    For example: onrecord verify 3f2a91c0 "Live rounds have no business on a set." --by "Ana Ruiz"
    """
    if (words is None) is not everything:
        raise typer.BadParameter("give the words that were checked, or --all")
    with opened(open_archive) as archive:
        decider = _decider(by, why)
        kept = archive.corrections.verify(document, words, decider, _chosen(nth, near))
        _tell(archive, [kept], no_index=no_index)


@app.command()
def history(document: DocumentId, as_json: JsonFlag = False) -> None:
    """List every correction of a document, oldest first, the reverted ones as well.

    For example: onrecord history 3f2a91c0
    """
    with opened(open_archive) as archive:
        print_value(as_json, _as_list, _lines, archive.corrections.history(document))


@app.command()
def revert(
    correction: Annotated[str, typer.Argument(help="Its id; see onrecord history.")],
    by: By = None,
    why: Why = None,
    no_index: NoIndex = False,
) -> None:
    """Take a correction back; it stays in the history, and can be made again.

    For example: onrecord revert 0c41d2e8 --why "the recording says otherwise"
    """
    with opened(open_archive) as archive:
        _tell(
            archive, [archive.corrections.revert(correction, _decider(by, why))], no_index=no_index
        )


# ── reading what was typed, saying what was done ─────────────────────────────────────────────


def _who(
    names: Sequence[str], *, placed: bool, nobody: bool, role: str | None
) -> tuple[str | None, str | None]:
    """Return label and person of the words typed."""
    if placed and len(names) == (0 if nobody else 1):
        return None, None if nobody else names[0]
    if not placed and nobody and len(names) == 1 and role is None:
        return names[0], None
    if not placed and not nobody and len(names) == 2:
        return names[0], names[1]
    if not placed and not nobody and len(names) == 1 and role is not None:
        return None, names[0]
    raise typer.BadParameter(
        'give LABEL and PERSON; or PERSON with --turn "words"; or LABEL with --nobody; '
        "or PERSON with --role"
    )


def _chosen(nth: int | None, near: str | None) -> Chosen:
    if near is None:
        return Chosen(nth=nth)
    match = _TIME.fullmatch(near.strip())
    if match is None:
        raise typer.BadParameter(f"not a time: {near}; write 12:04 or 1:12:04")
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return Chosen(nth=nth, near=hours * 3600 + minutes * 60 + seconds)


def _decider(by: str | None, why: str | None) -> Decider:
    return Decider(author=by if by is not None else login_name(), reason=why)


def _tell(archive: Archive, kept: Sequence[Correction], *, no_index: bool) -> None:
    """Print what was kept, and bring the index up to it."""
    people = archive.corrections.people_of(kept)
    for correction in kept:
        typer.echo(correction_line(correction, people))
    if no_index:
        typer.echo("the index follows with the next nightly run, or with onrecord index")
        return
    try:
        archive.sync(ProgressLines(quiet=True))
    except OnRecordError as error:  # kept all the same: an answer is checked against the text
        typer.echo(f"kept; the index could not follow yet: {plain(str(error))}", err=True)
        typer.echo("the next nightly run, or onrecord index, brings it up", err=True)


def _as_list(found: History) -> dict[str, Any]:
    people: dict[str, Person] = dict(found.people)
    return {
        "document": found.document.id,
        "title": found.document.title,
        "corrections": corrections_as_list(found.corrections, people),
    }


def _lines(found: History) -> Iterator[str]:
    yield plain(f"{found.document.id}  {found.document.title}")
    if not found.corrections:
        yield "nothing was corrected"
    for correction in found.corrections:
        yield f"  {correction_line(correction, found.people)}"
