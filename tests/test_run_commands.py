from __future__ import annotations

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner

from corpus.settings import load_settings
from corpus.types import DiscoveredItem, DocumentKind, Stage
from tests.indexed import NOW
from ui.archive import open_archive
from ui.cli import app

CRASH = "Traceback (most recent call last):\n  File x\nZeroDivisionError: division by zero"


@pytest.fixture
def archive(tmp_path, monkeypatch):
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path))
    with open_archive(load_settings(data_dir=tmp_path)) as opened:
        yield opened


def failed(archive, number, error, *, source="set-talk", dead=False, title="Evening"):
    item = DiscoveredItem(
        source_id=source,
        kind=DocumentKind.ARTICLE,
        url=f"http://127.0.0.1/{number}",
        guid=str(number),
        title=f"{title} {number}",
        show="Set Talk",
        published=NOW,
    )
    document, _ = archive.catalogue.record_discovered(item, now=NOW)
    again = None if dead else NOW + timedelta(days=1)
    return archive.catalogue.fail(document.id, error=error, retry_at=again, now=NOW)


def run(*words):
    return CliRunner().invoke(app, list(words))


def test_failures_say_what_why_how_often_and_when_again(archive):
    failed(archive, 1, "failed for now: the server answers 503")
    failed(archive, 2, CRASH, dead=True)
    printed = run("failures").stdout
    assert (
        "Set Talk: Evening 1\n  discovered, tried 1 time, again after 16 Jan 09:30 UTC" in printed
    )
    assert "  failed for now: the server answers 503" in printed
    assert "given up, tried 1 time\n  ZeroDivisionError: division by zero" in printed
    assert "onrecord retry" in printed


def test_failures_as_json_are_whole_and_of_one_source(archive):
    failed(archive, 1, CRASH, dead=True)
    failed(archive, 2, "403", source="other")
    (found,) = json.loads(run("failures", "--json", "--source", "set-talk").stdout)
    assert found["stage"] == "dead"
    assert found["error"] == CRASH
    assert found["reason"] == "ZeroDivisionError: division by zero"
    assert found["next_attempt"] is None


def test_where_nothing_failed_that_is_said(archive):
    assert run("failures").stdout == "Nothing has failed.\n"
    assert json.loads(run("failures", "--json").stdout) == []
    assert run("retry", "--all").stdout == "Nothing has failed so.\n"


def test_a_hostile_title_cannot_draw_on_the_terminal(archive):
    failed(archive, 1, "bad \x1b[31m", title="\x1b]0;owned\x07 Evening")
    assert "\x1b" not in run("failures").stdout


def test_documents_are_retried_by_id_by_reason_or_all(archive):
    busy = failed(archive, 1, "the server answers 403 Forbidden", dead=True)
    gone = failed(archive, 2, "the server answers 404", dead=True)
    cut = failed(archive, 3, "cut short")

    def stages():
        return [archive.catalogue.document(each.id).stage for each in (busy, gone, cut)]

    assert run("retry", "--reason", "forbidden").exit_code == 0
    assert stages() == [Stage.DISCOVERED, Stage.DEAD, Stage.DISCOVERED]
    assert archive.catalogue.document(cut.id).attempts == 1
    assert gone.id in run("retry", gone.id[:8]).stdout
    failed(archive, 1, "again", dead=True)
    run("retry", "--all")
    assert stages() == [Stage.DISCOVERED] * 3
    assert archive.failures() == []


@pytest.mark.parametrize("words", [(), ("--all", "--reason", "x"), ("abcd", "--all")])
def test_what_to_retry_is_said_in_one_way(archive, words):
    refused = run("retry", *words)
    assert refused.exit_code == 2
    assert "name documents, or --all, or --reason" in refused.output
