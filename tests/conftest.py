"""Fixtures that more than one test file uses."""

from __future__ import annotations

import functools
import gc
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.pages import Archive, Visit


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage in what is loaded: it stays, and is a million things to look at.

    It took a quarter of the collection's time, and a tenth of the tests'.
    """
    gc.disable()
    found = yield
    gc.freeze()
    gc.enable()
    return found


@pytest.fixture(autouse=True)
def the_main_module_stays_the_one_it_was() -> Iterator[None]:
    """Streamlit's test runner leaves its script there, and spawned processes would run it again."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


@pytest.fixture(scope="session", autouse=True)
def the_commands_are_laid_out_once() -> Iterator[None]:
    """Typer's test runner lays out all sixty of them, 0.15 s, for each one that it runs."""
    import typer.testing

    with pytest.MonkeyPatch.context() as patch:
        laid_out = functools.cache(typer.testing._get_command)
        patch.setattr(typer.testing, "_get_command", laid_out)
        yield


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A private PostgreSQL on a unix socket; gives its URL, or skips."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    bin_dir, owner = found[-1].parent, _postgres_user()
    # Short and outside pytest's private folder: a socket's path holds 107 characters, and the
    # user that PostgreSQL runs as must be able to walk to it.
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    if owner:
        shutil.chown(folder, owner)
    data = folder / "data"
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"

    def run(*command: str | Path) -> None:
        subprocess.run(command, check=True, user=owner, cwd=folder, capture_output=True, timeout=90)

    started = False
    try:
        run(bin_dir / "initdb", "-D", data, "-U", "onrecord", "-A", "trust", "-N", "-EUTF8")
        run(bin_dir / "pg_ctl", "-D", data, "-l", folder / "log", "-o", options, "-w", "start")
        started = True
        yield f"postgresql://onrecord@/postgres?host={folder}"
    finally:
        if started:
            run(bin_dir / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder)


def _postgres_user() -> str | None:
    """PostgreSQL refuses to run as root: the account that it runs as instead."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(params=["sqlite", "postgresql"])
def catalogue_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a new, empty database; the test runs once on each engine."""
    return new_database(request, tmp_path)


def new_database(request: pytest.FixtureRequest, folder: Path) -> str:
    """Return the URL of an empty database of the kind that `request.param` names."""
    if request.param == "sqlite":
        return f"sqlite:///{folder}/catalogue.sqlite"
    import psycopg

    server: str = request.getfixturevalue("postgresql_server")
    # A schema is a thousand times quicker to make than a database, and as empty.
    name = f"t{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
    return f"{server}&options=-csearch_path%3D{name}"


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    """The page over a small archive, in its own process, the same for all tests of the page."""
    from tests.pages import serve_seeded

    with serve_seeded(tmp_path_factory.mktemp("page")) as archive:
        yield archive


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache folder with the exported embedding model, which takes fifteen seconds to make."""
    from corpus.settings import load_settings
    from index.embed import open_embedder

    folder = tmp_path_factory.mktemp("models")
    open_embedder(load_settings(cache_dir=folder))
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium without a window."""
    from tests.pages import run_browser

    with run_browser() as opened:
        yield opened


@pytest.fixture
def visit(served: Archive, browser: Any, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh visitor; a parameter gives width and colour scheme."""
    from tests.pages import visiting

    width, scheme = getattr(request, "param", (1200, "light"))
    with visiting(served, browser, width=width, scheme=scheme) as visitor:
        yield visitor
