"""The page *Status* as HTML: how well, sources, runs, failures, growth; everything escaped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from html import escape

from corpus.masking import masked
from corpus.types import Document, Stage
from ui import wording
from ui.answers import Status
from ui.operating.health import Finding, Health, Level
from ui.operating.overview import Overview, SourceState
from ui.operating.reports import RunSummary, last_line
from ui.page import charts
from ui.plainwords import one_lined

_MOST_SAID = 300  # characters of a reason; all of it is told by `onrecord failures --json`
_BARS = 30  # runs in the chart of speed
_UNDER_WAY = (Stage.DISCOVERED, Stage.FETCHED, Stage.TRANSCRIBED)
_SOURCE_HEADS = ("Source", "Last look", "Found", "Failing", "Next look")
_RUN_HEADS = ("Began", "Took", "New", "Ready", "Failed", "Audio", "Speed", "Ended")


# ── how well ─────────────────────────────────────────────────────────────────────────────────


def health_box(health: Health) -> str:
    """Return what is wrong, the worst first; or that nothing is."""
    if not health.findings:
        return '<p class="onrecord-well">All is well.</p>'
    found = "".join(map(_finding, health.findings))
    return f'<ul class="onrecord-findings" aria-label="What needs attention">{found}</ul>'


def _finding(finding: Finding) -> str:
    worst = finding.level is Level.CRITICAL
    kind, word = ("critical", "Stopped") if worst else ("warning", "Look at this")
    said = wording.upper_first(_reason(finding.said))
    return f'<li class="onrecord-{kind}"><b>{word}:</b> {escape(said)}</li>'


def standing_lists(overview: Overview) -> str:
    """Return where documents stand, what the index holds and how much room is left."""
    status = overview.status
    waiting = [(wording.STAGES[stage], status.counts.get(stage, 0)) for stage in _UNDER_WAY]
    ended = [
        (wording.STAGES[stage], status.counts.get(stage, 0))
        for stage in (Stage.DEAD, Stage.SKIPPED)
        if status.counts.get(stage, 0)
    ]
    hours = overview.audio_seconds / 3600
    documents = [
        ("ready", status.counts.get(Stage.READY, 0)),
        *waiting,
        *ended,
        ("hours of audio", f"{hours:,.1f}"),
    ]
    return (
        f'<div class="onrecord-standing">{_numbers("Documents", documents)}'
        f"{_numbers('Index', _index_facts(status, overview.now))}"
        f"{_numbers('Disk', _disk_facts(status))}</div>"
    )


def _index_facts(status: Status, now: datetime) -> list[tuple[str, object]]:
    behind = max(0, status.documents_ready - status.documents_indexed)
    facts: list[tuple[str, object]] = [("generation", status.generation or "none")]
    if status.published:
        facts.append(("published", ago(status.published, now)))
    facts += [("passages", status.passages), ("documents", status.documents_indexed)]
    return [*facts, ("documents behind", behind)] if behind else facts


def _disk_facts(status: Status) -> list[tuple[str, object]]:
    run, facts = status.last_run, []
    if run and run.finished and run.disk_used:
        facts.append(("used as of the last run", _bytes(run.disk_used)))
    facts += [("free", _bytes(status.disk_free)), ("files", f"{status.files:,}")]
    return [*facts, ("size of these files", _bytes(status.file_bytes))]


def _numbers(title: str, facts: Iterable[tuple[str, object]]) -> str:
    rows = "".join(
        f"<div><dt>{escape(name)}</dt>"
        f"<dd>{f'{value:,}' if isinstance(value, int) else escape(str(value))}</dd></div>"
        for name, value in facts
    )
    return f"<section><h2>{escape(title)}</h2><dl>{rows}</dl></section>"


# ── sources and runs ─────────────────────────────────────────────────────────────────────────


def sources_table(states: Sequence[SourceState], now: datetime) -> str:
    """Return every enabled source with its last look."""
    return _table("Sources", _SOURCE_HEADS, [_source_cells(each, now) for each in states])


def _source_cells(state: SourceState, now: datetime) -> list[str]:
    report = state.report
    found = "–"
    if report is not None and not report.error:
        found = "unchanged" if report.unchanged else f"{report.seen:,}, {report.new:,} new"
    due = "at the next run"
    if state.due is not None and state.due > now:
        due = f"after {_moment(state.due)}"
    named = f"<b>{escape(state.source.name)}</b> <span>{escape(state.source.id)}</span>"
    said = "".join(f"<p>{escape(wording.upper_first(each))}</p>" for each in _remarks(state))
    looked = _time(state.looked, now) if state.looked else "never yet"
    failing = f"{state.failed:,}" if state.failed else "–"
    return [named + said, looked, escape(found), failing, escape(due)]


def _remarks(state: SourceState) -> list[str]:
    said = []
    if state.report and state.report.error:
        often = f" ({state.failing} looks in a row)" if state.failing > 1 else ""
        said.append(f"the look failed{often}: {_reason(state.report.error)}")
    if state.below:
        often = f", {state.below} looks in a row" if state.below > 1 else ""
        said.append(f"fewer than the {state.source.expect_at_least:,} expected{often}")
    warnings = state.report.warnings if state.report else ()
    return [*said, *map(_reason, warnings[:3])]


def runs_table(runs: Sequence[RunSummary], at_work: datetime | None) -> str:
    """Return the runs, one a row."""
    rows = [_run_cells(each, at_work) for each in runs]
    return _table("Runs", _RUN_HEADS, rows)


def _run_cells(row: RunSummary, at_work: datetime | None) -> list[str]:
    ending = _reason(row.ending)
    if row.seconds is None and at_work is not None and row.started >= at_work:
        ending = "at work"
    failed = row.failed + row.sources_failed
    cells = (
        _moment(row.started),
        "–" if row.seconds is None else duration(row.seconds),
        f"{row.new:,}",
        f"{row.ready:,}",
        f"{failed:,}",
        duration(row.audio_seconds) if row.audio_seconds else "–",
        "–" if row.speed is None else f"{row.speed:.1f}×",
        wording.upper_first(ending),
    )
    return [escape(cell) for cell in cells]


def _table(label: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table that is a list of cards where the page is narrow; cells are HTML."""
    # Roles are named since a table that is drawn as blocks is none to a screen reader.
    top = "".join(f'<th scope="col" role="columnheader">{escape(head)}</th>' for head in heads)
    body = "".join(f'<tr role="row">{_cells(heads, row)}</tr>' for row in rows)
    return (
        f'<table class="onrecord-table" role="table" aria-label="{escape(label)}">'
        f'<thead role="rowgroup"><tr role="row">{top}</tr></thead>'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )


