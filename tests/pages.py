"""A real server and a real browser, for tests and figures of the page.

`served` and `browser` (tests/conftest.py) start once for all tests of the page, whose files begin
with `pytestmark = PAGE`. Tests wait with `expect`: a busy machine draws late.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from corpus.settings import load_settings
from tests.seeded import Line, publish, seed_article, seed_episode
from ui.archive import Archive as Opened
from ui.archive import open_archive

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)
READY = (
    "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
)
PAGE = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),  # the browser driver's own sockets
    pytest.mark.timeout(180),
]
QUESTION = "/?q=what+did+armorers+say+about+live+rounds"
HOSTILE = (
    '<script>window.hacked=1</script><img src=x onerror="window.hacked=1"> '
    "[x](javascript:window.hacked=1) ![z](http://tracker.example/p.png) </h1><b>"
)
# Streamlit's own: an inline script that our policy blocks, and health checks below /document.
FRAMEWORK = ("inline script violates", "status of 404")


@dataclass(frozen=True)
class Server:
    """A running page."""

    url: str
    pid: int
    spawned: float  # time.perf_counter() at its start


@contextmanager
def run_server(data_dir: Path, *, seconds: float = 120.0) -> Iterator[Server]:
    """Start `python -m ui.page.serve` over `data_dir` on a free port and wait until it answers."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ONRECORD_")}
    env = kept | {"ONRECORD_DATA_DIR": str(data_dir), "ONRECORD_PORT": "0"}
    spawned = time.perf_counter()
    with (data_dir / "serve.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.page.serve"], cwd=ROOT, env=env, stdout=log, stderr=log
        )
        try:
            yield Server(_address(process, data_dir / "serve.log", seconds), process.pid, spawned)
        finally:
            process.terminate()
            process.wait(20)


def _address(process: subprocess.Popen[bytes], log: Path, seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for line in log.read_text("utf-8").splitlines():
            if line.startswith("OnRecord answers at "):
                return line.split()[3]
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise RuntimeError(f"the page did not start:\n{log.read_text('utf-8')[-2000:]}")


@contextmanager
def run_browser() -> Iterator[Any]:
    """Start Debian's Chromium without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield browser
        browser.close()


def expect(located: Any) -> Any:
    """Return assertions about `located` that wait: a busy machine draws late."""
    from playwright.sync_api import expect as waiting

    waiting.set_options(timeout=30_000)
    return waiting(located)


def open_at(page: Any, url: str) -> None:
    """Open `url` and wait until Streamlit has drawn it."""
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)


# ── what the tests of the page visit ─────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Archive:
    """What the server serves."""

    server: Server
    folder: Path
    episode: str
    article: str
    hostile: str

    def opened(self) -> Opened:
        """Return the archive itself, as another process would open it."""
        return open_archive(load_settings(data_dir=self.folder))


@contextmanager
def serve_seeded(folder: Path) -> Iterator[Archive]:
    """Serve a small archive: an episode, an article and one whose every word is hostile."""
    with open_archive(load_settings(data_dir=folder)) as filled:
        episode = seed_episode(filled)
        article = seed_article(filled)
        line = Line(f"{HOSTILE} Live rounds 😀 stay out.", HOSTILE, "armorer")
        url = "javascript:window.hacked=1//callsheet.example"
        hostile = seed_episode(filled, title=HOSTILE, lines=(line,), url=url)
        publish(filled)
    with run_server(folder) as server:
        yield Archive(server, folder, episode.id, article.id, hostile.id)


@dataclass
class Visit:
    """One fresh visitor, and what went wrong while visiting."""

    page: Any
    url: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def open(self, place: str) -> Any:
        """Open a place of the page and wait until it is drawn."""
        open_at(self.page, self.url + place)
        return self.page


@contextmanager
def visiting(archive: Archive, browser: Any, *, width: int, scheme: str) -> Iterator[Visit]:
    """Visit the page; afterwards nothing foreign was asked for and no script failed."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        permissions=["clipboard-read", "clipboard-write"],
    )
    visitor = Visit(context.new_page(), archive.server.url)
    host = urlsplit(archive.server.url).netloc

    def on_request(sent: Any) -> None:
        parts = urlsplit(sent.url)
        if parts.scheme not in ("blob", "data") and parts.netloc != host:
            visitor.foreign.append(sent.url)

    def on_console(message: Any) -> None:
        if message.type == "error" and not any(known in message.text for known in FRAMEWORK):
            visitor.errors.append(message.text)

    visitor.page.on("request", on_request)
    visitor.page.on("console", on_console)
    visitor.page.on("pageerror", lambda error: visitor.errors.append(str(error)))
    yield visitor
    assert visitor.foreign == []
    assert visitor.errors == []
    assert visitor.page.evaluate("window.hacked") is None
    context.close()
