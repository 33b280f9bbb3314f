"""Figure 6: how fast the page answers, how exactly it seeks, how much memory it takes.

`python -m tests.bench.page_speed` builds an archive with a 60-minute episode, starts the real
server over it and visits it with Chromium and with bare web sockets.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import psutil

from corpus.settings import load_settings
from tests.pages import Server, open_at, run_browser, run_server
from tests.seeded import EPISODE, WORD_SECONDS, Line, pitch_at, publish, seed_article, seed_episode
from ui.archive import open_archive

HOUR = 3600.0
QUESTION = "what did armorers say about live rounds"
_WINDOW = 4096  # samples that one look at the pitch takes
_LISTEN = """
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () { window.heard = this; return play.call(this); };
"""
_PITCH = """async () => {
  const audio = window.heard;
  if (!window.analyser) {
    const context = new AudioContext();
    window.analyser = context.createAnalyser();
    analyser.fftSize = WINDOW;
    analyser.smoothingTimeConstant = 0;
    context.createMediaElementSource(audio).connect(analyser);
    analyser.connect(context.destination);
    await context.resume();
  }
  await new Promise((done) => setTimeout(done, 900));
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const shown = audio.currentTime;
  let top = 1;
  levels.forEach((level, at) => { if (level > levels[top]) top = at; });
  const [a, b, c] = [levels[top - 1], levels[top], levels[top + 1]];
  const rate = analyser.context.sampleRate;
  const bin = top + (a - c) / (2 * (a - 2 * b + c));
  return {shown, pitch: bin * rate / analyser.fftSize, rate};
}""".replace("WINDOW", str(_WINDOW))


def build(folder: Path) -> str:
    """Fill an archive with an hour of talk and an article; return the episode's id."""
    with open_archive(load_settings(data_dir=folder)) as archive:
        words = int(HOUR / WORD_SECONDS)
        lines: list[Line] = []
        for line in islice(cycle(EPISODE), words):
            if words <= 0:
                break
            lines.append(line)
            words -= len(line.words.split())
        document = seed_episode(archive, lines=lines, seconds=HOUR)
        seed_article(archive)
        publish(archive)
        return document.id


def measure_first_answer(folder: Path, browser: Any) -> float:
    """Return the seconds from starting the server until a browser shows the first answer."""
    with run_server(folder) as server:
        page = browser.new_page()
        page.goto(f"{server.url}/?q={QUESTION.replace(' ', '+')}")
        page.wait_for_selector(".onrecord-card", timeout=120_000)
        seconds = time.perf_counter() - server.spawned
        page.close()
        return seconds


def measure_reruns(server: Server, visitors: int, *, each: int = 10) -> tuple[float, float]:
    """Return p50 and p95 seconds of a question, asked over and over by so many at once."""
    with ThreadPoolExecutor(1) as thread:  # the browser's driver holds this thread's event loop
        times = thread.submit(asyncio.run, _ask_together(server, visitors, each)).result()
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


async def _ask_together(server: Server, visitors: int, each: int) -> list[float]:
    runs = await asyncio.gather(*(_ask_often(server, each) for _ in range(visitors)))
    return [seconds for times in runs for seconds in times]


async def _ask_often(server: Server, each: int) -> list[float]:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from websockets.asyncio.client import connect

    times = []
    url = server.url.replace("http", "ws") + "/_stcore/stream"
    async with connect(url, subprotocols=["streamlit"], max_size=None) as stream:  # type: ignore[list-item]
        for number in range(each + 1):
            ask = BackMsg()
            ask.rerun_script.query_string = f"q={QUESTION.replace(' ', '+')}+{number}"
            start = time.perf_counter()
            await stream.send(ask.SerializeToString())
            await _finished(stream)
            times.append(time.perf_counter() - start)
    return times[1:]  # the first one opens the session


async def _finished(stream: Any) -> None:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    async for data in stream:
        message = ForwardMsg()
        message.ParseFromString(data)
        if message.WhichOneof("type") == "script_finished":
            return


