"""How real and broken feeds are read: none may stop us, and each field must be what it should.

    python -m tests.bench feeds

All feeds of the shared folder are read, whole and cut at many places. Beside each feed of
podcastparser stands what that reader makes of it: the share of equal values is printed, and each
value that differs with the reason why, or as not explained.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.types import Source, SourceKind
from ingest.spiders.clean import plain_text
from ingest.spiders.feed import feed_items
from ingest.spiders.feedxml import FeedEntry, NotAFeedError, read_feed

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "feeds"
BASE = "http://feed.test/"
_THEIRS = "file://tests/data/"
_CUTS = 12  # places at which each feed is cut as well

_NOT_READ = frozenset(
    (
        *("payment_url", "episode_art_url", "cover_url", "type", "itunes_categories"),
        *("itunes_owner", "itunes_author", "itunes_keywords", "number", "season", "explicit"),
        *("chapters", "chapters_json_url", "subtitle", "description_html", "generator"),
        *("max_episodes", "paged_feed_first", "paged_feed_next", "funding_url", "new_url"),
        "import_prohibited",
    )
)


@dataclass(frozen=True)
class Miss:
    """A value that is not what podcastparser reads."""

    feed: str
    field: str
    wanted: object
    got: object

    @property
    def reason(self) -> str:
        """Why it differs on purpose, "" when nothing explains it."""
        wanted, got = str(self.wanted), str(self.got)
        if self.field == "link" and not got:
            return "an id that is no web address is no link"
        if self.field == "guid" and wanted.endswith(got):
            return "an id is kept as written, also where it is a relative address"
        if self.field == "title" and not got:
            return "a title is not made up from a file's name"
        if self.field == "description" and len(got) >= len(wanted):
            return "of several descriptions the longest is kept: guests are named there"
        if self.field == "entries":
            return "an entry without title or media is judged later; no number of entries is asked"
        return ""


@dataclass(frozen=True)
class Figures:
    """What reading all feeds gave."""

    read: int  # of all files
    refused: tuple[str, ...]  # said to be no feed
    crashed: tuple[str, ...]
    right: Counter[str]
    asked: Counter[str]
    misses: tuple[Miss, ...]
    slowest: float  # seconds

    @property
    def share(self) -> float:
        return self.right.total() / max(self.asked.total(), 1)


def measure() -> Figures:
    """Read every feed of the shared folder."""
    refused, crashed, slowest, read = [], [], 0.0, 0
    files = [each for each in sorted(SHARED.rglob("*")) if each.suffix in (".rss", ".xml", ".atom")]
    for path in files:
        raw = path.read_bytes()
        for at in (len(raw), *(len(raw) * part // _CUTS for part in range(1, _CUTS))):
            begun = time.perf_counter()
            try:
                feed_items(read_feed(raw[:at], BASE), _SOURCE, BASE)
                read += at == len(raw)
            except NotAFeedError as error:
                refused += [f"{path.name}: {error}"] * (at == len(raw))
            except Exception as error:
                crashed.append(f"{path.name} cut at {at}: {type(error).__name__}: {error}")
            slowest = max(slowest, time.perf_counter() - begun)
    right, asked, misses = _compared()
    return Figures(
        read=read,
        refused=tuple(refused),
        crashed=tuple(crashed),
        right=right,
        asked=asked,
        misses=misses,
        slowest=slowest,
    )


_SOURCE = Source(id="a", name="A", kind=SourceKind.FEED, url=BASE)


def _compared() -> tuple[Counter[str], Counter[str], tuple[Miss, ...]]:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    misses = []
    for path in sorted((SHARED / "podcastparser").glob("*.rss")):
        for name, wanted, got in _fields(path):
            asked[name] += 1
            right[name] += wanted == got
            if wanted != got:
                misses.append(Miss(path.stem, name, wanted, got))
    return right, asked, tuple(misses)


def _fields(path: Path) -> Iterator[tuple[str, object, object]]:
    """Yield name, wanted value and ours of everything both readers read."""
    wanted = json.loads(path.with_suffix(".json").read_text())
    feed = read_feed(path.read_bytes(), BASE)
    for name, got in (("title", feed.title), ("link", feed.link), ("language", feed.language)):
        if wanted.get(name, path.stem) != path.stem:  # it makes a title up from the file's name
            yield f"channel {name}", wanted[name], got
    yield "entries", len(wanted["episodes"]), len(feed.entries)
    for episode in wanted["episodes"]:
        media = [each["url"].replace(_THEIRS, BASE) for each in episode["enclosures"]]
        entry = next((e for e in feed.entries if [m.url for m in e.enclosures] == media), None)
        given = _ours(entry) if entry else {}
        for name, value in _theirs(episode).items():
            yield name, value, given.get(name)


def _ours(entry: FeedEntry) -> dict[str, object]:
    media = entry.enclosures
    return {
        "title": entry.title or "",
        "guid": entry.guid or entry.link or (media[0].url if media else ""),
        "link": entry.link or "",
        "published": int(entry.published.timestamp()) if entry.published else 0,
        "duration": int(entry.duration or 0),
        "description": _words(entry.summary),
        "enclosures": [each.url for each in media],
        "types": [each.mime_type or "application/octet-stream" for each in media],
        "sizes": [each.size or -1 for each in media],
        "persons": [(each.name, each.role, each.href) for each in entry.persons],
        "transcripts": [each.url for each in entry.transcripts],
    }


def _theirs(episode: dict[str, Any]) -> dict[str, object]:
    media = episode["enclosures"]
    return {
        "title": episode["title"],
        "guid": episode["guid"].replace(_THEIRS, BASE),
        "link": episode["link"],
        "published": episode["published"],
        "duration": episode["total_time"],
        "description": _words(plain_text(episode.get("description_html") or ""))
        or _words(episode["description"]),
        "enclosures": [each["url"].replace(_THEIRS, BASE) for each in media],
        "types": [each["mime_type"] for each in media],
        "sizes": [each["file_size"] for each in media],
        "persons": [
            (each["name"], each["role"], each["href"]) for each in episode.get("persons", ())
        ],
        "transcripts": [each for each in [episode.get("transcript_url")] if each],
    }


def _words(text: str | None) -> str:
    return " ".join((text or "").split())


def main() -> None:
    """Print the figures."""
    if not SHARED.is_dir():
        print("the shared feeds are not here")
        return
    found = measure()
    print(f"feeds read {found.read}, said to be no feed {len(found.refused)}: {found.refused}")
    print(f"crashed {len(found.crashed)} of {_CUTS} readings each; slowest {found.slowest:.2f} s")
    for line in found.crashed[:20]:
        print(f"  {line}")
    explained = sum(bool(each.reason) for each in found.misses)
    print(
        f"values equal to podcastparser's: {found.right.total()} of {found.asked.total()} "
        f"({found.share:.4f}); {explained} of {len(found.misses)} misses on purpose, so "
        f"{(found.right.total() + explained) / found.asked.total():.4f} as meant"
    )
    for name, asked in found.asked.items():
        print(f"  {name:<18} {found.right[name]:>3} of {asked}")
    for each in found.misses:
        reason = each.reason or "NOT EXPLAINED"
        print(f"  {each.feed}: {each.field}: {each.wanted!r:.60} not {each.got!r:.60}: {reason}")
    print(f"  not read: {', '.join(sorted(_NOT_READ))}")


if __name__ == "__main__":
    main()
