"""The whole way on real input: serve a page and recordings as a show, ingest, ask.

    python -m tests.bench.journey

Serves the shared page and recordings from a local server as a podcast feed and an article,
runs `onrecord nightly` in a process of its own, asks, and prints the answers; then a second
night, which must download no body twice.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.servers import Reply, Route, Site, conditional

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
PAGE = SHARED / "seeds" / "kcrw-the-business-rust.html"
RECORDINGS = ("interview/interview_a", "interview/interview_b", "sample/sample")
QUESTIONS = (
    "what did armorers say about live rounds",
    "what happened on the set with the live round",
    "what are the duties of a medical man in a case of poisoning",
    "I didn't know you were there",
    "what is the best pizza topping",
)


def serve_show() -> Site:
    """Return a site with one feed of the recordings, one listing, and the page."""
    routes: dict[str, Route] = {}
    site = Site(routes)
    items = []
    for recording in RECORDINGS:
        data = (SHARED / "data" / "audio" / f"{recording}.flac").read_bytes()
        name = recording.rsplit("/", maxsplit=1)[-1]
        routes[f"/{name}.flac"] = Reply(data, headers={"content-type": "audio/flac"})
        items.append(
            f"<item><title>{name}</title><guid isPermaLink='false'>{name}</guid>"
            f"<enclosure url='{site.url}/{name}.flac' length='{len(data)}' type='audio/flac'/>"
            "</item>"
        )
    feed = f"<rss version='2.0'><channel><title>Readings</title>{''.join(items)}</channel></rss>"
    listing = '<ul><li><a class="story" href="/business">Rust</a></li></ul>'
    routes["/feed.xml"] = conditional(feed.encode(), "application/rss+xml")
    routes["/"] = conditional(listing.encode())
    routes["/business"] = conditional(PAGE.read_bytes())
    return site


def registry(site: Site) -> str:
    """Return the two sources as TOML."""
    common = "allow_private = true\ndelay = 0.0\n"
    return (
        f'[readings]\nname = "Readings"\nkind = "feed"\nurl = "{site.url}/feed.xml"\n{common}'
        f'[business]\nname = "The Business"\nkind = "listing"\nurl = "{site.url}/"\n'
        f'links = "a.story"\ndocument_kind = "article"\n{common}'
    )


def main() -> None:
    """Run the journey and print what it answers."""
    if not PAGE.exists():
        print("journey: skipped, the shared data is not here")
        return
    with tempfile.TemporaryDirectory() as folder, serve_show() as site:
        sources = Path(folder) / "sources.toml"
        sources.write_text(registry(site), encoding="utf-8")
        environment = {
            **os.environ,
            "ONRECORD_DATA_DIR": str(Path(folder) / "data"),
            "ONRECORD_SOURCES_FILE": str(sources),
        }

        def onrecord(*arguments: str) -> str:
            command = [sys.executable, "-m", "ui.cli", *arguments]
            done = subprocess.run(
                command, env=environment, cwd=ROOT, check=False, capture_output=True, text=True
            )
            return done.stdout + (done.stderr if done.returncode else "")

        begun = time.monotonic()
        print(onrecord("nightly", "--quiet"))
        print(f"first night: {time.monotonic() - begun:.1f} s for 7.4 minutes of audio and a page")
        asked = len(site.asked)
        print(onrecord("nightly", "--quiet"))
        again = [each.path for each in site.asked[asked:]]
        print(f"second night asked for {again} (conditional; no body came twice)\n")
        for question in QUESTIONS:
            print(f"## {question}\n\n{onrecord('ask', question, '--limit', '3')}")


if __name__ == "__main__":
    main()
