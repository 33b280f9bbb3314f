"""What a machine needs to run the archive every night: a line for cron, units for systemd. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from pathlib import Path

_SLACK = 3600  # seconds past the budget in which the document in hand is finished and published
_KILLED_AFTER = 300  # seconds between asking a run to stop and ending it
_SECRET = re.compile(r"KEY|TOKEN|SECRET|PASSWORD|_URL$|DASK_SCHEDULER")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """What is to be run, where, and with which settings."""

    program: Path  # the `onrecord` of this environment
    folder: Path  # the working folder: `onrecord.toml` is looked for here
    log: Path
    budget: float  # seconds
    settings: Mapping[str, str] = field(default_factory=dict)  # ONRECORD_ variables in force

    @property
    def longest(self) -> int:
        """Seconds after which a run is not slow any more but stuck."""
        return int(self.budget) + _SLACK

    @property
    def plain(self) -> dict[str, str]:
        """The settings that hold no secret and may be written into a file others can read."""
        return {key: value for key, value in self.settings.items() if not _SECRET.search(key)}

    @property
    def secret(self) -> list[str]:
        """The names of the settings that belong into a file only their owner can read."""
        return sorted(set(self.settings) - set(self.plain))


def cron_lines(installed: Installation, at: time) -> list[str]:
    """Return lines for `crontab -e` that run the archive every day at `at`, local time.

    A run that is stuck is asked to stop, and ended when it does not. The next one starts in any
    case: the lock of a dead run frees itself.
    """
    given = " ".join(f"{key}={shlex.quote(value)}" for key, value in installed.plain.items())
    stop = f"timeout --kill-after={_KILLED_AFTER} {installed.longest}"
    command = (
        f"cd {_quoted(installed.folder)} && {f'{given} ' if given else ''}{stop} "
        f"{_quoted(installed.program)} nightly --quiet >> {_quoted(installed.log)} 2>&1"
    )
    notes = ["# OnRecord: look at the sources, transcribe, publish, report. Put into `crontab -e`."]
    notes += [f"# Set {name} where only this user can read it." for name in installed.secret]
    # In a crontab a percent sign is the end of a line.
    return [*notes, f"{at.minute} {at.hour} * * * " + command.replace("%", r"\%")]


def systemd_units(installed: Installation, at: time) -> dict[str, list[str]]:
    """Return the lines of a service and its timer, by file name."""
    given = [f"Environment={_systemd(f'{key}={text}')}" for key, text in installed.plain.items()]
    secret = [f"# EnvironmentFile=… (readable by this user only) with {name}=…"
              for name in installed.secret]  # fmt: skip
    program = _systemd(str(installed.program)).replace("$", "$$")
    service = [
        "[Unit]",
        "Description=OnRecord: look at the sources, transcribe, publish, report",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"WorkingDirectory={_path(installed.folder)}",
        *given,
        *secret,
        # By way of env: systemd itself starts no program with quotes in its path. Here, and only
        # here, a dollar sign would name a variable.
        f"ExecStart=/usr/bin/env {program} nightly --quiet",
        f"StandardOutput=append:{_path(installed.log)}",
        f"StandardError=append:{_path(installed.log)}",
        f"TimeoutStartSec={installed.longest}",
        f"TimeoutStopSec={_KILLED_AFTER}",
        "SuccessExitStatus=143",  # parked because it was asked to stop: no failure
        "KillSignal=SIGTERM",
        "KillMode=mixed",
        "Nice=10",
        "IOSchedulingClass=idle",
        "UMask=0077",
        "NoNewPrivileges=yes",
        "PrivateTmp=yes",
    ]
    timer = [
        "[Unit]",
        "Description=OnRecord every night",
        "",
        "[Timer]",
        f"OnCalendar=*-*-* {at:%H:%M}:00",
        "RandomizedDelaySec=300",
        "Persistent=true",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return {"onrecord.service": service, "onrecord.timer": timer}


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))


def _path(path: Path) -> str:
    return str(path).replace("%", "%%")


def _systemd(word: str) -> str:
    """Quote one word: systemd reads backslashes, quotes and percent signs its own way."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if re.search(r"[\s\"'\\;#]", word) else escaped
