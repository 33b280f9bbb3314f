"""Commands of the registry of sources: list it, check it, try it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corpus.errors import SourceNotFoundError
from corpus.masking import masked
from corpus.types import Source
from ui.archive import Archive, open_archive
from ui.commands.terminal import JsonFlag, opened, print_value
from ui.printing import lines as printing
from ui.printing.lines import plain

if TYPE_CHECKING:
    from ingest.looking import SeenDocument, TrialLook

app = typer.Typer(invoke_without_command=True)
_NAMED = 4  # credits printed of one document


@app.callback()
def sources(context: typer.Context, as_json: JsonFlag = False) -> None:
    """List the registry of sources; `onrecord sources check` tells what each would find."""
    if context.invoked_subcommand is not None:
        return
    with opened(open_archive) as archive:
        known = list(archive.sources.values())
        print_value(as_json, printing.sources_as_list, printing.source_lines, known)


@app.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(help="Ids of sources; default: all that are enabled.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Look at each, as a run would; keep nothing.")
    ] = False,
    pages: Annotated[
        int, typer.Option(min=1, max=50, help="With --live: documents to fetch of each.")
    ] = 3,
    as_json: JsonFlag = False,
) -> None:
    """Check entries of the registry; with --live, tell what each would find.

    Without --live nobody is asked: each entry is read strictly (keys, selectors, patterns,
    addresses), and its last look and the next one are told. With --live each source is looked at
    as a run would, politely and with its robots.txt obeyed, a few pages of it, disabled or not;
    documents, dates, audio, transcripts and credits are told and nothing is kept.

    For example: onrecord sources check --live kcrw-the-business

    Exits with 0 when nothing needs attention, with 1 when something does.
    """
    with opened(open_archive) as archive:
        chosen = _chosen(archive, source or [])
        checked = [_entry(archive, each) for each in chosen]
        if live:
            from ingest.looking import try_sources

            for told, look in zip(
                checked, try_sources(chosen, archive.settings, pages=pages), strict=True
            ):
                told["live"] = _look_as_dict(look)
                told["attention"] += _trouble(look)
        print_value(as_json, list, _lines, checked)
    if any(each["attention"] for each in checked):
        raise typer.Exit(1)


def _chosen(archive: Archive, named: Sequence[str]) -> list[Source]:
    known = archive.sources
    for each in named:
        if each not in known:
            raise SourceNotFoundError(each, remedy=f"the registry has {', '.join(sorted(known))}")
    return [known[each] for each in named] or [each for each in known.values() if each.enabled]


def _entry(archive: Archive, source: Source) -> dict[str, Any]:
    from ingest.looking import doubts

    looked = archive.catalogue.looked_at(source.id)
    report = archive.catalogue.last_report(source.id)
    due = looked + timedelta(seconds=source.every) if looked else None
    attention = list(doubts(source, archive.sources.values()))
    if report and report.error:
        attention.append(f"the last look failed: {masked(report.error)}")
    elif report and report.is_below(source.expect_at_least):
        attention.append(f"the last look found {report.seen} of {source.expect_at_least} expected")
    moved = masked(report.moved_to or "") if report and report.moved_from == source.url else ""
    if moved:
        attention.append(f"it has moved for good to {moved}: change its url in sources.toml")
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind.value,
        "url": masked(source.url),
        "moved_to": moved or None,
        "enabled": source.enabled,
        "last_look": looked.isoformat() if looked else None,
        "last_seen": report.seen if report else None,
        "unchanged": report.unchanged if report else None,
        "next_due": due.isoformat() if due and source.enabled else None,
        "due_now": source.enabled and (due is None or due <= datetime.now(UTC)),
        "attention": attention,
    }


def _trouble(look: TrialLook) -> list[str]:
    found = [masked(look.error)] if look.error else []
    if not look.error and not look.documents:
        found.append("it was looked at and offers nothing")
    return found + [masked(each.problem) for each in look.documents if each.problem]


def _look_as_dict(look: TrialLook) -> dict[str, Any]:
    return {
        "offered": look.offered,
        "redirected": masked(look.redirected) if look.redirected else None,
        "warnings": [masked(each) for each in look.warnings],
        "documents": [_document_as_dict(each) for each in look.documents],
    }


def _document_as_dict(each: SeenDocument) -> dict[str, Any]:
    return {
        "url": masked(each.url),
        "title": each.title,
        "kind": each.kind.value,
        "published": each.published.isoformat() if each.published else None,
        "audio": masked(each.audio) if each.audio else None,
        "transcripts": [masked(one.url) for one in each.transcripts],
        "printed_turns": len(each.printed),
        "credits": [
            {"name": one.name, "part": one.part, "description": one.description}
            for one in each.credits
        ],
        "words": each.words,
        "opening": each.opening,
    }


# ── for reading ──────────────────────────────────────────────────────────────────────────────


def _lines(checked: Sequence[dict[str, Any]]) -> Iterator[str]:
    for told in checked:
        state = "enabled" if told["enabled"] else "disabled"
        yield plain(f"{told['id']}: {told['name']}, {told['kind']}, {state}, {told['url']}")
        yield f"    {_when(told)}"
        if "live" in told:
            yield from _live_lines(told["live"])
        yield from (plain(f"    ! {each}") for each in told["attention"])
    wrong = sum(bool(each["attention"]) for each in checked)
    yield f"{len(checked)} sources checked, {wrong} to look at"


def _when(told: dict[str, Any]) -> str:
    if told["last_look"] is None:
        return "never looked at"
    found = "nothing new" if told["unchanged"] else f"found {told['last_seen']}"
    due = "due now" if told["due_now"] else f"due {told['next_due'] or 'never: it is disabled'}"
    return f"last look {told['last_look']}, {found}; {due}"


def _live_lines(live: dict[str, Any]) -> Iterator[str]:
    if live["redirected"]:
        yield plain(f"    its address leads to {live['redirected']}")
    yield f"    offers {live['offered']} documents; of the first {len(live['documents'])}:"
    for each in live["documents"]:
        day = (each["published"] or "no date")[:10]
        has = [f"{each['words']} words of its page"] if each["words"] else []
        has += ["audio"] if each["audio"] else []
        has += [f"{len(each['transcripts'])} transcripts linked"] if each["transcripts"] else []
        has += [f"{each['printed_turns']} turns printed"] if each["printed_turns"] else []
        yield plain(f"    {each['kind']} {day} {each['title'] or 'without a title'}")
        yield f"        {', '.join(has) or 'neither text nor audio'}"
        if each["opening"]:
            yield plain(f"        “{each['opening'][:90]} …”")
        names = [one["name"] for one in each["credits"]]
        if names:
            more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
            yield plain(f"        credits {', '.join(names[:_NAMED])}{more}")
    yield from (plain(f"    ({each})") for each in live["warnings"])
