"""Kill -9 at random moments and at every boundary; afterwards nothing tells that anything happened.

    python -m tests.bench.crash_sweep [--kills N] [--seed N] [--real]

Six episodes (stretches of the sample archive's recordings) and six articles are taken in from a
local web by whole runs, each a process of its own with its crawl and, every other time, its worker
process. Each is killed with all its processes at a moment drawn by chance, and started again until
the work is done; then the archive is compared with that of an undisturbed run: documents, texts,
who says what, recordings, files, answers. When one archive is done the next begins, until N kills
are spent (default 200). Then runs are killed just before and just after every step's end, text,
file, record and publication.

Runs are forked from a process that has imported and read what every run imports and reads (a run
of its own start would import for seconds), and lead a process group each.

Everything is real but the recogniser's network, which is replaced by invented words for each
piece, and the vectors: so that pieces, checkpoints, speech detection, decoding, names and the index
are those of every night. `--real` uses the real models (tiny.en) and takes far longer: with
`--kills 6` about a quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUESTIONS = ("who may hand a gun to an actor", "what is a dummy round", "who counts the rounds")
SPOKEN = ("armorer", "hands", "gun", "to", "an", "actor", "dummy", "round", "counts", "two", "has")
EPISODES, ARTICLES = 6, 6
_PIECE = 4.0  # seconds of a recording that are written down in one go
_WORK = 0.4  # seconds that writing one piece takes
_PATIENCE = 600.0  # seconds for one run


# ── the run's own process ────────────────────────────────────────────────────────────────────


def start(folder: Path, how: dict[str, Any], environment: dict[str, str]) -> None:
    """Be a run: a group of processes of its own, that writes to files of its own."""
    os.setsid()
    os.environ.update(environment)
    for number, name in ((1, "out"), (2, "err")):
        kept = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(kept, number)
    night(folder, how)
    sys.stdout.flush()


def night(folder: Path, how: dict[str, Any]) -> None:
    """Run one night over the archive in `folder`; the caller may kill it."""
    from corpus.settings import load_settings
    from ui.archive import open_archive
    from ui.operating.nights import Wishes, run_night

    if how.get("boundary"):
        _die_at(how["boundary"], how["after"], how["nth"])
    with open_archive(load_settings()) as archive, _tools(how, folder) as workers:
        if workers is not None:
            _use(archive, workers)
        log = (folder / "progress").open("a", buffering=1)

        def progress(what: str, fraction: float, message: str, /) -> None:
            log.write(f"{what}\t{fraction:.2f}\t{message}\n")

        (folder / "begun").touch()
        run = run_night(archive, Wishes(progress=progress, tell=lambda _event: None))
        left = sum(n for stage, n in archive.catalogue.counts().items() if stage != "ready")
        failed = [each.error for each in run.outcomes if each.error]
        print(json.dumps({"error": run.error, "left": left, "failed": failed}))


@contextmanager
def _tools(how: dict[str, Any], folder: Path) -> Iterator[Any]:
    """Lend workers that invent what they hear, in this process or in one of their own."""
    if how["real"]:
        yield None
        return
    from corpus.settings import load_settings
    from ingest.workers import DaskWorkers, HereWorkers

    workers = DaskWorkers(load_settings()) if how["apart"] else HereWorkers(1)
    try:
        yield Inventing(workers, str(folder / "pieces"))
    finally:
        workers.close()


@dataclass
class Inventing:
    """Workers whose recogniser invents words, and notes each piece that it has written."""

    workers: Any
    log: str
    at_once: int = 1

    def run(self, work: Any, job: Any, report: Any, *, stop: Any = None) -> Any:
        del work
        return self.workers.run(hear_inventing, (job, self.log), report, stop=stop)

    def close(self) -> None:
        pass  # who made the workers closes them


def hear_inventing(asked: tuple[Any, str], report: Callable[[float, str], None]) -> Any:
    """Hear a recording for real, but for the recogniser's network."""
    from ingest import transcribe
    from ingest.hearing import hear

    job, log = asked

    def write(_self: Any, recording: Any, piece: Any, *_rest: Any) -> list[Any]:
        time.sleep(_WORK)
        start, end = piece
        chance = random.Random(f"{job.media_sha256} {start:.2f}")
        step = (end - start) / max(1, int((end - start) / 0.4))
        moments = [start + n * step for n in range(int((end - start) / step))]
        words = [chance.choice(SPOKEN) for _ in moments]
        with Path(log).open("a") as kept:
            kept.write(f"{job.media_sha256} {start:.2f} {end:.2f}\n")
        timed = zip(words, moments, strict=True)
        return [[[word, round(at, 3), round(at + 0.3, 3), 0.9] for word, at in timed]]

    transcribe._PIECE = _PIECE
    transcribe._Recogniser.write = write  # type: ignore[method-assign,assignment]
    return hear(job, report)


