"""The house stands as it is drawn: layers hold, commands load only what they use, docs tell."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from ui.cli import app
from ui.commands.headings import HEADINGS

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("corpus", "ingest", "index", "ui")
HEAVY = ("torch", "streamlit", "scrapy", "qdrant_client", "distributed", "faster_whisper",
         "sentence_transformers", "transformers", "spacy", "senko", "trafilatura")  # fmt: skip
MOST_LINES = 400
# How code is named: by its file, with or without folders, or as it is imported.
NAMED_FILE = re.compile(r"(?<![\w.${}/-])(?:[a-z_]+/)*[a-z_]+\.py\b")
NAMED_MODULE = re.compile(r"(?<![\w.@/])(?:corpus|ingest|index|ui|tests)(?:\.[a-z_]+)+\b")
NO_MODULE = re.compile(r"\.(?:html|js|css|md|toml|json)$")
NOT_OURS = {"sitecustomize.py"}  # written by tests


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
    code = (
        "import index.search, index.question, index.embed, index.engine.vectors, corpus.catalogue"
    )
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


def commands_below(command: Any, *path: str) -> Iterator[tuple[str, Any]]:
    for name, each in getattr(command, "commands", {}).items():
        yield " ".join((*path, name)), each
        yield from commands_below(each, *path, name)


def test_every_command_stands_under_one_heading():
    named = [name for names in HEADINGS.values() for name in names]
    assert sorted(named) == sorted(typer.main.get_command(app).commands)


def test_the_help_of_every_command_shows_it_being_used():
    for name, command in commands_below(typer.main.get_command(app)):
        assert re.search(rf"\bonrecord {name}\b", command.help), name


def test_every_exit_code_that_a_command_tells_of_is_in_the_table_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("### Exit codes")[2].partition("###")[0]
    for name, command in commands_below(typer.main.get_command(app)):
        if re.search(r"\bexits with|\bwith 1\b", command.help, flags=re.IGNORECASE):
            assert f"`{name}" in table, f"{name} exits in a way of its own"


def sources_and_documents() -> list[Path]:
    texts = [path for folder in (*FOLDERS, "tests") for path in (ROOT / folder).rglob("*.py")]
    texts += [path for folder in (*FOLDERS, "tests") for path in (ROOT / folder).rglob("*.md")]
    return [*texts, *ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]


def is_module(dotted: str) -> bool:
    place = ROOT
    for name in dotted.split("."):
        if (place / f"{name}.py").is_file():
            return True  # what follows stands in it
        if not (place / name).is_dir():
            return re.search(rf"\b{name}\b", (place / "__init__.py").read_text()) is not None
        place /= name
    return True


def test_every_file_and_module_that_is_named_is_there():
    there = {str(path.relative_to(ROOT)) for path in ROOT.glob("*/**/*.py")}
    for path in sources_and_documents():
        if path.name == "CHANGELOG.md":
            continue  # it tells of what was
        text = path.read_text(encoding="utf-8")
        for named in set(NAMED_FILE.findall(text)) - NOT_OURS:
            assert any(f"/{each}".endswith(f"/{named}") for each in there), (path.name, named)
        for named in set(NAMED_MODULE.findall(text)):
            assert NO_MODULE.search(named) or is_module(named), (path.name, named)


def test_every_test_that_the_threat_model_names_is_there():
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8")))
    assert named
    assert named <= {path.stem for path in (ROOT / "tests").glob("test_*.py")}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_readme_of_a_folder_names_what_lies_there_and_nothing_else(folder):
    house = ROOT / folder
    text = (house / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in house.rglob("*.py")}
    for named in NAMED_FILE.findall(text):
        assert named in files or (ROOT / named).is_file() or (house / named).is_file(), named
    rooms = {path.parent.name for path in house.glob("*/__init__.py")}
    assert {f"{room}/" for room in rooms} <= set(re.findall(r"\w+/", text))
    beside = {path.name for path in house.glob("*.py")} - {"__init__.py"}
    assert beside <= set(NAMED_FILE.findall(text))


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
        assert lines <= MOST_LINES, f"{path.name}: {lines} lines"


def test_only_the_settings_read_the_environment():
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "settings.py":
                assert "os.environ" not in path.read_text(encoding="utf-8"), path.name
