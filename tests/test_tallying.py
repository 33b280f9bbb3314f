"""What a run comes to: steps by stage, silent sources, room on the disk."""

from __future__ import annotations

import os

from corpus.types import Outcome, Source, SourceKind, SourceReport, Stage
from ingest.tallying import below_expectation, disk_free, disk_used, stage_reports


def step(before: Stage, error: str | None = None, seconds: float = 1.0) -> Outcome:
    return Outcome(
        document_id="d", title="t", before=before, after=before, error=error, seconds=seconds
    )


def test_steps_are_counted_at_the_stage_they_began_at():
    outcomes = [step(Stage.DISCOVERED), step(Stage.DISCOVERED, "cut off", 2.0), step(Stage.FETCHED)]
    discovered, fetched, transcribed = stage_reports(outcomes, {Stage.FETCHED: 7, Stage.DEAD: 1})
    assert (discovered.done, discovered.failed, discovered.waiting) == (1, 1, 0)
    assert (discovered.seconds, fetched.done, fetched.waiting) == (3.0, 1, 7)
    assert (transcribed.stage, transcribed.done) == (Stage.TRANSCRIBED, 0)


def test_only_a_source_that_was_looked_at_and_had_news_can_be_below_expectation():
    sources = [
        Source(id=name, name=name, kind=SourceKind.FEED, url="http://x.example", expect_at_least=3)
        for name in ("few", "enough", "unchanged", "not-looked-at")
    ]
    reports = [
        SourceReport(source_id="few", seen=2),
        SourceReport(source_id="enough", seen=3),
        SourceReport(source_id="unchanged", seen=0, unchanged=True),
    ]
    assert below_expectation(sources, reports) == ("few",)


def test_linked_files_are_counted_once_and_links_are_not_followed(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"x" * 100_000)
    os.link(tmp_path / "a" / "file", tmp_path / "again")
    (tmp_path / "loop").symlink_to(tmp_path)
    with (tmp_path / "holes").open("wb") as holes:
        holes.truncate(50_000_000)
    assert 100_000 <= disk_used(tmp_path) < 200_000
    assert disk_used(tmp_path / "nowhere") == 0


def test_room_is_told_where_there_is_a_disk(tmp_path):
    assert disk_free(tmp_path) > 0
    assert disk_free(tmp_path / "nowhere") == 0