def _cells(heads: Sequence[str], row: Sequence[str]) -> str:
    first = f'<th scope="row" role="rowheader">{row[0]}</th>'
    return first + "".join(
        f'<td role="cell" data-head="{escape(head)}">{cell}</td>'
        for head, cell in zip(heads[1:], row[1:], strict=True)
    )


# ── failures ─────────────────────────────────────────────────────────────────────────────────


def failures_list(failures: Iterable[Document]) -> str:
    """Return what failed or was given up, why, and when it is tried again."""
    return f'<ul class="onrecord-shelf">{"".join(map(_failure, failures))}</ul>'


def _failure(document: Document) -> str:
    state = wording.STAGES[document.stage]
    again = document.next_attempt
    facts = (
        document.show,
        f"tried {wording.counted(document.attempts, 'time')}",
        f"next try after {_moment(again)}" if again and document.stage is not Stage.DEAD else "",
    )
    shown = "".join(f"<span>{escape(fact)}</span>" for fact in facts if fact)
    return (
        f'<li><a href="{escape(wording.document_link(document.id))}" target="_self">'
        f'{escape(document.title)}</a><p class="onrecord-facts">{shown}'
        f'<span class="onrecord-stage">{escape(state)}</span></p>'
        f'<p class="onrecord-line">{escape(_reason(document.last_error))}</p></li>'
    )


# ── growth and speed ─────────────────────────────────────────────────────────────────────────


def growth_charts(overview: Overview) -> str:
    """Return what was added by day, and how fast recordings were heard; "" when nothing was."""
    days = overview.days
    heard = [run for run in overview.runs if run.speed is not None][:_BARS]
    drawn = (
        _chart(
            f"Documents made ready by day, the last {len(days)} days",
            [(float(d.documents), d.day, wording.counted(d.documents, "document")) for d in days],
            lambda most: f"at most {most:,.0f} a day",
        ),
        _chart(
            f"Hours of audio heard by day, the last {len(days)} days",
            [
                (d.audio_seconds / 3600, d.day, f"{d.audio_seconds / 3600:.1f} hours")
                for d in days
            ],
            lambda most: f"at most {most:,.1f} a day",
        ),
        _chart(
            f"Seconds of audio heard in a second, {wording.counted(len(heard), 'run')}",
            [(r.speed or 0.0, r.started, f"{r.speed:.1f}") for r in reversed(heard)],
            lambda most: f"at most {most:,.1f}",
        ),
    )  # fmt: skip
    return f'<div class="onrecord-charts">{"".join(drawn)}</div>' if any(drawn) else ""


def _chart(
    title: str, values: Sequence[tuple[float, object, str]], highest: Callable[[float], str]
) -> str:
    bars = [charts.Bar(value, f"{at:%-d %b}", f"{at:%-d %B}: {said}") for value, at, said in values]
    return charts.columns(title, bars, highest(max((bar.value for bar in bars), default=0.0)))


# ── how it is said ───────────────────────────────────────────────────────────────────────────


def ago(then: datetime, now: datetime) -> str:
    """Return how long ago something was: "just now", "5 minutes ago", "2 days ago"."""
    seconds = (now - then).total_seconds()
    if seconds < 60:
        return "just now"
    for length, most, unit in ((60, 3600, "minute"), (3600, 48 * 3600, "hour")):
        if seconds < most:
            return f"{wording.counted(int(seconds // length), unit)} ago"
    return f"{wording.counted(int(seconds // 86400), 'day')} ago"


def duration(seconds: float) -> str:
    """Return a length of time: "48 s", "12 min", "3 h 05 min"."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours:,} h {minutes:02} min" if hours else f"{minutes} min"


def _time(moment: datetime, now: datetime) -> str:
    exact = escape(moment.isoformat(timespec="seconds"))
    return f'<time datetime="{exact}" title="{exact}">{escape(ago(moment, now))}</time>'


def _moment(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %H:%M} UTC"


def _bytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"


def _reason(error: str | None) -> str:
    said = one_lined(masked(last_line(error)))
    return said if len(said) <= _MOST_SAID else f"{said[: _MOST_SAID - 1]}…"
