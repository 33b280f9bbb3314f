"""Each kind of damage, made for real: found, mended or honestly not, and nothing whole touched."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.care.checking import Look, faults_of_database, faults_of_documents, faults_of_quotes
from corpus.care.faults import Examination, Fault
from corpus.care.filechecks import faults_of_files, faults_of_work
from corpus.care.mending import Clinic, mend
from corpus.care.textchecks import misfits
from corpus.errors import LockedError
from corpus.types import (
    Aside,
    AsideKind,
    Capture,
    Correction,
    CorrectionKind,
    DiscoveredItem,
    DocumentKind,
    Media,
    MediaRole,
    Run,
    Source,
    SourceKind,
    SourceReport,
    Span,
    Stage,
)
from ingest.nightly import nightly_lock
from ingest.revisits import pages_to_revisit
from tests.conftest import new_database
from tests.seeded import NOW, open_empty, publish, seed_archive
from ui.archive import Archive
from ui.commands.doctor import app, exit_code
from ui.operating.doctor import examine, repair

PAGE = b"<html><body><p>The Quiet Set opened its storage last week.</p></body></html>"
OLD_PAGE = b"<html><body><p>The Quiet Set will open its storage.</p></body></html>"
URL = "https://slate.example/articles/1"


def silent(*_: object) -> None:
    pass


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with an episode, an article with two captures, a correction and an index."""
    folder = tmp_path_factory.mktemp("doctor") / "data"
    seeded = seed_archive(folder)
    archive = seeded.archive
    with archive:
        for body, moment in ((OLD_PAGE, NOW), (PAGE, NOW + timedelta(days=1))):
            archive.files.put_bytes(body)
            archive.catalogue.record_discovered(_sighting(body, moment), now=moment)
        original = archive.files.put_bytes(b"the recording as the publisher served it")
        archive.catalogue.save_media(
            Media(
                document_id=seeded.episode,
                role=MediaRole.ORIGINAL,
                url="https://callsheet.example/episodes/1.mp3",
                sha256=original.sha256,
                size=original.size,
                mime_type="audio/mpeg",
            )
        )
        archive.catalogue.advance(seeded.article, to=Stage.READY, now=NOW)
        _correct(archive, seeded.episode)
        archive.catalogue.save_look(_report(), now=NOW)
        archive.catalogue.save_run(Run(id="one", started=NOW))
        publish(archive)
        publish(archive)
    return folder


def _sighting(body: bytes, moment: datetime) -> DiscoveredItem:
    capture = Capture(
        url=URL,
        final_url=URL,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        mime_type="text/html",
        status=200,
        headers=(("etag", '"one"'),),
        retrieved=moment,
    )
    return DiscoveredItem(
        source_id="slate_and_sound",
        kind=DocumentKind.ARTICLE,
        url=URL,
        guid=URL,
        title="A Season Without Live Rounds",
        capture=capture,
    )


def _report() -> SourceReport:
    return SourceReport(source_id="slate_and_sound", seen=1)


def _correct(archive: Archive, document_id: str) -> None:
    text = archive.catalogue.text(document_id)
    start = text.content.index("rattles")
    archive.catalogue.add_correction(
        Correction(
            id="",
            document_id=document_id,
            revision=text.revision,
            kind=CorrectionKind.VERIFIED,
            author="Pat",
            made=NOW,
            span=Span(start, start + 7),
        )
    )


