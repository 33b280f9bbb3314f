"""Figures of the archive in Prometheus's text format, for a collector that reads files.

Point node_exporter's textfile collector (`--collector.textfile.directory`) at the folder of the
setting `metrics_file`, or have a scheduler run `onrecord metrics`. All figures are gauges: each is
what holds now, or what the last run did.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import StoreError
from corpus.types import Run, SourceReport, Stage
from ui.operating.overview import health_now
from ui.operating.reports import audio_heard, below_in_a_row, speed_of, summary_of
from ui.state import status_of

if TYPE_CHECKING:
    from ui.answers import Status
    from ui.archive import Archive

_PREFIX = "onrecord_"
_READABLE = 0o644
_REMEMBERED = 14  # runs in which the last one that ended well is looked for
_ESCAPED = str.maketrans({"\\": r"\\", "\n": r"\n", '"': r"\""})
_ESCAPED_HELP = str.maketrans({"\\": r"\\", "\n": r"\n"})


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: what it says, and its values by their labels."""

    name: str
    said: str
    values: tuple[tuple[Mapping[str, str], float], ...]


def metrics_text(archive: Archive, run: Run | None = None) -> str:
    """Return the figures of the archive and of its last run.

    Args:
        archive: which.
        run: the last one, if it may not be in the record yet.
    """
    status, catalogue = status_of(archive), archive.catalogue
    runs = catalogue.runs(_REMEMBERED)
    if run is not None:
        runs = [run, *(each for each in runs if each.id != run.id)]
    figures = [
        *_of_the_archive(status, catalogue.audio_seconds()),
        _one("health", "0: well, 1: somebody should look, 2: nothing grows any more.",
             health_now(archive, now=datetime.now(UTC)).level),
        *_of_the_sources(catalogue.looks(), below_in_a_row(runs)),
        *_of_the_runs(runs),
    ]  # fmt: skip
    return "".join(f"{line}\n" for figure in figures for line in _lines(figure))


def write_metrics(archive: Archive, run: Run | None = None) -> None:
    """Write the figures into the file that the settings name, if they name one.

    A collector that reads meanwhile sees the old figures or the new ones, never half of them.

    Args:
        archive: which.
        run: that just ended.

    Raises:
        StoreError: the file cannot be written.
    """
    path = archive.settings.metrics_file
    if path is None:
        return
    # Hidden, and not called *.prom: no collector takes it for figures.
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(half, metrics_text(archive, run))
        half.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink()
        raise StoreError(
            str(path), cause=error.strerror or str(error), remedy="correct the setting metrics_file"
        ) from error


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as writing:
        # A collector is another user; counts and names of sources are no secret.
        os.fchmod(writing.fileno(), _READABLE)
        writing.write(text)
        writing.flush()
        os.fsync(writing.fileno())


# ── the figures ──────────────────────────────────────────────────────────────────────────────


def _of_the_archive(status: Status, audio_seconds: float) -> Iterator[Figure]:
    counted = [({"stage": each.value}, status.counts.get(each, 0)) for each in Stage]
    yield Figure("documents", "Documents by stage.", tuple(counted))
    yield _one("documents_failing", "Documents that failed the last time or were given up.",
               len(status.failures))  # fmt: skip
    yield _one("audio_seconds", "Length of all recordings.", audio_seconds)
    yield _one("stored_files", "Files that documents and pages name.", status.files)
    yield _one("stored_bytes", "Size of these files.", status.file_bytes)
    yield _one("disk_free_bytes", "Room left where the archive lies.", status.disk_free)
    yield _one("index_passages", "Passages in the generation in force.", status.passages)
    yield _one("index_documents", "Documents in the generation in force.",
               status.documents_indexed)  # fmt: skip
    yield _one("index_documents_behind", "Documents that the index does not hold yet.",
               max(0, status.documents_ready - status.documents_indexed))  # fmt: skip
    if status.generation and status.generation.isdigit():
        yield _one("index_generation", "Number of the generation in force.", int(status.generation))
    if status.published:
        yield _one("index_published_timestamp_seconds", "When it was published.",
                   status.published.timestamp())  # fmt: skip


