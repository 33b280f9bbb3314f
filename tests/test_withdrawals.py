"""A withdrawn document is nowhere to be read, and everything about it is kept."""

from __future__ import annotations

import importlib.util
import io
import shlex
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from typer.testing import CliRunner

from corpus.errors import OnRecordError
from corpus.exports import FORMATS
from corpus.types import Credit, Outcome, Run, Span, Stage
from tests.seeded import Line, Seeded, publish, seed_archive, seed_article, seed_episode
from tests.test_app import (
    _nothing_remembered,  # noqa: F401
    afterwards_the_main_module_is_the_one_it_was,  # noqa: F401
    html,
    page_of,
)
from tests.test_serve import client
from ui.archive import Archive
from ui.cli import app
from ui.corrections import Corrections
from ui.quotes import Quotes
from ui.register import Decider
from ui.withdrawing import Withdrawing

SECRET = "zorblax"  # in every word that only the withdrawn documents have
RUNNER = CliRunner()
LATER = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
MADE = Line(
    "The zorblaxian armorer locked all live rounds away. A zorblaxian dummy round rattles.",
    "Zed Zorblax",
    "armorer",
)
SAID = Line("A dummy round rattles when you shake it, says everybody.", "Ines Okafor", "armorer")


@dataclass(frozen=True)
class House:
    """An archive with two documents that are to be withdrawn, quotes kept and sets made of them."""

    seeded: Seeded
    episode: str
    article: str
    quotes: tuple[str, ...]
    sets: tuple[str, str]  # open, frozen
    audio: str
    person: str  # whom only the withdrawn documents name
    correction: str

    @property
    def archive(self) -> Archive:
        return self.seeded.archive


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", list)
    monkeypatch.setenv("ONRECORD_DATA_DIR", str(tmp_path / "archive"))
    seeded = seed_archive(tmp_path / "archive")
    yield fill(seeded)
    seeded.archive.close()


def fill(seeded: Seeded) -> House:
    archive = seeded.archive
    episode = seed_episode(
        archive, title="Zorblax on Set", lines=(MADE, SAID), url="https://zorblax.example/e/1"
    )
    quoted = replace(MADE, words=MADE.words + "\n\n")
    article = seed_article(
        archive, title="Zorblax Writes", lines=(quoted, SAID), url="https://zorblax.example/a/1"
    )
    catalogue = archive.catalogue
    credits = (Credit(name="Zed Zorblax", roles=("armorer",), description="Zorblax Arms"),)
    for each in (episode, article):
        known = [
            replace(
                credit,
                person_id=catalogue.ensure_person(
                    credit, source_id=each.source_id, document_id=each.id
                ).id,
            )
            for credit in credits
        ]
        catalogue.save_credits(each.id, known, now=LATER)
    made = Corrections(catalogue, archive.vocabulary).correct(
        episode.id, "locked all", "zorblaxed all", Decider(author="rae")
    )
    publish(archive)
    quotes = Quotes(archive)
    kept = [
        quotes.keep(one.id, words, author="rae").id
        for one in (episode, article)
        for words in ("A zorblaxian dummy round rattles.",)
    ]
    living = quotes.keep(seeded.episode, "A dummy round rattles", author="rae").id
    for named in ("open", "shut"):
        quotes.new_set(named, author="rae")
        quotes.add(named, [*kept, living])
    frozen = quotes.freeze("shut")
    quotes.keep_in_basket(episode.id, Span(0, 30))
    quotes.mark(kept[0], "agrees", living, author="rae")
    outcome = Outcome(
        document_id=episode.id,
        title=episode.title,
        before=Stage.DISCOVERED,
        after=Stage.DEAD,
        error="cannot read https://zorblax.example",
    )
    catalogue.save_run(Run(id="20260301T120000-aaaa", started=LATER, outcomes=(outcome,)))
    media = archive.view(episode.id).media
    assert media is not None
    person = catalogue.text(episode.id).turns[0].attribution.person_id or ""
    return House(
        seeded=seeded,
        episode=episode.id,
        article=article.id,
        quotes=(*kept, living),
        sets=(quotes.view("open").about.id, frozen.id),
        audio=media.sha256,
        person=person,
        correction=made.id,
    )


def take_away(house: House) -> None:
    for each in (house.episode, house.article):
        Withdrawing(house.archive).withdraw(
            each, author="rae", reason="a court said so", progress=lambda *_: None
        )


