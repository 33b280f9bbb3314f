from __future__ import annotations

import shutil
import subprocess
from datetime import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ui.cli import app
from ui.operating.schedule import Installation, cron_lines, systemd_units

AT = time(3, 15)


def _installed(folder: Path, **fields: object) -> Installation:
    values = {
        "program": folder / "bin" / "onrecord",
        "folder": folder,
        "log": folder / "nightly.log",
        "budget": 7200.0,
        **fields,
    }
    return Installation(**values)


def test_cron_gets_one_line_with_whole_paths_a_log_and_a_time_limit():
    *notes, line = cron_lines(_installed(Path("/srv/archive")), AT)
    assert all(note.startswith("#") for note in notes)
    assert line.startswith("15 3 * * * cd /srv/archive && timeout --kill-after=300 10800 ")
    assert line.endswith(
        "/srv/archive/bin/onrecord nightly --quiet >> /srv/archive/nightly.log 2>&1"
    )


def test_the_line_for_cron_runs_in_a_shell_whatever_the_folder_is_called(tmp_path):
    folder = tmp_path / 'it\'s 100% "odd" $HOME; no'
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "onrecord"
    program.write_text('#!/bin/sh\necho "$PWD $* [$ONRECORD_PUBLIC]"\n')
    program.chmod(0o755)
    given = {"ONRECORD_PUBLIC": "a 'b' %c $d"}
    line = cron_lines(_installed(folder, settings=given), AT)[-1]
    # What cron hands to the shell: all after the five fields, `\%` being a percent sign.
    command = line.split(" ", 5)[5].replace(r"\%", "%")
    subprocess.run(["/bin/sh", "-c", command], check=True, cwd="/", env={"PATH": "/usr/bin:/bin"})
    assert (folder / "nightly.log").read_text() == f"{folder} nightly --quiet [a 'b' %c $d]\n"


def test_secrets_are_named_and_never_printed():
    secret = {
        "ONRECORD_QDRANT_API_KEY": "hunter2",
        "ONRECORD_CATALOGUE_URL": "postgresql://me:hunter2@db/archive",
        "ONRECORD_PORT": "9000",
    }
    installed = _installed(Path("/srv/archive"), settings=secret)
    units = systemd_units(installed, AT)
    printed = "\n".join([*cron_lines(installed, AT), *units["onrecord.service"]])
    assert "hunter2" not in printed
    assert printed.count("ONRECORD_QDRANT_API_KEY") == 2
    assert printed.count("ONRECORD_PORT=9000") == 2


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", ["archive", "an archive", '100% "odd" $HOME; \'n'])
def test_systemd_accepts_the_units(tmp_path, name):
    folder = tmp_path / name
    (folder / "bin").mkdir(parents=True)
    shutil.copy("/bin/true", folder / "bin" / "onrecord")
    units = systemd_units(_installed(folder, settings={"ONRECORD_HOST": "a b%c$d\"e'f"}), AT)
    for file, lines in units.items():
        (tmp_path / file).write_text("\n".join(lines) + "\n")
    paths = [str(tmp_path / file) for file in units]
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *paths],
        check=False,
        capture_output=True,
        text=True,
    )
    ours = [line for line in checked.stderr.splitlines() if "onrecord." in line]
    assert ours == []


def test_the_command_prints_what_this_installation_needs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ONRECORD_DATA_DIR", "here")
    printed = CliRunner().invoke(app, ["schedule", "cron", "--at", "22:05"]).stdout
    assert "5 22 * * * " in printed
    assert f"ONRECORD_DATA_DIR={tmp_path}/here" in printed
    assert f">> {tmp_path}/here/nightly.log" in printed
    units = CliRunner().invoke(app, ["schedule", "systemd"]).stdout
    assert "OnCalendar=*-*-* 03:15:00" in units


def test_a_time_that_is_none_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused = CliRunner().invoke(app, ["schedule", "cron", "--at", "25:00"])
    assert "no time of day" in str(refused.exception)