def _of_the_sources(
    looks: Mapping[str, tuple[datetime, SourceReport]], below: Mapping[str, int]
) -> Iterator[Figure]:
    def each(of: Iterable[tuple[str, float]]) -> tuple[tuple[Mapping[str, str], float], ...]:
        return tuple(({"source": source_id}, value) for source_id, value in of)

    known = sorted(looks.items())
    reports = [(source_id, report) for source_id, (_, report) in known]
    yield Figure("source_looked_timestamp_seconds", "When the source was last looked at.",
                 each((source_id, when.timestamp()) for source_id, (when, _) in known))  # fmt: skip
    yield Figure("source_found", "Documents that the last look found.",
                 each((name, report.seen) for name, report in reports))  # fmt: skip
    yield Figure("source_new", "New documents among them.",
                 each((name, report.new) for name, report in reports))  # fmt: skip
    yield Figure("source_changed", "Documents of which the last look learnt something new.",
                 each((name, report.changed) for name, report in reports))  # fmt: skip
    yield Figure("source_unchanged", "Whether the source said that nothing changed.",
                 each((name, report.unchanged) for name, report in reports))  # fmt: skip
    yield Figure("source_failed", "Whether the last look failed.",
                 each((name, bool(report.error)) for name, report in reports))  # fmt: skip
    yield Figure("source_looks_below_expectation",
                 "Looks in a row that found fewer documents than expected.",
                 each((name, below.get(name, 0)) for name, _ in reports))  # fmt: skip


def _of_the_runs(runs: list[Run]) -> Iterator[Figure]:
    ended = [run for run in runs if run.finished]
    well = next((run for run in ended if not run.error), None)
    if runs:
        yield _one("run_started_timestamp_seconds", "When the last run began.",
                   runs[0].started.timestamp())  # fmt: skip
    if well and well.finished:
        yield _one("run_succeeded_timestamp_seconds",
                   "When the last run ended that did not stop with an error.",
                   well.finished.timestamp())  # fmt: skip
    if ended:
        yield from _of_a_run(ended[0])


def _of_a_run(run: Run) -> Iterator[Figure]:
    row = summary_of(run)
    if run.finished:
        yield _one("run_finished_timestamp_seconds", "When the last run that ended did so.",
                   run.finished.timestamp())  # fmt: skip
    yield _one("run_success", "Whether it ended without an error.", not run.error)
    yield _one("run_parked", "Whether it ended before the work did.", bool(run.parked))
    yield _one("run_seconds", "How long it took.", row.seconds or 0.0)
    yield _one("run_documents_ready", "Documents that it made ready.", row.ready)
    yield _one("run_audio_seconds", "Length of the recordings that it heard.", audio_heard(run))
    speed = speed_of(run)
    if speed is not None:
        yield _one("run_speed_ratio", "Seconds of audio heard in a second of hearing.", speed)
    if run.disk_used:
        yield _one("disk_used_bytes", "Size of the archive's folder after it.", run.disk_used)
    steps = tuple(
        ({"stage": each.stage.value, "result": result}, count)
        for each in run.stages
        for result, count in (("done", each.done), ("failed", each.failed))
    )
    yield Figure("run_steps", "Steps by the stage they began at.", steps)
    yield Figure("run_stage_seconds", "Seconds of work by the stage it began at.",
                 tuple(({"stage": each.stage.value}, each.seconds) for each in run.stages),
    )  # fmt: skip
    unsent = sum(bool(each.error) for each in run.deliveries)
    sent = ({"result": "sent"}, len(run.deliveries) - unsent), ({"result": "failed"}, unsent)
    yield Figure("run_deliveries", "Deliveries of saved searches.", sent)


def _one(name: str, said: str, value: float) -> Figure:
    return Figure(name, said, (({}, value),))


# ── the format ───────────────────────────────────────────────────────────────────────────────


def _lines(figure: Figure) -> Iterator[str]:
    if not figure.values:
        return
    name = _PREFIX + figure.name
    yield f"# HELP {name} {figure.said.translate(_ESCAPED_HELP)}"
    yield f"# TYPE {name} gauge"
    for labels, value in figure.values:
        given = ",".join(f'{key}="{_label(each)}"' for key, each in labels.items())
        yield f"{name}{f'{{{given}}}' if given else ''} {_number(value)}"


def _label(value: str) -> str:
    # A carriage return would end the line for some readers; half a character is no UTF-8.
    written = value.replace("\r", " ").encode("utf-8", "replace").decode("utf-8")
    return written.translate(_ESCAPED)


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
