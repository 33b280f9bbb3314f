from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from corpus.settings import Settings
from corpus.types import Delivery, Outcome, Run, SourceReport, Stage
from ingest.nightly import nightly_lock
from tests.indexed import NOW
from ui.answers import Status
from ui.archive import Archive, open_archive
from ui.cli import app
from ui.operating.health import Level, Past, health_of
from ui.operating.overview import health_now

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
        (ran(started=NOW + timedelta(days=9)), PLENTY, 1, "in the future, 2026-01-24 09:30 UTC"),
        (ran(started=NOW + timedelta(minutes=9)), PLENTY, 0, "OK: "),
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


# ── what the runs before tell ────────────────────────────────────────────────────────────────


def night(number, **fields):
    """The run of so many nights ago."""
    began = RUN.started - timedelta(days=number)
    return Run(id=f"r{number}", started=began, finished=began + timedelta(hours=1), **fields)


def check_past(*runs, **fields):
    status = replace(WELL, last_run=runs[0])
    past = Past(runs=runs, **fields)
    return health_of(status, free=PLENTY, now=NOW, max_age=timedelta(hours=36), past=past)


def looked(source_id, **fields):
    return SourceReport(source_id=source_id, **fields)


@pytest.mark.parametrize(
    ("fields", "level", "said"),
    [
        ({"parked": "out of time after 8 hours"}, 1, "was parked: out of time after 8 hours"),
        ({"parked": "asked to stop", "error": "full"}, 2, "stopped: full"),
        (
            {
                "deliveries": (
                    Delivery(watch_id="w", question="q", address="mailto://***", error="refused"),
                    Delivery(watch_id="v", question="q", address="mailto://***", error="refused"),
                    Delivery(watch_id="u", question="q", address="feed.xml"),
                )
            },
            1,
            "not delivered: mailto://***",
        ),
        ({"error": "GET https://x.example/f?token=abc: 403"}, 2, "token=***"),
    ],
)
def test_a_run_that_was_parked_or_could_not_deliver_is_told(fields, level, said):
    found = check_past(night(0, **fields))
    assert found.level == level
    assert said in found.line
    assert found.line.count("mailto") <= 1
    assert "abc" not in found.line


def test_a_run_that_is_going_on_is_not_taken_for_a_dead_one():
    begun = Run(id="now", started=NOW - timedelta(hours=1))
    behind = replace(WELL, last_run=begun, documents_indexed=1)
    past = Past(runs=[begun, night(1, parked="asked to stop")], at_work=True)
    age = timedelta(hours=36)
    assert health_of(behind, free=PLENTY, now=NOW, max_age=age, past=past).level is Level.OK
    died = replace(past, at_work=False, died=begun.started)
    found = health_of(behind, free=PLENTY, now=NOW, max_age=age, past=died)
    assert found.level is Level.CRITICAL
    assert "the run of 2026-01-15 08:30 UTC died in the middle" in found.line
    assert "was parked: asked to stop" in found.line
    assert "behind" in found.line


def test_a_source_that_stays_silent_is_told_with_for_how_long():
    below = {"sources": (looked("quiet", seen=1),), "below_expectation": ("quiet",)}
    unchanged = {"sources": (looked("quiet", unchanged=True),)}
    well = {"sources": (looked("quiet", seen=40),)}
    nights = [night(0, **below), night(1), night(2, **unchanged), night(3, **below)]
    assert "fewer than expected: quiet (2 looks in a row)" in check_past(*nights).line
    later = [night(0, **well), night(1, **below), night(2, **below)]
    assert check_past(*later).level is Level.OK
    # Looked at once a week: the nights between do not make it well.
    weekly = [night(0), night(1), night(2, **below), night(3), night(4, **well)]
    assert "fewer than expected: quiet |" in check_past(*weekly).line
    assert check_past(*weekly, silent=[]).level is Level.OK  # it is switched off by now
    assert "fewer than expected: rare |" in check_past(night(0), silent=["rare"]).line


def test_the_source_that_failed_for_longest_is_named_first():
    failed = [looked(name, error="503") for name in "abcde"]
    nights = [night(0, sources=tuple(failed)), night(1, sources=(failed[4],))]
    said = "sources failed: e (2 looks in a row), a, b and 2 more"
    assert said in check_past(*nights).line