def _use(archive: Any, workers: Any) -> None:
    from ingest.workshop import Workshop
    from tests.seeded import WordEmbedder

    def tools(progress: Any) -> Workshop:
        return Workshop(
            settings=archive.settings,
            catalogue=archive.catalogue,
            files=archive.files,
            sources=archive.sources,
            workers=workers,
            progress=progress,
        )

    archive.__dict__["embedder"] = WordEmbedder()
    archive.workshop = tools


BOUNDARIES = (
    "corpus.catalogue:Catalogue.advance",
    "corpus.catalogue:Catalogue.record_discovered",
    "corpus.catalogue:Catalogue.save_capture",
    "corpus.catalogue:Catalogue.save_validators",
    "corpus.catalogue:Catalogue.save_look",
    "corpus.catalogue:Catalogue.save_media",
    "corpus.catalogue:Catalogue.save_text",
    "corpus.catalogue:Catalogue.save_text_keys",
    "corpus.catalogue:Catalogue.save_run",
    "corpus.files:FileStore.put_file",
    "corpus.files:FileStore.put_bytes",
    "ingest.sound.decoding:Checkpoint._keep",
    "index.engine.vectors:EdgeStore.publish",
)


def _die_at(boundary: str, after: bool, nth: int) -> None:
    """Kill the whole process group just before or after the nth call of a function."""
    import importlib

    module, _, path = boundary.partition(":")
    owner = getattr(importlib.import_module(module), path.partition(".")[0])
    name = path.partition(".")[2]
    real, calls = getattr(owner, name), itertools.count(1)

    def call(*given: Any, **named: Any) -> Any:
        here = next(calls) == nth
        if here and not after:
            os.killpg(0, signal.SIGKILL)
        made = real(*given, **named)
        if here:
            os.killpg(0, signal.SIGKILL)
        return made

    setattr(owner, name, call)


# ── what there is in the end ─────────────────────────────────────────────────────────────────


def contents(folder: Path) -> dict[str, Any]:
    """Return all that an archive holds, without times; and what its doctor finds wrong."""
    from corpus.settings import load_settings
    from index.filters import Filters
    from tests.seeded import WordEmbedder
    from ui.archive import open_archive
    from ui.operating.doctor import examine

    with open_archive(load_settings(data_dir=folder / "data")) as archive:
        archive.__dict__["embedder"] = WordEmbedder()
        catalogue = archive.catalogue
        documents = sorted(catalogue.documents(), key=lambda each: each.id)
        return {
            "documents": [_facts(archive, each) for each in documents],
            "people": sorted((each.id, each.name) for each in catalogue.people()),
            "files": sorted(_stored(folder / "data" / "files")),
            "answers": [_answered(archive, each) for each in QUESTIONS],
            "passages": sorted(map(repr, archive.store.select(Filters(), limit=100_000))),
            "counted": archive.store.manifest().passages,  # type: ignore[union-attr]
            "half done": sorted(path.name for path in (folder / "data" / "work").rglob("*")),
            "wrong": [each.line for each in examine(archive, lambda *_: None).open],
        }


