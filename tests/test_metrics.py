"""The figures for monitors, read by a parser that others wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from corpus.errors import StoreError
from corpus.settings import Settings
from corpus.types import (
    Delivery,
    DiscoveredItem,
    DocumentKind,
    Outcome,
    Run,
    SourceReport,
    Stage,
    StageReport,
)
from ui.archive import Archive, open_archive
from ui.cli import app
from ui.operating.metrics import metrics_text, write_metrics

NOW = datetime(2026, 1, 15, 3, 15, tzinfo=UTC)
RUN = Run(
    id="20260115T031500-ab",
    started=NOW,
    finished=NOW + timedelta(hours=2),
    outcomes=(
        Outcome(
            document_id="d",
            title="t",
            before=Stage.FETCHED,
            after=Stage.TRANSCRIBED,
            seconds=300.0,
            audio_seconds=1800.0,
        ),
        Outcome(document_id="d", title="t", before=Stage.TRANSCRIBED, after=Stage.READY),
    ),
    stages=(StageReport(stage=Stage.FETCHED, done=3, failed=1, waiting=2, seconds=310.5),),
    deliveries=(Delivery(watch_id="w", question="q", address="a", error="refused"),),
    disk_used=7_000_000_000,
    parked="out of time",
)
HOSTILE = 'a"} 1\nonrecord_health 0 # \\ \ud800 \r☃'


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Archive]:
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "data"))
    settings = Settings(data_dir=tmp_path / "data", metrics_file=tmp_path / "onrecord.prom")
    with open_archive(settings) as opened:
        yield opened


def figures(text: str) -> dict[tuple[str, ...], float]:
    """Return every value by its name and labels."""
    found = {}
    for family in text_string_to_metric_families(text):
        assert family.type == "gauge"
        assert family.documentation
        for sample in family.samples:
            key = (sample.name.removeprefix("onrecord_"), *sample.labels.values())
            assert key not in found
            found[key] = sample.value
    return found


def test_an_empty_archive_has_figures_too(archive: Archive) -> None:
    found = figures(metrics_text(archive))
    assert found["documents", "ready"] == 0
    assert found["health",] == 2
    assert not any(key[0].startswith("run_") for key in found)


def test_the_figures_are_those_of_the_archive_and_of_the_last_run(archive: Archive) -> None:
    item = DiscoveredItem(
        source_id="show",
        kind=DocumentKind.ARTICLE,
        url="https://show.example/1",
        title="One",
        show="Show",
    )
    document, _ = archive.catalogue.record_discovered(item, now=NOW)
    archive.catalogue.fail(document.id, error="404", retry_at=None, now=NOW)
    archive.catalogue.save_run(replace(RUN, id="before", started=NOW - timedelta(days=1)))
    archive.catalogue.save_run(RUN)
    report = SourceReport(source_id="show", seen=40, new=3, changed=2)
    archive.catalogue.save_look(report, now=NOW)
    archive.catalogue.save_look(SourceReport(source_id="gone", error="503"), now=NOW)
    found = figures(metrics_text(archive))
    expected = {
        ("documents", "dead"): 1,
        ("documents", "ready"): 0,
        ("documents_failing",): 1,
        ("source_found", "show"): 40,
        ("source_new", "show"): 3,
        ("source_changed", "show"): 2,
        ("source_failed", "show"): 0,
        ("source_failed", "gone"): 1,
        ("source_looked_timestamp_seconds", "show"): NOW.timestamp(),
        ("run_started_timestamp_seconds",): NOW.timestamp(),
        ("run_finished_timestamp_seconds",): NOW.timestamp() + 7200,
        ("run_succeeded_timestamp_seconds",): NOW.timestamp() + 7200,
        ("run_success",): 1,
        ("run_parked",): 1,
        ("run_seconds",): 7200,
        ("run_documents_ready",): 1,
        ("run_audio_seconds",): 1800,
        ("run_speed_ratio",): 6,
        ("run_steps", "fetched", "done"): 3,
        ("run_steps", "fetched", "failed"): 1,
        ("run_stage_seconds", "fetched"): 310.5,
        ("run_deliveries", "failed"): 1,
        ("run_deliveries", "sent"): 0,
        ("disk_used_bytes",): 7e9,
        ("index_passages",): 0,
    }
    assert {key: found.get(key) for key in expected} == expected
    assert found["disk_free_bytes",] > 0
    # A run that goes on, or died, hides nothing of the one that ended before it.
    begun = replace(RUN, id="now", started=NOW + timedelta(days=1), finished=None, outcomes=())
    later = figures(metrics_text(archive, begun))
    assert later["run_started_timestamp_seconds",] == NOW.timestamp() + 86400
    assert later["run_finished_timestamp_seconds",] == NOW.timestamp() + 7200


def test_a_hostile_name_stays_one_label(archive: Archive) -> None:
    archive.catalogue.save_look(SourceReport(source_id=HOSTILE, seen=4), now=NOW)
    found = figures(metrics_text(archive))
    named = [key for key in found if key[0] == "source_found"]
    assert [found[key] for key in named] == [4]
    assert named[0][1].startswith('a"} 1\nonrecord_health 0 # \\ ')
    assert named[0][1].endswith("☃")
    assert found["health",] == 2


def test_the_file_is_there_whole_or_as_it_was(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = archive.settings.metrics_file
    write_metrics(archive, RUN)
    before = file.read_text("utf-8")
    assert figures(before)["run_success",] == 1
    assert list(tmp_path.glob("*.prom")) == [file]
    assert file.stat().st_mode & 0o777 == 0o644  # a collector is another user
    assert list(tmp_path.glob(".onrecord*")) == []

    def full(path: Path, _text: str) -> None:
        path.write_text("# HELP half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ui.operating.metrics._write", full)
    with pytest.raises(StoreError, match="No space left on device"):
        write_metrics(archive, replace(RUN, error="full"))
    assert file.read_text("utf-8") == before
    assert list(tmp_path.glob(".onrecord*")) == []


def test_without_the_setting_nothing_is_written(tmp_path: Path) -> None:
    with open_archive(Settings(data_dir=tmp_path / "data")) as archive:
        write_metrics(archive, RUN)
    assert list(tmp_path.iterdir()) == []


def test_the_command_prints_them(archive: Archive) -> None:
    archive.catalogue.save_run(RUN)
    told = CliRunner().invoke(app, ["metrics"])
    assert told.exit_code == 0
    assert figures(told.stdout)["run_parked",] == 1
