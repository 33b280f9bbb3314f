"""What a run comes to: steps by stage, sources that found too little, room on the disk."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from corpus.types import Outcome, Source, SourceReport, Stage, StageReport
from ingest.lanes import WORKING_STAGES

_BLOCK = 512  # bytes; what `st_blocks` counts, whatever the disk's own are


def stage_reports(
    outcomes: Sequence[Outcome], waiting: Mapping[Stage, int]
) -> tuple[StageReport, ...]:
    """Return what was done for the documents of each stage.

    Args:
        outcomes: of the run.
        waiting: how many documents stand at each stage at its end.
    """
    return tuple(
        StageReport(
            stage=stage,
            done=sum(each.error is None for each in steps),
            failed=sum(each.error is not None for each in steps),
            waiting=waiting.get(stage, 0),
            seconds=sum(each.seconds for each in steps),
        )
        for stage in WORKING_STAGES
        for steps in [[each for each in outcomes if each.before is stage]]
    )


def below_expectation(
    sources: Sequence[Source], reports: Sequence[SourceReport]
) -> tuple[str, ...]:
    """Return the ids of the sources that offered fewer documents than they should."""
    seen = {report.source_id: report for report in reports}
    return tuple(
        source.id
        for source in sources
        if (report := seen.get(source.id)) is not None and report.is_below(source.expect_at_least)
    )


def disk_used(folder: Path) -> int:
    """Return the bytes that all files below `folder` take; each is looked at once.

    Holes in a file take none: the index is full of them. Files come and go meanwhile: one that
    has gone is not counted, a linked one is counted once.
    """
    linked: set[tuple[int, int]] = set()
    size = 0
    for found in _files_below(folder):
        if found.st_nlink > 1:
            if (found.st_dev, found.st_ino) in linked:
                continue
            linked.add((found.st_dev, found.st_ino))
        size += found.st_blocks * _BLOCK
    return size


def disk_free(folder: Path) -> int:
    """Return the bytes left where `folder` lies; 0 when that cannot be told."""
    with contextlib.suppress(OSError):
        return shutil.disk_usage(folder).free
    return 0


def _files_below(folder: Path) -> Iterator[os.stat_result]:
    folders = [str(folder)]
    while folders:
        with contextlib.suppress(OSError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        yield entry.stat(follow_symlinks=False)