@pytest.fixture
def archive(template: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(template, tmp_path / "data")
    with open_empty(tmp_path / "data") as opened:
        yield opened


# ── making damage ────────────────────────────────────────────────────────────────────────────


def sql(archive: Archive, *statements: str, **values: object) -> None:
    """Change the database behind the program's back."""
    archive.close()
    with closing(sqlite3.connect(archive.settings.data_dir / "catalogue.sqlite")) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        for statement in statements:
            connection.execute(statement, values)
        connection.commit()


def ids(archive: Archive) -> tuple[str, str]:
    """The ids of the episode and the article."""
    by_kind = {each.kind: each.id for each in archive.catalogue.documents()}
    return by_kind[DocumentKind.EPISODE], by_kind[DocumentKind.ARTICLE]


def stored(archive: Archive, sha256: str) -> Path:
    return archive.settings.data_dir / "files" / sha256[:2] / sha256[2:]


def playback(archive: Archive) -> Path:
    return stored(archive, archive.catalogue.media(ids(archive)[0], MediaRole.PLAYBACK)[0].sha256)


def page(body: bytes) -> Callable[[Archive], Path]:
    return lambda archive: stored(archive, hashlib.sha256(body).hexdigest())


def flip(which: Callable[[Archive], Path]) -> Callable[[Archive], None]:
    def damage(archive: Archive) -> None:
        path = which(archive)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    return damage


def truncate(which: Callable[[Archive], Path]) -> Callable[[Archive], None]:
    return lambda archive: os.truncate(which(archive), which(archive).stat().st_size // 2)


def delete(which: Callable[[Archive], Path]) -> Callable[[Archive], None]:
    return lambda archive: which(archive).unlink()


def put(name: str) -> Callable[[Archive], None]:
    def damage(archive: Archive) -> None:
        path = archive.settings.data_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"left here")

    return damage


def orphan(archive: Archive) -> None:
    archive.files.put_bytes(b"a file whose row was never written")


def remarked(change: Callable[[dict], None], kind: DocumentKind = DocumentKind.EPISODE):
    """Change what stands beside the words of a text."""

    def damage(archive: Archive) -> None:
        document = ids(archive)[kind is DocumentKind.ARTICLE]
        archive.close()
        with closing(sqlite3.connect(archive.settings.data_dir / "catalogue.sqlite")) as connection:
            where = " WHERE document_id = ?"
            (packed,) = connection.execute("SELECT marks FROM texts" + where, [document]).fetchone()
            marks = json.loads(zlib.decompress(packed))
            change(marks)
            packed = zlib.compress(json.dumps(marks).encode())
            connection.execute("UPDATE texts SET marks = ?" + where, [packed, document])
            connection.commit()

    return damage


def misplaced_turn(marks: dict) -> None:
    marks["turns"][1]["span"] = [marks["turns"][0]["span"][0], marks["turns"][1]["span"][1]]


def turn_beyond_the_end(marks: dict) -> None:
    marks["turns"][-1]["span"][1] += 1000


def missing_turn(marks: dict) -> None:
    del marks["turns"][2]


def shifted_timings(marks: dict) -> None:
    for timing in marks["timings"]:
        timing[0] += 1
        timing[1] += 1


def backward_timing(marks: dict) -> None:
    marks["timings"][3][2], marks["timings"][3][3] = 9.0, 8.0


def stray_aside(marks: dict) -> None:
    marks["asides"] = [{"position": 10**6, "kind": "direction", "text": "laughter"}]


def another_letter(archive: Archive) -> None:
    document, _ = ids(archive)
    words = archive.catalogue.text(document).content.replace("dummy", "rummy")
    sql(archive, "UPDATE texts SET content = :words WHERE document_id = :document",
        words=words.encode(), document=document)  # fmt: skip


def running(*statements: str) -> Callable[[Archive], None]:
    return lambda archive: sql(archive, *statements)


def loose_sighting(archive: Archive) -> None:
    sql(archive, "INSERT INTO sightings (key, document_id) VALUES ('key', 'nobody')")


def without_index_entry(archive: Archive) -> None:
    sql(
        archive,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = sql || ' WHERE 0' WHERE name = 'ix_documents_source_id'",
    )
    sql(
        archive,
        "INSERT INTO looks SELECT 'other', looked_at, report FROM looks LIMIT 1",
        "UPDATE documents SET source_id = source_id || '' ",
        "DELETE FROM looks WHERE source_id = 'other'",
    )
    # Rows written while the index took none are missing from it once it takes them again.
    sql(archive, "REINDEX ix_documents_source_id")
    sql(
        archive,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, ' WHERE 0', '')"
        " WHERE name = 'ix_documents_source_id'",
    )


