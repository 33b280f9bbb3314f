"""What stored runs tell together, and the commands that print it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.settings import Settings
from corpus.types import Outcome, Run, SourceReport, Stage
from ui.archive import Archive, open_archive
from ui.cli import app
from ui.operating.reports import (
    audio_heard,
    below_in_a_row,
    ending_of,
    failing_in_a_row,
    grown_by_day,
    speed_of,
    summary_of,
)

NOW = datetime(2026, 1, 15, 3, 15, tzinfo=UTC)


def step(document_id: str, after: Stage, **fields: object) -> Outcome:
    values = {"title": "Evening", "before": Stage.FETCHED, **fields}
    return Outcome(document_id=document_id, after=after, **values)


def night(number: int, *outcomes: Outcome, **fields: object) -> Run:
    """The run of so many nights ago."""
    began = NOW - timedelta(days=number)
    values = {"finished": began + timedelta(hours=1), **fields}
    return Run(id=f"{began:%Y%m%dT%H%M%S}-ab", started=began, outcomes=outcomes, **values)


def heard(document_id: str, audio: float, seconds: float) -> Outcome:
    return step(document_id, Stage.TRANSCRIBED, audio_seconds=audio, seconds=seconds)


def test_speed_is_of_hearing_alone() -> None:
    reading = step("c", Stage.TRANSCRIBED, seconds=500.0)
    run = night(0, heard("a", 600, 100), heard("b", 300, 50), reading)
    assert speed_of(run) == 6.0
    assert audio_heard(run) == 900
    assert audio_heard(replace(run, audio_seconds=901.5)) == 901.5
    assert speed_of(night(0, reading)) is None
    assert speed_of(night(0, heard("a", 600, 0.0))) is None  # a clock that was set back


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "done"),
        ({"parked": "out of time"}, "parked: out of time"),
        ({"error": "Traceback\n x\nStoreError: full", "parked": "x"}, "stopped: StoreError: full"),
        ({"finished": None}, "not finished"),
    ],
)  # fmt: skip
def test_how_a_run_ended_is_said_in_a_line(fields: dict[str, object], said: str) -> None:
    assert ending_of(night(0, **fields)) == said


def test_a_summary_counts_documents_once_and_every_failure() -> None:
    run = night(
        0,
        step("a", Stage.READY),
        step("a", Stage.READY),
        step("b", Stage.FETCHED, error="503"),
        step("c", Stage.DEAD, error="404"),
        sources=(SourceReport(source_id="s", new=2), SourceReport(source_id="t", error="503")),
    )
    row = summary_of(run)
    assert (row.new, row.ready, row.failed, row.sources_failed, row.seconds) == (2, 1, 2, 1, 3600)
    assert summary_of(replace(run, finished=run.started - timedelta(hours=9))).seconds == 0.0
    assert summary_of(replace(run, finished=None)).seconds is None


def test_growth_is_told_by_the_day_on_which_the_run_began() -> None:
    runs = [
        night(0, step("a", Stage.READY), heard("a", 60, 1)),
        replace(night(0, step("a", Stage.READY), step("b", Stage.READY)), id="later the same day"),
        night(2, step("c", Stage.READY), heard("c", 30, 1)),
        night(40, step("d", Stage.READY)),
    ]
    days = grown_by_day(runs, until=date(2026, 1, 15), days=4)
    assert [(str(each.day), each.documents, each.audio_seconds) for each in days] == [
        ("2026-01-12", 0, 0.0),
        ("2026-01-13", 1, 30.0),
        ("2026-01-14", 0, 0.0),
        ("2026-01-15", 2, 60.0),
    ]


def test_what_was_added_by_hand_counts_on_its_own_day_and_once() -> None:
    runs = [night(0, step("a", Stage.READY), heard("a", 60, 1))]
    by_hand = [
        ("b", datetime(2026, 1, 14, 23, 59, tzinfo=UTC), 30.0),
        ("a", datetime(2026, 1, 14, tzinfo=UTC), 60.0),  # the run took it up again
    ]
    days = grown_by_day(runs, by_hand, until=date(2026, 1, 15), days=2)
    assert [(each.documents, each.audio_seconds) for each in days] == [(1, 30.0), (1, 60.0)]


def test_looks_in_a_row_are_counted_back_to_the_last_good_one() -> None:
    def looked(number: int, **error: str) -> Run:
        report = SourceReport(source_id="s", **error)
        return night(number, sources=(report,), below_expectation=("s",) if error else ())

    bad = {"error": "503"}
    runs = [looked(0, **bad), night(1), looked(2, **bad), looked(3), looked(4, **bad)]
    assert failing_in_a_row(runs) == below_in_a_row(runs) == {"s": 2}
    assert failing_in_a_row(runs[3:]) == below_in_a_row(runs[3:]) == {}
    assert below_in_a_row([]) == {}


# ── the commands ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path))
    with open_archive(Settings(data_dir=tmp_path)) as opened:
        yield opened


def run(*words: str) -> tuple[int, str]:
    told = CliRunner().invoke(app, ["report", *words])
    return told.exit_code, told.stdout


def test_the_report_of_the_last_run_or_of_the_one_that_is_named(archive: Archive) -> None:
    assert run()[0] == 1
    assert run("--runs", "3") == (0, "There was no run yet: `onrecord nightly` is one.\n")
    archive.catalogue.save_run(night(0, heard("a", 3600, 600)))
    archive.catalogue.save_run(night(1, step("b", Stage.DEAD, error="the server answers 410")))
    code, said = run()
    assert (code, said.count("\n  ")) == (0, 2)
    assert said.startswith("2026-01-15 03:15 UTC in 3600 s")
    assert "heard 1.00 hours of audio, 6.0 times as fast as it plays" in said
    assert "dead b Evening: the server answers 410" in run("20260114T")[1]
    shown = json.loads(run("20260114T", "--json")[1])
    assert (shown["run"], shown["ok"]) == ("20260114T031500-ab", False)
    assert run("2025")[0] == 1
    assert run("20260114T", "--runs", "2")[0] == 2
    assert run("--last", "--json") == run("--json")


def test_the_last_runs_are_a_table(archive: Archive) -> None:
    archive.catalogue.save_run(night(0, heard("a", 5400, 600), step("a", Stage.READY)))
    cut = "GET https://x.example/f?token=abc: " + "cut \x1b[31m short " * 20
    archive.catalogue.save_run(night(1, error=cut))
    archive.catalogue.save_run(night(2, finished=None))
    archive.catalogue.save_run(night(3))
    code, said = run("--runs", "3")
    heads, *rows = said.splitlines()
    assert (code, len(rows)) == (0, 3)
    assert heads.split()[:3] == ["run", "began", "(UTC)"]
    assert rows[0].split() == [
        *("20260115T031500-ab", "2026-01-15", "03:15", "1:00:00", "0", "1", "0", "1.5", "h"),
        *("9.0x", "done"),
    ]
    assert rows[1].endswith("…")
    assert "token=***" in rows[1]
    assert "\x1b" not in said
    assert max(map(len, rows)) < 160
    assert rows[2].endswith("not finished")
    shown = json.loads(run("--runs", "2", "--json")[1])
    assert [(each["ok"], each["speed"], each["ready"]) for each in shown] == [
        (True, 9.0, 1),
        (False, None, 0),
    ]
    assert "abc" not in shown[1]["ended"]


def test_the_state_says_from_when_the_disk_was_measured(archive: Archive) -> None:
    assert "GB used" not in CliRunner().invoke(app, ["status"]).stdout
    archive.catalogue.save_run(night(0, disk_used=7_250_000_000))
    told = CliRunner().invoke(app, ["status"]).stdout
    assert "\ndisk: 7.25 GB used as of the last run, " in told
    shown = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert shown["disk"]["used_after_last_run"] == 7_250_000_000
    assert shown["files"] == {"count": 0, "bytes": 0}