def test_a_registry_that_cannot_be_read_stops_everything():
    found = check_past(night(0), unreadable="sources.toml: [x]: url: is missing")
    assert found.level is Level.CRITICAL
    assert "the registry of sources cannot be read: sources.toml" in found.line


# ── asked of an archive ──────────────────────────────────────────────────────────────────────


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path))
    with open_archive(Settings(data_dir=tmp_path)) as opened:
        yield opened


def test_a_run_that_died_is_known_by_its_record_or_by_the_lock_it_left(archive):
    lock = archive.settings.lock_file

    def said():
        return health_now(archive, now=NOW).line

    archive.catalogue.save_run(night(1))
    assert said().startswith("OK: ")
    with nightly_lock(archive.settings):  # a run at work has not stored its record yet
        assert said().startswith("OK: ")
    left = NOW - timedelta(hours=2)
    lock.write_text(json.dumps({"pid": 1, "since": left.isoformat()}))
    assert "the run of 2026-01-15 07:30 UTC died" in said()
    archive.catalogue.save_run(replace(RUN, id="begun", finished=None))
    assert "the run of 2026-01-15 01:30 UTC died" in said()
    archive.catalogue.save_run(replace(RUN, id="later", started=left, finished=NOW))
    assert said().startswith("OK: ")
    lock.write_bytes(b"\xff not JSON")
    assert said().startswith("OK: ")


def test_nothing_is_walked_or_read_through(archive, monkeypatch):
    archive.catalogue.save_run(night(0))

    def walked(*_):
        raise AssertionError("the file store was walked")

    monkeypatch.setattr("corpus.files.FileStore.total", walked)
    monkeypatch.setattr(Archive, "documents", walked)
    assert health_now(archive, now=NOW).level is Level.OK
    assert CliRunner().invoke(app, ["status"]).exit_code == 0


def test_the_last_look_at_a_source_counts_however_long_ago(archive, tmp_path):
    registry = tmp_path / "sources.toml"
    fields = 'name="S"\nkind="feed"\nurl="https://s.example/feed"\n'
    registry.write_text(
        f"[rare]\n{fields}\n[small]\n{fields}expect_at_least=5\n[off]\n{fields}enabled=false\n"
    )
    settings = Settings(data_dir=tmp_path, sources_file=registry)
    with open_archive(settings) as watched:
        watched.catalogue.save_run(night(0))
        for name in ("rare", "off", "removed"):
            watched.catalogue.save_look(looked(name, error="503"), now=NOW - timedelta(days=6))
        watched.catalogue.save_look(looked("small", seen=4), now=NOW - timedelta(days=6))
        found = health_now(watched, now=NOW)
    assert [each.said for each in found.findings] == [
        "sources failed: rare",
        "fewer than expected: small",
    ]
    registry.write_text("[rare]\nname = 1")
    with open_archive(settings) as broken:
        assert "the registry of sources cannot be read" in health_now(broken, now=NOW).line


def test_what_cannot_be_used_is_told_as_the_worst(archive, tmp_path, monkeypatch):
    archive.catalogue.save_run(night(0))
    pointer = archive.settings.index_dir / "current"
    pointer.parent.mkdir(parents=True)
    pointer.write_text("0000001 abc")
    found = health_now(archive, now=NOW)
    assert found.level is Level.CRITICAL
    assert "the index is out of date" in found.line
    assert CliRunner().invoke(app, ["status"]).stdout.count("\nwarning: ") == 1
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "catalogue.sqlite").write_bytes(b"no database at all" * 100)
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "broken"))
    told = CliRunner().invoke(app, ["health"])
    assert (told.exit_code, told.stdout.count("\n")) == (2, 1)
    assert told.stdout.startswith("CRITICAL: ")
    assert told.stdout.endswith(" | nothing more is known\n")


def test_the_command_exits_with_the_level(tmp_path, monkeypatch):
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "not yet"))
    told = CliRunner().invoke(app, ["health"])
    assert told.exit_code == 2
    assert told.stdout.startswith("CRITICAL: it never ran | 0 documents ready")
    assert told.stdout.count("\n") == 1
    shown = json.loads(CliRunner().invoke(app, ["health", "--json"]).stdout)
    assert shown["level"] == "critical"
    assert shown["findings"][0] == {"level": "critical", "said": "it never ran"}