def future(archive: Archive) -> None:
    sql(
        archive,
        "UPDATE documents SET next_attempt = '2099-01-01 00:00:00.000000', attempts = 1",
        "UPDATE looks SET looked_at = '2099-01-01 00:00:00.000000'",
        "UPDATE captures SET retrieved = '2099-01-01 00:00:00.000000'",
        "UPDATE runs SET started = '2099-01-01 00:00:00.000000'",
    )


def generation(archive: Archive) -> Path:
    return max((archive.settings.index_dir / "generations").glob("[0-9]*"))


def other_manifest(archive: Archive) -> None:
    path = generation(archive) / "manifest.json"
    path.write_text(path.read_text().replace('"passages": ', '"passages": 1'))


def lost_generation(archive: Archive) -> None:
    archive.close()
    shutil.rmtree(generation(archive))


def index_of_other_words(archive: Archive) -> None:
    """Passages that were made of another text, under the fingerprint of this one."""
    document, _ = ids(archive)
    row = archive.catalogue.text(document)
    words = row.content.replace("dummy", "blank")
    described = "SELECT described FROM documents WHERE id = :document"
    with closing(sqlite3.connect(archive.settings.data_dir / "catalogue.sqlite")) as connection:
        before = connection.execute(described, {"document": document}).fetchone()[0]
    sql(archive, "UPDATE texts SET content = :words WHERE document_id = :document",
        words=words.encode(), document=document)  # fmt: skip
    archive.sync(silent, rebuild=True)
    sql(archive, "UPDATE texts SET content = :words WHERE document_id = :document",
        words=row.content.encode(), document=document)  # fmt: skip
    sql(archive, "UPDATE documents SET described = :before WHERE id = :document",
        before=before, document=document)  # fmt: skip


def begun_generation(archive: Archive) -> None:
    (archive.settings.index_dir / "generations" / ".0000099" / "data").mkdir(parents=True)


def work_folder(archive: Archive) -> None:
    for name in (ids(archive)[0], "0" * 12):
        (archive.settings.work_dir / name / "hearing").mkdir(parents=True)


def other_quote(archive: Archive) -> None:
    sql(archive, "UPDATE corrections SET exact = CAST('invents' AS BLOB)")


MENDED = [
    (flip(playback), "files", "not the ones that were stored"),
    (truncate(playback), "files", "not the ones that were stored"),
    (delete(playback), "files", "not there"),
    (flip(page(PAGE)), "files", "not the ones"),
    (delete(page(PAGE)), "files", "not there"),
    (delete(page(OLD_PAGE)), "files", "not there"),
    (flip(page(OLD_PAGE)), "files", "not the ones"),
    (orphan, "leftovers", "nothing names"),
    (put("files/notes.txt"), "leftovers", "not a file that this program"),
    (put("files/ab/notes.txt"), "leftovers", "not a file that this program"),
    (put("files/incoming/0123.part"), "leftovers", "died left behind"),
    (remarked(misplaced_turn), "texts", "begins before"),
    (remarked(turn_beyond_the_end), "texts", "ends after the text"),
    (remarked(turn_beyond_the_end, DocumentKind.ARTICLE), "texts", "ends after the text"),
    (remarked(missing_turn), "texts", "nobody's"),
    (remarked(shifted_timings), "texts", "timings"),
    (remarked(backward_timing), "texts", "heard from 9.0 to 8.0"),
    (remarked(stray_aside), "texts", "outside the text"),
    (another_letter, "texts", "not those that were saved"),
    (running("UPDATE texts SET marks = x'00'"), "texts", "nobody can read it"),
    (running("UPDATE documents SET revision = 7"), "documents", "newest text"),
    (running("UPDATE documents SET revision = 0"), "documents", "newest text"),
    (running("DELETE FROM appearances"), "documents", "who speaks"),
    (running("UPDATE appearances SET turns = 99"), "documents", "who speaks"),
    (running("DELETE FROM sightings"), "documents", "no address"),
    (running("DELETE FROM captures"), "documents", "page that it was read from"),
    (running("DELETE FROM media"), "documents", "recording that its times refer to"),
    (loose_sighting, "catalogue", "refer to documents"),
    (without_index_entry, "catalogue", "index"),
    (future, "catalogue", "the clock was wrong"),
    (work_folder, "leftovers", "needs none"),
]
OF_INDEX = [
    (begun_generation, "leftovers", "never published"),
    (other_manifest, "index", "not the one that was published"),
    (lost_generation, "index", "manifest"),
    (index_of_other_words, "index", "say something else"),
]
NOT_MENDED = [
    (running("UPDATE documents SET credits = '[{'"), "catalogue", "nobody can read this row"),
    (running("UPDATE documents SET stage = 'lost'"), "catalogue", "nobody can read this row"),
    (running("DELETE FROM people"), "documents", "not among the people"),
    (running("DROP TABLE stances"), "catalogue", "not in the database"),
    (running("DELETE FROM documents"), "catalogue", "refer to documents"),
    (other_quote, "quotes", "other words stand"),
]


