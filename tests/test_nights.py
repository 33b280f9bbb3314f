"""A whole run: what is finished is published and told of, and what fails then is in the report."""

from __future__ import annotations

import io

import pytest

from corpus.errors import IndexOutOfDateError, StoreError
from corpus.settings import Settings
from corpus.types import Delivery, Event, Happening
from ui.archive import Archive
from ui.operating import metrics
from ui.operating.nights import Wishes, run_night
from ui.watches import watching


class Manifest:
    generation = "0000007"
    passages = 12


class Store:
    def manifest(self):
        return Manifest()

    def close(self):
        pass


@pytest.fixture
def archive(tmp_path, monkeypatch):
    """An archive without sources, models or an index of its own."""
    registry = tmp_path / "sources.toml"
    registry.write_text("", encoding="utf-8")
    with Archive(Settings(data_dir=tmp_path / "data", sources_file=registry)) as opened:
        opened.__dict__["store"] = Store()
        monkeypatch.setattr(Archive, "sync", lambda *_, **__: None)
        yield opened


def wishes(told: list[Event], **fields: object) -> Wishes:
    return Wishes(progress=lambda *_: None, tell=told.append, **fields)


def test_what_is_published_is_delivered_and_the_report_is_stored(archive, monkeypatch):
    sent = Delivery(watch_id="w", question="live rounds", address="chat://***", quotes=2)
    printed = io.StringIO()

    def deliver(opened, run, *, output, stop):
        assert (opened, run.generation, output) == (archive, "0000007", printed)
        return (sent,)

    monkeypatch.setattr(watching, "deliver_all", deliver)
    told: list[Event] = []
    run = run_night(archive, wishes(told, output=printed))
    assert (run.generation, run.passages, run.deliveries) == ("0000007", 12, (sent,))
    assert archive.catalogue.run(run.id) == run
    assert [each.happening for each in told] == [
        Happening.STARTED, Happening.PUBLISHED, Happening.DELIVERED, Happening.FINISHED,
    ]  # fmt: skip


def test_who_asks_to_stop_gets_what_is_finished_published_but_nothing_delivered(
    archive, monkeypatch
):
    monkeypatch.setattr(watching, "deliver_all", lambda *_, **__: pytest.fail("delivered"))
    told: list[Event] = []
    run = run_night(archive, wishes(told, stop=lambda: True))
    assert run.parked.startswith("asked to stop")
    assert (run.generation, run.error) == ("0000007", None)
    assert Happening.PARKED in [each.happening for each in told]


def test_an_index_that_cannot_be_published_is_in_the_report(archive, monkeypatch):
    def broken(*_, **__):
        raise IndexOutOfDateError("index", cause="no space left on device")

    monkeypatch.setattr(Archive, "sync", broken)
    told: list[Event] = []
    run = run_night(archive, wishes(told))
    assert "no space left" in run.error
    assert archive.catalogue.last_run() == run
    assert Happening.STOPPED in [each.happening for each in told]


def test_a_second_signal_while_publishing_leaves_a_finished_report(archive, monkeypatch):
    def ended(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Archive, "sync", ended)
    with pytest.raises(KeyboardInterrupt):
        run_night(archive, wishes([]))
    run = archive.catalogue.last_run()
    assert run.finished
    assert "while publishing: KeyboardInterrupt" in run.error


def test_a_report_that_cannot_be_stored_is_still_returned_and_says_so(archive, monkeypatch):
    def full(_run):
        raise StoreError("catalogue", cause="disk is full")

    monkeypatch.setattr(archive.catalogue, "save_run", full)
    run = run_night(archive, wishes([]))
    assert "disk is full" in run.error
    assert run.finished


def test_figures_that_cannot_be_written_are_a_warning(archive, monkeypatch):
    def broken(*_):
        raise StoreError("metrics_file", cause="no such folder")

    monkeypatch.setattr(metrics, "write_metrics", broken)
    run = run_night(archive, wishes([]))
    assert run.error is None
    assert "no such folder" in run.warnings[-1]
    assert archive.catalogue.last_run() == run
