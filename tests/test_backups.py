"""Backing up while others write, and bringing back only what is whole."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.care.archivefile import members_of
from corpus.errors import BackupError, LockedError, StoreError
from corpus.types import MediaRole
from ingest.nightly import nightly_lock
from tests.conftest import new_database
from tests.seeded import open_empty, publish, seed_archive
from ui.archive import Archive
from ui.commands.doctor import app
from ui.operating.backups import back_up, check, restore
from ui.operating.doctor import examine

ROOT = "onrecord-backup/"

# A writer of its own process: files first, then the rows that name them, as a run does it.
WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from corpus.catalogue import Catalogue
from corpus.files import FileStore
from corpus.types import DiscoveredItem, DocumentKind, Media, MediaRole
folder = Path(sys.argv[1])
catalogue = Catalogue(f"sqlite:///{folder}/catalogue.sqlite")
files = FileStore(str(folder / "files"))
now = datetime.now(UTC)
for number in range(100_000):
    item = DiscoveredItem(source_id="busy", kind=DocumentKind.EPISODE, guid=str(number),
        url=f"http://127.0.0.1/{number}", title=f"Take {number}")
    document, _ = catalogue.record_discovered(item, now=now)
    kept = files.put_bytes(f"recording {number}".encode() * 500)
    catalogue.save_media(Media(document_id=document.id, role=MediaRole.ORIGINAL, url=item.url,
        sha256=kept.sha256, size=kept.size, mime_type="audio/mpeg"))
    print(number, flush=True)
"""


def silent(*_: object) -> None:
    pass


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("backup") / "data"
    with seed_archive(folder).archive as archive:
        publish(archive)
    return folder


@pytest.fixture
def archive(template: Path, tmp_path: Path) -> Iterator[Archive]:
    shutil.copytree(template, tmp_path / "data")
    with open_empty(tmp_path / "data") as opened:
        yield opened


def texts(archive: Archive) -> dict[str, str]:
    wanted = (each for each in archive.catalogue.documents() if each.revision)
    return {each.id: archive.catalogue.text(each.id).content for each in wanted}


def said(archive: Archive) -> list[tuple[str, str, float]]:
    answer = archive.ask("what did armorers say about live rounds")
    return [(hit.citation.quote.exact, hit.citation.title, hit.hit.score) for hit in answer.hits]


def test_a_backup_made_while_another_process_writes_is_one_whole_archive(
    archive: Archive, tmp_path: Path
) -> None:
    before = texts(archive), said(archive)
    program = [sys.executable, "-c", WRITER, str(archive.settings.data_dir)]
    writer = subprocess.Popen(program, stdout=subprocess.PIPE, text=True)
    try:
        assert writer.stdout is not None
        writer.stdout.readline()
        made = back_up(archive, tmp_path / "one.tar", silent)
        written = int(writer.stdout.readline())
    finally:
        writer.kill()
        writer.communicate()

    assert made.documents >= 2
    assert written >= 1
    with open_empty(tmp_path / "again") as again:
        done = restore(again, tmp_path / "one.tar", silent, index=True)
        assert done.backup.missing == ()
        assert again.catalogue.count_documents() == made.documents
        assert (texts(again), said(again)) == before
        assert examine(again, silent).faults == ()


def test_a_backup_is_its_owners_and_appears_whole_or_not_at_all(
    archive: Archive, tmp_path: Path
) -> None:
    path = tmp_path / "one.tar.gz"
    back_up(archive, path, silent)

    assert path.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir() if "one" in each.name] == ["one.tar.gz"]
    assert check(archive, path, silent).documents == 2
    with pytest.raises(BackupError, match="there is such a file"):
        back_up(archive, path, silent)
    before = path.read_bytes()
    archive.files.__dict__["check"] = lambda _: (_ for _ in ()).throw(StoreError("it fails"))
    with pytest.raises(StoreError):
        back_up(archive, path, silent, force=True)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir() if "one" in each.name] == ["one.tar.gz"]


