"""How well pages are read: the body's words against trafilatura's own, and what they say of it.

    python -m tests.bench pages

F1 is counted in two ways: as the benchmark counts it (runs of four words, mean precision and
recall over the pages) and in single words.
"""

from __future__ import annotations

import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from corpus.errors import ExtractionError
from ingest.extract import ExtractedPage, extract_page

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "pages"
_RUN = 4  # words, as in the benchmark


@dataclass(frozen=True)
class Score:
    """Mean over pages."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / (self.precision + self.recall)

    def __str__(self) -> str:
        return f"F1 {self.f1:.4f} (precision {self.precision:.4f}, recall {self.recall:.4f})"


def score(pairs: Sequence[tuple[str, str]], run: int) -> Score:
    """Compare wanted and given texts in runs of `run` words."""
    precisions, recalls = [], []
    for wanted_text, given_text in pairs:
        wanted, given = _runs(wanted_text, run), _runs(given_text, run)
        both = sum((wanted & given).values())
        if given:
            precisions.append(both / given.total())
        recalls.append(both / wanted.total())
    return Score(statistics.mean(precisions), statistics.mean(recalls))


def _runs(text: str, run: int) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    last = max(1, len(words) - run + 1)
    return Counter(tuple(words[at : at + run]) for at in range(last) if words)


def bodies() -> Iterator[tuple[str, str, str]]:
    """Yield wanted body, ours and trafilatura's of each page of the benchmark."""
    import trafilatura

    folder = SHARED / "article-extraction-benchmark"
    for key, entry in json.loads((folder / "ground-truth.json").read_text()).items():
        raw = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        ours = "\n\n".join(each.text for each in extract_page(raw, url=entry["url"]).paragraphs)
        plain = trafilatura.extract(raw, url=entry["url"]) or ""
        yield entry["articleBody"], ours, plain


def facts() -> Iterator[tuple[str, str, str, str]]:
    """Yield page, field, noted value and ours for what people noted of the readability pages."""
    for folder in sorted((SHARED / "readability").iterdir()):
        noted = json.loads((folder / "expected-metadata.json").read_text())
        raw = (folder / "source.html").read_bytes()
        try:
            found = extract_page(raw, url="http://fakehost/page.html")
        except ExtractionError:
            found = ExtractedPage()
        yield folder.name, "title", _plain(noted["title"]), _plain(found.title)
        yield folder.name, "byline", _plain(noted["byline"]), _plain(" ".join(found.byline))
        yield folder.name, "site", noted.get("siteName") or "", found.show or ""
        if noted.get("publishedTime"):
            day = datetime.fromisoformat(noted["publishedTime"][:10]).replace(tzinfo=UTC)
            yield (
                folder.name,
                "date",
                f"{day:%F}",
                f"{found.published:%F}" if found.published else "",
            )


def _plain(text: str | None) -> str:
    return re.sub(r"\W+", " ", text or "").strip().lower()


def main() -> None:
    """Print the figures."""
    if not SHARED.is_dir():
        print("the shared pages are not here")
        return
    begun = time.perf_counter()
    found = list(bodies())
    for name, run in (("single words", 1), ("runs of four words", _RUN)):
        ours = score([(wanted, mine) for wanted, mine, _ in found], run)
        plain = score([(wanted, theirs) for wanted, _, theirs in found], run)
        print(f"bodies of {len(found)} pages, {name}: {ours}; trafilatura {plain}")
    print(f"both read in {time.perf_counter() - begun:.1f} s")
    asked: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong = []
    for page, field, wanted, got in facts():
        same = wanted.startswith(got or "?") if field == "title" else wanted == got
        asked[field] += 1
        right[field] += same
        wrong += [f"{page}: {field}: {wanted!r:.50} not {got!r:.50}"] * (not same)
    shares = ", ".join(f"{field} {right[field]} of {asked[field]}" for field in asked)
    print(f"readability: {shares}")
    for line in wrong:
        print(f"  {line}")


if __name__ == "__main__":
    main()