# Every command that prints what the archive holds.
COMMANDS = """
ask 'live rounds'
ask 'live rounds' --json
ask 'dummy rounds' --explain --limit 50
ask 'what did armorers say'
show EPISODE
show EPISODE --json
show ARTICLE
list
list --json
export EPISODE
export EPISODE --format json
export EPISODE --format vtt
export EPISODE --format srt
export ARTICLE
people list
people list --json
people show zed
people show PERSON
people review
people show PERSON --json
people show Okafor
people show Okafor --json
history EPISODE
revert CORRECTION
correct EPISODE rattles rattled
name EPISODE zed
verify EPISODE
topics
topics --json
topics 'dummy rounds'
topics 'live rounds' --json
quote list
quote list --json
quote show KEPT
quote show KEPT --json
quote verify
quote verify --json
quote marks
quote marks --json
quote keep EPISODE rattles
set list
set show open
set show open --json
set show shut
set show shut --json
set show basket
set show basket --json
set diff open
set diff shut --json
set freeze open
failures
failures --json
status
status --json
health
health --json
retry EPISODE
withdrawals
withdrawals --json
withdrawals EPISODE
revisions EPISODE
revisions EPISODE --json
diff EPISODE
diff EPISODE 1 2 --json
report
report --json
report --last 5
metrics
""".strip().splitlines()


def said_by(house: House, command: str) -> str:
    known = {
        "EPISODE": house.episode,
        "ARTICLE": house.article,
        "KEPT": house.quotes[0],
        "PERSON": house.person,
        "CORRECTION": house.correction,
    }
    done = RUNNER.invoke(app, [known.get(each, each) for each in shlex.split(command)])
    crashed = done.exception
    assert crashed is None or isinstance(crashed, OnRecordError | SystemExit), (command, crashed)
    return f"{done.stdout}{done.stderr}{crashed or ''}"


def pages_of(house: House) -> dict[str, str]:
    """Return what the routes answer over real HTTP requests, also to who knows the addresses."""
    page = client(house.seeded)
    asked = [f"/audio/{house.audio}.m4a"]
    for each in (house.episode, house.article):
        asked += [f"/api/transcript/{each}", f"/api/quote/{each}?start=0&end=30"]
    asked += [f"/api/set/{name}/{form}" for name in house.sets for form in (*FORMATS, "zip")]
    return {each: _read(page.get(each).content) for each in asked}


def _read(data: bytes) -> str:
    """Return all text in an answer, unpacked where it is an archive or a table."""
    if data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "".join(_read(packed.read(name)) for name in packed.namelist())
    if data[:4] == b"PAR1":
        import pyarrow.parquet

        return str(pyarrow.parquet.read_table(io.BytesIO(data)).to_pylist())
    return data.decode("utf-8", "replace")


def views_of(house: House) -> dict[str, str]:
    """Return what the page's views draw."""
    queries = {
        "ask": {"q": "live rounds"},
        "document": {"document": house.episode},
        "shelf": {},
        "people": {},
        "person": {"person": house.person},
        "other": {"person": "Okafor"},
        "topics": {},
        "topic": {"topic": "dummy-rounds"},
        "quotes": {},
        "set": {"set": house.sets[0]},
        "frozen": {"set": house.sets[1]},
        "status": {},
    }
    names = {"shelf": "document", "person": "people", "other": "people", "topic": "topics",
             "set": "quotes", "frozen": "quotes"}  # fmt: skip
    drawn = {}
    for view, query in queries.items():
        name = names.get(view, view)
        if importlib.util.find_spec(f"ui.views.{name}") is None:
            continue
        shown = page_of(house.archive, name, **query)
        parts = [part.proto.json for part in shown.get("bidi_component")]
        said = [each.value for kind in ("text", "markdown", "error") for each in shown.get(kind)]
        drawn[view] = "\n".join([html(shown), *parts, *map(str, said)])
    return drawn


def index_files(house: House) -> list[Path]:
    word = SECRET.encode()
    files = (house.archive.settings.data_dir / "index").rglob("*")
    return [each for each in files if each.is_file() and word in each.read_bytes().lower()]


@pytest.mark.slow
def test_no_outlet_has_a_word_of_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("ui.") and hasattr(module, "open_archive"):
            monkeypatch.setattr(module, "open_archive", lambda _: house.archive)

    def outlets() -> dict[str, str]:
        found = {each: said_by(house, each) for each in COMMANDS}
        return found | pages_of(house) | views_of(house)

    changing = ("retry", "correct", "name", "verify", "revert", "quote keep", "set freeze")
    reading = [each for each in COMMANDS if not each.startswith(changing)]
    before = {each: said_by(house, each) for each in reading} | pages_of(house) | views_of(house)
    telling = [each for each, said in before.items() if SECRET in said.casefold()]
    assert len(telling) >= 50, sorted(set(before) - set(telling))
    assert index_files(house)

    take_away(house)
    for name, said in outlets().items():
        assert SECRET not in said.casefold(), (name, said)
    assert index_files(house) == []
    assert "a court said so" in said_by(house, "show EPISODE")
    assert "withdrawn" in said_by(house, "set show basket")
    assert "withdrawn" in views_of(house)["set"]
    assert "withdrawn" in views_of(house)["document"]
    page = client(house.seeded)
    assert page.get(f"/audio/{house.audio}.m4a").status_code == 404
    assert page.get(f"/api/transcript/{house.episode}").status_code == 404
