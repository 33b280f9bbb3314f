"""Names, titles and ids that would be paths; and who may read what the command writes."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.errors import FileNotStoredError
from corpus.files import FileStore
from corpus.settings import load_settings
from corpus.types import DiscoveredItem, DocumentKind
from ui.archive import open_archive

NAMES = (
    "../../escaped",
    "/etc/escaped",
    "a/../../escaped",
    "..",
    "con\x00escaped",
    "~/escaped",
    "%2e%2e/x",
)


@pytest.mark.parametrize("name", NAMES)
def test_no_name_becomes_a_path(name: str, tmp_path: Path):
    data = tmp_path / "data"
    with open_archive(load_settings(data_dir=data)) as archive:
        item = DiscoveredItem(
            source_id="s",
            kind=DocumentKind.EPISODE,
            url=f"http://a.test/{name}",
            guid=name,
            title=name,
            show=name,
            media_url=f"http://a.test/{name}.mp3",
        )
        document, _ = archive.catalogue.record_discovered(item, now=datetime.now(UTC))
        assert document.id.isalnum()
        with archive.workshop(lambda *_: None).work_folder(document, "fetch") as folder:
            (folder / "file").write_bytes(b"x")
            assert folder.resolve().is_relative_to(data.resolve())
    assert {each.name for each in tmp_path.iterdir()} == {"data"}
    assert not Path("/etc/escaped").exists()


@pytest.mark.parametrize("name", NAMES)
def test_no_name_but_a_hash_opens_a_stored_file(name: str, tmp_path: Path):
    store = FileStore(str(tmp_path / "files"))
    (tmp_path / "escaped").write_bytes(b"secret")
    with pytest.raises(FileNotStoredError):
        store.open(name)
    assert not store.exists(name)


def test_what_the_command_makes_is_its_owners_alone(tmp_path: Path):
    data = tmp_path / "data"
    command = [sys.executable, "-m", "ui.cli", "list"]
    settings = {**os.environ, "ONRECORD_DATA_DIR": str(data)}
    subprocess.run(command, env=settings, check=True, capture_output=True, umask=0o022)
    made = [data, *data.rglob("*")]
    assert len(made) > 1
    assert not [each for each in made if stat.S_IMODE(each.stat().st_mode) & 0o077]