def _named(case: object) -> str | None:
    return getattr(case, "__qualname__", "").split(".")[0] or None


def everything(archive: Archive) -> dict[str, bytes]:
    """All files of the archive but the index, the lock and the database's own."""
    folder = archive.settings.data_dir
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parts[len(folder.parts)] in ("files", "quarantine", "work")
    }


def rows(archive: Archive) -> dict[str, set[tuple[object, ...]]]:
    with closing(sqlite3.connect(archive.settings.data_dir / "catalogue.sqlite")) as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {name: set(connection.execute(f"SELECT * FROM {name}")) for (name,) in named}


def test_a_whole_archive_has_nothing_wrong_and_is_not_touched(archive: Archive) -> None:
    before = everything(archive), rows(archive)

    found = examine(archive, silent)
    mended = repair(archive, silent)

    assert (found.faults, mended.faults) == ((), ())
    assert exit_code(found) == 0
    assert dict(found.looked_at)["files"] == 4
    assert (everything(archive), rows(archive)) == before


def looked(archive: Archive) -> list[Fault]:
    """What is wrong, but for the index, which takes longer to open than all else to check."""
    look = Look(
        catalogue=archive.catalogue,
        files=archive.files,
        now=datetime.now(UTC),
        progress=silent,
        work_dir=archive.settings.work_dir,
    )
    parts = (
        faults_of_database,
        faults_of_documents,
        faults_of_quotes,
        faults_of_files,
        faults_of_work,
    )
    return [fault for part in parts for fault in part(look)]


def mended(archive: Archive, faults: list[Fault]) -> list[Fault]:
    clinic = Clinic(
        catalogue=archive.catalogue,
        files=archive.files,
        data_dir=archive.settings.data_dir,
        now=datetime.now(UTC),
    )
    return [mend(each, clinic) for each in faults]


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "area", "cause"), MENDED, ids=_named)
def test_damage_is_found_and_mended_and_a_second_look_is_quiet(
    archive: Archive, damage: Callable[[Archive], None], area: str, cause: str
) -> None:
    whole = everything(archive)
    damage(archive)
    damaged = everything(archive), rows(archive)

    found = looked(archive)

    assert any(each.area == area and cause in each.cause for each in found), found
    assert exit_code(Examination(faults=tuple(found))) == 1
    assert (everything(archive), rows(archive)) == damaged  # looking changes nothing

    done = mended(archive, found)

    assert [each for each in done if not each.mended] == []
    assert looked(archive) == []
    after = everything(archive)
    kept = {name: data for name, data in damaged[0].items() if whole.get(name) == data}
    if area != "documents":  # else what was whole may be nobody's, for want of rows that name it
        assert {name: after.get(name) for name in kept} == kept
    # What was damaged or nobody's is still there, somewhere else.
    there = set(after.values())
    gone = [n for n, data in damaged[0].items() if data not in there and "incoming" not in n]
    assert gone == []


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "area", "cause"), OF_INDEX, ids=_named)
def test_damage_of_the_index_is_found_and_mended_and_a_second_look_is_quiet(
    archive: Archive, damage: Callable[[Archive], None], area: str, cause: str
) -> None:
    damage(archive)
    before = everything(archive), rows(archive)

    found = examine(archive, silent)
    assert any(each.area == area and cause in each.cause for each in found.faults), found.faults
    assert exit_code(found) == 1

    assert exit_code(repair(archive, silent)) == 0
    assert examine(archive, silent).faults == ()
    assert (everything(archive), rows(archive)) == before