def test_settings_sources_and_vocabulary_come_with_it_and_are_not_put_in_force(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(template, tmp_path / "data")
    (tmp_path / "onrecord.toml").write_text('user_agent = "a test"\n')
    (tmp_path / "mine.toml").write_text("")
    monkeypatch.setenv("ONRECORD_CONFIG", str(tmp_path / "onrecord.toml"))
    with open_empty(tmp_path / "data", sources_file=tmp_path / "mine.toml") as archive:
        back_up(archive, tmp_path / "one.tar", silent)
    with open_empty(tmp_path / "again") as again:
        done = restore(again, tmp_path / "one.tar", silent)
    kept = Path(done.settings or "")
    assert (kept / "onrecord.toml").read_text() == 'user_agent = "a test"\n'
    assert (kept / "sources.toml").exists()


@pytest.mark.slow
def test_an_archive_is_not_replaced_unless_one_says_so_and_then_kept(
    archive: Archive, tmp_path: Path
) -> None:
    back_up(archive, tmp_path / "one.tar", silent)
    with seed_archive(tmp_path / "other").archive as other:
        publish(other)
        extra = other.files.put_bytes(b"only here")
        with pytest.raises(BackupError, match="there is an archive already"):
            restore(other, tmp_path / "one.tar", silent)
        assert other.files.exists(extra.sha256)
        done = restore(other, tmp_path / "one.tar", silent, force=True, index=True)
        aside = Path(done.replaced or "")
        assert (aside / "catalogue.sqlite").stat().st_size > 0
        assert (aside / "index").is_dir()
        assert not other.files.exists(extra.sha256)
        kept = other.settings.data_dir / "files" / "quarantine" / f"{extra.sha256}.replaced"
        assert kept.read_bytes() == b"only here"
        assert examine(other, silent).faults == ()


@pytest.mark.slow
def test_a_damaged_catalogue_is_replaced_and_kept_as_it_is(
    archive: Archive, tmp_path: Path
) -> None:
    back_up(archive, tmp_path / "one.tar", silent)
    archive.close()
    place = archive.settings.data_dir / "catalogue.sqlite"
    place.write_bytes(b"no database at all" * 1000)
    with pytest.raises(BackupError):
        restore(archive, tmp_path / "one.tar", silent)
    done = restore(archive, tmp_path / "one.tar", silent, force=True, index=True)
    assert (Path(done.replaced or "") / "catalogue.sqlite").read_bytes().startswith(b"no database")
    assert examine(archive, silent).faults == ()


def test_a_restore_that_fails_late_leaves_the_archive_that_was_there(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(archive, tmp_path / "one.tar", silent)
    with seed_archive(tmp_path / "other").archive as other:
        before = texts(other)

        def refuse(*_: object) -> None:
            raise StoreError("the catalogue", cause="the disk is gone")

        monkeypatch.setattr(type(other.catalogue), "become", refuse)
        with pytest.raises(StoreError, match="the disk is gone"):
            restore(other, tmp_path / "one.tar", silent, force=True)
        assert texts(other) == before
        assert not list((tmp_path / "other").glob(".restoring-*"))


def test_what_killed_backups_and_restores_left_behind_is_removed(
    archive: Archive, tmp_path: Path
) -> None:
    nobody = 4_000_000  # no process has such a number
    (tmp_path / f".one.tar.{nobody}.part").write_bytes(b"half")
    (tmp_path / f".one.tar.{nobody}.x1").mkdir()
    left = archive.settings.data_dir / ".restoring-abc" / "files"
    left.mkdir(parents=True)
    back_up(archive, tmp_path / "one.tar", silent)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["data", "one.tar"]
    (found,) = examine(archive, silent, quick=True).faults
    assert (found.area, found.path) == ("leftovers", str(left.parent))


def test_a_restore_waits_for_no_run(archive: Archive, tmp_path: Path) -> None:
    back_up(archive, tmp_path / "one.tar", silent)
    with nightly_lock(archive.settings), pytest.raises(LockedError):
        restore(archive, tmp_path / "one.tar", silent, force=True)


def test_what_is_lost_already_is_named_and_the_rest_is_kept(
    archive: Archive, tmp_path: Path
) -> None:
    (episode,) = (d.id for d in archive.catalogue.documents() if d.kind.value == "episode")
    sha256 = archive.catalogue.media(episode, MediaRole.PLAYBACK)[0].sha256
    (archive.settings.data_dir / "files" / sha256[:2] / sha256[2:]).unlink()
    environment = {"ONRECORD_DATA_DIR": str(archive.settings.data_dir)}

    run = CliRunner().invoke(
        app, ["backup", str(tmp_path / "one.tar"), "--quiet", "--json"], env=environment
    )

    assert run.exit_code == 1
    assert json.loads(run.stdout)["missing"] == [sha256]
    with open_empty(tmp_path / "again") as again:
        assert restore(again, tmp_path / "one.tar", silent).backup.missing == (sha256,)
        assert len(texts(again)) == 2


def test_the_commands_say_what_they_did(archive: Archive, tmp_path: Path) -> None:
    run, path = CliRunner(), str(tmp_path / "one.tar")
    here = {"ONRECORD_DATA_DIR": str(archive.settings.data_dir)}
    there = {"ONRECORD_DATA_DIR": str(tmp_path / "again")}

    made = run.invoke(app, ["backup", path, "--quiet"], env=here)
    assert (made.exit_code, made.stdout.count("2 documents, 1 files")) == (0, 1)
    assert run.invoke(app, ["restore", path, "--check", "--quiet"], env=there).exit_code == 0
    assert not list((tmp_path / "again").glob("files/??"))
    done = run.invoke(app, ["restore", path, "--quiet"], env=there)
    assert done.exit_code == 0
    assert "onrecord index --rebuild" in done.stdout


# ── hostile and damaged backups ──────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def sound(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    shutil.copytree(template, folder / "data")
    with open_empty(folder / "data") as archive:
        back_up(archive, folder / "sound.tar", silent)
    return folder / "sound.tar"


def with_member(info: tarfile.TarInfo, data: bytes = b"") -> Callable[[bytes], bytes]:
    """Put one more member in front of a sound backup."""

    def made(sound: bytes) -> bytes:
        info.size = len(data) if info.isreg() else 0
        with io.BytesIO() as written:
            with tarfile.open(fileobj=written, mode="w", format=tarfile.PAX_FORMAT) as tar:
                tar.addfile(info, io.BytesIO(data))
            front = written.getvalue()
        return front[: len(front.rstrip(b"\0")) // 512 * 512 + 512] + sound

    return made


def a_member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


NAME = f"{ROOT}files/ab/{'0' * 62}"
HOSTILE = {
    "parent": with_member(a_member(f"{ROOT}../../stolen"), b"x"),
    "parent in the middle": with_member(a_member(f"{ROOT}files/../../../stolen"), b"x"),
    "absolute": with_member(a_member("/tmp/stolen"), b"x"),
    "symbolic link": with_member(a_member(NAME, tarfile.SYMTYPE, "/etc/passwd")),
    "hard link": with_member(a_member(NAME, tarfile.LNKTYPE, f"{ROOT}catalogue.sqlite")),
    "device": with_member(a_member(NAME, tarfile.CHRTYPE)),
    "pipe": with_member(a_member(NAME, tarfile.FIFOTYPE)),
    "folder": with_member(a_member(f"{ROOT}files/ab", tarfile.DIRTYPE)),
    "sparse": with_member(a_member(NAME, tarfile.GNUTYPE_SPARSE)),
    "long name": with_member(a_member(f"{ROOT}{'a' * 5000}"), b"x"),
    "strange name": with_member(a_member(f"{ROOT}settings/a\u202eb.toml"), b"x"),
    "another program": with_member(a_member(f"{ROOT}files/run.sh"), b"x"),
    "other bytes": with_member(a_member(NAME), b"x"),
    "one file more": with_member(
        a_member(f"{ROOT}files/2d/{hashlib.sha256(b'x').hexdigest()[2:]}"), b"x"
    ),
    "twice": lambda sound: sound[: -2 * 512] + sound,
    "cut off": lambda sound: sound[: len(sound) // 2],
    "no manifest": lambda sound: sound[: sound.rindex(f"{ROOT}manifest".encode())] + bytes(1024),
    "empty": lambda _: b"",
    "not a tar": lambda _: b"hello" * 1000,
    "half zipped": lambda sound: gzip.compress(sound)[:-2000],
    "a bomb": lambda sound: gzip.compress(_bomb() + sound, 9),
    "a flipped bit": lambda sound: sound[:9000] + bytes([sound[9000] ^ 4]) + sound[9001:],
    "a flipped bit of audio": lambda sound: sound[:-90000]
    + bytes([sound[-90000] ^ 4])
    + sound[-89999:],
    "a newer version": lambda sound: sound.replace(b'"format": 1', b'"format": 9'),
}  # fmt: skip


def _bomb() -> bytes:
    """A header that claims 8 exabytes, and the beginning of them."""
    info = tarfile.TarInfo(NAME)
    info.size = 1 << 62
    return info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20)


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_or_damaged_backup_is_refused_and_changes_nothing(
    sound: Path, tmp_path: Path, made: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "hostile.tar"
    path.write_bytes(made(sound.read_bytes()))
    with open_empty(tmp_path / "in" / "data") as archive:
        with pytest.raises(BackupError):
            restore(archive, path, silent)
        assert archive.catalogue.count_documents() == 0
        assert archive.files.total() == (0, 0)
    assert not list(tmp_path.rglob("stolen"))
    assert not Path("/tmp/stolen").exists()
    assert not list((tmp_path / "in" / "data").glob(".restoring-*"))


def test_a_backup_that_unpacks_to_more_than_there_is_room_for_is_refused(
    sound: Path,
) -> None:
    with pytest.raises(BackupError, match="unpacks to more than"):
        list(members_of(sound, most_bytes=10_000))


def test_the_bomb_is_small() -> None:
    zipped = gzip.compress(_bomb(), 9)
    assert len(zipped) < 10_000


# ── full disks, PostgreSQL ───────────────────────────────────────────────────────────────────


LIMITED = """
import resource, signal, sys
from pathlib import Path
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))
from corpus.errors import OnRecordError
from corpus.settings import Settings
from ui.archive import open_archive
from ui.operating.backups import back_up
try:
    back_up(open_archive(Settings(data_dir=Path(sys.argv[1]))), Path(sys.argv[2]), lambda *_: None)
except OnRecordError as error:
    print(error)
"""


@pytest.mark.slow
def test_a_disk_that_is_full_leaves_no_half_backup(archive: Archive, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    program = [sys.executable, "-c", LIMITED, str(archive.settings.data_dir), target / "one.tar"]
    ended = subprocess.run(program, capture_output=True, text=True, check=True)
    assert "cannot use the" in ended.stdout
    assert list(target.iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("made", ["postgresql"])
def test_a_catalogue_in_postgresql_comes_back_too(
    request: pytest.FixtureRequest, tmp_path: Path, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.param = made  # type: ignore[attr-defined]
    url = new_database(request, tmp_path)
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    with seed_archive(tmp_path / "data", catalogue_url=url).archive as archive:
        before = texts(archive)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(StoreError, match="not installed"):
            back_up(archive, tmp_path / "one.tar", silent)
        monkeypatch.setenv("PATH", f"{programs}:{os.defpath}")
        back_up(archive, tmp_path / "one.tar", silent)
        first = archive.catalogue.documents()[0]
        archive.catalogue.fail(first.id, error="x", retry_at=None, now=first.changed)
        restore(archive, tmp_path / "one.tar", silent, force=True)
        assert texts(archive) == before
        assert archive.catalogue.failures() == []
    with open_empty(tmp_path / "again") as again, pytest.raises(BackupError, match="postgresql"):
        restore(again, tmp_path / "one.tar", silent)