def _facts(archive: Any, document: Any) -> dict[str, Any]:
    text = archive.catalogue.text(document.id) if document.revision else None
    media = archive.catalogue.media(document.id)
    return {
        "id": document.id,
        "title": document.title,
        "url": document.url,
        "stage": document.stage,
        "revision": document.revision,
        "attempts": document.attempts,
        "credits": sorted(each.name for each in document.credits),
        "media": sorted((each.role, each.sha256, each.made_with or "") for each in media),
        "text": text and (text.sha256, text.content, repr(text.turns)),
    }


def _stored(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and path.parent.name != "quarantine":
            yield f"{path.parent.name}/{path.name}"


def _answered(archive: Any, question: str) -> list[str]:
    found = archive.ask(question).hits
    return sorted(repr((each.hit.passage.id, each.quote.exact)) for each in found)


# ── the sweep ────────────────────────────────────────────────────────────────────────────────


@dataclass
class Figures:
    """What the sweep has seen."""

    kills: int = 0
    rounds: int = 0
    fell: Counter[str] = field(default_factory=Counter)  # what was done when it was killed
    twice: Counter[int] = field(default_factory=Counter)  # pieces made so often
    again: int = 0  # recordings of which more than one piece was made twice
    differ: list[str] = field(default_factory=list)
    boundaries: Counter[str] = field(default_factory=Counter)  # kills around each function


class Sweep:
    """Runs over one local web, disturbed and not.

    Args:
        folder: where archives are made.
        registry: of the sources.
        documents: how many there will be.
        seed: of the moments.
        real: whether real models hear.
    """

    def __init__(
        self, folder: Path, registry: Path, *, documents: int, seed: int, real: bool = False
    ) -> None:
        self.figures = Figures()
        self._documents = documents
        self._folder = folder
        self._registry = registry
        self._real = real
        self._chance = random.Random(seed)
        self._number = itertools.count()
        self._expected: dict[str, Any] = {}
        self._seconds = 0.0  # that an undisturbed run works
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(["tests.bench.preloaded"])

    def undisturbed(self) -> float:
        """Let one run go through; what it leaves is what every other has to leave."""
        folder = self._new("undisturbed")
        self._finish(folder)
        self._seconds = time.time() - (folder / "begun").stat().st_mtime
        self._expected = contents(folder)
        assert self._expected["wrong"] == [], self._expected["wrong"]
        assert len(self._expected["documents"]) == self._documents
        assert any(self._expected["answers"]), "questions that nothing answers compare nothing"
        return self._seconds

    def random_moments(self, kills: int) -> None:
        """Kill so often, each time at a moment drawn by chance; finish; compare."""
        while self.figures.kills < kills:
            folder = self._new("swept")
            while self.figures.kills < kills:
                if not self._killed(folder):
                    break  # it was done before
            self._close_round(folder)

    def boundaries(self, names: tuple[str, ...] = BOUNDARIES, most: int = 40) -> None:
        """Kill around every call of what writes, a call later each time."""
        for name in names:
            for after in (False, True):
                folder = self._new("boundary")
                for number in range(most):
                    # Once before the first, then before the second: each run gets one further.
                    how = {
                        "boundary": name,
                        "after": after,
                        "nth": 2 if number and not after else 1,
                    }
                    if self._through(folder, **how) != -signal.SIGKILL:
                        self._look_at_end(folder)
                        break
                    self.figures.boundaries[name] += 1
                if number == 0:
                    self.figures.differ.append(f"{folder.name}: {name} was never reached")
                self._close_round(folder)

    def _new(self, name: str) -> Path:
        folder = self._folder / f"{name}-{next(self._number)}"
        folder.mkdir()
        return folder

    def _run(self, folder: Path, *, apart: bool, **how: Any) -> Any:
        (folder / "begun").unlink(missing_ok=True)
        environment = {
            "ONRECORD_DATA_DIR": str(folder / "data"),
            "ONRECORD_SOURCES_FILE": str(self._registry),
            "ONRECORD_WHISPER_MODEL": "tiny.en",
            "ONRECORD_SECOND_MODEL": "",
            "ONRECORD_VOICES": "true" if self._real else "false",
        }
        told = {"real": self._real, "apart": apart, **how}
        run = self._forks.Process(target=start, args=(folder, told, environment))
        run.start()
        return run

    def _through(self, folder: Path, **how: Any) -> int | None:
        """Let a run go until it ends; return its exit code."""
        run = self._run(folder, apart=False, **how)
        run.join(_PATIENCE)
        if run.exitcode is None:
            self.figures.differ.append(f"{folder.name}: a run did not end")
            os.killpg(run.pid, signal.SIGKILL)
            run.join()
        return int(run.exitcode)

    def _killed(self, folder: Path) -> bool:
        """Start a run and kill it at some moment; False when it was done before that."""
        is_new = not (folder / "data").exists()
        run = self._run(folder, apart=self.figures.kills % 2 == 1)
        while not (folder / "begun").exists() and run.exitcode is None:
            time.sleep(0.01)
        begun = time.monotonic()
        run.join(self._chance.uniform(0.0, self._seconds))
        if run.exitcode is not None:
            if is_new:  # the machine has less else to do than at first: or few would be killed
                self._seconds = time.monotonic() - begun
            self._look_at_end(folder)
            return False
        with contextlib.suppress(ProcessLookupError):
            os.killpg(run.pid, signal.SIGKILL)
        run.join()
        self.figures.kills += 1
        self.figures.fell[_doing(folder)] += 1
        return True

    def _finish(self, folder: Path) -> None:
        self._through(folder)
        self._look_at_end(folder)

    def _look_at_end(self, folder: Path) -> None:
        """Note when a run that nobody killed did not end well, or left something to do."""
        said = (folder / "out").read_text()
        ended = json.loads(said) if said else {"error": (folder / "err").read_text()[-2000:]}
        if ended != {"error": None, "left": 0, "failed": []}:
            self.figures.differ.append(f"{folder.name}: a run that was left alone: {ended}")

    def _close_round(self, folder: Path) -> None:
        known = len(self.figures.differ)
        self._finish(folder)
        self.figures.rounds += 1
        found = contents(folder)
        for part, expected in self._expected.items():
            if found[part] != expected:
                self.figures.differ.append(
                    f"{folder.name}: {part}: {_first(expected, found[part])}"
                )
        self._count_pieces(folder)
        shutil.rmtree(folder)
        seen = self.figures
        print(
            f"{seen.kills} + {seen.boundaries.total()} kills, {seen.rounds} archives compared,"
            f" {len(seen.differ)} differences, {seen.again} heard again",
            *seen.differ[known:],
            sep="\n  ",
            file=sys.stderr,
            flush=True,
        )

    def _count_pieces(self, folder: Path) -> None:
        log = folder / "pieces"
        made = Counter(log.read_text().splitlines()) if log.exists() else Counter[str]()
        self.figures.twice.update(made.values())
        again = Counter[str]()
        for piece, times in made.items():
            again[piece.partition(" ")[0]] += times - 1
        self.figures.again += sum(times > 1 for times in again.values())


def _doing(folder: Path) -> str:
    log = folder / "progress"
    lines = log.read_text().splitlines() if log.exists() else []
    what, _, rest = lines[-1].partition("\t") if lines else ("before anything", "", "")
    if what in ("crawl", "index", "before anything"):
        return what
    said = rest.partition("\t")[2]
    return said if said in ("fetching", "reading", "naming voices") else "hearing or between steps"


def _first(expected: Any, found: Any) -> str:
    if isinstance(expected, list) and isinstance(found, list):
        missing = [each for each in expected if each not in found]
        more = [each for each in found if each not in expected]
        some = f"{str(missing[:1])[:600]} {str(more[:1])[:600]}"
        return f"{len(missing)} missing, {len(more)} more: {some}"
    return f"{str(expected)[:200]} became {str(found)[:200]}"


# ── the web ──────────────────────────────────────────────────────────────────────────────────


@contextmanager
def local_web(folder: Path, episodes: int = EPISODES, articles: int = ARTICLES) -> Iterator[Path]:
    """Serve a show and a magazine; lend the registry's path."""
    from tests.servers import Site, conditional, html
    from tests.weather import feed, item, page

    with Site({}) as show, Site({}) as magazine:
        items = []
        for number, body in enumerate(_stretches(folder, episodes)):
            show.routes[f"/{number}.wav"] = conditional(body, "audio/wav")
            items.append(item(f"e{number}", f"{show.url}/{number}.wav"))
        show.routes["/feed.xml"] = conditional(feed(*items), "application/rss+xml")
        links = ""
        for number in range(articles):
            said = page(f"Story {number}")
            assert isinstance(said.body, bytes)
            magazine.routes[f"/{number}"] = conditional(said.body)
            links += f'<a class="story" href="/{number}">Story {number}</a> '
        magazine.routes["/"] = html(links)
        registry = folder / "sources.toml"
        registry.write_text(
            f'[show]\nname = "Show"\nkind = "feed"\nurl = "{show.url}/feed.xml"\n'
            "allow_private = true\ndelay = 0.0\n"
            f'[magazine]\nname = "Magazine"\nkind = "listing"\nurl = "{magazine.url}/"\n'
            'allow_private = true\ndelay = 0.0\nlinks = "a.story"\n',
            encoding="utf-8",
        )
        yield registry


def _stretches(folder: Path, episodes: int) -> Iterator[bytes]:
    """Yield stretches of the sample's recordings, as WAV files."""
    from tests.sounds import read_any, write_wav

    paths = sorted((ROOT / "corpus" / "sample" / "media").glob("ep[13]-*.mp3"))
    for number in range(episodes):
        samples, rate = read_any(paths[number % len(paths)])
        start = rate * (5 + 14 * (number // len(paths)))
        path = write_wav(folder / "stretch.wav", samples[start : start + 14 * rate], rate)
        yield path.read_bytes()


# ── figures ──────────────────────────────────────────────────────────────────────────────────


def report(figures: Figures, seconds: float) -> bool:
    """Print the figures; return whether all is as it should be."""
    print(f"an undisturbed run over {EPISODES} episodes and {ARTICLES} articles: {seconds:.1f} s")
    around = figures.boundaries
    print(f"kills at random moments: {figures.kills}; around what writes: {around.total()}")
    print(f"  { ({name.rpartition('.')[2]: times for name, times in around.items()}) }")
    print(f"archives finished and compared: {figures.rounds}; that differ: {len(figures.differ)}")
    for each in figures.differ:
        print(f"  {each}")
    print(f"what was done when it was killed: {dict(figures.fell.most_common())}")
    print(f"pieces of recordings by how often they were written: {dict(figures.twice)}")
    print(f"recordings of which more than one piece was written twice: {figures.again}")
    return not figures.differ and not figures.again


def main() -> None:
    """Sweep, compare, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--real", action="store_true")
    parser.add_argument("--no-boundaries", action="store_true")
    options, _ = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with local_web(folder) as registry:
            documents = EPISODES + ARTICLES
            sweep = Sweep(
                folder, registry, documents=documents, seed=options.seed, real=options.real
            )
            seconds = sweep.undisturbed()
            sweep.random_moments(options.kills)
            if not options.no_boundaries and not options.real:
                sweep.boundaries()
    if not report(sweep.figures, seconds):
        sys.exit(1)


if __name__ == "__main__":
    main()
