"""The real command in its own process: signals, kill -9, its log, looking without doing."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.settings import Settings
from corpus.types import Stage
from tests.servers import Reply, Site, html
from tests.test_nightly import ARTICLE, listing

ROOT = Path(__file__).resolve().parents[1]


class Night:
    """The command over one listing of articles, and what it says."""

    def __init__(self, folder: Path, site: Site) -> None:
        registry = folder / "sources.toml"
        registry.write_text(
            f'[ledger]\nname = "Ledger"\nkind = "listing"\nurl = "{site.url}/"\n'
            'allow_private = true\ndelay = 0.0\nlinks = "a.story"\n',
            encoding="utf-8",
        )
        self.folder = folder
        self._environment = {
            **os.environ,
            "ONRECORD_DATA_DIR": str(folder / "data"),
            "ONRECORD_SOURCES_FILE": str(registry),
            "ONRECORD_CRAWL_DELAY": "0",
        }

    def start(self, *options: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "ui.cli", *options]
        return subprocess.Popen(
            command, env=self._environment, cwd=ROOT, text=True, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def catalogue(self) -> Catalogue:
        return Catalogue(Settings(data_dir=self.folder / "data").catalogue)

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        with self.start(*options) as process:
            out, error = process.communicate(timeout=120)
        return subprocess.CompletedProcess(options, process.returncode, out, error)


def wait_for(process: subprocess.Popen[str], event: str) -> list[dict[str, object]]:
    """Read the log up to an event of this kind."""
    events = []
    for line in process.stderr:
        events.append(json.loads(line))
        if events[-1]["event"] == event:
            return events
    raise AssertionError(events)


@contextlib.contextmanager
def articles(stall: float, *names: str) -> Iterator[Site]:
    pages = {}
    for name in names:
        page = html(ARTICLE.format(title=name))
        pages[f"/{name}"] = Reply(page.body, headers=page.headers, stall=stall)
    with Site({"/": listing(*names), **pages}) as site:
        yield site


@pytest.mark.slow
def test_a_signal_parks_publishes_what_is_finished_and_the_next_run_goes_on(tmp_path):
    names = [f"n{number}" for number in range(12)]
    with articles(0.0, "n0", *names) as site:
        night = Night(tmp_path, site)
        with night.start("nightly", "--log", "json", "--json") as process:
            events = wait_for(process, "step done")
            os.killpg(process.pid, signal.SIGTERM)  # the whole group, as `timeout` does
            out, log = process.communicate(timeout=120)
        events += [json.loads(line) for line in log.splitlines()]
        assert process.returncode == 143, log
        kinds = [each["event"] for each in events]
        assert kinds.count("asked to stop") == 1
        assert kinds[-1] == "run finished"
        report = json.loads(out)
        assert report["parked"].startswith("asked to stop: ")
        assert report["error"] is None
        assert report["finished"]
        again = json.loads(night.run("nightly", "--quiet", "--json").stdout)
        assert (again["parked"], again["warnings"], again["ok"]) == (None, [], True)
        with night.catalogue() as catalogue:
            documents = catalogue.documents()
        assert {(each.stage, each.attempts) for each in documents} == {(Stage.READY, 0)}
        assert len(documents) == 12


@pytest.mark.slow
def test_a_second_signal_ends_at_once_and_leaves_a_report(tmp_path):
    with articles(20.0, "one") as site:
        night = Night(tmp_path, site)
        with night.start("nightly", "--log", "json", "--json") as process:
            wait_for(process, "run started")
            process.send_signal(signal.SIGINT)
            wait_for(process, "asked to stop")
            process.send_signal(signal.SIGINT)
            _, log = process.communicate(timeout=30)
        assert process.returncode == 130, log
        with night.catalogue() as catalogue:
            assert catalogue.last_run().finished


@pytest.mark.slow
def test_a_run_killed_with_9_holds_no_lock_and_is_told_of_by_the_next(tmp_path):
    with articles(0.3, *(f"n{number}" for number in range(20))) as site:
        night = Night(tmp_path, site)
        with night.start("nightly", "--log", "json") as process:
            wait_for(process, "run started")
            held = night.run("nightly", "--log", "json")
            assert held.returncode == 0
            assert f"process {process.pid} has held it" in json.loads(held.stderr)["message"]
            os.killpg(process.pid, signal.SIGKILL)
        done = night.run("nightly", "--json", "--log", "json")
        report = json.loads(done.stdout)
        assert done.returncode == 0, done.stderr
        assert "did not finish" in report["warnings"][0]
        assert json.loads(done.stderr.splitlines()[0])["event"] == "warning"


def test_a_dry_run_asks_no_host_and_writes_nothing(tmp_path):
    with articles(0.0, "one") as site:
        night = Night(tmp_path, site)
        told = night.run("nightly", "--dry-run", "--only", "ledger", "--json")
        assert (told.returncode, json.loads(told.stdout)["sources"]) == (0, ["ledger"])
        assert site.asked == []
        assert not (tmp_path / "data").exists()


def test_a_source_that_does_not_exist_is_an_event_where_the_log_is_json(tmp_path):
    with articles(0.0, "one") as site:
        told = Night(tmp_path, site).run("nightly", "--only", "legder", "--log", "json")
    assert (told.returncode, told.stdout) == (1, "")
    assert "the registry has ledger" in json.loads(told.stderr)["message"]