def measure_seek(server: Server, browser: Any, episode: str, places: Sequence[float]) -> float:
    """Return the largest difference in seconds between what is shown and what is heard."""
    page = browser.new_page()
    page.add_init_script(_LISTEN)
    open_at(page, f"{server.url}/document?document={episode}")
    page.wait_for_selector("[data-word]")
    errors = []
    for place in places:
        page.evaluate("(word) => word.click()", _word_at(page, place))
        found = page.evaluate(_PITCH)
        middle = found["shown"] - _WINDOW / found["rate"] / 2
        errors.append(abs(found["pitch"] - pitch_at(middle)) / 200.0)
    page.close()
    return max(errors)


def _word_at(page: Any, seconds: float) -> Any:
    number = int(seconds / WORD_SECONDS)
    return page.query_selector(f'[data-word="{number}"]')


def measure_memory(server: Server, browser: Any, episode: str) -> tuple[int, int]:
    """Return the server's memory in bytes before and while the hour is open and playing."""
    process = psutil.Process(server.pid)
    before = process.memory_info().rss
    page = browser.new_page()
    open_at(page, f"{server.url}/document?document={episode}&t=3300")
    page.wait_for_selector("[data-word]")
    page.keyboard.press("Space")
    page.wait_for_timeout(2000)
    after = process.memory_info().rss
    page.close()
    return before, after


def measure_opening(server: Server, browser: Any, episode: str) -> float:
    """Return the seconds from a permalink to all words of the hour, shown at their place."""
    page = browser.new_page()
    start = time.perf_counter()
    page.goto(f"{server.url}/document?document={episode}&t=3000")
    page.wait_for_selector(".onrecord-lit", timeout=60_000)
    seconds = time.perf_counter() - start
    page.close()
    return seconds


def measure_click(server: Server, browser: Any, *, times: int = 10) -> float:
    """Return the median seconds from a click on an understood part until it is drawn."""
    from tests.pages import expect

    page = browser.new_page()
    open_at(page, f"{server.url}/?q={QUESTION.replace(' ', '+')}")
    part = page.locator(".onrecord-part").first
    part.wait_for()
    taken = []
    for number in range(times):
        start = time.perf_counter()
        part.click()
        expect(part).to_have_attribute("aria-pressed", "true" if number % 2 else "false")
        taken.append(time.perf_counter() - start)
    page.close()
    return statistics.median(taken)


def measure_pages(server: Server, browser: Any) -> dict[str, float]:
    """Return the seconds from an address of every other page until it is drawn."""
    page = browser.new_page()
    taken = {}
    for place in ("/topics", "/topics?topic=blanks", "/people", "/quotes"):
        open_at(page, server.url + place)  # what is counted once a generation is counted here
        start = time.perf_counter()
        open_at(page, server.url + place)
        taken[place] = time.perf_counter() - start
    page.close()
    return taken


def main() -> None:
    """Print the rows."""
    with tempfile.TemporaryDirectory() as name, run_browser() as browser:
        folder = Path(name)
        episode = build(folder)
        measure_first_answer(folder, browser)  # unpacks the model the very first time
        print(
            f"spawn to first answer in the browser: {measure_first_answer(folder, browser):.1f} s"
        )
        with run_server(folder) as server:
            for visitors in (1, 20):
                middle, slow = measure_reruns(server, visitors)
                print(f"question, {visitors} visitors: p50 {middle:.3f} s, p95 {slow:.3f} s")
            print(f"a part switched off: {measure_click(server, browser):.3f} s")
            for place, seconds in measure_pages(server, browser).items():
                print(f"{place}: {seconds:.1f} s")
            opening = measure_opening(server, browser, episode)
            print(f"permalink into the hour: {opening:.1f} s")
            error = measure_seek(server, browser, episode, (5, 606, 1807, 2408, 3009, 3490))
            print(f"largest seek error: {error:.3f} s (to reach: 0.1)")
            before, after = measure_memory(server, browser, episode)
            print(f"server memory: {before / 1e6:.0f} MB, with the hour open {after / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