@pytest.mark.slow
def test_several_kinds_of_damage_are_mended_together_and_the_index_follows(
    archive: Archive,
) -> None:
    for damage in (flip(playback), delete(page(OLD_PAGE)), orphan, remarked(missing_turn)):
        damage(archive)

    found = examine(archive, silent)
    done = repair(archive, silent)

    assert len(found.faults) == len(done.faults) == 4
    assert (exit_code(found), exit_code(done)) == (1, 0)
    assert examine(archive, silent).faults == ()
    manifest = archive.store.manifest()
    assert manifest is not None
    assert set(manifest.documents) == {ids(archive)[1]}  # until the text is made again


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "area", "cause"), NOT_MENDED, ids=_named)
def test_what_cannot_be_mended_is_said_and_stays_as_it_is(
    archive: Archive, damage: Callable[[Archive], None], area: str, cause: str
) -> None:
    damage(archive)
    before = everything(archive)

    found = looked(archive)
    assert any(each.area == area and cause in each.cause for each in found), found
    assert exit_code(Examination(faults=tuple(found))) == 2

    left = [each for each in mended(archive, found) if each.area == area and cause in each.cause]
    assert left
    assert all(each.remedy and not each.mended for each in left)
    assert everything(archive) == before


def test_a_lost_recording_makes_its_document_due_again_and_its_row_is_written_down(
    archive: Archive,
) -> None:
    episode, article = ids(archive)
    sha256 = archive.catalogue.media(episode, MediaRole.PLAYBACK)[0].sha256
    playback(archive).unlink()

    mended(archive, looked(archive))

    document = archive.catalogue.document(episode)
    assert document.stage is Stage.DISCOVERED
    assert document.revision == 1  # it can still be read and found
    assert [m.role for m in archive.catalogue.media(episode)] == [MediaRole.ORIGINAL]
    assert archive.catalogue.document(article).stage is Stage.READY
    ledger = archive.settings.data_dir / "quarantine" / "rows.jsonl"
    (line,) = map(json.loads, ledger.read_text().splitlines())
    assert (line["table"], line["row"]["sha256"]) == ("media", sha256)
    assert ledger.stat().st_mode & 0o077 == 0


def test_a_lost_page_is_asked_for_again_even_where_it_has_not_changed(archive: Archive) -> None:
    _, article = ids(archive)
    capture = archive.catalogue.latest_capture(URL)
    assert capture is not None
    archive.catalogue.save_validators([capture])
    page(PAGE)(archive).unlink()

    mended(archive, looked(archive))

    assert archive.catalogue.validators(URL) is None
    assert archive.catalogue.document(article).capture_sha256 is None
    source = Source(id="slate_and_sound", name="Slate and Sound", kind=SourceKind.FEED, url=URL)
    years_later = NOW + timedelta(days=2000)
    asked = pages_to_revisit(archive.catalogue, [source], now=years_later)
    assert [each.url for each in asked["slate_and_sound"]] == [URL]


def test_a_damaged_text_gives_its_number_to_no_other_while_something_refers_to_it(
    archive: Archive,
) -> None:
    episode, _ = ids(archive)
    text = archive.catalogue.text(episode)
    remarked(missing_turn)(archive)

    mended(archive, looked(archive))

    assert archive.catalogue.document(episode).revision == 0
    again = archive.catalogue.save_text(replace(text, revision=0), now=NOW)
    assert again.revision == 2  # a correction was made on the first


