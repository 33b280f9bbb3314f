"""A real server and a real browser, for tests and figures of the page."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


@dataclass(frozen=True)
class Server:
    """A running page."""

    url: str
    pid: int
    spawned: float  # time.perf_counter() at its start


@contextmanager
def run_server(data_dir: Path, *, seconds: float = 120.0) -> Iterator[Server]:
    """Start `python -m ui.serve` over `data_dir` on a free port and wait until it answers."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ONRECORD_")}
    env = kept | {"ONRECORD_DATA_DIR": str(data_dir), "ONRECORD_PORT": "0"}
    spawned = time.perf_counter()
    with (data_dir / "serve.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ui.serve"], cwd=ROOT, env=env, stdout=log, stderr=log
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
