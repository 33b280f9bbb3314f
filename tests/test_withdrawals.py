"""A withdrawn document is nowhere to be read, and everything about it is kept."""

from __future__ import annotations

import importlib.util
import io
import json
import shlex
import sys
import zipfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from streamlit.components.v2 import manifest_scanner
from typer.testing import CliRunner

from corpus.catalogue import Catalogue
from corpus.errors import (
    DocumentWithdrawnError,
    LockedError,
    NotFoundError,
    OnRecordError,
    ParkedError,
    QuoteSetError,
    WithdrawalError,
)
from corpus.exports import FORMATS
from corpus.files import FileStore
from corpus.settings import Settings
from corpus.types import (
    Credit,
    DiscoveredItem,
    Document,
    DocumentKind,
    Merge,
    Outcome,
    Run,
    Span,
    Stage,
)
from ingest import pipeline
from ingest.sameness import join_alike
from ingest.workers import HereWorkers
from ingest.workshop import Workshop
from tests.indexed import a_text, add_document
from tests.pages import run_server
from tests.seeded import Line, Seeded, publish, seed_archive, seed_article, seed_episode
from tests.test_app import (
    _nothing_remembered,  # noqa: F401
    html,
    page_of,
)
from tests.test_serve import client
from ui.archive import Archive
from ui.cli import app
from ui.corrections import Corrections
from ui.kept.quotes import Quotes
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
report --runs 5
metrics
merges
merges --json
merges --proposed
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


def pages_of(house: House, address: str = "") -> dict[str, str]:
    """Return what the routes answer, also to who knows the addresses.

    Args:
        house: the archive.
        address: of a running server, which is asked over HTTP; none: the routes are called.
    """
    page = httpx.Client(base_url=address, timeout=60) if address else client(house.seeded)
    asked = [f"/audio/{house.audio}.m4a"]
    for each in (house.episode, house.article):
        asked += [f"/api/transcript/{each}", f"/api/quote/{each}?start=0&end=30"]
    asked += [f"/api/set/{name}/{form}" for name in house.sets for form in (*FORMATS, "zip")]
    with page:
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
        if importlib.util.find_spec(f"ui.page.views.{name}") is None:
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
            monkeypatch.setattr(module, "open_archive", lambda _: nullcontext(house.archive))

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
    with run_server(house.archive.settings.data_dir) as server:
        served = pages_of(house, server.url)
    for name, said in (outlets() | served).items():
        assert SECRET not in said.casefold(), (name, said)
    assert index_files(house) == []
    assert "a court said so" in said_by(house, "show EPISODE")
    assert "withdrawn" in said_by(house, "set show basket")
    assert "withdrawn" in views_of(house)["set"]
    assert "withdrawn" in views_of(house)["document"]
    page = client(house.seeded)
    assert page.get(f"/audio/{house.audio}.m4a").status_code == 404
    assert page.get(f"/api/transcript/{house.episode}").status_code == 404


# ── what is kept, and what comes back ────────────────────────────────────────────────────────


def an_item(url: str = "https://show.example/1", *, title: str = "One") -> DiscoveredItem:
    return DiscoveredItem(
        source_id="show", kind=DocumentKind.ARTICLE, url=url, guid=url, title=title
    )


def an_archive(catalogue_url: str) -> tuple[Catalogue, str]:
    catalogue = Catalogue(catalogue_url)
    document = add_document(catalogue, 1, ("armorer", "Zed Zorblax", "Live rounds stay at home."))
    add_document(catalogue, 2, ("host", "Nora Vale", "Tell us about dummy rounds."))
    return catalogue, document.id


