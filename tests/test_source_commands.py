"""`onrecord sources`: the list, the check, and the trial look that keeps nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.servers import Reply, Site, html
from ui.cli import app

ENTRY = '[{id}]\nname = "Talk"\nkind = "{kind}"\nurl = "{url}"\nallow_private = true\n{more}\n'
FEED = (
    b"<rss><channel><title>Talk</title><item><title>One</title><guid>1</guid><link>/one</link>"
    b"<pubDate>Mon, 03 Jun 2024 09:45:00 GMT</pubDate><enclosure url='/one.mp3' type='audio/mpeg'/>"
    b"<podcast:transcript url='/one.vtt' type='text/vtt'/>"
    b"<podcast:person role='guest'>Ada Bell</podcast:person></item></channel></rss>"
)


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "sources.toml"
    monkeypatch.setenv("ONRECORD_SOURCES_FILE", str(path))
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ONRECORD_CRAWL_DELAY", "0")
    return path


def _run(*words: str) -> Result:
    return CliRunner().invoke(app, ["sources", *words])


def test_a_check_reads_entries_and_asks_nobody(registry: Path):
    registry.write_text(
        ENTRY.format(id="talk", kind="feed", url="http://127.0.0.1:9/feed", more="")
        + ENTRY.format(
            id="odd",
            kind="feed",
            url="http://a:pw@127.0.0.1:9/x?token=abc",
            more="limit = 1\nexpect_at_least = 3\nenabled = false",
        )
    )
    assert "talk" in _run().stdout
    done = _run("check")
    assert done.exit_code == 0
    assert "never looked at" in done.stdout
    done = _run("check", "odd", "--json")
    (told,) = json.loads(done.stdout)
    assert done.exit_code == 1
    assert len(told["attention"]) == 2
    assert "abc" not in done.stdout
    assert "pw" not in done.stdout.replace("password", "")
    assert _run("check", "none").exception is not None


@pytest.mark.slow
def test_a_trial_look_tells_what_a_run_would_find_and_keeps_nothing(registry: Path):
    routes = {
        "/robots.txt": Reply(b"User-agent: *\nDisallow: /closed\n"),
        "/feed": Reply(status=301, headers={"Location": "/real"}),
        "/real": Reply(FEED, headers={"Content-Type": "application/rss+xml"}),
        "/one": html("<h1>One</h1><p>A property master tells of two keys and one safe.</p>"),
        "/closed": html("<h1>Closed</h1>"),
    }
    with Site(routes) as site:
        registry.write_text(
            ENTRY.format(id="talk", kind="feed", url=site.url + "/feed", more="enabled = false")
            + ENTRY.format(id="closed", kind="page", url=site.url + "/closed", more="")
        )
        done = _run("check", "--live", "--json", "talk", "closed")
        printed = _run("check", "--live", "talk").stdout
    talk, closed = json.loads(done.stdout)
    assert done.exit_code == 1
    assert talk["live"]["redirected"].endswith("/real")
    (document,) = talk["live"]["documents"]
    assert (document["title"], document["published"][:10]) == ("One", "2024-06-03")
    assert document["audio"].endswith("/one.mp3")
    assert [each["name"] for each in document["credits"]] == ["Ada Bell"]
    assert document["opening"].startswith("A property master")
    assert any("robots.txt does not allow it" in each for each in closed["attention"])
    assert "episode 2024-06-03 One" in printed
    assert "credits Ada Bell" in printed
    assert not json.loads(CliRunner().invoke(app, ["list", "--json"]).stdout)
    assert "/one.mp3" not in site.paths
