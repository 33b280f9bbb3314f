"""Commands that tell how a document's text came about, and what a revision says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from corpus.revisions import Difference, How, Piece, SentenceChange
from ui.archive import open_archive
from ui.commands.terminal import DocumentId, JsonFlag, opened, print_value
from ui.printing.lines import plain
from ui.revising import Revised, Revising, place_of

app = typer.Typer()


@app.command()
def revisions(document: DocumentId, as_json: JsonFlag = False) -> None:
    """List the revisions of a document's text: when, why, and what made each.

    A text never changes: an edited page, a publisher's transcript that came later or a better
    recogniser makes another one. Quotes that were kept are looked for in the newest.

    For example: onrecord revisions 3f2a91c0
    """
    with opened(open_archive) as archive:
        found = Revising(archive).revisions(document)
        print_value(as_json, revisions_as_list, revision_lines, found)


@app.command()
def diff(
    document: DocumentId,
    before: Annotated[
        int | None, typer.Argument(help="Earlier; default: the last but one.")
    ] = None,
    after: Annotated[int | None, typer.Argument(help="Later one; default: the newest.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Print what one revision of a document says otherwise than another, sentence by sentence.

    Of a changed sentence the words that went stand in [-brackets-], those that came in {+braces+}.
    Exits with 1 when there is no such revision.

    For example: onrecord diff 3f2a91c0 1 3
    """
    with opened(open_archive) as archive:
        found = Revising(archive).difference(document, before, after)
        print_value(as_json, difference_as_dict, difference_lines, found)


def revisions_as_list(found: Iterable[Revised]) -> list[dict[str, Any]]:
    """Return revisions for `--json`."""
    return [
        {
            "document": each.revision.document_id,
            "revision": each.revision.revision,
            "created": each.revision.created.isoformat() if each.revision.created else None,
            "why": each.why,
            "origin": each.revision.origin.value,
            "made_with": each.revision.made_with,
            "dialect": each.revision.dialect,
            "media_sha256": each.revision.media_sha256,
            "content_sha256": each.revision.content_sha256,
        }
        for each in found
    ]


def revision_lines(found: Iterable[Revised]) -> Iterator[str]:
    """Yield a line for every revision."""
    nothing = True
    for each in found:
        nothing = False
        made = each.revision
        when = f"{made.created:%Y-%m-%d %H:%M} UTC" if made.created else "at an unknown time"
        by = ", ".join(filter(None, (made.origin.value, made.dialect, made.made_with)))
        yield plain(f"{made.revision:>3}  {when}  {each.why}  ({by})")
    if nothing:
        yield "It has no text yet."


def difference_as_dict(found: Difference) -> dict[str, Any]:
    """Return a difference for `--json`."""
    return {
        "document": found.document_id,
        "before": found.before,
        "after": found.after,
        "same": found.same,
        "changes": [
            {
                "how": each.how.value,
                "speaker": each.speaker,
                "was": each.was,
                "start_time": each.start_time,
                "paragraph": each.paragraph,
                "pieces": [
                    {"text": one.text, "removed": one.removed, "added": one.added}
                    for one in each.pieces
                ],
            }
            for each in found.changes
        ],
    }


def difference_lines(found: Difference) -> Iterator[str]:
    """Yield a difference to read."""
    counts = {how: sum(each.how is how for each in found.changes) for how in How}
    told = [f"{count} {how.value}" for how, count in counts.items() if count]
    summary = ", ".join(told) or "nothing is otherwise"
    yield f"revision {found.before} → {found.after}: {summary}; {found.same} sentences as before"
    for each in found.changes:
        yield ""
        yield plain(f"[{place_of(each)}] {spoken_by(each)} ({each.how.value}):")
        yield plain("  " + " ".join(map(marked, each.pieces)))


def spoken_by(change: SentenceChange) -> str:
    """Return who says a sentence, and who said it before where that was another."""
    now = change.speaker or "nobody named"
    return f"{change.was} → {now}" if change.was else now


def marked(piece: Piece) -> str:
    """Return words, marked when they went or came."""
    if piece.removed:
        return f"[-{piece.text}-]"
    return f"{{+{piece.text}+}}" if piece.added else piece.text