def test_a_withdrawn_document_is_nobodys_and_comes_back_as_it_was(catalogue_url: str) -> None:
    catalogue, document_id = an_archive(catalogue_url)
    with catalogue:
        before = (
            catalogue.document(document_id),
            catalogue.text(document_id),
            catalogue.names(),
            catalogue.speaking(),
            catalogue.counts(),
        )
        (person,) = (each.id for each in catalogue.people() if each.name == "Zed Zorblax")
        made = catalogue.withdraw(document_id, author="rae", reason="a court", now=LATER)
        assert [each.id for each in catalogue.documents()] != [document_id]
        assert "Zed Zorblax" not in {*catalogue.names().values()}
        assert [each.name for each in catalogue.people()] == ["Nora Vale"]
        assert person not in catalogue.speaking()
        assert sum(catalogue.counts().values()) == 1
        assert document_id not in catalogue.index_state()
        assert catalogue.content(document_id) is None
        assert catalogue.content_read(document_id) is None
        assert catalogue.shelf().content(document_id) is None
        for ask in (catalogue.document, catalogue.text, catalogue.reading, catalogue.revisions):
            with pytest.raises(DocumentWithdrawnError, match="on 2026-03-01 by rae: a court"):
                ask(document_id)
        with pytest.raises(DocumentWithdrawnError):
            catalogue.document(document_id[:5])
        with pytest.raises(NotFoundError):
            catalogue.person(person)
        assert catalogue.appearances(person) == []
        with pytest.raises(WithdrawalError, match="withdrawn already"):
            catalogue.withdraw(document_id, author="rae", reason="again", now=LATER)
        catalogue.reinstate(document_id, author="bo", reason="an appeal", now=LATER)
        after = (
            catalogue.document(document_id),
            catalogue.text(document_id),
            catalogue.names(),
            catalogue.speaking(),
            catalogue.counts(),
        )
        assert after == before
        kept = catalogue.withdrawals(document_id)
        assert kept[0] == made
        assert [(each.withdrawn, each.author) for each in kept] == [(True, "rae"), (False, "bo")]


def test_a_role_that_only_a_withdrawn_document_gives_is_not_told(catalogue_url: str) -> None:
    catalogue, document_id = an_archive(catalogue_url)
    with catalogue:
        (open_one,) = (each.id for each in catalogue.documents() if each.id != document_id)
        ids = set()
        for where, roles in ((document_id, ("armorer", "guest")), (open_one, ("guest",))):
            credit = Credit(name="Uma Holt", roles=roles, description="Holt Arms")
            person = catalogue.ensure_person(credit, source_id="show", document_id=where)
            ids.add(person.id)
            known = (*catalogue.document(where).credits, replace(credit, person_id=person.id))
            catalogue.save_credits(where, known, now=LATER)
        (uma,) = ids

        def roles_of() -> list[set[str]]:
            listed = {each.id: each for each in catalogue.people()}
            return [set(each.roles) for each in (listed[uma], catalogue.person(uma))]

        before = roles_of()
        assert all({"armorer", "guest"} <= each for each in before)
        catalogue.withdraw(document_id, author="rae", reason="a court", now=LATER)
        assert roles_of() == [each - {"armorer"} for each in before]
        catalogue.reinstate(document_id, author="bo", reason="an appeal", now=LATER)
        assert roles_of() == before


def test_what_is_withdrawn_while_it_is_worked_on_is_no_failure_when_it_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(data_dir=tmp_path)
    catalogue, document_id = an_archive(settings.catalogue)
    with catalogue:
        shop = Workshop(
            settings=settings, catalogue=catalogue, files=FileStore(settings.files),
            sources={}, workers=HereWorkers(),
        )  # fmt: skip
        document = catalogue.advance(document_id, to=Stage.FETCHED, now=LATER)

        def withdrawn_meanwhile(step: Document, tools: Workshop) -> Stage:
            catalogue.withdraw(step.id, author="rae", reason="a court", now=LATER)
            catalogue.text(step.id)  # as any step might, and finds nothing
            return Stage.READY

        step = (document.kind, Stage.FETCHED)
        monkeypatch.setitem(pipeline.STEPS, step, withdrawn_meanwhile)
        with pytest.raises(ParkedError, match="it was withdrawn meanwhile"):
            pipeline.advance(document, shop)
        catalogue.reinstate(document_id, author="bo", reason="an appeal", now=LATER)
        after = catalogue.document(document_id)
        assert (after.stage, after.attempts, after.last_error) == (Stage.FETCHED, 0, None)


@pytest.mark.parametrize(("author", "reason"), [(" ", "why"), ("rae", "\n ")])
def test_who_and_why_must_be_said(tmp_path: Path, author: str, reason: str) -> None:
    catalogue, document_id = an_archive(f"sqlite:///{tmp_path}/c.sqlite")
    with catalogue:
        with pytest.raises(WithdrawalError, match="it is not said"):
            catalogue.withdraw(document_id, author=author, reason=reason, now=LATER)
        assert catalogue.withdrawn() == {}


def test_a_later_look_at_its_source_does_not_bring_it_back(tmp_path: Path) -> None:
    with Catalogue(f"sqlite:///{tmp_path}/c.sqlite") as catalogue:
        document, _ = catalogue.record_discovered(an_item(), now=LATER)
        catalogue.withdraw(document.id, author="rae", reason="asked", now=LATER)
        for item in (an_item(), an_item(title="Another title")):
            seen, is_new = catalogue.record_discovered(item, now=LATER)
            assert (seen.id, is_new) == (document.id, False)
        assert catalogue.documents() == []
        assert catalogue.due(Stage.DISCOVERED, now=LATER) == []
        with pytest.raises(DocumentWithdrawnError):
            catalogue.revive(document.id, now=LATER)


