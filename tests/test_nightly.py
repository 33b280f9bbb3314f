"""The night's work: look, take on, report; nothing twice, nothing lost, one at a time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from corpus.catalogue import Catalogue
from corpus.errors import LockedError, SourceNotFoundError, StoreError
from corpus.files import FileStore
from corpus.sample.server import SampleServer
from corpus.settings import Settings
from corpus.types import Event, Happening, Source, SourceKind, Stage
from ingest.night import Night
from ingest.nightly import finish_run, look_at, nightly_lock, run_nightly
from ingest.workers import HereWorkers
from ingest.workshop import Workshop
from tests.servers import Reply, Site, conditional, html

ROOT = Path(__file__).resolve().parents[1]
ARTICLE = """<article><h1>{title}</h1><p>By Dana Reyes</p><p>The truck opened at five, and the
first thing anybody did was to count what was in it, out loud, with two people there.</p><p>“We
count them in, and we count them out, and both of us sign,” said Ines Okafor, armorer.</p></article>
"""


def listing(*names: str) -> Reply:
    links = "".join(f'<li><a class="story" href="/{name}">{name}</a></li>' for name in names)
    return html(f"<ul>{links}</ul>")


def magazine(url: str, **fields: object) -> Source:
    values = {"links": "a.story", "allow_private": True, "delay": 0.0, **fields}
    return Source(id="ledger", name="Ledger", kind=SourceKind.LISTING, url=url, **values)


@contextlib.contextmanager
def open_shop(folder: Path, *sources: Source, **parts: object):
    settings = Settings(data_dir=folder, crawl_delay=0.0)
    with Catalogue(settings.catalogue) as catalogue:
        tools = {
            "settings": settings,
            "catalogue": catalogue,
            "files": FileStore(settings.files),
            "sources": {source.id: source for source in sources},
            "workers": HereWorkers(),
        }
        yield Workshop(**{**tools, **parts})


@pytest.mark.slow
def test_a_night_finds_what_is_new_and_a_second_night_downloads_no_body_twice(tmp_path):
    first = conditional(listing("one", "two").body)
    routes = {"/": first} | {
        f"/{name}": conditional(ARTICLE.format(title=name).encode()) for name in ("one", "two")
    }
    with Site(routes) as site, open_shop(tmp_path, magazine(f"{site.url}/")) as shop:
        run = finish_run(shop, run_nightly(shop))
        assert [report.new for report in run.sources] == [2]
        assert {o.after for o in run.outcomes} == {Stage.FETCHED, Stage.READY}
        asked = len(site.asked)
        again = run_nightly(shop)
        later = [each for each in site.asked[asked:] if each.path != "/robots.txt"]
        assert [each.headers.get("if-none-match") is not None for each in later] == [True]
        assert (again.sources[0].unchanged, again.outcomes) == (True, ())
        assert shop.catalogue.run(run.id) == run


@pytest.mark.slow
def test_a_night_goes_on_when_one_source_is_down(tmp_path):
    routes = {"/": listing("one"), "/one": html(ARTICLE.format(title="one"))}
    broken = Source(
        id="gone", name="Gone", kind=SourceKind.FEED, url="http://127.0.0.1:9/feed.xml",
        allow_private=True,
    )  # fmt: skip
    with Site(routes) as site, open_shop(tmp_path, broken, magazine(f"{site.url}/")) as shop:
        run = run_nightly(shop)
        errors = {report.source_id: bool(report.error) for report in run.sources}
        assert errors == {"gone": True, "ledger": False}
        assert Stage.READY in {outcome.after for outcome in run.outcomes}


@pytest.mark.slow
def test_a_source_with_fewer_documents_than_expected_is_named(tmp_path):
    routes = {"/": listing("one"), "/one": html(ARTICLE.format(title="one"))}
    with Site(routes) as site:
        source = magazine(f"{site.url}/", expect_at_least=5)
        with open_shop(tmp_path, source) as shop:
            assert run_nightly(shop).below_expectation == ("ledger",)


@pytest.mark.slow
def test_a_source_that_wants_rest_is_left_alone_until_it_is_due(tmp_path):
    routes = {"/": listing("one"), "/one": html(ARTICLE.format(title="one"))}
    with Site(routes) as site:
        source = magazine(f"{site.url}/", every=86400.0)
        with open_shop(tmp_path, source) as shop:
            run_nightly(shop)
            assert run_nightly(shop).sources == ()
            assert len(run_nightly(shop, only=["ledger"]).sources) == 1


def test_a_source_that_does_not_exist_is_an_error_that_lists_the_others(tmp_path):
    with open_shop(tmp_path, magazine("http://127.0.0.1:9/")) as shop:
        with pytest.raises(SourceNotFoundError, match="ledger"):
            run_nightly(shop, only=["legder"])


class _Stopped(HereWorkers):
    """Somebody presses Ctrl-C while a recording is heard."""

    def run(self, work, job, report, *, stop=None):
        raise KeyboardInterrupt


@pytest.mark.slow
def test_a_night_that_is_stopped_leaves_its_report(tmp_path):
    feed = """<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>One</title>
    <enclosure url="/one.mp3" type="audio/mpeg"/></item></channel></rss>"""
    audio = Reply(b"ID3" + bytes(20_000), headers={"Content-Type": "audio/mpeg"})
    with Site({"/feed.xml": Reply(feed.encode()), "/one.mp3": audio}) as site:
        source = Source(
            id="show", name="Show", kind=SourceKind.FEED, url=f"{site.url}/feed.xml",
            allow_private=True, delay=0.0,
        )  # fmt: skip
        with open_shop(tmp_path, source, workers=_Stopped()) as shop:
            with pytest.raises(KeyboardInterrupt):
                run_nightly(shop)
            run = shop.catalogue.last_run()
    assert [outcome.after for outcome in run.outcomes] == [Stage.FETCHED]
    assert (run.sources[0].seen, run.error) == (1, "stopped: KeyboardInterrupt")
    assert run.finished is not None


@pytest.mark.slow
def test_a_run_that_was_asked_to_stop_says_what_is_left_and_the_next_goes_on(tmp_path):
    names = ("one", "two", "three")
    routes = {"/": listing(*names)} | {
        f"/{name}": html(ARTICLE.format(title=name)) for name in names
    }
    told: list[Event] = []

    def stop() -> bool:
        return any(event.happening is Happening.DONE for event in told)

    with Site(routes) as site, open_shop(tmp_path, magazine(f"{site.url}/")) as shop:
        run = run_nightly(shop, stop=stop, tell=told.append)
        assert run.parked == "asked to stop: 3 documents to go on with"
        assert [each.happening for each in told] == [
            Happening.STARTED, Happening.LOOKED, Happening.DONE,
        ]  # fmt: skip
        assert shop.catalogue.failures() == []
        finish_run(shop, run)
        again = finish_run(shop, run_nightly(shop))
        assert (again.parked, again.warnings) == (None, ())
        assert shop.catalogue.counts()[Stage.READY] == 3
        waiting = {each.stage: each.waiting for each in again.stages}
        assert set(waiting.values()) == {0}
        assert again.disk_used > 0 < again.disk_free


def test_out_of_time_while_looking_leaves_the_source_due(tmp_path):
    slow = Reply(listing("one").body, headers={"Content-Type": "text/html"}, stall=3.0)
    with Site({"/": slow}) as site:
        with open_shop(tmp_path, magazine(f"{site.url}/", every=86400.0)) as shop:
            run = run_nightly(shop, budget=1.0)
            assert run.sources == ()
            assert "out of time" in run.parked
            assert "1 source not looked at to the end" in run.parked
            assert shop.catalogue.looked_at("ledger") is None


def test_out_of_time_with_work_left_is_parked_and_without_it_is_done(tmp_path):
    routes = {"/": listing("one"), "/one": html(ARTICLE.format(title="one"))}
    with Site(routes) as site, open_shop(tmp_path, magazine(f"{site.url}/", every=86400.0)) as shop:
        look_at(shop, list(shop.sources.values()))
        run = run_nightly(shop, budget=0.0)
        assert run.outcomes == ()
        assert run.parked == "out of time after 0 minutes: 1 document to go on with"
        assert run_nightly(shop).parked is None
        assert run_nightly(shop, budget=0.0).parked is None


@pytest.mark.slow
def test_a_known_document_of_which_something_new_is_learnt_counts_as_changed(tmp_path):
    def feed(title: str) -> Reply:
        return Reply(
            f"""<rss version="2.0"><channel><title>T</title><item><guid>1</guid>
            <title>{title}</title><link>/one</link></item></channel></rss>""".encode(),
            headers={"Content-Type": "application/rss+xml"},
        )

    routes = {"/feed.xml": feed("One"), "/one": html(ARTICLE.format(title="One"))}
    with Site(routes) as site:
        source = Source(
            id="blog", name="Blog", kind=SourceKind.FEED, url=f"{site.url}/feed.xml",
            allow_private=True, delay=0.0,
        )  # fmt: skip
        with open_shop(tmp_path, source) as shop:
            assert [(r.new, r.changed) for r in look_at(shop, [source])] == [(1, 0)]
            assert [(r.new, r.changed) for r in look_at(shop, [source])] == [(0, 0)]
            site.routes["/feed.xml"] = feed("One, corrected")
            assert [(r.new, r.changed) for r in look_at(shop, [source])] == [(0, 1)]


def test_a_run_that_died_leaves_a_record_and_the_next_one_says_so(tmp_path):
    with open_shop(tmp_path) as shop:
        Night(shop, []).begin()
        dead = shop.catalogue.last_run()
        assert dead.finished is None
        told: list[Event] = []
        run = finish_run(shop, run_nightly(shop, tell=told.append))
        assert f"({dead.id}) did not finish" in run.warnings[0]
        assert told[0].happening is Happening.WARNED
        assert "did not finish" in shop.catalogue.run(dead.id).error
        assert finish_run(shop, run_nightly(shop)).warnings == ()


@pytest.mark.slow
def test_what_a_report_says_tells_nothing_that_gives_access(tmp_path):
    broken = Source(
        id="paid", name="Paid", kind=SourceKind.FEED, allow_private=True,
        url="http://ann:s3cret@127.0.0.1:9/feed.xml?token=s3cret",
    )  # fmt: skip
    with open_shop(tmp_path, broken) as shop:
        run = run_nightly(shop)
        assert run.sources[0].error
        assert "s3cret" not in repr(run)
        assert "s3cret" not in repr(shop.catalogue.last_report("paid"))


class _Full(FileStore):
    def put_bytes(self, data):
        raise StoreError("files", cause="no space left on device", remedy="make room")


@pytest.mark.slow
def test_a_full_disk_ends_the_run_with_its_reason_and_loses_no_document(tmp_path):
    routes = {"/": conditional(listing("one").body), "/one": html(ARTICLE.format(title="one"))}
    with Site(routes) as site:
        source = magazine(f"{site.url}/")
        files = _Full(str(tmp_path / "files"))
        with open_shop(tmp_path, source, files=files) as shop:
            assert "no space left" in run_nightly(shop).error
        with open_shop(tmp_path, source) as shop:
            run = run_nightly(shop)
            assert run.error is None
            assert Stage.READY in {outcome.after for outcome in run.outcomes}


def test_a_second_run_is_told_who_holds_the_lock(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with nightly_lock(settings):
        with pytest.raises(LockedError, match=f"process {os.getpid()} has held it since"):
            with nightly_lock(settings):
                pass
    with nightly_lock(settings):
        pass


def test_who_has_patience_gets_the_lock_when_the_other_run_ends(tmp_path):
    settings = Settings(data_dir=tmp_path)
    with contextlib.ExitStack() as other:
        other.enter_context(nightly_lock(settings))
        threading.Timer(0.3, other.close).start()
        with nightly_lock(settings, patience=30.0):
            pass


def test_the_lock_is_free_again_after_its_holder_was_killed(tmp_path):
    hold = (
        "import sys,time; from pathlib import Path; from corpus.settings import Settings;"
        "from ingest.nightly import nightly_lock;"
        "lock=nightly_lock(Settings(data_dir=Path(sys.argv[1]))); lock.__enter__();"
        "print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockedError), nightly_lock(Settings(data_dir=tmp_path)):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
    with nightly_lock(Settings(data_dir=tmp_path)):
        pass


@pytest.mark.slow
def test_a_run_killed_at_any_moment_is_finished_by_the_next_without_duplicates(tmp_path):
    """Kill -9 after ever longer times, so that every stage is hit; then let one run finish."""
    with SampleServer(port=0) as server:
        registry = tmp_path / "sources.toml"
        registry.write_text(
            f'[show]\nname = "Show"\nkind = "feed"\nurl = "{server.url}/show/feed.xml"\n'
            "allow_private = true\ndelay = 0.0\nlimit = 1\ntranscript = 'prefer'\n"
            f'[news]\nname = "News"\nkind = "listing"\nurl = "{server.url}/magazine/"\n'
            'allow_private = true\ndelay = 0.0\nlinks = "ul.teasers li.teaser > a"\n',
            encoding="utf-8",
        )
        environment = {
            **os.environ,
            "ONRECORD_DATA_DIR": str(tmp_path / "data"),
            "ONRECORD_SOURCES_FILE": str(registry),
        }
        command = [sys.executable, "-m", "ui.cli", "nightly", "--json"]
        for seconds in (1.5, 3, 4.5, 6, 8, 11):
            run = subprocess.Popen(
                command, env=environment, cwd=ROOT, start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            time.sleep(seconds)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        done = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert json.loads(done.stdout)["ok"]
    with Catalogue(Settings(data_dir=tmp_path / "data").catalogue) as catalogue:
        documents = catalogue.documents()
        assert {document.stage for document in documents} == {Stage.READY}
        assert {document.revision for document in documents} == {1}
        assert len({document.url for document in documents}) == len(documents) == 7
