"""The page *Status*: what it says, that nothing of it is markup, and that it fits."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from corpus.types import (
    DiscoveredItem,
    Document,
    DocumentKind,
    Outcome,
    Run,
    Source,
    SourceKind,
    SourceReport,
    Stage,
)
from tests.pages import HOSTILE, PAGE, Archive, expect, visiting
from tests.seeded import open_empty
from ui.archive import Archive as Opened
from ui.operating.health import Finding, Health, Level
from ui.operating.overview import SourceState, overview_of
from ui.operating.reports import Day, summary_of
from ui.page import charts, components, statustexts

NOW = datetime.now(UTC).replace(microsecond=0)
SECRET = "GET https://cdn.example/a.mp3?token=abcdef: 403"
SOURCE = Source(id="show", name=HOSTILE, kind=SourceKind.FEED, url="https://show.example/feed")


def night(number: int, *outcomes: Outcome, **fields: object) -> Run:
    """The run of so many nights ago."""
    began = NOW - timedelta(days=number, hours=3)
    values = {"finished": began + timedelta(minutes=95), **fields}
    return Run(id=f"{began:%Y%m%dT%H%M%S}-ab", started=began, outcomes=outcomes, **values)


def heard(number: int) -> tuple[Outcome, ...]:
    step = Outcome(
        document_id=f"d{number}",
        title=HOSTILE,
        before=Stage.FETCHED,
        after=Stage.TRANSCRIBED,
        seconds=300.0,
        audio_seconds=1800.0 * number,
    )
    return step, replace(step, before=Stage.TRANSCRIBED, after=Stage.READY, audio_seconds=0.0)


def failed(archive: Opened, number: int, *, dead: bool) -> Document:
    item = DiscoveredItem(
        source_id="sample-show",
        kind=DocumentKind.ARTICLE,
        url=f"https://show.example/{number}",
        guid=str(number),
        title=f"{HOSTILE} {number}",
        show=HOSTILE,
    )
    document, _ = archive.catalogue.record_discovered(item, now=NOW)
    again = None if dead else NOW + timedelta(hours=5)
    error = f"Traceback\n x\nValueError: {SECRET} {HOSTILE}"
    return archive.catalogue.fail(document.id, error=error, retry_at=again, now=NOW)


def fill_runs(archive: Opened) -> None:
    """What runs leave in the record."""
    for number in range(12, 0, -1):
        archive.catalogue.save_run(night(number, *heard(number)))
    reports = (SourceReport(source_id="sample-show", seen=1, error=f"{SECRET} {HOSTILE}"),)
    last = night(0, sources=reports, parked="out of time", disk_used=12_300_000_000)
    archive.catalogue.save_run(last)
    archive.catalogue.save_look(reports[0], now=NOW - timedelta(hours=3))


# ── its parts ────────────────────────────────────────────────────────────────────────────────


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).strip()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-90, "just now"),  # a clock that was set back
        (59, "just now"),
        (60, "1 minute ago"),
        (3599, "59 minutes ago"),
        (47 * 3600, "47 hours ago"),
        (49 * 3600, "2 days ago"),
    ],
)
def test_how_long_ago_something_was(seconds: int, said: str) -> None:
    assert statustexts.ago(NOW - timedelta(seconds=seconds), NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (59.6, "1 min"), (3599.0, "59 min"), (11_100.0, "3 h 05 min")],
)
def test_how_long_something_took(seconds: float, said: str) -> None:
    assert statustexts.duration(seconds) == said


def test_what_needs_attention_stands_in_words_not_in_colours_alone() -> None:
    assert words(statustexts.health_box(Health((), "facts"))) == "All is well."
    findings = Finding(Level.CRITICAL, f"it stopped: {SECRET}"), Finding(Level.WARNING, HOSTILE)
    box = statustexts.health_box(Health(findings, "facts"))
    assert "Stopped: It stopped: GET https://cdn.example/a.mp3?token=***" in words(box)
    assert "Look at this: &lt;script&gt;" in words(box)
    assert "<script" not in box


def test_a_source_says_what_its_last_look_found_and_when_the_next_is() -> None:
    def row(**fields: object) -> str:
        state = SourceState(source=SOURCE, **fields)
        return words(statustexts.sources_table([state], NOW)).split("Next look ", 1)[1]

    report = SourceReport(source_id="show", seen=1204, new=3)
    looked = {"looked": NOW - timedelta(hours=2), "report": report}
    assert row().endswith("show never yet – – at the next run")
    assert row(**looked, failed=2).endswith("2 hours ago 1,204, 3 new 2 at the next run")
    due = NOW + timedelta(hours=20)
    assert row(**looked, due=due).endswith(f"after {due.day} {due:%b %H:%M} UTC")
    assert row(**looked, due=NOW - timedelta(1)).endswith("at the next run")
    assert " unchanged " in row(**looked | {"report": replace(report, unchanged=True)})
    broken = replace(report, error=f"Traceback\n{SECRET}", warnings=(HOSTILE,) * 9)
    said = row(**looked | {"report": broken}, failing=3)
    assert "The look failed (3 looks in a row): GET https://cdn.example/a.mp3?token=***" in said
    assert said.count("&lt;script&gt;window") == 1 + 3  # its name, and the first warnings
    assert "Fewer than the 0 expected, 2 looks in a row" in row(**looked, below=2)


def test_a_run_says_how_it_went() -> None:
    runs = [
        night(0, *heard(2)),
        night(1, finished=None),
        night(2, error=f"{SECRET} {HOSTILE}" + "x" * 3000),
    ]
    at_work = runs[1].started - timedelta(seconds=1)
    table = statustexts.runs_table([summary_of(run) for run in runs], at_work)
    assert "1 h 35 min 0 1 0 1 h 00 min 12.0× Done" in words(table)
    assert "At work" in words(table)
    assert "token=***" in table
    assert "<script" not in table
    assert len(table) < 5000
    later = statustexts.runs_table([summary_of(runs[1])], None)
    assert "Not finished" in words(later)


def test_bars_are_read_aloud_and_drawn_to_scale() -> None:
    days = [Day(date(2026, 1, 1) + timedelta(n), documents=n % 3) for n in range(30)]
    bars = [charts.Bar(d.documents, f"{d.day:%-d %b}", f'{d.day:%-d %B}: "{d.documents}"')
            for d in days]  # fmt: skip
    drawn = charts.columns("Documents <by> day", bars, "at most 2")
    assert drawn.count("<li") == 30
    assert re.findall(r"height:(\d+)%", drawn)[:3] == ["0", "50", "100"]
    assert "3 January: &quot;2&quot;" in drawn
    assert "Documents &lt;by&gt; day" in drawn
    below = re.search(r'aria-hidden="true">(.*?)</p>', drawn)
    assert below is not None
    assert words(below[1]) == "1 Jan 16 Jan 30 Jan"
    assert charts.columns("Nothing", [replace(bars[0], value=0.0)], "") == ""
    assert charts.columns("Nothing", [], "") == ""
    assert 'height:2%"' in charts.columns(
        "x", [charts.Bar(1, "", ""), charts.Bar(9999, "", "")], ""
    )


# ── the page, without a browser ──────────────────────────────────────────────────────────────


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> None:
    st.cache_resource.clear()
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)


def drawn(archive: Opened, **query: str) -> str:
    def draw() -> None:
        from ui.page.components import archive_in_use
        from ui.page.views import status

        archive = archive_in_use()
        assert archive is not None
        status.render(archive)

    components.use_archive(archive)
    st.cache_resource.clear()
    app = AppTest.from_function(draw, default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return "".join(each.proto.body for each in app.get("html"))


@pytest.mark.usefixtures("page")
def test_the_page_of_an_archive_that_never_ran(tmp_path: Path) -> None:
    with open_empty(tmp_path) as archive:
        said = words(drawn(archive))
    assert "Stopped: It never ran" in said
    assert "onrecord schedule cron" in said
    assert "Nothing has failed." in said
    assert "Growth and speed" not in said
    assert "never yet" in said


@pytest.mark.usefixtures("page")
def test_the_page_of_one_morning(tmp_path: Path) -> None:
    with open_empty(tmp_path) as archive:
        fill_runs(archive)
        for number in range(22):
            failed(archive, number, dead=number % 2 == 0)
        html = drawn(archive)
        second = words(drawn(archive, runs="2", failures="2"))
        overview = overview_of(archive, now=NOW)
    said = words(html)
    assert "Look at this: The last run was parked: out of time" in said
    assert "used as of the last run 12.3 GB" in said
    assert "Seconds of audio heard in a second, 12 runs" in said
    assert html.count("<tr role") == 1 + len(overview.sources) + 1 + 10
    assert "1 to 10 of 13" in said
    assert "1 to 20 of 22" in said
    assert "tried 1 time" in said
    assert "next try after" in said
    assert "abcdef" not in html
    assert "<script" not in html
    assert "<img" not in html
    assert "11 to 13 of 13" in second
    assert "21 to 22 of 22" in second


# ── in a browser ─────────────────────────────────────────────────────────────────────────────


@PAGE[0]
@PAGE[1]
@PAGE[2]
@PAGE[3]
def test_status_fits_a_telephone_and_shows_markup_as_words(served: Archive, browser: Any) -> None:
    with served.opened() as archive:
        fill_runs(archive)  # which no other page shows
    with visiting(served, browser, width=390, scheme="dark") as visitor:
        page = visitor.open("/status")
        expect(page.get_by_role("heading", level=1)).to_have_text("Status")
        expect(page.get_by_role("table", name="Runs").get_by_role("row")).to_have_count(1 + 10)
        expect(page.get_by_role("table", name="Sources")).to_contain_text("<script>window")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("link", name="Next").first.click()
        expect(page.get_by_text("11 to 13 of 13")).to_be_visible()