def test_its_other_names_are_withdrawn_with_it_and_new_ones_hide_it_too(tmp_path: Path) -> None:
    with Catalogue(f"sqlite:///{tmp_path}/c.sqlite") as catalogue:
        ids = [
            catalogue.record_discovered(an_item(f"https://show.example/{n}", title=t), now=LATER)[
                0
            ].id
            for n, t in ((1, "One"), (2, "Two"), (3, "Three"))
        ]
        merge = Merge(
            id="", document_id=ids[0], other_id=ids[1], joined=True, evidence=("same words",),
            author="rae", made=LATER,
        )  # fmt: skip
        assert catalogue.join_documents(merge)
        catalogue.withdraw(ids[0], author="rae", reason="asked", now=LATER)
        assert set(catalogue.withdrawn()) == {ids[0], ids[1]}
        assert [each.id for each in catalogue.documents()] == [ids[2]]


def test_a_set_with_withdrawn_quotes_cannot_be_frozen_until_they_are_taken_out(
    house: House,
) -> None:
    for each in (house.episode, house.article):
        house.archive.catalogue.withdraw(each, author="rae", reason="asked", now=LATER)
    quotes = Quotes(house.archive)
    with pytest.raises(QuoteSetError, match="2 of its quotes stand in documents that were with"):
        quotes.freeze("open")
    for each in house.quotes[:2]:
        quotes.remove("open", each)
    assert quotes.freeze("open").size == 1


@pytest.mark.slow
def test_reading_hides_it_before_the_index_is_published_and_exports_say_so(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = house.archive

    def refuse(*_: object, **__: object) -> None:
        raise LockedError("index", cause="another process is publishing")

    with monkeypatch.context() as patch:
        patch.setattr(archive, "sync", refuse)
        done = Withdrawing(archive).withdraw(
            house.episode, author="rae", reason="asked", progress=lambda *_: None
        )
    assert "another process is publishing" in (done.unpublished or "")
    hits = archive.ask("what did armorers say about live rounds").hits
    assert house.episode not in {each.document.id for each in hits}
    written, told = Quotes(archive).export("shut", tmp_path / "out", ["markdown", "csv"])
    assert (written.quotes, told.counts["withdrawn"]) == (2, 1)
    assert "Left out, for their documents were withdrawn: 1 of its quotes" in (
        tmp_path / "out" / "quotes.md"
    ).read_text("utf-8").replace("\\", "")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert manifest["change_counts"]["withdrawn"] == 1
    assert SECRET not in json.dumps(manifest["changes"]).casefold()
    publish(archive)
    assert [each for each in index_files(house) if house.episode in str(each)] == []
    Withdrawing(archive).reinstate(
        house.episode[:6], author="rae", reason="an error", progress=lambda *_: None
    )
    hits = archive.ask("what did armorers say about live rounds").hits
    assert house.episode in {each.document.id for each in hits}


def test_the_same_words_under_a_wholly_new_name_do_not_bring_it_back(tmp_path: Path) -> None:
    words = " ".join(
        f"Armorer number {n} counted {n * 7} rounds on stage {n % 9}." for n in range(40)
    )
    with Catalogue(f"sqlite:///{tmp_path}/c.sqlite") as catalogue:
        first = add_document(catalogue, 1, ("armorer", "Zed Zorblax", words))
        assert join_alike(catalogue) == ()
        catalogue.withdraw(first.id, author="rae", reason="asked", now=LATER)
        item = DiscoveredItem(
            source_id="invented-show",
            kind=DocumentKind.EPISODE,
            url="http://127.0.0.1/elsewhere",
            guid="another",
            title=first.title,
            show=first.show,
            published=first.published,
        )
        again, is_new = catalogue.record_discovered(item, now=LATER)
        text = a_text(catalogue, again.id, [("armorer", "Zed Zorblax", words)])
        catalogue.save_text(text, now=LATER)
        catalogue.advance(again.id, to=Stage.READY, now=LATER)
        assert is_new
        assert [each.id for each in catalogue.documents()] == [again.id]
        (merge,) = join_alike(catalogue)
        assert (merge.document_id, merge.joined) == (first.id, True)
        assert catalogue.documents() == []
        assert catalogue.index_state() == {}
        with pytest.raises(DocumentWithdrawnError):
            catalogue.document(again.id)