def test_a_future_moment_is_set_to_now_and_what_was_in_order_stays_so(archive: Archive) -> None:
    future(archive)
    first, second = (hashlib.sha256(body).hexdigest() for body in (OLD_PAGE, PAGE))
    sql(archive, f"UPDATE captures SET retrieved = '2098-01-01 00:00:00' WHERE sha256 = '{first}'")

    mended(archive, looked(archive))

    now = datetime.now(UTC)
    assert all(each.next_attempt <= now for each in archive.catalogue.documents())
    assert archive.catalogue.looked_at("slate_and_sound") <= now
    newest = archive.catalogue.latest_capture(URL)
    assert newest is not None
    assert newest.sha256 == second
    assert newest.retrieved <= now


def test_a_quick_look_finds_what_is_lost_and_not_what_is_changed(archive: Archive) -> None:
    flip(playback)(archive)
    page(PAGE)(archive).unlink()

    found = examine(archive, silent, quick=True)

    assert [each.sha256 for each in found.faults] == [hashlib.sha256(PAGE).hexdigest()]
    assert found.notes


def test_a_database_that_is_no_database_any_more_is_said_so(archive: Archive) -> None:
    archive.catalogue.documents()
    archive.close()
    path = archive.settings.data_dir / "catalogue.sqlite"
    for beside in path.parent.glob("catalogue.sqlite-*"):
        beside.unlink()
    data = bytearray(path.read_bytes())
    for start in range(2 * 4096, len(data), 4096):
        data[start : start + 200] = b"\xff" * 200
    path.write_bytes(data)

    found = CliRunner().invoke(
        app, ["doctor", "--quiet"], env={"ONRECORD_DATA_DIR": str(path.parent)}
    )

    assert found.exit_code == 2
    assert "backup" in found.output


@pytest.mark.slow
def test_what_a_run_has_begun_is_no_fault(archive: Archive) -> None:
    orphan(archive)
    put("files/incoming/0123.part")(archive)
    work_folder(archive)
    with nightly_lock(archive.settings):
        found = examine(archive, silent)
        with pytest.raises(LockedError):
            repair(archive, silent)
    assert found.faults == ()
    assert found.notes
    assert len(examine(archive, silent).faults) == 4


@pytest.mark.slow
def test_the_command_says_it_in_words_and_in_json(archive: Archive) -> None:
    orphan(archive)
    environment = {"ONRECORD_DATA_DIR": str(archive.settings.data_dir)}
    run = CliRunner()

    printed = run.invoke(app, ["doctor", "--quiet"], env=environment)
    assert printed.exit_code == 1
    assert "nothing names" in printed.stdout
    assert "1 wrong, of which onrecord doctor --repair can mend 1" in printed.stdout

    mended = run.invoke(app, ["doctor", "--quiet", "--json", "--repair"], env=environment)
    told = json.loads(mended.stdout)
    assert mended.exit_code == 0
    assert told["faults"][0]["mended"].startswith("moved to ")
    assert run.invoke(app, ["doctor", "--quiet"], env=environment).exit_code == 0


def test_nothing_is_wrong_with_an_empty_archive(tmp_path: Path) -> None:
    with open_empty(tmp_path / "data") as archive:
        assert examine(archive, silent) == Examination()


def test_an_aside_at_the_end_of_a_text_stands_in_it(archive: Archive) -> None:
    text = archive.catalogue.text(ids(archive)[0])
    aside = Aside(position=len(text.content), kind=AsideKind.DIRECTION, text="music")
    assert misfits(replace(text, asides=(aside,))) == []


@pytest.mark.slow
def test_a_catalogue_in_postgresql_is_looked_at_and_mended_as_well(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    request.param = "postgresql"  # type: ignore[attr-defined]
    url = new_database(request, tmp_path)
    with seed_archive(tmp_path / "data", catalogue_url=url).archive as archive:
        assert looked(archive) == []
        playback(archive).unlink()
        first = archive.catalogue.documents()[0]
        wrong = NOW + timedelta(days=40_000)
        archive.catalogue.fail(first.id, error="timed out", retry_at=wrong, now=NOW)
        found = looked(archive)
        assert {each.area for each in found} == {"catalogue", "files"}
        assert [each for each in mended(archive, found) if not each.mended] == []
        assert looked(archive) == []
