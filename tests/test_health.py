from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from corpus.types import Outcome, Run, SourceReport, Stage
from tests.indexed import NOW
from ui.answers import Status
from ui.cli import app
from ui.health import Level, health_of

RUN = Run(id="r1", started=NOW - timedelta(hours=8), finished=NOW - timedelta(hours=7))
WELL = Status(
    counts={Stage.READY: 1204, Stage.DISCOVERED: 3, Stage.DEAD: 2},
    failures=(),
    generation="0000012",
    passages=15_300,
    documents_indexed=1204,
    documents_ready=1204,
    files=4000,
    file_bytes=10**10,
    last_run=RUN,
    data_dir="data",
)
PLENTY = 4e10


def outcome(**fields):
    known = {"document_id": "d", "title": "t", "before": Stage.FETCHED, "after": Stage.READY}
    return Outcome(**{**known, **fields})


def check(status, free=PLENTY):
    return health_of(status, free=free, now=NOW, max_age=timedelta(hours=36))


def ran(**fields):
    return replace(WELL, last_run=replace(RUN, **fields))


def test_an_archive_that_is_well_is_one_line_of_facts():
    found = check(WELL)
    assert found.level is Level.OK
    assert found.line == (
        "OK: 1,204 documents ready, 3 under way, 2 given up; "
        "15,300 passages in generation 0000012; 40.0 GB free"
    )


@pytest.mark.parametrize(
    ("status", "free", "level", "said"),
    [
        (replace(WELL, last_run=None), PLENTY, 2, "it never ran"),
        (ran(started=NOW - timedelta(hours=40)), PLENTY, 2, "began 40 hours ago"),
        (ran(error="Traceback\n  x\nStoreError: full"), PLENTY, 2, "stopped: StoreError: full"),
        (ran(error="e" * 900), PLENTY, 2, "e…"),
        (
            ran(sources=tuple(SourceReport(source_id=s, error="503") for s in "abcde")),
            PLENTY,
            1,
            "sources failed: a, b, c and 2 more",
        ),
        (ran(below_expectation=("quiet",)), PLENTY, 1, "fewer than expected: quiet"),
        (ran(outcomes=(outcome(after=Stage.DEAD, error="404"),)), PLENTY, 1, "1 given up"),
        (ran(outcomes=(outcome(crashed=True, error="bug"),)), PLENTY, 1, "1 steps crashed"),
        (replace(WELL, generation=None, documents_indexed=0), PLENTY, 2, "there is no index"),
        (replace(WELL, documents_indexed=1200), PLENTY, 1, "4 documents behind"),
        (WELL, 4e9, 1, "nearly full"),
        (WELL, 5e8, 2, "the disk is full"),
    ],
)
def test_what_is_wrong_is_said_and_weighed(status, free, level, said):
    found = check(status, free)
    assert found.level == level
    assert said in found.line
    assert len(found.line) < 400


def test_the_worst_stands_first():
    found = check(replace(ran(error="stopped"), documents_indexed=1), 4e9)
    assert found.line.startswith("CRITICAL: the last run stopped")
    assert [each.level for each in found.findings] == [2, 1, 1]


def test_the_command_exits_with_the_level(tmp_path, monkeypatch):
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "not yet"))
    told = CliRunner().invoke(app, ["health"])
    assert told.exit_code == 2
    assert told.stdout.startswith("CRITICAL: it never ran | 0 documents ready")
    assert told.stdout.count("\n") == 1
    shown = json.loads(CliRunner().invoke(app, ["health", "--json"]).stdout)
    assert shown["level"] == "critical"
    assert shown["findings"][0] == {"level": "critical", "said": "it never ran"}
